"""The sheets of a merged register: Merged (the account of rows, numbers, settings) and Conflicts (what nobody has decided)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from xlsxwriter.utility import xl_rowcol_to_cell

from kesu.register.columns import DECLARED, SHEETS
from kesu.words.palette import BLUE, VERMILION
from kesu.words.text import Text
from kesu.words.typeset import lines
from kesu.workbook.writing.style import GREY, LINE, Book, set_print
from kesu.xlsx.address import quoted

TITLES: Final = {"merged": Text("合并", "Merged"), "conflicts": Text("冲突", "Conflicts")}
WIDTHS: Final = (34, 30, 40, 40, 40, 40)
"""Of the columns of the sheet Merged."""
LONGEST: Final = 32_000
LONGEST_SHOWN: Final = 2_000
LINE_POINTS: Final = 14.0
HIGHEST: Final = 400.0
"""Points; Excel takes 409 at most."""
CONFLICT_COLUMNS: Final = (
    (Text("投诉编号", "Complaint no."), 16),
    (Text("工作表", "Sheet"), 12),
    (Text("列", "Column"), 18),
    (Text("单元格", "Cell"), 10),
    (Text("现在是", "Stands now"), 30),
    (Text("原来是", "Before (base)"), 30),
)
SAYING: Final = (Text("说法 {n}", "Value {n}"), Text("出处 {n}", "Cell {n}"))


@dataclass(frozen=True)
class Block:
    """A table on the sheet Merged; ``note`` says what must be known of it."""

    title: Text
    header: Sequence[str]
    rows: Sequence[Sequence[str | int]]
    note: Text | None = None


@dataclass(frozen=True)
class Line:
    """A conflict: number, sheet (key of `SHEETS`), heading; row (0-based) and column on that sheet of the cell it is about."""

    complaint_id: str
    sheet: str
    heading: str
    row: int
    column: int
    stands: str
    before: str
    sayings: Sequence[tuple[str, str]]


def write_merged(book: Book, blocks: Sequence[Block], intro: Sequence[Text]) -> None:
    """Adds the sheet that says what became of every row."""
    sheet = _sheet(book, "merged", BLUE)
    for at, width in enumerate(WIDTHS):
        sheet.set_column(at, at, width)
    row = 1
    for text in intro:
        sheet.write_string(row, 0, text.of(book.lang)[:LONGEST], book.note())
        row += 1
    cell = {"border": 1, "border_color": LINE, "text_wrap": True, "valign": "top"}
    for block in blocks:
        row += 1
        sheet.write_string(row, 0, block.title.of(book.lang), book.format(bold=True, font_size=11))
        row += 1
        if block.note is not None:
            sheet.write_string(row, 0, block.note.of(book.lang), book.note())
            row += 1
        for at, heading in enumerate(block.header):
            sheet.write_string(row, at, heading[:LONGEST], book.header(BLUE))
        for line in block.rows:
            row += 1
            sheet.set_row(row, _height(map(str, line), WIDTHS))
            for at, value in enumerate(line):
                if isinstance(value, int):
                    sheet.write_number(row, at, value, book.format(num_format="#,##0", align="left", **cell))
                else:
                    sheet.write_string(row, at, value[:LONGEST], book.format(num_format="@", **cell))
        row += 1


def write_conflicts(book: Book, found: Sequence[Line], names: Mapping[str, str]) -> None:
    """Adds the sheet with one row a conflict: what stands, what the base said, and each value with its cell.

    ``names``: key of a sheet → its title in the workbook.
    """
    sheet = _sheet(book, "conflicts", VERMILION)
    sayings = max((len(line.sayings) for line in found), default=2)
    columns = [(label.of(book.lang), width) for label, width in CONFLICT_COLUMNS]
    columns += [
        (label.fill(n=n + 1).of(book.lang), width)
        for n in range(sayings)
        for label, width in zip(SAYING, (30, 34), strict=True)
    ]
    sheet.write_string(
        1, 0,
        book.of(
            "几个副本对同一格说法不同。没有替你们选：决定之前格里是“现在是”的值。定了就在登记表里改，再把事项里那一行“合并冲突”填上结果。",
            "The copies say different things of one cell. Nothing was chosen: until somebody decides, “Stands now” is what the cell says. "
            "Put the right value into the register, then fill Result in the item “Merge conflict”.",
        ),
        book.note(),
    )  # fmt: skip
    text = book.format(num_format="@", text_wrap=True, valign="top")
    link = book.format(num_format="@", font_color=BLUE, underline=1, valign="top")
    for at, (_, width) in enumerate(columns):
        sheet.set_column(at, at, width)
    head = [{"header": label, "header_format": book.header(VERMILION)} for label, _ in columns]
    sheet.add_table(
        HEADER_ROW, 0, HEADER_ROW + max(len(found), 1), len(columns) - 1,
        {"name": "Conflicts", "style": "Table Style Light 1", "columns": head},
    )  # fmt: skip
    for row, line in enumerate(found, start=HEADER_ROW + 1):
        cell = xl_rowcol_to_cell(line.row, line.column)
        title = names[line.sheet]
        said = (line.stands, line.before, *(word for saying in line.sayings for word in saying))
        sheet.set_row(row, _height(said, [width for _, width in columns[4:]]))
        values = [line.complaint_id, title, line.heading, cell, line.stands, line.before]
        values += [word for saying in line.sayings for word in saying]
        for at, value in enumerate(values):
            if at == 3:
                target = f"internal:{quoted(title)}!{cell}"
                sheet.write_url(row, at, target, link, cell)
            elif value:
                sheet.write_string(row, at, value[:LONGEST], text)
    sheet.freeze_panes(HEADER_ROW + 1, 1)
    sheet.repeat_rows(HEADER_ROW)


HEADER_ROW: Final = 3


def _height(cells: Iterable[str], widths: Sequence[float]) -> float:
    """Points of a row whose cells wrap, so that all of every cell is seen; a page at most."""
    known = itertools.chain(widths, itertools.repeat(WIDTHS[-1]))
    most = max(len(lines(cell[:LONGEST_SHOWN], width - 1)) for cell, width in zip(cells, known, strict=False))
    return min(most * LINE_POINTS + 4, HIGHEST)


def sheet_names(book: Book) -> dict[str, str]:
    """Titles of the sheets that conflicts are about."""
    return {key: SHEETS[key].of(book.lang) for key in DECLARED}


def _sheet(book: Book, key: str, colour: str) -> Any:
    name = TITLES[key].of(book.lang)
    sheet = book.workbook.add_worksheet(name)
    sheet.set_tab_color(colour)
    set_print(sheet, book, name)
    sheet.hide_gridlines(2)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, name, book.format(font_size=16, bold=True, font_color=GREY))
    return sheet
