"""What lies between a start and a due time: the stretches that count, and those that do not, each with its reason."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import holidays
import numpy as np

from kesu.register.settings.countries import public_holidays
from kesu.rules.deadlines.clocks import SECONDS
from kesu.rules.deadlines.holds import Holds
from kesu.rules.deadlines.policies import rule_due
from kesu.rules.instants import DAY
from kesu.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kesu.register.settings import Rule, Settings
    from kesu.rules.deadlines.business_time import Calendar

EPOCH: Final = dt.date(1970, 1, 1)

KINDS: Final[dict[str, Text]] = {
    "break": Text("班间休息", "break"),
    "closed": Text("下班", "closed"),
    "days_off": Text("休息日", "closed"),
    "hold": Text("暂停", "on hold"),
    "answered": Text("已答复，尚未重开", "answered, not reopened yet"),
    "moved": Text("到期日休息，顺延", "due on a closed day, moved on"),
    "pushed": Text("因暂停推后", "moved on by the time on hold"),
}
"""Why a stretch of time does not count."""


@dataclass(frozen=True)
class Stretch:
    """From ``begin`` up to ``end`` (seconds). ``kind``: "counted" or a key of `KINDS`.

    ``amount``: what it takes of the rule's clock: seconds, or 1 for a day that counts.
    ``days``: closed (or specially open) days in it: first, last day number, why. ``why``: a hold's reason.
    """

    begin: int
    end: int
    kind: str
    amount: int = 0
    days: tuple[tuple[int, int, Text], ...] = ()
    why: str = ""


@dataclass(frozen=True)
class Pause:
    """A time in which the clock stood still."""

    begin: int
    end: int
    kind: str = "hold"
    why: str = ""


_AMERICAN: Final = re.compile(r"(\d\d)/(\d\d)/(\d{4})")
"""How the calendars write the day that another one stands in for."""


class DayNames:
    """Why a day is closed, or open although its weekday is not."""

    def __init__(self, settings: Settings, calendar: Calendar) -> None:
        self.settings = settings
        self.calendar = calendar

    def closed(self, first: int, last: int) -> tuple[tuple[int, int, Text], ...]:
        """The closed days from ``first`` to ``last``, those with one reason together."""
        found: list[tuple[int, int, Text]] = []
        for day in range(first, last + 1):
            if self.calendar.works(np.array([day], np.int64))[0]:
                continue
            why = self._why_closed(day)
            if found and found[-1][1] == day - 1 and found[-1][2] == why:
                found[-1] = (found[-1][0], day, why)
            else:
                found.append((day, day, why))
        return tuple(found)

    def opened(self, day: int) -> tuple[tuple[int, int, Text], ...]:
        """That the day is a make-up or own working day; () for an ordinary one."""
        date = as_date(day)
        if date in self.settings.open_days:
            return ((day, day, self._own(date, Text("本单位上班", "open by the team's own list"))),)
        if (
            date
            in _official(self.settings.region, self.settings.subdivision, date.year)["en"].weekend_workdays
        ):
            return ((day, day, Text("调休上班", "make-up working day")),)
        return ()

    def _why_closed(self, day: int) -> Text:
        date = as_date(day)
        if date in self.settings.closed_days:
            return self._own(date, Text("本单位休息", "closed by the team's own list"))
        if self.settings.region:
            official = _official(self.settings.region, self.settings.subdivision, date.year)
            if date in official["en"]:
                return Text(*(_AMERICAN.sub(r"\3-\1-\2", official[lang][date]) for lang in ("zh", "en")))
            if not self.settings.hours or self.settings.hours.get(date.weekday()):
                return Text("节假日连休", "within a public holiday")  # a weekend day with hours of its own
        return Text("周末", "weekend") if date.weekday() >= 5 else Text("无工作时间", "no working hours")

    def _own(self, date: dt.date, otherwise: Text) -> Text:
        name = self.settings.day_names.get(date)
        return Text(name, name) if name else otherwise


@lru_cache(maxsize=64)
def _official(region: str, subdivision: str, year: int) -> dict[str, Any]:
    """The public holidays of a year, named in Chinese where ``holidays`` can, and in English."""
    if not region:
        empty = holidays.HolidayBase()
        return {"zh": empty, "en": empty}
    spoken = getattr(holidays, region).supported_languages

    def named(language: str) -> Any:
        lang = language if language in spoken else "en_US" if "en_US" in spoken else None
        return public_holidays(region, subdivision, years=year, language=lang)

    return {"zh": named("zh_CN"), "en": named("en_US")}


def as_date(day: int) -> dt.date:
    """Day number → date."""
    return EPOCH + dt.timedelta(days=day)


def account(
    rule: Rule, start: int, due: int, pauses: Sequence[Pause], calendar: Calendar, names: DayNames
) -> list[Stretch]:
    """The stretches from ``start`` to ``due`` in order. ``pauses``: apart from each other, in order."""
    inside = [
        dataclasses.replace(pause, begin=max(pause.begin, start), end=min(pause.end, due))
        for pause in pauses
        if pause.begin < due and pause.end > start
    ]
    if rule.unit not in SECONDS:
        return sorted(
            _by_days(rule, start, due, inside, calendar, names), key=lambda one: (one.begin, one.end)
        )
    found: list[Stretch] = []
    at = start
    for pause in [*inside, Pause(due, due)]:
        if rule.clock == "business":
            found += _working(at, pause.begin, calendar, names)
        elif pause.begin > at:
            found.append(Stretch(at, pause.begin, "counted", pause.begin - at))
        if pause.end > pause.begin:
            seconds = _seconds(rule, pause, calendar)
            found.append(Stretch(pause.begin, pause.end, pause.kind, seconds, (), pause.why))
        at = max(at, pause.end)
    return found


def _seconds(rule: Rule, pause: Pause, calendar: Calendar) -> int:
    """What a pause takes of the rule's clock."""
    if rule.clock == "calendar":
        return pause.end - pause.begin
    low, high = calendar.reading(np.array([pause.begin, pause.end]))
    return int(high - low)


