"""Columns of the tables that kesu fills: as headings of this version, of an earlier one, or changed by somebody."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kesu.register.outputs import (
    CELLS,
    EARLIER,
    FINDINGS,
    FOLLOWUPS,
    KPIS,
    LATER,
    Output,
    as_of_index,
    columns_there,
    picked,
)
from kesu.words.text import Text


def wide(*widths: int) -> list[Output]:
    return [Output(str(at), Text("", ""), width) for at, width in enumerate(widths)]


@pytest.mark.parametrize(
    ("columns", "at"),
    [(FOLLOWUPS, 1), (KPIS, 1), (FINDINGS, 2), (wide(20, 17), 1), (wide(20, 16, 17, 18), 2), (wide(9, 9, 9, 30), 3)],
)  # fmt: skip
def test_a_day_and_a_time_have_room_and_never_stand_first(columns: Sequence[Output], at: int) -> None:
    assert as_of_index(columns) == at


@pytest.mark.parametrize("table", ["FollowUps", "Kpis", "Findings"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_columns_that_came_later_may_be_missing(table: str, lang: str) -> None:
    columns = {"FollowUps": FOLLOWUPS, "Kpis": KPIS, "Findings": FINDINGS}[table]
    heads = [one.label.of(lang) for one in columns]
    assert columns_there(table, [*heads, "Our own"]) == (list(columns), None)
    old = [one for one in columns if one.key not in LATER]
    assert len(old) < len(columns)
    assert columns_there(table, [f" {one.label.of(lang).upper()} " for one in old]) == (old, None)
    before = EARLIER.get(table)
    if before:
        assert columns_there(table, [one.label.of(lang) for one in before]) == (list(before), None)


def test_a_heading_that_somebody_changed_is_named() -> None:
    heads: list[object] = [one.label.en for one in FINDINGS]
    heads[3] = "Page"
    found, wrong = columns_there("Findings", heads)
    assert found == list(FINDINGS[:3])
    assert wrong is not None
    assert wrong.en.startswith("column 4 should be headed “Sheet”, but is “Page”")
    assert wrong.zh.startswith("第 4 列的标题应为“工作表”，现在是“Page”")
    empty = columns_there("Kpis", [None])[1]
    assert empty is not None
    assert empty.en.startswith("column 1 should be headed “KPI”, but is “”")
    cut = columns_there("Kpis", [one.label.en for one in KPIS[:-1]])
    assert cut[0] == list(KPIS[:-1])
    assert cut[1] is not None
    assert cut[1].en.startswith("column 11 should be headed “Period”, but is “”")


def test_cells_follow_the_columns_that_are_there() -> None:
    keys = [one.key for one in CELLS["Findings"]]
    assert picked("Findings", [FINDINGS[4], FINDINGS[0]], keys) == ["cell", "complaint_id"]
    row = [one.key for one in CELLS["FollowUps"]]
    assert picked("FollowUps", EARLIER["FollowUps"], row) == [one.key for one in EARLIER["FollowUps"]]
    assert len(row) == len(set(row)) == len(FOLLOWUPS) + 2  # two that only earlier workbooks have
