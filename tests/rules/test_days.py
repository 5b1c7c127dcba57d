"""Dates without a time of day are judged to the day; dates that Excel turned round are questioned."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kesu.jobs.assessment import Assessment
from kesu.jobs.figures import kpi_table
from kesu.jobs.load import Loaded
from kesu.jobs.report import build_report
from kesu.register.columns import BY_KEY
from kesu.register.normalise import normalise
from kesu.register.raw import RawSheet
from kesu.register.settings import Rule
from kesu.rules.days import turned_round

AS_OF = dt.datetime(2026, 10, 20, 9)
HEAD = ("complaint_id", "kind", "status", "customer_tier", "severity", "received_at", "first_response_at",
        "replied_at", "resolved_at", "called_back_at", "reopened_at")  # fmt: skip
RULES = (Rule("first_response", 10), Rule("reply", 24), Rule("resolution", 48), Rule("callback", 24))


def case(*rows: dict[str, str], csv: bool = False) -> Assessment:
    """A register of complaints; the deadlines 10, 24, 48 hours from receipt, 24 from resolution."""
    whole = [
        {"complaint_id": f"C{at}", "kind": "complaint", "status": "in_progress", "severity": "urgent", **row}
        for at, row in enumerate(rows, 1)
    ]
    cells = [[BY_KEY[key].label.en for key in HEAD], *([row.get(key) for key in HEAD] for row in whole)]
    sheet = RawSheet("Register", pd.DataFrame(cells, dtype="str"), all_text=csv, iso_cells=frozenset())
    register = normalise("r.xlsx", [sheet])
    ours = dataclasses.replace(register.settings, rules=RULES)
    return Assessment(dataclasses.replace(register, settings=ours), AS_OF)


def states(one: Assessment) -> list[str]:
    """States of the first complaint: first response, reply, resolution, call-back."""
    table = one.deadlines.table()
    return [str(state) for state in table["state"][:4]]


def found(one: Assessment, *rules: str) -> list[tuple[int, str, str]]:
    mine = one.findings[one.findings["rule"].isin(rules)]
    return sorted(zip(mine["row"], mine["column"], mine["rule"], strict=True))


def value(one: Assessment, kpi: str) -> tuple[float, float]:
    table = kpi_table([one], None, AS_OF, ())
    row = table[table["kpi"].eq(kpi)].iloc[0]
    return float(row["value"]), float(row["denominator"])


ORDER = ("first_response_before_receipt", "reply_before_receipt", "resolution_before_receipt",
         "callback_before_receipt", "callback_before_resolution", "reply_before_response",
         "resolution_before_response")  # fmt: skip


def test_a_date_is_not_earlier_than_a_time_of_its_day() -> None:
    told = case({"received_at": "2026-10-08 09:30:00", "first_response_at": "2026-10-08 00:00:00",
                 "resolved_at": "2026-10-09 00:00:00"})  # fmt: skip
    assert found(told, *ORDER) == []
    assert found(told, "time_of_day_missing") == [
        (2, "first_response_at", "time_of_day_missing"),
        (2, "resolved_at", "time_of_day_missing"),
    ]
    earlier = case({"received_at": "2026-10-08 09:30:00", "first_response_at": "2026-10-07 00:00:00"})
    assert found(earlier, *ORDER) == [(2, "first_response_at", "first_response_before_receipt")]


@pytest.mark.parametrize(
    ("received", "response", "state"),
    [  # ten hours from receipt
        ("2026-10-08 09:30:00", "2026-10-08 19:30:00", "met"),
        ("2026-10-08 09:30:00", "2026-10-08 19:30:01", "late"),
        ("2026-10-08 09:30:00", "2026-10-08 00:00:00", "none"),  # 09:30 or 23:00, who knows
        ("2026-10-08 20:00:00", "2026-10-08 00:00:00", "met"),  # due at 06:00 of the next day
        ("2026-10-08 09:30:00", "2026-10-09 00:00:00", "late"),
        ("2026-10-08 00:00:00", "2026-10-08 09:00:00", "met"),  # whenever received
        ("2026-10-08 00:00:00", "2026-10-08 12:00:00", "none"),
        ("2026-10-08 00:00:00", "2026-10-09 09:59:59", "none"),  # in time if received at 23:59:59
        ("2026-10-08 00:00:00", "2026-10-09 10:00:00", "late"),
        ("2026-10-08 00:00:00", "2026-10-08 00:00:00", "none"),
        ("2026-10-08 09:30:00", "2026-10-08 09:29:59", "none"),  # before receipt: a slip, nothing is proven
        ("2026-10-08 09:30:00", "2026-10-07 00:00:00", "none"),
    ],
)
def test_what_is_not_proven_is_neither_met_nor_late(received: str, response: str, state: str) -> None:
    told = case({"received_at": received, "first_response_at": response})
    assert states(told)[0] == state
    assert value(told, "first_response_in_time")[1] == (state != "none")


def test_a_date_of_receipt_is_overdue_when_the_latest_due_is_past() -> None:
    assert (
        states(case({"received_at": "2026-10-19 00:00:00"}))[0] == "due_soon"
    )  # due 10:00 … 20 Oct 09:59:59
    assert states(case({"received_at": "2026-10-18 00:00:00"}))[0] == "overdue"
    assert states(case({"received_at": "2026-10-19 00:00:01"}))[0] == "overdue"


def test_averages_take_proven_times_only() -> None:
    dates = {"received_at": "2026-10-08 00:00:00", "first_response_at": "2026-10-08 00:00:00",
             "resolved_at": "2026-10-09 15:00:00"}  # fmt: skip
    for kpi in ("response_mean", "cycle_mean", "urgent_response_mean", "cycle_p90"):
        nothing, count = value(case(dates), kpi)
        assert count == 0
        assert math.isnan(nothing)  # "–"
    whole = {"received_at": "2026-10-08 09:00:00", "first_response_at": "2026-10-08 11:00:00"}
    assert value(case(dates, whole), "response_mean") == (2.0, 1)


def test_done_before_receipt_is_one_finding_and_nothing_else() -> None:
    told = case({"received_at": "2026-10-08 09:00:00", "first_response_at": "2025-10-08 10:00:00",
                 "replied_at": "2025-10-08 11:00:00", "resolved_at": "2025-10-09 10:00:00",
                 "called_back_at": "2025-10-10 10:00:00", "status": "closed"})  # fmt: skip
    assert found(told, *ORDER) == [(2, "first_response_at", "first_response_before_receipt")]
    assert states(told) == ["none"] * 4
    for kpi in (
        "first_response_in_time",
        "reply_in_time",
        "resolution_in_time",
        "cycle_mean",
        "response_mean",
    ):
        assert value(told, kpi)[1] == 0
    assert told.follow_ups("en").empty


@pytest.mark.parametrize(
    ("key", "rule"),
    [("replied_at", "reply_before_receipt"), ("resolved_at", "resolution_before_receipt"), ("called_back_at", "callback_before_receipt")],
)  # fmt: skip
def test_each_stage_before_receipt_is_told(key: str, rule: str) -> None:
    told = case({"received_at": "2026-10-08 09:00:00", key: "2026-10-08 08:00:00"})
    assert found(told, *ORDER) == [(2, key, rule)]


def test_a_column_of_dates_is_one_finding_in_every_period() -> None:
    from kesu.register.periods import Period

    rows = [{"received_at": f"2026-{month:02}-{day:02} 00:00:00"} for month in (8, 9) for day in range(1, 13)]
    told = case(*rows)
    assert found(told, "time_of_day_missing") == [(1, "received_at", "time_of_day_missing")]
    later = told.findings_in(Period(dt.date(2026, 9, 1), dt.date(2026, 9, 30)))
    assert later["rule"].eq("time_of_day_missing").sum() == 1
    from kesu.rules.checks import add_messages

    [message] = add_messages(later[later["rule"].eq("time_of_day_missing").to_numpy(bool)], "en")["message"]
    assert "“2026-08-01 00:00” (× 24) in “Received at”" in message


# ---- half-turned dates ---------------------------------------------------------------------------------------


def turned(*cells: str, **how: bool) -> list[int]:
    """Rows, counted from 0, whose dates are suspected."""
    one = case(*({"received_at": cell} for cell in cells), csv=how.get("csv", False))
    return [int(at) for rows, _ in turned_round(one.register.complaints, "received_at") for at in rows]


def test_true_dates_beside_texts_with_late_days_are_suspected() -> None:
    cells = (
        "2026-04-03 00:00:00",
        "03/21/2026",
        "2026-06-04 00:00:00",
        "04/19/2026 10:30",
        "2026-05-05 09:00:00",
    )
    assert turned(*cells) == [0, 2]  # 5 May is 5 May in either order
    assert turned(*cells, csv=True) == [0, 2]
    told = case(*({"received_at": cell} for cell in cells))
    assert found(told, "day_month_swapped") == [
        (2, "received_at", "day_month_swapped"),
        (4, "received_at", "day_month_swapped"),
    ]
    report = build_report([Loaded(Path("r.xlsx"), "r.xlsx", told)], None, AS_OF, "en")
    [note] = [note.en for note in report.notes if "changed places" in note.en]
    assert note.startswith("r.xlsx: day and month of 2 dates in “Received at” have probably changed places")


@pytest.mark.parametrize(
    "cells",
    [
        ("2026-04-03 00:00:00", "03/21/2026"),  # one text is a slip of somebody's
        ("2026-04-13 00:00:00", "03/21/2026", "04/19/2026"),  # a true date after the twelfth
        ("2026-04-03 00:00:00", "03/21/2026", "04/09/2026"),  # a text that Excel would have turned
        ("2026-04-03 00:00:00", "03/21/2026", "21/03/2026"),  # both orders
        ("2026-04-03 00:00:00", "45/21/2026", "04/19/2026"),  # no date at all
        ("2026-04-03 00:00:00", "last Monday", "soon"),
        ("2026-04-03 00:00:00", "2026-04-19 00:00:00"),
    ],
)
def test_less_than_that_proves_nothing(cells: tuple[str, ...]) -> None:
    assert turned(*cells) == []


@settings(deadline=None, max_examples=30)
@given(st.lists(st.dates(dt.date(2026, 1, 1), dt.date(2026, 10, 19)), min_size=1, max_size=12), st.booleans())
def test_what_excel_turns_is_found_and_whole_columns_are_not(days: list[dt.date], wrong: bool) -> None:
    def as_excel_reads(day: dt.date) -> str:
        if not wrong:
            return f"{day} 00:00:00"
        return f"{day.year}-{day.day:02}-{day.month:02} 00:00:00" if day.day <= 12 else f"{day:%d/%m/%Y}"

    late = sum(day.day > 12 for day in days)
    expected = [
        at for at, day in enumerate(days) if wrong and late >= 2 and day.day <= 12 and day.day != day.month
    ]
    assert turned(*map(as_excel_reads, days)) == expected
