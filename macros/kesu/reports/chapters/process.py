"""Chapter 4: how complaints are handled against their deadlines, and what must be done next."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Final

import numpy as np
import pandas as pd

from kesu.register.kpis import AGES
from kesu.register.settings import TARGETS
from kesu.reports.chapters import distributions
from kesu.reports.chapters.blocks import (
    Block,
    Card,
    Cards,
    Cell,
    Chapter,
    Chart,
    Column,
    Figure,
    Sentence,
    Table,
    Verdict,
)
from kesu.reports.chapters.context import FOLLOWUPS_SHOWN, Context
from kesu.reports.chapters.figures import clipped, show
from kesu.reports.chapters.labels import FOLLOW_UPS, STATES, kpi_name, said
from kesu.reports.chapters.overview import versus
from kesu.rules.deadlines import MISSED
from kesu.rules.followups import GROUPS, left_out, said_late, said_left_out
from kesu.rules.kpis.movement import MOVED
from kesu.words.text import Text, counted

SHARES: Final = {
    "first_response": "first_response_in_time",
    "reply": "reply_in_time",
    "resolution": "resolution_in_time",
    "callback": "callback_coverage",
}
"""The KPI that is judged by each deadline; where it says nothing, nothing can be said about the deadline."""


def process(ctx: Context) -> Chapter:
    """Chapter 4."""
    kpis = (
        "response_mean",
        "cycle_median",
        "cycle_mean",
        "cycle_p90",
        "urgent_response_mean",
        "urgent_cycle_mean",
        "backlog_open",
        "overdue_now",
        "awaiting_callback",
    )
    blocks: list[Block] = [Cards(tuple(card(ctx, kpi) for kpi in kpis))]
    if ctx.total:
        blocks.append(_states(ctx))
        status = distributions.table(ctx, "status", ctx.say("办理状态", "Status"))
        blocks += [status] if status else []
        blocks.append(_ageing(ctx))
        blocks += _transfers(ctx)
    blocks += _movement(ctx)
    blocks += _followups(ctx)
    title = ctx.say("处理流程与时效", "Process and deadlines")
    return Chapter("process", ctx.say("流程与时效", "Process"), title, tuple(blocks))


def card(ctx: Context, kpi: str) -> Card:
    """The key figure of a KPI in total, against its target and the period before."""
    now = ctx.kpi(kpi)
    verdict = Verdict(now.met) if now and now.met is not None else None
    return Card(kpi_name(kpi, ctx.lang), now.figure if now else Figure(None), verdict, versus(ctx, kpi))


def _states(ctx: Context) -> Table:
    columns = [Column(ctx.say("时限", "Deadline"))]
    columns += [Column(label.of(ctx.lang), "figure") for label in STATES.values()]
    columns += [Column(ctx.say("按时率（已到期）", "In time, of those due"), "figure")]
    rows: list[tuple[Cell, ...]] = []
    said_parts = []
    for target, name in TARGETS.items():
        counts = ctx.column(f"{target}_state").value_counts()
        numbers = {state: int(counts.get(state, 0)) for state in STATES}
        due = numbers["met"] + sum(numbers[state] for state in MISSED)
        kpi = ctx.kpi(SHARES[target])
        share = kpi.figure if kpi else Figure(numbers["met"] / due if due else None, "share")
        rows.append((name.of(ctx.lang), *(Figure(number) for number in numbers.values()), share))
        said_parts.append(f"{name.of(ctx.lang)} {show(share, ctx.lang)}")
    alt = ctx.say("按时率：{parts}", "In time: {parts}", parts=ctx.listed(said_parts))
    note = ctx.say(
        "按时率 = 按时 ÷（按时 + 逾期完成 + 已逾期 + 无法证明按时）；未到期的不计；重开过的按前后两轮一起判断，状态是本轮的。",
        "In time = met ÷ (met + late + overdue + not proven); what is not due yet is not counted. Reopened ones are judged "
        "by both cycles; the states are those of the present one.",
    )
    return Table(
        ctx.say("时限执行情况", "Deadlines kept"),
        tuple(columns),
        tuple(rows),
        Chart("stack", (1, 2, 3, 4, 5, 6), alt),
        note,
    )


def _ageing(ctx: Context) -> Table:
    classes = np.bincount(
        np.searchsorted(AGES, ctx.report.backlog_days, side="right"), minlength=len(AGES) + 1
    )
    bounds = (0, *AGES)
    labels = [ctx.say("{a}–{b} 天", "{a} to {b} days", a=a, b=b) for a, b in zip(bounds, AGES, strict=False)]
    labels[0] = ctx.say("不足 1 天", "under 1 day")
    labels.append(ctx.say("{a} 天及以上", "{a} days and more", a=AGES[-1]))
    total = int(classes.sum())
    rows = tuple(
        (label, Figure(int(count)), Figure(count / total if total else None, "share"))
        for label, count in zip(labels, classes.tolist(), strict=True)
    )
    columns = (
        Column(ctx.say("账龄", "Age")),
        Column(ctx.say("件数", "Count"), "figure"),
        Column(ctx.say("占比", "Share"), "figure"),
    )
    title = ctx.say(
        "未结投诉账龄（不论何时受理，共 {n} 件）",
        "Age of open complaints, whenever received ({n})",
        n=f"{total:,}",
    )
    alt = (
        title
        + ctx.say("：", ": ")
        + ctx.listed([f"{label} {count:,}" for label, count in zip(labels, classes.tolist(), strict=True)])
    )
    return Table(title, columns, rows, Chart("bars", (1,), alt) if total else None)


def _movement(ctx: Context) -> list[Block]:
    frame = ctx.report.movement
    if frame.empty:
        return []
    columns = (
        Column(ctx.say("月份", "Month")),
        Column(ctx.say("期初未结", "Open at first"), "figure"),
        Column(ctx.say("受理", "Received"), "figure"),
        Column(ctx.say("重开", "Reopened"), "figure"),
        Column(ctx.say("解决", "Resolved"), "figure"),
        Column(ctx.say("办结时间不明", "No time given"), "figure"),
        Column(ctx.say("期末未结", "Open at last"), "figure"),
    )
    rows: list[tuple[Cell, ...]] = [
        (str(month)[:7], *(Figure(number) for number in numbers))
        for month, numbers in zip(frame.index, frame[list(MOVED)].to_numpy().tolist(), strict=True)
    ]
    unseen = int(frame["unseen"].sum())
    note = ctx.say(
        "期初未结 + 受理 + 重开 − 解决 − 办结时间不明 = 期末未结，也就是下月的期初。办结时间不明：已办结而没写何时，算在受理的月份。",
        "Open at first + received + reopened - resolved - no time given = open at last, which is the next month's first. No "
        "time given: finished, but nobody says when; counted in the month of receipt.",
    )
    if unseen:
        note += ctx.say(
            " 另有重开 {n} 次不在其中：之前的解决时间已被写掉。用“重开”按钮重开，之前那一轮就会留下。",
            " {n} more reopenings are not among them: the time of the resolution before was written over. Reopen by the "
            "button Reopen, and the cycle before is kept.",
            n=f"{unseen:,}",
        )
    return [Table(ctx.say("未结投诉的变动", "How open complaints moved"), columns, tuple(rows), None, note)]


def _transfers(ctx: Context) -> list[Block]:
    times = ctx.column("transfers").to_numpy(dtype=float)
    times = times[~np.isnan(times)]
    if not len(times):
        return []
    classes = np.bincount(np.clip(times, 0, 3).astype(int), minlength=4)
    labels = [*("0", "1", "2"), ctx.say("3 次及以上", "3 and more")]
    columns = (
        Column(ctx.say("转办次数", "Transfers")),
        Column(ctx.say("件数", "Count"), "figure"),
        Column(ctx.say("占比", "Share"), "figure"),
    )
    rows = tuple(
        (label, Figure(int(count)), Figure(count / len(times), "share"))
        for label, count in zip(labels, classes.tolist(), strict=True)
    )
    repeated = int(classes[2:].sum())
    note = ctx.say(
        "{n} 件转办两次及以上：反复转办是预警信号。",
        "{n} were handed on twice or more: repeated transfers are a warning sign.",
        n=f"{repeated:,}",
    )
    return [Table(ctx.say("转办", "Transfers"), columns, rows, Chart("bars", (1,), note), note)]


def overdue_followups(ctx: Context) -> int:
    """How many complaints to follow up are overdue."""
    return int(ctx.followups["group"].eq("overdue").sum())


def _followups(ctx: Context) -> list[Block]:
    frame = ctx.followups
    rest = said_left_out(left_out(ctx.report.followups), "kesu followups --all")
    more_of = [] if rest is None else [Sentence(rest.of(ctx.lang))]
    if frame.empty:
        return [Sentence(ctx.say("没有待跟进事项。", "Nothing is waiting to be followed up.")), *more_of]
    overdue = overdue_followups(ctx)
    lead = ctx.say(
        "待跟进 {n} 件投诉，其中 {late} 件已逾期。",
        "{n} to follow up, {late} overdue.",
        n=Text(f"{len(frame):,}", counted(len(frame), "complaint")),
        late=f"{overdue:,}",
    )
    rows = [_followup(ctx, row) for row in frame.head(FOLLOWUPS_SHOWN).to_dict("records")]
    columns = (
        Column(ctx.say("投诉编号", "Complaint no."), "id"),
        Column(ctx.say("位置", "Where"), "id"),
        Column(ctx.say("严重程度", "Severity")),
        Column(ctx.say("责任人", "Owner")),
        Column(ctx.say("事项", "What")),
        Column(ctx.say("到期", "Due"), "time"),
        Column(ctx.say("急缓", "When")),
        Column(ctx.say("另有", "Also"), "long"),
        Column(ctx.say("下一步", "Next step"), "long"),
    )
    more = len(frame) - len(rows)
    notes = [ctx.say("另有 {n} 件，见跟进清单。", "And {n} more; see the follow-up list.", n=f"{more:,}")] * (
        more > 0
    )
    if frame["clock"].head(FOLLOWUPS_SHOWN).eq("business").any():
        notes.append(ctx.say("* 按工作时间计。", "* in working time."))
    title = ctx.say("跟进清单（最紧急在前）", "Follow-ups, most urgent first")
    between = "" if ctx.lang == "zh" else " "
    return [
        Sentence(lead, warning=overdue > 0),
        *more_of,
        Table(title, columns, tuple(rows), None, between.join(notes)),
    ]


def _followup(ctx: Context, row: dict[Hashable, Any]) -> tuple[Cell, ...]:
    """One complaint: its most urgent task, and its other ones."""
    due, when = row["due_at"], GROUPS[row["group"]].of(ctx.lang)
    late = said_late(row["overdue_hours"], row["day_hours"], ctx.lang) + "*" * (row["clock"] == "business")
    own = ctx.own_words(row["register"], "register", row["row"]) or ()
    return (
        _number(ctx, row),
        _where(ctx, row),
        ctx.label("severity", row.get("severity")) if isinstance(row.get("severity"), str) else "",
        _owner(ctx, row),
        _task(ctx, row),
        due if isinstance(due, pd.Timestamp) else None,
        f"{when} {late}" if row["group"] == "overdue" else when,
        clipped(ctx.cell("owner", row["also"], own), 130),
        clipped(said(row["next_step"], ctx.lang), 130),
    )


def _task(ctx: Context, row: dict[Hashable, Any]) -> str:
    """What is to be done; an item's own text only where it is known whom it may name."""
    kind = FOLLOW_UPS[row["kind"]].of(ctx.lang) if row["kind"] in FOLLOW_UPS else str(row["kind"])
    what = said(row["what"], ctx.lang)
    own = ctx.own_words(row["register"], "register", row["row"])
    if not what or what == kind or (own is None and not ctx.report.unmasked):
        return kind
    return clipped(ctx.say("{kind}：{what}", "{kind}: {what}", kind=kind, what=ctx.free(what, own or ())), 70)


def _owner(ctx: Context, row: dict[Hashable, Any]) -> str:
    own = ctx.own_words(row["register"], "register", row["row"])
    return ctx.cell("owner", said(row["owner"], ctx.lang), own or ())


def _number(ctx: Context, row: dict[Hashable, Any]) -> str:
    own = ctx.own_words(row["register"], "register", row["row"])
    return ctx.cell("complaint_id", said(row["complaint_id"], ctx.lang), own or ())


def _where(ctx: Context, row: dict[Hashable, Any]) -> str:
    row_said = ctx.say("第 {row} 行", "row {row}", row=row["row"])
    return f"{clipped(ctx.register_name(row['register']), 26)} ▸ {row_said}" if ctx.several else row_said
