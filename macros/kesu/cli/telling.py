"""What commands say, and in which language: messages on standard error, times and figures in tables."""

from __future__ import annotations

import contextlib
import datetime as dt
import difflib
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

import click

from kesu.words.text import Text, listed

if TYPE_CHECKING:
    import pandas as pd

BAR: Final = "kesu.bar"
"""Where a click context keeps the progress bar that is shown."""
DAYS_FROM_HOURS: Final = 48
"""Spans from here on are told in days, as the register's own sheets do."""
HOURS: Final = Text("小时", "h")
DAYS: Final = Text("天", "d")


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

    with aside():
        click.echo(clean(text if isinstance(text, str) else text.of(ui_lang())), err=True)


def would_change(sheets: Sequence[str]) -> str:
    """Which sheets of a workbook a dry run would have changed."""
    if not sheets:
        return ui("会改动的都看不见", "nothing that shows would change")
    return ui("将改动工作表：", "would change these sheets: ") + listed(sheets).of(ui_lang())


@contextlib.contextmanager
def aside() -> Iterator[None]:
    """While the progress bar, if there is one, is off the screen: a line of words is never on a line with it."""
    context = click.get_current_context(silent=True)
    bar = context.meta.get(BAR) if context is not None else None
    if bar is not None:
        bar.stop()
    try:
        yield
    finally:
        if bar is not None:
            bar.start()


def shown(value: object) -> str:
    """A text cell, or nothing."""
    return value if isinstance(value, str) else ""


def moment(value: pd.Timestamp) -> str:
    """A time to the minute, or a dash."""
    return "–" if value != value else value.strftime("%Y-%m-%d %H:%M")  # noqa: PLR0124 - NaT is not itself


def span(hours: float, lang: str) -> str:
    """``7.5 h``, from two days on ``3.5 d``; nothing where nothing is known."""
    if hours != hours:  # noqa: PLR0124 - NaN is not itself
        return ""
    if abs(hours) < DAYS_FROM_HOURS:
        return f"{hours:.1f} {HOURS.of(lang)}"
    return f"{hours / 24:,.1f} {DAYS.of(lang)}"


def ended(due: pd.Timestamp, instant: dt.datetime) -> float:
    """Hours on the wall clock from ``instant`` until ``due``, negative once it is past; NaN without one."""
    return float((due - instant).total_seconds()) / 3600


def near(word: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Those of ``known`` that ``word`` may have meant: spelt nearly so, or with it in them."""
    folded = {one.casefold(): one for one in known}
    typed = word.casefold()
    inside = [key for key in folded if typed and typed in key]
    close = difflib.get_close_matches(typed, folded, most, 0.6)
    return [folded[key] for key in dict.fromkeys([*inside, *close])][:most]


def meant(names: Sequence[str]) -> Text:
    """The question whether one of ``names`` was meant; nothing where there is none."""
    if not names:
        return Text("", "")
    return Text(f"是不是 {'、'.join(names)}？", f"Did you mean {' or '.join(names)}?")


def cleaned(text: str) -> str:
    """Lines without control characters, so that no cell can steer a terminal."""
    from kesu.words.terminal import clean

    return "\n".join(clean(line) for line in text.split("\n"))
