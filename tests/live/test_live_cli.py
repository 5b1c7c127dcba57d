"""``kesu live``: opens the workbook, runs the macro, saves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from kesu.demo import AS_OF

if TYPE_CHECKING:
    from pathlib import Path

    import xlwings as xw
    from tests.conftest import Kesu
    from tests.live.conftest import Build

pytestmark = pytest.mark.libreoffice


def test_it_saves_what_the_macro_did(app: xw.App, build: Build, kesu: Kesu, tmp_path: Path) -> None:
    assert app.pid  # there is a LibreOffice here
    path = build(tmp_path / "r.xlsx", "en")
    at = ("--as-of", AS_OF.isoformat())
    done = kesu("live", "followups", path, *at)
    assert done.returncode == 0, done.stderr
    sheet = openpyxl.load_workbook(path, data_only=True)["Follow-ups"]
    shown = [row[0] for row in sheet.iter_rows(min_row=6, values_only=True) if row[0]]
    assert f"Follow-ups: {len(shown)} things to do." in done.stdout
    assert not list(tmp_path.glob(".~lock*"))


def test_what_a_macro_refuses_is_exit_code_one(app: xw.App, build: Build, kesu: Kesu, tmp_path: Path) -> None:
    assert app.pid
    path = build(tmp_path / "r.xlsx", "zh")
    before = path.read_bytes()
    done = kesu("live", "close_complaint", path, "--id", "nobody", "--as-of", AS_OF.isoformat())
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
