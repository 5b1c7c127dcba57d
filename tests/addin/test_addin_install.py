"""Installing puts files into the user's own folders only, and takes them away again."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlwings as xw

from kesu.live.addin import AddinError, Places, install, places, status, uninstall


def windows(home: Path) -> Places:
    return places("win32", {"APPDATA": str(home / "Roaming"), "USERPROFILE": str(home)})


def mac(home: Path) -> Places:
    return places("darwin", {"HOME": str(home)})


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


def test_where_there_is_no_excel_it_says_what_to_use() -> None:
    with pytest.raises(AddinError, match="kesu live"):
        places("linux", {"HOME": "/home/somebody"})
    with pytest.raises(AddinError, match="APPDATA is not set"):
        places("win32", {})
