"""An open workbook as the register it holds: whole-range values → raw sheets of text → `Assessment`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from kesu.jobs.assessment import Assessment
from kesu.register.columns import DECLARED, ITEMS, REGISTER, labels, sheet_key
from kesu.register.figures import INEXACT, TWO_WAYS, exponent
from kesu.register.normalise import normalise
from kesu.register.raw import HEADER_ROWS, RawSheet
from kesu.words.text import folded

if TYPE_CHECKING:
    import xlwings as xw

    from kesu.register.sheets import Sheet

WANTED: Final = {*DECLARED, "settings"}
ISO_TEXT: Final = re.compile(rf"\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?|{TWO_WAYS}")
PLAIN: Final = {str, type(None)}


@dataclass(frozen=True)
class Opened:
    """An open workbook as it was read: the register worked out from it, and the sheets' raw texts by title."""

    book: xw.Book
    assessment: Assessment
    raw: dict[str, RawSheet]

    @property
    def lang(self) -> str:
        """The register's language."""
        return self.assessment.register.lang

    def sheet(self, sheet: Sheet) -> xw.Sheet:
        """The workbook's own sheet that ``sheet`` was read from."""
        return self.book.sheets[sheet.title]

    def header(self, sheet: Sheet) -> tuple[int, dict[str, int]]:
        """Excel row of the column labels, and folded label → 0-based column, of the team's own columns too."""
        columns = ITEMS if sheet is self.assessment.register.items else REGISTER
        known, at = labels(columns), sheet.columns["complaint_id"]
        raw = self.raw[sheet.title]
        cells = raw.cells.head(HEADER_ROWS)
        here = [known.get(folded(cell)) if isinstance(cell, str) else None for cell in cells[at]]
        row = here.index("complaint_id")
        named = ((column, cells[column].iloc[row]) for column in cells.columns)
        return row + raw.first_row, {
            folded(cell): int(column) for column, cell in named if isinstance(cell, str)
        }


def opened(book: xw.Book, as_of: dt.datetime | None = None) -> Opened:
    """``book`` read as of ``as_of`` (local wall clock; None: now).

    Raises `kesu.register.normalise.RegisterError` where it is no register or its settings cannot be used.
    """
    sheets = raw_sheets(book)
    now = dt.datetime.now().replace(microsecond=0)
    assessment = Assessment(normalise(book.name, sheets), as_of or now, now=now)
    return Opened(book, assessment, {sheet.title: sheet for sheet in sheets})


def raw_sheets(book: xw.Book) -> list[RawSheet]:
    """The sheets that belong to a register (all, where none is called so) as a closed file's reader gives them."""
    keys = {sheet.name: sheet_key(sheet.name) for sheet in book.sheets}
    every = "register" not in keys.values()
    blocks = {title: values_of(book.sheets[title]) for title, key in keys.items() if every or key in WANTED}
    iso = frozenset(text for rows in blocks.values() for row in rows for text in row if _looks_iso(text))
    return [_raw(title, rows, iso) for title, rows in blocks.items()]


def raw_sheet(sheet: xw.Sheet) -> RawSheet:
    """One sheet as a closed file's reader gives it."""
    rows = values_of(sheet)
    return _raw(sheet.name, rows, frozenset(text for row in rows for text in row if _looks_iso(text)))


def values_of(sheet: xw.Sheet) -> list[list[Any]]:
    """Everything from A1 to the last used cell, in one call."""
    last = sheet.used_range.last_cell
    values: list[list[Any]] = sheet.range((1, 1), (last.row, last.column)).options(ndim=2).value
    return values


def _looks_iso(value: object) -> bool:
    return type(value) is str and value[:1].isdigit() and ISO_TEXT.fullmatch(value.strip()) is not None


def _raw(title: str, rows: Sequence[Sequence[Any]], iso: frozenset[str]) -> RawSheet:
    columns = {at: _texts(column) for at, column in enumerate(zip(*rows, strict=True))}
    dates = (
        (down, right)
        for down, row in enumerate(rows, 1)
        for right, cell in enumerate(row)
        if _looks_iso(cell)
    )
    texts = frozenset(text.strip() for text in iso)
    return RawSheet(
        title, pd.DataFrame(columns), 1, texts, iso_cells=frozenset(dates) if iso else frozenset()
    )


def _texts(column: tuple[Any, ...]) -> pd.Series:
    words: Sequence[str | None] = column
    if not set(map(type, column)) <= PLAIN:
        words = [value if type(value) is str else as_text(value) for value in column]
    try:
        return pd.Series(words, dtype="str")
    except UnicodeEncodeError:  # half a character, which no column of texts takes
        return pd.Series([None if word is None else _whole(word) for word in words], dtype="str")


def _whole(text: str) -> str:
    """``text`` with halves of a character joined, or replaced by a sign where the other half is missing."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def as_text(value: object) -> str | None:
    """A cell's value as the reader of closed files spells it."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case dt.datetime():
            return value.isoformat(" ", "milliseconds" if value.microsecond else "seconds")
        case int() | float():
            if abs(value) >= INEXACT:
                return exponent(value)
            return np.format_float_positional(value, trim="-")
        case _:
            return str(value)
