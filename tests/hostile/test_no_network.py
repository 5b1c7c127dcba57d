"""kesu's local commands never open a connection, and nothing in a workbook is followed or run."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

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


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    (folder / "sitecustomize.py").write_text(BLOCK)
    env = os.environ | {"PYTHONPATH": str(folder), "CALLS": str(folder / "calls"), "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "kesu.cli", *words]
    return subprocess.run(
        command, cwd=folder, env=env, capture_output=True, encoding="utf-8", timeout=300, check=False
    )


def test_the_block_blocks(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(BLOCK)
    env = os.environ | {"PYTHONPATH": str(tmp_path), "CALLS": str(tmp_path / "calls")}
    code = "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')"
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, timeout=300, check=False
    )
    assert done.returncode != 0
    assert (tmp_path / "calls").exists()


@pytest.mark.slow
def test_no_local_command_opens_a_connection(tmp_path: Path) -> None:
    assert run(tmp_path, "new", "r.xlsx", "--lang", "en").returncode == 0
    with zipfile.ZipFile(tmp_path / "r.xlsx", "a") as book:  # a query and a link to the outside
        book.writestr(
            "xl/connections.xml", '<connections><connection id="1" refreshOnLoad="1"/></connections>'
        )
        book.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    for words in (
        ["check"], ["deadlines"], ["followups"], ["kpis"], ["refresh"], ["report", "-o", "r.html", "-o", "o.xlsx"],
    ):  # fmt: skip
        done = run(tmp_path, words[0], "r.xlsx", *words[1:])
        assert done.returncode in {0, 1}, done.stderr
    assert run(tmp_path, "rules").returncode == 0
    assert run(tmp_path, "profiles").returncode == 0
    assert not (tmp_path / "calls").exists()
