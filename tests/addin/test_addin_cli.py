"""``kesu addin`` in both languages, with its exit codes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Kesu


def test_build_writes_the_addin_in_the_language_asked_for(kesu: Kesu, tmp_path: Path) -> None:
    done = kesu("addin", "build", tmp_path / "K.xlam", "--lang", "zh")
    assert done.returncode == 0, done.stderr
    with ZipFile(tmp_path / "K.xlam") as package:
        assert 'label="客诉"' in package.read("customUI/customUI14.xml").decode()
    assert kesu("addin", "build", tmp_path / "K.xlsx").returncode == 2
    missing = kesu("addin", "build", tmp_path / "no" / "K.xlam")
    assert missing.returncode == 1
    assert "Traceback" not in missing.stderr


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="this system may have Excel")
@pytest.mark.parametrize("command", ["install", "uninstall", "status"])
def test_where_there_is_no_excel_it_says_so(kesu: Kesu, command: str) -> None:
    done = kesu("addin", command)
    assert done.returncode == 1
    assert "no Excel on this system" in done.stderr
    assert "Traceback" not in done.stderr
    assert "没有 Excel" in kesu("addin", command, env={"LANG": "zh_CN.UTF-8"}).stderr
