"""From row-wise counts to the KPI table: sums by group, all KPIs at once, no Python per row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.register.periods import Period
from kesu.register.settings import KpiTarget, Settings
from kesu.rules.facts import Facts
from kesu.rules.kpis.definitions import complaints_per_million  # noqa: F401 - importing declares the KPIs
from kesu.rules.kpis.registry import KpiInfo, declared
from kesu.rules.kpis.scope import Scope

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

KPIS: Final = declared()
COLUMNS: Final = (
    "kpi",
    "group_by",
    "group",
    "value",
    "numerator",
    "denominator",
    "unit",
    "target",
    "met",
    "period",
)
GROUPS: Final = ("month", "tier", "category", "channel", "severity", "register", "department", "owner")
"""What figures are broken down by. Items take month, tier and so on from their complaint, department and owner
from themselves; for complaints the department is the one involved."""

_COLUMN: Final = {"tier": "customer_tier", "month": "received_at"}


@dataclass(frozen=True)
class _Grouping:
    """``codes``: group number of each row, -1 for none; ``names``: what the groups are called."""

    codes: Ints
    names: list[str]


def compute_kpis(
    facts: Facts, period: Period, as_of: dt.datetime, group_by: Sequence[str] = GROUPS
) -> pd.DataFrame:
    """The KPI table over ``period`` (by receipt of the complaint) as of ``as_of``: columns `COLUMNS`.

    One row a KPI in total (``group_by`` and ``group`` None), then a row for each group in which there is
    something to count. ``value`` is NaN where there is nothing to count. Hours, shares 0-1.
    """
    scope = Scope(facts, period, as_of)
    frames = {"complaints": facts.complaints, "items": facts.items}
    groupings = {
        (base, by): _grouping(frame, by, base) for base, frame in frames.items() for by in (None, *group_by)
    }
    inside = {base: _received_in(frame, period) for base, frame in frames.items()}
    rows: list[pd.DataFrame] = []
    for info in KPIS.values():
        base = "items" if info.base == "items" else "complaints"
        values, counted = info.counting(scope)
        if not info.whole:
            counted = counted & inside[base]
        for by in (None, *group_by):
            if info.whole and by == "month":
                continue
            grouping = groupings[base, by]
            if info.base == "customers":
                table = _per_million(scope, counted, by)
            else:
                table = _aggregate(info, values, counted, grouping)
            if by is not None:
                table = table[
                    table["value"].notna() & ((table["numerator"] != 0) | (table["denominator"] > 0))
                ]
            if len(table):
                rows.append(_judged(table, info, by, facts.settings))
    found = pd.concat(rows, ignore_index=True)
    return found.assign(period=str(period))[list(COLUMNS)]


def _aggregate(
    info: KpiInfo, values: Floats, counted: NDArray[np.bool_], grouping: _Grouping
) -> pd.DataFrame:
    size = len(grouping.names)
    rows = np.flatnonzero(counted & (grouping.codes >= 0))
    codes: Ints = grouping.codes[rows]
    values = values[rows]
    count: Floats = np.bincount(codes, minlength=size).astype(np.float64)
    total: Floats = np.bincount(codes, weights=values, minlength=size).astype(np.float64)
    nothing = np.full(size, np.nan)
    value: Floats
    numerator: Floats
    denominator: Floats
    if info.aggregate == "count":
        value, numerator, denominator = total, total, nothing.copy()
    elif info.aggregate == "sum":
        value, numerator, denominator = np.where(count > 0, total, np.nan), total, count
    elif info.aggregate == "ratio":
        value = np.divide(total, count, out=nothing.copy(), where=count > 0)
        numerator, denominator = total, count
    else:
        value = _quantile(codes, values, size, 0.5 if info.aggregate == "median" else 0.9)
        numerator, denominator = nothing, count
    return pd.DataFrame(
        {"group": grouping.names, "value": value, "numerator": numerator, "denominator": denominator}
    )


def _quantile(codes: Ints, values: Floats, size: int, share: float) -> Floats:
    """Quantile of the values of each group, linear between neighbours; NaN for an empty group."""
    order = np.lexsort((values, codes))
    values = values[order]
    count: Ints = np.bincount(codes, minlength=size).astype(np.int64)
    first = np.cumsum(count) - count
    some = count > 0
    at = first[some] + share * (count[some] - 1)
    low = np.floor(at).astype(np.int64)
    high = np.ceil(at).astype(np.int64)
    found = np.full(size, np.nan)
    found[some] = values[low] + (values[high] - values[low]) * (at - low)
    return found


def _grouping(frame: pd.DataFrame, by: str | None, base: str) -> _Grouping:
    if by is None:
        return _Grouping(np.zeros(len(frame), np.int64), [""])
    if by == "month":
        months = frame["received_at"].to_numpy("datetime64[M]")
        known = ~np.isnat(months)
        names, codes = np.unique(months[known], return_inverse=True)
        every = np.full(len(frame), -1, np.int64)
        every[known] = codes
        return _Grouping(every, [str(name) for name in names])
    key = "involved_departments" if by == "department" and base == "complaints" else _COLUMN.get(by, by)
    column = frame[key]
    if isinstance(column.dtype, pd.CategoricalDtype):
        return _Grouping(np.asarray(column.cat.codes, dtype=np.int64), list(column.cat.categories))
    numbers, words = pd.factorize(column, sort=True)
    return _Grouping(np.asarray(numbers, dtype=np.int64), [str(word) for word in words])


def _received_in(frame: pd.DataFrame, period: Period) -> NDArray[np.bool_]:
    received = frame["received_at"].to_numpy("datetime64[s]")
    inside: NDArray[np.bool_] = (received >= np.datetime64(period.begin, "s")) & (
        received < np.datetime64(period.end, "s")
    )
    return inside


# --- per million customers -----------------------------------------------------------------------------------


def _per_million(scope: Scope, counted: NDArray[np.bool_], by: str | None) -> pd.DataFrame:
    """Complaints per million customers in total, by month or by register; nothing for other groups."""
    if by not in {None, "month", "register"}:
        return pd.DataFrame({"group": [], "value": [], "numerator": [], "denominator": []})
    base = customer_months(scope.facts.settings, scope.period, scope.as_of)
    data = scope.facts.complaints
    rows = data.loc[counted, ["register"]].assign(
        month=data.loc[counted, "received_at"].to_numpy("datetime64[M]").astype(str)
    )
    counts = rows.astype({"register": "str"}).value_counts().rename("numerator").reset_index()
    both = base.merge(counts, how="left", on=["register", "month"]).fillna({"numerator": 0.0})
    if by is None:
        sums = pd.DataFrame(
            {"numerator": [both["numerator"].sum()], "denominator": [both["customers"].sum()]}, index=[""]
        )
    else:
        sums = (
            both.groupby(by, sort=by == "month")[["numerator", "customers"]]
            .sum()
            .set_axis(["numerator", "denominator"], axis=1)
        )
    share = sums["numerator"] / sums["denominator"].where(sums["denominator"] > 0) * 1e6
    return pd.DataFrame(
        {"group": list(sums.index), "value": share.to_numpy(), **{k: sums[k].to_numpy(float) for k in sums}}
    )


def customer_months(settings: dict[str, Settings], period: Period, as_of: dt.datetime) -> pd.DataFrame:
    """Customer base by register and month of the period (up to ``as_of``): register, month, customers.

    A month without a figure takes that of the latest month before it that has one; before the first figure
    there is none and the month is left out.
    """
    last = min(period.last, as_of.date())
    months = [
        str(month) for month in np.arange(np.datetime64(period.first, "M"), np.datetime64(last, "M") + 1)
    ]
    rows: list[tuple[str, str, float]] = []
    for name, own in settings.items():
        known = sorted(own.customers.items())
        for month in months:
            figure = next((number for since, number in reversed(known) if since <= month), None)
            if figure:
                rows.append((name, month, figure))
    return pd.DataFrame(rows, columns=["register", "month", "customers"]).astype(
        {"register": "str", "month": "str", "customers": "float64"}
    )


# --- targets -------------------------------------------------------------------------------------------------


def _judged(
    table: pd.DataFrame, info: KpiInfo, by: str | None, settings: dict[str, Settings]
) -> pd.DataFrame:
    targets = [_target(info.id, by, group, settings) for group in table["group"]]
    values = table["value"].to_numpy(float)
    goals = np.array([np.nan if target is None else target for target in targets])
    met = values <= goals if info.higher_is_better is False else values >= goals
    judged = ~np.isnan(values) & ~np.isnan(goals)
    return table.assign(
        kpi=info.id,
        group_by=pd.Series([by] * len(table), table.index, dtype=object),
        group=table["group"].astype(object)
        if by
        else pd.Series([None] * len(table), table.index, dtype=object),
        unit=info.unit,
        target=goals,
        met=pd.Series(
            [bool(yes) if known else None for yes, known in zip(met, judged, strict=True)],
            table.index,
            dtype=object,
        ),
    )


def _target(kpi: str, by: str | None, group: str, settings: dict[str, Settings]) -> float | None:
    """The target that fits: that of the tier or department where one is set, else the general one.

    A breakdown by register takes that register's own targets, everything else those of the first register.
    """
    own = settings[group] if by == "register" else next(iter(settings.values()), None)
    if own is None:
        return None
    rows = [row for row in own.kpi_targets if row.kpi == kpi]
    fitting = _fitting(rows, by, group)
    return next(fitting, None)


def _fitting(rows: list[KpiTarget], by: str | None, group: str) -> Iterator[float]:
    for key in ("tier", "department"):
        if by == key:
            yield from (row.target for row in rows if getattr(row, key) == group)
    yield from (row.target for row in rows if not row.tier and not row.department)
