"""Filling the tables that kesu owns in an open workbook: a whole range at a time, everything else untouched."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from kesu.jobs.kpi_rows import blocks
from kesu.jobs.links import Link
from kesu.jobs.tables import Value, is_alone, owned_names, owned_tables
from kesu.live.feedback import MacroError
from kesu.register.columns import SHEETS
from kesu.register.outputs import (
    FOLDING,
    NUMBER,
    ROW_HEIGHTS,
    SHEET_OF,
    TABLES,
    Output,
    as_of_index,
    columns_there,
    picked,
)
from kesu.words.text import Text
from kesu.xlsx.address import letters
from kesu.xlsx.text import LONGEST_TEXT

if TYPE_CHECKING:
    import xlwings as xw

    from kesu.live.frames import Opened
    from kesu.register.periods import Period

TIME_FORMAT: Final = "yyyy-mm-dd hh:mm"
FORMATS: Final = {
    "text": "@",
    "long_text": "@",
    "trend": "@",
    "link": "General",
    "time": TIME_FORMAT,
    "number": NUMBER,
    "ordinal": "General",
    "code": "@",
}
LINK_COLOUR: Final = (0, 114, 178)
HEADER_ROW: Final = 5
LONGEST_LINK: Final = 200  # a text inside a formula has 255 characters at most

HEADINGS: Final = Text("表“{table}”无法填写：{wrong}。", "The table {table} cannot be filled: {wrong}.")
BELOW: Final = Text(
    "表“{table}”需要 {rows} 行，但 {sheet}!{cells} 里有别的内容。请把它移开。",
    "The table {table} needs {rows} {rows:row|rows}, but there is something else in {sheet}!{cells}. Please move it away.",
)
TOTALS: Final = Text(
    "表“{table}”有汇总行，无法填写。请关闭汇总行。",
    "The table {table} has a totals row and cannot be filled. Please switch that off.",
)


def fill(
    opened: Opened, tables: Sequence[str], period: Period | None = None, owner: str = ""
) -> dict[str, int]:
    """Fill ``tables`` (keys of `TABLES`) as of the case's instant; table → rows written,
    without what is said below them.

    ``owner``: only that person's follow-ups. A missing sheet is added. Raises `MacroError` where the team's own
    content is in the way; nothing of that table has been changed then.
    """
    rows = owned_tables(opened.assessment, period, opened.lang, tables, owner)
    for name in tables:
        table = find_table(opened.book, name) or _added(opened.book, name, opened.lang)
        fill_table(table, name, rows[name])
    for name, value in owned_names(opened.assessment, tables).items():
        if name in opened.book.names:
            cell = opened.book.names[name].refers_to_range
            cell.number_format, cell.value = TIME_FORMAT, value
    return {name: len(rows[name]) - sum(is_alone(row) for row in rows[name]) for name in tables}


def find_table(book: xw.Book, name: str) -> xw.main.Table | None:
    """The table called ``name``, on whichever sheet it stands."""
    return next((sheet.tables[name] for sheet in book.sheets if name in sheet.tables), None)


def fill_table(table: xw.main.Table, name: str, rows: Sequence[Sequence[Value]]) -> None:
    """Replace the rows of a table by ``rows``; it grows where they need more room."""
    sheet, whole = table.parent, table.range
    top, left, old = whole.row, whole.column, whole.last_cell.row
    # Never smaller: empty rows do no harm, and resizing costs LibreOffice seconds.
    last = max(top + len(rows), old)
    columns, wrong = columns_there(name, whole[0, :].options(ndim=1).value)
    if wrong:
        raise MacroError(HEADINGS.fill(table=name, wrong=wrong))
    if table.totals_row_range is not None:
        raise MacroError(TOTALS.fill(table=name))
    right = left + len(columns) - 1
    if last > old:
        beyond = sheet.range((old + 1, left), (last, whole.last_cell.column))
        if any(value is not None for row in beyond.options(ndim=2).value for value in row):
            cells = beyond.get_address(False, False)
            raise MacroError(BELOW.fill(table=name, rows=len(rows), sheet=sheet.name, cells=cells))
    if name in FOLDING:
        _unfold(sheet, top + 1, old)
    sheet.range((top + 1, left), (last, right)).clear_contents()
    if last > old:
        table.resize(sheet.range((top, left), (last, whole.last_cell.column)))
    body = (top + 1, left), (top + max(len(rows), 1), right)
    height = ROW_HEIGHTS[name]
    if rows and height:
        sheet.range(*body).row_height = height
    for at, column in enumerate(columns):
        _format(sheet.range((top + 1, left + at), (last, left + at)), column)
    if rows:
        sheet.range(*body).value = [[_cell(value) for value in picked(name, columns, row)] for row in rows]
        if height is None:
            with contextlib.suppress(NotImplementedError):
                sheet.range(*body).rows.autofit()
        if name in FOLDING:
            _fold(sheet, top + 1, rows, hidden=not _filtered(table))


def _filtered(table: xw.main.Table) -> bool:
    """Whether folded rows might be taken for filtered ones; not every program tells."""
    with contextlib.suppress(NotImplementedError):
        return bool(table.show_autofilter)
    return True


def _unfold(sheet: xw.Sheet, first: int, last: int) -> None:
    """Show the rows and take their groups away; where the program cannot, they stay as they are."""
    with contextlib.suppress(NotImplementedError):
        cells = sheet.range((first, 1), (last, 1))
        cells.rows.hidden = False
        with contextlib.suppress(Exception):  # Excel refuses where there is no group
            cells.ungroup(by="rows")


def _fold(sheet: xw.Sheet, first: int, rows: Sequence[Sequence[Value]], *, hidden: bool) -> None:
    """Group the rows of each block below its headline, and fold them away where they may be ``hidden``."""
    with contextlib.suppress(
        NotImplementedError, AttributeError
    ):  # xlwings asks a Range of Lite for what it has not
        for begin, end in blocks(rows):
            cells = sheet.range((first + begin, 1), (first + end, 1))
            cells.group(by="rows")
            if hidden:
                cells.rows.hidden = True


def _format(cells: xw.Range, column: Output) -> None:
    if column.kind == "link":
        beside = cells.offset(0, 1)[0, 0]
        looks = {}
        with contextlib.suppress(NotImplementedError):  # not every program tells how a cell looks
            looks = {"name": beside.font.name, "size": beside.font.size}
        cells.clear()  # links of the time before, which clearing the contents would leave
        cells.font.color = LINK_COLOUR
        for name, value in looks.items():
            if value is not None:
                setattr(cells.font, name, value)
        cells.vertical_alignment = "center"
    cells.number_format = FORMATS[column.kind]
    if column.kind == "long_text":
        cells.wrap_text = True


def _cell(value: Value) -> Any:
    if isinstance(value, Link):
        address, text = (part[:LONGEST_LINK].replace('"', '""') for part in (value.address, value.text))
        return f'=HYPERLINK("#{address}","{text}")'
    return value[:LONGEST_TEXT] if isinstance(value, str) else value


def _added(book: xw.Book, name: str, lang: str) -> xw.main.Table:
    """The table on a sheet of its own behind the others, as the builder lays it out."""
    title = SHEETS[SHEET_OF[name]].of(lang)
    here = [sheet for sheet in book.sheets if sheet.name == title]
    active = book.sheets.active
    sheet = here[0] if here else book.sheets.add(title, after=book.sheets[len(book.sheets) - 1])
    columns = TABLES[name]
    if any(value is not None for row in sheet.used_range.options(ndim=2).value for value in row):
        raise MacroError(BELOW.fill(table=name, rows=1, sheet=title, cells="A1"))
    sheet["A1"].value = title
    sheet["A1"].font.bold = True
    sheet["A3"].value = Text("数据截至", "As of").of(lang)
    letter = letters(as_of_index(columns) + 1)
    book.names.add(f"AsOf_{name}", f"='{title}'!${letter}$3")
    header = sheet.range((HEADER_ROW, 1), (HEADER_ROW, len(columns)))
    header.value = [column.label.of(lang) for column in columns]
    header.font.bold = True
    for at, column in enumerate(columns, start=1):
        sheet.range((1, at), (HEADER_ROW, at)).column_width = column.width
    table = sheet.tables.add(sheet.range((HEADER_ROW, 1), (HEADER_ROW + 1, len(columns))), name=name)
    active.activate()
    return table
