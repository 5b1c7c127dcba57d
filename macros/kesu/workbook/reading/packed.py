"""The cells of a sheet as the child process hands them over: text columns, packed as an Arrow stream."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    import pyarrow as pa

    from kesu.register.raw import Row


class Stream:
    """A sheet's cells, see `kesu.register.raw.Packed`; ``data``: the stream, its columns named by their 0-based number."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Stream) and self.data == other.data

    def __hash__(self) -> int:
        return hash(self.data)

    @cached_property
    def _table(self) -> pa.Table:
        import pyarrow as pa

        return pa.ipc.open_stream(pa.py_buffer(self.data)).read_all()

    def check(self) -> None:
        """Raises pyarrow's error where it is damaged, ValueError where it is no stream of text columns."""
        self._table.validate(full=True)
        if {str(column.type) for column in self._table.columns} - {"string", "large_string"}:
            raise ValueError("types")

    @cached_property
    def filled_columns(self) -> list[int]:
        """The 0-based columns in which something stands."""
        return [int(name) for name in self._table.column_names]

    @property
    def height(self) -> int:
        """How many rows there are."""
        return int(self._table.num_rows)

    def rows(self, begin: int, end: int | None) -> list[Row]:
        """Rows at these positions, a cell for each of `filled_columns`."""
        part = self._table.slice(begin, None if end is None else max(end - begin, 0))
        columns = [column.to_pylist() for column in part.columns]
        return list(zip(*columns, strict=True)) if columns else [()] * part.num_rows

    def frame(self) -> pd.DataFrame:
        """All cells, columns labelled by their number."""
        return pd.DataFrame(
            dict(zip(self.filled_columns, map(texts, self._table.columns), strict=True)), copy=False
        )

    def below(self, sheets: Sequence[tuple[Stream, int]], wanted: Sequence[int]) -> dict[int, pd.Series]:
        """The columns ``wanted`` of ``sheets``, each from a row on, one below the other."""
        import pyarrow as pa

        names = [str(at) for at in wanted]
        parts = [sheet._table.select(names).slice(begin) for sheet, begin in sheets]
        whole = pa.concat_tables(parts, promote_options="permissive")  # some may have large texts
        columns = (column.cast(pa.large_string()).combine_chunks() for column in whole.columns)
        return {
            at: pd.Series(texts(pa.chunked_array([column])), copy=False)
            for at, column in zip(wanted, columns, strict=True)
        }


def texts(column: Any) -> Any:
    """A column of an Arrow table as frames hold text."""
    return pd.arrays.ArrowStringArray(  # type: ignore[call-arg]  # the stubs do not know it
        column, dtype=pd.StringDtype("pyarrow", na_value=float("nan"))
    )
