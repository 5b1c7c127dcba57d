"""Blocks that fold, tables of earlier layouts, more findings than a table lists."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click.testing
import openpyxl
import pandas as pd
import pytest
import xlsxwriter

from kesu.jobs.tables import shown_whole
from kesu.register.normalise import normalise
from kesu.register.outputs import CELLS, EARLIER, KPIS, TABLES, columns_there
from kesu.rules.checks import run_checks
from kesu.workbook.reading.reader import Reader
from kesu.workbook.writing import build_register, dashboard, outputs
from tests.jobs.refresh.sheets import rows

Run = Callable[..., click.testing.Result]

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")


@pytest.mark.slow
def test_blocks_fold_and_what_is_no_longer_one_does_not(register: Path, refresh: Run) -> None:
    def sheet() -> tuple[Any, dict[int, Any]]:
        found = openpyxl.load_workbook(register)["KPIs"]
        return found, {row: look for row, look in found.row_dimensions.items() if row > 7}

    refresh(register, "--as-of", "2026-10-05")
    kpis, looks = sheet()
    heads = [row for row, look in looks.items() if look.collapsed]
    said = [str(kpis.cell(row, 1).value).partition(" (")[0] for row in heads]
    assert said[0] == "By tier"
    assert set(said) <= {"By tier", "By department", "By owner", "By category", "Account of rows"}
    assert not kpis.sheet_properties.outlinePr.summaryBelow
    assert kpis.cell(heads[-1], 1).value == "Account of rows"
    for row, look in looks.items():
        inside = heads[0] < row < heads[-1] and row not in heads
        assert (bool(look.hidden), look.outlineLevel) == (inside, int(inside)), row
    refresh(register, "--as-of", "2026-09-01")  # before anything was received: fewer rows
    kpis, after = sheet()
    filled = [row for row in after if kpis.cell(row, 1).value is not None]
    assert max(filled) < max(row for row, look in looks.items() if look.hidden)
    assert not any(look.hidden or look.outlineLevel for row, look in after.items() if row > max(filled))


@pytest.mark.slow
def test_a_table_with_a_filter_keeps_its_blocks_open(
    tmp_path: Path, refresh: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LibreOffice takes hidden rows of a table with a filter for filtered ones, and no fold opens them again."""
    path = tmp_path / "older.xlsx"
    case = {
        "complaint_id": ["C-1"],
        "kind": "complaint",
        "customer_tier": "vip",
        "received_at": dt.datetime(2026, 10, 1, 9),
    }
    with monkeypatch.context() as before:
        before.setattr(outputs, "FOLDING", frozenset())
        build_register(path, "en", complaints=pd.DataFrame(case), today=dt.date(2026, 10, 31))
    assert refresh(path, "--as-of", "2026-10-02").exit_code == 0
    looks = openpyxl.load_workbook(path)["KPIs"].row_dimensions.values()
    assert any(look.outlineLevel for look in looks)
    assert not any(look.hidden or look.collapsed for look in looks)


