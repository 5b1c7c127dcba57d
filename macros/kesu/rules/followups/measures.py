"""Improvements that are not carried out yet, as lines of the list: they belong to no complaint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kesu.rules.days import latest
from kesu.rules.deadlines import instants, seconds_of
from kesu.rules.instants import NAT
from kesu.rules.playbooks import FOLLOW_UPS
from kesu.words.text import Text

if TYPE_CHECKING:
    from kesu.register.sheets import Register
    from kesu.rules.instants import Ints

OF_CAUSE = Text("{cause}：{measure}", "{cause}: {measure}")


def measure_lines(register: Register, now: int, lang: str) -> tuple[pd.DataFrame, Ints]:
    """What is left to do of the improvements that have a due date, and the register (of a stack) of each line.

    Columns as `kesu.rules.followups.table` makes them. A date without a time of day means the end of that day.
    """
    data = register.improvements.data
    due = latest(seconds_of(data["due_at"]))
    rows = np.flatnonzero((due != NAT) & data["done_at"].isna().to_numpy(bool))
    some = data.iloc[rows]
    what = [
        OF_CAUSE.fill(cause=cause, measure=measure).of(lang) if isinstance(cause, str) else measure
        for cause, measure in zip(some["cause"], some["measure"].fillna("?"), strict=True)
    ]
    lines = pd.DataFrame(
        {
            "sheet": "improvements",
            "row": some["excel_row"].to_numpy(),
            "complaint_id": pd.Series([None] * len(rows), dtype="str"),
            "kind": "improvement",
            "owner": some["owner"].to_numpy(),
            "what": pd.Series(what, dtype="str"),
            "due_at": instants(due[rows]),
            "overdue_hours": np.maximum(now - due[rows], 0) / 3600,
            "next_step": FOLLOW_UPS["improvement"][1].of(lang),
            "clock": "calendar",
            "day_hours": 24.0,
            "item_row": pd.array([None] * len(rows), dtype="Int64"),
            "severity": pd.Series([None] * len(rows), dtype="str"),
            "waits": "",
        }
    )
    return lines, register.improvements.owner[rows]
