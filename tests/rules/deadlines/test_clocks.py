"""Deadlines against counters that step through time, and against dates worked out by hand."""

import datetime as dt
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kesu.rules.deadlines.business_time import Calendar, build_calendar
from kesu.rules.deadlines.clocks import due, elapsed
from kesu.rules.deadlines.holds import Holds, merge_holds
from kesu.rules.instants import NAT

H = 3600
EPOCH = dt.datetime(1970, 1, 1)
WEEK = dict.fromkeys(range(5), ((9 * H, 12 * H), (13 * H, 18 * H)))
NATIONAL_DAY = build_calendar(dt.date(2025, 12, 1), dt.date(2027, 12, 31), WEEK, "CN")


def at(words: str) -> int:
    return int((dt.datetime.fromisoformat(words) - EPOCH).total_seconds())


def words(instant: int) -> str:
    return "" if instant == NAT else str(EPOCH + dt.timedelta(seconds=int(instant)))


def due_one(
    start: str, amount: float, unit: str, clock: str, *holds: tuple[str, str], **options: bool
) -> str:
    """The due instant of one complaint under the Chinese calendar of 2026, in words."""
    merged = merge_holds([0] * len(holds), [at(a) for a, _ in holds], [at(b) for _, b in holds], NAT)
    result = due(np.array([at(start)]), amount, unit, clock, calendar=NATIONAL_DAY, holds=merged, **options)
    return words(result[0])


# ---- hand-worked: 30 Sep is a Wednesday; 1-7 Oct off; Thu 8, Fri 9, make-up Sat 10 Oct work; Sun 11 off.


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("2026-09-30 17:00", 1, "2026-09-30 18:00:00"),  # up to the close, not the next opening
        ("2026-09-30 17:00", 2, "2026-10-08 10:00:00"),
        ("2026-09-30 17:00", 25, "2026-10-10 18:00:00"),
        ("2026-09-30 17:00", 25.5, "2026-10-12 09:30:00"),
        ("2026-10-03 04:00", 8, "2026-10-08 18:00:00"),  # received on a holiday night: runs from the opening
        ("2026-09-30 12:30", 1, "2026-09-30 14:00:00"),  # received in the break
        ("2026-09-30 10:00", 2, "2026-09-30 12:00:00"),  # up to the break
        ("2026-09-30 18:00", 0.25, "2026-10-08 09:15:00"),  # received at the close
        ("2026-02-13 17:30", 1, "2026-02-14 09:30:00"),  # make-up Saturday before Spring Festival
        ("2026-02-14 17:30", 1, "2026-02-24 09:30:00"),
        ("2026-02-28 10:00", 8, "2026-03-02 10:00:00"),
        ("2026-10-03 04:00", 0, "2026-10-03 04:00:00"),  # at once is at once
        ("2026-12-31 17:59:59", 2 / 3600, "2027-01-04 09:00:01"),
    ],
)
def test_business_hours_over_breaks_holidays_and_make_up_days(
    start: str, hours: float, expected: str
) -> None:
    assert due_one(start, hours, "hours", "business") == expected
    assert due_one(start, hours * 60, "minutes", "business") == expected


