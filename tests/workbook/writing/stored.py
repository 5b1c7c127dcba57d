"""What stands in the formula cells of a workbook, and where another program says otherwise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import betteroffice_xlsx
import openpyxl

EPOCH = dt.datetime(1899, 12, 30)
CLOSE = 1e-9
"""Share by which two numbers may differ: programs add up in different orders."""


def stored(path: Path) -> Iterator[tuple[str, str, str, Any]]:
    """Sheet, cell, formula and stored result of every formula."""
    formulas, results = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    shown = results[sheet.title][cell.coordinate].value
                    yield sheet.title, cell.coordinate, str(cell.value), plain(shown)


def plain(value: Any) -> Any:
    """A date as Excel counts days; nothing as an empty text."""
    match value:
        case dt.datetime():
            return (value - EPOCH) / dt.timedelta(days=1)
        case dt.time():
            return dt.timedelta(hours=value.hour, minutes=value.minute, seconds=value.second) / dt.timedelta(
                days=1
            )
        case dt.timedelta():
            return value / dt.timedelta(days=1)
        case betteroffice_xlsx.CellError():
            return str(value)
        case None:
            return ""
    return value


def differing(path: Path, other: Callable[[str, str], Any]) -> tuple[int, list[tuple[Any, ...]]]:
    """How many formulas there are, and those whose stored result is not what ``other`` (sheet, cell) says."""
    count, wrong = 0, []
    for sheet, cell, formula, mine in stored(path):
        count += 1
        theirs = plain(other(sheet, cell))
        if not alike(mine, theirs):
            wrong.append((sheet, cell, mine, theirs, formula[:200]))
    return count, wrong


def alike(one: Any, other: Any) -> bool:
    """The same text, or the same number but for its last digits."""
    if isinstance(one, str) or isinstance(other, str):
        return bool(one == other)
    return bool(abs(one - other) <= CLOSE * max(1.0, abs(one)))


def second_engine(path: Path, now: dt.datetime) -> Callable[[str, str], Any]:
    """Every cell as betteroffice works it out with the clock at ``now``."""
    book = betteroffice_xlsx.Workbook.open_recalculated(path.read_bytes(), now_serial=plain(now))
    return book.value
