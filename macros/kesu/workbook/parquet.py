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
_NO_MARK: Final = b"0" * 64
"""What stands in place of the mark while it is worked out."""
_MARKED: Final = MARK + b"\x18\x40"
"""Before the mark in the footer: its key, that bytes follow, and that they are 64."""
_TAIL: Final = 8
"""Bytes at the end: length of the footer, and `MAGIC` again."""


def parquet(frame: pd.DataFrame, told: Mapping[str, Any]) -> bytes:
    """``frame`` as a Parquet file that says ``told``. Its footer holds a checksum of all of it: whoever changes columns or what is
    told breaks it."""
    import pyarrow as pa
    from pyarrow import parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    out = io.BytesIO()
    with pq.ParquetWriter(out, table.schema, compression="zstd") as writer:
        writer.write_table(table)
        writer.add_key_value_metadata({MARK: _NO_MARK, TOLD: json.dumps(told, ensure_ascii=False).encode()})
    content = out.getvalue()
    mark = hashlib.sha256(content).hexdigest().encode()
    begin, _, end = content.rpartition(_MARKED + _NO_MARK)
    return begin + _MARKED + mark + end


def checksum(file: IO[bytes]) -> bytes:
    """Of the columns of a Parquet file."""
    return _parts(file)[0].hexdigest().encode()


def is_marked(file: IO[bytes]) -> bool:
    """Whether a Parquet file is as `parquet` made it."""
    columns, footer = _parts(file)
    begin, there, rest = footer.rpartition(_MARKED)
    mark, end = rest[: len(_NO_MARK)], rest[len(_NO_MARK) :]
    if not there:
        return False
    if columns.hexdigest().encode() == mark:  # of the first format
        return b'"format": 1,' in footer
    columns.update(begin + _MARKED + _NO_MARK + end)
    return columns.hexdigest().encode() == mark


def _parts(file: IO[bytes]) -> tuple[hashlib._Hash, bytes]:
    """What the columns of a file come to, and all that follows them."""
    end = file.seek(-_TAIL, 2)
    tail = file.read()
    begin = end - int.from_bytes(tail[:4], "little")
    if not tail.endswith(MAGIC) or begin < len(MAGIC):
        return hashlib.sha256(), b""
    file.seek(0)
    found, left = hashlib.sha256(), begin
    while left and (chunk := file.read(min(left, 1 << 20))):
        found.update(chunk)
        left -= len(chunk)
    return found, file.read()
