"""Chapter 3: what else customers told, feedback and praise, and what those who complained expect."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from kesu.reports.chapters import distributions
from kesu.reports.chapters.blocks import Block, Cards, Cell, Chapter, Column, Figure, Sentence, Table
from kesu.reports.chapters.context import Context, column_label
from kesu.reports.chapters.figures import clipped
from kesu.reports.chapters.named import WORDS_SHOWN, text_of, time_of
from kesu.reports.chapters.overview import count_card

VOICES: Final = 8
VERSIONS: Final = 10
TIMES: Final = 12
"""Versions, and months or weeks, that their table shows at most."""
BY_MONTH_FROM: Final = 62
"""Days from which on a period is looked at by month; a shorter one by week."""
VERSION: Final = r"(?<![\s（(])[\s（(]*+(?:版本|version|ver\.?|v)?\s*+(?<![\d.])(\d++(?:\.\d++)++)[）)]?\s*+$"
"""A version at the end of a product's name, where the register keeps both in one column; no text makes it look twice."""


def feedback(ctx: Context) -> Chapter:
    """Chapter 3."""
    cards = tuple(count_card(ctx, kpi) for kpi in ("feedback", "feedback_in_time", "praise"))
    blocks: list[Block] = []
    is_feedback = ctx.of_kind("feedback")
    is_praise = ctx.of_kind("praise")
    for key, zh, en, by in (
        ("category", "反馈类型", "Feedback by category", "category"),
        ("channel", "反馈来源", "Feedback by source", "channel"),
        ("collection", "反馈收集方式", "How feedback was collected", ""),
        ("product", "反馈涉及的产品", "Feedback by product", ""),
    ):
        found = distributions.table(ctx, key, ctx.say(zh, en), mask=is_feedback, by=by, kpi="feedback", top=8)
        blocks += [found] if found else []
    blocks += _versions(ctx, is_feedback)
    blocks += _voices(
        ctx, is_feedback, ctx.say("客户反馈摘录（最近）", "What customers say (latest feedback)")
    )
    for key, zh, en, mask in (
        ("involved_staff", "表扬了谁", "Whom praise names", is_praise),
        ("involved_departments", "表扬涉及的部门", "Praise by department", is_praise),
    ):
        found = distributions.table(ctx, key, ctx.say(zh, en), mask=mask, top=8, chart=False)
        blocks += [found] if found else []
    blocks += _voices(ctx, is_praise, ctx.say("表扬摘录（最近）", "Praise (latest)"))
    for key, zh, en in (
        ("expectation", "投诉客户的期望", "What customers who complained expect"),
        ("emotional_state", "投诉客户的情绪", "How they felt"),
    ):
        found = distributions.table(ctx, key, ctx.say(zh, en), top=8)
        blocks += [found] if found else []
    if not blocks:
        blocks.append(
            Sentence(ctx.say("本期没有反馈和表扬。", "There was no feedback or praise in this period."))
        )
    return Chapter(
        "feedback",
        ctx.say("客户反馈", "Feedback"),
        ctx.say("客户反馈分析", "Customer feedback"),
        (Cards(cards), *blocks),
    )


