"""Chapter 2: what customers complained about."""

from __future__ import annotations

from kesu.reports.chapters import distributions
from kesu.reports.chapters.blocks import Block, Card, Cards, Chapter, Column, Figure, Sentence, Table
from kesu.reports.chapters.context import Context
from kesu.reports.chapters.figures import show
from kesu.reports.chapters.labels import kpi_name
from kesu.reports.chapters.named import key_complaints, repeats
from kesu.reports.chapters.volumes import trend


def complaints(ctx: Context) -> Chapter:
    """Chapter 2."""
    blocks: list[Block] = [
        Cards(
            tuple(
                count_card(ctx, kpi)
                for kpi in (
                    "complaints",
                    "complaints_per_million",
                    "escalated_per_million",
                    "repeat_rate",
                    "compensation_paid",
                )
            )
        )
    ]
    if not ctx.total:
        blocks.append(Sentence(ctx.say("本期没有投诉。", "There were no complaints in this period.")))
    else:
        if ctx.running:
            blocks.append(
                Sentence(
                    ctx.say(
                        "本期尚未结束：已过 {days:.1f} 天。件数与上期比较时请留意。",
                        "The period is not over: {days:.1f} days of it have passed. Mind this when comparing counts with the period before.",
                        days=ctx.days,
                    )
                )
            )
        blocks += trend(ctx)
        for key, zh, en, by in (
            ("channel", "按渠道", "By channel", "channel"),
            ("category", "按类型", "By category", "category"),
            ("product", "按产品", "By product", ""),
            ("severity", "按严重程度", "By severity", "severity"),
            ("customer_tier", "按客户等级", "By customer tier", "tier"),
            ("involved_departments", "按涉及部门", "By department involved", ""),
            ("root_cause", "按根本原因", "By root cause", ""),
            ("responsibility", "按责任归属", "By responsibility", ""),
        ):
            found = distributions.table(ctx, key, ctx.say(zh, en), by=by)
            blocks += [found] if found else []
        blocks += _by_register(ctx)
        blocks += [key_complaints(ctx), *repeats(ctx)]
    title = ctx.say("投诉概述", "Complaints overview")
    return Chapter("complaints", ctx.say("投诉概述", "Complaints"), title, tuple(blocks))


def count_card(ctx: Context, kpi: str) -> Card:
    """A KPI and how it stands against the period before."""
    now = ctx.kpi(kpi)
    return Card(kpi_name(kpi, ctx.lang), now.figure if now else Figure(None), None, versus(ctx, kpi))


def versus(ctx: Context, kpi: str) -> str:
    """How a KPI stands against the period before, in words; empty where there is nothing to compare."""
    now = ctx.kpi(kpi)
    before = ctx.previous.get((kpi, "", ""))
    if now is None or before is None or before.value is None:
        return ctx.say("上期：–", "Previous: –")
    change = ctx.change(now)
    words = ctx.say("上期 {before}", "Previous {before}", before=show(before.figure, ctx.lang))
    return words if change.value is None else f"{words}  {show(change, ctx.lang)}"


def _by_register(ctx: Context) -> list[Block]:
    if not ctx.several:
        return []
    counts = ctx.column("register").value_counts()
    rows = tuple(
        (ctx.register_name(name), Figure(int(count)), Figure(count / ctx.total, "share"))
        for name, count in zip(counts.index.tolist()[:30], counts.tolist(), strict=False)
    )
    columns = (
        Column(ctx.say("登记表", "Register")),
        Column(ctx.say("件数", "Count"), "figure"),
        Column(ctx.say("占比", "Share"), "figure"),
    )
    note = (
        ""
        if len(counts) <= 30
        else ctx.say("另有 {n} 个登记表。", "And {n} more {n:register|registers}.", n=len(counts) - 30)
    )
    return [Table(ctx.say("按登记表", "By register"), columns, rows, None, note)]
