"""New rows and single cells of the register in an open workbook."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from kesu.live.feedback import MacroError
from kesu.live.write import TIME_FORMAT
from kesu.register.cells import typed_column
from kesu.register.codes import label_of, lookup
from kesu.register.columns import BY_KEY, ITEM_BY_KEY, Column
from kesu.register.forms.page import Record, shown
from kesu.words.text import Text, folded, listed
from kesu.xlsx.text import plain

if TYPE_CHECKING:
    import xlwings as xw

    from kesu.live.frames import Opened
    from kesu.register.sheets import Sheet

NO_ROOM: Final = Text(
    "“{sheet}”的表下面第 {row} 行有别的内容，不能新增一行。请把它移开。",
    "There is something else in row {row} below the table on “{sheet}”, so no row can be added. Please move it away.",
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


def coded(opened: Opened, column: Column, value: str) -> str:
    """``value`` of a code column as its label in the register's language. Raises `MacroError` for an unknown one."""
    codes, lang = opened.assessment.register.settings.codes[column.codes], opened.lang
    names = lookup(codes)
    parts = [value] if column.kind == "code" else re.split(r"[、,，;；|\n]+", value)
    keys = [names.get(folded(part) or part.strip()) for part in parts if part.strip()]
    if None in keys:
        known = listed([code.label for code in codes])
        raise MacroError(NOT_A_CODE.fill(value=value, label=column.label, known=known))
    return listed([label_of(codes, str(key), lang) for key in keys]).of(lang)


def append(opened: Opened, values: Mapping[str, Any], items: Sequence[Mapping[str, Any]] = ()) -> int:
    """Write a complaint into the first free row of the register, its items below the others; that row.

    ``values``, ``items``: key of a column → text, number or time; what is empty is left out. A table grows where it
    is full, and its live formulas with it. Raises `MacroError` before anything is written.
    """
    register = opened.assessment.register
    blocks = [
        _Block(opened, sheet, [_cells(opened, sheet, columns, one) for one in rows])
        for sheet, columns, rows in (
            (register.complaints, BY_KEY, [values]),
            (register.items, ITEM_BY_KEY, items),
        )
        if rows
    ]
    written = [block.write() for block in blocks]
    return written[0]


def add_items(opened: Opened, items: Sequence[Mapping[str, Any]]) -> None:
    """Write items below the others, as `append` does. Raises `MacroError` before anything is written."""
    sheet = opened.assessment.register.items
    _Block(opened, sheet, [_cells(opened, sheet, ITEM_BY_KEY, one) for one in items]).write()


def add_records(opened: Opened, *parts: tuple[Sheet, Mapping[str, Column], Sequence[Record]]) -> None:
    """Write records (code columns by key, or in words that no list has) below the rows of their sheets, a column at a time.

    Raises `MacroError` before anything is written.
    """
    codes, lang = opened.assessment.register.settings.codes, opened.lang
    blocks = []
    for sheet, columns, records in parts:
        if not records:
            continue
        headed = {**opened.header(sheet)[1]}
        at = {
            key: sheet.columns[key] + 1 if key in sheet.columns else headed[folded(key)] + 1
            for one in records
            for key in one
        }
        rows = [
            {
                at[key]: (columns[key], plain_value(shown(columns[key], value, codes, lang)))
                for key, value in one.items()
            }
            for one in records
        ]
        blocks.append(_Block(opened, sheet, rows))
    for block in blocks:
        block.write()


def plain_value(value: object) -> Any:
    """A value as xlwings takes it."""
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value


def _cells(
    opened: Opened, sheet: Sheet, columns: Mapping[str, Column], values: Mapping[str, Any]
) -> dict[int, tuple[Column, Any]]:
    """Sheet column → what is to be written there."""
    cells: dict[int, tuple[Column, Any]] = {}
    for key, value in values.items():
        if value is None or value == "":
            continue
        column = columns[key]
        if key not in sheet.columns:
            raise MacroError(NO_COLUMN.fill(label=column.label))
        text = coded(opened, column, str(value)) if column.kind in {"code", "codes"} else value
        cells[sheet.columns[key] + 1] = column, plain_value(text)
    return cells


