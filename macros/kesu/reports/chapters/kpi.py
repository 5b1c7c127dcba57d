"""The KPIs of a report, one record each."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kesu.reports.chapters.blocks import Figure


@dataclass(frozen=True, slots=True)
class Kpi:
    """One value of `Report.kpis`, missing as None."""

    kpi: str
    group_by: str
    group: str
    value: float | None
    numerator: float | None
    denominator: float | None
    unit: str
    target: float | None
    met: bool | None

    @property
    def figure(self) -> Figure:
        return Figure(self.value, self.unit)


def indexed(frame: pd.DataFrame) -> dict[tuple[str, str, str], Kpi]:
    """The rows of a frame of KPIs by name, grouping and group."""
    found: dict[tuple[str, str, str], Kpi] = {}
    if frame.empty:
        return found
    names = ("kpi", "group_by", "group", "value", "numerator", "denominator", "unit", "target", "met")
    columns = [frame[name].astype("object").tolist() for name in names]
    for kpi, by, group, *numbers, unit, target, met in zip(*columns, strict=True):
        key = (kpi, by if isinstance(by, str) else "", group if isinstance(group, str) else "")
        value, numerator, denominator = map(_number, numbers)
        found[key] = Kpi(*key, value, numerator, denominator, unit, _number(target), _truth(met))
    return found


def _number(value: object) -> float | None:
    return None if value is None or value is pd.NA or pd.isna(value) else float(value)  # type: ignore[call-overload, arg-type]


def _truth(value: object) -> bool | None:
    return None if value is None or value is pd.NA or pd.isna(value) else bool(value)  # type: ignore[call-overload]
