"""The grid of the form's page: bands, labels and fields that span its columns, rows as high as what stands in them."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from kesu.words.text import Text
from kesu.workbook.writing.style import LINE, TIME_FORMAT, Book, tint

WIDTHS: Final = (10, 5, 17, 13, 2, 8, 9, 6, 9, 6, 11)
"""Columns fine enough for three fields to a line and for the six columns of the items."""
LAST: Final = len(WIDTHS) - 1
FIELD_HEIGHT: Final = 20.0
BAND_HEIGHT: Final = 15.0
LINE_HEIGHT: Final = 14.5
"""What the tallest of the usual Chinese fonts takes at 10 points."""
MOST_LINES: Final = 27
"""Lines of one cell, as high as a row may be (409 points); a longer text stands in several cells, one below the other."""
PART_LINES: Final = 5
"""Lines of each of those: a page ends between two cells, never through a line."""
INDENT: Final = 2.0
"""Width lost to indent and padding."""
LATIN: Final = 0.92
"""Mean width of a letter, in digits, with what is lost where a word goes to the next line."""
WIDE: Final = 60.0
LATIN_IN_WIDE: Final = 0.82
CAPITAL: Final = 1.1
"""In a cell so ``WIDE`` less is lost at the ends of lines."""
PRINTABLE_PT: Final = (534.0, 692.0)
"""Width of A4 and height of Letter between the margins of `set_print`: what fits there fits on either paper."""
PT_A_WIDTH: Final = 5.25 + 3.75 * len(WIDTHS) / sum(WIDTHS)
"""Points to one unit of column width, the columns' own padding shared out."""
SMALLEST: Final = 0.6
"""A page that would be printed smaller than so becomes several."""
SPARE: Final = 0.06
"""LibreOffice takes columns for wider than Excel where it lacks the font."""
BOX_HEIGHT: Final = 40.0
DATE: Final = Text("日期：", "Date:")

_ENDS: Final = re.compile(r"[。！？；.!?;]\s+|[。！？；]|\n")
_BLANKS: Final = re.compile(r"\s")

Span = tuple[int, int]
"""First and last column."""
HALVES: Final[tuple[Span, ...]] = ((0, 3), (4, LAST))
THIRDS: Final[tuple[Span, ...]] = ((0, 2), (3, 5), (6, LAST))


@dataclass
class Page:
    """A sheet being filled from the top; ``row`` is the next row, 0-based.

    ``heights`` of the rows before it, in points; ``sections``: the rows in which one begins.
    """

    book: Book
    sheet: Any
    row: int = 0
    heights: list[float] = field(default_factory=list)
    sections: list[int] = field(default_factory=list)

    def head(self, title: str, note: str) -> None:
        """Title and organisation, and a line on how things stand."""
        for at, width in enumerate(WIDTHS):
            self.sheet.set_column(at, at, width)
        self.sheet.write_string(0, 0, title, self.book.format(font_size=18, bold=True))
        self.sheet.write_string(0, LAST, self.book.settings.organisation, self.book.note(align="right"))
        self.line(30)
        if note:
            self.text((0, LAST), note, self.book.note(text_wrap=True, font_size=9), 9)

    def text(self, span: Span, words: str, form: Any, size: int = 10) -> None:
        """A paragraph in a row of its own."""
        self._merge(span, form)
        self.sheet.write_string(self.row, span[0], words, form)
        self.line(LINE_HEIGHT * lines_of(words, width_of(span), size) + 4)

    def sign(self, *who: Text) -> None:
        """Boxes to sign in with a date, side by side."""
        self.sections.append(self.row)
        self.line(8)
        box = {"border": 1, "border_color": LINE, "align": "left", "valign": "top", "indent": 1}
        form = self.book.format(text_wrap=True, font_size=9, **box)
        for span, words in zip({2: HALVES, 3: THIRDS}[len(who)], who, strict=True):
            self._merge(span, form)
            said = f"{words.of(self.book.lang)}\n\n{DATE.of(self.book.lang)}"
            self.sheet.write_string(self.row, span[0], said, form)
        self.line(BOX_HEIGHT)

    def printed(self, *, fitted: bool = False) -> None:
        """Set up for paper, in its middle: one page, or several that end between sections, else between lines.

        ``fitted``: whoever prints fits the width and heeds the ends of pages all the same, as LibreOffice does.
        """
        self.sheet.print_area(0, 0, self.row - 1, LAST)
        self.sheet.center_horizontally()
        if self.scale() >= SMALLEST:
            self.sheet.fit_to_pages(1, 1)
            return
        size = PRINTABLE_PT[0] / (sum(WIDTHS) * PT_A_WIDTH) - SPARE
        if fitted:
            self.sheet.fit_to_pages(1, 0)
        else:
            self.sheet.set_print_scale(int(size * 100))  # where pages are fitted, Excel heeds no breaks
        self.sheet.set_h_pagebreaks(page_ends(self.heights, self.sections, PRINTABLE_PT[1] / size))

    def line(self, height: float) -> None:
        """Set the height of the present row and go to the next."""
        self.sheet.set_row(self.row, height)
        self.row += 1
        self.heights.append(height)

    def band(self, words: str, colour: str, right: str = "") -> None:
        """A coloured line over the whole width that names a section."""
        self.sections.append(self.row)
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

    def field(self, span: Span, value: Any, kind: str, size: int = 10, **more: Any) -> None:
        """A field: text stays text, whatever it begins with."""
        form = look_of(self.book, kind, size, **more)
        self._merge(span, form)
        write(self.sheet, self.row, span[0], value, form)

    def long(self, span: Span, parts: Sequence[Any], kind: str, least: int = 1) -> int:
        """A field as high as its text, which stands in ``parts`` of `parts_of`, a row each; the first of the rows."""
        top = self.row
        for part in parts:
            looks: dict[str, Any] = {}
            if len(parts) > 1:  # one box around all of them
                looks = {"top": int(part is parts[0]), "bottom": int(part is parts[-1]), "valign": "top"}
            self.field(span, part, kind, **looks)
            self.line(LINE_HEIGHT * max(least, lines_of(part, width_of(span))) + 6)
        return top

    def cells(self, span: Span, row: int | None = None, last_row: int | None = None) -> str:
        """The cells of a span as a name refers to them; the first alone unless ``last_row`` is given."""
        top = self.row if row is None else row
        first = str(xl_rowcol_to_cell(top, span[0], row_abs=True, col_abs=True))
        if last_row is None:
            return first
        return f"{first}:{xl_rowcol_to_cell(last_row, span[1], row_abs=True, col_abs=True)}"

    def name(self, name: str, address: str) -> None:
        """Define a name for cells of this sheet."""
        self.book.workbook.define_name(name, f"='{self.sheet.get_name()}'!{address}")

    def _merge(self, span: Span, form: Any, rows: int = 1) -> None:
        if span[1] > span[0] or rows > 1:
            self.sheet.merge_range(self.row, span[0], self.row + rows - 1, span[1], "", form)

    def scale(self) -> float:
        """How large the page would be printed on one sheet of A4 or Letter."""
        width = sum(WIDTHS) * PT_A_WIDTH
        return min(1.0, PRINTABLE_PT[0] / width, PRINTABLE_PT[1] / sum(self.heights))


