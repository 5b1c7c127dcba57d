"""A small report made by hand that has something in every chapter: thirty-odd records that can be counted by eye.

Complaints are the lines of `CASES`. KPIs, follow-ups, findings, measures and the rest are what the rules might have found;
they need not fit the lines, and some do not, so that a figure taken from the wrong place shows.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import numpy as np
import pandas as pd

from kesu.register.periods import Period
from kesu.reports.model import Report, Source
from kesu.rules.effects import Effect, Point
from kesu.words.text import Text
from tests.reports.reports_by_hand import (
    COUNT_COLUMNS,
    FINDING_COLUMNS,
    FOLLOWUP_COLUMNS,
    complaints_frame,
    kpi,
    kpi_frame,
    make,
)

NORTH, SOUTH, WEST = "北区.xlsx", "南区 刘洋 13812345678.xlsx", "西区.xlsx"
STATES: Final = {
    "m": "met",
    "l": "late",
    "p": "pending",
    "s": "due_soon",
    "o": "overdue",
    "u": "unproven",
    "-": "none",
}
CASES: Final = """
no  reg day   customer   tier  channel category severity status      states scope      tr to        why     answer            depts        cause  product
01  N   01    张伟       vip   phone   quality  urgent   in_progress mloo   widespread 0  ministry  internal -                仓储部       漏发   云宽带 2.0
02  N   02    王芳       mid   phone   quality  severe   closed      mmmm   single     1  -         internal satisfied        物流部、仓储部 漏发 云宽带 2.0
03  N   03    李娜       other online  quality  normal   closed      mmmm   single     2  -         internal dissatisfied     无           漏发   机顶盒
04  S   05    刘洋       other email   quality  normal   closed      mlmm   single     3  internal  third_party very_satisfied 物流部      漏发   机顶盒
05  S   05    陈静       other phone   quality  minor    new         ppp-   several    4  -         pending  -                -            -      手机套餐
06  N   06    欧阳明     vip   social  quality  urgent   in_progress mssu   single     -  regulator|internal internal -       售后部       漏发   手机套餐
07  N   07    王芳       mid   phone   quality  normal   waiting     muo-   single     0  -         internal -                售后部       计费   手机套餐
08  S   08    赵六       other letter  quality  normal   resolved    mmm-   single     0  -         internal -                仓储部       漏发   -
09  S   09    钱七       other visit   quality  normal   closed      mmml   single     0  -         internal satisfied        仓储部       漏发   钱七专线
10  N   12    孙八       -     phone   quality  -        closed      mmmm   single     0  -         -        basically_satisfied -        漏发   机顶盒
11  N   13    张伟       vip   phone   quality  normal   reopened    omm-   single     1  -         internal dissatisfied     售后部       漏发   云宽带 2.0
12  N   14    周九       other online  quality  normal   closed      mmmm   single     0  -         internal satisfied        售后部       计费   云宽带 2.0
13  S   15    吴十       other online  quality  normal   closed      mmmm   single     0  -         external satisfied        物流部       漏发   云宽带 2.0
14  S   16    郑一       other online  quality  normal   closed      mmmm   single     0  -         customer neutral          物流部       漏发   云宽带 2.0
15  S   19    陈二       other phone   delivery severe   closed      mmmm   single     0  -         internal -                物流部       计费   机顶盒
16  N   20    褚三       other phone   delivery normal   closed      mmmm   single     0  -         internal -                物流部       物流   机顶盒
17  N   21    卫四       other phone   delivery normal   closed      mmmm   single     0  -         internal -                无           计费   机顶盒
18  N   22    蒋五       mid   other   price    normal   closed      mmmm   single     0  -         internal -                售后部       计费   机顶盒
19  N   30    沈六       mid   phone   attitude minor    in_progress sppp   single     0  -         internal -                售后部       标签   机顶盒
20  S   31    韩七       mid   phone   process  minor    new         pppp   single     0  -         internal -                售后部       其他原因 机顶盒
"""
OTHERS: Final = """
no  reg kind     day   customer category   channel collection product    version
F1  N   feedback 01    张伟     function   phone   form       App 1.2    -
F2  N   feedback 02    王芳     function   online  form       App 1.2    -
F3  N   feedback 05    李娜     usability  online  survey     App        1.3
F4  S   feedback 06    刘洋     usability  online  survey     App        1.3
F5  S   feedback 12    陈静     interface  online  notes      机顶盒     -
F6  S   feedback 13    赵六     function   social  -          机顶盒 v2.0 -
F7  S   feedback 20    钱七     function   social  -          App（1.3） -
F8  S   feedback 21    孙八     function   social  review     App 1.3    -
F9  S   feedback 27    周九     function   social  review     App 1.3    -
P1  N   praise   01    张伟     -          phone   -          -          -
P2  S   praise   28    王芳     -          visit   -          -          -
"""
SAID: Final = {
    "01": "我是张伟，电话 13800000001，收到的货少了一件，<b>尽快</b>补发。",
    "06": "欧阳 明 说：再不处理就找 12315；邮箱 ming@example.com。" + "等了很久，" * 12,
    "07": "王芳又来电：上次说好两天内回，没有人回。",
}


def _lines(table: str) -> list[dict[str, Any]]:
    head, *rows = (
        line.split()
        for line in table.replace(" 2.0", "~2.0")
        .replace("App 1", "App~1")
        .replace("机顶盒 v", "机顶盒~v")
        .strip()
        .splitlines()
    )
    return [
        {key: None if cell == "-" else cell.replace("~", " ") for key, cell in zip(head, row, strict=True)} for row in rows
    ]  # fmt: skip


def _register(one: dict[str, Any]) -> str:
    return {"N": NORTH, "S": SOUTH}[one["reg"]]


def _received(one: dict[str, Any]) -> dt.datetime:
    return dt.datetime(2026, 10, int(one["day"]), 9, 30)


def _records() -> list[dict[str, Any]]:
    cases = [
        {
            "register": _register(one), "complaint_id": f"KS-{one['no']}", "kind": "complaint", "received_at": _received(one),
            "customer_name": one["customer"], "customer_contact": f"1380000{at:04}", "customer_account": f"AC{at:05}", "customer_tier": one["tier"], "channel": one["channel"],
            "category": one["category"], "severity": one["severity"], "status": one["status"], "scope": one["scope"],
            "transfers": None if one["tr"] is None else float(one["tr"]), "escalated_to": one["to"], "responsibility": one["why"],
            "satisfaction": one["answer"], "involved_departments": one["depts"], "root_cause": one["cause"], "product": one["product"],
            "verbatim": SAID.get(one["no"]), "owner": "孙莉", "involved_staff": "赵敏" if at < 3 else None,
            "expectation": ("compensation|be_heard", "respect", None)[at % 3], "emotional_state": ("calm", "angry", "furious", None)[at % 4],
            "lessons": f"第 {one['no']} 件：发货前核对，告知{one['customer']}。" if at % 2 == 0 else None,
            **{f"{target}_state": STATES[state] for target, state in zip(("first_response", "reply", "resolution", "callback"), one["states"], strict=True)},
        }
        for at, one in enumerate(_lines(CASES), 1)
    ]  # fmt: skip
    others = [
        {
            "register": _register(one), "complaint_id": f"KS-{one['no']}", "kind": one["kind"], "received_at": _received(one),
            "customer_name": one["customer"], "category": one["category"], "channel": one["channel"], "collection": one["collection"],
            "product": one["product"], "version": one["version"], "verbatim": f"{one['customer']}：很好用，13900000000。",
            "involved_staff": "赵敏" if one["kind"] == "praise" else None, "involved_departments": "售后部、物流部" if one["no"] == "P1" else None,
        }
        for one in _lines(OTHERS)
    ]  # fmt: skip
    return cases + others


def _items() -> pd.DataFrame:
    rows = [
        (NORTH, 6, "KS-01", "suggestion", "张伟建议：发货前拍照，结果发到 13800000001。", None, dt.datetime(2026, 10, 3)),
        (NORTH, 7, "KS-02", "suggestion", "装箱单写明件数。", dt.datetime(2026, 10, 9), dt.datetime(2026, 10, 1)),
        (SOUTH, 6, "KS-77", "suggestion", "李四建议换一家物流。", None, None),
        (SOUTH, 7, "KS-04", "demand", "退款 200 元给刘洋。", None, dt.datetime(2026, 10, 5)),
        *((NORTH, 8 + at, f"KS-{at + 10}", "suggestion", f"建议 {at}", None, dt.datetime(2026, 9, 10 + at)) for at in range(6)),
    ]  # fmt: skip
    empty = make([]).items
    frame = pd.DataFrame(
        rows, columns=["register", "excel_row", "complaint_id", "item_kind", "what", "done_at", "noted_at"]
    )
    frame["department"] = "物流部 刘洋"
    return frame.reindex(columns=empty.columns).astype(
        {"done_at": "datetime64[s]", "noted_at": "datetime64[s]"}
    )


GROUPS: Final[dict[str, dict[str, tuple[int, int]]]] = {
    "category": {"quality": (14, 0), "delivery": (3, 3), "price": (1, 2), "attitude": (1, 1), "process": (1, 0), "other": (0, 4)},
    "channel": {"phone": (10, 4), "online": (4, 2), "email": (1, 1), "social": (1, 1), "letter": (1, 1), "visit": (1, 0), "other": (1, 0)},
    "severity": {"urgent": (2, 0), "severe": (2, 1), "normal": (12, 4), "minor": (3, 5)},
    "tier": {"vip": (3, 1), "mid": (5, 3), "other": (11, 6)},
    "register": {NORTH: (11, 5), SOUTH: (9, 5)},
}  # fmt: skip
"""Grouped by → group → complaints in the period and in the one before."""


def _grouped(now: bool) -> list[tuple[Any, ...]]:
    return [
        kpi("complaints", pair[0 if now else 1], unit="count", by=by, group=group)
        for by, groups in GROUPS.items() for group, pair in groups.items()
    ]  # fmt: skip


def _kpis() -> pd.DataFrame:
    return kpi_frame(
        kpi("our_own_kpi", 7.0, unit="number"),
        kpi("complaints", 20, unit="count"), kpi("feedback", 9, unit="count"), kpi("praise", 2, unit="count"),
        kpi("feedback_in_time", 0.75, 6, 8, target=0.9, met=False),
        kpi("complaints_per_million", 182.44, 20, 109_625, "per_million", 150.0, False),
        kpi("escalated_per_million", 18.2, 2, 109_625, "per_million", 20.0, True),
        kpi("first_response_in_time", 0.95, 19, 20, target=0.9, met=True),
        kpi("reply_in_time", 0.8, 16, 20, target=0.96, met=False),
        kpi("resolution_in_time", 0.9, 18, 20, target=0.9, met=True),
        kpi("work_order_in_time", 0.5, 20, 40, target=0.95, met=False),
        kpi("satisfaction", None, 0, 0, target=0.85), kpi("survey_response", 0.3, 3, 10),
        kpi("cycle_median", 26.45, None, 15, "hours"), kpi("cycle_mean", 130.0, None, 15, "hours"),
        kpi("response_mean", 3.2, None, 20, "hours", 4.0, True), kpi("repeat_rate", 0.1, 2, 20), kpi("reopen_rate", 0.4, 8, 20),
        kpi("compensation_paid", 12_345.5, unit="money"), kpi("backlog_open", 6, unit="count"), kpi("callback_coverage", 0.7, 10.5, 15),
        *_grouped(True),
        kpi("feedback", 6, unit="count", by="category", group="function"), kpi("feedback", 2, unit="count", by="category", group="usability"),
        kpi("feedback", 1, unit="count", by="category", group="interface"),
        kpi("reply_in_time", 0.5, 5, 10, target=0.96, met=False, by="tier", group="vip"),
        kpi("reply_in_time", 0.9, 9, 10, target=0.96, met=False, by="tier", group="mid"),
        kpi("reply_in_time", 0.6, 3, 5, target=0.96, met=False, by="tier", group="other"),
        kpi("reply_in_time", 1.0, 11, 11, target=0.96, met=True, by="register", group=NORTH),
        kpi("reply_in_time", 5 / 9, 5, 9, target=0.96, met=False, by="register", group=SOUTH),
        kpi("resolution_in_time", 1.0, 3, 3, target=0.9, met=True, by="tier", group="vip"),
        kpi("resolution_in_time", 0.8, 4, 5, target=0.9, met=False, by="register", group=SOUTH),
        kpi("cycle_median", 12.0, None, 3, "hours", by="tier", group="vip"),
        kpi("work_order_in_time", 0.25, 5, 20, target=0.95, met=False, by="department", group="物流部 刘洋"),
        kpi("work_order_in_time", 0.75, 7.5, 10, target=0.95, met=False, by="department", group="售后部"),
        kpi("work_order_in_time", 0.75, 15, 20, target=0.95, met=False, by="department", group="仓储部"),
        kpi("work_order_in_time", None, 0, 0, target=0.95, by="department", group="总部"),
    )  # fmt: skip


def _previous() -> pd.DataFrame:
    return kpi_frame(
        kpi("complaints", 10, unit="count"), kpi("feedback", 0, unit="count"), kpi("praise", 4, unit="count"),
        kpi("feedback_in_time", 0.75, 3, 4), kpi("complaints_per_million", 91.2, 10, 109_625, "per_million"), kpi("escalated_per_million", 18.2, 2, 109_625, "per_million"),
        kpi("reply_in_time", 0.82, 41, 50), kpi("work_order_in_time", 0.9, 45, 50), kpi("resolution_in_time", 0.92, 46, 50),
        kpi("cycle_median", 52.9, None, 10, "hours"), kpi("cycle_mean", None, None, 0, "hours"), kpi("repeat_rate", 0.0996, 1, 10),
        kpi("reopen_rate", 0.02, 1, 50), kpi("compensation_paid", 24_691.0, unit="money"),
        *_grouped(False), kpi("feedback", 2, unit="count", by="category", group="function"), kpi("feedback", 2, unit="count", by="category", group="performance"),
    )  # fmt: skip


def _followups() -> pd.DataFrame:
    def line(register: str, row: int, case: str, kind: str, owner: str, what: Text, due: dt.datetime | None, late: float, group: str,
             clock: str = "calendar", day: float = 24.0, item: int | None = None, waits: str = "", sheet: str = "register", severity: str | None = "normal") -> tuple[Any, ...]:  # fmt: skip
        step = Text("核实事实后给出方案，并约定时间。", "Check the facts, offer a solution, agree a time.")
        return (register, row, case, kind, owner, what, pd.Timestamp(due) if due else pd.NaT, late, step, group, clock, day, item, waits, sheet, severity)  # fmt: skip

    october = dt.datetime(2026, 10, 30, 9)
    return pd.DataFrame(
        [
            line(NORTH, 6, "KS-01", "reply", "孙莉", Text("给客户张伟有效回复", "Reply to 张伟"), october, 39.0, "overdue", severity="urgent"),
            line(NORTH, 6, "KS-01", "resolution", "孙莉", Text("解决", "Resolution"), october, 20.0, "overdue"),
            line(NORTH, 6, "KS-01", "commitment", "李四", Text("回电", "Call"), october, 10.0, "overdue", item=6),
            line(SOUTH, 99, "KS-98", "call_back", "孙莉", Text("回访李四", "Call 李四"), october, 7.5, "overdue", "business", 8.0),
            line(NORTH, 12, "KS-07", "contact", "孙莉", Text("联系客户", "Contact the customer"), dt.datetime(2026, 11, 1, 18), 0.0, "today", severity=None),
            line(SOUTH, 9, "KS-05", "first_response", "陈静", Text("首次响应", "First response"), None, 0.0, "later"),
            line(SOUTH, 13, "KS-09", "call_back", "孙莉", Text("回访", "Call back"), dt.datetime(2026, 11, 4), 0.0, "week", waits="hold"),
            line(NORTH, 6, "", "improvement", "孙莉", Text("改进措施", "Improvement"), october, 39.0, "overdue", sheet="improvements"),
        ],
        columns=FOLLOWUP_COLUMNS,
    )  # fmt: skip


def _findings() -> dict[str, pd.DataFrame]:
    found = [
        (NORTH, "投诉登记", 6, "customer_contact", "phone_valid", "error", "validity", Text("“13800000001”不是完整的电话号码，请补全。", "“13800000001” is not a whole number; complete it."), "13800000001"),
        (NORTH, "投诉登记", 6, "customer_name", "name_odd", "error", "validity", Text("“张伟…”太长。", "“张伟…” is too long."), "张伟 先生 很长"),
        (SOUTH, "投诉登记", 99, "verbatim", "blame", "warning", "consistency", Text("“李四无理取闹”是评价。", "“李四无理取闹” is a judgement."), "李四无理取闹"),
        (SOUTH, "投诉登记", 99, "complaint_id", "double_id", "warning", "uniqueness", Text("“KS-98”重复。", "“KS-98” occurs twice."), "KS-98"),
        (SOUTH, "事项", 7, "what", "vague", "warning", "validity", Text("给刘洋的“退款”没有时间。", "“退款” for 刘洋 has no time."), "退款"),
        (NORTH, "改进措施", 6, "measure", "measure_vague", "info", "validity", Text("张伟的措施不清楚。", "The measure of 张伟 is vague."), ""),
        (NORTH, "设置", pd.NA, "sla", "no_limit", "info", "completeness", Text("没有时限。", "There is no limit."), ""),
        (NORTH, "投诉登记", 8, "status", "status_empty", "odd", "odd", Text("没有状态，请给李娜补上。", "No status; mend it for 李娜."), ""),
    ]  # fmt: skip
    counts = [
        ("vague", Text("承诺不含糊", "Promise is not vague"), "warning", "validity", NORTH, 4),
        ("vague", Text("承诺不含糊", "Promise is not vague"), "warning", "validity", SOUTH, 5),
        ("blame", Text("不作评价", "No judgement"), "warning", "consistency", SOUTH, 9),
        ("phone_valid", Text("电话号码完整", "Phone number is whole"), "error", "validity", NORTH, 1),
        ("double_id", Text("编号不重复", "Numbers are unique"), "warning", "uniqueness", SOUTH, 2),
        ("no_limit", Text("时限齐全", "Limits are there"), "info", "completeness", NORTH, 1),
    ]  # fmt: skip
    return {"findings": pd.DataFrame(found, columns=FINDING_COLUMNS), "finding_counts": pd.DataFrame(counts, columns=COUNT_COLUMNS)}  # fmt: skip


def _measures() -> dict[str, Any]:
    done = pd.Timestamp("2026-08-31")
    day = 86_400
    points = tuple(
        Point(int(done.timestamp()) + day * (at * 28 + (at >= 0)), count, known, at >= 0)
        for at, count, known in ((-2, 6, 30), (-1, 18, 30), (0, 1, 30), (1, 0, 20))
    )
    rows = [
        (NORTH, "漏发", "换一家供应商，由张伟负责验货", "赵敏", pd.Timestamp("2026-09-30"), done),
        (NORTH, "计费", "改系统", "钱工", pd.NaT, pd.NaT),
        (SOUTH, "物流", "换物流", "孙莉", pd.Timestamp("2026-10-10"), pd.NaT),
        (SOUTH, "培训", "每周培训", "孙莉", pd.Timestamp("2026-10-20"), pd.Timestamp("2026-10-25")),
        (SOUTH, "没有的原因", "写错的", None, pd.Timestamp("2026-11-20"), pd.Timestamp("2026-10-01")),
        (SOUTH, "流程", "简化", "孙莉", pd.Timestamp("2026-11-20"), pd.NaT),
    ]
    effects = (
        Effect(0, "done", "fell", (24, 60), (1, 50), (56, 60.5), 21.6, True, 28, points, True),
        Effect(1, "open"), Effect(2, "overdue", in_time=False), Effect(3, "done", "early", (2, 60), (0, 3), (300.0, 6.0), 0.2, in_time=False),
        Effect(4, "done", "unknown", in_time=None), Effect(5, "open"),
    )  # fmt: skip
    frame = pd.DataFrame(rows, columns=["register", "cause", "measure", "owner", "due_at", "done_at"])
    return {"improvements": frame.astype({"due_at": "datetime64[s]", "done_at": "datetime64[s]"}), "effects": effects}  # fmt: skip


def finished(lang: str, **changes: Any) -> Report:
    """October 2026 as of 1 November: two registers read, a third not."""
    complaints = complaints_frame(_records())
    earlier = complaints_frame(
        [{"register": NORTH, "complaint_id": "KS-00", "received_at": dt.datetime(2026, 9, 27, 21, 30), "customer_name": "张伟", "status": "closed"}, *_records()]
    )  # fmt: skip
    repeat_of = np.full(len(complaints), -1)
    repeat_of[[0, 10, 6]] = (0, 1, 2)  # KS-01 repeats KS-00, KS-11 repeats KS-01, KS-07 repeats KS-02
    account = pd.DataFrame(
        [[40, 11, 3, 1, 2, 0, 0, 1, 22, 0, 1], [25, 9, 6, 1, 0, 1, 1, 0, 4, 3, 0]],
        index=pd.Index([NORTH, SOUTH], dtype="str"),
        columns=["rows_read", "complaint", "feedback", "praise", "no_receipt", "after_as_of", "kind_unreadable", "kind_other", "outside_period", "double", "kind_assumed"],
    )  # fmt: skip
    moved = pd.DataFrame(
        [[3, 10, 1, 9, 0, 5, 0], [5, 20, 1, 18, 2, 6, 2]],
        columns=["opening", "received", "reopened", "closed", "untimed", "closing", "unseen"],
        index=pd.Index(np.array(["2026-09-01", "2026-10-01"], "datetime64[s]"), name="month"),
    )
    unread = Source(WEST, error=Text("文件损坏，无法打开；请向 13811112222 要备份。", "The file is damaged; ask 13811112222 for a backup."))  # fmt: skip
    facts: dict[str, Any] = {
        "lang": lang, "organisation": "示例通信" if lang == "zh" else "Example Telecom", "time_zone": "Asia/Shanghai",
        "sources": (Source(NORTH, 15, 8), Source(SOUTH, 16, 2), unread), "items": _items(), "kpis": _kpis(), "previous": _previous(),
        "followups": _followups(), **_findings(), **_measures(), "earlier": earlier, "account": account, "movement": moved,
        "backlog_days": np.array([0.0, 0.99, 1.0, 2.5, 7.0, 40.0]),
        "notes": (Text(f"{NORTH} 有两行重复。", f"{NORTH} has two rows twice."),),
    }  # fmt: skip
    return make(_records(), **({"complaints": complaints.assign(repeat_of=repeat_of)} | facts | changes))


def running(lang: str) -> Report:
    """The third quarter as of 20 September, half a day: one register, nothing to compare with, nothing masked, little filled in."""
    rows = [
        {"complaint_id": f"A{at}", "kind": "complaint", "received_at": dt.datetime(2026, 7, 1, 8) + dt.timedelta(days=at * 7 // (1 + at // 6)),
         "customer_name": "Anna Lee", "customer_contact": "13800000001", "severity": "urgent" if at == 3 else None, "verbatim": "Anna Lee called.",
         "escalated_to": None, "first_response_state": "overdue" if at == 3 else "met"}
        for at in range(14)
    ]  # fmt: skip
    versions = [
        {"complaint_id": f"V{at}", "kind": "feedback", "received_at": dt.datetime(2026, 7 + at % 3, 5), "product": "App", "version": f"1.{at % 2}"}
        for at in range(5)
    ]  # fmt: skip
    by_month = [kpi("complaints", count, unit="count", by="month", group=f"2026-0{month}") for month, count in ((7, 5), (8, 6), (9, 3))]  # fmt: skip
    missed = kpi("first_response_in_time", 0.5, 1, 2, target=0.96, met=False, by="month", group="2026-07")
    return make(
        [*rows, *versions], lang=lang, period=Period.parse("2026Q3"), as_of=dt.datetime(2026, 9, 20, 12), unmasked=True,
        kpis=kpi_frame(kpi("complaints", 14, unit="count"), kpi("first_response_in_time", 13 / 14, 13, 14, target=0.9, met=True), *by_month, missed),
        notes=(Text("提示", "A remark on Anna Lee."),),
    )  # fmt: skip
