"""Control chart for counts over time: individuals and moving range (XmR), and what of it is more than chance.

Source: D. J. Wheeler, Understanding Variation (1993): natural process limits mean ± 2.66 · mean moving range. Counts leave
them by chance in one month of five, so that what is said of a point or a course rests on the tests of `chance`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from kesu.rules.chance import FALSE_ALARM, more_often, upwards

XMR_FACTOR: Final = 2.66
"""3 ÷ d2 with d2 = 1.128, the constant of moving ranges of two."""
LEAST: Final = 8
"""Fewer points than this have no limits."""
Trend = Literal["up", "down", "flat", "unknown"]


@dataclass(frozen=True)
class ControlChart:
    """Limits and signals of a series; limits are NaN with fewer than ``LEAST`` points. ``lower`` is never below 0.

    ``high`` / ``low``: positions beyond the limits; ``unusual``: those of them that chance does not explain.
    ``trend``: whether the whole series rises or falls by more than chance; unknown where so few points could not show it.
    """

    mean: float
    upper: float
    lower: float
    high: tuple[int, ...]
    low: tuple[int, ...]
    unusual: tuple[int, ...]
    trend: Trend


def judge(values: np.ndarray, season: int = 1) -> ControlChart:
    """The control chart of the counts ``values`` (shape (n,)), oldest first, which repeat themselves every ``season`` points."""
    points = np.asarray(values, dtype=float)
    mean = float(points.mean()) if len(points) else np.nan
    if len(points) < LEAST:
        return ControlChart(mean, np.nan, np.nan, (), (), (), "unknown")
    spread = XMR_FACTOR * float(np.abs(np.diff(points)).mean())
    upper, lower = mean + spread, max(mean - spread, 0.0)
    high, low = np.flatnonzero(points > upper).tolist(), np.flatnonzero(points < lower).tolist()
    unusual = [at for at in (*high, *low) if _by_chance(points, at, season) * 2 * len(points) <= FALSE_ALARM]
    return ControlChart(mean, upper, lower, tuple(high), tuple(low), tuple(unusual), _trend(points, season))


def _by_chance(points: np.ndarray, at: int, season: int) -> float:
    """Probability of a point as far from the others of its place in the season as the one at ``at``."""
    own = points[at % season :: season]
    here, others, span = int(points[at]), int(own.sum() - points[at]), len(own) - 1
    return min(more_often(here, others, 1, span), more_often(others, here, span, 1))


def _trend(points: np.ndarray, season: int) -> Trend:
    rise, least = upwards(points, season)
    if least * 2 > FALSE_ALARM:
        return "unknown"
    if rise * 2 <= FALSE_ALARM:
        return "up"
    return "down" if upwards(-points, season)[0] * 2 <= FALSE_ALARM else "flat"
