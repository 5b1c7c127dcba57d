"""The follow-up list: what someone must do next, most urgent first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.register.codes import FINISHED, URGENT
from kesu.register.settings import in_lang
from kesu.register.sheets import COMPLAINT
from kesu.rules.deadlines import Deadline, Deadlines, instants, rule_limits, seconds_of, to_tell
from kesu.rules.facts import SETTLED
from kesu.rules.instants import NAT
from kesu.rules.playbooks import FOLLOW_UPS, next_steps
from kesu.words.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kesu.register.settings import Settings
    from kesu.register.sheets import Register
    from kesu.rules.instants import Bools, Floats, Ints

COLUMNS: Final = (
    "register",
    "row",
    "complaint_id",
    "kind",
    "owner",
    "what",
    "due_at",
    "overdue_hours",
    "next_step",
)
TELL: Final = Text("；{reached}，告知{who}", "; {reached}: tell {who}")
USED: Final = Text("工作时间已用 {share}", "{share} of the working time is used")
_TOLD: Final = ("excel_row", "complaint_id", "owner", "first_responsible", "category", "severity")
"""What a line tells of its complaint."""
_SEVERITIES: Final = ("urgent", "severe", "normal", "minor")
GROUPS: Final = {
    "overdue": Text("逾期", "Overdue"),
    "today": Text("今天", "Today"),
    "week": Text("本周", "This week"),
    "later": Text("以后", "Later"),
}
"""When something is to be done; a week ends on Sunday."""
_BEHIND: Final = frozenset({"call_back", "settle_demands"})
"""What is left to do on complaints that are finished: overdue, it stands behind what is overdue on open ones."""
_DAY: Final = 86_400
_RUNNING: Final = ("pending", "due_soon", "overdue")
_PRESSING: Final = ("due_soon", "overdue")


@dataclass(frozen=True)
class _Lines:
    """Lines of one kind: complaint positions, due instants, seconds overdue, owners and what (text or None).

    ``used``: share of the working time until due that is gone, for deadlines.
    """

    kind: str
    place: Ints
    due: Ints
    late: Ints
    owner: pd.Series | None = None
    what: pd.Series | Text | None = None
    used: Floats | None = None


def follow_ups(register: Register, deadlines: Deadlines, lang: str) -> pd.DataFrame:
    """What is to be done on the complaints of ``register``: `COLUMNS` plus ``severity``, in the order of the work.

    That is: overdue on open complaints, overdue on finished ones, then what is due, each the earliest first.

    ``overdue_hours``: how long past due, 0 when not yet due; for deadlines on the clock of their rule, for
    agreed times, promises and plan steps on the wall clock. Ties go by severity. Of first response, reply and
    resolution only the next one is listed, unless a later one is due soon or overdue already. Where so much of a
    deadline's working time is used that somebody must be told (the ladder of the settings), ``next_step`` says whom.
    """
    lines = [part for part in _Task(register, deadlines).lines() if len(part.place)]
    data = register.complaints.data[list(_TOLD)]
    frames = [_frame(part, data, register.settings, lang) for part in lines]
    if not frames:
        return pd.DataFrame(columns=[*COLUMNS, "severity"])
    of = register.complaints.owner[np.concatenate([part.place for part in lines])]
    names = pd.Series(register.names, dtype="str").iloc[of].array
    found = pd.concat(frames, ignore_index=True).assign(register=names)
    return _in_order(found.iloc[np.argsort(of, kind="stable")], deadlines.as_of)


def merge_follow_ups(
    lists: list[pd.DataFrame], as_of: dt.datetime, names: Sequence[str] = ()
) -> pd.DataFrame:
    """The lists of several registers (or stacks) as of one instant as one, in the same order.

    Ties go by register in the order of ``names``, else of the lists.
    """
    full = [part for part in lists if len(part)]
    if not full:
        return pd.DataFrame(columns=[*COLUMNS, "severity"])
    every = pd.concat(full, ignore_index=True)
    if len(full) > 1 and names:
        places = {name: at for at, name in enumerate(names)}
        every = every.iloc[np.argsort(every["register"].map(places).to_numpy(), kind="stable")]
    return _in_order(every, _second(as_of))


def groups_of(due_at: pd.Series, as_of: dt.datetime) -> list[str]:
    """Key of `GROUPS` of each due time."""
    due, now = seconds_of(due_at), _second(as_of)
    day = now // _DAY
    week = day + 7 - as_of.weekday()
    inside = [due < now, due < (day + 1) * _DAY, due < week * _DAY]
    found: list[str] = np.select(inside, list(GROUPS)[:3], "later").tolist()
    return found


def _second(as_of: dt.datetime) -> int:
    return int(np.datetime64(as_of, "s").astype(np.int64))


def _in_order(found: pd.DataFrame, now: int) -> pd.DataFrame:
    due = seconds_of(found["due_at"])
    late = np.where(found["kind"].isin(_BEHIND), 1, 0)
    order = np.lexsort((found["severity"].map(_rank).to_numpy(), due, np.where(due < now, late, 2)))
    return found.iloc[order].reset_index(drop=True)[[*COLUMNS, "severity"]]


def _rank(severity: object) -> int:
    return _SEVERITIES.index(severity) if severity in _SEVERITIES else len(_SEVERITIES)


def _frame(part: _Lines, data: pd.DataFrame, settings: Settings, lang: str) -> pd.DataFrame:
    rows = data.iloc[part.place]
    fallback = rows["owner"].fillna(rows["first_responsible"]).set_axis(range(len(rows)))
    owner = fallback if part.owner is None else part.owner.set_axis(range(len(rows))).fillna(fallback)
    name, steps = FOLLOW_UPS[part.kind][0], next_steps(part.kind)
    what: object
    if part.what is None or isinstance(part.what, Text):
        what = (part.what or name).of(lang)
    else:
        what = part.what.to_numpy()
    by_category = {key: text.of(lang) for key, text in steps.items()}
    step = rows["category"].astype("str").map(by_category).fillna(by_category[""]).to_numpy(object)
    if part.used is not None:
        step = step + _whom_to_tell(part.used, settings, lang)
    return pd.DataFrame(
        {
            "row": rows["excel_row"].to_numpy(),
            "complaint_id": rows["complaint_id"].to_numpy(),
            "kind": part.kind,
            "owner": owner.to_numpy(),
            "what": what,
            "due_at": instants(part.due),
            "overdue_hours": np.maximum(part.late, 0) / 3600,
            "next_step": step,
            "severity": rows["severity"].astype("str").to_numpy(),
        }
    )


def _whom_to_tell(used: Floats, settings: Settings, lang: str) -> NDArray[np.object_]:
    """What the escalation ladder says about each line: the highest step reached, "" below the first."""
    said = np.full(len(used), "", dtype=object)
    for share, who in to_tell(settings, np.inf):
        reached = Text("已过时限", "past due") if share >= 1 else USED.fill(share=f"{share:.0%}")
        said[used >= share] = TELL.fill(reached=reached, who=in_lang(who, lang)).of(lang)
    return said


class _Task:
    """Finding the lines over one register."""

    def __init__(self, register: Register, deadlines: Deadlines) -> None:
        self.settings = register.settings
        self.data = register.cases
        self.items = register.items.data
        self.deadlines = deadlines
        self.now = deadlines.as_of
        self.soon = self.settings.due_soon_hours * 3600
        self._limits = partial(rule_limits, deadlines)
        self.place = register.place
        resolved = deadlines.targets["resolution"].done != NAT
        finished = self.data["status"].isin(FINISHED).to_numpy(bool)
        complaint = self.data["kind"].eq(COMPLAINT).to_numpy(bool)
        self.open = ~resolved & ~finished & complaint & self.data["received_at"].notna().to_numpy(bool)
        self.reopened = deadlines.reopened

    def lines(self) -> Iterator[_Lines]:
        """All lines, kind by kind."""
        yield from self._stages()
        yield from self._due_items("commitment", "commitment")
        yield from self._due_items("action", "plan_step")
        yield from self._due_items("contact", "contact")
        yield self._silent()
        yield from self._target("call_back", self.deadlines.targets["callback"])
        yield self._open_demands()
        yield from self._escalate()

    def _stages(self) -> Iterator[_Lines]:
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

    def _target(self, kind: str, target: Deadline, listed: Bools | None = None) -> Iterator[_Lines]:
        rows = np.flatnonzero(self._running(target) if listed is None else listed)
        yield _Lines(kind, rows, target.due[rows], -target.remaining[rows], used=target.used[rows])

    def _undone(self, item_kind: str) -> Bools:
        items = self.items
        undone: Bools = items["item_kind"].eq(item_kind).to_numpy(bool) & (self.place >= 0)
        return (
            undone
            & ~items["done_at"].notna().to_numpy(bool)
            & ~items["result"].isin(SETTLED | {"failed"}).to_numpy(bool)
        )

    def _due_items(self, item_kind: str, kind: str) -> Iterator[_Lines]:
        """Promises, steps and agreed calls that are not done and have a due time (steps: else the rule's)."""
        undone = self._undone(item_kind)
        due = seconds_of(self.items["due_at"])
        if kind == "plan_step":
            due = np.where(
                due == NAT, self._limits("plan_step", self.place, seconds_of(self.items["noted_at"])), due
            )
        rows = np.flatnonzero(undone & (due != NAT))
        items = self.items.iloc[rows]
        yield _Lines(kind, self.place[rows], due[rows], self.now - due[rows], items["owner"], items["what"])

    def _silent(self) -> _Lines:
        """Open complaints on which the customer has not been spoken to for longer than the rule allows."""
        spoken_at = ("received_at", "first_response_at", "replied_at", "reopened_at")
        last = np.max([self._time(key) for key in spoken_at], axis=0)
        contacts = self.items["item_kind"].eq("contact").to_numpy(bool) & (self.place >= 0)
        done = seconds_of(self.items["done_at"])
        spoken = contacts & (done != NAT)
        np.maximum.at(last, self.place[spoken], done[spoken])
        limit = self._limits("silence", np.arange(len(last)), np.where(self.open, last, NAT))
        agreed = np.zeros(len(last), dtype=bool)
        coming = self._undone("contact") & (seconds_of(self.items["due_at"]) >= self.now)
        agreed[self.place[coming]] = True
        held = np.zeros(len(last), dtype=bool)
        held[self.deadlines.holds.row[self.deadlines.holds.end >= self.now]] = True
        answered = self.deadlines.targets["first_response"].done != NAT
        rows = np.flatnonzero(
            self.open & answered & ~agreed & ~held & (limit != NAT) & (limit - self.now <= self.soon)
        )
        return _Lines(
            "contact",
            rows,
            limit[rows],
            self.now - limit[rows],
            None,
            Text("久未联系客户", "Customer not contacted for too long"),
        )

    def _open_demands(self) -> _Lines:
        """Demands not settled on complaints that count as finished; due since the complaint was resolved."""
        finished = np.append(self.data["status"].isin(FINISHED).to_numpy(bool), False)
        chosen = np.flatnonzero(self._undone("demand") & finished[self.place])
        what = self.items["what"].iloc[chosen].fillna("?").groupby(self.place[chosen]).agg("；".join)
        rows = what.index.to_numpy(np.int64)
        due = self._time("resolved_at")[rows]
        due = np.where(due == NAT, self._time("received_at")[rows], due)
        return _Lines("settle_demands", rows, due, self.now - due, None, what)

    def _escalate(self) -> Iterator[_Lines]:
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
            yield _Lines("escalate", rows, when[rows], self.now - when[rows], None, why)

    def _time(self, key: str) -> Ints:
        return seconds_of(self.data[key])
