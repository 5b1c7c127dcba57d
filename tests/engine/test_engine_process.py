"""The office process: started, attached to, ended, and never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlwings as xw

from xlwings_libreoffice import OfficeError, attach, office, start
from xlwings_libreoffice.bridge import error

pytestmark = pytest.mark.libreoffice


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile kept between the starts of this module: only the first is slow."""
    return tmp_path_factory.mktemp("profile")


@pytest.fixture
def parent(app: xw.App, profile: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Another Python that started an office and waits, and the office's process id."""
    code = f"""
from pathlib import Path
from xlwings_libreoffice import start
with start(profile=Path({str(profile)!r})) as app:
    print(app.pid, flush=True)
    input()
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    pid = int(process.stdout.readline())
    yield process, pid
    process.kill()
    process.communicate()


def _gone(pid: int, within_s: float = 20) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            return True  # ended; whoever inherited it has not fetched its exit code yet
        time.sleep(0.05)
    return False


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
def test_an_office_does_not_outlive_a_killed_parent(parent: tuple[subprocess.Popen[str], int]) -> None:
    process, pid = parent
    os.kill(pid, 0)  # it runs
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert _gone(pid)


def test_an_office_ends_with_its_block_even_when_that_fails(app: xw.App, profile: Path) -> None:
    before = xw.apps.active
    started = []

    def failing() -> None:
        with start(profile=profile) as other:
            assert xw.apps.active == other
            other.books.add()
            started.append(other.pid)
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError):
        failing()
    assert _gone(started[0])
    assert xw.apps.active == before == app


def test_a_killed_office_says_so_and_does_not_hang(app: xw.App, profile: Path) -> None:
    with start(profile=profile) as other:
        book = other.books.add()
        other.kill()
        assert _gone(other.pid)
        with pytest.raises(OfficeError, match=r"Book\.|Sheets\.|App\."):
            _ = book.sheets[0]["A1"].value
    assert other not in xw.apps


def test_two_offices_run_side_by_side(app: xw.App, profile: Path) -> None:
    with start(profile=profile) as other:
        assert {app.pid, other.pid} <= set(xw.apps.keys())
        book = other.books.add()
        book.sheets[0]["A1"].value = "here"
        assert len(other.books) == 1
        app.activate()
        assert xw.apps.active == app


def test_an_open_office_is_joined_and_left_running(app: xw.App, book: xw.Book) -> None:
    book.sheets[0]["A1"].value = "客户"
    connection = app.impl.office.connection
    with attach(connection) as joined:
        assert joined.pid < 0  # not ours to end
        assert joined.books[book.name].sheets[0]["A1"].value == "客户"
        joined.screen_updating = False
        joined.books[book.name].sheets[0]["A2"].value = 1
    assert not book.api.hasControllersLocked()
    assert book.sheets[0]["A2"].value == 1.0


def test_joining_where_nobody_listens_says_how_to_start_one(app: xw.App) -> None:
    with (
        pytest.raises(OfficeError, match="--accept") as caught,
        attach("pipe,name=kesu-nobody", timeout_s=0.2),
    ):
        pass
    assert "pipe,name=kesu-nobody" in caught.value.text.zh


def test_a_program_that_is_no_office_is_reported(app: xw.App, tmp_path: Path) -> None:
    fake = tmp_path / "soffice"
    fake.write_text("#!/bin/sh\necho cannot open display >&2\nexit 3\n")
    fake.chmod(0o755)
    with pytest.raises(OfficeError, match=r"exit code 3.*cannot open display"), start(soffice=fake):
        pass


def test_a_connection_that_makes_no_sense_is_reported(app: xw.App) -> None:
    for nonsense in ("", "nonsense", "pipe,name=x;urp;", f"{app.impl.office.connection};urp;no such object"):
        with pytest.raises(OfficeError) as caught, attach(nonsense, timeout_s=0.2):
            pass
        assert "pipe,name=calc" in caught.value.text.zh


def test_the_context_may_go_by_a_name_of_its_own(app: xw.App, book: xw.Book) -> None:
    with attach(f"{app.impl.office.connection};urp;StarOffice.ComponentContext", timeout_s=1) as joined:
        assert book.name in joined.books


def test_an_app_can_keep_to_one_workbook(app: xw.App, book: xw.Book) -> None:
    other = app.books.add()
    other.activate()
    with attach(app.impl.office.connection) as joined:
        joined.impl.keep_to(book.api)
        assert [one.name for one in joined.books] == [book.name]
        assert joined.books.active.name == book.name
        joined.screen_updating, joined.calculation = False, "manual"
        assert (book.api.hasControllersLocked(), other.api.hasControllersLocked()) == (True, False)
        assert (book.api.isAutomaticCalculationEnabled(), other.api.isAutomaticCalculationEnabled()) == (
            False,
            True,
        )
        joined.screen_updating, joined.calculation = True, "automatic"
    assert not book.api.hasControllersLocked()
    other.close()


class _HangsUp:
    """In the office's place: a resolver whose first answers are a bridge that closes, as of an office that starts anew."""

    def __init__(self, times: int = 1) -> None:
        self.asked, self.times = 0, times
        self.ServiceManager = self

    def getComponentContext(self) -> _HangsUp:  # noqa: N802 - UNO's name
        return self

    def createInstanceWithContext(self, *_: object) -> _HangsUp:  # noqa: N802 - UNO's name
        return self

    def resolve(self, _: str) -> str:
        self.asked += 1
        if self.asked <= self.times:
            raise error("lang.DisposedException")
        return "context"


class _Runs:
    def poll(self) -> None:
        return None


def test_an_office_that_hangs_up_while_it_starts_is_asked_again(
    app: xw.App, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolver = _HangsUp()
    monkeypatch.setattr(office, "uno", lambda: resolver)
    found = office._resolved("pipe,name=any", 5, _Runs(), None)  # type: ignore[arg-type]
    assert found == "context"
    assert resolver.asked == 2


def test_a_foreign_one_that_hangs_up_again_and_again_is_told(
    app: xw.App, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolver = _HangsUp(9)
    monkeypatch.setattr(office, "uno", lambda: resolver)
    with pytest.raises(OfficeError, match="pipe,name=any"):
        office._resolved("pipe,name=any", 5, None, None)
    assert resolver.asked == 3
