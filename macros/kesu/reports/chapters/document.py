"""A Report as chapters of blocks, in its language: the one place that decides what a report says."""

from __future__ import annotations

from kesu.register.periods import Period
from kesu.reports.chapters.appendix import appendix
from kesu.reports.chapters.blocks import (
    Block,
    Bullets,
    Cards,
    Cell,
    Chapter,
    Column,
    Document,
    Figure,
    Sentence,
    Table,
    Verdict,
    inert,
)
from kesu.reports.chapters.changes import Suggestion
from kesu.reports.chapters.context import Context
from kesu.reports.chapters.feedback import feedback
from kesu.reports.chapters.improvements import improvements, suggestions
from kesu.reports.chapters.overview import complaints
from kesu.reports.chapters.process import card, overdue_followups, process
from kesu.reports.chapters.results import results
from kesu.reports.model import Report
from kesu.rules.account_of_rows import TITLE, line, needs_telling, table_of
from kesu.words.text import Text, counted

SUMMARY_KPIS = (
    "complaints",
    "first_response_in_time",
    "reply_in_time",
    "resolution_in_time",
    "satisfaction",
    "cycle_median",
)

REGISTERS_SHOWN = 40
ATTENTION = 4
"""Suggestions that the summary shows."""


def document(report: Report) -> Document:
    """The whole report: summary, six chapters, appendix. Pure; personal data masked unless ``report.unmasked``."""
    ctx = Context(report)
    period = span(ctx, report.period)
    title = ctx.say("客户投诉报告", "Customer complaint report")
    if report.organisation:
        title = ctx.say("{who} 客户投诉报告", "{who}: customer complaint report", who=report.organisation)
    subtitle = ctx.say(
        "受理时间 {period}　统计截至 {as_of}",
        "Received in {period} · as of {as_of}",
        period=period,
        as_of=_moment(ctx),
    )
    footer = (
        ctx.say("个人信息未隐去，仅限内部使用", "Personal data is shown: internal use only")
        if report.unmasked
        else ctx.say("个人信息已隐去", "Personal data is masked")
    )
    found = suggestions(ctx)
    chapters = (
        scope(ctx),
        complaints(ctx),
        feedback(ctx),
        process(ctx),
        results(ctx),
        improvements(ctx, found),
    )
    made: Document = inert(
        Document(
            ctx.lang, report.as_of, title, subtitle, footer, summary(ctx, found), chapters, appendix(ctx)
        )
    )
    return made


def span(ctx: Context, period: Period) -> str:
    """A period in words: 2026-10, 2026Q4, or its first and last day."""
    first, dots, last = str(period).partition("..")
    return ctx.say("{first} 至 {last}", "{first} to {last}", first=first, last=last) if dots else first


def summary(ctx: Context, found: list[Suggestion]) -> Chapter:
    """What a manager reads first: key figures and what needs attention."""
    blocks: list[Block] = [Cards(tuple(card(ctx, kpi) for kpi in SUMMARY_KPIS))]
    unread = [ctx.register_name(source.name) for source in ctx.report.sources if source.error]
    if unread:
        blocks.append(
            Sentence(
                ctx.say(
                    "未能读取：{names}（见附录）。",
                    "Could not be read: {names} (see the appendix).",
                    names=ctx.listed(unread[:5]),
                ),
                warning=True,
            )
        )
    late = overdue_followups(ctx)
    if late:
        words = ctx.say("待跟进 {n} 件投诉，其中 {late} 件已逾期（见第 4 章）。", "{n} to follow up, {late} overdue (chapter 4).",
                        n=Text(f"{len(ctx.followups):,}", counted(len(ctx.followups), "complaint")), late=f"{late:,}")  # fmt: skip
        blocks.append(Sentence(words, warning=True))
    if found:
        blocks.append(
            Bullets(
                ctx.say("需要关注", "What needs attention"), tuple(one.headline for one in found[:ATTENTION])
            )
        )
    elif not ctx.total:
        blocks.append(Sentence(ctx.say("本期没有投诉。", "There were no complaints in this period.")))
    title = ctx.say("摘要", "Summary")
    return Chapter("summary", title, title, tuple(blocks))


