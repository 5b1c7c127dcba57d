"""Tables as they are found in the wild, made from one true register: what each heading means stands beside it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.styles import Font

ROWS = 60
BEGIN = dt.datetime(2026, 1, 5, 8, 0)
SURNAMES = "王李张刘陈杨赵黄周吴"
GIVEN = "伟芳娜敏静强磊军洋勇"


@dataclass(frozen=True)
class Truth:
    """What happened: one row a complaint, in words that every kind of table then writes in its own way."""

    number: str
    name: str
    phone: str
    received: dt.datetime
    channel: str
    category: str
    severity: str
    text: str
    owner: str
    department: str
    resolved: dt.datetime | None
    status: str
    satisfaction: str


def truth(rows: int = ROWS, seed: int = 7) -> list[Truth]:
    """Invented complaints, the same every time; days after the twelfth among them."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    found = []
    for at in range(rows):
        received = BEGIN + dt.timedelta(minutes=dice.randrange(0, 260 * 24 * 60))
        done = dice.random() < 0.8
        found.append(
            Truth(
                f"TS{2026000 + at}", dice.choice(SURNAMES) + dice.choice(GIVEN) + dice.choice(GIVEN), f"13{dice.randrange(10**8, 10**9)}", received,
                dice.choice(("phone", "email", "online", "visit")), dice.choice(("quality", "attitude", "delivery", "price")),
                dice.choice(("minor", "normal", "severe", "urgent")), f"第{at}件：买来三天就坏了，客服说会处理但没有回音，要求退款{dice.randrange(10, 900)}元",
                dice.choice(SURNAMES) + "工", dice.choice(("客服部", "物流部", "质检部")),
                received + dt.timedelta(minutes=dice.randrange(60, 9000)) if done else None, "closed" if done else "in_progress",
                dice.choice(("very_satisfied", "satisfied", "dissatisfied")) if done else "",
            )
        )  # fmt: skip
    return found


Cell = str | float | dt.datetime | dt.date | dt.time | None
Grid = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Kind:
    """A kind of table: how it is written, what its headings mean (``own``: none of kesu's), and whether its dates can be told."""

    name: str
    write: Callable[[Path, list[Truth]], Path]
    columns: dict[str, str]
    asks: frozenset[str] = frozenset()


WORDS_ZH = {
    "phone": "热线电话", "email": "邮件", "online": "微信小程序", "visit": "来访", "quality": "质量问题", "attitude": "服务态度", "delivery": "物流配送", "price": "乱收费",
    "minor": "低", "normal": "一般", "severe": "严重", "urgent": "特急", "closed": "已办结", "in_progress": "办理中", "very_satisfied": "非常满意", "satisfied": "满意", "dissatisfied": "不满意", "": None,
}  # fmt: skip
WORDS_EN = {
    "phone": "Customer Care Call", "email": "E-mail", "online": "Live chat", "visit": "Walk-in", "quality": "Defective product", "attitude": "Staff behaviour", "delivery": "Late delivery", "price": "Billing",
    "minor": "P4", "normal": "P3", "severe": "P2", "urgent": "P1", "closed": "Closed", "in_progress": "Work in progress", "very_satisfied": "5 stars", "satisfied": "4 stars", "dissatisfied": "2 stars", "": None,
}  # fmt: skip
TRADITIONAL = WORDS_ZH | {"phone": "電話", "email": "電郵", "visit": "來訪", "quality": "質量問題", "attitude": "服務態度", "closed": "已結案", "in_progress": "處理中", "severe": "嚴重", "urgent": "緊急", "satisfied": "滿意", "very_satisfied": "非常滿意", "dissatisfied": "不滿意"}  # fmt: skip


def book(path: Path, sheets: dict[str, Grid], merged: dict[str, list[str]] | None = None) -> Path:
    """The grids as a workbook."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title, grid in sheets.items():
        sheet = made.create_sheet(title)
        for row in grid:
            sheet.append(row)
        for area in (merged or {}).get(title, []):
            sheet.merge_cells(area)
        sheet["A1"].font = Font(bold=True)
    made.save(path)
    return path


def text(path: Path, grid: Grid, *, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    """The grid as a text table."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(
        [["" if cell is None else cell for cell in row] for row in grid]
    )
    path.write_bytes(out.getvalue().encode(encoding))
    return path


