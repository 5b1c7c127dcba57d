"""Facts of several registers as one, doubles told by register, and times out of order: by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from kesu.rules.checks import Example, run_checks
from kesu.rules.deadlines import compute_deadlines
from kesu.rules.facts import facts_of, together
from kesu.rules.instants import seconds_of
from kesu.rules.twins import Twins
from tests.rules.checks.registers import AS_OF
from tests.rules.checks.registers import register as checked
from tests.rules.test_kpis import Row, register

NOW = dt.datetime(2026, 10, 12, 10)
STEP: Row = {"item_kind": "措施", "noted_at": "2026-10-06 09:00:00"}


def test_registers_stand_in_the_order_of_their_names() -> None:
    """Items keep to their complaints, times in which these were open too."""
    one = register(
        {"received_at": "2026-10-05 10:00:00", "resolved_at": "2026-10-05 12:00:00", "status": "已解决"},
        {"received_at": "2026-10-06 10:00:00"},
        items=(STEP | {"complaint_id": "C2"}, STEP | {"complaint_id": "C9"}), name="b.xlsx",
    )  # fmt: skip
    other = register(
        {"received_at": "2026-10-07 10:00:00", "status": "已结案"}, {"received_at": "2026-10-08 10:00:00"},
        {"received_at": "2026-10-09 10:00:00", "resolved_at": "2026-10-09 10:00:00", "status": "已解决"},
        items=(STEP | {"complaint_id": "C3", "due_at": "2026-10-20 09:00:00"},), name="a.xlsx",
    )  # fmt: skip
    parts = [facts_of(part, compute_deadlines(part, NOW)) for part in (one, other)]
    days = {"b": [5, 6], "a": [7, 8, 9]}
    for names, order in ((("a.xlsx", "b.xlsx"), "ab"), (("b.xlsx", "a.xlsx"), "ba"), ((), "ba")):
        facts = together(parts, names)
        received = [day for key in order for day in days[key]]
        assert facts.complaints["received_at"].dt.day.tolist() == received
        assert facts.complaints["register"].tolist() == [f"{key}.xlsx" for key in order for _ in days[key]]
        assert (list(facts.settings), list(facts.columns)) == ([f"{key}.xlsx" for key in order],) * 2
        items = facts.items
        where = {int(row): received[row] for row in items["place"] if row >= 0}
        assert sorted(where.values()) == [6, 9]  # the complaint of C9 is nowhere
        assert items["place"].tolist().count(-1) == 1
        mine = items[items["place"] >= 0]
        assert mine["received_at"].dt.day.tolist() == [received[row] for row in mine["place"]]
        assert not items["counted"][items["place"] < 0].any()
        assert items["register"].tolist() == [f"{key}.xlsx" for key in order for _ in range(1 + (key == "b"))]
        spans = facts.stints.open
        assert [received[row] for row in spans.row.tolist()] == [day for day in received if day in {5, 6, 8}]
        assert spans.start.tolist() == seconds_of(facts.complaints["received_at"])[spans.row].tolist()
        assert [received[row] for row in np.flatnonzero(facts.stints.at_once)] == [9]
        assert [received[row] for row in np.flatnonzero(facts.stints.untimed)] == [7]
        steps = dict(zip(where.values(), items["limit_at"][items["place"] >= 0].dt.day, strict=True))
        assert steps == {6: 7, 9: 20}  # a day after it was noted unless it says otherwise
    assert together(parts[:1]) is parts[0]


def test_twins_are_cut_where_a_register_ends() -> None:
    """Three registers of two rows, none and one, behind two rows of another stack."""
    rows = np.array([4, 5, 2, 3, 2])
    owner = np.array([0, 0, 1, 1, 3])
    stack = Twins(
        np.array([0, -1, 2]),
        np.array([-1, 2, 4]),
        np.array([1, -1, -1]),
        ["z", "a", "b", "c"],
        owner,
        rows,
        2,
        np.array([-1, 0, -1]),
        {"c": "z"},
    )
    parts = stack.cut(np.array([0, 0, 2]), 3)
    assert [(part.kept.tolist(), part.taken.tolist(), part.elsewhere.tolist(), part.begin) for part in parts] == [
        ([0, -1], [-1, 2], [1, -1], 2), ([], [], [], 4), ([2], [4], [-1], 4),
    ]  # fmt: skip
    assert [part.versions.tolist() for part in parts] == [[-1, 0], [], [-1]]
    assert [part.copies for part in parts] == [{"c": "z"}] * 3
    assert stack.double.tolist() == [True, False, True]
    assert stack.same_register(np.array([3, 0, 4])).tolist() == [True, False, True]
    assert stack.same_register(np.array([-1, 2, 3])).tolist() == [False, True, False]
    assert stack.name(4) == "c"


CLOSED = {
    "status": "reopened", "first_response_at": "2026-10-08 09:10:00", "replied_at": "2026-10-08 10:00:00", "resolved_at": "2026-10-08 15:00:00",
    "solution": "换新 / exchanged", "root_cause": "松动 / loose",
}  # fmt: skip


@pytest.mark.parametrize(
    ("called", "reopened", "wrong"),
    [
        ("2026-10-08 14:00:00", "2026-10-08 14:30:00", False),  # of the cycle before the reopening
        ("2026-10-08 14:00:00", "2026-10-08 14:00:00", False),
        ("2026-10-08 14:00:00", "2026-10-08 13:59:59", True),
        ("2026-10-08 14:00:00", "", True),
        ("2026-10-08 15:00:00", "", False),
    ],
)
def test_a_call_back_is_not_before_its_resolution(called: str, reopened: str, *, wrong: bool) -> None:
    row = {**CLOSED, "called_back_at": called, "reopened_at": reopened}
    found = set(run_checks(checked(Example((row,)), "en"), AS_OF)["rule"])
    assert ("callback_before_resolution" in found) == wrong


@pytest.mark.parametrize(("limit", "named"), [("0", ["1", "2"]), ("1", ["1", "2"]), ("2", ["2"]), ("3", [])])
def test_whoever_was_never_handed_over_is_not_handed_over_too_often(limit: str, named: list[str]) -> None:
    settings = (("Limit", "Value", "Note"), ("Handed over too often (times)", limit, ""))
    rows = tuple({"transfers": times} for times in ("0", "", "1", "2"))
    found = run_checks(checked(Example(rows, settings=settings), "en"), AS_OF)
    assert found["value"][found["rule"].eq("several_transfers")].tolist() == named


@pytest.mark.parametrize(
    ("called", "reached", "wrong"),
    [
        ("2026-10-08 16:00:00", "yes", False), ("2026-10-08 16:00:00", "", False), ("2026-10-08 16:00:00", "no", True),
        ("", "", True), ("", "yes", True), ("", "no", True),
    ],
)  # fmt: skip
def test_who_was_not_reached_said_nothing(called: str, reached: str, *, wrong: bool) -> None:
    row = CLOSED | {"status": "resolved", "called_back_at": called, "callback_reached": reached}
    found = [
        set(run_checks(checked(Example((row | {"satisfaction": said},)), "en"), AS_OF)["rule"])
        for said in ("satisfied", "")
    ]
    assert ["satisfaction_without_callback" in one for one in found] == [wrong, False]
