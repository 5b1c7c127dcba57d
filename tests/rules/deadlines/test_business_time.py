"""The calendar against the official one, against a minute counter, against `holidays` and businesstimedelta."""

import datetime as dt
from collections.abc import Mapping

import businesstimedelta
import holidays
import numpy as np
import pytest
from chinese_calendar import constants
from hypothesis import given, settings
from hypothesis import strategies as st

from kesu.rules.deadlines.business_time import Calendar, build_calendar
from kesu.rules.instants import NAT

H = 3600
OFFICE = dict.fromkeys(range(5), ((9 * H, 12 * H), (13 * H, 18 * H)))
Hours = Mapping[int, tuple[tuple[int, int], ...]]


def at(words: str) -> int:
    """'2026-09-30 17:00' → whole seconds since 1970, by the datetime module."""
    return int((dt.datetime.fromisoformat(words) - dt.datetime(1970, 1, 1)).total_seconds())


def words(instant: int) -> str:
    return str(dt.datetime(1970, 1, 1) + dt.timedelta(seconds=int(instant)))[:16]


def china() -> Calendar:
    return build_calendar(dt.date(2025, 12, 1), dt.date(2027, 12, 31), OFFICE, "CN")


def working_days(calendar: Calendar, first: str, last: str) -> list[str]:
    days = np.arange(np.datetime64(first), np.datetime64(last) + 1)
    return [str(day) for day in days[calendar.is_working_day(days)]]


# The State Council's notice for 2026: off 1-3 Jan, 15-23 Feb, 4-6 Apr, 1-5 May, 19-21 Jun, 25-27 Sep, 1-7 Oct;
# working Saturdays and Sundays 4 Jan, 14 and 28 Feb, 9 May, 20 Sep, 10 Oct.


def test_china_works_on_make_up_days_and_rests_at_spring_festival_and_national_day() -> None:
    assert working_days(china(), "2026-02-12", "2026-03-02") == [
        "2026-02-12", "2026-02-13", "2026-02-14", "2026-02-24", "2026-02-25", "2026-02-26", "2026-02-27",
        "2026-02-28", "2026-03-02",
    ]  # fmt: skip
    assert working_days(china(), "2026-09-19", "2026-09-28") == [
        "2026-09-20", "2026-09-21", "2026-09-22", "2026-09-23", "2026-09-24", "2026-09-28",
    ]  # fmt: skip
    assert working_days(china(), "2026-09-30", "2026-10-12") == [
        "2026-09-30", "2026-10-08", "2026-10-09", "2026-10-10", "2026-10-12",
    ]  # fmt: skip


def test_working_time_jumps_over_national_day_and_counts_the_make_up_saturday() -> None:
    calendar = china()
    # 30 Sep 17:00-18:00, then 8 h each on 8, 9 and Saturday 10 Oct, none on Sunday, 12 Oct from 9:00.
    start = calendar.reading(at("2026-09-30 17:00"))
    assert words(calendar.when(start + 1 * H).item()) == "2026-09-30 18:00"
    assert words(calendar.when(start + 1 * H + 60).item()) == "2026-10-08 09:01"
    assert words(calendar.when(start + 25 * H).item()) == "2026-10-10 18:00"
    assert words(calendar.when(start + 26 * H).item()) == "2026-10-12 10:00"
    assert calendar.reading(at("2026-10-12 09:30")) - start == 25 * H + 1800


def test_intervals_of_a_make_up_sunday_are_mondays_and_of_a_holiday_none() -> None:
    day = at("2026-09-20 00:00")
    assert china().intervals_on(dt.date(2026, 9, 20)) == [
        (day + 9 * H, day + 12 * H),
        (day + 13 * H, day + 18 * H),
    ]
    assert china().intervals_on(dt.date(2026, 10, 1)) == []


