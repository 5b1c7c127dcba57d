"""Deadlines by one idea: read a clock, add an amount, read the instant back. Holds push the reading on.

Instants are int64 seconds of the wall clock, `NAT` where there is none (see `kesu.rules.deadlines.business_time`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from kesu.rules.deadlines.holds import Holds, holds_of_rows
from kesu.rules.instants import DAY, NAT

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from kesu.rules.deadlines.business_time import Calendar
    from kesu.rules.instants import Floats, Ints

SECONDS: Final = {"minutes": 60, "hours": 3600}
"""Units that are counted in seconds; the others are counted in whole days."""

DAYS: Final = {"days": 1, "weeks": 7}


class Clock(Protocol):
    """Something that counts. A `Calendar` is the clock of business seconds."""

    def reading(self, t: Ints) -> Ints:
        """What the clock shows at instants ``t``."""

    def when(self, reading: Ints) -> Ints:
        """The earliest instant at which the clock shows ``reading``."""


class CalendarSeconds:
    """Wall-clock seconds, day and night."""

    def reading(self, t: Ints) -> Ints:
        """The instant itself."""
        return t

    def when(self, reading: Ints) -> Ints:
        """The reading itself."""
        return reading


class CalendarDays:
    """Calendar days: the reading rises by one at each midnight."""

    def reading(self, t: Ints) -> Ints:
        """Day number of each instant."""
        return t // DAY

    def when(self, reading: Ints) -> Ints:
        """Midnight at which the day begins."""
        return reading * DAY


@dataclass(frozen=True)
class BusinessDays:
    """Working days: the reading rises by one at the midnight with which a working day begins."""

    calendar: Calendar

    def reading(self, t: Ints) -> Ints:
        """Working days up to and including the day of each instant. Raises ValueError outside the calendar."""
        self.calendar.must_cover(t)
        return np.searchsorted(self.calendar.working_days, t // DAY, "right").astype(np.int64)

    def when(self, reading: Ints) -> Ints:
        """Midnight at which the working day begins; 0: `NAT`. Raises ValueError past the calendar's end."""
        days = self.calendar.working_days
        if np.any(reading > len(days)):
            raise ValueError(
                f"the calendar ends on {self.calendar.last_day}: no working day left; make it longer"
            )
        return np.where(reading > 0, days[np.maximum(reading, 1) - 1] * DAY, NAT)


def due(
    start: ArrayLike,
    amount: ArrayLike,
    unit: str,
    clock: str,
    *,
    calendar: Calendar,
    holds: Holds | None = None,
    count_start_day: bool = False,
    end_of_day: bool = False,
    roll_forward: bool = False,
) -> Ints:
    """Instants by which something is due: ``amount`` ``unit`` of ``clock`` time after each ``start``.

    ``start``: int64 instants; ``amount``: one number or one a start (NaN: no deadline). The result has the
    shape of ``start``, `NAT` where there is no start or no amount, and is never before the start.

    - ``minutes``, ``hours`` pass on the calendar clock day and night, on the business clock within working
      intervals; what ends at closing time is due at closing time.
    - ``days`` are whole days. The start day is not counted (the next one is day 1) unless ``count_start_day``;
      on the business clock it then counts only if it is a working day and the start is before its close.
      Due at the same time of day as the start.
    - ``weeks`` are 7 calendar days; ``months`` end on the same day of a later month, or on its last day
      (31 January + 1 month = 28 or 29 February; one day less with ``count_start_day``). Calendar clock only.
    - ``roll_forward``: what falls due on a day without working hours moves to the next working day.
    - ``end_of_day``: due at the end of its day: 23:59:59 on the calendar clock, close of business on the
      business clock (23:59:59 should that day have no working hours).
    - ``holds`` that begin before the due instant (as pushed on by earlier holds) push it on by their own length
      on the same clock, counted from the start at the earliest: by the seconds of the day, or by working seconds.
      Days, weeks and months that run to the ``end_of_day`` take whole days of it: the lengths of all holds add up,
      and the due instant is the last end of a day that they reach. So two minutes around midnight give no day, ten
      holds of fifteen hours six. Never within a hold: then it is the end of the day on which that hold ends.

    Raises ValueError for unknown units or clocks, weeks or months on the business clock, amounts below zero,
    broken numbers of days, ``count_start_day`` with minutes or hours, instants outside the calendar.
    """
    _check(unit, clock, count_start_day)
    at = np.asarray(start, np.int64)
    much = np.broadcast_to(np.asarray(amount, np.float64), at.shape)
    wanted = (at != NAT) & np.isfinite(much)
    if np.any(much < 0) or (unit not in SECONDS and np.any(much[wanted] % 1)):
        raise ValueError(f"an amount must not be negative, and a whole number in {unit}")
    result = np.full(at.shape, NAT)
    if wanted.any():
        task = _Task(at[wanted], unit, clock, calendar, end_of_day=end_of_day, roll_forward=roll_forward)
        mine = holds_of_rows(holds, wanted) if holds is not None else None
        result[wanted] = task.due(much[wanted], mine, count_start_day=count_start_day)
    return result


