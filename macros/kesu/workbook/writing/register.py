"""The Register sheet: one row a complaint, the sections of the form as coloured column groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from kesu.register.columns import REGISTER, SECTIONS, Column
from kesu.rules.deadlines import STATES
from kesu.words.palette import BLUE, GREEN, ORANGE, PURPLE, VERMILION, YELLOW
from kesu.words.text import Text
from kesu.workbook.writing.bulk import BulkSheet
from kesu.workbook.writing.entry import READY_ROWS, SPARE_ROWS, Entry
from kesu.workbook.writing.live import COMPLAINT_CALCS, NOT_CALCULATED, SUMMARY, overdue
from kesu.workbook.writing.live_cells import INTRICATE, Calc
from kesu.workbook.writing.style import GREY, PALE, SECTION_COLOURS, Book, tint
from kesu.workbook.writing.table import EntryTable, headers_of

BAND_ROW: Final = 3
HEADER_ROW: Final = 4

CALC_SECTIONS: Final[dict[str, Text]] = {
    "now": Text("现况（自动）", "As things stand (automatic)"),
    "live": Text("时限（自动）", "Deadlines (automatic)"),
    "workings": Text("计算过程（勿改）", "Workings (do not edit)"),
    "own": Text("本单位自己的列", "The team's own columns"),
}

STATE_COLOURS: Final[dict[str, str]] = {
    "overdue": tint(VERMILION, 0.45),
    "due_soon": tint(YELLOW, 0.35),
    "late": tint(PURPLE, 0.6),
    "unproven": tint(PURPLE, 0.8),
    "met": tint(GREEN, 0.72),
}
MISSING: Final = tint(ORANGE, 0.55)


def columns_of_register(*, live: bool, own: Sequence[Column] = ()) -> tuple[Column | Calc, ...]:
    """The columns of the sheet in order, the team's ``own`` ones behind the declared; without live formulas none else."""
    if not live:
        return (*REGISTER, *own)
    return (REGISTER[0], *SUMMARY, *REGISTER[1:], *own, *COMPLAINT_CALCS)


def write_register(
    book: Book, complaints: pd.DataFrame | None, *, live: bool, own: Sequence[Column] = ()
) -> None:
    """Adds the sheet with its table ``Complaints``; ``live``: with calculated columns; ``own``: columns of the team."""
    sheet = book.sheet("register", BLUE, BulkSheet)
    rows = len(complaints) if complaints is not None and len(complaints) else SPARE_ROWS
    table = EntryTable(book, "Complaints", columns_of_register(live=live, own=own), HEADER_ROW, rows)
    table.write(sheet, complaints, hidden=frozenset({"workings"}))
    _clear_head(book, sheet, table)
    _head(book, sheet, live=live)
    _bands(book, sheet, table.columns)
    last_row = table.last_row + READY_ROWS
    entry = Entry(book, sheet, table.first_row, last_row, table.places)
    for column in REGISTER:
        entry.check(column, unique=column.key == "complaint_id")
    _missing(book, sheet, table, last_row)
    if live:
        for key in ("overall_state", *(c.key for c in COMPLAINT_CALCS if c.key.endswith("_state"))):
            at = table.places[key]
            show_states(book, sheet, table.first_row, last_row, at)
        _open_demands(book, sheet, table, last_row)
    sheet.freeze_panes(table.first_row, 3 if live else 1)
    sheet.set_paper(8)
    sheet.fit_to_pages(4, 0)
    sheet.repeat_rows(BAND_ROW, HEADER_ROW)
    sheet.repeat_columns(0, 2 if live else 0)


def _clear_head(book: Book, sheet: Any, table: EntryTable) -> None:
    """Above the table calculated columns are not grey: their column format would make them so."""
    for at, column in enumerate(table.columns):
        for row in range(BAND_ROW) if isinstance(column, Calc) else ():
            sheet.write_blank(row, at, None, book.format())


