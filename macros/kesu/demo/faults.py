"""The mistakes planted in the demo, one row each: what a register looks like when nobody has checked it yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from kesu.demo.dice import Bools, Dice

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """A mistake worth catching.

    ``key``: its name here. ``rule``: id of the check that finds it. ``fits``: complaints (frame → mask) that it
    can be planted in. ``changes``: what is written over the complaint, given its row. ``item_changes``: what is
    written over its first item of ``item_kind``; then only complaints that have one fit.
    """

    key: str
    rule: str
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
    Fault("closed_with_open_demand", "closed_with_open_demand", _slow,
          item_kind="demand", item_changes=lambda _: {"done_at": None, "result": None}),
    Fault("closed_without_callback", "closed_without_callback", _slow,
          lambda _: {"called_back_at": None, "callback_reached": None, "satisfaction": None}),
    Fault("closed_without_confirmation", "closed_without_confirmation", _slow,
          lambda _: {"customer_agreed": None}),
    Fault("vague_promise", "vague_promise", _slow,
          lambda row: {"commitments": _say(row, "我们会尽快给您答复。", "We will get back to you as soon as possible.")}),
    Fault("promise_without_time", "commitment_without_due", _slow, item_kind="commitment",
          item_changes=lambda row: {"due_at": None, "what": _say(row, "给客户回电。", "Ring the customer.")}),
    Fault("judgement_in_verbatim", "judgement_in_record", _closed,
          lambda row: {"verbatim": _say(row, "客户无理取闹，说网不好，", "Customer is being unreasonable again, says: ")
                       + str(row["verbatim"])}),
    Fault("blame_in_involved", "judgement_in_record", _closed,
          lambda row: {"involved_staff": _say(row, "安装师傅，明显是他的错", "the engineer, obviously his doing")}),
    Fault("fault_admitted_early", "fault_before_verification", _ordinary,
          lambda row: {"measures_taken": _say(row, "已告诉客户是我们的错。", "Told the customer it was our fault."),
                       "responsibility": "pending"},
          item_kind="verification", item_changes=lambda _: {"done_at": None, "result": None}),
    Fault("several_transfers", "several_transfers", _slow, lambda _: {"transfers": 5.0}),
    Fault("transfer_without_content", "transfer_without_facts", _slow,
          item_kind="transfer",
          item_changes=lambda row: {"what": _say(row, "请处理", "pls handle"), "department": None, "owner": None}),
    Fault("quick_fix_left_lying", "left_lying",
          lambda frame: _ordinary(frame) & frame["scope"].eq("single"),
          lambda _: {**OPEN_AGAIN, "severity": "minor"}, item_kind="action",
          item_changes=lambda _: {"done_at": None, "result": None}),
    Fault("severe_not_escalated", "severe_not_escalated",
          lambda frame: _slow(frame) & frame["severity"].isin(["severe", "urgent"]),
          lambda _: {**OPEN_AGAIN, "escalated_to": None}),
    Fault("response_before_receipt", "first_response_before_receipt", _slow,
          lambda row: {"first_response_at": _later(row, "received_at", -3)}),
    Fault("resolution_before_response", "resolution_before_response", _slow,
          lambda row: {"first_response_at": _later(row, "resolved_at", 2)}),
    Fault("future_time", "time_in_future", _closed,
          lambda row: {"called_back_at": _later(row, "called_back_at", 24 * 365)}),
    Fault("time_as_text", "time_as_text", _closed,
          lambda row: {"received_at": f"{pd.Timestamp(row['received_at']):%Y/%m/%d %H:%M}"}),
    Fault("time_unreadable", "time_unreadable", _closed,
          lambda row: {"resolved_at": _say(row, "周三下午", "Wednesday afternoon")}),
    Fault("phone_in_exponent", "number_in_exponent", _phoned,
          lambda _: {"customer_contact": "1.38E+10"}),
    Fault("phone_incomplete", "contact_invalid", _phoned,
          lambda row: {"customer_contact": str(row["customer_contact"]).replace(" ", "")[:6]}),
    Fault("duplicate_number", "duplicate_number", _ordinary),
    Fault("unknown_tier", "unknown_code", _closed,
          lambda row: {"customer_tier": _say(row, "超级会员", "Platinum plus")}),
    Fault("unknown_channel", "unknown_code", _closed,
          lambda row: {"channel": _say(row, "飞鸽传书", "Carrier pigeon")}),
    Fault("unknown_category", "unknown_code", _closed,
          lambda row: {"category": _say(row, "杂七杂八", "Bits and bobs")}),
    Fault("satisfaction_without_callback", "satisfaction_without_callback",
          lambda frame: _slow(frame) & frame["satisfaction"].notna(),
          lambda _: {"called_back_at": None, "callback_reached": None, "status": "resolved"}),
    Fault("money_in_text", "claim_in_text", _closed, _money),
    Fault("number_unreadable", "number_unreadable", _closed,
          lambda row: {"compensation_paid": _say(row, "五十左右", "about fifty")}),
    Fault("form_incomplete", "form_incomplete", _closed,
          lambda _: {"expectation": None, "commitments": None}),
    Fault("orphan_item", "item_unknown_complaint", _slow, item_kind="contact",
          item_changes=lambda row: {"complaint_id": f"{row['complaint_id']}X"}),
    Fault("required_empty", "required_empty", _closed, lambda _: {"customer_name": None}),
    Fault("owner_missing", "owner_missing", lambda frame: frame["status"].eq("in_progress"), lambda _: {"owner": None}),
    Fault("resolved_but_open", "resolved_but_open", _slow, lambda _: {"status": "in_progress"}),
    Fault("callback_before_resolution", "callback_before_resolution", _slow,
          lambda row: {"called_back_at": _later(row, "resolved_at", -1)}),
    Fault("first_contact_but_transferred", "first_contact_but_transferred",
          lambda frame: _slow(frame) & frame["transfers"].gt(0), lambda _: {"resolved_on_first_contact": "yes"}),
    Fault("paid_more_than_claimed", "paid_more_than_claimed",
          lambda frame: _closed(frame) & frame["compensation_paid"].gt(0),
          lambda row: {"compensation_paid": float(row["compensation_claimed"]) * 10}),
    Fault("options_without_choice", "options_without_choice", _slow, item_kind="option",
          item_changes=lambda _: {"chosen": "no"}),
    Fault("hold_end_before_start", "hold_end_before_start", _slow, item_kind="hold",
          item_changes=lambda row: {"done_at": _later(row, "received_at", 0)}),
    Fault("responsibility_unverified", "responsibility_unverified", _ordinary, item_kind="verification",
          item_changes=lambda _: {"done_at": None, "result": None}),
    Fault("hand_over_without_measures", "transfer_without_facts", _slow, item_kind="transfer",
          item_changes=lambda row: {"what": _say(row, f"客户{row['customer_name']}：{row['verbatim']}请尽快处理。",
                                                 f"Customer {row['customer_name']}: {row['verbatim']} Please handle.")}),
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
