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
    batches, size = [], 0
    try:
        for batch in file.iter_batches(AT_ONCE, columns=there, use_threads=False):
            size += batch.nbytes
            if size > budget:
                raise Refused(refusals.bulky(path.name, size, budget))
            batches.append(batch)
        schema = pa.schema([file.schema_arrow.field(name) for name in there])
        table = pa.Table.from_batches(batches, schema).unify_dictionaries()
        table.validate(full=True)
    except (pa.ArrowException, OSError, KeyError) as error:
        raise Refused(BROKEN.fill(why=line_of(error)).at(path.name)) from None
    return table


def line_of(error: BaseException) -> str:
    """An error on one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
