"""What is listed to be done, and what is not; the ordinary case is worked out in test_twelve_rows."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from kesu.register.sheets import Register
from kesu.rules.deadlines import compute_deadlines
from kesu.rules.followups import COLUMNS, follow_ups, groups_of, merge_follow_ups
from kesu.rules.playbooks import FOLLOW_UPS
from tests.rules.test_kpis import Row, register

NOW = dt.datetime(2026, 10, 12, 10)  # a Monday; complaints of `register` came on 5 Oct 10:00
EARLY = {"received_at": "2026-10-12 09:00:00"}  # an hour ago: 48 h to answer, 48 h to reply, 72 h to resolve
ANSWERED = EARLY | {"first_response_at": "2026-10-12 09:10:00"}
DONE = {"status": "已结案", "resolved_at": "2026-10-12 09:30:00", "called_back_at": "2026-10-12 09:40:00"}


def listed(one: Register, lang: str = "zh") -> pd.DataFrame:
    return follow_ups(one, compute_deadlines(one, NOW), lang)


def kinds(*cases: Row, items: tuple[Row, ...] = ()) -> list[str]:
    return sorted(listed(register(*cases, items=items))["kind"])


@pytest.mark.parametrize(
    ("case", "wanted"),
    [
        (EARLY, ["first_response"]),
        (ANSWERED, ["reply"]),
        (ANSWERED | {"replied_at": "2026-10-12 09:20:00"}, ["resolution"]),
        (ANSWERED | {"resolved_at": "2026-10-12 09:20:00", "called_back_at": None}, ["call_back"]),
        (ANSWERED | {"resolved_at": "2026-10-12 09:20:00"}, []),  # no column could ever say that it was done
        (ANSWERED | DONE, []),
        (
            ANSWERED | {"status": "已结案"},
            [],
        ),  # when it was resolved nobody wrote; there is nothing to wait for
        (EARLY | {"kind": "反馈"}, ["reply"]),  # feedback is answered, and that is all
        (EARLY | {"kind": "表扬"}, []),
        (EARLY | {"emotional_state": "激烈（扬言升级）"}, ["escalate", "first_response"]),
        (EARLY | {"emotional_state": "激烈（扬言升级）", "escalated_to": "内部上级"}, ["first_response"]),
        (EARLY | {"severity": "紧急"}, ["first_response"]),  # not overdue yet
    ],
)
def test_only_the_next_step_of_a_complaint_is_listed(case: Row, wanted: list[str]) -> None:
    assert kinds(case) == wanted


def test_a_later_stage_is_listed_too_once_it_presses() -> None:
    """After a week: no answer, no reply, no resolution, each overdue; severe, so it should go up as well."""
    assert kinds({"severity": "严重"}) == ["escalate", "first_response", "reply", "resolution"]


def test_a_complaint_without_a_readable_receipt_is_left_to_the_checks() -> None:
    assert kinds({"received_at": "昨天"}) == []


@pytest.mark.parametrize(
    ("item", "listed_too"),
    [
        ({"item_kind": "承诺", "due_at": "2026-10-13 10:00:00"}, ["commitment"]),
        ({"item_kind": "承诺"}, []),  # without a time there is nothing to be late for; a check says so
        ({"item_kind": "承诺", "due_at": "2026-10-13 10:00:00", "done_at": "2026-10-12 09:30:00"}, []),
        ({"item_kind": "承诺", "due_at": "2026-10-13 10:00:00", "result": "已办结"}, []),
        ({"item_kind": "承诺", "due_at": "2026-10-11 10:00:00", "result": "未达成"}, []),
        ({"item_kind": "承诺", "due_at": "2026-10-13 10:00:00", "result": "取消"}, []),
        ({"item_kind": "承诺", "due_at": "2026-10-13 10:00:00", "complaint_id": "C9"}, []),
        ({"item_kind": "措施", "noted_at": "2026-10-12 09:30:00"}, ["plan_step"]),
        ({"item_kind": "措施"}, []),
        ({"item_kind": "联系", "due_at": "2026-10-12 15:00:00"}, ["contact"]),
        ({"item_kind": "诉求"}, []),
        ({"item_kind": "暂停", "started_at": "2026-10-12 09:30:00"}, []),
        ({"item_kind": "备选方案", "due_at": "2026-10-13 10:00:00"}, []),
    ],
)
def test_items_are_listed_while_they_are_undone_and_have_a_time(item: Row, listed_too: list[str]) -> None:
    assert kinds(ANSWERED, items=(item | {"what": "x"},)) == sorted(["reply", *listed_too])


@pytest.mark.parametrize(
    ("spoken", "item", "silent"),
    [
        ("2026-10-09 13:30:00", {}, True),  # 72 h end at 13:30, in less than 4 h
        ("2026-10-10 10:00:00", {}, False),
        ("2026-10-08 10:00:00", {}, True),
        ("2026-10-08 10:00:00", {"item_kind": "联系", "done_at": "2026-10-11 10:00:00"}, False),
        (
            "2026-10-08 10:00:00",
            {"item_kind": "联系", "due_at": "2026-10-13 10:00:00"},
            False,
        ),  # a call is agreed
        (
            "2026-10-08 10:00:00",
            {"item_kind": "暂停", "started_at": "2026-10-11 10:00:00"},
            False,
        ),  # waiting for them
        ("2026-10-08 10:00:00", {"item_kind": "承诺", "done_at": "2026-10-11 10:00:00"}, True),
    ],
)
def test_silence_counts_from_the_last_time_the_customer_was_spoken_to(
    spoken: str, item: Row, silent: bool
) -> None:
    items = (item | {"what": "x"},) if item else ()
    found = listed(register({"first_response_at": spoken, "replied_at": spoken}, items=items))
    assert ("久未联系客户" in set(found["what"])) == silent


def test_open_demands_of_a_finished_complaint_are_one_line() -> None:
    items = tuple(
        {"item_kind": "诉求", "what": what, "result": result}
        for what, result in (("退款", ""), ("道歉", "已办结"), ("赔偿", "不予支持"), ("换号", ""))
    )
    found = listed(register(ANSWERED | DONE, items=items))
    assert list(found["kind"]) == ["settle_demands"]
    assert found["what"][0] == "退款；换号"
    assert found["due_at"][0] == pd.Timestamp(2026, 10, 12, 9, 30)
    assert found["overdue_hours"][0] == 0.5


def test_the_owner_is_the_items_else_the_complaints_else_who_took_the_call() -> None:
    case = {"first_responsible": "前台"}
    promise = {"item_kind": "承诺", "what": "x", "due_at": "2026-10-13 10:00:00"}
    owners = []
    for owner, doer in (("", ""), ("王芳", ""), ("王芳", "李雷")):
        found = listed(register(ANSWERED | case | {"owner": owner}, items=(promise | {"owner": doer},)))
        owners.append(found.set_index("kind")["owner"]["commitment"])
    assert owners == ["前台", "王芳", "李雷"]


def test_overdue_deadlines_count_on_the_clock_of_their_rule() -> None:
    """Due Fri 9 Oct 17:00 on the working clock: Fri 1 h, make-up Saturday 8 h, Sun off, Mon 1 h = 10 of 65 hours."""
    rule = {"时限": "首次响应", "数量": "8", "单位": "小时", "时钟": "工作时间"}
    found = listed(register({"received_at": "2026-10-08 17:00:00"}, settings=[rule]))
    assert list(found["kind"]) == ["first_response"]
    assert found["due_at"][0] == pd.Timestamp(2026, 10, 9, 17)
    assert found["overdue_hours"][0] == 10


def test_lists_of_several_registers_become_one_in_the_order_of_urgency() -> None:
    first = register(EARLY, {"received_at": "2026-10-06 10:00:00"}, name="a")
    second = register(
        {"severity": "紧急", "escalated_to": "集团"}, {}, {"received_at": "2026-10-12 08:00:00"}, name="b"
    )
    merged = merge_follow_ups([listed(first), listed(second), listed(register(DONE, name="c"))], NOW)
    assert len(merged) == len(listed(first)) + len(listed(second))
    assert list(merged["due_at"]) == sorted(merged["due_at"])
    top = merged[merged["due_at"] == merged["due_at"].min()]
    assert list(top["register"]) == ["b"]  # urgent: 24 h to resolve
    same = merged[merged["due_at"] == pd.Timestamp(2026, 10, 7, 10)]
    assert list(same["complaint_id"])[:2] == ["C1", "C1"]  # urgent before the one that is not


def test_nothing_to_do_is_an_empty_list_with_all_columns() -> None:
    assert list(listed(register(ANSWERED | DONE)).columns) == [*COLUMNS, "severity"]
    assert list(merge_follow_ups([], NOW).columns) == [*COLUMNS, "severity"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_line_says_what_and_the_next_step_in_the_language_asked_for(lang: str) -> None:
    found = listed(register({"severity": "严重"}, EARLY), lang)
    for words in (*found["what"], *found["next_step"]):
        assert any("一" <= letter <= "鿿" for letter in words) == (lang == "zh")
    assert set(found["kind"]) <= FOLLOW_UPS.keys()


def test_what_is_overdue_on_finished_complaints_stands_behind_what_is_on_open_ones() -> None:
    late_call = {"received_at": "2026-08-01 09:00:00", "first_response_at": "2026-08-01 10:00:00",
                 "resolved_at": "2026-08-02 09:00:00", "called_back_at": "", "status": "已解决"}  # fmt: skip
    found = listed(register(late_call, {}, EARLY))
    assert list(found["kind"]) == [
        "first_response",
        "reply",
        "resolution",
        "call_back",
        "first_response",
    ]
    assert list(found["group"]) == ["overdue"] * 4 + ["week"]  # 48 h from Monday


def test_a_week_ends_on_sunday() -> None:
    times = ["2026-10-12 09:59:59", "2026-10-12 10:00:00", "2026-10-12 23:59:59", "2026-10-13", "2026-10-18 23:59:59", "2026-10-19"]  # fmt: skip
    wanted = ["overdue", "today", "today", "week", "week", "later"]
    assert (
        groups_of(
            pd.Series(pd.to_datetime(times, format="ISO8601")).astype("datetime64[s]"),
            int(pd.Timestamp(NOW).timestamp()),
        )
        == wanted
    )
