"""kesu collect adds filled-in forms to a register: each once, under a number of its own, nothing else touched."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click.testing
import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table
from openxml_audit import OpenXmlValidator

from kesu.register.columns import ITEMS, REGISTER
from kesu.register.text import LANGS
from kesu.workbook.build import build_register

if TYPE_CHECKING:
    from tests.cases.case_values import CASE, DAY, complaints
    from tests.cases.case_values import ITEMS as CASE_ITEMS
    from tests.conftest import Packed
else:
    from case_values import CASE, DAY, complaints
    from case_values import ITEMS as CASE_ITEMS

Run = Callable[..., click.testing.Result]
Filled = Callable[..., Path]
Rows = Callable[[Path, str], list[dict[str, Any]]]

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")
NAMES = {"zh": ("投诉登记", "事项"), "en": ("Register", "Items")}
LABELS = {
    "zh": {
        "投诉编号": "K-1", "类别": "投诉", "状态": "处理中", "客户姓名": "王小明", "联系方式": "0013812341234",
        "客户账号": "00391", "客户等级": "VIP", "受理时间": dt.datetime(2026, 11, 20, 9, 5), "投诉渠道": "电话",
        "首问责任人": "Li Lei", "接通时长（秒）": 12, "客户原话": CASE["verbatim"], "投诉类型": "产品质量",
        "客户期望": "被尊重、得到补偿", "涉及人员": "none", "涉及部门": "售后部", "已采取措施": "thanked",
        "承诺": "none", "索赔金额": 500.5,
    },
    "en": {
        "Complaint no.": "K-1", "Kind": "Complaint", "Status": "In progress", "Customer name": "王小明",
        "Contact": "0013812341234", "Account": "00391", "Tier": "VIP",
        "Received at": dt.datetime(2026, 11, 20, 9, 5), "Channel": "Phone", "First responsible": "Li Lei",
        "Answered after (s)": 12, "Verbatim": CASE["verbatim"], "Category": "Product quality",
        "Expectation": "Respect, Compensation", "Staff involved": "none", "Departments involved": "售后部",
        "Measures taken": "thanked", "Commitments": "none", "Compensation claimed": 500.5,
    },
}  # fmt: skip
ITEM_LABELS = {
    "zh": [
        {"投诉编号": "K-1", "事项类别": "诉求", "内容": "@refund", "责任人": "Zhao"},
        {"投诉编号": "K-1", "事项类别": "承诺", "内容": "call back", "到期时间": dt.datetime(2026, 11, 20, 18),
         "完成时间": dt.datetime(2026, 11, 20, 17, 30), "结果": "已办结"},
    ],
    "en": [
        {"Complaint no.": "K-1", "Item kind": "Demand", "What": "@refund", "Owner": "Zhao"},
        {"Complaint no.": "K-1", "Item kind": "Commitment", "What": "call back",
         "Due at": dt.datetime(2026, 11, 20, 18), "Done at": dt.datetime(2026, 11, 20, 17, 30), "Result": "Done"},
    ],
}  # fmt: skip


def declared(row: dict[str, Any], columns: tuple[Any, ...]) -> dict[str, Any]:
    """A row without its calculated columns."""
    known = {column.label.of(lang) for column in columns for lang in LANGS}
    return {head: value for head, value in row.items() if head in known}


def ref(path: Path, sheet: str, table: str) -> tuple[str, str]:
    found = openpyxl.load_workbook(path)[sheet].tables[table]
    return str(found.ref), str(found.autoFilter.ref)


def plain(path: Path, *heads: str, rows: list[list[Any]] | None = None, table: str = "") -> Path:
    """A team's own register: one sheet, one line of headings, as Excel would save it from typing."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "客诉"
    sheet.append(["our complaints"])
    sheet.append([])
    sheet.append(list(heads))
    for row in rows or []:
        sheet.append(row)
    if table:
        last = get_column_letter(len(heads))
        sheet.add_table(Table(displayName=table, ref=f"A3:{last}{3 + len(rows or [])}"))
    book.save(path)
    return path


