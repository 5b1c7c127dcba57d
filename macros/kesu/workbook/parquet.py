"""Parquet files: columns with types and their names, made whole, with a mark by which kesu knows them again."""

from __future__ import annotations

import hashlib
import io
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

MAGIC: Final = b"PAR1"
MARK: Final = b"kesu"
_TAIL: Final = 8
"""Bytes at the end: length of the footer, and `MAGIC` again."""


def parquet(frame: pd.DataFrame) -> bytes:
    """``frame`` as a Parquet file. Its footer holds a checksum of all columns: whoever writes them anew breaks it."""
    import pyarrow as pa
    from pyarrow import parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False)
    mark = b""
    for _ in range(2):  # the columns come before the footer, and are the same both times
        out = io.BytesIO()
        pq.write_table(table.replace_schema_metadata({MARK: mark}), out, compression="zstd")
        made = out.getvalue()
        mark = _checksum(io.BytesIO(made))[0]
    return made


def is_marked(file: IO[bytes]) -> bool:
    """Whether a Parquet file is as `parquet` made it."""
    checksum, footer = _checksum(file)
    return MARK + b"\x18" in footer and checksum in footer


def _checksum(file: IO[bytes]) -> tuple[bytes, bytes]:
    """Of the columns, and the footer that follows them."""
    end = file.seek(-_TAIL, 2)
    tail = file.read()
    begin = end - int.from_bytes(tail[:4], "little")
    if not tail.endswith(MAGIC) or begin < len(MAGIC):
        return b"", b""
    file.seek(0)
    found, left = hashlib.sha256(), begin
    while left and (chunk := file.read(min(left, 1 << 20))):
        found.update(chunk)
        left -= len(chunk)
    return found.hexdigest().encode(), file.read(end - begin)
