"""Columns of very many rows, kept packed; they act as a frame, each column unpacked when it is asked for.

A frame of a million complaints is mostly text of which a report shows a few dozen cells. Packed it takes a fourth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias, cast, overload

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints: TypeAlias = NDArray[np.int64]

SMALL: Final = 4
"""Bytes a cell of columns that are kept once they were asked for."""


class Shelf(Protocol):
    """Where columns of ``size`` rows are kept; ``kinds``: their types by key."""

    size: int
    kinds: dict[str, Any]

    def column(self, key: str) -> pd.Series:
        """All cells of a column, labelled from 0."""

    def rows(self, positions: Ints, keys: Sequence[str]) -> pd.DataFrame:
        """Columns ``keys`` of the rows at ``positions``, in their order, labelled from 0."""


class Shelves:
    """Several `Shelf` one below the other, or some rows of them, with columns put beside them; it acts as a frame.

    Of the columns that it gives out it keeps the small ones: choices, yes and no.
    """

    def __init__(
        self,
        shelves: Sequence[Shelf],
        chosen: Ints | None = None,
        beside: dict[str, pd.Series] | None = None,
    ) -> None:
        self.shelves, self._chosen, self.beside = shelves, chosen, beside or {}
        self._kept: dict[str, pd.Series] = {}
        self._ends = np.cumsum([shelf.size for shelf in shelves])

    def __len__(self) -> int:
        return len(self._chosen) if self._chosen is not None else int(self._ends[-1])

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __contains__(self, key: object) -> bool:
        return key in self.beside or key in self.shelves[0].kinds

    @property
    def columns(self) -> list[str]:
        """The keys of its columns."""
        return list(dict.fromkeys([*self.shelves[0].kinds, *self.beside]))

    @property
    def index(self) -> pd.RangeIndex:
        """Labels of the rows: their positions."""
        return pd.RangeIndex(len(self))

    @property
    def iloc(self) -> _Rows:
        """``iloc[positions]``: these rows, as a frame."""
        return _Rows(lambda positions: self.rows(np.atleast_1d(positions), self.columns))

    @overload
    def __getitem__(self, key: str) -> pd.Series: ...
    @overload
    def __getitem__(self, key: list[str]) -> pd.DataFrame: ...
    @overload
    def __getitem__(self, key: pd.Series | NDArray[np.bool_]) -> Shelves: ...

    def __getitem__(self, key: Any) -> Any:
        """A column; some columns as a frame; or the rows of a mask."""
        if isinstance(key, str):
            return self._column(key)
        if isinstance(key, list):
            return pd.DataFrame({name: self._column(name) for name in key}, self.index, copy=False)
        return self.where(np.flatnonzero(np.asarray(key, dtype=bool)))

    def where(self, positions: Ints) -> Shelves:
        """The rows at ``positions`` alone."""
        chosen = positions if self._chosen is None else self._chosen[positions]
        beside = {key: cells.iloc[positions].reset_index(drop=True) for key, cells in self.beside.items()}
        return Shelves(self.shelves, chosen, beside)

    def assign(self, **more: Any) -> Shelves:
        """With columns ``more`` in place of those called so, or beside the others."""
        added = {
            key: pd.Series(cells.array if isinstance(cells, pd.Series) else cells, self.index)
            for key, cells in more.items()
        }
        return Shelves(self.shelves, self._chosen, self.beside | added)

    def rows(self, positions: Ints, keys: Sequence[str]) -> pd.DataFrame:
        """Columns ``keys`` of the rows at ``positions``, in their order, labelled from 0."""
        at = np.asarray(positions if self._chosen is None else self._chosen[positions], np.int64)
        kept = [key for key in keys if key not in self.beside]
        found = self._from_shelves(at, kept)
        found |= {
            key: self.beside[key].iloc[positions].reset_index(drop=True) for key in keys if key in self.beside
        }
        return pd.DataFrame({key: found[key] for key in keys}, pd.RangeIndex(len(positions)), copy=False)

    def _from_shelves(self, at: Ints, keys: list[str]) -> dict[str, pd.Series]:
        of = np.searchsorted(self._ends, at, side="right")
        order = np.argsort(of, kind="stable")
        begins = self._ends - [shelf.size for shelf in self.shelves]
        parts = [
            self.shelves[one].rows(at[of == one] - begins[one], keys) for one in np.unique(of).tolist()
        ] or [self.shelves[0].rows(at, keys)]
        back = np.argsort(order, kind="stable")
        return {key: _below([part[key] for part in parts]).iloc[back].reset_index(drop=True) for key in keys}

    def _column(self, key: str) -> pd.Series:
        if key in self.beside:
            return self.beside[key]
        if key not in self._kept:
            whole = _below([shelf.column(key) for shelf in self.shelves])
            found = whole if self._chosen is None else whole.iloc[self._chosen].reset_index(drop=True)
            if found.memory_usage(index=False) > SMALL * len(found):
                return found
            self._kept[key] = found
        return self._kept[key]


class _Rows:
    def __init__(self, rows: Callable[[Any], pd.DataFrame]) -> None:
        self._rows = rows

    def __getitem__(self, positions: Any) -> pd.DataFrame:
        return self._rows(positions)


def picked(frame: pd.DataFrame, positions: Ints) -> pd.DataFrame:
    """The rows at ``positions``, labelled anew."""
    if isinstance(frame, Shelves):
        return as_frame(frame.where(positions))
    return frame.iloc[positions].reset_index(drop=True)


def below(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Frames below each other; category columns keep the union of their categories, in order of appearance."""
    if len(frames) == 1:
        return frames[0]
    shelved = [frame for frame in frames if isinstance(frame, Shelves)]
    if len(shelved) < len(frames):
        return pd.DataFrame({name: _below([frame[name] for frame in frames]) for name in frames[0].columns})
    beside = {key for frame in shelved for key in frame.beside}
    return as_frame(
        Shelves(
            [shelf for frame in shelved for shelf in frame.shelves],
            beside={key: _below([frame[key] for frame in shelved]) for key in beside},
        )
    )


def as_frame(shelves: Shelves) -> pd.DataFrame:
    """What they act as: whoever reads columns and rows need not know the difference."""
    return cast("pd.DataFrame", shelves)


def _below(parts: Sequence[pd.Series]) -> pd.Series:
    """Columns of the same kind below each other."""
    if len(parts) == 1:
        return parts[0]
    if isinstance(parts[0].dtype, pd.CategoricalDtype):
        union = list(dict.fromkeys(word for part in parts for word in part.cat.categories))
        kind = pd.CategoricalDtype(pd.Index(union, dtype="str"))
        parts = [part.astype(kind) for part in parts]
    return pd.concat(parts, ignore_index=True)
