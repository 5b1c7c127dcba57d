"""Limits and signals of control charts, worked out by hand."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pytest

from kesu.register.periods import Period
from kesu.reports.chapters.context import Context
from kesu.reports.chapters.control_chart import excess, judge, shift
from kesu.reports.chapters.volumes import volumes
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


def test_a_point_beyond_the_limit_is_a_signal_and_the_latest_decides() -> None:
    # nine 5s and a 30: mean 7.5, one moving range 25 of nine → 25/9 = 2.78, upper 7.5 + 7.39 = 14.89
    chart = judge(np.array([5] * 9 + [30]))
    assert (chart.high, chart.trend) == ((9,), "up")


def test_an_old_spike_is_no_trend() -> None:
    # the spike at 0 lies before the last eight points; the fives after it lie below the mean, nine in a row: down
    chart = judge(np.array([30] + [5] * 9))
    assert (chart.high, chart.trend) == ((0,), "down")
    assert judge(np.array([9, 30, 9, 11, 20, 9, 20, 9, 20, 9, 20, 9])).trend == "flat"


def test_eight_in_a_row_above_the_mean_are_a_rise_and_seven_are_not() -> None:
    # mean of eight 10s and eight 12s is 11: the last eight lie above it. With 9 and 7 the mean is 10.875.
    assert judge(np.array([10] * 8 + [12] * 8)).trend == "up"
    assert judge(np.array([12] * 8 + [10] * 8)).trend == "down"
    assert judge(np.array([10, 12] * 4 + [10] + [12] * 7)).trend == "flat"


def test_fewer_than_eight_points_are_not_judged() -> None:
    assert judge(np.array([1, 2, 3, 4, 50, 60, 70])).trend == "unknown"
    assert judge(np.array([])).trend == "unknown"
    assert math.isnan(judge(np.array([])).mean)
    assert judge(np.array([3])).upper == 3.0


def test_a_rise_is_measured_against_what_chance_gives() -> None:
    # 2 (√100.375 − √64.375) / √2 = 2 · (10.01873 − 8.02340) / 1.41421 = 2.8218
    assert excess(100, 64, 30, 30) == pytest.approx(2.8218, abs=1e-3)
    # half the time observed: 32 in 15 days against 64 in 30 is no rise: 2(√32.375 − √32.1875)/√1.5 = 0.027
    assert excess(32, 64, 15, 30) == pytest.approx(0.027, abs=1e-3)
    assert math.isnan(excess(5, 5, 0, 30))


def test_two_shares_are_compared_with_pooled_variance() -> None:
    # 45/50 and 30/50: pooled 0.75, spread √(0.1875 · 0.04) = 0.0866025, 0.3 / 0.0866025 = 3.4641
    assert shift(45, 50, 30, 50) == pytest.approx(3.4641, abs=1e-4)
    assert math.isnan(shift(None, 50, 30, 50))
    assert math.isnan(shift(0, 0, 30, 50))
    assert math.isnan(shift(50, 50, 30, 30))


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
