"""The report as a workbook: a summary sheet, a sheet a chapter, native charts bound to the cells beside them."""

from __future__ import annotations

import datetime as dt
import io
import math
from typing import Any, Final

from kesu.reports.chapters.blocks import (
    Bullets,
    Card,
    Cards,
    Cell,
    Chapter,
    Column,
    Document,
    Figure,
    Sentence,
    Table,
    Verdict,
)
from kesu.reports.chapters.figures import show
from kesu.reports.formats.xlsx_charts import height, insert
from kesu.reports.formats.xlsx_page import ROW_POINTS, Paper, set_up
from kesu.reports.formats.xlsx_styles import Styles
from kesu.words.palette import BLUE
from kesu.words.text import Text
from kesu.words.typeset import lines, units
from kesu.xlsx.create import new_workbook

NARROWEST: Final = {"text": 12.0, "long": 24.0, "id": 12.0, "figure": 12.0, "time": 16.5, "verdict": 12.0}
WIDEST: Final = {"text": 24.0, "id": 34.0, "figure": 16.0, "time": 16.5, "verdict": 16.0}
FIRST_WIDTH: Final = 26.0
COLUMNS: Final = 9
"""Columns of a sheet with charts at least, so that they have room beside small tables."""
CARD_COLUMNS: Final = (
    Column("", "text"), Column("", "figure"), Column("", "verdict"), Column("", "text"),
)  # fmt: skip
_CARD_LABELS: Final = (
    Text("指标", "Figure"),
    Text("数值", "Value"),
    Text("判断", "Verdict"),
    Text("与上期相比", "Against the period before"),
)
_CELL_LIMIT: Final = 32_000


def render(document: Document) -> bytes:
    """The workbook's bytes. Texts are written as texts: never as formula, number or link."""
    buffer = io.BytesIO()
    book = new_workbook(
        buffer,
        document.as_of,
        font={"font_name": "Arial", "font_size": 10},
        title=document.title,
        subject=document.subtitle,
        comments=document.footer,
        category="kesu report",
    )
    styles = Styles(book, document.lang)
    for number, chapter in enumerate(document.all):
        name = f"{number} {chapter.name}" if chapter in document.chapters else chapter.name
        _Sheet(book, book.add_worksheet(name[:31]), styles, document, chapter).fill()
    book.close()
    return buffer.getvalue()


