"""A workbook about to be patched: what shall be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kesu.workbook.patch import write
from kesu.workbook.patch.addsheet import SheetCopier
from kesu.workbook.patch.area import Area
from kesu.workbook.patch.cellwriter import CellWriter, Options
from kesu.workbook.patch.columns import PLAIN_ROW, RowLook, shown, with_rows
from kesu.workbook.patch.frame import follow, link_edits
from kesu.workbook.patch.guard import Block
from kesu.workbook.patch.package import Package
from kesu.workbook.patch.sheetxml import Sheet
from kesu.workbook.patch.steps import Steps
from kesu.workbook.patch.styles import set_formats
from kesu.workbook.patch.tables import TableWriter
from kesu.workbook.patch.values import Linked
from kesu.workbook.patch.workbookxml import (
    TableInfo,
    calculate_on_load,
    read_structure,
)
from kesu.workbook.patch.xmlbytes import check
from kesu.xlsx.address import cell_at

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from kesu.workbook.patch.columns import Look
    from kesu.workbook.patch.renew import Own, Renewed
    from kesu.workbook.patch.tables import Body
    from kesu.workbook.patch.values import Value
    from kesu.workbook.patch.workbookxml import SheetInfo, Structure
    from kesu.workbook.patch.write import Result


class Patch(Steps):
    """Changes to one closed .xlsx or .xlsm, collected in memory and written by `commit`.

    The file is not touched before `commit`. Every method raises `PatchRefused` rather than lose anything,
    and ValueError for a mistake of the caller (ragged rows).
    """

    def write_block(
        self,
        sheet: str,
        top_left: str,
        rows: Sequence[Sequence[Value]],
        *,
        styles: Mapping[int, int] | None = None,
    ) -> None:
        """Write a rectangle of values; its first cell is ``top_left`` (``"B5"``).

        None clears the value and keeps the style. A cell that is there keeps its style; a new one takes
        that of ``styles`` (0-based column of the block → cell style index), else of the cell above it in the
        block. Links of columns with `Linked` values are replaced.
        """
        if len({len(row) for row in rows}) > 1:
            raise ValueError("the rows are not equally long")
        if not rows or not rows[0]:
            return
        top, left = cell_at(top_left)
        info = self._sheet(sheet)
        where = f"{self.package.path.name} ▸ {info.name}"
        with self._step(where):
            part = self._part(info, where)
            tables = [table for table in self.tables.values() if table.sheet == info.name]
            Block(part, top, left, rows).check(self.package, info.part, tables)
            options = Options(
                date1904=self.structure.date1904,
                styles={left + at: str(style) for at, style in (styles or {}).items()},
            )
            bottom = top + len(rows) - 1
            linked = [
                Area(top, left + at, bottom, left + at)
                for at in range(len(rows[0]))
                if any(isinstance(row[at], Linked) for row in rows)
            ]
            writer = CellWriter(part, top, left, rows, options)
            self._put(info, writer, writer.result(link_edits(part, linked, top, left, rows)))

    def write_table(self, name: str, rows: Sequence[Sequence[Value]], *, width: int | None = None) -> None:
        """Replace the body of an Excel Table; it grows or shrinks, one blank row stays when there are none.

        Rows may be narrower than the table (all alike; ``width`` says how wide when there are none): the
        columns to the right are left alone, their formulas extended. A filter or sort order is taken off,
        because it no longer fits the rows.
        """
        part, info, writer = self._table(name)
        widths = {len(row) for row in rows} | ({width} if width is not None else set())
        if len(widths) > 1 or max(widths, default=0) > len(writer.columns):
            raise ValueError(f"rows of {sorted(widths)} values for {len(writer.columns)} columns")
        with self._step(part.where):
            body = writer.replacing(rows, width)
            self._write_body(part, info, writer, body, replaced=True)

    def append_rows(
        self,
        name: str,
        rows: Sequence[Mapping[int, Value]],
        *,
        after: int | None = None,
        formats: Mapping[int, str] | None = None,
    ) -> None:
        """Add rows below the last used row of an Excel Table, each a mapping of 0-based column to value.

        ``after``: the Excel row to go below, where the caller knows better. Blank rows that the table already has
        are used first; then it grows. Columns not given keep what they have, or take the formula of the row above,
        and new cells its style. ``formats``: number formats (``"@"``) for columns where that style has none.
        """
        if rows:
            self._append(*self._table(name), rows, after, formats or {})

    def append_below(
        self,
        sheet: str,
        area: Area,
        rows: Sequence[Mapping[int, Value]],
        *,
        formats: Mapping[int, str] | None = None,
    ) -> None:
        """Add rows below a list that is no Excel Table, as `append_rows` does; ``area`` is the list with its header."""
        if not rows:
            return
        info = self._sheet(sheet)
        where = f"{self.package.path.name} ▸ {info.name}"
        table = TableInfo(info.name, info.name, "", area, 1, 0, (), 0)
        with self._step(where):
            part = self._part(info, where)
            writer = TableWriter(self.package, part, table)
            self._append(part, info, writer, rows, area.bottom, formats or {})

    def show_columns(self, sheet: str, looks: Mapping[int, Look]) -> None:
        """Show columns of a sheet (from 1) wider, narrower, folded away or not; nothing else of them changes."""
        info, where = self._sheet(sheet), f"{self.package.path.name} ▸ {sheet}"
        with self._step(where):
            check(data := shown(self._part(info, where), looks), where)
            self.package.put(info.part, data)

    def show_rows(
        self, name: str, looks: Sequence[RowLook], *, until: int = 0, below: RowLook = PLAIN_ROW
    ) -> None:
        """Show the rows of an Excel Table as ``looks`` says, the first first; rows after them, down to ``until``, as ``below``."""
        part, info, writer = self._table(name)
        body = writer.table.body
        wanted = dict.fromkeys(range(body.top, max(body.bottom, until) + 1), below)
        wanted |= dict(enumerate(looks, body.top))
        with self._step(part.where):
            check(data := with_rows(part, wanted), part.where)
            self.package.put(info.part, data)

    def has_filter(self, name: str) -> bool:
        """Whether an Excel Table has filter buttons."""
        _, _, writer = self._table(name)
        return writer.root.one("autoFilter") is not None

    def give_formats(self, name: str, formats: Mapping[int, str]) -> None:
        """Give the filled cells of an Excel Table number formats (0-based column → code) where they have none."""
        part, info, writer = self._table(name)
        body = writer.table.body
        with self._step(part.where):
            wanted = {body.left + at: code for at, code in formats.items()}
            set_formats(self.package, self.structure, info.part, body, wanted)

    def renew(self, own: Callable[[Structure, Mapping[str, TableInfo]], Own], now: dt.datetime) -> Renewed:
        """Store what the formulas that ``own`` names show at ``now``; formulas and everything else stay as they are."""
        from kesu.workbook.patch.renew import renew

        with self._step(self.package.path.name):
            return renew(self.package, self.structure, self.tables, own(self.structure, self.tables), now)

    def numbers_called(self, name: str) -> list[float] | None:
        """The numbers that the column called ``name`` shows; None where there is no such column of numbers."""
        from kesu.workbook.patch.renew import numbers_called

        with self._step(self.package.path.name):
            return numbers_called(self.package, self.structure, self.tables, name)

    def add_sheet(self, source: Path, name: str) -> None:
        """Copy a sheet, with its tables, drawings, charts, styles and names, from a workbook that kesu built.

        It comes last and keeps its name. What it refers to on other sheets must be there or be added too.
        Refuses if the sheet's name or one of its tables' or defined names is taken.
        """
        with self._step(self.package.path.name):
            SheetCopier(Package(source), self.package, self.structure).copy(name)
            self.structure = read_structure(self.package)

    def commit(
        self, *, as_of: dt.date, backup: bool = True, force: bool = False, dry_run: bool = False
    ) -> Result:
        """Put the changed workbook in place, whole or not at all, and say which parts changed.

        The workbook as it was is kept beside it, dated ``as_of`` (one such backup, the newest). ``force``
        goes on although somebody seems to have the workbook open, it is signed, or its structure is
        protected. ``dry_run`` checks everything and writes nothing.
        """
        return write.commit(
            self.package, self.structure, as_of=as_of, backup=backup, force=force, dry_run=dry_run
        )

    def _append(
        self,
        part: Sheet,
        info: SheetInfo,
        table: TableWriter,
        rows: Sequence[Mapping[int, Value]],
        after: int | None,
        formats: Mapping[int, str],
    ) -> None:
        if unknown := {at for row in rows for at in row} - set(range(len(table.columns))):
            raise ValueError(f"table {table.table.name} has no columns {sorted(unknown)}")
        with self._step(part.where):
            body = table.appending(rows, after)
            self._write_body(part, info, table, body, replaced=False)
            left = table.table.area.left
            written = Area(body.top, left, body.top + len(rows) - 1, table.table.area.right)
            set_formats(
                self.package, self.structure, info.part, written, {left + at: f for at, f in formats.items()}
            )
            calculate_on_load(self.package, self.structure)

    def _write_body(
        self, part: Sheet, info: SheetInfo, table: TableWriter, body: Body, *, replaced: bool
    ) -> None:
        old = table.table.body
        neighbours = [other for other in self.tables.values() if other.sheet == info.name]
        Block(part, body.top, old.left, body.rows).check(
            self.package, info.part, neighbours, table.table.name
        )
        options = Options(date1904=self.structure.date1904, above=body.above, show=table.filtered())
        links = [Area(body.top, old.left, body.top + len(body.rows) - 1, old.right)]
        more = [*link_edits(part, links if replaced else [], body.top, old.left, body.rows), *body.edits]
        if body.bottom > old.bottom:
            more += follow(part, old, body.bottom)
        writer = CellWriter(part, body.top, old.left, body.rows, options)
        self._put(info, writer, writer.result(more))
        if not table.table.part:
            return
        data = table.part(body.bottom)
        self.package.put(table.table.part, table.unfiltered(data) if replaced else data)
