"""Counts and shares of complaints by what they are about; all column-wise."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kesu.register.cells import SEPARATORS
from kesu.register.columns import BY_KEY
from kesu.reports.chapters.blocks import Cell, Chart, Column, Figure, Table
from kesu.reports.chapters.context import Context
from kesu.reports.chapters.figures import clipped
from kesu.reports.chapters.labels import BLANK

NOBODY = frozenset({"无", "none", "n/a", "-", "–"})

LABEL = 40.0
"""Width in Latin letters up to which a team's own words are shown as a label."""


@dataclass(frozen=True)
class Split:
    """Counts by value, most frequent first; ``given`` records have a value at all, of ``total``."""

    counts: dict[str, int]
    given: int
    total: int

    @property
    def multiple(self) -> bool:
        """Whether a record may count under several values."""
        return sum(self.counts.values()) > self.given

    def vital_few(self, share: float = 0.8) -> list[str]:
        """The fewest values that together make ``share`` of all mentions (Pareto)."""
        total, taken, few = sum(self.counts.values()), 0, []
        for value, count in self.counts.items():
            if taken >= share * total:
                break
            few.append(value)
            taken += count
        return few


def split(values: pd.Series, several: bool = False) -> Split:
    """How often each value of ``values`` occurs; ``several``: cells may hold more than one, separated."""
    counted = values.value_counts()
    counts: dict[str, int] = {}
    given = 0
    for cell, number in zip(counted.index.tolist(), counted.tolist(), strict=True):
        words = re.split(SEPARATORS, cell) if several else [cell]
        found = dict.fromkeys(word.strip() for word in words if word.strip().casefold() not in NOBODY)
        found.pop("", None)
        given += number if found else 0
        for word in found:
            counts[word] = counts.get(word, 0) + number
    ordered = dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    return Split({key: number for key, number in ordered.items() if number}, given, len(values))


def table(
    ctx: Context,
    key: str,
    title: str,
    *,
    mask: np.ndarray | None = None,
    by: str = "",
    kpi: str = "complaints",
    top: int = 12,
    chart: bool = True,
) -> Table | None:
    """The distribution of column ``key``: count, share and, where ``kpi`` is grouped ``by`` it, the change of both.

    None where the column is empty throughout. Shares are of the records that have a value.
    """
    declared = BY_KEY[key]
    several = declared.kind == "codes" or key in {"involved_departments", "involved_staff"}
    found = split(ctx.column(key, mask), several)
    if not found.counts:
        return None
    shown = list(found.counts)[:top]
    labels = _labels(ctx, key, shown)
    before = {group: one.value or 0.0 for (kpi_id, group_by, group), one in ctx.previous.items()
              if by and kpi_id == kpi and group_by == by}  # fmt: skip
    all_before = sum(before.values())
    columns = [
        Column(declared.label.of(ctx.lang)),
        Column(ctx.say("件数", "Count"), "figure"),
        Column(ctx.say("占比", "Share"), "figure"),
    ]
    if before:
        columns += [
            Column(ctx.say("上期", "Previous"), "figure"),
            Column(ctx.say("变化", "Change"), "figure"),
            Column(ctx.say("占比变化", "Share, change"), "figure"),
        ]
    rows: list[tuple[Cell, ...]] = []
    for value, label in labels.items():
        count = found.counts[value]
        since: tuple[Cell, ...] = ()
        if before:
            old = before.get(value, 0.0)  # groups in which there was nothing are not among the figures
            was = old / all_before if all_before else None
            share = Figure(None if was is None else 100 * (count / found.given - was), "points")
            since = (Figure(old), ctx.difference(kpi, count, old, "count"), share)
        rows.append((label, Figure(count), Figure(count / found.given, "share"), *since))
    return Table(
        title, tuple(columns), tuple(rows), _chart(ctx, title, labels, found) if chart else None,
        _note(ctx, found, len(labels)),
    )  # fmt: skip


def _labels(ctx: Context, key: str, shown: list[str]) -> dict[str, str]:
    codes = BY_KEY[key].codes
    if codes:
        return {value: ctx.label(codes, value) for value in shown}
    return {value: clipped(label, LABEL) for value, label in ctx.grouped.labels(key, shown).items()}


def _chart(ctx: Context, title: str, labels: dict[str, str], found: Split) -> Chart:
    parts = [f"{label} {found.counts[value]:,}" for value, label in labels.items()]
    return Chart(
        "bars", (1,), ctx.say("{title}：{parts}", "{title}: {parts}", title=title, parts=ctx.listed(parts))
    )


def _note(ctx: Context, found: Split, shown: int) -> str:
    notes = []
    rest = len(found.counts) - shown
    if rest > 0:
        left = sum(list(found.counts.values())[shown:])
        notes.append(
            ctx.say(
                "另有 {n} 类，共 {left} 件。",
                "And {n} more, {left} {left:case|cases}.",
                n=f"{rest:,}",
                left=f"{left:,}",
            )
        )
    blank = found.total - found.given
    if blank:
        notes.append(
            ctx.say(
                "{n} 件{blank}，不计入占比。", "{n} {blank}, not in the shares.", n=f"{blank:,}", blank=BLANK
            )
        )
    if found.multiple:
        notes.append(ctx.say("一件可计入多类。", "A case may count under several."))
    return " ".join(notes)
