"""Form workbooks: which cell holds which column, and what is filled in there. Pure: named cells and texts in, records out.

A form is one complaint. Each field is a cell named ``Form_`` and the column's key (several cells, one below the other, where
a text is too long for one); the items stand in the area named
``Form_Items``, headed by their labels in either language. A record is what `kesu.workbook.writing` takes too: column
key → text, number, time or code key (several joined by ``|``); what could not be understood is the text itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import pandas as pd

from kesu.register.cells import typed_column
from kesu.register.codes import CodeLists, label_of
from kesu.register.columns import BY_KEY, ITEMS, REGISTER, Column, labels
from kesu.register.raw import RawSheet, RegisterError
from kesu.register.sheets import Sheet
from kesu.register.typed import typed_sheet
from kesu.words.text import Text, folded
from kesu.xlsx.address import cell_name, column_number

PREFIX: Final = "Form_"
ITEMS_NAME: Final = "Form_Items"
QUESTIONS_NAME: Final = "Form_Questions"
"""The area of the five questions, a line each: a verification where anything but the question stands."""
QUESTION_HEADS: Final = {
    "question": Text("五问", "Question"),
    "what": Text("查明什么", "Found"),
    "owner": Text("向谁核实", "Asked"),
    "department": Text("部门", "Dept"),
}
"""What its columns are called where that is not the label of the items."""

MOST_PARTS: Final = 1000
"""So many cells are read as one field; the longest text that a cell holds takes a few hundred."""

Value = str | float | pd.Timestamp
Record = dict[str, Value]

_BLOCK: Final = re.compile(
    r"=?(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?"
)

NO_FORM: Final = Text(
    "这不是投诉表：没有名为 Form_… 的单元格。请用 kesu form 生成的表，另存为 .xlsx。",
    "this is no complaint form: it has no cells named Form_…. Use a form made with kesu form, saved as .xlsx.",
)
ADRIFT: Final = Text(
    "{cell} 里有内容，但它上方没有 kesu 认识的事项列标题。请把标题改回，或把内容移到认识的列里。",
    "there is something in {cell}, but no heading above it that kesu knows for items. Put the heading back, or move it.",
)
UNKNOWN_FIELD: Final = Text(
    "名为 {name} 的单元格里有内容，但登记表没有这一列。请把内容移到认识的格子里，并删去这个名称。",
    "there is something in the cell named {name}, but no such column. Move it to a cell of the form and delete the name.",
)
UNCALCULATED: Final = Text(
    "{cell} 里是公式，没有存储的结果，读不到内容。请在 Excel 中打开并保存一次，或直接填写内容。",
    "{cell} holds a formula without a stored result, so what it says cannot be read. Open and save the form in Excel, "
    "or type the content.",
)


class FormError(RegisterError):
    """A form that cannot be read without losing what is in it."""


class NamedArea(NamedTuple):
    """A defined name: its scope (the sheet it is local to, or "") and what it refers to (``='Sheet'!$A$1:$B$2``)."""

    name: str
    scope: str
    refers_to: str


class Block(NamedTuple):
    """A rectangle on a sheet; rows and columns count from 0, both ends included."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Form:
    """What is filled in on one form, as it stands there: column key → text. Blank cells are left out.

    ``typed``: see `kesu.register.raw.RawSheet.iso_texts`.
    """

    sheet: str
    texts: Mapping[str, str]
    items: tuple[Mapping[str, str], ...]
    typed: frozenset[str] = frozenset()


def form_name(key: str) -> str:
    """Name of the cell that holds the column ``key``."""
    return f"{PREFIX}{key}"


def find_forms(sheets: Sequence[RawSheet], names: Iterable[NamedArea]) -> list[Form]:
    """The forms of a workbook: one for the names of the workbook, one for each sheet that has such names of its own.

    (A copied sheet does.) Raises `FormError` where content would be lost: headings of items that nobody knows, formulas
    never calculated; empty where there is no form.
    """
    scopes: dict[str, dict[str, Block]] = {}
    for name in names:
        block = block_of(name.refers_to)
        if name.name.casefold().startswith(PREFIX.casefold()) and block is not None:
            scopes.setdefault(name.scope, {})[name.name[len(PREFIX) :]] = block
    by_title = {sheet.title.casefold(): sheet for sheet in sheets}
    return [_form(by_title, blocks) for blocks in scopes.values() if blocks.keys() & BY_KEY.keys()]


def block_of(refers_to: str) -> Block | None:
    """Where a defined name leads; None where that is no rectangle of cells."""
    found = _BLOCK.fullmatch(refers_to)
    if found is None:
        return None
    sheet = found[1].replace("''", "'") if found[1] else found[2]
    top, left = int(found[4]) - 1, column_number(found[3]) - 1
    bottom, right = (int(found[6]) - 1, column_number(found[5]) - 1) if found[5] else (top, left)
    return Block(sheet, top, left, bottom, right)