FIELDS = ("number", "name", "phone", "received", "channel", "category", "severity", "text", "owner", "department", "resolved", "status", "satisfaction")  # fmt: skip
KEYS = dict(
    zip(FIELDS, ("complaint_id", "customer_name", "customer_contact", "received_at", "channel", "category", "severity", "verbatim", "owner", "involved_departments", "resolved_at", "status", "satisfaction"), strict=True)
)  # fmt: skip


def grid(
    heads: dict[str, str],
    rows: list[Truth],
    words: dict[str, str | None],
    when: Callable[[dt.datetime], Cell] = lambda t: t,
) -> Grid:
    """Headings (field → heading) and rows below; times as ``when`` writes them."""

    def cell(one: Truth, field: str) -> Any:
        value: Any = getattr(one, field)
        if isinstance(value, dt.datetime):
            return when(value)
        return (
            words.get(value, value)
            if field in {"channel", "category", "severity", "status", "satisfaction"}
            else value
        )

    return [list(heads.values()), *([cell(one, field) for field in heads] for one in rows)]


def meaning(heads: dict[str, str], **more: str) -> dict[str, str]:
    """Heading → target."""
    return {heading: KEYS[field] for field, heading in heads.items()} | more


ZH = dict(
    zip(FIELDS, ("工单号", "投诉人", "联系电话", "受理时间", "来源渠道", "投诉类别", "紧急程度", "投诉内容", "经办人", "责任部门", "办结时间", "处理状态", "回访满意度"), strict=True)
)  # fmt: skip
ZH2 = dict(
    zip(FIELDS, ("投诉编号", "客户姓名", "手机号码", "投诉日期", "投诉渠道", "问题分类", "投诉级别", "问题描述", "负责人", "处理部门", "结案日期", "是否办结", "满意度评价"), strict=True)
)  # fmt: skip
TW = dict(
    zip(FIELDS, ("投訴編號", "客戶姓名", "聯絡電話", "受理時間", "投訴渠道", "投訴類型", "緊急程度", "投訴內容", "負責人", "責任部門", "結案時間", "處理狀態", "滿意度"), strict=True)
)  # fmt: skip
EN = dict(
    zip(FIELDS, ("Ticket ID", "Requester", "Phone number", "Created at", "Contact channel", "Issue type", "Priority", "Description", "Assignee", "Assigned team", "Closed at", "Ticket status", "CSAT"), strict=True)
)  # fmt: skip
CAMEL = dict(
    zip(FIELDS, ("CaseNumber", "CustomerName", "MobileNumber", "CreatedDate", "ChannelType", "CaseReason", "UrgencyLevel", "CaseDescription", "CaseOwner", "AssignmentGroup", "ClosedDate", "CaseStatus", "SatisfactionRating"), strict=True)
)  # fmt: skip
FORM = dict(
    zip(FIELDS, ("受理编号", "反映人", "联系方式（必填）", "登记日期", "受理方式", "诉求类型", "紧急等级", "反映内容", "承办人", "承办单位", "办结日期", "办理状态", "是否满意"), strict=True)
)  # fmt: skip


def _zh(path: Path, rows: list[Truth]) -> Path:
    return book(path.with_suffix(".xlsx"), {"Sheet1": grid(ZH, rows, WORDS_ZH)})


def _titled(path: Path, rows: list[Truth]) -> Path:
    body = grid(ZH2, rows, WORDS_ZH | {"closed": "是", "in_progress": "否"})
    return book(path.with_suffix(".xlsx"), {"台账": [["2026年客户投诉台账"], ["制表部门：客服部", None, "单位：件"], [], *body, [], ["合计", None, None, len(rows)], ["注：本表由客服部填报"]]}, {"台账": ["A1:M1"]})  # fmt: skip


