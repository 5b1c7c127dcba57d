"""Cells as spreadsheets name them, ``AB12``; rows and columns count from 1."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
_CELL: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


@lru_cache(maxsize=LAST_COLUMN)
def letters(column: int) -> str:
    """The column's letters: 1 → ``A``, 28 → ``AB``. Raises ValueError below 1."""
    if column < 1:
        raise ValueError(f"no such column: {column}")
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


@lru_cache(maxsize=LAST_COLUMN)
def column_number(name: str | bytes) -> int:
    """The column's number: ``A`` → 1, ``AB`` → 28. Raises ValueError for anything but letters from A to Z."""
    number = 0
    plain = name if isinstance(name, bytes) else name.encode()
    if not plain.isalpha():
        raise ValueError(f"no column: {name!r}")
    for letter in plain.upper():
        number = number * 26 + letter - 64
    return number


def cell_name(row: int, column: int) -> str:
    """``(5, 2)`` → ``B5``."""
    return f"{letters(column)}{row}"


def cell_at(name: str) -> tuple[int, int]:
    """``B5`` or ``$B$5`` → ``(5, 2)``. Raises ValueError for anything else."""
    found = _CELL.fullmatch(name.strip())
    if found is None:
        raise ValueError(f"not a cell: {name!r}")
    row, column = int(found[2]), column_number(found[1])
    if not (1 <= row <= LAST_ROW and column <= LAST_COLUMN):
        raise ValueError(f"no such cell: {name!r}")
    return row, column


def quoted(title: str) -> str:
    """A sheet's title as formulas and links have it: ``O'Brien`` → ``'O''Brien'``."""
    return "'" + title.replace("'", "''") + "'"
