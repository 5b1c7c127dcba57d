"""The Improvements sheet: what the team changes so that a cause of complaints does not come back, one row a measure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from kesu.register.columns import IMPROVEMENTS, Column
from kesu.workbook.writing.bulk import BulkSheet
from kesu.workbook.writing.entry import READY_ROWS, Entry
from kesu.workbook.writing.register import LAST_ROW, STATE_COLOURS
from kesu.workbook.writing.style import DAY_FORMAT, SECTION_COLOURS, Book
from kesu.workbook.writing.table import EntryTable

HEADER_ROW: Final = 3
SPARE_ROWS: Final = 50
"""Empty rows inside the table of a new register: few measures a month, carried out, do more than many."""


def write_improvements(book: Book, improvements: pd.DataFrame | None, *, own: Sequence[Column] = ()) -> None:
    """Adds the sheet with its table ``Improvements``; ``own``: columns of the team.

    Needs nothing of the other sheets but the code lists on Settings, so that it can be added to any register.
    """
    sheet = book.sheet("improvements", SECTION_COLOURS["improvement"], BulkSheet)
    rows = len(improvements) if improvements is not None and len(improvements) else SPARE_ROWS
    table = EntryTable(book, "Improvements", (*IMPROVEMENTS, *own), HEADER_ROW, rows, times=DAY_FORMAT)
    table.write(sheet, improvements, grow="measure")
    sheet.set_row(0, 30)
    sheet.set_row(1, 20)
    sheet.set_row(2, 8)
    sheet.set_row(HEADER_ROW, 36)
    sheet.write_string(0, 0, book.of("改进措施", "Improvements"), book.title())
    sheet.write_string(
        1, 0,
        book.of(
            "针对一个原因改什么、谁改、何时完成，一项一行；填了完成时间，报告第 6 章检验这个原因的投诉是否减少。",
            "What is changed about a cause, by whom, by when: one row each. Once it is done, chapter 6 of the report tests whether complaints of that cause became fewer.",
        ),
        book.note(),
    )  # fmt: skip
    last_row = table.last_row + READY_ROWS
    entry = Entry(book, sheet, table.first_row, last_row, table.index_of)
    for column in IMPROVEMENTS:
        entry.check(column)
    due, done = entry.cell("due_at"), entry.cell("done_at")
    sheet.conditional_format(
        table.first_row, table.index_of["due_at"], last_row, table.index_of["due_at"],
        {
            "type": "formula", "criteria": f'=AND(ISNUMBER({due}),{done}="",{due}+(INT({due})={due})<NOW())',
            "format": book.workbook.add_format({"bg_color": STATE_COLOURS["overdue"], "bold": True}),
        },
    )  # fmt: skip
    sheet.freeze_panes(table.first_row, 2)
    sheet.print_area(0, 0, LAST_ROW, table.index_of["noted_effect"])
    sheet.repeat_rows(HEADER_ROW)