class _Sheet:
    """One chapter on one sheet, block under block, charts to the right of their tables."""

    def __init__(self, book: Any, sheet: Any, styles: Styles, document: Document, chapter: Chapter) -> None:
        self.book, self.sheet, self.styles = book, sheet, styles
        self.document, self.chapter, self.lang = document, chapter, document.lang
        self.widths = _widths([block for block in chapter.blocks if isinstance(block, Table)], document.lang)
        self.row = 0
        self.paper = Paper(self.widths)

    def fill(self) -> None:
        sheet, styles = self.sheet, self.styles
        for at, width in enumerate(self.widths):
            sheet.set_column(at, at, width)
        sheet.hide_gridlines(2)
        self._line(self.chapter.title, styles.get(font_size=16, bold=True, font_color=BLUE), 24)
        self._line(f"{self.document.title} · {self.document.subtitle}", styles.get(font_color="#5B6873"))
        sheet.freeze_panes(2, 0)
        self.row += 1
        after_text = False
        for block in self.chapter.blocks:
            if after_text and not isinstance(block, Sentence):
                self.row += 1
            begin = self.row
            self._block(block)
            self.paper.blocks.append((begin, self.row))
            after_text = isinstance(block, Sentence)
            self.row += 0 if after_text else 1
        set_up(sheet, self.paper, self.document, self.row)

    def _block(self, block: object) -> None:
        match block:
            case Sentence(text=text, warning=warning):
                look = {"font_color": "#B34700", "bold": True} if warning else {}
                self._paragraph(("⚠ " if warning else "") + text, look)
            case Cards(cards=cards):
                self._cards(cards)
            case Bullets(title=title, points=points):
                self._line(title, self.styles.get(bold=True, font_size=12), 18)
                for number, point in enumerate(points, 1):
                    self._paragraph(f"{number}. {point}", {})
            case Table():
                self._table(block)

    def _line(self, text: str, style: Any, points: float = ROW_POINTS) -> None:
        self.sheet.write_string(self.row, 0, text[:_CELL_LIMIT], style)
        self._height(points)
        self.row += 1

    def _height(self, points: float) -> None:
        if points != ROW_POINTS:
            self.sheet.set_row(self.row, points)
            self.paper.heights[self.row] = points

    def _paragraph(self, text: str, look: dict[str, Any]) -> None:
        """Text over the width of the sheet, cut into lines: it does not wrap from cell to cell by itself."""
        for line in lines(text, min(sum(self.widths), 150) * 0.9):
            self._line(line, self.styles.get(**look))

    def _cards(self, cards: tuple[Card, ...]) -> None:
        self._header(
            tuple(
                Column(label.of(self.lang), column.kind)
                for label, column in zip(_CARD_LABELS, CARD_COLUMNS, strict=True)
            )
        )
        for card in cards:
            self._write(0, card.label, "text")
            self._write(1, card.figure, "figure", self.styles.cell(card.figure, "figure", bold=True))
            self._write(2, card.verdict or Verdict(None), "verdict")
            self.sheet.write_string(
                self.row,
                3,
                card.note,
                self.styles.get(font_color="#5B6873", indent=1, bottom=1, bottom_color="#DDE3E8"),
            )
            self._height(17.0)
            self.row += 1

    def _header(self, columns: tuple[Column, ...]) -> None:
        for at, column in enumerate(columns):
            self.sheet.write_string(self.row, at, column.label, self.styles.header(column.kind))
        self._height(self._wrapped(tuple(column.label for column in columns), 1.15) + 3)
        self.row += 1

    def _table(self, table: Table) -> None:
        self._line(table.title, self.styles.get(bold=True, font_size=12), 18)
        chart = table.chart if table.rows else None
        beside = chart is not None and chart.kind == "bars"
        top, column = self.row, len(table.columns) if beside else 0
        room = sum(self.widths[column:])
        if chart and not beside:
            self.row += math.ceil(height(table) / ROW_POINTS) + 1
        if table.rows:
            self._header(table.columns)
        first = self.row
        for row in table.rows:
            for at, cell in enumerate(row):
                self._write(at, cell, table.columns[at].kind)
            self._height(self._wrapped(row, 1.0))
            self.row += 1
        if chart:
            insert(self.book, self.sheet, table, (first, self.row - 1), (top, column), room, self.styles.font)
        width = sum(self.widths[:column]) if beside else min(sum(self.widths), 150)
        for line in lines(table.note, width * 0.9) if table.note else ():
            self._line(line, self.styles.get(font_color="#5B6873", italic=True))
        if beside:
            self.row = max(self.row, top + math.ceil(height(table) / ROW_POINTS) + 1)

    def _wrapped(self, row: tuple[Cell, ...], factor: float) -> float:
        """Height of a row whose texts wrap, in points."""
        wrapped = (
            sum(self._broken(line, at) for line in lines(cell, (self.widths[at] - 1) / factor))
            for at, cell in enumerate(row)
            if isinstance(cell, str)
        )
        return ROW_POINTS * max(wrapped, default=1)

    def _broken(self, line: str, at: int) -> int:
        """Lines that a line takes: a word that is longer than its cell goes on in the next one."""
        return max(math.ceil(units(line) / self.widths[at]), 1)

    def _write(self, at: int, cell: Cell, kind: str, style: Any = None) -> None:
        style = style or self.styles.cell(cell, kind)
        match cell:
            case Figure(value=float() | int() as value) if math.isfinite(value):
                self.sheet.write_number(self.row, at, value, style)
            case dt.datetime():
                self.sheet.write_datetime(self.row, at, cell.replace(tzinfo=None), style)
            case _:
                self.sheet.write_string(self.row, at, show(cell, self.lang)[:_CELL_LIMIT], style)


def _widths(tables: list[Table], lang: str) -> list[float]:
    """One width a column, wide enough for every table on the sheet; longer texts wrap."""
    long = 46.0 if any(len(table.columns) > 5 for table in tables) else 64.0
    wide = any(table.chart or not any(column.kind == "long" for column in table.columns) for table in tables)
    widths = [FIRST_WIDTH, *([12.0] * (COLUMNS - 1))] if wide or not tables else [12.0] * 3
    for table in tables:
        for at, column in enumerate(table.columns):
            if at == len(widths):
                widths.append(12.0)
            longest = max((units(show(row[at], lang)) for row in table.rows), default=0.0) * 1.1 + 2
            need = min(max(longest, NARROWEST[column.kind]), WIDEST.get(column.kind, long))
            widths[at] = max(widths[at], need)
    return widths
