"""Times without a time of day, and dates that a spreadsheet turned round. Column-wise.

A cell that holds a date alone holds midnight. What happened "on 8 October" happened at some instant of that day, from
0:00 to 23:59:59: such a time is judged to the day, and what cannot be proven is neither in time nor late.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.rules.instants import DAY, NAT
from kesu.rules.tally import tally

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kesu.register.sheets import Sheet
    from kesu.rules.instants import Bools, Ints

PLANNED: Final = ("due_at", "sent_at")
"""Times that may be days: when something is to be done, and the date of a letter."""
_TURNED: Final = "^([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ](?:[0-9]{4}|[0-9]{2})(?:[^0-9]|$)"


def whole_days(times: Ints) -> Bools:
    """Which instants (seconds of the wall clock, `NAT` none) are dates without a time of day."""
    days: Bools = (times != NAT) & (times % DAY == 0)
    return days


def latest(times: Ints) -> Ints:
    """The last second that an instant may mean: of a date without a time of day, the last of that day."""
    return np.where(whole_days(times), times + (DAY - 1), times)


def with_unread(sheet: Sheet) -> set[str]:
    """The time columns in which two texts or more could not be read: only these can have been turned round."""
    bad = sheet.problems["problem"].to_numpy() == "bad_time"
    if bad.sum() < 2:
        return set()
    unread = sheet.problems.loc[bad, "column"].value_counts()
    return set(unread.index[unread > 1])


def turned_round(sheet: Sheet, key: str) -> Iterator[tuple[Ints, list[str]]]:
    """Rows with true dates of a column in which day and month have probably changed places, and the texts that give it away.

    Each register of a stack for itself; only of those that have some.

    Where Excel reads days and months in another order than they were written, 3/21/2026 stays a text and 3/4/2026
    becomes a date, the wrong one. So: two texts or more, each readable in one order only and all in the same, and no
    true date after the twelfth. Nothing is told by less.
    """
    wrong = sheet.problems
    mine = wrong[wrong["column"].eq(key).to_numpy(bool)]
    of, bad = sheet.owner[mine["row"].to_numpy()], mine["problem"].eq("bad_time").to_numpy(bool)
    for register in np.flatnonzero(tally(of[bad], 0) > 1).tolist():
        first, last = np.searchsorted(sheet.owner, [register, register + 1])
        turned, texts = _turned_in(sheet.data[key].iloc[first:last], mine[of == register], first)
        if len(turned):
            yield turned, texts


def _turned_in(times: pd.Series, mine: pd.DataFrame, begin: int) -> tuple[Ints, list[str]]:
    """`turned_round` of one register: its ``times``, the first of them in row ``begin``, and its problems."""
    none = np.zeros(0, np.int64)
    texts = mine.loc[mine["problem"].eq("bad_time"), "value"]
    parts = texts.astype("str").str.strip().str.extract(_TURNED).apply(pd.to_numeric).dropna()
    first, second = (parts[at].to_numpy() for at in (0, 1))
    days = np.maximum(first, second)
    if len(parts) < 2 or days.min() < 13 or days.max() > 31 or len(np.unique(first > second)) > 1:
        return none, []
    if np.minimum(first, second).max() > 12:
        return none, []
    true = np.array(times.notna())
    true[mine.loc[mine["problem"].eq("text_time"), "row"].to_numpy() - begin] = False
    day, month = times.dt.day.to_numpy(), times.dt.month.to_numpy()
    if (day[true] > 12).any():
        return none, []
    return np.flatnonzero(true & (day != month)) + begin, texts.loc[parts.index].tolist()
