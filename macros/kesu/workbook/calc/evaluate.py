"""Trees of formulas worked out over all rows in which the same formula stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from kesu.workbook.calc.context import Context, Ref, RowByRowError
from kesu.workbook.calc.functions import FUNCTIONS
from kesu.workbook.calc.syntax import Tree, UnprovenError
from kesu.workbook.calc.values import (
    EMPTY,
    ERR,
    NUM,
    REF,
    Vec,
    arithmetic,
    as_numbers,
    as_texts,
    as_truths,
    choose,
    compare,
    error,
    number,
    numbers,
    text,
    texts,
    truths,
    with_errors,
)

LARGEST: Final = 50_000_000
"""Cells of rows × array that one step may hold; more rows are worked out in portions."""
_COMPARING: Final = frozenset({"=", "<>", "<", ">", "<=", ">="})
_FROM_DAYS: Final = frozenset({"YEAR", "MONTH", "DAY", "WEEKDAY"})


def evaluate(tree: Tree, at: Context) -> Vec:  # noqa: PLR0911 - one for each kind of tree
    """The values of ``tree`` in the rows of ``at`` (or one, the same in all). Raises `UnprovenError`."""
    kind = tree[0]
    if kind == "num":
        return number(tree[1])
    if kind == "text":
        return text(tree[1])
    if kind == "bool":
        return truths(np.array([[tree[1]]]))
    if kind == "neg":
        return arithmetic("-", number(0), evaluate(tree[1], at))
    if kind == "call":
        return _call(tree[1], tree[2], at)
    if kind == "name" and (found := at.model.constant(tree[1])) is not None:
        return found
    if kind in {"cell", "range", "table", "name"}:
        return fetched(reference(tree, at), at)
    one, other = evaluate(tree[1], at), evaluate(tree[2], at)
    if kind in _COMPARING:
        return compare(kind, one, other)
    if kind == "&":
        return _joined(as_texts(one), as_texts(other))
    return arithmetic(kind, one, other)


def _joined(one: Vec, other: Vec) -> Vec:
    return with_errors(texts(one.texts() + other.texts()), one, other)


def fetched(ref: Ref, at: Context) -> Vec:
    """What stands in the cells of ``ref``."""
    if not isinstance(ref.top, int):
        cells = [at.model.cells(ref.sheet, column, ref.top) for column in range(ref.left, ref.right + 1)]
        return cells[0] if len(cells) == 1 else _beside(cells)
    if ref.left == ref.right:
        return at.model.column(ref.sheet, ref.left, ref.top, ref.bottom)
    if ref.top == ref.bottom:
        row = np.array([ref.top])
        return _beside([at.model.cells(ref.sheet, column, row) for column in range(ref.left, ref.right + 1)])
    raise UnprovenError("a block of cells")


def _beside(cells: list[Vec]) -> Vec:
    kind, num = (np.concatenate([getattr(c, part) for c in cells], axis=1) for part in ("kind", "num"))
    worded = any(c.text is not None for c in cells)
    return Vec(kind, num, np.concatenate([c.texts() for c in cells], axis=1) if worded else None)


def reference(tree: Tree, at: Context) -> Ref:
    """The cells that ``tree`` means."""
    match tree:
        case ("cell", sheet, (column, beside), (row, below)):
            column += at.column if beside else 0
            rows = at.rows + row if below else row
            if below and len(at.rows) == 1:
                rows = int(rows[0])
            return Ref(at.model.sheet_named(sheet) if sheet else at.sheet, rows, rows, column, column)
        case ("range", first, last):
            if last[0] == "cell" and last[1] is None and first[0] == "cell":
                last = ("cell", first[1], *last[2:])  # 'Sheet'!A1:A9
            return _between(reference(first, at), reference(last, at))
        case ("table", name, part, header):
            sheet, area, column = at.model.table(name, header)
            if part == "This Row":
                return Ref(sheet, at.rows, at.rows, column, column)
            top, bottom = (area[0] - 1, area[0] - 1) if part == "Headers" else area
            return Ref(sheet, top, bottom, column, column)
        case ("name", name):
            return at.model.name(name)
        case ("call", "INDEX", (where, which)):
            return _nth_cell(reference(where, at), evaluate(which, at))
    raise UnprovenError("a reference that is worked out")


def _between(one: Ref, other: Ref) -> Ref:
    moving = [not isinstance(row, int) for row in (one.top, other.bottom)]
    if one.sheet != other.sheet:
        raise UnprovenError("a range over sheets")
    if any(moving) and (not all(moving) or (one.top != other.bottom).any()):
        raise RowByRowError
    if not any(moving) and one.top > other.bottom:
        raise UnprovenError("a range upside down")
    return Ref(one.sheet, one.top, other.bottom, one.left, other.right)


def _nth_cell(whole: Ref, nth: Vec) -> Ref:
    if nth.shape != (1, 1) or nth.kind[0, 0] != NUM or whole.left != whole.right:
        raise UnprovenError("INDEX as a reference")
    row = whole.top + int(nth.num[0, 0]) - 1
    if not whole.top <= row <= whole.bottom:
        raise UnprovenError("INDEX outside")
    return Ref(whole.sheet, row, row, whole.left, whole.left)


def _call(name: str, given: tuple[Tree, ...], at: Context) -> Vec:  # noqa: PLR0911 - one for each function
    match name:
        case "IF":
            return _if(given, at)
        case "IFERROR":
            return _if_error(given, at)
        case "INDEX":
            return _index(given, at)
        case "NOW":
            return number(at.model.now)
        case "ROW":
            if not given:
                return numbers(at.rows.astype(float)[:, None])
            top = reference(given[0], at).top
            return number(top) if isinstance(top, int) else numbers(top.astype(float)[:, None])
        case "ROWS":
            ref = reference(given[0], at)
            return number(float(ref.bottom - ref.top + 1)) if isinstance(ref.top, int) else number(1.0)
    if name not in FUNCTIONS:
        raise UnprovenError(name)
    if len(at.rows) > 1 and name == "SUMPRODUCT":
        return _portions(name, given, at)
    try:
        return _counting_days(name, [evaluate(one, at) for one in given], at.model.shift)
    except TypeError as wrong:  # too many or too few arguments
        raise UnprovenError(name) from wrong


def _counting_days(name: str, values: list[Vec], shift: float) -> Vec:
    """The function; ``shift``: how much less a day counts than from 1900."""
    if shift and name in _FROM_DAYS:
        values = [arithmetic("+", values[0], number(shift)), *values[1:]]
    result = FUNCTIONS[name](*values)
    return arithmetic("-", result, number(shift)) if shift and name == "DATE" else result


def _portions(name: str, given: tuple[Tree, ...], at: Context) -> Vec:
    """Row times array may be large: a portion of the rows at a time."""
    step = max(1, LARGEST // 8 // max(at.model.longest, 1))
    done = []
    for first in range(0, len(at.rows), step):
        part = replace(at, rows=at.rows[first : first + step])
        found = FUNCTIONS[name](*(evaluate(one, part) for one in given))
        done.append(_spread(found, len(part.rows)))
    return (
        done[0]
        if len(done) == 1
        else Vec(*(np.concatenate([getattr(d, p) for d in done]) for p in ("kind", "num")))
    )


def _spread(vec: Vec, rows: int) -> Vec:
    """The same in ``rows`` rows."""
    if len(vec.kind) == rows:
        return vec
    shape = (rows, vec.shape[1])
    worded = None if vec.text is None else np.broadcast_to(vec.text, shape)
    return Vec(np.broadcast_to(vec.kind, shape), np.broadcast_to(vec.num, shape), worded)


def _if(given: tuple[Tree, ...], at: Context) -> Vec:
    """Each branch only in the rows that take it."""
    asked = as_truths(evaluate(given[0], at))
    branches = (given[1], given[2] if len(given) > 2 else ("bool", 0.0))
    if asked.shape[1] > 1:
        return with_errors(choose(asked.num != 0, *(evaluate(one, at) for one in branches)), asked)
    true = (asked.num != 0).ravel()
    if len(true) == 1 or true.all() or not true.any():
        return with_errors(evaluate(branches[0 if true[0] else 1], at), asked)
    parts = [
        (mask, evaluate(branch, at.of(mask))) for mask, branch in ((true, branches[0]), (~true, branches[1]))
    ]
    return with_errors(_gathered(len(true), parts), asked)


def _if_error(given: tuple[Tree, ...], at: Context) -> Vec:
    found = evaluate(given[0], at)
    if not found.has(ERR):
        return found
    wrong = found.kind == ERR
    if found.shape[1] > 1:
        return choose(wrong, evaluate(given[1], at), found)
    mask = wrong.ravel()
    if mask.all() or len(mask) != len(at.rows):
        return evaluate(given[1], at)
    return _gathered(len(mask), [(~mask, found.pick(~mask)), (mask, evaluate(given[1], at.of(mask)))])


def _gathered(rows: int, parts: list[tuple[Any, Vec]]) -> Vec:
    """Rows put together again."""
    width = max(vec.shape[1] for _, vec in parts)
    kind, num = np.full((rows, width), EMPTY, dtype=np.int8), np.zeros((rows, width))
    worded = np.full((rows, width), "", dtype=object) if any(v.text is not None for _, v in parts) else None
    for mask, vec in parts:
        kind[mask], num[mask] = vec.kind, vec.num
        if worded is not None and vec.text is not None:
            worded[mask] = vec.text
    return Vec(kind, num, worded)


def _index(given: tuple[Tree, ...], at: Context) -> Vec:
    if len(given) != 2:
        raise UnprovenError("INDEX of two dimensions")
    whole, nth = evaluate(given[0], at), as_numbers(evaluate(given[1], at))
    if len(whole.kind) > 1:
        raise UnprovenError("INDEX into an array of each row")
    which = nth.num.astype(int)
    if (which[nth.kind == NUM] == 0).any():
        raise UnprovenError("INDEX of everything")
    inside = (which >= 1) & (which <= whole.shape[1]) & (nth.kind == NUM)
    safe = np.where(inside, which - 1, 0)
    worded = None if whole.text is None else whole.text[0][safe]
    result = Vec(whole.kind[0][safe], whole.num[0][safe], worded)
    if not inside.all():
        result = choose(inside, result, error(REF))
    return with_errors(result, nth)
