"""A text as it is compared, whatever its spelling, with the offset of every letter in the original."""

from __future__ import annotations

import unicodedata
from typing import Final, NamedTuple

_KEPT: Final = 50_000
"""Characters whose folding is remembered."""


class Spelt(NamedTuple):
    """``letters`` of a text; the one at ``n`` stands at ``offsets[n]`` of the original."""

    letters: str
    offsets: list[int]


class _Memory(dict[str, str]):
    """Character → what it is folded to."""

    def __init__(self, *, bare: bool) -> None:
        super().__init__()
        self.bare = bare

    def __missing__(self, ch: str) -> str:
        found = _bare(ch) if self.bare else _visible(ch)
        if len(self) < _KEPT:
            self[ch] = found
        return found


def _bare(ch: str) -> str:
    plain = unicodedata.normalize("NFKD", ch).casefold()
    return "".join(part for part in unicodedata.normalize("NFKD", plain) if part.isalnum())


def _visible(ch: str) -> str:
    if ch in "\n\r\t\v\f\x85":
        return " "
    if unicodedata.category(ch)[0] == "C" or unicodedata.category(ch) == "Mn":
        return ""
    if ch.isdecimal():
        return str(unicodedata.decimal(ch))
    plain = unicodedata.normalize("NFKC", ch)
    return plain if len(plain) == 1 and not plain.isdecimal() else ch


_BARE: Final = _Memory(bare=True)
_VISIBLE: Final = _Memory(bare=False)


def bare(text: str) -> Spelt:
    """Letters and digits alone, without case, accents, width and whatever stands between them."""
    return _folded(text, _BARE)


def bare_letters(text: str) -> str:
    """What `bare` compares, without the offsets."""
    return "".join([_BARE[ch] for ch in text])


def visible(text: str) -> Spelt:
    """What can be seen, one letter a character: no control and zero-width characters, every decimal digit as 0–9."""
    if text.isascii() and text.isprintable():
        return Spelt(text, list(range(len(text))))
    return _folded(text, _VISIBLE)


def _folded(text: str, memory: _Memory) -> Spelt:
    letters: list[str] = []
    offsets: list[int] = []
    for at, ch in enumerate(text):
        folded = memory[ch]
        letters.append(folded)
        offsets += [at] * len(folded)
    return Spelt("".join(letters), offsets)
