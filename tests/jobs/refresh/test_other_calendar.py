"""Formulas look deadlines up on the Calendar sheet, commands in Settings: who changed one hears of the other."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kesu.workbook.patch import Patch
from tests.jobs.refresh.conftest import Run

DAY = dt.date(2026, 10, 31)


def test_a_calendar_that_is_not_that_of_settings_is_told(register: Path, refresh: Run) -> None:
    patch = Patch.open(register)
    patch.write_block("Calendar", "D7", [[17 / 24]])  # Thursday, 2 January 2025, ends an hour earlier
    saturday = [dt.date(2025, 1, 4)]
    patch.write_block("Calendar", "A8", [saturday, saturday])  # Friday the 3rd is moved to Saturday
    patch.commit(as_of=DAY, backup=False)
    done = refresh(register, "--as-of", "2026-10-31 12:00")
    assert done.exit_code == 0
    (said,) = done.stderr.splitlines()
    assert said.startswith(
        "branch.xlsx: On 3 days the Calendar sheet has other working hours than Settings (the first: 2025-01-02): "
    )


@pytest.mark.slow
def test_other_hours_on_settings_are_told_too(register: Path, refresh: Run) -> None:
    patch = Patch.open(register)
    patch.write_block("Settings", "AC6", [[10 / 24]])  # Mondays begin at 10
    patch.commit(as_of=DAY, backup=False)
    said = refresh(register, "--as-of", "2026-10-31 12:00").stderr
    assert "the Calendar sheet has other working hours than Settings (the first: 2025-01-06)" in said


def test_a_calendar_that_follows_settings_is_not_spoken_of(register: Path, refresh: Run) -> None:
    assert refresh(register, "--as-of", "2026-10-31 12:00").stderr == ""


@pytest.mark.slow
def test_a_blank_row_and_a_slip_of_the_finger_are_left_aside(register: Path, refresh: Run) -> None:
    patch = Patch.open(register)
    patch.write_block("Calendar", "A7", [[dt.date(9999, 1, 1)]])  # 2 January 2025 is lost by it
    patch.write_block("Calendar", "A8", [[None, None, None, None]])  # and so is the 3rd
    patch.commit(as_of=DAY, backup=False)
    said = refresh(register, "--as-of", "2026-10-31 12:00").stderr
    assert (
        "On 2 days the Calendar sheet has other working hours than Settings (the first: 2025-01-02)" in said
    )
