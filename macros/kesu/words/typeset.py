"""How wide words are, and where their lines break."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_WIDE: Final = re.compile("[\u2e80-\U0010ffff]")


def units(text: str) -> float:
    """Width of ``text`` in Latin letters: a Chinese character is as wide as two of them."""
    return float(len(text) + len(_WIDE.findall(text)))


def cut(text: str, most: int) -> str:
    """``text`` in at most ``most`` characters, the last of which says that something is left out."""
    return text if len(text) <= most else text[: most - 1] + "…"


def lines(text: str, width: float, measure: Callable[[str], float] = units) -> list[str]:
    """``text`` in lines of at most ``width`` Latin letters (as ``measure`` says); only a single word may be longer."""
    found = []
    for part in text.split("\n"):
        line = ""
        for word in _words(part):
            if line and measure(line + word.rstrip()) > width:
                found.append(line.rstrip())
                line = word.lstrip()
            else:
                line += word
        found.append(line.rstrip())
    return found


def _words(text: str) -> list[str]:
    """Where a line may be broken: after each Chinese character, after each space."""
    words, word = [], ""
    for at, ch in enumerate(text):
        word += ch
        after = text[at + 1 : at + 2]
        if ch == " " or (ord(ch) > 0x2E7F and after not in "，。；：、）”？！"):
            words.append(word)
            word = ""
    return [*words, word]
