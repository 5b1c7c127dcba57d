"""Rates per million customers: the customer base by register and month."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kesu.register.periods import Period
from kesu.register.settings import Settings
from kesu.rules.kpis.groups import Sums
from kesu.rules.kpis.view import Scope
from kesu.rules.tally import tally

if TYPE_CHECKING:
    from numpy.typing import NDArray


def per_million(scope: Scope, counted: NDArray[np.bool_], by: str | None, needs: tuple[str, ...]) -> Sums:
    """Complaints per million customers in total, by month or by register; nothing for other groups.

    Customers of registers that lack a column of ``needs`` are left out, as their complaints are. Those of registers that seem to be
    copies of another one are that one's; where they do not agree nobody knows them, and there is no rate.
    """
    if by not in {None, "month", "register"}:
        return Sums([], np.empty(0), np.empty(0), np.empty(0))
    facts = scope.facts
    settings, unsure = _bases(
        {name: own for name, own in facts.settings.items() if all(scope.says(name, need) for need in needs)},
        facts.copies,
    )
    base = customer_months(settings, scope.period, scope.as_of)
    data = facts.complaints
    names = pd.Index(list(data["register"].cat.categories))
    whose = names.get_indexer(pd.Index([facts.copies.get(name, name) for name in names]))
    months = scope.time("received_at")[counted].astype("datetime64[M]").astype(np.int64)
    first = int(np.datetime64(scope.period.first, "M").astype(np.int64))
    span = int(months.max(initial=first)) - first + 1
    cells = whose[data["register"].cat.codes.to_numpy(np.int64)[counted]] * span + months - first
    counts = tally(cells, len(names) * span).reshape(len(names), span)
    month = base["month"].to_numpy("datetime64[M]").astype(np.int64) - first
    row = names.get_indexer(base["register"])
    base["numerator"] = np.where(month < span, counts[row, np.minimum(month, span - 1)], 0)
    base["unsure"] = base["register"].isin(unsure)
    group = base[by] if by else pd.Series("", base.index, dtype="str")
    sums = base.groupby(group, sort=by == "month")[["numerator", "customers", "unsure"]].sum()
    if by is None and sums.empty:
        return Sums([""], np.array([np.nan]), np.array([0.0]), np.array([0.0]))
    known = sums["unsure"].to_numpy() == 0
    numerator, customers = (
        np.where(known, sums[key].to_numpy(float), 0) for key in ("numerator", "customers")
    )
    rate = np.divide(numerator, customers, out=np.full(len(sums), np.nan), where=known) * 1e6
    return Sums([str(name) for name in sums.index], rate, numerator, customers)


def _bases(
    settings: Mapping[str, Settings], copies: Mapping[str, str]
) -> tuple[dict[str, Settings], set[str]]:
    """The settings of each register that is no copy, with the customers of its copies; and those that do not agree with theirs."""
    found: dict[str, Settings] = {}
    unsure = set()
    for name, own in settings.items():
        first = copies.get(name, name)
        known = found.setdefault(first, own).customers
        if any(known.get(month, number) != number for month, number in own.customers.items()):
            unsure.add(first)
        if known is not own.customers:
            found[first] = dataclasses.replace(found[first], customers={**own.customers, **known})
    return found, unsure


def customer_months(settings: dict[str, Settings], period: Period, as_of: dt.datetime) -> pd.DataFrame:
    """Customer base by register and month of the period (up to ``as_of``): register, month, customers.

    A month without a figure takes that of the latest month before it that has one; before the first figure
    there is none and the month is left out. Of a month that is not over, or not whole in the period, customers count
    in proportion to its days (that of ``as_of`` included), so that the rate is a monthly one there too.
    """
    first, last = np.datetime64(period.first, "D"), np.datetime64(min(period.last, as_of.date()), "D")
    months = np.arange(first.astype("datetime64[M]"), last.astype("datetime64[M]") + 1)
    begins, ends = months.astype("datetime64[D]"), (months + 1).astype("datetime64[D]")
    days = np.minimum(ends, last + 1) - np.maximum(begins, first)
    shares = days / (ends - begins)
    rows: list[tuple[str, str, float]] = []
    for name, own in settings.items():
        known = sorted(own.customers.items(), reverse=True)
        for month, share in zip(months.astype(str).tolist(), shares.tolist(), strict=True):
            figure = next((number for since, number in known if since <= month), None)
            if figure and share > 0:
                rows.append((name, month, figure * share))
    return pd.DataFrame(rows, columns=["register", "month", "customers"])
