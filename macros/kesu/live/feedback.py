"""What a macro tells its user: progress, messages, what went wrong; and the screen that stands still meanwhile."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from kesu.words.errors import KesuError
from kesu.words.text import Text

if TYPE_CHECKING:
    import xlwings as xw

F = TypeVar("F", bound=Callable[..., str])

TITLE: Final = Text("客诉", "Complaints")
BUSY: Final = Text("客诉：正在{doing}……", "Complaints: {doing} …")
FAILED: Final = Text(
    "没有完成：程序内部出错（{kind}）。工作簿没有损坏；请把日志 {log} 交给管理员。",
    "Not done: an internal error ({kind}). The workbook is not harmed; please give the log {log} to whoever looks after kesu.",
)
CANNOT: Final = (NotImplementedError, AttributeError)
"""What an engine raises for comforts that its spreadsheet program does not have."""


class MacroError(KesuError):
    """A macro did not do what was asked; ``text`` says why and what to do, in both languages."""


def macro(doing: Text) -> Callable[[F], F]:
    """Run a macro with the screen standing still and ``doing`` in the status bar; both are put back whatever happens."""

    def made(function: F) -> F:
        @functools.wraps(function)
        def wrapped(book: xw.Book, *words: Any, **named: Any) -> str:
            with _quiet(book, BUSY.fill(doing=doing).of(lang_of(book))):
                return function(book, *words, **named)

        return wrapped  # type: ignore[return-value]

    return made


@contextlib.contextmanager
def _quiet(book: xw.Book, words: str) -> Iterator[None]:
    app = book.app
    before = {
        name: value for name in ("screen_updating", "calculation") if (value := _get(app, name)) is not None
    }
    _set(app, "status_bar", words)
    try:
        for name, off in (("screen_updating", False), ("calculation", "manual")):
            if name in before:  # what cannot be put back is left alone
                _set(app, name, off)
        yield
    finally:
        for name, value in before.items():
            _set(app, name, value)
        _set(app, "status_bar", False)  # the program's own text again


def _get(app: xw.App, name: str) -> Any:
    with contextlib.suppress(*CANNOT):
        return getattr(app, name)
    return None


def _set(app: xw.App, name: str, value: object) -> None:
    with contextlib.suppress(*CANNOT):
        setattr(app, name, value)


def tell(book: xw.Book, words: str) -> None:
    """A message in a box, where there is somebody to close it."""
    with contextlib.suppress(NotImplementedError):
        book.app.alert(words, TITLE.of(lang_of(book)))


def lang_of(book: xw.Book) -> str:
    """The language of the sheets' names: known before anything is read, and where nothing can be."""
    return "zh" if any("一" <= ch <= "鿿" for sheet in book.sheets for ch in sheet.name) else "en"


def failed(error: Exception) -> Text:
    """An error that nobody foresaw, in words; where it happened goes to the log, what stood in the cells does not."""
    log = log_file()
    frames = traceback.extract_tb(error.__traceback__)
    lines = "".join(f"  {frame.filename}:{frame.lineno} {frame.name}\n" for frame in frames)
    kind = type(error).__name__
    with contextlib.suppress(OSError):
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as stream:
            stream.write(f"{dt.datetime.now().isoformat(' ', 'seconds')} {kind}\n{lines}")
    return FAILED.fill(kind=kind, log=log)


def log_file() -> Path:
    """Where errors are noted, in the folder that the system has for such things."""
    home = Path.home()
    if sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        folder = home / "Library" / "Logs"
    else:
        folder = Path(os.environ.get("XDG_STATE_HOME") or home / ".local" / "state")
    return folder / "kesu" / "kesu.log"
