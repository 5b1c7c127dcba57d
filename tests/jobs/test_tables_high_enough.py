"""Rows of the tables in a workbook: as high as their texts, which are cut where no row can be high enough."""

from __future__ import annotations

from typing import Any

import pytest

from kesu.jobs.tables import LINE_PT, MOST_LINES, _cut, _lines, _with_more, is_alone, row_heights, shown_whole
from kesu.register.outputs import CELLS, FINDINGS


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (None, 1), (7, 1), ("", 1), ("a" * 12, 1), ("a" * 13, 2), ("a" * 24, 2), ("a" * 25, 3), ("a\nb", 2), ("a\n\nb", 3),
        ("字" * 5, 1), ("字" * 6, 2), ("字" * 10, 2), ("字" * 11, 3),  # a character is two figures wide
    ],
)  # fmt: skip
def test_lines_of_a_text_in_a_column_ten_figures_wide(text: Any, lines: int) -> None:
    assert _lines(text, 10) == lines


def test_a_text_is_cut_where_its_row_ends() -> None:
    assert _cut("a" * 24, 10, 2) == "a" * 24
    assert _cut("a" * 25, 10, 2) == "a" * 23 + "…"
    assert _cut("a" * 22 + "   bbb", 10, 2) == "a" * 22 + "…"
    assert _cut("字" * 11, 10, 2) == "字" * 9 + "…"
    assert _cut(8, 10, 1) == 8


def test_rows_are_as_high_as_their_longest_text() -> None:
    at = {one.key: number for number, one in enumerate(FINDINGS)}
    plain: list[Any] = ["x"] * len(FINDINGS)
    long = [*plain]
    long[at["problem"]], long[at["value"]] = (
        "a" * 25,
        "a" * 50,
    )  # 24 fit on a line of the one, 20 on one of the other
    assert row_heights("Findings", FINDINGS, [plain, long]) == [LINE_PT + 6, 3 * LINE_PT + 6]
    assert row_heights("Kpis", FINDINGS, [plain]) == []


def test_what_is_longer_than_any_row_ends_in_dots() -> None:
    keys = [one.key for one in CELLS["Findings"]]
    widths = {one.key: one.width for one in CELLS["Findings"]}
    room = int(1.2 * widths["value"] * MOST_LINES)
    row = tuple("b" * 2000 if key in {"value", "sheet"} else "c" for key in keys)
    (found,) = shown_whole("Findings", [row])
    assert found[keys.index("sheet")] == "b" * 2000  # no column of long texts
    said = str(found[keys.index("value")])
    assert said.endswith("b…")
    assert len(said) == room
    assert found[0] == "c"


def test_what_is_not_shown_is_counted() -> None:
    rows: list[tuple[Any, ...]] = [("K-1", *["x"] * (len(CELLS["Findings"]) - 1))]
    assert _with_more(rows, 1, "Findings", "en") == rows
    both = _with_more(rows, 3, "Findings", "en")
    assert both[:1] == rows
    assert both[1] == ("2 more; see the command line", *[None] * (len(CELLS["Findings"]) - 1))
    assert _with_more(rows, 3, "Findings", "zh")[1][0] == "还有 2 行，请用命令行查看"
    assert [is_alone(row) for row in both] == [False, True]
