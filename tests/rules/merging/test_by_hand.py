"""Merges whose every cell, conflict and count was worked out by hand."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from kesu.register.codes import CODE_LISTS
from kesu.rules.merging.cells import Stack, merge_cells
from kesu.rules.merging.merge import Account, Merged, merge
from kesu.rules.merging.numbers import numbers_apart
from kesu.rules.merging.telling import Told, as_items, conflicts_of
from kesu.rules.merging.tokens import ORIGIN, OWN, SOURCE, Side
from tests.rules.merging.parts import AS_OF, Row, part, rows_of


def texts(*cells: str | None) -> pd.Series:
    return pd.Series(cells, dtype="str")


def side(name: str, **columns: list[str | None]) -> Side:
    cells = pd.DataFrame({key: texts(*cells) for key, cells in columns.items()})
    return Side(name, "Register", cells, np.arange(len(cells)) + 4, {}, {})


CELLS = (
    # base, north, south, south is preferred: what stands, in which of the two a conflict says something, who changed it
    (("Ann", "Ann", "Ann"), False, "Ann", "", ""),
    (("Ann", "Bob", "Ann"), False, "Bob", "", "n"),
    (("Ann", "Ann", "Bob"), False, "Bob", "", "s"),
    (("Ann", "Bob", "Bob"), False, "Bob", "", "ns"),
    (("Ann", "Bob", "Cho"), False, "Ann", "ns", "ns"),
    (("Ann", None, "Ann"), False, None, "", "n"),
    (("Ann", None, "Cho"), False, "Ann", "ns", "ns"),
    ((None, "Bob", None), False, "Bob", "", "n"),
    ((None, "Bob", "Cho"), False, None, "ns", "ns"),
)
HELD = (  # of these nobody has decided what an earlier merge asked
    (("Ann", "Bob", "Ann"), False, "Ann", "n", "n"),
    (("Ann", "Ann", "Ann"), False, "Ann", "", ""),
    (("Ann", "Bob", "Cho"), False, "Ann", "ns", "ns"),
)
UNBASED = (  # no row of the base
    (("-", "Bob", None), True, "Bob", "", "n"),
    (("-", "Bob", "Bob"), True, "Bob", "", "ns"),
    (("-", "Bob", "Cho"), False, "Bob", "ns", "ns"),
    (("-", "Bob", "Cho"), True, "Cho", "ns", "ns"),
    (("-", None, None), False, None, "", ""),
)
EVERY = (*CELLS, *HELD, *UNBASED)
HELD_UNBASED = len(EVERY) - 4
"""What is held of a case without a base is decided as ever."""


@cache
def by_column() -> tuple[pd.DataFrame, dict[tuple[int, str], tuple[int, ...]], list[bool]]:
    """All cases of `EVERY` in one stack: the rows of the north, then those of the south."""
    size, based = len(EVERY), len(CELLS) + len(HELD)
    says = [one[0] for one in EVERY]
    cases = np.arange(size)
    north, south = (side(name, owner=[one[at] for one in says]) for at, name in ((1, "north"), (2, "south")))
    order = [at + size * nth for at in range(size) for nth in (EVERY[at][1], not EVERY[at][1])]
    old = side("old", owner=[one[0] for one in says[:based]])
    stack = Stack(
        [north, south], np.repeat([0, 1], size), np.tile(cases, 2), np.tile(cases, 2),
        np.array(order), np.where(cases < based, cases, -1), old,
    )  # fmt: skip
    held = np.array([*range(len(CELLS), based), HELD_UNBASED], np.int64)
    merged, conflicts, changed = merge_cells(stack, {"owner": held})
    return merged, {(one.case, one.key): one.rows for one in conflicts}, changed.tolist()


@pytest.mark.parametrize("at", range(len(EVERY)))
def test_a_cell_is_what_one_side_alone_made_of_it(at: int) -> None:
    _, preferred, stands, torn, touched = EVERY[at]
    merged, conflicts, changed = by_column()
    said = merged["owner"].iloc[at]
    assert (said if isinstance(said, str) else None) == stands
    rows = {"n": at, "s": at + len(EVERY)}
    wanted = sorted(rows[one] for one in torn)
    assert list(conflicts.get((at, "owner"), ())) == (wanted[::-1] if preferred else wanted)
    assert [changed[rows[one]] for one in "ns"] == [one in touched for one in "ns"]


def test_a_column_that_a_side_lacks_says_nothing_there() -> None:
    def one_case(base: int, old: Side | None) -> Stack:
        side_, at, case, order = (np.array(one) for one in ([0, 1], [0, 0], [0, 0], [0, 1]))
        return Stack([north, south], side_, at, case, order, np.array([base]), old)

    north, south = side("north", owner=["Ann"]), side("south", mark=["1"])
    stack = one_case(0, side("old", owner=["Ann"], lessons=["none"], mark=["2"]))
    assert stack.keys == ["owner", "mark", "lessons"]
    merged, conflicts, changed = merge_cells(stack, {})
    assert merged.iloc[0].tolist() == ["Ann", "1", "none"]
    assert (conflicts, changed.tolist()) == ([], [False, True])
    unbased = one_case(-1, None)
    assert unbased.before("owner").isna().tolist() == [True]
    assert merge_cells(unbased, {})[0].iloc[0].tolist() == ["Ann", "1"]


def test_of_one_number_the_first_received_keeps_it() -> None:
    cells = pd.DataFrame(
        {
            "received_at": texts("2026-10-03", "2026-10-01", None, "2026-10-02", "2026-10-05", "2026-10-01"),
            "verbatim": texts("c", "a", "z", "b", "e", "x"),
        }
    )
    current = texts("K-7", "k-7", "K-7", "K-7_2", "K-9", None)
    origin = texts(None, None, None, None, None, None)
    first = texts("k-7", "k-7", "k-7", "k-7_2", "k-9", None)
    now, before = numbers_apart(cells, current, origin, first)
    # K-7_2 is taken by somebody else; what has no time of receipt comes last
    assert now.fillna("").tolist() == ["K-7_3", "K-7", "K-7_4", "K-7_2", "K-9", ""]
    assert before.fillna("").tolist() == ["K-7", "", "K-7", "", "", ""]
    again = numbers_apart(cells, now, before, first)
    assert [one.fillna("").tolist() for one in again] == [now.fillna("").tolist(), before.fillna("").tolist()]
    alone = numbers_apart(cells[3:5], current[3:5], origin[3:5], first[3:5])[0]
    assert alone.tolist() == ["K-7_2", "K-9"]


def row(day: int, number: str | None = "", **cells: str | None) -> dict[str, str | None]:
    known = {
        "complaint_id": f"K-{day}" if number == "" else number,
        "received_at": f"2026-10-{day:02} 09:00:00",
    }
    return {**known, "customer_name": "Li", "verbatim": f"broke {day}", "owner": "Ann", **cells}


def item(number: str, kind: str, what: str, **cells: str) -> Row:
    return {"complaint_id": number, "item_kind": kind, "what": what, **cells}


def measure(number: str, **cells: str | None) -> Row:
    return {"measure_id": number, "cause": f"cause {number}", "measure": "another supplier", **cells}


OPEN = item("K-9", "Conflict", "Owner: somebody else?")
BASE = (
    [row(1), row(2), row(3), row(4), row(5), row(6), row(7), row(9)],
    [item("K-6", "Demand", "refund"), item("K-3", "Demand", "money"), item("K-3", "Contact", "told"), OPEN],
    [measure("G-1"), measure("G-2", owner="Bo"), measure("G-3"), measure("G-4", owner="Bo")],
)
NORTH = (
    [
        row(1, owner="Bob"), row(2, owner="Bob"), row(3), row(4), row(5, owner="Bob"), row(6), row(9),
        row(12, "K-8", **{"Our mark": "1"}), row(20, None), row(21, None, owner="Bob"),
    ],
    [
        item("K-6", "Demand", "refund", result="Done"), item("K-3", "Demand", "money"), item("K-3", "Contact", "told", owner="Bob"),
        OPEN, item("K-8", "Demand", "new north"), item("K-1", "Double", "k-8"),
    ],
    [measure("G-1", owner="Ann"), measure("G-2", owner="Cy"), measure("g-1", cause="Cause G-1 ", decided_at="2026-10-02 00:00:00")],
)  # fmt: skip
SOUTH = (
    [
        row(1), row(2, owner="Cho", root_cause="loose"), row(3, owner=None), row(9, owner="Bob"),
        row(11, "K-8"), row(20, None), row(21, None, owner="Cho"), row(21, None, owner="Cho"),
    ],
    [
        item("K-3", "Demand", "Money"), item("K-3", "Contact", "told", owner="Cho"), OPEN, item("K-8", "Demand", "new south"),
        item("K-1", "Double", "K-8"), item("K-404", "Contact", "whose"), item("K-6", "Contact", "late"),
    ],
    [measure("G-1 ", done_at="2026-10-09 00:00:00"), measure("G-2", owner="Di"), measure("G-4", owner="Cy"), measure("G-3")],
)  # fmt: skip


@cache
def merged() -> Merged:
    named = (("south.xlsx", SOUTH), ("north.xlsx", NORTH), ("old.xlsx", BASE))
    south, north, old = (part(name, rows, items, improvements=more) for name, (rows, items, more) in named)
    return merge([south, north], old, AS_OF)


def test_every_complaint_stands_under_its_number_with_what_was_made_of_it() -> None:
    found = rows_of(merged(), "complaint_id", ORIGIN, "verbatim", "owner", "root_cause", f"{OWN}Our mark")
    assert found == [
        ("K-1", None, "broke 1", "Bob", None, None),  # changed in the north
        ("K-2", None, "broke 2", "Ann", "loose", None),  # torn; the cause comes from the south alone
        ("K-3", None, "broke 3", None, None, None),  # the south emptied it
        ("K-5", None, "broke 5", "Bob", None, None),  # K-4, deleted in the south and untouched, is gone
        ("K-6", None, "broke 6", "Ann", None, None),  # an item was changed
        ("K-9", None, "broke 9", "Ann", None, None),  # not decided yet
        ("K-8", None, "broke 11", "Ann", None, None),
        ("K-8_2", "K-8", "broke 12", "Ann", None, "1"),
        (None, None, "broke 20", "Ann", None, None),  # without a number, the same in every cell: one
        (None, None, "broke 21", "Bob", None, None),
        (None, None, "broke 21", "Cho", None, None),
        (None, None, "broke 21", "Cho", None, None),  # twice on one side: two
    ]
    renamed = merged().renamed
    assert renamed[["before", "now"]].to_numpy().tolist() == [["K-8", "K-8_2"]]
    table = merged().complaints
    assert renamed["case"].tolist() == [table.case[7]]
    assert [len(table.where(case)) for case in table.case.tolist()] == [2, 2, 2, 1, 1, 2, 1, 1, 2, 1, 1, 1]


def test_where_each_row_comes_from_is_kept() -> None:
    sources = merged().complaints.cells[SOURCE].tolist()
    assert sources[0] == "north.xlsx ▸ Register!2; south.xlsx ▸ Register!2"
    assert sources[6:8] == ["south.xlsx ▸ Register!6", "north.xlsx ▸ Register!9"]


def test_a_side_without_a_sheet_deleted_nothing_there() -> None:
    earlier = [row(1, **{"Merged from": "a.xlsx ▸ Register!2; b.xlsx ▸ Register!9"})]
    old = part("b.xlsx", [row(1)], [item("K-1", "Demand", "refund")], improvements=[measure("G-1")])
    once = merge([part("m.xlsx", earlier), old], old, AS_OF)
    told = "a.xlsx ▸ Register!2; b.xlsx ▸ Register!2; b.xlsx ▸ Register!9"  # what was merged before stands for its row
    assert once.complaints.cells[SOURCE].tolist() == [told]
    assert [len(table.cells) for table in once.tables.values()] == [1, 1, 1]
    assert [len(table.gone) + len(table.conflicts) for table in once.tables.values()] == [0, 0, 0]
    assert once.renamed.empty


def test_every_row_read_is_kept_or_joined_or_deleted() -> None:
    # Equally far along the north comes first by name; more is filled in K-2 of the south.
    assert merged().complaints.account == [
        Account("north.xlsx", 10, 8, 1, 1),
        Account("south.xlsx", 8, 4, 4, 0),
    ]
    assert merged().items.account == [Account("north.xlsx", 6, 6, 0, 0), Account("south.xlsx", 7, 4, 3, 0)]


def test_items_follow_their_complaint() -> None:
    assert rows_of(merged(), "complaint_id", "item_kind", "what", "owner", "result", items=True) == [
        ("K-1", "double", "K-8", None, None),
        ("K-1", "double", "K-8_2", None, None),  # what the north called K-8
        ("K-3", "contact", "told", None, None),  # torn
        ("K-3", "demand", "Money", None, None),
        (
            "K-6",
            "contact",
            "late",
            None,
            None,
        ),  # the south, which deleted the complaint, spoke to the customer
        ("K-6", "demand", "refund", None, "done"),
        ("K-9", "conflict", "Owner: somebody else?", None, None),
        ("K-8", "demand", "new south", None, None),
        ("K-8_2", "demand", "new north", None, None),
        ("K-404", "contact", "whose", None, None),
    ]


def test_improvements_are_joined_cell_by_cell() -> None:
    table = merged().improvements
    cells = table.cells[["measure_id", "owner", "decided_at", "done_at"]].astype("str").fillna("")
    assert cells.to_numpy().tolist() == [
        ["g-1", "", "2026-10-02T00:00:00", ""],  # decided another time: another one
        ["G-1", "Ann", "", "2026-10-09T00:00:00"],
        ["G-2", "Bo", "", ""],
        ["G-4", "Cy", "", ""],  # deleted in the north, changed in the south; G-3 is gone
    ]
    assert table.account == [Account("north.xlsx", 3, 3, 0, 0), Account("south.xlsx", 4, 1, 2, 1)]


def conflicts(lang: str) -> list[Told]:
    return conflicts_of(merged(), CODE_LISTS, lang)


def test_what_nobody_decided_is_told_with_every_saying_and_its_cell() -> None:
    deleted, north = "south.xlsx deleted this row", "north.xlsx ▸ Register!"
    assert conflicts("en") == [
        Told("K-2", "register", 1, "owner", "Owner", "Ann", "Ann",
             (("Bob", f"{north}H3"), ("Cho", "south.xlsx ▸ Register!H3"))),
        Told("K-5", "register", 3, "", "whole row", "", None, ((deleted, ""), ("changed", f"{north}6"))),
        Told("K-6", "register", 4, "", "whole row", "", None, ((deleted, ""), ("changed", f"{north}7"))),
        Told("K-9", "register", 5, "owner", "Owner", "Ann", "Ann", (("Bob", "south.xlsx ▸ Register!H5"),)),
        Told("K-3", "items", 2, "owner", "Owner", "(empty)", "(empty)",
             (("Bob", "north.xlsx ▸ Items!E4"), ("Cho", "south.xlsx ▸ Items!D3"))),
        Told("K-6", "items", 5, "", "whole row", "", None, ((deleted, ""), ("changed", "north.xlsx ▸ Items!2"))),
        Told("", "improvements", 2, "owner", "Owner", "Bo", "Bo",
             (("Cy", "north.xlsx ▸ Improvements!D3"), ("Di", "south.xlsx ▸ Improvements!D3"))),
        Told("", "improvements", 3, "", "whole row", "", None,
             (("north.xlsx deleted this row", ""), ("changed", "south.xlsx ▸ Improvements!4"))),
    ]  # fmt: skip


def test_it_becomes_an_item_once() -> None:
    told = conflicts("en")
    found = as_items(told, pd.DataFrame(), "en")
    assert found["complaint_id"].tolist() == ["K-2", "K-5", "K-6", "K-9", "K-3", "K-6"]
    assert set(found["item_kind"]) == {"conflict"}
    assert found["what"].iloc[0] == "Owner: north.xlsx ▸ Register!H3 “Bob”; south.xlsx ▸ Register!H3 “Cho”"
    assert (
        found["what"].iloc[1] == "whole row: south.xlsx deleted this row; north.xlsx ▸ Register!6 “changed”"
    )
    chinese = as_items(conflicts("zh"), pd.DataFrame(), "zh")["what"]
    assert chinese.iloc[0] == "责任人：north.xlsx ▸ Register!H3 “Bob”；south.xlsx ▸ Register!H3 “Cho”"
    assert as_items(told, found.assign(result=None), "en")["complaint_id"].tolist() == []
    decided = found.assign(result=texts("done", *[None] * 5))
    assert as_items(told, decided, "en")["complaint_id"].tolist() == ["K-2"]
    one_saying = found.assign(what=found["what"].str.replace("“Cho”", "“Dan”"))
    assert as_items(told, one_saying, "en")["complaint_id"].tolist() == ["K-2", "K-3"]
    other_kind = found.assign(item_kind="demand")
    assert len(as_items(told, other_kind, "en")) == len(found)
    nameless = [one._replace(complaint_id="") for one in told]
    assert as_items(nameless, pd.DataFrame(), "en").empty


def test_a_number_that_a_side_uses_twice_is_told_apart_by_the_facts() -> None:
    """The number alone tells what one copy changed; not where a copy, or the base, has it twice."""
    one, other = row(1, "K-1"), row(9, "K-1")
    base = part("old.xlsx", [one, row(2), row(3, "K-3"), row(4, "K-3")])
    north = part("a.xlsx", [{**one, "owner": "Bo"}, other, row(5, "K-2"), {**row(4, "K-3"), "owner": "Bo"}])
    south = part("b.xlsx", [one, row(2), row(3, "K-3"), row(4, "K-3")])
    found = rows_of(merge([north, south], base, AS_OF), "complaint_id", "verbatim", "owner")
    assert found == [
        ("K-1", "broke 1", "Bo"),
        ("K-3_2", "broke 4", "Bo"),  # of the two in the base; the north deleted the one received first
        ("K-2", "broke 5", "Ann"),  # its verbatim and its time were changed in the north
        ("K-1_2", "broke 9", "Ann"),
    ]
