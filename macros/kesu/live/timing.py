"""Deadlines in an open workbook that does not work them out itself, and a calendar that reaches far enough."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from kesu.jobs.other_calendar import other_calendar
from kesu.live.write import TIME_FORMAT, find_table
from kesu.register.columns import sheet_key
from kesu.register.settings import TARGETS, WEEKDAY_NAMES
from kesu.rules.deadlines import STATES, calendar_between
from kesu.rules.instants import DAY, NAT
from kesu.words.text import Text, folded
from kesu.xlsx.address import quoted

if TYPE_CHECKING:
    import xlwings as xw

    from kesu.live.frames import Opened
    from kesu.rules.deadlines import Deadline

DUE: Final = {key: Text(f"{said.zh}到期", f"{said.en} due") for key, said in TARGETS.items()}
STATE: Final = {key: Text(f"{said.zh}时限状态", f"{said.en} state") for key, said in TARGETS.items()}
"""Target → heading of the column with its due time, and with its state."""

AHEAD: Final = dt.timedelta(days=90)
"""The calendar is made longer when it ends sooner than this after now, or before the last deadline."""
CALENDAR_FORMATS: Final = ("yyyy-mm-dd", "General", "[hh]:mm", "[hh]:mm", "0", "0", "0", "0")


def fill_deadlines(opened: Opened) -> int:
    """Write due times and states as values into columns that hold no formulas; how many columns were written.

    A register without such columns gets them at its right-hand end; one with live formulas is left as it is.
    """
    case = opened.assessment
    sheet = case.register.complaints
    if not len(sheet.data):
        return 0
    header_row, header = opened.header(sheet)
    rows = case.deadlines.rows
    first, last = header_row + 1, int(sheet.data["excel_row"].max())
    columns: dict[str, tuple[Deadline, bool]] = {}
    for key, deadline in case.deadlines.targets.items():
        columns[DUE[key].of(opened.lang)] = deadline, True
        columns[STATE[key].of(opened.lang)] = deadline, False
    missing = [label for label in columns if folded(label) not in header]
    if len(missing) == len(columns):
        header |= _add_columns(opened, header_row, missing)
    written = 0
    own = opened.sheet(sheet)
    for label, (deadline, is_due) in columns.items():
        at = header.get(folded(label))
        if at is None:
            continue
        if any(_calculates(own.range((row, at + 1))) for row in (first, last)):
            continue
        cells = own.range((first, at + 1), (last, at + 1))
        values: list[list[Any]] = [[None] for _ in range(last - first + 1)]
        column = (
            _due_times(deadline)
            if is_due
            else [STATES[s].of(opened.lang) if s != "none" else None for s in deadline.state]
        )
        for row, value in zip(rows.tolist(), column, strict=True):
            values[row - first] = [value]
        cells.number_format = TIME_FORMAT if is_due else "@"
        cells.value = values
        written += 1
    return written


def _calculates(cell: xw.Range) -> bool:
    """Whether a formula stands there; where the program does not tell, nothing is overwritten."""
    try:
        return str(cell.formula).startswith("=")
    except NotImplementedError:
        return True


def _due_times(deadline: Deadline) -> list[dt.datetime | None]:
    epoch = dt.datetime(1970, 1, 1)
    return [None if due == NAT else epoch + dt.timedelta(seconds=due) for due in deadline.due.tolist()]


def _add_columns(opened: Opened, header_row: int, missing: list[str]) -> dict[str, int]:
    sheet = opened.sheet(opened.assessment.register.complaints)
    raw = opened.raw[sheet.name]
    filled = [column for column in raw.cells.columns if raw.cells[column].notna().any()]
    start = int(max(filled)) + 1
    sheet.range((header_row, start + 1), (header_row, start + len(missing))).value = missing
    table = next((one for one in sheet.tables if one.range.row == header_row), None)
    if table is not None:
        whole = table.range
        table.resize(sheet.range((whole.row, whole.column), (whole.last_cell.row, start + len(missing))))
    return {folded(label): start + n for n, label in enumerate(missing)}


def _calendar(book: xw.Book) -> xw.main.Table | None:
    """The table of working intervals on the Calendar sheet; None where the workbook has not kesu's own."""
    table = find_table(book, "WorkCalendar")
    own = table is not None and sheet_key(table.parent.name) == "calendar" and "Cal_Start" in book.names
    return table if own else None