def test_china_is_confirmed_until_the_last_notice_and_not_beyond() -> None:
    def until(last: int) -> dt.date:
        calendar = build_calendar(dt.date(2024, 1, 1), dt.date(last, 12, 31), OFFICE, "CN")
        return dt.date.fromisoformat(str(calendar.confirmed_until))

    assert until(2026) == dt.date(2026, 12, 31)
    # Whatever release of `holidays` is installed, no notice for 2060 can be in it.
    assert dt.date(2026, 12, 31) <= until(2060) < dt.date(2060, 12, 31)
    assert (until(2060).month, until(2060).day) == (12, 31)
    late = build_calendar(dt.date(2059, 1, 1), dt.date(2060, 12, 31), OFFICE, "CN")
    assert str(late.confirmed_until) == str(until(2060))


def test_elsewhere_the_whole_range_is_confirmed() -> None:
    for region in (None, "GB"):
        calendar = build_calendar(dt.date(2026, 1, 1), dt.date(2031, 5, 4), OFFICE, region)
        assert calendar.confirmed_until == np.datetime64("2031-05-04")


def test_own_days_win_over_public_ones_and_open_wins_over_closed() -> None:
    calendar = build_calendar(
        dt.date(2026, 9, 1),
        dt.date(2026, 10, 31),
        OFFICE,
        "CN",
        closed_days=[dt.date(2026, 9, 20), dt.date(2026, 10, 12), dt.date(2026, 10, 13)],
        open_days=[dt.date(2026, 10, 1), dt.date(2026, 10, 13), dt.date(2026, 10, 18)],
    )
    assert working_days(calendar, "2026-09-18", "2026-09-21") == ["2026-09-18", "2026-09-21"]
    assert working_days(calendar, "2026-10-01", "2026-10-08") == ["2026-10-01", "2026-10-08"]
    assert working_days(calendar, "2026-10-12", "2026-10-14") == ["2026-10-13", "2026-10-14"]
    assert len(calendar.intervals_on(dt.date(2026, 10, 18))) == 2  # a Sunday, with Monday's hours


def test_an_open_day_keeps_the_hours_of_its_own_weekday() -> None:
    hours = {1: ((8 * H, 9 * H),), 5: ((10 * H, 12 * H),)}
    calendar = build_calendar(
        dt.date(2026, 9, 1), dt.date(2026, 9, 30), hours, "CN", open_days=[dt.date(2026, 9, 6)]
    )
    lengths = {
        d: [end - begin for begin, end in calendar.intervals_on(dt.date(2026, 9, d))] for d in (5, 6, 7, 20)
    }
    assert lengths == {5: [2 * H], 6: [H], 7: [], 20: [H]}  # Saturday; Sunday and make-up day as on Tuesday


def test_a_public_holiday_closes_a_working_saturday_too() -> None:
    hours = dict.fromkeys(range(7), ((9 * H, 18 * H),))
    calendar = build_calendar(dt.date(2026, 5, 1), dt.date(2026, 5, 31), hours, "CN")
    assert not calendar.intervals_on(dt.date(2026, 5, 2))  # Labour Day, a Saturday
    assert not calendar.intervals_on(dt.date(2026, 5, 3))  # the Sunday in the middle of 1 to 5 May
    assert calendar.intervals_on(dt.date(2026, 5, 9))  # the make-up Saturday
    assert calendar.intervals_on(dt.date(2026, 5, 10))  # an ordinary Sunday


SATURDAYS_BEFORE_A_SUNDAY_HOLIDAY = "2015-04-04 2015-09-26 2016-04-30 2016-12-31"
"""The notice names the Sunday, and the Monday as its substitute, but not these."""
JOINED_WEEKENDS = """2011-06-05 2012-06-23 2014-05-31 2014-06-01 2014-09-06 2014-09-07 2015-05-02 2015-05-03
    2015-06-21 2015-09-05 2016-01-02 2016-01-03 2016-04-02 2016-04-03 2017-04-29 2017-04-30 2017-12-30
    2017-12-31 2018-06-16 2018-06-17 2018-09-22 2018-09-23 2024-06-08 2024-06-09"""
