"""``kesu addin`` in both languages, with its exit codes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner

from kesu.cli.addin import addin
from kesu.live.addin import AddinError, NoProgramError, Status
from kesu.words.text import Text
from tests.conftest import Kesu


def test_build_writes_the_addin_in_the_language_asked_for(kesu: Kesu, tmp_path: Path) -> None:
    done = kesu("addin", "build", tmp_path / "K.xlam", "--lang", "zh")
    assert done.returncode == 0, done.stderr
    with ZipFile(tmp_path / "K.xlam") as package:
        assert 'label="客诉"' in package.read("customUI/customUI14.xml").decode()
    assert kesu("addin", "build", tmp_path / "K.xlsx").returncode == 2
    missing = kesu("addin", "build", tmp_path / "no" / "K.xlam")
    assert missing.returncode == 2
    assert "Traceback" not in missing.stderr


def test_the_names_ending_says_for_which_program(kesu: Kesu, tmp_path: Path) -> None:
    done = kesu("addin", "build", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"Kesu.xlam", "Kesu.oxt"}
    assert "description.xml" in ZipFile(tmp_path / "Kesu.oxt").namelist()
    refused = kesu("addin", "build", tmp_path / "K.oxt", "--lang", "zh", env={"LANG": "zh_CN.UTF-8"})
    assert refused.returncode == 2
    assert "两种语言" in refused.stderr
    assert not (tmp_path / "K.oxt").exists()
    missing = kesu("addin", "build", tmp_path / "no" / "K.oxt")
    assert missing.returncode == 2
    assert "Traceback" not in missing.stderr


Programs = dict[str, Any]


def state(program: str, *, installed: bool = True, python: bool = True) -> Status:
    return Status(program, "somewhere", installed, "kesu 1", True, Path("/python"), python)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    """``kesu addin COMMAND`` where Excel's and LibreOffice's part give or raise what is said."""
    monkeypatch.setenv("LANG", "C.UTF-8")

    def called(command: str, excel: object, office: object) -> tuple[int, str, str]:
        names = {"status": "status_of_extension"}.get(command, f"{command}_extension")
        for name, outcome in ((command, excel), (names, office)):

            def work(*_: object, outcome: object = outcome) -> object:
                if isinstance(outcome, Exception):
                    raise outcome
                return outcome

            monkeypatch.setattr(f"kesu.live.addin.{name}", work)
        done = CliRunner().invoke(addin, [command])
        return done.exit_code, done.stdout, done.stderr

    return called


NO_EXCEL = NoProgramError(Text("没有 Excel", "no Excel here"))
NO_OFFICE = NoProgramError(Text("没有 LibreOffice", "no LibreOffice here"))


def test_what_is_not_there_is_no_trouble_for_what_is(run: Callable[..., tuple[int, str, str]]) -> None:
    for excel, office, program in (
        (NO_EXCEL, state("LibreOffice"), "LibreOffice"),
        (state("Excel"), NO_OFFICE, "Excel"),
    ):
        code, out, said = run("install", excel, office)
        assert code == 0
        assert f"program: {program}\n" in out
        assert out.count("program: ") == 1
        assert " here" not in said


@pytest.mark.parametrize("command", ["install", "uninstall", "status"])
def test_where_there_is_neither_program_it_says_so(
    run: Callable[..., tuple[int, str, str]], command: str
) -> None:
    code, out, said = run(command, NO_EXCEL, NO_OFFICE)
    assert (code, out) == (1, "")
    assert said == "no Excel here\nno LibreOffice here\n"


def test_one_that_fails_is_told_and_the_other_is_done(run: Callable[..., tuple[int, str, str]]) -> None:
    held = AddinError(Text("请关闭", "close it first"))
    assert run("uninstall", True, held)[::2] == (1, "close it first\n")
    assert run("uninstall", OSError("disk full"), True)[::2] == (2, "Could not write: disk full\n")
    assert run("uninstall", False, True)[::2] == (0, "Uninstalled.\n")
    assert run("uninstall", False, NO_OFFICE)[::2] == (0, "It was not installed; nothing to do.\n")


def test_the_exit_code_of_status_says_whether_buttons_work(run: Callable[..., tuple[int, str, str]]) -> None:
    there, absent, broken = state("X"), state("X", installed=False), state("X", python=False)
    assert run("status", there, absent)[0] == 0
    assert run("status", NO_EXCEL, there)[0] == 0
    assert run("status", absent, absent)[0] == 1
    assert run("status", there, broken)[0] == 1