class _Block:
    """New rows below those of one sheet; there is room for them."""

    def __init__(
        self, opened: Opened, sheet: Sheet, rows: Sequence[Mapping[int, tuple[Column, Any]]]
    ) -> None:
        self.rows, self.sheet = rows, opened.sheet(sheet)
        self.header_row, _ = opened.header(sheet)
        begun = sheet.data["excel_row"]
        self.first = int(begun.max()) + 1 if len(begun) else self.header_row + 1
        last = self.first + len(rows) - 1
        self.table = next((one for one in self.sheet.tables if one.range.row == self.header_row), None)
        area = self.table.range if self.table is not None else None
        self.left = area.column if area else min(sheet.columns.values()) + 1
        self.width = area.last_cell.column if area else max(sheet.columns.values()) + 1
        self.grows = area is not None and last > area.last_cell.row
        bottom = area.last_cell.row if area else last
        if last > bottom:
            beyond = self.sheet.range((max(bottom + 1, self.first), self.left), (last, self.width))
            if any(value is not None for row in beyond.options(ndim=2).value for value in row):
                raise MacroError(NO_ROOM.fill(sheet=self.sheet.name, row=max(bottom + 1, self.first)))

    def write(self) -> int:
        """Fill them in; the first of them."""
        if self.table is not None and self.grows:
            bottom = self.first + len(self.rows) - 1
            self.table.resize(self.sheet.range((self.header_row, self.left), (bottom, self.width)))
        if self.first > self.header_row + 1:
            _continue_formulas(self.sheet, self.first, len(self.rows), self.left, self.width)
        if len(self.rows) == 1:
            for at, (column, value) in self.rows[0].items():
                put(self.sheet.range((self.first, at)), column, value)
        else:
            self._write_columns()
        return self.first

    def _write_columns(self) -> None:
        """Many rows, a column at a time; words where a time or a number is expected cell by cell."""
        columns = {at: column for cells in self.rows for at, (column, _) in cells.items()}
        last = self.first + len(self.rows) - 1
        for at, column in columns.items():
            values = [cells[at][1] if at in cells else None for cells in self.rows]
            odd = column.kind in {"time", "number"}
            area = self.sheet.range((self.first, at), (last, at))
            if column.kind != "number":  # amounts keep the team's own look
                area.number_format = TIME_FORMAT if column.kind == "time" else "@"
            words = [isinstance(value, str) for value in values]
            area.value = [
                [None if odd else plain(value)] if isinstance(value, str) else [value] for value in values
            ]
            for n in [n for n, word in enumerate(words) if odd and word]:
                put(self.sheet.range((self.first + n, at)), column, values[n])


def put(cell: xw.Range, column: Column, value: Any) -> None:
    """Write a value of ``column`` into a cell. Text stays text, whatever it begins with, in every kind of column."""
    value = plain(value) if isinstance(value, str) else value
    if isinstance(value, str) and column.kind in {"number", "time"}:
        [read] = typed_column(pd.Series([value.strip()], dtype="str"), column, {}, None)[0]
        if pd.notna(read):
            value = read.to_pydatetime() if column.kind == "time" else float(read)
    if isinstance(value, str):
        cell.number_format = "@"
    elif column.kind == "time":
        cell.number_format = TIME_FORMAT
    elif column.kind != "number":  # amounts keep the team's own look
        cell.number_format = "@"
    cell.value = value


def _continue_formulas(sheet: xw.Sheet, row: int, count: int, left: int, width: int) -> None:
    """Where the row above calculates and the last of ``count`` from ``row`` on does not yet, the formula goes on.

    Excel's tables do it themselves.
    """
    last = row + count - 1
    try:
        before, after = (sheet.range((at, left), (at, width)).formula[0] for at in (row - 1, last))
    except NotImplementedError:  # xlwings Lite, which is Excel
        return
    values = sheet.range((row - 1, left), (row - 1, width)).options(ndim=1).value
    for at, (above, here, value) in enumerate(zip(before, after, values, strict=True), start=left):
        if str(above).startswith("=") and here == "" and value != above:  # a text that begins so is not one
            sheet.range((row - 1, at), (last, at)).formula = above


def selected(opened: Opened, complaint_id: str) -> int:
    """Position in the register of the complaint that is named, else of the one whose row is selected on any sheet.

    Raises `MacroError` where none is, or where its number is used twice.
    """
    data = opened.assessment.register.complaints.data
    if not complaint_id:
        selection = opened.book.app.selection
        if selection is None:
            raise MacroError(NOT_SELECTED)
        sheet, row = selection.sheet, selection.row
        if sheet.name == opened.assessment.register.complaints.title:
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
    positions = data["complaint_id"].eq(complaint_id.strip()).to_numpy(bool).nonzero()[0]
    if not len(positions):
        raise MacroError(UNKNOWN.fill(id=complaint_id))
    if len(positions) > 1:
        raise MacroError(TWICE.fill(id=complaint_id, n=len(positions)))
    return int(positions[0])
