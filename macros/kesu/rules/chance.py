"""Exact tests: how likely chance alone makes counts differ as much as they do, few cases or many.

Each gives the one-sided probability of what was counted or more of it, 1 where there is no more than expected.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, lgamma, log
from typing import Final

import numpy as np

FALSE_ALARM: Final = 0.0025
"""How often each of the four kinds of sentences (unusual, going up or down, a group that rises, a share that got worse)
may speak where nothing changed, all comparisons of a report together: one report in a hundred is wrong at most."""
FEWEST: Final = 5
"""Fewer cases than this are not compared."""


def more_often(now: int, before: int, now_span: float, before_span: float) -> float:
    """``now`` events in ``now_span`` after ``before`` in ``before_span``, of one constant rate.

    Conditional binomial test (J. Przyborowski, H. Wilenski, Biometrika 31 (1940) 313-323).
    """
    if now_span <= 0 or before_span <= 0:
        return 1.0
    total, odds = now + before, now_span / before_span
    if now <= total * odds / (1 + odds):
        return 1.0
    first = _choose(total, now) + now * log(odds) - total * log(1 + odds)
    return _tail(first, now, total, lambda k: (total - k) / (k + 1) * odds)


def larger_share(now: int, now_of: int, before: int, before_of: int) -> float:
    """``now`` of ``now_of`` cases after ``before`` of ``before_of``, of one constant share. R. A. Fisher's exact test (1935)."""
    total, marked = now_of + before_of, now + before
    if not now_of or not before_of or now * before_of <= before * now_of:
        return 1.0
    first = _choose(marked, now) + _choose(total - marked, now_of - now) - _choose(total, now_of)
    return _tail(
        first, now, min(marked, now_of),
        lambda k: (marked - k) / (k + 1) * (now_of - k) / (total - marked - now_of + k + 1),
    )  # fmt: skip


def upwards(points: np.ndarray, season: int = 1) -> tuple[float, float]:
    """Of ``points`` in order: the probability of so many pairs that rise, and the smallest that so few points can have.

    Mann-Kendall test; each point is compared with those of the same place of the ``season`` only, a Sunday with Sundays
    (R. M. Hirsch, J. R. Slack, R. A. Smith, Water Resources Research 18 (1982) 107-121). Pairs alike count half, which is
    cautious. One wild point among many turns few pairs.
    """
    orders, falls, pairs = np.ones(1), 0.0, 0
    for phase in range(season):
        own = points[phase::season]
        ahead = np.sign(own[None, :] - own[:, None])[np.triu_indices(len(own), 1)]
        falls += (ahead < 0).sum() + 0.5 * (ahead == 0).sum()
        pairs += len(ahead)
        for size in range(2, len(own) + 1):  # of how many of all orders so many pairs fall
            orders = np.convolve(orders, np.full(size, 1 / size))
    return float(orders[: int(np.ceil(falls)) + 1].sum()), float(orders[0])


def _choose(n: int, k: int) -> float:
    """Logarithm of the number of ways to take ``k`` of ``n``."""
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _tail(first: float, start: int, last: int, ratio: Callable[[int], float]) -> float:
    """Sum of falling terms from ``start`` to ``last``; ``first`` is the logarithm of the first, ``ratio`` the next to one."""
    term = total = 1.0
    for k in range(start, last):
        term *= ratio(k)
        total += term
        if term < total * 1e-12:
            break
    return min(exp(first) * total, 1.0)
