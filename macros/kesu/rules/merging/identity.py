"""Which rows of several registers are one: complaints by number and facts (by number alone where the base has it), items by what they say."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kesu.register.forms.intake import folded_value
from kesu.register.sameness import case_keys
from kesu.rules.doubles import best_first, cases, standing
from kesu.rules.merging.cells import Stack
from kesu.rules.merging.tokens import ORIGIN, SOURCE, Side
from kesu.rules.tally import tally

if TYPE_CHECKING:
    from kesu.register.sheets import Register
    from kesu.rules.instants import Ints


@dataclass(frozen=True)
class Part:
    """A register to be merged: as it was read, and its sheets as tokens."""

    register: Register
    complaints: Side
    items: Side
    improvements: Side


def stack_complaints(parts: Sequence[Part], base: Part | None, as_of: int) -> tuple[Stack, pd.Series]:
    """The complaints of ``parts``, and of each case the number (as `case_keys` compares it) that it had at first."""
    known = [*parts, *([base] if base else [])]
    sizes = [len(part.complaints.rows) for part in known]
    frames = [
        standing(part.register, np.arange(size), as_of) for part, size in zip(known, sizes, strict=True)
    ]
    side = np.repeat(np.arange(len(known)), sizes)
    rows = pd.concat(frames, ignore_index=True).assign(register=side)
    keys = pd.concat([_first_numbers(part) for part in known], ignore_index=True)
    case = _cases(rows, keys, side, len(parts) if base else -1, [part.complaints for part in known])
    stack = _stacked([part.complaints for part in parts], base.complaints if base else None, case, side)
    of_case = pd.Series(None, pd.RangeIndex(len(stack.base)), dtype="str")
    of_case.iloc[stack.case] = keys.iloc[: len(stack.case)].to_numpy()
    ranked = rows.iloc[: len(stack.case)].assign(case=stack.case)
    return _ordered(stack, best_first(ranked)), of_case


def _first_numbers(part: Part) -> pd.Series:
    """The number of each row before a merge changed it, as compared."""
    numbers = part.register.complaints.data["complaint_id"]
    if ORIGIN in part.complaints.cells:
        numbers = part.complaints.cells[ORIGIN].fillna(numbers)
    return case_keys(numbers)


def _cases(rows: pd.DataFrame, keys: pd.Series, side: Ints, base: int, sides: Sequence[Side]) -> Ints:
    """Of each row a number, the same for rows that are one; ``base``: position of the base among the sides, -1 none."""
    numbers = pd.factorize(keys)[0].astype(np.int64)
    case = cases(rows, numbers)
    numbered = numbers >= 0
    size = int(numbers.max(initial=-1)) + 1
    if base >= 0 and size:
        sole = tally(numbers[numbered & (side == base)], size) == 1
        for at in range(base):
            sole &= tally(numbers[numbered & (side == at)], size) <= 1
        by_number = numbered & np.append(sole, False)[numbers]
        case = np.where(by_number, len(case) + numbers, case)
    blank = np.flatnonzero(~numbered)
    if len(blank):
        begin, parts = 0, []
        for one in sides:
            parts.append(_content(one, blank[(blank >= begin) & (blank < begin + len(one.rows))] - begin))
            begin += len(one.rows)
        case = case.copy()
        case[blank] = -1 - _numbered(pd.concat(parts, ignore_index=True), side[blank])
    return np.asarray(pd.factorize(case)[0], np.int64)


def _content(side: Side, rows: Ints) -> pd.Series:
    """All that stands in some rows, column by column."""
    cells = side.cells.drop(columns=[ORIGIN, SOURCE], errors="ignore").iloc[rows]
    words = pd.Series("", cells.index, dtype="str")
    for key in sorted(cells.columns):
        words = words.where(cells[key].isna(), words + "\x1f" + key + "\x1e" + cells[key].fillna(""))
    return words


def _numbered(content: pd.Series, side: Ints) -> Ints:
    """Small integers for rows that are the same in every cell, the first of a side, the second …"""
    nth = content.groupby([content.to_numpy(), side]).cumcount().to_numpy(np.int64)
    codes: Ints = pd.factorize(content)[0].astype(np.int64)
    return codes * np.int64(nth.max(initial=0) + 1) + nth


def _by_content(case: Ints, side: Ints, sides: Sequence[Side]) -> Ints:
    """``case``, but told apart by all their cells where one side has several rows of a case."""
    several = pd.Series(case).groupby([case, side]).transform("size").to_numpy() > 1
    crowded = np.flatnonzero(np.isin(case, case[several]))
    if not len(crowded):
        return case
    begin, parts = 0, []
    for one in sides:
        mine = crowded[(crowded >= begin) & (crowded < begin + len(one.rows))] - begin
        parts.append(
            _content(
                dataclasses.replace(one, cells=one.cells.drop(columns="complaint_id", errors="ignore")), mine
            )
        )
        begin += len(one.rows)
    content = pd.Series(case[crowded].astype(str), dtype="str") + pd.concat(parts, ignore_index=True)
    apart = case.copy()
    apart[crowded] = case.max() + 1 + _numbered(content, side[crowded])
    found: Ints = pd.factorize(apart)[0].astype(np.int64)
    return found


def _stacked(sides: Sequence[Side], old: Side | None, case: Ints, side: Ints) -> Stack:
    """A stack of the rows of ``sides``; ``case`` and ``side`` go on with those of ``old``. The order is yet to come."""
    total = sum(len(one.rows) for one in sides)
    mine, names = pd.factorize(case[:total])
    base = np.full(len(names), -1, np.int64)
    if old is not None:
        position = pd.Index(names).get_indexer(pd.Index(case[total:]))
        rows = np.flatnonzero(position >= 0)[::-1]  # of several the first
        base[position[rows]] = rows
    at = np.concatenate([np.arange(len(one.rows)) for one in sides]) if sides else np.zeros(0, np.int64)
    return Stack(sides, side[:total], at.astype(np.int64), mine.astype(np.int64), np.arange(total), base, old)


def _ordered(stack: Stack, order: Ints) -> Stack:
    return Stack(stack.sides, stack.side, stack.at, stack.case, order, stack.base, stack.old)


def parents(parts: Sequence[Part], complaints: Stack, now: pd.Series, base: Part | None) -> list[Ints]:
    """Of each part's items (the base's last) the case they belong to, -1 none: that of the first row with their number there.

    Items whose complaint is not in their own register belong to the case that has the number ``now``, if there is one.
    """
    known = pd.Series(np.arange(len(now)), case_keys(now).to_numpy())
    known = known[known.index.notna()]
    found = []
    begin = 0
    for part in [*parts, *([base] if base else [])]:
        ids = part.register.complaints.data["complaint_id"]
        wanted = part.register.items.data["complaint_id"]
        if part is base:
            case = np.full(len(ids) + 1, -1, np.int64)
            case[complaints.base[complaints.base >= 0]] = np.flatnonzero(complaints.base >= 0)
        else:
            case = np.append(complaints.case[begin : begin + len(ids)], -1)
            begin += len(ids)
        parent = part.register.parent
        elsewhere = known.index.get_indexer(pd.Index(case_keys(wanted)))
        other = np.append(known.to_numpy(np.int64), -1)[elsewhere]
        found.append(np.where(parent >= 0, case[parent], other))
    return found


def stack_items(parts: Sequence[Part], base: Part | None, parent: Sequence[Ints]) -> Stack:
    """The items of ``parts``. One of two sides is the same as another's where complaint, kind, what and time noted are;
    where a side has several of these, those that are the same in every cell.

    ``parent``: of each part's items (the base's last) their case, see `parents`.
    """
    known = [*parts, *([base] if base else [])]
    data = pd.concat([part.register.items.data for part in known], ignore_index=True)
    belongs = np.concatenate(list(parent)).astype(np.int64)
    ids = pd.factorize(case_keys(data["complaint_id"]))[0]
    case = np.where(belongs >= 0, belongs, -2 - ids)
    sides = [part.items for part in known]
    return _alike(sides, data, case, ("item_kind", "what", "noted_at"), ("what",), based=base is not None)


def stack_improvements(parts: Sequence[Part], base: Part | None) -> Stack:
    """The improvements of ``parts``. One of two sides is the same as another's where number, cause, measure and time
    decided are; where a side has several of these, those that are the same in every cell."""
    known = [*parts, *([base] if base else [])]
    data = pd.concat([part.register.improvements.data for part in known], ignore_index=True)
    sides, keys = [part.improvements for part in known], ("measure_id", "cause", "measure", "decided_at")
    return _alike(sides, data, np.zeros(len(data), np.int64), keys, keys[:3], based=base is not None)


def _alike(
    sides: Sequence[Side],
    data: pd.DataFrame,
    case: Ints,
    keys: Sequence[str],
    loosely: Sequence[str],
    *,
    based: bool,
) -> Stack:
    """The stack of the rows of ``sides``, the base's last where ``based``: rows that are one have the same ``case`` and the
    same in ``keys``, of which spelling does not count in those ``loosely``. ``data``: all their rows."""
    side = np.repeat(np.arange(len(sides)), [len(one.rows) for one in sides])
    for key in keys:
        column = pd.concat([_tokens(one, key) for one in sides], ignore_index=True)
        if key in loosely:
            column = column.map(folded_value, na_action="ignore")
        codes = pd.factorize(column)[0].astype(np.int64) + 1
        case = pd.factorize(case * (codes.max(initial=0) + 1) + codes)[0].astype(np.int64)
    case = _by_content(case, side, sides)
    stack = _stacked(sides[: len(sides) - based], sides[-1] if based else None, case, side)
    filled = data.notna().sum(axis=1).to_numpy()[: len(stack.case)]
    rows = data["excel_row"].to_numpy()[: len(stack.case)]
    return _ordered(stack, np.lexsort((rows, stack.side, -filled, stack.case)).astype(np.int64))


def _tokens(side: Side, key: str) -> pd.Series:
    return side.cells[key] if key in side.cells else pd.Series(None, side.cells.index, dtype="str")
