"""Laws of every explanation: what counts and what does not lie end to end, and what counts adds up to the rule."""

from __future__ import annotations

import datetime as dt
import json
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kesu.register.settings import Rule, rule_problem
from kesu.rules.deadlines.business_time import build_calendar
from kesu.rules.deadlines.policies import rule_due
from kesu.rules.explain.explain import explain
from kesu.rules.explain.record import record_of
from kesu.rules.explain.stretches import DayNames, account
from kesu.rules.explain.text import text_of
from tests.depth import turns
from tests.rules.deadlines.deadline_cases import HOURS, deadlines, register, settings

BEGIN = dt.datetime(2026, 9, 14)
minutes = st.integers(0, 40 * 48).map(lambda n: str(BEGIN + dt.timedelta(minutes=30 * n)))
NINE, MIDNIGHT = 9 * 3600, 24 * 3600
LATE = dict.fromkeys(range(5), ((NINE, MIDNIGHT),))
ALWAYS = dict.fromkeys(range(7), ((0, MIDNIGHT),))
NIGHTS = dict.fromkeys(range(6), ((0, 6 * 3600), (22 * 3600, MIDNIGHT)))
rules = st.builds(
    Rule,
    st.just("resolution"),
    st.integers(0, 20),
    st.sampled_from(["minutes", "hours", "days", "weeks", "months"]),
    st.sampled_from(["calendar", "business"]),
    start=st.sampled_from(["received", "sent", "reopened"]),
    count_start_day=st.booleans(),
    end_of_day=st.booleans(),
    roll_forward=st.booleans(),
).filter(lambda rule: rule_problem(rule) is None)
rows = st.fixed_dictionaries(
    {"received_at": minutes, "sent_at": st.none() | minutes, "resolved_at": st.none() | minutes, "reopened_at": st.none() | minutes}
)  # fmt: skip
holds = st.fixed_dictionaries(
    {
        "item_kind": st.just("hold"),
        "what": st.just("waits"),
        "started_at": minutes,
        "done_at": st.none() | minutes,
    }
)
changes = st.fixed_dictionaries(
    {"item_kind": st.sampled_from(["contact", "due_change"]), "for_target": st.just("resolution"),
     "due_at": st.none() | minutes, "noted_by": st.sampled_from([None, "Wang"]), "what": st.sampled_from([None, "why"])}
)  # fmt: skip


@pytest.mark.slow
@given(rows, st.lists(holds, max_size=3), st.lists(changes, max_size=2), rules,
       st.sampled_from(["continue", "restart", "new_cycle"]), minutes, st.sampled_from([HOURS, LATE, ALWAYS, NIGHTS]))  # fmt: skip
@example(
    {"received_at": "2026-09-24 17:00", "sent_at": None, "resolved_at": None, "reopened_at": None}, [], [],
    Rule("resolution", 20, "hours", "business"), "new_cycle", "2026-09-28 10:00", HOURS,
)  # fmt: skip
@example(  # no days at all, from a Saturday to the make-up working Sunday
    {"received_at": "2026-09-19 00:00:00", "sent_at": None, "resolved_at": None, "reopened_at": None}, [], [],
    Rule("resolution", 0, "days", "business", roll_forward=True), "continue", "2026-09-14 00:00:00", HOURS,
)  # fmt: skip
@hypothesis_settings(max_examples=turns(80, 300), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_stretches_lie_end_to_end_and_what_counts_adds_up_to_the_rule(
    row: dict[str, Any],
    held: list[dict[str, Any]],
    changed: list[dict[str, Any]],
    rule: Rule,
    mode: str,
    as_of: str,
    hours: dict[int, tuple[tuple[int, int], ...]],
) -> None:
    found = register([row], [*held, *changed], settings(rule, reopen_mode=mode, hours=hours))
    result = deadlines(found, as_of)
    told = explain(found, result, 0)
    last = [working for working in told.workings if working.target == "resolution"][-1]
    assert last.due == result.targets["resolution"].due[0]
    for working in told.workings:
        if working.target != "resolution" or not working.stretches:
            continue
        if working.replaced is None:
            assert working.by_rule == working.due
        counted = sum(part.amount for part in working.stretches if part.kind == "counted")
        if rule.unit in {"minutes", "hours"}:
            ends = [(part.begin, part.end) for part in working.stretches]
            assert (ends[0][0], ends[-1][1]) == (working.start, working.by_rule)
            assert all(before[1] == after[0] for before, after in pairwise(ends))
            if not (rule.end_of_day or rule.roll_forward):
                assert counted == rule.amount * {"minutes": 60, "hours": 3600}[rule.unit]
        elif rule.clock == "business":
            assert counted == rule.amount
    for lang in ("zh", "en"):
        assert text_of(told, lang)
        assert json.loads(json.dumps(record_of(told, lang)))["complaint_id"] == "C1"


@pytest.mark.slow
@pytest.mark.parametrize("hours", [HOURS, LATE, ALWAYS, NIGHTS])
def test_the_working_days_that_count_are_the_first_ones_at_every_edge_of_a_day(
    hours: dict[int, tuple[tuple[int, int], ...]],
) -> None:
    calendar = build_calendar(dt.date(2026, 9, 1), dt.date(2026, 10, 31), hours)
    names = DayNames(settings(hours=hours, region=""), calendar)
    edges = {0, 1, MIDNIGHT - 1} | {
        second + more for spans in hours.values() for span in spans for second in span for more in (-1, 0, 1)
    }
    for day, second, amount, count_start_day, end_of_day in product(
        range(14, 21), sorted(edges & set(range(MIDNIGHT))), range(4), (False, True), (False, True)
    ):
        rule = Rule(
            "resolution", amount, "days", "business", count_start_day=count_start_day, end_of_day=end_of_day
        )
        start = (dt.date(2026, 9, day) - dt.date(1970, 1, 1)).days * MIDNIGHT + second
        due = int(rule_due(rule, np.array([start]), calendar, None)[0])
        parts = account(rule, start, due, [], calendar, names)
        counted = [
            part.begin // MIDNIGHT - start // MIDNIGHT + day for part in parts if part.kind == "counted"
        ]
        today = hours.get((day - 14) % 7)  # 14 September 2026 is a Monday
        begins = day if count_start_day and today and second < today[-1][1] else day + 1
        expected = [at for at in range(begins, begins + 9) if hours.get((at - 14) % 7)][:amount]
        assert counted == expected, (rule, day, second)


def test_one_working_day_until_midnight_is_one_day() -> None:
    rule = Rule("resolution", 1, "days", "business", end_of_day=True)
    found = register([{"received_at": "2026-09-14 10:00"}], (), settings(rule, hours=LATE))
    told = text_of(explain(found, deadlines(found, "2026-09-14 12:00"), 0), "en")
    assert "Counted 1 working day: Tue 2026-09-15\n" in told


def test_a_weekend_day_inside_a_holiday_says_so_to_a_team_that_works_on_it() -> None:
    rule = Rule("resolution", 8, "hours", "business")
    found = register([{"received_at": "2026-10-03 10:00"}], (), settings(rule, hours=ALWAYS))
    told = text_of(explain(found, deadlines(found, "2026-10-03 12:00"), 0), "en")
    assert "Sun 2026-10-04 within a public holiday" in told
