"""Control chart for counts over time: individuals and moving range (XmR).

Source: D. J. Wheeler, Understanding Variation (1993): natural process limits mean ± 2.66 · mean moving range;
a signal is a point outside the limits or eight points in a row on one side of the mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

XMR_FACTOR: Final = 2.66
"""3 ÷ d2 with d2 = 1.128, the constant of moving ranges of two."""
RUN: Final = 8
Trend = Literal["up", "down", "flat", "unknown"]


@dataclass(frozen=True)
class ControlChart:
    """Limits and signals of a series. ``lower`` is never below 0: counts cannot be.

    ``high`` / ``low``: positions beyond the limits. ``trend``: the side of the latest signal among the last eight
    points; flat where there is none; unknown with fewer than eight points.
    """

    mean: float
    upper: float
    lower: float
    high: tuple[int, ...]
    low: tuple[int, ...]
    trend: Trend


def judge(values: np.ndarray) -> ControlChart:
    """The control chart of ``values`` (float or int, shape (n,)), oldest first. With n = 0 the limits are NaN."""
    points = np.asarray(values, dtype=float)
    if not len(points):
        return ControlChart(np.nan, np.nan, np.nan, (), (), "unknown")
    mean = float(points.mean())
    spread = XMR_FACTOR * float(np.abs(np.diff(points)).mean()) if len(points) > 1 else 0.0
    upper, lower = mean + spread, max(mean - spread, 0.0)
    high = np.flatnonzero(points > upper) if len(points) >= RUN else np.array([], dtype=int)
    low = np.flatnonzero(points < lower) if len(points) >= RUN else np.array([], dtype=int)
    return ControlChart(
        mean, upper, lower, tuple(high.tolist()), tuple(low.tolist()), _trend(points, mean, high, low)
    )


def _trend(points: np.ndarray, mean: float, high: np.ndarray, low: np.ndarray) -> Trend:
    if len(points) < RUN:
        return "unknown"
    side = np.sign(points - mean).astype(int)
    latest, where = 0, len(points) - RUN - 1
    run = 0
    for at, here in enumerate(side):
        run = run + 1 if here and at and here == side[at - 1] else int(here != 0)
        if at > where and (run >= RUN or at in high or at in low):
            latest = int(here)
    return "up" if latest > 0 else "down" if latest < 0 else "flat"


def excess(now: float, before: float, now_days: float, before_days: float) -> float:
    """By how many standard deviations ``now`` events in ``now_days`` exceed ``before`` in ``before_days``.

    Variance-stabilised comparison of two Poisson counts (M. D. Huffman, Applied Statistics 33 (1984) 224-226).
    NaN where one of the stretches has no length.
    """
    if now_days <= 0 or before_days <= 0:
        return float("nan")
    ratio = now_days / before_days
    return float(2 * (np.sqrt(now + 3 / 8) - np.sqrt(ratio * (before + 3 / 8))) / np.sqrt(1 + ratio))


def shift(now: float | None, now_of: float | None, before: float | None, before_of: float | None) -> float:
    """By how many standard deviations the share ``now`` of ``now_of`` lies above ``before`` of ``before_of``.

    Two proportions with pooled variance; NaN where one has nothing to count or both are all or nothing.
    """
    if now is None or before is None or not now_of or not before_of:
        return float("nan")
    pooled = (now + before) / (now_of + before_of)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / now_of + 1 / before_of))
    return float((now / now_of - before / before_of) / spread) if spread else float("nan")
