"""kesu refresh fills the team's own workbook and leaves every byte alone that is not kesu's."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click.testing
import openpyxl
import pytest
import xlsxwriter

from kesu.register.outputs import FOLLOWUPS
from kesu.words.typeset import lines
from tests.conftest import Packed
from tests.jobs.refresh.sheets import OURS, RESULTS, parts_of, rows
from tests.places import letter, part

Run = Callable[..., click.testing.Result]

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")


# ---- what is written ----------------------------------------------------------------------------------------


def test_the_three_tables_are_filled_and_no_other_byte_changes(
    register: Path, refresh: Run, packed: Packed
) -> None:
    before = packed(register)
    done = refresh(register, "--as-of", "2026-10-01T18:00")
    assert (done.exit_code, done.stderr) == (0, "")
    after = packed(register)
    assert list(after) == list(before)
    changed = {name for name in before if before[name] != after[name]}
    assert parts_of(register, *OURS) <= changed <= parts_of(register, *OURS) | RESULTS
    assert part("register") in changed  # built as of the end of the month: states and hours left are others
    replies = [
        row for row in rows(register, "Follow-ups", "Complaint no.") if row["To do"] == "Substantive reply"
    ]
    assert {row["Complaint no."] for row in replies} == {"C-1", "C-2", "C-3"}
    # Received 9:00, VIP: 8 hours for the reply, so due 17:00 and an hour late at 18:00.
    assert {row["Due at"] for row in replies} == {dt.datetime(2026, 10, 1, 17)}
    assert {row["Overdue"] for row in replies} == {"1.0 h"}
    total = {row["KPI"]: row for row in reversed(rows(register, "KPIs", "KPI")) if row["Group"] == "Total"}
    assert (total["Complaints"]["Value"], total["Complaints"]["Period"]) == (3, "2026-10")
    assert (total["Praise"]["Value"], total["Satisfaction rate"]["Value"]) == (0, "–")
    assert {row["Complaint no."] for row in rows(register, "Findings", "Complaint no.")} == {
        "C-1",
        "C-2",
        "C-3",
    }
    book = openpyxl.load_workbook(register)
    assert book["Follow-ups"]["B3"].value == dt.datetime(2026, 10, 1, 18)
    link = next(cell for row in book["Follow-ups"]["A6:A20"] for cell in row if cell.value == "C-2").hyperlink
    assert link.location == f"'Register'!{letter('complaint_id')}7"


@pytest.mark.slow
def test_the_charts_on_the_kpi_sheet_stay(register: Path, refresh: Run) -> None:
    def charts() -> dict[str, bytes]:
        with zipfile.ZipFile(register) as book:
            return {name: book.read(name) for name in book.namelist() if "chart" in name or "drawing" in name}

    before = charts()
    assert sum("charts/chart" in name for name in before) == 4
    assert refresh(register, "--as-of", "2026-10-02").exit_code == 0
    assert charts() == before


@pytest.mark.slow
def test_follow_ups_are_as_high_as_their_texts_and_say_when(register: Path, refresh: Run) -> None:
    refresh(register, "--as-of", "2026-10-05T12:00")
    sheet = openpyxl.load_workbook(register)["Follow-ups"]
    heads = {cell.value: cell.column for cell in sheet[5]}
    wide = {
        name: next(c.width for c in FOLLOWUPS if c.label.en == name) for name in ("Also", "What", "Next step")
    }
    seen = 0
    for row in range(6, 30):
        if sheet.cell(row, 1).value is None:
            assert sheet.row_dimensions[row].height is None
            continue
        assert sheet.cell(row, heads["When"] or 0).value == "Overdue"
        most = max(
            len(lines(str(sheet.cell(row, heads[name] or 0).value), 1.2 * width))
            for name, width in wide.items()
        )
        assert sheet.row_dimensions[row].height == pytest.approx(13.2 * most + 6)
        seen += most > 1
    assert seen > 2


@pytest.mark.slow
def test_the_follow_up_table_grows_and_shrinks(crowded: Path, refresh: Run) -> None:
    def height() -> tuple[int, int]:
        book = openpyxl.load_workbook(crowded)
        low, high = book["Follow-ups"].tables["FollowUps"].ref.split(":")
        filled = sum(book["Follow-ups"].cell(row, 1).value is not None for row in range(6, 1000))
        return int(high[1:]) - int(low[1:]), filled

    refresh(crowded, "--as-of", "2026-10-05")
    many = height()
    assert many[0] == many[1] >= 60
    refresh(crowded, "--as-of", "2026-09-01")  # before anything was received
    few = height()
    assert few[1] < many[1]
    assert few[0] == max(few[1], 1)


def test_the_period_may_be_chosen(register: Path, refresh: Run) -> None:
    assert refresh(register, "--as-of", "2026-11-30", "--period", "2026-09").exit_code == 0
    total = next(row for row in rows(register, "KPIs", "KPI") if row["KPI"] == "Complaints")
    assert (total["Numerator"], total["Period"]) == (0, "2026-09")


@pytest.mark.slow
def test_a_second_refresh_as_of_the_same_time_changes_nothing(register: Path, refresh: Run) -> None:
    refresh(register, "--as-of", "2026-10-05")
    before = register.read_bytes(), register.stat().st_mtime_ns
    done = refresh(register, "--as-of", "2026-10-05")
    assert "nothing to change" in done.stdout
    assert (register.read_bytes(), register.stat().st_mtime_ns) == before


# ---- safety -------------------------------------------------------------------------------------------------


def test_a_dry_run_names_the_sheets_and_writes_nothing(register: Path, refresh: Run) -> None:
    before = register.read_bytes()
    done = refresh(register, "--as-of", "2026-10-02", "--dry-run")
    assert done.exit_code == 0
    said = done.stdout.partition("would change these sheets: ")[2]
    assert set(OURS) <= set(said.strip().split(", "))
    assert "xl/" not in done.stdout
    assert register.read_bytes() == before
    assert list(register.parent.iterdir()) == [register]


@pytest.mark.slow
def test_one_backup_is_kept_unless_unwanted(register: Path, refresh: Run) -> None:
    before = register.read_bytes()
    refresh(register, "--as-of", "2026-10-02", "--no-backup")
    assert list(register.parent.iterdir()) == [register]
    register.write_bytes(before)
    refresh(register, "--as-of", "2026-10-02")
    backup = next(path for path in register.parent.iterdir() if path != register)
    assert re.fullmatch(r"branch\.kesu-backup-\d{8}\.xlsx", backup.name)
    assert backup.read_bytes() == before
    done = refresh(backup)
    assert "left alone" in done.stderr
    assert backup.read_bytes() == before


@pytest.mark.slow
def test_an_open_workbook_is_left_alone_and_the_next_is_done(
    register: Path, crowded: Path, refresh: Run
) -> None:
    before = register.read_bytes()
    note = register.with_name(f".~lock.{register.name}#")
    note.write_text(",Li Na,PC-7,01.10.2026 09:00,file:///profile;")
    done = refresh(register, crowded, "--as-of", "2026-10-02")
    assert done.exit_code == 3
    assert "Li Na" in done.stderr
    assert "--force" in done.stderr
    assert register.read_bytes() == before
    assert "crowded.xlsx: " in done.stdout
    assert refresh(register, "--as-of", "2026-10-02", "--force").exit_code == 0
    assert register.read_bytes() != before


def test_several_registers_in_one_workbook_are_not_mixed(tmp_path: Path, refresh: Run) -> None:
    path = tmp_path / "two.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for title in ("North", "South"):
            sheet = book.add_worksheet(title)
            sheet.write_row(0, 0, ["Complaint no.", "Kind", "Tier", "Received at", "Channel"])
            sheet.write_row(1, 0, [f"{title}-1", "Complaint", "VIP", "2026-10-01 09:00", "Phone"])
    before = path.read_bytes()
    done = refresh(path)
    assert done.exit_code == 3
    assert "North" in done.stderr
    assert path.read_bytes() == before


def test_formats_that_cannot_be_patched_are_refused_in_words(tmp_path: Path, refresh: Run) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Complaint no.,Kind,Tier,Received at,Channel\nC-1,Complaint,VIP,2026-10-01 09:00,Phone\n")
    done = refresh(path)
    assert done.exit_code == 3
    assert ".xlsx" in done.stderr
    assert list(tmp_path.iterdir()) == [path]


def test_json_tells_what_was_done_and_why_not(register: Path, tmp_path: Path, refresh: Run) -> None:
    done = refresh(register, tmp_path / "missing.xlsx", "--as-of", "2026-10-02", "--format", "json")
    assert done.exit_code == 3
    good, bad = json.loads(done.stdout)
    assert parts_of(register, *OURS) <= set(good["parts"]) <= parts_of(register, *OURS) | RESULTS
    assert good["reason"] is None
    assert good["rows"]["FollowUps"] > 0
    assert Path(good["backup"]).exists()
    assert "no such file" in bad["reason"]


def test_a_workbook_saved_while_it_was_read_is_not_written(
    register: Path, refresh: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kesu.jobs import refresh as job

    real = vars(job)["owned_tables"]

    def slow(*arguments: Any, **named: Any) -> Any:
        os.utime(register, (1, 1))
        return real(*arguments, **named)

    monkeypatch.setattr(job, "owned_tables", slow)
    done = refresh(register, "--as-of", "2026-10-02")
    assert done.exit_code == 3
    assert "Run it again" in done.stderr
    assert list(register.parent.iterdir()) == [register]
