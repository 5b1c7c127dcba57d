"""Deadlines of every complaint, worked out from the facts at every run: rule, start, due, done, state.

What counts as done: a later stage implies the earlier ones, so the first response is the first record of any
answer (first response, else substantive reply, else resolution), and a resolution is a reply too.
Reopening starts a new cycle: reply, resolution and call-back run from the reopening and are done only by what
happened after it; the first response is always that to the original receipt.
A time agreed with the customer (a contact item that names the deadline) replaces the rule, and so does a
changed due date (改期) that says who changed it and why; the latest noted wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.register.codes import FINISHED
from kesu.register.normalise import RegisterError
from kesu.register.settings import CONDITIONS, TARGETS, Rule, Settings
from kesu.register.text import Text, folded
from kesu.rules.business_time import DAY, NAT, Calendar, build_calendar
from kesu.rules.clocks import Holds, due, elapsed, merge_holds

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from kesu.register.normalise import Register
    from kesu.rules.business_time import Bools, Ints

STATES: Final[dict[str, Text]] = {
    "met": Text("按时", "met"),
    "late": Text("逾期完成", "late"),
    "pending": Text("进行中", "pending"),
    "due_soon": Text("临期", "due soon"),
    "overdue": Text("已逾期", "overdue"),
    "none": Text("无时限", "none"),
}
"""met: done by the due instant (that instant included); late: done after it; the next three are not done yet;
none: no deadline applies, or the case is finished without saying when."""

_FAR: Final = 20 * 366 * DAY
"""Times further than this from ``as_of`` are typing mistakes (a finding says so) and start no clock."""


@dataclass(frozen=True)
class Deadline:
    """One target over all complaints of a register, arrays in row order.

    ``rule``: position in ``settings.rules`` of the rule that matched, -1 none. ``start``, ``due``, ``done``:
    seconds of the wall clock, `NAT` for none. ``replaced``: due was agreed or changed by hand.
    ``state``: key of `STATES`. ``remaining``: seconds on the rule's own clock until due, negative when overdue,
    `NAT` where the state is met, late or none.
    """

    target: str
    rule: Ints
    start: Ints
    due: Ints
    done: Ints
    replaced: Bools
    state: NDArray[np.str_]
    remaining: Ints


@dataclass(frozen=True)
class Deadlines:
    """All deadlines of a register, by target in the order of `TARGETS`, with what they were worked out from."""

    register: str
    rows: Ints
    ids: pd.Series
    targets: dict[str, Deadline]
    calendar: Calendar
    holds: Holds
    as_of: int

    def table(self) -> pd.DataFrame:
        """One line a complaint and target, in row order: the columns of ``kesu deadlines``."""
        count, parts = len(self.rows), list(self.targets.values())

        def woven(name: str) -> NDArray[np.generic]:
            return np.stack([getattr(part, name) for part in parts], axis=1).ravel()

        every = np.repeat(np.arange(count), len(parts))
        return pd.DataFrame(
            {
                "register": self.register,
                "row": self.rows[every],
                "complaint_id": self.ids.iloc[every].to_numpy(),
                "target": np.tile([part.target for part in parts], count),
                "due_at": instants(woven("due")),
                "done_at": instants(woven("done")),
                "state": woven("state"),
                "remaining_hours": hours(woven("remaining")),
            }
        )


def instants(seconds: NDArray[np.generic]) -> NDArray[np.datetime64]:
    """Seconds of the wall clock → ``datetime64[s]`` (`NAT` becomes NaT)."""
    return seconds.astype("datetime64[s]")


def hours(seconds: NDArray[np.generic]) -> NDArray[np.float64]:
    """Seconds → hours as float64, NaN for `NAT`."""
    values = seconds.astype(np.int64)
    return np.where(values == NAT, np.nan, values / 3600)


def seconds_of(times: pd.Series) -> Ints:
    """A ``datetime64[s]`` column as seconds of the wall clock, `NAT` for NaT."""
    return times.to_numpy("datetime64[s]").astype(np.int64)


def compute_deadlines(register: Register, as_of: dt.datetime) -> Deadlines:
    """The deadlines of ``register`` as they stand at ``as_of`` (local wall clock, seconds)."""
    now = int(np.datetime64(as_of, "s").astype(np.int64))
    return _Task(register, now).run()


class _Task:
    """The computation over one register; nothing in it outlives `run`."""

    def __init__(self, register: Register, now: int) -> None:
        self.register = register
        self.settings = register.settings
        self.data = register.complaints.data
        self.items = register.items.data
        self.now = now
        self.place = places(self.data["complaint_id"], self.items["complaint_id"])
        self.calendar = calendar_for(self.settings, self._range())
        self.holds = self._holds()

    def run(self) -> Deadlines:
        received = self._usable("received_at")
        reopened = self._usable("reopened_at")
        reopened = np.where(reopened > received, reopened, NAT)
        answers = [self._usable(key) for key in ("first_response_at", "replied_at", "resolved_at")]
        again = reopened != NAT
        resolved = np.where(again & (answers[2] < reopened), NAT, answers[2])
        replied = _first_known(np.where(again & (answers[1] < reopened), NAT, answers[1]), resolved)
        called = self._usable("called_back_at")
        called = np.where(again & (called < reopened), NAT, called)
        cycle = np.where(again, reopened, received)
        facts = {
            "first_response": (received, _first_known(*answers)),
            "reply": (cycle, replied),
            "resolution": (cycle, resolved),
            "callback": (resolved, called),
        }
        targets = {name: self._target(name, *facts[name]) for name in TARGETS}
        return Deadlines(
            self.register.name,
            self.data["excel_row"].to_numpy(np.int64),
            self.data["complaint_id"],
            targets,
            self.calendar,
            self.holds,
            self.now,
        )

    def _target(self, target: str, start: Ints, done: Ints) -> Deadline:
        rules = self.settings.rules
        matched = match_rules(rules, target, self.data)
        due_at, clock = np.full(len(start), NAT), np.full(len(start), "calendar", dtype="U8")
        for number, mine in _groups(matched):
            rule = rules[number]
            begin = np.where(mine, start, NAT)
            due_at = np.where(mine, rule_due(rule, begin, self.calendar, self.holds), due_at)
            clock[mine] = rule.clock
        agreed = self._replacements(target)
        agreed = np.where((start != NAT) & (agreed > start), agreed, NAT)
        replaced = agreed != NAT
        due_at = np.where(replaced, agreed, due_at)
        state, remaining = self._states(target, due_at, done, clock)
        return Deadline(target, matched, start, due_at, done, replaced, state, remaining)

    def _states(
        self, target: str, due_at: Ints, done: Ints, clock: NDArray[np.str_]
    ) -> tuple[NDArray[np.str_], Ints]:
        has, is_done = due_at != NAT, done != NAT
        left = np.where(has & ~is_done, due_at - np.where(has, self.now, 0), NAT)
        business = (clock == "business") & (left != NAT)
        if business.any():
            working = elapsed(self.now, np.where(business, due_at, NAT), "business", calendar=self.calendar)
            left = np.where(business, working, left)
        soon = self.settings.due_soon_hours * 3600
        state = np.full(len(due_at), "none", dtype="U8")
        state[has & is_done] = np.where(done <= due_at, "met", "late")[has & is_done]
        running = has & ~is_done
        state[running] = np.select([self.now > due_at, left <= soon], ["overdue", "due_soon"], "pending")[
            running
        ]
        if target != "callback":  # finished without saying when: nothing to wait for, nothing to judge
            finished = self.data["status"].isin(FINISHED).to_numpy()
            state[running & finished] = "none"
        return state, np.where(np.isin(state, ["pending", "due_soon", "overdue"]), left, NAT)

    def _replacements(self, target: str) -> Ints:
        """Due times agreed with the customer or changed by hand for ``target``, by complaint."""
        items = self.items
        agreed = items["item_kind"].eq("contact")
        changed = items["item_kind"].eq("due_change") & items["noted_by"].notna() & items["what"].notna()
        mine = (agreed | changed) & items["for_target"].eq(target) & items["due_at"].notna()
        found = np.full(len(self.data), NAT)
        chosen = items[mine.to_numpy() & (self.place >= 0)].sort_values(
            "noted_at", kind="stable", na_position="first"
        )
        found[self.place[chosen.index.to_numpy()]] = seconds_of(chosen["due_at"])  # the last written wins
        return found

    def _holds(self) -> Holds:
        mine = self.items["item_kind"].eq("hold").to_numpy() & (self.place >= 0)
        items = self.items[mine]
        begin = seconds_of(items["started_at"].fillna(items["noted_at"]))
        near = np.abs(np.where(begin == NAT, self.now, begin) - self.now) < _FAR
        end = seconds_of(items["done_at"])
        end = np.where((end != NAT) & (np.abs(end - self.now) >= _FAR), NAT, end)
        return merge_holds(self.place[mine], np.where(near, begin, NAT), end, self.now)

    def _usable(self, key: str) -> Ints:
        times = seconds_of(self.data[key])
        return np.where((times != NAT) & (np.abs(times - self.now) < _FAR), times, NAT)

    def _range(self) -> tuple[int, int]:
        every = [self._usable(key) for key in ("received_at", "reopened_at", "resolved_at")]
        every += [np.array([self.now])]
        holds = self.items.loc[self.items["item_kind"].eq("hold"), ["started_at", "done_at", "noted_at"]]
        due_dates = self.items.loc[self.items["for_target"].notna(), "due_at"]
        every += [seconds_of(holds[key]) for key in holds] + [seconds_of(due_dates)]
        known = np.concatenate(every)
        known = known[(known != NAT) & (np.abs(known - self.now) < _FAR)]
        return int(known.min()), int(known.max())


def calendar_for(settings: Settings, span: tuple[int, int]) -> Calendar:
    """The team's calendar over ``span`` (seconds) with a margin for what falls due after it."""
    first, last = (np.datetime64(second, "s").astype("datetime64[D]") for second in span)
    longest = max((rule.amount * _DAYS_PER[rule.unit] for rule in settings.rules), default=0.0)
    # Working time passes at a fifth of wall-clock time at the slowest usual hours; holidays take some more.
    margin = int(longest * 8) + 60
    every_day = dict.fromkeys(range(7), ((0, DAY),))
    try:
        return build_calendar(
            (first - 31).astype(object),
            (last + margin).astype(object),
            settings.hours or every_day,
            settings.region or None,
            settings.subdivision or None,
            settings.closed_days,
            settings.open_days,
        )
    except ValueError as error:
        raise RegisterError(
            Text(
                f"设置里的工作时间或地区无法使用（{error}）。请在“设置”表中改正。",
                f"The working hours or the region on the Settings sheet cannot be used ({error}). Mend them there.",
            )
        ) from error


