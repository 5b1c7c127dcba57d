"""The results that kesu's own formulas show, stored anew in the parts of a workbook; nothing else is touched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from kesu.workbook.calc.model import _UNKNOWN, Model
from kesu.workbook.calc.sheet import SheetCells, Strings
from kesu.workbook.calc.syntax import UnprovenError

if TYPE_CHECKING:
    from kesu.workbook.patch.package import Package
    from kesu.workbook.patch.workbookxml import Structure, TableInfo

Rows = tuple[int, int]
Own = dict[tuple[str, int], Rows]

CARD_ROW: Final = 5
CARDS: Final = 6
HEAD_COLUMNS: Final = 2
EVERY_ROW: Final = (1, 1_048_576)


class Renewed(NamedTuple):
    """How many results were stored anew, and how many formulas of kesu's columns were left as they are."""

    stored: int
    left: int


def renew(
    package: Package, structure: Structure, tables: Mapping[str, TableInfo], now: dt.datetime
) -> Renewed:
    """Store what the live formulas show at ``now``: columns of Complaints and Items, counts, charts, workings.

    Only the result of a formula cell is replaced, only where it differs, and only where it can be proven: a formula
    that is not understood, or that needs one that is not, keeps what it has. Raises `PatchRefused` for a part that
    cannot be read.
    """
    own = _own(structure, tables)
    if not own:
        return Renewed(0, 0)
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


def _held(own: Own, sheet_of: object) -> list[tuple[str, int]]:
    """The columns of kesu's own on sheets that can be taken apart."""
    held, whole = [], dict[str, bool]()
    for sheet, column in own:
        if sheet not in whole:
            try:
                sheet_of(sheet)  # type: ignore[operator]
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
    place = dict(zip(there.rows.tolist(), there.places.tolist(), strict=True))
    stored, left = 0, there.unread
    for group in there.groups:
        model.work_out(sheet, column, group)
        kinds, nums = there.kind[group.rows].tolist(), there.num[group.rows].tolist()
        texts = there.text[group.rows].tolist()
        for row, kind, num, text in zip(group.rows.tolist(), kinds, nums, texts, strict=True):
            if kind == _UNKNOWN:
                left += 1
            elif row in place:
                stored += cells.put(place[row], kind, num, text)
    return stored, left


def _shared_strings(package: Package, structure: Structure) -> bytes:
    from kesu.workbook.patch.workbookxml import relations

    part = next((r.part for r in relations(package, structure.part) if r.kind == "sharedStrings"), "")
    return package.read(part) if part else b""


def _table(table: TableInfo) -> tuple[str, int, int, Mapping[str, int]]:
    columns = {header.casefold(): table.area.left + at for at, header in enumerate(table.columns)}
    return table.sheet, table.body.top, table.body.bottom, columns


def _own(structure: Structure, tables: Mapping[str, TableInfo]) -> Own:
    """Sheet and column → rows in which the formulas are kesu's own."""
    from kesu.register.outputs import KPIS
    from kesu.workbook.writing.live import COMPLAINT_CALCS, ITEM_CALCS, SUMMARY

    own: Own = {}
    there = {name.casefold(): table for name, table in tables.items()}
    for name, calcs in (("complaints", (*SUMMARY, *COMPLAINT_CALCS)), ("items", ITEM_CALCS)):
        table = there.get(name)
        headings = {heading for calc in calcs for heading in calc.label}
        for at, heading in enumerate(table.columns if table else ()):
            if table and heading in headings:
                own[table.sheet, table.area.left + at] = (table.body.top, table.body.bottom)
    if own and (table := there.get("complaints")):
        for column in range(1, HEAD_COLUMNS + 1):
            bottom = own.get((table.sheet, column), (0, table.area.top - 1))[1]
            own[table.sheet, column] = (1, bottom)
    live = bool(own)
    if live and (table := there.get("kpis")):
        own |= {(table.sheet, column): (CARD_ROW, CARD_ROW) for column in range(1, CARDS + 1)}
        own |= {(table.sheet, len(KPIS) + 2 + at): EVERY_ROW for at in range(24)}
    places = {name.name: _first_cell(name.refers_to) for name in structure.names if not name.sheet}
    for first, last in (("Unit_Words", "Now_At"), ("Link_No", "Link_callback")):
        one, other = places.get(first), places.get(last)
        if one and other and one[0] == other[0]:  # without live columns nothing else follows the clock
            begin = one[1] if live else other[1] + 1
            own |= {(one[0], column): EVERY_ROW for column in range(begin, other[1] + 1)}
    return own


def _first_cell(refers_to: str) -> tuple[str, int] | None:
    """Sheet and column of the first cell that a name means."""
    from kesu.workbook.calc.syntax import parse

    try:
        tree = parse(refers_to.removeprefix("="), 1, 1)
    except UnprovenError:
        return None
    first = tree[1] if tree[0] == "range" else tree
    return (first[1], first[2][0]) if first[0] == "cell" and first[1] else None
