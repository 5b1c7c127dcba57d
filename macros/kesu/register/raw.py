"""Sheets as they were read, every cell as text, and where among them the column labels stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from kesu.register.columns import Column, labels
from kesu.words.errors import KesuError
from kesu.words.text import folded

HEADER_ROWS: Final = 30
"""How far down the row of column labels is looked for."""


class RegisterError(KesuError):
    """A workbook that kesu cannot work with as it is; ``text`` says why and what to do, in both languages."""


class NotARegisterError(RegisterError):
    """No sheet carries the columns of a register."""


@dataclass(frozen=True)
class RawSheet:
    """A sheet as read: every cell as text or missing.

    ``cells``: one string column per sheet column, labelled by its 0-based index; row i is Excel row
    ``first_row + i``. Error values stand as their code (``#REF!``). True dates stand in the form
    ``2026-10-01 09:05:00``; ``iso_texts`` are texts typed exactly so, or like a number that may be meant otherwise
    (``1.234``), and ``iso_cells`` where they stand (Excel row, 0-based column; None: wherever the words are found).
    ``all_text``: the format knows no dates (CSV), so text is no mistake. ``uncached``: where formulas stand that have no stored result and read as blank. ``aside``: a register
    that was not read, because another sheet carries the title of one; it has no cells. ``date1904``: numbers that
    stand for days count from 1904. ``merged``: ranges of merged cells (Excel rows, 0-based columns: top, left, bottom,
    right) and ``hidden``, a sheet that is not shown, are told where every sheet is read.
    """

    title: str
    cells: pd.DataFrame
    first_row: int = 1
    iso_texts: frozenset[str] = frozenset()
    all_text: bool = False
    uncached: frozenset[tuple[int, int]] = frozenset()
    iso_cells: frozenset[tuple[int, int]] | None = None
    aside: bool = False
    date1904: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden: bool = False


def grid(cells: pd.DataFrame) -> list[tuple[str | None, ...]]:
    """Rows of cells that are texts or missing, as tuples."""
    if not len(cells.columns):
        return [()] * len(cells)
    return list(zip(*(_words(cells[column]) for column in cells.columns), strict=True))


def _words(column: pd.Series) -> list[str | None]:
    if isinstance(column.dtype, pd.StringDtype) and column.dtype.storage == "pyarrow":
        words: list[str | None] = column.array.__arrow_array__().to_pylist()
        return words
    return [cell if isinstance(cell, str) else None for cell in column.to_list()]


def find_header(sheet: RawSheet, columns: tuple[Column, ...]) -> tuple[int, dict[str, int]] | None:
    """Position of the label row and key → column label of the frame: the row with most of our labels.

    A label may also stand in the row above, merged down over a blank cell.
    """
    names = labels(columns)
    best: tuple[int, dict[str, int]] | None = None
    above: Sequence[str | None] = [None] * len(sheet.cells.columns)
    places = [int(column) for column in sheet.cells.columns]
    for at, row in enumerate(grid(sheet.cells.head(HEADER_ROWS))):
        here: dict[str, int] = {}
        for column, own, over in zip(places, row, above, strict=True):
            cell = over if own is None else own
            key = names.get(folded(cell)) if cell else None
            if key:
                here.setdefault(key, column)
        if len(here) > (len(best[1]) if best else 1):
            best = at, here
        above = row
    return best
