"""Whole blocks of cells, read and written in a few calls: a call costs 0.1 ms, a cell object 1 ms."""

from __future__ import annotations

import datetime as dt
from math import isfinite
from typing import TYPE_CHECKING, Any

from xlwings_libreoffice import formulas
from xlwings_libreoffice.bridge import struct
from xlwings_libreoffice.cells import Kind, Mark, as_entered, moment, plain, serial

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlwings_libreoffice.addresses import Area
    from xlwings_libreoffice.book import Book

_ANNOTATIONS = 8  # com.sun.star.sheet.CellFlags
_FORMULA_ERRORS = 4  # com.sun.star.sheet.FormulaResult.ERROR
_AMBIGUOUS = "AMBIGUOUS_VALUE"
_ERRORS = {
    502: "#VALUE!",
    503: "#NUM!",
    519: "#VALUE!",
    521: "#NULL!",
    524: "#REF!",
    525: "#NAME?",
    532: "#DIV/0!",
}
_NOT_AVAILABLE = 32_767
_CONTENTS = 1 | 2 | 4 | 16  # com.sun.star.sheet.CellFlags: VALUE, DATETIME, STRING, FORMULA
_UNDONE = 50_000  # cells for which an exact Undo is worth a third of a second

DATE_FORMAT, MOMENT_FORMAT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"

Rows = list[list[Any]]


def mixed(cells: Any, name: str) -> bool:
    """Whether the cells of a range differ in a property."""
    return bool(cells.getPropertyState(name).value == _AMBIGUOUS)


class Kinds:
    """The kind of every cell of a block: one for all, or a grid."""

    def __init__(self, book: Book, cells: Any, area: Area) -> None:
        self.one: Kind | None = None
        self.blocks: list[tuple[Kind, Any]] = []
        if not mixed(cells, "NumberFormat"):
            self.one = book.formats.kind(cells.NumberFormat)
            return
        groups = cells.getUniqueCellFormatRanges()
        for group in map(groups.getByIndex, range(groups.Count)):
            kind = book.formats.kind(group.NumberFormat)
            self.blocks += [(kind, address) for address in group.getRangeAddresses()]
        self._area = area

    def rows(self, rows: int, columns: int) -> list[list[Kind]]:
        """The kinds of the first ``rows`` x ``columns`` cells."""
        if self.one is not None:
            return [[self.one] * columns] * rows
        grid = [[Kind.GENERAL] * columns for _ in range(rows)]
        for kind, address in self.blocks:
            if kind is not Kind.GENERAL:
                top, bottom, left, right = self._inside(address)
                for row in grid[top:bottom]:
                    row[left:right] = [kind] * (min(right, columns) - left)
        return grid

    def _inside(self, address: Any) -> tuple[int, int, int, int]:
        row, column = self._area.row - 1, self._area.column - 1
        return (
            address.StartRow - row,
            address.EndRow - row + 1,
            address.StartColumn - column,
            address.EndColumn - column + 1,
        )

    def apply(self, values: Rows, epoch: dt.datetime) -> None:
        """Turn numbers under a date format to datetimes and under a logical one to bools, in place."""
        whole = (0, len(values), 0, len(values[0]))
        blocks = (
            [(self.one, whole)] if self.one is not None else [(k, self._inside(a)) for k, a in self.blocks]
        )
        for kind, (top, bottom, left, right) in blocks:
            if kind is Kind.DATE:
                for row in values[top:bottom]:
                    row[left:right] = [moment(value, epoch) for value in row[left:right]]
            elif kind is Kind.LOGICAL:
                for row in values[top:bottom]:
                    row[left:right] = [bool(v) if isinstance(v, float) else v for v in row[left:right]]


def read(book: Book, cells: Any, area: Area, *, errors_as_text: bool) -> Rows:
    """The values of a block: float, str, bool, datetime; None for an empty cell, and for an error unless as text."""
    values = [[None if value == "" else value for value in row] for row in cells.getDataArray()]
    Kinds(book, cells, area).apply(values, book.epoch)
    if errors_as_text:
        for address in cells.queryFormulaCells(_FORMULA_ERRORS).getRangeAddresses():
            for row in range(address.StartRow, address.EndRow + 1):
                for column in range(address.StartColumn, address.EndColumn + 1):
                    cell = cells.getCellByPosition(column - area.column + 1, row - area.row + 1)
                    values[row - area.row + 1][column - area.column + 1] = _error(cell.getError())
    return values


def _error(code: int) -> str:
    return "#N/A" if code == _NOT_AVAILABLE else _ERRORS.get(code, "#VALUE!")


def read_formulas(cells: Any) -> tuple[tuple[str, ...], ...]:
    """What stands in the cells: a formula in Excel's spelling, or the constant as text."""
    return tuple(
        tuple(_formula(text, value) for text, value in zip(*pair, strict=True))
        for pair in zip(cells.getFormulaArray(), cells.getDataArray(), strict=True)
    )


def _formula(text: str, value: object) -> str:
    if isinstance(value, str) and text.removeprefix("'") == value:
        return value  # text that looks like a number or a formula is shown with an apostrophe before it
    return formulas.to_excel(text) if text.startswith("=") else text


