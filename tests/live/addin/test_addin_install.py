"""Installing puts files into the user's own folders only, and takes them away again."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import xlwings as xw

from kesu.live.addin import (
    AddinError,
    Locations,
    NoProgramError,
    OfficeLocations,
    install,
    install_extension,
    locations,
    status,
    status_of_extension,
    uninstall,
    uninstall_extension,
)
from kesu.words.version import VERSION
from xlwings_libreoffice.bridge import Message, OfficeError


def windows(home: Path) -> Locations:
    return locations("win32", {"APPDATA": str(home / "Roaming"), "USERPROFILE": str(home)})


def mac(home: Path) -> Locations:
    return locations("darwin", {"HOME": str(home)})


def python_at(folder: Path) -> Path:
    interpreter = folder / "python.exe"
    interpreter.write_bytes(b"")
    return interpreter


def test_on_windows_it_lies_where_excel_starts_it(tmp_path: Path) -> None:
    where = windows(tmp_path)
    assert where.addin == tmp_path / "Roaming" / "Microsoft" / "Excel" / "XLSTART" / "Kesu.xlam"
    assert where.config == tmp_path / ".kesu" / "kesu.conf"
    interpreter = python_at(tmp_path)
    done = install("zh", where=where, interpreter=interpreter)
    assert (done.installed, done.up_to_date, done.interpreter, done.interpreter_found) == (
        True,
        True,
        interpreter,
        True,
    )
    assert done.made_with is not None
    assert done.made_with.endswith(f"xlwings {xw.__version__}")
    assert where.config.read_text(encoding="utf-8").splitlines() == [
        f'"INTERPRETER_WIN","{interpreter}"',
        '"ADD_WORKBOOK_TO_PYTHONPATH","False"',
    ]


def test_on_a_mac_excel_also_gets_the_script_that_starts_python(tmp_path: Path) -> None:
    where = mac(tmp_path)
    install("en", where=where, interpreter=python_at(tmp_path))
    assert where.addin.parent == (
        tmp_path / "Library/Group Containers/UBF8T346G9.Office/User Content.localized/Startup.localized/Excel"
    )
    assert where.config == tmp_path / "Library/Containers/com.microsoft.Excel/Data/kesu.conf"
    assert '"INTERPRETER_MAC"' in where.config.read_text(encoding="utf-8")
    script = (
        tmp_path / f"Library/Application Scripts/com.microsoft.Excel/xlwings-{xw.__version__}.applescript"
    )
    assert "VbaHandler" in script.read_text(encoding="utf-8")


def test_what_the_user_wrote_into_the_configuration_stays(tmp_path: Path) -> None:
    where = windows(tmp_path)
    where.config.parent.mkdir()
    where.config.write_text(
        '"SHOW CONSOLE","True"\n"INTERPRETER_WIN","C:\\old\\python.exe"\n', encoding="utf-8"
    )
    interpreter = python_at(tmp_path)
    install(where=where, interpreter=interpreter)
    assert where.config.read_bytes().decode() == (
        f'"SHOW CONSOLE","True"\r\n"INTERPRETER_WIN","{interpreter}"\r\n"ADD_WORKBOOK_TO_PYTHONPATH","False"\r\n'
    )


def test_uninstalling_leaves_nothing_of_ours(tmp_path: Path) -> None:
    where = windows(tmp_path)
    assert uninstall(where=where) is False
    install(where=where, interpreter=python_at(tmp_path))
    assert uninstall(where=where) is True
    assert not where.addin.exists()
    assert not where.config.exists()


def test_the_status_says_what_is_wrong(tmp_path: Path) -> None:
    where = windows(tmp_path)
    nothing = status(where=where)
    assert (nothing.installed, nothing.made_with, nothing.up_to_date, nothing.interpreter) == (
        False,
        None,
        False,
        None,
    )
    install(where=where, interpreter=tmp_path / "gone.exe")
    assert status(where=where).interpreter_found is False
    where.addin.write_bytes(b"not an add-in")
    broken = status(where=where)
    assert (broken.installed, broken.made_with, broken.up_to_date) == (True, None, False)


def test_a_file_that_excel_holds_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = windows(tmp_path)

    def held(*_: object, **__: object) -> Path:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "replace", held)
    monkeypatch.setattr(Path, "unlink", held)
    with pytest.raises(AddinError, match="close Excel") as caught:
        install(where=where, interpreter=tmp_path / "python.exe")
    assert "关闭 Excel" in caught.value.text.zh
    with pytest.raises(AddinError, match="close Excel"):
        uninstall(where=where)


def test_where_there_is_no_excel_it_says_so() -> None:
    with pytest.raises(NoProgramError, match="no Excel on this system"):
        locations("linux", {"HOME": "/home/somebody"})
    with pytest.raises(AddinError, match="APPDATA is not set"):
        locations("win32", {})


def test_a_libreoffice_without_a_way_in_is_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise OfficeError(Message("请安装 python3-uno", "install python3-uno"))

    monkeypatch.setattr("kesu.live.addin.office.uno", missing)
    with pytest.raises(NoProgramError, match="install python3-uno"):
        status_of_extension()


UNOPKG = """#!/bin/sh
echo "$@" >> {log}
{does}
"""


@pytest.fixture
def office(tmp_path: Path) -> Callable[[str], OfficeLocations]:
    """A LibreOffice whose unopkg notes what it is told, and does as the test says."""

    def made(does: str) -> OfficeLocations:
        unopkg = tmp_path / "unopkg"
        unopkg.write_text(UNOPKG.format(log=tmp_path / "told", does=does), encoding="utf-8")
        unopkg.chmod(0o755)
        return OfficeLocations(unopkg, tmp_path / ".kesu" / "libreoffice.conf", tmp_path / "pro file")

    return made


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for unopkg")
def test_unopkg_is_told_what_to_do_for_one_profile(
    office: Callable[[str], OfficeLocations], tmp_path: Path
) -> None:
    listed = f"[ $1 = list ] && printf 'Identifier: kesu.libreoffice\\n  Version: {VERSION}\\n'"
    where = office(f"{listed}; exit 0")
    done = install_extension(where=where, interpreter=python_at(tmp_path))
    assert (done.installed, done.up_to_date, done.interpreter_found) == (True, True, True)
    assert where.config.read_text("utf-8") == f'"INTERPRETER","{tmp_path / "python.exe"}"\n'
    assert uninstall_extension(where=where)
    assert not where.config.parent.exists()
    told = [line.split(" -env:")[0] for line in (tmp_path / "told").read_text().splitlines()]
    assert [line.split()[0] for line in told] == ["add", "list", "list", "remove"]
    assert told[0].startswith("add --force --suppress-license ")
    assert told[0].endswith("Kesu.oxt")
    assert told[3] == "remove kesu.libreoffice"
    assert (tmp_path / "told").read_text().count("-env:UserInstallation=file://") == 4
    assert "pro%20file" in (tmp_path / "told").read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for unopkg")
def test_what_unopkg_refuses_is_told_and_nothing_is_noted(
    office: Callable[[str], OfficeLocations], tmp_path: Path
) -> None:
    for does, said in (
        ("echo 'ERROR: it is running: /profile/.lock' >&2; exit 1", "LibreOffice is open"),
        ("printf 'ERROR: as root\\n\\n' >&2; exit 1", "unopkg failed: ERROR: as root"),
    ):
        where = office(does)
        for work in (install_extension, uninstall_extension, status_of_extension):
            with pytest.raises(AddinError, match=said):
                work(where=where)
        assert not where.config.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for unopkg")
def test_what_fails_halfway_is_taken_away_again(
    office: Callable[[str], OfficeLocations], tmp_path: Path
) -> None:
    with pytest.raises(AddinError, match="it broke"):
        install_extension(where=office("if [ $1 = add ]; then echo it broke >&2; exit 1; fi"))
    told = (tmp_path / "told").read_text().splitlines()
    assert [line.split()[0] for line in told] == ["add", "remove"]


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for unopkg")
def test_another_version_is_not_up_to_date(office: Callable[[str], OfficeLocations]) -> None:
    where = office(
        "printf 'Identifier: other\\n  Version: 9\\nIdentifier: kesu.libreoffice\\n  Version: 0.0.1\\n'"
    )
    found = status_of_extension(where=where)
    assert (found.installed, found.made_with, found.up_to_date) == (True, "kesu 0.0.1", False)
    nothing = status_of_extension(where=office("echo 'All deployed user extensions:'"))
    assert (nothing.installed, nothing.made_with, nothing.interpreter) == (False, None, None)
