"""What tests of every room share: the command line as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Kesu = Callable[..., subprocess.CompletedProcess[str]]


def run_kesu(
    *words: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """``kesu WORDS…`` in a new process, its streams read as UTF-8; English unless ``env`` says otherwise."""
    plain = {key: value for key, value in os.environ.items() if key not in {"LC_ALL", "LC_MESSAGES", "LANG"}}
    return subprocess.run(
        [sys.executable, "-m", "kesu.cli", *map(str, words)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=cwd,
        env=plain | {"LANG": "C.UTF-8"} | dict(env or {}),
        timeout=300,
    )


@pytest.fixture(scope="session")
def kesu() -> Kesu:
    """Runs ``kesu`` as a user does."""
    return run_kesu
