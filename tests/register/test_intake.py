"""What becomes of each form that comes in: added, logged already, or refused, and under which number."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from kesu.register.forms.intake import Decision, Intake
from kesu.register.normalise import normalise
from kesu.register.numbers import next_number, numbers_after
from kesu.register.sheets import Register
from kesu.words.text import Text
from tests.register.test_normalise import raw

HEADER = ("投诉编号", "类别", "客户姓名", "联系方式", "受理时间", "客户原话")
LOGGED = ("KS-0007", "投诉", "张三", "13800138000", "2026-10-01 09:05:00", "坏了")
FORM: dict[str, Any] = {
    "kind": "complaint", "customer_name": "张三", "customer_contact": "13800138000", "verbatim": "坏了",
    "received_at": pd.Timestamp("2026-10-01 09:05:00"),
}  # fmt: skip
FROM = Text("一张表", "on a form")


def register(*rows: tuple[str, ...], items: tuple[tuple[str, ...], ...] | None = None) -> Register:
    sheets = [raw([HEADER, *rows])]
    if items is not None:
        sheets.append(raw([("投诉编号", "事项类别", "内容"), *items], "事项"))
    return normalise("r.xlsx", sheets)


def decided(*items: dict[str, Any], held: Register | None = None, **changes: Any) -> Decision:
    form = {key: value for key, value in (FORM | changes).items() if value is not None}
    return Intake(held or register(LOGGED), 2026).decide(form, items, FROM)


def test_a_new_complaint_gets_the_next_number() -> None:
    found = decided(customer_name="李四", customer_contact="13900139000")
    assert (found.outcome, found.complaint_id, found.record["complaint_id"]) == (
        "added",
        "KS-0008",
        "KS-0008",
    )
    assert decided(held=register()).complaint_id == "2026-0001"


def test_the_same_again_is_logged_already_and_what_differs_is_told() -> None:
    found = decided()
    assert (found.outcome, found.complaint_id, found.where, found.differs) == (
        "already",
        "KS-0007",
        Text("第 2 行", "in row 2"),
        (),
    )
    numbered = decided(complaint_id="ks-0007", kind="praise")
    assert (numbered.outcome, [column.key for column in numbered.differs]) == ("already", ["kind"])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (dict.fromkeys(FORM), "nothing is filled in."),
        (dict.fromkeys(FORM) | {"complaint_id": "KS-0009"}, "nothing is filled in."),
        ({"received_at": None}, "it has no number and lacks Received at"),
        ({"customer_name": None, "customer_contact": None}, "it has no number and lacks Customer name"),
        ({"verbatim": None}, "it has no number and lacks Verbatim"),
        ({"verbatim": "慢"}, "KS-0007, in row 2, is of the same customer at the same time with other words"),
        ({"complaint_id": "KS-0007", "verbatim": "慢"}, "KS-0007 is the number of another complaint already, in row 2"),
        ({"complaint_id": "KS-0001"}, "the same complaint is logged already as KS-0007, in row 2; it was not logged again as KS-0001."),
        ({"details": "d", "verbatim": "慢", "complaint_id": "KS-0010"}, "has no columns for Details"),
        ({"channel": "phone"}, "KS-0007 is logged already, in row 2, but the form says more: Channel"),
    ],
)  # fmt: skip
def test_what_cannot_be_logged_is_refused_with_its_reason(changes: dict[str, Any], reason: str) -> None:
    found = decided(**changes)
    assert (found.outcome, found.items) == ("refused", ())
    assert found.reason is not None
    assert reason in found.reason.en


def test_another_customer_another_time_or_a_number_of_its_own_make_another_complaint() -> None:
    for changes in (
        {"customer_name": "张四"},
        {"customer_contact": "13900139000"},
        {"received_at": pd.Timestamp("2026-10-01 09:06")},
        {"complaint_id": "KS-0011", "verbatim": "慢"},
    ):
        assert decided(**changes).outcome == "added"
    # the name alone is the same customer as far as both say it
    assert decided(customer_contact=None).outcome == "already"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [("x" * 32_767, "added"), ("x" * 32_768, "refused"), ("😀" * 16_383, "added"), ("😀" * 16_384, "refused"), ("客" * 32_767, "added")],
    ids=["at the limit", "beyond", "pairs", "pairs beyond", "Chinese"],
)  # fmt: skip
def test_a_text_is_as_long_as_a_cell_may_be(text: str, outcome: str) -> None:
    """A character beyond the first 65,536 counts as two."""
    found = decided(verbatim=text, received_at=pd.Timestamp("2026-10-02"))
    assert found.outcome == outcome
    assert found.reason is None or "32,767" in found.reason.en


ITEM = {"item_kind": "demand", "what": "退款"}
NEW: dict[str, Any] = {"received_at": pd.Timestamp("2026-10-02")}


def test_items_need_their_sheet_and_its_columns() -> None:
    none = decided(ITEM, ITEM, **NEW)
    assert none.reason is not None
    assert none.reason.en.startswith("the form has 2 items, but the register has no sheet “Items”")
    added = decided(ITEM, held=register(LOGGED, items=(("KS-0007", "诉求", "换货"),)), **NEW)
    assert added.items == ({**ITEM, "complaint_id": "KS-0008"},)
    more = decided(
        {**ITEM, "owner": "王"}, held=register(LOGGED, items=(("KS-0007", "诉求", "换货"),)), **NEW
    )
    assert more.outcome == "refused"


@pytest.mark.parametrize(("what", "outcome"), [("换货", "already"), ("退款", "refused")])
def test_an_item_that_is_not_logged_is_not_lost(what: str, outcome: str) -> None:
    held = register(LOGGED, items=(("KS-0007", "诉求", "换货"), ("ks-0007", "诉求", "道歉")))
    found = decided({"item_kind": "demand", "what": what}, held=held)
    assert found.outcome == outcome
    assert found.reason is None or "the item “退款”" in found.reason.en


def test_numbers_go_on_past_those_that_are_taken_or_reserved() -> None:
    """KS-0009 belongs to a form that comes later; what was added counts as known, by the form it came on."""
    intake = Intake(register(LOGGED), 2026, ["ks-0009", ""])
    minutes = [pd.Timestamp(f"2026-10-02 09:0{at}") for at in range(4)]
    first, second = ({**FORM, "received_at": at} for at in minutes[:2])
    assert [intake.decide(form, (), FROM).complaint_id for form in (first, second)] == ["KS-0008", "KS-0010"]
    again = intake.decide(first, (), FROM)
    assert (again.outcome, again.complaint_id, again.where) == ("already", "KS-0008", FROM)
    late = intake.decide({**FORM, "received_at": minutes[2], "complaint_id": "KS-0009"}, (), FROM)
    assert (late.outcome, late.complaint_id) == ("added", "KS-0009")
    # the series is that of the last number: after KS-0009, the highest is KS-0010
    assert intake.decide({**FORM, "received_at": minutes[3]}, (), FROM).complaint_id == "KS-0011"


@pytest.mark.parametrize(
    ("ids", "number"),
    [
        ([], "2026-0001"), (["2026-0009"], "2026-0010"), (["A-09", "A-2"], "A-10"), (["KS20260009"], "KS20260010"), (["case"], "case-0001"),
        (["A-7", "B-3"], "B-4"), (["A-99"], "A-100"), (["12"], "13"), ([" A-1 ", " "], "A-2"), (["A-12", "A-x"], "A-x-0001"),
    ],
)  # fmt: skip
def test_the_next_number_goes_on_with_the_series_of_the_last(ids: list[str], number: str) -> None:
    assert next_number(ids, 2026) == number


def test_free_numbers_leave_out_those_that_are_taken() -> None:
    numbers = numbers_after(["A-2", "A-4", "B-1", "A-3"], 2026)
    assert [next(numbers) for _ in range(2)] == ["A-5", "A-6"]
    numbers = numbers_after([], 2026)
    assert [next(numbers) for _ in range(2)] == ["2026-0001", "2026-0002"]
