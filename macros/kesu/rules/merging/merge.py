"""Registers into one: which rows are one, what stands in their cells, under which number, and the account of all rows."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.register.columns import REGISTER, labels
from kesu.register.sameness import case_keys
from kesu.rules.merging.cells import Conflict, Stack, merge_cells
from kesu.rules.merging.identity import (
    Part,
    parents,
    stack_complaints,
    stack_improvements,
    stack_items,
)
from kesu.rules.merging.numbers import numbers_apart
from kesu.rules.merging.tokens import ORIGIN, SOURCE
from kesu.rules.tally import tally
from kesu.words.text import folded

if TYPE_CHECKING:
    from kesu.register.columns import EntrySheet
    from kesu.rules.instants import Bools, Ints

BETWEEN: Final = "; "
"""Between the places in the column `SOURCE`."""


@dataclass(frozen=True)
class Account:
    """What became of the rows of one register's sheet: ``read`` = ``kept`` + ``joined`` (to a row that is kept) + ``deleted``."""

    register: str
    read: int
    kept: int
    joined: int
    deleted: int


@dataclass(frozen=True)
class Table:
    """One sheet of the result. ``cells``: tokens by key, in the order of the result; ``stack``, ``case``: the case of each row.

    ``conflicts``: cells (and, with the key "", whole rows) of which the sides say different things. ``gone``: cases that a
    side deleted and no other changed. ``lacking``: of cases in conflict about the whole row the sides that deleted it.
    """

    cells: pd.DataFrame
    stack: Stack
    case: Ints
    conflicts: list[Conflict]
    gone: Ints
    lacking: Mapping[int, tuple[str, ...]]
    account: list[Account]

    def where(self, case: int) -> list[str]:
        """Where the rows of a case stand in the registers that were merged."""
        stack = self.stack
        rows = np.flatnonzero(stack.case == case).tolist()
        return [stack.sides[stack.side[row]].where(stack.at[row]) for row in rows]


@dataclass(frozen=True)
class Merged:
    """The sheets; ``renamed``: of cases whose number changed the number before and now (both as spelt)."""

    complaints: Table
    items: Table
    improvements: Table
    renamed: pd.DataFrame

    @property
    def tables(self) -> dict[EntrySheet, Table]:
        """By sheet, in the order of `kesu.register.columns.DECLARED`."""
        return {"register": self.complaints, "items": self.items, "improvements": self.improvements}


def merge(parts: Sequence[Part], base: Part | None, as_of: int) -> Merged:
    """``parts`` as one; ``base``: what they were before somebody edited the copies. ``as_of``: an instant (seconds).

    The order of ``parts`` does not matter.
    """
    parts = sorted(parts, key=lambda part: part.register.name)
    stack, first = stack_complaints(parts, base, as_of)
    held = _held(parts, stack)
    merged, conflicts, touched = merge_cells(_without(stack, "complaint_id", ORIGIN, SOURCE), held)
    top = _tops(stack)
    current, origin = (_of_top(stack, key, top) for key in ("complaint_id", ORIGIN))
    now, before = numbers_apart(merged, current, origin, first)
    parent = parents(parts, stack, now, base)
    named = _named(parts, base, stack, now)
    items = stack_items(named[: len(parts)], named[-1] if base else None, parent)
    cells, item_conflicts, item_touched = merge_cells(_without(items, "complaint_id"), {})
    has_items = np.array([bool(part.items.letters) for part in parts])
    gone, item_lacking = _deleted(items, item_touched, has_items)
    belongs = np.full(len(items.base), -1, np.int64)
    belongs[items.case] = np.concatenate(parent[: len(parts)]) if parts else []
    alive = _revived(stack, items, item_touched, belongs)
    deleted, lacking = _deleted(stack, touched | alive[stack.case], np.ones(len(parts), bool))
    names = [part.register.name for part in parts]
    merged = merged.assign(**{"complaint_id": now, ORIGIN: before, SOURCE: _sources(stack)})
    own = _of_top(items, "complaint_id", _tops(items))
    number = pd.Series([*now, None], dtype="str").iloc[belongs].reset_index(drop=True).fillna(own)
    cells = cells.assign(complaint_id=number)
    complaints = _table(merged, stack, conflicts, deleted, lacking, ("received_at", "complaint_id"), names)
    position = np.full(len(stack.base) + 1, len(stack.base), np.int64)
    position[complaints.case] = np.arange(len(complaints.case))
    cells = cells.assign(_position=position[belongs])
    by = ("_position", "complaint_id", "noted_at", "due_at", "item_kind", "what")
    table = _table(cells, items, item_conflicts, gone, item_lacking, by, names)
    table = dataclasses.replace(table, cells=table.cells.drop(columns="_position"))
    changed = before.notna().to_numpy(bool) & ~np.isin(np.arange(len(now)), deleted)
    renamed = pd.DataFrame({"case": np.flatnonzero(changed), "before": before[changed], "now": now[changed]})
    return Merged(complaints, table, _improvements(parts, base, names), renamed)


