"""Registers written out in a test, read the way a workbook's cells are, and their deadlines in plain words."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from kesu.register.normalise import normalise
from kesu.register.raw import RawSheet
from kesu.register.settings import Rule, Settings, load_profile
from kesu.register.sheets import Register
from kesu.rules.deadlines import Deadline, Deadlines, compute_deadlines

HOURS = dict.fromkeys(range(5), ((9 * 3600, 12 * 3600), (13 * 3600, 18 * 3600)))
"""Monday to Friday 09:00-12:00 and 13:00-18:00."""

COLUMNS = (
    "complaint_id", "kind", "customer_tier", "received_at", "sent_at", "channel", "category", "product", "severity",
    "first_response_at", "replied_at", "resolved_at", "called_back_at", "status", "reopened_at",
)  # fmt: skip
ITEM_COLUMNS = (
    "complaint_id", "item_kind", "what", "noted_by", "noted_at", "for_target", "due_at", "started_at", "done_at",
)  # fmt: skip

Row = Mapping[str, Any]


def settings(*rules: Rule, **more: Any) -> Settings:
    """The default profile with these rules and Chinese office hours."""
    return dataclasses.replace(load_profile(), **{"hours": HOURS, "region": "CN", "rules": rules} | more)


def register(rows: Sequence[Row], items: Sequence[Row] = (), use: Settings | None = None) -> Register:
    """A register of these rows; ``complaint_id`` and ``kind`` are C1, C2, … and complaint unless given.

    Times are written "2026-10-09 14:00"; items belong to C1 unless they say otherwise.
    """
    cases = [
        {"complaint_id": f"C{n}", "kind": "complaint"} | dict(row) for n, row in enumerate(rows, start=1)
    ]
    things = [{"complaint_id": "C1"} | dict(item) for item in items]
    read = normalise(
        "cases.xlsx",
        [RawSheet("投诉登记", _cells(COLUMNS, cases)), RawSheet("事项", _cells(ITEM_COLUMNS, things))],
    )
    return dataclasses.replace(read, settings=use or load_profile())


def _cells(columns: Sequence[str], rows: Sequence[Row]) -> pd.DataFrame:
    def cell(key: str, row: Row) -> Any:
        value = row.get(key)
        if value is not None and key.endswith("_at"):
            return str(dt.datetime.fromisoformat(str(value)))
        return value

    return pd.DataFrame([list(columns), *([cell(key, row) for key in columns] for row in rows)], dtype="str")


def deadlines(found: Register, as_of: str) -> Deadlines:
    """The deadlines of a register as of a time such as "2026-10-12 10:00"."""
    return compute_deadlines(found, dt.datetime.fromisoformat(as_of))


def words(second: int) -> str:
    """Seconds → "2026-10-12 10:00" (with seconds where it has some); "" for none."""
    if second < -(10**15):
        return ""
    when = dt.datetime(1970, 1, 1) + dt.timedelta(seconds=int(second))
    return str(when).removesuffix(":00")


def due(part: Deadline, place: int = 0) -> str:
    """When a target of the complaint at ``place`` is due."""
    return words(part.due[place])


def due_at(
    target: str,
    row: Row,
    *rules: Rule,
    items: Sequence[Row] = (),
    as_of: str = "2026-10-12 10:00",
    **more: Any,
) -> str:
    """When ``target`` of one complaint is due under these rules (or, with none, under ``use``)."""
    use = more.pop("use", None) or settings(*rules, **more)
    return due(deadlines(register([row], items, use), as_of).targets[target])
