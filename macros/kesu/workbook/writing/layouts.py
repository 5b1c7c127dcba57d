"""In which order the Register shows its columns, and which of them begin folded away.

All columns are always there: a folded one opens with a click on the + above the headings, and nothing that was typed is lost
by choosing another width.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Final

from kesu.register.columns import BY_KEY, REGISTER, Column
from kesu.workbook.writing.live import REGISTER_CALCS
from kesu.workbook.writing.live_cells import Calc

LAYOUTS: Final = ("short", "standard", "full")

BRIEF: Final = ("complaint_id", "status", "kind", "severity", "owner")
"""The case in brief, on the left whatever its section of the form."""

_SHORT: Final = frozenset({
    "due_next", "complaint_id", "status", "kind", "owner", "customer_name", "customer_contact", "received_at", "channel",
    "verbatim", "category", "first_response_at", "commitments",
})  # fmt: skip
_STANDARD: Final = _SHORT | {column.key for column in REGISTER if column.required} | {
    "severity", "root_cause", "responsibility", "solution", "remedy", "replied_at", "resolved_at", "called_back_at",
    "callback_reached", "satisfaction", "before_closing",
}  # fmt: skip

_SCREEN: Final = 1366 - 46 - 40
"""Pixels of a small screen that are left for cells beside row numbers, scroll bar and a folded side bar."""
_CHARACTER: Final = 8
"""Pixels of a character at 100 % in LibreOffice; Excel takes 7 and a margin of 5."""
_WIDEST: Final = 2.5 * _SCREEN
_NARROW: Final[dict[str, float]] = {
    "due_next": 19, "complaint_id": 14, "status": 9, "kind": 8, "owner": 9, "customer_name": 10.5, "customer_contact": 13,
    "received_at": 11, "channel": 8.5, "verbatim": 14, "category": 9.5, "first_response_at": 11, "commitments": 12.5,
    "open_demands": 6.5,
}  # fmt: skip
"""Widths of the short layout, in characters; its times are shown without the year."""
SHORT_TIME: Final = "mm-dd hh:mm"
_EXACT: Final[dict[float, float]] = {17: 16.2}
"""Declared width of times → characters that a time to the minute needs in any font."""
_LEAST: Final[dict[str, float]] = {"complaint_id": 14, "customer_contact": 14, "due_next": 20}


_OPEN: Final = frozenset({"open_demands", "item_state"})
"""Stand between what can be folded and the workings, so that these are two groups."""


def columns_in_order(*, live: bool, own: Sequence[Column] = ()) -> tuple[Column | Calc, ...]:
    """The columns as the work goes: what is due next, the case in brief, logging, analysis, solution, follow-up; then the
    team's ``own``, and what is calculated. Within a section what is always shown comes first, so that the rest folds."""
    brief = [dataclasses.replace(BY_KEY[key], section="record") for key in BRIEF]
    rest = [column for column in REGISTER if column.key not in BRIEF]
    sections = list(dict.fromkeys(column.section for column in rest))
    rest.sort(key=lambda column: (sections.index(column.section), column.key not in _STANDARD))
    if not live:
        return (*brief, *rest, *own)
    last = {"before_closing": 1, "open_demands": 2}
    calcs = sorted(REGISTER_CALCS, key=lambda calc: (calc.section == "workings", last.get(calc.key, 0)))
    return (calcs[0], *brief, *rest, *own, *calcs[1:])


def foldable(column: Column | Calc, layout: str) -> bool:
    """Whether the column belongs to what can be folded away in ``layout``."""
    if column.section in {"own", "item", "improvement"} or column.key in _OPEN:
        return False
    return column.key not in (_SHORT if layout == "short" else _STANDARD)


def folded(column: Column | Calc, layout: str) -> bool:
    """Whether the column begins hidden."""
    return column.section == "workings" or (layout != "full" and foldable(column, layout))


def widths(columns: Sequence[Column | Calc], layout: str, room: float) -> list[float]:
    """Width of each column in characters; ``room``: by how much columns are wider than what they should hold.

    A layout that fits so many screens is made to: longer texts give way first, times never.
    """
    usual = [column.width * room for column in columns]
    if layout == "full":
        return usual
    if layout == "short":
        return [_NARROW.get(column.key, wide) for column, wide in zip(columns, usual, strict=True)]
    shown = [not folded(column, layout) and column.section != "own" for column in columns]
    usual = [min(wide, _EXACT.get(column.width, wide)) for column, wide in zip(columns, usual, strict=True)]
    least = [
        min(wide, _LEAST.get(column.key, _EXACT.get(column.width, 9.5)))
        for column, wide in zip(columns, usual, strict=True)
    ]
    fixed = sum(low for low, here in zip(least, shown, strict=True) if here)
    spare = sum(wide - low for wide, low, here in zip(usual, least, shown, strict=True) if here)
    share = min(1.0, max(0.0, (_WIDEST / _CHARACTER - fixed) / spare))
    return [
        low + (wide - low) * share if here else wide
        for wide, low, here in zip(usual, least, shown, strict=True)
    ]
