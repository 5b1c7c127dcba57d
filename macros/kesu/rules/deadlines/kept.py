"""What items of kind "cycle" keep of the cycles before a reopening, when later times write over the columns.

Each names the deadline that it is about; one that names none is about the resolution, which ends its cycle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from kesu.rules.instants import NAT, latest_of, seconds_of

if TYPE_CHECKING:
    import pandas as pd

    from kesu.rules.instants import Bools, Ints

TARGET: Final = {
    "first_response_at": "first_response",
    "replied_at": "reply",
    "resolved_at": "resolution",
    "called_back_at": "callback",
}
"""Column → the deadline by which an item names it."""

NEVER: Final = int(np.iinfo(np.int64).max)


@dataclass(frozen=True)
class Kept:
    """Of the cycle before the last reopening, by complaint; seconds, `NAT` where nothing is kept.

    ``begun``: where that cycle began. ``times``: by column what was done in it. ``named``: its resolution names its
    deadline, so all that was done in it is kept. ``first_answer``: the first that is kept of any cycle.
    """

    begun: Ints
    times: dict[str, Ints]
    named: Bools
    first_answer: Ints


def kept(
    items: pd.DataFrame, parent: Ints, received: Ints, key: str, *, named: bool = False
) -> tuple[Ints, Ints, Ints]:
    """Times of the column ``key`` that items keep: complaint, begin of the cycle (its receipt where none is written), time.

    ``parent``: the complaint of each item, -1 none. ``named``: without those that name no deadline.
    """
    mine = items["item_kind"].eq("cycle").to_numpy(bool) & (parent >= 0)
    if mine.any():
        about = items["for_target"].eq(TARGET[key])
        if key == "resolved_at" and not named:
            about |= items["for_target"].isna()
        mine &= about.to_numpy(bool)
    row, begin, at = (
        values[mine] for values in (parent, *(seconds_of(items[part]) for part in ("started_at", "done_at")))
    )
    begin = np.where(begin == NAT, received[row], begin)
    real = (begin != NAT) & (at >= begin + (key == "resolved_at"))
    return row[real], begin[real], at[real]


def kept_before(items: pd.DataFrame, parent: Ints, received: Ints, reopened: Ints) -> Kept:
    """What is kept of the cycle before ``reopened`` (seconds, `NAT` for never)."""
    count = len(received)
    row, begin, at = kept(items, parent, received, "resolved_at")
    over = at < reopened[row]
    begun = latest_of(row[over], begin[over], count)
    times, first = {}, np.full(count, NEVER)
    named = np.zeros(count, bool)
    for key in TARGET:
        row, begin, at = kept(items, parent, received, key)
        inside = (at >= begun[row]) & (at < reopened[row])
        times[key] = latest_of(row[inside], at[inside], count)
        if key == "resolved_at":
            row, begin, at = kept(items, parent, received, key, named=True)
            named[row[begin == begun[row]]] = True
        if key != "called_back_at":
            np.minimum.at(first, row, at)
    return Kept(begun, times, named, np.where(first == NEVER, NAT, first))
