"""A worksheet part: what stands where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kesu.workbook.patch.area import areas, cell_name
from kesu.workbook.patch.refuse import damaged
from kesu.workbook.patch.rowsxml import Rows, blanked, shift
from kesu.workbook.patch.xmlbytes import TAG, check, parse, prefix_of

if TYPE_CHECKING:
    from kesu.workbook.patch.xmlbytes import Node

_SHEET_DATA = re.compile(rb"""<(?:[^\s<>/:]+:)?sheetData(?=[\s/>])[^>]*>""")


class Sheet:
    """A worksheet part, read once: the frame around sheetData as a tree, the rows by offset."""

    def __init__(self, data: bytes, where: str) -> None:
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
                shift(child, close - inner)
        self.root.close += close - inner
        sheet_data = self.root.one("sheetData")
        if sheet_data is None:
            raise damaged(where, "no sheetData")
        self.sheet_data: Node = sheet_data
        if close > inner or sheet_data.inner < sheet_data.end:
            sheet_data.close, sheet_data.end = close, data.index(b">", close) + 1
        self.prefix = prefix_of(data, sheet_data)
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
        for node in ((cols := self.root.one("cols")) and cols.children) or []:
            if int(node.attrs.get("min", 0)) <= column <= int(node.attrs.get("max", 0)):
                return node.attrs.get("style")
        return None