def _versions(ctx: Context, mask: np.ndarray) -> list[Block]:
    """How much feedback each version of a product got, month by month, or week by week within a short period."""
    product, version, read = _product_and_version(ctx, mask)
    known = version.notna().to_numpy(bool) & product.notna().to_numpy(bool)
    received = ctx.column("received_at", mask).to_numpy("datetime64[s]")
    known &= ~np.isnat(received)
    if not known.any():
        return []
    monthly = ctx.days > BY_MONTH_FROM
    begins = _months(received[known]) if monthly else _weeks(received[known])
    times = np.unique(begins)[-TIMES:]
    counts = pd.crosstab(
        [product[known].to_numpy(object), version[known].to_numpy(object)],
        pd.Categorical(begins, np.unique(begins)),
    )
    counts = counts.loc[counts.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    shown = counts.iloc[:VERSIONS]
    products = ctx.grouped.labels("product", shown.index.get_level_values(0))
    versions = ctx.grouped.labels("version", shown.index.get_level_values(1))
    columns = (
        Column(column_label("product", ctx.lang)),
        Column(column_label("version", ctx.lang)),
        *(Column(str(time)[: 7 if monthly else 10], "figure") for time in times),
        Column(ctx.say("合计", "Total"), "figure"),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (clipped(products[name], distributions.LABEL), versions[number], *map(Figure, row[-len(times) :]), Figure(sum(row)))
        for (name, number), row in zip(shown.index.tolist(), shown.to_numpy().tolist(), strict=True)
    )  # fmt: skip
    title = (
        ctx.say("反馈：版本 × 月份", "Feedback: version by month")
        if monthly
        else ctx.say("反馈：版本 × 周（周一起）", "Feedback: version by week (from Monday)")
    )
    note = _left_out(ctx, len(counts) - len(shown), len(product) - int(known.sum()), int(read[known].sum()))
    return [Table(title, columns, rows, None, note)]


def _product_and_version(ctx: Context, mask: np.ndarray) -> tuple[pd.Series, pd.Series, np.ndarray]:
    """Product and version of the records, and whether the version was read off the end of the product's name."""
    product, version = ctx.column("product", mask), ctx.column("version", mask)
    read = product.str.extract(VERSION, flags=2)[0]
    from_name = version.isna() & read.notna()
    bare = product.str.replace(VERSION, "", regex=True, flags=2, n=1).str.strip()
    return product.mask(from_name & bare.ne(""), bare), version.fillna(read), from_name.to_numpy(bool)


def _left_out(ctx: Context, versions: int, without: int, read: int) -> str:
    notes = []
    if versions:
        notes.append(ctx.say("另有 {n} 个版本。", "And {n} more versions.", n=versions))
    if without:
        notes.append(
            ctx.say("{n} 条没有写版本，未列入。", "{n} name no version and are not in it.", n=f"{without:,}")
        )
    if read:
        notes.append(
            ctx.say(
                "{n} 条的版本取自产品名称。",
                "Of {n} the version was read off the product's name.",
                n=f"{read:,}",
            )
        )
    return " ".join(notes)


def _months(times: np.ndarray) -> np.ndarray:
    months: np.ndarray = times.astype("datetime64[M]").astype("datetime64[D]")
    return months


def _weeks(times: np.ndarray) -> np.ndarray:
    days = times.astype("datetime64[D]")
    mondays: np.ndarray = days - ((days.astype(int) + 3) % 7).astype("timedelta64[D]")
    return mondays


def _voices(ctx: Context, mask: np.ndarray, title: str) -> list[Block]:
    positions = np.flatnonzero(mask)
    if not len(positions):
        return []
    received = ctx.report.complaints["received_at"].to_numpy()[positions]
    latest = positions[np.argsort(received, kind="stable")[::-1][:VOICES]]
    keys = ("complaint_id", "received_at", "customer_name", "product", "verbatim")
    kinds = ("id", "time", "text", "text", "long")
    columns = tuple(Column(column_label(key, ctx.lang), kind) for key, kind in zip(keys, kinds, strict=True))  # type: ignore[arg-type]
    rows = tuple(
        (
            text_of(row["complaint_id"]),
            time_of(row["received_at"]),
            text_of(row["customer_name"]),
            text_of(row["product"]),
            clipped(text_of(row["verbatim"]), WORDS_SHOWN),
        )
        for row in ctx.rows(latest, *keys)
    )
    more = len(positions) - len(rows)
    return [
        Table(
            title,
            columns,
            rows,
            None,
            ctx.say("另有 {n} 件。", "And {n} more.", n=f"{more:,}") if more > 0 else "",
        )
    ]