def _working(begin: int, end: int, calendar: Calendar, names: DayNames) -> Iterator[Stretch]:
    """Working intervals and the gaps between them from ``begin`` to ``end``."""
    at = begin
    first, last = begin // DAY, max(end - 1, begin) // DAY
    for day in range(first, last + 1):
        for opens, closes in calendar.intervals_on(as_date(day)):
            low, high = max(opens, at), min(closes, end)
            if low >= high:
                continue
            if low > at:
                yield _gap(at, low, names)
            yield Stretch(low, high, "counted", high - low, names.opened(day))
            at = high
    if at < end:
        yield _gap(at, end, names)


def _gap(begin: int, end: int, names: DayNames) -> Stretch:
    days = names.closed(begin // DAY, (end - 1) // DAY)
    if days:
        return Stretch(begin, end, "days_off", 0, days)
    same_day = begin // DAY == (end - 1) // DAY and begin % DAY != 0 and end % DAY != 0
    works_around = same_day and any(
        closes <= begin for _, closes in names.calendar.intervals_on(as_date(begin // DAY))
    )
    works_after = any(opens >= end for opens, _ in names.calendar.intervals_on(as_date(begin // DAY)))
    return Stretch(begin, end, "break" if works_around and works_after else "closed")


def _by_days(
    rule: Rule, start: int, due: int, pauses: Sequence[Pause], calendar: Calendar, names: DayNames
) -> Iterator[Stretch]:
    """For rules that count days: each working day that counts, the days off, holds, and what moves the end on."""
    # Closing at 24:00 is still the same day; only the end of a day falls on it.
    first, last = start // DAY, (due - rule.end_of_day) // DAY
    for pause in pauses:
        yield Stretch(pause.begin, pause.end, pause.kind, _seconds(rule, pause, calendar), (), pause.why)
    stays = dataclasses.replace(rule, roll_forward=rule.roll_forward and rule.clock == "business")
    holds = Holds(*(np.array(part, np.int64) for part in _columns(pauses)))
    plain, held = (int(rule_due(stays, np.array([start]), calendar, these)[0]) for these in (None, holds))
    if plain < held:
        yield Stretch(plain, held, "pushed")
    if rule.clock == "business":
        till = (plain - rule.end_of_day) // DAY
        works = calendar.works(np.arange(first, till + 1, dtype=np.int64))
        works[0] &= rule.count_start_day and start < int(calendar.closing(np.array([first], np.int64))[0])
        # no days at all count none, though the due day may move on
        for day in (np.flatnonzero(works & (rule.amount > 0)) + first).tolist():
            yield Stretch(day * DAY, (day + 1) * DAY, "counted", 1, names.opened(day))
        for begin, end, why in names.closed(first, last):
            yield Stretch(begin * DAY, (end + 1) * DAY, "days_off", 0, ((begin, end, why),))
    elif held // DAY < last:
        days_off = names.closed(held // DAY, last - 1)
        yield Stretch(held // DAY * DAY, last * DAY, "moved", 0, days_off)


def _columns(pauses: Sequence[Pause]) -> tuple[list[int], list[int], list[int]]:
    return [0] * len(pauses), [pause.begin for pause in pauses], [pause.end for pause in pauses]
