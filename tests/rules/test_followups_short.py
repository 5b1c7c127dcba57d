"""The short list: one line a complaint, what stands beside it, what is left out and why."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pandas as pd
import pytest

from kesu.register.sheets import Register
from kesu.rules.deadlines import compute_deadlines
from kesu.rules.followups import firsts, follow_ups, left_out, said_late, said_left_out, short
from tests.rules.test_kpis import Row, register

NOW = dt.datetime(2026, 10, 12, 10)  # a Monday
OLD: Row = {"received_at": "2026-10-05 10:00:00", "owner": "王芳"}
"""A week ago: first response (48 h), reply (48 h) and resolution (72 h) are overdue, in this order."""
FRESH: Row = {"received_at": "2026-10-12 09:00:00", "owner": "王芳"}
"""An hour ago: the first response is due on Wednesday."""
HOLD: Row = {"item_kind": "暂停", "started_at": "2026-10-11 10:00:00"}
PROMISE: Row = {"item_kind": "承诺", "what": "给出新日期", "due_at": "2026-10-12 15:00:00"}
CALL: Row = {"item_kind": "联系", "what": "约好再打", "due_at": "2026-10-15 09:00:00"}
STEP: Row = {"item_kind": "措施", "what": "送备用机", "due_at": "2026-10-13 10:00:00"}


def listed(one: Register, lang: str = "zh") -> pd.DataFrame:
    return follow_ups(one, compute_deadlines(one, NOW), lang)


def lines(*cases: Row, items: tuple[Row, ...] = (), lang: str = "zh") -> list[tuple[Any, ...]]:
    found = short(listed(register(*cases, items=items), lang), lang)
    return list(found[["complaint_id", "kind", "group", "also"]].itertuples(index=False, name=None))


def test_one_line_a_complaint_its_most_urgent_reason_first_the_others_beside_it() -> None:
    assert lines(FRESH, OLD) == [
        ("C2", "first_response", "overdue", "2 项：有效回复、解决"),
        ("C1", "first_response", "week", ""),
    ]
    assert lines(OLD, lang="en") == [
        ("C1", "first_response", "overdue", "2: Substantive reply, Resolution"),
    ]


def test_reasons_of_a_kind_are_counted_and_those_of_others_named() -> None:
    steps = (STEP, STEP | {"what": "换线"}, PROMISE | {"owner": "李雷"})
    [line] = lines(FRESH, items=steps)
    # the promise is due first, at 15:00; the owner of the others is the complaint's
    assert line == ("C1", "commitment", "today", "3 项：方案步骤（王芳）×2、首次响应（王芳）")


def test_what_has_to_wait_gives_way_to_what_can_be_done() -> None:
    """On hold: the deadlines stand still, the promise of this afternoon does not."""
    assert left_out(listed(register(OLD, items=(HOLD, PROMISE)))) == {}
    assert lines(OLD, items=(HOLD, PROMISE)) == [
        ("C1", "commitment", "today", "3 项：首次响应（暂停中）、有效回复（暂停中）、解决（暂停中）"),
    ]


def test_a_complaint_on_hold_is_left_out_and_counted() -> None:
    found = listed(register(OLD, FRESH, items=(HOLD,)))
    assert list(short(found, "zh")["complaint_id"]) == ["C2"]
    assert left_out(found) == {"hold": 1}
    assert len(found) == 4  # every reason is still there for --all and scripts
    assert dict(zip(found["kind"], firsts(found), strict=False))["resolution"] is not True
    assert list(found.loc[found["complaint_id"].eq("C1"), "waits"]) == ["hold"] * 3


@pytest.mark.parametrize(
    ("began", "ended", "held"),
    [
        ("2026-10-11 10:00:00", "2026-10-12 09:00:00", False),  # over
        ("2026-10-11 10:00:00", "2026-10-13 09:00:00", True),
        ("2026-10-13 10:00:00", "", False),  # not begun
        ("2026-10-13 10:00:00", "2026-10-14 10:00:00", False),
    ],
)
def test_only_a_hold_of_this_very_moment_counts(began: str, ended: str, held: bool) -> None:
    item = HOLD | {"started_at": began, "done_at": ended}
    assert left_out(listed(register(OLD, items=(item,)))) == ({"hold": 1} if held else {})


def test_until_an_agreed_time_the_call_is_the_line_and_nobody_calls_before() -> None:
    """The answer and the reply wait for Thursday's call; the resolution can be worked on, and is overdue."""
    assert lines(OLD, items=(CALL,)) == [
        (
            "C1",
            "resolution",
            "overdue",
            "3 项：首次响应（等到约定的时间）、有效回复（等到约定的时间）、联系客户",
        ),
    ]
    assert lines(FRESH, items=(CALL,)) == [("C1", "contact", "week", "1 项：首次响应（等到约定的时间）")]


