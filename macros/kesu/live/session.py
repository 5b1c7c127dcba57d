"""A workbook open in a spreadsheet program: in the Excel of this computer, or in LibreOffice."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import xlwings as xw

from kesu.words.text import Text
from xlwings_libreoffice import OfficeError, start
from xlwings_libreoffice import attach as joined

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    Session = AbstractContextManager[xw.App]

LOOK_EVERY_S: Final = 0.5
NO_PROGRAM: Final = Text("无法打开工作簿：{why}", "The workbook cannot be opened: {why}")
READ_ONLY: Final = Text(
    "工作簿是只读的，没有改动。请先点“编辑文档”或另存一份，再试一次。",
    "The workbook is read-only; nothing was changed. Choose Edit Document or save a copy, then try again.",
)
SAME_NAME: Final = Text(
    "另一个文件夹里同名的工作簿 {name} 正打开着，请先关闭它。",
    "Another workbook called {name} is open, from another folder. Close it first.",
)
NO_EXCEL: Final = Text("无法启动 Excel", "Excel cannot be started")


class SessionError(Exception):
    """No spreadsheet program, or it would not open the workbook; ``text`` says so in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@contextlib.contextmanager
def session(
    path: Path, *, attach: str | None = None, leave_open: bool = False, to_write: bool = True
) -> Iterator[xw.Book]:
    """``path`` as an open workbook: the one that is open already, else opened for the while.

    ``attach``: how to reach a LibreOffice that runs (``"pipe,name=kesu"``); without it Excel is used where this
    system has it, else a LibreOffice of its own. ``leave_open``: a workbook that was opened here stays open; a
    LibreOffice of its own shows its window and is waited for. ``to_write``: refuse a workbook that LibreOffice holds
    read-only. Raises `SessionError`.
    """
    if attach is None and _has_excel():
        yield from _in_excel(path, leave_open=leave_open)
        return
    try:
        program = joined(attach) if attach is not None else start(visible=leave_open)
        app = program.__enter__()
    except OfficeError as error:
        raise SessionError(NO_PROGRAM.fill(why=Text(*error.text))) from error
    with contextlib.ExitStack() as ending:
        ending.push(program.__exit__)
        here = None if attach is None else _open_here(app, path)
        try:
            book = here or app.books.open(str(path.absolute()))
        except OfficeError as error:
            raise SessionError(NO_PROGRAM.fill(why=Text(*error.text))) from error
        except ValueError as error:  # xlwings', where another of this name is open
            raise SessionError(SAME_NAME.fill(name=path.name)) from error
        if attach is not None:
            app.impl.keep_to(book.api)
        try:
            if to_write and book.api.isReadonly():
                raise SessionError(READ_ONLY)
            yield book
        finally:
            if here is None and not leave_open:
                book.close()
        with contextlib.suppress(OfficeError):  # it ended with its last window
            while leave_open and attach is None and len(app.books):
                time.sleep(LOOK_EVERY_S)


def _has_excel() -> bool:
    if sys.platform not in {"win32", "darwin"}:
        return False
    try:
        return xw.engines.active is not None and xw.engines.active.name == "excel"
    except Exception:
        return False


def _in_excel(path: Path, *, leave_open: bool) -> Iterator[xw.Book]:
    here = next((book for app in xw.apps for book in [_open_here(app, path)] if book), None)
    if here is not None:
        yield here
        return
    with contextlib.ExitStack() as ending:
        try:
            app = xw.App(visible=leave_open, add_book=False)
        except Exception as error:  # COM's or AppleScript's own kinds: no Excel, or none that may be started
            raise SessionError(NO_PROGRAM.fill(why=NO_EXCEL)) from error
        if not leave_open:
            ending.callback(app.quit)
        yield app.books.open(str(path.absolute()))


def _open_here(app: xw.App, path: Path) -> xw.Book | None:
    wanted = path.resolve()
    for book in app.books:
        with contextlib.suppress(OSError):
            if "://" not in book.fullname and Path(book.fullname).resolve() == wanted:
                return book
    return None
