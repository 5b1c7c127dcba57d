"""Which formulas of a register are kesu's own: the headings of calculated columns, cells of KPIs and Settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from kesu.register.outputs import KPIS
from kesu.workbook.calc.syntax import UnprovenError, parse
from kesu.workbook.writing.live import ITEM_CALCS, REGISTER_CALCS
from kesu.xlsx.address import LAST_ROW

if TYPE_CHECKING:
    from kesu.workbook.patch.renew import Own
    from kesu.workbook.patch.workbookxml import Structure, TableInfo

CARD_ROW: Final = 5
"""Of the figures; what they are called stands above them."""
EARLIER_CHARTS: Final = range(13, 37)
"""Columns of what the charts show where the names of `_SPANS` do not say it: in registers made before they did."""
HEAD_COLUMNS: Final = 2
_SPANS: Final = (
    ("Unit_Words", "Now_At"),
    ("Link_No", "Link_callback"),
    ("Today_Keys", "Today_Owner_List"),
    ("Today_Head", "Today_Last"),
    ("Charts_First", "Charts_Last"),
)
"""Names of the first and last column of what kesu keeps."""
EVERY_ROW: Final = (1, LAST_ROW)


def own_formulas(structure: Structure, tables: Mapping[str, TableInfo]) -> Own:
    """Where a register's formulas are kesu's: calculated columns, counts, charts, workings."""
    own: Own = {}
    there = {name.casefold(): table for name, table in tables.items()}
    for name, calcs in (("complaints", REGISTER_CALCS), ("items", ITEM_CALCS)):
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
    named = {name.name: _first_cell(name.refers_to) for name in structure.names if not name.sheet}
    if live and (table := there.get("kpis")):
        own |= {(table.sheet, column): (CARD_ROW - 1, CARD_ROW) for column in range(1, len(KPIS) + 1)}
        if "Charts_First" not in named:
            own |= {(table.sheet, column): EVERY_ROW for column in EARLIER_CHARTS}
    for first, last in _SPANS:
        one, other = named.get(first), named.get(last)
        if one and other and one[0] == other[0]:  # without live columns nothing else follows the clock
            begin = one[1] if live else other[1] + 1
            own |= {(one[0], column): EVERY_ROW for column in range(begin, other[1] + 1)}
    return own


def _first_cell(refers_to: str) -> tuple[str, int] | None:
    """Sheet and column of the first cell that a name means."""
    try:
        tree = parse(refers_to.removeprefix("="), 1, 1)
    except UnprovenError:
        return None
    first = tree[1] if tree[0] == "range" else tree
    return (first[1], first[2][0]) if first[0] == "cell" and first[1] else None
