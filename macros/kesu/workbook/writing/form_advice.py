"""A sheet beside the form: how the team's playbooks say to handle this complaint. For the screen; the form stays one page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from kesu.register.settings.playbooks import VALUES
from kesu.rules.playbooks import QUESTIONS
from kesu.words.palette import BLUE
from kesu.words.text import Text, listed
from kesu.words.typeset import lines
from kesu.workbook.writing.style import Book, set_print

if TYPE_CHECKING:
    from kesu.rules.picked import Advice

SHEET: Final = Text("处理提示", "How to handle")
NOTE: Final = Text(
    "出自“设置”表的处理手册，只供内部使用，不打印。",
    "From the playbooks on Settings; for the team alone, not printed.",
)
PICKED: Final = Text("适用的手册", "Playbooks")
VALUED: Final = Text("客户看重", "The customer values")
LISTS: Final = {
    "steps": Text("步骤", "Steps"),
    "check": Text("要核实", "To check"),
    "say": Text("可以这样说", "Lines to say"),
    "avoid": Text("不要这样说", "Lines to avoid"),
}
ASKED: Final = Text("提出方案之前", "Before a plan is offered")
LABEL_WIDTH: Final = 24
TEXT_WIDTH: Final = 92
LINE_PT: Final = 15.0
HIGHEST: Final = 409
"""Points that a row can be high."""


def write_advice(book: Book, advice: Advice, title: str) -> None:
    """Adds the sheet, a line each, with an empty print area."""
    sheet = book.workbook.add_worksheet(SHEET.of(book.lang))
    set_print(sheet, book, title)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, LABEL_WIDTH)
    sheet.set_column(1, 1, TEXT_WIDTH)
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, SHEET.of(book.lang), book.title())
    sheet.write_string(1, 0, NOTE.of(book.lang), book.note())
    values = [listed([VALUES[one] for one in advice.values])] if advice.values else []
    parts: list[tuple[Text, Sequence[Text]]] = [
        (PICKED, [listed(advice.named)] if advice.named else []),
        (VALUED, values),
        *((name, getattr(advice, key)) for key, name in LISTS.items()),
        (ASKED, QUESTIONS),
    ]
    row = 3
    for name, said in parts:
        for at, words in enumerate(said):
            edge = {"top": 1, "top_color": BLUE} if at == 0 else {}
            label = book.format(bold=True, valign="top", font_color=BLUE, **edge)
            sheet.write_string(row, 0, name.of(book.lang) if at == 0 else "", label)
            text = words.of(book.lang)
            sheet.write_string(row, 1, text, book.format(text_wrap=True, valign="top", **edge))
            sheet.set_row(row, min(LINE_PT * len(lines(text, TEXT_WIDTH)) + 3, HIGHEST))
            row += 1
    sheet.print_area(0, 3, 0, 3)  # an empty cell: no page
