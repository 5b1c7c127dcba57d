"""The KPIs sheet: live counts and charts that need no Python, and the table of figures that a refresh fills.

Counts stand above the table, charts to its right (`charts`), and what they show is folded away behind them (`chart_data`).
"""

from __future__ import annotations

from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from kesu.register.kpis import MET, NAMES
from kesu.register.outputs import KPIS, ROW_HEIGHTS
from kesu.rules.deadlines import RUNNING
from kesu.words.palette import BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILION
from kesu.words.text import Text
from kesu.workbook.writing.chart_data import DATA_ROW, ChartData, Counts
from kesu.workbook.writing.charts import COLUMNS, ROWS, Charts
from kesu.workbook.writing.live import NOT_CALCULATED, overdue
from kesu.workbook.writing.outputs import COLOURED, add_output_table, as_of_cell
from kesu.workbook.writing.style import GREY, INK, Book, tint
from kesu.xlsx.address import LAST_ROW

CARD_ROW: Final = 3
TABLE_ROW: Final = 6
CHART_LEFT: Final = len(KPIS) + 1
DATA_LEFT: Final = CHART_LEFT + 2 * COLUMNS
CARDS: Final = ((0, 0), (1, 1), (2, 3), (4, 5), (6, 7), (8, 9), (10, 10))
"""First and last column of each count."""


def write_kpis(book: Book, *, live: bool) -> None:
    """Adds the sheet with the table ``Kpis``; without live columns in the register, without counts and charts."""
    sheet = book.sheet("kpis", BLUE)
    sheet.hide_gridlines(2)
    sheet.set_portrait()
    sheet.set_default_row(ROW_HEIGHTS["Kpis"])
    sheet.outline_settings(symbols_below=False)
    for row, height in enumerate((26, 15, 15, *((34, 30) if live else (6, 6)), 6)):
        sheet.set_row(row, height)
    sheet.write_string(0, 0, book.of("投诉指标", "Complaint KPIs"), book.title())
    sheet.write_string(1, 0, _note(book, live=live), book.note())
    as_of_cell(book, sheet, 2, "Kpis", KPIS)
    add_output_table(book, sheet, "Kpis", KPIS, TABLE_ROW, BLUE)
    _looks(book, sheet)
    if live:
        _cards(book, sheet)
        _charts(book, sheet)
    sheet.freeze_panes(TABLE_ROW + 1, 0)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(TABLE_ROW)


def _note(book: Book, *, live: bool) -> str:
    table = book.of(
        "下表由 kesu 刷新：各组收起，点左侧 + 展开；“–”表示没有可数的；走势按各指标自身近六期的最低和最高绘出。",
        "kesu refreshes the table: + at the left unfolds a block; “–” is nothing to count; a course runs between its own lowest and highest.",
    )
    counts = book.of("色块和右侧的图随登记自动更新。", "Counts and charts (at the right) are live; ")
    return counts + table if live else table


def _looks(book: Book, sheet: Any) -> None:
    """Missed targets are coloured besides their sign, headlines of blocks are bold."""
    first, last = TABLE_ROW + 1, TABLE_ROW + COLOURED
    at = {column.key: xl_col_to_name(number) for number, column in enumerate(KPIS)}
    keys = [column.key for column in KPIS]
    sign = MET[False].of(book.lang)[0]
    missed = {"bg_color": tint(VERMILION, 0.72), "font_color": INK}
    head = {"bg_color": tint(BLUE, 0.86), "bold": True}
    for left, right, criteria, look in (
        (keys.index("value"), keys.index("met"), f'=LEFT(${at["met"]}{first + 1},1)="{sign}"', missed),
        (0, len(KPIS) - 1, f'=AND($A{first + 1}<>"",${at["group"]}{first + 1}="")', head),
    ):
        form = book.workbook.add_format(look)
        sheet.conditional_format(
            first, left, last, right, {"type": "formula", "criteria": criteria, "format": form}
        )


