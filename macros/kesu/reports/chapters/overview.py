"""Chapter 2: what customers complained about."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Final

import numpy as np
import pandas as pd

from kesu.register.codes import ESCALATED
from kesu.register.settings import TARGETS
from kesu.reports.chapters import distributions
from kesu.reports.chapters.blocks import Block, Card, Cards, Cell, Chapter, Column, Figure, Sentence, Table
from kesu.reports.chapters.context import Context, column_label
from kesu.reports.chapters.figures import clipped, show
from kesu.reports.chapters.labels import STATES, kpi_name
from kesu.reports.chapters.volumes import trend
from kesu.rules.deadlines import OPEN_TARGETS

KEY_COMPLAINTS: Final = 12
WORDS_SHOWN: Final = 90
"""Width of a quoted text in Latin letters; a Chinese character counts as two."""

_SEVERITY: Final = {"urgent": 3, "severe": 2, "normal": 1, "minor": 0}


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
        blocks.append(_key_complaints(ctx))
    title = ctx.say("投诉概述", "Complaints overview")
    return Chapter("complaints", ctx.say("投诉概述", "Complaints"), title, tuple(blocks))


def key_places(ctx: Context) -> tuple[np.ndarray, int]:
    """Positions of the most severe, escalated or overdue complaints, worst first, and how many there are in all."""
    severity = ctx.scored("severity", lambda word: _SEVERITY.get(word, -1))
    overdue = np.zeros(ctx.total, dtype=bool)
    for target in OPEN_TARGETS:
        overdue |= ctx.scored(f"{target}_state", lambda word: word == "overdue") > 0
    escalated = ctx.scored("escalated_to", lambda word: bool(ESCALATED & set(word.split("|")))) > 0
    wanted = np.flatnonzero((severity >= _SEVERITY["severe"]) | overdue | escalated)
    received = ctx.column("received_at").to_numpy(dtype="datetime64[s]")[wanted].astype("int64")
    order = np.lexsort((received, -severity[wanted], ~escalated[wanted], ~overdue[wanted]))
    return np.flatnonzero(ctx.is_complaint)[wanted[order][:KEY_COMPLAINTS]], len(wanted)


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


def _key_complaints(ctx: Context) -> Table:
    places, total = key_places(ctx)
    keys = ("complaint_id", "received_at", "customer_name", "customer_tier", "category", "severity")
    columns = [
        Column(
            column_label(key, ctx.lang),
            "id" if key == "complaint_id" else "time" if key == "received_at" else "text",
        )
        for key in keys
    ]
    columns += [
        Column(ctx.say("时限状态", "Deadlines")),
        Column(column_label("escalated_to", ctx.lang)),
        Column(column_label("verbatim", ctx.lang), "long"),
    ]
    states = [f"{target}_state" for target in TARGETS]
    lines = [_key_line(ctx, row) for row in ctx.rows(places, *keys, "escalated_to", "verbatim", *states)]
    title = ctx.say("重点投诉：最严重、已升级或已逾期", "Key complaints: most severe, escalated or overdue")
    more = total - len(lines)
    note = ctx.say("另有 {n} 件。", "And {n} more.", n=f"{more:,}") if more > 0 else ""
    if not lines:
        note = ctx.say("没有严重、升级或逾期的投诉。", "None is severe, escalated or overdue.")
    return Table(title, tuple(columns), tuple(lines), None, note)


def _key_line(ctx: Context, row: dict[Hashable, Any]) -> tuple[Cell, ...]:
    escalated = row["escalated_to"]
    return (
        text_of(row["complaint_id"]), time_of(row["received_at"]), text_of(row["customer_name"]),
        ctx.label("tier", row["customer_tier"]), ctx.label("category", row["category"]),
        ctx.label("severity", row["severity"]), _worst(ctx, row),
        ctx.label("escalated_to", escalated) if isinstance(escalated, str) else "",
        clipped(text_of(row["verbatim"]), WORDS_SHOWN),
    )  # fmt: skip


def _worst(ctx: Context, row: dict[Hashable, Any]) -> str:
    for state in ("overdue", "due_soon", "late", "unproven", "pending"):
        targets = [
            name.of(ctx.lang) for target, name in TARGETS.items() if row.get(f"{target}_state") == state
        ]
        if targets:
            return ctx.say(
                "{state}：{targets}", "{state}: {targets}", state=STATES[state], targets=ctx.listed(targets)
            )
    return STATES["met"].of(ctx.lang) if any(row.get(f"{t}_state") == "met" for t in TARGETS) else ""


def text_of(value: object) -> str:
    """A cell that may be missing, as text."""
    return value if isinstance(value, str) else ""


def time_of(value: object) -> pd.Timestamp | None:
    """A cell that may be missing, as a time."""
    return value if isinstance(value, pd.Timestamp) else None
