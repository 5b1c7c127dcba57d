"""What of foreign rows a register does not say yet, compared without a workbook: numbers given, cells filled, states moved on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kesu.jobs.adding import Change, compare
from kesu.jobs.collect import Target
from kesu.register.mapping.apply import Taken
from kesu.register.normalise import normalise
from kesu.words.errors import KesuError
from tests.rules.test_kpis import Row, sheet

NINE, TEN = pd.Timestamp("2026-10-05 09:00"), pd.Timestamp("2026-10-05 10:00")


def target(*rows: Row, items: tuple[Row, ...] = ()) -> Target:
    """A register of complaints C-1, C-2 …, received at nine unless ``rows`` say otherwise."""
    cases = [
        {"complaint_id": f"C-{n}", "received_at": "2026-10-05 09:00:00", "kind": "投诉", "channel": "电话"}
        | row
        for n, row in enumerate(rows, 1)
    ]
    sheets = [sheet("投诉登记", cases)]
    sheets += [sheet("事项", list(items))] if items else []
    return Target(
        Path("r.xlsx"), (0, 0, 0, 0), normalise("r.xlsx", sheets), {one.title: one for one in sheets}
    )


def taken(
    *rows: dict[str, Any], items: tuple[dict[str, Any], ...] = (), numbered: tuple[str, ...] = ()
) -> Taken:
    made = pd.DataFrame([{"kind": "complaint", "received_at": NINE} | row for row in rows])
    return Taken(made, pd.DataFrame(items), (), (), (), len(rows), 0, numbered=frozenset(numbered))


NAMED = {"customer_name": "张三", "verbatim": "坏了"}


@pytest.mark.parametrize(
    ("row", "number"),
    [
        ({"customer_name": "张三", "verbatim": "坏了"}, "C-1"),
        ({"customer_name": "张 三".replace(" ", ""), "verbatim": " 坏了 "}, "C-1"),
        (
            {"customer_name": "张三", "verbatim": None},
            "C-1",
        ),  # as far as the source says it; the first of equal ones
        ({"customer_name": "李四", "verbatim": "坏了"}, "C-3"),
        ({"received_at": TEN, "customer_name": "张三", "verbatim": "坏了"}, "C-3"),
        ({"customer_name": None, "verbatim": None}, "C-3"),  # a day alone tells no complaint from another
        ({"received_at": pd.NaT, "customer_name": "张三", "verbatim": "坏了"}, "C-3"),
    ],
)
def test_a_row_without_a_number_is_the_complaint_that_says_the_same_or_a_new_one(
    row: dict[str, Any], number: str
) -> None:
    """The register has two of the same words; kesu had called the row N-1, its item too."""
    held = target(NAMED, NAMED, items=({"complaint_id": "C-1", "item_kind": "诉求", "what": "退款"},))
    item = {"complaint_id": "N-1", "item_kind": "demand", "what": "换货"}
    found = compare(held, taken({"complaint_id": "N-1", **row}, items=(item,), numbered=("N-1",)), 2026)
    assert [one["complaint_id"] for one in found.items] == [number]
    assert [one["complaint_id"] for one in found.new] == ([] if number == "C-1" else [number])
    assert found.same == (number == "C-1")


def test_rows_with_numbers_keep_theirs_and_new_ones_go_on_past_them() -> None:
    rows = ({"complaint_id": "C-9", "customer_name": "A"}, {"complaint_id": "N-1", "customer_name": "B"}, {"complaint_id": "N-2", "customer_name": "C"})  # fmt: skip
    found = compare(target(NAMED), taken(*rows, numbered=("N-1", "N-2")), 2026)
    assert [(one["complaint_id"], one["customer_name"]) for one in found.new] == [("C-9", "A"), ("C-10", "B"), ("C-11", "C")]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "written"),
    [
        ("新建", "closed", True),
        ("已结案", "in_progress", False),
        ("处理中", "resolved", True),
        ("处理中", "own state", False),
    ],
)
def test_a_later_state_is_written_and_an_earlier_one_only_told(
    before: str, after: str, written: bool
) -> None:
    found = compare(target({"status": before}), taken({"complaint_id": "c-1", "status": after}), 2026)
    [change] = found.changes
    assert (change.complaint_id, change.row, change.key, change.after, change.taken) == (
        "C-1",
        2,
        "status",
        after,
        written,
    )
    assert (found.new, found.same) == ((), 0)


def test_an_empty_cell_is_filled_and_what_differs_is_only_told() -> None:
    held = target({"customer_name": "张三", "verbatim": "坏了"}, {"customer_name": "李四"})
    found = compare(
        held,
        taken(
            {"complaint_id": "C-2", "customer_name": "王五", "verbatim": "慢"},
            {"complaint_id": "C-1", "verbatim": "坏了"},
        ),
        2026,
    )
    assert found.changes == (
        Change("C-2", 3, "customer_name", "李四", "王五", False), Change("C-2", 3, "verbatim", None, "慢", True),
    )  # fmt: skip
    assert (found.same, found.sourced) == (1, True)


def test_items_that_are_logged_are_not_added_again() -> None:
    held = target(NAMED, items=({"complaint_id": "C-1", "item_kind": "诉求", "what": "退款"},))
    items = tuple({"complaint_id": "C-1", "item_kind": "demand", "what": what} for what in ("退款", "换货"))
    found = compare(held, taken({"complaint_id": "C-1"}, items=items), 2026)
    assert [one["what"] for one in found.items] == ["换货"]


def test_what_the_register_has_no_column_for_stops_it_unless_nothing_stands_there() -> None:
    with pytest.raises(KesuError, match="Owner"):
        compare(target(NAMED), taken({"complaint_id": "C-5", "owner": "王"}), 2026)
    found = compare(
        target(NAMED), taken({"complaint_id": "C-5", "owner": None, "导入来源": "a.xlsx ▸ S!2"}), 2026
    )
    assert ([one["complaint_id"] for one in found.new], found.sourced) == (["C-5"], False)