def write(book: Book, sheet: Any, cells: Any, area: Area, values: Sequence[Sequence[Any]]) -> None:
    """Put values into the block ``cells`` at ``area`` as Excel would take them (see `cells.as_entered`)."""
    kinds = Kinds(book, cells, area).rows(area.rows, area.columns)
    content: list[tuple[Any, ...]] = []
    marked: dict[tuple[Mark, str], list[tuple[int, int]]] = {}
    in_formulas: dict[tuple[int, int], str] = {}
    for r, (row, row_kinds) in enumerate(zip(values, kinds, strict=True)):
        line: list[str | float] = []
        for c, (value, kind) in enumerate(zip(row, row_kinds, strict=True)):
            if type(value) is float and kind is not Kind.TEXT and isfinite(value):  # most of them: no detour
                line.append(value)
                continue
            entered, mark = as_entered(plain(value), kind)
            if mark is Mark.FORMULA:
                in_formulas[r, c] = formulas.to_office(str(entered))
                entered = ""
            elif mark is not None and kind is Kind.GENERAL:
                marked.setdefault((mark, _format(entered)), []).append((r, c))
            line.append(serial(entered, book.epoch) if isinstance(entered, dt.datetime) else entered)
        content.append(tuple(line))
    notes = _notes(sheet, cells)
    with _OneStep(book):
        if (
            area.rows * area.columns <= _UNDONE
        ):  # LibreOffice 7.4 undoes a block only where something stood before
            cells.setArrayFormula("=0")
            cells.clearContents(_CONTENTS)
        cells.setDataArray(tuple(content))
        for at, text in notes:  # which LibreOffice takes away with the old content, and Excel does not
            sheet.Annotations.insertNew(sheet.getCellByPosition(*at).CellAddress, text)
        for block, lines in _blocks(in_formulas):
            _at(sheet, area, block).setFormulaArray(lines)
        for (_, code), where in marked.items():
            _format_cells(book, sheet, area, where, code)


class _OneStep:
    """All that is done inside is one step for Undo. A class: contextlib cannot handle LibreOffice's exceptions."""

    def __init__(self, book: Book) -> None:
        self.undo = book.document.UndoManager

    def __enter__(self) -> None:
        self.undo.enterUndoContext("xlwings")

    def __exit__(self, *_: object) -> None:
        self.undo.leaveUndoContext()


def _notes(sheet: Any, cells: Any) -> list[tuple[tuple[int, int], str]]:
    """The notes of a block: column and row from 0, and text."""
    addresses = (
        (column, row)
        for address in cells.queryContentCells(_ANNOTATIONS).getRangeAddresses()
        for row in range(address.StartRow, address.EndRow + 1)
        for column in range(address.StartColumn, address.EndColumn + 1)
    )
    found = ((at, sheet.getCellByPosition(*at).Annotation.String) for at in addresses)
    return [(at, text) for at, text in found if text]


def _format(entered: object) -> str:
    if not isinstance(entered, dt.datetime):
        return "BOOLEAN"
    return DATE_FORMAT if entered.time() == dt.time() else MOMENT_FORMAT


Block = tuple[int, int, int, int]  # top, left, bottom, right; counted from 0


def _at(sheet: Any, area: Area, block: Block) -> Any:
    top, left, bottom, right = block
    row, column = area.row - 1, area.column - 1
    return sheet.getCellRangeByPosition(column + left, row + top, column + right, row + bottom)


def _runs(cells: Iterable[tuple[int, int]]) -> list[Block]:
    """Cells as rectangles: runs down each column, equal runs side by side joined."""
    blocks: list[Block] = []
    for r, c in sorted(cells, key=lambda cell: (cell[1], cell[0])):
        if blocks and blocks[-1][1] == c and blocks[-1][2] == r - 1:
            blocks[-1] = (blocks[-1][0], c, r, c)
        else:
            blocks.append((r, c, r, c))
    joined: dict[tuple[int, int, int], Block] = {}
    for top, left, bottom, right in blocks:
        before = joined.pop((top, bottom, left - 1), None)
        joined[top, bottom, right] = (top, before[1] if before else left, bottom, right)
    return list(joined.values())


def _blocks(in_formulas: dict[tuple[int, int], str]) -> Iterable[tuple[Block, tuple[tuple[str, ...], ...]]]:
    for block in _runs(in_formulas):
        top, left, bottom, right = block
        lines = (tuple(in_formulas[r, c] for c in range(left, right + 1)) for r in range(top, bottom + 1))
        yield block, tuple(lines)


def _format_cells(book: Book, sheet: Any, area: Area, cells: list[tuple[int, int]], code: str) -> None:
    index = sheet.RangeAddress.Sheet
    row, column = area.row - 1, area.column - 1
    several = book.document.createInstance("com.sun.star.sheet.SheetCellRanges")
    several.addRangeAddresses(
        tuple(
            struct(
                "table.CellRangeAddress",
                Sheet=index,
                StartRow=row + top,
                StartColumn=column + left,
                EndRow=row + bottom,
                EndColumn=column + right,
            )
            for top, left, bottom, right in _runs(cells)
        ),
        False,
    )
    several.NumberFormat = book.formats.key(code)


def filled(value: Any, kind: Kind, rows: int, columns: int) -> Rows:
    """One value for every cell of a block; a formula moves its relative references as Excel's fill does."""
    entered, mark = as_entered(plain(value), kind)
    if mark is not Mark.FORMULA:
        return [[value] * columns] * rows
    spelled = formulas.to_office(str(entered))
    return [[formulas.to_excel(formulas.shifted(spelled, r, c)) for c in range(columns)] for r in range(rows)]
