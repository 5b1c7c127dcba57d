"""The rows of the KPI sheet: the figure, the period before, the course over six periods."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import math

import pandas as pd
import pytest

import kesu.jobs.kpi_rows as module
from kesu.jobs.kpi_rows import blocks, kpi_rows, trend
from kesu.jobs.load import load_all
from kesu.register.periods import Period
from kesu.register.settings import KpiTarget, load_profile
from kesu.workbook.writing import build_register


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([0.0, 1.0, 2.0, 3.0, 4.0, 7.0], "▁▂▃▄▅█"),
        ([None, math.nan, 5.0, 10.0, 10.0, 5.0], "··▁██▁"),
        ([3.0, 3.0, 3.0, 3.0, 3.0, 3.0], "▄▄▄▄▄▄"),
        ([None, None, None, None, None, 3.0], ""),
        ([None] * 6, ""),
    ],
)
def test_the_course_of_a_figure_is_drawn_between_its_lowest_and_highest(
    values: list[float | None], shown: str
) -> None:
    assert trend(values) == shown


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    """Three complaints of two owners and one department; another department has a target and nothing to count."""
    path = tmp_path_factory.mktemp("kpis") / "r.xlsx"
    complaints = pd.DataFrame(
        {
            "complaint_id": ["C-1", "C-2", "C-3"],
            "kind": "complaint",
            "customer_tier": ["other", "vip", "other"],
            "owner": ["Ann", "Bo", "Bo"],
            "involved_departments": ["Devices", None, "Devices"],
            "received_at": [dt.datetime(2026, 10, day, 9) for day in (1, 2, 3)],
        }
    )
    settings = load_profile()
    goal = KpiTarget("resolution_in_time", 0.9, "", "Network")
    settings = dataclasses.replace(settings, kpi_targets=(*settings.kpi_targets, goal))
    build_register(path, "en", settings, complaints=complaints, today=dt.date(2026, 10, 31))
    [loaded] = load_all([path], dt.datetime(2026, 10, 5))
    assert loaded.assessment is not None
    return [*kpi_rows(loaded.assessment, Period.parse("2026-10"), "en")]


def test_totals_come_first_then_blocks_below_their_headlines(rows: list[tuple[object, ...]]) -> None:
    heads = [at for at, row in enumerate(rows) if row[1] is None]
    assert [str(rows[at][0]).partition(" (")[0] for at in heads] == [
        "By tier",
        "By department",
        "By owner",
        "Account of rows",
    ]
    assert {row[1] for row in rows[: heads[0]]} == {"Total"}
    folding = [(first - 1, last + 1) for first, last in blocks(rows)]
    assert folding == [*itertools.pairwise(heads)]
    assert [row[0] for row in rows[heads[-1] + 1 :]] == ["Rows read", "Rows left out"]
    for head, (first, last) in zip(heads[:-1], blocks(rows), strict=True):
        block = rows[first : last + 1]
        missed = sum(row[5] == "✘ missed" for row in block)
        assert f"· {len(block)} figures ·" in str(rows[head][0])
        assert (f"✘ {missed} missed" in str(rows[head][0])) == bool(missed)
        assert None not in {row[1] for row in block}


def test_groups_stand_in_the_order_of_their_list_or_of_their_complaints(
    rows: list[tuple[object, ...]],
) -> None:
    counted = [(row[1], row[2]) for row in rows if row[0] == "Complaints"]
    assert counted == [("Total", 3), ("VIP", 1), ("Other", 2), ("Devices", 2), ("Bo", 2), ("Ann", 1)]


def test_a_department_with_a_target_and_nothing_to_count_is_there(rows: list[tuple[object, ...]]) -> None:
    network = [row for row in rows if row[1] == "Network"]
    assert [(row[0], row[2], row[4], row[5]) for row in network] == [("Resolution in time", "–", 90, "")]


def test_of_very_many_groups_those_with_the_most_complaints_are_shown(
    rows: list[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = pd.DataFrame(
        {
            "kpi": "complaints", "group_by": "owner", "group": ["a", "b", "c"], "value": [1.0, 3.0, 2.0],
            "numerator": [1.0, 3.0, 2.0], "denominator": math.nan, "unit": "count", "target": math.nan, "met": None,
            "period": "2026-10",
        }
    )  # fmt: skip
    monkeypatch.setattr(module, "GROUPS_SHOWN", 2)
    head, *shown, more = module._block(lines, "owner", [{}], load_profile(), "en")
    assert head[0] == "By owner (2) · 2 figures · no targets"
    assert [row[1] for row in shown] == ["b", "c"]
    assert more[:2] == ("1 more with fewer complaints: kesu kpis --by owner", "")


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [(0.98765, "share", 98.8), (12.3456, "hours", 12.35), (3.0, "count", 3.0), (math.nan, "hours", "–"), (None, "share", "–")],
)  # fmt: skip
def test_a_figure_is_shown_in_per_cent_with_one_decimal_or_as_it_is_with_two(
    value: float | None, unit: str, shown: object
) -> None:
    assert module._figure(value, unit, "–") == shown
