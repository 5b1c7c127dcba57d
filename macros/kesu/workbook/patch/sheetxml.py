"""A worksheet part: what stands where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kesu.workbook.patch.area import areas
from kesu.workbook.patch.refuse import damaged
from kesu.workbook.patch.rowsxml import Rows, blanked
from kesu.workbook.patch.xmlbytes import TAG, check, parse, prefix_of
from kesu.xlsx.address import cell_name

if TYPE_CHECKING:
    from kesu.workbook.patch.xmlbytes import Node

_SHEET_DATA = re.compile(rb"""<(?:[^\s<>/:]+:)?sheetData(?=[\s/>])[^<>]*>""")
_LINKS = re.compile(rb"""<((?:[^\s<>/:]+:)?hyperlinks)>""")
_LINK = re.compile(rb"""<(?:[^\s<>/:"]+:)?hyperlink ref="([A-Z0-9:]+)"[^<>]*/>""")
"""A link as most programs write it."""

Link = tuple[int, int, str]
"""The bytes from where to where a link is written, and the cells that it is on."""


class Sheet:
    """A worksheet part, read once: the frame around sheetData as a tree (but for the links), the rows by offset.

    ``prefix`` is that of what stands in sheetData, ``outer`` that of what stands beside it.
    ``checked``: the part has been held against the rules of XML already.
    """

    def __init__(self, data: bytes, where: str, *, checked: bool = False) -> None:
        if not checked:
            check(data, where)
        self.data, self.where = data, where
        shadow, inner, close = _inside(data, where)
        begin, end = _links(shadow, close)
        self.root = parse(data[:inner] + data[close:begin] + data[end:], where)
        _put_back(self.root, inner, close - inner)
        _put_back(self.root, begin, end - begin)
        sheet_data = self.root.one("sheetData")
        if sheet_data is None:
            raise damaged(where, "no sheetData")
        self.sheet_data: Node = sheet_data
        self.prefix = prefix_of(data, sheet_data)
        self.outer = prefix_of(data, self.root)
        self.columns = self._columns()
        self.rows = Rows(data, shadow, inner, close, where)
        merged = self.root.one("mergeCells")
        self.merged = [
            area for node in (merged.children if merged else []) for area in areas(node.attrs["ref"])
        ]

    def cell(self, row: int, column: int) -> str:
        """How messages name a cell of this sheet."""
        return f"{self.where}!{cell_name(row, column)}"

    def links(self) -> list[Link]:
        """The hyperlinks, of which there may be thousands: not in the tree."""
        node = self.root.one("hyperlinks")
        if node is None:
            return []
        found = [
            (hit.start(), hit.end(), hit[1].decode())
            for hit in _LINK.finditer(self.data, node.inner, node.close)
        ]
        if sum(end - start for start, end, _ in found) == node.close - node.inner:
            return found
        wrapped = parse(b"<a>%b</a>" % self.data[node.inner : node.close], self.where, namespaces=False)
        shift = node.inner - len(b"<a>")
        return [
            (link.start + shift, link.end + shift, link.attrs.get("ref", "")) for link in wrapped.children
        ]

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


def _links(shadow: bytes, close: int) -> tuple[int, int]:
    """From where to where the hyperlinks reach that come after byte ``close``; an empty place where there are none."""
    found = _LINKS.search(shadow, close)
    end = shadow.find(b"</" + found[1], found.end()) if found else -1
    return (found.end(), end) if found and end >= 0 else (close, close)


def _put_back(root: Node, at: int, size: int) -> None:
    """Offsets as they are with ``size`` bytes more at ``at``, right behind a start tag."""
    if not size:
        return
    for node in root.walk():
        node.start += size * (node.start >= at)
        node.inner += size * (node.inner > at)
        node.close += size * (node.close >= at)
        node.end += size * (node.end >= at)