def _cards(book: Book, sheet: Any) -> None:
    """Seven counts as they stand now; those that the table has too are called as they are there."""
    counts = Counts(book.lang)
    column, complaints = counts.column, counts.complaints
    this_month = "DATE(YEAR(Now_At),MONTH(Now_At),1)"
    running = "+".join(complaints(column["callback_state"], f"State_{running}") for running in RUNNING)
    solved = column["resolved_at"]
    unknown = f'COUNTIF({column["overall_state"]},"{NOT_CALCULATED.of(book.lang)}")'
    cards = (
        (Text("本月受理的投诉", "Complaints received this month"), BLUE,
         complaints(column["received_at"], f'">="&{this_month}')),
        (NAMES["backlog_open"], GREY, counts.open()),
        (NAMES["overdue_now"], VERMILION, overdue(column)),
        (Text("临期投诉（尚未逾期）", "Complaints due soon, not overdue"), ORANGE,
         complaints(column["overall_state"], "State_due_soon")),
        (Text("未办结的诉求", "Demands not settled"), PURPLE, f"SUM({column['open_demands']})"),
        (Text("本月解决（不论何时受理）", "Resolved this month, whenever received"), GREEN,
         complaints(solved, f'">="&{this_month}', solved, '"<="&Now_At')),
        (NAMES["awaiting_callback"], SKY, running),
    )  # fmt: skip
    for (left, right), (words, colour, text) in zip(CARDS, cards, strict=True):
        look = {
            "bg_color": tint(colour, 0.8),
            "align": "center",
            "text_wrap": True,
            "left": 5,
            "left_color": colour,
        }
        label = book.format(**look, font_color=INK)
        value = book.format(**look, font_size=20, bold=True, num_format="#,##0")
        if right > left:
            sheet.merge_range(CARD_ROW, left, CARD_ROW, right, "", label)
            sheet.merge_range(CARD_ROW + 1, left, CARD_ROW + 1, right, "", value)
        said = words.of(book.lang)
        if words is NAMES["overdue_now"]:  # never a false zero
            more = book.of("（另 {n} 件未算出，请刷新）", " ({n} not calculated: refresh)")
            more = more.replace("{n}", f'"&{unknown}&"')
            sheet.write_formula(CARD_ROW, left, f'="{said}"&IF({unknown}=0,"","{more}")', label, said)
        else:
            sheet.write_string(CARD_ROW, left, said, label)
        sheet.write_formula(CARD_ROW + 1, left, f"={text}", value, "")


def _charts(book: Book, sheet: Any) -> None:
    """The charts, what they show, and a link to them; names ``Charts_First`` and ``Charts_Last``."""
    name, top = sheet.get_name(), TABLE_ROW + 1
    sheet.set_column(CHART_LEFT - 1, CHART_LEFT - 1, 2)
    data = ChartData(book, sheet, DATA_LEFT)
    data.write()
    Charts(book, sheet, data).draw(top, CHART_LEFT)
    for called, at in (("Charts_First", CHART_LEFT), ("Charts_Last", data.at - 1)):
        book.workbook.define_name(called, f"='{name}'!{xl_rowcol_to_cell(DATA_ROW, at, True, True)}")
    end = xl_rowcol_to_cell(top + 2 * ROWS, DATA_LEFT - 1, row_abs=True, col_abs=True)
    first, table = xl_col_to_name(CHART_LEFT, col_abs=True), xl_col_to_name(len(KPIS) - 1, col_abs=True)
    pages = f"='{name}'!$A$1:{table}${LAST_ROW},'{name}'!{first}$1:{end}"  # the table, and the charts on a page of their own
    book.workbook.define_name(f"{name}!_xlnm.Print_Area", pages)
    first = xl_rowcol_to_cell(top, CHART_LEFT)
    form = book.format(font_color=BLUE, underline=1)
    there, back = (
        book.of("图在右侧 ▸", "Charts are at the right ▸"),
        book.of("◂ 回到表", "◂ Back to the table"),
    )
    sheet.write_url(2, 4, f"internal:'{name}'!{first}", form, there)
    sheet.write_string(0, CHART_LEFT, book.of("图表", "Charts"), book.title())
    sheet.write_url(2, CHART_LEFT, f"internal:'{name}'!A1", form, back)
