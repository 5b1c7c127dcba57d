"""Registers typed together and stacked again are the same rows, whatever happened to single ones in between."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from kesu.register.normalise import found_in, typed
from kesu.register.raw import RawSheet
from kesu.register.sheets import Register, without
from kesu.register.stack import stacked

HEAD = ["Complaint no.", "Received at", "Channel", "Category", "Status", "Verbatim"]


def registers(wrong: str = "") -> list[Register]:
    """Three registers; the time of receipt of the complaint ``wrong`` cannot be read."""
    found = []
    for name, numbers in (("a", ("1", "2")), ("b", ()), ("c", ("3", "4", "5"))):
        rows = [
            [
                f"{name}{number}",
                "soon" if f"{name}{number}" == wrong else "2026-10-01 09:05:00",
                "Phone",
                "Quality",
                "Open",
                "x",
            ]
            for number in numbers
        ]
        cells = pd.DataFrame([["Complaints"] + [None] * 5, HEAD, *rows], dtype="str")
        found += found_in(name, [RawSheet("Register", cells, iso_cells=frozenset())])
    return typed(found)


def rows(register: Register) -> list[tuple[str, int, str]]:
    data, names = register.complaints.data, np.array(register.names)[register.complaints.owner]
    return list(zip(data["complaint_id"], data["excel_row"], names, strict=True))


WHOLE = [("a1", 3, "a"), ("a2", 4, "a"), ("c3", 3, "c"), ("c4", 4, "c"), ("c5", 5, "c")]


def test_what_was_typed_together_is_not_copied() -> None:
    found = registers()
    stack = stacked(found)
    assert rows(stack) == WHOLE
    assert list(stack.complaints.data.index) == [0, 1, 2, 3, 4]
    single, whole = (one.complaints.data["received_at"].to_numpy() for one in (found[2], stack))
    assert np.shares_memory(single, whole)


def test_some_of_them_in_another_order() -> None:
    a, b, c = registers()
    assert rows(stacked([c, a])) == [WHOLE[2], WHOLE[3], WHOLE[4], WHOLE[0], WHOLE[1]]
    assert rows(stacked([b, c])) == [(*row[:2], "c") for row in WHOLE[2:]]
    assert rows(stacked([*registers()[:1], c])) == WHOLE


def test_rows_taken_out_of_one_are_gone_and_changed_ones_are_changed() -> None:
    a, _, c = registers()
    fewer = without(c.complaints, np.array([False, True, False]))
    assert rows(stacked([a, dataclasses.replace(c, complaints=fewer)])) == [*WHOLE[:3], WHOLE[4]]
    changed = dataclasses.replace(c.complaints, data=c.complaints.data.assign(complaint_id=["x", "y", "z"]))
    found = stacked([a, dataclasses.replace(c, complaints=changed)])
    assert [row[0] for row in rows(found)] == ["a1", "a2", "x", "y", "z"]


def problems(register: Register) -> list[tuple[int, str, str]]:
    wrong = register.complaints.problems
    return list(zip(wrong["row"], wrong["problem"], wrong["value"], strict=True))


def test_problems_follow_their_rows() -> None:
    a, b, c = registers(wrong="c4")
    assert [problems(one) for one in (a, b, c)] == [[], [], [(1, "bad_time", "soon")]]
    assert problems(stacked([a, b, c])) == [(3, "bad_time", "soon")]
    assert problems(stacked([c, a])) == [(1, "bad_time", "soon")]
    bare = dataclasses.replace(a.complaints, problems=c.complaints.problems)  # its row is a's second
    assert problems(stacked([dataclasses.replace(a, complaints=bare), c])) == [
        (1, "bad_time", "soon"),
        (3, "bad_time", "soon"),
    ]


def test_a_part_knows_its_size_without_being_cut() -> None:
    a, b, c = registers()
    assert [one.complaints.size for one in (a, b, c)] == [2, 0, 3]
    assert [one.items.size for one in (a, b, c)] == [0, 0, 0]
    assert len(c.complaints.owner) == 3
    assert "rows" not in c.complaints.part("data").__dict__
