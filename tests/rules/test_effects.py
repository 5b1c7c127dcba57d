"""Whether a cause became rarer once a measure was carried out; numbers worked out by hand or with `math.comb` alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import comb, sqrt

import numpy as np
import pandas as pd
import pytest

from kesu.jobs.assessment import Assessment
from kesu.jobs.figures import facts_of
from kesu.jobs.stacks import together
from kesu.register.columns import BY_KEY, IMPROVEMENT_BY_KEY
from kesu.register.normalise import normalise
from kesu.rules.effects import Effect, effects
from tests.rules.checks.registers import sheet

DONE = dt.date(2026, 4, 10)
"""A Friday; the first complaint came in a hundred days before."""
FIRST = dt.date(2025, 12, 31)
MEASURE = {"cause": "socket", "measure": "another supplier", "done_at": f"{DONE} 15:00:00"}


def cases(first: dt.date, days: int, causes: Sequence[str], **more: str) -> list[dict[str, str | None]]:
    """Complaints with ``causes`` in turn, spread evenly over ``days`` from ``first``."""
    return [
        {
            "complaint_id": f"{first}-{at}",
            "received_at": f"{first + dt.timedelta(days=at * days // len(causes))} 10:00:00",
            "kind": "complaint", "channel": "phone", "category": "quality", "root_cause": cause, **more,
        }
        for at, cause in enumerate(causes)
    ]  # fmt: skip


def mixed(of_cause: int, known: int, unknown: int = 0) -> list[str]:
    """So many complaints of the cause among ``known``, evenly mixed, and some that nobody has analysed."""
    spread = [
        "socket" if at * of_cause // known != (at + 1) * of_cause // known else "other" for at in range(known)
    ]
    return [*spread, *[""] * unknown]


def found(
    complaints: Sequence[Mapping[str, str | None]],
    improvements: Sequence[Mapping[str, str | None]] = (MEASURE,),
    as_of: dt.date = dt.date(2026, 6, 30),
) -> list[Effect]:
    sheets = [
        sheet("Register", complaints, BY_KEY, "en"),
        sheet("Improvements", improvements, IMPROVEMENT_BY_KEY, "en"),
    ]
    instant = dt.datetime.combine(as_of, dt.time(12))
    [one] = together([Assessment(normalise("r.xlsx", sheets), instant)])
    return effects(facts_of([one]), int(np.datetime64(instant, "s").astype(np.int64)))


BEFORE = cases(FIRST, 100, mixed(20, 100))
AFTER = DONE + dt.timedelta(days=1)


def fisher(k: int, n: int, later: int, later_of: int) -> float:
    """Chance that so many of the marked ones, or more, are among the first ``n``."""
    marked, total = k + later, n + later_of
    ways = (comb(marked, at) * comb(total - marked, n - at) for at in range(k, min(marked, n) + 1))
    return sum(ways) / comb(total, n)


def rate(k: int, later: int, span: float, later_span: float) -> float:
    """Chance that so many of all, or more, fall into the first ``span``."""
    n, p = k + later, span / (span + later_span)
    return sum(comb(n, at) * p**at * (1 - p) ** (n - at) for at in range(k, n + 1))


@pytest.mark.parametrize(
    ("of_cause", "days", "verdict"),
    [
        (0, 24, "early"),  # 20 % of 24 are 4.8 expected, fewer than 5
        (0, 25, "fell"),  # 5 expected, none came
        (1, 25, "unchanged"),  # the share fell (0.043), complaints a day did not (0.054)
        (1, 27, "fell"),  # 0.032 and 0.041
        (2, 50, "fell"),
        (10, 50, "unchanged"),
        (5, 50, "unchanged"),  # half as many: 0.091
        (19, 50, "rose"),  # 0.016 and 0.036
    ],
)  # fmt: skip
def test_a_verdict_needs_two_exact_tests_and_enough_complaints(
    of_cause: int, days: int, verdict: str
) -> None:
    """One complaint a day: twenty of a hundred before, and so many in so many days after."""
    [one] = found(
        [*BEFORE, *cases(AFTER, days, mixed(of_cause, days))], as_of=AFTER + dt.timedelta(days=days)
    )

    assert (one.verdict, one.before, one.after) == (verdict, (20, 100), (of_cause, days))
    assert one.spans == (100, days + 0.5)
    assert one.expected == pytest.approx(0.2 * days)


def test_the_examples_stand_on_the_right_side_of_one_in_twenty() -> None:
    assert fisher(20, 100, 1, 25) == pytest.approx(0.0432, abs=1e-4)
    assert rate(20, 1, 100, 25.5) == pytest.approx(0.0539, abs=1e-4)
    assert rate(20, 1, 100, 27.5) == pytest.approx(0.0412, abs=1e-4)
    assert (fisher(19, 50, 20, 100), rate(19, 20, 50.5, 100)) == pytest.approx((0.0160, 0.0356), abs=1e-4)


def test_too_few_before_are_not_compared_and_the_day_itself_counts_on_neither_side() -> None:
    few = cases(FIRST, 100, mixed(4, 100))
    that_day = cases(DONE, 1, ["socket"] * 7)
    [one] = found([*few, *that_day, *cases(AFTER, 50, mixed(0, 200))])
    assert (one.verdict, one.before, one.after) == ("few", (4, 100), (0, 200))
    [five] = found([*cases(FIRST, 100, mixed(5, 100)), *that_day, *cases(AFTER, 50, mixed(0, 200))])
    assert five.verdict == "unchanged"  # compared: (100 / 180.5) ** 5 is 0.052


def test_a_share_that_shrinks_because_others_grow_did_not_fall() -> None:
    """Ten in fifty days before, as many after; but now among four hundred, not among fifty."""
    before = cases(DONE - dt.timedelta(days=50), 50, mixed(10, 50))
    [one] = found([*before, *cases(AFTER, 50, mixed(10, 400))], as_of=AFTER + dt.timedelta(days=50))
    assert fisher(10, 50, 10, 400) < 0.001
    assert one.verdict == "unchanged"


def test_a_share_that_stays_did_not_fall_because_there_are_fewer_complaints() -> None:
    """A fifth before and after, of forty in a hundred days instead of a hundred."""
    after = cases(AFTER, 100, mixed(8, 40))
    [one] = found([*BEFORE, *after], as_of=AFTER + dt.timedelta(days=100))
    assert rate(20, 8, 100, 100.5) < 0.02
    assert (one.after, one.verdict) == ((8, 40), "unchanged")


def test_what_is_no_complaint_or_has_not_come_in_yet_does_not_count() -> None:
    praise = cases(AFTER, 20, mixed(10, 10), kind="praise")
    later = cases(dt.date(2026, 7, 1), 20, mixed(10, 10))
    [one] = found([*BEFORE, *praise, *later, *cases(AFTER + dt.timedelta(days=20), 50, mixed(2, 50))])
    assert one.after == (2, 50)


def test_a_measure_without_a_cause_is_about_no_complaint() -> None:
    rows = [*BEFORE, *cases(AFTER, 50, [""] * 50)]
    assert [one.verdict for one in found(rows, [MEASURE | {"cause": ""}])] == ["unknown"]


def test_complaints_that_nobody_has_analysed_count_for_neither() -> None:
    """5 of 25 known, and 25 that are not: had they been taken for other causes, the share would have halved."""
    [one] = found([*BEFORE, *cases(AFTER, 50, mixed(5, 25, 25))], as_of=AFTER + dt.timedelta(days=50))
    assert (one.after, one.verdict) == ((5, 25), "unchanged")
    assert one.spans == pytest.approx((100, 25.25))  # half of 50 days and a half
    [none] = found([*BEFORE, *cases(AFTER, 60, [""] * 60)])
    assert (none.after, none.verdict, none.expected) == ((0, 0), "early", 0)


def test_several_measures_share_the_chance_to_be_wrong() -> None:
    rows, until = [*BEFORE, *cases(AFTER, 35, mixed(2, 35))], AFTER + dt.timedelta(days=35)
    assert 0.025 < fisher(20, 100, 2, 35) < rate(20, 2, 100, 35.5) <= 0.05
    assert [one.verdict for one in found(rows, as_of=until)] == ["fell"]
    twice = found(rows, [MEASURE, MEASURE], until)
    assert [one.verdict for one in twice] == ["unchanged", "unchanged"]
    beside = found(rows, [MEASURE, MEASURE | {"cause": "nothing of the kind"}], until)  # which is no test
    assert [one.verdict for one in beside] == ["fell", "unknown"]


def test_a_measure_against_one_category_counts_its_complaints_alone() -> None:
    other = cases(FIRST, 100, mixed(60, 60), category="delivery")
    after = cases(AFTER, 50, mixed(2, 50))
    [one] = found([*BEFORE, *other, *after], [MEASURE | {"category": "quality"}])
    assert (one.before, one.after, one.verdict) == ((20, 100), (2, 50), "fell")


def test_only_a_year_before_is_compared() -> None:
    old = cases(DONE - dt.timedelta(days=400), 36, ["socket"] * 9)  # up to 365 days before
    [one] = found([*old, *BEFORE, *cases(AFTER, 50, mixed(2, 50))])
    assert one.before == (20, 100)


def test_measures_that_are_not_done_are_open_or_overdue() -> None:
    rows: list[dict[str, str | None]] = [
        {"cause": "socket", "measure": "x", "due_at": due, "done_at": ""}
        for due in (
            "2026-06-30 00:00:00",
            "2026-06-29 00:00:00",
            "",
            "2026-06-30 11:59:00",
            "2026-07-01 00:00:00",
        )
    ]
    states = [(one.state, one.verdict) for one in found(BEFORE, rows)]
    assert states == [("open", ""), ("overdue", ""), ("open", ""), ("overdue", ""), ("open", "")]


def test_in_time_is_by_the_end_of_the_day_it_was_due_and_nothing_before_that() -> None:
    rows: list[dict[str, str | None]] = [
        {"cause": "socket", "measure": "x", "due_at": due, "done_at": done}
        for due, done in (
            ("2026-05-01 00:00:00", "2026-05-01 17:00:00"),
            ("2026-05-01 00:00:00", "2026-05-02 00:00:00"),
            ("2026-05-01 12:00:00", "2026-05-01 12:00:00"),
            ("2026-05-01 00:00:00", ""),
            ("2026-07-01 00:00:00", ""),
            ("2026-07-01 00:00:00", "2026-06-01 00:00:00"),
            ("", "2026-06-01 00:00:00"),
        )
    ]
    assert [one.in_time for one in found(BEFORE, rows)] == [True, False, True, False, None, True, None]


def test_the_chart_has_whole_weeks_apart_at_the_day_of_the_measure() -> None:
    """Four complaints a day, a quarter of the cause: seven a week."""
    busy = [*cases(FIRST, 100, mixed(100, 400)), *cases(AFTER, 50, mixed(20, 200))]
    [one] = found(busy, as_of=AFTER + dt.timedelta(days=51))
    assert (one.days, len(one.points)) == (7, 14 + 7)  # 100 days before, 51 and a half after
    days = [dt.datetime.fromtimestamp(point.begin, dt.UTC).date() for point in one.points]
    assert days[13:15] == [dt.date(2026, 4, 3), dt.date(2026, 4, 11)]
    assert [point.after for point in one.points] == [False] * 14 + [True] * 7
    assert sum(point.known for point in one.points[:14]) == 392
    assert one.limits(27) == pytest.approx((0.0, 0.25 + 3 * sqrt(0.1875 / 27)))  # 0.25 - 0.25 is none
    assert one.limits(300) == pytest.approx((0.175, 0.325))
    [quiet] = found([*BEFORE, *cases(AFTER, 50, mixed(2, 50))])  # 1.4 a week
    assert (quiet.days, [point.known for point in quiet.points]) == (28, [28, 28, 28, 28, 22])


def test_what_fell_already_before_is_told() -> None:
    shares = [10, 8, 6, 4]
    weeks = [cases(DONE - dt.timedelta(days=7 * (4 - at)), 7, mixed(k, 20)) for at, k in enumerate(shares)]
    rows = [row | {"complaint_id": f"{n}"} for n, row in enumerate(one for week in weeks for one in week)]
    after = cases(AFTER, 50, mixed(2, 50))
    [one] = found([*rows, *after])
    assert one.falling
    assert one.verdict == "fell"
    [steady] = found([*BEFORE, *after])
    assert not steady.falling


def test_registers_in_a_stack_have_their_own_causes() -> None:
    def make(name: str, after: list[str]) -> Assessment:
        rows = [
            row | {"complaint_id": f"{name}-{row['complaint_id']}"}
            for row in (*BEFORE, *cases(AFTER, 50, after))
        ]
        sheets = [
            sheet("Register", rows, BY_KEY, "en"),
            sheet("Improvements", [MEASURE], IMPROVEMENT_BY_KEY, "en"),
        ]
        return Assessment(normalise(name, sheets), dt.datetime(2026, 6, 30, 12))

    now = int(np.datetime64("2026-06-30T12:00", "s").astype(np.int64))
    alone = [make("n.xlsx", mixed(0, 50)), make("s.xlsx", mixed(10, 50))]
    stacked = effects(facts_of(together(alone)), now)
    assert [(one.after, one.verdict) for one in stacked] == [((0, 50), "fell"), ((10, 50), "unchanged")]
    for at, one in enumerate(alone):
        [single] = effects(facts_of(together([one])), now)
        assert replace(single, at=at) == stacked[at]
    assert pd.Series([one.at for one in stacked]).tolist() == [0, 1]
