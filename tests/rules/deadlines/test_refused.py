"""Why an item that would move a deadline does not count: the first reason that holds."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from kesu.rules.explain.refused import why_refused
from kesu.rules.instants import NAT

START = 1_000


@pytest.mark.parametrize(
    ("item", "due", "start", "why"),
    [
        ({"item_kind": "due_change"}, NAT, NAT, "it does not say who changed it"),
        ({"item_kind": "due_change", "noted_by": "Wu"}, NAT, NAT, "it does not say why"),
        (
            {"item_kind": "due_change", "noted_by": "Wu", "what": "asked"},
            NAT,
            NAT,
            "it has no believable due time",
        ),
        ({"item_kind": "contact"}, NAT, START, "it has no believable due time"),
        ({"item_kind": "contact"}, START, START, "it is not after the start"),
        ({"item_kind": "contact"}, START + 1, NAT, "it is not after the start"),
        ({"item_kind": "contact"}, START + 1, START, "another was noted later"),
        (
            {"item_kind": "due_change", "noted_by": "Wu", "what": "asked"},
            START + 1,
            START,
            "another was noted later",
        ),
    ],
)
def test_the_first_reason_is_told(item: dict[str, Any], due: int, start: int, why: str) -> None:
    row = pd.Series({"noted_by": None, "what": None, **item}, dtype=object)
    assert why_refused(row, due, start).en == why
