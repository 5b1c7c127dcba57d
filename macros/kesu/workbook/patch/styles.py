"""Bringing the styles of one workbook into another: added at the end, so that every old index stays."""

from __future__ import annotations

import posixpath
from functools import partial
from typing import TYPE_CHECKING, Final

from kesu.workbook.patch.refuse import damaged, refused
from kesu.workbook.patch.relations import RELATIONSHIPS, add_relation, declare, relations
from kesu.workbook.patch.sheetxml import Sheet
from kesu.workbook.patch.xmlbytes import (
    Node,
    append_child,
    attribute,
    parse,
    prefix_of,
    set_attributes,
    splice,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kesu.workbook.patch.area import Area
    from kesu.workbook.patch.package import Package
    from kesu.workbook.patch.workbookxml import Structure
    from kesu.workbook.patch.xmlbytes import Edit

_ORDER: Final = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles",
    "colors", "extLst",
)  # fmt: skip
_FIRST_CUSTOM_FORMAT: Final = 164
_BUILT_IN: Final = {"@": "49"}
_CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_SMALLEST: Final = (
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="1"><font><sz val="11"/>'
    b'<name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill>'
    b'<patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/>'
    b'</cellStyleXfs><cellXfs count="1"><xf xfId="0"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" '
    b'builtinId="0"/></cellStyles></styleSheet>'
)
_MOST_STYLES: Final = 64_000
"""Excel holds 65,490 cell formats."""


class _List:
    """One list of a styles part (fonts, cellXfs …), read, with what shall be added to it."""

    def __init__(self, data: bytes, root: Node, tag: str) -> None:
        self.tag, self.node = tag, root.one(tag)
        self.nodes = self.node.children if self.node else []
        self.there = [data[node.start : node.end] for node in self.nodes]
        self.old = len(self.there)

    def index_of(self, xml: bytes) -> int:
        """The index of an element with these bytes, added if it is not there yet."""
        if xml not in self.there:
            self.there.append(xml)
        return self.there.index(xml)


class Styles:
    """The styles part of a workbook."""

    def __init__(self, package: Package, structure: Structure) -> None:
        targets = (r.part for r in relations(package, structure.part) if r.kind == "styles")
        self.package, self.part = package, next(targets, "")
        if not self.part:
            raise damaged(package.path.name, "no styles")
        self.data = package.read(self.part)
        self.root = parse(self.data, package.where(self.part))
        self.prefix = prefix_of(self.data, self.root)
        self.lists = {tag: _List(self.data, self.root, tag) for tag in _ORDER}

    def element(
        self, tag: str, index: int, prefix: bytes, changes: dict[str, str | None] | None = None
    ) -> bytes:
        """The bytes of one list element, attributes changed, written with another namespace prefix."""
        node = self.lists[tag].nodes[index]
        edits = renamed(self.data, node, prefix)
        if changes:
            edits += set_attributes(self.data, node, changes)
        return splice(self.data[: node.end], edits)[node.start :]

    def attrs(self, tag: str, index: int) -> dict[str, str]:
        """The attributes of one list element."""
        return self.lists[tag].nodes[index].attrs

    def formatted(self, index: str, code: str) -> str:
        """The index of a cell format with the number format ``code``, if it has none; else its own index."""
        attrs = self.attrs("cellXfs", int(index))
        if attrs.get("numFmtId", "0") != "0":
            return index
        number = _BUILT_IN.get(code) or self.number_format(code)
        xml = self.element("cellXfs", int(index), self.prefix, {"numFmtId": number, "applyNumberFormat": "1"})
        return str(self.lists["cellXfs"].index_of(xml))

    def number_format(self, code: str) -> str:
        """The id of a number format, added if it is not there yet."""
        there = self.lists["numFmts"]
        root = parse(b"<f>" + b"".join(there.there) + b"</f>", self.part, namespaces=False)
        for node in root.children:
            if node.attrs.get("formatCode") == code:
                return node.attrs["numFmtId"]
        taken = [int(node.attrs.get("numFmtId", "0")) for node in root.children]
        new = str(max([_FIRST_CUSTOM_FORMAT - 1, *taken]) + 1)
        there.index_of(
            b'<%bnumFmt numFmtId="%b" formatCode="%b"/>' % (self.prefix, new.encode(), attribute(code))
        )
        return new

    def save(self) -> None:
        """Put the styles part back with what was added."""
        edits: list[Edit] = []
        for tag, each in self.lists.items():
            new = each.there[each.old :]
            if not new:
                continue
            if each.node is None:
                count = (self.prefix, tag.encode(), len(new), b"".join(new), self.prefix, tag.encode())
                at = self._byte_for(tag)
                edits.append((at, at, b'<%b%b count="%d">%b</%b%b>' % count))
            else:
                edits.append(append_child(self.data, each.node, b"".join(new)))
                edits += set_attributes(self.data, each.node, {"count": str(len(each.there))})
        self.package.put(self.part, splice(self.data, edits))

    def _byte_for(self, tag: str) -> int:
        later = _ORDER[_ORDER.index(tag) + 1 :]
        return next((node.start for node in self.root.children if node.tag in later), self.root.close)


