"""A small register for the add-on's tests, and what a document in LibreOffice holds."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import pandas as pd

from kesu.register.columns import SHEETS
from kesu.workbook.writing import build_register

WORDS: Final[dict[str, dict[str, Any]]] = {
    "zh": {"kind": "投诉", "tier": "其他", "channel": "电话", "category": "价格争议", "status": "处理中",
           "owed": {"首次响应", "有效回复", "解决"}, "number": "投诉编号", "error": "错误",
           "counted": "投诉量", "backlog": "积压件数", "total": "合计"},
    "en": {"kind": "Complaint", "tier": "Other", "channel": "Phone", "category": "Price dispute", "status": "In progress",
           "owed": {"First response", "Substantive reply", "Resolution"}, "number": "Complaint no.", "error": "Error",
           "counted": "Complaints", "backlog": "Open backlog", "total": "Total"},
}  # fmt: skip
DISPATCH_FAILED, DISPATCH_UNKNOWN = 0, 2


def register(path: Path, lang: str = "en") -> Path:
    """Three complaints: two wait for 40 days for everything, one of them of a tier that there is not; one is of today."""
    now, words = _now(), WORDS[lang]
    long_ago = now - dt.timedelta(days=40)
    today = max(now - dt.timedelta(minutes=10), now.replace(day=1, hour=0, minute=0))
    rows = [
        {"complaint_id": number, "kind": words["kind"], "customer_name": "Ann", "customer_contact": "+44 7700 900013",
         "customer_tier": tier, "received_at": received, "channel": words["channel"], "owner": "Mia",
         "category": words["category"], "verbatim": "The bill is wrong.", "status": words["status"]}
        for number, tier, received in (
            ("T-0001", words["tier"], long_ago),
            ("T-0002", "Platinum plus", long_ago),
            ("T-0003", words["tier"], today),
        )
    ]  # fmt: skip
    build_register(path, lang, complaints=pd.DataFrame(rows))
    return path


@cache
def _now() -> dt.datetime:
    """The same for all tests, so that they can have copies of one register."""
    return dt.datetime.now().replace(second=0, microsecond=0)


def table(document: Any, key: str, lang: str, first: str = "") -> list[dict[str, Any]]:
    """The rows of one of kesu's sheets below the heading that holds ``first`` (the complaint number), by heading."""
    cells = document.Sheets.getByName(SHEETS[key].of(lang)).getCellRangeByName("A1:Z200").getDataArray()
    wanted = first or WORDS[lang]["number"]
    at = next(n for n, row in enumerate(cells) if wanted in row)
    rows = [dict(zip(cells[at], row, strict=True)) for row in cells[at + 1 :]]
    return [row for row in rows if any(value != "" for name, value in row.items() if name)]


def everything(document: Any) -> dict[str, Any]:
    """All that stands in a document: cells, notes, colours of the register's cells, tables, names."""
    found: dict[str, Any] = {}
    for at, sheet in enumerate(document.Sheets):
        cells = sheet.getCellRangeByName("A1:CZ150")
        found[sheet.Name] = cells.getFormulaArray()
        found[f"{sheet.Name} notes"] = sorted(
            (n.Position.Row, n.Position.Column, n.String) for n in sheet.Annotations
        )
        found[f"{sheet.Name} looks"] = [
            (one.CellBackColor, [_corners(place) for place in one.getRangeAddresses()])
            for one in cells.getUniqueCellFormatRanges()
        ] if at == 1 else None  # fmt: skip
    tables = document.DatabaseRanges
    found["tables"] = {name: _corners(tables.getByName(name).DataArea) for name in tables.ElementNames}
    names = document.NamedRanges
    found["names"] = {name: names.getByName(name).Content for name in names.ElementNames}
    return found


def _corners(place: Any) -> tuple[int, int, int, int]:
    return place.StartRow, place.StartColumn, place.EndRow, place.EndColumn


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    assert before.keys() == after.keys()
    return [name for name in before if before[name] != after[name]]


def usable(document: Any) -> bool:
    """Whether nothing was left switched off."""
    return bool(
        not document.hasControllersLocked()
        and document.isAutomaticCalculationEnabled()
        and document.CurrentController.Frame.ContainerWindow.isEnabled()
    )


def waits_for(condition: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()
