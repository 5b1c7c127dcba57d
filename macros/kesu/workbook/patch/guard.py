"""What must not be written over, because it is not a plain cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kesu.words.text import Text
from kesu.workbook.patch.area import Area, areas
from kesu.workbook.patch.refuse import refused
from kesu.workbook.patch.relations import relations
from kesu.workbook.patch.values import Keep
from kesu.workbook.patch.xmlbytes import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kesu.workbook.patch.package import Package
    from kesu.workbook.patch.sheetxml import Sheet
    from kesu.workbook.patch.values import Value
    from kesu.workbook.patch.workbookxml import TableInfo


class Block:
    """Values about to be written at a place of a sheet."""

    def __init__(self, sheet: Sheet, top: int, left: int, rows: Sequence[Sequence[Value]]) -> None:
        self.sheet, self.top, self.left, self.rows = sheet, top, left, rows

    def touched(self, area: Area) -> Iterator[tuple[int, int, Value]]:
        """The cells of ``area`` that would be written."""
        for row, values in enumerate(self.rows, self.top):
            if area.top <= row <= area.bottom:
                for column, value in enumerate(values, self.left):
                    if area.left <= column <= area.right and not isinstance(value, Keep):
                        yield row, column, value

    def refuse_on(self, area: Area, what: Text) -> None:
        """Refuse if any cell of ``area`` would be written; ``what`` stands there."""
        for row, column, _ in self.touched(area):
            raise refused(
                self.sheet.cell(row, column),
                f"这里是{what.zh}（{area}），kesu 不能覆盖。请把它移到别处。",
                f"{what.en} stands here ({area}), which kesu must not overwrite. Move it elsewhere.",
            )

    def check(self, package: Package, part: str, tables: Sequence[TableInfo], own: str = "") -> None:
        """Refuse merged cells, headers, totals, pivots and array formulas under the block.

        ``own`` is the table being written, of which only header and totals are out of bounds.
        """
        for merged in self.sheet.merged:
            for row, column, value in self.touched(merged):
                if value is not None and (row, column) != (merged.top, merged.left):
                    self.refuse_on(
                        Area(row, column, row, column), Text("合并单元格的一部分", "part of a merged cell")
                    )
        self._check_tables(tables, own)
        for pivot in pivots(package, part):
            self.refuse_on(pivot, Text("数据透视表", "a pivot table"))
        if b"array" in self.sheet.data or b"dataTable" in self.sheet.data:
            for span in self.sheet.rows.spans():
                if span["t"] != "shared":
                    for area in areas(span.get("ref", "")):
                        self.refuse_on(area, Text("数组公式或模拟运算表", "an array formula or data table"))

    def _check_tables(self, tables: Sequence[TableInfo], own: str) -> None:
        for table in tables:
            area, body = table.area, table.body
            if own and table.name != own:
                self.refuse_on(area, Text(f"表“{table.name}”", f"table “{table.name}”"))
            if table.header_rows:
                self.refuse_on(
                    area._replace(bottom=body.top - 1),
                    Text(f"表“{table.name}”的标题行", f"the header of table “{table.name}”"),
                )
            if table.totals_rows:
                self.refuse_on(
                    area._replace(top=body.bottom + 1),
                    Text(f"表“{table.name}”的汇总行", f"the totals row of table “{table.name}”"),
                )


def pivots(package: Package, part: str) -> list[Area]:
    """Where the pivot tables of a sheet's part lie."""
    found = []
    for relation in relations(package, part):
        if relation.kind == "pivotTable":
            root = parse(package.read(relation.part), package.where(relation.part))
            location = root.one("location")
            found += areas(location.attrs.get("ref", "")) if location else []
    return found
