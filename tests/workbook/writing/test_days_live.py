"""Rules counted in days, to the end of the day or from sending: what the formulas come to, worked out by hand."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.workbook import Workbook

from kesu.register.settings import Rule, load_profile
from kesu.workbook.writing import build_register

NOW = dt.datetime(
    2026, 11, 18, 14, 37
)  # a Wednesday; November 2026 has no holidays, hours are 9-12 and 13-18
RULES = (
    Rule("first_response", 3, "days", "business", count_start_day=True, end_of_day=True),
    Rule("reply", 15, "days", roll_forward=True, end_of_day=True),
    Rule("resolution", 10, "days", start="sent", channel="letter"),
    Rule("resolution", 1, "weeks", channel="phone", end_of_day=True),
    Rule("resolution", 2, "days", "business", channel="visit"),
    Rule("resolution", 7, "hours", "business", channel="email", end_of_day=True),
    Rule("resolution", 48, "hours", channel="app", roll_forward=True),
    Rule("resolution", 1, "months", channel="social"),
)
CASES: tuple[tuple[str, dict[str, Any], dict[str, dt.datetime], str], ...] = (
    # Friday is day 1, Monday 2, Tuesday 3; fifteen days on is Saturday 21, so Monday; one week on
    ("phone", {"received_at": dt.datetime(2026, 11, 6, 10)}, {
        "First response": dt.datetime(2026, 11, 10, 18), "Substantive reply": dt.datetime(2026, 11, 23, 23, 59, 59),
        "Resolution": dt.datetime(2026, 11, 13, 23, 59, 59)}, "overdue"),
    # Saturday does not count: Monday is day 1; two working days after none is Tuesday, at the same time of day
    ("visit", {"received_at": dt.datetime(2026, 11, 7, 10)}, {
        "First response": dt.datetime(2026, 11, 11, 18), "Resolution": dt.datetime(2026, 11, 10, 10)}, "overdue"),
    # at closing time the day is over: Monday is day 1; seven hours are used up on Monday at 17:00
    ("email", {"received_at": dt.datetime(2026, 11, 6, 18)}, {
        "First response": dt.datetime(2026, 11, 11, 18), "Resolution": dt.datetime(2026, 11, 9, 18)}, "overdue"),
    # ten days from the date of the letter
    ("letter", {"received_at": dt.datetime(2026, 11, 16, 9), "sent_at": dt.datetime(2026, 11, 12, 8)}, {
        "First response": dt.datetime(2026, 11, 18, 18), "Resolution": dt.datetime(2026, 11, 22, 8)}, "due soon"),
    # two days on is Saturday, so Monday at the same time
    ("app", {"received_at": dt.datetime(2026, 11, 12, 15)}, {
        "First response": dt.datetime(2026, 11, 16, 18), "Resolution": dt.datetime(2026, 11, 16, 15)}, "overdue"),
    # months are left to a refresh; the first response was given
    ("social", {"received_at": dt.datetime(2026, 11, 16, 9), "first_response_at": dt.datetime(2026, 11, 16, 9, 5)}, {
        "First response": dt.datetime(2026, 11, 18, 18)}, "not calculated: refresh"),
)  # fmt: skip


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    rows = [
        {"complaint_id": f"C-{n}", "kind": "complaint", "channel": channel, "status": "in_progress", **times}
        for n, (channel, times, *_) in enumerate(CASES)
    ]
    path: Path = tmp_path_factory.mktemp("days") / "register.xlsx"
    settings = dataclasses.replace(load_profile(), rules=RULES)
    build_register(path, "en", settings, complaints=pd.DataFrame(rows), as_of=NOW)
    return openpyxl.load_workbook(path, data_only=True)


def test_due_times_by_days_are_worked_out_in_the_sheet(book: Workbook) -> None:
    head, *body = book.worksheets[1].iter_rows(min_row=5, max_row=5 + len(CASES), values_only=True)
    for (channel, _, wanted, state), row in zip(CASES, body, strict=True):
        shown = dict(zip(head, row, strict=True))
        for target, due in wanted.items():
            assert shown[f"{target} due"] == due, (channel, target)
        assert shown["Deadline state"] == state, channel
    assert shown["Resolution state"] == "intricate rule: refresh"


def test_counts_of_overdue_never_show_a_false_zero(book: Workbook) -> None:
    kpis, register = book["KPIs"], book.worksheets[1]
    assert (kpis["C4"].value, kpis["C5"].value) == ("Overdue now (1 not calculated: refresh)", 4)
    assert (
        register["A3"].value
        == "Overdue 4 · items overdue 0 · call-backs overdue 0 · due soon 1 · open demands 0 · not calculated: 1 (refresh)"
    )


def test_the_calendar_sheet_numbers_its_working_days(book: Workbook) -> None:
    rows = list(book["Calendar"].iter_rows(min_row=6, values_only=True))
    days: dict[Any, Any] = {}
    for day, *_, number in rows:
        assert days.setdefault(day, number) == number  # both intervals of a day
    assert list(days.values()) == list(range(1, len(days) + 1))
