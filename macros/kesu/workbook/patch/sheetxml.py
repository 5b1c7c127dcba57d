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

    ``checked``: the whole part need not be held against the rules of XML again.
    """

    def __init__(self, data: bytes, where: str, *, checked: bool = False) -> None:
        if not checked:
            check(data, where)
        self.data, self.where = data, where
        shadow = blanked(data)
        found = _SHEET_DATA.search(shadow)
        if found is None:
            raise damaged(where, "no sheetData")
        inner = close = found.end()
        if not found[0].endswith(b"/>"):
            name = (TAG.match(shadow, found.start()) or found)[1]
            close = shadow.rfind(b"</" + name)
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


def _shift(node: Node, by: int) -> None:
    for each in node.walk():
        each.start += by
        each.inner += by
        each.close += by
        each.end += by