"""与周末连休: in the notice's block, or between its days; `chinesecalendar` lists them as ordinary weekends."""


def test_china_is_closed_and_open_as_an_independent_calendar_says_on_every_published_day() -> None:
    both = build_calendar(dt.date(2004, 1, 1), dt.date(2060, 12, 31), OFFICE, "CN").confirmed_until
    last = min(max(constants.holidays).year, dt.date.fromisoformat(str(both)).year)
    assert last >= 2026
    days = [
        dt.date(2004, 1, 1) + dt.timedelta(n)
        for n in range((dt.date(last, 12, 31) - dt.date(2004, 1, 1)).days + 1)
    ]
    joined = {
        dt.date.fromisoformat(day)
        for day in (JOINED_WEEKENDS + " " + SATURDAYS_BEFORE_A_SUNDAY_HOLIDAY).split()
    }
    assert all(day.weekday() >= 5 and day not in constants.holidays for day in joined)
    every_day = dict.fromkeys(range(7), ((9 * H, 18 * H),))
    weekdays = dict.fromkeys(range(5), ((9 * H, 18 * H),))
    for hours in (every_day, weekdays):
        calendar = build_calendar(days[0], days[-1], hours, "CN")
        works = calendar.is_working_day(np.array(days, "datetime64[D]")).tolist()
        made_up = {
            *constants.workdays,
            dt.date(2005, 12, 31),
        }  # the notice of 2006; `chinesecalendar` has no 2005 one
        expected = [
            day in made_up or (day.weekday() in hours and day not in constants.holidays and day not in joined)
            for day in days
        ]
        assert [d for d, a, b in zip(days, works, expected, strict=True) if a != b] == []


def test_a_block_is_closed_whatever_year_the_calendar_ends_in() -> None:
    hours = dict.fromkeys(range(7), ((9 * H, 18 * H),))
    calendar = build_calendar(dt.date(2022, 12, 1), dt.date(2022, 12, 31), hours, "CN")
    assert not calendar.intervals_on(dt.date(2022, 12, 31))  # 31 December 2022 to 2 January 2023
    assert str(calendar.confirmed_until) == "2022-12-31"


def test_nothing_is_guessed_around_a_holiday_without_a_notice() -> None:
    hours = dict.fromkeys(range(7), ((9 * H, 18 * H),))
    calendar = build_calendar(dt.date(2060, 10, 1), dt.date(2060, 10, 31), hours, "CN")
    assert working_days(calendar, "2060-10-04", "2060-10-31")[-1] == "2060-10-31"
    assert not calendar.intervals_on(dt.date(2060, 10, 1))


@pytest.mark.parametrize(
    ("country", "subdivision", "weekend"),
    [("CN", None, {5, 6}), ("GB", "ENG", {5, 6}), ("GB", "SCT", {5, 6}), ("US", None, {5, 6}), ("SA", None, {4, 5}),
     ("DE", "BY", {5, 6}), ("AU", "NSW", {5, 6})],
)  # fmt: skip
def test_every_day_of_five_years_works_as_holidays_says(
    country: str, subdivision: str | None, weekend: set[int]
) -> None:
    hours = {day: ((9 * H, 17 * H),) for day in range(7) if day not in weekend}
    first, last = dt.date(2022, 1, 1), dt.date(2026, 12, 31)
    calendar = build_calendar(first, last, hours, country, subdivision)
    days = [first + dt.timedelta(n) for n in range((last - first).days + 1)]
    official = holidays.country_holidays(country, subdiv=subdivision)
    assert calendar.is_working_day(np.array(days, "datetime64[D]")).tolist() == [
        official.is_working_day(day) for day in days
    ]


