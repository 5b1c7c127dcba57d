"""No command of kesu opens a connection, and nothing in a workbook is followed or run."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
import pandas as pd
import pytest

from kesu.cli import main
from kesu.workbook.writing import build_register

BLOCK = """
import os, socket
def refuse(*_, **__):
    with open(os.environ["CALLS"], "a") as log:
        log.write("a connection\\n")
    raise OSError("no network here")
class Blocked(socket.socket):
    def __init__(self, family=-1, *more, **named):
        if family != getattr(socket, "AF_UNIX", None):
            refuse()
        super().__init__(family, *more, **named)
socket.socket = Blocked
socket.getaddrinfo = socket.create_connection = socket.gethostbyname = refuse
"""
EXCEL = sys.platform in {"win32", "darwin"}
COMMANDS: Final[dict[str, tuple[str, ...]]] = {
    "new": ("out.xlsx",),
    "check": ("r.xlsx",),
    "deadlines": ("r.xlsx",),
    "explain": ("r.xlsx", "C-1"),
    "form": ("r.xlsx", "C-1", "-o", "out.xlsx"),
    "collect": ("form.xlsx", "--into", "r.xlsx"),
    "merge": ("r.xlsx", "-o", "out.xlsx"),
    "import": ("table.csv", "-o", "out.xlsx"),
    "doubles": ("r.xlsx",),
    "find": ("r.xlsx", "Late"),
    "survey": ("r.xlsx", "-o", "out.csv"),
    "convert": ("r.xlsx", "-o", "out.parquet"),
    "followups": ("r.xlsx",),
    "kpis": ("r.xlsx",),
    "report": ("r.xlsx", "-o", "out.html", "-o", "out.xlsx"),
    "refresh": ("r.xlsx",),
    "upgrade": ("r.xlsx",),
    "demo": ("out", "--lang", "en"),
    "rules": (),
    "profiles": (),
    "live": ("check", "r.xlsx"),
    "addin build": ("out.xlam",),
    "addin install": (),
    "addin status": (),
    "addin uninstall": (),
}
"""Every command there is, with arguments that make it do its work. A new command needs a line here."""
ANSWERS: Final = {"addin install": 1, "addin status": 1, "addin uninstall": 1}
"""Exit codes other than 0: there is no Excel on this system. ``check`` and ``collect`` may have something to say."""


def leaves(command: click.Command, name: str = "") -> Iterator[str]:
    """The names of all commands that do something."""
    if isinstance(command, click.Group):
        for key in command.list_commands(click.Context(command)):
            found = command.get_command(click.Context(command), key)
            assert found is not None
            yield from leaves(found, f"{name} {key}".strip())
    else:
        yield name


def blocked(folder: Path) -> dict[str, str]:
    """The environment of a process in which every attempt to connect is noted and refused."""
    (folder / "sitecustomize.py").write_text(BLOCK)
    path = os.pathsep.join((str(folder), str(Path(__file__).parents[2])))
    more = {"PYTHONPATH": path, "CALLS": str(folder / "calls"), "LANG": "C.UTF-8", "HOME": str(folder)}
    return {**os.environ, **more}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a register that asks for the outside, and with a blank form of it."""
    folder = tmp_path_factory.mktemp("prepared")
    rows = {
        "complaint_id": ["C-1"], "kind": "complaint", "customer_tier": "vip", "channel": "phone",
        "received_at": dt.datetime(2026, 10, 1, 9), "verbatim": '=WEBSERVICE("http://127.0.0.1:9/")',
    }  # fmt: skip
    build_register(folder / "r.xlsx", "en", complaints=pd.DataFrame(rows), today=dt.date(2026, 10, 31))
    subprocess.run(
        [sys.executable, "-m", "kesu.cli", "form", "r.xlsx", "-o", "form.xlsx"],
        cwd=folder,
        check=True,
        timeout=300,
    )
    table = "Complaint no.,Kind,Received at,Verbatim\nC-1,Complaint,2026-10-01 09:00,Late\nC-2,Complaint,2026-10-02 09:00,Broken\n"
    (folder / "table.csv").write_text(table, "utf-8")
    with zipfile.ZipFile(folder / "r.xlsx", "a") as book:  # a query and a link to the outside
        query = '<connections><connection id="1" refreshOnLoad="1"/></connections>'
        book.writestr("xl/connections.xml", query)
        book.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    return folder


