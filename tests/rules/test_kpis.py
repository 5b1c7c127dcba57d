"""KPIs at the edges of their definitions; the ordinary case is worked out in test_twelve_rows."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pandas as pd
import pytest

from kesu.register.normalise import normalise
from kesu.register.periods import Period
from kesu.register.raw import RawSheet
from kesu.register.sheets import Register
from kesu.rules.deadlines import compute_deadlines
from kesu.rules.facts import facts_of, together
from kesu.rules.kpis import KPIS, backlog_days, compute_kpis, kpi_series

AS_OF = dt.datetime(2026, 10, 12, 10)
Row = dict[str, str]
CASE: Row = {
    "kind": "投诉",
    "customer_tier": "其他",
    "received_at": "2026-10-05 10:00:00",
    "channel": "电话",
    "category": "流程",
    "status": "处理中",
}


def sheet(title: str, rows: list[Row]) -> RawSheet:
    """Keys serve as labels; the reader knows them too."""
    keys = list(dict.fromkeys(key for row in rows for key in row))
    cells: list[list[str | None]] = [[*keys], *([row.get(key) for key in keys] for row in rows)]
    return RawSheet(
        title,
        pd.DataFrame({n: pd.Series([row[n] for row in cells], dtype="str") for n in range(len(keys))}),
    )


def register(
    *cases: Row, items: tuple[Row, ...] = (), settings: list[Row] | None = None, name: str = "r.xlsx"
) -> Register:
    """Cases numbered C1, C2 …; ``settings``: rows of one block, labels and all."""
    rows = [CASE | {"complaint_id": f"C{n}"} | case for n, case in enumerate(cases, start=1)]
    sheets = [sheet("投诉登记", rows)]
    if items:
        sheets.append(sheet("事项", [{"complaint_id": "C1"} | item for item in items]))
    if settings:
        sheets.append(sheet("设置", settings))
    return normalise(name, sheets)


def kpis(*registers: Register, period: str = "2026-10", by: tuple[str, ...] = ()) -> dict[Any, Any]:
    """(KPI, group) → its line."""
    facts = together([facts_of(one, compute_deadlines(one, AS_OF)) for one in registers])
    table = compute_kpis(facts, Period.parse(period), AS_OF, by)
    return {(line.kpi, line.group): line for line in table.itertuples()}


def one(kpi: str, *registers: Register, **more: Any) -> tuple[float, float, float]:
    line = kpis(*registers, **more)[kpi, None]
    return line.value, line.numerator, line.denominator


def test_what_stands_now_is_told_of_the_last_period_alone() -> None:
    """C1 is resolved and not called back: of October, in which it is now, and not of September, of which nobody knows."""
    case = register(
        {
            "received_at": "2026-09-05 10:00:00",
            "resolved_at": "2026-09-06 10:00:00",
            "status": "已解决",
            "called_back_at": "",
        }
    )
    facts = facts_of(case, compute_deadlines(case, AS_OF))
    september, october = kpi_series(facts, [Period.parse("2026-09"), Period.parse("2026-10")], AS_OF)
    values = [dict(zip(one["kpi"], one["value"], strict=True)) for one in (september, october)]
    for kpi in ("overdue_now", "awaiting_callback"):
        assert math.isnan(values[0][kpi])
    assert {key: info.placed for key, info in KPIS.items() if info.placed in {"now", "end", "due"}} == {
        "overdue_now": "now", "awaiting_callback": "now", "backlog_open": "end", "work_order_in_time": "due",
    }  # fmt: skip
    assert values[1]["awaiting_callback"] == 1


def test_with_nothing_to_count_there_is_no_value() -> None:
    found = kpis(register({"kind": "表扬"}))
    for (kpi, _), line in found.items():
        if kpi in {"awaiting_callback", "closed_unreached"}:  # the register does not say who was called back
            assert math.isnan(line.value)
        elif KPIS[kpi].aggregate == "count":
            assert line.value == (1 if kpi == "praise" else 0)
        else:
            assert math.isnan(line.value), kpi
            assert line.met is None, kpi


def test_several_periods_together_are_what_each_is_alone() -> None:
    cases = (
        {
            "received_at": f"2026-{month:02}-{day:02} 10:00:00",
            "resolved_at": f"2026-{month + 1:02}-03 10:00:00",
            "status": "已结案",
        }
        for month, day in ((8, 2), (8, 30), (9, 1), (10, 5), (10, 6))
    )
    found = register(*cases, {"received_at": "2026-10-07 10:00:00", "status": "处理中"})
    facts = facts_of(found, compute_deadlines(found, AS_OF))
    periods = [Period.parse(name) for name in ("2026-10", "2026-09", "2026-08", "2026Q3")]
    together = kpi_series(facts, periods, AS_OF, ("tier", "month"))
    assert [dict(zip(t["kpi"], t["numerator"], strict=True))["backlog_open"] for t in together] == [
        3,
        1,
        2,
        1,
    ]
    now = [kpi for kpi, info in KPIS.items() if info.placed == "now"]
    for period, table in zip(periods, together, strict=True):
        alone = compute_kpis(facts, period, AS_OF, ("tier", "month"))
        here, there = (part[~part["kpi"].isin(now)].reset_index(drop=True) for part in (table, alone))
        pd.testing.assert_frame_equal(here, there)
        if period.last < periods[0].last:  # how things stand now is no news of the past
            assert table.loc[table["kpi"].isin(now), "value"].isna().all()


def test_both_ends_of_the_period_count() -> None:
    times = ("2026-08-31 23:59:59", "2026-09-01 00:00:00", "2026-09-30 23:59:59", "2026-10-01 00:00:00")
    found = kpis(register(*({"received_at": time} for time in times)), period="2026-09")
    assert found["complaints", None].value == 2


def test_an_empty_kind_counts_as_a_complaint() -> None:
    assert kpis(register({"kind": ""}, {"kind": "反馈"}))["complaints", None].value == 1


# ---- repeats ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("second", "repeated"),
    [
        ({"received_at": "2026-10-05 10:00:01"}, 1),
        ({"received_at": "2026-09-05 10:00:00"}, 1),  # 30 days to the second
        ({"received_at": "2026-09-05 09:59:59"}, 0),
        ({"received_at": "2026-09-20 10:00:00"}, 1),  # the other one is the repeat
        ({"category": "价格"}, 0),
        ({"customer_account": "X2"}, 0),
        ({"kind": "反馈"}, 0),
    ],
)
def test_a_repeat_is_the_same_customer_and_category_within_the_window(second: Row, repeated: int) -> None:
    first = {"customer_account": "X1"}
    found = one("repeat_rate", register(first, first | second), period="2026")
    assert found[1] == repeated


def test_a_customer_without_account_is_known_by_contact_and_without_either_not_at_all() -> None:
    same = {"customer_contact": "13800138000"}
    assert one("repeat_rate", register(same, same, same)) == (2 / 3, 2, 3)
    assert one("repeat_rate", register({}, {}, {"customer_account": "X1"})) == (0, 0, 3)
    assert math.isnan(one("repeat_rate", register({}, {}))[0])  # nobody can be known again


def test_a_customer_who_turns_to_another_branch_repeats() -> None:
    case = {"customer_account": "X1"}
    assert one("repeat_rate", register(case, name="a"), register(case, name="b")) == (0.5, 1, 2)


# ---- items --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("promise", "counts"),
    [
        (
            {"due_at": "2026-10-10 12:00:00", "done_at": "2026-10-10 12:00:00"},
            (1, 1),
        ),  # the due second is in time
        ({"due_at": "2026-10-10 12:00:00", "done_at": "2026-10-10 12:00:01"}, (0, 1)),
        ({"due_at": "2026-10-12 10:00:00"}, (0, 0)),  # due this very second: not past due
        ({"due_at": "2026-10-12 09:59:59"}, (0, 1)),
        ({"due_at": "2026-10-10 12:00:00", "result": "已办结"}, (0, 0)),  # done, nobody says when: not proven
        ({"done_at": "2026-10-10 12:00:00", "result": "已办结"}, (0, 0)),  # done, due nobody knows when
        ({"result": "已办结"}, (0, 0)),
        ({}, (0, 0)),
        ({"due_at": "2026-10-10 12:00:00", "result": "取消"}, (0, 0)),
        ({"due_at": "2026-10-10 12:00:00", "result": "客户撤回"}, (0, 0)),
        ({"due_at": "2026-10-10 12:00:00", "result": "未达成"}, (0, 1)),
    ],
)
def test_a_promise_is_kept_in_time_or_not_or_undecided(promise: Row, counts: tuple[int, int]) -> None:
    item = {"item_kind": "承诺", "what": "x", "done_at": ""} | promise
    found = one("commitments_kept", register({}, items=(item,)))
    assert found[1:] == counts
    unproven = "办结" in str(promise.get("result"))
    assert one("items_unproven", register({}, items=(item,)))[0] == unproven


@pytest.mark.parametrize("kpi", ["commitments_kept", "plan_executed"])
def test_what_failed_was_not_done_in_time_whenever_that_was_noted(kpi: str) -> None:
    kind = {"commitments_kept": "承诺", "plan_executed": "措施"}[kpi]
    failed = {
        "item_kind": kind,
        "what": "x",
        "due_at": "2026-10-10 12:00:00",
        "done_at": "2026-10-10 11:00:00",
        "result": "未达成",
    }
    assert one(kpi, register({}, items=(failed,)))[1:] == (0, 1)


def test_items_of_unknown_complaints_or_other_periods_do_not_count() -> None:
    items = tuple(
        {
            "complaint_id": number,
            "item_kind": "承诺",
            "what": "x",
            "due_at": "2026-10-10 12:00:00",
            "done_at": "2026-10-09 12:00:00",
        }
        for number in ("C1", "C2", "C9")
    )
    found = one("commitments_kept", register({}, {"received_at": "2026-09-01 08:00:00"}, items=items))
    assert found == (1, 1, 1)


@pytest.mark.parametrize(
    ("case", "counts"),
    [
        ({}, (0, 0)),
        ({"status": "已结案"}, (0, 1)),
        ({"resolved_at": "2026-10-06 10:00:00"}, (0, 1)),
    ],
)
def test_an_open_demand_counts_once_its_complaint_is_resolved(case: Row, counts: tuple[int, int]) -> None:
    demand = {"item_kind": "诉求", "what": "x", "result": ""}
    assert one("demands_settled", register(case, items=(demand,)))[1:] == counts


@pytest.mark.parametrize(
    ("demand", "counts"),
    [
        ({"result": "已办结"}, (1, 1)),
        ({"due_at": "2026-10-08 12:00:00", "done_at": "2026-10-09 12:00:00"}, (1, 1)),  # late, but settled
        ({"due_at": "2026-10-08 12:00:00"}, (0, 1)),
        ({"result": "不予支持"}, (1, 1)),
        ({"result": "未达成"}, (0, 1)),
        ({"result": "客户撤回"}, (0, 0)),
    ],
)
def test_a_demand_settled_late_is_settled(demand: Row, counts: tuple[int, int]) -> None:
    item = {"item_kind": "诉求", "what": "x", "done_at": ""} | demand
    assert one("demands_settled", register({}, items=(item,)))[1:] == counts


def test_an_open_demand_of_a_reopened_complaint_is_not_due_yet() -> None:
    """Of a complaint that is resolved, the definition says; this one is open again."""
    case = {"resolved_at": "2026-10-06 10:00:00", "status": "已重开", "reopened_at": "2026-10-12 08:00:00"}
    demand = {"item_kind": "诉求", "what": "x", "result": ""}
    assert one("demands_settled", register(case, items=(demand,)))[1:] == (0, 0)


# ---- stages -------------------------------------------------------------------------------------------------


def test_a_reopened_complaint_has_no_cycle_until_it_is_resolved_anew() -> None:
    again = {"reopened_at": "2026-10-07 10:00:00", "status": "已重开"}
    assert math.isnan(one("cycle_mean", register(again | {"resolved_at": "2026-10-06 10:00:00"}))[0])
    assert one("cycle_mean", register(again | {"resolved_at": "2026-10-08 10:00:00"}))[0] == 72


def test_reopened_at_a_time_that_nobody_wrote_down_is_open_everywhere() -> None:
    case = {
        "resolved_at": "2026-10-06 10:00:00",
        "called_back_at": "2026-10-07 10:00:00",
        "status": "已重开",
        "reopened_at": "",
    }
    assert math.isnan(one("cycle_mean", register(case))[0])
    assert one("backlog_open", register(case))[0] == 1
    assert one("callback_coverage", register(case))[1:] == (0, 0)
    assert one("reopen_rate", register(case)) == (1, 1, 1)


def test_a_three_of_five_is_not_satisfied() -> None:
    said = ("5", "4", "基本满意", "3", "一般", "neutral", "2")
    cases = ({"satisfaction": word, "callback_reached": "是"} for word in said)
    assert one("satisfaction", register(*cases))[1:] == (3, 7)


@pytest.mark.parametrize(
    ("case", "solved"),
    [
        ({}, 1),
        ({"reopened_at": "2026-10-07 10:00:00"}, 0),
        ({"status": "已重开"}, 0),
        ({"transfers": "1"}, 0),
    ],
)
def test_what_came_back_was_not_resolved_on_first_contact(case: Row, solved: int) -> None:
    done = {"resolved_on_first_contact": "是", "resolved_at": "2026-10-06 10:00:00"}
    assert one("first_contact_resolution", register(done | case)) == (solved, solved, 1)


# Received Monday 5 October, 08:00; by the default rules the first response is due on the 7th, 08:00, a reply to other tiers too.
LATE, EARLY = {"replied_at": "2026-10-08 08:00:00"}, {"replied_at": "2026-10-06 08:00:00"}
BACK = {"resolved_at": "2026-10-10 09:00:00", "reopened_at": "2026-10-11 08:00:00"}


@pytest.mark.parametrize(
    ("case", "counts"),
    [
        (LATE, (0, 1)),
        (LATE | BACK, (0, 1)),  # late before the reopening; the answer to it is not due yet: late it stays
        (EARLY | BACK, (0, 0)),  # in time; whether the second cycle is, nobody knows yet
        (BACK | {"replied_at": "2026-10-11 09:00:00", "resolved_at": "2026-10-11 09:00:00"}, (1, 1)),
        ({"reopened_at": "2026-10-11 08:00:00"}, (0, 1)),  # never resolved: a time of reopening moves nothing
        ({"status": "已结案"}, (0, 1)),  # closed, nobody says when: due and not proven is missed
        ({"status": "已结案", "received_at": "2026-10-11 08:00:00"}, (0, 0)),  # not due yet
        (
            {"status": "已重开", "resolved_at": "2026-10-06 09:00:00"},
            (0, 1),
        ),  # open again since nobody knows when
    ],
)
def test_both_cycles_count_and_nothing_leaves_the_count(case: Row, counts: tuple[int, int]) -> None:
    base = {"received_at": "2026-10-05 08:00:00", "replied_at": ""}
    assert one("reply_in_time", register(base | case))[1:] == counts


def test_times_out_of_order_or_decades_apart_are_not_averaged() -> None:
    before, far = {"first_response_at": "2026-10-05 09:00:00"}, {"first_response_at": "2126-10-05 10:00:00"}
    assert one("response_mean", register(before, far, {"first_response_at": "2026-10-05 12:00:00"})) == (
        2,
        2,
        1,
    )


def test_p90_is_interpolated_as_in_excel() -> None:
    """1, 2, … 10 h: position 0.9 × 9 = 8.1 after the first, so 9 + 0.1."""
    cases = [{"resolved_at": f"2026-10-05 {10 + n}:00:00"} for n in range(1, 11)]
    assert one("cycle_p90", register(*cases))[0] == pytest.approx(9.1)
    assert one("cycle_median", register(*cases))[0] == pytest.approx(5.5)


def test_registers_that_do_not_use_a_column_are_left_out() -> None:
    uses = register({"resolved_on_first_contact": "是"}, {}, name="a")
    assert one("first_contact_resolution", uses, register({}, {}, name="b")) == (0.5, 1, 2)
    assert math.isnan(one("first_contact_resolution", register({}))[0])


def test_the_backlog_is_that_at_the_end_of_the_period() -> None:
    """September's end: the first two; the third came later, the fourth was resolved before, the fifth is feedback."""
    early = {"received_at": "2026-09-01 10:00:00"}
    cases: tuple[Row, ...] = (
        early,
        early | {"resolved_at": "2026-10-02 10:00:00"},
        {},
        early | {"resolved_at": "2026-09-02 10:00:00"},
        early | {"kind": "反馈"},
    )
    assert one("backlog_open", register(*cases), period="2026-09")[0] == 2
    assert one("backlog_open", register(*cases), period="2026-10")[0] == 2  # the first and the third


