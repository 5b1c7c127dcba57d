"""A register, a form, and commands run in this process."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click.testing
import pandas as pd
import pytest

from kesu.cli import main
from kesu.workbook.writing import build_form, build_register
from tests.workbook.saving.write_values import DAY, Run


@pytest.fixture(scope="session")
def run() -> Run:
    """``kesu WORDS…`` in this process, in English; an exception other than the exit is a traceback, so it fails."""

    def called(*words: str | Path, lang: str = "C.UTF-8") -> click.testing.Result:
        env = {"LC_ALL": None, "LC_MESSAGES": None, "LANG": lang}
        done = click.testing.CliRunner().invoke(main, [*map(str, words)], env=env)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return called


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A register with one complaint, another without, and a form; not to be changed."""
    folder = tmp_path_factory.mktemp("made")
    rows = pd.DataFrame({"complaint_id": ["C-1"], "received_at": [dt.datetime(2026, 11, 2, 9, 0)]})
    build_register(folder / "register.xlsx", "en", complaints=rows, today=DAY)
    build_register(folder / "other.xlsx", "zh", today=DAY)
    build_form(folder / "form.xlsx", "en", today=DAY)
    return {path.stem: path for path in folder.iterdir()}
