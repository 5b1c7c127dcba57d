"""kesu form: one complaint of a register as a printable page, or a blank page with the team's own lists."""

from __future__ import annotations

import dataclasses
import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click.testing
import openpyxl
import pandas as pd
import pytest

from kesu.register.codes import CODE_LISTS, Code
from kesu.register.columns import REGISTER, Column
from kesu.register.settings import load_profile
from kesu.words.text import LANGS, Text
from kesu.workbook.writing import build_form, build_register
from kesu.workbook.writing.form_page import lines_of, page_ends, parts_of
from tests.conftest import Audited
from tests.jobs.forms.case_values import CASE, DAY, ITEMS
from tests.places import letter
from xlwings_libreoffice import office

Run = Callable[..., click.testing.Result]

OWN = dataclasses.replace(
    load_profile(),
    organisation="Eastern branch",
    codes={**CODE_LISTS, "tier": (*CODE_LISTS["tier"], Code("gold", Text("金牌会员", "Gold member")))},
)
SHOWN = {
    "zh": {
        "complaint_id": "K-1", "kind": "投诉", "status": "处理中", "customer_tier": "金牌会员", "channel": "电话",
        "expectation": "被尊重、得到补偿", "customer_contact": "0013812341234", "compensation_claimed": 500.5,
        "received_at": dt.datetime(2026, 11, 20, 9, 5), "verbatim": CASE["verbatim"], "solution": None,
    },
    "en": {
        "complaint_id": "K-1", "kind": "Complaint", "status": "In progress", "customer_tier": "Gold member",
        "channel": "Phone", "expectation": "Respect, Compensation", "customer_contact": "0013812341234",
        "compensation_claimed": 500.5, "received_at": dt.datetime(2026, 11, 20, 9, 5), "verbatim": CASE["verbatim"],
        "solution": None,
    },
}  # fmt: skip


