"""Findings by complaint, the worst complaint first."""

from __future__ import annotations

import pandas as pd
import pytest

from kesu.jobs.finding_rows import by_complaint
from kesu.jobs.tables import row_heights
from kesu.register.outputs import FINDINGS


def test_complaints_with_the_most_errors_then_warnings_come_first_and_stay_together() -> None:
    lines = [
        ("C-2", "error", 1), ("C-1", "error", 1), ("C-1", "error", 900), ("", "error", 1), ("C-3", "warning", 1),
        ("C-1", "warning", 1), ("C-4", "warning", 1), ("C-4", "info", 1), ("C-3", "warning", 1), ("", "info", 1),
    ]  # fmt: skip
    found = pd.DataFrame(lines, columns=["complaint_id", "severity", "count"])
    found.loc[found["count"].gt(1), "complaint_id"] = ""
    found = found.assign(sheet="Register", row=range(6, 16))
    shown = by_complaint(found)
    assert [*zip(shown["complaint_id"], shown["severity"], strict=True)] == [
        ("C-1", "error"), ("C-1", "warning"), ("C-2", "error"), ("", "error"), ("C-3", "warning"), ("C-3", "warning"),
        ("C-4", "warning"), ("C-4", "info"), ("", "info"), ("", "error"),
    ]  # fmt: skip
    assert shown["count"].tolist()[-1] == 900


def test_rows_are_as_high_as_their_longest_text() -> None:
    columns = FINDINGS[:7]  # problem 20 figures wide, column 15, message 48
    row = ["C-1", "Error", "short", "Register", "A6", "Owner", "x" * 5]
    long = [*row[:6], "word " * 24]  # 120 letters, 57 a line
    word = [*row[:6], "x" * 130]  # one word: three lines all the same
    heights = row_heights("Findings", columns, [row, long, word])
    assert heights == pytest.approx([19.2, 45.6, 45.6])
