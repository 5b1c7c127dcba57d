"""The sheet that tells where an imported register comes from: the account of its rows, and every row that was left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kesu.words.palette import ORANGE
from kesu.words.text import Text
from kesu.workbook.writing.style import Book
from kesu.xlsx.text import LONGEST_TEXT

WIDTHS: Final = (30, 24, 8, 30, 100)
HEADINGS: Final = (Text("文件", "File"), Text("工作表", "Sheet"), Text("行", "Row"), Text("原因", "Reason"), Text("内容", "What stood there"))  # fmt: skip
NOTHING: Final = Text("没有未采用的行。", "No row was left out.")


@dataclass(frozen=True)
class Imported:
    """The account of an import in words (``lines``), and what was left out (``rows``: file, sheet, Excel row, reason,
    text)."""

    lines: Sequence[Text]
    rows: Sequence[tuple[str, str, int, Text, str]]


def write_imported(book: Book, imported: Imported) -> None:
    """Adds the sheet."""
    sheet = book.sheet("imported", ORANGE)
    sheet.hide_gridlines(2)
    text = book.format(num_format="@", text_wrap=True, valign="top")
    for at, width in enumerate(WIDTHS):
        sheet.set_column(at, at, width, text)
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, book.of("导入记录", "Import"), book.title())
    line = book.format(num_format="@")
    for row, said in enumerate(imported.lines, 2):
        sheet.write_string(row, 0, said.of(book.lang), line)
    top = len(imported.lines) + 3
    for at, heading in enumerate(HEADINGS):
        sheet.write_string(top, at, heading.of(book.lang), book.header(ORANGE))
    if not imported.rows:
        sheet.write_string(top + 1, 0, NOTHING.of(book.lang), text)
    for row, (file, title, number, reason, words) in enumerate(imported.rows, top + 1):
        for at, value in ((0, file), (1, title), (3, reason.of(book.lang)), (4, words[: LONGEST_TEXT // 2])):
            sheet.write_string(row, at, value, text)
        if number:
            sheet.write_number(row, 2, number, text)