_COLUMN: Final = {"tier": "customer_tier"}
"""Conditions that are named otherwise than their column."""

_DAYS_PER: Final = {"minutes": 1 / 1440, "hours": 1 / 24, "days": 1.0, "weeks": 7.0, "months": 31.0}


def match_rules(rules: tuple[Rule, ...], target: str, data: pd.DataFrame) -> Ints:
    """Position of the first rule for ``target`` whose conditions all fit each row of ``data``; -1 none."""
    matched = np.full(len(data), -1)
    for number, rule in enumerate(rules):
        if rule.target == target:
            fits = matched < 0
            for key in CONDITIONS:
                wanted = getattr(rule, key)
                if wanted:
                    fits &= _fits(data[_COLUMN.get(key, key)], wanted)
            matched[fits] = number
    return matched


def _fits(column: pd.Series, wanted: str) -> Bools:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.eq(wanted).to_numpy(bool)
    numbers, words = pd.factorize(column)
    same = np.array([folded(word) == folded(wanted) for word in words] + [False])
    fits: Bools = same[numbers]
    return fits


def rule_due(rule: Rule, start: Ints, calendar: Calendar, holds: Holds | None) -> Ints:
    """When ``rule`` makes each ``start`` (seconds, `NAT` none) fall due."""
    return due(start, rule.amount, rule.unit, rule.clock, calendar=calendar, holds=holds)


