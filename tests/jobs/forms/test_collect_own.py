"""kesu collect into registers of a team's own making."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click.testing
import openpyxl
import pytest

from tests.jobs.forms.case_values import CASE
from tests.jobs.forms.collected import HEADS, ONLY, plain

Run = Callable[..., click.testing.Result]
Filled = Callable[..., Path]
Rows = Callable[[Path, str], list[dict[str, Any]]]

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")


def test_a_plain_sheet_gets_text_cells_true_dates_and_the_formulas_of_its_rows(
    tmp_path: Path, filled: Filled, collect: Run, told: Callable[..., Any]
) -> None:
    first = [
        "A-1",
        "投诉",
        "张三",
        "13900000000",
        dt.datetime(2026, 11, 1, 9),
        "电话",
        "慢",
        "流程",
        "新建",
        "=LEN(G4)",
        1,
    ]
    path = plain(tmp_path / "own.xlsx", *HEADS, "字数", "序号", rows=[first])
    done = collect(filled("a.xlsx", "zh", items=(), **ONLY), "--into", path)
    assert (done.exit_code, done.stderr) == (0, "")
    sheet = openpyxl.load_workbook(path)["客诉"]
    line = [sheet.cell(5, at) for at in range(1, 12)]
    assert [cell.value for cell in line] == [
        "A-2", "投诉", "王小明", "0013812341234", dt.datetime(2026, 11, 20, 9, 5), "电话", CASE["verbatim"], "产品质量",
        "处理中", "=LEN(G5)", None,
    ]  # fmt: skip
    assert [line[at].number_format for at in (0, 3, 4, 6)] == ["@", "@", "yyyy-mm-dd h:mm:ss", "@"]
    assert sheet.cell(4, 1).number_format == "General"
    assert {one["row"] for one in told("deadlines", path, "--as-of", "2026-11-22")} == {4, 5}


def test_below_a_plain_list_what_was_filled_down_stays_and_what_stands_beside_is_not_copied(
    tmp_path: Path, filled: Filled, collect: Run
) -> None:
    row = [
        1,
        "A-1",
        "投诉",
        "张三",
        "139",
        dt.datetime(2026, 11, 1, 9),
        "电话",
        "慢",
        "流程",
        "新建",
        "=LEN(H4)",
        None,
        "=1+1",
    ]
    path = plain(tmp_path / "own.xlsx", "序号", *HEADS, "字数", rows=[row, [2], [3]])
    assert collect(filled("a.xlsx", items=(), **ONLY), "--into", path).exit_code == 0
    sheet = openpyxl.load_workbook(path)["客诉"]
    assert [sheet.cell(5, at).value for at in (1, 2, 11, 12, 13)] == [2, "A-2", "=LEN(H5)", None, None]
    assert sheet["A6"].value == 3


def test_a_plain_sheet_with_headings_only_takes_its_first_complaint(
    tmp_path: Path, filled: Filled, collect: Run
) -> None:
    path = plain(tmp_path / "own.xlsx", *HEADS)
    assert collect(filled("a.xlsx", items=(), complaint_id="1", **ONLY), "--into", path).exit_code == 0
    sheet = openpyxl.load_workbook(path)["客诉"]
    assert (sheet["A4"].value, sheet["A4"].data_type) == ("1", "s")
    assert (sheet["E4"].value, sheet["E4"].number_format) == (
        dt.datetime(2026, 11, 20, 9, 5),
        "yyyy-mm-dd hh:mm",
    )
    assert sheet.max_row == 4


def test_a_table_of_another_name_grows(tmp_path: Path, filled: Filled, collect: Run) -> None:
    rows = [["A-1", "投诉", "张三", "1", dt.datetime(2026, 11, 1, 9), "电话", "慢", "流程", "新建"]]
    path = plain(tmp_path / "own.xlsx", *HEADS, rows=rows, table="MyTable")
    assert collect(filled("a.xlsx", items=(), **ONLY), "--into", path).exit_code == 0
    sheet = openpyxl.load_workbook(path)["客诉"]
    assert sheet.tables["MyTable"].ref == "A3:I5"
    assert sheet["A5"].value == "A-2"


def test_numbers_filled_down_beside_the_blank_rows_stay(tmp_path: Path, filled: Filled, collect: Run) -> None:
    rows = [["A-1", "投诉", "张三", "1", dt.datetime(2026, 11, 1, 9), "电话", "慢", "流程", "新建", 1]]
    rows += [[None] * 9 + [number] for number in (2, 3)]
    path = plain(tmp_path / "own.xlsx", *HEADS, "序号", rows=rows, table="MyTable")
    assert collect(filled("a.xlsx", items=(), **ONLY), "--into", path).exit_code == 0
    sheet = openpyxl.load_workbook(path)["客诉"]
    assert (sheet["A5"].value, sheet["J5"].value, sheet["J6"].value) == ("A-2", 2, 3)
    assert sheet.tables["MyTable"].ref == "A3:J6"


def test_rows_below_the_table_are_pointed_out(tmp_path: Path, filled: Filled, collect: Run) -> None:
    rows = [
        [f"A-{n}", "投诉", "张三", "1", dt.datetime(2026, 11, 1, 9), "电话", f"慢{n}", "流程", "新建"]
        for n in (1, 2)
    ]
    path = plain(tmp_path / "own.xlsx", *HEADS, rows=rows[:1], table="MyTable")
    book = openpyxl.load_workbook(path)
    sheet = book["客诉"]
    for at, value in enumerate(rows[1], start=1):
        sheet.cell(5, at).value = value  # type: ignore[assignment]
    book.save(path)
    before = path.read_bytes()
    done = collect(filled("a.xlsx", items=(), **ONLY), "--into", path)
    assert done.exit_code == 3
    assert "rows 5 stand below the table “MyTable”" in done.stderr
    assert "a.xlsx: not written" in done.stdout
    assert path.read_bytes() == before


def test_what_the_register_has_no_column_for_is_refused(tmp_path: Path, filled: Filled, collect: Run) -> None:
    path = plain(tmp_path / "own.xlsx", *HEADS)
    before = path.read_bytes()
    done = collect(filled("a.xlsx", items=(), **ONLY | {"customer_tier": "vip"}), "--into", path)
    assert done.exit_code == 1
    assert "the sheet “客诉” has no columns for Tier, which the form fills in" in done.stderr
    done = collect(filled("b.xlsx", **ONLY), "--into", path)
    assert done.exit_code == 1
    assert "the form has 2 items, but the register has no sheet “Items”" in done.stderr
    assert path.read_bytes() == before


def test_a_column_outside_of_the_table_is_pointed_out(tmp_path: Path, filled: Filled, collect: Run) -> None:
    rows = [["A-1", "投诉", "张三", "1", dt.datetime(2026, 11, 1, 9), "电话", "慢", "流程", "新建"]]
    path = plain(tmp_path / "own.xlsx", *HEADS, rows=rows, table="MyTable")
    book = openpyxl.load_workbook(path)
    book["客诉"]["J3"].value = "客户等级"
    book.save(path)
    done = collect(filled("a.xlsx", items=(), **ONLY | {"customer_tier": "vip"}), "--into", path)
    assert done.exit_code == 3
    assert "the column “Tier” stands outside of the table “MyTable”" in done.stderr


def test_a_workbook_with_several_registers_is_refused(tmp_path: Path, filled: Filled, collect: Run) -> None:
    path = plain(tmp_path / "own.xlsx", *HEADS)
    book = openpyxl.load_workbook(path)
    copy = book.copy_worksheet(book["客诉"])
    copy.title = "投诉登记表"
    book.save(path)
    done = collect(filled("a.xlsx"), "--into", path)
    assert done.exit_code == 3
    assert "the workbook holds several registers" in done.stderr
