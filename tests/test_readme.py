"""What the README shows works as printed: its lines one after the other, on the files that the lines above them made."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path
from unittest import mock

import pytest
from click.testing import CliRunner

from kesu.cli import main

ROOT = Path(__file__).parents[1]

FOUND = {"check", "doubles"}
"""Commands that end with 1 where there is something to see."""


@pytest.mark.slow
@pytest.mark.parametrize(("name", "locale"), [("README.md", "en_GB.UTF-8"), ("README.zh.md", "zh_CN.UTF-8")])
def test_the_lines_work_in_order(
    name: str, locale: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", locale)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    text = (ROOT / name).read_text("utf-8")
    blocks = re.findall(r"^```(sh|python)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert [kind for kind, _ in blocks].count("python") == 1
    used = set()
    for kind, block in blocks:
        if kind == "python":
            exec(compile(block, name, "exec"), {})  # noqa: S102 - our own page
            continue
        for line in block.splitlines():
            command, *words = shlex.split(line, comments=True)
            if command == "cd":
                monkeypatch.chdir(words[0])
            elif command != "kesu":
                subprocess.run(line, shell=True, check=True)  # noqa: S602 - our own page
            else:
                used.add(words[0])
                with mock.patch("sys.argv", ["kesu", *words]):
                    done = CliRunner().invoke(main, words)
                assert done.exit_code in ({0, 1} if words[0] in FOUND else {0}), f"{line}\n{done.output}"
    assert used >= set(main.list_commands(None)) - {"live", "addin"}  # type: ignore[arg-type]
