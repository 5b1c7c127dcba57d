"""Working time as one calendar of intervals in whole seconds.

Every instant is a whole number of seconds since 1970-01-01 00:00 on the team's wall clock (int64, no time
zone): ``series.astype("datetime64[s]").astype("int64")``, which turns NaT into `NAT`. Whole seconds, because
day fractions go wrong by a whole night at interval edges. Days as ``datetime64[D]`` count from the same epoch.
The workbook's Calendar sheet holds the same three columns (start, length, cum) and looks deadlines up in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from kesu.register.settings.countries import public_holidays
from kesu.rules.instants import DAY, NAT

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping

    from numpy.typing import ArrayLike

    from kesu.rules.instants import Bools, Ints

    Hours = Mapping[int, tuple[tuple[int, int], ...]]

_MONDAY: Final = 4
"""1970-01-05, the first Monday, as a day number."""


@dataclass(frozen=True, eq=False)
class Calendar:
    """The working intervals of a team from ``first_day`` to ``last_day``, both included.

    It is itself the clock of business seconds: `reading` at an instant, `when` back to an instant.
    Intervals are half open: at the closing second itself nothing more is counted.
    """

    start: Ints
    """Instant at which each working interval begins, ascending."""
    length: Ints
    """Seconds of each interval."""
    cum: Ints
    """Working seconds before each interval."""
    first_day: np.datetime64
    last_day: np.datetime64
    confirmed_until: np.datetime64
    """Up to this day the public holidays and make-up days are officially known; a later due date is not certain."""
    noticed: bool = False
    """Whether notices say which they are, year by year; else the law does, for as long as the calendar goes."""

    @property
    def total(self) -> int:
        """Working seconds in the whole range."""
        return int(self.cum[-1] + self.length[-1])

    @cached_property
    def working_days(self) -> Ints:
        """Day numbers (since 1970-01-01) with working hours, ascending, each once."""
        return np.unique(self.start // DAY)

    def covers(self, t: ArrayLike) -> Bools:
        """Which instants (or NAT) lie in the range, from the first day 00:00 up to the last day 24:00."""
        at = np.asarray(t, np.int64)
        first, last = _number(self.first_day), _number(self.last_day)
        inside: Bools = (at == NAT) | ((at >= first * DAY) & (at <= (last + 1) * DAY))
        return inside

    def reading(self, t: ArrayLike) -> Ints:
        """Working seconds before each instant. Raises ValueError for an instant outside the range."""
        at = np.asarray(t, np.int64)
        self.must_cover(at)
        i = np.searchsorted(self.start, at, "right") - 1
        before = i < 0  # the range may begin with closed hours
        i = np.maximum(i, 0)
        past = np.minimum(np.maximum(at, self.start[0]) - self.start[i], self.length[i])
        value = np.where(before, 0, self.cum[i] + past)
        return np.where(at == NAT, NAT, value)

    def when(self, reading: ArrayLike) -> Ints:
        """The earliest instant by which so many working seconds have passed; 0: the range's first midnight.

        A reading reached at closing time is that closing time, not the next opening (hence the ``- 1``).
        Raises ValueError for a reading beyond the last interval or below zero.
        """
        due = np.asarray(reading, np.int64)
        real = due != NAT
        if np.any(due[real] < 0) or np.any(due > self.total):
            raise ValueError(f"the calendar ends on {self.last_day}: no working time left; make it longer")
        j = np.searchsorted(self.cum, np.maximum(due - real, 0), "right") - 1
        t = np.where(due == 0, _number(self.first_day) * DAY, self.start[j] + (due - self.cum[j]))
        return np.where(real, t, NAT)

    def is_working_day(self, days: ArrayLike) -> Bools:
        """Which days (datetime64[D]) have working hours. Raises ValueError for a day outside the range."""
        number = np.asarray(days, "datetime64[D]").astype(np.int64)
        return self.works(number)

    def works(self, number: Ints) -> Bools:
        """`is_working_day` for day numbers."""
        self.must_cover(number * DAY + DAY - 1)
        i = np.searchsorted(self.working_days, number)
        found: Bools = self.working_days[np.minimum(i, len(self.working_days) - 1)] == number
        return found

    def next_working_day(self, number: Ints) -> Ints:
        """The first working day (day number) on or after each day number. Raises ValueError past the end."""
        self.must_cover(number * DAY + DAY - 1)
        i = np.searchsorted(self.working_days, number)
        if np.any(i == len(self.working_days)):
            raise ValueError(f"no working day until {self.last_day}, where the calendar ends; make it longer")
        return self.working_days[i]

    def closing(self, number: Ints) -> Ints:
        """Close of business (instant) of each day number; 23:59:59 of a day without working hours."""
        i = np.maximum(np.searchsorted(self.start, (number + 1) * DAY) - 1, 0)
        return np.where(self.works(number), self.start[i] + self.length[i], (number + 1) * DAY - 1)

    def intervals_on(self, day: dt.date) -> list[tuple[int, int]]:
        """The working intervals of one day as instants (begin, end); [] when closed or outside the range."""
        number = _number(np.datetime64(day, "D"))
        i, j = np.searchsorted(self.start, [number * DAY, (number + 1) * DAY])
        return [(int(s), int(s + n)) for s, n in zip(self.start[i:j], self.length[i:j], strict=True)]

    def must_cover(self, at: Ints) -> None:
        """Raises ValueError naming the day of the first instant that is outside the range."""
        inside = self.covers(at)
        if not inside.all():
            day = np.datetime64(int(at[~inside].flat[0] if at.ndim else at) // DAY, "D")
            raise ValueError(
                f"{day} is outside the calendar, which runs from {self.first_day} to {self.last_day}"
            )


def build_calendar(
    first_day: dt.date,
    last_day: dt.date,
    working_hours: Hours,
    country: str | None = None,
    subdivision: str | None = None,
    closed_days: Collection[dt.date] = (),
    open_days: Collection[dt.date] = (),
) -> Calendar:
    """The calendar of a team, both days included.

    ``working_hours``: weekday (0 = Monday) → intervals (begin, end) in seconds of the day, ascending, not
    overlapping, at most 86400; split a night shift at midnight. ``country`` and ``subdivision`` as the
    ``holidays`` package names them ("CN"; "GB", "ENG"); None: no public holidays.

    Which days work, later lines winning: weekdays with hours; closed on public holidays, in China on the whole
    block (see `holiday_blocks`); open on the country's make-up working days (调休); closed on ``closed_days``; open on ``open_days``. A day that is open although
    its weekday has no hours takes those of the first weekday that has some (Monday, as a rule).

    Raises ValueError for hours that make no sense and for a region that ``holidays`` does not know.
    """
    _check(first_day, last_day, working_hours)
    first, last = np.datetime64(first_day, "D"), np.datetime64(last_day, "D")
    days = np.arange(_number(first), _number(last) + 1, dtype=np.int64)
    weekday = (days - _MONDAY) % 7
    has_hours = np.array([bool(working_hours.get(day)) for day in range(7)])
    off, make_up, known_until = _public_days(country, subdivision, first_day.year, last_day.year)

    opened = has_hours[weekday]
    for numbers, state in (
        (off, False),
        (make_up, True),
        (_days(closed_days), False),
        (_days(open_days), True),
    ):
        opened[np.isin(days, numbers)] = state
    pattern = np.where(has_hours[weekday], weekday, np.flatnonzero(has_hours)[0])
    start, length = _intervals(days[opened], pattern[opened], working_hours)
    if not len(start):
        raise ValueError(f"no working day between {first_day} and {last_day}")
    return Calendar(
        start=start,
        length=length,
        cum=np.cumsum(length) - length,
        first_day=first,
        last_day=last,
        confirmed_until=last if known_until is None else known_until,
        noticed=known_until is not None,
    )


def _intervals(days: Ints, pattern: Ints, working_hours: Hours) -> tuple[Ints, Ints]:
    """Beginning and length of each interval on ``days``, in order; ``pattern``: the weekday whose hours a day has."""
    starts, lengths = [], []
    for day, intervals in working_hours.items():
        midnight = days[pattern == day] * DAY
        for begin, end in intervals:
            starts.append(midnight + begin)
            lengths.append(np.full(len(midnight), end - begin, np.int64))
    start = np.concatenate(starts)
    order = np.argsort(start)
    return start[order], np.concatenate(lengths)[order]


def _check(first_day: dt.date, last_day: dt.date, working_hours: Hours) -> None:
    if last_day < first_day:
        raise ValueError(f"the calendar's last day {last_day} is before its first day {first_day}")
    for day, intervals in working_hours.items():
        edges = [0, *(second for interval in intervals for second in interval), DAY]
        rising = edges == sorted(edges) and all(begin < end for begin, end in intervals)
        if day not in range(7) or not rising:
            raise ValueError(
                f"working hours of weekday {day} (0 = Monday) must be ascending intervals within the day, "
                f"split at midnight: {intervals}"
            )
    if not any(working_hours.values()):
        raise ValueError("no weekday has working hours")


@lru_cache(maxsize=32)
def _public_days(
    country: str | None, subdivision: str | None, first_year: int, last_year: int
) -> tuple[Ints, Ints, np.datetime64 | None]:
    """Public holidays and make-up working days as day numbers, and until when they are official (None: all)."""
    if not country:
        return _days(()), _days(()), None
    # China's notice for the next year closes and opens days of this one: 31 December 2022 for 1 January 2023.
    chinese = country == "CN"
    years = range(first_year, last_year + 1 + chinese)
    try:
        official = public_holidays(country, subdivision or "", years=years)
    except NotImplementedError as error:
        raise ValueError(f"unknown region: {error}") from error
    off, make_up = _days(official), _days(official.weekend_workdays)
    if not chinese:
        return off, make_up, None
    known_until = _last_official_china_day(last_year + 1)
    off = holiday_blocks(off, make_up, _number(known_until))
    return off, make_up, min(known_until, np.datetime64(f"{last_year:04d}-12-31", "D"))


def holiday_blocks(off: Ints, make_up: Ints, until: int) -> Ints:
    """``off`` with the weekends that touch it, but for make-up days: what China's notices close as one block.

    ``holidays`` lists a block's weekdays and statutory days only ("1 to 7 October" without the 4th, a Sunday).
    Days after ``until`` have no notice yet: nothing is guessed around them. Day numbers in and out.

    In 2015 and 2016, four Saturdays before a Sunday holiday are closed here though that year's notice names
    the Sunday and Monday alone.
    """
    closed, opened = set(off.tolist()), set(make_up.tolist())
    for step in (-1, 1):
        for day in off[off <= until].tolist():
            beside = day + step
            while (beside - _MONDAY) % 7 >= 5 and beside not in opened:
                closed.add(beside)
                beside += step
    return np.array(sorted(closed), np.int64)


def _last_official_china_day(year: int) -> np.datetime64:
    """31 December of the last year, up to ``year``, whose State Council notice ``holidays`` has.

    The notice comes each November for the next year, and every one since 2007 moves some working days to a
    weekend. Before it comes, ``holidays`` has the statutory days only: no make-up days is how one can tell.
    """
    while year > 2006 and not any(
        day.year == year for day in public_holidays("CN", years=year).weekend_workdays
    ):
        year -= 1
    return np.datetime64(f"{year:04d}-12-31", "D")


def _days(dates: Collection[dt.date]) -> Ints:
    return np.array(sorted(dates), "datetime64[D]").astype(np.int64)


def _number(day: np.datetime64) -> int:
    return int(day.astype(np.int64))