def _moment(ctx: Context) -> str:
    """The instant that the report is about, and whose clock that is where the registers say."""
    report = ctx.report
    zone = ctx.say("（{zone}）", " ({zone})", zone=report.time_zone) if report.time_zone else ""
    return f"{report.as_of:%Y-%m-%d %H:%M}{zone}"


def scope(ctx: Context) -> Chapter:
    """Chapter 1."""
    report = ctx.report
    read = [source for source in report.sources if source.error is None]
    before = span(ctx, report.period.previous())
    lead = ctx.say(
        "本报告统计 {first} 至 {last}（含首尾两日）受理的记录，数据截至 {as_of}，与上期 {before} 比较。记录来自 {n} 个登记表，共 {records} 条，其中投诉 {complaints} 件。",
        "This report covers what was received from {first} to {last}, both days included, as it stood on {as_of}, compared with the period before ({before}). It rests on {registers} with {rows}, {complaints} of them complaints.",
        first=report.period.first, last=report.period.last, as_of=_moment(ctx), before=before,
        n=len(read), registers=counted(len(read), "register"), rows=counted(len(report.complaints), "record"), records=f"{len(report.complaints):,}", complaints=f"{ctx.total:,}",
    )  # fmt: skip
    purpose = ctx.say(
        "目的：让管理层看到投诉量、时限和客户满意与目标的差距，并据此改进（参照 GB/T 19012 / ISO 10002）。",
        "Its purpose: to show management how volumes, deadlines and satisfaction stand against target, and what to improve (after ISO 10002).",
    )
    masked = (
        ctx.say(
            "注意：本报告未隐去个人信息，仅限内部使用。",
            "Mind: personal data is shown in this report; for internal use only.",
        )
        if report.unmasked
        else ctx.say("姓名、电话、账号等个人信息已隐去。", "Names, telephone and account numbers are masked.")
    )
    columns = (
        Column(ctx.say("登记表", "Register")),
        Column(ctx.say("记录数", "Records"), "figure"),
        Column(ctx.say("事项数", "Items"), "figure"),
        Column(ctx.say("读取", "Read"), "verdict"),
    )
    sources = sorted(report.sources, key=lambda source: source.error is None)[:REGISTERS_SHOWN]
    rows = tuple(
        (
            ctx.register_name(source.name),
            Figure(None if source.error else source.complaints),
            Figure(None if source.error else source.items),
            Verdict(
                source.error is None,
                ctx.say("✘ 未能读取", "✘ not read") if source.error else ctx.say("✔ 已读取", "✔ read"),
            ),
        )
        for source in sources
    )
    more = len(report.sources) - len(rows)
    note = ctx.say("另有 {n} 个登记表。", "And {n} more {n:register|registers}.", n=more) if more > 0 else ""
    blocks: tuple[Block, ...] = (
        Sentence(purpose), Sentence(lead), *_account(ctx), Sentence(masked, warning=report.unmasked),
        *(Sentence(ctx.told(text.of(ctx.lang)), warning=True) for text in report.notes),
        Table(ctx.say("数据来源", "Sources"), columns, rows, None, note),
    )  # fmt: skip
    return Chapter("scope", ctx.say("目的与范围", "Scope"), ctx.say("目的与范围", "Scope and period"), blocks)


def _account(ctx: Context) -> list[Block]:
    """The account of rows: in one line, and by register."""
    accounts = ctx.report.account
    if accounts.empty:
        return []
    header, *rows = table_of(accounts, ctx.lang, REGISTERS_SHOWN)
    columns = (
        Column(header[0].capitalize()),
        *(Column(label.capitalize(), "figure") for label in header[1:]),
    )
    body: tuple[tuple[Cell, ...], ...] = tuple(
        (ctx.told(name), *(Figure(int(n)) for n in numbers)) for name, *numbers in rows
    )
    more = len(accounts) - REGISTERS_SHOWN
    note = (
        ctx.say(
            "另有 {n} 个登记表，已计入合计。", "And {n} more {n:register|registers}, in the total.", n=more
        )
        if more > 0
        else ""
    )
    words = Sentence(line(accounts).of(ctx.lang), warning=needs_telling(accounts))
    return [words, Table(TITLE.of(ctx.lang), columns, body, None, note)]