@pytest.mark.parametrize(
    ("start", "amount", "unit", "clock", "options", "expected"),
    [
        ("2026-09-30 17:00", 48, "hours", "calendar", {}, "2026-10-02 17:00:00"),
        ("2026-09-30 17:00", 48, "hours", "calendar", {"roll_forward": True}, "2026-10-08 17:00:00"),
        ("2026-09-30 17:00", 48, "hours", "calendar", {"end_of_day": True}, "2026-10-02 23:59:59"),
        ("2026-09-30 17:00", 2, "hours", "business", {"end_of_day": True}, "2026-10-08 18:00:00"),
        # days: the start day is not counted …
        ("2026-09-28 10:20", 3, "days", "calendar", {}, "2026-10-01 10:20:00"),
        ("2026-09-28 10:20", 3, "days", "business", {}, "2026-10-08 10:20:00"),
        ("2026-09-30 20:00", 3, "days", "business", {"end_of_day": True}, "2026-10-10 18:00:00"),
        ("2026-10-01 10:00", 1, "days", "business", {"end_of_day": True}, "2026-10-08 18:00:00"),
        # … unless the rule says so; then a working day counts while it is open
        ("2026-09-28 10:20", 3, "days", "calendar", {"count_start_day": True}, "2026-09-30 10:20:00"),
        ("2026-09-28 10:20", 3, "days", "business", {"count_start_day": True}, "2026-09-30 10:20:00"),
        ("2026-09-28 10:20", 1, "days", "business", {"count_start_day": True, "end_of_day": True}, "2026-09-28 18:00:00"),
        ("2026-09-28 18:00", 1, "days", "business", {"count_start_day": True, "end_of_day": True}, "2026-09-29 18:00:00"),
        ("2026-10-01 10:00", 1, "days", "business", {"count_start_day": True, "end_of_day": True}, "2026-10-08 18:00:00"),
        # roll forward keeps the time of day, or goes to the end
        ("2026-09-28 10:20", 3, "days", "calendar", {"roll_forward": True}, "2026-10-08 10:20:00"),
        ("2026-09-28 10:20", 3, "days", "calendar", {"roll_forward": True, "end_of_day": True}, "2026-10-08 23:59:59"),
        ("2026-09-07 10:20", 13, "days", "calendar", {"roll_forward": True}, "2026-09-20 10:20:00"),  # works that Sunday
        ("2026-09-07 10:20", 4, "weeks", "calendar", {}, "2026-10-05 10:20:00"),
        ("2026-09-07 10:20", 4, "weeks", "calendar", {"count_start_day": True}, "2026-10-04 10:20:00"),
        # months end on the same day, or on the last of a shorter month
        ("2026-01-31 09:00", 1, "months", "calendar", {}, "2026-02-28 09:00:00"),
        ("2026-01-31 09:00", 2, "months", "calendar", {}, "2026-03-31 09:00:00"),
        ("2026-01-31 09:00", 13, "months", "calendar", {}, "2027-02-28 09:00:00"),
        ("2026-11-30 09:00", 3, "months", "calendar", {"end_of_day": True}, "2027-02-28 23:59:59"),
        ("2026-03-05 09:00", 1, "months", "calendar", {"count_start_day": True}, "2026-04-04 09:00:00"),
        # nothing to wait for, even when the day is over or never opens
        ("2026-09-28 20:00", 0, "days", "business", {"end_of_day": True}, "2026-09-28 20:00:00"),
        ("2026-10-03 10:00", 0, "days", "business", {}, "2026-10-03 10:00:00"),
        ("2026-10-03 10:00", 0, "days", "business", {"end_of_day": True}, "2026-10-03 23:59:59"),
        ("2026-10-03 10:00", 0, "days", "business", {"roll_forward": True}, "2026-10-08 10:00:00"),
        ("2026-10-03 10:00", 0, "hours", "business", {"end_of_day": True}, "2026-10-03 23:59:59"),
        ("2026-10-03 10:00", 0, "hours", "business", {"roll_forward": True}, "2026-10-08 10:00:00"),
    ],
)  # fmt: skip
def test_days_weeks_months_ends_and_rolls(
    start: str, amount: int, unit: str, clock: str, options: dict[str, bool], expected: str
) -> None:
    assert due_one(start, amount, unit, clock, **options) == expected