# ---- customers and targets ----------------------------------------------------------------------------------


def test_months_take_the_last_figure_before_them_and_none_before_the_first() -> None:
    base = [{"月份": "2026-09", "客户数": "1000000"}, {"月份": "2026-11", "客户数": "9000000"}]
    mine = register({}, {"received_at": "2026-08-05 10:00:00"}, settings=base)
    # August has no customers; September has a million, October's twelve days 12/31 of it; November has not begun.
    customers = 1_000_000 + 1_000_000 * 12 / 31
    assert one("complaints_per_million", mine, period="2026-08..2026-12") == pytest.approx(
        (1e6 / customers, 1, customers)
    )
    week = 1_000_000 * 7 / 31
    assert one("complaints_per_million", mine, period="2026-10-01..2026-10-07") == pytest.approx(
        (1e6 / week, 1, week)
    )
    assert math.isnan(one("complaints_per_million", mine, period="2026-08")[0])
    assert math.isnan(one("complaints_per_million", register({}))[0])


def test_a_register_without_a_customer_base_is_left_out_of_the_rate() -> None:
    base = [{"月份": "2026-10", "客户数": "500000"}]
    assert one(
        "complaints_per_million", register({}, settings=base, name="a"), register({}, {}, name="b")
    ) == pytest.approx((1e6 / (500_000 * 12 / 31), 1, 500_000 * 12 / 31))


