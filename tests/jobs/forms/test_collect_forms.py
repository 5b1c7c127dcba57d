"""Forms as people and programs leave them: kesu collect reads them, or says why not."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click.testing
import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from kesu.register.columns import ITEMS
from tests.jobs.forms.case_values import DAY
from tests.jobs.forms.collected import declared

Run = Callable[..., click.testing.Result]
Filled = Callable[..., Path]
Rows = Callable[[Path, str], list[dict[str, Any]]]

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")


def test_what_cannot_be_understood_is_kept_as_it_stands_for_the_check_to_find(
    full: Path, filled: Filled, collect: Run, rows: Rows, told: Callable[..., Any]
) -> None:
    odd = {
        "channel": "pigeon",
        "answered_after_seconds": "a while",
        "replied_at": "soon",
        "remedy": "refund, hug",
    }
    collect(filled("a.xlsx", complaint_id="C-7", **odd), "--into", full)
    line = rows(full, "Register")[-1]
    assert {line["Channel"], line["Answered after (s)"], line["Substantive reply at"], line["Remedy"]} == set(
        odd.values()
    )
    found = told("check", full, "--as-of", "2026-11-22")
    assert {(one["column"], one["value"]) for one in found if one["row"] == 9} >= set(odd.items())


def test_a_shipped_form_filled_in_by_a_program_is_read(
    tmp_path: Path, full: Path, collect: Run, rows: Rows
) -> None:
    from kesu.workbook.writing import build_form

    path = tmp_path / "a.xlsx"
    build_form(path, "zh", today=DAY)
    book = openpyxl.load_workbook(path)

    def put(key: str, value: object, row: int = 0, column: int = 0) -> None:
        [(title, place)] = book.defined_names[f"Form_{key}"].destinations
        first = book[title][place]
        cell = first if not isinstance(first, tuple) else first[row][column]
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"

    put("customer_contact", 13812341234)
    put("received_at", "2026/11/20 9:05")
    put("verbatim", "=SUM(1)")
    put("channel", "热线")  # another word for phone
    put("transfers", "2次")
    put("expectation", "道歉,退款")
    put("Items", "诉求", 3, 0)
    put("Items", "退款", 3, 1)
    book.save(path)
    done = collect(path, "--into", full)
    assert (done.exit_code, done.stderr) == (0, "")
    line = rows(full, "Register")[-1]
    assert (line["Contact"], line["Verbatim"], line["Channel"]) == ("13812341234", "=SUM(1)", "Phone")
    assert (line["Received at"], line["Transfers"]) == (dt.datetime(2026, 11, 20, 9, 5), 2)
    assert line["Expectation"] == "Respect, Compensation"
    assert declared(rows(full, "Items")[-1], ITEMS) == {
        "Complaint no.": "C-4",
        "Item kind": "Demand",
        "What": "退款",
    }


def test_a_formula_that_was_never_calculated_is_not_lost_silently(
    full: Path, filled: Filled, collect: Run
) -> None:
    path = filled("a.xlsx")
    book = openpyxl.load_workbook(path)
    [(title, place)] = book.defined_names["Form_details"].destinations
    book[title][place].value = "=1+1"
    book.save(path)
    done = collect(path, filled("b.xlsx"), "--into", full)
    assert done.exit_code == 3
    assert f"a.xlsx: {title}!{place.replace('$', '')} holds a formula without a stored result" in done.stderr
    assert "b.xlsx: became C-4" in done.stdout


def test_an_error_in_a_cell_is_kept_for_the_check_to_find(
    full: Path, filled: Filled, collect: Run, rows: Rows, told: Callable[..., Any]
) -> None:
    path = filled("a.xlsx")
    book = openpyxl.load_workbook(path)
    [(title, place)] = book.defined_names["Form_severity"].destinations
    book[title][place].value = "#N/A"
    book.save(path)
    assert collect(path, "--into", full).exit_code == 0
    assert rows(full, "Register")[-1]["Severity"] == "#N/A"
    found = told("check", full, "--as-of", "2026-11-22")
    assert ("severity", "#N/A") in {(one["column"], one["value"]) for one in found if one["row"] == 9}


def test_a_number_that_can_be_read_in_two_ways_is_not_guessed_at(
    full: Path, filled: Filled, collect: Run, rows: Rows, told: Callable[..., Any]
) -> None:
    """1.234 typed as text is one and a bit or over a thousand."""
    path = filled("a.xlsx")
    book = openpyxl.load_workbook(path)
    [(title, place)] = book.defined_names["Form_compensation_claimed"].destinations
    book[title][place].value = "1.234"
    book.save(path)
    assert collect(path, "--into", full).exit_code == 0
    assert rows(full, "Register")[-1]["Compensation claimed"] == "1.234"
    found = told("check", full, "--as-of", "2026-11-22")
    assert ("number_ambiguous", "1.234") in {(one["rule"], one["value"]) for one in found if one["row"] == 9}


def test_content_beside_the_items_columns_is_not_lost_silently(
    full: Path, filled: Filled, collect: Run
) -> None:
    path = filled("a.xlsx")
    book = openpyxl.load_workbook(path)
    [(title, place)] = book.defined_names["Form_Items"].destinations
    cell = book[title][place][0][0]
    book[title].cell(cell.row - 1, cell.column).value = "our own heading"
    book.save(path)
    done = collect(path, "--into", full)
    assert done.exit_code == 3
    assert f"there is something in {title}!{cell.coordinate}, but no heading above it" in done.stderr


def test_a_workbook_may_hold_several_forms(full: Path, filled: Filled, collect: Run) -> None:
    path = filled("a.xlsx")
    book = openpyxl.load_workbook(path)
    copy = book.copy_worksheet(book.worksheets[0])
    for name, defined in book.defined_names.items():
        if name.startswith("Form_"):  # as Excel does when a sheet is copied
            target = defined.attr_text.replace("Complaint form", copy.title)
            copy.defined_names[name] = DefinedName(name, attr_text=target)
    [(_, place)] = book.defined_names["Form_verbatim"].destinations
    copy[place].value = "second"
    [(_, place)] = book.defined_names["Form_complaint_id"].destinations
    copy[place].value = "C-9"
    book.save(path)
    done = collect(path, "--into", full)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines()[:2] == [
        "a.xlsx ▸ Complaint form: became C-10 in row 9, 2 items",
        "a.xlsx ▸ Complaint form Copy: became C-9 in row 10, 2 items",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no workbook", "broken, not a valid workbook"),
        (b"", "broken, not a valid workbook"),
        (b"<html>", "a web page or XML"),
    ],
)
def test_an_unreadable_form_is_named_and_the_others_are_collected(
    tmp_path: Path, full: Path, filled: Filled, collect: Run, content: bytes, said: str
) -> None:
    (tmp_path / "bad.xlsx").write_bytes(content)
    (tmp_path / "empty").mkdir()
    done = collect(tmp_path / "bad.xlsx", tmp_path / "none.xlsx", tmp_path / "empty", full.with_name("full.xlsx"),
                   filled("b.xlsx"), "--into", full)  # fmt: skip
    assert done.exit_code == 3
    assert f"bad.xlsx: {said}" in done.stderr
    assert "none.xlsx: no such file" in done.stderr
    assert "empty: no such file: a folder without workbooks in it" in done.stderr
    assert "full.xlsx: the register itself, left alone" in done.stderr
    assert "b.xlsx: became C-4 in row 9" in done.stdout


def test_a_register_is_no_form(empty: Path, full: Path, collect: Run) -> None:
    done = collect(empty, "--into", full)
    assert done.exit_code == 3
    assert "empty.xlsx: this is no complaint form: it has no cells named Form_…" in done.stderr


def test_a_workbook_with_an_endless_list_of_names_is_not_read(
    full: Path, filled: Filled, collect: Run
) -> None:
    path = filled("a.xlsx")
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in parts.items():
            book.writestr(name, data + b" " * (17 << 20) if name == "xl/workbook.xml" else data)
    done = collect(path, "--into", full)
    assert done.exit_code == 3
    assert "larger than any form's" in done.stderr
