"""A register of twelve rows written out by hand, and what must come out of it, worked out by hand.

As of Monday 2026-10-12 10:00. Working hours are Monday to Friday 09:00-12:00 and 13:00-18:00 (8 h a day), with
China's official days: Fri 18 Sep works; Sat 19 is off; Sun 20 Sep WORKS (make-up day); Mon 21 to Thu 24 work;
Fri 25 to Sun 27 are off (Mid-Autumn); Mon 28 to Wed 30 work; 1 to 7 Oct are off (National Day); Thu 8, Fri 9 and
Sat 10 Oct (make-up day) WORK; Sun 11 is off; Mon 12 works.

The rules (see `RULES`): first response 48 h; reply VIP 8 h, mid tier 16 WORKING hours, other 48 h; resolution 24 h
if urgent, else 72 h; call-back 48 h after resolution; plan step 24 h; silence 72 h. Feedback and praise have none.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Final

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table

AS_OF: Final = "2026-10-12T10:00:00"
PERIOD: Final = "2026-09..2026-10"


def at(words: str) -> dt.datetime:
    """``"10-12 08:00"`` → that time of 2026."""
    return dt.datetime.fromisoformat(f"2026-{words}")


LABELS: Final = {
    "complaint_id": ("投诉编号", "Complaint no."),
    "kind": ("类别", "Kind"),
    "customer_name": ("客户姓名", "Customer name"),
    "customer_account": ("客户账号", "Account"),
    "customer_tier": ("客户等级", "Tier"),
    "received_at": ("受理时间", "Received at"),
    "channel": ("投诉渠道", "Channel"),
    "first_responsible": ("首问责任人", "First responsible"),
    "answered_after_seconds": ("接通时长（秒）", "Answered after (s)"),
    "verbatim": ("客户原话", "Verbatim"),
    "category": ("投诉类型", "Category"),
    "emotional_state": ("情绪状态", "Emotional state"),
    "first_response_at": ("首次响应时间", "First response at"),
    "severity": ("严重程度", "Severity"),
    "owner": ("责任人", "Owner"),
    "replied_at": ("有效回复时间", "Substantive reply at"),
    "resolved_at": ("解决时间", "Resolved at"),
    "resolved_on_first_contact": ("现场解决", "Resolved on first contact"),
    "transfers": ("转办次数", "Transfers"),
    "escalated_to": ("升级去向", "Escalated to"),
    "compensation_paid": ("赔付金额", "Compensation paid"),
    "called_back_at": ("回访时间", "Called back at"),
    "callback_reached": ("回访成功", "Call-back reached"),
    "satisfaction": ("满意度", "Satisfaction"),
    "status": ("状态", "Status"),
    "reopened_at": ("重开时间", "Reopened at"),
}
ITEM_LABELS: Final = {
    "complaint_id": ("投诉编号", "Complaint no."),
    "item_kind": ("事项类别", "Item kind"),
    "what": ("内容", "What"),
    "noted_by": ("记录人", "Noted by"),
    "noted_at": ("记录时间", "Noted at"),
    "owner": ("责任人", "Owner"),
    "department": ("责任部门", "Department"),
    "for_target": ("对应时限", "For deadline"),
    "due_at": ("到期时间", "Due at"),
    "started_at": ("开始时间", "Started at"),
    "done_at": ("完成时间", "Done at"),
    "result": ("结果", "Result"),
    "chosen": ("选定", "Chosen"),
}
WORDS: Final = {
    "投诉": "Complaint", "反馈": "Feedback", "表扬": "Praise",
    "VIP": "VIP", "中端": "Mid tier", "其他": "Other",
    "电话": "Phone", "邮件": "E-mail", "在线客服": "Online / chat", "社交媒体": "Social media", "来访": "Visit", "信函": "Letter",
    "产品质量": "Product quality", "服务态度": "Service attitude", "交付延迟": "Delivery delay", "价格争议": "Price dispute",
    "流程": "Process", "功能（反馈）": "Function (feedback)",
    "激烈（扬言升级）": "Furious (threatens to escalate)",
    "轻微": "Minor", "一般": "Normal", "严重": "Severe", "紧急": "Urgent",
    "是": "Yes", "否": "No", "监管机构、内部上级": "Regulator, Internal superior",
    "非常满意": "Very satisfied", "满意": "Satisfied", "不满意": "Dissatisfied",
    "新建": "New", "处理中": "In progress", "已解决": "Resolved", "已结案": "Closed", "已重开": "Reopened",
    "诉求": "Demand", "承诺": "Commitment", "备选方案": "Option", "措施": "Action", "联系": "Contact", "暂停": "Hold",
    "转办": "Transfer", "改期": "Changed due date",
    "首次响应": "First response", "有效回复": "Substantive reply", "解决": "Resolution", "回访": "Call-back",
    "方案步骤": "Plan step", "联系间隔": "Silence between contacts",
    "已办结": "Done", "不予支持": "Declined", "客户撤回": "Withdrawn", "取消": "Cancelled", "未达成": "Failed",
    "小时": "hours", "自然时间": "calendar", "工作时间": "business",
    "首次响应及时率": "First response in time", "投诉处理回复及时率": "Substantive reply in time",
    "工单处理及时率": "Work orders in time", "现场解决率": "First-contact resolution",
    "投诉客户满意率": "Satisfaction rate", "处理周期（平均）": "Processing cycle, mean", "承诺兑现率": "Commitments kept",
    "星期一": "Monday", "星期二": "Tuesday", "星期三": "Wednesday", "星期四": "Thursday", "星期五": "Friday",
    "临期提醒（小时）": "Due soon (hours)", "重复投诉窗口（天）": "Repeat window (days)",
}  # fmt: skip
"""Choices in Chinese → in English."""
CODED: Final = frozenset(
    ("kind", "customer_tier", "channel", "category", "emotional_state", "severity", "resolved_on_first_contact",
     "escalated_to", "callback_reached", "satisfaction", "status", "item_kind", "for_target", "result", "chosen")
)  # fmt: skip


def _row(number: str, kind: str, tier: str, received: str, channel: str, category: str, status: str, **more: Any) -> dict[str, Any]:  # fmt: skip
    return {
        "complaint_id": number,
        "kind": kind,
        "customer_name": f"客户{number}",
        "customer_tier": tier,
        "received_at": at(received),
        "channel": channel,
        "first_responsible": "钱前台",
        "category": category,
        "status": status,
        "verbatim": "我等了很久",
    } | more


ROWS: Final[list[dict[str, Any]]] = [
    # 16 working hours across the make-up Sunday; everything in time.
    _row("C01", "投诉", "中端", "09-18 17:00", "电话", "产品质量", "已结案", customer_account="A-1", severity="一般",
         answered_after_seconds=12, first_response_at=at("09-18 17:30"), owner="王芳", replied_at=at("09-21 16:30"),
         resolved_at=at("09-21 16:30"), resolved_on_first_contact="否", called_back_at=at("09-22 10:00"),
         callback_reached="是", satisfaction="满意"),
    # Urgent; a hold of 6 h saves the resolution; called back late; answered after exactly three rings.
    _row("C02", "投诉", "VIP", "09-30 09:00", "电话", "服务态度", "已结案", customer_account="A-2", severity="紧急",
         answered_after_seconds=15, first_response_at=at("09-30 09:20"), owner="王芳", replied_at=at("09-30 16:00"),
         resolved_at=at("10-01 14:00"), resolved_on_first_contact="是", transfers=1, compensation_paid=200,
         called_back_at=at("10-04 10:00"), callback_reached="是", satisfaction="非常满意"),
    # 16 working hours across National Day, replied in the very second; answered and resolved late.
    _row("C03", "投诉", "中端", "09-30 16:00", "邮件", "交付延迟", "已解决", customer_account="A-3", severity="轻微",
         first_response_at=at("10-03 16:00"), owner="孙丽", replied_at=at("10-09 16:00"), resolved_at=at("10-10 16:00")),
    # Received on a holiday; the clock starts on Thu 8 Oct; replied late; another time for the resolution was agreed.
    _row("C04", "投诉", "中端", "10-01 10:00", "在线客服", "价格争议", "已解决", customer_account="A-4", severity="一般",
         first_response_at=at("10-01 10:30"), owner="孙丽", replied_at=at("10-10 09:30"), resolved_at=at("10-10 11:00")),
    # Open; a hold on the working clock across the make-up Saturday.
    _row("C05", "投诉", "中端", "10-09 14:00", "电话", "产品质量", "处理中", customer_account="A-5", severity="一般",
         answered_after_seconds=16, first_response_at=at("10-09 14:10"), owner="周强"),
    # Severe and overdue; nobody escalated; promise and step left undone; the customer not contacted since.
    _row("C06", "投诉", "其他", "10-08 09:00", "来访", "流程", "处理中", customer_account="A-6", severity="严重",
         first_response_at=at("10-08 09:10"), owner="李雷"),
    # Not answered yet, due within 4 h; the customer threatens to escalate; no owner yet.
    _row("C07", "投诉", "其他", "10-10 13:00", "社交媒体", "产品质量", "新建", customer_account="A-7", severity="一般",
         emotional_state="激烈（扬言升级）"),
    # Reopened this morning.
    _row("C08", "投诉", "VIP", "09-28 10:00", "电话", "服务态度", "已重开", customer_account="A-8", severity="一般",
         first_response_at=at("09-28 10:15"), owner="王芳", replied_at=at("09-28 15:00"), resolved_at=at("09-29 10:00"),
         called_back_at=at("09-29 15:00"), callback_reached="是", satisfaction="不满意", reopened_at=at("10-12 08:00")),
    # Customer of C01 again, same category, 17 days later; settled at once, but a demand is open and nobody called back.
    _row("C09", "投诉", "中端", "10-05 10:00", "电话", "产品质量", "已结案", customer_account="A-1", severity="一般",
         owner="周强", resolved_at=at("10-05 10:10"), resolved_on_first_contact="是"),
    _row("C10", "反馈", "其他", "10-06 11:00", "在线客服", "功能（反馈）", "已结案", customer_account="A-10",
         first_response_at=at("10-06 12:00")),
    _row("C11", "表扬", "其他", "10-08 15:00", "电话", "其他", "新建", answered_after_seconds=8),
    # By letter, to the regulator; reply late, resolved in the very second; not reached in the call-back.
    _row("C12", "投诉", "其他", "09-22 09:00", "信函", "价格争议", "已结案", customer_account="A-12", severity="严重",
         first_response_at=at("09-23 09:00"), owner="孙丽", replied_at=at("09-24 10:00"), resolved_at=at("09-25 09:00"),
         transfers=2, escalated_to="监管机构、内部上级", compensation_paid=150.5, called_back_at=at("09-26 09:00"),
         callback_reached="否"),
]  # fmt: skip

ITEMS: Final[list[dict[str, Any]]] = [
    {"complaint_id": "C01", "item_kind": "诉求", "what": "换新机", "done_at": at("09-21 16:30"), "result": "已办结"},
    {"complaint_id": "C01", "item_kind": "承诺", "what": "周一中午前回电", "due_at": at("09-21 12:00"), "done_at": at("09-21 11:00"), "result": "已办结"},
    {"complaint_id": "C01", "item_kind": "措施", "what": "检测", "department": "网络部", "due_at": at("09-21 12:00"), "done_at": at("09-21 11:30")},
    {"complaint_id": "C02", "item_kind": "暂停", "what": "等客户发照片", "started_at": at("09-30 12:00"), "done_at": at("09-30 18:00")},
    {"complaint_id": "C02", "item_kind": "承诺", "what": "中午前回电", "due_at": at("09-30 12:00"), "done_at": at("09-30 13:00"), "result": "已办结"},
    {"complaint_id": "C02", "item_kind": "措施", "what": "复盘录音", "department": "网络部", "noted_at": at("09-30 10:00"), "done_at": at("10-01 10:00")},
    {"complaint_id": "C02", "item_kind": "转办", "what": "转值班经理：客户、问题、已致歉", "noted_at": at("09-30 09:30")},
    {"complaint_id": "C03", "item_kind": "措施", "what": "催物流", "department": "物流部", "due_at": at("10-08 18:00"), "done_at": at("10-09 10:00")},
    {"complaint_id": "C03", "item_kind": "措施", "what": "改派快递", "department": "物流部", "due_at": at("10-08 18:00"), "result": "取消"},
    {"complaint_id": "C03", "item_kind": "承诺", "what": "5 日中午前送到", "due_at": at("10-05 12:00"), "result": "未达成"},
    # The time agreed replaces 4 Oct 10:00; the earlier agreement (noted before) does not count any more.
    {"complaint_id": "C04", "item_kind": "联系", "what": "约好 10 日中午前办妥", "noted_at": at("10-02 10:00"), "for_target": "解决", "due_at": at("10-10 12:00"), "done_at": at("10-10 11:00")},
    {"complaint_id": "C04", "item_kind": "联系", "what": "约好 9 日办妥", "noted_at": at("10-01 11:00"), "for_target": "解决", "due_at": at("10-09 12:00"), "done_at": at("10-02 10:00")},
    {"complaint_id": "C05", "item_kind": "暂停", "what": "等客户寄回", "started_at": at("10-09 16:00"), "done_at": at("10-10 11:00")},
    {"complaint_id": "C05", "item_kind": "承诺", "what": "今天下午三点前答复", "owner": "郑华", "due_at": at("10-12 15:00")},
    {"complaint_id": "C05", "item_kind": "诉求", "what": "修好"},
    {"complaint_id": "C05", "item_kind": "联系", "what": "约好十一点半通话", "due_at": at("10-12 11:30")},
    {"complaint_id": "C06", "item_kind": "转办", "what": "转网络部：客户、问题、已致歉", "department": "网络部", "noted_at": at("10-08 09:30"), "started_at": at("10-08 09:32")},
    {"complaint_id": "C06", "item_kind": "承诺", "what": "周日中午前答复", "owner": "赵敏", "due_at": at("10-11 12:00")},
    {"complaint_id": "C06", "item_kind": "措施", "what": "上门检修", "department": "网络部", "noted_at": at("10-11 20:00")},
    {"complaint_id": "C06", "item_kind": "措施", "what": "送备用机", "department": "物流部", "owner": "吴刚", "due_at": at("10-10 12:00")},
    {"complaint_id": "C08", "item_kind": "诉求", "what": "道歉", "done_at": at("09-29 10:00")},
    {"complaint_id": "C08", "item_kind": "改期", "what": "客户周三才在家", "noted_by": "王芳", "noted_at": at("10-12 08:30"), "for_target": "解决", "due_at": at("10-14 08:00")},
    # Nobody signed for this change: it does not count.
    {"complaint_id": "C08", "item_kind": "改期", "what": "再晚一天", "noted_at": at("10-12 09:00"), "for_target": "有效回复", "due_at": at("10-15 08:00")},
    {"complaint_id": "C09", "item_kind": "诉求", "what": "补发发票", "noted_at": at("10-05 10:05")},
    {"complaint_id": "C12", "item_kind": "诉求", "what": "退一年月租", "result": "不予支持"},
    {"complaint_id": "C12", "item_kind": "诉求", "what": "换号码", "result": "客户撤回"},
    {"complaint_id": "C12", "item_kind": "措施", "what": "核对账单", "due_at": at("09-23 18:00"), "result": "已办结"},
    {"complaint_id": "C12", "item_kind": "备选方案", "what": "退差价", "chosen": "是"},
    {"complaint_id": "C12", "item_kind": "转办", "what": "转账务：客户、问题、已核对", "department": "账务部", "noted_at": at("09-22 10:00"), "started_at": at("09-22 10:01")},
]  # fmt: skip

RULES: Final = (  # deadline, kind, tier, severity, amount, clock
    ("首次响应", "投诉", "", "", 48, "自然时间"),
    ("有效回复", "投诉", "VIP", "", 8, "自然时间"),
    ("有效回复", "投诉", "中端", "", 16, "工作时间"),
    ("有效回复", "投诉", "", "", 48, "自然时间"),
    ("解决", "投诉", "", "紧急", 24, "自然时间"),
    ("解决", "投诉", "", "", 72, "自然时间"),
    ("回访", "投诉", "", "", 48, "自然时间"),
    ("方案步骤", "", "", "", 24, "自然时间"),
    ("联系间隔", "投诉", "", "", 72, "自然时间"),
)
KPI_TARGETS: Final = (  # KPI, tier, department, target
    ("首次响应及时率", "", "", 1),
    ("投诉处理回复及时率", "", "", 0.5),
    ("工单处理及时率", "", "网络部", 0.98),
    ("工单处理及时率", "", "", 0.95),
    ("现场解决率", "", "", 0.8),
    ("投诉客户满意率", "VIP", "", 0.95),
    ("投诉客户满意率", "中端", "", 0.9),
    ("投诉客户满意率", "其他", "", 0.85),
    ("处理周期（平均）", "", "", 100),
    ("承诺兑现率", "", "", 1),
)
RULE_HEADER: Final = (
    ("时限", "Deadline"), ("类别", "Kind"), ("客户等级", "Tier"), ("严重程度", "Severity"), ("投诉类型", "Category"),
    ("投诉渠道", "Channel"), ("产品/版本", "Product / version"), ("数量", "Amount"), ("单位", "Unit"), ("时钟", "Clock"),
)  # fmt: skip


def settings_cells(lang: int) -> list[tuple[int, int, Any]]:
    """The Settings sheet: (row, column, value), ``lang`` 0 Chinese, 1 English."""

    def word(zh: str) -> str:
        return WORDS.get(zh, zh) if lang else zh

    blocks: list[tuple[tuple[str, ...], list[tuple[Any, ...]]]] = [
        (
            ("设置项", "值") if not lang else ("Setting", "Value"),
            [(word("临期提醒（小时）"), 4), (word("重复投诉窗口（天）"), 30)],
        ),
        (
            tuple(label[lang] for label in RULE_HEADER),
            [
                (word(target), word(kind), word(tier), word(severity), "", "", "", amount, word("小时"), word(clock))
                for target, kind, tier, severity, amount, clock in RULES
            ],
        ),
        (
            ("指标", "适用等级", "适用部门", "目标值") if not lang else ("KPI", "For tier", "For department", "Target value"),
            [(word(kpi), word(tier), department, target) for kpi, tier, department, target in KPI_TARGETS],
        ),
        (
            ("星期", "上班", "下班") if not lang else ("Weekday", "From", "To"),
            [
                (word(day), *span)
                for day in ("星期一", "星期二", "星期三", "星期四", "星期五")
                for span in (("09:00", "12:00"), ("13:00", "18:00"))
            ],
        ),
        (("月份", "客户数") if not lang else ("Month", "Customers"), [("2026-09", 2_000_000)]),
    ]  # fmt: skip
    cells: list[tuple[int, int, Any]] = []
    left = 1
    for header, rows in blocks:
        for down, row in enumerate([header, *rows]):
            cells += [(2 + down, left + right, value) for right, value in enumerate(row) if value != ""]
        left += len(header) + 1
    return cells


def write_chinese(path: Path) -> dict[str, int]:
    """The register as a team would begin it: header in row 1, Chinese labels. Returns the Excel row of each case."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "投诉登记"
    sheet.append([zh for zh, _ in LABELS.values()])
    for row in ROWS:
        sheet.append([row.get(key) for key in LABELS])
    items = book.create_sheet("事项")
    items.append([zh for zh, _ in ITEM_LABELS.values()])
    for row in ITEMS:
        items.append([row.get(key) for key in ITEM_LABELS])
    settings = book.create_sheet("设置")
    for down, right, value in settings_cells(0):
        settings.cell(down, right, value)
    book.save(path)
    return {row["complaint_id"]: 2 + number for number, row in enumerate(ROWS)}


