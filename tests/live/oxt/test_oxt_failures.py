"""The add-on where something ends, is missing or will not answer: the document is as it was, and the user is told why."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.depth import turns
from tests.live.oxt.conftest import Desk, Home, Start
from tests.live.oxt.documents import (
    DISPATCH_FAILED,
    changed,
    everything,
    register,
    usable,
    waits_for,
)
from xlwings_libreoffice.bridge import error, properties

pytestmark = [pytest.mark.libreoffice, pytest.mark.slow]


def test_neither_document_nor_office_closes_under_a_macro(home: Home, start: Start, tmp_path: Path) -> None:
    desk = start(home)
    document = desk.open(register(tmp_path / "r.xlsx"))
    heard = desk.press(document, "followups")
    with pytest.raises(error("util.CloseVetoException")):
        document.close(False)
    assert not desk.office.desktop.terminate()
    assert heard.wait().done
    assert waits_for(lambda: usable(document))
    later = desk.press(document, "followups")
    with pytest.raises(error("util.CloseVetoException")):
        document.close(True)  # whoever says so leaves it to us to close it afterwards
    assert later.wait().done
    assert waits_for(lambda: list(desk.office.desktop.Components) == [])


def test_no_process_outlives_the_office(home: Home, start: Start, tmp_path: Path) -> None:
    desk = start(home)
    desk.press(desk.open(register(tmp_path / "r.xlsx")), "refresh")
    assert waits_for(lambda: len(desk.workers()) == 1)
    (worker,) = desk.workers()
    desk.process.kill()
    desk.process.wait()
    assert waits_for(lambda: not Path(f"/proc/{worker}").exists() or _ended(worker), 20)


def _ended(process: int) -> bool:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.parametrize("moment", ["at once", "while it writes"])
def test_a_macro_that_is_killed_changes_nothing(desk: Desk, tmp_path: Path, moment: str) -> None:
    document = desk.open(register(tmp_path / "r.xlsx"))
    before = everything(document)
    heard = desk.press(document, "refresh")
    assert waits_for(lambda: len(desk.workers()) == 1)
    if moment != "at once":
        findings = document.Sheets.getByName("Findings")
        assert waits_for(lambda: findings.getCellRangeByName("A6").getDataArray() != (("",),))
    os.kill(desk.workers()[0], signal.SIGKILL)
    assert heard.wait().state == DISPATCH_FAILED
    assert "gave no answer (-9)" in heard.text
    assert waits_for(lambda: changed(before, everything(document)) == [])
    assert document.UndoManager.getAllUndoActionTitles() == ()
    assert usable(document)
    assert desk.press(document, "followups").wait().done


def test_without_a_python_the_user_is_told_what_to_do(lent: Desk, tmp_path: Path) -> None:
    desk, home = lent, lent.home
    home.config.unlink()
    document = desk.open(register(tmp_path / "r.xlsx"))
    before = everything(document)
    heard = desk.press(document, "refresh").wait()
    assert heard.state == DISPATCH_FAILED
    assert str(home.config) in heard.text
    assert "kesu addin install" in heard.text
    home.config.write_text(f'"INTERPRETER","{tmp_path / "gone"}"\n')
    assert desk.press(document, "refresh").wait().text == heard.text
    assert changed(before, everything(document)) == []
    assert not document.isModified()
    assert usable(document)


def program(home: Home, path: Path, text: str) -> None:
    """Make a script of ours the Python that the buttons start."""
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    home.config.write_text(f'"INTERPRETER","{path}"\n')


DIES_WRITING: Final = """#!{python}
import json, os, signal, sys, threading
from xlwings_libreoffice import attach

request = json.loads(sys.stdin.readline())
with attach(request["connection"]) as app:
    book = next(book for book in app.books if book.api.RuntimeUID == request["document"])
    cells = book.api.Sheets.getByName("Findings").getCellRangeByName("A1:T2000")
    rows = tuple(tuple(f"late {{r}} {{c}}" for c in range(20)) for r in range(2000))
    threading.Timer({seconds}, os.kill, (os.getpid(), signal.SIGKILL)).start()
    book.api.UndoManager.enterUndoContext("within")
    while True:
        cells.setArrayFormula("=0")
        cells.clearContents(1023)
        cells.setDataArray(rows)
