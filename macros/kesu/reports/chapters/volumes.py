"""How many complaints arrived per day, week or month, and whether that moves: judged by a control chart."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kesu.reports.chapters.blocks import Block, Cell, Chart, Column, Figure, Sentence, Table
from kesu.reports.chapters.context import Context
from kesu.reports.chapters.control_chart import LEAST, ControlChart, judge
from kesu.words.text import Text

DAYS_UP_TO = 62
"""Longest period, in days, that is counted by day; up to WEEKS_UP_TO by week, above by month."""
WEEKS_UP_TO = 366
LEAST_DAYS = 16
"""With fewer, not even a rise at every turn is more than chance among days of one weekday."""


@dataclass(frozen=True)
class Volumes:
    """Complaints by whole bucket: ``unit`` day, week (seven days from the period's first day) or month."""

    unit: str
    labels: tuple[str, ...]
    counts: np.ndarray
    left_out: bool

    @cached_property
    def chart(self) -> ControlChart:
        """Days are judged against the same days of other weeks."""
        return judge(self.counts, 7 if self.unit == "day" else 1)


def volumes(ctx: Context) -> Volumes:
    """Complaints of the period by day, week or month; a bucket that is not over yet is left out."""
    period = ctx.report.period
    end = min(ctx.report.as_of, period.end)
    length = (period.end - period.begin).days
    unit = "day" if length <= DAYS_UP_TO else "week" if length <= WEEKS_UP_TO else "month"
    edges = [period.begin]
    while (after := _next(edges[-1], unit)) <= end:
        edges.append(after)
    received = ctx.column("received_at").to_numpy(dtype="datetime64[s]")
    counts, _ = (
        np.histogram(
            received[~np.isnat(received)].astype("int64"),
            np.array(edges, dtype="datetime64[s]").astype("int64"),
        )
        if len(edges) > 1
        else (np.array([], dtype=int), None)
    )
    if (
        len(edges) > 1
    ):  # histogram closes its last bucket on the right; receipts at that instant are the next one's
        counts[-1] -= int((received == np.datetime64(edges[-1], "s")).sum())
    shape = "%Y-%m" if unit == "month" else "%m-%d" if period.first.year == period.last.year else "%Y-%m-%d"
    labels = tuple(edge.strftime(shape) for edge in edges[:-1])
    return Volumes(unit, labels, counts, edges[-1] < end)


def trend(ctx: Context) -> list[Block]:
    """The control chart of the volume and the sentence that judges it."""
    found = volumes(ctx)
    chart = found.chart
    unit = {"day": ctx.say("日", "day"), "week": ctx.say("周", "week"), "month": ctx.say("月", "month")}[
        found.unit
    ]
    title = ctx.say("投诉量趋势（按{unit}）", "Complaint volume by {unit}", unit=unit)
    verdict = _verdict(ctx, chart, found, unit)
    columns = (
        Column(unit if ctx.lang == "zh" else unit.capitalize()),
        Column(ctx.say("投诉量", "Complaints"), "figure"),
        Column(ctx.say("均值", "Mean"), "figure"),
        Column(ctx.say("上限", "Upper limit"), "figure"),
        Column(ctx.say("下限", "Lower limit"), "figure"),
        Column(ctx.say("判断", "Signal"), "verdict"),
    )
    limits = tuple(Figure(value, "per_million") for value in (chart.mean, chart.upper, chart.lower))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (label, Figure(int(count)), *limits, _signal(ctx, chart, at))
        for at, (label, count) in enumerate(zip(found.labels, found.counts.tolist(), strict=True))
    )
    if not rows:
        return [Sentence(verdict)]
    note = ctx.say(
        "控制图（单值—移动极差）：界限 = 均值 ± 2.66 × 平均移动极差，至少 {least} 点。“异常”还须通过精确二项检验，升降按曼－肯德尔检验{season}；没有变化时误报不超过四百分之一。",
        "Control chart (XmR): limits = mean ± 2.66 × mean moving range, from {least} points on. A point is called unusual if an exact binomial test agrees too; up or down is a Mann-Kendall test{season}; where nothing changed, each speaks in 1 report of 400 at most.",
        least=LEAST,
        season=Text("（与其他周的同一星期日比较）", " (against the same days of other weeks)")
        if found.unit == "day"
        else "",
    )
    if found.left_out:
        note += ctx.say(
            " 最后一个未结束的{unit}不计。", " The last {unit}, not over yet, is left out.", unit=unit
        )
    return [
        Sentence(verdict),
        Table(title, columns, rows, Chart("control", (1, 2, 3, 4), verdict), note, folded=True),
    ]


def _next(edge: dt.datetime, unit: str) -> dt.datetime:
    if unit == "month":
        return (edge.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return edge + dt.timedelta(days=1 if unit == "day" else 7)


def _signal(ctx: Context, chart: ControlChart, at: int) -> str:
    if at in chart.high:
        return ctx.say("▲ 高于上限", "▲ above the limit")
    return ctx.say("▼ 低于下限", "▼ below the limit") if at in chart.low else " "


def _verdict(ctx: Context, chart: ControlChart, found: Volumes, unit: str) -> str:
    words = {
        "up": ctx.say("▲ 投诉量上升", "▲ Volume is going up"),
        "down": ctx.say("▼ 投诉量下降", "▼ Volume is going down"),
        "flat": ctx.say("→ 投诉量平稳，没有升降趋势", "→ Volume is flat"),
        "unknown": ctx.say(
            "– 数据不足，不判断趋势（至少 {least} 点）",
            "– Too few points to judge a trend (at least {least})",
            least=LEAST_DAYS if found.unit == "day" else LEAST,
        ),
    }[chart.trend]
    if not len(found.counts):
        return words + ctx.say("。", ".")
    if not np.isfinite(chart.upper):
        return words + ctx.say(
            "：平均每{unit} {mean} 件。",
            ": {mean} a {unit} on average.",
            unit=unit,
            mean=f"{chart.mean:,.1f}",
        )
    words += ctx.say(
        "：平均每{unit} {mean} 件，正常范围 {lower}–{upper} 件",
        ": {mean} a {unit} on average, normal range {lower} to {upper}",
        unit=unit, mean=f"{chart.mean:,.1f}", lower=f"{chart.lower:,.1f}", upper=f"{chart.upper:,.1f}",
    )  # fmt: skip
    unusual = [f"{found.labels[at]} ({found.counts[at]:,})" for at in chart.unusual]
    if unusual:
        words += ctx.say("；异常：{days}", "; unusual: {days}", days=ctx.listed(unusual[:6]))
    return words + ctx.say("。", ".")
