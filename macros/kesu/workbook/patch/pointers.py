"""What leads to cells by their address: it would lead to others, were these moved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import unescape

from kesu.workbook.patch.area import Area, areas
from kesu.workbook.patch.refuse import refused
from kesu.workbook.patch.relations import relations
from kesu.workbook.patch.xmlbytes import parse
from kesu.xlsx.address import cell_name, column_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kesu.workbook.patch.package import Package
    from kesu.workbook.patch.sheetxml import Sheet
    from kesu.workbook.patch.workbookxml import SheetInfo, Structure

_FORMULA: Final = re.compile(
    rb"<((?:[\w.-]+:)?(?:f|formula|formula1|formula2))(?:\s[^<>]*)?(?<!/)>([^<]*)</\1\s*>"
)
_REFERENCE: Final = re.compile(
    r"(?<![\w.$\]])(?:(?:'((?:[^']|''){1,62}+)'|([^\W\d][\w.]*))!)?"
    r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?(?![\w(!])"
)
_TEXT: Final = re.compile(r'"[^"]*"')
_PLACED: Final = frozenset({"conditionalFormatting", "dataValidation"})

Pointer = tuple[str, str]
"""Where something stands that leads to a cell, and which cell."""


@dataclass(frozen=True)
class Moving:
    """The cells ``moved`` of a sheet, part of the ``body`` of a table, about to stand elsewhere."""

    package: Package
    structure: Structure
    sheet: Sheet
    info: SheetInfo
    moved: Area
    body: Area

    def ensure_unreferenced(self) -> None:
        """Refuse where something leads to one of them by its address."""
        for pointers in (self._names, self._formulas, self._charts, self._rules, self._notes):
            for where, ref in pointers():
                raise refused(
                    where,
                    f"这里用到“{self.info.name}”的单元格 {ref}，插入行会让它指错。请改用表的列名，或先去掉它。",
                    f"this leads to cell {ref} of “{self.info.name}”, and would lead to another one after rows are inserted. "
                    "Name the column of the table instead, or remove it first.",
                )

    def _names(self) -> Iterator[Pointer]:
        for defined in self.structure.names:
            for ref in self._references(defined.refers_to, own=False):
                yield f"{self.package.path.name} ▸ {defined.name}", ref

    def _formulas(self) -> Iterator[Pointer]:
        mentioned = self.info.name.replace("'", "''").replace("&", "&amp;").encode()
        for other in self.structure.sheets:
            own = other.part == self.info.part
            data = self.package.read(other.part) if other.kind == "worksheet" else b""
            if own or mentioned in data:
                yield from self._in_part(data, f"{self.package.path.name} ▸ {other.name}", own=own)

    def _charts(self) -> Iterator[Pointer]:
        for chart in (name for name in self.package.names() if "/charts/chart" in name):
            yield from self._in_part(self.package.read(chart), self.package.where(chart), own=False)

    def _rules(self) -> Iterator[Pointer]:
        """Conditional formats, input checks and links that lie on some of the cells only."""
        body = self.body
        for child in self.sheet.root.children:
            for node in (one for one in child.walk() if one.tag in _PLACED):
                for area in areas(node.attrs.get("sqref", "")):
                    if area.meets(self.moved) and not (area.top <= body.top and area.bottom >= body.bottom):
                        yield self.sheet.where, str(area)
        for _, _, ref in self.sheet.links():
            if any(area.meets(self.moved) for area in areas(ref)):
                yield self.sheet.where, ref

    def _notes(self) -> Iterator[Pointer]:
        for relation in relations(self.package, self.info.part):
            if relation.kind in {"comments", "threadedComment"}:
                root = parse(self.package.read(relation.part), self.package.where(relation.part))
                for node in root.walk():
                    for area in areas(node.attrs.get("ref", "")):
                        if area.meets(self.moved):
                            yield self.sheet.where, str(area)

    def _in_part(self, data: bytes, where: str, *, own: bool) -> Iterator[Pointer]:
        for formula in _FORMULA.finditer(data):
            for ref in self._references(unescape(formula[2].decode("utf-8", "replace")), own=own):
                yield where, ref

    def _references(self, formula: str, *, own: bool) -> Iterator[str]:
        """The addresses in a formula that are among the cells; ``own``: it stands on their sheet itself."""
        for found in _REFERENCE.finditer(_TEXT.sub('""', formula)):
            named = found[1].replace("''", "'") if found[1] else found[2]
            if not own and named is None:
                continue
            if named is not None and named.casefold() != self.info.name.casefold():
                continue
            left, top = column_number(found[3]), int(found[4])
            right, bottom = (column_number(found[5]), int(found[6])) if found[5] else (left, top)
            if Area(min(top, bottom), min(left, right), max(top, bottom), max(left, right)).meets(self.moved):
                yield cell_name(top, left)
