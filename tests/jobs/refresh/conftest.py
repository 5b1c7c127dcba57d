"""Workbooks to refresh, and the command run on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import click.testing
import pandas as pd
import pytest

from kesu.cli import main
from kesu.workbook.writing import build_register

Run = Callable[..., click.testing.Result]


@pytest.fixture
def refresh() -> Run:
    """``kesu refresh WORDS…`` in this process, messages in English."""

    def run(*words: str | Path) -> click.testing.Result:
        env = {"LC_ALL": None, "LC_MESSAGES": None, "LANG": "C.UTF-8"}
        return click.testing.CliRunner().invoke(main, ["refresh", *map(str, words)], env=env)

    return run


def complaints(count: int, received: dt.datetime = dt.datetime(2026, 10, 1, 9)) -> pd.DataFrame:
    """``count`` complaints received at one time, with nothing done yet."""
    return pd.DataFrame(
        {
            "complaint_id": [f"C-{number}" for number in range(1, count + 1)],
            "kind": "complaint",
            "customer_tier": "vip",
            "received_at": received,
            "channel": "phone",
            "status": "new",
            "owner": "Li Na",
        }
    )


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """A register that kesu built, in English, with three complaints in rows of its table."""
    path = tmp_path / "branch.xlsx"
    build_register(path, "en", complaints=complaints(3), today=dt.date(2026, 10, 31))
    return path


@pytest.fixture
def crowded(tmp_path: Path) -> Path:
    """Sixty complaints: more to do than the forty rows that the follow-up table has to begin with."""
    path = tmp_path / "crowded.xlsx"
    build_register(path, "en", complaints=complaints(60), today=dt.date(2026, 10, 31))
    return path