def _two_rows(path: Path, rows: list[Truth]) -> Path:
    body = grid(ZH, rows, WORDS_ZH)
    upper: list[Cell] = [
        "基本信息",
        None,
        None,
        "受理情况",
        None,
        None,
        None,
        None,
        "处理情况",
        None,
        None,
        None,
        None,
    ]
    return book(path.with_suffix(".xlsx"), {"Sheet1": [["投诉登记台账"], upper, *body]}, {"Sheet1": ["A1:M1", "A2:C2", "D2:H2", "I2:M2"]})  # fmt: skip


def _upright(path: Path, rows: list[Truth]) -> Path:
    """Two heading rows, most of them merged downwards, times under one group."""
    body = grid(ZH, rows, WORDS_ZH)[1:]
    heads = list(ZH.values())
    upper: list[Cell] = [*heads[:3], "时间", *heads[4:10], *heads[10:]]
    lower: list[Cell] = [None] * 13
    lower[3], upper[3] = "受理时间", "受理"
    merged = [f"{chr(65 + at)}1:{chr(65 + at)}2" for at in range(13) if at != 3]
    return book(path.with_suffix(".xlsx"), {"Sheet1": [upper, lower, *body]}, {"Sheet1": merged})


def _months(path: Path, rows: list[Truth]) -> Path:
    months = sorted({one.received.month for one in rows})
    sheets = {
        f"{month}月": grid(ZH, [one for one in rows if one.received.month == month], WORDS_ZH)
        for month in months
    }
    summary: Grid = [
        ["月份", "件数", "办结率"],
        *([f"{month}月", len(sheets[f"{month}月"]) - 1, 0.8] for month in months),
    ]
    return book(path.with_suffix(".xlsx"), {"汇总": summary, **sheets})


def _english(path: Path, rows: list[Truth]) -> Path:
    return book(path.with_suffix(".xlsx"), {"Export": grid(EN, rows, WORDS_EN)})


def _camel(path: Path, rows: list[Truth]) -> Path:
    body = grid(CAMEL, rows, WORDS_EN)
    extra: Grid = [["Region", "SLA_Compliance"], *(["North", "Yes"] for _ in rows)]
    return book(
        path.with_suffix(".xlsx"), {"Dataset": [[*one, *two] for one, two in zip(body, extra, strict=True)]}
    )


def _dated(
    form: str, heads: dict[str, str], words: dict[str, str | None], **how: str
) -> Callable[[Path, list[Truth]], Path]:
    return lambda path, rows: text(
        path.with_suffix(".csv"), grid(heads, rows, words, lambda t: t.strftime(form)), **how
    )


def _chinese_times(path: Path, rows: list[Truth]) -> Path:
    def said(t: dt.datetime) -> str:
        half, hour = ("上午", t.hour) if t.hour < 12 else ("下午", t.hour - 12 or 12)
        return f"{t.year}年{t.month}月{t.day}日 {half}{hour}点{t.minute:02d}分"

    return text(path.with_suffix(".csv"), grid(ZH, rows, WORDS_ZH, said), encoding="gb18030")


def _apart(path: Path, rows: list[Truth]) -> Path:
    """Date and time of day in two columns."""
    body = grid(ZH, rows, WORDS_ZH)
    heads: list[Cell] = [*list(ZH.values())[:3], "受理日期", "受理时刻", *list(ZH.values())[4:]]
    made: list[list[Cell]] = [heads]
    for one, row in zip(rows, body[1:], strict=True):
        made.append([*row[:3], one.received.date(), one.received.time().replace(second=0), *row[4:]])
    return book(path.with_suffix(".xlsx"), {"Sheet1": made})


def _turned(path: Path, rows: list[Truth]) -> Path:
    """Day-first texts as a month-first spreadsheet opens them: days up to 12 became dates, the wrong ones."""

    def spoilt(t: dt.datetime) -> Cell:
        return t.replace(month=t.day, day=t.month) if t.day <= 12 else t.strftime("%d/%m/%Y %H:%M")

    return book(path.with_suffix(".xlsx"), {"Sheet1": grid(EN, rows, WORDS_EN, spoilt)})


def _serial(path: Path, rows: list[Truth]) -> Path:
    return text(
        path.with_suffix(".csv"),
        grid(EN, rows, WORDS_EN, lambda t: f"{(t - dt.datetime(1899, 12, 30)).total_seconds() / 86400:.6f}"),
    )


