"""What the field's training insists on, each demand on a register filled by hand (docs/demands.toml)."""

from __future__ import annotations

import datetime as dt
import runpy
import tomllib
from pathlib import Path
from typing import Any, Final

import openpyxl
import pandas as pd
import pytest

from kesu.register.columns import BY_KEY, ITEM_BY_KEY
from kesu.register.sheets import Register
from kesu.rules.checks import run_checks
from kesu.rules.deadlines import compute_deadlines
from kesu.rules.followups import follow_ups
from tests.rules.test_definitions_page import full
from tests.rules.test_kpis import AS_OF, one, register

ROOT: Final = Path(__file__).resolve().parents[2]
DEMANDS: Final[list[dict[str, Any]]] = tomllib.loads((ROOT / "docs/demands.toml").read_text("utf-8"))[
    "demand"
]
TRIED: Final = ("check", "follow_up", "kpi", "deadline")
USUAL: Final = {
    "kind": "Complaint", "customer_tier": "Other", "received_at": "2026-10-05 10:00", "channel": "Phone", "category": "Process",
    "severity": "Normal", "status": "In progress",
}  # fmt: skip


def made(demand: dict[str, Any], rows: str = "rows") -> Register:
    return register(
        *(USUAL | {key: full(key, cell) for key, cell in row.items()} for row in demand.get(rows, [{}])),
        items=tuple({key: full(key, cell) for key, cell in item.items()} for item in demand.get("items", ())),
    )


def demands(*keys: str) -> list[Any]:
    return [pytest.param(one, id=one["en"][:50]) for one in DEMANDS if any(key in one for key in keys)]


def test_the_page_is_that_of_the_table() -> None:
    page = runpy.run_path(str(ROOT / "docs/demands.py"))["page"]()
    assert (ROOT / "docs/demands.md").read_text("utf-8") == page, "python docs/demands.py writes it anew"


def test_every_demand_says_where_and_is_shown_or_says_why_not() -> None:
    assert len(DEMANDS) >= 50
    for demand in DEMANDS:
        assert all(demand["where"].values())
        assert {*TRIED, "column", "item", "guide", "test", "not"} & set(demand), demand["en"]
        assert demand.get("rows") or demand.get("items") or not {*TRIED} & set(demand), demand["en"]
        assert (ROOT / demand.get("test", "")).exists()


@pytest.mark.parametrize("demand", demands("check"))
def test_a_check_finds_it(demand: dict[str, Any]) -> None:
    found = set(run_checks(made(demand), AS_OF)["rule"])
    assert set(demand["check"]) <= found
    if "kept" in demand:
        assert not set(demand["check"]) & set(run_checks(made(demand, "kept"), AS_OF)["rule"])


@pytest.mark.parametrize("demand", demands("follow_up"))
def test_it_is_listed_to_be_done(demand: dict[str, Any]) -> None:
    found = made(demand)
    listed = follow_ups(found, compute_deadlines(found, AS_OF), "en")
    assert set(demand["follow_up"]) <= set(listed["kind"])
    assert demand.get("step", "") in " ".join(listed["next_step"])


@pytest.mark.parametrize("demand", demands("kpi"))
def test_a_figure_counts_it(demand: dict[str, Any]) -> None:
    kpi, wanted = demand["kpi"]
    assert one(kpi, made(demand))[0] == pytest.approx(wanted)


@pytest.mark.parametrize("demand", demands("deadline"))
def test_a_deadline_follows(demand: dict[str, Any]) -> None:
    target, due = demand["deadline"]
    seconds = compute_deadlines(made(demand), AS_OF).targets[target].due[0]
    assert pd.Timestamp(seconds, unit="s") == dt.datetime.fromisoformat(due)


@pytest.mark.parametrize("demand", demands("column", "item"))
def test_there_is_a_place_to_enter_it(demand: dict[str, Any]) -> None:
    assert demand.get("column", "kind") in BY_KEY
    assert demand.get("item", "what") in ITEM_BY_KEY


@pytest.fixture(scope="module")
def guide() -> str:
    book = openpyxl.load_workbook(ROOT / "workbook_templates/en/register.xlsx", read_only=True)
    return "\n".join(
        str(cell) for row in book.worksheets[0].iter_rows(values_only=True) for cell in row if cell
    )


@pytest.mark.parametrize("demand", demands("guide"))
def test_the_guide_says_it(demand: dict[str, Any], guide: str) -> None:
    assert demand["guide"] in guide
