"""Demo data: three invented branches with their complaints, items and mistakes; the same on every machine."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
from typing import Final

import numpy as np
import pandas as pd

from kesu.demo.decided import Decided
from kesu.demo.dice import Dice
from kesu.demo.faults import FAULTS, Fault, plant
from kesu.demo.improvements import sample_improvements
from kesu.demo.items import Items, frame_of
from kesu.demo.outcomes import outcomes
from kesu.demo.sample import sample_complaints
from kesu.demo.stock import Branch, branches, load_stock
from kesu.register.settings import KpiTarget, Rule, Settings, load_profile

__all__ = ["AS_OF", "FAULTS", "demo_registers", "make_branch"]

AS_OF: Final = dt.datetime(2026, 11, 20, 17, 0)
"""The instant at which the demo is looked at: local wall clock, a Friday afternoon."""

BEGIN: Final = dt.datetime(2026, 6, 1)
ROWS: Final = (165, 160, 140)
"""Rows of each branch; six in seven are complaints."""

SEED: Final = 20261120
DECIDED: Final = 1 << 40
"""Far from any seed: what was verified and decided has chance of its own."""


def make_branch(
    branch: int | str,
    rows: int,
    seed: int,
    as_of: dt.datetime = AS_OF,
    *,
    begin: dt.datetime = BEGIN,
    itemised: float = 1.0,
    fault_share: float | None = None,
) -> tuple[Settings, pd.DataFrame, pd.DataFrame, str]:
    """An invented branch: its settings, complaints, items (columns by declared key) and language.

    ``branch``: position, name or number prefix of the branch. ``rows`` were received from ``begin`` to
    ``as_of``; nothing in them lies after ``as_of`` but due times and one planted mistake. ``itemised``: share of
    the complaints that carry items; facts and decisions are among them where all do. ``fault_share``: share of the rows
    with a mistake; None plants the branch's third of `FAULTS` once each, so that the three branches together have every one.
    Same arguments, same frames, on any machine. Raises ValueError for unknown branches and for too few rows.
    """
    every = branches()
    at = next((n for n, one in enumerate(every) if branch in {n, one.name, one.prefix}), None)
    if at is None:
        raise ValueError(f"there is no branch {branch!r}; there are {', '.join(one.name for one in every)}")
    this, stock, dice = every[at], load_stock(every[at].lang), Dice(seed * 31 + at)
    sample = sample_complaints(this, stock, rows, dice, begin, as_of)
    maker = Items(this, stock, sample, dice, np.datetime64(as_of, "s"), itemised)
    decided = Decided(maker, Dice(seed * 31 + at + DECIDED)).parts() if itemised == 1 else ()
    ended = outcomes(this, stock, sample, np.datetime64(as_of, "s")) if itemised else ()
    items = frame_of(sample, [*maker.parts(), *decided, *ended])
    complaints = _with_items(sample.complaints, items, stock.words["nobody"][0])
    complaints, items, _ = plant(complaints, items, _faults(at, rows, fault_share, items), dice)
    return _settings(this, begin, as_of), complaints, items, this.lang


def demo_registers() -> dict[str, bytes]:
    """The three demo registers: name of the file → its content. Look at them as of `AS_OF`."""
    from kesu.workbook.writing import build_register

    made = {}
    for at, (branch, rows) in enumerate(zip(branches(), ROWS, strict=True)):
        settings, complaints, items, lang = make_branch(at, rows, SEED)
        buffer = io.BytesIO()
        build_register(
            buffer, lang, settings, complaints=complaints, items=items, improvements=sample_improvements(branch, AS_OF),
            as_of=AS_OF, columns="standard",
        )  # fmt: skip
        made[f"{branch.name}.xlsx"] = buffer.getvalue()
    return made


def _faults(at: int, rows: int, share: float | None, items: pd.DataFrame) -> list[Fault]:
    if share is None:
        return list(FAULTS[at :: len(branches())])
    kinds = {"", *items["item_kind"]}
    able = [fault for fault in FAULTS if fault.item_kind in kinds]
    return [able[n % len(able)] for n in range(round(rows * share))]


def _with_items(complaints: pd.DataFrame, items: pd.DataFrame, nobody: str) -> pd.DataFrame:
    """The complaints with what their items imply: the promises in words, and who waits for the customer."""
    promised = items[items["item_kind"].eq("commitment")].drop_duplicates("complaint_id")
    words = complaints["complaint_id"].map(promised.set_index("complaint_id")["what"])
    held = items.loc[items["item_kind"].eq("hold") & items["done_at"].isna(), "complaint_id"]
    complaint, waiting = complaints["kind"].eq("complaint"), complaints["complaint_id"].isin(held)
    return complaints.assign(
        commitments=words.fillna(nobody).where(complaint),
        status=complaints["status"].mask(waiting, "waiting"),
    )


def _settings(branch: Branch, begin: dt.datetime, as_of: dt.datetime) -> Settings:
    """The default profile as this branch has edited it: name, region, customer base, a ceiling, one rule."""
    default = load_profile()
    months = pd.period_range(begin, as_of, freq="M")
    rules = default.rules
    if branch.region == "GB":
        own = Rule(
            "first_response", 8, "hours", "business", kind="complaint", note="一个工作日 / one working day"
        )
        rules = (own, *rules)
    return dataclasses.replace(
        default,
        organisation=branch.name,
        lang=branch.lang,
        region=branch.region,
        subdivision=branch.subdivision,
        rules=rules,
        kpi_targets=(*default.kpi_targets, KpiTarget("escalated_per_million", 1.0)),
        customers={str(month): float(branch.customers + 1500 * n) for n, month in enumerate(months)},
    )
