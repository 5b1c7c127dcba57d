"""One sheet."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from xlwings import base_classes

from xlwings_libreoffice.addresses import MAX_COLUMNS, MAX_ROWS, Area, parsed
from xlwings_libreoffice.names import Names
from xlwings_libreoffice.parts import Charts, FreezePanes, Note
from xlwings_libreoffice.ranges import Range
from xlwings_libreoffice.strict import NotInLibreOfficeError, strict
from xlwings_libreoffice.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlwings_libreoffice.book import Book


@strict
class Sheet(base_classes.Sheet):
    """One sheet of an open workbook."""

    _moves: ClassVar[int] = 0

    def __init__(self, book: Book, sheet: Any) -> None:
        self._book = book
        self._sheet = sheet
        self._seen = Sheet._moves

    @property
    def sheet(self) -> Any:
        """LibreOffice's own sheet. It is itself a range, which deleting cells deforms: then a new one is fetched."""
        if self._seen != Sheet._moves:
            self._sheet = self._book.document.Sheets.getByName(self._sheet.Name)
            self._seen = Sheet._moves
        return self._sheet

    @staticmethod
    def cells_moved() -> None:
        """To be called after cells were inserted or deleted."""
        Sheet._moves += 1

    @property
    def book(self) -> Book:
        return self._book

    @property
    def api(self) -> Any:
        return self.sheet

    @property
    def name(self) -> str:
        name: str = self.sheet.Name
        return name

    @name.setter
    def name(self, value: str) -> None:
        self.sheet.setName(value)

    @property
    def position(self) -> int:
        """Its place among the sheets, counted from 0."""
        position: int = self.sheet.RangeAddress.Sheet
        return position

    @property
    def index(self) -> int:
        return self.position + 1

    @property
    def names(self) -> Names:
        return Names(self.book, self)

    @property
    def tables(self) -> Tables:
        return Tables(self)

    @property
    def charts(self) -> Charts:
        return Charts(self)

    @property
    def freeze_panes(self) -> FreezePanes:
        return FreezePanes(self)

    @property
    def notes(self) -> list[Note]:
        notes = self.sheet.Annotations
        positions = [note.Position for note in notes]
        cells = [Range(self, Area(at.Row + 1, at.Column + 1)) for at in positions]
        return [Note(cell, cell.cells.Annotation) for cell in cells]

    def range(self, arg1: Any, arg2: Any = None) -> Range:
        first = self._range(arg1)
        if arg2 is None:
            return first
        return Range(self, first.area.around(self._range(arg2).area))

    def _range(self, where: Any) -> Range:
        if isinstance(where, Range):
            return where
        if isinstance(where, tuple):
            if 0 in where[:2]:
                raise IndexError("Attempted to access 0-based Range. xlwings/Excel Ranges are 1-based.")
            return Range(self, Area(*where))
        return self._at_address(str(where))

    def _at_address(self, address: str) -> Range:
        if area := parsed(address):
            return Range(self, area)
        if "!" in address:
            sheet, _, rest = address.rpartition("!")
            name = sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet
            return self.book.sheets(name).range(rest)
        if name_found := self.names.find(address) or self.book.names.find(address):
            return name_found.refers_to_range
        for sheet_ in self.book.sheets:
            for table in sheet_.tables:
                if found := _in_table(table, address):
                    return found
        raise ValueError(f"neither an address nor a name nor a table: {address!r}")

    def range_of(self, address: Any) -> Range:
        """The range at one of LibreOffice's addresses, which count from 0."""
        rows, columns = address.EndRow - address.StartRow + 1, address.EndColumn - address.StartColumn + 1
        return Range(self, Area(address.StartRow + 1, address.StartColumn + 1, rows, columns))

    @property
    def cells(self) -> Range:
        return Range(self, Area(1, 1, MAX_ROWS, MAX_COLUMNS))

    @property
    def used_range(self) -> Range:
        """From the first to the last cell with content (Excel counts formatted cells too)."""
        cursor = self.sheet.createCursor()
        cursor.gotoStartOfUsedArea(False)
        cursor.gotoEndOfUsedArea(True)
        return self.range_of(cursor.RangeAddress)

    def activate(self) -> None:
        self.book.activate()
        self.book.controller.setActiveSheet(self.sheet)

    def select(self) -> None:
        self.activate()

    @contextmanager
    def shown(self) -> Iterator[Any]:
        """The window's controller with this sheet in front, for settings that belong to the view."""
        controller = self.book.controller
        before = controller.getActiveSheet()
        controller.setActiveSheet(self.sheet)
        try:
            yield controller
        finally:
            controller.setActiveSheet(before)

    def clear_contents(self) -> None:
        self.cells.clear_contents()

    def clear_formats(self) -> None:
        self.cells.clear_formats()

    def clear(self) -> None:
        self.cells.clear()

    def drop_conditional_formats(self, area: Area) -> None:
        """Take those away that lie wholly inside the area."""
        formats = self.sheet.ConditionalFormats
        for found in formats.getConditionalFormats():
            addresses = found.Range.getRangeAddresses()
            blocks = [self.range_of(address).area for address in addresses]
            if all(area.around(block) == area for block in blocks):
                formats.removeByID(found.ID)

    def autofit(self, axis: str | None = None) -> None:
        self.used_range.autofit(axis)

    def delete(self) -> None:
        self.book.document.Sheets.removeByName(self.name)

    def copy(self, before: Sheet | None, after: Sheet | None) -> None:
        target = before or after or self
        if target.book.document != self.book.document:
            raise NotInLibreOfficeError("Sheet.copy to another workbook")
        taken = {sheet.name.casefold() for sheet in self.book.sheets}
        name = next(
            free for i in range(2, 10_000) if (free := f"{self.name[:26]} ({i})").casefold() not in taken
        )
        self.book.document.Sheets.copyByName(self.name, name, target.position + (before is None))

    def move(self, before: Sheet | None, after: Sheet | None) -> None:
        target = before or after or self
        self.book.document.Sheets.moveByName(self.name, target.position + (before is None))

    @property
    def visible(self) -> bool:
        return bool(self.sheet.IsVisible)

    @visible.setter
    def visible(self, value: bool) -> None:
        self.sheet.IsVisible = bool(value)
        if self.visible != bool(value):
            raise ValueError(f"a workbook keeps at least one visible sheet: {self.name}")


def _in_table(table: Any, address: str) -> Range | None:
    """``Table`` or ``Table[Heading]``: the data of a table or of one column."""
    name, bracket, heading = address.partition("[")
    if table.name.casefold() != name.casefold():
        return None
    part = table.columns(heading.removesuffix("]")) if bracket else table
    found: Range | None = part.data_body_range
    return found
