"""The add-on in a real LibreOffice: a button is pressed, the cells change; or they do not, and the user is told why."""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import pytest

from kesu.register.columns import SHEETS
from kesu.workbook.writing import build_register
from tests.depth import turns
from xlwings_libreoffice.bridge import error, properties

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.live.oxt.conftest import Desk, Home, Start

pytestmark = [pytest.mark.libreoffice, pytest.mark.slow]

WORDS: Final[dict[str, dict[str, Any]]] = {
    "zh": {"kind": "投诉", "tier": "其他", "channel": "电话", "category": "价格争议", "status": "处理中",
           "owed": {"首次响应", "有效回复", "解决"}, "number": "投诉编号", "error": "错误",
           "counted": "投诉量", "backlog": "积压件数", "total": "合计"},
    "en": {"kind": "Complaint", "tier": "Other", "channel": "Phone", "category": "Price dispute", "status": "In progress",
           "owed": {"First response", "Substantive reply", "Resolution"}, "number": "Complaint no.", "error": "Error",
           "counted": "Complaints", "backlog": "Open backlog", "total": "Total"},
}  # fmt: skip
OWN: Final = (("Our plan", "=1+1"), (1.5, "备注 notes"))
DISPATCH_FAILED, DISPATCH_UNKNOWN = 0, 2


def register(path: Path, lang: str = "en") -> Path:
    """Three complaints: two wait for 40 days for everything, one of them of a tier that there is not; one is of today."""
    now, words = _now(), WORDS[lang]
    long_ago = now - dt.timedelta(days=40)
    today = max(now - dt.timedelta(minutes=10), now.replace(day=1, hour=0, minute=0))
    rows = [
        {"complaint_id": number, "kind": words["kind"], "customer_name": "Ann", "customer_contact": "+44 7700 900013",
         "customer_tier": tier, "received_at": received, "channel": words["channel"], "owner": "Mia",
         "category": words["category"], "verbatim": "The bill is wrong.", "status": words["status"]}
        for number, tier, received in (
            ("T-0001", words["tier"], long_ago),
            ("T-0002", "Platinum plus", long_ago),
            ("T-0003", words["tier"], today),
        )
    ]  # fmt: skip
    build_register(path, lang, complaints=pd.DataFrame(rows))
    return path


@cache
def _now() -> dt.datetime:
    """The same for all tests, so that they can have copies of one register."""
    return dt.datetime.now().replace(second=0, microsecond=0)


def table(document: Any, key: str, lang: str, first: str = "") -> list[dict[str, Any]]:
    """The rows of one of kesu's sheets below the heading that holds ``first`` (the complaint number), by heading."""
    cells = document.Sheets.getByName(SHEETS[key].of(lang)).getCellRangeByName("A1:Z200").getDataArray()
    wanted = first or WORDS[lang]["number"]
    at = next(n for n, row in enumerate(cells) if wanted in row)
    rows = [dict(zip(cells[at], row, strict=True)) for row in cells[at + 1 :]]
    return [row for row in rows if any(value != "" for name, value in row.items() if name)]


def everything(document: Any) -> dict[str, Any]:
    """All that stands in a document: cells, notes, colours of the register's cells, tables, names."""
    found: dict[str, Any] = {}
    for at, sheet in enumerate(document.Sheets):
        cells = sheet.getCellRangeByName("A1:CZ150")
        found[sheet.Name] = cells.getFormulaArray()
        found[f"{sheet.Name} notes"] = sorted(
            (n.Position.Row, n.Position.Column, n.String) for n in sheet.Annotations
        )
        found[f"{sheet.Name} looks"] = [
            (one.CellBackColor, [_corners(place) for place in one.getRangeAddresses()])
            for one in cells.getUniqueCellFormatRanges()
        ] if at == 1 else None  # fmt: skip
    tables = document.DatabaseRanges
    found["tables"] = {name: _corners(tables.getByName(name).DataArea) for name in tables.ElementNames}
    names = document.NamedRanges
    found["names"] = {name: names.getByName(name).Content for name in names.ElementNames}
    return found


def _corners(place: Any) -> tuple[int, int, int, int]:
    return place.StartRow, place.StartColumn, place.EndRow, place.EndColumn


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    assert before.keys() == after.keys()
    return [name for name in before if before[name] != after[name]]


def usable(document: Any) -> bool:
    """Whether nothing was left switched off."""
    return bool(
        not document.hasControllersLocked()
        and document.isAutomaticCalculationEnabled()
        and document.CurrentController.Frame.ContainerWindow.isEnabled()
    )


