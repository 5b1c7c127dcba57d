"""Limits and signals of control charts, worked out by hand."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pytest

from kesu.register.periods import Period
from kesu.reports.chapters.context import Context
from kesu.reports.chapters.control_chart import judge
from kesu.reports.chapters.volumes import volumes
from kesu.rules.chance import larger_share, more_often, upwards
from tests.reports.reports_by_hand import make


def test_limits_are_mean_and_2_66_mean_moving_ranges() -> None:
    # mean (10+12+11+13+9+12+11+10)/8 = 11; moving ranges 2 1 2 4 3 1 1 = 14/7 = 2; 2.66 · 2 = 5.32
    chart = judge(np.array([10, 12, 11, 13, 9, 12, 11, 10]))
    assert chart.mean == pytest.approx(11.0)
    assert chart.upper == pytest.approx(16.32)
    assert chart.lower == pytest.approx(5.68)
    assert (chart.high, chart.low, chart.trend) == ((), (), "flat")


def test_the_lower_limit_of_counts_is_never_below_zero() -> None:
    # mean 2, moving ranges all 4, so the limit would be 2 − 10.64
    assert judge(np.array([0, 4, 0, 4, 0, 4, 0, 4])).lower == 0.0


def test_one_spike_is_unusual_and_no_rise() -> None:
    # nine 5s and a 30: mean 7.5, one moving range 25 of nine → 25/9 = 2.78, upper 7.5 + 7.39 = 14.89
    chart = judge(np.array([5] * 9 + [30]))
    assert (chart.high, chart.unusual, chart.trend) == ((9,), (9,), "flat")
    assert judge(np.array([30] + [5] * 9)).trend == "flat"


def test_a_point_beyond_the_limits_that_chance_explains_is_not_called_unusual() -> None:
    # mean 34/29, moving ranges 5 twice among 28: upper 1.2 + 2.66 · 10/28 = 2.1; but of 34 cases
    # on 29 days some day has six or more with a probability of about 29 · P(Bin(34, 1/29) ≥ 6) = 3 %
    chart = judge(np.array([1] * 14 + [6] + [1] * 14))
    assert (chart.high, chart.unusual) == ((14,), ())


def test_a_course_is_told_from_chance_by_its_pairs() -> None:
    # of the 8! orders of eight different numbers one has no falling pair: p = 1/40320
    assert upwards(np.arange(8)) == pytest.approx((1 / 40320, 1 / 40320))
    # one falling pair: 1 + 7 orders (seven neighbours to exchange)
    assert upwards(np.array([0, 1, 2, 3, 4, 5, 7, 6]))[0] == pytest.approx(8 / 40320)
    # three points of each weekday: 3!⁷ orders; two equal numbers of one weekday count as half a fall, so one
    rising = np.arange(21)
    assert upwards(rising, 7)[0] == pytest.approx(1 / 6**7)
    rising[14] = rising[7]
    assert upwards(rising, 7)[0] == pytest.approx((1 + 7 * 2) / 6**7)
    assert judge(np.arange(8)).trend == "up"
    assert judge(np.arange(8)[::-1]).trend == "down"
    assert judge(np.array([3, 1, 4, 1, 5, 9, 2, 6, 5, 3])).trend == "flat"


def test_quiet_weekends_are_neither_unusual_nor_a_course() -> None:
    week = [20, 21, 19, 20, 22, 2, 1]
    chart = judge(np.array(week * 4), 7)
    assert (chart.unusual, chart.trend) == ((), "flat")


def test_fewer_than_eight_points_are_not_judged_and_have_no_limits() -> None:
    chart = judge(np.array([1, 2, 3, 4, 50, 60, 70]))
    assert (chart.trend, chart.high, math.isnan(chart.upper)) == ("unknown", (), True)
    assert judge(np.array([])).trend == "unknown"
    assert math.isnan(judge(np.array([])).mean)


@pytest.mark.parametrize("phase", range(7))
def test_fifteen_days_are_too_few_to_judge_a_course(phase: int) -> None:
    assert judge(np.arange(15) + phase, 7).trend == "unknown"
    assert judge(np.arange(16) + phase, 7).trend == "up"


def test_a_rise_is_measured_against_what_chance_gives() -> None:
    # five after none in equal spans: (1/2)⁵; six after two: (28 + 8 + 1)/2⁸; twice the time: (2/3)³ for three of three
    assert more_often(5, 0, 30, 30) == pytest.approx(1 / 32)
    assert more_often(6, 2, 30, 30) == pytest.approx(37 / 256)
    assert more_often(3, 0, 20, 10) == pytest.approx(8 / 27)
    assert more_often(2, 6, 30, 30) == more_often(5, 5, 0, 30) == 1.0
    assert 0 < more_often(60_000, 50_000, 30, 30) < 1e-190


def test_two_shares_are_compared_by_fishers_exact_test() -> None:
    # one of one after none of thirty: the one marked case is the one now, 1/31 = 0.032, no matter of 5.6 deviations
    assert larger_share(1, 1, 0, 30) == pytest.approx(1 / 31)
    # the lady tasting tea: 3 of 4 against 1 of 4: (16 + 1)/70
    assert larger_share(3, 4, 1, 4) == pytest.approx(17 / 70)
    assert larger_share(0, 0, 3, 5) == larger_share(5, 5, 3, 3) == larger_share(1, 4, 3, 4) == 1.0


def received(*times: dt.datetime) -> list[dict[str, Any]]:
    return [{"complaint_id": str(n), "kind": "complaint", "received_at": at} for n, at in enumerate(times)]


def test_days_run_from_midnight_to_midnight_and_the_running_one_is_left_out() -> None:
    rows = received(
        dt.datetime(2026, 10, 1), dt.datetime(2026, 10, 1, 23, 59, 59), dt.datetime(2026, 10, 2),
        dt.datetime(2026, 10, 3, 8),
    )  # fmt: skip
    found = volumes(Context(make(rows, as_of=dt.datetime(2026, 10, 3, 12))))
    assert (found.unit, found.labels, found.counts.tolist(), found.left_out) == (
        "day",
        ("10-01", "10-02"),
        [2, 1],
        True,
    )


def test_longer_periods_are_counted_by_week_and_by_month() -> None:
    rows = received(
        dt.datetime(2026, 7, 1),
        dt.datetime(2026, 7, 7, 23),
        dt.datetime(2026, 7, 8),
        dt.datetime(2026, 9, 30),
    )
    quarter = volumes(Context(make(rows, period=Period.parse("2026Q3"), as_of=dt.datetime(2026, 11, 1))))
    # 92 days are 13 whole weeks and one day, which is left out with the complaint of 30 September
    assert (quarter.unit, len(quarter.counts), quarter.counts[:2].tolist(), quarter.counts.sum()) == (
        "week",
        13,
        [2, 1],
        3,
    )
    years = volumes(Context(make(rows, period=Period.parse("2025..2026"), as_of=dt.datetime(2026, 10, 1))))
    assert (years.unit, years.labels[0], len(years.labels), years.counts[18:].tolist()) == (
        "month",
        "2025-01",
        21,
        [3, 0, 1],
    )


def test_a_period_that_has_not_begun_has_no_volumes() -> None:
    assert volumes(Context(make([], as_of=dt.datetime(2026, 9, 1)))).labels == ()
