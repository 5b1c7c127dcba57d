"""Logging, explaining and closing one complaint in the open workbook; deadlines and calendar as values; the buttons."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwings as xw

from kesu.demo import AS_OF
from kesu.live import macros
from kesu.live.addin import assets
from kesu.live.feedback import MacroError
from kesu.register.columns import SHEETS
from kesu.register.numbers import next_number
from kesu.words.text import LANGS
from tests.conftest import Kesu
from tests.live.conftest import FEW, Answers, Build
from tests.places import letter

pytestmark = pytest.mark.libreoffice

LAST = 65
"""Excel row of the last of the 60 records."""


@pytest.fixture(scope="module", params=LANGS)
def book(
    request: pytest.FixtureRequest, app: xw.App, build: Build, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[xw.Book]:
    path = build(tmp_path_factory.mktemp("cases") / f"{request.param}.xlsx", request.param)
    book = app.books.open(str(path))
    yield book
    book.close()


def lang_of(book: xw.Book) -> str:
    return "zh" if "投诉登记" in [sheet.name for sheet in book.sheets] else "en"


def register(book: xw.Book) -> xw.Sheet:
    return book.sheets[SHEETS["register"].of(lang_of(book))]


def column(sheet: xw.Sheet, *labels: str) -> int:
    headings = [str(value).removesuffix(" *") for value in sheet.range("A5:FZ5").value]
    return next(at for at, heading in enumerate(headings, start=1) if heading in labels)


def test_a_new_complaint_gets_the_number_that_the_sheet_promises(book: xw.Book) -> None:
    sheet = register(book)
    free = sheet["B2"].value  # a live formula of the workbook's own
    assert re.fullmatch(r"[A-Z]+-?\d{6,}-?\d*", free)
    rows = sheet.tables["Complaints"].range.rows.count
    said = macros.new_complaint(
        book, customer_name="=1+1", customer_contact="00113", customer_tier="vip", channel="phone",
        received_at=dt.datetime(2026, 11, 20, 16, 30),
    )  # fmt: skip
    assert free in said
    assert sheet.range((LAST + 1, column(sheet, "投诉编号", "Complaint no."))).value == free
    assert sheet.tables["Complaints"].range.rows.count == rows + 1

    def cell(*labels: str) -> Any:
        return sheet.range((LAST + 1, column(sheet, *labels))).value

    assert cell("客户姓名", "Customer name") == "=1+1"
    assert cell("联系方式", "Contact") == "00113"
    assert cell("客户等级", "Tier") == "VIP"
    assert cell("投诉渠道", "Channel") in {"电话", "Phone"}
    assert cell("受理时间", "Received at") == dt.datetime(2026, 11, 20, 16, 30)
    assert cell("状态", "Status") in {"新建", "New"}
    # the live columns go on: 48 calendar hours for the first response, unless the branch has a rule of its own
    due = sheet.range((LAST + 1, column(sheet, "首次响应到期", "First response due")))
    above = str(due.offset(-1, 0).formula)
    assert above.startswith("=")
    assert due.formula == above.replace(str(LAST), str(LAST + 1))
    assert isinstance(due.value, dt.datetime)
    assert sheet["B2"].value != free


def test_an_unknown_choice_is_named_and_nothing_is_written(book: xw.Book) -> None:
    sheet = register(book)
    before = sheet.used_range.last_cell.row
    with pytest.raises(MacroError) as caught:
        macros.new_complaint(book, channel="carrier pigeon")
    assert "carrier pigeon" in caught.value.text.en
    assert {"zh": "电话、", "en": "Phone, "}[lang_of(book)] in caught.value.text.of(lang_of(book))
    assert sheet.used_range.last_cell.row == before


def test_the_form_sheet_is_taken_where_there_is_one(book: xw.Book) -> None:
    form = book.sheets.add({"zh": "登记表单", "en": "Form"}[lang_of(book)])
    zh = lang_of(book) == "zh"
    form["B2"].value = [
        ["客户姓名" if zh else "Customer name", "王小明"],
        ["投诉类型" if zh else "Category", "价格争议" if zh else "Price dispute"],
    ]
    sheet = register(book)
    said = macros.new_complaint(book)
    assert {"zh": "投诉渠道先填了“电话”", "en": "The channel was put in as “Phone”"}[lang_of(book)] in said
    row = max(r for r, v in enumerate(sheet.range("B1:B80").value, start=1) if v)
    assert sheet.range((row, column(sheet, "客户姓名", "Customer name"))).value == "王小明"
    assert sheet.range((row, column(sheet, "投诉类型", "Category"))).value in {"价格争议", "Price dispute"}
    form.delete()


@pytest.mark.parametrize("book", ["en"], indirect=True)
def test_closing_lists_what_stands_against_it_and_then_closes(book: xw.Book) -> None:
    sheet = register(book)
    status, agreed = column(sheet, "状态", "Status"), column(sheet, "客户同意", "Customer agreed")
    called, demands = column(sheet, "回访时间", "Called back at"), column(sheet, "未了诉求", "Open demands")
    row = next(
        r for r in range(6, LAST)
        if sheet.range((r, status)).value in {"已结案", "Closed"} and sheet.range((r, called)).value
        and sheet.range((r, agreed)).value in {"是", "Yes"} and sheet.range((r, demands)).value in {0, None}
        and sheet.range((r, column(sheet, "类别", "Kind"))).value in {"投诉", "Complaint"}
    )  # fmt: skip
    closed, time = sheet.range((row, status)).value, sheet.range((row, called)).value
    sheet.range((row, status)).value = {"zh": "处理中", "en": "In progress"}[lang_of(book)]
    sheet.range((row, called)).value = None
    sheet.range((row, agreed)).value = None
    sheet.range((row, 3)).select()
    with pytest.raises(MacroError) as caught:
        macros.close_complaint(book, as_of=AS_OF)
    reasons = caught.value.text.en.splitlines()[1:]
    assert len(reasons) == 2
    assert "confirmation" in reasons[0]
    assert "call" in reasons[1].casefold()
    assert sheet.range((row, status)).value != closed
    sheet.range((row, called)).value = time
    sheet.range((row, agreed)).value = {"zh": "是", "en": "Yes"}[lang_of(book)]
    macros.close_complaint(book, as_of=AS_OF)
    assert sheet.range((row, status)).value == closed


@pytest.mark.parametrize("book", ["zh"], indirect=True)
def test_reopening_keeps_the_cycle_that_it_ends(book: xw.Book) -> None:
    sheet, items = register(book), book.sheets[SHEETS["items"].of(lang_of(book))]
    places = {
        key: column(sheet, *labels)
        for key, labels in {
            "number": ("投诉编号", "Complaint no."), "status": ("状态", "Status"), "received": ("受理时间", "Received at"),
            "resolved": ("解决时间", "Resolved at"), "reopened": ("重开时间", "Reopened at"),
            "first_response": ("首次响应时间", "First response at"), "reply": ("有效回复时间", "Substantive reply at"),
            "callback": ("回访时间", "Called back at"),
        }.items()
    }  # fmt: skip
    values = sheet.range(f"A6:CZ{LAST}").value
    cells = {r: {key: line[at - 1] for key, at in places.items()} for r, line in enumerate(values, start=6)}
    row = next(r for r, cell in cells.items() if cell["resolved"] and not cell["reopened"])
    never = next(r for r, cell in cells.items() if not cell["resolved"])
    with pytest.raises(MacroError, match=r"Resolved at|解决时间"):
        macros.reopen_complaint(book, cells[never]["number"], as_of=AS_OF)
    macros.reopen_complaint(book, cells[row]["number"], "=still leaking", as_of=AS_OF)
    now = AS_OF.replace(second=0)
    assert sheet.range((row, places["status"])).value in {"已重开", "Reopened"}
    assert sheet.range((row, places["reopened"])).value == now
    assert sheet.range((row, places["resolved"])).value == cells[row]["resolved"]
    lines = items.used_range.options(ndim=2).value
    mine = [line for line in lines if cells[row]["number"] in line]
    kept = [line for line in mine if {"前轮", "Earlier cycle"} & {str(value) for value in line}]
    assert all("=still leaking" in line for line in kept)
    times = [[value for value in line if isinstance(value, dt.datetime)] for line in kept]
    done = [cells[row][key] for key in ("first_response", "reply", "resolved", "callback") if cells[row][key]]
    assert len(done) > 1
    assert times == [[now, cells[row]["received"], at] for at in done]
    with pytest.raises(MacroError, match=r"reopened already|已经重开"):
        macros.reopen_complaint(book, cells[row]["number"], as_of=AS_OF)


@pytest.mark.parametrize("book", ["en"], indirect=True)
def test_explain_tells_what_the_command_line_tells(book: xw.Book, kesu: Kesu) -> None:
    sheet = register(book)
    number = sheet[f"{letter('complaint_id')}20"].value
    sheet["F20"].select()
    said = macros.explain(book, as_of=AS_OF)
    wanted = kesu("explain", book.fullname, number, "--as-of", AS_OF.isoformat()).stdout
    assert said.split() == wanted.split()
    assert len(said.splitlines()) > 10


@pytest.mark.parametrize("book", ["zh"], indirect=True)
def test_the_report_lies_beside_the_workbook(book: xw.Book, tmp_path: Path) -> None:
    macros.report(book, period="2026-10", as_of=AS_OF, folder=str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"{lang_of(book)}-2026-10.html",
        f"{lang_of(book)}-2026-10.xlsx",
    ]
    page = (tmp_path / f"{lang_of(book)}-2026-10.html").read_text("utf-8")
    assert "2026-10" in page
    assert register(book).range((8, column(register(book), "客户姓名", "Customer name"))).value not in page


@pytest.mark.parametrize("book", ["zh"], indirect=True)
@pytest.mark.parametrize("name", sorted(macros.MACROS))
def test_every_button_of_the_ribbon_runs_its_macro(
    book: xw.Book, told: Answers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    commands = re.findall(r'RunPython "([^"]+)"', assets.ours("vba/Callbacks.bas"))
    command = next(command for command in commands if f"'{name}'" in command)
    monkeypatch.setattr(xw.Book, "caller", lambda: book)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    register(book)["F20"].select()
    before = len(told)
    exec(command, {})  # noqa: S102 - as Excel's RunPython does
    assert len(told) == before + 1
    assert told[-1].strip()
    assert not list(tmp_path.rglob("kesu.log"))


def test_deadlines_become_values_where_nothing_calculates_them(
    app: xw.App, kesu: Kesu, tmp_path: Path
) -> None:
    plain = openpyxl.Workbook()
    sheet = plain.active
    assert sheet is not None
    sheet.title = "投诉登记"
    sheet.append(["投诉编号", "类别", "受理时间", "客户等级", "严重程度", "有效回复时间", "备注"])
    sheet.append(["A-1", "投诉", dt.datetime(2026, 11, 18, 9, 0), "VIP", "一般", None, "x"])
    sheet.append(
        ["A-2", "投诉", dt.datetime(2026, 11, 20, 9, 0), "其他", "一般", dt.datetime(2026, 11, 20, 10, 0)]
    )
    path = tmp_path / "plain.xlsx"
    plain.save(path)
    book = app.books.open(str(path))
    macros.deadlines(book, as_of=AS_OF)
    cells = {str(row[0]): row[1:] for row in zip(*book.sheets[0].range("A1:O3").value, strict=True)}
    # the default profile: a first response within 48 hours; a reply to a VIP within 8, to others within 48
    assert cells["首次响应到期"] == (dt.datetime(2026, 11, 20, 9, 0), dt.datetime(2026, 11, 22, 9, 0))
    assert cells["首次响应时限状态"] == ("已逾期", "按时")
    assert cells["有效回复到期"][1] == dt.datetime(2026, 11, 22, 9, 0)
    assert cells["有效回复时限状态"] == ("已逾期", "按时")
    assert cells["备注"] == ("x", None)
    macros.deadlines(book, as_of=AS_OF)  # a second press finds its columns
    assert book.sheets[0].used_range.last_cell.column == 15
    book.close()


def test_a_calendar_that_ends_too_early_is_made_longer(app: xw.App, build: Build, tmp_path: Path) -> None:
    path = build(tmp_path / "old.xlsx", "zh", rows=FEW, today=dt.date(2025, 6, 1))
    book = app.books.open(str(path))
    sheet = book.sheets["工作日历"]
    last = sheet.tables["WorkCalendar"].range.last_cell.row
    assert sheet.range((last, 1)).value == dt.datetime(2026, 12, 31)
    said = macros.deadlines(book, as_of=AS_OF)
    assert "2027-12-31" in said
    table = sheet.tables["WorkCalendar"].range
    assert sheet.range((table.last_cell.row, 1)).value == dt.datetime(2027, 12, 31)
    rows = sheet.range((last + 1, 1), (table.last_cell.row, 7)).value
    assert rows[0][0] == dt.datetime(2027, 1, 4)  # New Year's Day is a Friday, then the week-end
    assert rows[0][1] == "星期一"
    first = (dt.datetime(2027, 1, 4) - dt.datetime(1970, 1, 1)).total_seconds() + round(rows[0][2] * 86400)
    assert rows[0][4] == first
    whole = sheet.range((6, 5), (table.last_cell.row, 7)).value
    assert whole[-1][2] == sum(row[1] for row in whole[:-1])
    assert book.names["Cal_Start"].refers_to_range.address == f"$E$6:$E${table.last_cell.row}"
    again = macros.deadlines(book, as_of=AS_OF)
    assert again.count("2027-12-31") == 0  # once is enough
    assert "的工作时间与“设置”不同" not in again
    sheet["D6"].value = 16 / 24  # the first day of all ends earlier than Settings say
    assert "“工作日历”工作表有 1 天的工作时间与“设置”不同" in macros.deadlines(book, as_of=AS_OF)
    book.close()


def test_what_is_no_register_is_said_in_words(app: xw.App, told: Answers) -> None:
    book = app.books.add()
    book.sheets[0]["A1"].value = "shopping list"
    assert not macros.run("check", book)
    assert "No complaint register found" in told[-1]
    assert app.screen_updating is True
    assert app.status_bar is False
    book.close()


@pytest.mark.parametrize(
    ("ids", "wanted"),
    [
        ([], "2026-0001"),
        (["2026-0009"], "2026-0010"),
        (["2026-0012", "2025-0400", "2026-0003"], "2026-0013"),
        (["2025-0007", "2026-0999"], "2026-1000"),
        (["2026-9999"], "2026-10000"),
        (["JC20261100060"], "JC20261100061"),
        (["HB-1", "X"], "X-0001"),
    ],
)
def test_the_number_after_the_last_one(ids: list[str], wanted: str) -> None:
    assert next_number(ids, 2026) == wanted


def test_text_for_a_number_or_a_time_is_a_text_and_a_text_above_is_no_formula(
    app: xw.App, build: Build, tmp_path: Path
) -> None:
    book = app.books.open(str(build(tmp_path / "typed.xlsx", "en", rows=FEW)))
    sheet = register(book)
    row = 6 + FEW
    at = {key: column(sheet, label) for key, label in
          (("verbatim", "Verbatim"), ("transfers", "Transfers"), ("replied_at", "Substantive reply at"))}  # fmt: skip
    macros.new_complaint(
        book, customer_name="a", verbatim="=1+1", more={"transfers": "=1+1", "replied_at": "=NOW()"}
    )
    macros.new_complaint(book, customer_name="b")
    assert [sheet.range((row, place)).value for place in at.values()] == ["=1+1", "=1+1", "=NOW()"]
    assert [sheet.range((row + 1, place)).value for place in at.values()] == [None, None, None]
    book.save(str(tmp_path / "saved.xlsx"))
    book.close()
    saved = openpyxl.load_workbook(tmp_path / "saved.xlsx")["Register"]
    assert {saved.cell(row, place).data_type for place in at.values()} == {"s"}
