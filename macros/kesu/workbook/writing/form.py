"""The form workbook: one complaint on one page of A4 or Letter, the same columns, hints and lists as the register.

Laid out after the record of ISO 10002:2018, annex D: receipt, customer, problem, assessment, remedy, tracking.
Every field is a cell with a name of its own (see `kesu.register.forms.page`), so that a program finds it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from kesu.register.columns import BY_KEY, REGISTER, SECTIONS, Column
from kesu.register.forms.page import form_name
from kesu.register.settings import Settings, load_profile
from kesu.words.palette import ORANGE
from kesu.words.text import Text
from kesu.workbook.writing.entry import Entry, list_name
from kesu.workbook.writing.form_advice import write_advice
from kesu.workbook.writing.form_facts import write_linked
from kesu.workbook.writing.form_items import fits_page, write_details, write_items
from kesu.workbook.writing.form_page import (
    FIELD_HEIGHT,
    LAST,
    LINE_HEIGHT,
    Page,
    Span,
    lines_of,
    parts_of,
    width_of,
)  # fmt: skip
from kesu.workbook.writing.style import SECTION_COLOURS, Book, set_print, tint, within
from kesu.workbook.writing.table import headers_of
from kesu.workbook.writing.values import cells, labels_of
from kesu.xlsx.create import new_workbook

if TYPE_CHECKING:
    from kesu.rules.picked import Advice

SHEET: Final = Text("投诉表", "Complaint form")
LISTS: Final = Text("选项", "Choices")
LINES: Final = {"verbatim": 3, "evidence": 1, "lessons": 1}
"""Lines of fields over the whole width, which those for long texts are; the others have two."""
MOST_LINES: Final = 2
"""A field with more lines than these side by side with others takes the whole width."""
BEGUN: Final = ("complaint_id", "customer_name", "customer_contact", "received_at", "verbatim")
"""Once one of these is filled in, what is missing shows."""
SIGNERS: Final = (Text("经办人", "Handled by"), Text("审核人", "Reviewed by"), Text("客户确认", "Customer"))

FIRST: Final = {
    "record": ("complaint_id", "kind", "status"),
    "resolution": ("owner", "replied_at", "resolved_at"),
    "follow_up": ("called_back_at", "callback_reached", "satisfaction", "reopened_at"),
}
"""What stands first in a section of the paper form."""
LAYOUT: Final = tuple(
    (
        section,
        (
            *FIRST.get(section, ()),
            *(
                c.key
                for c in REGISTER
                if c.section == section and not any(c.key in keys for keys in FIRST.values())
            ),
        ),
    )
    for section in SECTIONS
)
"""Every column of the register by section, in the order of the paper form: a column that is declared has its field."""

LABELS: Final[tuple[Span, ...]] = ((0, 1), (3, 4), (7, 8))
FIELDS: Final[tuple[Span, ...]] = ((2, 2), (5, 6), (9, LAST))
LONG: Final[Span] = (2, LAST)
"""Where labels and fields stand, three to a line; a long field over the whole width."""


def build_form(
    path: Path | IO[bytes],
    lang: str,
    settings: Settings | None = None,
    *,
    complaint: Mapping[str, Any] | None = None,
    items: Sequence[Mapping[str, Any]] = (),
    linked: Sequence[Mapping[str, Any]] = (),
    questions: bool = True,
    note: str = "",
    advice: Advice | None = None,
    today: dt.date | None = None,
    fitted: bool = False,
) -> None:
    """Writes the form in ``lang`` to ``path``; an existing file is replaced.

    ``complaint``, ``items``: what to fill in, by declared key, as `build_register` takes it. Items that the page has no
    room for (more than ten, or with more than it shows of them) stand on a sheet of their own. ``linked``: complaints that
    belong to it. ``questions``: with lines for the five questions, for registers that have a place for them. ``note`` is
    a line under the title. ``advice``: how to handle it, on a sheet of its own. ``today`` stands in the document
    properties. ``fitted``: see `Page.printed`. Raises OSError where the file cannot be written.
    """
    day = today or dt.datetime.now(tz=dt.UTC).astimezone().date()
    title = Text("客户投诉处理表", "Customer complaint form").of(lang)
    workbook = new_workbook(path, day, title=title)
    book = Book(workbook, lang, settings or load_profile())
    sheet = workbook.add_worksheet(SHEET.of(lang))
    number = (complaint or {}).get("complaint_id")
    headed = f"{title} {number}" if number else title
    set_print(sheet, book, headed, landscape=False)
    sheet.hide_gridlines(2)
    form = _Form(Page(book, sheet), complaint or {})
    form.page.head(title, note)
    for section, keys in LAYOUT:
        form.section(section, keys)
    list_of_questions = book.settings.codes["question"] if questions else ()
    write_items(form.page, items, list_of_questions)
    write_linked(form.page, [form_cells(book, one) for one in linked])
    form.page.sign(*SIGNERS)
    form.page.printed(fitted=fitted)
    if not fits_page(items, list_of_questions):
        write_details(book, items, headed)
    if advice is not None:
        write_advice(book, advice, headed)
    _lists(book)
    sheet.activate()
    workbook.close()


def form_cells(book: Book, given: Mapping[str, Any]) -> dict[str, Any]:
    """A record as the cells of the form say it."""
    return {
        key: cells(pd.DataFrame({key: [given[key]]}, dtype=object), BY_KEY[key], book.settings, book.lang)[0]
        for key in given
        if key in BY_KEY
    }


class _Form:
    """The page as it is being filled, with the values that belong in it."""

    def __init__(self, page: Page, given: Mapping[str, Any]) -> None:
        self.page, self.book = page, page.book
        self.values = form_cells(self.book, given)
        number = BY_KEY["complaint_id"].label.of(self.book.lang)  # may stay empty: it is given when collected
        self.headers = headers_of(list(BY_KEY.values()), self.book.lang) | {"complaint_id": number}

    def section(self, section: str, keys: tuple[str, ...]) -> None:
        """A band, then the fields, three to a line, the long ones over the whole width."""
        colour = SECTION_COLOURS[section]
        self.page.band(SECTIONS[section].of(self.book.lang), colour)
        line: list[str] = []
        for key in keys:
            long = (
                BY_KEY[key].kind == "long_text"
                or lines_of(self.values.get(key), width_of(FIELDS[0])) > MOST_LINES
            )
            if long or len(line) == len(FIELDS):
                self._line(line, colour)
                line = []
            if long:
                self._long(key, colour)
            else:
                line.append(key)
        self._line(line, colour)

    def _line(self, keys: Sequence[str], colour: str) -> None:
        """Fields side by side; the last one takes the rest of the width."""
        if not keys:
            return
        lines = 1
        for at, key in enumerate(keys):
            span = FIELDS[at] if at < len(keys) - 1 else (FIELDS[at][0], LAST)
            self.page.label(LABELS[at], self.headers[key], colour)
            self._field(key, span)
            lines = max(lines, lines_of(self.values.get(key), width_of(span)))
            lines = max(lines, lines_of(self.headers[key], width_of(LABELS[at]), 9))
        self.page.line(max(FIELD_HEIGHT, LINE_HEIGHT * lines + 4))

    @staticmethod
    def _least(key: str) -> int:
        return LINES.get(key, 2) if BY_KEY[key].kind == "long_text" else 1

    def _long(self, key: str, colour: str) -> None:
        parts = parts_of(self.values.get(key), width_of(LONG))
        self.page.label(LABELS[0], self.headers[key], colour, len(parts))
        top = self._entered(key, LONG)
        self.page.long(LONG, parts, BY_KEY[key].kind, self._least(key))
        # one cell is known by itself, as in forms of old; several by all of them
        last = self.page.row - 1 if len(parts) > 1 else None
        self.page.name(form_name(key), self.page.cells(LONG, top, last))

    def _field(self, key: str, span: Span) -> None:
        self.page.field(span, self.values.get(key), BY_KEY[key].kind)
        self.page.name(form_name(key), self.page.cells(span, self._entered(key, span)))

    def _entered(self, key: str, span: Span) -> int:
        """Lists, hints and the mark of what is missing in the present row, which is returned."""
        column = BY_KEY[key]
        Entry(self.book, self.page.sheet, self.page.row, self.page.row, {key: span[0]}).check(column)
        if column.required and key != "complaint_id":
            self._missing(column, span)
        return self.page.row

    def _missing(self, column: Column, span: Span) -> None:
        """Colours a mandatory field that is still empty on a form that was begun."""
        cell = self.page.cells(span)
        rule = f'{cell}="",COUNTA({",".join(map(form_name, BEGUN))})>0'
        if column.required == "complaint":
            rule += f',OR({form_name("kind")}=""{self._is_kind("complaint", ",{}")})'
        if column.required == "not_praise":
            rule += self._is_kind("praise", ",NOT({})")
        form = self.book.workbook.add_format({"bg_color": tint(ORANGE, 0.55)})
        self.page.sheet.conditional_format(
            self.page.row,
            span[0],
            self.page.row,
            span[1],
            {"type": "formula", "criteria": f"=AND({rule})", "format": form},
        )

    def _is_kind(self, key: str, within: str) -> str:
        """Put into ``within``: whether the form's kind is ``key``; nothing where the team has no such kind."""
        kinds = [code.key for code in self.book.settings.codes["kind"]]
        if key not in kinds:
            return ""
        # a label within the formula could be anything, also too long for one
        return within.format(f"{form_name('kind')}=INDEX({list_name('kind')},{kinds.index(key) + 1})")


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
