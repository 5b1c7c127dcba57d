"""The Items sheet: demands, commitments, options, actions, contacts, holds, transfers of the complaints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from kesu.register.columns import ITEMS, Column
from kesu.workbook.writing.bulk import BulkSheet
from kesu.workbook.writing.entry import READY_ROWS, SPARE_ROWS, Entry
from kesu.workbook.writing.live import ITEM_CALCS
from kesu.workbook.writing.live_cells import Calc
from kesu.workbook.writing.register import IN_FULL, LAST_ROW, show_states
from kesu.workbook.writing.style import SECTION_COLOURS, Book, set_print
from kesu.workbook.writing.table import EntryTable

HEADER_ROW: Final = 3


def columns_of_items(*, live: bool, own: Sequence[Column] = ()) -> tuple[Column | Calc, ...]:
    """The columns of the sheet in order, the team's ``own`` ones behind the declared."""
    return (*ITEMS, *own, *ITEM_CALCS) if live else (*ITEMS, *own)


def write_items(book: Book, items: pd.DataFrame | None, *, live: bool, own: Sequence[Column] = ()) -> None:
    """Adds the sheet with its table ``Items``; ``live``: with calculated columns, as the Register's need them; ``own``:
    columns of the team."""
    sheet = book.sheet("items", SECTION_COLOURS["item"], BulkSheet)
    rows = len(items) if items is not None and len(items) else SPARE_ROWS
    columns = columns_of_items(live=live, own=own)
    table = EntryTable(book, "Items", columns, HEADER_ROW, rows)
    table.write(sheet, items, grow="what")
    for at, column in enumerate(columns):
        for row in range(HEADER_ROW) if isinstance(column, Calc) else ():
            sheet.write_blank(row, at, None, book.format())
    sheet.set_row(0, 30)
    sheet.set_row(1, 20)
    sheet.set_row(2, 8)
    sheet.set_row(HEADER_ROW, 36)
    sheet.write_string(0, 0, book.of("投诉事项", "Items of the complaints"), book.title())
    sheet.write_string(
        1, 0,
        book.of(
            "一件投诉的诉求、承诺、方案、措施、联系、暂停、转办，各占一行，用投诉编号与登记表相连。",
            "Demands, commitments, options, actions, contacts, holds and transfers: one row each, tied to the register by its number.",
        ),
        book.note(),
    )  # fmt: skip
    last_row = table.last_row + READY_ROWS
    entry = Entry(book, sheet, table.first_row, last_row, table.index_of)
    for column in columns:
        if isinstance(column, Calc):
            entry.refuse(column)
        elif column.section == "item":
            entry.check(column, live=live)
    if live:
        show_states(book, sheet, table.first_row, last_row, table.index_of["item_state"])
    sheet.freeze_panes(table.first_row, 1)
    set_print(sheet, book, sheet.get_name(), landscape=False, left_out=IN_FULL)
    sheet.set_paper(8)
    sheet.print_area(0, 0, LAST_ROW, table.index_of["result"])  # without what only options have
    sheet.repeat_rows(HEADER_ROW)
