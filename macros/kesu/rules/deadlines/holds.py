"""Times during which the clocks of a complaint stand still."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kesu.rules.instants import NAT
from kesu.rules.tally import tally

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike

    from kesu.rules.instants import Bools, Ints


@dataclass(frozen=True, eq=False)
class Holds:
    """Times during which the clocks of a complaint stand still, half open: from ``start`` up to ``end``.

    Three int64 arrays of one length: ``row`` (position of the complaint in the array of starts) and the two
    instants; sorted by row, then start; those of one row never touch each other (`merge_holds`).
    """

    row: Ints
    start: Ints
    end: Ints

    def by_rank(self) -> Iterator[tuple[Ints, Ints, Ints]]:
        """First hold of every row that has one, then every second hold, and so on: (row, start, end)."""
        if not len(self.row):
            return
        rank = np.arange(len(self.row)) - np.searchsorted(self.row, self.row)
        order = np.argsort(rank, kind="stable")
        for part in np.split(order, np.cumsum(tally(rank, 0))[:-1]):
            yield self.row[part], self.start[part], self.end[part]


def merge_holds(row: ArrayLike, start: ArrayLike, end: ArrayLike, open_end: int) -> Holds:
    """Holds as entered, in any order → holds that do not overlap.

    ``row``, ``start``, ``end``: int64 arrays of one length. A hold without end (`NAT`) goes on until
    ``open_end``, the instant as of which deadlines are asked for. Holds that overlap or touch become one;
    those without a start, or that end no later than they start, are left out.
    """
    rows, begin, stop = (np.asarray(values, np.int64) for values in (row, start, end))
    stop = np.where(stop == NAT, open_end, stop)
    real = (begin != NAT) & (stop > begin)
    rows, begin, stop = rows[real], begin[real], stop[real]
    order = np.lexsort((begin, rows))
    rows, begin, stop = rows[order], begin[order], stop[order]
    if not len(rows):
        return Holds(rows, begin, stop)
    # The latest end so far within each row: shift every row onto a stretch of time of its own, so that one
    # running maximum over all serves every row.
    low = begin.min()
    _, nth = np.unique(rows, return_inverse=True)
    shift = nth * (stop.max() - low + 1) - low
    latest = np.maximum.accumulate(stop + shift) - shift
    first = np.ones(len(rows), bool)
    first[1:] = (rows[1:] != rows[:-1]) | (begin[1:] > latest[:-1])
    last = np.append(np.flatnonzero(first)[1:] - 1, len(rows) - 1)
    return Holds(rows[first], begin[first], latest[last])


def holds_of_rows(holds: Holds, kept: Bools) -> Holds:
    """The holds of the rows that are kept, renumbered as those rows are."""
    mine = kept[holds.row]
    return Holds((np.cumsum(kept) - 1)[holds.row[mine]], holds.start[mine], holds.end[mine])
