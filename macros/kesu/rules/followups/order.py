"""The order of the work: groups by when something is due, and several lists as one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from kesu.rules.deadlines import seconds_of
from kesu.words.text import Text

COLUMNS: Final = (
    "register",
    "row",
    "complaint_id",
    "kind",
    "owner",
    "what",
    "due_at",
    "overdue_hours",
    "next_step",
    "group",
    "clock",
    "day_hours",
    "item_row",
    "waits",
    "sheet",
)
"""Columns of the list; those behind ``next_step`` came later.

``group``: key of `GROUPS`. ``clock``: of ``overdue_hours``, business or calendar; ``day_hours``: of them make a day.
``item_row``: the row on Items of what is to be done, NA for none. ``waits``: key of `WAITS`, or "". ``sheet``: on which
``row`` is, register or improvements; these have no complaint.
"""
_SEVERITIES: Final = ("urgent", "severe", "normal", "minor")
GROUPS: Final = {
    "overdue": Text("逾期", "Overdue"),
    "today": Text("今天", "Today"),
    "week": Text("本周", "This week"),
    "later": Text("以后", "Later"),
}
"""When something is to be done; a week ends on Sunday."""
WAITS: Final = {
    "hold": Text("暂停中", "on hold"),
    "agreed": Text("等到约定的时间", "until the time agreed"),
}
"""Why nothing can be done about a line now: the customer is to act first, or wants to be called at a time of their own."""
_BEHIND: Final = frozenset({"call_back", "call_again", "settle_demands", "revisit", "improvement"})
"""What is left to do on complaints that are finished, or on none: overdue, it stands behind what is overdue on open ones."""
_DAY: Final = 86_400
_THURSDAY: Final = 3
"""Weekday of 1970-01-01."""


def merge_follow_ups(
    lists: list[pd.DataFrame], as_of: dt.datetime, names: Sequence[str] = ()
) -> pd.DataFrame:
    """The lists of several registers (or stacks) as of one instant as one, in the same order.

    Ties go by register in the order of ``names``, else of the lists.
    """
    full = [part for part in lists if len(part)]
    if not full:
        return pd.DataFrame(columns=[*COLUMNS, "severity"])
    every = pd.concat(full, ignore_index=True)
    if len(full) > 1 and names:
        order = {name: at for at, name in enumerate(names)}
        every = every.iloc[np.argsort(every["register"].map(order).to_numpy(), kind="stable")]
    return in_order(every, int(np.datetime64(as_of, "s").astype(np.int64)))


def groups_of(due_at: pd.Series, now: int) -> list[str]:
    """Key of `GROUPS` of each due time; ``now`` in seconds of the wall clock."""
    due, day = seconds_of(due_at), now // _DAY
    week = day + 7 - (day + _THURSDAY) % 7
    inside = [due < now, due < (day + 1) * _DAY, due < week * _DAY]
    found: list[str] = np.select(inside, list(GROUPS)[:3], "later").tolist()
    return found


def in_order(found: pd.DataFrame, now: int) -> pd.DataFrame:
    """``found`` as the work comes: overdue on open complaints, overdue on finished ones, then by due time and severity."""
    due = seconds_of(found["due_at"])
    late = np.where(found["kind"].isin(_BEHIND), 1, 0)
    order = np.lexsort((found["severity"].map(_rank).to_numpy(), due, np.where(due < now, late, 2)))
    listed = found.iloc[order].reset_index(drop=True)
    return listed.assign(group=groups_of(listed["due_at"], now))[[*COLUMNS, "severity"]]


def _rank(severity: object) -> int:
    return _SEVERITIES.index(severity) if severity in _SEVERITIES else len(_SEVERITIES)