def test_a_month_from_31_january_of_a_leap_year_ends_on_29_february() -> None:
    # On the calendar clock nothing needs the calendar's range.
    start = np.array([at("2028-01-31 08:00"), at("2000-01-31 08:00"), at("2100-01-31 08:00")])
    assert [words(t) for t in due(start, 1, "months", "calendar", calendar=NATIONAL_DAY)] == [
        "2028-02-29 08:00:00", "2000-02-29 08:00:00", "2100-02-28 08:00:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("start", "amount", "unit", "clock", "holds", "expected"),
    [
        # A hold over National Day takes 17:00-18:00 on 30 Sep and 9:00-10:00 on 8 Oct: two working hours.
        ("2026-09-30 16:00", 4, "hours", "business", [("2026-09-30 17:00", "2026-10-08 10:00")], "2026-10-08 14:00:00"),
        # The same hold on the calendar clock takes all its 185 hours.
        ("2026-09-30 16:00", 4, "hours", "calendar", [("2026-09-30 17:00", "2026-10-08 10:00")], "2026-10-08 13:00:00"),
        # Only in closed hours: takes nothing.
        ("2026-09-30 16:00", 4, "hours", "business", [("2026-10-01 09:00", "2026-10-08 09:00")], "2026-10-08 11:00:00"),
        # Begins at the due instant, or after it: too late.
        ("2026-09-30 16:00", 2, "hours", "business", [("2026-09-30 18:00", "2026-10-08 12:00")], "2026-09-30 18:00:00"),
        ("2026-09-30 16:00", 2, "hours", "calendar", [("2026-10-01 09:00", "2026-10-08 09:00")], "2026-09-30 18:00:00"),
        # Only thanks to the first hold does the second one come in time.
        ("2026-09-28 09:00", 2, "hours", "business", [("2026-09-28 10:00", "2026-09-28 12:00"), ("2026-09-28 13:30", "2026-09-28 14:00")], "2026-09-28 14:30:00"),
        # Overlapping holds count once; a hold from before the receipt counts from the receipt.
        ("2026-09-28 09:00", 1, "hours", "business", [("2026-09-28 09:30", "2026-09-28 10:30"), ("2026-09-28 10:00", "2026-09-28 11:00")], "2026-09-28 11:30:00"),
        ("2026-09-28 09:00", 1, "hours", "business", [("2026-09-24 09:00", "2026-09-28 10:00")], "2026-09-28 11:00:00"),
        ("2026-09-28 09:00", 1, "hours", "business", [("2026-09-24 09:00", "2026-09-28 09:00")], "2026-09-28 10:00:00"),
        ("2026-09-28 09:00", 0, "hours", "business", [("2026-09-24 09:00", "2026-09-28 11:00")], "2026-09-28 09:00:00"),
        # Days move on by what the hold took: 7 working hours from Monday 10:00, 14 of them, 8 days and 22 hours.
        ("2026-09-07 10:00", 5, "days", "business", [("2026-09-08 09:00", "2026-09-08 17:00")], "2026-09-14 18:00:00"),
        ("2026-09-07 10:00", 5, "days", "business", [("2026-09-07 11:00", "2026-09-09 09:00")], "2026-09-15 17:00:00"),
        ("2026-09-28 10:00", 3, "days", "business", [("2026-09-30 11:00", "2026-10-09 09:00")], "2026-10-09 17:00:00"),
        ("2026-09-28 10:00", 3, "days", "calendar", [("2026-09-30 11:00", "2026-10-09 09:00")], "2026-10-10 08:00:00"),
        ("2026-09-28 10:00", 1, "months", "calendar", [("2026-09-30 11:00", "2026-10-09 09:00")], "2026-11-06 08:00:00"),
    ],
)  # fmt: skip
def test_holds_stop_the_clock_in_its_own_time(
    start: str, amount: int, unit: str, clock: str, holds: list[tuple[str, str]], expected: str
) -> None:
    assert due_one(start, amount, unit, clock, *holds) == expected


@pytest.mark.parametrize(
    ("start", "hours", "options", "expected"),
    [
        # Monday to Friday until midnight: Friday 24:00 is Friday's, though it is written Saturday 00:00.
        ("2026-09-04 20:00", 4, {}, "2026-09-05 00:00:00"),
        ("2026-09-04 20:00", 4, {"roll_forward": True}, "2026-09-05 00:00:00"),
        ("2026-09-04 20:00", 4, {"end_of_day": True}, "2026-09-05 00:00:00"),
        ("2026-09-03 20:00", 4, {"end_of_day": True}, "2026-09-04 00:00:00"),
        # Received at midnight, due at once: the day is the one that begins.
        ("2026-09-05 00:00", 0, {"roll_forward": True}, "2026-09-07 00:00:00"),
        ("2026-09-04 00:00", 0, {"end_of_day": True}, "2026-09-05 00:00:00"),
    ],
)
def test_midnight_as_closing_time_belongs_to_the_day_it_closes(
    start: str, hours: int, options: dict[str, bool], expected: str
) -> None:
    late = dict.fromkeys(range(5), ((12 * H, 24 * H),))
    calendar = build_calendar(dt.date(2026, 9, 1), dt.date(2026, 9, 30), late)
    begin = np.array([at(start)])
    result = due(
        begin, hours, "hours", "business", calendar=calendar,
        roll_forward=options.get("roll_forward", False), end_of_day=options.get("end_of_day", False),
    )  # fmt: skip
    assert words(result[0]) == expected


def test_due_at_once_before_the_first_working_day_is_due_at_once() -> None:
    calendar = build_calendar(dt.date(2026, 10, 1), dt.date(2026, 10, 31), WEEK, "CN")
    for unit in ("hours", "days"):
        assert words(due(np.array([at("2026-10-02 10:00")]), 0, unit, "business", calendar=calendar)[0]) == (
            "2026-10-02 10:00:00"
        )


# ---- counters that share nothing with the code: they step through time and look at a plain list of spans.