def _head(book: Book, sheet: Any, *, live: bool) -> None:
    """Title, the next free number and the counts that an agent wants to see; the colour key beside them."""
    sheet.set_row(0, 30)
    sheet.set_row(1, 22)
    sheet.set_row(2, 22)
    sheet.write_string(0, 0, book.of("投诉登记", "Complaint register"), book.title())
    label, figure = book.note(), book.format(bold=True, font_size=12, align="left", bg_color=PALE)
    if live:
        sheet.write_string(1, 0, book.of("下一可用编号", "Next free number"), label)
        sheet.write_formula(1, 1, "=Next_Number", figure, "")
        headers = headers_of(columns_of_register(live=True), book.lang)
        states = {key: f"Complaints[{header}]" for key, header in headers.items()}
        unknown = f'COUNTIF(Complaints[{SUMMARY[1].label.of(book.lang)}],"{NOT_CALCULATED.of(book.lang)}")'
        sheet.write_formula(
            2, 0,
            '="'+book.of("逾期 ", "Overdue ")+'"&'+overdue(states)+'&"'
            + book.of(" · 回访逾期 ", " · call-backs overdue ")+'"&COUNTIF('+states["callback_state"]+',State_overdue)&"'
            + book.of(" · 临期 ", " · due soon ")+'"&COUNTIF(Complaints['+SUMMARY[1].label.of(book.lang)+'],State_due_soon)&"'
            + book.of(" · 未了诉求 ", " · open demands ")+'"&SUM(Complaints['+SUMMARY[2].label.of(book.lang)+'])'
            + f'&IF({unknown}=0,"","{book.of(" · 未算出 ", " · not calculated: ")}"&{unknown}&"{book.of("（请刷新）", " (refresh)")}")',
            book.format(bold=True), "",
        )  # fmt: skip
    at = 3
    sheet.write_string(
        0, at,
        book.of(
            "一行一件；带 * 的列在登记时必须填写；选中单元格即显示填写提示。灰底的列自动计算，请勿改动。",
            "One row a case; columns marked * must be filled at logging; select a cell to see what belongs in it. Grey columns calculate themselves.",
        ),
        book.note(),
    )  # fmt: skip
    chips = [(MISSING, Text("缺必填项", "to be filled"))]
    chips += [(colour, STATES[state]) for state, colour in STATE_COLOURS.items() if live]
    chips += [(PALE, Text("自动计算", "automatic"))] if live else []
    for offset, (colour, words) in enumerate(chips):
        form = book.format(bg_color=colour, align="center", border=1, border_color="#BFBFBF")
        sheet.write_string(1, at + offset, words.of(book.lang), form)


def _bands(book: Book, sheet: Any, columns: Sequence[Column | Calc]) -> None:
    """A coloured band over each section, its name in the first cell; cells are not merged."""
    sheet.set_row(BAND_ROW, 20)
    sheet.set_row(HEADER_ROW, 36)
    names = SECTIONS | CALC_SECTIONS
    before = ""
    for at, column in enumerate(columns):
        form = book.band(SECTION_COLOURS[column.section])
        if column.section == before or (column.section == "record" and at):
            sheet.write_blank(BAND_ROW, at, None, form)
        else:
            sheet.write_string(BAND_ROW, at, names[column.section].of(book.lang), form)
        before = column.section


def _missing(book: Book, sheet: Any, table: EntryTable, last_row: int) -> None:
    """Colours mandatory cells that are still empty in a row that was begun."""
    letters, row = table.letters, table.first_row + 1
    declared = [letters[column.key] for column in REGISTER]
    begun = f"COUNTA(${declared[0]}{row},${declared[1]}{row}:${declared[-1]}{row})>0"
    form = book.workbook.add_format({"bg_color": MISSING})
    for column in REGISTER:
        if not column.required:
            continue
        at = table.places[column.key]
        only = f',OR(${letters["kind"]}{row}="",${letters["kind"]}{row}=Word_kind_complaint)'
        rule = f'=AND(${letters[column.key]}{row}="",{begun}{only if column.required == "complaint" else ""})'
        sheet.conditional_format(
            table.first_row, at, last_row, at, {"type": "formula", "criteria": rule, "format": form}
        )


def show_states(book: Book, sheet: Any, first_row: int, last_row: int, at: int) -> None:
    """Colours the words of a state column; the word itself always says the same."""
    for state, colour in STATE_COLOURS.items():
        sheet.conditional_format(
            first_row, at, last_row, at,
            {
                "type": "cell", "criteria": "==", "value": f'"{STATES[state].of(book.lang)}"',
                "format": book.workbook.add_format({"bg_color": colour, "bold": state in {"overdue", "due_soon"}}),
            },
        )  # fmt: skip
    for words in INTRICATE.values():
        sheet.conditional_format(
            first_row, at, last_row, at,
            {
                "type": "cell", "criteria": "==", "value": f'"{words.of(book.lang)}"',
                "format": book.workbook.add_format({"italic": True, "font_color": GREY}),
            },
        )  # fmt: skip


def _open_demands(book: Book, sheet: Any, table: EntryTable, last_row: int) -> None:
    """A closed complaint with an open demand is the classic mistake."""
    letters, row = table.letters, table.first_row + 1
    at = table.places["open_demands"]
    sheet.conditional_format(
        table.first_row, at, last_row, at,
        {
            "type": "formula",
            "criteria": f"=AND(N(${letters['open_demands']}{row})>0,${letters['status']}{row}=Word_status_closed)",
            "format": book.workbook.add_format({"bg_color": STATE_COLOURS["overdue"], "bold": True}),
        },
    )  # fmt: skip
