"""Holds against rules that are counted in days: what a hold takes is given back, to the end of a day in whole days."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kesu.rules.deadlines.clocks import due
from kesu.rules.deadlines.holds import merge_holds
from kesu.rules.instants import NAT
from tests.rules.deadlines.test_clocks import NATIONAL_DAY, at, due_one, words

FIFTEEN_HOURS = tuple((f"2026-09-{day:02d} 08:00", f"2026-09-{day:02d} 23:00") for day in range(8, 18))
TWO_MINUTES = ("2026-09-08 23:59", "2026-09-09 00:01")


@pytest.mark.parametrize(
    ("start", "amount", "clock", "holds", "expected"),
    [
        # Without a hold until 22 September; 150 hours are six days and six hours.
        ("2026-09-07 10:00", 15, "calendar", FIFTEEN_HOURS, "2026-09-28 23:59:59"),
        # Eight of these days are working days: from the 28th past National Day to 14 October (10 October makes up).
        ("2026-09-07 10:00", 15, "business", FIFTEEN_HOURS, "2026-10-14 18:00:00"),
        ("2026-09-07 10:00", 5, "calendar", [TWO_MINUTES], "2026-09-12 23:59:59"),
        ("2026-09-07 10:00", 5, "business", [TWO_MINUTES], "2026-09-14 18:00:00"),
        # Seven working hours give no day, twice seven one.
        ("2026-09-07 10:00", 5, "business", [("2026-09-08 09:00", "2026-09-08 17:00")], "2026-09-14 18:00:00"),
        ("2026-09-07 10:00", 5, "business", [("2026-09-08 09:00", "2026-09-08 17:00"), ("2026-09-09 09:00", "2026-09-09 17:00")], "2026-09-15 18:00:00"),
        # Never within a hold: until the end of the day on which it ends, or of the next one that is open then.
        ("2026-09-29 10:00", 1, "business", [("2026-09-30 11:00", "2026-10-09 09:00")], "2026-10-09 18:00:00"),
        ("2026-09-29 10:00", 1, "business", [("2026-09-30 11:00", "2026-10-03 09:00")], "2026-10-08 18:00:00"),
        ("2026-09-29 10:00", 1, "business", [("2026-09-30 11:00", "2026-10-08 20:00")], "2026-10-09 18:00:00"),
        ("2026-09-29 10:00", 1, "calendar", [("2026-09-30 23:59", "2026-10-01 00:01")], "2026-10-01 23:59:59"),
        # After the end of the last day it is too late.
        ("2026-09-29 10:00", 1, "business", [("2026-09-30 18:00", "2026-10-09 09:00")], "2026-09-30 18:00:00"),
    ],
)  # fmt: skip
def test_days_to_the_end_of_one_get_whole_days_back(
    start: str, amount: int, clock: str, holds: list[tuple[str, str]], expected: str
) -> None:
    assert due_one(start, amount, "days", clock, *holds, end_of_day=True) == expected


def test_a_hold_after_the_due_time_of_day_comes_too_late() -> None:
    hold = ("2026-09-30 11:00", "2026-10-09 09:00")
    assert due_one("2026-09-29 10:00", 1, "days", "business", hold) == "2026-09-30 10:00:00"


def test_what_holds_move_onto_a_closed_day_moves_to_the_next_open_one() -> None:
    """30 September + 30 hours is 1 October 16:00; the 8th is the first open day."""
    hold = ("2026-09-29 11:00", "2026-09-30 17:00")
    assert (
        due_one("2026-09-29 10:00", 1, "days", "calendar", hold, roll_forward=True) == "2026-10-08 16:00:00"
    )
    assert (
        due_one("2026-09-29 10:00", 1, "days", "calendar", hold, roll_forward=True, end_of_day=True)
        == "2026-10-08 23:59:59"
    )


OFF = {
    "01-01", "01-02", "01-03", "02-15", "02-16", "02-17", "02-18", "02-19", "02-20", "02-21", "02-22", "02-23",
    "04-04", "04-05", "04-06", "05-01", "05-02", "05-03", "05-04", "05-05", "06-19", "06-20", "06-21", "09-25",
    "09-26", "09-27", "10-01", "10-02", "10-03", "10-04", "10-05", "10-06", "10-07",
}  # fmt: skip
MAKE_UP = {"01-04", "02-14", "02-28", "05-09", "09-20", "10-10"}
WORKING = {9, 10, 11, 13, 14, 15, 16, 17}
MINUTE, ONE = dt.timedelta(minutes=1), dt.timedelta(1)
Span = tuple[dt.datetime, dt.datetime]


class Steps:
    """Steps through 2026 minute by minute and day by day; shares nothing with the code."""

    def __init__(self, *, business: bool, end_of_day: bool) -> None:
        self.business, self.end_of_day = business, end_of_day

    def works(self, day: dt.date) -> bool:
        key = f"{day:%m-%d}"
        return not self.business or key in MAKE_UP or (day.weekday() < 5 and key not in OFF)

    def counts(self, t: dt.datetime) -> bool:
        return not self.business or (self.works(t.date()) and t.hour in WORKING)

    def end(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(18) if self.business else dt.time(23, 59, 59))

    def unheld(self, start: dt.datetime, amount: int, *, count_start_day: bool) -> dt.datetime:
        day, left = start.date(), amount
        if count_start_day and self.works(day) and (not self.business or start < self.end(day)):
            left -= 1
        while left:
            day += ONE
            left -= self.works(day)
        return self.end(day) if self.end_of_day else dt.datetime.combine(day, start.time())

    def on(self, reached: dt.datetime, hold: Span) -> dt.datetime:
        """Every minute of the hold that the clock would have counted is one more."""
        now, until = hold
        while now < until:
            if self.counts(now):
                reached += MINUTE
                while not self.counts(reached - MINUTE):
                    reached += MINUTE
            now += MINUTE
        return reached

    def held(self, due_at: dt.datetime, holds: list[Span]) -> dt.datetime:
        reached = due_at
        for begin, until in holds:
            if begin >= due_at:
                break
            reached = self.on(reached, (begin, until))
            if not self.end_of_day:
                due_at = max(reached, until)
                continue
            day = reached.date()
            while self.end(day) > reached or not self.works(day):
                day -= ONE
            if self.end(day) < until:
                day = until.date()
                while self.end(day) < until or not self.works(day):
                    day += ONE
                reached = self.end(day)
            due_at = max(due_at, self.end(day))
        return due_at


def apart(spans: list[Span]) -> list[Span]:
    """Spans in order, those that overlap or touch as one."""
    found: list[Span] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        elif begin < end:
            found.append((begin, end))
    return found


@pytest.mark.slow
@settings(deadline=None)
@given(
    start=st.datetimes(dt.datetime(2026, 1, 5), dt.datetime(2026, 11, 1)).map(
        lambda t: t.replace(second=0, microsecond=0)
    ),
    amount=st.integers(1, 25),
    count_start_day=st.booleans(),
    end_of_day=st.booleans(),
    business=st.booleans(),
    holds=st.lists(st.tuples(st.integers(0, 20 * 24), st.integers(0, 20 * 24)), max_size=3),
)
def test_days_equal_a_counter_that_steps_through_time(
    start: dt.datetime,
    amount: int,
    count_start_day: bool,
    end_of_day: bool,
    business: bool,
    holds: list[tuple[int, int]],
) -> None:
    spans = [(start + dt.timedelta(hours=min(pair)), start + dt.timedelta(hours=max(pair))) for pair in holds]
    steps = Steps(business=business, end_of_day=end_of_day)
    expected = steps.held(steps.unheld(start, amount, count_start_day=count_start_day), apart(spans))
    merged = merge_holds(
        [0] * len(spans), [at(str(a)) for a, _ in spans], [at(str(b)) for _, b in spans], NAT
    )
    result = due(
        np.array([at(str(start))]), amount, "days", "business" if business else "calendar",
        calendar=NATIONAL_DAY, holds=merged, count_start_day=count_start_day, end_of_day=end_of_day,
    )  # fmt: skip
    assert words(result[0]) == str(max(expected, start))
