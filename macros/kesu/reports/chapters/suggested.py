"""What customers themselves suggest, of chapter 6: items of the kind "suggestion" of the period's complaints."""

from __future__ import annotations

from typing import Final

import numpy as np

from kesu.register.columns import BY_KEY
from kesu.reports.chapters.blocks import Block, Column, Table
from kesu.reports.chapters.context import Context, column_label
from kesu.reports.chapters.figures import clipped
from kesu.reports.chapters.labels import said
from kesu.reports.masking import own_columns

SUGGESTED: Final = 8
"""Suggestions that are shown, the latest."""


def suggested(ctx: Context) -> list[Block]:
    """The latest suggestions with the complaint each was made in, masked by what is known of its customer."""
    items = ctx.report.items
    made = items[items["item_kind"].eq("suggestion") & items["what"].notna()]
    if not len(made):
        return []
    when = (
        made["done_at"].fillna(made["noted_at"]).to_numpy("datetime64[s]").astype(np.int64)
    )  # NaT is the smallest
    latest = made.iloc[np.argsort(when, kind="stable")[::-1][:SUGGESTED]]
    cases = ctx.report.complaints
    cases = cases[cases["complaint_id"].isin(latest["complaint_id"])]
    keys = sorted(
        (key for key in own_columns() if key in cases), key=lambda key: BY_KEY[key].section == "involved"
    )
    words = zip(*(cases[key].tolist() for key in keys), strict=True)
    own = dict(zip(zip(cases["register"], cases["complaint_id"], strict=True), words, strict=True))
    lines = []
    for register, number, what in zip(
        *(latest[key].tolist() for key in ("register", "complaint_id", "what")), strict=True
    ):
        mine = own.get((register, number), ())
        shown = ctx.cell("complaint_id", number, mine)
        lines.append((said(shown, ctx.lang), clipped(ctx.cell("what", what, mine), 160)))
    columns = (
        Column(column_label("complaint_id", ctx.lang), "id"),
        Column(ctx.say("客户建议", "Customer's suggestion"), "long"),
    )
    more = len(made) - len(lines)
    note = ctx.say("另有 {n} 条。", "And {n} more.", n=f"{more:,}") if more else ""
    return [
        Table(
            ctx.say("客户提出的建议（最近）", "What customers suggested (latest)"),
            columns,
            tuple(lines),
            None,
            note,
        )
    ]
