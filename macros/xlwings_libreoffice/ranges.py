"""A rectangle of cells: its address, its values, and what can be done to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from xlwings_libreoffice import grid, parts
from xlwings_libreoffice.addresses import MAX_COLUMNS, MAX_ROWS, Area, a1, quoted
from xlwings_libreoffice.bridge import enum
from xlwings_libreoffice.cells import Kind
from xlwings_libreoffice.jumps import between, landing
from xlwings_libreoffice.look import RangeLook
from xlwings_libreoffice.strict import NotInLibreOfficeError, strict

if TYPE_CHECKING:
    from xlwings_libreoffice.names import Name
    from xlwings_libreoffice.sheet import Sheet
    from xlwings_libreoffice.tables import Table

_CONTENTS: Final = 1 | 2 | 4 | 16  # com.sun.star.sheet.CellFlags: values, dates, text, formulas
_EVERYTHING: Final = _CONTENTS | 8 | 32 | 64 | 256 | 512  # and notes, formats, styles; never drawings

_STEPS: Final = {"down": (1, 0), "up": (-1, 0), "right": (0, 1), "left": (0, -1)}


@strict
class Range(RangeLook):
    """A rectangle of cells of one sheet; it may be empty (no rows or no columns)."""

    def __init__(self, sheet: Sheet, area: Area) -> None:
        self.sheet = sheet
        self.area = area
        self.options: dict[str, Any] = {}
        self._cells: Any = None

    @property
    def cells(self) -> Any:
        """LibreOffice's own range; None for an empty one."""
        if self._cells is None and self.area.rows > 0 and self.area.columns > 0:
            row, column = self.area.row - 1, self.area.column - 1
            if len(self) == 1:  # a cell can do what a range can, and hold notes and links
                self._cells = self.sheet.sheet.getCellByPosition(column, row)
            else:
                last_row, last_column = self.area.last_row - 1, self.area.last_column - 1
                self._cells = self.sheet.sheet.getCellRangeByPosition(column, row, last_column, last_row)
        return self._cells

    @property
    def _first(self) -> Range:
        return self if len(self) == 1 else self(1, 1)

    @property
    def api(self) -> Any:
        return self.cells

    @property
    def coords(self) -> tuple[Any, int, int, int, int]:
        return (self.sheet, *self.area)

    @property
    def row(self) -> int:
        return self.area.row

    @property
    def column(self) -> int:
        return self.area.column

    @property
    def shape(self) -> tuple[int, int]:
        return self.area.rows, self.area.columns

    def __len__(self) -> int:
        return self.area.rows * self.area.columns

    def __bool__(self) -> bool:
        return True

    def __call__(self, *at: int) -> Range:
        """``range(2, 3)`` counts rows and columns, ``range(5)`` counts cells row by row; both from 1, also outside."""
        if len(at) == 1 and isinstance(at[0], int):
            row, column = divmod(at[0] - 1, self.area.columns)
        elif len(at) == 2:
            row, column = at[0] - 1, at[1] - 1
        else:
            raise NotInLibreOfficeError(f"Range{at}")
        return self._at(self.area.row + row, self.area.column + column)

    def _at(self, row: int, column: int) -> Range:
        if not (1 <= row <= MAX_ROWS and 1 <= column <= MAX_COLUMNS):
            raise IndexError(f"row {row}, column {column} lies outside the sheet")
        return Range(self.sheet, Area(row, column))

    def get_address(self, row_absolute: bool, col_absolute: bool, external: bool) -> str:
        address = a1(self.area, row_absolute=row_absolute, column_absolute=col_absolute)
        if not external:
            return address
        book, sheet = self.sheet.book.name, self.sheet.name
        bare = re.fullmatch(r"[\w.]+", book) and quoted(sheet) == sheet
        owner = f"[{book}]{sheet}"
        return (owner if bare else quoted(owner)) + "!" + address

    @property
    def address(self) -> str:
        return a1(self.area)

    # values

    @property
    def max_cells_per_read(self) -> None:
        """A block goes over in one call, whatever its size."""

    @property
    def max_cells_per_write(self) -> None:
        """As for reading."""

    @property
    def raw_value(self) -> Any:
        if self.cells is None:
            return None
        errors_as_text = bool(self.options.get("err_to_str"))
        values = grid.read(self.sheet.book, self.cells, self.area, errors_as_text=errors_as_text)
        return values[0][0] if len(self) == 1 else values

    @raw_value.setter
    def raw_value(self, data: Any) -> None:
        if self.cells is not None:
            grid.write(self.sheet.book, self.sheet.sheet, self.cells, self.area, self._as_rows(data))

    def _as_rows(self, data: Any) -> Any:
        if not isinstance(data, (list, tuple)):
            kind = (
                self.sheet.book.formats.kind(self(1, 1).cells.NumberFormat)
                if isinstance(data, str)
                else Kind.OTHER
            )
            return grid.filled(data, kind, *self.shape)
        rows = data if isinstance(data[0], (list, tuple)) else [data]
        if (len(rows), len(rows[0])) != self.shape:
            raise ValueError(f"{len(rows)} x {len(rows[0])} values do not fit into {self.address}")
        return rows

    @property
    def formula(self) -> Any:
        if self.cells is None:
            return None
        found = grid.read_formulas(self.cells)
        return found[0][0] if len(self) == 1 else found

    @formula.setter
    def formula(self, value: Any) -> None:
        self.raw_value = value

    @property
    def has_array(self) -> bool:
        try:
            return bool(self.cells.ArrayFormula)
        except AttributeError:
            return False

    def clear_contents(self) -> None:
        if self.cells is not None:
            self.cells.clearContents(_CONTENTS)

    def clear(self) -> None:
        if self.cells is not None:
            self.cells.clearContents(_EVERYTHING)
            self.clear_formats()

    # neighbours

    def end(self, direction: str) -> Range:
        """The cell that Ctrl+arrow goes to from the first cell."""
        down, right = _STEPS[direction]
        if down:
            line = self._filled_lines(rows=True)
            return self._at(landing(line, self.row, down, MAX_ROWS), self.column)
        return self._at(self.row, landing(self._filled_lines(rows=False), self.column, right, MAX_COLUMNS))

    def _filled_lines(self, *, rows: bool) -> list[tuple[int, int]]:
        """Stretches of filled cells in the first cell's column (or row): first and last, counted from 1."""
        used = self.sheet.used_range.area
        if rows:
            line = Area(1, self.column, used.last_row)
            found = Range(self.sheet, line).cells.queryEmptyCells().getRangeAddresses()
            gaps, last = sorted((gap.StartRow + 1, gap.EndRow + 1) for gap in found), used.last_row
        else:
            line = Area(self.row, 1, 1, used.last_column)
            found = Range(self.sheet, line).cells.queryEmptyCells().getRangeAddresses()
            gaps, last = sorted((gap.StartColumn + 1, gap.EndColumn + 1) for gap in found), used.last_column
        return between(gaps, last)

    @property
    def current_region(self) -> Range:
        cursor = self.sheet.sheet.createCursorByRange(self(1, 1).cells)
        cursor.collapseToCurrentRegion()
        return self.sheet.range_of(cursor.RangeAddress)

    @property
    def merge_area(self) -> Range:
        cursor = self.sheet.sheet.createCursorByRange(self(1, 1).cells)
        cursor.collapseToMergedArea()
        return self.sheet.range_of(cursor.RangeAddress)

    @property
    def merge_cells(self) -> bool:
        return bool(self.cells.IsMerged) or len(self.merge_area) > 1

    def merge(self, across: bool) -> None:
        for row in range(self.area.rows) if across else (None,):
            block = (
                self
                if row is None
                else Range(self.sheet, Area(self.row + row, self.column, 1, self.area.columns))
            )
            block.cells.merge(True)

    def unmerge(self) -> None:
        self.cells.merge(False)

    @property
    def table(self) -> Table | None:
        for table in self.sheet.tables:
            if table.area.covers(self.row, self.column):
                return table
        return None

    @property
    def name(self) -> Name | None:
        for name in self.sheet.book.names:
            if name.area_on(self.sheet) == self.area:
                return name
        return None

    @name.setter
    def name(self, value: str) -> None:
        self.sheet.book.names.add(value, f"={quoted(self.sheet.name)}!{self.address}")

    # changing the sheet

    def insert(self, shift: str | None = None, copy_origin: str | None = None) -> None:
        if copy_origin not in {None, "format_from_left_or_above"}:
            raise NotInLibreOfficeError(f"Range.insert(copy_origin={copy_origin!r})")
        mode = self._whole() or {"right": "RIGHT"}.get(shift or "", "DOWN")
        self.sheet.sheet.insertCells(self.cells.RangeAddress, enum("sheet.CellInsertMode", mode))
        self._moved()

    def delete(self, shift: str | None = None) -> None:
        mode = self._whole() or {"left": "LEFT"}.get(shift or "", "UP")
        self.sheet.sheet.removeRange(self.cells.RangeAddress, enum("sheet.CellDeleteMode", mode))
        self._moved()

    def _moved(self) -> None:
        self.sheet.cells_moved()
        self._cells = None  # LibreOffice's range goes with its cells; this one stays at its address

    def _whole(self) -> str | None:
        if self.area.columns == MAX_COLUMNS:
            return "ROWS"
        return "COLUMNS" if self.area.rows == MAX_ROWS else None

    def select(self) -> None:
        self.sheet.activate()
        self.sheet.book.controller.select(self.cells)

    @property
    def hyperlink(self) -> str:
        return parts.hyperlink(self._first.cells)

    def add_hyperlink(self, address: str, text_to_display: str | None = None, *_: object) -> None:
        """Put a link into the first cell (LibreOffice has no screen tip of its own)."""
        parts.add_hyperlink(self.sheet.book.document, self._first.cells, address, text_to_display or address)

    @property
    def note(self) -> parts.Note | None:
        cell = self._first
        note = cell.cells.Annotation
        return parts.Note(cell, note) if note.String else None

    def add_note(self, text: str) -> parts.Note:
        self.sheet.sheet.Annotations.insertNew(self._first.cells.CellAddress, text)
        note = self.note
        if note is None:
            raise RuntimeError(f"the note at {self.address} was not taken")
        return note

    def to_pdf(self, path: str, quality: str) -> None:
        self.sheet.book.to_pdf(path, quality, selection=self.cells)
