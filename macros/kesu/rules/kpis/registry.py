"""How a KPI is declared: what it counts, row by row, and the facts about it that users read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from kesu.register.columns import BY_KEY, ITEM_BY_KEY
from kesu.register.kpis import KPIS, Unit
from kesu.words.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kesu.rules.kpis.view import Scope

Placed = Literal["received", "due", "end", "now"]
Base = Literal["complaints", "items", "customers"]
Aggregate = Literal["count", "sum", "ratio", "median", "p90"]
Counting = Callable[["Scope"], tuple["NDArray[np.float64]", "NDArray[np.bool_]"]]

TELECOM: Final = Text("电信运营商投诉处理指标表", "A telecom operator's complaint KPI table")
DECK: Final = Text("投诉与反馈汇报模板", "Complaint-and-feedback report deck")
COURSE: Final = Text("客户投诉处理培训教材", "Complaint-handling training course")
ISO: Final = Text("GB/T 19012-2019 / ISO 10002:2018", "ISO 10002:2018")
PLACED: Final[dict[str, Text]] = {
    "received": Text("按投诉的受理时间归入时间段。", "Placed by the receipt of the complaint."),
    "due": Text("按措施到期的时间归入时间段：到期那个月才知道办没办。", "Placed by the month in which the action fell due: not before is it known whether it was done."),
    "end": Text("是时间段末的状态。", "The state at the end of the period."),
    "now": Text("是统计时点的状态，不论何时受理、哪个时间段；以前的时间段不再知道。", "The state as of now, whenever received, whatever the period; of earlier periods nobody knows it any more."),
}  # fmt: skip
"""Which time puts a row into a period, in words of the definition."""


@dataclass(frozen=True)
class KpiInfo:
    """One KPI.

    ``counting`` gives, for every row of the base frame, the value that goes into the numerator and whether
    the row goes into the denominator. ``aggregate``: count (numerator alone), sum (of values over the rows
    counted), ratio (sum ÷ rows counted), median and p90 (of the values, linear interpolation between
    neighbours as Excel's PERCENTILE.INC).
    ``placed``: what puts a row into a period: when its complaint was received, when the item fell due, or nothing (the
    state at the ``end`` of the period or as of ``now``, whenever received). ``needs``: columns (of alternatives one, ``a|b``)
    without which a register says nothing about it: its rows do not count.
    """

    id: str
    base: Base
    aggregate: Aggregate
    higher_is_better: bool | None
    definition: Text
    source: Text
    counting: Counting
    placed: Placed = "received"
    needs: tuple[str, ...] = ()

    @property
    def name(self) -> Text:
        """The KPI's name in both languages."""
        return KPIS[self.id].name

    @property
    def unit(self) -> Unit:
        """What it is counted in."""
        return KPIS[self.id].unit

    def defined(self, limits: Mapping[str, float]) -> Text:
        """The definition with the ``limits`` (`kesu.register.settings.LIMITS`) that it counts by."""
        return self.definition.fill(**{key: f"{value:g}" for key, value in limits.items()})


_DECLARED: Final[dict[str, KpiInfo]] = {}


def kpi(
    kpi_id: str,
    aggregate: Aggregate = "ratio",
    *,
    base: Base = "complaints",
    better: Literal["higher", "lower", ""] = "",
    zh: str,
    en: str,
    source: Text = TELECOM,
    placed: Placed = "received",
    needs: tuple[str, ...] = (),
) -> Callable[[Counting], Counting]:
    """Declare the decorated counting function as a KPI with its definition in both languages."""
    labels = ITEM_BY_KEY if base == "items" else BY_KEY
    said = Text(f"{zh}{PLACED[placed].zh}", f"{en} {PLACED[placed].en}")
    for need in needs:
        names = [labels[key].label for key in need.split("|")]
        said = Text(
            f"{said.zh}没有“{'”或“'.join(name.zh for name in names)}”列的登记表不计。",
            f"{said.en} Registers without a column “{'” or “'.join(name.en for name in names)}” are left out.",
        )

    def declare(counting: Counting) -> Counting:
        direction = {"higher": True, "lower": False, "": None}[better]
        _DECLARED[kpi_id] = KpiInfo(kpi_id, base, aggregate, direction, said, source, counting, placed, needs)
        return counting

    return declare


def declared() -> dict[str, KpiInfo]:
    """All KPIs in the order of `KPIS`, by id. Raises ValueError where one has no name or is not counted."""
    if lacking := _DECLARED.keys() ^ KPIS.keys():
        raise ValueError(f"named but not counted, or counted but not named: {', '.join(sorted(lacking))}")
    return {key: _DECLARED[key] for key in KPIS}