HEADS = ("编号", "类别", "客户姓名", "联系电话", "受理时间", "渠道", "客户原话", "问题类型", "状态")
ONLY = dict.fromkeys(
    ("customer_account", "customer_tier", "first_responsible", "answered_after_seconds", "expectation",
     "involved_staff", "involved_departments", "measures_taken", "commitments", "compensation_claimed")
)  # fmt: skip
"""Fields to leave empty on a form that goes into a register with `HEADS` only."""


# ---- what is written ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form_lang", LANGS)
@pytest.mark.parametrize("lang", LANGS)
def test_a_form_becomes_a_row_in_the_registers_own_words(
    tmp_path: Path,
    built: dict[str, Path],
    filled: Filled,
    collect: Run,
    rows: Rows,
    lang: str,
    form_lang: str,
) -> None:
    register = Path(shutil.copy(built[lang], tmp_path / "register.xlsx"))
    done = collect(filled("a.xlsx", form_lang, complaint_id="K-1"), "--into", register)
    assert (done.exit_code, done.stderr) == (0, "")
    [line] = rows(register, NAMES[lang][0])
    assert declared(line, REGISTER) == LABELS[lang]
    assert [declared(one, ITEMS) for one in rows(register, NAMES[lang][1])] == ITEM_LABELS[lang]


def test_customers_text_numbers_and_phones_stay_text(empty: Path, filled: Filled, collect: Run) -> None:
    collect(filled("a.xlsx", complaint_id="007"), "--into", empty)
    sheet = openpyxl.load_workbook(empty)["Register"]
    heads = {str(cell.value).removesuffix(" *"): at for at, cell in enumerate(sheet[5], start=1)}
    for head, wanted in (("Complaint no.", "007"), ("Contact", "0013812341234"), ("Account", "00391"),
                         ("Verbatim", CASE["verbatim"])):  # fmt: skip
        cell = sheet.cell(6, heads[head])
        assert (cell.value, cell.data_type, cell.number_format) == (wanted, "s", "@"), head


def test_blank_rows_are_used_and_only_the_two_sheets_change(
    empty: Path, filled: Filled, collect: Run, packed: Packed
) -> None:
    before, refs = packed(empty), [ref(empty, "Register", "Complaints"), ref(empty, "Items", "Items")]
    assert collect(filled("a.xlsx"), "--into", empty).exit_code == 0
    after = packed(empty)
    assert list(after) == list(before)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml"}
    assert [ref(empty, "Register", "Complaints"), ref(empty, "Items", "Items")] == refs


def test_full_tables_grow_with_their_formulas_formats_and_checks(
    full: Path, filled: Filled, collect: Run, packed: Packed
) -> None:
    before = packed(full)
    last = openpyxl.load_workbook(full)["Register"].max_column
    assert collect(filled("a.xlsx"), filled("b.xlsx", verbatim="other"), "--into", full).exit_code == 1
    assert collect(filled("b.xlsx", complaint_id="C-9", verbatim="other"), "--into", full).exit_code == 0
    after = packed(full)
    changed = {name.rpartition("/")[2] for name in after if before.get(name) != after[name]}
    assert changed == {"sheet2.xml", "sheet3.xml", "table1.xml", "table2.xml"}
    book = openpyxl.load_workbook(full)
    sheet = book["Register"]
    letter = get_column_letter(last)
    assert ref(full, "Register", "Complaints") == (f"A5:{letter}10", f"A5:{letter}10")
    assert [sheet.cell(row, 1).value for row in range(6, 11)] == ["C-1", "C-2", "C-3", "C-4", "C-9"]
    assert book["Items"].tables["Items"].ref.endswith("9")
    calculated = [at for at in range(1, last + 1) if str(sheet.cell(8, at).value).startswith("=")]
    assert len(calculated) > 20
    for at in calculated:
        above, mine = str(sheet.cell(8, at).value), str(sheet.cell(10, at).value)
        assert mine == re.sub(r"(?<=[A-Z])8(?!\d)", "10", above)
        assert sheet.cell(10, at).number_format == sheet.cell(8, at).number_format
    covered = [rule.sqref for rule in sheet.data_validations.dataValidation if "A6" in rule.sqref]
    assert all("A10" in each for each in covered)


