"""What is filled in on a form that is a sheet of the open workbook: kesu's own, or one that the team made."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final

from kesu.live.feedback import MacroError
from kesu.live.frames import raw_sheet, values_of
from kesu.register.columns import BY_KEY, REGISTER, labels
from kesu.register.forms.page import (
    ITEMS_NAME,
    PREFIX,
    QUESTIONS_NAME,
    Form,
    NamedArea,
    block_of,
    find_forms,
    form_name,
)
from kesu.words.text import Text, folded, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xlwings as xw

FORM_TITLES: Final = ("登记表单", "投诉表单", "表单", "form", "complaint form", "new complaint")
SEVERAL_FORMS: Final = Text(
    "有几张填好的投诉表（{sheets}）。请先切换到要登记的那一张。",
    "Several forms are filled in ({sheets}). Please go to the one that is to be logged.",
)


def filled_form(book: xw.Book) -> Form | None:
    """The form of kesu's that is filled in on a sheet of this workbook, if there is one (see `kesu.register.forms.page`).

    Of several, the one in front. Raises `MacroError` where it is not clear which, `RegisterError` where content would
    be lost.
    """
    names = list(_form_names(book))
    titles = {block.sheet for name in names if (block := block_of(name.refers_to))}
    sheets = [raw_sheet(sheet) for sheet in book.sheets if sheet.name in titles]
    filled = [form for form in find_forms(sheets, names) if form.texts or form.items]
    front = [form for form in filled if form.sheet == book.sheets.active.name]
    if len(front or filled) > 1:
        raise MacroError(SEVERAL_FORMS.fill(sheets=listed([form.sheet for form in filled])))
    return (front or filled)[0] if filled else None


def _form_names(book: xw.Book) -> Iterator[NamedArea]:
    try:
        names = list(book.names)
    except (TypeError, NotImplementedError):  # not every engine lists them
        wanted = (*map(form_name, BY_KEY), ITEMS_NAME, QUESTIONS_NAME)
        names = [book.names[name] for name in wanted if name in book.names]
    for name in names:
        scope, _, own = str(name.name).rpartition("!")
        if own.startswith(PREFIX):
            yield NamedArea(own, scope.strip("'"), str(name.refers_to))


def form_values(book: xw.Book) -> dict[str, Any]:
    """What is filled in on a form sheet of the team's own, if it has one: a label in one cell, the value to its right."""
    titles = {folded(title) for title in FORM_TITLES}
    sheet = next((one for one in book.sheets if folded(one.name) in titles), None)
    if sheet is None:
        return {}
    names = labels(REGISTER)
    found: dict[str, Any] = {}
    for row in values_of(sheet):
        for cell, value in itertools.pairwise(row):
            key = names.get(folded(cell)) if isinstance(cell, str) else None
            if key and value is not None and not (isinstance(value, str) and folded(value) in names):
                found.setdefault(key, value)
    return found
