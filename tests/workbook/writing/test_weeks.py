"""The control chart of weeks on the KPIs sheet, worked out by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from kesu.register.codes import CODE_LISTS
from kesu.workbook.writing import build_register
from tests.workbook.writing.stored import differing, second_engine

NOW = dt.datetime(2026, 11, 18, 14, 37)  # a Wednesday: the last whole week began on Monday 9 November
EIGHT = (10, 12, 11, 13, 9, 12, 11, 10)


def weeks(path: Path, counts: tuple[int, ...], *, zh: bool = False) -> list[tuple[Any, ...]]:
    """Register of so many complaints in the last weeks → rows (week, count, mean, upper, lower), as stored."""
    monday = dt.datetime(2026, 11, 9, 9) - dt.timedelta(weeks=len(counts) - 1)
    received = [
        monday + dt.timedelta(weeks=week, minutes=n)
        for week, count in enumerate(counts)
        for n in range(count)
    ]
    received.append(NOW - dt.timedelta(hours=1))  # in the week that runs
    data = pd.DataFrame(
        {
            "complaint_id": [f"C-{n:03d}" for n in range(len(received))],
            "kind": "complaint",
            "received_at": received,
        }
    )
    build_register(path, "zh" if zh else "en", complaints=data, as_of=NOW)
    sheet = openpyxl.load_workbook(path, data_only=True)["指标" if zh else "KPIs"]
    at = next(cell.column for cell in sheet[8] if cell.value == ("周（周一起）" if zh else "Week from"))
    return [tuple(sheet.cell(row, at + n).value for n in range(5)) for row in range(9, 35)]


def test_the_chart_begins_with_the_registers_first_week(tmp_path: Path) -> None:
    rows = weeks(tmp_path / "eight.xlsx", EIGHT)
    assert [row[0] for row in rows[-8:]] == [
        dt.datetime(2026, 9, 21) + dt.timedelta(weeks=n) for n in range(8)
    ]
    assert [row[1] for row in rows] == ["#N/A"] * 18 + list(EIGHT)
    # mean 11, moving ranges 2 1 2 4 3 1 1: mean 2; 11 ± 2.66 · 2; with eighteen weeks of zero before them the mean would be
    # 88/26 = 3.4 and the upper limit 3.4 + 2.66 · 24/25 = 5.9: every week outside
    assert rows[17][1:] == ("#N/A",) * 4
    for row in rows[18:]:
        assert row[2:] == (pytest.approx(11.0), pytest.approx(16.32), pytest.approx(5.68))


def test_weeks_before_the_register_begin_with_it(tmp_path: Path) -> None:
    """An axis of dates has no room for them then; months do the same."""
    rows = weeks(tmp_path / "eight.xlsx", EIGHT)
    assert {row[0] for row in rows[:18]} == {dt.datetime(2026, 9, 21)}
    sheet = openpyxl.load_workbook(tmp_path / "eight.xlsx", data_only=True)["KPIs"]
    at = next(cell.column for cell in sheet[8] if cell.value == "Month")
    months = [sheet.cell(row, at).value for row in range(9, 21)]
    assert months == [dt.datetime(2026, 9, 1)] * 10 + [dt.datetime(2026, 10, 1), dt.datetime(2026, 11, 1)]
    assert {sheet.cell(row, at + 1).value for row in range(9, 18)} == {"#N/A"}


def test_fewer_than_one_a_week_have_no_limits_and_none_is_below_zero(tmp_path: Path) -> None:
    few = weeks(tmp_path / "few.xlsx", (1, 0, 1, 1, 0, 1, 1, 1))  # a mean of 6/8
    assert {row[3:] for row in few} == {("#N/A", "#N/A")}
    jumps = weeks(tmp_path / "jumps.xlsx", (1, 9, 1, 9, 1, 9, 1, 9))  # mean 5, moving ranges 8: 5 ± 21.28
    assert jumps[-1][3:] == (pytest.approx(26.28), "#N/A")


def test_the_last_bar_is_all_other_categories(tmp_path: Path) -> None:
    listed = [code.label.en for code in CODE_LISTS["category"]]
    counts = {
        name: 12 - at for at, name in enumerate(reversed(listed))
    }  # ten of them, the last of the list most
    names = [name for name, count in counts.items() for _ in range(count)]
    keys = {code.label.en: code.key for code in CODE_LISTS["category"]}
    data = pd.DataFrame(
        {
            "complaint_id": [f"C-{n}" for n in range(len(names))],
            "kind": "complaint",
            "category": [keys[name] for name in names],
            "received_at": dt.datetime(2026, 11, 2, 9),
        }
    )
    build_register(tmp_path / "bars.xlsx", "en", complaints=data, as_of=NOW)
    sheet = openpyxl.load_workbook(tmp_path / "bars.xlsx", data_only=True)["KPIs"]
    at = next(cell.column for cell in sheet[8] if cell.value == "Sorted")
    bars = [tuple(sheet.cell(row, at + n).value for n in range(3)) for row in range(9, 17)]
    assert [bar[:2] for bar in bars[:7]] == [*counts.items()][:7]
    assert bars[7] == ("3 more", 5 + 4 + 3, 1)
    assert bars[0][2] == pytest.approx(12 / 75)
    assert sheet.cell(17, at).value is None


def test_seven_weeks_have_a_mean_and_no_limits(tmp_path: Path) -> None:
    rows = weeks(tmp_path / "seven.xlsx", EIGHT[1:], zh=True)
    assert [row[2] for row in rows] == ["#N/A"] * 19 + [pytest.approx(78 / 7)] * 7
    assert {row[3:] for row in rows} == {("#N/A", "#N/A")}


@pytest.mark.slow
def test_a_week_without_complaints_after_the_first_counts_as_none(tmp_path: Path) -> None:
    rows = weeks(tmp_path / "gap.xlsx", (3, 0, 4))
    assert [row[1] for row in rows[-3:]] == [3, 0, 4]
    assert rows[-1][2] == pytest.approx(7 / 3)


@pytest.mark.slow
def test_a_register_that_has_just_begun_has_no_weeks(tmp_path: Path) -> None:
    assert {row[1:] for row in weeks(tmp_path / "new.xlsx", ())} == {("#N/A",) * 4}


@pytest.mark.slow
def test_a_second_engine_comes_to_the_same_weeks(tmp_path: Path) -> None:
    weeks(tmp_path / "eight.xlsx", EIGHT)
    count, wrong = differing(tmp_path / "eight.xlsx", second_engine(tmp_path / "eight.xlsx", NOW))
    assert wrong == []
    assert count > 3000
