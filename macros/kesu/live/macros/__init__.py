"""The macros: what the buttons of the ribbon, of xlwings Lite and of LibreOffice do to the open workbook.

Each is ``name(book, …) -> str``: it works on the public xlwings API only, and what it returns is a message in the
workbook's language. `run` is how buttons call one: whatever happens, the user gets words and never a traceback.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import xlwings as xw

from kesu.live.feedback import MacroError, failed, lang_of, tell
from kesu.live.macros.calls import call_back
from kesu.live.macros.complaints import close_complaint, explain, new_complaint, reopen_complaint
from kesu.live.macros.importing import import_table
from kesu.live.macros.views import check, deadlines, followups, kpis, refresh, report
from kesu.register.raw import RegisterError

__all__ = [
    "MACROS",
    "ONLY_LOOK",
    "call_back",
    "check",
    "close_complaint",
    "deadlines",
    "explain",
    "followups",
    "import_table",
    "kpis",
    "new_complaint",
    "refresh",
    "reopen_complaint",
    "report",
    "run",
]

MACROS: Final[dict[str, Callable[..., str]]] = {
    one.__name__: one
    for one in (
        new_complaint,
        explain,
        call_back,
        close_complaint,
        reopen_complaint,
        import_table,
        refresh,
        check,
        deadlines,
        followups,
        kpis,
        report,
    )
}
"""Name → macro, in the order of the buttons."""
ONLY_LOOK: Final = ("explain", "report")
"""Macros that leave the workbook as it is."""


def run(name: str, book: xw.Book | None = None, **arguments: Any) -> bool:
    """Run the macro called ``name`` on ``book`` (by default the workbook in front) and tell the user how it went.

    Returns whether it did what was asked.
    """
    book = book or _in_front()
    try:
        tell(book, MACROS[name](book, **arguments))
    except (MacroError, RegisterError) as error:
        tell(book, error.text.of(lang_of(book)))
    except Exception as error:
        tell(book, failed(error).of(lang_of(book)))
    else:
        return True
    return False


def _in_front() -> xw.Book:
    try:
        return xw.Book.caller()
    except Exception:
        return xw.books.active
