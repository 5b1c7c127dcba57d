"""An xlwings engine over LibreOffice: the public xlwings API on a real spreadsheet program, also on Linux.

    from xlwings_libreoffice import start

    with start() as app:
        book = app.books.open("register.xlsx")
        book.sheets["Register"].range("A1").value = "No."
        book.save()

`start` runs an office of its own and ends it, `attach` joins one that is running. Importing this package needs
no LibreOffice. See docs.md beside this file for what is implemented and where it differs from Excel.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import xlwings as xw

from xlwings_libreoffice.app import App, engine, registered
from xlwings_libreoffice.bridge import OfficeError
from xlwings_libreoffice.office import Office, attached, launched
from xlwings_libreoffice.strict import NotInLibreOfficeError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    Answer = Callable[[str, str, str], str]

__all__ = ["NotInLibreOfficeError", "OfficeError", "attach", "start"]


def start(
    *,
    visible: bool = False,
    profile: Path | None = None,
    soffice: Path | None = None,
    answer: Answer | None = None,
    timeout_s: float = 60,
) -> AbstractContextManager[xw.App]:
    """Start a LibreOffice, hand it over as an `xw.App`, and end it: unsaved work is dropped.

    On Linux the office dies with the thread that started it, whatever happens to that.

    Args:
        visible: show windows (needs a display); otherwise it runs headless.
        profile: a folder to keep the office's profile in, which makes the next start faster; without it the
            profile is new and goes afterwards.
        soffice: the program, where it is not on the PATH or in a usual place.
        answer: who answers ``app.alert``: called with prompt, title and buttons, returns the button's name.
        timeout_s: how long to wait for it, in seconds.

    Raises:
        OfficeError: on entering, if LibreOffice or its Python interface is missing, or it does not come up.
    """

    def launch() -> Office:
        return launched(profile, visible=visible, soffice=soffice, timeout_s=timeout_s)

    return _Session(launch, Office.stop, answer)


def attach(
    connection: str, *, answer: Answer | None = None, timeout_s: float = 5
) -> AbstractContextManager[xw.App]:
    """Join a LibreOffice that was started with ``--accept="CONNECTION;urp;"``; it goes on running afterwards.

    Args:
        connection: ``"pipe,name=calc"`` or ``"socket,host=localhost,port=2002"``.
        answer: as for `start`.
        timeout_s: how long to try, in seconds.

    Raises:
        OfficeError: on entering, if none answers there.
    """
    return _Session(lambda: attached(connection, timeout_s), lambda _: None, answer)


class _Session(AbstractContextManager[xw.App]):
    """An office as an app of xlwings' active engine, which afterwards is the one it was before.

    A class and no generator: contextlib sets the traceback of what passes through a generator, and exceptions
    of LibreOffice's do not let themselves be touched.
    """

    def __init__(
        self, connect: Callable[[], Office], end: Callable[[Office], None], answer: Answer | None
    ) -> None:
        self._connect, self._end, self._answer = connect, end, answer

    def __enter__(self) -> xw.App:
        self._office = self._connect()
        self._before = xw.engines.active
        registered().activate()
        self._app = App(self._office, self._answer)
        engine.apps.running.insert(0, self._app)
        return xw.App(impl=self._app)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        xw.engines.active = self._before
        self._app.leave()
        self._end(self._office)
