"""Is there room where a table would grow to?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kesu.words.text import Text
from kesu.workbook.patch.area import Area
from kesu.workbook.patch.guard import pivots
from kesu.workbook.patch.refuse import refused
from kesu.workbook.patch.relations import relations
from kesu.workbook.patch.workbookxml import truth
from kesu.workbook.patch.xmlbytes import parse
from kesu.xlsx.address import LAST_COLUMN, LAST_ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kesu.workbook.patch.package import Package
    from kesu.workbook.patch.refuse import PatchRefused
    from kesu.workbook.patch.sheetxml import Sheet
    from kesu.workbook.patch.workbookxml import SheetInfo, TableInfo
    from kesu.workbook.patch.xmlbytes import Node


def ensure_open(sheet: Sheet) -> None:
    """Refuse a sheet that is protected: what is added there could not be filled in."""
    node = sheet.root.one("sheetProtection")
    if node is not None and truth(node.attrs.get("sheet")):
        raise refused(
            sheet.where,
            "工作表受保护。请先“撤消工作表保护”，加好后再保护。",
            "the sheet is protected. Turn off “Protect Sheet” first, and protect it again afterwards.",
        )


def ensure_free(
    package: Package, sheet: Sheet, info: SheetInfo, tables: Sequence[TableInfo], area: Area
) -> None:
    """Refuse unless nothing stands in ``area``, nor below it, where the table would grow."""
    if area.right > LAST_COLUMN or area.bottom > LAST_ROW:
        raise refused(sheet.where, "超出 Excel 工作表的大小。", "this does not fit on a sheet of Excel.")
    whole = area._replace(bottom=LAST_ROW)
    others = [
        (table.area, Text(f"表“{table.name}”", f"table “{table.name}”"))
        for table in tables
        if table.sheet == info.name
    ]
    others += [(merged, Text("合并单元格", "a merged cell")) for merged in sheet.merged]
    others += [(pivot, Text("数据透视表", "a pivot table")) for pivot in pivots(package, info.part)]
    others += [(drawn, Text("图表或图片", "a chart or picture")) for drawn in _drawings(package, info.part)]
    for there, what in others:
        if there.meets(whole):
            raise _taken(sheet, there, what)
    for row in sheet.rows.between(area.top, LAST_ROW):
        for column, cell in row.cells.items():
            if area.left <= column <= area.right and (cell.text is not None or cell.formula is not None):
                here = Area(row.number, column, row.number, column)
                raise _taken(sheet, here, Text("别的内容", "something else"))


def _taken(sheet: Sheet, at: Area, what: Text) -> PatchRefused:
    return refused(
        sheet.cell(at.top, at.left),
        f"要加的内容放在这里，这里却有{what.zh}（{at}）。请把它移开。",
        f"the addition belongs here, but {what.en} stands here ({at}). Move it away.",
    )


def _drawings(package: Package, part: str) -> list[Area]:
    """The cells over which charts and pictures lie."""
    found = []
    for relation in relations(package, part):
        if relation.kind == "drawing":
            root = parse(package.read(relation.part), package.where(relation.part))
            for anchor in root.children:
                first, last = anchor.one("from"), anchor.one("to")
                if first is not None:
                    top, left = _corner(first)
                    bottom, right = _corner(last) if last is not None else (top, left)
                    found.append(Area(top, left, bottom, right))
    return found


def _corner(node: Node) -> tuple[int, int]:
    row, column = node.one("row"), node.one("col")
    return int(row.text) + 1 if row else 1, int(column.text) + 1 if column else 1
