"""The Today sheet: what is overdue, due today and this week, calculated by the workbook itself; and its workings."""

from __future__ import annotations

from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name, xl_range_abs, xl_rowcol_to_cell

from kesu.register.columns import SHEETS
from kesu.words.palette import BLUE, VERMILION, YELLOW
from kesu.words.text import Text
from kesu.workbook.writing.bulk import BulkSheet
from kesu.workbook.writing.layouts import columns_in_order
from kesu.workbook.writing.live import NOT_CALCULATED, SUMMARY, column_name, in_array, in_cells
from kesu.workbook.writing.live_today import COUNTS, KEYS, LINES, OWNER_AT, OWNER_ROWS, OWNERS, WHEN, lines
from kesu.workbook.writing.outputs import show_groups
from kesu.workbook.writing.style import GREY, TIME_FORMAT, Book, set_print, tint

HEADER_ROW: Final = 4
LINE_HEIGHT: Final = 21.0
PRINTED: Final = 30
"""Lines that are printed, on one page: the sheet has formulas for all `LINES`, and empty ones would be pages too."""
LOOKS: Final[dict[str, dict[str, Any]]] = {
    "text": {},
    "link": {"font_color": BLUE, "underline": 1},
    "time": {"num_format": TIME_FORMAT, "align": "left"},
    "seconds": {"font_color": GREY},
}
OWNER_CELL: Final = (2, 1)


def write_today(book: Book) -> None:
    """Adds the sheet. Names ``Today_Head``, ``Today_Last``, ``Today_Owner``.

    Protected without a password, but for the cell by which it is filtered: there is nothing else to type.
    """
    sheet = book.sheet("today", VERMILION, BulkSheet)
    name = sheet.get_name()
    sheet.hide_gridlines(2)
    index = next(at for at, column in enumerate(columns_in_order(live=True)) if column.key == "complaint_id")
    columns = lines(SHEETS["register"].of(book.lang), xl_col_to_name(index))
    letters = {calc.key: xl_col_to_name(at) for at, calc in enumerate(columns)}
    body: dict[int, tuple[Any, Any]] = {}
    for at, calc in enumerate(columns):
        form = book.format(**LOOKS[calc.kind])
        hidden = {"hidden": True} if calc.section == "workings" else {}
        sheet.set_column(at, at, calc.width, form, hidden)
        sheet.write_string(HEADER_ROW, at, calc.label.of(book.lang), book.header(VERMILION))
        body[at] = (in_cells(calc.formula, letters, book.lang), form)
    _head(book, sheet)
    for called, at in (("Today_Head", 0), ("Today_Last", len(columns) - 1)):
        book.workbook.define_name(called, f"='{name}'!{xl_rowcol_to_cell(HEADER_ROW, at, True, True)}")
    first, last = HEADER_ROW + 1, HEADER_ROW + LINES
    sheet.set_body(first, LINES, LINE_HEIGHT, body)
    shown = sum(calc.section != "workings" for calc in columns)
    show_groups(book, sheet, first, last, 0, shown)
    sheet.freeze_panes(first, 2)
    left_out = Text(f"只印前 {PRINTED} 行", f"The first {PRINTED} lines") if PRINTED < LINES else None
    set_print(sheet, book, name, left_out=left_out)
    sheet.print_area(0, 0, HEADER_ROW + PRINTED, shown - 1)
    sheet.fit_to_pages(1, 1)
    sheet.repeat_rows(HEADER_ROW)
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _head(book: Book, sheet: Any) -> None:
    """Title, whose lines are shown, how many there are of each group."""
    of, name = book.of, sheet.get_name()
    for row, height in enumerate((30, 18, 24, 8, 26)):
        sheet.set_row(row, height)
    sheet.write_string(0, 0, of("今日要办", "Due today"), book.title())
    sheet.write_string(
        1, 0,
        of(
            "逾期、今天和本周到期的时限、承诺、措施和约定的联系，一件投诉一行，由公式自动列出，不需要刷新；暂停中的时限不列；久未联系、建议升级等其余事项见“跟进清单”。",
            "Deadlines, promises, actions and agreed contacts that are overdue, due today or this week, one line a complaint; formulas keep it up to date. Not the deadlines of complaints on hold. Follow-ups has the rest (long silence, escalation, open demands).",
        ),
        book.note(),
    )  # fmt: skip
    row, at = OWNER_CELL
    sheet.write_string(row, 0, of("只看责任人", "Only owner"), book.note())
    sheet.write_blank(
        row, at, None,
        book.format(num_format="@", bold=True, bg_color=tint(YELLOW, 0.82), border=1, border_color="#BFBFBF", locked=False),
    )  # fmt: skip
    sheet.data_validation(
        row, at, row, at,
        {
            "validate": "list", "source": "=Today_Owners", "show_error": False, "ignore_blank": True,
            "input_title": of("责任人", "Owner"),
            "input_message": of("选一个人，只看他的；清空则看全部。", "Choose a person to see only theirs; clear the cell to see all."),
        },
    )  # fmt: skip
    book.workbook.define_name("Today_Owner", f"='{name}'!{xl_rowcol_to_cell(row, at, True, True)}")
    unknown = f'COUNTIF(Complaints[{SUMMARY[1].label.of(book.lang)}],"{NOT_CALCULATED.of(book.lang)}")'
    words = "&".join(
        f'"{"" if at == 0 else " · "}{WHEN[key].of(book.lang)} "&{count}'
        for at, (key, count) in enumerate(zip(WHEN, COUNTS, strict=False))
    )
    total = "(Today_Overdue+Today_Today+Today_Week)"
    more = of(f"（只显示前 {LINES} 条）", f" (the first {LINES} are shown)")
    held = of(" · 暂停中 ", " · On hold ")
    left = of(" · 未算出（请刷新） ", " · not calculated (refresh): ")
    text = f'={words}&IF({total}>{LINES},"{more}","")&IF(Today_Held=0,"","{held}"&Today_Held)&IF({unknown}=0,"","{left}"&{unknown})'
    sheet.write_formula(row, 2, text, book.format(bold=True, font_size=12), "")


