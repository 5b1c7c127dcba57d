"""kesu addin install with a real unopkg, and another Python in its way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.live.oxt.conftest import Home

pytestmark = [pytest.mark.libreoffice, pytest.mark.slow]


def test_another_python_first_on_the_path_does_not_confuse_libreoffice(
    newcomer: Home, tmp_path: Path
) -> None:
    """As in a virtual environment, or with pyenv: LibreOffice's Python would take that one's library for its own."""
    program = tmp_path / "other" / "bin" / "python3"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    for minor in range(8, 20):
        landmark = tmp_path / "other" / "lib" / f"python3.{minor}" / "os.py"
        landmark.parent.mkdir(parents=True)
        landmark.write_text("raise ImportError('the wrong Python')", encoding="utf-8")
    path = os.pathsep.join([str(program.parent), os.environ.get("PATH", os.defpath)])
    done = newcomer.kesu("addin", "install", PATH=path)
    assert done.returncode == 0, done.stderr
    assert newcomer.config.exists()
