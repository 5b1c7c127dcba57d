"""The customer's print of a case: what was asked, done and offered, by whom, until when, and how to go further.

What it shows is what `kesu.register.columns` declares as shared. Nothing on it has a name: it is no form to be collected.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final

import pandas as pd

from kesu.register.codes import SHARED_ITEMS
from kesu.register.columns import BY_KEY, ITEM_BY_KEY, REGISTER, Shared
from kesu.register.settings import Settings
from kesu.words.text import Text
from kesu.workbook.writing.form_page import (
    FIELD_HEIGHT,
    LAST,
    LINE_HEIGHT,
    MOST_LINES,
    Page,
    Span,
    lines_of,
    parts_of,
    width_of,
)  # fmt: skip
from kesu.workbook.writing.style import SECTION_COLOURS, Book, set_print
from kesu.workbook.writing.values import cells
from kesu.xlsx.create import new_workbook

TITLE: Final = Text("投诉处理答复", "Reply to your complaint")
HEADINGS: Final[dict[Shared, tuple[Text, str]]] = {
    "case": (Text("您的投诉", "Your complaint"), "customer"),
    "asked": (Text("您提出的诉求", "What you asked for"), "description"),
    "done": (Text("我们已经做的", "What we have done"), "first_response"),
    "offered": (Text("我们的方案和承诺", "What we offer and promise"), "resolution"),
}
"""Sections of the print in order, with the colour of the register's section that is nearest."""
FURTHER: Final = Text("如果您还不满意", "If this does not settle it")
HOW: Final = Text(
    "请凭投诉编号 {number} 再次联系我们{owner}，要求复核或升级处理。"
    "您也可以向主管部门、消费者组织反映，或通过其他法律途径解决。",
    "Contact us again{owner}, quoting {number}, and ask for a review or for the case to be taken higher. "
    "You may also turn to the competent authority or a consumer organisation, or take any other legal way.",
)
BY: Final = Text("（联系人：{owner}）", " (your contact is {owner})")
NOTHING: Final = Text("目前还没有。", "Nothing yet.")
WORDS: Final = {
    "verbatim": Text("您的原话", "In your words"),
    "expectation": Text("您的期望", "You expect"),
    "compensation_claimed": Text("您要求的金额", "Amount you claim"),
    "first_response_at": Text("首次答复", "First answered"),
    "replied_at": Text("正式答复", "Full reply"),
    "resolved_at": Text("办妥时间", "Settled"),
    "called_back_at": Text("回访时间", "Called you back"),
    "owner": Text("联系人", "Your contact"),
    "customer_agreed": Text("您是否同意", "You agreed"),
}
"""Where the register's own word is the team's and not the customer's."""
ITEMS: Final[dict[str, Span]] = {"what": (0, 3), "owner": (4, 5), "due_at": (6, 7), "done_at": (8, 9), "result": (LAST, LAST)}  # fmt: skip
SIGNERS: Final = (Text("单位（签章）", "For us"), Text("客户签字", "Customer"))

LABEL: Final[Span] = (0, 1)
FIELD: Final[Span] = (2, LAST)
SHORT: Final[tuple[tuple[Span, Span], ...]] = (((0, 1), (2, 3)), ((4, 6), (7, LAST)))
"""Two short fields to a line: their labels and values."""


def build_reply(
    path: Path | IO[bytes],
    lang: str,
    settings: Settings,
    complaint: Mapping[str, Any],
    items: Sequence[Mapping[str, Any]] = (),
    *,
    note: str = "",
    due: Sequence[tuple[Text, dt.datetime]] = (),
    today: dt.date,
    fitted: bool = False,
) -> None:
    """Writes the print in ``lang`` to ``path``; an existing file is replaced.

    ``complaint``, ``items``: by declared key, as `kesu.workbook.writing.build_form` takes them. ``note``: a line under
    the title. ``due``: what the customer still waits for, and until when (wall clock). ``fitted``: see `Page.printed`. Raises OSError where the file
    cannot be written.
    """
    title = TITLE.of(lang)
    workbook = new_workbook(path, today, title=title)
    book = Book(workbook, lang, settings)
    sheet = workbook.add_worksheet(title)
    set_print(sheet, book, f"{title} {complaint.get('complaint_id', '')}".strip(), landscape=False)
    sheet.hide_gridlines(2)
    reply = _Reply(Page(book, sheet), complaint, items)
    reply.page.head(title, note)
    for heading, (words, section) in HEADINGS.items():
        reply.section(heading, words, SECTION_COLOURS[section], due if heading == "offered" else ())
    reply.further()
    reply.page.sign(*SIGNERS)
    reply.page.printed(fitted=fitted)
    workbook.close()


