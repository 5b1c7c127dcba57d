"""Parquet files: columns with types and their names, made whole, with a mark by which kesu knows them again."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any, Final

from kesu.words.text import Text

if TYPE_CHECKING:
    import pandas as pd

MAGIC: Final = b"PAR1"
MARK: Final = b"kesu"
TOLD: Final = b"kesu.register"
"""What the columns do not say, as JSON, see `kesu.register.kept`."""
WORKBOOK_NEEDED: Final = Text(
    "这是 Parquet，kesu 只读不改；这个命令要用原来的工作簿。请指定 .xlsx。",
    "Parquet, which kesu only reads; this command needs the workbook itself. Name the .xlsx.",
)
_TAIL: Final = 8
"""Bytes at the end: length of the footer, and `MAGIC` again."""


def parquet(frame: pd.DataFrame, told: Mapping[str, Any]) -> bytes:
    """``frame`` as a Parquet file that says ``told``. Its footer holds a checksum of all columns: whoever writes them anew breaks it."""
    import pyarrow as pa
    from pyarrow import parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    said, mark = json.dumps(told, ensure_ascii=False).encode(), b""
    for _ in range(2):  # the columns come before the footer, and are the same both times
        out = io.BytesIO()
        with pq.ParquetWriter(out, table.schema, compression="zstd") as writer:
            writer.write_table(table)
            writer.add_key_value_metadata({MARK: mark, TOLD: said})
        mark = checksum(out)
    return out.getvalue()


def checksum(file: IO[bytes]) -> bytes:
    """Of the columns of a Parquet file."""
    return _checksum(file)[0]


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
