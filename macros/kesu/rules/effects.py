"""Whether complaints of a cause became fewer once an improvement was carried out: counted before and after, and tested.

What is compared is the cause's share of the complaints whose cause is known: of the latest many are not analysed yet, so
that a bare count would always seem to fall. Before: up to `BEFORE_DAYS` before the day on which the measure was done;
after: from the day after it. Fewer is said where two exact tests agree: the share is smaller (Fisher), and there are fewer
a day (conditional binomial test), so that a cause does not shrink merely because others grow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from kesu.register.causes import same_causes
from kesu.register.sheets import COMPLAINT
from kesu.rules.chance import FEWEST, larger_share, more_often, upwards
from kesu.rules.days import latest
from kesu.rules.deadlines import seconds_of
from kesu.rules.instants import DAY, NAT

if TYPE_CHECKING:
    from kesu.rules.facts import Facts
    from kesu.rules.instants import Bools, Ints

BEFORE_DAYS: Final = 364
"""Days before that are compared at most: whole weeks, and every season once."""
LEAST_EXPECTED: Final = 5
"""So many complaints of the cause must have been expected afterwards, had nothing changed, or it is too early to say."""
CHANCE: Final = 0.05
"""How often it may be said that complaints became fewer where nothing changed, all measures of a report together."""
WEEK, MONTH = 7, 28
"""Days of a point: weeks where one sees `LEAST_EXPECTED` complaints of the cause or more, else four weeks."""
SIGMAS: Final = 3

State = Literal["done", "overdue", "open"]
Verdict = Literal["fell", "rose", "unchanged", "early", "few", "unknown", ""]
"""Fewer, more, no change shown, too early to say, too few before to compare, no complaint has the cause; "": not done."""


@dataclass(frozen=True)
class Point:
    """Complaints received in so many days from ``begin`` (an instant): of the cause, and of all whose cause is known."""

    begin: int
    of_cause: int
    known: int
    after: bool


@dataclass(frozen=True)
class Effect:
    """An improvement, at the position ``at`` of the facts', and what became of its cause.

    ``before``, ``after``: complaints of the cause, and all whose cause is known. ``spans``: days before and after, less
    the share of complaints whose cause is not known. ``expected``: of the cause afterwards, had nothing
    changed. ``falling``: whether the share fell before already. ``days``: of which each point has so many. ``in_time``:
    whether it was done by its due date; None where that is not known yet.
    """

    at: int
    state: State
    verdict: Verdict = ""
    before: tuple[int, int] = (0, 0)
    after: tuple[int, int] = (0, 0)
    spans: tuple[float, float] = (0.0, 0.0)
    expected: float = 0.0
    falling: bool = False
    days: int = 7
    points: tuple[Point, ...] = ()
    in_time: bool | None = None

    @property
    def share(self) -> float:
        """The cause's share before, 0 where no cause is known."""
        return self.before[0] / self.before[1] if self.before[1] else 0.0

    def limits(self, known: int) -> tuple[float, float]:
        """Lower and upper limit of the share of so many complaints: mean of before ± 3 sigma (p-chart).

        NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.3.2.
        """
        spread = SIGMAS * sqrt(self.share * (1 - self.share) / known)
        return max(self.share - spread, 0.0), min(self.share + spread, 1.0)


def effects(facts: Facts, as_of: int) -> list[Effect]:
    """One `Effect` for every improvement, in the order of the facts; ``as_of`` in seconds of the wall clock."""
    measures = facts.improvements
    if not len(measures):
        return []
    due, done = latest(seconds_of(measures["due_at"])), seconds_of(measures["done_at"])
    unknown, kept = (due == NAT) | ((done == NAT) & (due >= as_of)), (done != NAT) & (done <= due)
    states = np.where(done != NAT, "done", np.where((due != NAT) & (due < as_of), "overdue", "open"))
    history = _History(facts, as_of)
    found = [
        history.effect(at, int(done[at])) if state == "done" else Effect(at, state)
        for at, state in enumerate(states.tolist())
    ]
    return [replace(one, in_time=None if unknown[one.at] else bool(kept[one.at])) for one in _judged(found)]


