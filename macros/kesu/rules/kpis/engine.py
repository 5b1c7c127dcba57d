"""From row-wise counts to the KPI table: sums by group, all KPIs at once, no Python per row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.register.periods import Period
from kesu.register.settings import Settings
from kesu.rules.facts import Facts
from kesu.rules.kpis import definitions, outcomes
from kesu.rules.kpis.customers import per_million
from kesu.rules.kpis.groups import Sums, aggregate, grouping
from kesu.rules.kpis.registry import Counting, KpiInfo, declared
from kesu.rules.kpis.view import Scope

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MODULES: Final = (definitions, outcomes)
"""What declares KPIs."""
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


@dataclass
class _Table:
    """The KPI table while it grows, column by column."""

    columns: dict[str, list[object]] = field(default_factory=lambda: {name: [] for name in COLUMNS})

    def add(self, info: KpiInfo, by: str | None, sums: Sums, goals: Floats) -> None:
        met = sums.value <= goals if info.higher_is_better is False else sums.value >= goals
        judged = ~np.isnan(sums.value) & ~np.isnan(goals)
        size = len(sums.names)
        for name, cells in (
            ("kpi", [info.id] * size),
            ("group_by", [by] * size),
            ("group", sums.names if by else [None] * size),
            ("value", sums.value),
            ("numerator", sums.numerator),
            ("denominator", sums.denominator),
            ("unit", [info.unit] * size),
            ("target", goals),
            ("met", [bool(yes) if known else None for yes, known in zip(met, judged, strict=True)]),
        ):
            self.columns[name].extend(cells)

    def frame(self, period: Period) -> pd.DataFrame:
        numbers = {"value", "numerator", "denominator", "target"}
        size = len(self.columns["kpi"])
        self.columns["period"] = [str(period)] * size
        return pd.DataFrame(
            {
                name: pd.Series(cells, dtype="float64" if name in numbers else object)
                for name, cells in self.columns.items()
            }
        )


STATES: Final = ("end", "now")
"""What places KPIs that say how things stand, whenever a complaint was received."""


def compute_kpis(
    facts: Facts, period: Period, as_of: dt.datetime, group_by: Sequence[str] = GROUPS
) -> pd.DataFrame:
    """The KPI table over ``period`` (by receipt of the complaint) as of ``as_of``: columns `COLUMNS`.

    One row a KPI in total (``group_by`` and ``group`` None), then a row for each group in which there is
    something to count. ``value`` is NaN where there is nothing to count. Hours, shares 0-1.
    """
    return kpi_series(facts, (period,), as_of, group_by)[0]


def kpi_series(
    facts: Facts, periods: Sequence[Period], as_of: dt.datetime, group_by: Sequence[str] = GROUPS
) -> list[pd.DataFrame]:
    """The KPI tables over several periods, as `compute_kpis`; what does not depend on the period is done once."""
    scopes = [Scope(facts, period, as_of) for period in periods]
    frames = {"complaints": facts.complaints, "items": facts.items}
    frames["due"] = facts.items.assign(
        received_at=facts.items["limit_at"]
    )  # the same, placed by when they fell due
    every = (None, *group_by)
    groups = {(base, by): grouping(frame, by, base) for base, frame in frames.items() for by in every}
    inside = [{base: _received_in(frame, period) for base, frame in frames.items()} for period in periods]
    tables, newest = [_Table() for _ in periods], max(period.end for period in periods)
    last: Counting | None = None
    for info in KPIS.values():
        base = "due" if info.placed == "due" else "items" if info.base == "items" else "complaints"
        for scope, within, table in zip(scopes, inside, tables, strict=True):
            if info.placed == "end":
                counting, last = info.counting(scope), None
            elif info.counting is not last:
                counting, last = info.counting(scope), info.counting
            values, counted = counting
            told = np.ones(len(counted), dtype=bool)
            for need in info.needs:
                told &= scope.has(need, items=info.base == "items")
            told &= info.placed != "now" or scope.period.end == newest
            counted = counted & told
            if info.placed not in STATES:
                counted = counted & within[base]
            for by in every:
                if info.placed in STATES and by == "month":
                    continue
                if info.base == "customers":
                    sums = per_million(scope, counted, by, info.needs)
                else:
                    sums = aggregate(info, values, counted, groups[base, by])
                    if info.aggregate == "count" and not told.any() and len(told):
                        sums = sums._replace(value=np.full(len(sums.names), np.nan))
                if by is not None:
                    sums = sums.where_counted()
                table.add(info, by, sums, _goals(info.id, by, sums.names, facts.settings))
    return [table.frame(period) for table, period in zip(tables, periods, strict=True)]


def backlog_days(facts: Facts, period: Period, as_of: dt.datetime) -> Floats:
    """Age in days of each complaint that `backlog_open` counts, at the end of the period or ``as_of``."""
    scope = Scope(facts, period, as_of)
    end = np.datetime64(scope.end, "s")
    received = scope.time("received_at")[definitions.open_at(scope, end) & definitions.backlog_known(scope)]
    days: Floats = (end - received).astype("timedelta64[s]").astype(np.float64) / 86400
    return days


def _received_in(frame: pd.DataFrame, period: Period) -> NDArray[np.bool_]:
    received = frame["received_at"].to_numpy("datetime64[s]")
    begin, end = np.datetime64(period.begin, "s"), np.datetime64(period.end, "s")
    inside: NDArray[np.bool_] = (received >= begin) & (received < end) & frame["counted"].to_numpy(bool)
    return inside


def _goals(kpi: str, by: str | None, names: list[str], settings: dict[str, Settings]) -> Floats:
    """The target that fits each group: that of the tier or department where one is set, else the general one.

    A breakdown by register takes each register's own targets, everything else those of the first register.
    """
    first = next(iter(settings.values()))
    if by == "register":
        return np.array([_goal(settings[name], kpi, by, name) for name in names], float)
    if not any(row.kpi == kpi for row in first.kpi_targets):
        return np.full(len(names), np.nan)
    return np.array([_goal(first, kpi, by, name) for name in names], float)


def _goal(settings: Settings, kpi: str, by: str | None, name: str) -> float:
    rows = [row for row in settings.kpi_targets if row.kpi == kpi]
    own = (row.target for row in rows if by in {"tier", "department"} and getattr(row, by) == name)
    general = (row.target for row in rows if not row.tier and not row.department)
    return next(own, next(general, np.nan))