def test_australia_without_a_state_rests_on_the_seven_national_holidays() -> None:
    hours = dict.fromkeys(range(7), ((9 * H, 17 * H),))
    first, last = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
    off = {"2026-01-01", "2026-01-26", "2026-04-03", "2026-04-06", "2026-04-25", "2026-12-25", "2026-12-26"}
    every_day = {str(first + dt.timedelta(n)) for n in range(365)}
    country = build_calendar(first, last, hours, "AU")
    assert every_day - set(working_days(country, str(first), str(last))) == off
    state = build_calendar(first, last, hours, "AU", "NSW")
    more = {"2026-04-04", "2026-04-05", "2026-04-27", "2026-06-08", "2026-10-05", "2026-12-28"}
    assert every_day - set(working_days(state, str(first), str(last))) == off | more


def test_a_new_years_day_observed_in_the_old_year_is_closed() -> None:
    # 1 January 2028 is a Saturday; the United States observe it on Friday, 31 December 2027.
    calendar = build_calendar(dt.date(2027, 12, 27), dt.date(2027, 12, 31), OFFICE, "US")
    assert working_days(calendar, "2027-12-27", "2027-12-31")[-1] == "2027-12-30"


hours_of_a_day = st.lists(st.integers(0, 1440), min_size=0, max_size=6, unique=True).map(
    lambda minutes: tuple(
        (a * 60, b * 60) for a, b in zip(sorted(minutes)[::2], sorted(minutes)[1::2], strict=False)
    )
)
weeks = st.dictionaries(st.integers(0, 6), hours_of_a_day).filter(lambda week: any(week.values()))
ranges = st.sampled_from(
    [
        dt.date(2024, 2, 26),
        dt.date(2025, 12, 28),
        dt.date(2026, 9, 18),
        dt.date(1969, 12, 29),
        dt.date(1900, 2, 26),
    ]
)


@pytest.mark.slow
@settings(deadline=None)
@given(hours=weeks, first=ranges, closed=st.sets(st.integers(0, 8)), opened=st.sets(st.integers(0, 8)))
def test_reading_and_when_equal_a_minute_by_minute_counter(
    hours: Hours, first: dt.date, closed: set[int], opened: set[int]
) -> None:
    """Nine days around a leap day, a year's end, the epoch; every minute and every reading is compared."""
    day = [first + dt.timedelta(n) for n in range(9)]
    fallback = hours[min(weekday for weekday, spans in hours.items() if spans)]
    readings, ends = [], [0]
    for n, date in enumerate(day):
        spans = hours.get(date.weekday(), ())
        if n in opened:
            spans = spans or fallback
        elif n in closed:
            spans = ()
        for minute in range(1440):
            readings.append(len(ends) - 1)
            if any(begin <= minute * 60 < end for begin, end in spans):
                ends.append(n * 1440 + minute + 1)
    if len(ends) == 1:
        with pytest.raises(ValueError, match="no working day"):
            _nine_days(hours, day, closed, opened)
        return
    calendar = _nine_days(hours, day, closed, opened)
    midnight = (first - dt.date(1970, 1, 1)).days * 86400
    minutes = midnight + 60 * np.arange(9 * 1440)
    assert (calendar.reading(minutes) == 60 * np.array(readings)).all()
    assert (calendar.when(60 * np.arange(1, len(ends))) == midnight + 60 * np.array(ends[1:])).all()
    assert calendar.when(0) == midnight
    assert calendar.total == 60 * (len(ends) - 1)


def _nine_days(hours: Hours, day: list[dt.date], closed: set[int], opened: set[int]) -> Calendar:
    return build_calendar(
        day[0], day[-1], hours, closed_days=[day[n] for n in closed], open_days=[day[n] for n in opened]
    )


