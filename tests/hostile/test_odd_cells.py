"""Cells that are not what they read as: error values, formulas nobody calculated, texts like dates, registers aside."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from kesu.jobs.load import Loaded, load
from kesu.rules.checks import add_messages
from kesu.words.text import Text
from kesu.workbook.writing import build_register

HEADER = ("Complaint no.", "Kind", "Tier", "Received at", "Channel", "Details", "Compensation paid")
WHEN = dt.datetime(2026, 10, 1, 9, 5)
AS_OF = dt.datetime(2026, 10, 12, 10)
SHEET = "xl/worksheets/sheet1.xml"


def one(path: Path) -> Loaded:
    (found,) = load([path], AS_OF)
    return found


def told(found: Loaded) -> list[Text]:
    """What is said of a register beside that it has no Settings sheet, as none here has."""
    return [note for note in found.notes if "No Settings sheet" not in note.en]


def findings(path: Path, *rules: str) -> list[tuple[str, int, str, str]]:
    """Of these rules: the rule, Excel row, column and value."""
    case = one(path).assessment
    assert case is not None
    table = case.findings
    table = table[table["rule"].isin(rules)]
    return list(zip(table["rule"], table["row"], table["column"], table["value"], strict=True))


def written(path: Path, cells: dict[tuple[int, int], tuple[str, Any]], title: str = "Register") -> Path:
    """A register of three rows; ``cells`` (row, column from 0): a formula and its stored value."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(title)
        date = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(0, 0, HEADER)
        for row in (1, 2, 3):
            sheet.write_row(row, 0, [f"C-{row}", "Complaint", "VIP", None, "Phone", "screen broken", row])
            sheet.write_datetime(row, 3, WHEN, date)
        for (row, column), (formula, value) in cells.items():
            sheet.write_formula(row, column, formula, None, value)
    return path