def _judged(found: list[Effect]) -> list[Effect]:
    """The effects that can be tested, each tested so that all together are wrong no more often than `CHANCE`."""
    tests = sum(one.verdict == "unchanged" for one in found)
    judged = []
    for one in found:
        if one.verdict == "unchanged":
            was, now = (one.before, one.spans[0]), (one.after, one.spans[1])
            fewer, more = (_chance_of_more(*pair) * tests <= CHANCE for pair in ((was, now), (now, was)))
            judged.append(replace(one, verdict="fell" if fewer else "rose" if more else "unchanged"))
        else:
            judged.append(one)
    return judged


def _chance_of_more(one: tuple[tuple[int, int], float], other: tuple[tuple[int, int], float]) -> float:
    """Chance of so much more of a cause in ``one`` than in ``other`` (complaints, span), where nothing changed."""
    by_share = larger_share(*one[0], *other[0])
    return max(by_share, more_often(one[0][0], other[0][0], one[1], other[1]))


class _History:
    """The complaints of all registers, those of one register side by side."""

    def __init__(self, facts: Facts, as_of: int) -> None:
        data, measures = facts.complaints, facts.improvements
        self.today = as_of
        cause, self.wanted = same_causes(data["root_cause"], measures["cause"])
        received = seconds_of(data["received_at"])
        counted = data["counted"].to_numpy(bool) & data["kind"].eq(COMPLAINT).to_numpy(bool)
        rows = np.flatnonzero(counted & (received != NAT))
        owner = data["register"].cat.codes.to_numpy(np.int64)[rows]
        rows = rows[np.argsort(owner, kind="stable")]
        self.owner = np.sort(owner)
        self.cause, self.received = cause[rows], received[rows]
        self.category = data["category"].astype("str").to_numpy(object)[rows]
        names = list(data["register"].cat.categories)
        self.register = [names.index(name) if name in names else -1 for name in measures["register"]]
        self.limited = measures["category"].astype("str").to_numpy(object)

    def effect(self, at: int, done: int) -> Effect:
        """Before and after of the measure at ``at``, done at the instant ``done``; its test is yet to come."""
        first, last = np.searchsorted(self.owner, [self.register[at], self.register[at] + 1])
        received, cause = self.received[first:last], self.cause[first:last]
        if isinstance(self.limited[at], str):
            mine = self.category[first:last] == self.limited[at]
            received, cause = received[mine], cause[mine]
        of_cause = (cause == self.wanted[at]) & (cause >= 0)
        if not of_cause.any():
            return Effect(at, "done", "unknown")
        day = done // DAY * DAY
        begin = max(day - BEFORE_DAYS * DAY, int(received.min()) // DAY * DAY)
        spans = (received >= begin) & (received < day), received >= day + DAY
        before, after = ((int((of_cause & span).sum()), int(((cause >= 0) & span).sum())) for span in spans)
        days = (day - begin) / DAY, max(self.today - day - DAY, 0) / DAY
        was, now = (
            length * n / max(int(span.sum()), 1)
            for (_, n), span, length in zip((before, after), spans, days, strict=True)
        )
        expected = before[0] / before[1] * after[1] if before[1] else 0.0
        width = WEEK if before[0] * WEEK >= LEAST_EXPECTED * days[0] else MONTH
        points = _points(received, of_cause, cause >= 0, (begin, day, self.today), width)
        return Effect(
            at, "done", "few" if before[0] < FEWEST else "early" if expected < LEAST_EXPECTED else "unchanged",
            before, after, (was, now), expected, _falling(points), width, points,
        )  # fmt: skip


def _points(
    received: Ints, of_cause: Bools, known: Bools, edges: tuple[int, int, int], days: int
) -> tuple[Point, ...]:
    """Counts by whole stretches of ``days``, back from the day of the measure and on from the day after it.

    ``edges``: first day, day of the measure, now. Stretches without a complaint whose cause is known are left out.
    """
    begin, day, now = edges
    width, found = days * DAY, []
    starts = [
        *range(day - (day - begin) // width * width, day, width),
        *range(day + DAY, now - width + 1, width),
    ]
    for start in starts:
        inside = (received >= start) & (received < start + width)
        if n := int((known & inside).sum()):
            found.append(Point(start, int((of_cause & inside).sum()), n, start > day))
    return tuple(found)


def _falling(points: tuple[Point, ...]) -> bool:
    """Whether the share fell already before the measure was done (Mann-Kendall test)."""
    shares = np.array([-point.of_cause / point.known for point in points if not point.after])
    return len(shares) > 2 and upwards(shares)[0] <= CHANCE