def test_the_result_is_as_if_it_had_been_typed_in(
    tmp_path: Path, full: Path, filled: Filled, collect: Run, told: Callable[..., Any]
) -> None:
    collect(filled("a.xlsx", severity="severe"), "--into", full)
    typed = tmp_path / "typed" / "full.xlsx"
    typed.parent.mkdir()

    frame = pd.concat([complaints(3), pd.DataFrame([{**CASE, "complaint_id": "C-4", "severity": "severe"}])])
    items = pd.DataFrame(
        [{"complaint_id": "C-1", "item_kind": "demand", "what": "money back"}]
        + [{"complaint_id": "C-4", **item} for item in CASE_ITEMS]
    )
    build_register(typed, "en", complaints=frame.reset_index(drop=True), items=items, today=DAY)
    for command in ("check", "deadlines", "followups"):
        ours, theirs = (told(command, path, "--as-of", "2026-11-22T10:00") for path in (full, typed))
        assert ours == theirs
        assert ours
    # a VIP is owed a reply within eight hours: 9:05 to 17:05
    [reply] = [one for one in told("deadlines", full, "--as-of", "2026-11-22T10:00")
               if (one["complaint_id"], one["target"]) == ("C-4", "reply")]  # fmt: skip
    assert (reply["due_at"], reply["state"]) == ("2026-11-20T17:05:00", "overdue")


@pytest.mark.parametrize("which", ["empty", "full"])
def test_excel_is_expected_to_open_the_result_cleanly(
    which: str, request: pytest.FixtureRequest, filled: Filled, collect: Run
) -> None:
    register: Path = request.getfixturevalue(which)
    collect(filled("a.xlsx"), filled("b.xlsx", verbatim="b", complaint_id="B-1"), "--into", register)
    assert [str(error) for error in OpenXmlValidator().validate(register).errors] == []
    with zipfile.ZipFile(register) as book:
        assert b'fullCalcOnLoad="1"' in book.read("xl/workbook.xml")


# ---- numbers ------------------------------------------------------------------------------------------------


def test_forms_without_a_number_get_the_next_ones_and_leave_those_that_others_bring(
    full: Path, filled: Filled, collect: Run
) -> None:
    forms = [
        filled("a.xlsx", verbatim="a", received_at=dt.datetime(2026, 11, 20, 10)),
        filled("b.xlsx", verbatim="b", complaint_id="C-4"),
        filled("c.xlsx", verbatim="c", received_at=dt.datetime(2026, 11, 20, 11)),
        filled("d.xlsx", verbatim="d", complaint_id="X-1"),
        filled("e.xlsx", verbatim="e", received_at=dt.datetime(2026, 11, 20, 12)),
    ]
    done = collect(*forms, "--into", full, "--format", "json")
    told = json.loads(done.stdout)["forms"]
    # after C-3 and the C-4 that b brings comes C-5; after X-1 the series goes on as X-2
    assert [one["complaint_id"] for one in told] == ["C-5", "C-4", "C-6", "X-1", "X-2"]
    assert [one["row"] for one in told] == [9, 10, 11, 12, 13]


