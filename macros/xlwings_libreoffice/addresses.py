"""Addresses such as ``$A$1:C3``, ``A:C`` and ``2:5`` as rectangles of cells."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

MAX_ROWS: Final = 1_048_576
MAX_COLUMNS: Final = 16_384

_CELLS = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?", re.IGNORECASE)
_COLUMNS = re.compile(r"\$?([A-Z]{1,3}):\$?([A-Z]{1,3})", re.IGNORECASE)
_ROWS = re.compile(r"\$?(\d{1,7}):\$?(\d{1,7})")


class Area(NamedTuple):
    """A rectangle of cells: its first row and column (counted from 1) and its size."""

    row: int
    column: int
    rows: int = 1
    columns: int = 1

    @property
    def last_row(self) -> int:
        """The bottom row, counted from 1."""
        return self.row + self.rows - 1

    @property
    def last_column(self) -> int:
        """The rightmost column, counted from 1."""
        return self.column + self.columns - 1

    def around(self, other: Area) -> Area:
        """The smallest rectangle that holds both."""
        row, column = min(self.row, other.row), min(self.column, other.column)
        rows = max(self.last_row, other.last_row) - row + 1
        return Area(row, column, rows, max(self.last_column, other.last_column) - column + 1)

    def covers(self, row: int, column: int) -> bool:
        """Whether the cell lies inside."""
        return self.row <= row <= self.last_row and self.column <= column <= self.last_column


def column_number(letters: str) -> int:
    """``"A"`` is 1, ``"XFD"`` is 16,384."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    """The reverse of `column_number`."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def parsed(address: str) -> Area | None:
    """The area of an A1 address; None where the text is no address (a name, a table)."""
    if match := _CELLS.fullmatch(address):
        left, top, right, bottom = match.groups()
        first = Area(int(top), column_number(left))
        area = first.around(Area(int(bottom), column_number(right))) if right else first
    elif match := _COLUMNS.fullmatch(address):
        first, last = (Area(1, column_number(letters), MAX_ROWS) for letters in match.groups())
        area = first.around(last)
    elif match := _ROWS.fullmatch(address):
        first, last = (Area(int(row), 1, 1, MAX_COLUMNS) for row in match.groups())
        area = first.around(last)
    else:
        return None
    return area if area.row >= 1 and area.last_row <= MAX_ROWS and area.last_column <= MAX_COLUMNS else None


def a1(area: Area, *, row_absolute: bool = True, column_absolute: bool = True) -> str:
    """The address as Excel writes it: ``$A$1``, ``$A$1:$B$2``, ``$A:$C`` for whole columns, ``$2:$5`` for rows."""
    row_mark, column_mark = "$" * row_absolute, "$" * column_absolute
    left = column_mark + column_letters(area.column)
    right = column_mark + column_letters(area.last_column)
    top, bottom = f"{row_mark}{area.row}", f"{row_mark}{area.last_row}"
    if area.rows == MAX_ROWS:
        return f"{left}:{right}"
    if area.columns == MAX_COLUMNS:
        return f"{top}:{bottom}"
    return left + top if (area.rows, area.columns) == (1, 1) else f"{left}{top}:{right}{bottom}"


def quoted(sheet: str) -> str:
    """A sheet's name as it stands before ``!``: in quotes unless it is one plain word."""
    if re.fullmatch(r"[^\W\d]\w*", sheet) and parsed(sheet) is None:
        return sheet
    return "'" + sheet.replace("'", "''") + "'"
