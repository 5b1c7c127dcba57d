"""The rows of the KPI sheet: totals, then a block that folds for each way of grouping."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from kesu.jobs.assessment import Assessment
from kesu.jobs.figures import kpi_tables
from kesu.register.codes import label_of
from kesu.register.kpis import ACCOUNT_NAMES, KPIS, MET, NOTHING, UNITS, name_of
from kesu.register.periods import Period
from kesu.rules.account_of_rows import REASONS
from kesu.rules.account_of_rows import TITLE as ACCOUNT
from kesu.words.terminal import records
from kesu.words.text import Text

if TYPE_CHECKING:
    from kesu.register.settings import Settings

Row = tuple[str | float | None, ...]

BLOCKS: Final = {
    "tier": Text("按客户等级", "By tier"),
    "department": Text("按部门", "By department"),
    "owner": Text("按责任人", "By owner"),
    "category": Text("按投诉类型", "By category"),
}
"""What the totals are broken down by, in the order of the blocks."""
GROUPS_SHOWN: Final = 40
"""Groups of a block at most, those with the most complaints first; the block says how many more there are."""
TREND_PERIODS: Final = 6
BARS: Final = "▁▂▃▄▅▆▇█"
NO_BAR: Final = "·"
TOTAL: Final = Text("合计", "Total")
HEAD: Final = Text(
    "{by}（{groups} 组）· {figures} 项 · {said}", "{by} ({groups}) · {figures} figures · {said}"
)
MISSED: Final = Text("✘ {n} 项未达标", "✘ {n} missed")
ALL_MET: Final = Text("✔ 目标全部达成", "✔ every target met")
NO_TARGET: Final = Text("没有目标", "no targets")
MORE: Final = Text(
    "另有 {n} 组投诉更少，未列出：kesu kpis --by {by}", "{n} more with fewer complaints: kesu kpis --by {by}"
)


def kpi_rows(assessment: Assessment, period: Period, lang: str) -> list[Row]:
    """The rows, cells in the order of `kesu.register.outputs.KPIS`: totals, then each block under its headline,
    and last the account of rows under its own.

    A headline has its words in the first cell and nothing else. A group is there where it has something to count, or a
    target of its own.
    """
    periods = [period]
    while len(periods) < TREND_PERIODS:
        periods.append(periods[-1].previous())
    now, *before = kpi_tables([assessment], periods, assessment.as_of, tuple(BLOCKS))
    now = _with_targets(now, assessment.register.settings)
    earlier = [{(row.kpi, row.group_by, row.group): row.value for row in records(table)} for table in before]
    settings = assessment.register.settings

    def lines(part: pd.Series) -> list[Row]:
        return [_row(row, earlier, settings, lang) for row in records(now[part])]

    account = now["kpi"].isin(ACCOUNT_NAMES)
    rows = lines(now["group_by"].isna() & ~account)
    for by in BLOCKS:
        block = now[now["group_by"].eq(by)]
        if len(block):
            rows += _block(block, by, earlier, settings, lang)
    return [*rows, _said(ACCOUNT.of(lang)), *lines(account)]


def blocks(rows: Sequence[Sequence[Any]]) -> Iterator[tuple[int, int]]:
    """First and last row of each block that folds, below its headline, counted from 0; below the last stands the account."""
    heads = [at for at, row in enumerate(rows) if row[0] and row[1] is None]
    for head, following in itertools.pairwise(heads):
        yield head + 1, following - 1


def _with_targets(now: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """``now``, and below it the groups that have a target and nothing to count."""
    there = set(zip(now["kpi"], now["group_by"], now["group"], strict=True))
    period = now["period"].iloc[0]
    more = [
        {
            "kpi": goal.kpi, "group_by": by, "group": group, "value": math.nan, "numerator": math.nan,
            "denominator": math.nan, "unit": KPIS[goal.kpi].unit, "target": goal.target, "met": None, "period": period,
        }
        for goal in settings.kpi_targets
        for by, group in (("tier", goal.tier), ("department", goal.department))
        if group and goal.kpi in KPIS and (goal.kpi, by, group) not in there
    ]  # fmt: skip
    if not more:
        return now
    added = pd.DataFrame(more, columns=now.columns).astype(now.dtypes.to_dict())
    return pd.concat([now, added], ignore_index=True)


def _block(
    block: pd.DataFrame, by: str, earlier: list[dict[Any, float]], settings: Settings, lang: str
) -> Iterator[Row]:
    order = _order(block, by, settings)
    shown = {group: at for at, group in enumerate(order[:GROUPS_SHOWN])}
    kpis = {kpi: at for at, kpi in enumerate(KPIS)}
    lines = [row for row in records(block) if row.group in shown]
    lines.sort(key=lambda row: (kpis[row.kpi], shown[row.group]))
    met = [row.met for row in lines if row.met is not None]
    said = NO_TARGET if not met else ALL_MET if all(met) else MISSED.fill(n=met.count(False))
    head = HEAD.fill(by=BLOCKS[by], groups=len(shown), figures=len(lines), said=said)
    yield _said(head.of(lang))
    for row in lines:
        yield _row(row, earlier, settings, lang)
    if len(order) > len(shown):
        more = MORE.fill(n=len(order) - len(shown), by=by)
        yield (more.of(lang), "", *[None] * 9)


def _said(words: str) -> Row:
    return (words, *[None] * 10)


def _order(block: pd.DataFrame, by: str, settings: Settings) -> list[str]:
    """The groups of a block: tiers as the list has them, others by their complaints."""
    groups = list(dict.fromkeys(block["group"]))
    counted = block[block["kpi"].eq("complaints")].set_index("group")["value"].to_dict()
    listed = [code.key for code in settings.codes["tier"]] if by == "tier" else []
    order = {group: at for at, group in enumerate(listed)}
    return sorted(groups, key=lambda group: (order.get(group, len(order)), -counted.get(group, 0), group))


def _row(row: Any, earlier: list[dict[Any, float]], settings: Settings, lang: str) -> Row:
    key = row.kpi, row.group_by, row.group
    return (
        name_of(row.kpi).of(lang),
        _group(row, settings, lang),
        _figure(row.value, row.unit, NOTHING),
        UNITS[row.unit].of(lang),
        _figure(row.target, row.unit),
        "" if row.met is None else MET[row.met].of(lang),
        _figure(earlier[0].get(key), row.unit, NOTHING),
        trend([*(table.get(key) for table in reversed(earlier)), row.value]),
        _figure(row.numerator, "count"),
        _figure(row.denominator, "count"),
        row.period,
    )


def _group(row: Any, settings: Settings, lang: str) -> str:
    if row.group is None:
        return TOTAL.of(lang)
    if row.group_by == "reason":
        return REASONS[row.group].of(lang)
    known = settings.codes.get(row.group_by)
    return label_of(known, row.group, lang) if known else str(row.group)


def trend(values: Sequence[float | None]) -> str:
    """The course of a figure as a word of bars, lowest to highest of ``values``; a dot where there is none.

    Text, not a chart: it stands in a table that grows, in every spreadsheet program.
    """
    known = [value for value in values if value is not None and not math.isnan(value)]
    if len(known) < 2:
        return ""
    low, span = min(known), max(known) - min(known)
    top = len(BARS) - 1
    return "".join(
        NO_BAR
        if value is None or math.isnan(value)
        else BARS[round((value - low) / span * top) if span else top // 2]
        for value in values
    )


def _figure(value: float | None, unit: str, without: str | None = None) -> float | str | None:
    """A figure as the sheet shows it: shares in per cent, two decimals; ``without`` where there is none."""
    if value is None or pd.isna(value):
        return without
    return round(value * 100, 1) if unit == "share" else round(value, 2)