@settings(deadline=None)
@given(
    start=st.integers(at("2026-03-20 00:00"), at("2026-04-20 00:00")),
    seconds=st.integers(1, 60 * H),
)
def test_working_time_equals_businesstimedelta_in_england(start: int, seconds: int) -> None:
    """Easter 2026 in range. The peer knows no make-up days and no break that begins off the hour; we need neither."""
    england = holidays.country_holidays("GB", subdiv="ENG", years=2026)
    rules = businesstimedelta.Rules(
        [
            businesstimedelta.WorkDayRule(dt.time(9), dt.time(18), [0, 1, 2, 3, 4]),
            businesstimedelta.LunchTimeRule(dt.time(12), dt.time(13), [0, 1, 2, 3, 4]),
            businesstimedelta.HolidayRule(england),
        ]
    )
    moment = dt.datetime.fromtimestamp(start, tz=dt.UTC)
    theirs = moment + businesstimedelta.BusinessTimeDelta(rules, seconds=seconds)
    calendar = build_calendar(dt.date(2026, 1, 1), dt.date(2026, 12, 31), OFFICE, "GB", "ENG")
    assert calendar.when(calendar.reading(start) + seconds) == theirs.timestamp()


def test_no_instant_stays_no_instant() -> None:
    calendar = china()
    assert calendar.reading([NAT, at("2026-01-05 10:00")])[0] == NAT
    assert calendar.when([NAT, 5])[0] == NAT
    assert calendar.covers([NAT, at("2019-01-01 00:00"), at("2026-01-01 00:00")]).tolist() == [
        True,
        False,
        True,
    ]


def test_instants_outside_the_range_are_refused_by_day() -> None:
    calendar = build_calendar(dt.date(2026, 1, 1), dt.date(2026, 1, 31), OFFICE)
    assert calendar.reading(at("2026-02-01 00:00")) == calendar.total  # midnight at the end of the last day
    with pytest.raises(ValueError, match="2026-02-01"):
        calendar.reading([at("2026-01-05 10:00"), at("2026-02-01 00:00") + 1])
    with pytest.raises(ValueError, match="2025-12-31"):
        calendar.reading(at("2026-01-01 00:00") - 1)
    with pytest.raises(ValueError, match="2026-02-01"):
        calendar.is_working_day(np.array(["2026-02-01"], "datetime64[D]"))
    for beyond in (calendar.total + 1, -1):
        with pytest.raises(ValueError, match="2026-01-31"):
            calendar.when(beyond)


@pytest.mark.parametrize(
    "hours",
    [{}, {0: ()}, {7: ((0, H),)}, {0: ((9 * H, 9 * H),)}, {0: ((18 * H, 9 * H),)}, {0: ((0, 24 * H + 1),)},
     {0: ((9 * H, 12 * H), (11 * H, 18 * H))}, {0: ((13 * H, 18 * H), (9 * H, 12 * H))}],
)  # fmt: skip
def test_working_hours_that_make_no_sense_are_refused(hours: Hours) -> None:
    with pytest.raises(ValueError, match="hours"):
        build_calendar(dt.date(2026, 1, 1), dt.date(2026, 1, 31), hours)


def test_a_region_that_nobody_knows_is_refused_by_name() -> None:
    for country, subdivision in (("XX", None), ("GB", "YYY")):
        with pytest.raises(ValueError, match=subdivision or country):
            build_calendar(dt.date(2026, 1, 1), dt.date(2026, 1, 31), OFFICE, country, subdivision)


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="2026-01-01"):
        build_calendar(dt.date(2026, 2, 1), dt.date(2026, 1, 1), OFFICE)


def test_round_the_clock_every_second_counts() -> None:
    calendar = build_calendar(
        dt.date(2026, 1, 1), dt.date(2026, 1, 3), dict.fromkeys(range(7), ((0, 24 * H),))
    )
    instants = at("2026-01-01 00:00") + np.arange(0, 3 * 24 * H, 997)
    assert (calendar.reading(instants) == np.arange(0, 3 * 24 * H, 997)).all()
    assert (calendar.when(calendar.reading(instants)) == instants).all()
