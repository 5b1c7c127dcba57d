"""Parquet that another program made: read like a table without a Settings sheet, each type as a cell would say it."""

from __future__ import annotations

import datetime as dt
import decimal
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from kesu.jobs.load import Loaded, load_all
from tests.jobs.kept.books import NOW, converted
from tests.jobs.kept.test_round_trip import kesu
from tests.twelve_rows import write_english

ZONE = "Asia/Shanghai"
COLUMNS = {
    "complaint_id": pa.array(["K-1", "K-2", "K-3"]),
    "Received at": pa.array([dt.datetime(2026, 10, 8, 1), dt.datetime(2026, 10, 9, 2, 30, 0, 700_000), None], pa.timestamp("us", ZONE)),
    "类别": pa.array(["complaint", "Praise", "投诉"]).dictionary_encode(),
    "客户姓名": pa.array(["Ann", None, "Bo"], pa.large_string()),
    "customer_account": pa.array([13812345678.0, None, float("nan")]),
    "渠道": pa.array(["电话", "e-mail", "smoke"]),
    "compensation_paid": pa.array([decimal.Decimal("1.234"), None, decimal.Decimal("20.500")]),
    "transfers": pa.array([1.234, 2.0, float("inf")]),
    "answered_after_seconds": pa.array([7, None, -1], pa.int16()),
    "resolved_on_first_contact": pa.array([True, False, None]),
    "resolved_at": pa.array([dt.date(2026, 10, 9), None, None]),
    "first_response_at": pa.array(["2026-10-08 10:00", None, "soon"]),
    "tags": pa.array([["a"], [], None]),
    "blob": pa.array([b"x", None, None]),
    "more": pa.array([{"a": 1}, None, None]),
    "nothing": pa.nulls(3),
}  # fmt: skip


@pytest.fixture
def read(tmp_path: Path) -> Loaded:
    pq.write_table(pa.table(COLUMNS), tmp_path / "w.parquet")
    items = {
        "complaint_id": ["K-1"],
        "item_kind": ["action"],
        "what": ["call"],
        "due_at": [dt.datetime(2026, 10, 9, 12)],
    }
    pq.write_table(pa.table(items), tmp_path / "w.items.parquet")
    [found] = load_all([tmp_path / "w.parquet"], NOW)
    return found


def test_every_type_is_what_a_cell_would_say(read: Loaded) -> None:
    assert read.assessment
    data = read.assessment.register.complaints.data.astype(object)
    cells = {str(key): [None if cell != cell else cell for cell in data[key]] for key in data}  # noqa: PLR0124
    assert cells["excel_row"] == [2, 3, 4]  # the headings are row 1
    assert [str(at) for at in cells["received_at"]] == ["2026-10-08 09:00:00", "2026-10-09 10:30:00", "None"]
    assert cells["kind"] == ["complaint", "praise", "complaint"]
    assert cells["customer_account"] == ["13812345678", None, None]
    assert cells["channel"] == ["phone", "email", None]
    assert cells["compensation_paid"] == [1.234, None, 20.5]
    assert cells["transfers"] == [1.234, 2.0, None]
    assert cells["answered_after_seconds"] == [7.0, None, -1.0]
    assert cells["resolved_on_first_contact"] == ["yes", "no", None]
    assert str(cells["resolved_at"][0]) == "2026-10-09 00:00:00"
    assert str(cells["first_response_at"][0]) == "2026-10-08 10:00:00"
    problems = read.assessment.register.complaints.problems[["row", "column", "problem"]].to_numpy().tolist()
    assert problems == [[2, "channel", "unknown_code"], [2, "first_response_at", "bad_time"]]
    assert read.assessment.register.items.data["what"].tolist() == ["call"]


def test_what_was_done_to_it_is_said(read: Loaded) -> None:
    said = " | ".join(note.en for note in read.notes)
    assert "w.parquet: Received at: times of Asia/Shanghai, read by the clock there" in said
    assert "3 columns hold what no cell can (lists, structures, bytes …), not read: tags, blob, more" in said
    assert "No Settings sheet" in said


def test_columns_that_nobody_knows_are_refused_in_words(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1], "b": ["x"]}), tmp_path / "w.parquet")
    code, said = kesu("check", tmp_path / "w.parquet")
    assert code == 3
    assert "No complaint register found" in said


def test_kesus_own_written_anew_is_refused(tmp_path: Path) -> None:
    """Its settings are gone with its mark; and what kesu worked out would be read as if somebody had typed it."""
    write_english(tmp_path / "r.xlsx")
    converted([tmp_path / "r.xlsx"], tmp_path / "all.parquet")
    table = pq.read_table(tmp_path / "all.parquet")
    pq.write_table(table.filter(table["kind"].to_numpy() == "complaint"), tmp_path / "all.parquet")
    code, said = kesu("kpis", tmp_path / "all.parquet")
    assert code == 3
    assert "written by kesu and saved by another program since" in said


def test_several_registers_in_a_table_of_others_are_one(tmp_path: Path) -> None:
    rows = {
        "register": ["r", "s"],
        "complaint_id": ["A1", "A2"],
        "received_at": ["2026-10-01 10:00", "2026-10-02 10:00"],
    }
    more = {key: ["", ""] for key in ("kind", "channel", "customer_name", "verbatim")}
    pq.write_table(pa.table(rows | more), tmp_path / "w.parquet")
    [found] = load_all([tmp_path / "w.parquet"], NOW)
    said = " | ".join(note.en for note in found.notes)
    assert "the column “register” names 2 registers; they are read as one" in said