def _form(sheets: Mapping[str, RawSheet], blocks: Mapping[str, Block]) -> Form:
    texts: dict[str, str] = {}
    title = next(block.sheet for key, block in blocks.items() if key in BY_KEY)
    areas = [name[len(PREFIX) :] for name in (ITEMS_NAME, QUESTIONS_NAME)]
    for key, block in blocks.items():
        if key in areas or (sheet := sheets.get(block.sheet.casefold())) is None:
            continue
        if text := _joined(sheet, block):
            if key not in BY_KEY:
                raise FormError(UNKNOWN_FIELD.fill(name=form_name(key)))
            texts[key] = text
    found: list[Mapping[str, str]] = []
    for key in areas:
        area = blocks.get(key)
        if area is not None and (sheet := sheets.get(area.sheet.casefold())) is not None:
            found += _items(sheet, area) if key == areas[0] else _answers(sheet, area)
    typed = frozenset[str]().union(*(sheet.iso_texts for sheet in sheets.values()))
    return Form(title, texts, tuple(found), typed)


def _answers(sheet: RawSheet, area: Block) -> Iterable[Mapping[str, str]]:
    """The lines of the questions; where only the question stands nothing was filled in."""
    own = {folded(word): key for key, words in QUESTION_HEADS.items() for word in words}
    for item in _items(sheet, area, own):
        if item.keys() - {"question"}:
            yield {"item_kind": "verification", **item}


def _items(sheet: RawSheet, area: Block, own: Mapping[str, str] = {}) -> Iterable[Mapping[str, str]]:
    names = {**labels(ITEMS), **own}
    heads = {at: _text(sheet, area.top - 1, at) for at in range(area.left, area.right + 1)}
    keys = {at: names.get(folded(head)) for at, head in heads.items() if head}
    for row in range(area.top, area.bottom + 1):
        item: dict[str, str] = {}
        for at in range(area.left, area.right + 1):
            if text := _text(sheet, row, at):
                key = keys.get(at)
                if key is None:
                    raise FormError(ADRIFT.fill(cell=_cell(sheet, row, at)))
                item[key] = text
        if item:
            yield item


def _joined(sheet: RawSheet, block: Block) -> str:
    """What stands in a field: a text too long for one cell goes on in those below it."""
    end = min(block.bottom, block.top + MOST_PARTS, sheet.first_row + len(sheet.cells))
    return "".join(_raw(sheet, row, block.left) for row in range(block.top, end + 1)).strip()


def _text(sheet: RawSheet, row: int, column: int) -> str:
    return _raw(sheet, row, column).strip()


def _raw(sheet: RawSheet, row: int, column: int) -> str:
    if (row + 1, column) in sheet.uncached:
        raise FormError(UNCALCULATED.fill(cell=_cell(sheet, row, column)))
    at = row + 1 - sheet.first_row
    if column not in sheet.cells.columns or not 0 <= at < len(sheet.cells):
        return ""
    text = sheet.cells[column].iloc[at]
    return text if isinstance(text, str) else ""


def _cell(sheet: RawSheet, row: int, column: int) -> str:
    return f"{sheet.title}!{cell_name(row + 1, column + 1)}"


# --- records --------------------------------------------------------------------------------------------------


def typed_records(
    rows: Sequence[Mapping[str, str]],
    columns: tuple[Column, ...],
    codes: CodeLists,
    typed: frozenset[str] = frozenset(),
) -> list[Record]:
    """Rows of texts as records, one each, with the choices of ``codes``; times that were typed as text are times.

    A number that can be read in two ways stays the text that it is where it is among the texts ``typed``.
    """
    keys = [column.key for column in columns]
    frame = pd.DataFrame(
        {at: pd.Series([row.get(key) for row in rows], dtype="str") for at, key in enumerate(keys)}
    )
    raw = RawSheet("", frame, iso_texts=typed)
    sheet = typed_sheet(raw, (-1, {key: at for at, key in enumerate(keys)}), columns, codes)
    read = zip(sheet.data["excel_row"], records_of(sheet, range(len(sheet.data)), columns), strict=True)
    found = {int(row) - 1: record for row, record in read}
    return [found.get(at, {**row}) for at, row in enumerate(rows)]  # error values alone begin no row


def records_of(
    sheet: Sheet, positions: Iterable[int], columns: tuple[Column, ...] = REGISTER
) -> list[Record]:
    """The rows of a sheet at ``positions`` as records."""
    wanted = list(positions)
    problems = sheet.problems[sheet.problems["row"].isin(wanted) & sheet.problems["problem"].ne("text_time")]
    wrong = {
        (int(row), str(column)): value
        for row, column, value in problems[["row", "column", "value"]].itertuples(index=False)
        if isinstance(value, str)
    }
    found = []
    for position in wanted:
        record: Record = {}
        for column in columns:
            value = wrong.get((position, column.key), sheet.data[column.key].iloc[position])
            if isinstance(value, str) or not pd.isna(value):
                record[column.key] = value if isinstance(value, (str, pd.Timestamp)) else float(value)
        found.append(record)
    return found


def shown(column: Column, value: Value, codes: CodeLists, lang: str) -> Value:
    """A record's value as a cell says it: labels of the list for code keys, anything else as it is.

    Labels that would not be read back as the same keys (two choices called alike, a separator inside) stay keys.
    """
    if not column.codes or not isinstance(value, str):
        return value
    choices = codes[column.codes]
    keys = value.split("|")
    if not {code.key for code in choices}.issuperset(keys):
        return value
    between = "、" if lang == "zh" else ", "
    said = between.join(label_of(choices, key, lang) for key in keys)
    back, _ = typed_column(pd.Series([said], dtype="str"), column, codes, None)
    return said if back.iloc[0] == value else ", ".join(keys)
