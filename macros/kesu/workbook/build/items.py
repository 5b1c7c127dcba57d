"""The Items sheet: demands, commitments, options, actions, contacts, holds, transfers of the complaints."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from kesu.register.columns import ITEMS
from kesu.workbook.build.bulk import BulkSheet
from kesu.workbook.build.entry import READY_ROWS, SPARE_ROWS, Entry, cell_format
from kesu.workbook.build.register import grow_table, header_text
from kesu.workbook.build.style import SECTION_COLOURS, Book
from kesu.workbook.build.values import cells

HEADER_ROW: Final = 3
FIRST_ROW: Final = 4
BODY_HEIGHT: Final = 30.0


def write_items(book: Book, items: pd.DataFrame | None) -> None:
    """Adds the sheet with its table ``Items``."""
    sheet = book.sheet("items", SECTION_COLOURS["item"], BulkSheet)
    rows = SPARE_ROWS if items is None or items.empty else len(items)
    last_row = FIRST_ROW + rows - 1
    sheet.set_row(0, 28)
    sheet.set_row(1, 20)
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
    body: dict[int, tuple[Any, Any]] = {}
    for at, column in enumerate(ITEMS):
        form = cell_format(book, column)
        sheet.set_column(at, at, column.width, form)
        values = cells(items, column, book.settings, book.lang)
        body[at] = (values if len(values) else pd.Series([None] * rows, dtype=object), form)
    sheet.add_table(
        HEADER_ROW, 0, HEADER_ROW + 1, len(ITEMS) - 1,
        {
            "name": "Items",
            "style": "Table Style Light 1",
            "columns": [
                {
                    "header": header_text(column, book.lang),
                    "header_format": book.header(SECTION_COLOURS["item"]),
                }
                for column in ITEMS
            ],
        },
    )  # fmt: skip
    grow_table(sheet, HEADER_ROW, last_row, len(ITEMS))
    sheet.set_body(FIRST_ROW, rows, BODY_HEIGHT, body)
    entry = Entry(book, sheet, FIRST_ROW, last_row + READY_ROWS, {c.key: at for at, c in enumerate(ITEMS)})
    for column in ITEMS:
        entry.check(column)
    sheet.set_default_row(BODY_HEIGHT)
    sheet.freeze_panes(FIRST_ROW, 1)
    sheet.repeat_rows(HEADER_ROW)
    sheet.repeat_columns(0, 0)
