"""Which rule holds for which complaint, the calendar that rules need, and when a rule makes something fall due."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.register.raw import RegisterError
from kesu.register.settings import CONDITIONS, Rule, Settings
from kesu.rules.deadlines.business_time import build_calendar
from kesu.rules.deadlines.clocks import due
from kesu.rules.deadlines.span import EVERY_DAY, days_of, room
from kesu.rules.instants import DAY, NAT
from kesu.words.text import Text, folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kesu.rules.deadlines.business_time import Calendar
    from kesu.rules.deadlines.holds import Holds
    from kesu.rules.deadlines.model import Deadlines
    from kesu.rules.instants import Bools, Ints

COLUMN: Final = {"tier": "customer_tier"}
"""Conditions that are named otherwise than their column."""

_CENTURY: Final = 36_525
UNUSABLE: Final = Text(
    "设置里的工作时间、特殊日期或地区合起来无法使用：找不到任何工作日，或时限长达一百年。请在“设置”表中改正。",
    "Working hours, own days and region on the Settings sheet cannot be used together: there is no working day, or a "
    "limit takes a century. Mend them there.",
)


class Policies:
    """The rules of a team over the complaints of one register; each condition is looked at once."""

    def __init__(self, rules: Sequence[Rule], data: pd.DataFrame, reopened: Bools | None = None) -> None:
        """``reopened``: which complaints rules that count from the reopening fit; None: none."""
        self.rules = rules
        self.data = data
        self.reopened = np.zeros(len(data), bool) if reopened is None else reopened
        self._known: dict[tuple[str, str], Bools] = {}
        self._words: dict[str, tuple[Ints, pd.Index]] = {}

    def match(self, target: str, *, reopened: bool = True) -> Ints:
        """Position of the first rule for ``target`` that fits each complaint; -1 none.

        ``reopened`` False: as if no complaint had been reopened.
        """
        matched = np.full(len(self.data), -1)
        for number, rule in enumerate(self.rules):
            if rule.target == target and (reopened or rule.start != "reopened"):
                matched[(matched < 0) & self._fits(rule)] = number
        return matched

    def _fits(self, rule: Rule) -> Bools:
        fits = np.ones(len(self.data), bool)
        for key in CONDITIONS:
            wanted = getattr(rule, key)
            if wanted:
                fits = fits & self._condition(COLUMN.get(key, key), wanted)
        if rule.start == "reopened":
            fits = fits & self.reopened
        if rule.valid_from or rule.valid_to:
            fits = fits & self._in_force(rule.valid_from, rule.valid_to)
        return fits

    def _in_force(self, first: dt.date | None, last: dt.date | None) -> Bools:
        received = self.data["received_at"].to_numpy("datetime64[s]")
        begin = np.datetime64(first or dt.date.min, "s")
        end = np.datetime64(last or dt.date.max, "s") + DAY
        inside: Bools = (received >= begin) & (received < end)  # False for no time of receipt
        return inside

    def _condition(self, key: str, wanted: str) -> Bools:
        found = self._known.get((key, wanted))
        if found is None:
            found = self._known[key, wanted] = self._compared(key, wanted)
        return found

    def _compared(self, key: str, wanted: str) -> Bools:
        column = self.data[key]
        if isinstance(column.dtype, pd.CategoricalDtype):
            code = column.cat.categories.get_indexer(pd.Index([wanted]))[0]
            equal: Bools = (column.cat.codes.to_numpy() == code) & (code >= 0)
            return equal
        if key not in self._words:
            numbers, words = pd.factorize(column)
            self._words[key] = numbers, pd.Index([folded(word) for word in words])
        numbers, plain = self._words[key]
        same: Bools = np.append(plain == folded(wanted), False)[numbers]
        return same


def match_rules(rules: tuple[Rule, ...], target: str, data: pd.DataFrame) -> Ints:
    """Position of the first rule for ``target`` whose conditions all fit each row of ``data``; -1 none.

    Rules that count from a reopening are left out.
    """
    return Policies(rules, data).match(target, reopened=False)


def rule_due(rule: Rule, start: Ints, calendar: Calendar, holds: Holds | None) -> Ints:
    """When ``rule`` makes each ``start`` (seconds, `NAT` none) fall due."""
    return due(
        start,
        rule.amount,
        rule.unit,
        rule.clock,
        calendar=calendar,
        holds=holds,
        count_start_day=rule.count_start_day,
        end_of_day=rule.end_of_day,
        roll_forward=rule.roll_forward,
    )


def rule_limits(deadlines: Deadlines, target: str, parent: Ints, start: Ints) -> Ints:
    """When things that hang off complaints of ``deadlines.register`` fall due by the rule for ``target`` (plan_step, silence).

    ``parent``: position of the complaint of each (-1 none); ``start``: seconds, `NAT` or outside the days that the
    times of its register span (see `days_of`) for none. No holds.
    """
    register, calendar = deadlines.register, deadlines.calendar
    rules = register.settings.rules
    matched = np.append(match_rules(rules, target, register.cases), -1)[parent]
    first, last = (days.astype(np.int64) * DAY for days in days_of(register.settings, *deadlines.spans))
    of = np.append(register.complaints.owner, 0)[parent]
    at = np.where((parent >= 0) & (start >= first[of]) & (start <= last[of] + DAY), start, NAT)
    limit = np.full(len(start), NAT)
    for number, mine in groups(matched):
        limit = np.where(mine, rule_due(rules[number], np.where(mine, at, NAT), calendar, None), limit)
    return limit


def groups(matched: Ints) -> Iterator[tuple[int, Bools]]:
    """Each rule that matched anything, and where."""
    for number in np.unique(matched[matched >= 0]):
        yield int(number), matched == number


def calendar_for(settings: Settings, span: tuple[int, int]) -> Calendar:
    """The team's calendar over ``span`` (seconds) with room for what falls due after it.

    Raises `RegisterError` for working hours or a region that cannot be used.
    """
    try:
        if room(settings) > _CENTURY:
            raise ValueError("a rule reaches a century ahead")  # noqa: TRY301 - told like the others
        days = (str(day) for day in days_of(settings, *(np.array(second) for second in span)))
        first, last = map(dt.date.fromisoformat, days)
        return calendar_between(settings, first, last)
    except ValueError as error:
        raise RegisterError(UNUSABLE) from error


def calendar_between(settings: Settings, first: dt.date, last: dt.date) -> Calendar:
    """The working intervals that the team's settings give, both days included; every hour where they name none.

    Raises ValueError for working hours or a region that cannot be used.
    """
    return _built(
        first,
        last,
        tuple(sorted((settings.hours or EVERY_DAY).items())),
        settings.region,
        settings.subdivision,
        settings.closed_days,
        settings.open_days,
    )


@lru_cache(maxsize=16)
def _built(
    first: dt.date,
    last: dt.date,
    hours: tuple[tuple[int, tuple[tuple[int, int], ...]], ...],
    region: str,
    subdivision: str,
    closed: tuple[dt.date, ...],
    opened: tuple[dt.date, ...],
) -> Calendar:
    return build_calendar(first, last, dict(hours), region or None, subdivision or None, closed, opened)
