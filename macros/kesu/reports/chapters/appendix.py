"""The appendix: quality of the data, registers that could not be read, definitions."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd

from kesu.register.columns import sheet_key
from kesu.reports.chapters.blocks import Block, Chapter, Column, Figure, Sentence, Table
from kesu.reports.chapters.context import FINDINGS_SHOWN, Context, column_label
from kesu.reports.chapters.figures import clipped
from kesu.reports.chapters.labels import said
from kesu.reports.masking import is_personal
from kesu.rules.checks import DIMENSIONS, SEVERITIES
from kesu.rules.kpis import KPIS
from kesu.words.text import Text

UNREAD_SHOWN: Final = 200


def appendix(ctx: Context) -> Chapter:
    """Findings by rule, the first findings, unread registers, definitions of the KPIs."""
    blocks: list[Block] = [*_unread(ctx), *_by_rule(ctx), *_first(ctx), *_definitions(ctx)]
    title = ctx.say("附录：数据质量与定义", "Appendix: data quality and definitions")
    return Chapter("appendix", ctx.say("附录", "Appendix"), title, tuple(blocks))


def _unread(ctx: Context) -> list[Block]:
    unread = [
        (ctx.register_name(source.name), ctx.free(source.error.of(ctx.lang)))
        for source in ctx.report.sources
        if source.error
    ]
    if not unread:
        return []
    columns = (Column(ctx.say("登记表", "Register")), Column(ctx.say("原因", "Reason"), "long"))
    more = len(unread) - UNREAD_SHOWN
    note = ctx.say("另有 {n} 个。", "And {n} more.", n=f"{more:,}") if more > 0 else ""
    title = ctx.say("未能读取的登记表", "Registers that could not be read")
    return [Table(title, columns, tuple(unread[:UNREAD_SHOWN]), None, note)]


def _by_rule(ctx: Context) -> list[Block]:
    counts = ctx.report.finding_counts
    if counts.empty:
        return [Sentence(ctx.say("检查没有发现问题。", "The checks found nothing."))]
    facts = counts.drop_duplicates("rule").set_index("rule")
    totals = counts.groupby("rule")["count"].sum()
    ranks = {str(severity): at for at, severity in enumerate(SEVERITIES)}
    order = sorted(
        totals.index, key=lambda rule: (ranks[str(facts.at[rule, "severity"])], -int(totals[rule]), str(rule))
    )
    rows = tuple(
        (
            str(rule), said(facts.at[rule, "title"], ctx.lang), _word(SEVERITIES, facts.at[rule, "severity"], ctx.lang),
            _word(DIMENSIONS, facts.at[rule, "dimension"], ctx.lang), Figure(int(totals[rule])),
        )
        for rule in order
    )  # fmt: skip
    columns = (
        Column(ctx.say("规则", "Rule"), "id"), Column(ctx.say("检查内容", "What is checked")), Column(ctx.say("级别", "Severity")),
        Column(ctx.say("维度", "Dimension")), Column(ctx.say("数量", "Count"), "figure"),
    )  # fmt: skip
    total = int(totals.sum())
    lead = ctx.say("检查共发现 {n} 处问题。", "The checks found {n} {n:point|points}.", n=f"{total:,}")
    return [Sentence(lead), Table(ctx.say("检查结果汇总", "Findings by rule"), columns, rows)]


def _first(ctx: Context) -> list[Block]:
    findings = ctx.report.findings.head(FINDINGS_SHOWN)
    if findings.empty:
        return []
    rows = tuple(
        (
            f"{ctx.register_name(row['register'])} ▸ {row['sheet']}{_row_said(ctx, row['row'])}", column_label(str(row["column"]), ctx.lang),
            _word(SEVERITIES, row["severity"], ctx.lang), clipped(_message(ctx, row), 160),
        )
        for row in findings.to_dict("records")
    )  # fmt: skip
    columns = (
        Column(ctx.say("位置", "Where")), Column(ctx.say("列", "Column")), Column(ctx.say("级别", "Severity")),
        Column(ctx.say("问题与改法", "What is wrong and how to mend it"), "long"),
    )  # fmt: skip
    more = int(ctx.report.finding_counts["count"].sum()) - len(rows)
    note = (
        ctx.say("另有 {n} 处，见 kesu check。", "And {n} more; see kesu check.", n=f"{more:,}")
        if more > 0
        else ""
    )
    return [
        Table(ctx.say("检查结果（最重要在前）", "Findings, most severe first"), columns, rows, None, note)
    ]


def _row_said(ctx: Context, row: object) -> str:
    return "" if pd.isna(row) else ctx.say(" ▸ 第 {row} 行", " ▸ row {row}", row=int(row))  # type: ignore[call-overload]


def _message(ctx: Context, row: dict[Hashable, Any]) -> str:
    """The message; what it quotes is masked as its column asks for."""
    message, value, key = said(row["message"], ctx.lang), said(row["value"], ctx.lang), str(row["column"])
    if ctx.report.unmasked:
        return message
    sheet = sheet_key(str(row["sheet"])) or ""
    if sheet == "improvements":  # about no complaint, so that anybody may be named
        return ctx.grouped.of_nobody([message])[message]
    own = () if sheet == "settings" else ctx.own_words(row["register"], sheet, row["row"])
    personal, quoted = is_personal(key), " ".join(value.split())
    if not quoted:
        return ctx.free(message, own or ())
    unsure = own is None and personal in {"", "free"} and not _is_number_of_case(key)
    masked = "…" if unsure else ctx.cell(key, quoted, own or ())
    if personal not in {"", "free"} and quoted not in message:  # quoted in part only: no knowing which part
        return masked
    return masked.join(ctx.free(part, own or ()) for part in message.split(quoted))


def _is_number_of_case(key: str) -> bool:
    return key == "complaint_id"


def _word(words: Mapping[Any, Text], key: object, lang: str) -> str:
    return said(words.get(str(key)), lang) or str(key)


def _definitions(ctx: Context) -> list[Block]:
    rows = tuple(
        (info.name.of(ctx.lang), info.defined(ctx.report.limits).of(ctx.lang), info.source.of(ctx.lang))
        for info in KPIS.values()
    )
    columns = (
        Column(ctx.say("指标", "KPI")),
        Column(ctx.say("定义", "Definition"), "long"),
        Column(ctx.say("来源", "Source"), "long"),
    )
    return [Table(ctx.say("指标定义", "Definitions of the KPIs"), columns, rows)]
