"""A workbook about to be patched: what it holds, and steps of which all is done or nothing."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Self

from kesu.workbook.patch.package import Package, key_of, unreadable
from kesu.workbook.patch.readback import confirm
from kesu.workbook.patch.refuse import hostile, refused
from kesu.workbook.patch.sheetxml import Sheet
from kesu.workbook.patch.tables import TableWriter
from kesu.workbook.patch.workbookxml import calculate_on_load, drop_calc_chain, read_structure, read_tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kesu.workbook.patch.cellwriter import CellWriter
    from kesu.workbook.patch.workbookxml import SheetInfo, TableInfo


class Steps:
    """One closed workbook, and what each step needs of it; nothing is written to the file here."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._confirmed: set[str] = set()
        with hostile(package.path.name):
            self.structure = read_structure(package)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read what the workbook holds: a few small parts, never a sheet."""
        try:
            return cls(Package(path.resolve(strict=True)))
        except OSError as error:
            raise unreadable(path, error) from None

    @property
    def tables(self) -> dict[str, TableInfo]:
        """The workbook's Excel Tables by name, as they are now."""
        with hostile(self.package.path.name):
            return {table.name: table for table in read_tables(self.package, self.structure)}

    @property
    def sheets_changed(self) -> tuple[str, ...]:
        """The titles of the sheets that differ from the file, themselves or in their tables, in the workbook's order."""
        changed = {key_of(part) for part in self.package.touched()}
        parts = [(sheet.name, sheet.part) for sheet in self.structure.sheets]
        parts += [(table.sheet, table.part) for table in self.tables.values()]
        found = {title for title, part in parts if part and key_of(part) in changed}
        return tuple(sheet.name for sheet in self.structure.sheets if sheet.name in found)

    @contextlib.contextmanager
    def _step(self, where: str) -> Iterator[None]:
        """One change: all of it or, if it is refused, none."""
        changed, dropped = dict(self.package.changed), dict(self.package.dropped)
        try:
            with hostile(where):
                yield
        except BaseException:
            self.package.changed, self.package.dropped = changed, dropped
            raise

    def _sheet(self, name: str) -> SheetInfo:
        info = self.structure.sheet(name)
        if info is None or info.kind != "worksheet":
            raise refused(
                self.package.path.name,
                f"没有名为“{name}”的工作表。",
                f"there is no worksheet called “{name}”.",
            )
        return info

    def _table(self, name: str) -> tuple[Sheet, SheetInfo, TableWriter]:
        tables = {key.casefold(): table for key, table in self.tables.items()}
        table = tables.get(name.casefold())
        if table is None:
            raise refused(
                self.package.path.name, f"没有名为“{name}”的表。", f"there is no table called “{name}”."
            )
        info = self._sheet(table.sheet)
        where = f"{self.package.path.name} ▸ {info.name}"
        with self._step(where):
            part = self._part(info, where)
            return part, info, TableWriter(self.package, part, table)

    def _part(self, info: SheetInfo, where: str) -> Sheet:
        """The sheet as it is now; what `_put` has put was checked there."""
        return Sheet(self.package.read(info.part), where, checked=info.part in self._confirmed)

    def _put(self, info: SheetInfo, writer: CellWriter, data: bytes) -> None:
        confirm(writer.sheet, data, writer.pieces, writer.marks)
        self.package.put(info.part, data)
        self._confirmed.add(info.part)
        if writer.formulas_lost or writer.formulas_added:
            drop_calc_chain(self.package, self.structure)
        if writer.formulas_added:
            calculate_on_load(self.package, self.structure)
