"""New rows and single cells of the register in an open workbook."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from kesu.live.feedback import MacroError
from kesu.live.frames import values_of
from kesu.live.write import TIME_FORMAT
from kesu.register.codes import label_of, lookup
from kesu.register.columns import BY_KEY, REGISTER, Column, labels
from kesu.register.text import Text, folded

if TYPE_CHECKING:
    import xlwings as xw

    from kesu.live.frames import Opened

FORM_TITLES: Final = ("登记表单", "投诉表单", "表单", "form", "complaint form", "new complaint")
TAIL: Final = 4
"""Digits of a number that does not end in digits behind a hyphen."""

NO_ROOM: Final = Text(
    "登记表下面的第 {row} 行有别的内容，不能新增一行。请把它移开。",
    "There is something else in row {row} below the register, so no row can be added. Please move it away.",
)
NOT_A_CODE: Final = Text(
    "“{value}”不是“{label}”的选项。可选：{known}。",
    "“{value}” is no choice for “{label}”. Choose one of: {known}.",
)
NO_COLUMN: Final = Text("登记表里没有“{label}”这一列。", "The register has no column “{label}”.")
NOT_SELECTED: Final = Text(
    "请先选中一件投诉所在的行，再按这个按钮。",
    "Select a row with a complaint first, then press the button again.",
)
UNKNOWN: Final = Text("登记表里没有投诉编号“{id}”。", "The register holds no complaint “{id}”.")
TWICE: Final = Text(
    "编号“{id}”用了 {n} 次，分不清是哪一件。请先改正编号。",
    "The number “{id}” is used {n} times, so it is not clear which is meant. Please correct the numbers first.",
)


def next_number(ids: Iterable[str], year: int) -> str:
    """The number after the highest of the series that the last of ``ids`` belongs to; ``2026-0001`` to begin with.

    The workbook's own “next free number” follows the same rule.
    """
    known = [text.strip() for text in ids if text.strip()]
    if not known:
        return f"{year}-0001"
    series = _split(known[-1])
    if series is None:
        return f"{known[-1]}-0001"
    prefix, tail = series
    used = [_tail(one) for one in known if one.startswith(prefix)]
    return f"{prefix}{max(used) + 1:0{len(tail)}d}"


def _split(number: str) -> tuple[str, str] | None:
    head, hyphen, tail = number.rpartition("-")
    if re.fullmatch(r"[0-9]+", tail):
        return head + hyphen, tail
    tail = number[-TAIL:]
    return (number[:-TAIL], tail) if re.fullmatch(r"[0-9]+", tail) else None


def _tail(number: str) -> int:
    found = _split(number)
    return int(found[1]) if found else 0


def coded(opened: Opened, column: Column, value: str) -> str:
    """``value`` of a code column as its label in the register's language. Raises `MacroError` for an unknown one."""
    codes, lang = opened.case.register.settings.codes[column.codes], opened.lang
    names = lookup(codes)
    parts = [value] if column.kind == "code" else re.split(r"[、,，;；|\n]+", value)
    keys = [names.get(folded(part) or part.strip()) for part in parts if part.strip()]
    if None in keys:
        known = Text("、".join(code.label.zh for code in codes), ", ".join(code.label.en for code in codes))
        raise MacroError(NOT_A_CODE.fill(value=value, label=column.label, known=known))
    return "、".join(label_of(codes, str(key), lang) for key in keys)


def append(opened: Opened, values: Mapping[str, Any]) -> int:
    """Write a complaint into the first free row of the register, and return that row.

    ``values``: key of a column → text, number or time; what is empty is left out. The table grows where it is
    full, and its live formulas with it. Raises `MacroError` before anything is written.
    """
    register = opened.case.register.complaints
    sheet = opened.sheet(register)
    header_row, _ = opened.header(register)
    cells: dict[int, tuple[Column, Any]] = {}
    for key, value in values.items():
        if value is None or value == "":
            continue
        column = BY_KEY[key]
        if key not in register.columns:
            raise MacroError(NO_COLUMN.fill(label=column.label))
        text = coded(opened, column, str(value)) if column.kind in {"code", "codes"} else value
        cells[register.columns[key] + 1] = column, text
    begun = register.data["excel_row"]
    row = int(begun.max()) + 1 if len(begun) else header_row + 1
    table = next((one for one in sheet.tables if one.range.row == header_row), None)
    width = table.range.last_cell.column if table is not None else max(register.columns.values()) + 1
    left = table.range.column if table is not None else min(register.columns.values()) + 1
    last = table.range.last_cell.row if table is not None else row
    line = sheet.range((row, left), (row, width))
    if row > last and any(value is not None for value in line.options(ndim=1).value):
        raise MacroError(NO_ROOM.fill(row=row))
    if table is not None and row > last:
        table.resize(sheet.range((header_row, left), (row, width)))
    if row > header_row + 1:
        _continue_formulas(sheet, row, left, width)
    for at, (column, value) in cells.items():
        cell = sheet.range((row, at))
        cell.number_format = {"time": TIME_FORMAT, "number": "#,##0.##"}.get(column.kind, "@")
        cell.value = value
    return row


def _continue_formulas(sheet: xw.Sheet, row: int, left: int, width: int) -> None:
    """Where the row above calculates and this one does not yet, the formula goes on; Excel's tables do it themselves."""
    try:
        two = sheet.range((row - 1, left), (row, width)).formula
    except NotImplementedError:  # xlwings Lite, which is Excel
        return
    for at, (above, here) in enumerate(zip(*two, strict=True), start=left):
        if str(above).startswith("=") and here == "":
            sheet.range((row - 1, at), (row, at)).formula = above


def form_values(book: xw.Book) -> dict[str, Any]:
    """What is filled in on the team's form sheet, if it has one: a label in one cell, the value to its right."""
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


def selected(opened: Opened, complaint_id: str) -> int:
    """Position in the register of the complaint that is named, else of the one whose row is selected on any sheet.

    Raises `MacroError` where none is, or where its number is used twice.
    """
    data = opened.case.register.complaints.data
    if not complaint_id:
        selection = opened.book.app.selection
        if selection is None:
            raise MacroError(NOT_SELECTED)
        sheet, row = selection.sheet, selection.row
        if sheet.name == opened.case.register.complaints.title:
            at = (data["excel_row"] == row).to_numpy().nonzero()[0]
            if len(at):
                return int(at[0])
            raise MacroError(NOT_SELECTED)
        width = sheet.used_range.last_cell.column
        words = {
            str(value).strip() for value in sheet.range((row, 1), (row, width)).options(ndim=1).value if value
        }
        known = data["complaint_id"].isin(words).to_numpy().nonzero()[0]
        if not len(known):
            raise MacroError(NOT_SELECTED)
        complaint_id = str(data["complaint_id"].iloc[known[0]])
    places = data["complaint_id"].eq(complaint_id.strip()).to_numpy(bool).nonzero()[0]
    if not len(places):
        raise MacroError(UNKNOWN.fill(id=complaint_id))
    if len(places) > 1:
        raise MacroError(TWICE.fill(id=complaint_id, n=len(places)))
    return int(places[0])
