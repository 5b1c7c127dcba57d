"""Registers of which the truth is known: every sentence on change or targets appears if and only if it is true."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kesu.reports.chapters.blocks import Sentence, Table
from kesu.reports.chapters.changes import Suggestion
from kesu.reports.chapters.context import Context
from kesu.reports.chapters.improvements import improvements, suggestions
from kesu.reports.chapters.volumes import trend
from kesu.reports.model import Report
from tests.depth import turns
from tests.reports.reports_by_hand import kpi, kpi_frame, make

QUIET = make([])
CATEGORIES = {"quality": 0.4, "delivery": 0.3, "price": 0.15, "attitude": 0.1, "process": 0.05}
TIERS = {"vip": 0.1, "mid": 0.3, "other": 0.6}
CHANNELS = {"phone": 0.5, "online": 0.3, "email": 0.2}
WEEKEND = 0.3
"""Complaints of a day at a weekend, as a part of a working day's."""
OCTOBER = np.array(
    [1.0 if day not in (3, 4, 10, 11, 17, 18, 24, 25, 31) else WEEKEND for day in range(1, 32)]
)
SAYS = {
    "up": "Volume is going up",
    "down": "Volume is going down",
    "unusual": "unusual:",
    "rise": "a rise beyond chance",
    "whole": "as a whole are rising",
    "worse": "worse by more than chance",
    "all met": "Every target is met.",
    "none in total": "No target is missed in total",
    "quiet": "Nothing rises or gets worse beyond chance.",
}
ALARMS = ("up", "down", "unusual", "rise", "whole", "worse")


def month(
    chance: np.random.Generator, a_day: float, course: np.ndarray = OCTOBER * 0 + 1, *,
    reply: tuple[float, float] = (0.97, 0.97), late: dict[str, int] | None = None,
) -> Report:  # fmt: skip
    """October after a September of the same rate; ``course`` times the usual of each day. ``late``: of 50 by department."""
    counts = chance.poisson(a_day * OCTOBER * course)
    before = chance.poisson(a_day * OCTOBER[:30].sum())
    received = np.repeat(np.datetime64("2026-10-01T09", "s") + np.arange(31) * np.timedelta64(1, "D"), counts)
    rows: list[list[Any]] = [[], []]
    for at, total in enumerate((int(counts.sum()), before)):
        rows[at].append(kpi("complaints", total, unit="count"))
        for by, parts in (("category", CATEGORIES), ("tier", TIERS), ("channel", CHANNELS)):
            split = chance.multinomial(total, list(parts.values()))
            rows[at] += [
                kpi("complaints", n, unit="count", by=by, group=name)
                for name, n in zip(parts, split.tolist(), strict=True)
                if n
            ]
        for name in ("reply_in_time", "resolution_in_time", "satisfaction"):
            rate = reply[1 - at] if name == "reply_in_time" else 0.9
            rows[at].append(kpi(name, None, int(chance.binomial(total, rate)), total))
    if late:
        share = 1 - sum(late.values()) / (50 * len(late))
        rows[0].append(
            kpi(
                "work_order_in_time",
                share,
                share * 50 * len(late),
                50 * len(late),
                target=0.9,
                met=share >= 0.9,
            )
        )
        for name, missed in late.items():
            rows[0].append(
                kpi(
                    "work_order_in_time",
                    1 - missed / 50,
                    50 - missed,
                    50,
                    target=0.9,
                    met=missed <= 5,
                    by="department",
                    group=name,
                )
            )
    complaints = pd.DataFrame(
        {
            "register": "north.xlsx",
            "kind": "complaint",
            "received_at": received,
            "complaint_id": None,
            "involved_departments": None,
        }
    )
    made: Report = QUIET.__class__(
        **(
            QUIET.__dict__
            | {"complaints": complaints, "kpis": kpi_frame(*rows[0]), "previous": kpi_frame(*rows[1])}
        )
    )
    return made