def _zoned(path: Path, rows: list[Truth]) -> Path:
    return text(
        path.with_suffix(".csv"),
        grid(EN, rows, WORDS_EN, lambda t: (t - dt.timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M:%SZ")),
    )


def _spent(path: Path, rows: list[Truth]) -> Path:
    """No time of resolution, but how many minutes it took."""
    heads = {field: heading for field, heading in EN.items() if field != "resolved"}
    body = grid(heads, rows, WORDS_EN)
    more: Grid = [
        ["Resolution time (minutes)"],
        *([(one.resolved - one.received).total_seconds() / 60 if one.resolved else None] for one in rows),
    ]
    return book(
        path.with_suffix(".xlsx"), {"Sheet1": [[*one, *two] for one, two in zip(body, more, strict=True)]}
    )


def _undecided(path: Path, rows: list[Truth]) -> Path:
    few = [one for one in rows if one.received.day <= 12 and (one.resolved is None or one.resolved.day <= 12)]
    return text(path.with_suffix(".csv"), grid(EN, few, WORDS_EN, lambda t: t.strftime("%d/%m/%Y %H:%M")))


_SPENT = {heading: target for heading, target in meaning(EN).items() if target != "resolved_at"}
_UPRIGHT = {
    ("受理时间" if heading == "受理时间" else heading): target for heading, target in meaning(ZH).items()
}
_APART = {heading: target for heading, target in meaning(ZH).items() if target != "received_at"}

KINDS: tuple[Kind, ...] = (
    Kind("a ticket system in Chinese", _zh, meaning(ZH)),
    Kind("a home-made list with titles, totals and notes", _titled, meaning(ZH2)),
    Kind("two heading rows, groups merged", _two_rows, meaning(ZH)),
    Kind("two heading rows, merged downwards", _upright, _UPRIGHT),
    Kind("a sheet for each month and a summary", _months, meaning(ZH)),
    Kind("a ticket system in English", _english, meaning(EN)),
    Kind("field names of a database", _camel, meaning(CAMEL, Region="own", SLA_Compliance="own")),
    Kind("a government form", _dated("%Y-%m-%d", FORM, WORDS_ZH, encoding="gb18030"), meaning(FORM)),
    Kind("traditional characters", _dated("%Y/%m/%d %H:%M", TW, TRADITIONAL), meaning(TW)),
    Kind("day first", _dated("%d/%m/%Y %H:%M", EN, WORDS_EN), meaning(EN)),
    Kind("month first with AM and PM", _dated("%m/%d/%Y %I:%M %p", EN, WORDS_EN), meaning(EN)),
    Kind("day first with dots and semicolons", _dated("%d.%m.%Y %H:%M", EN, WORDS_EN, delimiter=";"), meaning(EN)),
    Kind("names of months, tabs", _dated("%d-%b-%Y %H:%M", EN, WORDS_EN, delimiter="\t"), meaning(EN)),
    Kind("long English dates", _dated("%a, %d %B %Y %H:%M:%S", CAMEL, WORDS_EN), meaning(CAMEL)),
    Kind("years of two digits", _dated("%y/%m/%d %H:%M", ZH, WORDS_ZH), meaning(ZH)),
    Kind("dates of eight digits", _dated("%Y%m%d", ZH2, WORDS_ZH | {"closed": "是", "in_progress": "否"}), meaning(ZH2)),
    Kind("Chinese times of day", _chinese_times, meaning(ZH)),
    Kind("date and time in two columns", _apart, _APART | {"受理日期": "received_at", "受理时刻": "received_at.time"}),
    Kind("dates that a spreadsheet turned round", _turned, meaning(EN)),
    Kind("serial numbers", _serial, meaning(EN)),
    Kind("times with a zone", _zoned, meaning(EN)),
    Kind("durations only", _spent, _SPENT | {"Resolution time (minutes)": "resolved_at.after"}),
    Kind("dates that can be read both ways", _undecided, meaning(EN), frozenset({"times"})),
)  # fmt: skip
