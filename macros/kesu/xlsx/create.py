"""The one way to open a workbook for writing: text stays text, and the same input makes the same file."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import IO, Any, Final

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings
from xlsxwriter.utility import xl_cell_to_rowcol
from xlsxwriter.worksheet import Worksheet

from kesu.xlsx.text import escape, plain

DATE_FORMAT: Final = "yyyy-mm-dd hh:mm"
_TEXT_ONLY: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class NewSheet(Worksheet):  # type: ignore[misc]
    """A worksheet on which only what is written as a formula is one.

    Numbers that are none make blank cells. ``&`` is a code in headers and footers: see `kesu.xlsx.text.header_words`.
    """

    def _write_number(self, row: int, col: int, number: Any, cell_format: Any = None) -> Any:
        if not math.isfinite(number):
            return self._write_blank(row, col, None, cell_format)
        return super()._write_number(row, col, number, cell_format)

    def _write_formula(
        self, row: int, col: int, formula: str, cell_format: Any = None, value: Any = 0
    ) -> Any:
        shown = escape(value) if isinstance(value, str) else value
        return super()._write_formula(row, col, formula, cell_format, shown)

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002, FBT
        """XlsxWriter's own looks for 140 functions of newer programs, of which kesu's formulas have none."""
        return formula.removeprefix("{").removeprefix("=").removesuffix("}")

    def _xml_formula_element(self, formula: str, result: Any, attributes: Any = ()) -> None:
        """XlsxWriter's own leaves out that an empty result is a text."""
        kind = [("t", "str")] if isinstance(result, str) and not result else []
        super()._xml_formula_element(formula, result, [*attributes, *kind])

    def _write_dimension(self) -> None:
        """What the sheet holds, the empty rows of its tables too: strict readers want a table within it."""
        for table in self.tables:
            self._check_dimensions(*xl_cell_to_rowcol(table["range"].rpartition(":")[2]))
        super()._write_dimension()

    def set_header(self, header: str = "") -> None:
        """XlsxWriter's own takes ``&&G`` for a picture that is not there."""
        self.header, self.header_footer_changed = plain(header), True

    def set_footer(self, footer: str = "") -> None:
        """As `set_header`."""
        self.footer, self.header_footer_changed = plain(footer), True

    def insert_chart(self, row: int, col: int, chart: Any, options: dict[str, Any]) -> Any:
        """Its alternative text is what somebody typed, too."""
        options = {key: plain(value) if isinstance(value, str) else value for key, value in options.items()}
        return super().insert_chart(row, col, chart, options)


class NewWorkbook(xlsxwriter.Workbook):  # type: ignore[misc]
    """A workbook to be written to a path, or to a buffer in memory."""

    worksheet_class = NewSheet
    kept: dict[str, bytes] | None = None

    def parts(self) -> dict[str, bytes]:
        """Close the workbook, opened for a buffer, and give its parts by name, in the file's order, instead of a file."""
        self.kept = {}
        self.close()
        return self.kept

    def close(self) -> None:
        """Write the file. Raises OSError where that cannot be done."""
        try:
            super().close()
        except FileCreateError as error:
            raise error.args[0] from None  # the OSError itself

    def add_chart(self, options: dict[str, Any]) -> Any:
        """Its titles and stored labels are what somebody typed, too."""
        chart = super().add_chart(options)
        escaped = chart._escape_data
        chart._escape_data = lambda data: escaped(plain(data) if isinstance(data, str) else data)
        return chart

    def _get_packager(self) -> Packager:
        return _Packager()


class _Packager(Packager):  # type: ignore[misc]
    def _create_package(self) -> list[tuple[Any, str, bool]]:
        files: list[tuple[Any, str, bool]] = super()._create_package()
        if self.workbook.kept is None:
            return files
        for file, name, binary in files:
            self.workbook.kept[name] = file.getvalue() if binary else file.getvalue().encode()
        return []

    def _write_shared_strings_file(self) -> None:
        if self.workbook.str_table.count:
            strings = _Strings()
            strings.string_table = self.workbook.str_table
            strings._set_xml_writer(self._filename("xl/sharedStrings.xml"))
            strings._assemble_xml_file()


class _Strings(SharedStrings):  # type: ignore[misc]
    """XlsxWriter's own takes a text from ``<r>`` to ``</r>`` for markup."""

    def _write_si(self, string: str) -> None:
        text = escape(string)
        kept = text[:1].isspace() or text[-1:].isspace()
        self._xml_si_element(text, [("xml:space", "preserve")] if kept else [])


def new_workbook(
    target: Path | IO[bytes],
    created: dt.date,
    *,
    font: dict[str, Any] | None = None,
    date1904: bool = False,
    **properties: str,
) -> NewWorkbook:
    """A new, empty workbook; ``close`` writes it.

    ``created`` (local wall clock; a day alone is its midnight) stands in the document properties beside
    ``properties`` (title, subject, company, comments). ``font``: of cells without a format (XlsxWriter's names).
    ``date1904``: days count from 1904.
    """
    stream = not isinstance(target, Path)
    options = {"in_memory": stream, "date_1904": date1904, "default_date_format": DATE_FORMAT, **_TEXT_ONLY}
    if font:
        options["default_format_properties"] = font
    book = NewWorkbook(target if stream else str(target), options)
    moment = created if isinstance(created, dt.datetime) else dt.datetime.combine(created, dt.time.min)
    said = {key: plain(text) for key, text in properties.items()}
    book.set_properties({"author": "kesu", **said, "created": moment.replace(tzinfo=None)})
    return book
