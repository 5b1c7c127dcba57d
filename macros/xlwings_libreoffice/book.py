"""One open workbook and its sheets."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlwings import base_classes

from xlwings_libreoffice.bridge import error, properties, uno, url
from xlwings_libreoffice.formats import NumberFormats
from xlwings_libreoffice.names import Names
from xlwings_libreoffice.sheet import Sheet
from xlwings_libreoffice.strict import NotInLibreOfficeError, strict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlwings_libreoffice.app import App

_FILTERS: Final = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xlsm": "Calc MS Excel 2007 VBA XML",
    ".ods": "calc8",
}
_JPEG_QUALITY: Final = {"standard": 90, "minimum": 50}


@strict
class Book(base_classes.Book):
    """One open workbook."""

    def __init__(self, app: App, document: Any) -> None:
        self._app = app
        self.document = document

    @property
    def app(self) -> App:
        return self._app

    @property
    def api(self) -> Any:
        return self.document

    @property
    def name(self) -> str:
        return Path(self.fullname).name

    @property
    def fullname(self) -> str:
        """The path; for a book never saved its title."""
        location: str = self.document.URL
        path: str = uno().fileUrlToSystemPath(location) if location.startswith("file:") else location
        return path or str(self.document.Title)

    @cached_property
    def formats(self) -> NumberFormats:
        """The number formats of this workbook."""
        return NumberFormats(self.document)

    @cached_property
    def epoch(self) -> dt.datetime:
        """The day that the number 0 stands for."""
        day = self.document.NullDate
        return dt.datetime(day.Year, day.Month, day.Day)

    @property
    def controller(self) -> Any:
        """The window's controller."""
        return self.document.CurrentController

    @property
    def sheets(self) -> Sheets:
        return Sheets(self)

    @property
    def names(self) -> Names:
        return Names(self)

    def sheet_at(self, position: int) -> Sheet:
        """The sheet at a place counted from 0."""
        return Sheet(self, self.document.Sheets.getByIndex(position))

    def activate(self) -> None:
        self.controller.Frame.activate()

    def save(self, path: str | None = None, password: str | None = None) -> None:
        """Save, as what the file's ending says.

        Raises:
            NotInLibreOfficeError: for other endings than .xlsx, .xlsm and .ods.
            OSError: if the file cannot be written.
        """
        target = Path(path).absolute() if path else Path(self.fullname)
        if not path and not self.document.URL:
            target = Path.cwd() / f"{self.name}.xlsx"
        filter_name = _FILTERS.get(target.suffix.lower())
        if filter_name is None:
            raise NotInLibreOfficeError(f"Book.save({target.name}): only {', '.join(_FILTERS)}")
        options = {"FilterName": filter_name, "Overwrite": True}
        if password:
            options["Password"] = password
        if not target.parent.is_dir():  # LibreOffice would make it
            raise FileNotFoundError(f"no such folder: {target.parent}")
        try:
            self.document.storeAsURL(url(target), properties(**options))
        except error("io.IOException") as refused:
            raise OSError(f"LibreOffice could not write {target}: {refused}") from refused

    def close(self) -> None:
        """Close without saving."""
        self.app.forget(self.document)
        self.document.close(True)

    def to_pdf(self, path: str, quality: str = "standard", selection: Any = None) -> None:
        """Print the visible sheets, or the selected cells, to a PDF."""
        chosen = {} if selection is None else {"Selection": selection}
        data = uno().Any(
            "[]com.sun.star.beans.PropertyValue", properties(Quality=_JPEG_QUALITY[quality], **chosen)
        )
        self.document.storeToURL(url(path), properties(FilterName="calc_pdf_Export", FilterData=data))


@strict
class Sheets(base_classes.Sheets):
    """The sheets of a workbook."""

    def __init__(self, book: Book) -> None:
        self._book = book

    @property
    def api(self) -> Any:
        return self._book.document.Sheets

    @property
    def active(self) -> Sheet:
        return Sheet(self._book, self._book.controller.getActiveSheet())

    def __len__(self) -> int:
        count: int = self.api.Count
        return count

    def __iter__(self) -> Iterator[Sheet]:
        sheets = self.api
        return (Sheet(self._book, sheets.getByIndex(index)) for index in range(sheets.Count))

    def __call__(self, name_or_index: int | str) -> Sheet:
        if isinstance(name_or_index, int):
            if not 1 <= name_or_index <= len(self):
                raise KeyError(name_or_index)
            return self._book.sheet_at(name_or_index - 1)
        for name in self.api.ElementNames:
            if name.casefold() == name_or_index.casefold():
                return Sheet(self._book, self.api.getByName(name))
        raise KeyError(name_or_index)

    def __contains__(self, key: object) -> bool:
        return str(key).casefold() in {name.casefold() for name in self.api.ElementNames}

    def add(self, before: Sheet | None = None, after: Sheet | None = None, name: str | None = None) -> Sheet:
        """A new sheet in front of the active one, or where it is said; it becomes the active one."""
        taken = set(self.api.ElementNames)
        name = name or next(free for i in range(1, 10_000) if (free := f"Sheet{i}") not in taken)
        position = after.position + 1 if after else (before or self.active).position
        self.api.insertNewByName(name, position)
        sheet = self(name)
        self._book.controller.setActiveSheet(sheet.sheet)
        return sheet
