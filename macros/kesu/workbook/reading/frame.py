"""How large an answer of the child process may be: known to both sides."""

from __future__ import annotations

from typing import Final

SHARE: Final = 8
"""The part of the memory allowed that the cells may take: whoever works on them needs five times as much."""
COLUMNS: Final = 2000
"""Most columns of a sheet that hold anything: each is worked on for itself."""
LONGEST_LINE: Final = 1 << 25
"""Bytes of the line that begins an answer: some two million odd cells."""