@pytest.mark.slow
def test_findings_of_an_earlier_layout_keep_it(
    tmp_path: Path, refresh: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "older.xlsx"
    case = {"complaint_id": ["C-1"], "kind": "complaint", "received_at": dt.datetime(2026, 10, 1, 9)}
    with monkeypatch.context() as before:
        before.setattr(outputs, "FINDINGS", EARLIER["Findings"])
        build_register(path, "en", complaints=pd.DataFrame(case), today=dt.date(2026, 10, 31))
    assert refresh(path, "--as-of", "2026-10-02").exit_code == 0
    found = rows(path, "Findings", "Level")
    assert [*found[0]][:8] == [column.label.en for column in EARLIER["Findings"]]
    assert {row["Level"] for row in found} <= {"Error", "Warning", "Note"}
    assert {row["Complaint no."] for row in found} == {"C-1"}
    assert {row["Sheet"] for row in found} == {"Register"}
    sheet = openpyxl.load_workbook(path)["Findings"]
    assert sheet.row_dimensions[6].height == pytest.approx(13.2 + 6)  # a hundred figures wide: one line
    assert sheet["C6"].hyperlink.location == f"'Register'!{found[0]['Cell']}"


def test_follow_ups_of_an_earlier_layout_keep_it(
    tmp_path: Path, refresh: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of 1 October 9:00 is done on Monday 5 October: one line, and the other reasons below its text."""
    path = tmp_path / "older.xlsx"
    case = {
        "complaint_id": ["C-1"],
        "kind": "complaint",
        "received_at": dt.datetime(2026, 10, 1, 9),
        "customer_name": "Ann Bell",
    }
    item = {
        "complaint_id": ["C-1"],
        "item_kind": "action",
        "what": "send a spare",
        "due_at": dt.datetime(2026, 10, 2, 9),
    }
    with monkeypatch.context() as before:
        before.setattr(outputs, "FOLLOWUPS", EARLIER["FollowUps"])
        build_register(
            path, "en", complaints=pd.DataFrame(case), items=pd.DataFrame(item), today=dt.date(2026, 10, 31)
        )
    assert refresh(path, "--as-of", "2026-10-05T09:00").exit_code == 0
    [line] = rows(path, "Follow-ups", "Complaint no.")
    heads = ["Complaint no.", "To do", "What", "Owner", "When", "Due at", "Overdue (h)", "Next step", "Row"]
    assert [*line][:9] == heads
    assert (line["To do"], line["Overdue (h)"]) == ("Plan step due", 72)
    assert line["What"] == "send a spare\nalso 3: First response, Substantive reply, Resolution"
    heads.remove("When")  # which came later still
    found, wrong = columns_there("FollowUps", heads)
    assert wrong is None
    assert [column.label.en for column in found] == heads


@pytest.mark.slow
def test_a_register_made_before_a_column_came_is_filled_without_it(
    tmp_path: Path, refresh: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = tuple(column for column in KPIS if column.key != "trend")
    path = tmp_path / "older.xlsx"
    case = {"complaint_id": ["C-1"], "kind": "complaint", "received_at": dt.datetime(2026, 10, 1, 9)}
    with monkeypatch.context() as before:
        before.setattr(dashboard, "KPIS", older)
        build_register(path, "en", complaints=pd.DataFrame(case), today=dt.date(2026, 10, 31))
    assert "Last 6 periods" not in openpyxl.load_workbook(path)["KPIs"].tables["Kpis"].column_names
    done = refresh(path, "--as-of", "2026-10-02")
    assert done.exit_code == 0
    assert all("keep the result that they had" in line for line in done.stderr.splitlines())
    total = next(row for row in rows(path, "KPIs", "KPI") if row["KPI"] == "Complaints")
    assert (total["Value"], total["Numerator"], total["Period"]) == (1, 1, "2026-10")


@pytest.mark.slow
def test_of_very_many_findings_the_most_severe_are_listed_and_the_rest_counted(
    tmp_path: Path, refresh: Run
) -> None:
    """2,100 complaints of a tier that there is not, in times typed as text: two kinds of findings beside others."""
    path = tmp_path / "many.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Register")
        sheet.write_row(0, 0, ["Complaint no.", "Kind", "Tier", "Received at", "Channel"])
        for row in range(1, 2101):
            sheet.write_row(row, 0, [f"C-{row}", "Complaint", "Platinum plus", "2026-10-01 09:00", "Phone"])
    assert refresh(path, "--as-of", "2026-10-01T10:00").exit_code == 0
    listed = rows(path, "Findings", "Complaint no.")
    with Reader() as reader:
        register = normalise("many", reader.read(path))
    found = run_checks(register, pd.Timestamp("2026-10-01T10:00"))
    assert found.groupby("rule")["count"].sum()[["unknown_code", "time_as_text"]].tolist() == [2100, 2100]
    assert len(listed) == 2001
    more = [
        row for row in listed if "more findings of this kind" in str(row["What is wrong and how to mend it"])
    ]
    singles = len(listed) - 1 - len(more)
    shown = singles + found.loc[found["count"].gt(1), "count"].sum()
    assert listed[-1]["Complaint no."] == f"{found['count'].sum() - shown} more; see the command line"
    assert listed[-1 - len(more) : -1] == more
    told = [str(row["What is wrong and how to mend it"]) for row in more]
    assert sum("1,100 more findings of this kind" in words for words in told) == 2
    numbers = [row["Complaint no."] for row in listed[:singles] if row["Complaint no."] != "–"]
    assert len(list(itertools.groupby(numbers))) == len(set(numbers))


@pytest.mark.parametrize(("table", "at", "most"), [("FollowUps", 10, 12), ("Findings", 6, 12)])
def test_what_does_not_fit_its_row_ends_in_dots(table: str, at: int, most: int) -> None:
    long, short = "客户要求退款并道歉，" * 100, "客户要求退款。"
    row: list[Any] = [None] * len(CELLS[table])
    [cut], [kept] = (
        [str(one[at]) for one in shown_whole(table, [(*row[:at], text, *row[at + 1 :])])]
        for text in (long, short)
    )
    wide = TABLES[table][at].width * 1.05 / 2  # Chinese characters to a line
    assert kept == short
    assert cut.endswith("…")
    assert long.startswith(cut[:-1])
    assert (most - 1) * wide < len(cut) <= most * wide
