"""One LibreOffice for all tests of this folder, and registers to open in it."""

from __future__ import annotations

import datetime as dt
import functools
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import xlwings as xw

from kesu.demo import AS_OF, make_branch
from kesu.workbook.writing import build_register
from xlwings_libreoffice import start

BRANCH = {"zh": 0, "en": 2}
ROWS = 60
FEW = 12
"""Enough where not every kind of fault is looked for: each row costs the office fifty formulas at every press."""
TODAY = AS_OF.date()


class Answers(list[str]):
    """What the macros told the user, in order."""

    def __call__(self, prompt: str, _title: str, _buttons: str) -> str:
        self.append(prompt)
        return "ok"


@pytest.fixture(scope="session")
def told() -> Answers:
    return Answers()


@pytest.fixture(scope="session")
def app(told: Answers) -> Iterator[xw.App]:
    if shutil.which("soffice") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have LibreOffice: apt-get install libreoffice-calc python3-uno")
        pytest.skip("LibreOffice (soffice) is not on the PATH")
    with start(answer=told) as app:
        yield app


Build = Callable[..., Path]


@pytest.fixture(scope="session")
def build() -> Build:
    """Writes a register of one demo branch, faults and items included: ``build(path, lang, rows=…, today=…)``."""

    branch = functools.cache(make_branch)

    def made(path: Path, lang: str, *, rows: int = ROWS, today: dt.date = TODAY) -> Path:
        settings, complaints, items, _ = branch(BRANCH[lang], ROWS, 7)
        complaints = complaints.head(rows)
        items = items[items["complaint_id"].isin(complaints["complaint_id"])]
        build_register(path, lang, settings, complaints=complaints, items=items, today=today)
        return path

    return made
