"""How far trials go whose number of turns is arbitrary: as usual, or deeper with KESU_DEEP=1 in the environment."""

from __future__ import annotations

import os
from typing import Final

from kesu.words.text import LANGS

DEEP: Final = os.environ.get("KESU_DEEP") == "1"


def turns(usual: int, deep: int) -> int:
    """``usual``; ``deep`` where time does not matter: before a release, and each night."""
    return deep if DEEP else usual


def in_turn(lang: str) -> list[str]:
    """The languages of a long test that takes the same steps in both: ``lang`` alone, as its neighbour has the other."""
    return list(LANGS) if DEEP else [lang]
