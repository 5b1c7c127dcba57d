"""Chapter 6: suggestions, each derived from the report's own figures."""

from __future__ import annotations

from typing import Final

import numpy as np

from kesu.reports.chapters.advice import ADVICE, FIND_THE_CAUSE
from kesu.reports.chapters.blocks import Block, Chapter, Column, Figure, Sentence, Table
from kesu.reports.chapters.changes import GROUPED_BY, Suggestion, changes, changes_judged, groups_of, label_of
from kesu.reports.chapters.context import Context, column_label
from kesu.reports.chapters.distributions import split
from kesu.reports.chapters.figures import clipped, show
from kesu.reports.chapters.kpi import Kpi
from kesu.reports.chapters.labels import kpi_name, said
from kesu.reports.chapters.measures import measures
from kesu.reports.chapters.results import totals
from kesu.reports.chapters.suggested import suggested
from kesu.rules.chance import FEWEST
from kesu.rules.kpis import KPIS

LESSONS: Final = 8
GROUPS_NAMED: Final = 2
BY_WHOM: Final = ("register", "department", "tier")
"""Groups that suggestions name."""


def improvements(ctx: Context, found: list[Suggestion]) -> Chapter:
    """Chapter 6; ``found``: what `suggestions` gave."""
    words = _lead(ctx, found)
    blocks: list[Block] = [Sentence(words)] if words else []
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
    blocks += measures(ctx)
    blocks += _lessons(ctx)
    blocks += suggested(ctx)
    title = ctx.say("改进建议", "Improvements")
    return Chapter("improvements", title, title, tuple(blocks))


def suggestions(ctx: Context) -> list[Suggestion]:
    """Missed targets, then what got worse, then what rises, then the few causes that make most complaints, heaviest first within each."""
    if not ctx.total:
        return []
    found = [*_missed(ctx), *changes(ctx), *_vital_few(ctx)]
    return sorted(found, key=lambda one: -one.weight)


def _lead(ctx: Context, found: list[Suggestion]) -> str:
    """Whether all is well, as far as the figures prove it; nothing of what the suggestions say themselves."""
    if not ctx.total:
        return ctx.say("本期没有投诉，暂无建议。", "No complaints in this period, so nothing to suggest.")
    judged = [kpi for kpi in ctx.kpis.values() if kpi.met is not None]
    missed = [kpi for kpi in judged if not kpi.met]
    if not judged:
        words = ctx.say("没有可与目标比较的指标。", "No figure can be compared with a target.")
    elif not missed:
        words = ctx.say("目标都已达到。", "Every target is met.")
    elif all(kpi.group_by for kpi in missed):
        words = ctx.say(
            "总体没有未达标的指标；分组中未达标 {n} 项（{by}，见第 5 章）。",
            "No target is missed in total; missed in groups: {n} (by {by}, see chapter 5).",
            n=len(missed),
            by=ctx.listed([GROUPED_BY[by].of(ctx.lang) for by in dict.fromkeys(kpi.group_by for kpi in missed)]),
        )  # fmt: skip
    else:
        words = ""
    quiet = "" if any(one.change for one in found) else changes_judged(ctx)
    return ctx.say("{words}{quiet}", "{words} {quiet}", words=words, quiet=quiet).strip()


def _missed(ctx: Context) -> list[Suggestion]:
    found = []
    for kpi in totals(ctx):
        short = {by: _short_of(ctx, kpi.kpi, by) for by in BY_WHOM}
        if kpi.met is not False and not any(short.values()):
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
        worst = f"{GROUPED_BY[by].of(ctx.lang)} {_named(ctx, short[by][0])}" if by else ""
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
                200 + missed + gap if missed or short["tier"] else 120,
                headline + stop,
            )
        )
    return found


def _short_of(ctx: Context, kpi: str, by: str) -> list[Kpi]:
    """Groups that miss the target, the one with most cases short of it first."""
    missed = [one for one in groups_of(ctx, kpi, by) if one.met is False]
    return sorted(missed, key=lambda one: (-_missing(one), one.value or 0.0, one.group))


def _by_whom(ctx: Context, by: str, groups: list[Kpi]) -> str:
    names = [_named(ctx, one) for one in groups[:GROUPS_NAMED]]
    if len(groups) > GROUPS_NAMED:
        names.append(ctx.say("另 {n} 个", "{n} more", n=len(groups) - GROUPS_NAMED))
    return ctx.say(
        "未达标的{by}：{names}", "short of it by {by}: {names}", by=GROUPED_BY[by], names=ctx.listed(names)
    )


def _named(ctx: Context, one: Kpi) -> str:
    label = label_of(ctx, one)
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


def _missing(kpi: Kpi) -> float:
    """Cases that a share lacks to be full; 0 for figures that are no such share."""
    rising_is_good = kpi.kpi in KPIS and KPIS[kpi.kpi].higher_is_better
    if kpi.unit != "share" or not rising_is_good or kpi.numerator is None or not kpi.denominator:
        return 0.0
    return kpi.denominator - kpi.numerator


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
        found.append(Suggestion.of(
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
    received = ctx.report.complaints["received_at"].to_numpy()[noted]
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