def test_the_block_blocks(tmp_path: Path) -> None:
    code = "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')"
    done = subprocess.run(
        [sys.executable, "-c", code], env=blocked(tmp_path), capture_output=True, timeout=300, check=False
    )
    assert done.returncode != 0
    assert (tmp_path / "calls").exists()


def test_every_command_is_on_the_list() -> None:
    assert set(leaves(main)) == set(COMMANDS)


ONE_AFTER_THE_OTHER: Final = """
import json, os, sys
from click.testing import CliRunner
from kesu.cli import main
from kesu import demo
from tests import quicker
demo.ROWS = (100, 100, 100)
quicker.leave_few_rows_free()
quicker.share_reading_children()
for folder, words in json.loads(sys.stdin.read()):
    os.chdir(folder)
    os.environ["CALLS"] = os.path.join(folder, "calls")
    done = CliRunner().invoke(main, words)
    print(json.dumps([done.exit_code, done.stderr, repr(done.exception)]))
"""
LIBREOFFICE: Final = shutil.which("soffice") is not None


@pytest.fixture(scope="module")
def ran(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, int, str, str]]:
    """Every command in a folder of its own, all in one process: the folder, exit code, standard error, exception."""
    names = [name for name in COMMANDS if not (EXCEL and name in ANSWERS) and (LIBREOFFICE or name != "live")]
    home = tmp_path_factory.mktemp("home")
    folders = {
        name: Path(shutil.copytree(prepared, tmp_path_factory.mktemp("ran") / "here")) for name in names
    }
    done = subprocess.run(
        [sys.executable, "-c", ONE_AFTER_THE_OTHER],
        input=json.dumps([(str(folders[name]), [*name.split(), *COMMANDS[name]]) for name in names]),
        env=blocked(home), capture_output=True, encoding="utf-8", timeout=600, check=True,
    )  # fmt: skip
    assert not (home / "calls").exists()
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return {name: (folders[name], *each) for name, each in zip(names, told, strict=True)}


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.libreoffice] * (name == "live")) for name in COMMANDS]
)
def test_no_command_opens_a_connection(name: str, ran: dict[str, tuple[Path, int, str, str]]) -> None:
    if EXCEL and name in ANSWERS:
        pytest.skip("this system may have Excel, which must not be given an add-in")
    if name == "live" and not LIBREOFFICE:
        if os.environ.get("CI"):
            pytest.fail("LibreOffice is missing")
        pytest.skip("no LibreOffice (soffice) here")
    folder, code, stderr, exception = ran[name]
    allowed = {0, 1} if name in {"check", "collect", "live"} else {ANSWERS.get(name, 0)}
    assert code in allowed, stderr
    assert exception == "None" or exception.startswith("SystemExit(")
    assert not (folder / "calls").exists()


def test_neither_does_the_process_that_opens_the_workbooks(prepared: Path, tmp_path: Path) -> None:
    """It is started with Python's isolated mode, which the block above does not reach."""
    code = (
        f"exec({BLOCK!r})\nimport sys; sys.argv = ['', '2048', '60']\n"
        "from kesu.workbook.reading.child import main; main()"
    )
    request = json.dumps({"path": str(prepared / "r.xlsx"), "all": True, "password": None})
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=request.encode() + b"\n", env=blocked(tmp_path), capture_output=True, timeout=300, check=True,
    )  # fmt: skip
    assert "Register" in json.loads(done.stdout.splitlines()[0])["sheets"]
    assert not (tmp_path / "calls").exists()
