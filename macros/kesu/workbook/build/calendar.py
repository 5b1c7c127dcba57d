"""The Calendar sheet: one row a working interval, in whole seconds, for the live deadlines."""

from __future__ import annotations

import datetime as dt
from typing import Final

from xlsxwriter.utility import xl_col_to_name

from kesu.register.columns import SHEETS
from kesu.register.settings import WEEKDAY_NAMES
from kesu.rules.business_time import DAY, Calendar, build_calendar
from kesu.workbook.build.style import DATE_FORMAT, GREEN, PALE, Book, tint

HEADER_ROW: Final = 4
FIRST_ROW: Final = 5
EVERY_DAY: Final = dict.fromkeys(range(7), ((0, DAY),))
COLUMNS: Final = (
    ("工作日期", "Working day", 14),
    ("星期", "Weekday", 11),
    ("上班时刻", "Opens", 10),
    ("下班时刻", "Closes", 10),
    ("起点（秒）", "Start (s)", 15),
    ("长度（秒）", "Length (s)", 12),
    ("此前累计（秒）", "Seconds before (s)", 18),
)


def calendar_of(book: Book, first: dt.date, last: dt.date) -> Calendar:
    """The working intervals that the team's settings give, both days included."""
    settings = book.settings
    return build_calendar(
        first,
        last,
        settings.hours or EVERY_DAY,
        settings.region or None,
        settings.subdivision or None,
        settings.closed_days,
        settings.open_days,
    )


def write_calendar(book: Book, calendar: Calendar, printed: int) -> None:
    """Adds the sheet, of which the year ``printed`` is printed, and the names Cal_Start, Cal_Len, Cal_Cum, Cal_Total, Cal_Confirmed."""
    sheet = book.sheet("calendar", GREEN)
    name = SHEETS["calendar"].of(book.lang)
    sheet.hide_gridlines(2)
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, book.of("工作日历", "Working calendar"), book.title())
    sheet.write_string(
        1, 0,
        book.of(
            "每行一段工作时间，工作时间时限据此计算。可改前四列的浅黄单元格；后三列自动得出。",
            "One row a stretch of working time; business-hours deadlines are looked up here. The pale yellow cells may be edited, the last three columns follow.",
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
    count = len(calendar.start)
    last_row = FIRST_ROW + count - 1
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
    day_numbers = calendar.start // DAY
    days = day_numbers.astype("datetime64[D]").astype(dt.date)
    opens = (calendar.start - day_numbers * DAY) / DAY
    closes = opens + calendar.length / DAY
    weekdays = (day_numbers + 3) % 7
    pale = tint("#F0E442", 0.82)
    date_form = book.format(num_format=DATE_FORMAT, align="left", bg_color=pale)
    time_form = book.format(num_format="[hh]:mm", align="left", bg_color=pale)
    number_form = book.format(num_format="0", bg_color=PALE)
    text_form = book.format(bg_color=pale)
    for offset in range(count):
        row = FIRST_ROW + offset
        at = row + 1
        sheet.write_datetime(row, 0, days[offset], date_form)
        sheet.write_string(row, 1, WEEKDAY_NAMES[int(weekdays[offset])].of(book.lang), text_form)
        sheet.write_number(row, 2, opens[offset], time_form)
        sheet.write_number(row, 3, closes[offset], time_form)
        sheet.write_formula(
            row, 4, f"=ROUND((A{at}+C{at}-DATE(1970,1,1))*86400,0)", number_form, int(calendar.start[offset])
        )
        sheet.write_formula(
            row, 5, f"=ROUND((D{at}-C{at})*86400,0)", number_form, int(calendar.length[offset])
        )
        sheet.write_formula(
            row, 6, "=N(INDEX(G:G,ROW()-1))+N(INDEX(F:F,ROW()-1))", number_form, int(calendar.cum[offset])
        )
    for label, at in (("Cal_Start", 4), ("Cal_Len", 5), ("Cal_Cum", 6)):
        letter = xl_col_to_name(at)
        book.workbook.define_name(label, f"='{name}'!${letter}${FIRST_ROW + 1}:${letter}${last_row + 1}")
    book.workbook.define_name("Cal_Total", f"='{name}'!$G${last_row + 1}+'{name}'!$F${last_row + 1}")
    book.workbook.define_name("Cal_Confirmed", f"='{name}'!$D$3")
    sheet.freeze_panes(FIRST_ROW, 0)
    sheet.repeat_rows(HEADER_ROW)
    rows = [FIRST_ROW + offset for offset, day in enumerate(days) if day.year == printed]
    if rows:
        sheet.print_area(rows[0], 0, rows[-1], len(COLUMNS) - 1)
