"""Chapter 6: the improvements that were decided, and whether complaints of their causes became fewer."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any, Final

import numpy as np
import pandas as pd

from kesu.reports.chapters.blocks import Block, Cell, Chart, Column, Figure, Sentence, Table, Tone, Verdict
from kesu.reports.chapters.context import Context
from kesu.reports.chapters.figures import clipped, show
from kesu.reports.chapters.labels import said
from kesu.rules.chance import FEWEST
from kesu.rules.effects import BEFORE_DAYS, CHANCE, LEAST_EXPECTED, Effect
from kesu.words.text import Text

MEASURES: Final = 20
CHARTS: Final = 3
TESTED: Final = ("fell", "rose", "unchanged")
_ORDER: Final = ("overdue", "open", "done")
STATES: Final = {
    "overdue": Text("逾期未完成", "Overdue"),
    "open": Text("进行中", "Open"),
    "done": Text("已完成", "Done"),
}
VERDICTS: Final[dict[str, Text]] = {
    "fell": Text("▼ 减少了", "▼ Fell"),
    "rose": Text("▲ 反而增多", "▲ Rose"),
    "unchanged": Text("→ 看不出变化", "→ No change shown"),
    "early": Text("– 还太早", "– Too early to say"),
    "few": Text("– 之前太少", "– Too few before"),
    "unknown": Text("– 没有这个原因", "– Cause not found"),
}
FALLING: Final = Text("（之前已在减少）", " (falling before)")


def measures(ctx: Context) -> list[Block]:
    """The table of the measures, a sentence on it, and charts of the latest that could be tested; nothing without measures."""
    if not ctx.report.effects:
        return []
    rows = ctx.report.improvements.to_dict("records")
    found = sorted(ctx.report.effects, key=lambda one: _key(one, rows[one.at]))
    shown = found[:MEASURES]
    words = ctx.grouped.of_nobody(
        [said(rows[one.at][key], ctx.lang) for one in shown for key in ("cause", "measure")]
    )
    late = sum(one.state == "overdue" for one in found)
    blocks: list[Block] = [Sentence(_lead(ctx, found), warning=late > 0), _table(ctx, shown, rows, words)]
    if more := len(found) - len(shown):
        blocks.append(Sentence(ctx.say("另有 {n} 项改进措施。", "And {n} more improvements.", n=f"{more:,}")))
    tested = [one for one in shown if one.verdict in TESTED and len(one.points) > 1]
    return [*blocks, *(_chart(ctx, one, rows[one.at], words) for one in tested[:CHARTS])]


def _key(one: Effect, row: dict[Any, Any]) -> tuple[int, float]:
    """What is overdue first, then what is open, the earliest due first, then what is done, the latest first."""
    when = row["done_at"] if one.state == "done" else row["due_at"]
    at = np.inf if pd.isna(when) else when.timestamp()
    return _ORDER.index(one.state), -at if one.state == "done" else at


def _lead(ctx: Context, found: list[Effect]) -> str:
    states = Counter(one.state for one in found)
    parts = [f"{STATES[state].of(ctx.lang)} {states[state]:,}" for state in _ORDER if states[state]]
    words = ctx.say(
        "改进措施 {n} 项：{parts}。",
        "Improvements: {n} ({parts}).",
        n=f"{len(found):,}",
        parts=ctx.listed(parts),
    )
    due = [one.in_time for one in found if one.in_time is not None]
    if due:
        share = show(Figure(sum(due) / len(due), "share"), ctx.lang)
        words += ctx.say(
            "到期的 {n} 项中按时完成 {kept} 项（{share}）。", " Of {n} that were due {kept} were done in time ({share}).",
            n=f"{len(due):,}", kept=f"{sum(due):,}", share=share,
        )  # fmt: skip
    verdicts: Counter[str] = Counter(one.verdict for one in found)
    effects = [f"{_bare(VERDICTS[key].of(ctx.lang))} {verdicts[key]:,}" for key in VERDICTS if verdicts[key]]
    if not effects:
        return words
    told = ctx.say(
        "完成之后，其原因的投诉：{parts}。",
        "Complaints of the causes since: {parts}.",
        parts=ctx.listed(effects),
    )
    return ctx.say("{words}{told}", "{words} {told}", words=words, told=told)


def _bare(words: str) -> str:
    """A verdict without the sign before it."""
    return words.partition(" ")[2].lower()


def _table(ctx: Context, found: list[Effect], rows: list[dict[Any, Any]], words: dict[str, str]) -> Table:
    columns = [Column(ctx.say("原因", "Cause")), Column(ctx.say("改进措施", "Measure"), "long")]
    columns += [Column(ctx.say("登记表", "Register"))] if ctx.several else []
    columns += [
        Column(ctx.say("责任人", "Owner")),
        Column(ctx.say("到期", "Due"), "verdict"),
        Column(ctx.say("完成", "Done"), "verdict"),
        Column(ctx.say("之前", "Before"), "figure"),
        Column(ctx.say("之后", "After"), "figure"),
        Column(ctx.say("照旧应有", "Expected"), "figure"),
        Column(ctx.say("实有", "Actual"), "figure"),
        Column(ctx.say("这个原因的投诉", "Complaints of the cause")),
    ]
    lines = tuple(_line(ctx, one, rows[one.at], words) for one in found)
    return Table(
        ctx.say("改进措施及其效果", "Improvements and their effect"), tuple(columns), lines, None, _note(ctx)
    )


def _line(ctx: Context, one: Effect, row: dict[Any, Any], words: dict[str, str]) -> tuple[Cell, ...]:
    cause, measure = (words[said(row[key], ctx.lang)] for key in ("cause", "measure"))
    owner = ctx.cell("owner", said(row["owner"], ctx.lang), ())
    register: tuple[Cell, ...] = (ctx.register_name(row["register"]),) if ctx.several else ()
    if one.state == "done":
        done = Verdict(None, _day(row["done_at"]))
    else:
        done = Verdict(False if one.state == "overdue" else None, STATES[one.state].of(ctx.lang))
    told = one.verdict not in {"", "unknown"}
    figures = [Figure(k / n if n and told else None, "share") for k, n in (one.before, one.after)]
    figures += [Figure(one.expected if told else None, "per_million"), Figure(one.after[0] if told else None)]
    return (
        clipped(cause, 40), clipped(measure, 90), *register, owner, _day(row["due_at"]), done, *figures, _effect(ctx, one),
    )  # fmt: skip


def _effect(ctx: Context, one: Effect) -> Verdict:
    if not one.verdict:
        return Verdict(None)
    words = VERDICTS[one.verdict].of(ctx.lang)
    if one.verdict == "fell" and one.falling:
        words += FALLING.of(ctx.lang)
    return Verdict({"fell": True, "rose": False}.get(one.verdict), words)


def _note(ctx: Context) -> str:
    return ctx.say(
        "之前、之后：查明原因的投诉中属于这个原因的比例；之前最多 {days} 天，完成当天不计。占比（费希尔精确检验）和每日件数（条件二项检验）都变小才说“减少了”；"
        "没有变化时，本报告说错的机会不超过 {chance:.0%}。“照旧应有”是没有变化时完成以来该有的件数，不足 {least} 件说“还太早”，之前不足 {few} 件不比较。"
        "措施往往在高峰之后才定，高峰过后本来也会回落；同时发生的别的变化也可能是原因。",
        "Before, after: the cause's share of complaints whose cause is known; at most {days} days before, not counting the day it was "
        "done. “Fell” needs both a smaller share (Fisher's exact test) and fewer a day (conditional binomial test); where nothing "
        "changed, the report says so wrongly with a chance of {chance:.0%} at most. Expected: complaints of the cause since, had nothing changed; fewer than {least}: too early; fewer than "
        "{few} before: not compared. Measures are often decided after a peak, which passes by itself; whatever else changed at that time may be the reason, too.",
        days=BEFORE_DAYS, chance=CHANCE, least=LEAST_EXPECTED, few=FEWEST,
    )  # fmt: skip


def _chart(ctx: Context, one: Effect, row: dict[Any, Any], words: dict[str, str]) -> Table:
    """The p-chart of one cause: limits from before the measure."""
    cause = clipped(words[said(row["cause"], ctx.lang)], 40)
    where = ctx.say("（{name}）", " ({name})", name=ctx.register_name(row["register"])) if ctx.several else ""
    title = ctx.say(
        "“{cause}”的占比{where}：{days} 天一点", "Share of “{cause}”{where}, by {days} days",
        cause=cause, where=where, days=one.days,
    )  # fmt: skip
    columns = (
        Column(ctx.say("起始日", "From")),
        Column(ctx.say("占比", "Share"), "figure"),
        Column(ctx.say("之前的平均", "Mean before"), "figure"),
        Column(ctx.say("上限", "Upper limit"), "figure"),
        Column(ctx.say("下限", "Lower limit"), "figure"),
        Column(ctx.say("件数", "Complaints"), "figure"),
        Column(ctx.say("查明原因的", "With a known cause"), "figure"),
        Column(ctx.say("措施", "Measure"), "verdict"),
    )
    told = ctx.say("之前", "before"), ctx.say("之后", "after")
    lines = []
    for point in one.points:
        low, high = one.limits(point.known)
        share = point.of_cause / point.known
        tone: Tone = "good" if share < low else "bad" if share > high else ""
        lines.append((
            _day(dt.datetime.fromtimestamp(point.begin, dt.UTC)), Figure(share, "share", tone), Figure(one.share, "share"),
            Figure(high, "share"), Figure(low, "share"), Figure(point.of_cause), Figure(point.known), Verdict(None, told[point.after]),
        ))  # fmt: skip
    parted = next((at for at, point in enumerate(one.points) if point.after), 0)
    shares = [show(Figure(k / n if n else None, "share"), ctx.lang) for k, n in (one.before, one.after)]
    alt = ctx.say(
        "“{cause}”占查明原因的投诉：之前 {before}，{day} 完成之后 {after}。{verdict}。",
        "“{cause}” among complaints with a known cause: {before} before, {after} after {day}, when the measure was done. {verdict}.",
        cause=cause, before=shares[0], after=shares[1], day=_day(row["done_at"]), verdict=VERDICTS[one.verdict].of(ctx.lang).partition(" ")[2],
    )  # fmt: skip
    note = ctx.say(
        "p 控制图：平均和界限（± 3σ，随件数变化）取自完成之前；屏幕上的竖线是完成之日。",
        "p-chart: mean and limits (± 3 sigma, by number of complaints) are those of before it was done; on screen a line marks the day.",
    )
    return Table(title, columns, tuple(lines), Chart("control", (1, 2, 3, 4), alt, parted), note, folded=True)


def _day(when: object) -> str:
    return f"{when:%Y-%m-%d}" if isinstance(when, dt.datetime) and not pd.isna(when) else ""
