"""Improvements in the follow-up list: what is not done and has a date, on no complaint, behind what customers wait for."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

from kesu.cli import main
from kesu.jobs.assessment import Assessment
from kesu.jobs.figures import follow_up_table
from kesu.jobs.stacks import together
from kesu.register.columns import BY_KEY, IMPROVEMENT_BY_KEY
from kesu.register.normalise import normalise
from kesu.rules.followups import short
from kesu.workbook.writing import build_register
from tests.rules.checks.registers import sheet

NOW = dt.datetime(2026, 10, 12, 10)  # a Monday
CASE = {
    "complaint_id": "C1", "kind": "complaint", "received_at": "2026-10-05 10:00:00", "channel": "phone", "status": "new",
    "owner": "Wang", "root_cause": "socket",
}  # fmt: skip
ROWS: list[dict[str, str | None]] = [
    {"cause": "socket", "measure": "another supplier", "owner": "Zhao", "due_at": "2026-10-12 00:00:00"},  # today, all day
    {"cause": "socket", "measure": "test on arrival", "owner": "Zhao", "due_at": "2026-10-11 00:00:00"},
    {"cause": "", "measure": "no cause yet", "owner": "", "due_at": "2026-12-01 12:00:00"},
    {"cause": "socket", "measure": "no date", "owner": "Zhao", "due_at": ""},
    {"cause": "socket", "measure": "done", "due_at": "2026-10-01 00:00:00", "done_at": "2026-10-02 00:00:00"},
    {"cause": "socket", "measure": "done tomorrow", "owner": "Li", "due_at": "2026-10-20 00:00:00", "done_at": "2026-10-13 00:00:00", "decided_at": "2026-10-01 00:00:00"},
    {"cause": "socket", "measure": "decided tomorrow", "due_at": "2026-10-20 00:00:00", "decided_at": "2026-10-13 00:00:00"},
]  # fmt: skip


def assessed(name: str = "r.xlsx", rows: list[dict[str, str | None]] | None = None) -> Assessment:
    cases = [CASE | {"complaint_id": f"{name}-1"}]
    sheets = [
        sheet("Register", cases, BY_KEY, "en"), sheet("Improvements", ROWS if rows is None else rows, IMPROVEMENT_BY_KEY, "en"),
    ]  # fmt: skip
    return Assessment(normalise(name, sheets), NOW, now=dt.datetime(2026, 10, 20))


def measures(found: pd.DataFrame) -> list[tuple[Any, ...]]:
    keys = ["row", "owner", "what", "group", "overdue_hours"]
    mine = found[found["kind"].eq("improvement")]
    return [
        tuple(None if pd.isna(cell) else cell for cell in line)
        for line in mine[keys].itertuples(index=False, name=None)
    ]


def test_what_is_not_done_and_has_a_date_is_a_line_without_a_complaint() -> None:
    """Excel rows begin with 4; of a date without a time of day the day has to be over."""
    found = follow_up_table(together([assessed()]), "en")
    assert measures(found) == [
        (5, "Zhao", "socket: test on arrival", "overdue", pytest.approx(10.0, abs=0.001)),
        (4, "Zhao", "socket: another supplier", "today", 0),
        (9, "Li", "socket: done tomorrow", "later", 0),
        (6, None, "no cause yet", "later", 0),
    ]
    mine = found[found["kind"].eq("improvement")]
    assert mine["complaint_id"].isna().all()
    assert set(mine["sheet"]) == {"improvements"}
    assert mine["due_at"].iloc[1] == pd.Timestamp("2026-10-12 23:59:59")


def test_overdue_measures_stand_behind_what_customers_wait_for() -> None:
    found = follow_up_table(together([assessed()]), "en")
    late = found[found["group"].eq("overdue")]
    assert list(late["kind"]) == ["first_response", "reply", "resolution", "improvement"]


def test_on_the_short_list_each_has_a_line_of_its_own() -> None:
    """Row 4 of both sheets is two things."""
    listed = short(follow_up_table(together([assessed()]), "en"), "en")
    places = list(zip(listed["sheet"], listed["row"], strict=True))
    assert places == [("register", 4), ("improvements", 5), ("improvements", 4), ("improvements", 9), ("improvements", 6)]  # fmt: skip


def test_a_register_without_complaints_has_them_too() -> None:
    [one] = together([assessed()])
    [none] = together([Assessment(normalise("e.xlsx", [
        sheet("Register", [dict.fromkeys(CASE, "")], BY_KEY, "en"), sheet("Improvements", ROWS, IMPROVEMENT_BY_KEY, "en"),
    ]), NOW)])  # fmt: skip
    assert len(measures(follow_up_table([none], "zh"))) == len(measures(follow_up_table([one], "zh"))) + 1


def test_a_stack_of_fifty_gives_what_fifty_give() -> None:
    alone = [assessed(f"r{at:02}.xlsx", ROWS[: at % 7] or [ROWS[0]]) for at in range(50)]
    together_found = follow_up_table(together(alone), "en")
    one_by_one = pd.concat([follow_up_table(together([one]), "en") for one in alone], ignore_index=True)
    keys = ["register", "sheet", "row", "kind"]
    assert len(together_found) > 200
    assert set(together_found[keys].itertuples(index=False, name=None)) == set(one_by_one[keys].itertuples(index=False, name=None))  # fmt: skip
    assert together_found["due_at"][
        together_found["group"].eq("later").to_numpy(bool)
    ].is_monotonic_increasing


@pytest.fixture
def path(tmp_path: Path) -> Path:
    rows = pd.DataFrame({"cause": ["socket"], "measure": ["call 13812345678"], "owner": ["Zhao"], "due_at": [dt.datetime(2026, 10, 1)]})  # fmt: skip
    build_register(tmp_path / "r.xlsx", "en", improvements=rows, today=dt.date(2026, 10, 12))
    return tmp_path / "r.xlsx"


def kesu(*words: object) -> str:
    done = CliRunner().invoke(main, [str(word) for word in words], env={"LC_ALL": "en_US.UTF-8"})
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_command_lists_them_masked_and_json_says_which_sheet(path: Path) -> None:
    said = kesu("followups", path, "--as-of", "2026-10-12T10:00")
    assert "Improvement" in said
    assert "13812345678" not in said
    [line] = json.loads(kesu("followups", path, "--as-of", "2026-10-12T10:00", "--format", "json"))
    assert (line["kind"], line["complaint_id"], line["sheet"], line["row"], line["owner"]) == ("improvement", None, "improvements", 5, "Zhao")  # fmt: skip
    assert (
        json.loads(
            kesu("followups", path, "--as-of", "2026-10-12T10:00", "--period", "2026-10", "--format", "json")
        )
        == []
    )


def test_refresh_puts_them_on_the_sheet_with_a_link(path: Path) -> None:
    kesu("refresh", path, "--as-of", "2026-10-12T10:00")
    found = openpyxl.load_workbook(path)["Follow-ups"]
    [line] = [row for row in found.iter_rows() if any(cell.value == "Improvement" for cell in row)]
    [link] = [cell.hyperlink.location for cell in line if cell.hyperlink]
    assert link == "'Improvements'!D5"
    assert "socket: call 13812345678" in [cell.value for cell in line]
