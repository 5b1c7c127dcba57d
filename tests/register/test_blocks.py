"""Where a block of settings stands on a sheet: below its first heading and at least one more of its own."""

from __future__ import annotations

import pytest

from kesu.register.settings.blocks import HEADER_ROWS, Found, find, is_settings
from kesu.register.settings.layout import BLOCKS

LIMITS = next(block for block in BLOCKS if block.key == "limits")
ROW: list[str | None] = ["Limit", "Value", "Note"]


@pytest.mark.parametrize(
    ("grid", "found"),
    [
        ([ROW], Found(0, {"limit": 0, "value": 1, "note": 2})),
        ([["界限", "值"]], Found(0, {"limit": 0, "value": 1})),
        ([["x"], [None, *ROW]], Found(1, {"limit": 1, "value": 2, "note": 3})),
        ([["Limit"], ROW], Found(1, {"limit": 0, "value": 1, "note": 2})),  # the word alone heads nothing
        ([["Limit", None, "Value"]], None),  # a gap ends a block
        ([["Limit", "Ours", "Value"]], Found(0, {"limit": 0, "value": 2})),  # a column of the team's own does not
        ([["Limit", "Value", "Value", "Note"]], Found(0, {"limit": 0, "value": 1})),
        ([["Limit", "Value", "Setting", "Note"]], Found(0, {"limit": 0, "value": 1})),  # another block begins
        ([["Limit", "x", "Limit", "Value"]], Found(0, {"limit": 2, "value": 3})),
        ([[None]] * (HEADER_ROWS - 1) + [ROW], Found(HEADER_ROWS - 1, {"limit": 0, "value": 1, "note": 2})),
        ([[None]] * HEADER_ROWS + [ROW], None),
        ([["Value", "Note"]], None), ([], None),
    ],
)  # fmt: skip
def test_a_block_begins_at_its_first_heading(grid: list[list[str | None]], found: Found | None) -> None:
    assert find(grid, LIMITS) == found


def test_a_sheet_of_settings_has_several_blocks() -> None:
    first = [block.fields[0].label.en for block in BLOCKS]
    assert is_settings([first])
    assert not is_settings([first[:1], ["x", None, 5]])
    assert not is_settings([])
