"""The Improvements sheet of a new register: drop-down, checks, paper; what is written is read back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from kesu.jobs.load import load_all
from kesu.register.columns import IMPROVEMENTS, SHEETS
from kesu.words.text import LANGS
from kesu.workbook.writing import build_register

DAY = dt.date(2026, 11, 22)
ROWS = pd.DataFrame(
    {
        "measure_id": ["G-01", "G-02"],
        "cause": ["充电口松动", "=1+1"],
        "category": ["quality", None],
        "measure": ["换供应商", "+ 培训"],
        "owner": ["赵六", None],
        "due_at": [dt.datetime(2026, 12, 1), None],
        "done_at": [None, dt.datetime(2026, 11, 1, 12, 30)],
    }
)


@pytest.mark.parametrize("lang", LANGS)
def test_a_new_register_has_the_sheet_behind_items(tmp_path: Path, lang: str) -> None:
    build_register(tmp_path / "r.xlsx", lang, today=DAY)
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    title = SHEETS["improvements"].of(lang)

    assert book.sheetnames.index(title) == book.sheetnames.index(SHEETS["items"].of(lang)) + 1
    sheet = book[title]
    assert sheet.tables["Improvements"].ref == "A4:K54"  # 50 rows to type into
    heads = [cell.value for cell in sheet[4]]
    assert heads == [column.label.of(lang) + (" *" if column.required else "") for column in IMPROVEMENTS]
    lists = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert [(str(rule.sqref), rule.formula1) for rule in lists] == [("C5:C5054", "List_category")]
    assert all(rule.prompt for rule in sheet.data_validations.dataValidation)
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$4:$4"


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_written_is_read_back(tmp_path: Path, lang: str) -> None:
    path = tmp_path / "r.xlsx"
    build_register(path, lang, improvements=ROWS, today=DAY)
    [one] = load_all([path], dt.datetime(2026, 11, 22, 12))
    assert one.assessment is not None

    found = one.assessment.register.improvements.data

    for key in ROWS:
        told = [None if pd.isna(cell) else cell for cell in found[key].astype(object)]
        assert told == [None if pd.isna(cell) else cell for cell in ROWS[key].astype(object)], key
    assert (
        openpyxl.load_workbook(path)[SHEETS["improvements"].of(lang)]["B6"].data_type == "s"
    )  # never a formula


def test_a_sheet_that_lost_its_heading_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    build_register(path, "en", improvements=ROWS, today=DAY)
    book = openpyxl.load_workbook(path)
    del book["Improvements"].tables["Improvements"]
    book["Improvements"]["D4"] = "Idea"
    book.save(path)
    [one] = load_all([path], dt.datetime(2026, 11, 22, 12))
    assert [note.en for note in one.notes] == [
        "r.xlsx: “Improvements” has no column “Measure” and was not read. Put its heading back."
    ]
