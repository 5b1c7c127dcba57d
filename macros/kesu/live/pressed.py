"""A button pressed in LibreOffice: the process that its add-on starts for one macro.

One line of JSON comes in, one goes out (see `main`). Which document is meant is the add-on's to say: the one that the
button was pressed in, saved or not.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from kesu.live.feedback import TITLE, failed, lang_of
from kesu.live.macros import ONLY_LOOK, run
from kesu.live.session import READ_ONLY
from xlwings_libreoffice import attach

if TYPE_CHECKING:
    import xlwings as xw


def main() -> None:
    """Read the request from standard input, run the macro, write the answer to standard output.

    The request: ``name`` of the macro, ``connection`` into the office, ``document`` (its RuntimeUID), ``lang`` of the
    office. The answer: whether it was ``done``, ``title`` and ``text`` for the user. When the input ends, the office
    has gone, and this process goes, too.
    """
    request = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with, args=(sys.stdin,), daemon=True).start()
    reply = sys.stdout
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        sys.stdout = sys.stderr = nowhere  # what libraries have to say may hold customers' text
        answer = _answer(request)
    json.dump(answer, reply)
    reply.flush()


def _answer(request: dict[str, str]) -> dict[str, Any]:
    done, told = False, [(TITLE.of(request["lang"]), "")]

    def hear(prompt: str, title: str, _buttons: str) -> str:
        told.append((title, prompt))
        return "ok"

    try:
        with attach(request["connection"], answer=hear) as app:
            book = _named(app, request["document"])
            if book.api.isReadonly() and request["name"] not in ONLY_LOOK:
                lang = lang_of(book)
                told.append((TITLE.of(lang), READ_ONLY.of(lang)))
            else:
                done = run(request["name"], book)
    except Exception as error:
        told.append((told[0][0], failed(error).of(request["lang"])))
    title, text = told[-1]
    return {"done": done, "title": title, "text": text}


def _named(app: xw.App, document: str) -> xw.Book:
    """The workbook; the app knows no other from then on."""
    book: xw.Book = next(book for book in app.books if document == book.api.RuntimeUID)
    app.impl.keep_to(book.api)
    return book


def _end_with(office: IO[str]) -> None:
    office.read()
    os._exit(1)


if __name__ == "__main__":
    main()
