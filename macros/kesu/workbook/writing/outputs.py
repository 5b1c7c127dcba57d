"""The sheets that a refresh fills: Follow-ups, KPIs, Findings."""

from __future__ import annotations

from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from kesu.register.outputs import FINDINGS, FOLDING, FOLLOWUPS, NUMBER, ROW_HEIGHTS, Output, as_of_index
from kesu.rules.checks import SEVERITIES
from kesu.rules.checks.registry import Severity
from kesu.rules.followups import GROUPS
from kesu.words.palette import BLUE, ORANGE, VERMILION, YELLOW
from kesu.words.text import Text
from kesu.workbook.writing.style import GREY, TIME_FORMAT, Book, tint
from kesu.xlsx.address import LAST_ROW

HEADER_ROW: Final = 4
FIRST_ROW: Final = 5
SPARE_ROWS: Final = 40
COLOURED: Final = 6000
"""Rows of a list that are coloured at most."""
LEVEL_COLOURS: Final[dict[Severity, str]] = {"error": tint(VERMILION, 0.72), "warning": tint(YELLOW, 0.6)}
GROUP_COLOURS: Final = {"overdue": tint(VERMILION, 0.72), "today": tint(YELLOW, 0.6)}


LOOKS: Final[dict[str, dict[str, Any]]] = {
    "text": {"num_format": "@"},
    "long_text": {"num_format": "@", "text_wrap": True},
    "trend": {"num_format": "@", "font_color": BLUE},
    "link": {"num_format": "@", "font_color": BLUE, "underline": 1},
    "time": {"num_format": TIME_FORMAT, "align": "left"},
    "number": {"num_format": NUMBER, "align": "right", "indent": 1},
    "ordinal": {"num_format": "General", "align": "right", "indent": 1},
    "code": {"num_format": "@", "font_color": GREY, "font_size": 8},
}


def write_followups(book: Book) -> None:
    """Adds the sheet with the empty table ``FollowUps``."""
    sheet = _sheet(book, "followups", "FollowUps", FOLLOWUPS, ORANGE, Text(
        "现在该做的事，最急的在前，一件投诉一行，其余的写在“另有”里；带 * 的逾期按工作时间计。由 kesu 刷新；请勿手工填写。登记表里的时限和状态、“今日”的清单不用刷新，一直是现值。",
        "What must be done now, most urgent first, one line a complaint, its other tasks under Also; * is overdue in working time. Filled by kesu; do not type here. Deadlines and states on Register and the list on Today are live without it."))  # fmt: skip
    show_groups(
        book,
        sheet,
        FIRST_ROW,
        FIRST_ROW + COLOURED,
        [column.key for column in FOLLOWUPS].index("when"),
        len(FOLLOWUPS),
    )
    sheet.print_area(0, 0, LAST_ROW - 1, len(FOLLOWUPS) - 2)  # without the drafts


def show_groups(book: Book, sheet: Any, first: int, last: int, at: int, columns: int) -> None:
    """Colours lines by the word that says when they are due, which stands in column ``at``."""
    for key, colour in GROUP_COLOURS.items():
        sheet.conditional_format(
            first, 0, last, columns - 1,
            {
                "type": "formula", "criteria": f'=${xl_col_to_name(at)}{first + 1}="{GROUPS[key].of(book.lang)}"',
                "format": book.workbook.add_format({"bg_color": colour}),
            },
        )  # fmt: skip


def write_findings(book: Book) -> None:
    """Adds the sheet with the empty table ``Findings``."""
    sheet = _sheet(book, "findings", "Findings", FINDINGS, VERMILION, Text(
        "登记中需要更正的地方，按投诉排列，问题最重的投诉在前；点击单元格地址即可跳转。由 kesu 刷新。",
        "What should be mended in the register, by complaint, the worst first; click the cell address to go there. Filled by kesu."))  # fmt: skip
    at = [column.key for column in FINDINGS].index("severity")
    last = FIRST_ROW + COLOURED
    for level, colour in LEVEL_COLOURS.items():
        look = book.workbook.add_format({"bg_color": colour})
        wanted = f'"{SEVERITIES[level].of(book.lang)}"'
        sheet.conditional_format(
            FIRST_ROW, at, last, at, {"type": "cell", "criteria": "==", "value": wanted, "format": look}
        )
    another = f'=AND($A{FIRST_ROW + 1}<>$A{FIRST_ROW},$A{FIRST_ROW + 1}<>"")'
    line = book.workbook.add_format({"top": 1, "top_color": GREY})
    sheet.conditional_format(
        FIRST_ROW, 0, last, len(FINDINGS) - 1, {"type": "formula", "criteria": another, "format": line}
    )


def _sheet(book: Book, key: str, table: str, columns: tuple[Output, ...], colour: str, note: Text) -> Any:
    sheet = book.sheet(key, colour)
    sheet.hide_gridlines(2)
    if height := ROW_HEIGHTS[table]:
        sheet.set_default_row(height)
    for row, height in enumerate((28, 15, 15, 8, 30)):
        sheet.set_row(row, height)
    sheet.write_string(0, 0, sheet.get_name(), book.title())
    sheet.write_string(1, 0, note.of(book.lang), book.note())
    as_of_cell(book, sheet, 2, table, columns)
    add_output_table(book, sheet, table, columns, HEADER_ROW, colour)
    sheet.freeze_panes(FIRST_ROW, 1)
    sheet.repeat_rows(HEADER_ROW)
    return sheet


def as_of_cell(book: Book, sheet: Any, row: int, table: str, columns: tuple[Output, ...]) -> None:
    """Where a refresh says as of when its figures are, in the first column with room for it; named ``AsOf_`` and the table."""
    at = as_of_index(columns)
    sheet.write_string(row, 0, book.of("数据截至", "As of"), book.note())
    sheet.write_blank(row, at, None, book.format(num_format=TIME_FORMAT, align="left"))
    address = xl_rowcol_to_cell(row, at, row_abs=True, col_abs=True)
    book.workbook.define_name(f"AsOf_{table}", f"='{sheet.get_name()}'!{address}")


def add_output_table(
    book: Book, sheet: Any, table: str, columns: tuple[Output, ...], header_row: int, colour: str
) -> None:
    """An empty table for a refresh to fill, with the formats and widths of its columns."""
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width, output_format(book, column))
    sheet.set_row(header_row, 30)
    sheet.add_table(
        header_row, 0, header_row + SPARE_ROWS, len(columns) - 1,
        {
            "name": table,
            "style": "Table Style Light 1",
            "autofilter": table not in FOLDING,
            "columns": [
                {"header": column.label.of(book.lang), "header_format": book.header(colour)} for column in columns
            ],
        },
    )  # fmt: skip


def output_format(book: Book, column: Output) -> Any:
    """Cell format of an output column."""
    return book.format(**LOOKS[column.kind])
