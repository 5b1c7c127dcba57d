"""The Register sheet: one row a complaint, the sections of the form as coloured column groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from kesu.register.columns import BY_KEY, REGISTER, SECTIONS, Column
from kesu.rules.deadlines import STATES
from kesu.words.palette import BLUE, GREEN, ORANGE, PURPLE, VERMILION, YELLOW
from kesu.words.text import Text
from kesu.workbook.writing.bulk import BulkSheet
from kesu.workbook.writing.entry import READY_ROWS, SPARE_ROWS, Entry
from kesu.workbook.writing.layouts import columns_in_order, folded
from kesu.workbook.writing.live import (
    COMPLAINT_CALCS,
    ITEM_CALCS,
    NOT_CALCULATED,
    REGISTER_CALCS,
    SUMMARY,
    overdue,
)
from kesu.workbook.writing.live_cells import INTRICATE, Calc
from kesu.workbook.writing.style import GREY, PALE, SECTION_COLOURS, Book, set_print, tint
from kesu.workbook.writing.table import EntryTable, headers_of

ITEM_STATE: Final = next(calc.label for calc in ITEM_CALCS if calc.key == "item_state")
BAND_ROW: Final = 3
HEADER_ROW: Final = 4

CALC_SECTIONS: Final[dict[str, Text]] = {
    "now": Text("现况（自动）", "As things stand"),
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
IN_FULL: Final = Text(
    "每件投诉的全部内容：kesu form 登记表 编号 -o 个案.pdf",
    "Each case in full: kesu form REGISTER NUMBER -o case.pdf",
)
LAST_ROW: Final = 1_048_575
"""Whole columns are printed: a table grows."""
ROWS_ABOVE: Final = 8
"""Rows in view above the first free one."""
LATE_ROW: Final = tint(VERMILION, 0.84)
MISSING: Final = tint(ORANGE, 0.55)


def write_register(
    book: Book,
    complaints: pd.DataFrame | None,
    *,
    live: bool,
    own: Sequence[Column] = (),
    layout: str = "standard",
) -> None:
    """Adds the sheet with its table ``Complaints``; ``live``: with calculated columns; ``own``: columns of the team;
    ``layout``: which of `LAYOUTS`."""
    sheet = book.sheet("register", BLUE, BulkSheet)
    rows = len(complaints) if complaints is not None and len(complaints) else SPARE_ROWS
    table = EntryTable(book, "Complaints", columns_in_order(live=live, own=own), HEADER_ROW, rows, layout)
    table.write(sheet, complaints)
    _clear_head(book, sheet, table)
    _head(book, sheet, table, live=live)
    _bands(book, sheet, table.columns)
    last_row = table.last_row + READY_ROWS
    entry = Entry(book, sheet, table.first_row, last_row, table.index_of)
    for column in table.columns:
        if isinstance(column, Calc):
            entry.refuse(column)
        elif column.key in BY_KEY:
            entry.check(column, unique=column.key == "complaint_id")
            if column.kind == "codes":
                entry.known_codes(column)
    _missing(book, sheet, table, last_row)
    if layout != "full":
        _missing_behind(book, sheet, table, last_row)
    if live:
        for key in ("overall_state", *(c.key for c in COMPLAINT_CALCS if c.key.endswith("_state"))):
            at = table.index_of[key]
            show_states(book, sheet, table.first_row, last_row, at)
        _closed_too_early(book, sheet, table, last_row)
        _late_rows(book, sheet, table, last_row)
    _open_at(sheet, table, rows if complaints is not None and len(complaints) else 0)
    _on_paper(book, sheet, table)


def _on_paper(book: Book, sheet: Any, table: EntryTable) -> None:
    """The case in brief, up to the first long text: a row cannot show that whole, the case file does."""
    long = [at for at, column in enumerate(table.columns) if column.kind == "long_text"]
    set_print(sheet, book, sheet.get_name(), landscape=False, left_out=IN_FULL)
    sheet.set_paper(8)
    sheet.print_area(0, 0, LAST_ROW, min(long) - 1)
    sheet.repeat_rows(BAND_ROW, HEADER_ROW)


def _open_at(sheet: Any, table: EntryTable, filled: int) -> None:
    """The sheet opens with the cell selected in which the next number is typed, the newest complaints above it."""
    free, at = table.first_row + filled, table.index_of["complaint_id"]
    sheet.freeze_panes(table.first_row, at + 1, max(table.first_row, free - ROWS_ABOVE), at + 1)
    sheet.set_selection(free, at, free, at)


def _clear_head(book: Book, sheet: Any, table: EntryTable) -> None:
    """Above the table calculated columns are not grey: their column format would make them so."""
    for at, column in enumerate(table.columns):
        for row in range(BAND_ROW) if isinstance(column, Calc) else ():
            sheet.write_blank(row, at, None, book.format())


def _head(book: Book, sheet: Any, table: EntryTable, *, live: bool) -> None:
    """Title, the next free number and the counts that an agent wants to see; the colour key beside them."""
    sheet.set_row(0, 30)
    sheet.set_row(1, 22)
    sheet.set_row(2, 22)
    sheet.write_string(0, 0, book.of("投诉登记", "Complaint register"), book.title())
    label, figure = book.note(), book.format(bold=True, font_size=12, align="left", bg_color=PALE)
    if live:
        sheet.write_string(1, 0, book.of("下一可用编号", "Next free number"), label)
        sheet.write_formula(1, 1, "=Next_Number", figure, "")
        headers = headers_of((*REGISTER, *REGISTER_CALCS), book.lang)
        states = {key: f"Complaints[{header}]" for key, header in headers.items()}
        unknown = f'COUNTIF(Complaints[{SUMMARY[1].label.of(book.lang)}],"{NOT_CALCULATED.of(book.lang)}")'
        sheet.write_formula(
            2, 0,
            '="'+book.of("逾期 ", "Overdue ")+'"&'+overdue(states)+'&"'
            + book.of(" · 逾期事项 ", " · items overdue ")+'"&COUNTIF(Items['+ITEM_STATE.of(book.lang)+'],State_overdue)&"'
            + book.of(" · 回访逾期 ", " · call-backs overdue ")+'"&COUNTIF('+states["callback_state"]+',State_overdue)&"'
            + book.of(" · 临期 ", " · due soon ")+'"&COUNTIF(Complaints['+SUMMARY[1].label.of(book.lang)+'],State_due_soon)&"'
            + book.of(" · 未了诉求 ", " · open demands ")+'"&SUM(Complaints['+SUMMARY[2].label.of(book.lang)+'])'
            + f'&IF({unknown}=0,"","{book.of(" · 未算出 ", " · not calculated: ")}"&{unknown}&"{book.of("（请刷新）", " (refresh)")}")',
            book.format(bold=True), "",
        )  # fmt: skip
    shown = [at for at, column in enumerate(table.columns) if not folded(column, table.layout)]
    shown = shown[3:]  # behind the title and the counts
    sheet.write_string(
        0, shown[0],
        book.of(
            "一行一件；带 * 的列在登记时必须填写；选中单元格即显示填写提示。灰底的列自动计算，请勿改动。",
            "One row a case; columns marked * must be filled at logging; select a cell to see what belongs in it. Grey columns calculate themselves.",
        ),
        book.note(),
    )  # fmt: skip
    chips = [(MISSING, Text("缺必填项", "to be filled"))]
    chips += [(colour, STATES[state]) for state, colour in STATE_COLOURS.items() if live]
    chips += [(PALE, Text("自动计算", "automatic"))] if live else []
    for at, (colour, words) in zip(shown, chips, strict=False):
        form = book.format(bg_color=colour, align="center", border=1, border_color="#BFBFBF")
        sheet.write_string(1, at, words.of(book.lang), form)


def _bands(book: Book, sheet: Any, columns: Sequence[Column | Calc]) -> None:
    """A coloured band over each section, its name in the first cell; cells are not merged."""
    sheet.set_row(BAND_ROW, 20)
    sheet.set_row(HEADER_ROW, 36)
    names = SECTIONS | CALC_SECTIONS
    before = ""
    for at, column in enumerate(columns):
        form = book.band(SECTION_COLOURS[column.section])
        if column.section == before:
            sheet.write_blank(BAND_ROW, at, None, form)
        else:
            sheet.write_string(BAND_ROW, at, names[column.section].of(book.lang), form)
        before = column.section


def _late_rows(book: Book, sheet: Any, table: EntryTable, last_row: int) -> None:
    """The row of a complaint that is overdue, or of which a promise or another item is; what is next most of all."""
    letters, row = table.letters, table.first_row + 1
    is_late = f"AND(ISNUMBER(${letters['next_s']}{row}),${letters['next_s']}{row}<Now_S)"
    soon = f"${letters['overall_state']}{row}=State_due_soon"
    at, last = table.index_of["due_next"], max(table.index_of[key] for key in BY_KEY)
    for rule, left, right, form in (
        (is_late, at, at, {"bg_color": STATE_COLOURS["overdue"], "bold": True}),
        (soon, at, at, {"bg_color": STATE_COLOURS["due_soon"]}),
        (is_late, at + 1, last, {"bg_color": LATE_ROW}),
    ):
        sheet.conditional_format(
            table.first_row, left, last_row, right,
            {"type": "formula", "criteria": f"={rule}", "format": book.workbook.add_format(form)},
        )  # fmt: skip


def _missing_behind(book: Book, sheet: Any, table: EntryTable, last_row: int) -> None:
    """The number of a complaint is coloured as long as a mandatory cell is empty that is folded away."""
    letters, row = table.letters, table.first_row + 1
    empty = [
        f'${letters[column.key]}{row}=""'
        for column in table.columns
        if isinstance(column, Column) and column.required and folded(column, table.layout)
    ]
    if not empty:
        return
    at, kind = table.index_of["complaint_id"], f"${letters['kind']}{row}"
    number = f"${letters['complaint_id']}{row}"
    rule = f'=AND({number}<>"",OR({kind}="",{kind}=Word_kind_complaint),OR({",".join(empty)}))'
    form = book.workbook.add_format({"bg_color": MISSING})
    sheet.conditional_format(
        table.first_row, at, last_row, at, {"type": "formula", "criteria": rule, "format": form}
    )


def _missing(book: Book, sheet: Any, table: EntryTable, last_row: int) -> None:
    """Colours mandatory cells that are still empty in a row that was begun."""
    letters, row = table.letters, table.first_row + 1
    declared = [letters[column.key] for column in table.columns if column.key in BY_KEY]
    begun = f"COUNTA(${declared[0]}{row}:${declared[-1]}{row})>0"
    form = book.workbook.add_format({"bg_color": MISSING})
    for column in REGISTER:
        if not column.required:
            continue
        at = table.index_of[column.key]
        kind = f"${letters['kind']}{row}"
        only = {
            "complaint": f',OR({kind}="",{kind}=Word_kind_complaint)',
            "not_praise": f",{kind}<>Word_kind_praise",
        }.get(column.required, "")
        rule = f'=AND(${letters[column.key]}{row}="",{begun}{only})'
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


def _closed_too_early(book: Book, sheet: Any, table: EntryTable, last_row: int) -> None:
    """A closed complaint with an open demand is the classic mistake; so is one with anything else missing."""
    letters, row = table.letters, table.first_row + 1
    form = book.workbook.add_format({"bg_color": STATE_COLOURS["overdue"], "bold": True})
    for key, missing in (("open_demands", "N(${}{})>0"), ("before_closing", '${}{}<>""')):
        criteria = f"=AND({missing.format(letters[key], row)},${letters['status']}{row}=Word_status_closed)"
        at, rule = table.index_of[key], {"type": "formula", "criteria": criteria, "format": form}
        sheet.conditional_format(table.first_row, at, last_row, at, rule)
