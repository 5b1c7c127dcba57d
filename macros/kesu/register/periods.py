"""Periods as users write them: 2026-10, 2026Q4, 2026, 2026-10-01..2026-10-15."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from kesu.words.errors import KesuError
from kesu.words.text import Text

_SHAPE = re.compile(r"(\d{4})(?:-(\d{1,2})|[Qq]([1-4]))?$")


class PeriodError(KesuError):
    """The words for a period cannot be read; ``text`` says so in both languages."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days from ``first`` to ``last``, both included, in the register's local time."""

    first: dt.date
    last: dt.date

    @classmethod
    def parse(cls, words: str) -> Period:
        """``2026-10`` (month), ``2026Q4``, ``2026`` or ``FROM..TO`` (dates or months, both ends included).

        Raises `PeriodError` for anything else and for a period that ends before it begins.
        """
        begin, dots, end = words.strip().partition("..")
        try:
            first = _span(begin)[0]
            last = _span(end)[1] if dots else _span(begin)[1]
        except ValueError:
            raise PeriodError(
                Text(
                    f"看不懂时间段“{words}”。请写成 2026-10、2026Q4、2026 或 2026-10-01..2026-10-15。",
                    f"Cannot read the period “{words}”. Write 2026-10, 2026Q4, 2026 or 2026-10-01..2026-10-15.",
                )
            ) from None
        if last < first:
            raise PeriodError(
                Text(f"时间段“{words}”的结束早于开始。", f"The period “{words}” ends before it begins.")
            )
        return cls(first, last)

    @property
    def begin(self) -> dt.datetime:
        """First instant of the period."""
        return dt.datetime.combine(self.first, dt.time.min)

    @property
    def end(self) -> dt.datetime:
        """First instant after the period."""
        return dt.datetime.combine(self.last + dt.timedelta(days=1), dt.time.min)

    def previous(self) -> Period:
        """The period just before: as many whole months where this one is whole months, else as many days."""
        months = self._whole_months()
        before = self.first - dt.timedelta(days=1)
        if months:
            year, month = divmod(self.first.year * 12 + self.first.month - 1 - months, 12)
            return Period(dt.date(year, month + 1, 1), before)
        return Period(self.first - (self.last - self.first) - dt.timedelta(days=1), before)

    def _whole_months(self) -> int:
        after = self.last + dt.timedelta(days=1)
        if self.first.day != 1 or after.day != 1:
            return 0
        return (after.year - self.first.year) * 12 + after.month - self.first.month

    def __str__(self) -> str:
        months = self._whole_months()
        if months == 1:
            return f"{self.first:%Y-%m}"
        if months == 3 and self.first.month % 3 == 1:
            return f"{self.first.year}Q{(self.first.month + 2) // 3}"
        if months == 12 and self.first.month == 1:
            return f"{self.first.year}"
        return f"{self.first.isoformat()}..{self.last.isoformat()}"


def _span(words: str) -> tuple[dt.date, dt.date]:
    words = words.strip()
    found = _SHAPE.match(words)
    if not found:
        day = dt.date.fromisoformat(words)
        return day, day
    year = int(found[1])
    if found[3]:
        first_month, last_month = int(found[3]) * 3 - 2, int(found[3]) * 3
    elif found[2]:
        first_month = last_month = int(found[2])
    else:
        first_month, last_month = 1, 12
    last_day = calendar.monthrange(year, last_month)[1]
    return dt.date(year, first_month, 1), dt.date(year, last_month, last_day)