def page_ends(heights: Sequence[float], sections: Sequence[int], room: float) -> list[int]:
    """Rows before which a new page begins: where a section does that fits on a page of ``room``, else between rows.

    What heads a section stays with the row after it.
    """
    found: list[int] = []
    used = 0.0
    begins = [0, *sections] if sections[:1] != [0] else list(sections)
    for begin, end in zip(begins, [*begins[1:], len(heights)], strict=True):
        whole = sum(heights[begin:end])
        if used + (whole if whole <= room else sum(heights[begin : begin + 2])) > room:
            found.append(begin)
            used = 0.0
        for row in range(begin, end):
            if used + heights[row] > room:
                found.append(row)
                used = 0.0
            used += heights[row]
    return [row for row in found if row]


def fitting(text: str, width: float, most: int, size: int = 10) -> int:
    """How many characters of a text of more than ``most`` lines stand on so many."""
    fits, over = 1, len(text)
    while over - fits > 1:
        middle = (fits + over) // 2
        fits, over = (middle, over) if lines_of(text[:middle], width, size) <= most else (fits, middle)
    return fits


def parts_of(value: Any, width: float) -> list[Any]:
    """A text in pieces that a cell of this width can show, each ended where a sentence or a word does; joined, they are it."""
    parts, rest = [], value
    if lines_of(value, width) > MOST_LINES:
        while lines_of(rest, width) > PART_LINES:
            fits = fitting(rest, width, PART_LINES)
            ends = [end.end() for end in _ENDS.finditer(rest, fits * 2 // 3, fits)]
            words = [end.end() for end in _BLANKS.finditer(rest, fits * 2 // 3, fits)]
            at = (ends or words or [fits])[-1]
            parts.append(rest[:at])
            rest = rest[at:]
    return [*parts, rest]


def label_look(book: Book, colour: str, **more: Any) -> Any:
    """Format of what heads a field or a column."""
    box = {"border": 1, "border_color": LINE, "font_size": 9, "indent": 1, "align": "left", "text_wrap": True}
    return book.band(tint(colour, 0.8), **box, **more)


def look_of(book: Book, kind: str, size: int, **more: Any) -> Any:
    """Format of a field of this kind; dates are made smaller rather than shown as ####."""
    shape = {"time": TIME_FORMAT, "number": "General", "shown": "General"}.get(kind, "@")
    box = {"align": "left", "indent": 1, "border": 1, "border_color": LINE, "font_size": size}
    fit = {"shrink": True} if kind == "time" else {"text_wrap": True}
    return book.format(**{"num_format": shape, **box, **fit, **more})


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
    small = LATIN_IN_WIDE if width >= WIDE else LATIN
    large = max(CAPITAL, small)
    wide = (
        sum(
            2 if unicodedata.east_asian_width(ch) in "WF" else large if ch.isupper() else small for ch in part
        )
        for part in value.split("\n")
    )
    return sum(max(1, math.ceil(each / room)) for each in wide)
