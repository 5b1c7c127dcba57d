"""Several registers typed in one pass: those of one workbook share its items and settings, figures are read register by register."""

from __future__ import annotations

import pandas as pd
import pytest

from kesu.register.normalise import found_in, normalise_all, typed
from kesu.register.raw import RawSheet

HEADS = (
    "Complaint no.",
    "Received at",
    "Channel",
    "Status",
    "Verbatim",
    "Compensation paid",
    "Compensation claimed",
)


def sheet(title: str, *rows: tuple[str | None, ...], heads: tuple[str, ...] = HEADS) -> RawSheet:
    return RawSheet(title, pd.DataFrame([heads, *rows], dtype="str"))


def row(number: str, paid: str | None = None, claimed: str | None = None) -> tuple[str | None, ...]:
    return (number, "2026-10-05 09:00:00", "Phone", "New", "it broke", paid, claimed)


ITEMS = sheet(
    "Items", *((number, "Demand", what) for number, what in (("E-1", "a"), ("W-1", "b"), ("Z-9", "c"), ("W-2", "d"), (None, "e"))),
    heads=("Complaint no.", "Item kind", "What"),
)  # fmt: skip
MEASURES = sheet(
    "Improvements",
    ("G-1", "loose", "another supplier", "Bo"),
    heads=("Measure no.", "Cause", "Measure", "Owner"),
)


def test_registers_of_one_workbook_share_its_items() -> None:
    """Each has those of its complaints, the first also those of none, and the improvements."""
    found = normalise_all(
        "w.xlsx", [sheet("East", row("E-1")), sheet("West", row("W-1"), row("W-2")), ITEMS, MEASURES]
    )
    assert [one.name for one in found] == ["w.xlsx#East", "w.xlsx#West"]
    assert [one.items.data["what"].tolist() for one in found] == [["a", "c", "e"], ["b", "d"]]
    assert [one.items.data["excel_row"].tolist() for one in found] == [[2, 4, 6], [3, 5]]
    assert [one.parent.tolist() for one in found] == [[0, -1, -1], [0, 1]]
    assert [len(one.improvements.data) for one in found] == [1, 0]
    assert found[0].settings is found[1].settings
    (alone,) = normalise_all("w.xlsx", [sheet("East", row("E-1")), ITEMS])
    assert (alone.name, alone.items.data["what"].tolist()) == ("w.xlsx", ["a", "b", "c", "d", "e"])
    three = normalise_all(
        "w.xlsx", [sheet("East", row("E-1")), sheet("West", row("W-1")), sheet("North", row("W-2")), ITEMS]
    )
    assert [one.items.data["what"].tolist() for one in three] == [["a", "c", "e"], ["b"], ["d"]]


@pytest.mark.parametrize(
    "middle", [("1,234", "5,678"), ("1,5", "22,75"), ("x", "3"), (None, None), ("7", "8.5")]
)
def test_how_figures_are_written_is_told_of_each_register(middle: tuple[str | None, str | None]) -> None:
    """Commas of one register say nothing of those of another; what is odd in one changes none."""
    columns = [("12.5", "1000"), middle, ("2", None)]
    found = [
        found_in(
            f"{at}.xlsx",
            [sheet("Register", *(row(f"{at}-{n}", paid, "9.75") for n, paid in enumerate(some)))],
        )[0]
        for at, some in enumerate(columns)
    ]
    together, alone = typed(found), [typed([one])[0] for one in found]
    for one, other in zip(together, alone, strict=True):
        mine, its = (register.complaints for register in (one, other))
        pd.testing.assert_frame_equal(mine.data.reset_index(drop=True), its.data.reset_index(drop=True))
        pd.testing.assert_frame_equal(
            mine.problems.reset_index(drop=True), its.problems.reset_index(drop=True)
        )
    paid = [one.complaints.data["compensation_paid"].fillna(-1).tolist() for one in together]
    assert (paid[0], paid[2]) == ([12.5, 1000.0], [2.0, -1])
    assert all(one.complaints.data["compensation_claimed"].tolist() == [9.75] * 2 for one in together)
    known = {"x": [-1, 3.0], None: [-1, -1], "7": [7.0, 8.5], "1,5": [1.5, 22.75]}
    assert paid[1] == known.get(middle[0], paid[1])
    wrong = together[1].complaints.problems
    assert wrong["value"][wrong["problem"].eq("bad_number")].tolist() == ["x"] * (middle[0] == "x")