def replaced(path: Path, old: bytes, new: bytes, part: str = SHEET) -> Path:
    """``path`` with the bytes of a part changed."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in parts.items():
            book.writestr(name, data)
    return path


# ---- error values ---------------------------------------------------------------------------------------------


def test_an_error_value_is_a_finding_and_else_a_blank_cell(tmp_path: Path) -> None:
    cells = {(1, 3): ("=A1+1", "#VALUE!"), (2, 5): ("=#REF!", "#REF!"), (3, 6): ("=1/0", "#DIV/0!"), (2, 1): ("=NA()", "#N/A")}  # fmt: skip
    path = written(tmp_path / "a.xlsx", cells)
    assert sorted(findings(path, "error_value", "time_unreadable", "required_empty", "unknown_code", "number_unreadable")) == [
        ("error_value", 2, "received_at", "#VALUE!"),
        ("error_value", 3, "details", "#REF!"),
        ("error_value", 3, "kind", "#N/A"),
        ("error_value", 4, "compensation_paid", "#DIV/0!"),
    ]  # fmt: skip
    case = one(path).assessment
    assert case is not None
    data = case.register.complaints.data
    assert data["received_at"].isna().tolist() == [True, False, False]
    assert data["compensation_paid"].tolist()[:2] == [1, 2]
    assert data["details"].isna().tolist() == [False, True, False]
    said = {lang: add_messages(case.findings, lang).set_index("rule")["message"] for lang in ("zh", "en")}
    assert "#VALUE!" in said["zh"]["error_value"].iloc[0]
    assert "Mend the formula" in said["en"]["error_value"].iloc[0]


@pytest.mark.parametrize("code", ["#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#GETTING_DATA", "#PYTHON!"])
def test_errors_of_newer_programs_do_not_keep_a_register_from_being_read(tmp_path: Path, code: str) -> None:
    path = written(tmp_path / "a.xlsx", {(2, 5): ("=X()", "#N/A"), (3, 5): ("=1/0", "#DIV/0!")})
    replaced(path, b"<v>#N/A</v>", b"<v>" + code.encode() + b"</v>")
    assert findings(path, "error_value") == [
        ("error_value", 3, "details", code),
        ("error_value", 4, "details", "#DIV/0!"),
    ]


def test_formulas_filled_down_over_empty_rows_begin_no_complaint(tmp_path: Path) -> None:
    path = written(tmp_path / "a.xlsx", {(row, 2): ("=VLOOKUP(A9,X:Y,2,0)", "#N/A") for row in range(3, 50)})
    case = one(path).assessment
    assert case is not None
    assert case.register.complaints.data["excel_row"].tolist() == [2, 3, 4]
    assert findings(path, "error_value") == [("error_value", 4, "customer_tier", "#N/A")]


def test_an_error_among_the_settings_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        written_sheet = book.add_worksheet("Register")
        written_sheet.write_row(0, 0, HEADER)
        settings = book.add_worksheet("Settings")
        settings.write_row(0, 0, ["Setting", "Value"])
        settings.write_row(1, 0, ["Organisation", "North"])
        settings.write(2, 0, "Due soon (hours)")
        settings.write_formula(2, 1, "=1/0", None, "#DIV/0!")
    case = one(path).assessment
    assert case is not None
    assert case.register.settings.organisation == "North"
    told = add_messages(case.findings[case.findings["rule"] == "setting_unreadable"], "en")
    assert told["row"].tolist() == [3]
    assert "#DIV/0!" in told["message"].iloc[0]


@pytest.mark.libreoffice
@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_error_values_in_other_formats_are_findings_too(tmp_path: Path, suffix: str) -> None:
    found = shutil.which("soffice")
    if found is None:
        pytest.skip("no LibreOffice (soffice) here")
    source = written(tmp_path / "a.xlsx", {(2, 5): ("=NA()", "#N/A"), (3, 6): ("=1/0", "#DIV/0!")})
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [found, profile, "--headless", "--convert-to", suffix, "--outdir", str(tmp_path), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    assert findings(tmp_path / f"a.{suffix}", "error_value") == [
        ("error_value", 3, "details", "#N/A"),
        ("error_value", 4, "compensation_paid", "#DIV/0!"),
    ]


# ---- formulas nobody has calculated ---------------------------------------------------------------------------


def uncalculated(path: Path, formulas: dict[str, str], rows: int = 3) -> Path:
    """Written by openpyxl, which stores no results."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Register"
    sheet.append(HEADER)
    for row in range(1, rows + 1):
        sheet.append((f"C-{row}", "Complaint", "VIP", WHEN, "Phone", "screen broken " * 9, row))
    for cell, formula in formulas.items():
        sheet[cell] = formula
    book.save(path)
    return path


def test_formulas_without_results_are_found_however_far_down(tmp_path: Path) -> None:
    path = uncalculated(tmp_path / "a.xlsx", {"D2990": "=D2989+1", "G3001": "=SUM(G2:G3)"}, rows=3000)
    assert findings(path, "formula_uncalculated", "required_empty") == [
        ("formula_uncalculated", 2990, "received_at", ""),
        ("formula_uncalculated", 3001, "compensation_paid", ""),
    ]
    (note,) = told(one(path))
    assert "Register!D2990: 2 cells" in note.en
    assert "save it once" in note.en
    assert "Register!D2990" in note.zh


def test_a_text_formula_that_came_to_nothing_is_calculated(tmp_path: Path) -> None:
    path = written(tmp_path / "a.xlsx", {(1, 5): ("=T(A1)", 77)})
    replaced(path, b'<c r="F2"><f>T(A1)</f><v>77</v></c>', b'<c r="F2" t="str"><f>T(A1)</f><v></v></c>')
    assert findings(path, "formula_uncalculated") == []
    assert told(one(path)) == []


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="F3"><f>A1</f></c>',
        '<c r="F3" s="0"><f>A1</f><v></v></c>',
        '<c r="F3"><f>A1</f><v/></c>',
        '<c r="F3"><f t="shared" ref="F3:F4" si="0">A1</f></c>',
        '<c s="0" r="F3" >\n<f>A1</f>\n<v />\n</c>',
    ],
)
def test_every_way_to_store_no_result_is_known(tmp_path: Path, cell: str) -> None:
    path = written(tmp_path / "a.xlsx", {(2, 5): ("=A1", 77)})
    replaced(path, b'<c r="F3"><f>A1</f><v>77</v></c>', cell.encode())
    assert findings(path, "formula_uncalculated") == [("formula_uncalculated", 3, "details", "")]