class _Reply:
    """The page as it is being filled."""

    def __init__(self, page: Page, complaint: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> None:
        self.page, self.book, self.complaint, self.items = page, page.book, complaint, items

    def section(
        self, heading: Shared, words: Text, colour: str, due: Sequence[tuple[Text, dt.datetime]]
    ) -> None:
        """A band, the fields under it that hold something, what is still due, the items that belong here."""
        self.page.band(words.of(self.book.lang), colour)
        mine = [column for column in REGISTER if column.shared == heading]
        said = {column.key: value for column in mine if (value := self._said(column.key)) is not None}
        short = [(WORDS.get(key, BY_KEY[key].label), value, BY_KEY[key].kind) for key, value in said.items()
                 if BY_KEY[key].kind != "long_text" and lines_of(value, width_of(SHORT[0][1])) == 1]  # fmt: skip
        short += [(words, when, "time") for words, when in due]
        for at in range(0, len(short), len(SHORT)):
            self._line(short[at : at + len(SHORT)], colour)
        placed = {words for words, _, _ in short}
        for key, value in said.items():
            label = WORDS.get(key, BY_KEY[key].label)
            if label not in placed:
                parts = parts_of(value, width_of(FIELD))
                self.page.label(LABEL, label.of(self.book.lang), colour, len(parts))
                self.page.long(FIELD, parts, BY_KEY[key].kind)
        items = [item for item in self.items if SHARED_ITEMS.get(str(item.get("item_kind"))) == heading]
        self._items(items, colour)
        if not (short or said or items):
            self.page.text((0, LAST), NOTHING.of(self.book.lang), self.book.format(indent=1))

    def further(self) -> None:
        """How to go further."""
        lang, owner = self.book.lang, self._said("owner")
        self.page.band(FURTHER.of(lang), SECTION_COLOURS["follow_up"])
        by = BY.fill(owner=owner) if owner else Text("", "")
        how = HOW.fill(number=self._said("complaint_id") or "–", owner=by).of(lang)
        self.page.text((0, LAST), how, self.book.format(text_wrap=True, indent=1))

    def _line(self, fields: Sequence[tuple[Text, Any, str]], colour: str) -> None:
        lines = 1
        for at, (words, value, kind) in enumerate(fields):
            label, span = SHORT[at] if len(fields) > 1 else (LABEL, FIELD)
            self.page.label(label, words.of(self.book.lang), colour)
            self.page.field(span, value, kind)
            lines = max(lines, lines_of(words.of(self.book.lang), width_of(label), 9))
        self.page.line(max(FIELD_HEIGHT, LINE_HEIGHT * lines + 4))

    def _items(self, items: Sequence[Mapping[str, Any]], colour: str) -> None:
        """Demands or promises, a line each; a text too long for one cell goes on in the next line."""
        shown = {key: span for key, span in ITEMS.items() if ITEM_BY_KEY[key].shared}
        if not items:
            return
        for key, span in shown.items():
            self.page.label(span, ITEM_BY_KEY[key].label.of(self.book.lang), colour)
        self.page.line(18)
        for item in items:
            values = {key: self._said(key, item) for key in shown}
            for at, part in enumerate(parts_of(values["what"], width_of(shown["what"]))):
                line = {key: part if key == "what" else None if at else values[key] for key in shown}
                for key, span in shown.items():
                    self.page.field(span, line[key], ITEM_BY_KEY[key].kind, 9)
                lines = max(lines_of(line[key], width_of(span), 9) for key, span in shown.items())
                self.page.line(max(FIELD_HEIGHT, LINE_HEIGHT * min(lines, MOST_LINES) + 4))

    def _said(self, key: str, item: Mapping[str, Any] | None = None) -> Any:
        """A value of the complaint or of an item as a cell says it; None where there is none or it is the team's own."""
        column = BY_KEY[key] if item is None else ITEM_BY_KEY[key]
        value = (self.complaint if item is None else item).get(key)
        if not column.shared or value is None or value == "" or pd.isna(value):
            return None
        frame = pd.DataFrame({key: [value]}, dtype=object)
        return next(iter(cells(frame, column, self.book.settings, self.book.lang)))
