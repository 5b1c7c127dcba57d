"""The grid of the form's page: bands, labels and fields that span its columns, rows as high as what stands in them."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from kesu.register.columns import Column
from kesu.workbook.writing.style import LINE, TIME_FORMAT, Book, tint

WIDTHS: Final = (10, 5, 17, 13, 2, 8, 9, 6, 9, 6, 11)
"""Columns fine enough for three fields to a line and for the six columns of the items."""
LAST: Final = len(WIDTHS) - 1
FIELD_HEIGHT: Final = 21.0
BAND_HEIGHT: Final = 16.0
LINE_HEIGHT: Final = 13.5
HIGHEST: Final = 150.0
"""Points of one row; longer texts run over several, between which a page may end. (Excel allows 409.)"""
INDENT: Final = 2.0
"""Width lost to indent and padding."""
LATIN: Final = 0.92
"""Mean width of a letter, in digits."""
PRINTABLE_PT: Final = (534.0, 748.0)
"""Width and height of an A4 page between the margins of `set_print`."""
PT_A_WIDTH: Final = 5.25 + 3.75 * len(WIDTHS) / sum(WIDTHS)
"""Points to one unit of column width, the columns' own padding shared out."""

Span = tuple[int, int]
"""First and last column."""


@dataclass
class Page:
    """A sheet being filled from the top; ``row`` is the next row, 0-based, ``height`` that of all before it."""

    book: Book
    sheet: Any
    row: int = 0
    height: float = 0.0

    def line(self, height: float) -> None:
        """Set the height of the present row and go to the next."""
        self.sheet.set_row(self.row, height)
        self.row, self.height = self.row + 1, self.height + height

    def band(self, words: str, colour: str, right: str = "") -> None:
        """A coloured line over the whole width that names a section."""
        form = self.book.band(colour, indent=1)
        for at in range(LAST + 1):
            self.sheet.write_blank(self.row, at, None, form)
        self.sheet.write_string(self.row, 0, words, form)
        if right:
            self.sheet.write_string(self.row, LAST, right, self.book.band(colour, align="right", indent=1))
        self.line(BAND_HEIGHT)

    def label(self, span: Span, words: str, colour: str, rows: int = 1) -> None:
        """What heads a field."""
        form = label_look(self.book, colour, **({"valign": "top"} if rows > 1 else {}))
        self._merge(span, form, rows)
        self.sheet.write_string(self.row, span[0], words, form)

    def field(self, span: Span, value: Any, column: Column, *, rows: int = 1, size: int = 10) -> None:
        """A field: text stays text, whatever it begins with."""
        form = look_of(self.book, column.kind, size, **({"valign": "top"} if rows > 1 else {}))
        self._merge(span, form, rows)
        write(self.sheet, self.row, span[0], value, form)

    def place(self, span: Span, row: int | None = None, last_row: int | None = None) -> str:
        """The cells of a span as a name refers to them; the first alone unless ``last_row`` is given."""
        top = self.row if row is None else row
        first = str(xl_rowcol_to_cell(top, span[0], row_abs=True, col_abs=True))
        if last_row is None:
            return first
        return f"{first}:{xl_rowcol_to_cell(last_row, span[1], row_abs=True, col_abs=True)}"

    def name(self, name: str, place: str) -> None:
        """Define a name for cells of this sheet."""
        self.book.workbook.define_name(name, f"='{self.sheet.get_name()}'!{place}")

    def _merge(self, span: Span, form: Any, rows: int) -> None:
        if span[1] > span[0] or rows > 1:
            self.sheet.merge_range(self.row, span[0], self.row + rows - 1, span[1], "", form)

    def scale(self) -> float:
        """How large the page would be printed on one sheet of A4."""
        width = sum(WIDTHS) * PT_A_WIDTH
        return min(1.0, PRINTABLE_PT[0] / width, PRINTABLE_PT[1] / self.height)


def label_look(book: Book, colour: str, **more: Any) -> Any:
    """Format of what heads a field or a column."""
    box = {"border": 1, "border_color": LINE, "font_size": 9, "indent": 1, "align": "left", "text_wrap": True}
    return book.band(tint(colour, 0.8), **box, **more)


def look_of(book: Book, kind: str, size: int, **more: Any) -> Any:
    """Format of a field of this kind; dates are made smaller rather than shown as ####."""
    shape = {"time": TIME_FORMAT, "number": "General", "shown": "General"}.get(kind, "@")
    box = {"align": "left", "indent": 1, "border": 1, "border_color": LINE, "font_size": size}
    fit = {"shrink": True} if kind == "time" else {"text_wrap": True}
    return book.format(num_format=shape, **box, **fit, **more)


def write(sheet: Any, row: int, at: int, value: Any, form: Any) -> None:
    """A value as a cell of its own kind."""
    if value is None or (not isinstance(value, str) and pd.isna(value)) or value == "":
        sheet.write_blank(row, at, None, form)
    elif isinstance(value, dt.datetime):
        sheet.write_datetime(row, at, value, form)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, at, value, form)
    else:
        sheet.write_string(row, at, str(value), form)


def width_of(span: Span) -> float:
    """Width of the columns of a span."""
    return sum(WIDTHS[span[0] : span[1] + 1])


def lines_of(value: Any, width: float, size: int = 10) -> int:
    """Lines that a text takes in a cell of this width, at least one; Chinese characters are two wide."""
    if not isinstance(value, str):
        return 1
    room = (width - INDENT) * 10 / size
    wide = (
        sum(2 if unicodedata.east_asian_width(ch) in "WF" else LATIN for ch in part)
        for part in value.split("\n")
    )
    return sum(max(1, math.ceil(each / room)) for each in wide)