def add_styles(package: Package, structure: Structure) -> None:
    """Give a workbook that has no styles part the smallest one there can be."""
    if any(relation.kind == "styles" for relation in relations(package, structure.part)):
        return
    part = posixpath.join(posixpath.dirname(structure.part), "styles.xml")
    if package.has(part):
        raise damaged(package.where(part), "not among the relationships")
    package.put(part, _SMALLEST)
    declare(package, part, _CONTENT_TYPE)
    add_relation(package, structure.part, RELATIONSHIPS + "/styles", "styles.xml")


class StyleMerger:
    """Translates style indices of ``source`` to those of ``target``, adding what is missing there."""

    def __init__(self, source: Styles, target: Styles) -> None:
        self.source, self.target = source, target
        self.known: dict[tuple[str, str], str] = {}

    def cell(self, index: str) -> str:
        """The new index of a cell format."""
        return self._once("cellXfs", index, self._cell)

    def differential(self, index: str) -> str:
        """The new index of a differential format (conditional formats, tables)."""
        return self._once("dxfs", index, partial(self._copied, "dxfs"))

    def _once(self, tag: str, index: str, make: Callable[[str], str]) -> str:
        if (tag, index) not in self.known:
            self.known[tag, index] = make(index)
        return self.known[tag, index]

    def _copied(self, tag: str, index: str, changes: dict[str, str | None] | None = None) -> str:
        xml = self.source.element(tag, int(index), self.target.prefix, changes)
        return str(self.target.lists[tag].index_of(xml))

    def _cell(self, index: str) -> str:
        attrs = self.source.attrs("cellXfs", int(index))
        changes: dict[str, str | None] = {
            key: self._once(tag, attrs[key], partial(self._copied, tag))
            for key, tag in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders"))
            if key in attrs
        }
        changes["numFmtId"] = self._number_format(attrs.get("numFmtId", "0"))
        changes["xfId"] = "0"  # named styles stay behind: everything hangs on the user's Normal
        if len(self.target.lists["cellXfs"].there) >= _MOST_STYLES:
            raise refused(
                self.target.package.path.name,
                "工作簿的单元格格式太多，放不下新工作表的格式。请清理格式。",
                "the workbook has too many cell formats to take those of a new sheet. Clean them up.",
            )
        return self._copied("cellXfs", index, changes)

    def _number_format(self, number: str) -> str:
        if int(number) < _FIRST_CUSTOM_FORMAT:
            return number
        codes = {
            n.attrs.get("numFmtId"): n.attrs.get("formatCode", "") for n in self.source.lists["numFmts"].nodes
        }
        return self.target.number_format(codes[number])


def set_formats(
    package: Package, structure: Structure, part: str, area: Area, formats: Mapping[int, str]
) -> None:
    """Give the filled cells of ``area`` number formats (column → code) where they have none."""
    if not formats or not any(r.kind == "styles" for r in relations(package, structure.part)):
        return
    styles = Styles(package, structure)
    sheet = Sheet(package.read(part), package.where(part))
    edits: list[Edit] = []
    for row in sheet.rows.between(area.top, area.bottom):
        for column, cell in row.cells.items():
            if column in formats and cell.text is not None and cell.formula is None:
                old = cell.style or "0"
                new = styles.formatted(old, formats[column])
                node = Node("", "c", {}, cell.start, cell.start)
                edits += set_attributes(sheet.data, node, {"s": new}) if new != old else []
    package.put(part, splice(sheet.data, edits))
    styles.save()


def renamed(data: bytes, node: Node, prefix: bytes) -> list[Edit]:
    """Edits that write an element and all of its namespace in it with another prefix."""
    edits: list[Edit] = []
    for each in node.walk():
        old = prefix_of(data, each)
        if old != prefix and each.uri == node.uri:
            edits.append((each.start + 1, each.start + 1 + len(old), prefix))
            if each.inner < each.end:
                edits.append((each.close + 2, each.close + 2 + len(old), prefix))
    return edits