def elapsed(
    start: ArrayLike, end: ArrayLike, clock: str, *, calendar: Calendar, holds: Holds | None = None
) -> Ints:
    """Seconds of ``clock`` time from start to end without the holds between them; `NAT` where either is missing.

    Negative if the end is before the start: ``elapsed(now, due, …)`` is what remains, below zero once overdue.
    ``holds`` rows count from 0 in the order of the starts. Raises ValueError outside the calendar.
    """
    begin, stop = np.broadcast_arrays(np.asarray(start, np.int64), np.asarray(end, np.int64))
    known = (begin != NAT) & (stop != NAT)
    early, late = np.minimum(begin, stop)[known], np.maximum(begin, stop)[known]
    time = _clock("hours", clock, calendar)
    seconds = time.reading(late) - time.reading(early)
    if holds is not None:
        mine = holds_of_rows(holds, known)
        low, high = early[mine.row], late[mine.row]
        held = time.reading(np.clip(mine.end, low, high)) - time.reading(np.clip(mine.start, low, high))
        np.subtract.at(seconds, mine.row, held)
    result = np.full(begin.shape, NAT)
    result[known] = np.where(stop[known] < begin[known], -seconds, seconds)
    return result


@dataclass(frozen=True, eq=False)
class _Task:
    """Deadlines of one unit and clock from real starts."""

    start: Ints
    unit: str
    clock: str
    calendar: Calendar
    end_of_day: bool
    roll_forward: bool

    def due(
        self,
        amount: Floats,
        holds: Holds | None,
        *,
        count_start_day: bool,
    ) -> Ints:
        time = _clock(self.unit, self.clock, self.calendar)
        if self.unit == "months":
            target = _add_months(self.start, amount.astype(np.int64))
        else:
            step = SECONDS.get(self.unit) or DAYS[self.unit]
            target = time.reading(self.start) + np.rint(amount * step).astype(np.int64)
        if count_start_day:
            target -= self._start_day_counts()
        result = self._instant(time, target, self.start)
        if holds is None:
            return result
        held = self._held if self.unit in SECONDS else self._held_by_days
        return held(time, target, result, holds)

    def _held(self, time: Clock, target: Ints, result: Ints, holds: Holds) -> Ints:
        """Seconds go on from the reading that the clock has when a hold ends."""
        for row, begin, end in holds.by_rank():
            since = np.maximum(begin, self.start[row])
            running = since < result[row]
            rows, since = row[running], since[running]
            target[rows] += time.reading(np.maximum(end[running], since)) - time.reading(since)
            result[rows] = self._instant(time, target[rows], self.start[rows])
        return result

    def _held_by_days(self, days: Clock, target: Ints, result: Ints, holds: Holds) -> Ints:
        """Days are moved on by the seconds of the clock; what runs to the end of a day, by whole days of them."""
        time = _clock("hours", self.clock, self.calendar)
        reached = self._plain(days, target, self.start)
        if self.end_of_day:
            reached = self._end(reached // DAY)
        first = result.copy()
        for row, begin, end in holds.by_rank():
            since = np.maximum(begin, self.start[row])
            running = (since < result[row]) & (end > since)
            rows, since, until = row[running], since[running], end[running]
            held = time.reading(until) - time.reading(since)
            on = np.where(held > 0, time.when(time.reading(reached[rows]) + held), reached[rows])
            moved = np.maximum(self._settled(on), first[rows])
            within = moved < until
            moved = np.where(within, self._end_after(until), moved)
            reached[rows], result[rows] = np.where(within & self.end_of_day, moved, on), moved
        return result

    def _start_day_counts(self) -> Ints:
        if self.clock == "calendar":
            return np.ones_like(self.start)
        day = self.start // DAY
        counts = self.calendar.works(day) & (self.start < self.calendar.closing(day))
        return counts.astype(np.int64)

    def _plain(self, time: Clock, target: Ints, start: Ints) -> Ints:
        """Where a target reading leads to, days at the start's time of day."""
        if self.unit in SECONDS:
            return np.maximum(time.when(target), start)
        return np.maximum(time.when(target), start // DAY * DAY) + start % DAY

    def _instant(self, time: Clock, target: Ints, start: Ints) -> Ints:
        """Where a target reading leads to: the instant, moved to a working day and its end where wanted."""
        t = self._plain(time, target, start)
        # Midnight as closing time belongs to the day that it closes.
        closes = self.unit in SECONDS and self.clock == "business"
        day = (t - (closes & (t > start))) // DAY
        if self.roll_forward:
            working = self.calendar.next_working_day(day)
            day, t = working, t + (working - day) * DAY
        if self.end_of_day:
            t = self._end(day)
        return np.maximum(t, start)

    def _end(self, day: Ints) -> Ints:
        return self.calendar.closing(day) if self.clock == "business" else (day + 1) * DAY - 1

    def _open(self, day: Ints) -> Ints:
        """The day itself, or the next one with working hours where only those will do."""
        only = self.end_of_day if self.clock == "business" else self.roll_forward
        return self.calendar.next_working_day(day) if only else day

    def _settled(self, reached: Ints) -> Ints:
        """The due instant of days that holds have moved to ``reached``: the last end of a day by then, or that instant."""
        day = reached // DAY
        if self.end_of_day and self.clock == "calendar":
            day = (reached + 1) // DAY - 1
        elif self.end_of_day:
            days = self.calendar.working_days
            last = np.searchsorted(days, (reached - 1) // DAY, "right") - 1
            day = days[np.maximum(last - (self._end(days[last]) > reached), 0)]
        t = reached + (self._open(day) - day) * DAY
        return self._end(self._open(day)) if self.end_of_day else t

    def _end_after(self, until: Ints) -> Ints:
        """The due instant that would lie within a hold: when it ends, or the end of that day."""
        day = until // DAY
        opened = self._open(day)
        if not self.end_of_day:
            return until + (opened - day) * DAY
        end = self._end(opened)
        return np.where(end < until, self._end(self._open(opened + 1)), end)


def _check(unit: str, clock: str, count_start_day: bool) -> None:
    if unit not in {*SECONDS, *DAYS, "months"}:
        raise ValueError(f"unknown unit {unit!r}; minutes, hours, days, weeks, months are known")
    if clock not in {"calendar", "business"}:
        raise ValueError(f"unknown clock {clock!r}; calendar and business are known")
    if clock == "business" and unit in {"weeks", "months"}:
        raise ValueError(f"{unit} are calendar time; on the business clock say it in days or hours")
    if count_start_day and unit in SECONDS:
        raise ValueError(f"whether the start day counts has no meaning for {unit}")


def _clock(unit: str, clock: str, calendar: Calendar) -> Clock:
    if unit in SECONDS:
        return calendar if clock == "business" else CalendarSeconds()
    return BusinessDays(calendar) if clock == "business" else CalendarDays()


def _add_months(start: Ints, months: Ints) -> Ints:
    """Day numbers of the same day ``months`` later, or of that month's last day."""
    day = (start // DAY).astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    first, following = (month + months).astype("datetime64[D]"), (month + months + 1).astype("datetime64[D]")
    later: Ints = np.minimum(first + (day - month.astype("datetime64[D]")), following - 1).astype(np.int64)
    return later
