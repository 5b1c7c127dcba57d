"""The sheets of a workbook as columns of text, whatever its format."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest
from typing import IO, Any, Final

from kesu.register.columns import ITEMS, REGISTER, labels, sheet_key
from kesu.register.text import folded
from kesu.workbook.reading import refusals
from kesu.workbook.reading.refusals import Refused

WANTED: Final = {"register", "items", "settings"}
ISO: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?")
SEPARATORS: Final = ",;\t"
LONGEST_FIELD: Final = 1 << 24

Contents = list[tuple[str, Any]]
"""Sheet titles and Arrow record batches: text columns named by their 0-based number."""


def chosen(titles: Sequence[str], visible: Callable[[str], bool], *, every_sheet: bool) -> list[str]:
    """The sheets worth reading: by title, else all that are shown; all of them where ``every_sheet``."""
    if every_sheet:
        return list(titles)
    wanted = [title for title in titles if sheet_key(title) in WANTED]
    if any(sheet_key(title) == "register" for title in wanted):
        return wanted
    return [title for title in titles if title in wanted or visible(title)]


def by_fastexcel(source: str | bytes, *, every_sheet: bool) -> Contents:
    """Reads .xlsx and .xlsm; formulas by their stored values, error cells as blank."""
    import fastexcel

    reader = fastexcel.read_excel(source)
    loaded: dict[str, Any] = {}

    def load(title: str) -> Any:
        if title not in loaded:
            loaded[title] = reader.load_sheet(title, header_row=None, skip_rows=0, dtypes="string")
        return loaded[title]

    titles = chosen(
        reader.sheet_names, lambda title: load(title).visible == "visible", every_sheet=every_sheet
    )
    contents = []
    for title in titles:
        batch = load(title).to_arrow()
        columns = [str(column.absolute_index) for column in load(title).selected_columns]
        contents.append((title, batch.rename_columns(columns) if columns else batch))
    return contents


def by_calamine(file: IO[bytes], *, every_sheet: bool) -> tuple[Contents, frozenset[str]]:
    """Reads any workbook, slower; also the cells typed as text that look exactly like a true date."""
    import python_calamine as calamine

    book = calamine.CalamineWorkbook.from_filelike(file)
    shown = {sheet.name: sheet.visible == calamine.SheetVisibleEnum.Visible for sheet in book.sheets_metadata}
    grids = {}
    iso: set[str] = set()
    for title in chosen(book.sheet_names, lambda title: shown.get(title, True), every_sheet=every_sheet):
        rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
        iso.update(cell for row in rows for cell in row if isinstance(cell, str) and ISO.fullmatch(cell))
        grids[title] = [[_words(cell) for cell in row] for row in rows]
    return [(title, _batch(rows)) for title, rows in grids.items()], frozenset(iso)


def by_csv(name: str, file: IO[bytes], title: str) -> Contents:
    """Reads a text table: UTF-8 or GB18030 (or UTF-16 with its mark), separated by comma, semicolon or tab."""
    text = _decoded(name, file.read())
    csv.field_size_limit(LONGEST_FIELD)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text)))
    except csv.Error as error:
        raise Refused(refusals.broken(name, str(error))) from None
    return [(title, _batch([[cell or None for cell in row] for row in rows]))]


def _decoded(name: str, data: bytes) -> str:
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(refusals.undecodable(name))


def _separator(text: str) -> str:
    """The one that makes most of our column labels, or most columns, out of the first lines."""
    lines = text.splitlines()[:30]
    names = labels(REGISTER).keys() | labels(ITEMS).keys()

    def labelled(separator: str) -> tuple[int, int]:
        rows = list(csv.reader(lines, delimiter=separator))
        return max((sum(folded(cell) in names for cell in row) for row in rows), default=0), len(
            rows[0]
        ) if rows else 0

    return max(SEPARATORS, key=labelled)


def _words(cell: object) -> str | None:  # noqa: PLR0911 - one line a type
    """A cell as fastexcel would say it."""
    match cell:
        case None | "":
            return None
        case str():
            return cell
        case bool():
            return str(cell).lower()
        case float() | int():
            return str(int(cell)) if cell == int(cell) and abs(cell) < 1e15 else repr(cell)
        case dt.datetime():
            return cell.isoformat(" ")
        case dt.date():
            return f"{cell.isoformat()} 00:00:00"
        case dt.time():
            return f"1899-12-31 {cell.isoformat()}"
    return str(cell)


def _batch(rows: Iterable[Sequence[str | None]]) -> Any:
    import pyarrow as pa

    columns = [pa.array(column, pa.string()) for column in zip_longest(*rows)]
    return pa.record_batch(columns, names=[str(number) for number in range(len(columns))])
