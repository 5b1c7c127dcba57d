"""The Calendar sheet: one row a working interval, in whole seconds, for the live deadlines."""

from __future__ import annotations

import datetime as dt
from typing import Final

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from kesu.register.columns import SHEETS
from kesu.register.settings import WEEKDAY_NAMES
from kesu.rules.deadlines.business_time import Calendar
from kesu.rules.instants import DAY
from kesu.words.palette import GREEN, YELLOW
from kesu.workbook.writing.bulk import ROW, BulkSheet, Formula
from kesu.workbook.writing.style import DATE_FORMAT, PALE, Book, tint

HEADER_ROW: Final = 4
FIRST_ROW: Final = 5
HEIGHT: Final = 15.0
COLUMNS: Final = (
    ("工作日期", "Working day", 14),
    ("星期", "Weekday", 11),
    ("上班时刻", "Opens", 10),
    ("下班时刻", "Closes", 10),
    ("起点（秒）", "Start (s)", 15),
    ("长度（秒）", "Length (s)", 12),
    ("此前累计（秒）", "Seconds before (s)", 18),
    ("第几个工作日", "Working day no.", 15),
)
DAY_NUMBER: Final = (
    f"=N(INDEX(H:H,ROW()-1))+IF(AND(F{ROW}>0,OR(N(INDEX(F:F,ROW()-1))=0,INDEX(A:A,ROW()-1)<>A{ROW})),1,0)"
)
"""How many working days there are up to the row's; the second interval of a day, and one of no length, is no new day."""


def write_calendar(book: Book, calendar: Calendar) -> None:
    """Adds the sheet, which is not printed, and the names Cal_Start, Cal_Len, Cal_Cum, Cal_Day, Cal_Total, Cal_Confirmed."""
    sheet = book.sheet("calendar", GREEN, BulkSheet)
    _head(book, sheet, calendar)
    last_row = FIRST_ROW + len(calendar.start) - 1
    _table(book, sheet, last_row)
    _body(book, sheet, calendar)
    _names(book, last_row)
    sheet.print_area(0, len(COLUMNS) + 1, 0, len(COLUMNS) + 1)  # an empty cell: no page


def _head(book: Book, sheet: BulkSheet, calendar: Calendar) -> None:
    sheet.hide_gridlines(2)
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, book.of("工作日历", "Working calendar"), book.title())
    sheet.write_string(
        1, 0,
        book.of(
            "每行一段工作时间，工作时间时限据此计算。可改前四列的浅黄单元格；后四列自动得出。",
            "One row a stretch of working time; business-hours deadlines are looked up here. The pale yellow cells may be edited, the last four columns follow.",
        ),
        book.note(),
    )  # fmt: skip
    confirmed = calendar.confirmed_until.astype(dt.date)
    sheet.write_string(2, 0, book.of("假日与调休已确认至", "Holidays confirmed until"), book.note())
    sheet.write_datetime(2, 3, confirmed, book.format(num_format=DATE_FORMAT, bold=True, align="left"))
    sheet.write_string(
        2, 4,
        book.of(
            "此日之后只含法定节假日，官方通知发布后请核对。",
            "After that day only statutory holidays are known; check once the official notice is out.",
        ),
        book.note(),
    )  # fmt: skip
    sheet.write_string(
        3, 0,
        book.of(
            "本表默认不打印；要打印，请清除打印区域。",
            "Not printed by default; to print it, clear the print area.",
        ),
        book.note(),
    )  # fmt: skip


def _table(book: Book, sheet: BulkSheet, last_row: int) -> None:
    for at, (_, _, width) in enumerate(COLUMNS):
        sheet.set_column(at, at, width)
    sheet.set_row(HEADER_ROW, 20)
    sheet.add_table(
        HEADER_ROW, 0, last_row, len(COLUMNS) - 1,
        {
            "name": "WorkCalendar",
            "style": "Table Style Light 1",
            "banded_rows": False,
            "columns": [
                {"header": book.of(zh, en), "header_format": book.header(GREEN)} for zh, en, _ in COLUMNS
            ],
        },
    )  # fmt: skip
    sheet.freeze_panes(FIRST_ROW, 0)
    sheet.repeat_rows(HEADER_ROW)


def _body(book: Book, sheet: BulkSheet, calendar: Calendar) -> None:
    day_numbers = calendar.start // DAY
    opens = (calendar.start - day_numbers * DAY) / DAY
    closes = opens + calendar.length / DAY
    weekdays = (day_numbers + 3) % 7
    pale = tint(YELLOW, 0.82)
    date_form = book.format(num_format=DATE_FORMAT, align="left", bg_color=pale)
    time_form = book.format(num_format="[hh]:mm", align="left", bg_color=pale)
    number_form = book.format(num_format="0", bg_color=PALE)
    text_form = book.format(bg_color=pale)
    sheet.set_body(
        FIRST_ROW, len(calendar.start), HEIGHT,
        {
            0: (pd.Series(day_numbers.astype("datetime64[D]")), date_form),
            1: (pd.Series([WEEKDAY_NAMES[day].of(book.lang) for day in weekdays.tolist()]), text_form),
            2: (pd.Series(opens), time_form),
            3: (pd.Series(closes), time_form),
            4: (Formula(f"=ROUND((A{ROW}+C{ROW}-DATE(1970,1,1))*86400,0)", calendar.start.tolist()), number_form),
            5: (Formula(f"=ROUND((D{ROW}-C{ROW})*86400,0)", calendar.length.tolist()), number_form),
            6: (Formula("=N(INDEX(G:G,ROW()-1))+N(INDEX(F:F,ROW()-1))", calendar.cum.tolist()), number_form),
            7: (Formula(DAY_NUMBER, (np.searchsorted(calendar.working_days, day_numbers) + 1).tolist()), number_form),
        },
    )  # fmt: skip


def _names(book: Book, last_row: int) -> None:
    name = SHEETS["calendar"].of(book.lang)
    for label, at in (("Cal_Start", 4), ("Cal_Len", 5), ("Cal_Cum", 6), ("Cal_Day", 7)):
        letter = xl_col_to_name(at)
        book.workbook.define_name(label, f"='{name}'!${letter}${FIRST_ROW + 1}:${letter}${last_row + 1}")
    book.workbook.define_name("Cal_Total", f"='{name}'!$G${last_row + 1}+'{name}'!$F${last_row + 1}")
    book.workbook.define_name("Cal_Confirmed", f"='{name}'!$D$3")
