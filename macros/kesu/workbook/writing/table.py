"""One table of an entry sheet: declared columns and calculated ones, side by side, as a native Excel Table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
from xlsxwriter.utility import xl_col_to_name, xl_range

from kesu.register.columns import Column
from kesu.words.typeset import lines
from kesu.workbook.writing.entry import cell_format
from kesu.workbook.writing.layouts import SHORT_TIME, foldable, folded, widths
from kesu.workbook.writing.live import in_cells, structured
from kesu.workbook.writing.live_cells import Calc
from kesu.workbook.writing.style import GREY, PALE, SECTION_COLOURS, TIME_FORMAT, Book
from kesu.workbook.writing.values import cells

LIVE_ROWS: Final = 20_000
LIVE_ITEMS: Final = 60_000
"""Registers with more rows are built without live formulas: a spreadsheet program would calculate for minutes."""

BODY_HEIGHT: Final = 30.0
LEAST_PT: Final = 20.0
LINE_PT: Final = 13.2
MARGIN_PT: Final = 6.8
MOST_LINES: Final = 12
ROOM: Final = 1.12
"""Columns are so much wider than the characters they should hold."""

CALC_LOOKS: Final[dict[str, dict[str, Any]]] = {
    "time": {"num_format": TIME_FORMAT, "align": "left"},
    "text": {},
    "words": {"text_wrap": True, "font_size": 9},
    "count": {"num_format": "0;-0;;@", "align": "center"},
    "seconds": {"num_format": "0;-0;;@", "font_color": GREY},
}


@dataclass(frozen=True)
class EntryTable:
    """A table of an entry sheet. ``columns`` in sheet order, from column A; ``header_row`` is 0-based; ``layout``: which of
    `kesu.workbook.writing.layouts.LAYOUTS` says what begins folded away and how wide the rest is; ``times``: how times are shown where it does not say."""

    book: Book
    name: str
    columns: Sequence[Column | Calc]
    header_row: int
    rows: int
    layout: str = "full"
    times: str = TIME_FORMAT

    @property
    def first_row(self) -> int:
        """First row of data, 0-based."""
        return self.header_row + 1

    @property
    def last_row(self) -> int:
        """Last row of data, 0-based."""
        return self.header_row + self.rows

    @property
    def index_of(self) -> dict[str, int]:
        """Column key → 0-based index."""
        return {column.key: at for at, column in enumerate(self.columns)}

    @property
    def letters(self) -> dict[str, str]:
        """Column key → letter."""
        return {key: xl_col_to_name(at) for key, at in self.index_of.items()}

    def write(self, sheet: Any, frame: pd.DataFrame | None, *, grow: str = "") -> None:
        """Columns, header, table and body; rows that are filled are as high as their text in the column ``grow`` needs."""
        lang = self.book.lang
        headers = headers_of(self.columns, lang)
        declared = []
        body: dict[int, tuple[Any, Any]] = {}
        wide = widths(self.columns, self.layout, ROOM)
        for at, column in enumerate(self.columns):
            form = self._format(column)
            sheet.set_column(at, at, wide[at], form, self._outline(at))
            head: dict[str, Any] = {
                "header": headers[column.key],
                "header_format": self.book.header(SECTION_COLOURS[column.section]),
            }
            if isinstance(column, Calc):
                head["formula"] = structured(column.formula, self.name, headers, lang)
                body[at] = (in_cells(column.formula, self.letters, lang), form)
            else:
                values = cells(frame, column, self.book.settings, lang)
                body[at] = (values if len(values) else pd.Series([None] * self.rows, dtype=object), form)
            declared.append(head)
        options = {"name": self.name, "style": "Table Style Light 1", "columns": declared}
        sheet.add_table(self.header_row, 0, self.header_row + 1, len(self.columns) - 1, options)
        _grow(sheet, self.header_row, self.last_row, len(self.columns))
        at = self.index_of.get(grow, -1)
        heights = (
            _heights(body[at][0], wide[at]) if at >= 0 and frame is not None and len(frame) else BODY_HEIGHT
        )
        sheet.set_body(self.first_row, self.rows, heights, body)
        sheet.set_default_row(BODY_HEIGHT)
        end = len(self.columns)  # the sign of a folded group stands above the column behind it
        sheet.set_column(end, end, None, None, self._outline(end))

    def _format(self, column: Column | Calc) -> Any:
        if isinstance(column, Column):
            return cell_format(self.book, column, SHORT_TIME if self.layout == "short" else self.times)
        return self.book.format(bg_color=PALE, **CALC_LOOKS[column.kind])

    def _outline(self, at: int) -> dict[str, Any]:
        """What can be folded is a group of its own; the column behind it says whether it is.

        Columns of one group stand side by side: programs take neighbours of one level for one group.
        """
        found: dict[str, Any] = {}
        if at and folded(self.columns[at - 1], self.layout):
            found["collapsed"] = True
        if at < len(self.columns) and self._level(at):
            found = {"level": self._level(at), "hidden": folded(self.columns[at], self.layout)}
        return found

    def _level(self, at: int) -> int:
        return int(self.columns[at].section == "workings" or foldable(self.columns[at], self.layout))


def _heights(texts: pd.Series, width: float) -> list[float]:
    """How high the row of each text is: as many lines as it takes, but no more than `MOST_LINES`."""
    codes, uniques = pd.factorize(texts)
    high = [
        LINE_PT * min(MOST_LINES, len(lines(str(text), width - 1))) + MARGIN_PT
        if text is not None
        else LEAST_PT
        for text in uniques
    ]
    return [max(LEAST_PT, high[code]) if code >= 0 else LEAST_PT for code in codes.tolist()]


def headers_of(columns: Sequence[Column | Calc], lang: str) -> dict[str, str]:
    """Key → what heads the column; a star marks what must be filled at logging. No two are alike."""
    found: dict[str, str] = {}
    for column in sorted(columns, key=lambda column: column.section == "own"):  # formulas know ours by name
        label = column.label.of(lang) + (" *" if isinstance(column, Column) and column.required else "")
        taken, number, head = {word.casefold() for word in found.values()}, 2, label
        while head.casefold() in taken:
            head, number = f"{label} ({number})", number + 1
        found[column.key] = head
    return found


def _grow(sheet: Any, header_row: int, last_row: int, columns: int) -> None:
    """Makes the sheet's last table end at ``last_row``; its rows are written as columns, not cell by cell."""
    table = sheet.tables[-1]
    table["range"] = table["a_range"] = table["autofilter"] = xl_range(header_row, 0, last_row, columns - 1)
    for at in range(columns):  # the table wrote its formulas into its first row; the body has them
        sheet.table[header_row + 1].pop(at, None)