def _improvements(parts: Sequence[Part], base: Part | None, names: Sequence[str]) -> Table:
    """The improvements of all registers; a register without the sheet deleted none."""
    stack = stack_improvements(parts, base)
    cells, conflicts, touched = merge_cells(stack, {})
    gone, lacking = _deleted(stack, touched, np.array([bool(part.improvements.letters) for part in parts]))
    return _table(
        cells, stack, conflicts, gone, lacking, ("decided_at", "cause", "measure", "measure_id"), names
    )


def _without(stack: Stack, *keys: str) -> Stack:
    """The stack without columns that are not merged cell by cell."""
    sides = [
        dataclasses.replace(side, cells=side.cells.drop(columns=list(keys), errors="ignore"))
        for side in stack.sides
    ]
    old = stack.old
    if old is not None:
        old = dataclasses.replace(old, cells=old.cells.drop(columns=list(keys), errors="ignore"))
    return dataclasses.replace(stack, sides=sides, old=old)


def _tops(stack: Stack) -> Ints:
    """Of each case the preferred row."""
    top = np.zeros(len(stack.base), np.int64)
    top[stack.case[stack.order[::-1]]] = stack.order[::-1]
    return top


def _of_top(stack: Stack, key: str, top: Ints) -> pd.Series:
    """What the preferred row of each case says in a column."""
    return stack.column(key)[0].iloc[top].reset_index(drop=True)


def _named(parts: Sequence[Part], base: Part | None, stack: Stack, now: pd.Series) -> list[Part]:
    """The parts, the base's last, with the numbers that their double checks name as they are after the merge."""
    found, begin = [], 0
    for part in parts:
        end = begin + len(part.complaints.rows)
        checks = np.flatnonzero(part.register.items.data["item_kind"].eq("double").to_numpy(bool))
        if len(checks) and "what" in part.items.cells:
            keys = case_keys(part.register.complaints.data["complaint_id"])
            mine = pd.Series(now.iloc[stack.case[begin:end]].to_numpy(), keys.to_numpy())
            mine = mine[mine.index.notna() & ~mine.index.duplicated()]
            what = part.items.cells["what"].copy()
            what.iloc[checks] = case_keys(what.iloc[checks]).map(mine).fillna(what.iloc[checks]).to_numpy()
            items = dataclasses.replace(part.items, cells=part.items.cells.assign(what=what))
            found.append(dataclasses.replace(part, items=items))
        else:
            found.append(part)
        begin = end
    return [*found, *([base] if base else [])]


def _held(parts: Sequence[Part], stack: Stack) -> dict[str, Ints]:
    """By column the cases with a conflict of an earlier merge that is still open, as its item says."""
    known = labels(REGISTER)
    found: defaultdict[str, list[int]] = defaultdict(list)
    begin = 0
    for part in parts:
        items = part.register.items.data
        open_yet = items["item_kind"].eq("conflict") & items["result"].isna() & items["done_at"].isna()
        mine = items[open_yet.to_numpy(bool)]
        keys = case_keys(part.register.complaints.data["complaint_id"])
        position = pd.Series(np.arange(len(keys)), keys.to_numpy())
        position = position[position.index.notna() & ~position.index.duplicated()]
        for number, what in zip(case_keys(mine["complaint_id"]), mine["what"].fillna(""), strict=True):
            key = known.get(folded(what.replace("：", ":").partition(":")[0]))
            if key and number in position.index:
                found[key].append(int(stack.case[begin + int(position[number])]))
        begin += len(keys)
    return {key: np.array(cases, np.int64) for key, cases in found.items()}