def said(report: Report) -> set[str]:
    """Which of `SAYS` stand in the volume's verdict and in chapter 6."""
    ctx = Context(report)
    found: list[Suggestion] = suggestions(ctx)
    blocks = (*trend(ctx), *improvements(ctx, found).blocks)
    words = " ".join(block.text for block in blocks if isinstance(block, Sentence))
    words += " ".join(one.finding for one in found)
    assert all(isinstance(block, Sentence | Table) for block in blocks)
    return {key for key, part in SAYS.items() if part in words}


def alarms(months: int) -> Counter[str]:
    """In how many months in which nothing changed each sentence speaks; ``any``: at least one of the alarms."""
    found: Counter[str] = Counter()
    for seed in range(months):
        chance = np.random.default_rng(seed)
        heard = said(month(chance, (0.2, 1.0, 4.0, 15.0)[seed % 4]))
        found.update(heard | ({"any"} if heard & set(ALARMS) else set()))
    return found


@pytest.mark.slow
def test_hundreds_of_months_without_change_raise_an_alarm_in_one_of_a_hundred_at_most() -> None:
    months = turns(300, 1000)
    heard = alarms(months)
    assert heard["any"] <= months // 100, heard
    assert heard["quiet"] >= months - months // 100
    assert heard["all met"] == 0  # no target is set


def test_months_without_change_raise_no_alarm() -> None:
    heard = alarms(60)
    assert heard["any"] <= 1, heard


def test_a_steady_rise_is_a_rise_and_a_steady_fall_a_fall() -> None:
    for seed in range(20):
        chance = np.random.default_rng(seed)
        heard = said(month(chance, 20, np.linspace(0.2, 1.8, 31)))
        assert {"up", "whole"} <= heard, seed
        assert not heard & {"down", "quiet"}
        assert {"down"} <= said(month(chance, 20, np.linspace(1.8, 0.2, 31))), seed


@pytest.mark.parametrize("day", [1, 14, 29])
def test_one_spike_is_unusual_and_no_rise(day: int) -> None:
    for seed in range(15):
        course = np.ones(31)
        course[day - 1] = 6
        heard = said(month(np.random.default_rng(seed), 15, course))
        assert "unusual" in heard, seed
        assert not heard & {"up", "down", "whole"}, seed


def test_one_department_that_is_worse_is_named_and_not_every_target_is_met() -> None:
    report = month(
        np.random.default_rng(1), 4, late={"Billing": 0, "Logistics": 9, "Shop": 0}
    )  # 9 of 150: 94 %
    assert said(report) == {"none in total", "quiet"}
    finding = suggestions(Context(report))[0].finding
    assert (
        finding
        == "Work orders in time 94.0% (target 90.0%); short of it by department: Logistics (82.0%, 9 of 50 short)."
    )
    good = month(np.random.default_rng(1), 4, late={"Billing": 3, "Logistics": 3, "Shop": 5})
    assert said(good) == {"all met", "quiet"}
    assert said(month(np.random.default_rng(1), 4, late={"Billing": 20, "Logistics": 3, "Shop": 5})) == {
        "quiet"
    }


def test_a_target_missed_in_one_month_or_category_only_is_not_met() -> None:
    report = month(np.random.default_rng(1), 4, late={"Billing": 0})
    missed = kpi_frame(kpi("reply_in_time", 0.8, 4, 5, target=0.9, met=False, by="category", group="price"))
    kpis = pd.concat([report.kpis, missed], ignore_index=True)
    assert said(report.__class__(**(report.__dict__ | {"kpis": kpis}))) == {"none in total", "quiet"}


def test_a_share_that_got_worse_is_told_and_one_case_is_not() -> None:
    for seed in range(20):
        assert "worse" in said(month(np.random.default_rng(seed), 15, reply=(0.97, 0.80))), seed
    report = month(np.random.default_rng(1), 4)
    now, before = (
        kpi_frame(kpi("satisfaction", 0, 0, 1)),
        kpi_frame(kpi("complaints", 30, unit="count"), kpi("satisfaction", 1, 30, 30)),
    )
    assert said(report.__class__(**(report.__dict__ | {"kpis": now, "previous": before}))) == {"quiet"}
