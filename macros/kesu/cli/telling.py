"""What commands say, and in which language: messages on standard error, times and figures in tables."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from kesu.words.text import Text

if TYPE_CHECKING:
    import pandas as pd


def ui_lang() -> str:
    """Language of help and messages: ``--lang`` if given, else that of the locale."""
    words = sys.argv[1:]
    for at, word in enumerate(words):
        given = (
            word.removeprefix("--lang=")
            if word.startswith("--lang=")
            else words[at + 1 : at + 2]
            if word == "--lang"
            else ""
        )
        if given in ("zh", ["zh"]):
            return "zh"
        if given in ("en", ["en"]):
            return "en"
    named = next((value for key in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(key))), "")
    if not named and sys.platform == "win32":
        import locale

        named = locale.getlocale()[0] or ""
    return "zh" if named.lower().startswith(("zh", "chinese")) else "en"


def ui(zh: str, en: str) -> str:
    """One of two wordings, for help texts."""
    return Text(zh, en).of(ui_lang())


def say(text: Text | str) -> None:
    """A message on standard error."""
    from kesu.words.terminal import clean

    click.echo(clean(text if isinstance(text, str) else text.of(ui_lang())), err=True)


def shown(value: object) -> str:
    """A text cell, or nothing."""
    return value if isinstance(value, str) else ""


def moment(value: pd.Timestamp) -> str:
    """A time to the minute (to the second where it has some), or a dash."""
    if value != value:  # noqa: PLR0124 - NaT is not itself
        return "–"
    return value.strftime("%Y-%m-%d %H:%M:%S" if value.second else "%Y-%m-%d %H:%M")


def hours(value: float) -> str:
    """Hours with one decimal, or nothing."""
    return f"{value:.1f}" if value == value else ""  # noqa: PLR0124 - NaN is not itself


def cleaned(text: str) -> str:
    """Lines without control characters, so that no cell can steer a terminal."""
    from kesu.words.terminal import clean

    return "\n".join(clean(line) for line in text.split("\n"))
