"""Lists of choices on a Settings sheet: a team's own stay as they are, what kesu itself writes is never unknown."""

from __future__ import annotations

import numpy as np
import pytest

from kesu.register.cells import _coded
from kesu.register.codes import CODE_LISTS
from kesu.register.mapping.table import _TOTAL
from kesu.register.settings.sheet import SettingsReader

ROWS = (
    ("Code list", "Code", "Choice", "Also written as"),
    ("item_kind", "call", "Call", ""), ("item_kind", "demand", "Wish", ""), ("channel", "phone", "Telephone", "ring"),
)  # fmt: skip


def test_kinds_that_came_later_are_known() -> None:
    codes = SettingsReader(ROWS).read().codes
    kinds = [code.key for code in codes["item_kind"]]
    assert kinds[:2] == ["call", "demand"]
    assert kinds[2:] == [code.key for code in CODE_LISTS["item_kind"] if code.key != "demand"]
    assert [code.key for code in codes["channel"]] == ["phone"]
    assert codes["tier"] == CODE_LISTS["tier"]


def test_what_is_on_no_list_is_told_of_each_cell() -> None:
    read, wrong = _coded(np.array([0, 1, -1, 0]), ["smoke", "phone"], CODE_LISTS["channel"])
    assert read.astype("str").fillna("").tolist() == ["", "phone", "", ""]
    assert wrong["unknown_code"].tolist() == [True, False, False, True]


@pytest.mark.parametrize(
    ("cell", "total"),
    [("合计", True), ("小 计：", True), ("Total", True), ("GRAND TOTAL", True), ("(subtotals)", True), ("Totally wrong", False), ("K-1", False)],
)  # fmt: skip
def test_a_row_of_totals_is_known_by_its_first_word(cell: str, *, total: bool) -> None:
    assert (_TOTAL.match(cell) is not None) == total
