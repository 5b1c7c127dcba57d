"""An xlwings engine over LibreOffice: the public xlwings API on a real spreadsheet program, also on Linux.

    from kesu.live.libreoffice import start

    with start() as app:
        book = app.books.open("register.xlsx")
        book.sheets["Register"].range("A1").value = "No."
        book.save()

`start` runs an office of its own and ends it, `attach` joins one that is running. Importing this package needs
no LibreOffice. See docs.md beside this file for what is implemented and where it differs from Excel.
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

import xlwings as xw

from kesu.live.libreoffice.app import App, engine, registered
from kesu.live.libreoffice.bridge import OfficeError
from kesu.live.libreoffice.office import Office, attached, launched, temporary_profile
from kesu.live.libreoffice.strict import NotInLibreOfficeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["NotInLibreOfficeError", "OfficeError", "attach", "start"]


@contextmanager
def start(
    *,
    visible: bool = False,
    profile: Path | None = None,
    soffice: Path | None = None,
    answer: Callable[[str, str, str], str] | None = None,
    timeout_s: float = 60,
) -> Iterator[xw.App]:
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
        OfficeError: if LibreOffice or its Python interface is missing, or it does not come up.
    """
    with nullcontext(profile) if profile else temporary_profile() as folder:
        from pathlib import Path

        office = launched(Path(folder), visible=visible, soffice=soffice, timeout_s=timeout_s)
        with _connected(office, answer) as app:
            try:
                yield app
            finally:
                office.stop()


@contextmanager
def attach(
    connection: str, *, answer: Callable[[str, str, str], str] | None = None, timeout_s: float = 5
) -> Iterator[xw.App]:
    """Join a LibreOffice that was started with ``--accept="CONNECTION;urp;"``; it goes on running afterwards.

    Args:
        connection: ``"pipe,name=kesu"`` or ``"socket,host=localhost,port=2002"``.
        answer: as for `start`.
        timeout_s: how long to try, in seconds.

    Raises:
        OfficeError: if none answers there.
    """
    with _connected(attached(connection, timeout_s), answer) as app:
        yield app


@contextmanager
def _connected(office: Office, answer: Callable[[str, str, str], str] | None) -> Iterator[xw.App]:
    """The office as an app of xlwings' active engine, which afterwards is the one it was before."""
    before = xw.engines.active
    registered().activate()
    app = App(office, answer)
    engine.apps.running.insert(0, app)
    try:
        yield xw.App(impl=app)
    finally:
        xw.engines.active = before
        app.screen_updating = True if office.process is None else app.screen_updating
        if app in engine.apps.running:
            engine.apps.running.remove(app)
