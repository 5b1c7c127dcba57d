"""At a terminal kesu asks for the password of a workbook, and the password is nowhere to be seen afterwards."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest
from msoffcrypto.format.ooxml import OOXMLFile

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")

RIGHT = "s3cret-密码"
TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
QUESTION = b"Password of locked.xlsx: "


class Said(NamedTuple):
    """How a session at the terminal ended: exit code, and every byte that stood on the screen."""

    code: int
    screen: str


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Register"
    sheet.append(("Complaint no.", "Kind", "Tier", "Received at", "Channel"))
    sheet.append(("C-1", "Complaint", "VIP", dt.datetime(2026, 10, 1, 9), "Phone"))
    book.save(tmp_path / "plain.xlsx")
    path = tmp_path / "locked.xlsx"
    with (tmp_path / "plain.xlsx").open("rb") as plain, path.open("wb") as out:
        OOXMLFile(plain).encrypt(RIGHT, out)
    (tmp_path / "plain.xlsx").unlink()
    return path


def at_terminal(path: Path, answers: Sequence[str], *words: str) -> Said:
    """``kesu deadlines`` on a terminal of its own; each answer is typed when the question is asked."""
    command = [sys.executable, "-m", "kesu.cli", "deadlines", path.name, "--as-of", "2026-10-02", *words]
    env = {**os.environ, "LANG": "C.UTF-8", "PYTHONUTF8": "1"}
    env.pop("LC_ALL", None)
    with subprocess.Popen(
        [sys.executable, "-c", TERMINAL, *command],
        cwd=path.parent, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        screen = b""
        for asked, answer in enumerate(answers):
            while screen.count(QUESTION) <= asked and (byte := process.stdout.read(1)):
                screen += byte
            process.stdin.write(answer.encode() + b"\n")
            process.stdin.flush()
        screen += process.stdout.read()
        return Said(process.wait(timeout=300), screen.decode())


def test_a_mistyped_password_is_asked_for_again(locked: Path) -> None:
    done = at_terminal(locked, ["gue55", RIGHT])
    assert done.code == 0, done.screen
    assert done.screen.count("Password of locked.xlsx") == 2
    assert "The password is wrong; try again." in done.screen
    assert "C-1" in done.screen
    assert RIGHT not in done.screen
    assert "gue55" not in done.screen
    assert sorted(file.name for file in locked.parent.iterdir()) == ["locked.xlsx"]


@pytest.mark.slow
def test_after_three_wrong_ones_it_is_given_up(locked: Path) -> None:
    done = at_terminal(locked, ["gue551", "gue552", "gue553"])
    assert done.code == 3, done.screen
    assert done.screen.count("Password of locked.xlsx") == 3
    assert "the password is wrong" in done.screen.splitlines()[-1]
    assert "gue55" not in done.screen
    assert "Traceback" not in done.screen


@pytest.mark.slow
def test_no_answer_gives_it_up_at_once(locked: Path) -> None:
    done = at_terminal(locked, [""])
    assert done.code == 3, done.screen
    assert done.screen.count("Password of locked.xlsx") == 1
    assert "--password-file" in done.screen


@pytest.mark.slow
def test_a_file_with_the_password_keeps_it_from_asking(locked: Path) -> None:
    (locked.parent / "word").write_text("gue55\n")
    done = at_terminal(locked, [], "--password-file", "word")
    assert done.code == 3, done.screen
    assert "Password of" not in done.screen
    assert "gue55" not in done.screen
