"""From when each deadline counts and what counts as done, before and after a reopening.

A later stage implies the earlier ones: the first response is the first record of any answer (first response, else
substantive reply, else resolution), and a resolution is a reply too. What is recorded before a reopening belongs
to the cycle before it, what is recorded from then on to the cycle after it; a time that was written over is lost,
and the earlier cycle then has no time of doing, unless items keep it, see `kesu.rules.deadlines.kept`. A resolution that
alone is kept proves nothing of when the reply was given. The call-back runs from the resolution of its cycle until the
customer is reached: a try that does not reach anybody neither meets its deadline nor moves it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from kesu.register.settings import STARTED
from kesu.rules.deadlines.kept import Kept, kept_before
from kesu.rules.instants import NAT, seconds_of, usable
from kesu.rules.outcomes import reopening

if TYPE_CHECKING:
    import pandas as pd

    from kesu.rules.instants import Bools, Ints
    from kesu.rules.outcomes import Outcomes

NEVER: Final = int(np.iinfo(np.int64).max)

ANSWERS: Final = {
    "first_response": ("first_response_at", "replied_at", "resolved_at"),
    "reply": ("replied_at", "resolved_at"),
    "resolution": ("resolved_at",),
    "callback": ("called_back_at",),
}
"""Columns whose first known time is when a target was done."""


@dataclass(frozen=True)
class Times:
    """What is known of each complaint: seconds, `NAT` for unknown or unbelievable.

    ``reopened``: `NAT` unless it is after the receipt, and the complaint was resolved at some time: what was never
    resolved cannot come back, and typing a time of reopening moves no deadline. ``kept``: what
    items keep of the cycle before it.
    """

    received: Ints
    sent: Ints
    reopened: Ints
    columns: dict[str, Ints]
    kept: Kept
    outcomes: Outcomes

    @property
    def again(self) -> Bools:
        """Which complaints were reopened."""
        again: Bools = self.reopened != NAT
        return again

    def done(self, target: str, part: str) -> Ints:
        """When ``target`` was done in one part of the life: ``"all"``, ``"before"`` or ``"after"`` the reopening.

        A complaint that was not reopened is all "before" and all "after".
        """
        if target == "callback":
            return self.outcomes.reached_at if part == "after" else self._called_before()
        found = np.full(len(self.received), NAT)
        for key in ANSWERS[target]:
            times = self.columns[key]
            if part == "before":
                times = self._before(key, target)
            elif part == "after":
                times = np.where(self.again & (times < self.reopened), NAT, times)
            found = np.where(found == NAT, times, found)
        if target == "first_response" and part != "after":
            kept = self.kept.first_answer
            found = np.where((kept != NAT) & ((found == NAT) | (kept < found)), kept, found)
        return found

    def _called_before(self) -> Ints:
        """When the customer was first reached in the cycle before the reopening, by the column or by items."""
        found = self._before("called_back_at", "callback")
        row, at = self.outcomes.spoken
        begun, end = self.kept.begun[row], np.where(self.again, self.reopened, NEVER)[row]
        inside = (at >= begun) & (at < end)
        first = np.where(found == NAT, NEVER, found)
        np.minimum.at(first, row[inside], at[inside])
        return np.where(first == NEVER, NAT, first)

    def _before(self, key: str, target: str) -> Ints:
        """What the column ``key`` held before the reopening, from the column or from an item that keeps it."""
        times, kept = self.columns[key], self.kept.times[key]
        if key == "resolved_at" and target != "resolution":
            kept = np.where(self.kept.named, kept, NAT)
        inside = times < self.reopened
        if target != "first_response":  # given once; the others anew in each cycle
            inside &= times >= self.kept.begun
        return np.where(~self.again | (inside & (times != NAT)), times, kept)


def times_of(data: pd.DataFrame, items: pd.DataFrame, parent: Ints, now: int, outcomes: Outcomes) -> Times:
    """The times of every complaint that can be believed as of ``now`` (seconds). ``parent``: the complaint of each item."""
    columns = {
        key: usable(seconds_of(data[key]), now) for key in (*ANSWERS["first_response"], "called_back_at")
    }
    received = usable(seconds_of(data["received_at"]), now)
    reopened, open_again = reopening(data, now)
    for key in (
        "resolved_at",
        "called_back_at",
    ):  # reopened, nobody says when: what was done then is not the end
        columns[key] = np.where(open_again, NAT, columns[key])
    unreached = data["callback_reached"].eq("no").to_numpy(bool)
    columns["called_back_at"] = np.where(unreached, NAT, columns["called_back_at"])
    sent = usable(seconds_of(data["sent_at"]), now)
    return Times(received, sent, reopened, columns, kept_before(items, parent, received, reopened), outcomes)


@dataclass(frozen=True)
class Cycle:
    """One target in one cycle: where it counts from, when it was done, when an answer had stopped the clock.

    ``number``: of the cycle, 1 before the reopening. ``pause``: (start, end) of the time between an answer and
    the reopening in which the clock stood still, or None.
    """

    start: Ints
    done: Ints
    number: Ints
    pause: tuple[Ints, Ints] | None = None


def present(times: Times, target: str, mode: str, kinds: Ints) -> Cycle:
    """The cycle that counts now. ``kinds``: what the matched rule counts from (`RECEIVED`, `SENT`, `REOPENED`)."""
    first = np.where((kinds == SENT) & (times.sent != NAT), times.sent, times.received)
    first = np.where(times.received == NAT, NAT, first)
    anew = times.again & (kinds == REOPENED)
    if target == "callback":
        return Cycle(times.done("resolution", "after"), times.done(target, "after"), 1 + times.again)
    if target == "first_response":  # it is given once, unless a rule asks for another after a reopening
        done = np.where(anew, times.done(target, "after"), times.done(target, "all"))
        return Cycle(np.where(anew, times.reopened, first), done, 1 + anew)
    if mode != "continue":
        anew = times.again
    answered = times.done(target, "before")
    paused = times.again & ~anew & (answered != NAT)
    pause = (np.where(paused, answered, NAT), np.where(paused, times.reopened, NAT)) if paused.any() else None
    return Cycle(np.where(anew, times.reopened, first), times.done(target, "after"), 1 + anew, pause)


def earlier(times: Times, target: str, kinds: Ints) -> Cycle:
    """The cycle before the reopening; `NAT` for complaints that were not reopened."""
    first = np.where((kinds == SENT) & (times.sent != NAT), times.sent, times.received)
    if target != "first_response":  # it is given once, the others anew in each cycle
        first = np.where(times.kept.begun > times.received, times.kept.begun, first)
    start = times.done("resolution", "before") if target == "callback" else first
    done = times.done(target, "before")
    again = times.again
    return Cycle(np.where(again, start, NAT), np.where(again, done, NAT), np.ones(len(again), np.int64))


RECEIVED: Final = 0
SENT: Final = 1
REOPENED: Final = 2
KINDS: Final = {"received": RECEIVED, "sent": SENT, "reopened": REOPENED}

assert set(STARTED) < set(ANSWERS)  # noqa: S101 - a slip in the tables above
