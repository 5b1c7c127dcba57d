"""How registers are read: limits and passwords, from the options of the running command."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kesu.cli.options import say, ui
from kesu.words.text import Text
from kesu.workbook.reading.reader import MEGABYTES, SECONDS, Reader

TRIES = 3
"""How often a person is asked for one password."""


def new_reader() -> Reader:
    """A reader with the limits given on the command line; it must be closed."""
    given = click.get_current_context().meta
    return Reader(
        given.get("kesu.time_limit") or SECONDS,
        given.get("kesu.memory_limit_mb") or MEGABYTES,
        _Passwords(given.get("kesu.password_file")),
        given.get("kesu.encoding"),
    )


class _Passwords:
    """The password of the file named, else of whoever sits at the terminal; never shown, never kept."""

    def __init__(self, file: Path | None) -> None:
        self._word = _first_line(file) if file else None
        self._asked: dict[Path, int] = {}

    def __call__(self, path: Path, wrong: bool) -> str | None:
        if self._word is not None:
            return None if wrong else self._word
        if not sys.stdin.isatty() or self._asked.get(path, 0) >= TRIES:
            return None
        self._asked[path] = self._asked.get(path, 0) + 1
        if wrong:
            say(Text("密码不对，请再试一次。", "The password is wrong; try again."))
        from kesu.words.terminal import clean

        question = ui(f"{path.name} 的打开密码", f"Password of {path.name}")
        word = click.prompt(clean(question), hide_input=True, default="", show_default=False, err=True)
        return str(word) or None


def _first_line(file: Path) -> str:
    try:
        with file.open(encoding="utf-8-sig") as stream:
            return stream.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise click.BadParameter(
            ui(f"密码文件读不出来：{error}", f"the password file cannot be read: {error}"),
            param_hint="--password-file",
        ) from None
