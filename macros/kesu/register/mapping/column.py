"""A column of a foreign table: what stands in it, worked out as far as it is asked for."""

from __future__ import annotations

from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from kesu.register.mapping.durations import clocks
from kesu.register.mapping.times import Read, look

SAMPLE: Final = 400
"""Different cells that are looked at for what they are."""
_PLAIN_NUMBER: Final = r"^[+-]?[0-9][0-9,.]*\s*(?:元|%)?$"


class Column:
    """A column of a foreign table, looked at as far as it is asked about."""

    def __init__(
        self, heading: str, cells: pd.Series, table: pd.Series | None = None, *, date1904: bool = False
    ) -> None:
        self.heading, self.cells, self._table, self._1904 = heading, cells, table, date1904

    @cached_property
    def read(self) -> Read:
        """All its cells as times."""
        return look(self.cells, date1904=self._1904)

    @cached_property
    def uniques(self) -> pd.Series:
        """Different cells, the most frequent first."""
        counts = self.cells.value_counts()
        return pd.Series(counts.index, dtype="str")

    @cached_property
    def few(self) -> pd.Series:
        """Some of the different cells."""
        return self.uniques.head(SAMPLE)

    @cached_property
    def given(self) -> int:
        """Cells in which something stands."""
        return int(self.cells.notna().sum())

    @cached_property
    def distinct(self) -> float:
        """Share of the cells that are the first of their kind in their table."""
        both = pd.DataFrame({"cell": self.cells, "table": 0 if self._table is None else self._table})
        first = ~both.duplicated().to_numpy() & self.cells.notna().to_numpy()
        return float(first.sum()) / max(self.given, 1)

    @cached_property
    def times(self) -> float:
        """Share of some of the cells that say times."""
        return look(self.few, date1904=self._1904).share

    @cached_property
    def clocks(self) -> float:
        """Share that are times of day without a date."""
        return float(np.isfinite(clocks(self.few)).mean()) if len(self.few) else 0.0

    def share(self, pattern: str) -> float:
        """Share of some of the cells that match."""
        return float(self.few.str.contains(pattern).mean()) if len(self.few) else 0.0

    @cached_property
    def numbers(self) -> float:
        """Share of figures."""
        return self.share(_PLAIN_NUMBER)

    @cached_property
    def length(self) -> float:
        """Mean number of characters."""
        return float(self.few.str.len().mean()) if len(self.few) else 0.0
