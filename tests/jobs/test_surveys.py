"""A list of customers to ask goes out, answers come in by number; the register is patched, nothing is lost on the way."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from kesu.cli import main
from kesu.jobs.load import load
from kesu.workbook.writing import build_register

AS_OF = "2026-10-12T10:00"
DONE = {"kind": "complaint", "received_at": dt.datetime(2026, 10, 5, 9), "category": "price"}


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """Two resolved, one closed by its status alone, one open, one asked before, one praise."""
    resolved = dt.datetime(2026, 10, 6, 9)
    cases = [
        DONE | {"complaint_id": "=1+1", "resolved_at": resolved, "status": "resolved"},
        DONE | {"complaint_id": "K-2", "resolved_at": resolved, "status": "closed", "received_at": dt.datetime(2026, 9, 30, 9)},
        DONE | {"complaint_id": "K-3", "status": "closed"},
        DONE | {"complaint_id": "K-4", "status": "in_progress"},
        DONE | {"complaint_id": "K-5", "resolved_at": resolved, "status": "closed"},
        DONE | {"complaint_id": "K-6", "kind": "praise", "status": "closed"},
    ]  # fmt: skip
    items = [
        {
            "complaint_id": "K-5",
            "item_kind": "survey",
            "what": "by post",
            "noted_at": resolved,
            "owner": "Ann",
        }
    ]
    path = tmp_path / "register.xlsx"
    build_register(
        path, "en", complaints=pd.DataFrame(cases), items=pd.DataFrame(items), as_of=dt.datetime(2026, 10, 12)
    )
    return path


def run(*words: object, code: int = 0) -> str:
    done = CliRunner().invoke(
        main, ["survey", *map(str, words), "--as-of", AS_OF], env={"LANG": "en_GB.UTF-8"}
    )
    assert done.exit_code == code, done.output
    return done.output


def surveys(path: Path) -> dict[str, tuple[object, ...]]:
    """Number → when sent, when answered, the answer, what stood in the row besides."""
    [loaded] = load([path], dt.datetime(2026, 10, 12, 10))
    assert loaded.assessment is not None
    items = loaded.assessment.register.items.data
    mine = items[items["item_kind"].eq("survey")]
    columns = ["noted_at", "done_at", "satisfaction", "what", "owner"]
    lines = mine[columns].astype(object).where(mine[columns].notna(), None).to_numpy().tolist()
    return dict(zip(mine["complaint_id"], map(tuple, lines), strict=True))


def test_the_list_names_numbers_and_nobody(register: Path, tmp_path: Path) -> None:
    said = run(register, "-o", tmp_path / "list.csv")
    assert "3 complaints, noted as sent in Items" in said
    lines = (tmp_path / "list.csv").read_text("utf-8-sig").splitlines()
    assert not lines.pop().strip()  # the mark by which kesu knows its own files
    rows = list(csv.reader(lines))
    assert rows == [
        ["Complaint no.", "Received at", "Category", "Customer rating", "Answered at"],
        ["'=1+1", "2026-10-05", "Price dispute", "", ""],
        ["K-2", "2026-09-30", "Price dispute", "", ""],
        ["K-3", "2026-10-05", "Price dispute", "", ""],
    ]
    sent = surveys(register)
    assert sent["K-2"][:3] == (pd.Timestamp(AS_OF), None, None)
    assert sent["K-5"] == (pd.Timestamp(2026, 10, 6, 9), None, None, "by post", "Ann")
    assert "There is nobody to ask" in run(register, "-o", tmp_path / "again.csv")
    assert not (tmp_path / "again.csv").exists()


def test_a_period_asks_its_own(register: Path, tmp_path: Path) -> None:
    assert "1 complaint, " in run(register, "-o", tmp_path / "list.csv", "--period", "2026-09")


def test_answers_find_their_survey_by_number(register: Path, tmp_path: Path) -> None:
    run(register, "-o", tmp_path / "list.csv")
    answers = tmp_path / "answers.csv"
    answers.write_text(
        "Complaint no.,Rating,Answered at\nK-2,4,2026-10-11 18:00\nK-5,Very dissatisfied,\nK-4,satisfied,2026-10-10\nK-3,,\n"
        "K-9,5,\nK-2,1,\n=1+1,splendid,\n"
    )
    said = run(register, "--answers", answers, code=1)
    assert "3 answers taken in (1 of them not noted as sent), 0 known, 3 rows left out" in said
    assert "row 6: the register has no such number" in said
    assert "row 7: a row before has the same number" in said
    assert "row 8: the answer or its time cannot be read" in said
    found = surveys(register)
    assert found["K-2"][1:3] == (pd.Timestamp(2026, 10, 11, 18), "satisfied")
    assert found["K-5"] == (
        pd.Timestamp(2026, 10, 6, 9),
        pd.Timestamp(AS_OF),
        "very_dissatisfied",
        "by post",
        "Ann",
    )
    assert found["K-4"][1:3] == (pd.Timestamp(2026, 10, 10), "satisfied")
    assert found["K-3"][1:3] == (None, None)
    before = register.read_bytes()
    assert "0 answers taken in (0 of them not noted as sent), 3 known" in run(
        register, "--answers", answers, code=1
    )
    assert register.read_bytes() == before


def test_nothing_is_written_by_a_dry_run(register: Path, tmp_path: Path) -> None:
    before = register.read_bytes()
    assert "3 complaints" in run(register, "-o", tmp_path / "list.csv", "--dry-run")
    assert not (tmp_path / "list.csv").exists()
    assert register.read_bytes() == before


def test_what_holds_no_answers_is_refused(register: Path, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    assert "holds no answers" in run(register, "--answers", tmp_path / "other.csv", code=3)
    assert "not both" in run(register, code=2)


def test_suggestions_come_in_and_other_columns_are_named(register: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.csv"
    answers.write_text(
        "Complaint no.,Received at,Rating,Answered at,Suggestion,Age,Empty\nK-2,2026-09-30,4,2026-10-11 18:00,Call back sooner,40,\n"
        "K-5,,,,Open on Sundays,,\nK-3,,5,,none,,\nK-9,,,,Nobody's,,\n"
    )
    before = register.read_bytes()
    assert "1 column not taken in: Age." in run(register, "--answers", answers, "--dry-run", code=1)
    assert register.read_bytes() == before
    said = run(register, "--answers", answers, code=1)
    assert "Besides, 2 suggestions noted in Items." in said
    assert "row 5: the register has no such number" in said
    [loaded] = load([register], dt.datetime(2026, 10, 12, 10))
    assert loaded.assessment is not None
    items = loaded.assessment.register.items.data
    mine = items[items["item_kind"].eq("suggestion")][["complaint_id", "what", "noted_at"]]
    assert mine.to_numpy().tolist() == [
        ["K-2", "Call back sooner", pd.Timestamp(2026, 10, 11, 18)],
        ["K-5", "Open on Sundays", pd.Timestamp(AS_OF)],
    ]
    after = register.read_bytes()
    assert "Besides" not in run(register, "--answers", answers, code=1)
    assert register.read_bytes() == after
