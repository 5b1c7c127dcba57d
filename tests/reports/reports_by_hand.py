"""A report made by hand, so that every figure in it is known without the pipeline."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from kesu.register.columns import ITEMS, REGISTER
from kesu.register.periods import Period
from kesu.reports.model import Report, Source
from kesu.words.text import Text

TARGETS = ("first_response", "reply", "resolution", "callback")
KPI_COLUMNS = [
    "kpi",
    "group_by",
    "group",
    "value",
    "numerator",
    "denominator",
    "unit",
    "target",
    "met",
    "period",
]
FOLLOWUP_COLUMNS = [
    "register",
    "row",
    "complaint_id",
    "kind",
    "owner",
    "what",
    "due_at",
    "overdue_hours",
    "next_step",
    "group",
    "clock",
    "day_hours",
    "item_row",
    "waits",
    "sheet",
    "severity",
]
FINDING_COLUMNS = ["register", "sheet", "row", "column", "rule", "severity", "dimension", "message", "value"]
COUNT_COLUMNS = ["rule", "title", "severity", "dimension", "register", "count"]


def complaints_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Complaints with every column that a report may look for; what ``rows`` do not say is missing."""
    frame = pd.DataFrame({"register": [row.get("register", "north.xlsx") for row in rows]}, dtype="str")
    frame["excel_row"] = np.arange(len(rows)) + 6
    for column in REGISTER:
        values = [row.get(column.key) for row in rows]
        match column.kind:
            case "time":
                frame[column.key] = pd.Series(values, dtype="datetime64[s]")
            case "number":
                frame[column.key] = pd.Series(values, dtype="float64")
            case "code":
                frame[column.key] = pd.Series(values, dtype="str").astype("category")
            case _:
                frame[column.key] = pd.Series(values, dtype="str")
    for target in TARGETS:
        frame[f"{target}_state"] = pd.Series(
            [row.get(f"{target}_state", "none") for row in rows], dtype="str"
        )
        frame[f"{target}_due_at"] = pd.Series(
            [row.get(f"{target}_due_at") for row in rows], dtype="datetime64[s]"
        )
    return frame


def kpi(kpi_id: str, value: float | None, numerator: float | None = None, denominator: float | None = None,
        unit: str = "share", target: float | None = None, met: bool | None = None, by: str | None = None, group: str | None = None) -> tuple[Any, ...]:  # fmt: skip
    """A row of `Report.kpis`."""
    return (kpi_id, by, group, value, numerator, denominator, unit, target, met, "2026-10")


def kpi_frame(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=KPI_COLUMNS)


def make(rows: list[dict[str, Any]], **changes: Any) -> Report:
    """A report of October 2026, stated on 1 November, over ``rows``; anything else empty unless changed."""
    facts: dict[str, Any] = {
        "lang": "en",
        "organisation": "",
        "as_of": dt.datetime(2026, 11, 1),
        "period": Period.parse("2026-10"),
        "sources": (Source("north.xlsx", len(rows), 0),),
        "complaints": complaints_frame(rows),
        "items": pd.DataFrame(
            {
                "register": pd.Series(dtype="str"),
                "excel_row": pd.Series(dtype="int64"),
                **{column.key: pd.Series(dtype="str") for column in ITEMS},
            }
        ),
        "kpis": kpi_frame(),
        "previous": kpi_frame(),
        "followups": pd.DataFrame(columns=FOLLOWUP_COLUMNS),
        "findings": pd.DataFrame(columns=FINDING_COLUMNS),
        "finding_counts": pd.DataFrame(columns=COUNT_COLUMNS),
    }
    return Report(**(facts | changes))


NAMES = ("张伟", "王芳", "李娜", "刘洋", "陈静", "John Smith", "欧阳明", "Anna Lee")
CATEGORIES = ("quality", "quality", "quality", "delivery", "delivery", "price", "attitude", "process")
CHANNELS = ("phone", "phone", "online", "email", "social", "visit")
CAUSES = (
    "仓库漏发",
    "系统计费错误",
    "仓库漏发",
    "仓库漏发",
    "培训不足",
    "系统计费错误",
    "物流外包",
    "其他原因",
)
STATES = ("met", "met", "met", "late", "met", "overdue", "pending", "due_soon")


