"""Sheets as they were read, every cell as text, and where among them the column labels stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final, Protocol

import pandas as pd

from kesu.register.columns import Column, labels
from kesu.words.errors import KesuError
from kesu.words.text import Text, folded

HEADER_ROWS: Final = 30
"""How far down the row of column labels is looked for."""
AT_FIRST: Final = 6
"""Rows among which it is found as a rule."""

MOST_KNOWN: Final = 1 << 14
"""Cells that are remembered at a time."""

Row = tuple[str | None, ...]
Header = tuple[int, dict[str, int]]
"""Position of the row of column labels, and key → 0-based column of the sheet."""


class RegisterError(KesuError):
    """A workbook that kesu cannot work with as it is; ``text`` says why and what to do, in both languages."""


class NotARegisterError(RegisterError):
    """No sheet carries the columns of a register."""


class Packed(Protocol):
    """The cells of a sheet as whoever read them packed them; equal to another where all is. What is asked for is made of them."""

    @property
    def filled_columns(self) -> list[int]:
        """See `RawSheet.filled_columns`."""

    @property
    def height(self) -> int:
        """See `RawSheet.height`."""

    def rows(self, begin: int, end: int | None) -> list[Row]:
        """See `RawSheet.rows`."""

    def frame(self) -> pd.DataFrame:
        """See `RawSheet.cells`."""

    def below(self, sheets: Sequence[tuple[Any, int]], wanted: Sequence[int]) -> dict[int, pd.Series]:
        """The columns ``wanted`` of ``sheets`` packed alike, each from a row on, one below the other."""

    def __hash__(self) -> int: ...


@dataclass(frozen=True)
class RawSheet:
    """A sheet as read: every cell as text or missing.

    ``content``: one string column per sheet column, labelled by its 0-based index, as a frame or packed;
    `cells` is the frame, made when it is asked for. Row i is Excel row ``first_row + i``. Error values stand as their code (``#REF!``). True dates stand in the form
    ``2026-10-01 09:05:00``; ``iso_texts`` are texts typed exactly so, or like a number that may be meant otherwise
    (``1.234``), and ``iso_cells`` where they stand (Excel row, 0-based column; None: wherever the words are found).
    ``all_text``: the format knows no dates (CSV), so text is no mistake. ``uncached``: where formulas stand that have no stored result and read as blank. ``aside``: a register
    that was not read, because another sheet carries the title of one; it has no cells. ``date1904``: numbers that
    stand for days count from 1904. ``merged``: ranges of merged cells (Excel rows, 0-based columns: top, left, bottom,
    right) and ``hidden``, a sheet that is not shown, are told where every sheet is read. ``remarks``: what must be known
    of how it was read.
    """

    title: str
    content: pd.DataFrame | Packed
    first_row: int = 1
    iso_texts: frozenset[str] = frozenset()
    all_text: bool = False
    uncached: frozenset[tuple[int, int]] = frozenset()
    iso_cells: frozenset[tuple[int, int]] | None = None
    aside: bool = False
    date1904: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden: bool = False
    remarks: tuple[Text, ...] = ()

    @cached_property
    def cells(self) -> pd.DataFrame:
        """The cells as a frame."""
        return self.content if isinstance(self.content, pd.DataFrame) else self.content.frame()

    @cached_property
    def filled_columns(self) -> list[int]:
        """The 0-based columns in which something stands."""
        if isinstance(self.content, pd.DataFrame):
            return [int(column) for column in self.content.columns]
        return self.content.filled_columns

    @property
    def height(self) -> int:
        """How many rows there are, blank ones among them."""
        return len(self.content) if isinstance(self.content, pd.DataFrame) else self.content.height

    def rows(self, begin: int = 0, end: int | None = None) -> list[Row]:
        """Rows at these positions, a cell for each of `filled_columns`."""
        if isinstance(self.content, pd.DataFrame):
            return grid(self.content.iloc[begin:end])
        return self.content.rows(begin, end)


def grid(cells: pd.DataFrame) -> list[Row]:
    """Rows of cells that are texts or missing, as tuples."""
    if not len(cells.columns):
        return [()] * len(cells)
    return list(zip(*(_words(cells[column]) for column in cells.columns), strict=True))


def _words(column: pd.Series) -> list[str | None]:
    if isinstance(column.dtype, pd.StringDtype) and column.dtype.storage == "pyarrow":
        words: list[str | None] = column.array.__arrow_array__().to_pylist()
        return words
    return [cell if isinstance(cell, str) else None for cell in column.to_list()]


def find_header(sheet: RawSheet, columns: tuple[Column, ...]) -> Header | None:
    """Position of the label row and key → column label of the frame: the row with most of our labels.

    A label may also stand in the row above, merged down over a blank cell.
    """
    best: Header | None = None
    above: Row = (None,) * len(sheet.filled_columns)
    keys = _keys(columns)
    most = min(len(set(keys.names.values())), len(sheet.filled_columns))
    for begin, end in ((0, AT_FIRST), (AT_FIRST, HEADER_ROWS)):
        if best is not None and len(best[1]) == most:
            break  # no row can have more
        for at, row in enumerate(sheet.rows(begin, end), begin):
            cells = zip(sheet.filled_columns, row, above, strict=True)
            words = [
                (column, cell)
                for column, own, over in cells
                if (cell := over if own is None else own) and keys.begins[cell[0]]
            ]
            above, fewest = row, len(best[1]) if best else 1
            if len(words) <= fewest:
                continue
            here: dict[str, int] = {}
            for column, cell in words:
                if key := keys[cell]:
                    here.setdefault(key, column)
            if len(here) > fewest:
                best = at, here
    return best


class _Keys(dict[str, str | None]):
    """Cell → key of the column that it heads, remembered: the same headings stand on every register."""

    def __init__(self, columns: tuple[Column, ...]) -> None:
        super().__init__()
        self.names = labels(columns)
        self.begins = _Begins(self.names)

    def __missing__(self, cell: str) -> str | None:
        if len(self) > MOST_KNOWN:
            self.clear()
        key = self[cell] = self.names.get(folded(cell))
        return key


class _Begins(dict[str, bool]):
    """Character → whether a cell that begins with it may be one of the labels: most texts of a register are not."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__()
        self.first = {name[:1] for name in names}

    def __missing__(self, sign: str) -> bool:
        plain = folded(sign)[:1]
        may = self[sign] = not plain or plain in self.first
        return may


_keys = lru_cache(maxsize=8)(_Keys)
