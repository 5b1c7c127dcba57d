"""Why a deadline is what it is: the rule and why it fits, from when it counts, what counts and what does not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.register.codes import label_of
from kesu.register.columns import BY_KEY
from kesu.register.settings import CONDITIONS, Rule
from kesu.register.settings.layout import GENERAL
from kesu.rules.deadlines.cycles import ANSWERS
from kesu.rules.deadlines.holds import Holds
from kesu.rules.deadlines.model import RUNNING, Deadline, Deadlines, to_tell
from kesu.rules.deadlines.policies import COLUMN, rule_due
from kesu.rules.explain.model import Explanation, Replacement, Working
from kesu.rules.explain.refused import why_refused
from kesu.rules.explain.stretches import DayNames, Pause, Stretch, account
from kesu.rules.instants import DAY, NAT, seconds_of, usable
from kesu.rules.weight import weighs_more
from kesu.words.text import LANGS, Text, folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kesu.register.sheets import Register


REOPENED_WHEN: Final = Text(
    "状态为“已重开”，但没有重开时间：当作仍未解决，时限照原来的算",
    "The status is “Reopened”, but no time of reopening stands: it counts as not resolved, and deadlines run as before",
)
NOT_REOPENED: Final = Text(
    "重开时间不采用：从未解决（“解决时间”为空），或早于受理",
    "The time of reopening does not count: it was never resolved (“Resolved at” is empty), or lies before receipt",
)


def explain(
    register: Register, deadlines: Deadlines, position: int, *, received: pd.Timestamp | None = None
) -> Explanation:
    """How every deadline of the complaint at ``position`` of ``register`` was worked out.

    ``received``: what its row says, where ``register`` does not know of it yet, see `kesu.rules.history.as_known`.
    """
    told = _Case(register, deadlines, position).explained()
    later = _second(received)
    return replace(told, received_later=later) if later > told.as_of else told


class _Case:
    def __init__(self, register: Register, deadlines: Deadlines, position: int) -> None:
        self.register = register
        self.settings = register.settings
        self.deadlines = deadlines
        self.position = position
        self.row = register.cases.iloc[position]
        self.items = register.items.data[register.parent == position]
        self.names = DayNames(self.settings, deadlines.calendar)
        self.reopened = self._time("reopened_at")

    def explained(self) -> Explanation:
        again = bool(self.deadlines.reopened[self.position])
        return Explanation(
            self.register.name,
            int(self.row["excel_row"]),
            str(self.row["complaint_id"]),
            self.deadlines.as_of,
            tuple(self._about()),
            self.settings.reopen_mode if again else "",
            self.reopened if again else NAT,
            self.settings.rules,
            self.deadlines.calendar.confirmed_until.astype(object),
            tuple(self._workings()),
            self.settings.notes(self.register.name),
            tuple(self._remarks()),
        )

    def _about(self) -> Iterator[tuple[Text, Text]]:
        for key in ("kind", "customer_tier", "severity", "category", "channel", "product"):
            if pd.notna(self.row[key]):
                yield BY_KEY[key].label, self._value(key)
        if zone := self.settings.time_zone:
            yield GENERAL["time_zone"][0], Text(zone, zone)

    def _remarks(self) -> Iterator[Text]:
        status = self.row["status"]
        if self.reopened == NAT and status == "reopened":
            yield REOPENED_WHEN
        if self.reopened != NAT and not self.deadlines.reopened[self.position]:
            yield NOT_REOPENED
        if (heavier := weighs_more(self.register, self.position)) is not None:
            yield heavier

    def _workings(self) -> list[Working]:
        found = []
        for name, present in self.deadlines.targets.items():
            before = self.deadlines.earlier.get(name)
            has_before = before is not None and before.start[self.position] != NAT
            number = int(self.deadlines.cycle[name][self.position])
            if before is not None and has_before:
                found.append(self._working(before, 1, number))
            found.append(self._working(present, number, max(number, 1 + has_before)))
        return found

    def _working(self, part: Deadline, cycle: int, cycles: int) -> Working:
        at = self.position
        number, start, due = int(part.rule[at]), int(part.start[at]), int(part.due[at])
        rule = self.settings.rules[number] if number >= 0 else None
        over = cycle < cycles
        pauses = self._pauses(part.target, cycle)
        by_rule, stretches = self._by_rule(rule, start, pauses)
        event = self._event(part.target, cycle, start, rule)
        done = int(part.done[at])
        item = int(part.item[at])
        replacements = self._replacements(part.target, item, start)
        last = (int(self.deadlines.calendar.confirmed_until.astype(np.int64)) + 1) * DAY
        used = float(part.used[at])
        return Working(
            target=part.target,
            cycle=cycle,
            cycles=cycles,
            rule=number,
            fits=self._fits(rule) if rule else (),
            passed_over=()
            if part.target in self.deadlines.untold
            else self._passed_over(part.target, number, reopened=not over),
            untold=part.target in self.deadlines.untold,
            event=event,
            start=start,
            sent_missing=rule is not None and rule.start == "sent" and event == "received",
            stretches=tuple(stretches),
            by_rule=by_rule,
            due=due,
            replaced=next((one for one in replacements if one.refused is None), None),
            refused=() if over else tuple(one for one in replacements if one.refused is not None),
            done=done,
            done_by=next(
                (key for key in ANSWERS[part.target] if done != NAT and self._time(key) == done), ""
            ),
            state=str(part.state[at]),
            remaining=int(part.remaining[at]),
            used=used,
            tell=to_tell(self.settings, used) if part.state[at] in RUNNING else (),
            confirmed=due == NAT or due < last,
            calls=self._calls() if part.target == "callback" and not over else (),
            given_up=part.target == "callback" and not over and bool(self.deadlines.outcomes.given_up[at]),
        )

    def _by_rule(
        self, rule: Rule | None, start: int, pauses: Sequence[Pause]
    ) -> tuple[int, Sequence[Stretch]]:
        """When it would be due by the rule alone, `NAT` without one, and what was counted until then."""
        if rule is None or start == NAT:
            return NAT, ()
        holds = Holds(
            np.zeros(len(pauses), np.int64),
            np.array([pause.begin for pause in pauses], np.int64),
            np.array([pause.end for pause in pauses], np.int64),
        )
        due = int(rule_due(rule, np.array([start]), self.deadlines.calendar, holds)[0])
        return due, account(rule, start, due, pauses, self.deadlines.calendar, self.names)

    def _calls(self) -> tuple[tuple[int, bool], ...]:
        row, when, reached = self.deadlines.outcomes.calls
        mine = row == self.position
        return tuple(sorted(zip(when[mine].tolist(), reached[mine].tolist(), strict=True)))

    def _event(self, target: str, cycle: int, start: int, rule: Rule | None) -> str:
        if target == "callback":
            return "resolved"
        if cycle > 1:
            return "reopened"
        if rule is not None and rule.start == "sent" and start == self._time("sent_at"):
            return "sent"
        if rule is not None and rule.start == "reopened":
            return "reopened"
        return "received"

    def _pauses(self, target: str, cycle: int) -> list[Pause]:
        """The holds of this complaint with their reasons; in continue mode the answered time before the reopening."""
        holds = self.deadlines.holds
        mine = holds.row == self.position
        pauses = [
            Pause(begin, end, "hold", self._reasons(begin, end))
            for begin, end in zip(holds.start[mine].tolist(), holds.end[mine].tolist(), strict=True)
        ]
        again = bool(self.deadlines.reopened[self.position])
        if (
            not again
            or self.settings.reopen_mode != "continue"
            or cycle > 1
            or target not in {"reply", "resolution"}
        ):
            return pauses
        answered = [at for key in ANSWERS[target] if NAT != (at := self._time(key)) < self.reopened]
        if not answered:
            return pauses
        begin, end = answered[0], self.reopened
        cut = [Pause(p.begin, min(p.end, begin), p.kind, p.why) for p in pauses if p.begin < begin]
        rest = [Pause(max(p.begin, end), p.end, p.kind, p.why) for p in pauses if p.end > end]
        return [*cut, Pause(begin, end, "answered"), *rest]

    def _reasons(self, begin: int, end: int) -> str:
        found = []
        for item in self.items[self.items["item_kind"].eq("hold").to_numpy(bool)].itertuples(index=False):
            since = item.started_at if pd.notna(item.started_at) else item.noted_at
            if pd.notna(since) and begin <= _second(since) < end and isinstance(item.what, str):
                found.append(item.what)
        return "；".join(dict.fromkeys(found))

    def _replacements(self, target: str, chosen: int, start: int) -> list[Replacement]:
        """Items that would set the due time of ``target``; those that do not count say why."""
        kinds = self.items["item_kind"].isin(["contact", "due_change"])
        called = self.items["due_at"].isna() & self.items["done_at"].notna()  # and nothing was agreed
        mine = self.items[(kinds & ~called & self.items["for_target"].eq(target)).to_numpy(bool)]
        due = usable(seconds_of(mine["due_at"]), self.deadlines.as_of)
        found = []
        for at, (index, item) in zip(due.tolist(), mine.iterrows(), strict=True):
            refused = None if index == chosen else why_refused(item, at, start)
            found.append(
                Replacement(
                    str(item["item_kind"]), at, _words(item["what"]), _words(item["noted_by"]),
                    _second(item["noted_at"]), int(item["excel_row"]), refused,
                )
            )  # fmt: skip
        return found

    # --- rules ------------------------------------------------------------------------------------------

    def _fits(self, rule: Rule) -> tuple[Text, ...]:
        return tuple(
            Text(
                f"{BY_KEY[COLUMN.get(key, key)].label.zh}为{self._wanted(key, rule).zh}",
                f"{BY_KEY[COLUMN.get(key, key)].label.en} is {self._wanted(key, rule).en}",
            )
            for key in CONDITIONS
            if getattr(rule, key)
        )

    def _passed_over(self, target: str, number: int, *, reopened: bool) -> tuple[tuple[int, Text], ...]:
        until = number if number >= 0 else len(self.settings.rules)
        return tuple(
            (at, self._misfit(rule, reopened=reopened))
            for at, rule in enumerate(self.settings.rules[:until])
            if rule.target == target
        )

    def _misfit(self, rule: Rule, *, reopened: bool) -> Text:
        for key in CONDITIONS:
            wanted, column = getattr(rule, key), COLUMN.get(key, key)
            have = self.row[column]
            if wanted and (pd.isna(have) or folded(str(have)) != folded(wanted)):
                label, want = BY_KEY[column].label, self._wanted(key, rule)
                if pd.isna(have):
                    return Text(f"{label.zh}未填，不是{want.zh}", f"{label.en} is empty, not {want.en}")
                value = self._value(column)
                return Text(
                    f"{label.zh}是{value.zh}，不是{want.zh}", f"{label.en} is {value.en}, not {want.en}"
                )
        if rule.start == "reopened" and not (reopened and self.deadlines.reopened[self.position]):
            return Text("只用于重开之后", "it is for reopened complaints")
        received = "" if pd.isna(self.row["received_at"]) else f"{self.row['received_at']:%Y-%m-%d}"
        return Text(f"{received} 受理时不在有效期内", f"it was not in force on receipt ({received})")

    def _wanted(self, key: str, rule: Rule) -> Text:
        return self._label(key, str(getattr(rule, key)))

    def _value(self, column: str) -> Text:
        return self._label("tier" if column == "customer_tier" else column, str(self.row[column]))

    def _label(self, name: str, key: str) -> Text:
        if name not in self.settings.codes:
            return Text(key, key)
        return Text(*(label_of(self.settings.codes[name], key, lang) for lang in LANGS))

    def _time(self, key: str) -> int:
        return int(usable(np.array([_second(self.row[key])]), self.deadlines.as_of)[0])


def _second(value: object) -> int:
    return int(pd.Timestamp(value).timestamp()) if pd.notna(value) else NAT  # type: ignore[arg-type, call-overload]


def _words(value: object) -> str:
    return value if isinstance(value, str) else ""
