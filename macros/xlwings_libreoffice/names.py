"""Defined names, of the workbook and of single sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from xlwings_libreoffice import formulas
from xlwings_libreoffice.addresses import quoted
from xlwings_libreoffice.bridge import struct
from xlwings_libreoffice.strict import strict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlwings_libreoffice.addresses import Area
    from xlwings_libreoffice.book import Book
    from xlwings_libreoffice.ranges import Range
    from xlwings_libreoffice.sheet import Sheet


@strict
class Names(base_classes.Names):
    """The names of a workbook (those of its sheets among them, as ``Sheet!Name``) or of one sheet."""

    def __init__(self, book: Book, sheet: Sheet | None = None) -> None:
        self._book = book
        self._sheet = sheet

    @property
    def api(self) -> Any:
        return (self._sheet.sheet if self._sheet else self._book.document).NamedRanges

    def __iter__(self) -> Iterator[Name]:
        if self._sheet is None:
            yield from (Name(self._book, None, key) for key in self.api.ElementNames)
        for sheet in [self._sheet] if self._sheet else self._book.sheets:
            yield from (Name(self._book, sheet, key) for key in sheet.sheet.NamedRanges.ElementNames)

    def snapshot(self) -> list[tuple[str, Name]]:
        return [(name.name, name) for name in self]

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __call__(self, name_or_index: int | str) -> Name:
        if isinstance(name_or_index, int):
            return list(self)[name_or_index - 1]
        found = self.find(name_or_index)
        if found is None:
            raise KeyError(name_or_index)
        return found

    def find(self, wanted: str) -> Name | None:
        """The name, whatever its case; a sheet's own name with or without the sheet before it."""
        for name in self:
            if wanted.casefold() in {name.name.casefold(), name.key.casefold()}:
                return name
        return None

    def contains(self, name_or_index: int | str) -> bool:
        if isinstance(name_or_index, int):
            return 1 <= name_or_index <= len(self)
        return self.find(name_or_index) is not None

    def add(self, name: str, refers_to: str) -> Name:
        old = self.find(name)
        if old is not None:
            old.refers_to = refers_to
            return old
        self.api.addNewByName(name, _content(refers_to), struct("table.CellAddress"), 0)
        return Name(self._book, self._sheet, name)


@strict
class Name(base_classes.Name):
    """One defined name."""

    def __init__(self, book: Book, sheet: Sheet | None, key: str) -> None:
        self._book = book
        self._sheet = sheet
        self.key = key

    @property
    def _names(self) -> Any:
        return (self._sheet.sheet if self._sheet else self._book.document).NamedRanges

    @property
    def api(self) -> Any:
        return self._names.getByName(self.key)

    @property
    def name(self) -> str:
        return f"{quoted(self._sheet.name)}!{self.key}" if self._sheet else self.key

    @name.setter
    def name(self, value: str) -> None:
        self.api.setName(value)
        self.key = value

    @property
    def refers_to(self) -> str:
        return "=" + formulas.to_excel(self.api.Content)

    @refers_to.setter
    def refers_to(self, value: str) -> None:
        self.api.setContent(_content(value))

    @property
    def refers_to_range(self) -> Range:
        address = self._address()
        if address is None:
            raise ValueError(f"the name {self.name} does not refer to cells: {self.refers_to}")
        return self._book.sheet_at(address.Sheet).range_of(address)

    def area_on(self, sheet: Sheet) -> Area | None:
        """The cells it stands for, if they lie on that sheet."""
        address = self._address()
        return sheet.range_of(address).area if address and address.Sheet == sheet.position else None

    def _address(self) -> Any:
        cells = self.api.ReferredCells
        return None if cells is None else cells.RangeAddress

    def delete(self) -> None:
        self._names.removeByName(self.key)


def _content(refers_to: str) -> str:
    return formulas.to_office(refers_to.removeprefix("="))
