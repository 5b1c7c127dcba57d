"""A sheet that nearly is a register is answered with what was recognised, what is missing, and the nearest headings."""

from __future__ import annotations

import time

import pandas as pd
import pytest

from kesu.register.near import no_register
from kesu.register.normalise import normalise
from kesu.register.raw import NotARegisterError, RawSheet
from kesu.rules.checks import run_checks


def sheet(*rows: tuple[str, ...], title: str = "Sheet1", first_row: int = 1) -> RawSheet:
    width = max(map(len, rows))
    cells = [(*row, *[None] * (width - len(row))) for row in rows]
    return RawSheet(title, pd.DataFrame(cells, dtype="str"), first_row)


def said(*sheets: RawSheet) -> tuple[str, str]:
    with pytest.raises(NotARegisterError) as caught:
        normalise("r", sheets)
    return caught.value.text


def test_too_few_columns_are_counted() -> None:
    zh, en = said(
        sheet(("Complaint no.", "Received at", "Customer name", "Status"), ("C1", "2026", "Ann", "New"))
    )
    assert "Row 1 of the sheet “Sheet1” is nearly the headings of a register." in en
    assert "Recognised: “Complaint no.”, “Received at”, “Customer name”, “Status”." in en
    assert "Missing: 1 column more (such as “Kind”, “Channel”)." in en
    assert "另外至少 1 列（例如“类别”、“投诉渠道”）" in zh


@pytest.mark.parametrize(
    "heading", ["投诉日期", "Created Date", "Complaint Date", "Date", "Recieved at", "受理日期"]
)
def test_a_heading_that_may_mean_the_time_of_receipt_is_asked_about(heading: str) -> None:
    zh, en = said(sheet(("投诉编号", heading, "客户姓名", "状态", "投诉内容", "投诉类型")))
    assert f"Missing: “Received at” (if “{heading}” means that, name it so)." in en
    assert f"缺少：“受理时间”（“{heading}”如果就是它，请改成“受理时间”）。" in zh


def test_an_export_of_another_system() -> None:
    head = ("Unique Key", "Created Date", "Closed Date", "Agency", "Complaint Type", "Status")
    _, en = said(sheet(("notes",)), sheet(("", "x"), head, title="nyc", first_row=3))
    assert "Row 4 of the sheet “nyc”" in en
    assert "Recognised: “Complaint Type”, “Status”." in en
    assert "“Complaint no.” (if “Unique Key” means that, name it so)" in en
    assert "“Received at” (if “Created Date” means that, name it so)" in en
    assert "1 column more" in en


def test_misspelt_headings_of_other_columns_are_named_too() -> None:
    _, en = said(sheet(("Complaint no.", "Received at", "Custmer name", "Statsu")))
    assert "Also: “Customer name” (if “Custmer name” means that, name it so); “Status”" in en


def test_sheets_with_nothing_of_a_register_are_listed() -> None:
    zh, en = said(sheet(("月份", "金额"), title="销售"), sheet(("a", "b"), title="B"))
    assert "none of the sheets (销售, B) has columns headed" in en
    assert "工作表（销售、B）" in zh


@pytest.mark.slow
def test_the_widest_sheet_is_answered_at_once() -> None:
    wide = pd.DataFrame(
        [[f"Complaint nr {row}.{at}" for at in range(4000)] for row in range(30)], dtype="str"
    )
    begun = time.process_time()
    no_register([RawSheet("wide", wide)], "wide.xlsx")
    assert time.process_time() - begun < 5


# ---- pictures of WPS ----------------------------------------------------------------------------------------

HEAD = ("Complaint no.", "Kind", "Tier", "Received at", "Channel", "Evidence")


def formula_findings(evidence: str) -> int:
    row = ("C1", "Complaint", "VIP", "2026-10-01 09:00", "Phone", evidence)
    found = run_checks(normalise("r", [sheet(HEAD, row, title="Register")]), pd.Timestamp("2026-10-02"))
    return int(found["rule"].eq("text_like_formula").sum())


@pytest.mark.parametrize(
    ("evidence", "count"),
    [
        ('=DISPIMG("ID_0A1B2C3D4E5F60718293A4B5C6D7E8F9",1)', 0),
        ('=_xlfn.DISPIMG("ID_0A1B2C3D", 1)', 0),
        ("=DISPIMG(\"ID_0A1B\",1)+cmd|' /C calc'!A0", 1),
        ('=DISPIMG(WEBSERVICE("http://evil.invalid"),1)', 1),
        ('=WEBSERVICE("http://evil.invalid")', 1),
    ],
)
def test_a_picture_in_a_cell_is_no_hostile_text(evidence: str, count: int) -> None:
    assert formula_findings(evidence) == count
