"""One complaint and its items, as they are filled in on forms, and a register's worth of others."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

DAY = dt.date(2026, 11, 22)
CASE: dict[str, Any] = {
    "kind": "complaint",
    "status": "in_progress",
    "customer_name": "王小明",
    "customer_contact": "0013812341234",
    "customer_account": "00391",
    "customer_tier": "vip",
    "received_at": dt.datetime(2026, 11, 20, 9, 5),
    "channel": "phone",
    "first_responsible": "Li Lei",
    "answered_after_seconds": 12,
    "verbatim": "=1+1 the washer leaks\n+86 @x -3 <b>&amp;</b>",
    "category": "quality",
    "expectation": "respect|compensation",
    "involved_staff": "none",
    "involved_departments": "售后部",
    "measures_taken": "thanked",
    "commitments": "none",
    "compensation_claimed": 500.5,
}
"""One complaint, fully logged, without a number."""

ITEMS: list[dict[str, Any]] = [
    {"item_kind": "demand", "what": "@refund", "owner": "Zhao"},
    {
        "item_kind": "commitment",
        "what": "call back",
        "due_at": dt.datetime(2026, 11, 20, 18, 0),
        "done_at": dt.datetime(2026, 11, 20, 17, 30),
        "result": "done",
    },
]


def complaints(count: int) -> pd.DataFrame:
    """``count`` complaints C-1 … that differ in what the customer said."""
    return pd.DataFrame(
        {
            "complaint_id": [f"C-{number}" for number in range(1, count + 1)],
            "kind": "complaint",
            "customer_name": "Anna",
            "customer_tier": "vip",
            "received_at": dt.datetime(2026, 10, 1, 9),
            "channel": "phone",
            "verbatim": [f"words {number}" for number in range(1, count + 1)],
            "category": "price",
            "status": "new",
        }
    )
