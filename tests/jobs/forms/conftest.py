"""Registers, filled-in forms, and the two commands run on them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click.testing
import openpyxl
import pandas as pd
import pytest

from kesu.cli import main
from kesu.words.text import LANGS
from kesu.workbook.writing import build_form, build_register
from tests.jobs.forms.case_values import CASE, DAY, ITEMS, complaints

Run = Callable[..., click.testing.Result]
Filled = Callable[..., Path]
Rows = Callable[[Path, str], list[dict[str, Any]]]


def _run(command: str) -> Run:
    def run(*words: str | Path) -> click.testing.Result:
        env = {"LC_ALL": None, "LC_MESSAGES": None, "LANG": "C.UTF-8"}
        done = click.testing.CliRunner().invoke(main, [command, *map(str, words)], env=env)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return run


@pytest.fixture(scope="session")
def collect() -> Run:
    """``kesu collect WORDS…`` in this process, messages in English."""
    return _run("collect")


@pytest.fixture(scope="session")
def form() -> Run:
    """``kesu form WORDS…`` in this process, messages in English."""
    return _run("form")


@pytest.fixture(scope="session")
def told() -> Callable[..., Any]:
    """What another command says of a register: ``told("check", path, …)``, its JSON."""
    import json

    def run(command: str, *words: str | Path) -> Any:
        return json.loads(_run(command)(*words, "--format", "json").stdout)

    return run


@pytest.fixture
def filled(tmp_path: Path) -> Filled:
    """A form as somebody filled it in: ``filled("a.xlsx", complaint_id="C-7", lang="zh", items=…)``.

    Every field of `CASE` and its items unless said otherwise; None leaves a field empty.
    """

    def make(name: str, lang: str = "en", items: Any = ITEMS, **fields: Any) -> Path:
        given = {key: value for key, value in {**CASE, **fields}.items() if value is not None}
        build_form(tmp_path / name, lang, complaint=given, items=items, today=DAY)
        return tmp_path / name

    return make


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Registers in both languages without a complaint, and a full one in English; not to be changed."""
    folder = tmp_path_factory.mktemp("built")
    items = pd.DataFrame({"complaint_id": ["C-1"], "item_kind": "demand", "what": "money back"})
    for lang in LANGS:
        build_register(folder / f"{lang}.xlsx", lang, today=DAY)
    build_register(folder / "full.xlsx", "en", complaints=complaints(3), items=items, today=DAY)
    return {path.stem: path for path in folder.iterdir()}


@pytest.fixture
def empty(tmp_path: Path, built: dict[str, Path]) -> Path:
    """A new register in English."""
    return Path(shutil.copy(built["en"], tmp_path / "empty.xlsx"))


@pytest.fixture
def full(tmp_path: Path, built: dict[str, Path]) -> Path:
    """A register in English whose tables have no free row: three complaints, one item."""
    return Path(shutil.copy(built["full"], tmp_path / "full.xlsx"))


@pytest.fixture(scope="session")
def rows() -> Rows:
    """The filled rows of an entry sheet by heading, as openpyxl reads them: ``rows(path, "Register")``."""

    def read(path: Path, sheet: str) -> list[dict[str, Any]]:
        book = openpyxl.load_workbook(path, read_only=True)
        grid = [list(row) for row in book[sheet].iter_rows(values_only=True)]
        book.close()
        first, key = next(
            (at, place)
            for at, row in enumerate(grid)
            for place, cell in enumerate(row[:2])
            if str(cell).removesuffix(" *") in {"Complaint no.", "投诉编号"}
        )
        heads = [str(cell).removesuffix(" *") for cell in grid[first]]
        return [
            {head: value for head, value in zip(heads, row, strict=True) if value is not None}
            for row in grid[first + 1 :]
            if row[key] is not None
        ]

    return read


@pytest.fixture(scope="session")
def pages() -> Callable[[bytes], int]:
    """How many pages a PDF has."""
    return lambda made: len(re.findall(rb"/Type\s*/Page\b", made))