@pytest.mark.parametrize(("hours", "met"), [(47, True), (48, True), (49, False)])
def test_where_less_is_better_the_target_itself_is_met(hours: int, met: bool) -> None:
    targets = [{"指标": "处理周期（平均）", "适用等级": "", "适用部门": "", "目标值": "48"}]
    done = dt.datetime(2026, 10, 5, 10) + dt.timedelta(hours=hours)
    line = kpis(register({"resolved_at": f"{done:%Y-%m-%d %H:%M:%S}"}, settings=targets))["cycle_mean", None]
    assert (line.target, line.met) == (48, met)


def test_every_kpi_says_what_it_is_in_both_languages() -> None:
    for kpi in KPIS.values():
        assert any("一" <= letter <= "鿿" for letter in kpi.definition.zh), kpi.id
        assert kpi.definition.en.endswith("."), kpi.id
        assert kpi.source.zh
        assert kpi.name.en


def test_the_backlog_is_aged_at_the_end_of_the_period_whenever_received() -> None:
    cases: tuple[Row, ...] = (
        {},  # open since 5 October 10:00, as of 12 October 10:00: 7 days
        {"received_at": "2026-09-12 10:00:00"},  # received before the period: 30 days
        {"resolved_at": "2026-10-06 10:00:00"},
        {"received_at": "2026-10-13 10:00:00"},  # not received yet
    )
    facts = facts_of(found := register(*cases), compute_deadlines(found, AS_OF))
    assert sorted(backlog_days(facts, Period.parse("2026-10"), AS_OF)) == [7.0, 30.0]


def test_a_work_order_counts_in_the_month_in_which_it_fell_due() -> None:
    """Received and given in September, due on 2 October, done on the 3rd."""
    order = {"item_kind": "措施", "what": "x", "department": "网络部", "due_at": "2026-10-02 12:00:00",
             "done_at": "2026-10-03 12:00:00"}  # fmt: skip
    mine = register({"received_at": "2026-09-29 10:00:00"}, items=(order,))
    assert one("work_order_in_time", mine, period="2026-10")[1:] == (0, 1)
    assert one("work_order_in_time", mine, period="2026-09")[1:] == (0, 0)
    by_month = kpis(mine, period="2026Q3", by=("month",)) | kpis(mine, period="2026Q4", by=("month",))
    assert [group for kpi, group in by_month if kpi == "work_order_in_time" and group] == ["2026-10"]
    assert one("plan_executed", mine, period="2026-09")[1:] == (0, 1)  # that one goes with the complaint
