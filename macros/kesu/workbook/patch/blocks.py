"""Copying what stands on the one sheet of a workbook that kesu built onto a sheet that a team has, to the same place."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from kesu.workbook.calc.sheet import Strings
from kesu.workbook.patch.addsheet import SheetCopier
from kesu.workbook.patch.columns import Look
from kesu.workbook.patch.relations import RELATIONSHIPS, add_relation, related, relations
from kesu.workbook.patch.sheetxml import Sheet
from kesu.workbook.patch.values import KEEP, Placed
from kesu.workbook.patch.workbookxml import truth
from kesu.workbook.patch.xmlbytes import append_child

if TYPE_CHECKING:
    from kesu.workbook.patch.area import Area
    from kesu.workbook.patch.package import Package
    from kesu.workbook.patch.rowreader import Cell
    from kesu.workbook.patch.values import Scalar, Value
    from kesu.workbook.patch.workbookxml import SheetInfo, Structure
    from kesu.workbook.patch.xmlbytes import Edit


class BlockCopier(SheetCopier):
    """Copies from the only sheet of ``source`` into a sheet of ``target``: texts and numbers, never a formula."""

    def __init__(self, source: Package, target: Package, structure: Structure) -> None:
        super().__init__(source, target, structure)
        self.part = self.origin.sheets[0].part
        self.sheet = Sheet(source.read(self.part), "new.xlsx ▸ sheet")
        shared = next((r.part for r in relations(source, self.origin.part) if r.kind == "sharedStrings"), "")
        self.strings = Strings(lambda: source.read(shared))

    def cells(self, area: Area) -> list[list[Value]]:
        """What stands in ``area``, row by row, with its looks; where nothing does, what the target has is kept."""
        wide = area.right - area.left + 1
        found: list[list[Value]] = [[KEEP] * wide for _ in range(area.top, area.bottom + 1)]
        for row in self.sheet.rows.between(area.top, area.bottom):
            for column, cell in row.cells.items():
                if area.left <= column <= area.right:
                    style = self.merger.cell(cell.style) if cell.style else None
                    found[row.number - area.top][column - area.left] = Placed(self._value(cell), style)
        return found

    def _value(self, cell: Cell) -> Scalar:
        if cell.text is None:
            return None
        return self.strings.at(int(cell.text)) if cell.kind == "s" else float(cell.text)

    def looks(self, area: Area) -> dict[int, Look]:
        """How the columns of ``area`` are shown."""
        cols = self.sheet.root.one("cols")
        return {
            column: Look(
                hidden=truth(node.attrs.get("hidden")),
                level=int(node.attrs.get("outlineLevel", "0")),
                collapsed=truth(node.attrs.get("collapsed")),
                width=float(node.attrs["width"]) if "width" in node.attrs else None,
            )
            for node in (cols.children if cols else ())
            for column in range(int(node.attrs["min"]), int(node.attrs["max"]) + 1)
            if area.left <= column <= area.right
        }

    def rules(self) -> list[bytes]:
        """The sheet's input checks."""
        there = self.sheet.root.one("dataValidations")
        return [self.sheet.data[node.start : node.end] for node in (there.children if there else ())]

    def tables(self, info: SheetInfo, onto: Sheet) -> list[Edit]:
        """Copies the sheet's tables and hangs them on the sheet ``info`` of the target: the edits of that, ``onto``."""
        ids = [
            add_relation(
                self.target,
                info.part,
                RELATIONSHIPS + "/table",
                posixpath.relpath(self._part(relation.part), posixpath.dirname(info.part)),
            )
            for relation in relations(self.source, self.part)
            if relation.kind == "table"
        ]
        self.styles.save()  # of cells and tables
        there = onto.root.one("tableParts")
        assert there is not None  # noqa: S101 - whoever copies a block has found tables beside it
        like = there.children[0]
        new = b"".join(
            b"<%btablePart%b/>" % (onto.outer, related(onto.data, onto.root, like, one)) for one in ids
        )
        return [append_child(onto.data, there, new)]

    def names(self) -> dict[str, str]:
        """The names that the workbook defines."""
        return {one.name: one.refers_to for one in self.origin.names if not one.sheet}
