"""Nothing in this folder is passed over: pytest leaves out folders and files by their names, without a word."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import LONGEST_FIRST, SLOW_ROOMS

TESTS: Final = Path(__file__).parent
FILES: Final = sorted(TESTS.rglob("*.py"))


def test_every_file_with_tests_is_collected(pytestconfig: pytest.Config) -> None:
    left_out, names = pytestconfig.getini("norecursedirs"), pytestconfig.getini("python_files")
    with_tests = [
        path
        for path in FILES
        if re.search(r"^(?:class Test|def test_)", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert len(with_tests) > 100
    for path in with_tests:
        folders = path.relative_to(TESTS).parts[:-1]
        assert not [folder for folder in folders for pattern in left_out if fnmatch(folder, pattern)], path
        assert any(fnmatch(path.name, pattern) for pattern in names), path
        assert (path.parent / "__init__.py").exists(), path


def test_no_file_is_called_a_test_and_holds_none() -> None:
    assert [
        path for path in FILES if path.name.startswith("test_") and "def test_" not in path.read_text("utf-8")
    ] == []


def test_what_the_order_of_files_names_is_there() -> None:
    assert [name for name in (*LONGEST_FIRST, *SLOW_ROOMS) if not (TESTS / name).exists()] == []
