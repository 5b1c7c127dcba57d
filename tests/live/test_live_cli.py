"""``kesu live``: opens the workbook, runs the macro, saves."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwings as xw

from kesu.demo import AS_OF
from kesu.live.session import SessionError, session
from tests.conftest import Kesu
from tests.live.conftest import FEW, Build
from tests.places import letter
from xlwings_libreoffice import attach

pytestmark = pytest.mark.libreoffice
AT = ("--as-of", AS_OF.isoformat())


def listed(book: xw.Book) -> int:
    """How many complaint numbers stand in Follow-ups."""
    return len([value for value in book.sheets["Follow-ups"]["A6:A60"].value if value])


def stands(path: Path, sheet: str, place: str) -> Any:
    """What stands in a cell of the file."""
    with closing(openpyxl.load_workbook(path, read_only=True)) as book:
        return book[sheet][place].value


def connection(app: xw.App) -> str:
    found: str = app.impl.office.connection
    return found


def test_it_saves_what_the_macro_did(app: xw.App, build: Build, kesu: Kesu, tmp_path: Path) -> None:
    assert app.pid  # there is a LibreOffice here
    path = build(tmp_path / "r.xlsx", "en", rows=FEW)
    at = ("--as-of", AS_OF.isoformat())
    done = kesu("live", "followups", path, *at)
    assert done.returncode == 0, done.stderr
    with closing(openpyxl.load_workbook(path, data_only=True, read_only=True)) as saved:
        rows = saved["Follow-ups"].iter_rows(min_row=6, values_only=True)
        shown = [row[0] for row in rows if row[0]]
    assert f"Follow-ups: {len(shown)} things to do." in done.stdout
    assert not list(tmp_path.glob(".~lock*"))


def test_what_a_macro_refuses_is_exit_code_one(app: xw.App, build: Build, kesu: Kesu, tmp_path: Path) -> None:
    assert app.pid
    path = build(tmp_path / "r.xlsx", "zh", rows=FEW)
    before = path.read_bytes()
    done = kesu("live", "close_complaint", path, "--id", "nobody", "--attach", connection(app), *AT)
    assert done.returncode == 1
    assert path.read_bytes() == before
    assert "nobody" in done.stderr
    assert "Traceback" not in done.stderr


def test_arguments_of_another_macro_are_refused(kesu: Kesu, tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    path.touch()
    done = kesu("live", "refresh", path, "--owner", "Mia")
    assert done.returncode == 2
    assert "--owner" in done.stderr
    assert kesu("live", "new_complaint", path, "--set", "nonsense").returncode == 2


def test_explain_leaves_the_file_as_it_is(app: xw.App, build: Build, kesu: Kesu, tmp_path: Path) -> None:
    assert app.pid
    path = build(tmp_path / "r.xlsx", "en", rows=FEW)
    before = path.read_bytes()
    number = stands(path, "Register", f"{letter('complaint_id')}6")
    done = kesu("live", "explain", path, "--id", number, "--attach", connection(app), *AT)
    assert done.returncode == 0, done.stderr
    assert number in done.stdout
    assert path.read_bytes() == before


@pytest.mark.slow
def test_joined_it_works_on_the_workbook_that_is_open_there(
    app: xw.App, build: Build, kesu: Kesu, tmp_path: Path
) -> None:
    path = build(tmp_path / "r.xlsx", "en", rows=FEW)
    other = app.books.add()
    with app.books.open(path) as book:
        book.sheets["Register"][f"{letter('complaint_id')}6"].value = "changed, not saved"
        done = kesu("live", "followups", path, "--attach", connection(app), "--no-save", *AT)
        assert done.returncode == 0, done.stderr
        assert f"Follow-ups: {listed(book)} things to do." in done.stdout
        assert listed(book) > 0
        assert book.sheets["Register"][f"{letter('complaint_id')}6"].value == "changed, not saved"
        assert book.api.isModified()
        assert book.api.isAutomaticCalculationEnabled()
    assert stands(path, "Follow-ups", "A6") is None
    assert not other.api.isModified()
    other.close()


@pytest.mark.slow
def test_joined_it_opens_a_closed_workbook_and_closes_it_unless_told(
    app: xw.App, build: Build, kesu: Kesu, tmp_path: Path
) -> None:
    path = build(tmp_path / "r.xlsx", "en", rows=FEW)
    before = len(app.books)
    command = ("live", "followups", path, "--attach", connection(app), *AT)
    done = kesu(*command)
    assert done.returncode == 0, done.stderr
    assert len(app.books) == before
    assert stands(path, "Follow-ups", "A6")
    assert kesu(*command, "--leave-open").returncode == 0
    assert len(app.books) == before + 1
    assert listed(app.books["r.xlsx"]) > 0
    app.books["r.xlsx"].close()


@pytest.mark.slow
def test_a_workbook_held_read_only_is_refused_in_words(
    app: xw.App, build: Build, kesu: Kesu, tmp_path: Path
) -> None:
    path = build(tmp_path / "r.xlsx", "zh", rows=FEW)
    with app.books.open(path, read_only=True):
        done = kesu("live", "check", path, "--attach", connection(app), env={"LANG": "zh_CN.UTF-8"})
        assert done.returncode == 3
        assert "只读" in done.stderr
        assert kesu("live", "report", path, "--attach", connection(app), *AT).returncode == 0
    assert len(list(tmp_path.glob("r-2026-*"))) == 2


def test_a_connection_to_nobody_is_refused_in_words(app: xw.App, kesu: Kesu, tmp_path: Path) -> None:
    assert app.pid
    path = tmp_path / "r.xlsx"
    path.touch()
    for there in ("", "nonsense"):
        with pytest.raises(SessionError) as caught, session(path, attach=there):
            pass
        assert "pipe,name=calc" in caught.value.text.zh
    done = kesu("live", "check", path, "--attach", "nonsense")
    assert done.returncode == 3
    assert "cannot be reached in this way (nonsense)" in done.stderr
    assert "Traceback" not in done.stderr


def test_another_workbook_of_that_name_is_no_error_of_ours(app: xw.App, build: Build, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    path, other = (
        build(tmp_path / "r.xlsx", "en", rows=FEW),
        build(tmp_path / "elsewhere" / "r.xlsx", "en", rows=FEW),
    )
    with app.books.open(path):
        with (
            pytest.raises(SessionError, match="Another workbook called r"),
            session(other, attach=connection(app)),
        ):
            pass
        with session(path, attach=connection(app)) as book:
            assert book.fullname == str(path)


@pytest.mark.slow
def test_what_cannot_be_saved_is_said(app: xw.App, build: Build, kesu: Kesu, tmp_path: Path) -> None:
    path = tmp_path / "r.xls"
    with app.books.open(build(tmp_path / "r.xlsx", "en", rows=FEW)) as book:
        book.api.storeToURL(
            path.as_uri(), ()
        )  # its ending says what it is not, which LibreOffice does not mind
    before = path.read_bytes()
    done = kesu("live", "followups", path, "--attach", connection(app), *AT)
    assert done.returncode == 2
    assert "only .xlsx" in done.stderr
    assert "Traceback" not in done.stderr
    assert path.read_bytes() == before


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the office is found through /proc")
@pytest.mark.parametrize("ending", ["close", "terminate"])
def test_left_open_it_waits_until_the_user_closes_it(
    app: xw.App, build: Build, tmp_path: Path, ending: str
) -> None:
    assert app.pid
    path = build(tmp_path / "r.xlsx", "en", rows=FEW)
    waiting = subprocess.Popen(
        [sys.executable, "-m", "kesu.cli", "live", "followups", str(path), "--leave-open", *AT],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        env=os.environ | {"SAL_USE_VCLPLUGIN": "svp", "LANG": "C.UTF-8", "LC_ALL": ""},
    )  # fmt: skip
    try:
        with _office_of(waiting) as joined:
            deadline = time.monotonic() + 60
            while not (saved := stands(path, "Follow-ups", "A6")):
                assert time.monotonic() < deadline
                time.sleep(0.1)
            assert saved
            time.sleep(1)
            assert waiting.poll() is None
            assert [book.name for book in joined.books] == ["r.xlsx"]
            if ending == "close":
                joined.books[0].close()
            else:
                joined.api.terminate()
        said, complained = waiting.communicate(timeout=30)
    finally:
        waiting.kill()
    assert waiting.returncode == 0, complained
    assert "things to do" in said
    assert complained == ""


def _office_of(process: subprocess.Popen[str]) -> AbstractContextManager[xw.App]:
    """A second way into the office that ``process`` started."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for one in Path("/proc").glob("[0-9]*"):
            try:
                words = (one / "cmdline").read_text().split("\0")
                parent = (one / "stat").read_text().rpartition(")")[2].split()[1]
            except OSError:
                continue
            pipes = [word for word in words if word.startswith("--accept=")]
            if parent == str(process.pid) and pipes:
                return attach(pipes[0].removeprefix("--accept=").split(";")[0], timeout_s=30)
        time.sleep(0.2)
    raise AssertionError("no office")
