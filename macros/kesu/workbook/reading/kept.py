"""What the child process hands over of a file that `kesu convert` made: typed columns, and what they do not say."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from kesu.workbook.reading.frame import exactly

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from kesu.register.columns import EntrySheet


@dataclass(frozen=True)
class Kept:
    """``said`` and ``frames``: see `kesu.register.kept.registers_of`."""

    said: dict[str, Any]
    frames: dict[EntrySheet, pd.DataFrame]


def kept_of(answer: dict[str, Any], out: IO[bytes]) -> Kept:
    """What follows the answer on ``out``. Raises whatever is wrong with it."""
    import pandas as pd
    import pyarrow as pa

    from kesu.register.columns import DECLARED

    said, *streams = (exactly(out, size) for size in answer["sizes"])
    frames: dict[EntrySheet, pd.DataFrame] = {}
    for name, stream in zip(DECLARED, streams, strict=True):
        table = pa.ipc.open_stream(pa.py_buffer(stream)).read_all()
        columns = zip(table.column_names, table.columns, strict=True)
        frames[name] = pd.DataFrame({key: _column(cells) for key, cells in columns}, copy=False)
    return Kept(json.loads(said), frames)


def _column(cells: pa.ChunkedArray) -> Any:
    """A column as frames of registers hold it; choices as categories of any order."""
    import pandas as pd
    import pyarrow as pa

    from kesu.workbook.reading.packed import texts

    kind = cells.type
    if pa.types.is_dictionary(kind):
        found = cells.to_pandas()
        return found.cat.set_categories(pd.Index(found.cat.categories, dtype="str"))
    if pa.types.is_timestamp(kind):
        return cells.to_numpy().astype("datetime64[s]")
    return texts(cells) if pa.types.is_large_string(kind) else cells.to_numpy()
