"""The form workbook: every column of the register is a named cell on one A4 page."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from openxml_audit import FileFormat

from kesu.register.columns import REGISTER
from kesu.words.text import LANGS, Text
from kesu.workbook.writing import build_form
from tests.conftest import Audited

both = pytest.mark.parametrize("lang", LANGS)
DAY = dt.date(2026, 11, 22)
CASE = {
    "complaint_id": "007",
    "kind": "complaint",
    "received_at": dt.datetime(2026, 11, 20, 9, 5),
    "customer_tier": "vip",
    "verbatim": "=1+1 是我的账单",
    "remedy": "refund|apology",
    "compensation_paid": 12.5,
    "sent_at": None,
}
ITEMS = [
    {
        "item_kind": "demand",
        "what": "Money back",
        "done_at": dt.datetime(2026, 11, 21, 10, 0),
        "result": "done",
    },
    {"item_kind": "commitment", "what": "+1 call", "due_at": dt.datetime(2026, 11, 23, 10, 0)},
]


@pytest.fixture(params=LANGS)
def form(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    path = tmp_path / "case.xlsx"
    build_form(path, request.param, complaint=CASE, items=ITEMS, today=DAY)
    return request.param, path


def _cell(book: openpyxl.Workbook, name: str) -> openpyxl.cell.Cell:
    [(sheet, place)] = book.defined_names[name].destinations
    cell = book[sheet][place]
    assert isinstance(cell, openpyxl.cell.Cell)
    return cell


def test_every_column_has_a_named_cell_with_its_hint(form: tuple[str, Path]) -> None:
    lang, path = form
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    places = set()
    for column in REGISTER:
        cell = _cell(book, f"Form_{column.key}")
        places.add(cell.coordinate)
        [rule] = [r for r in sheet.data_validations.dataValidation if cell.coordinate in r.sqref]
        assert rule.prompt == column.hint.of(lang)
    assert len(places) == len(REGISTER)


def test_a_case_is_filled_in_as_text_labels_and_true_dates(form: tuple[str, Path]) -> None:
    lang, path = form
    book = openpyxl.load_workbook(path)
    shown = {key: _cell(book, f"Form_{key}") for key in CASE}
    assert shown["complaint_id"].value == "007"
    assert shown["received_at"].value == dt.datetime(2026, 11, 20, 9, 5)
    assert shown["kind"].value == {"zh": "投诉", "en": "Complaint"}[lang]
    assert shown["remedy"].value == {"zh": "退款、道歉", "en": "Refund, Apology"}[lang]
    assert shown["compensation_paid"].value == 12.5
    assert shown["sent_at"].value is None
    assert (shown["verbatim"].value, shown["verbatim"].data_type) == ("=1+1 是我的账单", "s")
    [(sheet, place)] = book.defined_names["Form_Items"].destinations
    rows = book[sheet][place]
    heads = next(book[sheet].iter_rows(min_row=rows[0][0].row - 1, max_row=rows[0][0].row - 1))
    assert len(rows) == 4
    first, second = (
        {head.value: cell.value for head, cell in zip(heads, row, strict=True) if head.value}
        for row in rows[:2]
    )
    assert list(first.values()) == [
        {"zh": "诉求", "en": "Demand"}[lang], "Money back", None, None, dt.datetime(2026, 11, 21, 10, 0),
        {"zh": "已办结", "en": "Done"}[lang],
    ]  # fmt: skip
    assert list(first) == [
        text.of(lang) for text in (
            Text("事项类别", "Item kind"), Text("内容", "What"), Text("责任人", "Owner"), Text("到期时间", "Due at"),
            Text("完成时间", "Done at"), Text("结果", "Result"),
        )
    ]  # fmt: skip
    assert second[list(second)[1]] == "+1 call"


def test_it_prints_on_one_upright_page(form: tuple[str, Path]) -> None:
    sheet = openpyxl.load_workbook(form[1]).worksheets[0]
    setup = sheet.page_setup
    assert (setup.orientation, setup.paperSize, setup.fitToWidth or 1, setup.fitToHeight or 1) == (
        "portrait",
        9,
        1,
        1,
    )


@pytest.mark.parametrize("version", [FileFormat.OFFICE_2016, FileFormat.MICROSOFT_365])
def test_excel_is_expected_to_open_it_cleanly(
    form: tuple[str, Path], version: FileFormat, audited: Audited
) -> None:
    assert audited(form[1], version) == set()
