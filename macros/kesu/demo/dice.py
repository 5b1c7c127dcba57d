"""Chance that falls the same way on every machine and with every release of numpy.

NumPy keeps a bit generator's raw stream for good but may change what its distributions make of it, and the
functions of a platform's C library differ in the last digit. So everything here is made of raw bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Objects = NDArray[np.object_]

_PROBABILITIES: Final = np.linspace(0.002, 0.998, 499)
_NORMAL: Final = np.array([NormalDist().inv_cdf(p) for p in _PROBABILITIES])


class Dice:
    """Seeded chance; every method draws ``n`` values at once."""

    def __init__(self, seed: int) -> None:
        self._bits = np.random.PCG64(seed)

    def uniform(self, n: int) -> Floats:
        """Floats in [0, 1)."""
        return (self._bits.random_raw(n) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def chance(self, n: int, p: ArrayLike) -> Bools:
        """True with probability ``p`` (one for all or one each)."""
        return self.uniform(n) < np.asarray(p, dtype=np.float64)

    def whole(self, n: int, low: int, high: ArrayLike) -> Ints:
        """Integers from ``low`` to ``high``, both included."""
        span = np.asarray(high, dtype=np.float64) - low + 1
        return low + np.floor(self.uniform(n) * span).astype(np.int64)

    def pick(self, n: int, options: Sequence[Any], weights: Sequence[float] | None = None) -> Objects:
        """One of ``options`` each, by weight."""
        return array(options)[self.position(n, weights or [1.0] * len(options))]

    def position(self, n: int, weights: Sequence[float]) -> Ints:
        """Positions 0 … len(weights) − 1 by weight."""
        edges = np.cumsum(weights) / np.sum(weights)
        return np.searchsorted(edges[:-1], self.uniform(n), side="right").astype(np.int64)

    def lognormal(self, n: int, median: ArrayLike, sigma: float) -> Floats:
        """Positive values around ``median``, long tail to the right, cut at about three sigma."""
        normal = np.interp(self.uniform(n), _PROBABILITIES, _NORMAL)
        values: Floats = np.asarray(median, dtype=np.float64) * np.exp(sigma * normal)
        return values


def array(options: Sequence[Any]) -> Objects:
    """An array of objects, whatever ``options`` are (numpy would make a table of equally long tuples)."""
    out = np.empty(len(options), dtype=object)
    out[:] = options
    return out


def where(mask: Bools, values: Any, otherwise: Any = None) -> Objects:
    """``values`` where ``mask`` holds, else ``otherwise``, as objects."""
    picked: Objects = np.where(mask, values, otherwise).astype(object)
    return picked


def by_key(
    dice: Dice, keys: NDArray[Any], options: dict[str, tuple[Sequence[Any], Sequence[float] | None]]
) -> Objects:
    """One option each out of those of its key."""
    out = np.full(len(keys), None, dtype=object)
    for key, (choices, weights) in options.items():
        mine = keys == key
        out[mine] = dice.pick(int(mine.sum()), choices, weights)
    return out
