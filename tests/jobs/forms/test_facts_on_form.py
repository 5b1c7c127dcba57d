"""The five questions on the form: filled in, collected, printed; options and linked cases in the case file."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click.testing
import openpyxl
import pandas as pd
import pytest

from kesu.register.codes import CODE_LISTS
from kesu.register.settings import load_profile
from kesu.words.text import LANGS
from kesu.workbook.reading.forms import read_forms
from kesu.workbook.reading.reader import Reader
from kesu.workbook.writing import build_form, build_register
from tests.jobs.forms.case_values import CASE, DAY, ITEMS

Run = Callable[..., click.testing.Result]
Audited = Callable[..., set[str]]

QUESTIONS = {
    "zh": ["双方事实", "部门核实", "公司规定", "法律", "情理"],
    "en": ["Facts on both sides", "Departments", "Policy", "Law", "Humane"],
}
HEADS = {
    "zh": ["五问", "查明什么", "向谁核实", "部门", "依据", "完成时间"],
    "en": ["Question", "Found", "Asked", "Dept", "Basis", "Done at"],
}
ANSWER = {
    "item_kind": "verification",
    "question": "law",
    "what": "at least what it gives",
    "owner": "Han",
    "basis": "s. 55",
    "done_at": dt.datetime(2026, 11, 20, 11, 0),
}
OPTION = {"item_kind": "option", "what": "exchange, quickest", "cost": 80.0, "duration_hours": 5.0, "feasibility": "high",
          "expected_satisfaction": "medium", "chosen": "yes"}  # fmt: skip


def area(book: openpyxl.Workbook) -> list[list[Any]]:
    """The area of the questions with its heading, cells without a heading left out."""
    [(sheet, place)] = book.defined_names["Form_Questions"].destinations
    rows = book[sheet][place]
    heads = [book[sheet].cell(rows[0][0].row - 1, cell.column) for cell in rows[0]]
    lines = [heads, *rows]
    return [[cell for cell, head in zip(line, heads, strict=True) if head.value] for line in lines]


def texts(path: Path, sheet: int = 0) -> list[list[Any]]:
    """What a reader of the page sees, row by row."""
    page = openpyxl.load_workbook(path, data_only=True).worksheets[sheet]
    return [[cell.value for cell in row if cell.value not in (None, "")] for row in page.iter_rows()]


def after(rows: list[list[Any]], title: str) -> list[list[Any]]:
    at = next(at for at, row in enumerate(rows) if row[:1] == [title])
    return rows[at + 1 :]


@pytest.mark.parametrize("lang", LANGS)
def test_a_blank_form_asks_the_five_questions_and_says_nothing_by_them(tmp_path: Path, lang: str) -> None:
    out = tmp_path / "blank.xlsx"
    build_form(out, lang, today=DAY)
    heads, *lines = area(openpyxl.load_workbook(out))
    assert [cell.value for cell in heads] == HEADS[lang]
    assert [[cell.value for cell in line] for line in lines] == [
        [question, None, None, None, None, None] for question in QUESTIONS[lang]
    ]
    with Reader() as reader:
        [form] = read_forms(reader, out)
    assert form.items == ()


@pytest.mark.parametrize(("lang", "into"), [("zh", "en"), ("en", "zh")])
def test_answers_are_collected_as_verifications(
    tmp_path: Path, lang: str, into: str, collect: Run, told: Any
) -> None:
    form, register = tmp_path / "f.xlsx", tmp_path / "r.xlsx"
    build_form(
        form,
        lang,
        complaint={**CASE, "complaint_id": "K-1", "responsibility": "internal"},
        items=ITEMS,
        today=DAY,
    )
    book = openpyxl.load_workbook(form)
    _, facts, _, policy, *_ = area(book)
    for line, cells in ((facts, ("loose", "Han", "Depot")), (policy, ("within it", "Mo"))):
        for cell, text in zip(line[1:], cells, strict=False):
            cell.value = text
    policy[4].value, policy[5].value = "terms 3", dt.datetime(2026, 11, 20, 11)
    book.save(form)
    build_register(register, into, today=DAY)

    done = collect(form, "--into", register)

    assert done.exit_code == 0, done.output
    sheet = openpyxl.load_workbook(register).worksheets[2]
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] == "K-1"]
    labels = next(
        row
        for row in sheet.iter_rows(values_only=True)
        if row[0] in {"投诉编号", "Complaint no.", "投诉编号 *", "Complaint no. *"}
    )
    at = {str(label).rstrip(" *"): place for place, label in enumerate(labels)}
    names = {
        "zh": ("事项类别", "回答哪一问", "内容", "责任人", "责任部门", "依据", "完成时间"),
        "en": ("Item kind", "Answers question", "What", "Owner", "Department", "Basis", "Done at"),
    }[into]
    kind = {"zh": "核实", "en": "Verification"}[into]
    assert [[row[at[name]] for name in names] for row in rows][2:] == [
        [kind, QUESTIONS[into][0], "loose", "Han", "Depot", None, None],
        [kind, QUESTIONS[into][2], "within it", "Mo", None, "terms 3", dt.datetime(2026, 11, 20, 11)],
    ]
    assert collect(form, "--into", register).exit_code == 0  # known again
    rules = [one["rule"] for one in told("check", register, "--as-of", "2026-11-20 12:00")]
    assert "responsibility_unverified" not in rules


def test_a_case_shows_its_answers_and_reads_back_the_same(tmp_path: Path) -> None:
    out = tmp_path / "case.xlsx"
    build_form(out, "en", complaint=CASE, items=[*ITEMS, ANSWER], today=DAY)
    law = area(openpyxl.load_workbook(out))[4]
    assert [cell.value for cell in law] == [
        "Law", "at least what it gives", "Han", None, "s. 55", dt.datetime(2026, 11, 20, 11, 0),
    ]  # fmt: skip
    with Reader() as reader:
        [form] = read_forms(reader, out)
    assert form.items[2:] == (
        {"item_kind": "verification", "question": "Law", "what": "at least what it gives", "owner": "Han",
         "basis": "s. 55", "done_at": "2026-11-20 11:00:00"},
    )  # fmt: skip


@pytest.mark.parametrize(
    "second",
    [
        ANSWER | {"what": "once more"},
        ANSWER | {"question": "fairness"},
        ANSWER | {"question": "facts", "noted_by": "Li"},
    ],
    ids=["a second answer", "a question of nobody's list", "with more to say"],
)
def test_what_the_lines_cannot_hold_goes_to_the_sheet_of_items_whole(
    tmp_path: Path, second: dict[str, Any]
) -> None:
    out = tmp_path / "case.xlsx"
    build_form(out, "en", complaint=CASE, items=[ANSWER, second], today=DAY)
    book = openpyxl.load_workbook(out)
    assert "Form_Questions" not in book.defined_names  # there it is filled in, the page only shows it
    assert "Item details" in book.sheetnames
    with Reader() as reader:
        [form] = read_forms(reader, out)
    assert [item["what"] for item in form.items] == [ANSWER["what"], second["what"]]
    [shown] = [row for row in texts(out) if row[:1] == ["Law"]]
    assert shown[1:3] == ["at least what it gives", "Han"]
    rules = [
        rule
        for rule in book.worksheets[0].data_validations.dataValidation
        if "Shown here only" in (rule.prompt or "")
    ]
    locked = {cell for rule in rules for cell in rule.sqref.ranges}
    assert len(locked) == 2


@pytest.mark.parametrize("lang", LANGS)
def test_options_stand_side_by_side(tmp_path: Path, lang: str, audited: Audited) -> None:
    out = tmp_path / "case.xlsx"
    other = OPTION | {"what": "repair", "cost": 20.0, "chosen": "no", "feasibility": "low"}
    build_form(out, lang, complaint=CASE, items=[OPTION, other, *ITEMS], today=DAY)
    title = {"zh": "备选方案对比", "en": "Options side by side"}[lang]
    high, medium, low, yes, no = {"zh": "高中低是否", "en": ("High", "Medium", "Low", "Yes", "No")}[lang]
    assert after(texts(out), title)[1:3] == [
        ["exchange, quickest", 80, 5, high, medium, yes],
        ["repair", 20, 5, low, medium, no],
    ]
    assert audited(out) == set()


@pytest.mark.parametrize("fitted", [True, False])
def test_a_long_case_for_a_pdf_fits_the_width_and_ends_its_pages_where_excel_would(
    tmp_path: Path, *, fitted: bool
) -> None:
    out = tmp_path / "case.xlsx"
    long = {**CASE, "verbatim": "She said a good deal more than that. " * 60}
    build_form(out, "en", complaint=long, today=DAY, fitted=fitted)
    sheet = openpyxl.load_workbook(out).worksheets[0]
    fit = sheet.sheet_properties.pageSetUpPr
    assert bool(fit and fit.fitToPage) == fitted
    assert not fitted or (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.row_breaks.brk


def test_a_register_without_the_column_gets_the_form_of_old(tmp_path: Path) -> None:
    out = tmp_path / "case.xlsx"
    build_form(out, "en", complaint=CASE, items=[ANSWER], questions=False, today=DAY)
    book = openpyxl.load_workbook(out)
    assert "Form_Questions" not in book.defined_names
    assert not [row for row in texts(out) if row[:1] == ["Humane"]]


def register_of(path: Path, lang: str) -> Path:
    complaints = pd.DataFrame([
        {**CASE, "complaint_id": "K-1", "severity": "normal", "scope": "widespread"},
        {**CASE, "complaint_id": "K-2", "satisfaction": "satisfied", "received_at": dt.datetime(2026, 10, 20, 9, 5)},
        {**CASE, "complaint_id": "K-3", "customer_account": "77"},
    ])  # fmt: skip
    items = pd.DataFrame([
        {"complaint_id": "K-1", "item_kind": "link", "what": "K-2, same part"},
        {"complaint_id": "K-3", "item_kind": "link", "what": "K-1"},
        {"complaint_id": "K-3", "item_kind": "link", "what": "K-9"},
    ])  # fmt: skip
    build_register(
        path,
        lang,
        dataclasses.replace(load_profile(), lang=lang),
        complaints=complaints,
        items=items,
        today=DAY,
    )
    return path


@pytest.mark.parametrize(("number", "linked"), [("K-1", ["K-2", "K-3"]), ("K-2", ["K-1"]), ("K-3", ["K-1"])])
def test_linked_cases_show_in_each_others_case_files(
    tmp_path: Path, form: Run, number: str, linked: list[str]
) -> None:
    out = tmp_path / "case.xlsx"
    done = form(register_of(tmp_path / "r.xlsx", "en"), number, "-o", out, "--as-of", "2026-11-20 12:00")
    assert done.exit_code == 0, done.output
    table = after(texts(out), "Linked cases")
    assert table[0] == ["Complaint no.", "Received at", "Status", "Category", "Satisfaction", "Owner"]
    found = [row for row in table[1:] if row and str(row[0]).startswith("K-")]
    assert [row[0] for row in found] == linked
    if "K-2" in linked:
        assert found[0] == [
            "K-2",
            dt.datetime(2026, 10, 20, 9, 5),
            "In progress",
            "Product quality",
            "Satisfied",
        ]


def test_the_case_file_says_which_severity_is_proposed_and_why(tmp_path: Path, form: Run) -> None:
    out = tmp_path / "case.xlsx"
    form(register_of(tmp_path / "r.xlsx", "zh"), "K-1", "-o", out, "--as-of", "2026-11-20 12:00")
    assert any("建议严重程度：严重（影响大面积客户）" in str(cell) for row in texts(out) for cell in row)


def test_the_list_of_questions_is_the_one_that_the_form_asks() -> None:
    assert [code.label.zh for code in CODE_LISTS["question"]] == QUESTIONS["zh"]
