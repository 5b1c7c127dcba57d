"""How large an answer of the child process may be: known to both sides."""

from __future__ import annotations

from typing import IO, Final

SHARE: Final = 8
"""The part of the memory allowed that the cells may take: whoever works on them needs five times as much."""
COLUMNS: Final = 2000
"""Most columns of a sheet that hold anything: each is worked on for itself."""
LONGEST_LINE: Final = 1 << 25
"""Bytes of the line that begins an answer: some two million odd cells."""
PARQUET: Final = ".parquet"
"""What the names of files end in that hold typed columns, not cells."""


def exactly(stream: IO[bytes], size: int) -> bytes:
    """So many bytes of ``stream``; EOFError where it has fewer."""
    data = stream.read(size)
    if len(data) != size:
        raise EOFError
    return data
