"""The form workbook: one complaint on one A4 page, the same columns, hints and lists as the register.

Laid out after the record of ISO 10002:2018, annex D: receipt, customer, problem, assessment, remedy, tracking.
Every field is a cell with a name of its own (``Form_`` and the column's key), so that a program finds it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from kesu.register.columns import BY_KEY, ITEM_BY_KEY, SECTIONS, Column
from kesu.register.settings import Settings, load_profile
from kesu.register.text import Text
from kesu.workbook.build.entry import Entry, list_name
from kesu.workbook.build.style import (
    FONT,
    LINE,
    ORANGE,
    SECTION_COLOURS,
    TIME_FORMAT,
    Book,
    set_print,
    tint,
    within,
)  # fmt: skip
from kesu.workbook.build.table import headers_of
from kesu.workbook.build.values import cells, labels_of

SHEET: Final = Text("投诉表", "Complaint form")
LISTS: Final = Text("选项", "Choices")
ITEM_ROWS: Final = 6
ITEM_KEYS: Final = ("item_kind", "what", "owner", "due_at", "done_at", "result")
WIDE: Final = {
    "verbatim": 3,
    "details": 2,
    "evidence": 1,
    "measures_taken": 2,
    "commitments": 2,
    "solution": 2,
    "lessons": 1,
}
"""Fields over the whole width, and how many lines they have."""

LAYOUT: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("record", ("complaint_id", "kind", "status")),
    ("customer", ("customer_name", "customer_contact", "customer_account", "customer_tier")),
    ("time_channel", ("received_at", "channel", "first_responsible", "sent_at", "answered_after_seconds")),
    ("description", ("verbatim", "details", "category", "product", "emotional_state", "expectation", "evidence")),
    ("involved", ("involved_staff", "involved_departments")),
    ("first_response", ("first_response_at", "measures_taken", "commitments")),
    ("analysis", ("severity", "scope", "root_cause", "responsibility")),
    (
        "resolution",
        (
            "owner", "replied_at", "solution", "remedy", "customer_agreed", "resolved_at",
            "resolved_on_first_contact", "transfers", "escalated_to", "compensation_claimed", "compensation_paid",
        ),
    ),
    ("follow_up", ("called_back_at", "callback_reached", "satisfaction", "reopened_at", "lessons")),
)  # fmt: skip
"""Every column of the register, in the order of the paper form."""

WIDTHS: Final = (15, 17, 15, 17, 15, 17)


def form_name(key: str) -> str:
    """Name of the cell that holds the column ``key``."""
    return f"Form_{key}"


def build_form(
    path: Path,
    lang: str,
    settings: Settings | None = None,
    *,
    complaint: Mapping[str, Any] | None = None,
    items: Sequence[Mapping[str, Any]] = (),
    today: dt.date | None = None,
) -> None:
    """Writes the form in ``lang`` to ``path``; an existing file is replaced.

    ``complaint``, ``items``: what to fill in, by declared key, as `build_register` takes it; the first
    `ITEM_ROWS` items are shown. ``today`` stands in the document properties. Raises OSError where the file cannot
    be written.
    """
    day = today or dt.datetime.now(tz=dt.UTC).astimezone().date()
    workbook = xlsxwriter.Workbook(str(path))
    book = Book(workbook, lang, settings or load_profile())
    title = book.of("客户投诉处理表", "Customer complaint form")
    workbook.set_properties(
        {"title": title, "author": "kesu", "created": dt.datetime.combine(day, dt.time.min)}
    )
    sheet = workbook.add_worksheet(SHEET.of(lang))
    set_print(sheet, book, title, landscape=False)
    sheet.fit_to_pages(1, 1)
    sheet.hide_gridlines(2)
    for at, width in enumerate(WIDTHS):
        sheet.set_column(at, at, width)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, title, book.format(font_size=18, bold=True))
    sheet.write_string(0, 4, book.settings.organisation, book.note())
    writer = _Form(book, sheet, complaint or {})
    for section, keys in LAYOUT:
        writer.section(section, keys)
    writer.items(items)
    sheet.print_area(0, 0, writer.row, len(WIDTHS) - 1)
    _lists(book)
    sheet.activate()
    workbook.close()


class _Form:
    def __init__(self, book: Book, sheet: Any, given: Mapping[str, Any]) -> None:
        self.book, self.sheet, self.row = book, sheet, 1
        self.values = {
            key: cells(
                pd.DataFrame({key: [given[key]]}, dtype=object), BY_KEY[key], book.settings, book.lang
            )[0]
            for key in given
            if key in BY_KEY
        }
        self.headers = headers_of(list(BY_KEY.values()), book.lang)

    def section(self, section: str, keys: tuple[str, ...]) -> None:
        """A band, then the fields, three to a line, the long ones over the whole width."""
        self._band(SECTIONS[section], SECTION_COLOURS[section])
        at = 0
        for key in keys:
            if key in WIDE:
                at = self._finish_line(at)
                self._long(key, SECTION_COLOURS[section])
                continue
            if at == len(WIDTHS):
                self.row, at = self.row + 1, 0
            if at == 0:
                self.sheet.set_row(self.row, 25)
            self._label(self.row, at, self.headers[key], SECTION_COLOURS[section])
            self._field(key, self.row, at + 1)
            at += 2
        self._finish_line(at)

    def _finish_line(self, at: int) -> int:
        """Boxes the rest of a line that was begun; the next one begins at column 0."""
        for blank in range(at, len(WIDTHS)) if at else ():
            self.sheet.write_blank(self.row, blank, None, self._box())
        self.row += bool(at)
        return 0

    def items(self, items: Sequence[Mapping[str, Any]]) -> None:
        """Demands, commitments and steps, one line each."""
        colour = SECTION_COLOURS["item"]
        self._band(Text("诉求、承诺与措施", "Demands, commitments, actions"), colour)
        columns = [ITEM_BY_KEY[key] for key in ITEM_KEYS]
        self.sheet.set_row(self.row, 20)
        for at, column in enumerate(columns):
            self._label(self.row, at, column.label.of(self.book.lang), colour)
        first = self.row + 1
        for offset in range(ITEM_ROWS):
            self.sheet.set_row(first + offset, 21)
            given = items[offset] if offset < len(items) else {}
            for at, column in enumerate(columns):
                frame = pd.DataFrame({column.key: [given.get(column.key)]}, dtype=object)
                self._write(
                    first + offset, at, cells(frame, column, self.book.settings, self.book.lang)[0], column
                )
        entry = Entry(
            self.book, self.sheet, first, first + ITEM_ROWS - 1, {c.key: at for at, c in enumerate(columns)}
        )
        for column in columns:
            entry.check(column)
        last = xl_rowcol_to_cell(first + ITEM_ROWS - 1, len(columns) - 1, row_abs=True, col_abs=True)
        begin = xl_rowcol_to_cell(first, 0, row_abs=True, col_abs=True)
        self.book.workbook.define_name("Form_Items", f"='{SHEET.of(self.book.lang)}'!{begin}:{last}")
        self.row = first + ITEM_ROWS - 1

    def _band(self, words: Text, colour: str) -> None:
        self.sheet.set_row(self.row, 18)
        form = self.book.band(colour)
        self.sheet.write_string(self.row, 0, words.of(self.book.lang), form)
        for at in range(1, len(WIDTHS)):
            self.sheet.write_blank(self.row, at, None, form)
        self.row += 1

    def _label(self, row: int, at: int, words: str, colour: str) -> None:
        form = self.book.band(tint(colour, 0.8), text_wrap=True, border=1, border_color=LINE, font_size=9)
        self.sheet.write_string(row, at, words, form)

    def _long(self, key: str, colour: str) -> None:
        self.sheet.set_row(self.row, 15 * WIDE[key] + 6)
        self._label(self.row, 0, self.headers[key], colour)
        self.sheet.merge_range(
            self.row, 1, self.row, len(WIDTHS) - 1, "", self._box(text_wrap=True, num_format="@")
        )
        self._field(key, self.row, 1)
        self.row += 1

    def _field(self, key: str, row: int, at: int) -> None:
        column = BY_KEY[key]
        self._write(row, at, self.values.get(key), column)
        Entry(self.book, self.sheet, row, row, {key: at}).check(column)
        cell = xl_rowcol_to_cell(row, at, row_abs=True, col_abs=True)
        self.book.workbook.define_name(form_name(key), f"='{SHEET.of(self.book.lang)}'!{cell}")
        if column.required:
            missing = self.book.workbook.add_format({"bg_color": tint(ORANGE, 0.55)})
            number = "Form_complaint_id"
            rule = f'=AND({number}<>"",{cell}="")' if key != "complaint_id" else f'={cell}=""'
            self.sheet.conditional_format(
                row, at, row, at, {"type": "formula", "criteria": rule, "format": missing}
            )

    def _write(self, row: int, at: int, value: Any, column: Column) -> None:
        shape = {"time": TIME_FORMAT, "number": "#,##0.##"}.get(column.kind, "@")
        form = self._box(num_format=shape, text_wrap=column.kind != "time", align="left")
        if value is None or (not isinstance(value, str) and pd.isna(value)) or value == "":
            self.sheet.write_blank(row, at, None, form)
        elif isinstance(value, dt.datetime):
            self.sheet.write_datetime(row, at, value, form)
        elif isinstance(value, (int, float)):
            self.sheet.write_number(row, at, value, form)
        else:
            self.sheet.write_string(row, at, str(value), form)

    def _box(self, **more: Any) -> Any:
        return self.book.format(
            border=1, border_color=LINE, valign="vcenter", font_name=FONT.of(self.book.lang), **more
        )


def _lists(book: Book) -> None:
    """The choices, on a sheet of their own."""
    sheet = book.workbook.add_worksheet(within("sheet name", LISTS.of(book.lang)))
    set_print(sheet, book, LISTS.of(book.lang))
    for at, (name, codes) in enumerate(book.settings.codes.items()):
        words = list(labels_of(codes, book.lang).values())
        sheet.set_column(at, at, 18)
        sheet.write_column(0, at, [name, *words], book.format())
        last = xl_rowcol_to_cell(len(words), at, row_abs=True, col_abs=True)
        first = xl_rowcol_to_cell(1, at, row_abs=True, col_abs=True)
        book.workbook.define_name(list_name(name), f"='{LISTS.of(book.lang)}'!{first}:{last}")
    sheet.hide()