def write_english(path: Path) -> dict[str, int]:
    """The same cases under English labels: other order of sheets and columns, a title above the header, columns of
    the team's own, blank rows between the cases, and the last cases typed below the end of the table."""
    book = openpyxl.Workbook()
    settings = book.active
    assert settings is not None
    settings.title = "Settings"
    for down, right, value in settings_cells(1):
        settings.cell(down + 3, right + 1, value)
    keys = sorted(ITEM_LABELS, reverse=True)
    items = book.create_sheet("Items")
    items.append([ITEM_LABELS[key][1] for key in keys])
    for number, row in enumerate(ITEMS):
        for right, key in enumerate(keys):
            items.cell(2 + number + number // 7, 1 + right, _english(key, row.get(key)))
    sheet = book.create_sheet("Register")
    keys = sorted(LABELS, reverse=True)
    sheet.cell(2, 2, "Complaints of the north branch, 2026")
    header = ["Our remark", *(LABELS[key][1] for key in keys), "Shelf"]
    for right, label in enumerate(header):
        sheet.cell(4, 2 + right, label)
    places = {}
    for number, row in enumerate(ROWS):
        down = 5 + number + number // 5 * 2  # two blank rows after every fifth case
        places[row["complaint_id"]] = down
        sheet.cell(down, 2, f"remark {number}")
        for right, key in enumerate(keys):
            sheet.cell(down, 3 + right, _english(key, row.get(key)))
    last = get_column_letter(1 + len(header))
    sheet.add_table(Table(displayName="Complaints", ref=f"B4:{last}13"))  # the last cases stand below it
    book.save(path)
    return places


def _english(key: str, value: Any) -> Any:
    return WORDS[value] if key in CODED and value is not None else value
