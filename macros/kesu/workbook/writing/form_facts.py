"""The five questions on the form, a line each to fill in, and what a case file shows besides: options side by side, linked cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from kesu.register.codes import Code, label_of
from kesu.register.columns import BY_KEY, ITEM_BY_KEY
from kesu.register.forms.page import QUESTION_HEADS, QUESTIONS_NAME
from kesu.words.text import Text
from kesu.workbook.writing.entry import Entry
from kesu.workbook.writing.form_page import (
    LAST,
    LINE_HEIGHT,
    MOST_LINES,
    Page,
    Span,
    lines_of,
    width_of,
)  # fmt: skip
from kesu.workbook.writing.style import SECTION_COLOURS, tint

Item = Mapping[str, Any]
Row = Mapping[str, Any]
Shown = tuple[int, Row]
"""Position of an item (-1: none) and its cells, as `kesu.workbook.writing.values.cells` gives them."""
Mirror = Callable[[Page, str, Span, int, Any], None]
"""Shows a cell of the sheet of items instead: page, column, where on the page, position of the item, what stands there."""

DETAILS_SHEET: Final = Text("事项明细", "Item details")
READ_ONLY: Final = Text(
    "这里只显示。事项请在工作表“{sheet}”中填写和修改。",
    "Shown here only. Enter and change items on the sheet “{sheet}”.",
)

TITLE: Final = Text("核实：方案五问", "Facts: five questions before a plan")
OPTIONS: Final = Text("备选方案对比", "Options side by side")
LINKED: Final = Text("关联的投诉", "Linked cases")
ON_PAGE: Final[dict[str, Span]] = {
    "question": (0, 1),
    "what": (2, 3),
    "owner": (4, 5),
    "department": (6, 6),
    "basis": (7, 8),
    "done_at": (9, LAST),
}
"""Columns of the answers on the page, and where they stand."""
OF_OPTION: Final[dict[str, Span]] = {
    "what": (0, 2),
    "cost": (3, 3),
    "duration_hours": (4, 5),
    "feasibility": (6, 6),
    "expected_satisfaction": (7, 8),
    "chosen": (9, LAST),
}
OF_LINKED: Final[dict[str, Span]] = {
    "complaint_id": (0, 1),
    "received_at": (2, 2),
    "status": (3, 4),
    "category": (5, 6),
    "satisfaction": (7, 8),
    "owner": (9, LAST),
}
KINDS: Final = {key: column.kind for key, column in (ITEM_BY_KEY | BY_KEY).items()}
ONE_LINE: Final = frozenset({"owner", "department"})
"""Names, which are made smaller rather than wrapped."""
LOWEST: Final = 18.0
"""Height of a line, in points: the page has many."""
SIZE: Final = 9


def answered(items: Sequence[Item], questions: Sequence[Code]) -> dict[str, int]:
    """Question of the list → position of the item that answers it, the first of several."""
    known = {code.key for code in questions}
    found: dict[str, int] = {}
    for at, item in enumerate(items):
        if item.get("item_kind") == "verification" and item.get("question") in known:
            found.setdefault(item["question"], at)
    return found


def write_questions(
    page: Page, questions: tuple[Code, ...], answers: Mapping[str, Shown], mirror: Mirror | None
) -> None:
    """A line for each question, its answer where there is one; they are filled in here unless ``mirror`` shows them.

    ``answers``: question → the item's position and cells.
    """
    book, colour = page.book, SECTION_COLOURS["analysis"]
    page.band(TITLE.of(book.lang), colour)
    _heads(page, ON_PAGE, colour, {key: words.of(book.lang) for key, words in QUESTION_HEADS.items()})
    top = page.row
    spans = {key: span for key, span in ON_PAGE.items() if key != "question"}
    look = {"text_wrap": False, "shrink": True, "bg_color": tint(colour, 0.8)}
    for code in questions:
        page.field(ON_PAGE["question"], label_of(questions, code.key, book.lang), "text", SIZE, **look)
        _line(page, spans, answers.get(code.key, (-1, {})), mirror)
    if mirror is not None:
        read_only(page, top)
        return
    last = page.row - 1
    entry = Entry(book, page.sheet, top, last, {key: span[0] for key, span in spans.items()})
    for key in spans:
        entry.check(ITEM_BY_KEY[key])
    page.name(QUESTIONS_NAME, page.cells((0, LAST), top, last))


def write_options(page: Page, options: Sequence[Shown], mirror: Mirror) -> None:
    """The options weighed, one below the other with what speaks for each; nothing where there are none."""
    top = _table(
        page, OPTIONS, OF_OPTION, {key: ITEM_BY_KEY[key].label for key in OF_OPTION}, options, mirror
    )
    if options:
        read_only(page, top)


def write_linked(page: Page, linked: Sequence[Row]) -> None:
    """The complaints that belong to this one; nothing where there are none."""
    _table(
        page, LINKED, OF_LINKED, {key: BY_KEY[key].label for key in OF_LINKED}, [(-1, one) for one in linked]
    )


def read_only(page: Page, top: int) -> None:
    """The lines from ``top`` on only show what stands on the sheet of items."""
    said = READ_ONLY.fill(sheet=DETAILS_SHEET).of(page.book.lang)
    rule = {"validate": "custom", "value": "=FALSE", "input_message": said, "error_message": said}
    page.sheet.data_validation(top, 0, page.row - 1, LAST, rule)


def _table(
    page: Page,
    title: Text,
    spans: Mapping[str, Span],
    heads: Mapping[str, Text],
    rows: Sequence[Shown],
    mirror: Mirror | None = None,
) -> int:
    """The first row of the table's lines."""
    if rows:
        colour = SECTION_COLOURS["item"]
        page.band(title.of(page.book.lang), colour)
        _heads(page, spans, colour, {key: words.of(page.book.lang) for key, words in heads.items()})
    top = page.row
    for row in rows:
        _line(page, spans, row, mirror)
    return top


def _heads(page: Page, spans: Mapping[str, Span], colour: str, own: Mapping[str, str]) -> None:
    lines = 1
    for key, span in spans.items():
        words = own.get(key) or ITEM_BY_KEY[key].label.of(page.book.lang)
        page.label(span, words, colour)
        lines = max(lines, lines_of(words, width_of(span), SIZE))
    page.line(max(18, LINE_HEIGHT * lines + 3))


def _line(page: Page, spans: Mapping[str, Span], shown: Shown, mirror: Mirror | None) -> None:
    at, row = shown
    lines = 1
    for key, span in spans.items():
        one: dict[str, Any] = {"text_wrap": False, "shrink": True} if key in ONE_LINE else {}
        page.field(span, row.get(key), KINDS[key], SIZE, **one)
        if mirror is not None and at >= 0:
            mirror(page, key, span, at, row.get(key))
        if not one:
            lines = max(lines, lines_of(row.get(key), width_of(span), SIZE))
    page.line(max(LOWEST, LINE_HEIGHT * min(lines, MOST_LINES) + 4))
