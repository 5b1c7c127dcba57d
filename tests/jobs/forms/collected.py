"""What the tests of kesu collect expect in a register, and registers of a team's own."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table

from kesu.words.text import LANGS
from tests.jobs.forms.case_values import CASE

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


def ref(path: Path, table: str) -> tuple[str, str]:
    """The cells of a table, and those of its filter."""
    with zipfile.ZipFile(path) as book:
        tables = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/tables/")]
    [mine] = [xml for xml in tables if f'displayName="{table}"' in xml]
    whole, filtered = re.findall(r'<(?:table|autoFilter) [^>]*?\bref="([^"]+)"', mine)
    return whole, filtered


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