"""
"""A process that ends while the office is at what it was asked for last."""


def test_a_macro_that_is_killed_within_a_step_of_its_own_is_taken_back(lent: Desk, tmp_path: Path) -> None:
    desk, home = lent, lent.home
    document = desk.open(register(tmp_path / "r.xlsx"))
    before = everything(document)
    program(home, tmp_path / "python", DIES_WRITING.format(python=sys.executable, seconds=0.6))
    for _ in range(turns(1, 5)):
        heard = desk.press(document, "refresh").wait()
        assert heard.state == DISPATCH_FAILED
        assert waits_for(lambda: changed(before, everything(document)) == [])
        assert not document.isModified()
    assert document.UndoManager.getAllUndoActionTitles() == ()
    sheet = document.Sheets.getByName("Findings")
    home.config.write_text(f'"INTERPRETER","{sys.executable}"\n')
    assert desk.press(document, "refresh").wait().done
    assert sheet.getCellRangeByName("A6").getDataArray() != (("",),)


def test_a_python_that_fails_or_never_ends_leaves_the_document_as_it_was(
    home: Home, start: Start, tmp_path: Path
) -> None:
    press = home.part("pythonpath/kesu_press.py")
    press.write_text(press.read_text("utf-8").replace("LIMIT_S = 600", "LIMIT_S = 2"), encoding="utf-8")
    desk = start(home)
    document = desk.open(register(tmp_path / "r.xlsx"))
    before = everything(document)
    for text, said in (
        ("#!/bin/sh\necho no kesu here >&2\nexit 3\n", "gave no answer (3)"),
        ("#!/bin/sh\necho '{}'\n", "gave no answer"),
        ("#!/bin/sh\nexec sleep 60\n", "was stopped"),
    ):
        program(home, tmp_path / "python", text)
        heard = desk.press(document, "refresh").wait()
        assert heard.state == DISPATCH_FAILED
        assert said in heard.text
        assert "Traceback" not in heard.text
        assert usable(document)
    assert "no kesu here" in home.log
    assert changed(before, everything(document)) == []
    assert document.UndoManager.getAllUndoActionTitles() == ()
    assert desk.workers() == []


STRANGER: Final = """#!{python}
import json, sys
from xlwings_libreoffice import OfficeError, attach
request = json.loads(sys.stdin.readline())
connection, secret = request["connection"].rsplit(";", 1)
said = []
for name in ("StarOffice.ComponentContext", "0" * 64, secret):
    try:
        with attach(connection + ";" + name, timeout_s=1):
            said.append("in")
    except OfficeError:
        said.append("refused")
print(json.dumps({{"done": True, "title": "", "text": " ".join(said) + str(len(secret))}}))
"""


def test_the_office_opens_to_the_secret_only_and_to_one_caller(lent: Desk, tmp_path: Path) -> None:
    """Who guesses wrong is refused, and there is no second try."""
    program(lent.home, tmp_path / "python", STRANGER.format(python=sys.executable))
    document = lent.open(register(tmp_path / "r.xlsx"))
    assert lent.press(document, "check").wait().text == "refused refused refused64"


def test_installing_waits_for_the_office_to_close_and_uninstalling_leaves_nothing(
    home: Home, start: Start, tmp_path: Path
) -> None:
    desk = start(home)
    for command in ("install", "uninstall", "status"):
        done = home.kesu("addin", command, LANG="zh_CN.UTF-8")
        assert done.returncode == 1
        assert "请先关闭" in done.stderr
    assert home.config.exists()
    assert desk.office.desktop.terminate()
    desk.process.wait(20)

    done = home.kesu("addin", "status")
    assert done.returncode == 0, done.stderr
    assert "program: LibreOffice\n" in done.stdout
    assert f"Python: {sys.executable}\n" in done.stdout
    assert "up to date: yes\n" in done.stdout
    assert "Uninstalled." in home.kesu("addin", "uninstall").stderr
    assert not home.config.parent.exists()
    assert home.kesu("addin", "status").returncode == 1
    assert "nothing to do" in home.kesu("addin", "uninstall").stderr

    desk = start(home)
    document = desk.open(register(tmp_path / "r.xlsx"))
    assert desk.button(document, "check")[0] is None
    addons = desk.office.create(
        "com.sun.star.configuration.ConfigurationProvider"
    ).createInstanceWithArguments(
        "com.sun.star.configuration.ConfigurationAccess",
        properties(nodepath="/org.openoffice.Office.Addons/AddonUI"),
    )
    assert addons.OfficeToolBar.ElementNames == ()
    assert addons.OfficeMenuBar.ElementNames == ()
