"""In which language a register is headed: that of at least half of its headings, also of those merged down over a blank."""

from __future__ import annotations

import pandas as pd
import pytest

from kesu.register.normalise import _lang
from kesu.register.raw import RawSheet


@pytest.mark.parametrize(
    ("above", "own", "lang"),
    [
        (None, ["投诉编号", "受理时间"], "zh"), (None, ["No.", "When"], "en"), (None, ["投诉编号", "When"], "zh"),
        (["投诉编号", "受理时间"], [None, None], "zh"), (["客户", "客户"], ["No.", "When"], "en"),
        (["投诉编号", None], [None, "When"], "zh"), (["No.", "受理时间"], [None, "When"], "en"), ([None, None], ["No.", None], "en"),
    ],
)  # fmt: skip
def test_a_register_is_in_the_language_of_its_headings(
    above: list[str | None] | None, own: list[str | None], lang: str
) -> None:
    rows = [[*one, "别的"] for one in ([above] if above else []) + [own]] + [["K-1", "2026", "x"]]
    at = len(rows) - 2
    header = at, {"complaint_id": 0, "received_at": 1}
    assert _lang(RawSheet("Register", pd.DataFrame(rows, dtype="str")), header) == lang
