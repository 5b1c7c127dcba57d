"""A LibreOffice of a user who has installed the add-on, with a home of its own, and somebody who presses its buttons."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from xlwings_libreoffice import OfficeError
from xlwings_libreoffice.bridge import properties, struct, uno, url
from xlwings_libreoffice.office import Office, attached, found

RELAUNCH: Final = 81  # "the profile is prepared, start me again"
PATIENCE_S: Final = 120


def needs_libreoffice() -> None:
    if shutil.which("soffice") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have LibreOffice: apt-get install libreoffice-calc python3-uno")
        pytest.skip("LibreOffice (soffice) is not on the PATH")


def as_somebody() -> list[str]:
    """What makes a command run as an ordinary user: unopkg refuses to work for root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return []
    words = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    if shutil.which("unshare") is None or subprocess.run([*words, "true"], check=False).returncode:
        pytest.skip("these tests run as root, and there is no unshare to be somebody else with")
    return words


@dataclass
class Home:
    """The home of one user."""

    path: Path

    @property
    def config(self) -> Path:
        return self.path / ".kesu" / "libreoffice.conf"

    @property
    def log(self) -> str:
        return (self.path / ".local" / "state" / "kesu" / "kesu.log").read_text("utf-8")

    @property
    def environment(self) -> dict[str, str]:
        plain = {
            key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "LC_", "LANG"))
        }
        return plain | {"HOME": str(self.path), "LANG": "C.UTF-8"}

    def kesu(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """``kesu WORDS…`` as this user, with ``variables`` in the environment."""
        return subprocess.run(
            [*as_somebody(), sys.executable, "-m", "kesu.cli", *words],
            env=self.environment | variables,
            capture_output=True, encoding="utf-8", check=False, timeout=300,
        )  # fmt: skip

    def part(self, name: str) -> Path:
        """A file of the installed add-on."""
        (here,) = self.path.glob(
            f".config/libreoffice/4/user/uno_packages/cache/uno_packages/*/Kesu.oxt/{name}"
        )
        return here


class Answer:
    """Hears how a press went: an XDispatchResultListener."""

    def __init__(self) -> None:
        self.heard = threading.Event()
        self.state, self.text, self.times = -1, "", 0

    def getTypes(self) -> tuple[Any, ...]:  # noqa: N802 - UNO's names
        return (uno().getTypeByName("com.sun.star.frame.XDispatchResultListener"),)

    def getImplementationId(self) -> Any:  # noqa: N802
        return uno().ByteSequence(b"")

    def dispatchFinished(self, event: Any) -> None:  # noqa: N802
        self.state, self.text, self.times = event.State, event.Result or "", self.times + 1
        self.heard.set()

    def disposing(self, _event: Any) -> None:
        pass

    def wait(self) -> Answer:
        assert self.heard.wait(PATIENCE_S)
        return self

    @property
    def done(self) -> bool:
        return bool(self.state == 1)


class States:
    """Hears whether a button is grey: an XStatusListener."""

    def __init__(self) -> None:
        self.enabled: list[bool] = []

    def getTypes(self) -> tuple[Any, ...]:  # noqa: N802
        return (uno().getTypeByName("com.sun.star.frame.XStatusListener"),)

    def getImplementationId(self) -> Any:  # noqa: N802
        return uno().ByteSequence(b"")

    def statusChanged(self, event: Any) -> None:  # noqa: N802
        self.enabled.append(event.IsEnabled)

    def disposing(self, _event: Any) -> None:
        pass


@dataclass
class Desk:
    """A running office."""

    home: Home
    process: subprocess.Popen[bytes]
    office: Office
    open_documents: list[Any] = field(default_factory=list)

    def open(self, path: Path | str, **options: object) -> Any:
        """A file, or a factory's URL, in a window."""
        address = url(path) if isinstance(path, Path) else path
        document = self.office.desktop.loadComponentFromURL(address, "_blank", 0, properties(**options))
        self.open_documents.append(document)
        return document

    def button(self, document: Any, name: str) -> tuple[Any, Any]:
        """What handles a command in the document's window (None: nothing), and the command's URL."""
        command = struct("util.URL", Complete=f"vnd.kesu:{name}")
        _, command = self.office.create("com.sun.star.util.URLTransformer").parseStrict(command)
        return document.CurrentController.Frame.queryDispatch(command, "", 0), command

    def press(self, document: Any, name: str, **arguments: object) -> Answer:
        """Press a button and go on."""
        answer = Answer()
        handler, command = self.button(document, name)
        handler.dispatchWithNotification(command, properties(**arguments), answer)
        return answer

    def workers(self) -> list[int]:
        """The processes that macros of this office run in."""
        listed = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True)
        rows = [line.split(None, 2) for line in listed.stdout.splitlines()]
        return [int(pid) for pid, parent, words in rows
                if parent == str(self.process.pid) and not words.startswith("[")]  # fmt: skip

    def end(self) -> None:
        for document in self.open_documents:
            try:
                document.close(True)
            except Exception:  # noqa: S112 - closed by the test
                continue
        self.open_documents.clear()


def started(home: Home) -> Desk:
    """An office on ``home``'s own profile."""
    connection = f"pipe,name=kesu-test-{secrets.token_hex(8)}"
    command = [
        str(found()),
        "--headless",
        "--norestore",
        "--nologo",
        "--nodefault",
        f"--accept={connection};urp;",
    ]
    deadline = time.monotonic() + PATIENCE_S
    while True:
        process = subprocess.Popen(
            command, env=home.environment | {"PATH": os.defpath}
        )  # as from the desktop
        while time.monotonic() < deadline and process.poll() is None:
            try:
                return Desk(home, process, attached(connection, 1))
            except OfficeError:
                continue
        process.kill()
        if process.wait() != RELAUNCH:
            raise AssertionError("LibreOffice did not start")


def stopped(desk: Desk) -> None:
    desk.end()
    try:
        desk.office.desktop.terminate()
        desk.process.wait(20)
    except Exception:  # it has gone, or will not go
        desk.process.kill()
        desk.process.wait()


Start = Callable[[Home], Desk]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts offices that end with the test."""
    running: list[Desk] = []

    def begin(home: Home) -> Desk:
        running.append(started(home))
        return running[-1]

    yield begin
    for desk in running:
        stopped(desk)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A user who said ``kesu addin install``, as that left it; to be copied, see `home`."""
    needs_libreoffice()
    home = Home(tmp_path_factory.mktemp("home"))
    done = home.kesu("addin", "install")
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture
def newcomer(tmp_path: Path) -> Home:
    """A user who has never installed anything."""
    needs_libreoffice()
    folder = tmp_path / "home"
    folder.mkdir()
    return Home(folder)


def copied(home: Home, to: Path) -> Home:
    shutil.copytree(home.path, to, symlinks=True)
    return Home(to)


@pytest.fixture
def home(installed: Home, tmp_path: Path) -> Home:
    """A user who has the add-on, and whose files the test may change."""
    return copied(installed, tmp_path / "home")


@pytest.fixture(scope="session")
def shared(installed: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = started(copied(installed, tmp_path_factory.mktemp("shared") / "home"))
    yield desk
    stopped(desk)


@pytest.fixture
def desk(shared: Desk) -> Iterator[Desk]:
    """An office with the add-on, without documents; one for all tests that change nothing in its user's files."""
    yield shared
    shared.end()


@pytest.fixture
def lent(desk: Desk) -> Iterator[Desk]:
    """The same office, whose buttons may be given another Python: afterwards they have their own again."""
    own = desk.home.config.read_text("utf-8")
    yield desk
    desk.home.config.write_text(own, "utf-8")