def unlike_settings(opened: Opened) -> Text | None:
    """What to say where the Calendar sheet has other hours than Settings; None where they agree or there is none."""
    if (table := _calendar(opened.book)) is None:
        return None
    sheet, whole = table.parent, table.range
    rows = sheet.range((whole.row + 1, 5), (whole.last_cell.row, 6)).options(ndim=2).value
    known = [row for row in rows if all(isinstance(value, float) for value in row)]
    starts, lengths = ([row[at] for row in known] for at in (0, 1))
    return other_calendar(opened.assessment.register.settings, sheet.name, starts, lengths)


def extend_calendar(opened: Opened) -> dt.date | None:
    """Make the Calendar sheet longer where it ends too early; the day it then ends on, None where it was left."""
    book, case = opened.book, opened.assessment
    if (table := _calendar(book)) is None:
        return None
    sheet, whole = table.parent, table.range
    name = sheet.name
    top, last = whole.row, whole.last_cell.row
    known = sheet.range((last, whole.column)).value
    if not isinstance(known, dt.datetime):
        return None
    due = (
        max(int(target.due.max()) for target in case.deadlines.targets.values())
        if len(case.deadlines.rows)
        else NAT
    )
    wanted = case.as_of + AHEAD
    if due != NAT:
        wanted = max(wanted, dt.datetime(1970, 1, 1) + dt.timedelta(seconds=due))
    if wanted.date() <= known.date():
        return None
    end = dt.date(max(wanted.year, case.as_of.year + 1), 12, 31)
    rows = _calendar_rows(opened, known.date() + dt.timedelta(days=1), end, last + 1)
    if not rows:
        return None
    new_last = last + len(rows)
    names: tuple[str, ...] = ("Cal_Start", "Cal_Len", "Cal_Cum", "Cal_Day")
    names = (
        names if names[-1] in book.names else names[:-1]
    )  # registers of earlier versions do not count days
    width = 4 + len(names)
    for at, shape in enumerate(CALENDAR_FORMATS[:width], start=1):
        sheet.range((last + 1, at), (new_last, at)).number_format = shape
    sheet.range((last + 1, 1), (new_last, width)).value = [row[:width] for row in rows]
    table.resize(sheet.range((top, whole.column), (new_last, whole.last_cell.column)))
    own = f"{quoted(name)}!"
    for label, letter in zip(names, "EFGH", strict=False):
        book.names[label].refers_to = f"={own}${letter}${top + 1}:${letter}${new_last}"
    book.names["Cal_Total"].refers_to = f"={own}$G${new_last}+{own}$F${new_last}"
    return end


def _calendar_rows(opened: Opened, first: dt.date, last: dt.date, row: int) -> list[list[Any]]:
    settings = opened.assessment.register.settings
    calendar = calendar_between(settings, first, last)
    days = calendar.start // DAY
    opens = (calendar.start - days * DAY) / DAY
    closes = opens + calendar.length / DAY
    dates = days.astype("datetime64[D]").astype("datetime64[s]").astype(object)
    weekdays = np.asarray((days + 3) % 7).tolist()
    return [
        [
            date,
            WEEKDAY_NAMES[weekday].of(opened.lang),
            begin,
            finish,
            f"=ROUND((A{at}+C{at}-DATE(1970,1,1))*86400,0)",
            f"=ROUND((D{at}-C{at})*86400,0)",
            "=N(INDEX(G:G,ROW()-1))+N(INDEX(F:F,ROW()-1))",
            f"=N(INDEX(H:H,ROW()-1))+IF(AND(F{at}>0,OR(N(INDEX(F:F,ROW()-1))=0,INDEX(A:A,ROW()-1)<>A{at})),1,0)",
        ]
        for at, (date, weekday, begin, finish) in enumerate(
            zip(dates, weekdays, opens.tolist(), closes.tolist(), strict=True), start=row
        )
    ]
