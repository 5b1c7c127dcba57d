"""The deadlines of whole registers against a counter that walks through time minute by minute, in plain Python."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kesu.register.settings import TARGETS, Rule
from kesu.words.terminal import records
from tests.depth import turns
from tests.rules.deadlines.deadline_cases import deadlines, register, settings

BEGIN = dt.datetime(2026, 10, 5)
"""A Monday; the world lasts three weeks."""
DAYS = 21
CLOSED, OPEN = dt.date(2026, 10, 13), dt.date(2026, 10, 17)
"""A Tuesday that the team is away, a Saturday that it works."""


def at(minute: int | None) -> str | None:
    return None if minute is None else str(BEGIN + dt.timedelta(minutes=minute))


def at_work(minute: int) -> bool:
    moment = BEGIN + dt.timedelta(minutes=minute)
    day, time = moment.date(), moment.hour * 60 + moment.minute
    works = day == OPEN or (day.weekday() < 5 and day != CLOSED)
    return works and (9 * 60 <= time < 12 * 60 or 13 * 60 <= time < 18 * 60)


AT_WORK = [at_work(minute) for minute in range(-DAYS * 1440, 5 * DAYS * 1440)]


def working(minute: int) -> bool:
    return AT_WORK[minute + DAYS * 1440]


minutes = (
    st.integers(0, 3 * DAYS - 1).map(lambda n: 60 + 480 * n)
    | st.integers(0, DAYS * 1440 - 1)
    | st.builds(
        lambda day, clock: day * 1440 + clock,
        st.integers(0, DAYS - 1),
        st.sampled_from([0, 540, 720, 780, 1080]),
    )
)
maybe = st.none() | minutes
tiers, severities = st.sampled_from(["vip", "mid"]), st.sampled_from(["urgent", "normal"])
days = st.none() | st.integers(0, DAYS).map(lambda n: BEGIN.date() + dt.timedelta(days=n))
rules = st.lists(
    st.builds(
        Rule,
        st.sampled_from(list(TARGETS)),
        st.integers(0, 1500) | st.sampled_from([0, 180, 480]),
        st.just("minutes"),
        st.sampled_from(["calendar", "business"]),
        tier=st.just("") | tiers,
        severity=st.just("") | severities,
        start=st.sampled_from(["received", "received", "sent", "reopened"]),
        valid_from=days,
        valid_to=st.none() | days,
    ),
    min_size=1,
    max_size=6,
).map(lambda found: [rule for rule in found if rule.target != "callback" or rule.start == "received"])
rows = st.fixed_dictionaries(
    {
        "received_at": minutes, "sent_at": maybe, "first_response_at": maybe, "replied_at": maybe, "resolved_at": maybe,
        "called_back_at": maybe, "reopened_at": maybe, "customer_tier": tiers, "severity": severities,
        "status": st.sampled_from(["new", "in_progress", "closed", "reopened"]),
    }
)  # fmt: skip
holds = st.fixed_dictionaries({"item_kind": st.just("hold"), "started_at": minutes, "done_at": maybe})
changes = st.fixed_dictionaries(
    {
        "item_kind": st.sampled_from(["contact", "due_change"]), "for_target": st.sampled_from(list(TARGETS)),
        "due_at": minutes, "noted_at": maybe, "noted_by": st.sampled_from([None, "Wang"]),
        "what": st.sampled_from([None, "customer away"]),
    }
)  # fmt: skip
owned = st.tuples(st.integers(0, 2), holds | changes)


class Counter:
    """What must come out for one complaint, worked out by stepping through time."""

    def __init__(
        self, row: dict[str, Any], items: list[dict[str, Any]], use: list[Rule], mode: str, now: int
    ) -> None:
        self.row, self.items, self.rules, self.mode, self.now = row, items, use, mode, now
        reopened = row["reopened_at"]
        if row["status"] == "reopened" and reopened is None:  # open again, and nobody says since when
            self.row = row | {"resolved_at": None, "called_back_at": None}
        came_back = reopened is not None and reopened > row["received_at"] and row["resolved_at"] is not None
        self.reopened = reopened if came_back else None

    def expected(self) -> dict[tuple[str, int], tuple[int | None, str, int | None, float | None]]:
        """(target, cycle) → due, state, remaining minutes, share used."""
        found = {}
        for target in TARGETS:
            rule = self.rule(target, reopened=self.reopened is not None)
            anew = self.reopened is not None and (
                target == "callback"
                or (rule is not None and rule.start == "reopened")
                or (target != "first_response" and self.mode != "continue")
            )
            found[target, 2 if anew else 1] = self.cycle(target, rule, anew=anew)
            if anew and self.mode == "new_cycle":
                first = self.before(target, self.rule(target, reopened=False))
                if first is not None:
                    found[target, 1] = first
        return found

    def rule(self, target: str, *, reopened: bool) -> Rule | None:
        received = (BEGIN + dt.timedelta(minutes=self.row["received_at"])).date()
        for rule in self.rules:
            if (
                rule.target == target
                and rule.tier in {"", self.row["customer_tier"]}
                and rule.severity in {"", self.row["severity"]}
                and (rule.start != "reopened" or reopened)
                and (rule.valid_from is None or received >= rule.valid_from)
                and (rule.valid_to is None or received <= rule.valid_to)
            ):
                return rule
        return None

    def answers(self, target: str) -> list[int]:
        keys = {
            "first_response": ["first_response_at", "replied_at", "resolved_at"],
            "reply": ["replied_at", "resolved_at"],
            "resolution": ["resolved_at"],
            "callback": ["called_back_at"],
        }[target]
        return [self.row[key] for key in keys if self.row[key] is not None]

    def since(self, target: str) -> int | None:
        """When it was first done in the present cycle."""
        known = self.answers(target)
        return next((t for t in known if self.reopened is None or t >= self.reopened), None)

    def until(self, target: str) -> int | None:
        """When it was first done before the reopening."""
        assert self.reopened is not None
        return next((t for t in self.answers(target) if t < self.reopened), None)

    def first_start(self, rule: Rule | None) -> int:
        sent = self.row["sent_at"]
        received: int = self.row["received_at"]
        return sent if rule is not None and rule.start == "sent" and sent is not None else received

    def cycle(
        self, target: str, rule: Rule | None, *, anew: bool
    ) -> tuple[int | None, str, int | None, float | None]:
        start: int | None
        still: list[tuple[int, int]] = []
        done = self.since(target)
        if target == "callback":
            start = self.since("resolution")
            done = None if done is not None and done > self.now else done  # nobody is reached before the call
        elif anew:
            start = self.reopened
        else:
            start = self.first_start(rule)
            if target == "first_response":
                done = next(iter(self.answers(target)), None)
            elif self.reopened is not None:
                answered = self.until(target)
                still = [] if answered is None else [(answered, self.reopened)]
        due = self.replaced(target, start, before=False)
        by_rule = due is None
        if due is None:
            due = self.count(rule, start, still)
        if due is None:
            return None, "none", None, None
        assert start is not None
        latest = self.latest_due(rule, start, due, still, by_rule=by_rule)
        if judged := self.judged(target, start, due, latest, done):
            return due, judged, None, None
        if self.row["status"] == "closed" and target != "callback":
            return due, "unproven" if self.now * 60 > latest else "none", None, None
        work = self.between(self.now, due, "business", [])
        clock = rule.clock if rule is not None else "calendar"
        left = self.between(self.now, due, clock, [])
        state = "overdue" if self.now * 60 > latest else "due_soon" if work <= 240 else "pending"
        return due, state, left, self.used(start, due, still)

    def before(
        self, target: str, rule: Rule | None
    ) -> tuple[int | None, str, int | None, float | None] | None:
        start = self.until("resolution") if target == "callback" else self.first_start(rule)
        if start is None:
            return None
        due = self.replaced(target, start, before=True)
        by_rule = due is None
        if due is None:
            due = self.count(rule, start, [])
        if due is None:
            return due, "none", None, None
        latest = self.latest_due(rule, start, due, [], by_rule=by_rule)
        return due, self.judged(target, start, due, latest, self.until(target)) or "none", None, None

    def latest_due(
        self, rule: Rule | None, start: int, due: int, still: list[tuple[int, int]], *, by_rule: bool
    ) -> int:
        """The second at which it falls due if a date without a time of day means the last second of that day."""
        if not by_rule or rule is None or start % 1440:
            return due * 60
        if not rule.amount:
            return last_second(start)
        minute = start + 1439
        counts = (rule.clock == "calendar" or working(minute)) and not self.stands_still(minute, still)
        end = self.count(rule, minute + 1, still)
        assert end is not None
        return max(end * 60 - counts, due * 60)

    def judged(self, target: str, start: int, due: int, latest: int, done: int | None) -> str:
        """Met, late, none where nothing is proven, "" where it is not done."""
        received = self.row["received_at"]
        if target == "callback" and last_second(start) < received * 60:
            return "none"
        if done is None:
            return ""
        if last_second(done) < max(start, received) * 60:
            return "none"
        return "met" if last_second(done) <= due * 60 else "late" if done * 60 > latest else "none"

    def replaced(self, target: str, start: int | None, *, before: bool) -> int | None:
        best: tuple[float, int] | None = None
        for item in self.items:
            if (
                item["item_kind"] == "hold"
                or item["for_target"] != target
                or start is None
                or item["due_at"] <= start
            ):
                continue
            if item["item_kind"] == "due_change" and not (item["noted_by"] and item["what"]):
                continue
            noted = -math.inf if item["noted_at"] is None else item["noted_at"]
            if before and self.reopened is not None and noted >= self.reopened:
                continue
            if best is None or noted >= best[0]:
                best = noted, item["due_at"]
        return None if best is None else best[1]

    def stands_still(self, minute: int, more: list[tuple[int, int]]) -> bool:
        for item in self.items:
            if item["item_kind"] == "hold":
                end = self.now if item["done_at"] is None else item["done_at"]
                if item["started_at"] <= minute < end:
                    return True
        return any(begin <= minute < end for begin, end in more)

    def count(self, rule: Rule | None, start: int | None, still: list[tuple[int, int]]) -> int | None:
        if rule is None or start is None:
            return None
        minute, counted = start, 0
        while counted < rule.amount:
            if (rule.clock == "calendar" or working(minute)) and not self.stands_still(minute, still):
                counted += 1
            minute += 1
        return minute

    def between(self, begin: int, end: int, clock: str, still: list[tuple[int, int]] | None) -> int:
        low, high = min(begin, end), max(begin, end)
        counted = sum(
            (clock == "calendar" or working(minute))
            and not (still is not None and still and self.stands_still(minute, still))
            for minute in range(low, high)
        )
        return counted if end >= begin else -counted

    def used(self, start: int, due: int, still: list[tuple[int, int]]) -> float:
        for clock in ("business", "calendar"):
            counts = [
                minute
                for minute in range(start, max(due, self.now))
                if (clock == "calendar" or working(minute)) and not self.stands_still(minute, still)
            ]
            whole = sum(minute < due for minute in counts)
            if whole:
                return sum(minute < self.now for minute in counts) / whole
        return 1.0


def last_second(minute: int) -> int:
    """Midnight is a date without a time of day."""
    return minute * 60 + (0 if minute % 1440 else 86399)


@pytest.mark.slow
@given(
    st.lists(rows, min_size=1, max_size=3),
    st.lists(owned, max_size=6),
    rules,
    st.sampled_from(["continue", "restart", "new_cycle"]),
    minutes,
)
@hypothesis_settings(max_examples=turns(25, 300), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whole_registers_equal_a_minute_by_minute_counter(
    cases: list[dict[str, Any]], items: list[tuple[int, dict[str, Any]]], use: list[Rule], mode: str, now: int
) -> None:
    timed = {"received_at", "sent_at", "first_response_at", "replied_at", "resolved_at", "called_back_at", "reopened_at",
             "due_at", "noted_at", "started_at", "done_at"}  # fmt: skip

    def said(row: dict[str, Any]) -> dict[str, Any]:
        return {key: at(value) if key in timed else value for key, value in row.items()}

    written = [(f"C{of + 1}", item) for of, item in items]
    team = settings(
        *use, region="", closed_days=(CLOSED,), open_days=(OPEN,), reopen_mode=mode, due_soon_hours=4.0
    )  # fmt: skip
    found = register(
        [said(row) for row in cases], [{"complaint_id": of} | said(item) for of, item in written], team
    )  # fmt: skip
    result = deadlines(found, str(at(now)))
    table = result.table(every_cycle=True)
    for place, row in enumerate(cases):
        expected = Counter(
            row, [item for of, item in written if of == f"C{place + 1}"], use, mode, now
        ).expected()
        lines = table[table["complaint_id"].eq(f"C{place + 1}")]
        got = {(line.target, line.cycle): _in_minutes(line) for line in records(lines)}
        assert got == {key: value[:3] for key, value in expected.items()}
        for (target, cycle), (_, _, _, share) in expected.items():
            if share is not None and cycle == result.cycle[target][place]:
                assert math.isclose(result.targets[target].used[place], share, abs_tol=1e-9)


def _in_minutes(line: Any) -> tuple[int | None, str, int | None]:
    due = None if line.due_at != line.due_at else (line.due_at - BEGIN) // dt.timedelta(minutes=1)
    left = None if math.isnan(line.remaining_hours) else round(line.remaining_hours * 60)
    return due, line.state, left


def test_the_counter_itself_knows_the_hours() -> None:
    """Friday 9 October 18:00 closes, Tuesday 13 is closed, Saturday 17 works."""
    assert [working(4 * 1440 + clock) for clock in (539, 540, 719, 720, 779, 780, 1079, 1080)] == [
        False, True, True, False, False, True, True, False,
    ]  # fmt: skip
    assert not any(working(8 * 1440 + clock) for clock in range(1440))
    assert sum(working(12 * 1440 + clock) for clock in range(1440)) == 480
