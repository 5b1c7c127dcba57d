"""The report as a workbook: a summary sheet, a sheet a chapter, native charts bound to the cells beside them."""

from __future__ import annotations

import datetime as dt
import io
import math
from typing import Any, Final

import xlsxwriter

from kesu.register.text import Text
from kesu.reports.blocks import (
    Bullets,
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
from kesu.reports.figures import excel_format, show, units
from kesu.reports.xlsx_charts import insert

WIDTHS: Final = {"text": 16.0, "long": 46.0, "id": 15.0, "figure": 13.0, "time": 16.5, "verdict": 13.0}
FIRST_WIDTH: Final = 26.0
_PAGE: Final = Text("第 &P 页，共 &N 页", "Page &P of &N")
_LABELS: Final = (
    Text("指标", "Figure"),
    Text("数值", "Value"),
    Text("判断", "Verdict"),
    Text("与上期", "Against the period before"),
)
_CELL_LIMIT: Final = 32_000


def render(document: Document) -> bytes:
    """The workbook's bytes. Texts are written as texts: never as formula, number or link."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"title": document.title, "subject": document.subtitle, "author": "", "comments": document.footer,
                         "created": dt.datetime(2000, 1, 1)})  # fmt: skip
    styles = _Styles(book, document.lang)
    for number, chapter in enumerate(document.all):
        numbered = f"{number} {chapter.name}" if chapter in document.chapters else chapter.name
        _Sheet(book, book.add_worksheet(numbered[:31]), styles, document, chapter).fill()
    book.close()
    return buffer.getvalue()


class _Styles:
    """Cell formats, made once per look."""

    def __init__(self, book: xlsxwriter.Workbook, lang: str) -> None:
        self._book, self._lang = book, lang
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.font = "Microsoft YaHei" if lang == "zh" else "Calibri"

    def get(self, **look: Any) -> Any:
        key = tuple(sorted(look.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(
                {"font_name": self.font, "font_size": 10, "valign": "top", **look}
            )
        return self._made[key]

    def cell(self, cell: Cell, kind: str) -> Any:
        look: dict[str, Any] = {"bottom": 1, "bottom_color": "#DDE3E8"}
        match cell:
            case Figure(unit=unit, tone=tone):
                look |= {"align": "right", "num_format": excel_format(unit, self._lang)}
                look |= {"font_color": {"good": "#00704F", "bad": "#B34700"}[tone]} if tone else {}
            case Verdict(met=met, word=word):
                look |= {"align": "right"} if kind == "figure" and word else {}
                look |= {} if met is None else {"font_color": "#00704F" if met else "#B34700", "bold": True}
            case dt.datetime():
                look |= {"num_format": "yyyy-mm-dd hh:mm", "align": "left"}
            case _:
                look |= {
                    "text_wrap": True,
                    "align": "right" if kind == "figure" else "left",
                    "num_format": "@",
                }
        return self.get(**look)


class _Sheet:
    """One chapter on one sheet, block under block."""

    def __init__(self, book: Any, sheet: Any, styles: _Styles, document: Document, chapter: Chapter) -> None:
        self.book, self.sheet, self.styles = book, sheet, styles
        self.document, self.chapter, self.lang = document, chapter, document.lang
        self.row = 0
        tables = [block for block in chapter.blocks if isinstance(block, Table)]
        self.widths = _widths(tables, self.lang)

    def fill(self) -> None:
        sheet, styles = self.sheet, self.styles
        for at, width in enumerate(self.widths):
            sheet.set_column(at, at, width)
        sheet.hide_gridlines(2)
        self._text(
            self.chapter.title if self.row else f"{self.chapter.title}",
            styles.get(font_size=16, bold=True, font_color="#0072B2"),
        )
        self._text(f"{self.document.title}　{self.document.subtitle}", styles.get(font_color="#5B6873"))
        sheet.set_row(0, 24)
        sheet.freeze_panes(2, 0)
        self.row += 1
        for block in self.chapter.blocks:
            match block:
                case Sentence(text=text, warning=warning):
                    self._sentence(
                        ("⚠ " if warning else "") + text,
                        {"font_color": "#B34700", "bold": True} if warning else {},
                    )
                case Cards():
                    self._cards(block)
                case Bullets(title=title, points=points):
                    self._text(title, styles.get(bold=True, font_size=12))
                    for number, point in enumerate(points, 1):
                        self._sentence(f"{number}. {point}", {})
                case Table():
                    self._table(block)
            if not isinstance(block, Sentence):
                self.row += 1
        self._print_setup()

    def _print_setup(self) -> None:
        sheet = self.sheet
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
        sheet.repeat_rows(0, 1)
        sheet.set_header(f"&L&9{_code(self.document.title)}&R&9{_code(self.document.footer)}")
        sheet.set_footer(f"&L&9{_code(self.document.subtitle)}&R&9{_PAGE.of(self.lang)}")
        sheet.print_area(0, 0, max(self.row, 1), len(self.widths) - 1)

    def _text(self, text: str, style: Any) -> None:
        self.sheet.write_string(self.row, 0, text[:_CELL_LIMIT], style)
        self.row += 1

    def _sentence(self, text: str, look: dict[str, Any]) -> None:
        """A line of text over the width of the sheet: cut into lines, since text does not wrap across cells."""
        for line in _lines(text, sum(self.widths) * 0.95):
            self._text(line, self.styles.get(**look))

    def _cards(self, block: Cards) -> None:
        columns = tuple(
            Column(label.of(self.lang), kind)
            for label, kind in zip(_LABELS, ("text", "figure", "verdict", "text"), strict=True)
        )
        self._header(columns)
        for card in block.cards:
            value = self.styles.get(bold=True, font_size=12, align="right", bottom=1, bottom_color="#DDE3E8",
                                    num_format=excel_format(card.figure.unit, self.lang))  # fmt: skip
            self._write(self.row, 0, card.label, "text")
            self._write(self.row, 1, card.figure, "figure", value)
            self._write(self.row, 2, card.verdict or Verdict(None), "verdict")
            self.sheet.write_string(self.row, 3, card.note, self.styles.get(font_color="#5B6873"))
            self.row += 1

    def _header(self, columns: tuple[Column, ...]) -> None:
        for at, column in enumerate(columns):
            look = {"bold": True, "bg_color": "#E8EEF2", "text_wrap": True, "bottom": 1, "valign": "vcenter"}
            self.sheet.write_string(
                self.row,
                at,
                column.label,
                self.styles.get(**look, align="right" if column.kind == "figure" else "left"),
            )
        lines = max(
            math.ceil(units(column.label) * 1.15 / self.widths[at]) for at, column in enumerate(columns)
        )
        self.sheet.set_row(self.row, 15.0 * max(lines, 1) + 3)
        self.row += 1

    def _table(self, table: Table) -> None:
        self._text(table.title, self.styles.get(bold=True, font_size=12))
        if table.rows:
            self._header(table.columns)
        first = self.row
        for row in table.rows:
            for at, cell in enumerate(row):
                self._write(self.row, at, cell, table.columns[at].kind)
            lines = max(
                math.ceil(units(show(cell, self.lang)) * 1.1 / self.widths[at])
                if isinstance(cell, str)
                else 1
                for at, cell in enumerate(row)
            )
            self.sheet.set_row(self.row, 15.0 * max(lines, 1))
            self.row += 1
        last = self.row - 1
        if table.note:
            self._sentence(table.note, {"font_color": "#5B6873", "italic": True})
        if table.chart and table.rows:
            self.row = insert(
                self.book, self.sheet, table, (first, last), self.row, self.styles.font, self.widths
            )

    def _write(self, row: int, at: int, cell: Cell, kind: str, style: Any = None) -> None:
        style = style or self.styles.cell(cell, kind)
        match cell:
            case Figure(value=float() | int() as value) if math.isfinite(value):
                self.sheet.write_number(row, at, value, style)
            case dt.datetime():
                self.sheet.write_datetime(row, at, cell.replace(tzinfo=None), style)
            case _:
                self.sheet.write_string(row, at, show(cell, self.lang)[:_CELL_LIMIT], style)


def _widths(tables: list[Table], lang: str) -> list[float]:
    """One width a column, wide enough for every table on the sheet; long text wraps."""
    widths = [FIRST_WIDTH, *([13.0] * 3)]
    for table in tables:
        for at, column in enumerate(table.columns):
            if at == len(widths):
                widths.append(9.0)
            longest = max((units(show(row[at], lang)) for row in table.rows), default=0.0)
            limit = WIDTHS["long"] if column.kind in {"long", "text"} else 30.0
            need = (
                WIDTHS["long"]
                if column.kind == "long" and longest > WIDTHS["long"]
                else min(max(longest * 1.1 + 2, WIDTHS[column.kind] * 0.8), limit)
            )
            widths[at] = max(widths[at], need)
    return widths


def _lines(text: str, width: float) -> list[str]:
    lines, line = [], ""
    for word in _words(text):
        if line and units(line + word) > width:
            lines.append(line.rstrip())
            line = word.lstrip()
        else:
            line += word
    return [*lines, line]


def _words(text: str) -> list[str]:
    """Where a line may be broken: after each Chinese character, after each space."""
    words, word = [], ""
    for ch in text:
        word += ch
        if ch == " " or ord(ch) > 0x2E7F:
            words.append(word)
            word = ""
    return [*words, word]


def _code(text: str) -> str:
    """Text for a header or footer, where & starts a code; at most 100 characters, Excel allows 255 in all."""
    return text[:80].replace("&", "&&")
