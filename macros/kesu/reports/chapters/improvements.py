"""Chapter 6: suggestions, each derived from the report's own figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from kesu.reports.chapters.advice import ADVICE, FIND_THE_CAUSE
from kesu.reports.chapters.blocks import Block, Chapter, Column, Figure, Sentence, Table
from kesu.reports.chapters.context import Context, Kpi, column_label
from kesu.reports.chapters.control_chart import excess, judge, shift
from kesu.reports.chapters.distributions import split
from kesu.reports.chapters.figures import clipped, show
from kesu.reports.chapters.labels import kpi_name, said
from kesu.reports.chapters.results import totals
from kesu.reports.chapters.volumes import volumes
from kesu.rules.kpis import KPIS
from kesu.words.text import Text

BEYOND_CHANCE: Final = 3.0
"""Standard deviations from which a rise is not put down to chance, as in the control chart."""
FEWEST: Final = 5
"""Fewer cases than this are not called a rise."""
LESSONS: Final = 8
GROUPS_NAMED: Final = 2
BY_WHOM: Final = {
    "register": Text("登记表", "register"),
    "department": Text("部门", "department"),
    "tier": Text("客户等级", "tier"),
}


@dataclass(frozen=True)
class Suggestion:
    """``finding`` in figures, ``advice`` in words, ``headline`` for the summary; heavier ones come first."""

    finding: str
    advice: str
    weight: float
    headline: str


def improvements(ctx: Context, found: list[Suggestion]) -> Chapter:
    """Chapter 6; ``found``: what `suggestions` gave."""
    blocks: list[Block] = []
    if found:
        columns = (
            Column(ctx.say("序号", "No."), "id"),
            Column(ctx.say("数据说明什么", "What the figures say"), "long"),
            Column(ctx.say("建议", "Suggested step"), "long"),
        )
        rows = tuple((str(at), one.finding, one.advice) for at, one in enumerate(found, 1))
        blocks.append(
            Table(ctx.say("由数据得出的建议", "Suggestions derived from the figures"), columns, rows)
        )
    else:
        words = ctx.say(
            "目标都已达到，也没有超出正常波动的上升。", "Every target is met and nothing rises beyond chance."
        )
        blocks.append(
            Sentence(
                words
                if ctx.total
                else ctx.say(
                    "本期没有投诉，暂无建议。", "No complaints in this period, so nothing to suggest."
                )
            )
        )
    blocks += _lessons(ctx)
    title = ctx.say("改进建议", "Improvements")
    return Chapter("improvements", title, title, tuple(blocks))


def suggestions(ctx: Context) -> list[Suggestion]:
    """Missed targets, then what got worse, then what rises, then the few causes that make most complaints, heaviest first within each."""
    if not ctx.total:
        return []
    found = [*_missed(ctx), *_worsened(ctx), *_rises(ctx), *_vital_few(ctx)]
    return sorted(found, key=lambda one: -one.weight)


def _missed(ctx: Context) -> list[Suggestion]:
    found = []
    for kpi in totals(ctx):
        short = {by: _short_of(ctx, kpi.kpi, by) for by in BY_WHOM}
        if kpi.met is not False and not short["tier"]:
            continue
        words = ctx.say(
            "{name} {value}",
            "{name} {value}",
            name=kpi_name(kpi.kpi, ctx.lang),
            value=show(kpi.figure, ctx.lang),
        )
        if kpi.target is not None:
            target = show(Figure(kpi.target, kpi.unit), ctx.lang)
            words += ctx.say("，目标 {target}", " (target {target})", target=target)
        by = next((by for by, groups in short.items() if groups), "")
        worst = f"{BY_WHOM[by].of(ctx.lang)} {_named(ctx, short[by][0])}" if by else ""
        headline = words + (
            ctx.say("；未达最多：{worst}", "; most cases short: {worst}", worst=worst) if worst else ""
        )
        parts = [_by_whom(ctx, by, groups) for by, groups in short.items() if groups]
        advice = ADVICE.get(kpi.kpi, FIND_THE_CAUSE)
        missed = kpi.met is False  # in total, not only in some group
        gap = abs((kpi.value or 0.0) - (kpi.target or 0.0)) if missed and kpi.unit == "share" else 0.0
        stop = ctx.say("。", ".")
        found.append(
            Suggestion(
                ctx.say("；", "; ").join([words, *parts]) + stop,
                advice.of(ctx.lang),
                200 + missed + gap,
                headline + stop,
            )
        )
    return found


def _suggest(finding: str, advice: str, weight: float) -> Suggestion:
    return Suggestion(finding, advice, weight, finding)


def _groups(ctx: Context, kpi: str, by: str) -> list[Kpi]:
    if by == "register" and not ctx.several:
        return []
    return [
        one for (name, group_by, group), one in ctx.kpis.items() if name == kpi and group_by == by and group
    ]


def _short_of(ctx: Context, kpi: str, by: str) -> list[Kpi]:
    """Groups that miss the target, the one with most cases short of it first."""
    missed = [one for one in _groups(ctx, kpi, by) if one.met is False]
    return sorted(missed, key=lambda one: (-_missing(one), one.value or 0.0, one.group))


def _by_whom(ctx: Context, by: str, groups: list[Kpi]) -> str:
    names = [_named(ctx, one) for one in groups[:GROUPS_NAMED]]
    if len(groups) > GROUPS_NAMED:
        names.append(ctx.say("另 {n} 个", "{n} more", n=len(groups) - GROUPS_NAMED))
    return ctx.say(
        "未达标的{by}：{names}", "short of it by {by}: {names}", by=BY_WHOM[by], names=ctx.listed(names)
    )


def _named(ctx: Context, one: Kpi) -> str:
    label = _label(ctx, one)
    detail = show(one.figure, ctx.lang)
    if missing := _missing(one):
        detail = ctx.say(
            "{value}，{n}/{of} 未达",
            "{value}, {n} of {of} short",
            value=detail,
            n=f"{missing:,.0f}",
            of=f"{one.denominator:,.0f}",
        )
    return ctx.say("{label}（{detail}）", "{label} ({detail})", label=label, detail=detail)


def _label(ctx: Context, one: Kpi) -> str:
    match one.group_by:
        case "register":
            return ctx.register_name(one.group)
        case "department":
            base = "items" if one.kpi in KPIS and KPIS[one.kpi].base == "items" else "complaints"
            labels = ctx.grouped.item_labels if base == "items" else ctx.grouped.labels
            return labels("department" if base == "items" else "involved_departments", [one.group])[one.group]
    return ctx.label(one.group_by, one.group)


def _missing(kpi: Kpi) -> float:
    """Cases that a share lacks to be full; 0 for figures that are no such share."""
    rising_is_good = kpi.kpi in KPIS and KPIS[kpi.kpi].higher_is_better
    if kpi.unit != "share" or not rising_is_good or kpi.numerator is None or not kpi.denominator:
        return 0.0
    return kpi.denominator - kpi.numerator


def _rises(ctx: Context) -> list[Suggestion]:
    found = []
    if _before(ctx, "complaints"):
        for by in ("category", "channel", "severity", "tier", "register"):
            found += [one for now in _groups(ctx, "complaints", by) for one in _rise(ctx, now)]
    chart = judge(volumes(ctx).counts)
    if chart.trend == "up":
        found.append(_suggest(
            ctx.say("投诉总量上升，控制图发出信号（第二章）。", "Complaints as a whole are rising: the control chart gives a signal (chapter 2)."),
            ctx.say("核对新上线的产品、活动和流程，按类型找出增量来源。", "Check what was launched or changed, and find by category where the increase comes from."),
            195.0,
        ))  # fmt: skip
    return found


def _rise(ctx: Context, now: Kpi) -> list[Suggestion]:
    """More complaints of one group than chance gives, measured by day."""
    before = _before(ctx, "complaints", now.group_by, now.group)
    if not now.value or now.value < FEWEST:
        return []
    z = excess(now.value, before, ctx.days, ctx.previous_days)
    if not z >= BEYOND_CHANCE:
        return []
    label = _label(ctx, now)
    finding = ctx.say(
        "{label}：{now} 件，上期 {before} 件，上升超出正常波动（{z:.1f} 个标准差）。",
        "{label}: {now}, before {before}; a rise beyond chance ({z:.1f} standard deviations).",
        label=label, now=f"{now.value:,.0f}", before=f"{before:,.0f}", z=z,
    )  # fmt: skip
    advice = ctx.say(
        "抽取近期 10 件查共同原因，一周内给出结论。",
        "Read ten recent cases for a common cause and conclude within a week.",
    )
    return [_suggest(finding, advice, 100 + min(z, 90))]


def _before(ctx: Context, kpi: str, by: str = "", group: str = "") -> float:
    found = ctx.previous.get((kpi, by, group))
    return found.value or 0.0 if found else 0.0


def _worsened(ctx: Context) -> list[Suggestion]:
    """Shares that moved the wrong way since the period before by more than chance."""
    found = []
    for now in totals(ctx):
        before = ctx.previous.get((now.kpi, "", ""))
        if before is None or now.unit != "share" or now.kpi not in KPIS:
            continue
        z = shift(now.numerator, now.denominator, before.numerator, before.denominator)
        if not (-z if KPIS[now.kpi].higher_is_better else z) >= BEYOND_CHANCE:
            continue
        finding = ctx.say(
            "{name}由 {before} 变为 {now}，变差超出正常波动（{z:.1f} 个标准差）。",
            "{name} went from {before} to {now}: worse by more than chance ({z:.1f} standard deviations).",
            name=kpi_name(now.kpi, ctx.lang), before=show(before.figure, ctx.lang), now=show(now.figure, ctx.lang), z=abs(z),
        )  # fmt: skip
        advice = ADVICE.get(now.kpi, FIND_THE_CAUSE).of(ctx.lang)
        found.append(_suggest(finding, advice, 150 + min(abs(z), 40)))
    return found


def _vital_few(ctx: Context) -> list[Suggestion]:
    found = []
    for key, weight in (("root_cause", 50.0), ("category", 40.0)):
        spread = split(ctx.column(key))
        few = spread.vital_few()
        if len(spread.counts) < 3 or len(few) > len(spread.counts) / 2 or spread.given < FEWEST:
            continue
        share = sum(spread.counts[value] for value in few) / spread.given
        coded = key == "category"
        labels = {} if coded else ctx.grouped.labels(key, few[:5])
        names = [
            f"{ctx.label('category', value) if coded else labels[value]} ({spread.counts[value]:,})"
            for value in few[:5]
        ]
        if len(few) > 5:
            names.append("…")
        found.append(_suggest(
            ctx.say("{column}共 {all} 种，其中 {few} 种占 {share:.0%}：{names}。", "{few} of {all} values of “{column}” make {share:.0%}: {names}.",
                    column=column_label(key, ctx.lang), all=len(spread.counts), few=len(few), share=share, names=ctx.listed(names)),
            ctx.say("先集中解决这几项：各定一名负责人和一个改进日期。", "Deal with these first: one person answerable and one date for each."),
            weight,
        ))  # fmt: skip
    return found


def _lessons(ctx: Context) -> list[Block]:
    """The latest lessons noted by the teams themselves."""
    lessons = ctx.column("lessons")
    noted = np.flatnonzero(ctx.is_complaint)[lessons.notna().to_numpy(dtype=bool)]
    if not len(noted):
        return []
    received = ctx.report.complaints["received_at"].to_numpy(dtype="datetime64[s]")[noted]
    latest = noted[np.argsort(received, kind="stable")[::-1]]
    rows = ctx.rows(latest[:LESSONS], "complaint_id", "lessons")
    lines = tuple((said(row["complaint_id"], ctx.lang), clipped(str(row["lessons"]), 160)) for row in rows)
    columns = (
        Column(column_label("complaint_id", ctx.lang), "id"),
        Column(column_label("lessons", ctx.lang), "long"),
    )
    more = len(noted) - len(lines)
    note = ctx.say("另有 {n} 条。", "And {n} more.", n=f"{more:,}") if more > 0 else ""
    return [
        Table(
            ctx.say("团队记录的经验教训（最近）", "Lessons the teams noted (latest)"),
            columns,
            lines,
            None,
            note,
        )
    ]
