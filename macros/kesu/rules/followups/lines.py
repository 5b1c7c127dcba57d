"""What there is to do on the complaints of a register, kind by kind: each kind yields its `Lines`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.register.codes import FINISHED, URGENT
from kesu.register.sheets import COMPLAINT
from kesu.rules.deadlines import Deadline, Deadlines, rule_limits, seconds_of
from kesu.rules.facts import SETTLED
from kesu.rules.instants import NAT
from kesu.words.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kesu.register.sheets import Register
    from kesu.rules.instants import Bools, Floats, Ints

_RUNNING: Final = ("pending", "due_soon", "overdue")
_PRESSING: Final = ("due_soon", "overdue")
_STANDS_STILL: Final = frozenset(
    {"first_response", "reply", "reopened_reply", "resolution", "call_back", "call_again", "revisit"}
)
"""Kinds that cannot go on while a complaint is on hold; promises, steps and agreed calls run on."""
_SPEAKS: Final = _STANDS_STILL - {"resolution"}
"""Kinds that are done by speaking with the customer, who may have said when."""


@dataclass(frozen=True)
class Lines:
    """Lines of one kind: complaint positions, due instants, seconds overdue, owners and what (a text, one a line, or None).

    ``used``: share of the working time until due that is gone, for deadlines. ``at_work``: where ``late`` is working
    time, else it is of the wall clock. ``item``: rows on Items of what is to be done.
    """

    kind: str
    position: Ints
    due: Ints
    late: Ints
    owner: pd.Series | None = None
    what: pd.Series | Text | list[Text] | None = None
    used: Floats | None = None
    at_work: Bools | None = None
    item: Ints | None = None


class Task:
    """Finding the lines over one register."""

    def __init__(self, register: Register, deadlines: Deadlines) -> None:
        self.settings = register.settings
        self.data = register.cases
        self.items = register.items.data
        self.deadlines = deadlines
        self.now = deadlines.as_of
        self.soon = self.settings.due_soon_hours * 3600
        self._limits = partial(rule_limits, deadlines)
        self.parent = register.parent
        resolved = deadlines.targets["resolution"].done != NAT
        finished = self.data["status"].isin(FINISHED).to_numpy(bool)
        complaint = self.data["kind"].eq(COMPLAINT).to_numpy(bool)
        self.open = ~resolved & ~finished & complaint & self.data["received_at"].notna().to_numpy(bool)
        self.reopened = deadlines.reopened
        self._at_work = np.array([rule.clock == "business" for rule in self.settings.rules] + [False])
        holds = deadlines.holds
        self.held = np.zeros(len(self.data), dtype=bool)
        self.held[holds.row[(holds.start <= self.now) & (holds.end >= self.now)]] = True
        self.agreed = np.zeros(len(self.data), dtype=bool)
        coming = self._undone("contact") & (seconds_of(self.items["due_at"]) >= self.now)
        self.agreed[self.parent[coming]] = True

    def lines(self) -> Iterator[Lines]:
        """All lines, kind by kind."""
        yield from self._stages()
        yield from self._due_items("commitment", "commitment")
        yield from self._due_items("action", "plan_step")
        yield from self._due_items("contact", "contact")
        yield self._silent()
        call_back = self.deadlines.targets["callback"]
        untried = self.deadlines.outcomes.tries == 0  # once tried, see `kesu.rules.followups.after`
        yield from self._target("call_back", call_back, self._running(call_back) & untried)
        yield self._open_demands()
        yield from self._escalate()

    def waits(self, part: Lines) -> NDArray[np.str_]:
        """Why nothing can be done about each line now: key of `kesu.rules.followups.order.WAITS`, or ""."""
        held = self.held[part.position] & (part.kind in _STANDS_STILL)
        agreed = self.agreed[part.position] & (part.kind in _SPEAKS)
        return np.select([held, agreed], ["hold", "agreed"], "")

    def _stages(self) -> Iterator[Lines]:
        waiting = np.zeros(len(self.data), dtype=bool)
        for name in ("first_response", "reply", "resolution"):
            target = self.deadlines.targets[name]
            listed = self._running(target) & (~waiting | np.isin(target.state, _PRESSING))
            waiting |= self._running(target)
            if name == "reply":
                yield from self._target("reopened_reply", target, listed & self.reopened)
                listed &= ~self.reopened
            yield from self._target(name, target, listed)

    @staticmethod
    def _running(target: Deadline) -> Bools:
        return np.isin(target.state, _RUNNING)

    def _target(self, kind: str, target: Deadline, listed: Bools | None = None) -> Iterator[Lines]:
        rows = np.flatnonzero(self._running(target) if listed is None else listed)
        late = -target.remaining[rows]
        at_work = self._at_work[target.rule[rows]]
        yield Lines(kind, rows, target.due[rows], late, used=target.used[rows], at_work=at_work)

    def _undone(self, item_kind: str) -> Bools:
        items = self.items
        undone: Bools = items["item_kind"].eq(item_kind).to_numpy(bool) & (self.parent >= 0)
        return (
            undone
            & ~items["done_at"].notna().to_numpy(bool)
            & ~items["result"].isin(SETTLED | {"failed"}).to_numpy(bool)
        )

    def _due_items(self, item_kind: str, kind: str) -> Iterator[Lines]:
        """Promises, steps and agreed calls that are not done and have a due time (steps: else the rule's)."""
        undone = self._undone(item_kind)
        due = seconds_of(self.items["due_at"])
        if kind == "plan_step":
            due = np.where(
                due == NAT, self._limits("plan_step", self.parent, seconds_of(self.items["noted_at"])), due
            )
        rows = np.flatnonzero(undone & (due != NAT))
        items = self.items.iloc[rows]
        late = self.now - due[rows]
        row = items["excel_row"].to_numpy(np.int64)
        yield Lines(kind, self.parent[rows], due[rows], late, items["owner"], items["what"], item=row)

    def _silent(self) -> Lines:
        """Open complaints on which the customer has not been spoken to for longer than the rule allows."""
        spoken_at = ("received_at", "first_response_at", "replied_at", "reopened_at")
        last = np.max([self._time(key) for key in spoken_at], axis=0)
        contacts = self.items["item_kind"].eq("contact").to_numpy(bool) & (self.parent >= 0)
        done = seconds_of(self.items["done_at"])
        spoken = contacts & (done != NAT)
        np.maximum.at(last, self.parent[spoken], done[spoken])
        limit = self._limits("silence", np.arange(len(last)), np.where(self.open, last, NAT))
        answered = self.deadlines.targets["first_response"].done != NAT
        waits = self.agreed | self.held
        rows = np.flatnonzero(
            self.open & answered & ~waits & (limit != NAT) & (limit - self.now <= self.soon)
        )
        return Lines(
            "contact",
            rows,
            limit[rows],
            self.now - limit[rows],
            None,
            Text("久未联系客户", "Customer not contacted for too long"),
        )

    def _open_demands(self) -> Lines:
        """Demands not settled on complaints that count as finished; due since the complaint was resolved."""
        finished = np.append(self.data["status"].isin(FINISHED).to_numpy(bool), False)
        chosen = np.flatnonzero(self._undone("demand") & finished[self.parent])
        what = self.items["what"].iloc[chosen].fillna("?").groupby(self.parent[chosen]).agg("；".join)
        rows = what.index.to_numpy(np.int64)
        due = self._time("resolved_at")[rows]
        due = np.where(due == NAT, self._time("received_at")[rows], due)
        return Lines("settle_demands", rows, due, self.now - due, None, what)

    def _escalate(self) -> Iterator[Lines]:
        """Open complaints nobody escalated: severe and overdue, or of a customer who said they would escalate."""
        quiet = self.open & self.data["escalated_to"].isna().to_numpy(bool)
        due = np.full(len(self.data), NAT)
        for name in ("first_response", "reply", "resolution"):
            target = self.deadlines.targets[name]
            earlier = (target.state == "overdue") & ((due == NAT) | (target.due < due))
            due = np.where(earlier, target.due, due)
        severe = quiet & self.data["severity"].isin(URGENT).to_numpy(bool) & (due != NAT)
        said = quiet & ~severe & self.data["emotional_state"].eq("furious").to_numpy(bool)
        when = np.where(severe, due, self._time("received_at"))
        for mine, why in (
            (severe, Text("严重且已逾期，尚未升级", "Severe and overdue, not escalated yet")),
            (said, Text("客户扬言升级", "The customer threatens to escalate")),
        ):
            rows = np.flatnonzero(mine)
            yield Lines("escalate", rows, when[rows], self.now - when[rows], None, why)

    def _time(self, key: str) -> Ints:
        return seconds_of(self.data[key])