def test_an_agreed_time_that_is_past_holds_nothing_up() -> None:
    late = CALL | {"due_at": "2026-10-12 09:00:00"}
    [line] = lines(OLD, items=(late,))
    assert line[1] == "first_response"


def test_of_one_owner_alone_a_complaint_that_waits_for_somebody_elses_call_is_counted() -> None:
    found = listed(register(FRESH, items=(CALL | {"owner": "李雷"},)))
    mine = found[found["owner"].eq("王芳")]
    assert len(short(mine, "zh")) == 0
    assert left_out(mine) == {"agreed": 1}


def test_what_is_left_out_is_said_with_its_number_and_the_way_to_see_it() -> None:
    said = said_left_out({"hold": 2, "agreed": 1}, "--all")
    assert said is not None
    assert said.zh == (
        "另有 3 件现在无事可做，未列出：暂停中（等客户）2 件、等到与客户约定的时间 1 件。用 --all 列出全部。"
    )
    assert said.en == (
        "3 complaints left out, as nothing can be done about them now: 2 on hold, waiting for the customer, "
        "1 until the time agreed with the customer. --all lists everything."
    )
    alone = said_left_out({"hold": 1}, "--all")
    assert alone is not None
    assert alone.en.startswith("1 complaint left out, as nothing can be done about it now: 1 on hold")
    assert said_left_out({}, "--all") is None


def test_nothing_to_do_is_an_empty_short_list() -> None:
    found = listed(register({"kind": "表扬"}))
    assert list(short(found, "zh")["complaint_id"]) == []
    assert left_out(found) == {}


@pytest.mark.parametrize(
    ("hours", "day", "zh", "en"),
    [
        (0.25, 24.0, "0.2 小时", "0.2 h"),
        (7.9, 8.0, "7.9 小时", "7.9 h"),
        (8.0, 8.0, "1 天", "1 d"),
        (10.0, 8.0, "1 天 2 小时", "1 d 2 h"),
        (15.7, 8.0, "2 天", "2 d"),  # 16 hours
        (7.5, 7.5, "1 天", "1 d"),
        (23.96, 24.0, "1 天", "1 d"),
        (3864.5, 24.0, "161 天", "161 d"),
        (100 * 24.0 + 5, 24.0, "100 天 5 小时", "100 d 5 h"),
    ],
)
def test_overdue_is_said_in_days_and_hours(hours: float, day: float, zh: str, en: str) -> None:
    assert said_late(hours, day, "zh") == zh
    assert said_late(hours, day, "en") == en


def test_overdue_on_the_working_clock_counts_working_days() -> None:
    """Due Fri 9 Oct 17:00: Fri 1 h, make-up Saturday 8 h, Mon 1 h; a working day has 8."""
    rule = {"时限": "首次响应", "数量": "8", "单位": "小时", "时钟": "工作时间"}
    found = listed(
        register({"received_at": "2026-10-08 17:00:00", "owner": "王芳"}, items=(PROMISE,), settings=[rule])
    )
    clocks = found[["kind", "overdue_hours", "clock", "day_hours"]].itertuples(index=False, name=None)
    assert set(clocks) == {("first_response", 10, "business", 8), ("commitment", 0, "calendar", 24)}


def test_a_working_day_is_as_long_as_most_of_the_weeks_are() -> None:
    rule = {"时限": "首次响应", "数量": "8", "单位": "小时", "时钟": "工作时间"}
    one = register({"received_at": "2026-10-08 17:00:00"}, settings=[rule])
    spans = {0: 7, 1: 7, 2: 7, 3: 7, 4: 5, 5: 10}  # Monday to Thursday seven hours, Saturday ten
    hours = {day: ((9 * 3600, (9 + length) * 3600),) for day, length in spans.items()}
    settings = dataclasses.replace(one.settings, hours=hours, region="", subdivision="")
    found = listed(dataclasses.replace(one, settings=settings))
    assert set(found["day_hours"][found["kind"].eq("first_response")]) == {7}


def test_items_say_on_which_row_they_stand() -> None:
    found = listed(register(FRESH, items=(STEP, PROMISE)))
    rows = dict(zip(found["kind"], found["item_row"], strict=True))
    assert (rows["plan_step"], rows["commitment"]) == (2, 3)
    assert pd.isna(rows["first_response"])
