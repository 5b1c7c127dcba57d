"""Complaints that name each other, and which item of a register names which."""

from __future__ import annotations

import numpy as np
import pytest

from kesu.rules.linked import linked_positions, linked_with
from tests.rules.test_kpis import Row, register


def link(number: str, what: str, kind: str = "关联") -> Row:
    return {"complaint_id": number, "item_kind": kind, "what": what}


HELD = register(
    {}, {}, {}, {"complaint_id": "c2"},
    items=(
        link("C1", "C2"), link("C1", " c3, the same shop"), link("C2", "C2"), link("C2", "C9"), link("C3", "c2 （同一家）"),
        link("C9", "C1"), link("C1", "C2", "联系"), link("C1", "C2"),
    ),
)  # fmt: skip


def test_an_item_names_another_complaint_of_its_register() -> None:
    rows = np.arange(8)
    # its own, an unknown number and none are no others; of two that share a number the first is meant
    assert linked_positions(HELD, rows).tolist() == [1, 2, -1, -1, 1, 0, 1, 1]
    assert linked_positions(HELD, rows[:0]).tolist() == []


@pytest.mark.parametrize(("position", "others"), [(0, [1, 2]), (1, [0, 2]), (2, [1, 0]), (3, [])])
def test_whichever_names_the_other(position: int, others: list[int]) -> None:
    assert linked_with(HELD, position) == others


def test_a_register_without_links_has_none() -> None:
    assert linked_with(register({}, items=(link("C1", "C1", "联系"),)), 0) == []
