"""A worksheet part: what stands where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kesu.workbook.patch.area import areas, cell_name
from kesu.workbook.patch.refuse import damaged
from kesu.workbook.patch.rowsxml import Rows, blanked
from kesu.workbook.patch.xmlbytes import TAG, check, parse, prefix_of

if TYPE_CHECKING:
    from kesu.workbook.patch.xmlbytes import Node

_SHEET_DATA = re.compile(rb"""<(?:[^\s<>/:]+:)?sheetData(?=[\s/>])[^>]*>""")


class Sheet:
    """A worksheet part, read once: the frame around sheetData as a tree, the rows by offset.

    ``checked``: the part has been held against the rules of XML already.
    """

    def __init__(self, data: bytes, where: str, *, checked: bool = False) -> None:
        if not checked:
            check(data, where)
        self.data, self.where = data, where
        shadow, inner, close = _inside(data, where)
        self.root = parse(data[:inner] + data[close:], where)
        for child in self.root.children:
            if child.start >= inner:
                _shift(child, close - inner)
        self.root.close += close - inner
        sheet_data = self.root.one("sheetData")
        if sheet_data is None:
            raise damaged(where, "no sheetData")
        self.sheet_data: Node = sheet_data
        if close > inner or sheet_data.inner < sheet_data.end:
            sheet_data.close, sheet_data.end = close, data.index(b">", close) + 1
        self.prefix = prefix_of(data, sheet_data)
        self.columns = self._columns()
        self.rows = Rows(data, shadow, inner, close, where)
        merged = self.root.one("mergeCells")
        self.merged = [
            area for node in (merged.children if merged else []) for area in areas(node.attrs["ref"])
        ]

    def cell(self, row: int, column: int) -> str:
        """How messages name a cell of this sheet."""
        return f"{self.where}!{cell_name(row, column)}"

    def column_style(self, column: int) -> str | None:
        """The style of a column's empty cells."""
        return next((style for first, last, style in self.columns if first <= column <= last), None)

    def _columns(self) -> list[tuple[int, int, str | None]]:
        cols = self.root.one("cols")
        found = [node.attrs for node in cols.children] if cols else []
        return [(int(a.get("min", "0")), int(a.get("max", "0")), a.get("style")) for a in found]


def rows_of(data: bytes, where: str) -> Rows:
    """The rows of a worksheet part alone, which must be well-formed; see `check`."""
    return Rows(data, *_inside(data, where), where)


def _inside(data: bytes, where: str) -> tuple[bytes, int, int]:
    """The part with nothing but markup and text, and from where to where its sheetData reaches."""
    shadow = blanked(data)
    found = _SHEET_DATA.search(shadow)
    if found is None:
        raise damaged(where, "no sheetData")
    if found[0].endswith(b"/>"):
        return shadow, found.end(), found.end()
    name = (TAG.match(shadow, found.start()) or found)[1]
    return shadow, found.end(), shadow.rfind(b"</" + name)


def _shift(node: Node, by: int) -> None:
    for each in node.walk():
        each.start += by
        each.inner += by
        each.close += by
        each.end += by
