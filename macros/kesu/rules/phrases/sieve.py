"""Of a long pattern what can be found in a few texts at all: to make a pattern takes longer than to look for it there, and
most phrasings have a word that stands in none of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

_TOKEN: Final = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\]){0,400}\]|\((?:\?:)?|[)|]|[*+?]\??|\{[0-9,]{0,9}\}\??|[.^$]|[^\\\[\]()|*+?{}.^$]+|.",
    re.DOTALL,
)
_MARKS: Final = frozenset("\\[.^$*+?{")
_FOLDED: Final = {ord("ı"): "i", ord("İ"): "i", ord("ſ"): "s"}
"""Letters that patterns blind to case take for others, and small letters do not."""


@dataclass
class _Step:
    """A piece of a pattern with how often it comes: ``word``, letters that must occur for it, or the ways of a group."""

    text: str
    word: str = ""
    ways: list[list[_Step]] = field(default_factory=list)
    times: str = ""

    @property
    def optional(self) -> bool:
        return self.times.startswith(("*", "?", "{0", "{,"))


def sifted(pattern: str, texts: Iterable[str]) -> str | None:
    """``pattern`` without the ways that none of ``texts`` can hold, whatever their case; None where none is left."""
    return _left(_ways_of(pattern), "\n".join(texts).translate(_FOLDED).lower())


def _left(ways: list[list[_Step]], said: str) -> str | None:
    left = [one for steps in ways if (one := _spelt(steps, said)) is not None]
    return "|".join(left) if left else None


def _spelt(steps: list[_Step], said: str) -> str | None:
    """One way, without what ``said`` cannot hold; None where it cannot hold all that must be."""
    parts = []
    for step in steps:
        inner = _left(step.ways, said) if step.ways else step.text
        if step.word not in said or inner is None:
            if not step.optional:
                return None
        else:
            parts.append(f"(?:{inner}){step.times}" if step.ways else inner + step.times)
    return "".join(parts)


@lru_cache(maxsize=256)
def _ways_of(pattern: str) -> list[list[_Step]]:
    tokens = _TOKEN.findall(pattern)
    if "[" in tokens:  # a class without end, or longer than any of ours: as it is
        return [[_Step(pattern)]]
    return _read(tokens, 0)[0]


def _read(tokens: list[str], at: int) -> tuple[list[list[_Step]], int]:
    """The ways from a token on, up to the bracket that ends them, and where that stands."""
    ways: list[list[_Step]] = [[]]
    while at < len(tokens) and tokens[at] != ")":
        piece, steps = tokens[at], ways[-1]
        if piece == "|":
            ways.append([])
        elif piece == "(?:":
            inner, at = _read(tokens, at + 1)
            steps.append(_Step("", ways=inner))
        elif piece == "(":  # looks around, what is named: taken as it is
            begin = at
            _, at = _read(tokens, at + 1)
            steps.append(_Step("".join(tokens[begin : at + 1])))
        elif steps and piece[0] in "*+?{":
            steps[-1:] = _repeated(steps[-1], piece)
        else:
            steps.append(_Step(piece, "" if piece[0] in _MARKS else piece.lower()))
        at += 1
    return ways, at


def _repeated(step: _Step, times: str) -> list[_Step]:
    """``step`` with how often it comes: of a run of letters that is the last one alone."""
    if not step.word or len(step.text) == 1:
        step.times = times
        return [step]
    return [
        _Step(step.text[:-1], step.text[:-1].lower()),
        _Step(step.text[-1], step.text[-1].lower(), times=times),
    ]
