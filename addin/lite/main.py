"""客诉 / Complaints: the buttons of xlwings Lite. Paste into its editor; requirements.txt goes into its own tab.

Every script works on the open workbook; its arguments become a form. 每个脚本作用于打开的工作簿，参数即表单。
"""

import datetime as dt

import xlwings as xw
from xlwings import script

from kesu.live import macros


@script
def refresh(book: xw.Book, period: str = ""):
    """全部刷新：检查、时限、指标、跟进清单 / Checks, deadlines, KPIs and follow-ups in one go."""
    macros.run("refresh", book, period=period)


@script
def check(book: xw.Book):
    """检查 / Find what is missing or wrong."""
    macros.run("check", book)


@script
def deadlines(book: xw.Book):
    """时限 / Work out deadlines and states; make the calendar long enough."""
    macros.run("deadlines", book)


@script
def kpis(book: xw.Book, period: str = ""):
    """指标：2026-10、2026Q4、2026 / KPIs of a period against target."""
    macros.run("kpis", book, period=period)


@script
def followups(book: xw.Book, owner: str = ""):
    """跟进清单，可只列一个责任人 / What to do next, of one owner or all."""
    macros.run("followups", book, owner=owner)


@script
def new_complaint(
    book: xw.Book,
    customer_name: str = "",
    customer_contact: str = "",
    customer_tier: str = "",
    channel: str = "",
    category: str = "",
    verbatim: str = "",
    owner: str = "",
    received_at: dt.datetime | None = None,
):
    """登记投诉 / Log a new complaint."""
    macros.run(
        "new_complaint",
        book,
        customer_name=customer_name,
        customer_contact=customer_contact,
        customer_tier=customer_tier,
        channel=channel,
        category=category,
        verbatim=verbatim,
        owner=owner,
        received_at=received_at,
    )


@script
def explain(book: xw.Book, complaint_id: str = ""):
    """说明时限 / How the deadlines of the selected complaint were worked out."""
    macros.run("explain", book, complaint_id=complaint_id)


@script
def call_back(book: xw.Book, complaint_id: str = "", satisfaction: str = "", reached: str = ""):
    """记一次回访，不填满意度即没有联系上 / Note a call-back; without an answer the customer was not reached."""
    macros.run("call_back", book, complaint_id=complaint_id, satisfaction=satisfaction, reached=reached)


@script
def close_complaint(book: xw.Book, complaint_id: str = ""):
    """核对后结案 / Check, then close."""
    macros.run("close_complaint", book, complaint_id=complaint_id)


@script
def reopen_complaint(book: xw.Book, complaint_id: str = "", reason: str = ""):
    """重开所选投诉 / Reopen the selected complaint."""
    macros.run("reopen_complaint", book, complaint_id=complaint_id, reason=reason)


@script
def import_table(book: xw.Book):
    """导入当前工作表的投诉表 / Take the table on the sheet in front into the register."""
    macros.run("import_table", book)
