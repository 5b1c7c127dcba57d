"""The mistakes planted in the demo, one row each: what a register looks like when nobody has checked it yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from kesu.demo.dice import Bools, Dice
from kesu.register.text import Text

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """A mistake worth catching.

    ``key``: its name here. ``what``: what is wrong, for people. ``fits``: complaints (frame → mask) that it can
    be planted in. ``changes``: what is written over the complaint, given its row. ``items``: what is written
    over its items of a kind (kind → values). ``new_items``: items that it needs besides.
    """

    key: str
    what: Text
    fits: Callable[[pd.DataFrame], pd.Series]
    changes: Callable[[Values], Values] = lambda _row: {}
    item_kind: str = ""
    item_changes: Callable[[Values], Values] = lambda _row: {}


def _closed(frame: pd.DataFrame) -> pd.Series:
    return frame["status"].eq("closed") & frame["kind"].eq("complaint") & frame["reopened_at"].isna()


def _slow(frame: pd.DataFrame) -> pd.Series:
    return _closed(frame) & frame["resolved_on_first_contact"].eq("no")


def _phoned(frame: pd.DataFrame) -> pd.Series:
    return _closed(frame) & ~frame["customer_contact"].astype(str).str.contains("@")


def _ordinary(frame: pd.DataFrame) -> pd.Series:
    return _slow(frame) & frame["severity"].isin(["minor", "normal"])


def _zh(row: Values) -> bool:
    return any("一" <= ch <= "鿿" for ch in str(row["owner"]))


def _say(row: Values, zh: str, en: str) -> str:
    return zh if _zh(row) else en


def _later(row: Values, key: str, hours: float) -> dt.datetime:
    return pd.Timestamp(row[key]).to_pydatetime() + dt.timedelta(hours=hours)


OPEN_AGAIN: Final[Values] = {
    "resolved_at": None, "called_back_at": None, "callback_reached": None, "satisfaction": None,
    "customer_agreed": None, "solution": None, "remedy": None, "status": "in_progress", "lessons": None,
    "compensation_paid": None, "resolved_on_first_contact": "no",
}  # fmt: skip
"""What an open complaint does not have yet."""


def _money(row: Values) -> Values:
    add = _say(row, "你们必须赔偿我800元！", "I claim £800 from you!")
    return {"verbatim": f"{row['verbatim']} {add}", "compensation_claimed": None}


FAULTS: Final[tuple[Fault, ...]] = (
    Fault("closed_with_open_demand", Text("结案时诉求未办结", "Closed with an open demand"), _slow,
          item_kind="demand", item_changes=lambda _: {"done_at": None, "result": None}),
    Fault("closed_without_callback", Text("未回访就结案", "Closed without a call-back"), _slow,
          lambda _: {"called_back_at": None, "callback_reached": None, "satisfaction": None}),
    Fault("closed_without_confirmation", Text("客户未确认就结案", "Closed without the customer's confirmation"), _slow,
          lambda _: {"customer_agreed": None}),
    Fault("vague_promise", Text("承诺含糊", "A vague promise"), _slow,
          lambda row: {"commitments": _say(row, "我们会尽快给您答复。", "We will get back to you as soon as possible.")}),
    Fault("promise_without_time", Text("承诺没有时间", "A promise without a time"), _slow, item_kind="commitment",
          item_changes=lambda row: {"due_at": None, "what": _say(row, "给客户回电。", "Ring the customer.")}),
    Fault("judgement_in_verbatim", Text("原话里评判客户", "Judgement in the verbatim"), _closed,
          lambda row: {"verbatim": _say(row, "客户无理取闹，说网不好，", "Customer is being unreasonable again, says: ")
                       + str(row["verbatim"])}),
    Fault("blame_in_involved", Text("相关人员栏预设责任", "Blame in the involved parties"), _closed,
          lambda row: {"involved_staff": _say(row, "安装师傅，明显是他的错", "the engineer, obviously his doing")}),
    Fault("fault_admitted_early", Text("未核实先认错", "Fault admitted before verification"), _slow,
          lambda row: {"measures_taken": _say(row, "已告诉客户是我们的错。", "Told the customer it was our fault."),
                       "responsibility": "pending"}),
    Fault("several_transfers", Text("多次转办", "Several transfers"), _slow, lambda _: {"transfers": 5.0}),
    Fault("transfer_without_content", Text("转办没有内容", "A transfer without what the next person needs"), _slow,
          item_kind="transfer",
          item_changes=lambda row: {"what": _say(row, "请处理", "pls handle"), "department": None, "owner": None}),
    Fault("quick_fix_left_lying", Text("易办却拖着", "Quick to fix but left lying"),
          lambda frame: _ordinary(frame) & frame["scope"].eq("single"),
          lambda _: {**OPEN_AGAIN, "severity": "minor"}, item_kind="action",
          item_changes=lambda _: {"done_at": None, "result": None}),
    Fault("severe_not_escalated", Text("严重而无人升级", "Severe and nobody escalated"),
          lambda frame: _slow(frame) & frame["severity"].isin(["severe", "urgent"]),
          lambda _: {**OPEN_AGAIN, "escalated_to": None}),
    Fault("response_before_receipt", Text("响应早于受理", "First response before receipt"), _slow,
          lambda row: {"first_response_at": _later(row, "received_at", -3)}),
    Fault("resolution_before_response", Text("解决早于响应", "Resolution before response"), _slow,
          lambda row: {"first_response_at": _later(row, "resolved_at", 2)}),
    Fault("future_time", Text("时间在未来", "A time in the future"), _closed,
          lambda row: {"called_back_at": _later(row, "called_back_at", 24 * 365)}),
    Fault("time_as_text", Text("时间写成文本", "A time typed as text"), _closed,
          lambda row: {"received_at": f"{pd.Timestamp(row['received_at']):%Y/%m/%d %H:%M}"}),
    Fault("time_unreadable", Text("时间看不懂", "A time that cannot be read"), _closed,
          lambda row: {"resolved_at": _say(row, "周三下午", "Wednesday afternoon")}),
    Fault("phone_in_exponent", Text("电话变成科学计数", "A phone number turned into 1.38E+10"), _phoned,
          lambda _: {"customer_contact": "1.38E+10"}),
    Fault("phone_incomplete", Text("电话不完整", "An incomplete phone number"), _phoned,
          lambda row: {"customer_contact": str(row["customer_contact"]).replace(" ", "")[:6]}),
    Fault("duplicate_number", Text("编号重复", "A duplicate complaint number"), _ordinary),
    Fault("unknown_tier", Text("等级不在列表中", "An unknown tier"), _closed,
          lambda row: {"customer_tier": _say(row, "超级会员", "Platinum plus")}),
    Fault("unknown_channel", Text("渠道不在列表中", "An unknown channel"), _closed,
          lambda row: {"channel": _say(row, "飞鸽传书", "Carrier pigeon")}),
    Fault("unknown_category", Text("类型不在列表中", "An unknown category"), _closed,
          lambda row: {"category": _say(row, "杂七杂八", "Bits and bobs")}),
    Fault("satisfaction_without_callback", Text("没有回访却有满意度", "Satisfaction without a call-back"),
          lambda frame: _slow(frame) & frame["satisfaction"].notna(),
          lambda _: {"called_back_at": None, "callback_reached": None, "status": "resolved"}),
    Fault("money_in_text", Text("金额写在描述里", "A money claim hidden in the text"), _closed, _money),
    Fault("number_unreadable", Text("金额写成文字", "An amount in words"), _closed,
          lambda row: {"compensation_paid": _say(row, "五十左右", "about fifty")}),
    Fault("form_incomplete", Text("投诉表未填完", "The form is incomplete"), _closed,
          lambda _: {"expectation": None, "commitments": None}),
    Fault("orphan_item", Text("事项找不到投诉", "An item of no complaint"), _slow, item_kind="contact",
          item_changes=lambda row: {"complaint_id": f"{row['complaint_id']}X"}),
)  # fmt: skip


def plant(
    complaints: pd.DataFrame, items: pd.DataFrame, faults: list[Fault], dice: Dice
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, list[int]]]:
    """Copies of the frames with every one of ``faults`` planted in a complaint of its own.

    The third value says where: fault key → positions in ``complaints``. Raises ValueError where no complaint
    is left that a fault fits.
    """
    columns = {str(key): values.astype(object) for key, values in complaints.items()}
    item_columns = {str(key): values.astype(object) for key, values in items.items()}
    free = np.ones(len(complaints), dtype=bool)
    where: dict[str, list[int]] = {}
    fitting: dict[str, Bools] = {}
    for fault in faults:
        if fault.key not in fitting:
            fitting[fault.key] = _fitting(fault, complaints, items)
        candidates = np.flatnonzero(fitting[fault.key] & free)
        if not len(candidates):
            raise ValueError(f"no complaint left to plant {fault.key} in")
        at = int(candidates[dice.whole(1, 0, len(candidates) - 1)[0]])
        free[at] = False
        where.setdefault(fault.key, []).append(at)
        row = {str(key): value for key, value in complaints.iloc[at].items()}
        changes = fault.changes(row)
        if fault.key == "duplicate_number":
            changes = {"complaint_id": complaints["complaint_id"].iloc[at - 1 if at else 1]}
            # Whoever types the wrong number for a complaint types it for its items too.
            own = item_columns["complaint_id"]
            item_columns["complaint_id"] = own.mask(own == row["complaint_id"], changes["complaint_id"])
        for key, value in changes.items():
            columns[key].iat[at] = value
        if fault.item_kind:
            mine = items["complaint_id"].eq(row["complaint_id"]) & items["item_kind"].eq(fault.item_kind)
            for key, value in fault.item_changes(row).items():
                item_columns[key].iat[int(np.flatnonzero(mine)[0])] = value
    return _typed(columns, complaints), _typed(item_columns, items), where


def _fitting(fault: Fault, complaints: pd.DataFrame, items: pd.DataFrame) -> Bools:
    fits = fault.fits(complaints).to_numpy()
    if fault.item_kind:
        owners = items.loc[items["item_kind"].eq(fault.item_kind), "complaint_id"]
        fits = fits & complaints["complaint_id"].isin(owners).to_numpy()
    return np.asarray(fits)


def _typed(columns: dict[str, pd.Series], like: pd.DataFrame) -> pd.DataFrame:
    """Columns keep their type unless a mistake put words among times or numbers."""
    return pd.DataFrame({
        key: values if like[key].dtype.kind in "Mf" and values.map(lambda value: isinstance(value, str)).any() else values.astype(like[key].dtype)
        for key, values in columns.items()
    })  # fmt: skip