def write_today_workings(book: Book, sheet: Any, at: int, first_row: int, head: Any, cell: Any) -> None:
    """On the hidden sheet: the earliest keys of each kind below each other, the owners, the counts of each group."""
    name = sheet.get_name()

    def column(title: Text, called: str, formulas: list[str]) -> None:
        nonlocal at
        sheet.set_column(at, at, 16)
        sheet.write_string(first_row - 1, at, title.of(book.lang), head)
        for row, formula in enumerate(formulas, start=first_row):
            sheet.write_formula(row, at, in_array(formula, book.lang), cell, "")
        span = xl_range_abs(first_row, at, first_row + len(formulas) - 1, at)
        book.workbook.define_name(called, f"='{name}'!{span}")
        at += 1

    keys = [
        f'=IFERROR(SMALL({{{key}}},ROW()-{first_row + block * LINES}),"")'
        for block, key in enumerate(KEYS)
        for _ in range(LINES)
    ]
    column(Text("今日·键", "Today: keys"), "Today_Keys", keys)
    for count, formula in COUNTS.items():
        column(Text(f"今日·{count}", count.replace("_", ": ")), count, [formula])
    column(Text("经办人", "In charge"), "Today_Owner_List", [OWNER_AT % n for n in range(1, OWNERS + 1)])
    listed = xl_range_abs(first_row, at - 1, first_row + OWNERS - 1, at - 1)
    top = listed.partition(":")[0]
    last = f"MAX(1,MIN({OWNERS},COUNT({column_name(OWNER_ROWS)})))"
    book.workbook.define_name("Today_Owners", f"='{name}'!{top}:INDEX('{name}'!{listed},{last})")
