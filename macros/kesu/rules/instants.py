"""Instants as the rules reckon with them: whole seconds since 1970-01-01 00:00 on the team's wall clock, int64."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

DAY: Final = 86_400
"""Seconds of a day."""

NAT: Final = int(np.iinfo(np.int64).min)
"""No instant: what NaT becomes as int64. Instants in, instants out; it passes through unchanged."""

FAR: Final = 20 * 366 * DAY
"""Times further than this from ``as_of`` are typing mistakes (a finding says so) and start no clock."""


def seconds_of(times: pd.Series) -> Ints:
    """A ``datetime64[s]`` column as seconds of the wall clock, `NAT` for NaT."""
    return times.to_numpy("datetime64[s]").astype(np.int64)


def usable(times: Ints, now: int) -> Ints:
    """``times`` without those so far from ``now`` that they can only be typing mistakes."""
    known = times != NAT
    return np.where(known & (np.abs(np.where(known, times, now) - now) < FAR), times, NAT)


def latest_of(row: Ints, times: Ints, count: int) -> Ints:
    """By row (0 … ``count`` - 1) the latest of its ``times``, `NAT` for none."""
    found = np.full(count, NAT)
    np.maximum.at(found, row, times)
    return found
