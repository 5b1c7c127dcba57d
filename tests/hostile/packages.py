"""Small hostile workbooks, each a register spoilt in one way; the table grows with every attack that somebody thinks of."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import xlsxwriter

SHEET: Final = "xl/worksheets/sheet1.xml"
BOOK: Final = "xl/workbook.xml"
BOOK_RELS: Final = "xl/_rels/workbook.xml.rels"
ROOT_RELS: Final = "_rels/.rels"
STRINGS: Final = "xl/sharedStrings.xml"
HEADER: Final = ("Complaint no.", "Kind", "Tier", "Received at", "Channel", "Status")
Parts = Mapping[str, bytes]


def register(path: Path, number: str) -> Path:
    """A register of one complaint."""
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        sheet = book.add_worksheet("Register")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, [number, "Complaint", "VIP", dt.datetime(2026, 10, 1, 9, 5), "Phone", "New"])
    return path


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


def _with(part: str, old: bytes, new: bytes) -> Callable[[Parts], Parts]:
    """``part`` with ``new`` before ``old``."""

    def spoil(parts: Parts) -> Parts:
        assert old in parts[part]
        return {**parts, part: parts[part].replace(old, new + old, 1)}

    return spoil


def _rows(count: int, cell: str) -> bytes:
    return "".join(f'<row r="{row}">{cell.format(row=row)}</row>' for row in range(3, 3 + count)).encode()


def _one_long_string(parts: Parts) -> Parts:
    strings = parts[STRINGS].replace(b"</sst>", b"<si><t>" + b"A" * 32_767 + b"</t></si></sst>")
    number = strings.count(b"<si>") - 1
    rows = _rows(2060, f'<c r="A{{row}}" t="s"><v>{number}</v></c>')
    return {**_with(SHEET, b"</sheetData>", rows)(parts), STRINGS: strings}


def _sheets(count: int, relation: str) -> bytes:
    return b"".join(
        f'<sheet xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" name="s{n}" '
        f'sheetId="{n + 10}" r:id="{relation}"/>'.encode()
        for n in range(count)
    )


def _wide(parts: Parts) -> Parts:
    cells = "".join(f'<c r="{_letters(n)}3" t="str"><v>Kind</v></c>' for n in range(2500))
    return _with(SHEET, b"</sheetData>", f'<row r="3">{cells}</row>'.encode())(parts)


def _letters(number: int) -> str:
    letters = ""
    while number >= 0:
        letters, number = chr(65 + number % 26) + letters, number // 26 - 1
    return letters


DTD: Final = b'<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'

REFUSED: Final[Mapping[str, Callable[[Parts], Parts]]] = {
    "sheets": _with(BOOK, b"</sheets>", _sheets(1001, "rId1")),
    "twice": _with(BOOK, b"</sheets>", _sheets(1, "rId1")),
    "blanks": _with(SHEET, b"</sheetData>", b" " * (9 << 20)),
    "strings": _with(STRINGS, b"</sst>", b"<si><t>a</t></si>" * 600_000),
    "rich": _with(STRINGS, b"</sst>", b"<si>" + b"<r><t>a</t></r>" * 700_000 + b"</si>"),
    "shared": _one_long_string,
    "wide": _wide,
    "far": _with(SHEET, b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    "entity": _with(SHEET, b"<worksheet", DTD),
    "hidden-entity": _with(SHEET, b"<worksheet", b"<!--" + b"x" * 70_000 + b"-->" + DTD),
    "root-entity": _with(ROOT_RELS, b"<Relationships", DTD),
    "lost": lambda parts: {name: data for name, data in parts.items() if name != BOOK_RELS},
    "elsewhere": lambda parts: {
        **parts, BOOK_RELS: parts[BOOK_RELS].replace(b"worksheets/sheet1.xml", b"../../../etc/passwd"),
    },
    "broken-root": lambda parts: {**parts, ROOT_RELS: b"<Relationships>"},
    "deep-root": lambda parts: {**parts, BOOK_RELS: b"<a>" * 200_000 + b"</a>" * 200_000},
}  # fmt: skip
"""What must not be read, under a limit of 512 MB, each in one line."""

READ: Final[Mapping[str, Callable[[Parts], Parts]]] = {
    "rows": _with(SHEET, b"</sheetData>", _rows(5000, '<c r="A{row}" t="str"><v>HB{row}</v></c>')),
    "right": _with(SHEET, b"</sheetData>", b'<row r="3"><c r="CZZ3" t="str"><v>x</v></c></row>'),
    "deep": _with(SHEET, b"</worksheet>", b"<a>" * 200_000 + b"</a>" * 200_000),
}
"""What is odd and read all the same."""


def build(folder: Path, which: Mapping[str, Callable[[Parts], Parts]]) -> list[Path]:
    """The workbooks of a table, each with a complaint of its own."""
    made = []
    for name, spoil in which.items():
        path = register(folder / f"{name}.xlsx", f"X-{name}")
        parts = spoil(parts_of(path))
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
            for part, data in parts.items():
                book.writestr(part, data)
        made.append(path)
    return made
