"""Laws of merging, on random registers: no order, no twice, no row lost; and each cell as an oracle in plain Python has it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kesu.rules.merging.identity import Part
from kesu.rules.merging.merge import Merged, merge
from kesu.rules.merging.tokens import SOURCE
from tests.depth import turns
from tests.rules.merging.parts import AS_OF, again, part, rows_of

pytestmark = pytest.mark.slow
LAW = settings(
    max_examples=turns(5, 60),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
NUMBERS = ["K-1", "k-1", "K-2", "K-3", None]
ROWS = st.fixed_dictionaries(
    {
        "complaint_id": st.sampled_from(NUMBERS),
        "received_at": st.sampled_from(["2026-10-01 09:00:00", "2026-10-02 09:00:00", "yesterday", None]),
        "customer_name": st.sampled_from(["Li", "li", "Wu"]),
        "verbatim": st.sampled_from(["it broke", "it burnt"]),
    },
    optional={
        "status": st.sampled_from(["New", "已结案", "what?"]),
        "owner": st.sampled_from(["Ann", "Bob", "=1+1"]),
        "compensation_paid": st.sampled_from(["5", "5.50", "x"]),
        "Our mark": st.sampled_from(["1", "2", "A"]),
    },
)
ITEM_ROWS = st.fixed_dictionaries(
    {"complaint_id": st.sampled_from(NUMBERS), "item_kind": st.sampled_from(["Demand", "Contact"]),
     "what": st.sampled_from(["refund", "call"])},
    optional={"result": st.sampled_from(["Done", "Declined"]), "owner": st.sampled_from(["Ann", "Bob"])},
)  # fmt: skip
REGISTERS = st.tuples(st.lists(ROWS, max_size=5), st.lists(ITEM_ROWS, max_size=4))


def parts(drawn: list[tuple[list[Any], list[Any]]]) -> list[Part]:
    return [part(f"{chr(97 + at)}.xlsx", *one) for at, one in enumerate(drawn)]


def seen(merged: Merged, *, places: bool = True) -> list[list[tuple[tuple[str, str], ...]]]:
    """All that stands in the result, cell by cell; without ``places`` not where it comes from."""
    found = []
    for table in (merged.complaints, merged.items):
        cells = table.cells.drop(columns=[] if places else [SOURCE], errors="ignore")
        found.append(
            [
                tuple(sorted((str(key), value) for key, value in row.items() if isinstance(value, str)))
                for row in cells.to_dict("records")
            ]
        )
    return found


@LAW
@given(st.lists(REGISTERS, min_size=2, max_size=3), st.randoms(), st.booleans())
def test_the_order_of_the_registers_does_not_matter(drawn: Any, dice: Any, based: bool) -> None:
    given_parts = parts(drawn)
    base = part("old.xlsx", *drawn[0]) if based else None
    other = list(given_parts)
    dice.shuffle(other)
    one, two = merge(given_parts, base, AS_OF), merge(other, base, AS_OF)
    assert seen(one) == seen(two)
    assert one.complaints.conflicts == two.complaints.conflicts
    assert one.items.conflicts == two.items.conflicts


@LAW
@given(st.lists(REGISTERS, min_size=1, max_size=3), st.booleans())
def test_every_row_is_accounted_for(drawn: Any, based: bool) -> None:
    merged = merge(parts(drawn), part("old.xlsx", *drawn[0]) if based else None, AS_OF)
    for table in (merged.complaints, merged.items):
        assert all(one.read == one.kept + one.joined + one.deleted for one in table.account)
        assert sum(one.kept for one in table.account) == len(table.cells)
    read = [one.read for one in merged.complaints.account]
    assert read == [len([row for row in rows if any(row.values())]) for rows, _ in drawn]


@LAW
@given(st.lists(REGISTERS, min_size=1, max_size=3))
def test_merging_what_was_merged_changes_nothing(drawn: Any) -> None:
    given_parts = parts(drawn)
    once = merge(given_parts, None, AS_OF)
    result = again("m.xlsx", once)
    assert seen(merge([result], None, AS_OF)) == seen(once)
    assert seen(merge([result, *given_parts], None, AS_OF)) == seen(once)
    assert seen(merge([given_parts[0], result], None, AS_OF)) == seen(once)


@LAW
@given(st.lists(REGISTERS, min_size=1, max_size=2))
def test_a_copy_of_a_register_adds_nothing(drawn: Any) -> None:
    given_parts = parts(drawn)
    copy = part("z.xlsx", *drawn[0])
    once, twice = merge(given_parts, None, AS_OF), merge([*given_parts, copy], None, AS_OF)
    assert seen(once, places=False) == seen(twice, places=False)


@LAW
@given(st.lists(REGISTERS, min_size=1, max_size=3))
def test_no_two_complaints_share_a_number(drawn: Any) -> None:
    merged = merge(parts(drawn), None, AS_OF)
    numbers = Counter(
        number.casefold() for (number,) in rows_of(merged, "complaint_id") if number is not None
    )
    assert not [number for number, count in numbers.items() if count > 1]


CELL = st.sampled_from(["Ann", "Bob", "Cho", None])
COLUMNS = ("owner", "root_cause", "Our mark")


@LAW
@given(
    st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=4),
    st.lists(
        st.lists(st.tuples(CELL, CELL, CELL) | st.none(), min_size=4, max_size=4), min_size=2, max_size=3
    ),
)
def test_three_ways_as_an_oracle_has_them(base: Any, copies: Any) -> None:
    def rows(cells: Any) -> list[dict[str, str | None]]:
        return [
            {"complaint_id": f"K-{at}", "received_at": "2026-10-01 09:00:00", "customer_name": "Li",
             "verbatim": "it broke", **dict(zip(COLUMNS, row, strict=True))}
            for at, row in enumerate(cells) if row is not None
        ]  # fmt: skip

    same = ("Zoe", "Zoe", "Zoe")  # so that no copy is empty and no column without any value
    base = [*base, same]
    copies = [[*copy[: len(base) - 1], same] for copy in copies]
    wanted: dict[str, tuple[str | None, ...]] = {}
    torn = set()
    for at, old in enumerate(base):
        mine = [copy[at] for copy in copies]
        there = [row for row in mine if row is not None]
        if not there or (len(there) < len(mine) and all(row == old for row in there)):
            continue
        if len(there) < len(mine):
            torn.add((f"K-{at}", ""))
        cells = []
        for column in range(3):
            new = {row[column] for row in there if row[column] != old[column]}
            cells.append(old[column] if len(new) != 1 else new.pop())
            if len({row[column] for row in there if row[column] != old[column]}) > 1:
                torn.add((f"K-{at}", f"own:{COLUMNS[column]}" if column == 2 else COLUMNS[column]))
        wanted[f"K-{at}"] = tuple(cells)
    sides = [part(f"{at}.xlsx", rows(copy)) for at, copy in enumerate(copies)]
    merged = merge(sides, part("old.xlsx", rows(base)), AS_OF)
    found = {
        row[0]: row[1:] for row in rows_of(merged, "complaint_id", "owner", "root_cause", "own:Our mark")
    }
    assert found == wanted
    numbers = dict(zip(merged.complaints.case.tolist(), found, strict=True))
    assert {(numbers[one.case], one.key) for one in merged.complaints.conflicts} == torn


def test_improvements_are_joined_cell_by_cell_and_none_is_lost() -> None:
    rows = [{"complaint_id": "K-1", "received_at": "2026-10-01 09:00:00", "verbatim": "it broke"}]
    one = {"measure_id": "G-1", "cause": "socket", "measure": "another supplier"}
    two = {"measure_id": "G-2", "cause": "waiting", "measure": "one more at the desk", "owner": "Bo"}
    base = part("old.xlsx", rows, improvements=[one, two])
    north = part("a.xlsx", rows, improvements=[one | {"owner": "Ann"}, two | {"owner": "Cy"}])
    south = part(
        "b.xlsx", rows, improvements=[one | {"done_at": "2026-10-09 00:00:00"}, two | {"owner": "Di"}]
    )
    keys = ["measure_id", "owner", "done_at"]

    merged = merge([north, south], base, AS_OF)
    found = (
        merged.improvements.cells[keys].astype(object).where(merged.improvements.cells[keys].notna(), None)
    )
    assert found.to_numpy().tolist() == [["G-1", "Ann", "2026-10-09T00:00:00"], ["G-2", "Bo", None]]
    assert [one.key for one in merged.improvements.conflicts] == ["owner"]
    assert [(one.read, one.kept, one.joined) for one in merged.improvements.account] == [(2, 2, 0), (2, 0, 2)]

    fresh = merge([north, part("b.xlsx", rows), part("c.xlsx", rows, improvements=[one])], None, AS_OF)
    assert fresh.improvements.cells["measure_id"].tolist() == ["G-1", "G-2"]
    deleted = merge(
        [part("a.xlsx", rows, improvements=[two]), part("b.xlsx", rows, improvements=[one, two])], base, AS_OF
    )
    assert deleted.improvements.cells["measure_id"].tolist() == ["G-2"]
    kept = merge([part("a.xlsx", rows), part("b.xlsx", rows, improvements=[one, two])], base, AS_OF)
    assert len(kept.improvements.cells) == 2  # who has no such sheet has deleted nothing


def test_an_item_that_one_copy_changed_and_another_deleted_stays() -> None:
    row = {
        "complaint_id": "K-1",
        "received_at": "2026-10-01 09:00:00",
        "customer_name": "Li",
        "verbatim": "it broke",
    }
    item = {"complaint_id": "K-1", "item_kind": "Demand", "what": "refund"}
    other = {"complaint_id": "K-1", "item_kind": "Contact", "what": "called"}
    base = part("old.xlsx", [row], [item, other])
    copies = [part("a.xlsx", [row], [item | {"result": "Done"}, other]), part("b.xlsx", [row], [other])]
    merged = merge(copies, base, AS_OF)
    assert [kind for (kind,) in rows_of(merged, "item_kind", items=True)] == ["contact", "demand"]
    assert [one.key for one in merged.items.conflicts] == [""]
    untouched = merge([part("a.xlsx", [row], [item, other]), copies[1]], base, AS_OF)
    assert rows_of(untouched, "item_kind", items=True) == [("contact",)]
    no_sheet = merge([part("a.xlsx", [row], [item, other]), part("b.xlsx", [row])], base, AS_OF)
    assert len(no_sheet.items.cells) == 2  # who has no such sheet has deleted nothing