SPANS = [
    (0, 3),
    (3, 5),
    (9, 10),
    (100, 101),
    (1430, 1450),
    (1500, 1502),
    (2000, 2900),
    (2999, 3000),
    (4318, 4320),
]
"""Working minutes of a five-day world; days 4 and 5 (from minute 4320) are closed but for the last minute."""
FIRST = dt.date(2024, 2, 27)
MIDNIGHT = (FIRST - EPOCH.date()).days * 1440


def world() -> tuple[Calendar, set[int]]:
    spans = [*SPANS, (7199, 7200)]
    pieces = [
        (a, b)
        for x, y in spans
        for a, b in pairwise(sorted({x, y, *(m for m in range(0, 7200, 1440) if x < m < y)}))
    ]
    start = 60 * np.array([MIDNIGHT + a for a, _ in pieces])
    length = 60 * np.array([b - a for a, b in pieces])
    first = np.datetime64(FIRST, "D")
    calendar = Calendar(start, length, np.cumsum(length) - length, first, first + 4, first + 4)
    return calendar, {minute for a, b in spans for minute in range(a, b)}


minutes = st.integers(0, 7200) | st.sampled_from(sorted({edge for span in SPANS for edge in span}))
holds_of_one = st.lists(st.tuples(minutes, minutes | st.none()), max_size=4)
cases = st.lists(st.tuples(minutes, st.integers(0, 120), holds_of_one), min_size=1, max_size=6)


def as_holds(many: list[list[tuple[int, int | None]]], as_of: int) -> Holds:
    flat = [(row, a, b) for row, holds in enumerate(many) for a, b in holds]
    flat.reverse()  # as entered: in no order
    return merge_holds(
        [row for row, _, _ in flat],
        [60 * (MIDNIGHT + a) for _, a, _ in flat],
        [NAT if b is None else 60 * (MIDNIGHT + b) for _, _, b in flat],
        60 * (MIDNIGHT + as_of),
    )


def held(minute: int, holds: list[tuple[int, int | None]], as_of: int) -> bool:
    return any(a <= minute < (as_of if b is None else b) for a, b in holds)


@settings(deadline=None)
@given(cases, minutes, st.sampled_from(["business", "calendar"]))
def test_due_equals_a_minute_by_minute_counter(
    many: list[tuple[int, int, list[tuple[int, int | None]]]], as_of: int, clock: str
) -> None:
    calendar, working = world()
    expected = []
    for start, amount, holds in many:
        minute, left = start, amount
        while left and minute < 7200:
            left -= (clock == "calendar" or minute in working) and not held(minute, holds, as_of)
            minute += 1
        expected.append(None if left else minute)
    asked = [n for n, minute in enumerate(expected) if minute is not None]
    result = due(
        np.array([60 * (MIDNIGHT + many[n][0]) for n in asked], np.int64),
        np.array([many[n][1] for n in asked], float),
        "minutes",
        clock,
        calendar=calendar,
        holds=as_holds([many[n][2] for n in asked], as_of),
    )
    assert (result // 60 - MIDNIGHT).tolist() == [expected[n] for n in asked]
    beyond = [n for n, minute in enumerate(expected) if minute is None]
    for n in beyond if clock == "business" else ():
        with pytest.raises(ValueError, match="2024-03-02"):
            due(
                np.array([60 * (MIDNIGHT + many[n][0])]),
                many[n][1],
                "minutes",
                clock,
                calendar=calendar,
                holds=as_holds([many[n][2]], as_of),
            )


@settings(deadline=None)
@given(st.lists(st.tuples(minutes, minutes, holds_of_one), min_size=1, max_size=6), minutes, st.booleans())
def test_elapsed_equals_a_minute_by_minute_counter(
    many: list[tuple[int, int, list[tuple[int, int | None]]]], as_of: int, business: bool
) -> None:
    calendar, working = world()
    expected = []
    for a, b, holds in many:
        counted = [
            minute
            for minute in range(min(a, b), max(a, b))
            if (minute in working or not business) and not held(minute, holds, as_of)
        ]
        expected.append(len(counted) if a <= b else -len(counted))
    seconds = elapsed(
        np.array([60 * (MIDNIGHT + a) for a, _, _ in many]),
        np.array([60 * (MIDNIGHT + b) for _, b, _ in many]),
        "business" if business else "calendar",
        calendar=calendar,
        holds=as_holds([holds for _, _, holds in many], as_of),
    )
    assert (seconds // 60).tolist() == expected
    assert not (seconds % 60).any()


few = st.integers(0, 12)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), few, few | st.none()), max_size=8), few)
def test_merged_holds_cover_the_same_minutes_and_never_touch(
    entered: list[tuple[int, int, int | None]], as_of: int
) -> None:
    merged = merge_holds(
        [row for row, _, _ in entered], [a for _, a, _ in entered],
        [NAT if b is None else b for _, _, b in entered], as_of,
    )  # fmt: skip
    covered = {(row, m) for row, a, b in entered for m in range(a, as_of if b is None else b)}
    out = list(zip(merged.row.tolist(), merged.start.tolist(), merged.end.tolist(), strict=True))
    assert {(row, m) for row, a, b in out for m in range(a, b)} == covered
    assert all(a < b for _, a, b in out)
    assert all(one[0] < two[0] or one[2] < two[1] for one, two in pairwise(out))


