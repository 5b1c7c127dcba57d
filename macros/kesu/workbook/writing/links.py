"""The hidden sheet that counts, for each row of the register, its items of each kind: one array a kind; and more workings.

On a sheet of its own, because nobody can insert a row across an array.
"""

from __future__ import annotations

from typing import Final

from xlsxwriter.utility import xl_range, xl_range_abs

from kesu.register.columns import ITEMS, REGISTER
from kesu.register.settings import TARGETS
from kesu.words.text import Text
from kesu.workbook.writing.live import (
    COLUMN_NAMES,
    ITEM_CALCS,
    LINKS,
    REGISTER_CALCS,
    column_name,
    in_array,
)
from kesu.workbook.writing.live_outcomes import LINK_LABELS
from kesu.workbook.writing.style import GREY, SECTION_COLOURS, Book, set_print
from kesu.workbook.writing.table import LIVE_ROWS, headers_of
from kesu.workbook.writing.today import write_today_workings

TITLE: Final = Text("推算", "Workings")
ROOM: Final = 5000
"""Rows of the register that the formulas serve at least; a longer register gets twice its own length."""
FIRST_ROW: Final = 3
LABELS: Final = {
    "demand": Text("未了诉求", "Open demands"),
    "todo": Text("待办", "To do"),
    "ahead": Text("约好的联系", "Calls agreed for later"),
    "hold": Text("暂停", "Holds"),
    "answer": Text("前轮答复", "Answers kept"),
    **LINK_LABELS,
    **{key: Text(f"{said.zh}·约定", f"{said.en}: agreed") for key, said in TARGETS.items()},
}


def write_links(book: Book, rows: int) -> None:
    """Adds the sheet for a register of ``rows`` rows; names ``Link_No`` and ``Link_`` with each key of `LINKS`."""
    room = min(max(ROOM, 2 * rows), 2 * LIVE_ROWS)
    name = TITLE.of(book.lang)
    sheet = book.workbook.add_worksheet(name)
    sheet.set_tab_color(GREY)
    set_print(sheet, book, name)
    sheet.hide()
    sheet.protect("", {"select_locked_cells": True})
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, name, book.title())
    sheet.write_string(
        1, 0,
        book.of("登记表每一行各类事项的件数，供公式使用，请勿改动。", "How many items of each kind a row of the register has; formulas need it, do not edit."),
        book.note(),
    )  # fmt: skip
    head, cell = book.header(SECTION_COLOURS["workings"]), book.format(font_color=GREY)
    _name_columns(book)
    last = FIRST_ROW + room - 1
    sheet.set_column(0, len(LINKS), 16)
    sheet.write_string(FIRST_ROW - 1, 0, book.of("表内行号", "Row in the table"), head)
    sheet.write_column(FIRST_ROW, 0, range(1, room + 1), cell)
    book.workbook.define_name("Link_No", f"='{name}'!{xl_range_abs(FIRST_ROW, 0, last, 0)}")
    for at, (key, numbers) in enumerate(LINKS.items(), start=1):
        counted = in_array(numbers, book.lang)  # LibreOffice: FREQUENCY of no number at all is an error
        counts = f"{{=IF(COUNT({counted})=0,0,FREQUENCY({counted},Link_No))}}"
        sheet.write_string(FIRST_ROW - 1, at, LABELS[key].of(book.lang), head)
        sheet.write_array_formula(FIRST_ROW, at, FIRST_ROW, at, counts, cell)
        top = sheet.table[FIRST_ROW][at]  # else the writer fills all the rows below with zeros
        sheet.table[FIRST_ROW][at] = top._replace(range=xl_range(FIRST_ROW, at, last, at))
        book.workbook.define_name(f"Link_{key}", f"='{name}'!{xl_range_abs(FIRST_ROW, at, last, at)}")
    write_today_workings(book, sheet, len(LINKS) + 1, FIRST_ROW, head, cell)
    sheet.freeze_panes(FIRST_ROW, 1)
    sheet.repeat_rows(FIRST_ROW - 1)


def _name_columns(book: Book) -> None:
    """Defines the names of the columns into which formulas look."""
    headers = {
        "complaints": headers_of((*REGISTER, *REGISTER_CALCS), book.lang),
        "items": headers_of((*ITEMS, *ITEM_CALCS), book.lang),
    }
    for column in COLUMN_NAMES:
        table, _, key = column.partition(".")
        header = headers[table].get(key) or next(iter(headers[table].values()))
        part = f"[[#Headers],[{header}]]" if key == "head" else f"[{header}]"
        book.workbook.define_name(column_name(column), f"={table.title()}{part}")