@pytest.fixture(scope="session")
def own(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Registers in both languages of a team with a choice of its own, holding one complaint; not to be changed."""
    folder = tmp_path_factory.mktemp("own")
    frame = pd.DataFrame([{**CASE, "complaint_id": "K-1", "customer_tier": "gold"},
                          {**CASE, "complaint_id": "K-20", "channel": "pigeon", "received_at": "soon"}])  # fmt: skip
    items = pd.DataFrame([{"complaint_id": "K-1", **item} for item in ITEMS])
    for lang in LANGS:
        build_register(folder / f"{lang}.xlsx", lang, OWN, complaints=frame, items=items, today=DAY)
    return {path.stem: path for path in folder.iterdir()}


def field(path: Path | openpyxl.Workbook, key: str) -> Any:
    book = openpyxl.load_workbook(path) if isinstance(path, Path) else path
    [(sheet, place)] = book.defined_names[f"Form_{key}"].destinations
    return book[sheet][place]


def items(path: Path) -> list[list[Any]]:
    """What stands in the area of the items, columns without a heading left out."""
    book = openpyxl.load_workbook(path)
    [(sheet, place)] = book.defined_names["Form_Items"].destinations
    area = book[sheet][place]
    heads = [book[sheet].cell(area[0][0].row - 1, cell.column).value for cell in area[0]]
    rows = [[cell.value for cell, head in zip(row, heads, strict=True) if head] for row in area]
    return [row for row in rows if any(row)]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("given", [None, *LANGS])
def test_a_case_file_holds_what_the_register_holds(
    tmp_path: Path, own: dict[str, Path], form: Run, lang: str, given: str | None
) -> None:
    out = tmp_path / "case.xlsx"
    words = ["--lang", given] if given else []
    done = form(own[lang], "K-1", "-o", out, "--as-of", "2026-11-20T12:00", *words)
    assert (done.exit_code, done.stdout) == (0, "")
    assert str(out) in done.stderr
    shown = SHOWN[given or lang] | {"customer_tier": SHOWN[lang]["customer_tier"]}  # the team's own word
    book = openpyxl.load_workbook(out)
    assert {key: field(book, key).value for key in shown} == shown
    assert (field(book, "verbatim").data_type, field(book, "verbatim").number_format) == ("s", "@")
    first, second = items(out)
    assert first[:3] == [{"zh": "诉求", "en": "Demand"}[given or lang], "@refund", "Zhao"]
    assert second[3:] == [dt.datetime(2026, 11, 20, 18), dt.datetime(2026, 11, 20, 17, 30),
                          {"zh": "已办结", "en": "Done"}[given or lang]]  # fmt: skip


@pytest.mark.parametrize("lang", LANGS)
def test_a_case_comes_with_what_the_playbooks_say_and_a_blank_form_without(
    tmp_path: Path, own: dict[str, Path], form: Run, lang: str
) -> None:
    name = {"zh": "处理提示", "en": "How to handle"}[lang]
    form(own[lang], "K-1", "-o", tmp_path / "case.xlsx")
    form(own[lang], "-o", tmp_path / "blank.xlsx")
    assert name not in openpyxl.load_workbook(tmp_path / "blank.xlsx").sheetnames
    sheet = openpyxl.load_workbook(tmp_path / "case.xlsx")[name]
    said = [row[1].value for row in sheet.iter_rows(min_row=4) if row[1].value]
    assert {"zh": "谁问过、什么时候问的、查到什么", "en": "Who was asked, when, and what was found"}[
        lang
    ] in said
    assert sheet.print_area.endswith("$D$1")  # nothing: the case is printed on one page


def test_it_says_how_the_deadlines_stand(tmp_path: Path, own: dict[str, Path], form: Run) -> None:
    form(own["en"], "K-1", "-o", tmp_path / "case.xlsx", "--as-of", "2026-11-22T10:00")
    note = openpyxl.load_workbook(tmp_path / "case.xlsx").worksheets[0]["A2"].value
    # received 20 November 9:05, none of the rules for VIPs: 48 calendar hours for the first response
    assert note.startswith("As of 2026-11-22 10:00 · First response: overdue (due 2026-11-22 09:05) · ")


@pytest.mark.parametrize("lang", LANGS)
def test_a_blank_form_carries_the_teams_own_lists(
    tmp_path: Path, own: dict[str, Path], form: Run, lang: str
) -> None:
    out = tmp_path / "blank.xlsx"
    assert form(own[lang], "-o", out).exit_code == 0
    book = openpyxl.load_workbook(out)
    assert {field(book, column.key).value for column in REGISTER} == {None}
    assert items(out) == []
    [(sheet, place)] = book.defined_names["List_tier"].destinations
    assert [cell.value for (cell,) in book[sheet][place]][-1] == {"zh": "金牌会员", "en": "Gold member"}[lang]
    assert "Eastern branch" in [cell.value for cell in book.worksheets[0][1]]


def test_cells_that_cannot_be_understood_are_shown_as_they_stand(
    tmp_path: Path, own: dict[str, Path], form: Run
) -> None:
    form(own["zh"], "K-20", "-o", tmp_path / "case.xlsx")
    assert (
        field(tmp_path / "case.xlsx", "channel").value,
        field(tmp_path / "case.xlsx", "received_at").value,
    ) == (
        "pigeon",
        "soon",
    )


def test_an_unknown_number_is_answered_with_near_ones(
    tmp_path: Path, own: dict[str, Path], form: Run
) -> None:
    done = form(own["en"], "k-2", "-o", tmp_path / "case.xlsx")
    assert done.exit_code == 2
    assert "en.xlsx has no complaint “k-2”. Did you mean K-20" in done.stderr
    assert not (tmp_path / "case.xlsx").exists()


def test_a_number_used_twice_is_pointed_out(tmp_path: Path, own: dict[str, Path], form: Run) -> None:
    path = Path(shutil.copy(own["en"], tmp_path / "twice.xlsx"))
    book = openpyxl.load_workbook(path)
    book["Register"][f"{letter('complaint_id')}7"].value = "K-1"
    book.save(path)
    done = form(path, "K-1", "-o", tmp_path / "case.xlsx")
    assert done.exit_code == 2
    assert "K-1 is used 2 times (rows 6, 7)" in done.stderr


def test_an_existing_file_is_not_overwritten(tmp_path: Path, own: dict[str, Path], form: Run) -> None:
    (tmp_path / "case.xlsx").write_text("mine")
    done = form(own["en"], "K-1", "-o", tmp_path / "case.xlsx")
    assert (done.exit_code, (tmp_path / "case.xlsx").read_text()) == (2, "mine")
    assert "exists and is not overwritten" in done.stderr
    assert form(own["en"], "K-1", "-o", tmp_path / "case.doc").exit_code == 2
    assert form(tmp_path / "none.xlsx", "K-1", "-o", tmp_path / "other.xlsx").exit_code == 3


def test_a_copy_for_others_can_be_masked(tmp_path: Path, own: dict[str, Path], form: Run) -> None:
    out = tmp_path / "case.xlsx"
    form(own["en"], "K-1", "-o", out, "--mask")
    book = openpyxl.load_workbook(out)
    assert field(book, "customer_name").value == "王**"
    assert field(book, "customer_contact").value == "001****1234"
    assert field(book, "customer_account").value == "***"
    assert field(book, "customer_tier").value == "Gold member"
    assert "personal data masked" in book.worksheets[0]["A2"].value


DETAILED = [
    {"item_kind": "demand", "what": "money back", "noted_by": "Li", "noted_at": dt.datetime(2026, 11, 20, 9, 30)},
    {"item_kind": "hold", "what": "waits", "started_at": dt.datetime(2026, 11, 21), "done_at": dt.datetime(2026, 11, 22)},
    {"item_kind": "option", "what": "exchange", "cost": 80, "duration_hours": 5, "feasibility": "high",
     "expected_satisfaction": "medium", "chosen": "yes"},
]  # fmt: skip


@pytest.mark.parametrize("lang", LANGS)
def test_items_with_more_to_say_stand_on_a_sheet_of_their_own(
    tmp_path: Path, lang: str, audited: Audited
) -> None:
    out = tmp_path / "case.xlsx"
    build_form(out, lang, complaint=CASE, items=DETAILED, today=DAY)
    book = openpyxl.load_workbook(out)
    [(sheet, place)] = book.defined_names["Form_Items"].destinations
    assert sheet == {"zh": "事项明细", "en": "Item details"}[lang]
    found = [[cell.value for cell in row] for row in book[sheet][place]]
    assert found[0][2:4] == ["Li", dt.datetime(2026, 11, 20, 9, 30)]
    assert found[1][8:10] == [dt.datetime(2026, 11, 21), dt.datetime(2026, 11, 22)]
    said = [80, 5, *{"zh": ["高", "中", "是"], "en": ["High", "Medium", "Yes"]}[lang]]
    assert [value for value in found[2][11:] if value is not None] == said
    page = book.worksheets[0]
    mirrored = [cell.value for row in page.iter_rows() for cell in row if str(cell.value).startswith("=IF('")]
    assert f"=IF('{sheet}'!B4=\"\",\"\",'{sheet}'!B4)" in mirrored
    shown = openpyxl.load_workbook(out, data_only=True).worksheets[0]
    values = [cell.value for row in shown.iter_rows() for cell in row]
    assert "money back" in values
    assert dt.datetime(2026, 11, 22) in values
    assert audited(out) == set()


def test_ten_plain_items_still_stand_on_the_page(tmp_path: Path) -> None:
    many = [{"item_kind": "action", "what": f"step {n}"} for n in range(11)]
    for count, sheets in ((10, 2), (11, 3)):
        build_form(tmp_path / f"{count}.xlsx", "en", complaint=CASE, items=many[:count], today=DAY)
        assert len(openpyxl.load_workbook(tmp_path / f"{count}.xlsx").sheetnames) == sheets
        assert [row[1] for row in items(tmp_path / f"{count}.xlsx")] == [f"step {n}" for n in range(count)]


def test_what_the_page_cannot_show_of_an_item_ends_in_dots(tmp_path: Path) -> None:
    long = "客户说洗衣机漏水。" * 9
    build_form(
        tmp_path / "case.xlsx",
        "en",
        complaint=CASE,
        items=[{"item_kind": "hold", "what": long, "noted_by": "Li"}],
        today=DAY,
    )
    assert items(tmp_path / "case.xlsx")[0][1] == long
    page = openpyxl.load_workbook(tmp_path / "case.xlsx", data_only=True).worksheets[0]
    [shown] = [cell.value for row in page.iter_rows() for cell in row if str(cell.value).endswith("…")]
    # 36 digits to a line, two lines: 36 Chinese characters, the dots among them
    assert shown == long[:35] + "…"


@pytest.mark.parametrize("lang", LANGS)
def test_a_long_text_makes_room_for_itself(tmp_path: Path, lang: str) -> None:
    long = "  客户说了很多话，\n\n" + "客户说了很多话，" * 300 + "\n the end" * 30
    build_form(tmp_path / "long.xlsx", lang, complaint={**CASE, "verbatim": long}, today=DAY)
    cells = [cell for (cell, *_) in field(tmp_path / "long.xlsx", "verbatim")]
    assert "".join(cell.value for cell in cells) == long
    sheet = cells[0].parent
    heights = [sheet.row_dimensions[cell.row].height for cell in cells]
    # 2,400 characters, 40 to a line at most: 60 lines of at least 12 points
    assert (sum(heights) >= 720, max(heights) <= 409) == (True, True)
    fitted = sheet.sheet_properties.pageSetUpPr
    assert fitted is None or not fitted.fitToPage  # where pages are fitted, Excel heeds no breaks
    assert sheet.row_breaks.brk


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("字。" * 30, ["。"]),
        ("word " * 50, [" "]),
        ("x" * 200, ["x"]),
        ("字" * 9 + "\n" + "字" * 300, ["\n", "字"]),
    ],
)
def test_parts_of_a_text_are_the_text(text: str, ends: list[str]) -> None:
    parts = parts_of(text * 12, 22)  # a line holds 20 digits, 10 Chinese characters
    assert "".join(parts) == text * 12
    assert max(lines_of(part, 22) for part in parts) <= 5
    assert {part[-1] for part in parts[:-1]} == set(ends)
    assert parts_of("字" * 270, 22) == ["字" * 270]  # 27 lines are one cell


def test_pages_end_between_sections_else_between_rows() -> None:
    heights = [10, 5, 20, 20, 5, 30, 30, 5, 40, 40, 40]
    assert page_ends(heights, [1, 4, 7], 100) == [4, 7, 10]  # 55 + 65 > 100; 125 do not fit on any page
    assert page_ends(heights, [1, 4, 7], 1000) == []
    assert page_ends([10, 5, 90, 5, 50, 60], [1, 3], 110) == [
        3,
        5,
    ]  # 105, then a section that fits nowhere whole


CASES = {"K-1": {"emotional_state": "angry", "responsibility": "internal", "root_cause": "WHY", "lessons": "LEARNT",
                 "details": "WHERE", "evidence": "LINK", "severity": "urgent", "involved_staff": "Li Lei", "owner": "Zhao Min",
                 "measures_taken": "thanked her; Li Lei was late", "solution": "exchange", "commitments": "by Friday"}}  # fmt: skip
HELD_BACK = (
    "WHY",
    "LEARNT",
    "WHERE",
    "LINK",
    "Li Lei",
    "LeiLi",
    "Angry",
    "Internal",
    "Urgent",
    "VIP",
    "SECRET STEP",
)


@pytest.mark.parametrize("masked", [False, True])
def test_a_customer_gets_what_is_theirs_and_no_blame(tmp_path: Path, form: Run, masked: bool) -> None:
    path, out = tmp_path / "register.xlsx", tmp_path / "case.xlsx"
    frame = pd.DataFrame([{**CASE, "complaint_id": "K-1", **CASES["K-1"]}])
    steps = pd.DataFrame(
        [{"complaint_id": "K-1", **item} for item in (*ITEMS, {"item_kind": "action", "what": "SECRET STEP"})]
    )
    build_register(path, "en", complaints=frame, items=steps, today=DAY)
    words = ["--mask"] if masked else []
    done = form(path, "K-1", "-o", out, "--for", "customer", "--as-of", "2026-11-20T12:00", *words)
    assert done.exit_code == 0
    assert "free text" in done.stderr
    book = openpyxl.load_workbook(out)
    said = [
        str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value is not None
    ]
    text = "\n".join(said)
    assert [word for word in HELD_BACK if word in text] == []
    shown = ("K-1", "王**" if masked else "王小明", "=1+1 the washer leaks", "@refund", "thanked her; L** was late", "exchange",
             "call back", "Zhao Min", "by Friday", "review", "500.5")  # fmt: skip
    assert [word for word in shown if word not in text] == []
    assert [name for name in book.defined_names if name.startswith("Form_")] == []
    assert "First response" in text  # and until when


def test_a_new_column_is_the_teams_own() -> None:
    assert Column("x", "record", "text", Text("", ""), Text("", ""), 1).shared == ""
    assert {c.section for c in REGISTER if c.shared}.isdisjoint({"involved", "analysis"})


def test_a_print_for_a_customer_needs_a_complaint(tmp_path: Path, own: dict[str, Path], form: Run) -> None:
    done = form(own["en"], "-o", tmp_path / "x.xlsx", "--for", "customer")
    assert (done.exit_code, "needs the number" in done.stderr, (tmp_path / "x.xlsx").exists()) == (
        2,
        True,
        False,
    )


def test_without_libreoffice_there_is_no_pdf(
    tmp_path: Path, own: dict[str, Path], form: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "_PROGRAMS", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    done = form(own["en"], "K-1", "-o", tmp_path / "case.pdf")
    assert (done.exit_code, (tmp_path / "case.pdf").exists()) == (2, False)
    assert "a PDF is made by LibreOffice, which is not on this computer" in done.stderr


def test_what_is_missing_shows_once_the_form_is_begun(tmp_path: Path) -> None:
    build_form(tmp_path / "blank.xlsx", "zh", today=DAY)
    place = field(tmp_path / "blank.xlsx", "customer_tier")
    rules = place.parent.conditional_formatting
    [formula] = [rule.formula[0] for area in rules for rule in area.rules if place.coordinate in area.sqref]
    assert formula == (
        f'AND(${place.column_letter}${place.row}="",COUNTA(Form_complaint_id,Form_customer_name,Form_customer_contact,'
        'Form_received_at,Form_verbatim)>0,OR(Form_kind="",Form_kind=INDEX(List_kind,1)))'
    )
