"""Where things are in a register workbook that kesu builds: by what is declared, not by letters in tests."""

from __future__ import annotations

from typing import Final

from xlsxwriter.utility import xl_col_to_name

from kesu.workbook.writing.items import columns_of_items
from kesu.workbook.writing.layouts import columns_in_order

ORDER: Final = (
    "guide", "register", "items", "improvements", "today", "followups", "kpis", "findings", "settings", "calendar", "workings",
)  # fmt: skip
"""The sheets as they stand in the workbook."""


def at(sheet: str) -> int:
    """Place of a sheet, from 0."""
    return ORDER.index(sheet)


def part(sheet: str) -> str:
    """The part of the file that holds a sheet."""
    return f"xl/worksheets/sheet{at(sheet) + 1}.xml"


def letter(key: str, sheet: str = "register") -> str:
    """Column of the register (or of items) by its key."""
    columns = columns_in_order(live=True) if sheet == "register" else columns_of_items(live=True)
    found: str = xl_col_to_name(next(n for n, column in enumerate(columns) if column.key == key))
    return found