def big_rows(count: int) -> list[dict[str, Any]]:
    """``count`` records of October 2026, every tenth a feedback, every fifteenth a praise."""
    rows = []
    for n in range(count):
        received = dt.datetime(2026, 10, 1) + dt.timedelta(minutes=(n * 44_640) // count)
        name = NAMES[n % len(NAMES)]
        rows.append({
            "register": ("北京分公司.xlsx", "上海分公司.xlsx", "Hong Kong branch.xlsx")[n % 3],
            "complaint_id": f"KS-{n + 1:05d}",
            "kind": "feedback" if n % 10 == 9 else "praise" if n % 15 == 7 else "complaint",
            "customer_name": name, "customer_contact": f"138{n:08d}", "customer_account": f"AC{n:06d}",
            "customer_tier": ("vip", "mid", "other", "other")[n % 4], "received_at": received,
            "channel": CHANNELS[n % 6], "category": CATEGORIES[n % 8] if n % 10 != 9 else ("function", "usability")[n // 10 % 2],
            "verbatim": f"我是{name}，电话 138{n:08d}，收到的货少了一件，请尽快处理。", "product": ("云宽带 2.0", "手机套餐", "机顶盒")[n % 3],
            "severity": ("minor", "normal", "normal", "severe", "normal", "urgent")[n % 6], "expectation": "compensation|be_heard" if n % 2 else "respect",
            "emotional_state": ("calm", "anxious", "angry")[n % 3], "involved_departments": ("售后部", "物流部、仓储部", "无")[n % 3],
            "involved_staff": "赵敏", "root_cause": CAUSES[n % 8], "responsibility": ("internal", "third_party", "pending")[n % 3],
            "owner": "孙莉", "status": ("closed", "closed", "in_progress", "resolved", "waiting")[n % 5], "transfers": n % 4,
            "satisfaction": ("satisfied", "very_satisfied", "dissatisfied", None)[n % 4],
            "lessons": "发货前核对数量。" if n % 50 == 0 else None, "escalated_to": "regulator" if n % 60 == 5 else None,
            **{f"{target}_state": STATES[(n + at) % 8] for at, target in enumerate(TARGETS)},
        })  # fmt: skip
    return rows


def big_kpis(shift: float = 0.0) -> pd.DataFrame:
    rows = [
        kpi("complaints", 250 - 400 * shift, unit="count"),
        kpi("feedback", 30, unit="count"),
        kpi("praise", 20, unit="count"),
        kpi("complaints_per_million", 182.4 + shift, 250, 1_370_614, "per_million"),
        kpi("escalated_per_million", 3.6, 5, 1_370_614, "per_million", 5.0, True),
        kpi("first_response_in_time", 0.972 - shift, 243, 250, target=1.0, met=False),
        kpi("reply_in_time", 0.912 + shift, 228, 250, target=0.96, met=False),
        kpi("resolution_in_time", 0.88, 220, 250),
        kpi("work_order_in_time", 0.961, 148, 154, target=0.95, met=True),
        kpi("first_contact_resolution", 0.81, 162, 200, target=0.8, met=True),
        kpi("satisfaction", 0.90, 108, 120),
        kpi("cycle_median", 26.4 - 20 * shift, None, 240, "hours"),
        kpi("cycle_mean", 41.7, None, 240, "hours"),
        kpi("cycle_p90", 133.0, None, 240, "hours"),
        kpi("response_mean", 3.2, None, 250, "hours"),
        kpi("urgent_response_mean", None, None, 0, "hours"),
        kpi("repeat_rate", 0.042, 10, 240),
        kpi("compensation_paid", 12_345.5, unit="money"),
        kpi("backlog_open", 61, unit="count"),
    ]
    for tier, value, met in (("vip", 0.85, False), ("mid", 0.91, True), ("other", 0.93, True)):
        rows.append(
            kpi(
                "satisfaction",
                value,
                round(40 * value),
                40,
                target=0.95 if tier == "vip" else 0.85,
                met=met,
                by="tier",
                group=tier,
            )
        )
        rows.append(
            kpi("complaints", {"vip": 60, "mid": 70, "other": 120}[tier], unit="count", by="tier", group=tier)
        )
    for name, value in (
        ("北京分公司.xlsx", 0.98),
        ("上海分公司.xlsx", 0.85),
        ("Hong Kong branch.xlsx", 0.91),
    ):
        rows.append(
            kpi(
                "reply_in_time",
                value,
                round(83 * value),
                83,
                target=0.96,
                met=value >= 0.96,
                by="register",
                group=name,
            )
        )
        rows.append(kpi("complaints", 83, unit="count", by="register", group=name))
    for name, value in (("物流部", 0.9), ("售后部", 1.0)):
        rows.append(
            kpi(
                "work_order_in_time",
                value,
                70 * value,
                70,
                target=0.95,
                met=value >= 0.95,
                by="department",
                group=name,
            )
        )
    for key, count in (
        ("quality", 94),
        ("delivery", 62 if not shift else 21),
        ("price", 31),
        ("attitude", 31),
        ("process", 31),
    ):
        rows.append(kpi("complaints", count, unit="count", by="category", group=key))
    for key, count in (("phone", 84), ("online", 42), ("email", 42), ("social", 41), ("visit", 41)):
        rows.append(kpi("complaints", count, unit="count", by="channel", group=key))
    return kpi_frame(*rows)


def big_report(lang: str = "zh", count: int = 300, **changes: Any) -> Report:
    """A report over ~300 records of three registers, one more unreadable; any field may be changed."""
    followups = pd.DataFrame(
        [
            ("上海分公司.xlsx", 6 + n, f"KS-{n + 1:05d}", "reply", "孙莉", Text(f"给客户{NAMES[n % 8]}有效回复", f"Reply to {NAMES[n % 8]}"),
             pd.Timestamp(2026, 10, 30, 9) + pd.Timedelta(hours=n), 39.0 - n, Text("核实事实后给出方案，并约定时间。", "Check the facts, offer a solution, agree a time."), "overdue", "calendar", 24.0, None, "", "register", "urgent" if n < 5 else "normal")
            for n in range(64)
        ],
        columns=FOLLOWUP_COLUMNS,
    )  # fmt: skip
    findings = pd.DataFrame(
        [
            ("北京分公司.xlsx", "投诉登记", 9, "customer_contact", "phone_valid", "error", "validity", Text("“13812345”不是完整的电话号码，请补全。", "“13812345” is not a whole phone number; complete it."), "13812345"),
            ("上海分公司.xlsx", "投诉登记", 14, "commitments", "vague_promise", "warning", "validity", Text("承诺“尽快”没有时间，请写明何时。", "The promise “尽快” has no time; say when."), "尽快"),
        ],
        columns=FINDING_COLUMNS,
    )  # fmt: skip
    counts = pd.DataFrame(
        [
            ("phone_valid", Text("电话号码完整", "Phone number is whole"), "error", "validity", "北京分公司.xlsx", 1),
            ("vague_promise", Text("承诺不含糊", "Promise is not vague"), "warning", "validity", "上海分公司.xlsx", 7),
        ],
        columns=COUNT_COLUMNS,
    )  # fmt: skip
    facts: dict[str, Any] = {
        "lang": lang,
        "organisation": "示例通信" if lang == "zh" else "Example Telecom",
        "sources": (
            Source("北京分公司.xlsx", 100, 80), Source("上海分公司.xlsx", 100, 70), Source("Hong Kong branch.xlsx", 100, 60),
            Source("深圳分公司.xlsx", error=Text("文件损坏，无法打开；请用备份替换。", "The file is damaged and cannot be opened; replace it with a backup.")),
        ),
        "kpis": big_kpis(), "previous": big_kpis(0.02),
        "followups": followups, "findings": findings, "finding_counts": counts,
    }  # fmt: skip
    return make(big_rows(count), **(facts | changes))
