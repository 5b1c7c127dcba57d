"""Chapter 2: complaints named one by one, the key ones with why, and those that repeat an earlier one."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Final

import numpy as np
import pandas as pd

from kesu.register.codes import ESCALATED
from kesu.register.settings import TARGETS
from kesu.reports.chapters.blocks import Block, Cell, Column, ColumnKind, Figure, Table
from kesu.reports.chapters.context import Context, column_label
from kesu.reports.chapters.figures import clipped
from kesu.reports.chapters.labels import STATES
from kesu.rules.deadlines import OPEN_TARGETS
from kesu.words.text import Text

KEY_COMPLAINTS: Final = 12
REPEATS: Final = 20
WORDS_SHOWN: Final = 90
"""Width of a quoted text in Latin letters; a Chinese character counts as two."""

_SEVERITY: Final = {"urgent": 3, "severe": 2, "normal": 1, "minor": 0}
WHY: Final = {
    "overdue": Text("已逾期", "overdue"),
    "escalated": Text("已升级", "escalated"),
    "severe": Text("严重", "severe"),
    "widespread": Text("影响大面积", "widespread"),
    "repeated": Text("重复投诉", "repeated"),
}
"""Why a complaint is a key one, the weightiest first."""
_KINDS: Final[dict[str, ColumnKind]] = {"complaint_id": "id", "received_at": "time", "verbatim": "long"}


def key_complaints(ctx: Context) -> Table:
    """The key complaints, worst first, each with why it is one."""
    why = _why(ctx)
    wanted = np.flatnonzero(np.logical_or.reduce([*why.values()]))
    severity = ctx.scored("severity", lambda word: _SEVERITY.get(word, -1))[wanted]
    received = ctx.column("received_at").to_numpy(dtype="datetime64[s]")[wanted].astype("int64")
    one, two, _, *others = (~mask[wanted] for mask in why.values())
    order = np.lexsort((received, *others[::-1], -severity, two, one))
    shown = wanted[order][:KEY_COMPLAINTS]
    keys = ("complaint_id", "received_at", "customer_name", "customer_tier", "category", "severity")
    columns = [_column(ctx, key) for key in keys]
    columns += [Column(ctx.say("为何重点", "Why")), Column(ctx.say("时限状态", "Deadlines"))]
    columns += [_column(ctx, key) for key in ("escalated_to", "verbatim")]
    states = [f"{target}_state" for target in TARGETS]
    rows = ctx.rows(np.flatnonzero(ctx.is_complaint)[shown], *keys, "escalated_to", "verbatim", *states)
    reasons = [
        _capital(ctx.listed([WHY[key].of(ctx.lang) for key, mask in why.items() if mask[at]])) for at in shown
    ]
    lines = tuple(_key_line(ctx, row, reason) for row, reason in zip(rows, reasons, strict=True))
    title = ctx.say(
        "重点投诉：已逾期、已升级、严重、影响大面积或重复",
        "Key complaints: overdue, escalated, severe, widespread or repeated",
    )
    note = _more(ctx, len(wanted) - len(lines))
    if not lines:
        note = ctx.say("没有这样的投诉。", "There is none.")
    return Table(title, tuple(columns), lines, None, note)


def repeats(ctx: Context) -> list[Block]:
    """Each complaint of a customer who complained of the same before, beside the earlier one; the latest first."""
    again = np.flatnonzero(_repeated(ctx))
    if not len(again):
        return []
    received = ctx.column("received_at").to_numpy(dtype="datetime64[s]")[again].astype("int64")
    again = again[np.argsort(-received, kind="stable")]
    shown = again[:REPEATS]
    positions = np.flatnonzero(ctx.is_complaint)[shown]
    earlier = ctx.report.complaints["repeat_of"].to_numpy(np.int64)[positions]
    keys = ("complaint_id", "received_at", "status")
    now = ctx.rows(positions, "customer_name", "category", *keys)
    before = ctx.shown(ctx.report.earlier.iloc[earlier], *keys)
    lines = tuple(_repeat(ctx, one, other) for one, other in zip(now, before, strict=True))
    prefix = ctx.say("上次", "Earlier: "), ctx.say("这次", "Now: ")
    columns = [_column(ctx, "customer_name"), _column(ctx, "category")]
    columns += [Column(_under(ctx, words, key), _KINDS.get(key, "text")) for words in prefix for key in keys]
    columns.append(Column(ctx.say("相隔（天）", "Days between"), "figure"))
    title = ctx.say(
        "重复投诉：同一客户同一类型（{n} 件）", "Repeat complaints: same customer, same category ({n})", n=f"{len(again):,}"
    )  # fmt: skip
    return [Table(title, tuple(columns), lines, None, _more(ctx, len(again) - len(lines)))]


def _why(ctx: Context) -> dict[str, np.ndarray]:
    """Reason (key of `WHY`) → which complaints have it."""
    overdue = np.zeros(ctx.total, dtype=bool)
    for target in OPEN_TARGETS:
        overdue |= ctx.scored(f"{target}_state", lambda word: word == "overdue") > 0
    return {
        "overdue": overdue,
        "escalated": ctx.scored("escalated_to", lambda word: bool(ESCALATED & set(word.split("|")))) > 0,
        "severe": ctx.scored("severity", lambda word: _SEVERITY.get(word, -1)) >= _SEVERITY["severe"],
        "widespread": ctx.scored("scope", lambda word: word == "widespread") > 0,
        "repeated": _repeated(ctx),
    }


def _repeated(ctx: Context) -> np.ndarray:
    if "repeat_of" not in ctx.report.complaints:
        return np.zeros(ctx.total, dtype=bool)
    mine: np.ndarray = ctx.column("repeat_of").to_numpy(np.int64) >= 0
    return mine


def _column(ctx: Context, key: str) -> Column:
    return Column(column_label(key, ctx.lang), _KINDS.get(key, "text"))


def _under(ctx: Context, words: str, key: str) -> str:
    label = column_label(key, ctx.lang)
    return f"{words}{label if ctx.lang == 'zh' else label[0].lower() + label[1:]}"


def _key_line(ctx: Context, row: dict[Hashable, Any], reason: str) -> tuple[Cell, ...]:
    escalated = row["escalated_to"]
    return (
        text_of(row["complaint_id"]), time_of(row["received_at"]), text_of(row["customer_name"]),
        ctx.label("tier", row["customer_tier"]), ctx.label("category", row["category"]),
        ctx.label("severity", row["severity"]), reason, _worst(ctx, row),
        ctx.label("escalated_to", escalated) if isinstance(escalated, str) else "",
        clipped(text_of(row["verbatim"]), WORDS_SHOWN),
    )  # fmt: skip


def _repeat(ctx: Context, now: dict[Hashable, Any], before: dict[Hashable, Any]) -> tuple[Cell, ...]:
    days = (now["received_at"] - before["received_at"]) / pd.Timedelta(days=1)
    cases = [
        (text_of(one["complaint_id"]), time_of(one["received_at"]), ctx.label("status", one["status"]))
        for one in (before, now)
    ]
    return text_of(now["customer_name"]), ctx.label("category", now["category"]), *cases[0], *cases[1], Figure(days, "per_million")  # fmt: skip


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


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _more(ctx: Context, more: int) -> str:
    return ctx.say("另有 {n} 件。", "And {n} more.", n=f"{more:,}") if more > 0 else ""


def text_of(value: object) -> str:
    """A cell that may be missing, as text."""
    return value if isinstance(value, str) else ""


def time_of(value: object) -> pd.Timestamp | None:
    """A cell that may be missing, as a time."""
    return value if isinstance(value, pd.Timestamp) else None
