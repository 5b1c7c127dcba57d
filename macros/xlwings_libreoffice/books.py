"""The open workbooks of one office."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import xlwings as xw
from xlwings import base_classes

from xlwings_libreoffice.book import Book
from xlwings_libreoffice.bridge import Message, OfficeError, properties, url
from xlwings_libreoffice.strict import NotInLibreOfficeError, strict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlwings_libreoffice.app import App

_SPREADSHEET: Final = "com.sun.star.sheet.SpreadsheetDocument"
_NEVER_RUN_MACROS, _NEVER_UPDATE, _ALWAYS_UPDATE = 0, 0, 3
_UNREADABLE: Final = Message(zh="LibreOffice 无法打开 {path}", en="LibreOffice could not open {path}")


def is_spreadsheet(component: Any) -> bool:
    """Whether an open document is a workbook."""
    return hasattr(component, "supportsService") and component.supportsService(_SPREADSHEET)


@strict
class Books(base_classes.Books):
    """The open workbooks of one office."""

    def __init__(self, app: App) -> None:
        self.app = app

    @property
    def api(self) -> Any:
        return self.app.office.desktop.Components

    @property
    def active(self) -> Book:
        documents = self.app.documents()
        if not documents:
            raise xw.XlwingsError("no workbook is open")
        current = self.app.office.desktop.getCurrentComponent()
        return Book(self.app, current if current in documents else documents[-1])

    def __iter__(self) -> Iterator[Book]:
        return (Book(self.app, document) for document in self.app.documents())

    def __len__(self) -> int:
        return len(self.app.documents())

    def __call__(self, name_or_index: int | str) -> Book:
        if isinstance(name_or_index, int):
            return list(self)[name_or_index - 1]
        for book in self:
            if name_or_index.casefold() in {book.name.casefold(), book.fullname.casefold()}:
                return book
        raise KeyError(name_or_index)

    def __contains__(self, key: object) -> bool:
        return any(str(key).casefold() == book.name.casefold() for book in self)

    def add(self) -> Book:
        return Book(
            self.app, self.app.office.desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, ())
        )

    def open(
        self,
        fullname: str,
        update_links: bool | None = None,
        read_only: bool | None = None,
        format: str | None = None,  # noqa: A002
        password: str | None = None,
        *others: object,
    ) -> Book:
        """Open a file. Macros in it never run; links to other files stay as they are unless asked for."""
        if format is not None or any(other is not None for other in others):
            raise NotInLibreOfficeError(
                "Books.open with other options than update_links, read_only and password"
            )
        options: dict[str, object] = {
            "MacroExecutionMode": _NEVER_RUN_MACROS,
            "UpdateDocMode": _ALWAYS_UPDATE if update_links else _NEVER_UPDATE,
            "ReadOnly": bool(read_only),
        }
        if password:
            options["Password"] = password
        document = self.app.office.desktop.loadComponentFromURL(
            url(fullname), "_blank", 0, properties(**options)
        )
        if document is None or not is_spreadsheet(document):
            raise OfficeError(_UNREADABLE.fill(path=fullname))
        return Book(self.app, document)