def test_a_hold_without_a_start_is_no_hold() -> None:
    assert not len(merge_holds([0], [NAT], [100], 100).row)


# ---- the forms of the arguments


def test_complaints_without_start_or_amount_have_no_deadline_and_keep_their_places() -> None:
    start = np.array([NAT, at("2026-09-28 09:00"), at("2026-09-28 09:00"), at("2026-09-28 09:00")])
    hold = merge_holds([0, 2, 3], [at("2026-09-28 10:00")] * 3, [at("2026-09-28 11:00")] * 3, NAT)
    result = due(start, np.array([1, np.nan, 1, 2]), "hours", "calendar", calendar=NATIONAL_DAY, holds=hold)
    assert [words(t) for t in result] == ["", "", "2026-09-28 10:00:00", "2026-09-28 12:00:00"]
    assert due(np.array([], np.int64), 8, "hours", "business", calendar=NATIONAL_DAY).shape == (0,)


def test_elapsed_keeps_missing_ends_missing_and_turns_negative_once_overdue() -> None:
    now, later = at("2026-09-30 17:00"), at("2026-10-08 10:00")
    args = (np.array([now, later, NAT, now]), np.array([later, now, now, NAT]))
    assert elapsed(*args, "business", calendar=NATIONAL_DAY).tolist() == [2 * H, -2 * H, NAT, NAT]
    assert elapsed(*args, "calendar", calendar=NATIONAL_DAY).tolist() == [185 * H, -185 * H, NAT, NAT]
    hold = merge_holds([1, 3], [at("2026-09-30 17:30"), now], [at("2026-10-02 00:00"), later], NAT)
    assert elapsed(*args, "business", calendar=NATIONAL_DAY, holds=hold)[1] == -1.5 * H


@pytest.mark.parametrize(
    ("amount", "unit", "clock", "options", "message"),
    [
        (1, "fortnights", "calendar", {}, "fortnights"),
        (1, "days", "lunar", {}, "lunar"),
        (1, "weeks", "business", {}, "weeks"),
        (1, "months", "business", {}, "months"),
        (-1, "hours", "calendar", {}, "negative"),
        (1.5, "days", "calendar", {}, "whole number in days"),
        (1, "hours", "calendar", {"count_start_day": True}, "hours"),
        (9999, "days", "business", {}, "2027-12-31"),
        (9999, "hours", "business", {}, "2027-12-31"),
    ],
)
def test_what_has_no_meaning_is_refused(
    amount: float, unit: str, clock: str, options: dict[str, bool], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        due_one("2026-09-28 09:00", amount, unit, clock, **options)


def test_a_roll_past_the_end_of_the_calendar_is_refused() -> None:
    calendar = build_calendar(dt.date(2026, 9, 1), dt.date(2026, 10, 6), WEEK, "CN")
    with pytest.raises(ValueError, match="2026-10-06"):
        due(np.array([at("2026-09-30 10:00")]), 2, "days", "calendar", calendar=calendar, roll_forward=True)


def test_a_hundred_holds_on_one_complaint_and_none_on_the_next() -> None:
    """Every second hour held for 100 hours: 50 hours of work take 99 or 100 hours."""
    start = at("2026-09-28 00:00")
    holds = merge_holds(
        [0] * 100,
        [start + (2 * n + 1) * H for n in range(100)],
        [start + (2 * n + 2) * H for n in range(100)],
        NAT,
    )
    result = due(np.array([start, start]), 50, "hours", "calendar", calendar=NATIONAL_DAY, holds=holds)
    assert (result - start).tolist() == [99 * H, 50 * H]
