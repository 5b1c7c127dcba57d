"""Rewriting and growing Excel Tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kesu.workbook.patch.refuse import damaged, refused
from kesu.workbook.patch.values import KEEP, Formula
from kesu.workbook.patch.workbookxml import truth
from kesu.workbook.patch.xmlbytes import parse, set_attributes, splice
from kesu.xlsx.address import LAST_ROW, cell_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kesu.workbook.patch.package import Package
    from kesu.workbook.patch.refuse import PatchRefused
    from kesu.workbook.patch.rowreader import Cell
    from kesu.workbook.patch.sheetxml import Sheet
    from kesu.workbook.patch.values import Value
    from kesu.workbook.patch.workbookxml import TableInfo
    from kesu.workbook.patch.xmlbytes import Edit, Node

_SHOWN: Final = re.compile(rb"<((?:[\w.-]+:)?v)(?:\s[^<>]*)?(?:/>|>[^<]*</\1\s*>)")
"""The stored result of a formula, or any other value of a cell."""


@dataclass(frozen=True)
class Body:
    """New rows for a table: where they start, all columns wide, and where the body then ends."""

    top: int
    rows: list[list[Value]]
    bottom: int
    above: dict[int, str]
    edits: Sequence[Edit] = ()
    """Further edits of the sheet."""


class TableWriter:
    """One table of one sheet, about to get new rows; a list that is no Excel Table is a table without a part."""

    def __init__(self, package: Package, sheet: Sheet, table: TableInfo) -> None:
        self.package, self.sheet, self.table = package, sheet, table
        self.columns: list[Node | None]
        if not table.part:
            self.columns = [None] * (table.body.right - table.body.left + 1)
            return
        self.data = package.read(table.part)
        self.root = parse(self.data, package.where(table.part))
        if self.root.attrs.get("tableType", "worksheet") != "worksheet":
            raise refused(
                self._where(),
                "这个表由查询或 XML 映射填充，不是 kesu 的。",
                "a query or an XML map fills this table; it is not kesu's to write.",
            )
        columns = self.root.one("tableColumns")
        self.columns = [*columns.all("tableColumn")] if columns else []
        if len(self.columns) != table.body.right - table.body.left + 1 or table.body.bottom < table.body.top:
            raise damaged(self._where(), f"{len(self.columns)} columns in {table.area}")

    def _where(self) -> str:
        return f"{self.sheet.where} ▸ {self.table.name}"

    def replacing(self, rows: Sequence[Sequence[Value]], width: int | None) -> Body:
        """The whole body replaced by ``rows``; rows no longer needed are cleared, one stays.

        ``width`` is how many columns kesu writes, which ``rows`` cannot tell when it is empty.
        """
        body = self.table.body
        last = max(body.top + len(rows) - 1, body.top)
        written = max(map(len, rows), default=len(self.columns)) if width is None else width
        rest = range(written, len(self.columns))
        formulas = self._formulas(body.bottom, rest)
        keep: list[Value] = [KEEP] * len(rest)
        blank: list[Value] = [None] * written
        full: list[list[Value]] = [
            [*values, *(keep if number <= body.bottom else (formulas.at(number, at) for at in rest))]
            for number, values in enumerate(rows or [blank], body.top)
        ]
        if body.bottom > last:
            self._check_dropped(last + 1, body.left + written)
        full += [[None] * len(self.columns)] * (body.bottom - last)
        self.check_room(last)
        return Body(body.top, full, last, {})

    def appending(self, rows: Sequence[Mapping[int, Value]], after: int | None = None) -> Body:
        """``rows`` (values by 0-based table column) put below row ``after``, else below the last that holds a value.

        What stands in columns that are not given stays; formulas there lose the value they showed before.
        """
        body = self.table.body
        used = self._last_used() if after is None else max(after, body.top - 1)
        if used > body.bottom:
            raise self._outside(used)
        top = used + 1
        model = used if used >= body.top else body.bottom
        last = max(body.bottom, top + len(rows) - 1)
        if self.table.part:  # below a list that is no table, what others filled down in its columns stays
            self.check_room(last)
        wanted = [at for at in range(len(self.columns)) if any(at not in row for row in rows)]
        formulas = self._formulas(model, wanted)
        there = {
            (row.number, column): cell
            for row in self.sheet.rows.between(top, top + len(rows) - 1)
            for column, cell in row.cells.items()
            if cell.formula is not None or cell.text is not None
        }
        full: list[list[Value]] = []
        stale: list[Edit] = []
        for number, row_values in enumerate(rows, top):
            full.append([])
            for at in range(len(self.columns)):
                cell = there.get((number, body.left + at))
                if at in row_values:
                    full[-1].append(row_values[at])
                elif cell is None:
                    full[-1].append(formulas.at(number, at))
                else:
                    full[-1].append(KEEP)
                    if cell.formula is not None:
                        stale += self._shown_value(cell)
        above = {
            column: cell.style
            for row in self.sheet.rows.between(model, model)
            for column, cell in row.cells.items()
            if cell.style is not None and body.left <= column <= body.right
        }
        return Body(top, full, last, above, stale)

    def _outside(self, used: int) -> PatchRefused:
        below = self.table.body.bottom + 1
        rows = f"{below}–{used}" if used > below else str(used)
        return refused(
            self._where(),
            f"第 {rows} 行的登记在表“{self.table.name}”的下面，不在表里。请把表的右下角拖到第 {used} 行，再试一次。",
            f"rows {rows} stand below the table “{self.table.name}” and do not belong to it. Drag its lower right "
            f"corner down to row {used}, then try again.",
        )

    def _shown_value(self, cell: Cell) -> list[Edit]:
        # A program that does not calculate on loading would go on showing what the blank row gave.
        found = _SHOWN.search(self.sheet.data, cell.start, cell.end)
        return [(found.start(), found.end(), b"")] if found else []

    def _last_used(self) -> int:
        body = self.table.body
        for row in self.sheet.rows.upwards(body.bottom, body.top):
            for column, cell in row.cells.items():
                if body.left <= column <= body.right and cell.text is not None and cell.formula is None:
                    return row.number
        return body.top - 1

    def check_room(self, last: int) -> None:
        """Refuse unless the rows between the old and the new end are free."""
        body = self.table.body
        if last != body.bottom and self.table.totals_rows:
            raise refused(
                self._where(),
                "这个表有汇总行，kesu 不能增减它的行。请先关闭汇总行。",
                "the table has a totals row, so kesu cannot add or take away rows. Turn the totals row off.",
            )
        if last > LAST_ROW:
            raise refused(
                self._where(), "超出 Excel 工作表的大小。", "this does not fit on a sheet of Excel."
            )
        for row in self.sheet.rows.between(body.bottom + 1, last):
            for column, cell in row.cells.items():
                if body.left <= column <= body.right and (cell.text is not None or cell.formula is not None):
                    raise refused(
                        self.sheet.cell(row.number, column),
                        f"表“{self.table.name}”要向下增长，这里却有别的内容。请把它移开。",
                        f"table “{self.table.name}” has to grow, but something else stands here. Move it away.",
                    )

    def _check_dropped(self, top: int, left: int) -> None:
        """Refuse to clear what somebody typed into a column of the table that kesu does not write."""
        body = self.table.body
        for row in self.sheet.rows.between(top, body.bottom):
            for column, cell in row.cells.items():
                if left <= column <= body.right and cell.text is not None and cell.formula is None:
                    raise refused(
                        self.sheet.cell(row.number, column),
                        f"表“{self.table.name}”要变短，这一格却有手工填写的内容。请把它移开。",
                        f"table “{self.table.name}” has to shrink, but somebody typed into this cell. Move it away.",
                    )

    def _formulas(self, model: int, columns: Sequence[int]) -> _Formulas:
        row = next(self.sheet.rows.between(model, model), None)
        texts: dict[int, tuple[str, str]] = {}
        for at in columns:
            column = self.table.body.left + at
            cell = row.cells.get(column) if row else None
            if cell is not None and cell.formula is not None:
                texts[at] = self._formula_of(cell, model)
                continue
            declared = self.columns[at]
            calculated = declared.one("calculatedColumnFormula") if declared else None
            if calculated and not truth(calculated.attrs.get("array")):
                texts[at] = (calculated.text, "")
        return _Formulas(texts, self.table.body.left)

    def _formula_of(self, cell: Cell, row: int) -> tuple[str, str]:
        where = self.sheet.cell(row, cell.column)
        if cell.formula_kind in {"array", "dataTable"}:
            raise refused(
                where,
                "这一列是数组公式，kesu 不能把它延伸到新行。请改用普通公式。",
                "this column holds an array formula, which kesu cannot extend to new rows. Use a plain formula.",
            )
        if cell.formula_kind == "shared" and not cell.formula:
            for span in self.sheet.rows.spans():
                if span["t"] == "shared" and span.get("si") == cell.shared and "ref" in span:
                    master_row = self.sheet.rows.at(int(span["at"]))
                    for master in master_row.cells.values():
                        if master.start < int(span["at"]) < master.end:
                            return master.formula or "", cell_name(master_row.number, master.column)
            raise damaged(where, f"shared formula {cell.shared} has no master")
        return cell.formula or "", cell_name(row, cell.column)

    def part(self, last: int) -> bytes:
        """The table part with its new end. A rewritten table of another size loses filter and sort order."""
        area = self.table.area._replace(bottom=last + self.table.totals_rows)
        edits: list[Edit] = set_attributes(self.data, self.root, {"ref": str(area), "insertRow": None})
        if auto := self.root.one("autoFilter"):
            edits += set_attributes(self.data, auto, {"ref": str(area._replace(bottom=last))})
        return splice(self.data, edits)

    def filtered(self) -> bool:
        """Whether a filter hides rows of the table."""
        auto = (self.root if self.table.part else self.sheet.root).one("autoFilter")
        return auto is not None and bool(auto.all("filterColumn"))

    def unfiltered(self, data: bytes) -> bytes:
        """The table part without filter criteria and sort order, which the new rows no longer follow."""
        root = parse(data, self.package.where(self.table.part))
        auto = root.one("autoFilter")
        gone = [*root.all("sortState"), *((auto.all("filterColumn") + auto.all("sortState")) if auto else [])]
        return splice(data, [(node.start, node.end, b"") for node in gone])


class _Formulas:
    """The formulas of a table's columns, ready to be written into any row."""

    def __init__(self, texts: dict[int, tuple[str, str]], left: int) -> None:
        self.texts, self.left = texts, left

    def at(self, row: int, at: int) -> Value:
        """The formula of 0-based column ``at`` in ``row``; a blank cell where there is none."""
        if at not in self.texts:
            return None
        text, origin = self.texts[at]
        return Formula(translated(text, origin, cell_name(row, self.left + at)) if origin else text)


def translated(formula: str, origin: str, to: str) -> str:
    """A formula (without ``=``) as Excel would fill it from one cell to another; structured references stay."""
    from openpyxl.formula.tokenizer import TokenizerError
    from openpyxl.formula.translate import Translator, TranslatorError

    try:
        return str(Translator("=" + formula, origin=origin).translate_formula(to))[1:]
    except (TokenizerError, TranslatorError, ValueError, IndexError) as error:
        raise refused(
            origin,
            f"公式 {formula} 无法延伸（{error}）。",
            f"formula {formula} cannot be extended ({error}).",
        ) from None
