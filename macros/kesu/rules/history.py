"""What was known at an instant, and when complaints were open: one history for deadlines, figures and lists.

A complaint is open in stints, half open as holds are: from its receipt up to its resolution, and again from each
reopening up to the next resolution. The register's columns hold the last time of each; an item of kind "cycle" keeps
a stint that a later resolution or reopening writes over, and further ones when it was answered and called back.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.register.codes import FINISHED
from kesu.register.sheets import without
from kesu.rules.deadlines.holds import Holds, merge_holds
from kesu.rules.deadlines.kept import kept
from kesu.rules.instants import NAT, latest_of, seconds_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kesu.register.sheets import Register
    from kesu.rules.instants import Bools, Ints

NEVER: Final = 253_402_300_800
"""End of a stint that has not ended: the year 10000."""

FOLLOWS: Final = {
    "first_response_at": (),
    "replied_at": (),
    "resolved_at": ("resolved_on_first_contact",),
    "called_back_at": ("callback_reached", "satisfaction"),
}
"""Time of an event → what else nobody can have known before it."""

ANSWERED: Final = ("first_response_at", "replied_at", "called_back_at")
"""What items keep beside the stints."""

PLANNED: Final = ("hold", "option")
"""Kinds of items whose end may be agreed beforehand."""


@dataclass(frozen=True)
class Stints:
    """When the complaints of a register were open: those of one row in order and apart, see `Holds`.

    ``again``: which begin with a reopening. By complaint, as are the positions in ``open``: ``at_once``, resolved when
    it came in, and ``untimed``, finished by its status at a time that nobody wrote down.
    """

    open: Holds
    again: Bools
    at_once: Bools
    untimed: Bools

    def open_at(self, when: int) -> Bools:
        """Which complaints were open just before ``when`` (seconds)."""
        found = np.zeros(len(self.at_once), bool)
        found[self.open.row[(self.open.start < when) & (self.open.end >= when)]] = True
        return found


def joined(parts: Sequence[Stints]) -> Stints:
    """The stints of several registers, complaint positions going on from one to the next."""
    offsets = np.cumsum([0, *(len(part.at_once) for part in parts)])
    holds = Holds(
        np.concatenate([part.open.row + at for part, at in zip(parts, offsets, strict=False)]),
        np.concatenate([part.open.start for part in parts]),
        np.concatenate([part.open.end for part in parts]),
    )
    again, at_once, untimed = (
        np.concatenate([getattr(part, key) for part in parts]) for key in ("again", "at_once", "untimed")
    )
    return Stints(holds, again, at_once, untimed)


def stints_of(register: Register) -> Stints:
    """The stints of the complaints of ``register``, from typed columns and the items that hang off them."""
    data, items = register.complaints.data, register.items.data
    received, resolved, reopened = (
        seconds_of(data[key]) for key in ("received_at", "resolved_at", "reopened_at")
    )
    status = data["status"]
    nobody_says = status.eq("reopened").to_numpy(bool) & (reopened == NAT)
    resolved = np.where(nobody_says, NAT, resolved)
    row, begin, end = kept(items, register.parent, received, "resolved_at")
    before = np.zeros(len(data), bool)
    before[row] = True
    last = latest_of(row, end, len(data))

    came_back = (reopened > received) & (received != NAT) & ((resolved != NAT) | before)
    done = resolved != NAT
    first_end = np.where(done & (~came_back | (resolved < reopened)), resolved, NEVER)
    # One resolution after the reopening, and nothing kept of the one before: open from receipt to resolution.
    first_end = np.where(came_back & done & (resolved >= reopened), resolved, first_end)
    untold = ~done & ~came_back & status.isin(FINISHED).to_numpy(bool)
    first = (received != NAT) & ~before & ~untold
    second = came_back & (before | (resolved < reopened))
    more = before & ~came_back & (~done | (resolved > last))
    parts = (
        (row, begin, end),
        _at(first, received, first_end),
        _at(second, reopened, np.where(done & (resolved >= reopened), resolved, NEVER)),
        _at(more, last, np.where(done, resolved, NEVER)),
    )
    row, begin, end = (np.concatenate(side) for side in zip(*parts, strict=True))
    row, end = row[came := end > received[row]], end[came]
    found = merge_holds(row, np.maximum(begin[came], received[row]), end, NEVER)
    again = np.zeros(len(found.row), bool)
    again[1:] = found.row[1:] == found.row[:-1]
    found = Holds(found.row, np.where(again, found.start, received[found.row]), found.end)
    never = (received != NAT) & ~np.isin(np.arange(len(data)), found.row)
    return Stints(found, again, never & done, never & ~done)


def _at(mine: Bools, begin: Ints, end: Ints) -> tuple[Ints, Ints, Ints]:
    rows = np.flatnonzero(mine)
    return rows, begin[rows], end[rows]


def as_known(register: Register, as_of: int, now: int) -> Register:
    """``register`` as it was known at ``as_of``, looked at from ``now`` (seconds): nothing has happened yet that came later.

    Rows keep their places. Of a complaint received between the two no time is left, nor its items. What has no time
    of its own (severity, cause, owner) stands as it does today. A time after ``now`` is a slip: it counts for nothing,
    and changes nothing else; of a receipt then no deadline counts.
    """
    data, items = register.complaints.data, register.items.data
    times = {key: seconds_of(data[key]) for key in ("received_at", *FOLLOWS, "reopened_at")}
    late = {key: at > as_of for key, at in times.items()}
    since = {key: (at > as_of) & (at <= now) for key, at in times.items()}
    unborn, done = since["received_at"], seconds_of(items["done_at"])
    gone = _not_yet(register, as_of, now, unborn)
    ends = (done > as_of) & ~items["item_kind"].isin(PLANNED).to_numpy(bool)
    register = _improved(register, as_of, now)
    if not (gone.any() or ends.any() or any(part.any() for part in late.values())):
        return register
    sheet = dataclasses.replace(
        register.items,
        data=items.assign(
            done_at=items["done_at"].mask(ends),
            result=items["result"].mask(ends & (done <= now)),
            satisfaction=items["satisfaction"].mask(ends & (done <= now)),
        ),
    )
    return dataclasses.replace(
        register,
        complaints=dataclasses.replace(register.complaints, data=_complaints(register, as_of, late, since)),
        items=without(sheet, gone),
    )


def _improved(register: Register, as_of: int, now: int) -> Register:
    """Improvements that nobody had decided on are left out, what was not done yet is not done."""
    measures = register.improvements.data
    decided, done = seconds_of(measures["decided_at"]), seconds_of(measures["done_at"])
    later, since = done > as_of, (decided > as_of) & (decided <= now)
    if not (later.any() or since.any()):
        return register
    known = dataclasses.replace(
        register.improvements,
        data=measures.assign(
            done_at=measures["done_at"].mask(later),
            noted_effect=measures["noted_effect"].mask(later & (done <= now)),
        ),
    )
    return dataclasses.replace(register, improvements=without(known, since))


def _complaints(
    register: Register, as_of: int, late: dict[str, Bools], since: dict[str, Bools]
) -> pd.DataFrame:
    data = register.complaints.data
    unborn = since["received_at"]
    known = {key: data[key].mask(mine | unborn) for key, mine in late.items()}
    for key, columns in FOLLOWS.items():
        for column in columns:
            known[column] = data[column].mask(since[key] | unborn)
    known |= _kept_before(register, known, as_of, since)
    turned = (since["resolved_at"] | since["reopened_at"]) & ~unborn
    called = since["called_back_at"] & ~turned & data["status"].eq("closed").to_numpy(bool)
    known["status"] = _with(data["status"], "resolved", called & known["resolved_at"].notna().to_numpy(bool))
    known |= _turned_back(register, known, as_of, turned)
    return data.assign(**known)


def _kept_before(
    register: Register, known: dict[str, pd.Series], as_of: int, since: dict[str, Bools]
) -> dict[str, pd.Series]:
    """Answers and call-backs that later ones wrote over ``since``, where items keep them: the last by ``as_of``."""
    items = register.items.data
    if not items["item_kind"].eq("cycle").any():
        return {}
    data = register.complaints.data
    received, found = seconds_of(data["received_at"]), {}
    for key in ANSWERED:
        row, _, at = kept(items, register.parent, received, key)
        mine = since[key][row] & ~since["received_at"][row] & (at <= as_of)
        if mine.any():
            last = latest_of(row[mine], at[mine], len(data))
            told = pd.Series(last.astype("datetime64[s]"), known[key].index).astype(known[key].dtype)
            found[key] = known[key].fillna(told)
    return found


def _turned_back(
    register: Register, known: dict[str, pd.Series], as_of: int, mine: Bools
) -> dict[str, pd.Series]:
    """Resolution, reopening and status of complaints ``mine`` whose last resolution or reopening came later."""
    if not mine.any():
        return {}
    stints = stints_of(register)
    row, begin, end = stints.open.row, stints.open.start, stints.open.end
    past, since = end <= as_of, stints.again & (begin <= as_of)
    resolved = latest_of(row[past], end[past], len(mine))
    reopened = latest_of(row[since], begin[since], len(mine))
    found = {}
    for key, times in (("resolved_at", resolved), ("reopened_at", reopened)):
        told = pd.Series(times.astype("datetime64[s]"), known[key].index).astype(known[key].dtype)
        found[key] = known[key].where(~mine, told)
    status = known["status"]
    for word, which in (
        ("in_progress", (resolved == NAT) & (reopened == NAT)),
        ("resolved", (resolved != NAT) & (resolved >= reopened)),
        ("reopened", reopened > resolved),
    ):
        status = _with(status, word, mine & which)
    return found | {"status": status}


def _with(status: pd.Series, word: str, mine: Bools) -> pd.Series:
    if not mine.any():
        return status
    if word not in status.cat.categories:
        status = status.cat.add_categories([word])
    return status.mask(mine, word)


def _not_yet(register: Register, as_of: int, now: int, unborn: Bools) -> Bools:
    """Items that nobody had written down; of those that keep a stint, the ones that had not ended."""
    items = register.items.data
    noted, began, done = (seconds_of(items[key]) for key in ("noted_at", "started_at", "done_at"))
    cycle = items["item_kind"].eq("cycle").to_numpy(bool)
    at = np.where(cycle, done, np.where(noted == NAT, began, noted))
    mine: Bools = ((at > as_of) & (at <= now)) | np.append(unborn, False)[register.parent]
    return mine
