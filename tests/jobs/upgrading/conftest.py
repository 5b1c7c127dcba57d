"""Registers that earlier versions made (of 22 and 27 November 2026), with three complaints and four items in each."""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from pathlib import Path

import click.testing
import pytest

from kesu.cli import main
from tests.odd_books import write

Upgrade = Callable[..., click.testing.Result]
HERE = Path(__file__).parent


def parts(lang: str) -> dict[str, bytes]:
    """The parts of the earlier register in ``lang``, by name, as they stand in its file."""
    found = {}
    with tarfile.open(HERE / f"earlier-{lang}.tar.xz") as packed:
        for member in packed:
            if (file := packed.extractfile(member)) is not None:
                found[member.name.removeprefix("./")] = file.read()
    return {"[Content_Types].xml": found.pop("[Content_Types].xml"), **found}


@pytest.fixture
def earlier(tmp_path: Path) -> Callable[[str], Path]:
    """The earlier register in a language, as a file that a team has."""

    def make(lang: str) -> Path:
        path = tmp_path / "team.xlsx"
        write(path, parts(lang))
        return path

    return make


@pytest.fixture
def upgrade() -> Upgrade:
    """``kesu upgrade WORDS…`` in this process; English unless ``lang`` says otherwise."""

    def run(*words: str | Path, lang: str = "C.UTF-8") -> click.testing.Result:
        env = {"LC_ALL": None, "LC_MESSAGES": None, "LANG": lang}
        return click.testing.CliRunner().invoke(main, ["upgrade", *map(str, words)], env=env)

    return run
