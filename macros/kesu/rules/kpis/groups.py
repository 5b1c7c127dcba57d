"""Grouping rows and summing them up, in plain arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from kesu.register.withheld import MASK
from kesu.rules.tally import tally, weighed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kesu.rules.kpis.registry import KpiInfo

    Floats = NDArray[np.float64]
    Ints = NDArray[np.integer]
    Bools = NDArray[np.bool_]

_COLUMN: Final = {"tier": "customer_tier", "month": "received_at"}


class Grouping(NamedTuple):
    """``codes``: group number of each row, -1 for none; ``names``: what the groups are called."""

    codes: Ints
    names: list[str]


class Sums(NamedTuple):
    """One KPI by group: arrays of the length of ``names``; NaN where there is nothing to count."""

    names: list[str]
    value: Floats
    numerator: Floats
    denominator: Floats

    def where_counted(self) -> Sums:
        """Only the groups in which there was something to count."""
        kept = ~np.isnan(self.value) & ((self.numerator != 0) | (self.denominator > 0))
        names = [name for name, keep in zip(self.names, kept, strict=True) if keep]
        return Sums(names, self.value[kept], self.numerator[kept], self.denominator[kept])


def grouping(frame: pd.DataFrame, by: str | None, base: str) -> Grouping:
    """Rows of ``frame`` (``base``: complaints or items) by a group of `kesu.rules.kpis.GROUPS`; None: all in one.

    What was withheld is no group: whose it is, is not known.
    """
    if by is None:
        return Grouping(np.zeros(len(frame), np.int32), [""])
    if by == "month":
        months = frame["received_at"].to_numpy("datetime64[M]")
        known = ~np.isnat(months)
        names, codes = np.unique(months[known], return_inverse=True)
        every = np.full(len(frame), -1, np.int32)
        every[known] = codes
        return Grouping(every, [str(name) for name in names])
    key = "involved_departments" if by == "department" and base == "complaints" else _COLUMN.get(by, by)
    column = frame[key]
    if isinstance(column.dtype, pd.CategoricalDtype):
        return Grouping(np.asarray(column.cat.codes, dtype=np.int32), list(column.cat.categories))
    numbers, words = pd.factorize(column.mask(column.eq(MASK)), sort=True)
    return Grouping(np.asarray(numbers, dtype=np.int32), [str(word) for word in words])


def aggregate(info: KpiInfo, values: Floats, counted: Bools, groups: Grouping) -> Sums:
    """``values`` of the rows ``counted``, summed up by group as ``info.aggregate`` says."""
    size = len(groups.names)
    rows = np.flatnonzero(counted & (groups.codes >= 0))
    codes, values = groups.codes[rows], values[rows]
    count: Floats = tally(codes, size).astype(np.float64)
    total = weighed(codes, values, size)
    nothing = np.full(size, np.nan)
    some = count > 0
    match info.aggregate:
        case "count":
            return Sums(groups.names, total, total, nothing)
        case "sum":
            return Sums(groups.names, np.where(some, total, np.nan), total, count)
        case "ratio":
            return Sums(groups.names, np.divide(total, count, out=nothing, where=some), total, count)
        case "median" | "p90":
            value = _quantile(codes, values, size, 0.5 if info.aggregate == "median" else 0.9)
            return Sums(groups.names, value, nothing, count)


def _quantile(codes: Ints, values: Floats, size: int, share: float) -> Floats:
    """Quantile of the values of each group, linear between neighbours; NaN for an empty group."""
    values = values[np.lexsort((values, codes))]
    count = tally(codes, size)
    first = np.cumsum(count) - count
    some = count > 0
    at = first[some] + share * (count[some] - 1)
    low = np.floor(at).astype(np.int64)
    high = np.ceil(at).astype(np.int64)
    found = np.full(size, np.nan)
    found[some] = values[low] + (values[high] - values[low]) * (at - low)
    return found