def rule_limits(register: Register, calendar: Calendar, target: str, place: Ints, start: Ints) -> Ints:
    """When things that hang off complaints fall due by the rule for ``target`` (plan_step, silence).

    ``place``: position of the complaint of each (-1 none); ``start``: seconds, `NAT` or outside the calendar
    for none. No holds.
    """
    matched = np.append(match_rules(register.settings.rules, target, register.complaints.data), -1)[place]
    usable = np.where(calendar.covers(start), start, NAT)
    limit = np.full(len(start), NAT)
    for number, mine in _groups(matched):
        by_rule = rule_due(register.settings.rules[number], np.where(mine, usable, NAT), calendar, None)
        limit = np.where(mine, by_rule, limit)
    return limit


def _groups(matched: Ints) -> Iterator[tuple[int, Bools]]:
    for number in np.unique(matched[matched >= 0]):
        yield int(number), matched == number


def _first_known(*times: Ints) -> Ints:
    found = times[0]
    for later in times[1:]:
        found = np.where(found == NAT, later, found)
    return found


def places(ids: pd.Series, wanted: pd.Series) -> Ints:
    """Position among ``ids`` (first of equal ones) of each of ``wanted``; -1 where it is not found."""
    numbers = pd.factorize(pd.concat([ids, wanted], ignore_index=True))[0]
    own, asked = numbers[: len(ids)], numbers[len(ids) :]
    first = np.full(numbers.max(initial=-1) + 2, -1, np.int64)
    known = np.flatnonzero(own >= 0)[::-1]
    first[own[known]] = known  # the first of equal ones is written last
    found: Ints = first[asked]  # -1, no number at all, is the last place: never written
    return found
