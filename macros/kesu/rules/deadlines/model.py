"""What a deadline is: states, one target over all complaints, all targets of a register."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.rules.deadlines.span import days_of
from kesu.rules.instants import DAY, NAT
from kesu.words.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kesu.register.settings import Settings
    from kesu.register.sheets import Register
    from kesu.rules.deadlines.business_time import Calendar
    from kesu.rules.deadlines.holds import Holds
    from kesu.rules.instants import Bools, Floats, Ints
    from kesu.rules.outcomes import Outcomes

STATES: Final[dict[str, Text]] = {
    "met": Text("按时", "met"),
    "late": Text("逾期完成", "late"),
    "pending": Text("进行中", "pending"),
    "due_soon": Text("临期", "due soon"),
    "overdue": Text("已逾期", "overdue"),
    "unproven": Text("无法证明按时", "not proven"),
    "none": Text("无时限", "none"),
}
"""met: done by the due instant (that instant included); late: done after it; the next three are not done yet;
unproven: past due, and the case is finished without saying when: counted as missed;
none: no deadline applies, the case (or its earlier cycle) is finished without saying when before it was due, or the times
do not prove whether it was in time: one has no time of day and the day decides, or it was done before receipt (findings
say so)."""
MISSED: Final = ("late", "overdue", "unproven")
"""States of what was not done in time, as far as can be proven."""

RUNNING: Final = ("pending", "due_soon", "overdue")
OPEN_TARGETS: Final = ("first_response", "reply", "resolution")
"""Deadlines by which a complaint is overdue; a call-back is due on one that is resolved, and is named apart."""


@dataclass(frozen=True)
class Deadline:
    """One target over all complaints of a register, arrays in row order.

    ``rule``: position in ``settings.rules`` of the rule that matched, -1 none. ``start``, ``due``, ``done``:
    seconds of the wall clock, `NAT` for none. ``item``: position of the item that agreed or changed the due
    time, -1 none. ``state``: key of `STATES`. ``remaining``: seconds on the rule's own clock until due, negative
    when overdue, `NAT` where it is not running. ``used``: share of the working time from start to
    due that is gone (of the wall-clock time where no working time lies between them), holds not counted; NaN
    where ``remaining`` is `NAT`.
    """

    target: str
    rule: Ints
    start: Ints
    due: Ints
    done: Ints
    item: Ints
    state: NDArray[np.str_]
    remaining: Ints
    used: Floats

    @property
    def replaced(self) -> Bools:
        """Where the due time was agreed with the customer or changed by hand."""
        return self.item >= 0


@dataclass(frozen=True)
class Deadlines:
    """All deadlines of a register, by target in the order of `TARGETS`, with what they were worked out from.

    ``targets``: the cycle that counts now. ``reopened``: complaints that were reopened. ``cycle``: number of the
    cycle in ``targets`` by target, 1 before a reopening. ``earlier``: that cycle before the reopening, where the
    team judges both (all `NAT` and none for complaints without); empty where there is none at all. ``untold``: targets
    of which the register has no column that would say when they are done: no rule fits them. ``spans``: by register of
    the stack the seconds from which and up to which its times reach. ``outcomes``: how it ended with the customers.
    """

    register: Register
    rows: Ints
    ids: pd.Series
    targets: dict[str, Deadline]
    calendar: Calendar
    holds: Holds
    as_of: int
    reopened: Bools
    cycle: dict[str, Ints]
    earlier: dict[str, Deadline]
    spans: tuple[Ints, Ints]
    outcomes: Outcomes
    untold: frozenset[str] = frozenset()

    def table(self, *, every_cycle: bool = False, shown: Bools | None = None) -> pd.DataFrame:
        """One line a complaint and target, in row order: the columns of ``kesu deadlines``.

        ``every_cycle`` adds the column ``cycle`` and, before the present one, the lines of earlier cycles. ``shown``: the
        complaints that are asked about; None: all.
        """
        mine = np.flatnonzero(np.ones(len(self.rows), bool) if shown is None else shown)
        present = self._lines(self.targets, mine)
        if not every_cycle:
            return present
        parts, of = [], []
        for name, part in self.earlier.items():
            if len(rows := mine[part.start[mine] != NAT]):
                parts.append(self._lines({name: part}, rows).assign(cycle=1))
                of.append(rows)
        number = np.stack([self.cycle[name][mine] for name in self.targets], axis=1).ravel()
        every = pd.concat([*parts, present.assign(cycle=number)], ignore_index=True)
        row = np.concatenate([*of, np.repeat(mine, len(self.targets))])
        names = list(self.targets)
        target = every["target"].map(names.index)
        order = np.lexsort((every["cycle"].to_numpy(), target.to_numpy(), row))
        return every.iloc[order].reset_index(drop=True)

    def _lines(self, targets: dict[str, Deadline], rows: Ints) -> pd.DataFrame:
        parts = list(targets.values())

        def woven(name: str) -> NDArray[np.generic]:
            return np.stack([getattr(part, name)[rows] for part in parts], axis=1).ravel()

        every = np.repeat(rows, len(parts))
        return pd.DataFrame(
            {
                "register": pd.Series(self.register.names, dtype="str")
                .iloc[self.register.complaints.owner[every]]
                .array,
                "row": self.rows[every],
                "complaint_id": self.ids.iloc[every].to_numpy(),
                "target": np.tile([part.target for part in parts], len(rows)),
                "due_at": instants(woven("due")),
                "done_at": instants(woven("done")),
                "state": woven("state"),
                "remaining_hours": hours(woven("remaining")),
            }
        )

    @cached_property
    def confirmed_until(self) -> NDArray[np.datetime64]:
        """By register of the stack the last day whose public holidays are official, see `Calendar`."""
        _, last = days_of(self.register.settings, *self.spans)
        if not self.calendar.noticed:
            return last
        ends = (last.astype("datetime64[Y]") + 1).astype("datetime64[D]") - 1
        known: NDArray[np.datetime64] = np.minimum(ends, self.calendar.confirmed_until)
        return known

    def unconfirmed(self) -> Bools:
        """Which complaints have a running deadline after the last day whose public holidays are official."""
        last = ((self.confirmed_until.astype(np.int64) + 1) * DAY)[self.register.complaints.owner]
        parts = self.targets.values()
        late: Bools = np.any([(part.due >= last) & (part.remaining != NAT) for part in parts], axis=0)
        return late


def instants(seconds: NDArray[np.generic]) -> NDArray[np.datetime64]:
    """Seconds of the wall clock → ``datetime64[s]`` (`NAT` becomes NaT)."""
    return seconds.astype("datetime64[s]")


def hours(seconds: NDArray[np.generic]) -> NDArray[np.float64]:
    """Seconds → hours as float64, NaN for `NAT`."""
    values = seconds.astype(np.int64)
    return np.where(values == NAT, np.nan, values / 3600)


LADDER: Final = ((0.5, "tell_at_50"), (0.8, "tell_at_80"), (1.0, "tell_at_100"))
"""Share of the working time used → the setting that names who is then told."""


def to_tell(settings: Settings, used: float) -> tuple[tuple[float, str], ...]:
    """The steps of the escalation ladder that ``used`` (share; NaN none) has reached: (share, who is told)."""
    who = ((share, str(getattr(settings, key))) for share, key in LADDER)
    return tuple((share, name) for share, name in who if name and used >= share)