def _deleted(stack: Stack, touched: Bools, has: Bools) -> tuple[Ints, dict[int, tuple[str, ...]]]:
    """Cases of the base that a side lacks: those no other side changed, which go, and by whom of the others.

    ``has``: which sides have such a sheet at all.
    """
    size = len(stack.base)
    there = np.zeros((size, len(stack.sides)), bool)
    there[stack.case, stack.side] = True
    lacks = (~there & has) & (stack.base >= 0)[:, None]
    changed = np.zeros(size, bool)
    changed[stack.case[touched]] = True
    some = lacks.any(axis=1)
    torn = np.flatnonzero(some & changed).tolist()
    by = {
        case: tuple(stack.sides[at].register for at in np.flatnonzero(lacks[case]).tolist()) for case in torn
    }
    return np.flatnonzero(some & ~changed), by


def _revived(stack: Stack, items: Stack, touched: Bools, belongs: Ints) -> Bools:
    """Complaints with an item that a side changed or added which still has the complaint: they are changed, too."""
    size = len(stack.base)
    there = np.zeros((size + 1, len(stack.sides)), bool)
    there[stack.case, stack.side] = True
    parent = belongs[items.case]
    live = touched & there[parent, items.side]
    found = np.zeros(size + 1, bool)
    found[parent[live]] = True
    return found[:size]


def _sources(stack: Stack) -> pd.Series:
    """Of each case where its rows come from; what an earlier merge wrote stands for its row."""
    earlier = stack.column(SOURCE)[0].tolist()
    told: list[set[str]] = [set() for _ in stack.base]
    for row, (case, side, at) in enumerate(
        zip(stack.case.tolist(), stack.side.tolist(), stack.at.tolist(), strict=True)
    ):
        said = earlier[row]
        told[case].update(said.split(BETWEEN) if isinstance(said, str) else [stack.sides[side].where(at)])
    return pd.Series([BETWEEN.join(sorted(one)) for one in told], dtype="str")


def _table(
    cells: pd.DataFrame,
    stack: Stack,
    conflicts: list[Conflict],
    gone: Ints,
    lacking: Mapping[int, tuple[str, ...]],
    by: Sequence[str],
    names: Sequence[str],
) -> Table:
    kept = np.setdiff1d(np.arange(len(stack.base)), gone)
    order = cells.iloc[kept].reindex(columns=[*by, *sorted(set(cells.columns) - {*by, SOURCE})])
    case = kept[_sorted(order, by)]
    whole = [Conflict(at, "", tuple(np.flatnonzero(stack.case == at).tolist())) for at in lacking]
    torn = (
        [one for one in (*whole, *conflicts) if one.case in set(kept.tolist())]
        if len(gone)
        else [*whole, *conflicts]
    )
    position = {int(one): at for at, one in enumerate(case.tolist())}
    torn.sort(key=lambda one: (position[one.case], one.key))
    rows = cells.iloc[case].reset_index(drop=True)
    return Table(rows, stack, case, torn, gone, lacking, _account(stack, gone, names))


def _sorted(frame: pd.DataFrame, by: Sequence[str]) -> Ints:
    """Positions of the rows in ascending order of ``by``, missing ones last; of rows alike in these, by all the others."""
    few = frame[list(by)]
    columns = few if not few.duplicated().any() else frame
    keys = []
    for key in reversed(columns.columns):
        codes = pd.factorize(columns[key], sort=True)[0].astype(np.int64)
        keys.append(np.where(codes < 0, len(codes), codes))
    found: Ints = np.lexsort(keys).astype(np.int64)
    return found


def _account(stack: Stack, gone: Ints, names: Sequence[str]) -> list[Account]:
    dead = np.zeros(len(stack.base), bool)
    dead[gone] = True
    first = np.zeros(len(stack.case), bool)
    first[_tops(stack)] = True
    size = len(names)
    read = tally(stack.side, size)
    kept = tally(stack.side[first & ~dead[stack.case]], size)
    deleted = tally(stack.side[dead[stack.case]], size)
    return [
        Account(name, int(a), int(b), int(a - b - c), int(c))
        for name, a, b, c in zip(names, read, kept, deleted, strict=True)
    ]
