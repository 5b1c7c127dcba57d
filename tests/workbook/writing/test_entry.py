"""What the Register and Items sheets say while somebody types: what is calculated, unknown, missing, late."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from kesu.register.codes import CODE_LISTS
from kesu.register.columns import BY_KEY, Column
from kesu.words.text import LANGS
from kesu.workbook.writing import build_register
from kesu.workbook.writing.items import columns_of_items
from kesu.workbook.writing.layouts import LAYOUTS, columns_in_order, folded
from kesu.workbook.writing.live_cells import Calc
from kesu.xlsx.create import new_workbook
from tests.places import letter
from tests.workbook.writing.stored import second_engine

both = pytest.mark.parametrize("lang", LANGS)


def _rule(sheet: Worksheet, cell: str) -> Any:
    [rule] = [rule for rule in sheet.data_validations.dataValidation if cell in rule.sqref]
    return rule


@both
def test_what_is_calculated_refuses_to_be_typed_over(books: dict[str, Workbook], lang: str) -> None:
    for at, columns, row in ((1, columns_in_order(live=True), 6), (2, columns_of_items(live=True), 5)):
        sheet = books[lang].worksheets[at]
        which = "register" if at == 1 else "items"
        for column in columns:
            rule = _rule(sheet, f"{letter(column.key, which)}{row}")
            refuses = (rule.type, rule.formula1) == ("custom", "FALSE")
            assert refuses == isinstance(column, Calc), column.key
            if refuses:
                assert rule.errorStyle in {None, "stop"}
                assert "Esc" in rule.error
                assert rule.showErrorMessage


def test_tab_crosses_nothing_that_is_calculated() -> None:
    columns = columns_in_order(live=True)
    inputs = [at for at, column in enumerate(columns) if isinstance(column, Column)]
    assert inputs == list(range(inputs[0], inputs[-1] + 1))
    assert [column.key for column in columns[:6]] == [
        "due_next", "complaint_id", "status", "kind", "severity", "owner",
    ]  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_folded_groups_have_a_column_behind_them_that_is_in_view(layout: str) -> None:
    columns = columns_in_order(live=True)
    hidden = [folded(column, layout) for column in columns]
    assert hidden[-1]
    last_shown = max(at for at, one in enumerate(hidden) if not one)
    assert columns[last_shown].key == "open_demands"
    assert all(columns[at].section == "workings" for at in range(last_shown + 1, len(columns)))
    assert not any(column.section == "workings" for column in columns[:last_shown])


def _criteria(sheet: Worksheet, cell: str) -> list[str]:
    return [
        str(rule.formula[0])
        for area in sheet.conditional_formatting
        if cell in area.sqref
        for rule in area.rules
        if rule.formula
    ]


def _worked_out(
    path: Path, formula: str, at: str, texts: dict[str, bool], lists: dict[str, list[str]]
) -> None:
    """``formula``, written for the cell ``at``, comes to the truth beside each text (by an engine that is not ours)."""
    with new_workbook(path, dt.date(2026, 11, 1)) as book:
        sheet = book.add_worksheet("S")
        for row, text in enumerate(texts):
            sheet.write_string(row, 0, text)
            sheet.write_formula(row, 1, f"=IF({formula.replace(at, f'$A{row + 1}')},1,0)")
        for column, (name, words) in enumerate(lists.items(), start=5):
            for row, word in enumerate(words):
                sheet.write_string(row, column, word)
            end = chr(ord("A") + column)
            book.define_name(name, f"=S!${end}$1:${end}${len(words)}")
    value = second_engine(path, dt.datetime(2026, 11, 1))
    found = {text: bool(value("S", f"B{row + 1}")) for row, text in enumerate(texts)}
    assert found == texts


@both
def test_an_expectation_that_is_on_no_list_is_marked(
    books: dict[str, Workbook], tmp_path: Path, lang: str
) -> None:
    cell = f"{letter('expectation')}6"
    [rule] = [rule for rule in _criteria(books[lang].worksheets[1], cell) if "List_expectation" in rule]
    words = [code.label.of(lang) for code in CODE_LISTS["expectation"]]
    one, other = words[0], words[1]
    texts = {
        "": False, one: False, f"{one}、{other}": False, f"{one}, {other}": False, f"{other};{one}": False,
        "???": True, f"{one}, ???": True, f"{one}{other}": True, one[:-1]: True,
    }  # fmt: skip
    _worked_out(tmp_path / "codes.xlsx", rule, f"${cell}", texts, {"List_expectation": words})


@both
def test_a_phone_number_of_too_few_digits_is_questioned(
    books: dict[str, Workbook], tmp_path: Path, lang: str
) -> None:
    cell = f"{letter('customer_contact')}6"
    rule = _rule(books[lang].worksheets[1], cell)
    assert rule.errorStyle == "warning"
    texts = {"13812345678": True, "138-12": False, "+44 (0)1-2": False, "a@b.cn": True, "1.38E+10": False, "010 1234567": True}  # fmt: skip
    _worked_out(tmp_path / "phone.xlsx", rule.formula1, f"${cell}", texts, {})


@both
def test_an_item_of_a_number_that_is_not_on_register_is_questioned(
    books: dict[str, Workbook], tmp_path: Path, lang: str
) -> None:
    rule = _rule(books[lang].worksheets[2], "A5")
    assert rule.errorStyle == "warning"
    numbers = {"Complaints_complaint_id": ["C-1", "C-2"]}
    _worked_out(
        tmp_path / "items.xlsx", rule.formula1, "$A5", {"C-1": True, "C-3": False, "C-": False}, numbers
    )


@both
def test_an_overdue_complaint_colours_its_row(books: dict[str, Workbook], lang: str) -> None:
    sheet = books[lang].worksheets[1]
    for key in ("complaint_id", "verbatim", "reopened_at"):
        rules = _criteria(sheet, f"{letter(key)}6")
        assert any(f"${letter('next_s')}6<Now_S" in rule for rule in rules), key


def test_a_mandatory_cell_that_is_folded_away_is_not_forgotten(tmp_path: Path) -> None:
    build_register(tmp_path / "s.xlsx", "en", today=dt.date(2026, 11, 1), columns="short")
    sheet = openpyxl.load_workbook(tmp_path / "s.xlsx").worksheets[1]
    rules = " ".join(_criteria(sheet, f"{letter('complaint_id')}6"))
    columns = columns_in_order(live=True)
    for column in columns:
        if isinstance(column, Column) and column.required:
            asked = f'${letter(column.key)}6=""' in rules
            assert asked or not folded(column, "short"), column.key
    assert folded(BY_KEY["customer_tier"], "short")
