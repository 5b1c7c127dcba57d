"""How far trials go whose number of turns is arbitrary: as usual, or deeper with KESU_DEEP=1 in the environment."""

from __future__ import annotations

import os
from typing import Final

DEEP: Final = os.environ.get("KESU_DEEP") == "1"


def turns(usual: int, deep: int) -> int:
    """``usual``; ``deep`` where time does not matter: before a release, and each night."""
    return deep if DEEP else usual
