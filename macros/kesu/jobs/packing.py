"""Frames packed in memory, for `kesu.register.shelves`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from kesu.register.shelves import Shelves, as_frame

if TYPE_CHECKING:
    from kesu.rules.facts import Facts
    from kesu.rules.instants import Ints

ROWS: Final = 1 << 14
"""Rows of a piece: unpacking one cell unpacks so many."""


def packed(frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` on a shelf."""
    return frame if isinstance(frame, Shelves) else as_frame(Shelves([Packed(frame)]))


def facts_packed(facts: Facts) -> Facts:
    """``facts`` whose complaints and items are on shelves."""
    return replace(facts, complaints=packed(facts.complaints), items=packed(facts.items))


class Packed:
    """A `Shelf` in memory: an Arrow file, compressed."""

    def __init__(self, frame: pd.DataFrame) -> None:
        import pyarrow as pa

        self.size = len(frame)
        self.kinds = {str(key): kind for key, kind in frame.dtypes.items()}
        sink = pa.BufferOutputStream()
        table = pa.table([pa.array(frame[key], from_pandas=True) for key in frame], list(self.kinds))
        options = pa.ipc.IpcWriteOptions(compression="zstd", unify_dictionaries=True)
        with pa.ipc.new_file(sink, table.schema, options=options) as writer:
            # Even pieces, on which `rows` counts, whatever pieces the columns are in.
            for begin in range(0, max(self.size, 1), ROWS):
                writer.write_table(table.slice(begin, ROWS).combine_chunks())
        self._file = sink.getvalue()

    def _opened(self, keys: Sequence[str]) -> Any:
        import pyarrow as pa

        fields = [list(self.kinds).index(key) for key in keys]
        options = pa.ipc.IpcReadOptions(included_fields=fields, use_threads=False)
        return pa.ipc.open_file(self._file, options=options)

    def column(self, key: str) -> pd.Series:
        """See `Shelf`."""
        return self._series(self._opened([key]).read_all().column(0), key)

    def rows(self, positions: Ints, keys: Sequence[str]) -> pd.DataFrame:
        """See `Shelf`."""
        import pyarrow as pa

        if not keys or not len(positions):
            return pd.DataFrame(
                {key: pd.Series([], dtype=self.kinds[key]) for key in keys}, range(len(positions))
            )
        file = self._opened(keys)
        pieces, inverse = np.unique(positions // ROWS, return_inverse=True)
        table = pa.Table.from_batches([file.get_batch(int(piece)) for piece in pieces])
        table = table.take(inverse * ROWS + positions % ROWS)
        return pd.DataFrame({key: self._series(table.column(key), key) for key in keys}, copy=False)

    def _series(self, column: Any, key: str) -> pd.Series:
        kind = self.kinds[key]
        if isinstance(kind, pd.CategoricalDtype):
            codes = column.combine_chunks().indices.fill_null(-1).to_numpy() if len(column) else []
            return pd.Series(pd.Categorical.from_codes(codes, dtype=kind), copy=False)
        if isinstance(kind, pd.StringDtype):
            return pd.Series(pd.arrays.ArrowStringArray(column, dtype=kind), copy=False)  # type: ignore[call-arg]
        if isinstance(kind, np.dtype):
            return pd.Series(column.to_numpy().astype(kind, copy=False), copy=False)
        whole: pd.Series = pd.Series(column.to_pandas(), dtype=kind)
        return whole
