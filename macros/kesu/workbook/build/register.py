"""The Register sheet: one row a complaint, the sections of the form as coloured column groups."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
from xlsxwriter.utility import xl_range

from kesu.register.columns import REGISTER, SECTIONS, Column
from kesu.workbook.build.bulk import BulkSheet
from kesu.workbook.build.entry import READY_ROWS, SPARE_ROWS, Entry, cell_format
from kesu.workbook.build.style import SECTION_COLOURS, Book
from kesu.workbook.build.values import cells

BAND_ROW: Final = 3
HEADER_ROW: Final = 4
FIRST_ROW: Final = 5
BODY_HEIGHT: Final = 30.0


def header_text(column: Column, lang: str) -> str:
    """The label as it heads a column; a star marks what must be filled at logging."""
    return column.label.of(lang) + (" *" if column.required else "")


def write_register(book: Book, complaints: pd.DataFrame | None) -> None:
    """Adds the sheet with its table ``Complaints``."""
    sheet = book.sheet("register", SECTION_COLOURS["customer"], BulkSheet)
    rows = SPARE_ROWS if complaints is None or complaints.empty else len(complaints)
    last_row = FIRST_ROW + rows - 1
    places = {column.key: at for at, column in enumerate(REGISTER)}
    _head(book, sheet)
    body: dict[int, tuple[Any, Any]] = {}
    for at, column in enumerate(REGISTER):
        form = cell_format(book, column)
        sheet.set_column(at, at, column.width, form)
        values = cells(complaints, column, book.settings, book.lang)
        body[at] = (values if len(values) else pd.Series([None] * rows, dtype=object), form)
    _bands(book, sheet)
    sheet.add_table(
        HEADER_ROW, 0, HEADER_ROW + 1, len(REGISTER) - 1,
        {
            "name": "Complaints",
            "style": "Table Style Light 1",
            "columns": [
                {
                    "header": header_text(column, book.lang),
                    "header_format": book.header(SECTION_COLOURS[column.section]),
                }
                for column in REGISTER
            ],
        },
    )  # fmt: skip
    grow_table(sheet, HEADER_ROW, last_row, len(REGISTER))
    sheet.set_body(FIRST_ROW, rows, BODY_HEIGHT, body)
    entry = Entry(book, sheet, FIRST_ROW, last_row + READY_ROWS, places)
    for column in REGISTER:
        entry.check(column, unique=column.key == "complaint_id")
    sheet.set_default_row(BODY_HEIGHT)
    sheet.freeze_panes(FIRST_ROW, 1)
    sheet.set_paper(8)
    sheet.fit_to_pages(3, 0)
    sheet.repeat_rows(BAND_ROW, HEADER_ROW)
    sheet.repeat_columns(0, 0)


def grow_table(sheet: Any, header_row: int, last_row: int, columns: int) -> None:
    """Makes the sheet's last table end at ``last_row``; its rows are written as columns, not cell by cell."""
    table = sheet.tables[-1]
    table["range"] = table["a_range"] = table["autofilter"] = xl_range(header_row, 0, last_row, columns - 1)


def _head(book: Book, sheet: Any) -> None:
    sheet.set_row(0, 28)
    sheet.set_row(1, 20)
    sheet.set_row(2, 20)
    sheet.write_string(0, 0, book.of("投诉登记", "Complaint register"), book.title())
    sheet.write_string(
        1, 0,
        book.of(
            "一行一件；带 * 的列在登记时必须填写。选中单元格即显示填写提示。",
            "One row a case; columns marked * must be filled at logging. Select a cell to see what belongs in it.",
        ),
        book.note(),
    )  # fmt: skip


def _bands(book: Book, sheet: Any) -> None:
    """A coloured band over each section, its name in the first cell; cells are not merged."""
    sheet.set_row(BAND_ROW, 20)
    sheet.set_row(HEADER_ROW, 36)
    seen: set[str] = set()
    for at, column in enumerate(REGISTER):
        form = book.band(SECTION_COLOURS[column.section])
        name = "" if column.section in seen else SECTIONS[column.section].of(book.lang)
        seen.add(column.section)
        (
            sheet.write_string(BAND_ROW, at, name, form)
            if name
            else sheet.write_blank(BAND_ROW, at, None, form)
        )
