"""Deadlines of every complaint, worked out from the facts at every run: rule, start, due, done, state.

A time agreed with the customer (a contact item that names the deadline) replaces the rule, and so does a
changed due date (改期) that says who changed it and why; the latest noted wins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kesu.register.codes import FINISHED
from kesu.register.settings import TARGETS
from kesu.rules.days import latest, whole_days
from kesu.rules.deadlines.clocks import elapsed
from kesu.rules.deadlines.cycles import ANSWERS, KINDS, Cycle, earlier, present, times_of
from kesu.rules.deadlines.holds import merge_holds
from kesu.rules.deadlines.model import RUNNING, Deadline, Deadlines
from kesu.rules.deadlines.policies import Policies, calendar_for, groups, rule_due
from kesu.rules.instants import NAT, seconds_of, usable
from kesu.rules.outcomes import outcomes_of

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    from numpy.typing import NDArray

    from kesu.register.sheets import Register
    from kesu.rules.deadlines.holds import Holds
    from kesu.rules.instants import Bools, Floats, Ints


def compute_deadlines(register: Register, as_of: dt.datetime) -> Deadlines:
    """The deadlines of ``register`` as they stand at ``as_of`` (local wall clock, seconds).

    Raises `RegisterError` where the working hours or the region of the settings cannot be used.
    """
    now = int(np.datetime64(as_of, "s").astype(np.int64))
    return _Task(register, now).run()


class _Task:
    """The computation over one register; nothing in it outlives `run`."""

    def __init__(self, register: Register, now: int) -> None:
        self.register = register
        self.settings = register.settings
        self.data = register.cases
        self.items = register.items.data
        self.now = now
        self.parent = register.parent
        self.outcomes = outcomes_of(register, now)
        self.times = times_of(self.data, self.items, self.parent, now, self.outcomes)
        self.policies = Policies(self.settings.rules, self.data, self.times.again)
        self.starts_from = np.array([KINDS[rule.start] for rule in self.settings.rules] + [0])
        self.on_working_time = np.array([rule.clock == "business" for rule in self.settings.rules] + [False])
        self.finished = self.data["status"].isin(FINISHED).to_numpy(bool)
        self.spans = self._spans()
        self.calendar = calendar_for(self.settings, (int(self.spans[0].min()), int(self.spans[1].max())))
        self.hold_spans = self._hold_spans()
        self.holds = merge_holds(*self.hold_spans, now)

    def run(self) -> Deadlines:
        mode, again = self.settings.reopen_mode, self.times.again
        targets, before, cycle = {}, {}, {}
        untold = frozenset(name for name in TARGETS if not self._could_be_done(name))
        for name in TARGETS:
            matched = self.policies.match(name)
            if name in untold:
                matched = np.full(len(matched), -1)
            now = present(self.times, name, mode, self.starts_from[matched])
            targets[name] = self._target(name, matched, now)
            cycle[name] = now.number
            if mode == "new_cycle" and again.any():
                first = self.policies.match(name, reopened=False)
                was = earlier(self.times, name, self.starts_from[first])
                was = Cycle(np.where(now.number > 1, was.start, NAT), was.done, was.number)
                before[name] = self._target(name, first, was, over=True)
        return Deadlines(
            self.register,
            self.data["excel_row"].to_numpy(np.int64),
            self.data["complaint_id"],
            targets,
            self.calendar,
            self.holds,
            self.now,
            again,
            cycle,
            before,
            self.spans,
            self.outcomes,
            untold,
        )

    def _could_be_done(self, target: str) -> bool:
        """Whether the register has a column that would say so; else all would run on for ever."""
        says = {*ANSWERS[target], *(() if target == "callback" else ("status",))}
        return not says.isdisjoint(self.register.complaints.columns)

    def _target(self, target: str, matched: Ints, cycle: Cycle, *, over: bool = False) -> Deadline:
        holds = self._with_pause(cycle)
        due_at = np.full(len(cycle.start), NAT)
        for number, mine in groups(matched):
            begin = np.where(mine, cycle.start, NAT)
            by_rule = rule_due(self.settings.rules[number], begin, self.calendar, holds)
            due_at = np.where(mine, by_rule, due_at)
        item, agreed = self._replacements(target, cycle.start, over=over)
        due_at = np.where(item >= 0, agreed, due_at)
        done = np.where(cycle.start == NAT, NAT, cycle.done) if over else cycle.done
        latest_due = self._latest_due(matched, cycle.start, due_at, item, holds)
        state = self._states(target, cycle.start, (due_at, latest_due), done, over=over)
        running = np.isin(state, RUNNING)
        left = np.where(running, due_at - self.now, NAT)
        business = running & self.on_working_time[matched]
        if business.any():
            left[business] = self._working(self.now, due_at[business])
        used = self._used(cycle.start, due_at, running, holds)
        return Deadline(target, matched, cycle.start, due_at, done, item, state, left, used)

    def _latest_due(self, matched: Ints, start: Ints, due_at: Ints, item: Ints, holds: Holds) -> Ints:
        """When a deadline that counts from a date without a time of day falls due at the latest."""
        vague = whole_days(start) & (item < 0)
        if not vague.any():
            return due_at
        found = due_at
        for number, mine in groups(np.where(vague, matched, -1)):
            begin = np.where(mine, latest(start), NAT)
            found = np.where(mine, rule_due(self.settings.rules[number], begin, self.calendar, holds), found)
        return np.where(found == NAT, due_at, np.maximum(found, due_at))

    def _states(
        self, target: str, start: Ints, due: tuple[Ints, Ints], done: Ints, *, over: bool
    ) -> NDArray[np.str_]:
        """``due``: at the earliest and at the latest. What is not proven, or was done before receipt, is none."""
        due_at, latest_due = due
        has, is_done = due_at != NAT, done != NAT
        begin = np.maximum(start, self.times.received)
        astray = is_done & (latest(done) < begin)
        if target == "callback":  # counts from a resolution that was before receipt
            astray |= latest(start) < self.times.received
        state = np.full(len(due_at), "none", dtype="U8")
        judged = has & is_done & ~astray
        state[judged & (latest(done) <= due_at)] = "met"
        state[judged & (done > latest_due)] = "late"
        running = has & ~is_done & ~astray
        if target == "callback" and not over:  # tried as often as the team tries: neither met nor missed
            running &= ~self.outcomes.given_up
        if over:
            return state  # an earlier cycle is finished, whether or not anybody wrote down when
        if target != "callback":  # finished without saying when: nothing to wait for, and no proof
            state[running & self.finished & (self.now > latest_due)] = "unproven"
            running &= ~self.finished
        due_then = due_at[running]
        # How soon is counted in working time, so that nobody is warned at night of what the day can still do.
        soon = self._working(self.now, due_then) <= self.settings.due_soon_hours * 3600
        state[running] = np.select([self.now > latest_due[running], soon], ["overdue", "due_soon"], "pending")
        return state

    def _working(self, start: Ints | int, end: Ints) -> Ints:
        return elapsed(start, end, "business", calendar=self.calendar)

    def _used(self, start: Ints, due_at: Ints, running: Bools, holds: Holds) -> Floats:
        """Share of the time from start to due that is gone, see `Deadline.used`."""
        used = np.full(len(start), np.nan)
        for clock in ("business", "calendar"):
            wanted = running & np.isnan(used)
            if wanted.any():
                begin = np.where(wanted, start, NAT)
                now = np.where(wanted, np.maximum(begin, self.now), NAT)
                whole = elapsed(
                    begin, np.where(wanted, due_at, NAT), clock, calendar=self.calendar, holds=holds
                )
                gone = elapsed(begin, now, clock, calendar=self.calendar, holds=holds)
                fits = wanted & (whole > 0)
                used[fits] = gone[fits] / whole[fits]
        used[running & np.isnan(used)] = 1.0  # due at its very start
        return used

    def _replacements(self, target: str, start: Ints, *, over: bool) -> tuple[Ints, Ints]:
        """Item that agreed or changed the due time of ``target`` by complaint (-1 none), and that time."""
        items = self.items
        item, agreed = np.full(len(self.data), -1), np.full(len(self.data), NAT)
        mine = (replaces(items) & items["for_target"].eq(target)).to_numpy(bool) & (self.parent >= 0)
        if not mine.any():
            return item, agreed
        rows = np.flatnonzero(mine)
        times = usable(seconds_of(items["due_at"].iloc[rows]), self.now)
        noted = seconds_of(items["noted_at"].iloc[rows])  # NAT sorts first
        of = self.parent[rows]
        kept = (times != NAT) & (start[of] != NAT) & (times > start[of])
        if over:  # agreed in the cycle after it: no matter of the cycle before it
            kept &= noted < self.times.reopened[of]
        order = np.flatnonzero(kept)[np.argsort(noted[kept], kind="stable")]
        item[of[order]], agreed[of[order]] = rows[order], times[order]  # the last written wins
        return item, agreed

    def _hold_spans(self) -> tuple[Ints, Ints, Ints]:
        mine = self.items["item_kind"].eq("hold").to_numpy(bool) & (self.parent >= 0)
        items = self.items[mine]
        begin = usable(seconds_of(items["started_at"].fillna(items["noted_at"])), self.now)
        return self.parent[mine], begin, usable(seconds_of(items["done_at"]), self.now)

    def _with_pause(self, cycle: Cycle) -> Holds:
        if cycle.pause is None:
            return self.holds
        rows = np.flatnonzero(cycle.pause[0] != NAT)
        more = rows, cycle.pause[0][rows], cycle.pause[1][rows]
        row, begin, end = (np.concatenate(pair) for pair in zip(self.hold_spans, more, strict=True))
        return merge_holds(row, begin, end, self.now)

    def _spans(self) -> tuple[Ints, Ints]:
        """By register of the stack its earliest and its latest time, or now."""
        times, register = self.times, self.register
        every = [times.received, times.sent, times.reopened, times.columns["resolved_at"]]
        owners = [register.complaints.owner] * len(every)
        hold = self.items["item_kind"].eq("hold").to_numpy(bool)
        named = self.items["for_target"].notna().to_numpy(bool)
        for key, mine in (("started_at", hold), ("done_at", hold), ("noted_at", hold), ("due_at", named)):
            every.append(usable(seconds_of(self.items[key])[mine], self.now))
            owners.append(register.items.owner[mine])
        at, of = np.concatenate(every), np.concatenate(owners)
        at, of = at[at != NAT], of[at != NAT]
        first, last = (np.full(len(register.names), self.now, np.int64) for _ in range(2))
        np.minimum.at(first, of, at)
        np.maximum.at(last, of, at)
        return first, last


def replaces(items: pd.DataFrame) -> pd.Series:
    """Which items set a due time: agreed with the customer, or changed by somebody who says why."""
    agreed = items["item_kind"].eq("contact")
    changed = items["item_kind"].eq("due_change") & items["noted_by"].notna() & items["what"].notna()
    return (agreed | changed) & items["due_at"].notna()
