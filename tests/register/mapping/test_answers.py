"""A mapping with one more answer: everything else stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from kesu.register.mapping.model import TableMap

BEFORE = TableMap(
    columns={"No": "complaint_id", "When": "?"}, times={"When": "ymd"}, units={"Spent": 60.0},
    values={"channel": {"tel": "phone"}}, repeated="items: contact",
)  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "answer", "changed"),
    [
        (("columns", "When"), "received_at", {"columns": {"No": "complaint_id", "When": "received_at"}}),
        (("columns", "New"), "own", {"columns": {"No": "complaint_id", "When": "?", "New": "own"}}),
        (("times", "When"), "dmy", {"times": {"When": "dmy"}}),
        (("units", "Spent"), "3600", {"units": {"Spent": 3600.0}}),
        (("units", "Waited"), "1", {"units": {"Spent": 60.0, "Waited": 1.0}}),
        (("values", "channel", "post"), "letter", {"values": {"channel": {"tel": "phone", "post": "letter"}}}),
        (("values", "status", "done"), "closed", {"values": {"channel": {"tel": "phone"}, "status": {"done": "closed"}}}),
        (("repeated",), "cases", {"repeated": "cases"}),
        (("zone",), "Asia/Shanghai", {"zone": "Asia/Shanghai"}),
    ],
)  # fmt: skip
def test_one_entry_is_filled_in(entry: Sequence[str], answer: str, changed: dict[str, Any]) -> None:
    assert BEFORE.answered(entry, answer) == replace(BEFORE, **changed)


def test_the_heading_that_gives_a_column() -> None:
    assert BEFORE.heading_of("complaint_id") == "No"
    assert BEFORE.heading_of("status") is None
