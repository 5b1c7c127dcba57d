"""What the readers in native code will not do: error values that they do not know, sheets of which only the top is wanted."""

from __future__ import annotations

import contextlib
import html
import io
import re
import zipfile
from itertools import islice
from typing import IO, Final
from xml.parsers import expat

from kesu.workbook.reading.odd import Address

KNOWN_ERRORS: Final = frozenset(
    {b"#NULL!", b"#DIV/0!", b"#VALUE!", b"#REF!", b"#NAME?", b"#NUM!", b"#N/A", b""}
)
TOP: Final = 1 << 18
"""Bytes of a sheet in which its heading is looked for."""
_ERROR_CELL: Final = re.compile(
    rb'(<(?:\w+:)?c\b[^<>]{0,512}\bt="e"[^<>]{0,512}>\s*+(?:<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)\s*+)?<(?:\w+:)?v>)([^<]*)'
)
_CELL: Final = re.compile(rb"<(?:\w+:)?c(?=[\s/>])")
_ROW: Final = re.compile(rb"<(?:\w+:)?row\b")
_STRING: Final = re.compile(rb"<(?:\w+:)?si(?=[\s/>])")
_TEXT: Final = re.compile(rb"<(?:\w+:)?t\b[^<>]*>([^<]*)</")
_PHONETIC: Final = re.compile(rb"<(?:\w+:)?rPh\b")
_PHONETIC_END: Final = re.compile(rb"</(?:\w+:)?rPh>")
_VALUE: Final = re.compile(rb"<(?:\w+:)?v>(\d{1,9})</")
_NAMED: Final = {"NA": "#N/A", "Div0": "#DIV/0!", "Name": "#NAME?"}


def with_known_errors(file: IO[bytes]) -> IO[bytes]:
    """``file`` itself, or a copy in memory in which error values that calamine does not know (#SPILL!) are others."""
    out = io.BytesIO()
    replaced = 0
    with zipfile.ZipFile(file) as book, zipfile.ZipFile(out, "w") as copy:
        for info in book.infolist():
            data = book.read(info)
            if info.filename.lower().startswith("xl/worksheets/"):
                data, count = _ERROR_CELL.subn(_known, data)
                replaced += count
            copy.writestr(info.filename, data)
    file.seek(0)
    out.seek(0)
    return out if replaced else file


def _known(cell: re.Match[bytes]) -> bytes:
    return cell[1] + (cell[2] if cell[2] in KNOWN_ERRORS else b"#VALUE!")


def errors_of(file: IO[bytes], titles: list[str]) -> dict[str, dict[Address, str]]:
    """Error values of a workbook that is no .xlsx, by sheet and address; what cannot be told is left out."""
    import fastexcel

    file.seek(0)
    found: dict[str, dict[Address, str]] = {}
    try:
        reader = fastexcel.read_excel(file.read())
        for title in titles:
            sheet = reader.load_sheet(title, header_row=None, skip_rows=0, dtypes="string")
            _, errors = sheet.to_arrow_with_errors()
            columns = [column.absolute_index for column in sheet.selected_columns]
            for error in errors.errors if errors else ():
                kind = re.search(r"Error\((\w+)\)", error.detail)
                if kind:
                    row, column = error.position
                    found.setdefault(title, {})[row + 1, columns[column]] = _NAMED.get(
                        kind[1], f"#{kind[1].upper()}!"
                    )
    except BaseException:  # noqa: S110 - a second look that may fail; the cells are blank all the same
        pass
    return found


def ods_errors(file: IO[bytes]) -> dict[str, dict[Address, str]]:
    """Error values of an OpenDocument spreadsheet, by sheet and address; they read as blank. Nothing for other files."""
    file.seek(0)
    with contextlib.suppress(zipfile.BadZipFile), zipfile.ZipFile(file) as book:
        if "content.xml" in book.namelist():
            content = book.read("content.xml")
            return _OdsErrors(content).found if b'value-type="error"' in content else {}
    return {}


class _OdsErrors:
    """Counts its way through the rows and cells of ``content``, repeated ones included."""

    def __init__(self, content: bytes) -> None:
        self.found: dict[str, dict[Address, str]] = {}
        self.sheet, self.row, self.column, self.rows = "", 0, 0, 1
        self.error, self.text = False, ""
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler = self.characters
        with contextlib.suppress(
            expat.ExpatError, ValueError
        ):  # the reader proper has the last word on broken files
            parser.Parse(content, True)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table":
            self.sheet, self.row, self.rows = attributes.get("table:name", ""), 0, 1
        elif tag == "table:table-row":
            self.row, self.column = self.row + 1, 0
            self.rows = int(attributes.get("table:number-rows-repeated", "1"))
        elif tag in {"table:table-cell", "table:covered-table-cell"}:
            self.error = attributes.get("calcext:value-type") == "error"
            self.text, self.width = "", int(attributes.get("table:number-columns-repeated", "1"))

    def end(self, tag: str) -> None:
        if tag == "table:table-row":
            self.row += self.rows - 1
        elif tag in {"table:table-cell", "table:covered-table-cell"}:
            if self.error:
                self.found.setdefault(self.sheet, {})[self.row, self.column] = self.text
            self.error = False
            self.column += self.width

    def characters(self, text: str) -> None:
        if self.error:
            self.text += text


def first_rows(book: zipfile.ZipFile, part: str, count: int) -> list[list[str]]:
    """The texts in the first ``count`` rows of a worksheet part, by row, as far as its first `TOP` bytes hold them."""
    with book.open(part) as stream:
        top = stream.read(TOP)
    rows = [_CELL.split(row)[1:] for row in _ROW.split(top)[1 : count + 1]]
    cells = [[(cell.partition(b">")[0], cell.partition(b">")[2]) for cell in row] for row in rows]
    wanted = {
        int(value[1])
        for row in cells
        for attributes, inside in row
        if b't="s"' in attributes and (value := _VALUE.search(inside))
    }
    shared = _shared(book, wanted)
    return [[text for cell in row if (text := _text(cell[0], cell[1], shared))] for row in cells]


def _shared(book: zipfile.ZipFile, wanted: set[int]) -> dict[int, str]:
    part = next((name for name in book.namelist() if name.lower() == "xl/sharedstrings.xml"), None)
    if part is None or not wanted:
        return {}
    data = book.read(part)
    starts = [start.end() for start in islice(_STRING.finditer(data), max(wanted) + 2)]
    ends = [*starts[1:], len(data)]
    return {
        number: _plain(data[start:end])
        for number, (start, end) in enumerate(zip(starts, ends, strict=True))
        if number in wanted
    }


def _text(attributes: bytes, inside: bytes, shared: dict[int, str]) -> str:
    if b't="s"' in attributes:
        value = _VALUE.search(inside)
        return shared.get(int(value[1]), "") if value else ""
    return _plain(inside)


def _plain(xml: bytes) -> str:
    first, *others = _PHONETIC.split(xml)
    said = [first, *(more for one in others for more in _PHONETIC_END.split(one)[1:])]
    return html.unescape(b"".join(_TEXT.findall(b"".join(said))).decode("utf-8", "replace"))
