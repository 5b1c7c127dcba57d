"""The add-on in a real LibreOffice: a button is pressed, the cells change; or they do not, and the user is told why."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from typing import Final

import pytest

from kesu.register.columns import SHEETS
from tests.depth import in_turn
from tests.live.oxt.conftest import Desk
from tests.live.oxt.documents import (
    DISPATCH_FAILED,
    DISPATCH_UNKNOWN,
    WORDS,
    changed,
    everything,
    register,
    table,
    usable,
    waits_for,
)
from xlwings_libreoffice.bridge import properties

pytestmark = [pytest.mark.libreoffice, pytest.mark.slow]

OWN: Final = (("Our plan", "=1+1"), (1.5, "备注 notes"))


@pytest.mark.parametrize("lang", in_turn("zh"))
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
        [line] = [row for row in owed if row[0] == number]  # one line a complaint, the other tasks beside it
        assert line[1] in words["owed"]
        said = " ".join(map(str, line))
        assert [task for task in words["owed"] if task not in said] == []
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
