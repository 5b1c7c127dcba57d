"""Workbooks built once for all tests of the builder."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from kesu.workbook.writing import build_register
from tests.quicker import all_free_rows

DAY = dt.date(2026, 11, 22)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An empty register in each language, as users get it."""
    folder = tmp_path_factory.mktemp("built")
    paths = {lang: folder / f"{lang}.xlsx" for lang in ("zh", "en")}
    with all_free_rows():
        for lang, path in paths.items():
            build_register(path, lang, today=DAY)
    return paths


@pytest.fixture(scope="session")
def books(built: dict[str, Path]) -> dict[str, Workbook]:
    """The same, opened with openpyxl."""
    return {lang: openpyxl.load_workbook(path) for lang, path in built.items()}