def test_the_first_number_of_an_empty_register_is_of_this_year(
    empty: Path, filled: Filled, collect: Run, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kesu.cli.options.now", lambda: dt.datetime(2031, 2, 3, 4, 5))
    collect(filled("a.xlsx"), "--into", empty)
    assert rows(empty, "Register")[0]["Complaint no."] == "2031-0001"


@pytest.mark.parametrize("number", ["C-2", " c-2 ", "Ｃ-2"])
def test_a_number_in_use_is_refused_and_the_others_are_collected(
    full: Path, filled: Filled, collect: Run, rows: Rows, number: str
) -> None:
    done = collect(
        filled("a.xlsx", complaint_id=number), filled("b.xlsx", complaint_id="C-8"), "--into", full
    )
    assert done.exit_code == 1
    assert (
        "a.xlsx: C-2 is the number of another complaint already, in row 7 (other Received at, Customer name, Verbatim)"
        in done.stderr
    )
    assert "b.xlsx: became C-8 in row 9, 2 items" in done.stdout
    found = rows(full, "Register")
    assert [row["Complaint no."] for row in found] == ["C-1", "C-2", "C-3", "C-8"]
    assert found[1]["Customer name"] == "Anna"


def test_of_two_forms_with_one_number_the_second_is_refused(full: Path, filled: Filled, collect: Run) -> None:
    one, other = filled("a.xlsx", complaint_id="C-8"), filled("b.xlsx", complaint_id="C-8", verbatim="else")
    done = collect(one, other, "--into", full)
    assert done.exit_code == 1
    assert (
        "b.xlsx: C-8 is the number of another complaint already, on the form a.xlsx (other Verbatim)"
        in done.stderr
    )
    assert "1 added, 0 there already, 1 not logged" in done.stdout


# ---- never twice --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [None, "C-8"])
def test_a_form_collected_again_is_left_alone(
    full: Path, filled: Filled, collect: Run, number: str | None
) -> None:
    path = filled("a.xlsx", complaint_id=number)
    copy = filled("copy.xlsx", "zh", complaint_id=number)
    done = collect(path, copy, "--into", full)
    wanted = number or "C-4"
    assert f"copy.xlsx: logged already as {wanted}, on the form a.xlsx; left alone" in done.stdout
    before = full.read_bytes()
    done = collect(path, copy, "--into", full)
    assert (done.exit_code, done.stderr) == (0, "")
    assert f"a.xlsx: logged already as {wanted}, in row 9; left alone" in done.stdout
    assert full.read_bytes() == before


def test_a_form_is_known_again_when_the_register_has_moved_on(
    full: Path, filled: Filled, collect: Run
) -> None:
    path = filled("a.xlsx")
    collect(path, "--into", full)
    book = openpyxl.load_workbook(full)
    sheet = book["Register"]
    heads = {str(cell.value).removesuffix(" *"): at for at, cell in enumerate(sheet[5], start=1)}
    sheet.cell(9, heads["Status"]).value = "Resolved"
    sheet.cell(9, heads["Solution"]).value = "exchanged"
    book.save(full)
    done = collect(path, "--into", full)
    assert done.exit_code == 0
    assert "logged already as C-4, in row 9; left alone; the register now has another Status" in done.stdout


def test_what_a_known_form_says_beyond_the_register_is_not_passed_over(
    full: Path, filled: Filled, collect: Run
) -> None:
    collect(filled("a.xlsx"), "--into", full)
    before = full.read_bytes()
    more = [*CASE_ITEMS, {"item_kind": "action", "what": "send an engineer"}]
    done = collect(filled("a.xlsx", items=more, solution="exchange"), "--into", full)
    assert done.exit_code == 1
    assert (
        "C-4 is logged already, in row 9, but the form says more: Solution, the item “send an engineer”"
        in done.stderr
    )
    assert full.read_bytes() == before


def test_one_complaint_is_not_logged_under_two_numbers(full: Path, filled: Filled, collect: Run) -> None:
    collect(filled("a.xlsx"), "--into", full)
    done = collect(filled("a.xlsx", complaint_id="C-77"), "--into", full)
    assert done.exit_code == 1
    assert (
        "the same complaint is logged already as C-4, in row 9; it was not logged again as C-77"
        in done.stderr
    )


def test_the_same_customer_at_the_same_time_with_other_words_needs_a_number(
    full: Path, filled: Filled, collect: Run
) -> None:
    collect(filled("a.xlsx"), "--into", full)
    other = filled("b.xlsx", verbatim="and another thing")
    done = collect(other, "--into", full)
    assert done.exit_code == 1
    assert "C-4, in row 9, is of the same customer at the same time with other words" in done.stderr
    assert (
        collect(filled("b.xlsx", verbatim="and another thing", complaint_id="C-5"), "--into", full).exit_code
        == 0
    )


@pytest.mark.parametrize(
    ("fields", "lacks"),
    [
        ({"received_at": None}, "Received at"),
        ({"received_at": "yesterday"}, "Received at"),
        ({"customer_name": None, "customer_contact": None, "verbatim": None}, "Customer name, Verbatim"),
    ],
)
def test_a_form_without_a_number_must_be_recognisable(
    full: Path, filled: Filled, collect: Run, fields: dict[str, Any], lacks: str
) -> None:
    done = collect(filled("a.xlsx", **fields), "--into", full)
    assert done.exit_code == 1
    assert f"a.xlsx: it has no number and lacks {lacks}" in done.stderr
    assert collect(filled("a.xlsx", complaint_id="C-5", **fields), "--into", full).exit_code == 0


def test_a_blank_form_is_no_complaint(full: Path, filled: Filled, collect: Run) -> None:
    done = collect(filled("a.xlsx", items=(), **dict.fromkeys(CASE)), "--into", full)
    assert (done.exit_code, done.stderr) == (1, "a.xlsx: nothing is filled in.\n")


# ---- forms as people and programs leave them ----------------------------------------------------------------


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
    from kesu.workbook.build import build_form

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
    put("Items", "诉求", 5, 0)
    put("Items", "退款", 5, 1)
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
    done = collect(tmp_path / "bad.xlsx", tmp_path / "none.xlsx", tmp_path, full.with_name("full.xlsx"),
                   filled("b.xlsx"), "--into", full)  # fmt: skip
    assert done.exit_code == 3
    assert f"bad.xlsx: {said}" in done.stderr
    assert "none.xlsx: no such file" in done.stderr
    assert f"{tmp_path.name}: a folder. Name the files in it" in done.stderr
    assert "full.xlsx: given twice, the register itself" in done.stderr
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


# ---- registers of a team's own making -----------------------------------------------------------------------


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


# ---- how it is written --------------------------------------------------------------------------------------


def test_a_dry_run_says_what_would_be_done(full: Path, filled: Filled, collect: Run) -> None:
    before = full.read_bytes()
    done = collect(filled("a.xlsx"), "--into", full, "--dry-run")
    assert done.exit_code == 0
    assert "a.xlsx: would become C-4 in row 9, 2 items" in done.stdout
    assert "1 would be added" in done.stdout
    assert full.read_bytes() == before
    assert [path.name for path in full.parent.iterdir() if "backup" in path.name] == []


def test_the_workbook_as_it_was_is_kept(full: Path, filled: Filled, collect: Run) -> None:
    before = full.read_bytes()
    done = collect(filled("a.xlsx"), "--into", full)
    [backup] = full.parent.glob("full.kesu-backup-*.xlsx")
    assert backup.read_bytes() == before
    assert backup.name in done.stdout
    backup.unlink()
    collect(filled("b.xlsx", complaint_id="C-9", verbatim="b"), "--into", full, "--no-backup")
    assert not list(full.parent.glob("*backup*"))


def test_a_register_that_is_open_is_left_alone(full: Path, filled: Filled, collect: Run) -> None:
    lock = full.with_name(f".~lock.{full.name}#")
    lock.write_text("Anna,anna,pc,22.11.2026 09:00,file:///home;")
    before = full.read_bytes()
    done = collect(filled("a.xlsx"), "--into", full, "--format", "json")
    assert done.exit_code == 3
    assert "Anna" in done.stderr
    assert "use --force" in done.stderr
    assert full.read_bytes() == before
    told = json.loads(done.stdout)
    assert told["reason"]
    assert told["forms"][0]["outcome"] == "not written"
    assert collect(filled("a.xlsx"), "--into", full, "--force").exit_code == 0


def test_a_register_that_cannot_be_read_is_said(tmp_path: Path, filled: Filled, collect: Run) -> None:
    done = collect(filled("a.xlsx"), "--into", tmp_path / "none.xlsx")
    assert done.exit_code == 3
    assert "none.xlsx: no such file" in done.stderr


def test_messages_come_in_chinese_too(full: Path, filled: Filled) -> None:
    from kesu.cli import main

    words = ["collect", str(filled("a.xlsx")), str(filled("b.xlsx", complaint_id="C-1")), "--into", str(full)]
    done = click.testing.CliRunner().invoke(main, words, env={"LC_ALL": "zh_CN.UTF-8"})
    assert done.exit_code == 1
    assert "a.xlsx: 登记为 C-4，第 9 行，事项 2 行" in done.stdout
    assert (
        "b.xlsx：编号 C-1 已用于第 6 行的另一件投诉（受理时间、客户姓名、客户原话不同），没有写入。"
        in done.stderr
    )
