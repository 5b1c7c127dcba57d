"""The results that formulas show, stored anew in the parts of a workbook; nothing else is touched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from kesu.workbook.calc.model import UNKNOWN, Model
from kesu.workbook.calc.sheet import SheetCells, Strings
from kesu.workbook.calc.syntax import UnprovenError
from kesu.workbook.calc.values import NUM

if TYPE_CHECKING:
    from kesu.workbook.patch.package import Package
    from kesu.workbook.patch.workbookxml import Structure, TableInfo

Rows = tuple[int, int]
Own = dict[tuple[str, int], Rows]
"""Sheet and column → first and last row in which the formulas are kesu's own."""


class Renewed(NamedTuple):
    """How many results were stored anew, and how many formulas of kesu's columns were left as they are."""

    stored: int
    left: int


def renew(
    package: Package, structure: Structure, tables: Mapping[str, TableInfo], own: Own, now: dt.datetime
) -> Renewed:
    """Store what the formulas of ``own`` show at ``now``.

    Only the result of a formula cell is replaced, only where it differs, and only where it can be proven: a formula
    that is not understood, or that needs one that is not, keeps what it has. Raises `PatchRefused` for a part that
    cannot be read.
    """
    if not own:
        return Renewed(0, 0)
    model, sheet_of, parts, sheets = _taken_apart(package, structure, tables, own, now)
    stored = left = 0
    changed: set[str] = set()
    for sheet, column in _held(own, sheet_of):
        done, kept = _store(model, sheet_of(sheet), sheet, column)
        stored, left = stored + done, left + kept
        if done:
            changed.add(sheet)
    for name in changed:
        package.put(parts[name], sheets[name].data())
    return Renewed(stored, left)


def numbers_called(
    package: Package, structure: Structure, tables: Mapping[str, TableInfo], name: str
) -> list[float] | None:
    """The numbers of the column that a defined name means, worked out; None where it means none, or other values."""
    own: Own = {}
    model, *_ = _taken_apart(package, structure, tables, own, dt.datetime(2000, 1, 1))
    try:
        there = model.name(name)
        own[there.sheet, there.left] = there.top, there.bottom
        found = model.column(there.sheet, there.left, there.top, there.bottom)
    except (UnprovenError, ValueError):
        return None
    return found.num[0].tolist() if (found.kind == NUM).all() else None


def _taken_apart(
    package: Package, structure: Structure, tables: Mapping[str, TableInfo], own: Own, now: dt.datetime
) -> tuple[Model, Callable[[str], SheetCells], dict[str, str], dict[str, SheetCells]]:
    """The workbook as formulas see it, its sheets as they are asked for, and each worksheet's part."""
    parts = {sheet.name: sheet.part for sheet in structure.sheets if sheet.kind == "worksheet"}
    sheets: dict[str, SheetCells] = {}
    strings = Strings(lambda: _shared_strings(package, structure))

    def sheet_of(name: str) -> SheetCells:
        if name not in sheets:
            if name not in parts:
                raise UnprovenError(name)
            sheets[name] = SheetCells(package.read(parts[name]), strings)
        return sheets[name]

    model = Model(
        sheet_of,
        parts,
        {name.name: name.refers_to for name in structure.names if not name.sheet},
        {table.name: _table(table) for table in tables.values() if table.header_rows == 1},
        lambda sheet, column: own.get((sheet, column)),
        now,
        date1904=structure.date1904,
    )
    return model, sheet_of, parts, sheets


def _held(own: Own, sheet_of: Callable[[str], SheetCells]) -> list[tuple[str, int]]:
    """The columns of kesu's own on sheets that can be taken apart."""
    held, whole = [], dict[str, bool]()
    for sheet, column in own:
        if sheet not in whole:
            try:
                sheet_of(sheet)
                whole[sheet] = True
            except (UnprovenError, ValueError):
                whole[sheet] = False
        if whole[sheet]:
            held.append((sheet, column))
    return held


def _store(model: Model, cells: SheetCells, sheet: str, column: int) -> Rows:
    try:
        there = model.column_of(sheet, column)
    except UnprovenError:
        return 0, 0
    index_of = dict(zip(there.rows.tolist(), there.indices.tolist(), strict=True))
    stored, left = 0, there.unread
    for group in there.groups:
        model.work_out(sheet, column, group)
        kinds, nums = there.kind[group.rows].tolist(), there.num[group.rows].tolist()
        texts = there.text[group.rows].tolist()
        for row, kind, num, text in zip(group.rows.tolist(), kinds, nums, texts, strict=True):
            if kind == UNKNOWN:
                left += 1
            elif row in index_of:
                stored += cells.put(index_of[row], kind, num, text)
    return stored, left


def _shared_strings(package: Package, structure: Structure) -> bytes:
    from kesu.workbook.patch.relations import relations

    part = next((r.part for r in relations(package, structure.part) if r.kind == "sharedStrings"), "")
    return package.read(part) if part else b""


def _table(table: TableInfo) -> tuple[str, int, int, Mapping[str, int]]:
    columns = {header.casefold(): table.area.left + at for at, header in enumerate(table.columns)}
    return table.sheet, table.body.top, table.body.bottom, columns
