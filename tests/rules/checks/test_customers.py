"""What is said of a customer who complains again."""

from __future__ import annotations

import datetime as dt

from kesu.rules.checks import add_messages, run_checks
from tests.rules.test_kpis import Row, register

AS_OF = dt.datetime(2026, 10, 12, 10)


def told(*cases: Row, lang: str = "en") -> list[tuple[int, str]]:
    found = run_checks(register(*cases), AS_OF)
    found = add_messages(found[found["rule"].eq("complained_before")], lang)
    return list(zip(found["row"].tolist(), found["message"].tolist(), strict=True))


def test_the_last_of_the_earlier_ones_is_named_with_its_state_and_how_it_ended() -> None:
    old: Row = {
        "customer_contact": "138 0013 8000",
        "received_at": "2026-08-01 09:00:00",
        "status": "已结案",
        "satisfaction": "不满意",
    }
    later: Row = {"customer_contact": "13800138000", "received_at": "2026-09-02 09:00:00", "status": "已结案"}
    now: Row = {"customer_contact": "+86 138-0013-8000", "received_at": "2026-10-10 09:00:00"}
    other: Row = {"customer_contact": "13900139000", "received_at": "2026-10-10 09:00:00"}
    [(row, words)] = told(now, later, other, old)
    assert row == 2  # the first below the headings; the closed ones are told nothing
    assert "(2 in all), the last time in C2 (2026-09-02, Process, Closed)" in words
    [(_, words)] = told(now, old)
    assert "C2 (2026-08-01, Process, Closed, Dissatisfied)" in words
    assert (
        "以前投诉过 1 次，上一件是 C2（2026-08-01、流程、已结案、不满意）" in told(now, old, lang="zh")[0][1]
    )


def test_an_account_goes_before_a_contact_and_nobody_is_not_a_customer() -> None:
    mine: Row = {
        "customer_account": "U-1",
        "customer_contact": "1",
        "received_at": "2026-09-02 09:00:00",
        "status": "已结案",
    }
    hers: Row = {"customer_account": "U-2", "customer_contact": "1", "received_at": "2026-10-10 09:00:00"}
    nobody: Row = {"received_at": "2026-10-10 09:00:00"}
    assert told(mine, hers, nobody, nobody) == []


def test_feedback_is_no_earlier_complaint() -> None:
    idea: Row = {"customer_account": "U-1", "kind": "反馈", "received_at": "2026-09-02 09:00:00"}
    assert told(idea, {"customer_account": "U-1", "received_at": "2026-10-10 09:00:00"}) == []
