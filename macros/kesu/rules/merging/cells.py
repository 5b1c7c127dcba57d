"""Rows that are one, cell by cell: what one side alone changed holds, what several changed differently is a conflict.

Without a base nothing is known of what was there before: a value against none holds, two values are a conflict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kesu.rules.tally import tally

if TYPE_CHECKING:
    from kesu.rules.instants import Bools, Ints
    from kesu.rules.merging.tokens import Side


@dataclass(frozen=True)
class Stack:
    """The rows of all sides, one below the other.

    ``side``, ``at``: of each row the position of its side and its position there. ``case``: rows that are one have the
    same number, from 0 on without gaps. ``order``: all positions, of each case the row that is preferred first.
    ``base``: of each case its row of ``old``, -1 none; ``old``: the base's sheet.
    """

    sides: Sequence[Side]
    side: Ints
    at: Ints
    case: Ints
    order: Ints
    base: Ints
    old: Side | None

    @property
    def keys(self) -> list[str]:
        """Every column that a side or the base has: in the order of the first, then as others bring more."""
        known = [*self.sides, *([self.old] if self.old else [])]
        return list(dict.fromkeys(key for side in known for key in side.cells.columns))

    def column(self, key: str) -> tuple[pd.Series, Bools]:
        """The tokens of a column, and which rows are of a side that has it."""
        parts = [
            side.cells[key] if key in side.cells else pd.Series(pd.NA, side.cells.index, dtype="str")
            for side in self.sides
        ]
        has = np.array([key in side.cells for side in self.sides], bool)
        return pd.concat(parts, ignore_index=True), has[self.side]

    def before(self, key: str) -> pd.Series:
        """Of each case what the base said in a column; missing where it said nothing."""
        old = self.old.cells[key] if self.old and key in self.old.cells else pd.Series(dtype="str")
        return (
            pd.concat([old, pd.Series([None], dtype="str")], ignore_index=True)
            .iloc[np.where((self.base >= 0) & (len(old) > 0), self.base, len(old))]
            .reset_index(drop=True)
        )


@dataclass(frozen=True)
class Conflict:
    """A cell of which the sides say different things: ``rows`` (positions in the stack), one for each saying."""

    case: int
    key: str
    rows: tuple[int, ...]


def merge_cells(stack: Stack, held: Mapping[str, Ints]) -> tuple[pd.DataFrame, list[Conflict], Bools]:
    """A row a case, with what stands in each cell; the conflicts; which rows of the stack changed anything.

    In a conflict the base's value stands; where there is none, that of the preferred row. ``held``: by column cases whose
    conflict of an earlier merge nobody has decided: there one side alone does not decide, either.
    """
    merged, conflicts = {}, []
    anything = np.zeros(len(stack.case), bool)
    for key in stack.keys:
        tokens, conflict_rows, changed = _merge_column(stack, key, held.get(key))
        merged[key] = tokens
        anything |= changed
        conflicts += [Conflict(case, key, rows) for case, rows in conflict_rows.items()]
    return pd.DataFrame(merged), conflicts, anything


def _merge_column(
    stack: Stack, key: str, held: Ints | None
) -> tuple[pd.Series, dict[int, tuple[int, ...]], Bools]:
    size = len(stack.base)
    tokens, has = stack.column(key)
    both = pd.concat([tokens, stack.before(key)], ignore_index=True)
    codes, unique = pd.factorize(both)
    codes = codes.astype(np.int64)
    mine, old = codes[: len(tokens)], codes[len(tokens) :]
    based = stack.base >= 0
    changed = has & np.where(based[stack.case], mine != old[stack.case], mine >= 0)
    rows = stack.order[changed[stack.order]]  # the preferred row of each saying comes first
    pairs = stack.case[rows] * (len(unique) + 1) + mine[rows] + 1
    first = rows[np.sort(np.unique(pairs, return_index=True)[1])]
    sayings = tally(stack.case[first], size)
    stands = np.where(based, old, -1)
    backwards = first[::-1]  # of several the preferred one is written last
    free = (sayings[stack.case[backwards]] == 1) | ~based[stack.case[backwards]]
    stands[stack.case[backwards[free]]] = mine[backwards[free]]
    torn = sayings > 1
    if held is not None and len(held):
        open_yet = np.zeros(size, bool)
        open_yet[held] = True
        waits = open_yet & (sayings == 1) & based
        torn |= waits
        stands[waits] = old[waits]
    found: dict[int, tuple[int, ...]] = {}
    for row in first[torn[stack.case[first]]].tolist():
        found[int(stack.case[row])] = (*found.get(int(stack.case[row]), ()), row)
    words = pd.Series([*unique, None], dtype="str").iloc[stands].reset_index(drop=True)
    return words, found, changed