@pytest.mark.slow
def test_the_columns_that_kesu_works_out_itself_need_no_remark(tmp_path: Path) -> None:
    """A register that kesu built, saved by a program that stores no results for its live formulas."""
    import pandas as pd

    path = tmp_path / "a.xlsx"
    rows = {"complaint_id": ["C-1"], "received_at": [WHEN], "kind": ["complaint"], "customer_tier": ["vip"]}
    build_register(path, "en", complaints=pd.DataFrame(rows), today=AS_OF.date())
    book = openpyxl.load_workbook(path)
    formulas = [c for row in book["Register"].iter_rows() for c in row if c.data_type == "f"]
    assert formulas
    book.save(path)
    assert told(one(path)) == []
    assert findings(path, "formula_uncalculated") == []


# ---- texts that look like true dates --------------------------------------------------------------------------


@pytest.mark.parametrize("inline", [False, True], ids=["shared", "in the cell"])
def test_a_text_among_true_dates_of_the_same_words_is_the_one_that_is_told(
    tmp_path: Path, inline: bool
) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": inline}) as book:
        sheet = book.add_worksheet("Register")
        date = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(0, 0, HEADER)
        for row in (1, 2, 3):
            sheet.write_row(row, 0, [f"C-{row}", "Complaint", "VIP"])
            if row == 2:
                sheet.write_string(row, 3, f"{WHEN}")
            else:
                sheet.write_datetime(row, 3, WHEN, date)
            sheet.write_row(row, 4, ["Phone", f"{WHEN}" if row == 1 else "x"])
    assert findings(path, "time_as_text") == [("time_as_text", 3, "received_at", "2026-10-01 09:05:00")]


# ---- a second register ----------------------------------------------------------------------------------------


def two(path: Path, other: str, header: tuple[str, ...] = HEADER, hidden: bool = False) -> Path:
    book = openpyxl.Workbook()
    book.remove(book["Sheet"])
    for title, first, labels in (("Register", "R-1", HEADER), (other, "N-1", header)):
        sheet = book.create_sheet(title)
        sheet.append(["title"])
        sheet.append(labels)
        sheet.append((first, "Complaint", "VIP", WHEN, "Phone"))
    book[other].sheet_state = "hidden" if hidden else "visible"
    book.save(path)
    return path


def test_a_second_register_under_another_title_is_never_left_out_in_silence(tmp_path: Path) -> None:
    found = one(two(tmp_path / "a.xlsx", "North"))
    assert found.assessment is not None
    assert found.assessment.register.complaints.data["complaint_id"].tolist() == ["R-1"]
    (note,) = told(found)
    assert note.en.startswith("a.xlsx ▸ North: ")
    assert "“Register” carries the title" in note.en
    assert "North" in note.zh


def test_with_titles_of_their_own_both_are_read(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(two(tmp_path / "a.xlsx", "North"))
    book["Register"].title = "Head office"
    book.save(tmp_path / "a.xlsx")
    names = [found.name for found in load([tmp_path / "a.xlsx"], AS_OF)]
    assert names == ["a.xlsx#Head office", "a.xlsx#North"]


@pytest.mark.parametrize(
    ("other", "header", "hidden"),
    [("Notes", ("a", "b"), False), ("North", HEADER, True), ("Follow-ups", HEADER, False)],
)
def test_other_sheets_are_not_told(tmp_path: Path, other: str, header: tuple[str, ...], hidden: bool) -> None:
    assert told(one(two(tmp_path / "a.xlsx", other, header, hidden=hidden))) == []