def waits_for(condition: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_refresh_fills_findings_kpis_and_follow_ups_and_nothing_else(
    desk: Desk, tmp_path: Path, lang: str
) -> None:
    path = register(tmp_path / f"{lang}.xlsx", lang)
    document = desk.open(path)
    document.Sheets.insertNewByName("Team's own", 3)
    own = document.Sheets.getByName("Team's own").getCellRangeByName("A1:B2")
    own.setFormulaArray(tuple(tuple(str(value) for value in row) for row in OWN))
    before, on_disk, began = everything(document), path.read_bytes(), dt.datetime.now()
    heard = desk.press(document, "refresh").wait()
    assert (heard.done, heard.times) == (True, 1)
    assert all(
        part in heard.text
        for part in (("时限：", "检查完毕：") if lang == "zh" else ("Deadlines: ", "Checked: "))
    )

    words = WORDS[lang]
    findings = table(document, "findings", lang)
    (wrong,) = [row for row in findings if words["error"] in row.values()]
    assert wrong[words["number"]] == "T-0002"
    assert "Platinum plus" in wrong.values()
    (cell,) = [value for value in wrong.values() if str(value).endswith("7") and str(value)[:-1].isalpha()]
    marked = document.Sheets.getByName(SHEETS["register"].of(lang)).getCellRangeByName(cell)
    assert marked.getDataArray() == (("Platinum plus",),)

    owed = [tuple(row.values()) for row in table(document, "followups", lang)]
    for number in ("T-0001", "T-0002"):
        assert {row[1] for row in owed if row[0] == number} == words["owed"]
    figures = {
        tuple(row.values())[:2]: tuple(row.values())
        for row in table(document, "kpis", lang, first="KPI" if lang == "en" else "指标")
    }
    assert figures[words["counted"], words["total"]][2] == 1  # received this month
    assert figures[words["backlog"], words["total"]][2] == 3

    for name in ("FollowUps", "Kpis", "Findings"):
        sheet, _, place = document.NamedRanges.getByName(f"AsOf_{name}").Content.rpartition(".")
        stamp = document.Sheets.getByName(sheet.strip("$'")).getCellRangeByName(place.replace("$", ""))
        moment = dt.datetime(1899, 12, 30) + dt.timedelta(days=stamp.getDataArray()[0][0])
        assert began - dt.timedelta(seconds=2) <= moment <= dt.datetime.now()

    outputs = {SHEETS[key].of(lang) for key in ("findings", "followups", "kpis")}
    marks = {f"{SHEETS[key].of(lang)} {kind}" for key in ("register", "items") for kind in ("notes", "looks")}
    assert set(changed(before, everything(document))) <= outputs | marks | {"tables"}
    assert outputs <= set(changed(before, everything(document)))
    assert own.getDataArray() == (("Our plan", 2.0), (1.5, "备注 notes"))
    assert path.read_bytes() == on_disk
    assert usable(document)
    assert desk.workers() == []
    assert " LibreOffice refresh: done, " in desk.home.log


def test_undo_takes_a_press_back_and_keeps_what_the_user_did_before(desk: Desk, tmp_path: Path) -> None:
    document = desk.open(register(tmp_path / "r.xlsx"))
    cell = document.Sheets.getByName("Register").getCellRangeByName("G6").getCellByPosition(0, 0)
    cell.setString("Anne")
    undo = document.UndoManager
    steps = undo.getAllUndoActionTitles()
    before = everything(document)
    assert desk.press(document, "refresh").wait().done
    after = everything(document)
    assert changed(before, after)
    assert undo.getAllUndoActionTitles()[1:] == steps
    undo.undo()
    assert changed(before, everything(document)) == []
    undo.redo()
    assert changed(after, everything(document)) == []
    undo.undo()
    undo.undo()
    assert cell.getString() == "Ann"


def test_it_works_on_the_document_that_the_button_was_pressed_in(desk: Desk, tmp_path: Path) -> None:
    """Two that were never saved, and the other one is in front."""
    path = register(tmp_path / "r.xlsx")
    mine, other = (desk.open(path, AsTemplate=True) for _ in range(2))
    assert (mine.URL, other.URL) == ("", "")
    other.enableAutomaticCalculation(False)
    before = everything(other)
    assert desk.office.desktop.getCurrentComponent() == other
    assert desk.press(mine, "followups").wait().done
    assert {row["Complaint no."] for row in table(mine, "followups", "en")} >= {"T-0001", "T-0002"}
    assert changed(before, everything(other)) == []
    assert other.UndoManager.getAllUndoActionTitles() == ()
    assert not other.isAutomaticCalculationEnabled()  # as its user wants it


def test_explain_tells_and_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    document = desk.open(register(tmp_path / "r.xlsx"))
    document.setModified(False)
    controller = document.CurrentController
    controller.select(document.Sheets.getByName("Register").getCellRangeByName("G7"))
    before = everything(document)
    heard = desk.press(document, "explain").wait()
    assert heard.done
    assert "T-0002" in heard.text
    assert changed(before, everything(document)) == []
    assert not document.isModified()
    assert document.UndoManager.getAllUndoActionTitles() == ()


def test_what_the_macro_refuses_is_told_and_leaves_no_step_behind(desk: Desk, tmp_path: Path) -> None:
    document = desk.open(register(tmp_path / "r.xlsx"))
    document.setModified(False)
    document.CurrentController.select(document.Sheets.getByName("Register").getCellRangeByName("A8"))
    before = everything(document)
    heard = desk.press(document, "close_complaint").wait()
    assert heard.state == DISPATCH_FAILED
    assert "T-0003 cannot be closed yet" in heard.text
    assert changed(before, everything(document)) == []
    assert document.UndoManager.getAllUndoActionTitles() == ()
    assert usable(document)


def test_no_register_is_told_in_words(desk: Desk) -> None:
    document = desk.open("private:factory/scalc")
    heard = desk.press(document, "check").wait()
    assert heard.state == DISPATCH_FAILED
    assert heard.text
    assert "Traceback" not in heard.text
    assert document.Sheets.ElementNames == ("Sheet1",)


def test_a_read_only_workbook_is_told_and_may_be_explained(desk: Desk, tmp_path: Path) -> None:
    document = desk.open(register(tmp_path / "r.xlsx", "zh"), ReadOnly=True)
    heard = desk.press(document, "check").wait()
    assert heard.state == DISPATCH_FAILED
    assert "只读" in heard.text
    document.CurrentController.select(document.Sheets.getByName("投诉登记").getCellRangeByName("A6"))
    assert desk.press(document, "explain").wait().done


def test_buttons_are_grey_and_a_second_press_is_answered_while_one_is_at_work(
    desk: Desk, tmp_path: Path
) -> None:
    from tests.live.oxt.conftest import States

    path = register(tmp_path / "r.xlsx")
    document, other = desk.open(path), desk.open(path, AsTemplate=True)
    states = States()
    handler, command = desk.button(other, "check")
    handler.addStatusListener(states, command)
    first = desk.press(document, "followups")
    assert not document.CurrentController.Frame.ContainerWindow.isEnabled()
    assert other.CurrentController.Frame.ContainerWindow.isEnabled()
    second = desk.press(other, "check").wait()
    assert second.state == DISPATCH_FAILED
    assert "not done yet" in second.text
    assert first.wait().done
    assert waits_for(lambda: states.enabled == [True, False, True])
    handler.removeStatusListener(states, command)
    assert desk.press(other, "followups").wait().done
    assert states.enabled == [True, False, True]
    assert usable(document)


def test_a_link_in_a_document_presses_no_button(desk: Desk, tmp_path: Path) -> None:
    document = desk.open(register(tmp_path / "r.xlsx"))
    before = everything(document)
    for arguments in ({"URL": "vnd.kesu:check"}, {"Referer": "file:///received.xlsx"}):
        heard = desk.press(document, "check", **arguments).wait()
        assert (heard.state, heard.text) == (DISPATCH_FAILED, "")
    time.sleep(1)
    assert desk.workers() == []
    assert changed(before, everything(document)) == []


def test_a_dispatch_helper_does_not_wait_where_waiting_would_stop_the_macro(
    desk: Desk, tmp_path: Path
) -> None:
    document = desk.open(register(tmp_path / "r.xlsx"))
    frame = document.CurrentController.Frame
    helper = desk.office.create("com.sun.star.frame.DispatchHelper")
    began = time.monotonic()
    result = helper.executeDispatch(frame, "vnd.kesu:followups", "", 0, properties(Referer="private:user"))
    assert time.monotonic() - began < 2
    assert getattr(result, "State", DISPATCH_UNKNOWN) == DISPATCH_UNKNOWN
    assert waits_for(lambda: bool(desk.workers() == [] and frame.ContainerWindow.isEnabled()))
    assert {row["Complaint no."] for row in table(document, "followups", "en")} >= {"T-0001", "T-0002"}


def test_other_documents_and_unknown_commands_have_no_buttons(desk: Desk, tmp_path: Path) -> None:
    document = desk.open(register(tmp_path / "r.xlsx"))
    assert desk.button(document, "check")[0].ImplementationName == "kesu.libreoffice.Buttons"
    for unknown in ("format_disk", "", "check/../refresh"):
        assert desk.button(document, unknown)[0] is None
    empty = desk.office.desktop.findFrame("_blank", 0)
    assert empty.queryDispatch(desk.button(document, "check")[1], "", 0) is None
    empty.close(True)


def test_menu_and_toolbar_speak_the_users_language(desk: Desk) -> None:
    provider = desk.office.create("com.sun.star.configuration.ConfigurationProvider")
    for locale, title, label in (
        ("zh-CN", "客诉", "新建投诉"),
        ("en-US", "Complaints", "New complaint"),
        ("de", "Complaints", "New complaint"),
    ):
        addons = provider.createInstanceWithArguments(
            "com.sun.star.configuration.ConfigurationAccess",
            properties(nodepath="/org.openoffice.Office.Addons/AddonUI", Locale=locale),
        )
        assert addons.OfficeMenuBar.getByName("kesu.libreoffice.menu").Title == title
        assert addons.OfficeToolBar.getByName("kesu.libreoffice.toolbar").getByName("item01").Title == label


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
