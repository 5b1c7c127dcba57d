"""Demands, commitments and steps on the form: on the page itself, or all that is known of them on a sheet of their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from kesu.register.codes import Code
from kesu.register.columns import ITEM_BY_KEY, ITEMS, Column
from kesu.register.forms.page import ITEMS_NAME
from kesu.words.text import Text
from kesu.workbook.writing import form_facts
from kesu.workbook.writing.entry import Entry
from kesu.workbook.writing.form_facts import DETAILS_SHEET as SHEET
from kesu.workbook.writing.form_facts import answered, read_only
from kesu.workbook.writing.form_page import (
    FIELD_HEIGHT,
    LAST,
    LINE_HEIGHT,
    Page,
    Span,
    fitting,
    label_look,
    lines_of,
    look_of,
    width_of,
    write,
)  # fmt: skip
from kesu.workbook.writing.style import SECTION_COLOURS, Book, set_print
from kesu.workbook.writing.values import cells

Items = Sequence[Mapping[str, Any]]

ON_PAGE: Final[dict[str, Span]] = {
    "item_kind": (0, 0),
    "what": (1, 3),
    "owner": (4, 5),
    "due_at": (6, 7),
    "done_at": (8, 9),
    "result": (LAST, LAST),
}
"""Columns of the items on the page, and where they stand."""
ROWS: Final = 4
"""Lines for items on a blank form."""
MOST_ROWS: Final = 10
"""Lines for items that the page has room for."""
SPARE: Final = 5
"""Blank lines at the end of the sheet of items."""
DETAIL_HEIGHT: Final = 30.0
MOST_LINES: Final = 27
"""Lines that a row can be high."""
WIDEST: Final = 120.0
"""Characters to which a column of the sheet of items is widened before a text would be cut."""
SHOWN_LINES: Final = 2
"""Lines on the page of what stands in full on the sheet of items."""
SELDOM: Final = frozenset({
    "cost", "duration_hours", "feasibility", "expected_satisfaction", "chosen", "satisfaction", "question", "basis",
})  # fmt: skip
"""Columns that are folded away where nothing stands in them: those of options, call-backs and facts."""
SIZE: Final = 9

TITLE: Final = Text("诉求、承诺与措施", "Demands, commitments, actions")
ELSEWHERE: Final = Text(
    "共 {n} 项，请在工作表“{sheet}”中填改", "{n} in all; edit them on the sheet “{sheet}”"
)


def fits_page(items: Items, questions: Sequence[Code]) -> bool:
    """Whether the page can show all that is known of these items; ``questions``: the list of the team."""
    answers = answered(items, questions)
    lines = [item for at, item in enumerate(items) if at not in answers.values()]
    on_page = {at: form_facts.ON_PAGE.keys() | {"item_kind"} for at in answers.values()}
    return len(lines) <= MOST_ROWS and all(
        key in on_page.get(at, ON_PAGE.keys()) or key == "complaint_id" or not _given(item, key)
        for at, item in enumerate(items)
        for key in item
    )


def _given(item: Mapping[str, Any], key: str) -> bool:
    value = item.get(key)
    return value != "" if isinstance(value, str) else bool(pd.notna(value))


def write_items(page: Page, items: Items, questions: tuple[Code, ...]) -> None:
    """The lines on the page. Where they cannot hold all, they only show what stands on the sheet of items.

    ``questions``: those that have a line of their own.
    """
    book, here, answers = page.book, fits_page(items, questions), answered(items, questions)
    keys = {*ON_PAGE, *form_facts.ON_PAGE, *form_facts.OF_OPTION}
    values = {key: _values(book, items, ITEM_BY_KEY[key]) for key in keys}
    rows = [{key: column[at] for key, column in values.items()} for at in range(len(items))]
    if questions:
        facts = {question: (at, rows[at]) for question, at in answers.items()}
        form_facts.write_questions(page, questions, facts, None if here else _mirror)
    options = [] if here else [at for at, item in enumerate(items) if item.get("item_kind") == "option"]
    form_facts.write_options(page, [(at, rows[at]) for at in options], _mirror)
    words = Text("", "") if here else ELSEWHERE.fill(n=len(items), sheet=SHEET)
    page.band(TITLE.of(book.lang), SECTION_COLOURS["item"], words.of(book.lang))
    for key, span in ON_PAGE.items():
        page.label(span, ITEM_BY_KEY[key].label.of(book.lang), SECTION_COLOURS["item"])
    page.line(18)
    top = page.row
    shown = [at for at in range(len(items)) if at not in {*answers.values(), *options}][:MOST_ROWS]
    for offset in range(max(ROWS, len(shown))):
        at = shown[offset] if offset < len(shown) else len(items) + offset - len(shown)
        texts = {key: rows[at][key] if at < len(items) else None for key in ON_PAGE}
        for key, span in ON_PAGE.items():
            page.field(span, texts[key], ITEM_BY_KEY[key].kind, SIZE)
            if not here:
                _mirror(page, key, span, at, texts[key])
        lines = max(lines_of(texts[key], width_of(span), SIZE) for key, span in ON_PAGE.items())
        page.line(max(FIELD_HEIGHT, LINE_HEIGHT * min(lines, MOST_LINES if here else SHOWN_LINES) + 4))
    last = page.row - 1
    if here:
        index_of = {key: span[0] for key, span in ON_PAGE.items()}
        entry = Entry(page.book, page.sheet, top, last, index_of)
        for key in ON_PAGE:
            entry.check(ITEM_BY_KEY[key])
        page.name(ITEMS_NAME, page.cells((0, LAST), top, last))
    else:
        read_only(page, top)


def _mirror(page: Page, key: str, span: Span, offset: int, value: Any) -> None:
    """Show a cell of the sheet of items, where a program does not look."""
    at = next(at for at, column in enumerate(DETAILS) if column.key == key)
    cell = f"'{SHEET.of(page.book.lang)}'!{xl_col_to_name(at)}{FIRST + offset + 1}"
    kind = ITEM_BY_KEY[key].kind
    shown, look = cell, {}
    if isinstance(value, str) and lines_of(value, width_of(span), SIZE) > SHOWN_LINES:
        most = fitting(value, width_of(span), SHOWN_LINES, SIZE) - 1
        shown, value = f'IF(LEN({cell})>{most},LEFT({cell},{most})&"…",{cell})', value[:most] + "…"
        look = {"valign": "top"}
    form = look_of(page.book, kind if kind == "time" else "shown", SIZE, **look)
    page.sheet.write_formula(page.row, span[0], f'=IF({cell}="","",{shown})', form, _cached(value))


def _cached(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return (value - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
    return value if isinstance(value, str) or pd.notna(value) else ""


DETAILS: Final = tuple(column for column in ITEMS if column.key != "complaint_id")
HEAD: Final = 2
FIRST: Final = HEAD + 1
"""0-based rows of the sheet of items: its labels, and the first item."""


def write_details(book: Book, items: Items, title: str) -> None:
    """The sheet of items: one line each, every column of the register's Items."""
    sheet = book.workbook.add_worksheet(SHEET.of(book.lang))
    set_print(sheet, book, title)
    sheet.hide_gridlines(2)
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, title, book.title())
    rows = len(items) + SPARE
    heights = [DETAIL_HEIGHT] * rows
    for at, column in enumerate(DETAILS):
        values = _values(book, items, column)
        width = float(column.width)
        while width < WIDEST and any(lines_of(value, width) > MOST_LINES for value in values):
            width += 10
        unused = column.key in SELDOM and not any(_given(item, column.key) for item in items)
        sheet.set_column(at, at, width, None, {"hidden": unused})
        sheet.write_string(HEAD, at, column.label.of(book.lang), label_look(book, SECTION_COLOURS["item"]))
        form = look_of(book, column.kind, 10)
        for offset in range(rows):
            value = values[offset] if offset < len(items) else None
            write(sheet, FIRST + offset, at, value, form)
            lines = min(lines_of(value, width), MOST_LINES)
            heights[offset] = max(heights[offset], LINE_HEIGHT * lines + 6)
    for offset, height in enumerate(heights):
        sheet.set_row(FIRST + offset, height)
    sheet.set_row(HEAD, 32)
    last = FIRST + rows - 1
    entry = Entry(book, sheet, FIRST, last, {column.key: at for at, column in enumerate(DETAILS)})
    for column in DETAILS:
        entry.check(column)
    sheet.repeat_rows(HEAD)
    sheet.freeze_panes(FIRST, 0)
    end = f"${xl_col_to_name(len(DETAILS) - 1)}${last + 1}"
    book.workbook.define_name(ITEMS_NAME, f"='{SHEET.of(book.lang)}'!$A${FIRST + 1}:{end}")


def _values(book: Book, items: Items, column: Column) -> list[Any]:
    frame = pd.DataFrame({column.key: pd.Series([item.get(column.key) for item in items], dtype=object)})
    return list(cells(frame, column, book.settings, book.lang))
