"""Key complaints with why they are, and the list of repeats, on registers read as users have them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from kesu.jobs.assessment import Assessment
from kesu.jobs.load import Loaded
from kesu.jobs.report import build_report
from kesu.jobs.stacks import together
from kesu.register.columns import BY_KEY
from kesu.register.normalise import normalise
from kesu.register.periods import Period
from kesu.reports.chapters.blocks import Figure, Table
from kesu.reports.chapters.context import Context
from kesu.reports.chapters.named import KEY_COMPLAINTS, REPEATS, key_complaints, repeats
from kesu.reports.model import Report
from tests.reports.reports_by_hand import make
from tests.rules.checks.registers import sheet

AS_OF = dt.datetime(2026, 10, 31, 18)


def case(number: str, received: str, **changes: str) -> dict[str, str | None]:
    return {
        "complaint_id": number, "kind": "complaint", "customer_name": "Quillon Brathwaite", "customer_contact": "13812345678",
        "customer_account": "U-100200", "received_at": f"{received}:00", "channel": "phone", "category": "quality", "status": "closed",
        "severity": "normal", "resolved_at": f"{received}:30", "replied_at": f"{received}:20", "first_response_at": f"{received}:10", "verbatim": "It broke",
        "called_back_at": f"{received}:40", "callback_reached": "yes", "scope": "single", **changes,
    }  # fmt: skip


CASES = [
    case("A-1", "2026-09-20 10:00"),
    case("A-2", "2026-10-02 22:00", status="reopened"),
    case("A-3", "2026-10-09 10:00", category="delivery"),  # another category
    case("A-4", "2026-10-30 10:00"),
    case("A-5", "2026-10-30 11:00", customer_account="U-9", scope="widespread"),
    case("A-6", "2026-10-30 12:00", customer_account="U-9", category="price"),
]


def report(
    cases: list[dict[str, str | None]], lang: str = "en", period: str = "2026-10", **more: Any
) -> Report:
    name = "Quillon Brathwaite.xlsx"
    [one] = together([Assessment(normalise(name, [sheet("Register", cases, BY_KEY, "en")]), AS_OF)])
    return build_report([Loaded(None, name, one)], Period.parse(period), AS_OF, lang, **more)  # type: ignore[arg-type]


def listed(found: Report) -> Table:
    [table] = repeats(Context(found))
    assert isinstance(table, Table)
    return table


def test_each_repeat_stands_beside_the_complaint_before_it_even_of_an_earlier_month() -> None:
    table = listed(report(CASES))
    assert table.title == "Repeat complaints: same customer, same category (2)"
    assert [column.label for column in table.columns] == [
        "Customer name", "Category", "Earlier: complaint no.", "Earlier: received at", "Earlier: status",
        "Now: complaint no.", "Now: received at", "Now: status", "Days between",
    ]  # fmt: skip
    when = [pd.Timestamp(text) for text in ("2026-09-20 10:00", "2026-10-02 22:00", "2026-10-30 10:00")]
    assert table.rows == (
        ("Q**", "Product quality", "A-2", when[1], "Reopened", "A-4", when[2], "Closed", Figure(27.5, "per_million")),
        ("Q**", "Product quality", "A-1", when[0], "Closed", "A-2", when[1], "Reopened", Figure(12.5, "per_million")),
    )  # fmt: skip


def test_where_nobody_repeats_there_is_no_list() -> None:
    assert repeats(Context(report(CASES, period="2026-09"))) == []
    assert repeats(Context(make([{}]))) == []


def test_numbers_that_hold_the_customer_are_masked_unless_asked_for() -> None:
    cases = [case("Quillon Brathwaite 1", "2026-09-20 10:00"), case("A-2", "2026-10-02 22:00")]
    assert "Brathwaite" not in str(listed(report(cases)).rows)
    assert "Quillon Brathwaite 1" in str(listed(report(cases, unmasked=True)).rows)


def test_many_repeats_are_counted() -> None:
    cases = [case(f"A-{at:02}", f"2026-10-{at + 1:02} 10:00") for at in range(REPEATS + 3)]
    table = listed(report(cases))
    assert (len(table.rows), table.note) == (REPEATS, "And 2 more.")


@pytest.mark.parametrize(
    ("lang", "repeated", "wide"), [("en", "Repeated", "Widespread"), ("zh", "重复投诉", "影响大面积")]
)
def test_repeats_and_widespread_ones_are_key_complaints_and_say_so(
    lang: str, repeated: str, wide: str
) -> None:
    table = key_complaints(Context(report(CASES, lang)))
    assert [(row[0], row[6]) for row in table.rows if "Overdue" not in str(row[6]) and "已逾期" not in str(row[6])] == [
        ("A-5", wide), ("A-4", repeated),
    ]  # fmt: skip
    [again] = [row[6] for row in table.rows if row[0] == "A-2"]  # reopened, and nothing done since
    assert str(again).endswith(repeated.lower())
    assert {row[0] for row in table.rows} == {"A-2", "A-4", "A-5"}


def test_weightier_reasons_come_first_and_the_rest_is_counted() -> None:
    rows = [
        {"complaint_id": f"W{at:02}", "scope": "widespread", "received_at": pd.Timestamp(2026, 10, at + 1)} for at in range(14)
    ]  # fmt: skip
    rows.append({"complaint_id": "E", "escalated_to": "regulator", "received_at": pd.Timestamp(2026, 10, 20)})
    rows.append({"complaint_id": "S", "severity": "urgent", "received_at": pd.Timestamp(2026, 10, 21)})
    table = key_complaints(Context(make([row | {"kind": "complaint"} for row in rows])))
    assert [row[0] for row in table.rows][:4] == ["E", "S", "W00", "W01"]
    assert (len(table.rows), table.note) == (KEY_COMPLAINTS, "And 4 more.")
