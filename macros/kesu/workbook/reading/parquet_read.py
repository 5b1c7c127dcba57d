"""The columns of a Parquet file, in the child process, no more of them than may be taken over.

The footer is looked at before columns are; these come batch by batch, so that what unpacks to too much is refused on the way.
Nothing that a file says is code: types of others are what they are stored as.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kesu.words.text import printable
from kesu.workbook.reading import refusals
from kesu.workbook.reading.frame import COLUMNS
from kesu.workbook.reading.parquet_said import BROKEN
from kesu.workbook.reading.refusals import Refused

if TYPE_CHECKING:
    import pyarrow as pa

AT_ONCE: Final = 1 << 15
"""Rows that are unpacked at a time."""


def opened(path: Path) -> Any:
    """The file, its footer read. Raises `Refused` for one that is damaged, or as wide as no register is."""
    import pyarrow as pa
    from pyarrow import parquet as pq

    pa.set_memory_pool(pa.system_memory_pool())
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise Refused(BROKEN.fill(why=line_of(error)).at(path.name)) from None
    if file.metadata.num_columns > COLUMNS:
        raise Refused(refusals.wide(path.name, printable(path.stem), file.metadata.num_columns, COLUMNS))
    return file


def read(path: Path, names: Sequence[str] | None, budget: int) -> pa.Table:
    """The columns of these names (None: all), as far as they are there. Raises `Refused` where they are damaged or too much."""
    import pyarrow as pa

    file = opened(path)
    there = [name for name in file.schema_arrow.names if names is None or name in set(names)]
    if len(set(there)) < len(there):
        raise Refused(BROKEN.fill(why="two columns of one name").at(path.name))
    parts, size = [], 0
    try:
        for batch in file.iter_batches(AT_ONCE, columns=there, use_threads=False):
            part = pa.table({name: _plain(batch.column(name)) for name in there})
            size += part.nbytes
            if size > budget:
                raise Refused(refusals.bulky(path.name, size, budget))
            parts.append(part)
        table = pa.concat_tables(parts) if parts else file.schema_arrow.empty_table().select(there)
        table.validate(full=True)
    except (pa.ArrowException, OSError, KeyError) as error:
        raise Refused(BROKEN.fill(why=line_of(error)).at(path.name)) from None
    return table


def _plain(column: pa.Array) -> pa.Array:
    """Values for numbers that stand for them: as many bytes as they come to when they are worked on."""
    import pyarrow as pa

    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def line_of(error: BaseException) -> str:
    """An error on one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
