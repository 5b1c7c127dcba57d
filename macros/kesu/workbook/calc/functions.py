"""The functions that kesu's formulas use, over many rows at once. Arguments come worked out; see `evaluate.py` for IF."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from kesu.workbook.calc.lookups import count_ifs, frequency, large, last_beside, match, small, sum_if
from kesu.workbook.calc.syntax import UnprovenError
from kesu.workbook.calc.values import (
    BOOL,
    EMPTY,
    ERR,
    NA,
    NUM,
    TEXT,
    VALUE,
    Vec,
    as_numbers,
    as_texts,
    as_truths,
    as_typed,
    choose,
    error,
    number,
    number_in,
    numbers,
    texts,
    truths,
    with_errors,
)

EPOCH: Final = dt.date(1899, 12, 30)


def _each(made: Callable[[float], float], vec: Vec) -> Vec:
    """A number from each number."""
    given = as_numbers(vec)
    flat = [made(one) for one in given.num.ravel().tolist()]
    return with_errors(numbers(np.array(flat, dtype=float).reshape(given.shape)), given)


def _worded(made: Callable[..., str], vec: Vec, *more: Vec) -> Vec:
    """A text from each text and what stands beside it."""
    said = as_texts(vec)
    wide = np.broadcast_shapes(said.shape, *(one.shape for one in more))
    columns = [np.broadcast_to(said.texts(), wide).ravel().tolist()]
    columns += [np.broadcast_to(as_numbers(one).num, wide).ravel().tolist() for one in more]
    flat = np.array([made(*row) for row in zip(*columns, strict=True)], dtype=object).reshape(wide)
    return with_errors(texts(flat), said, *more)


def _rounded(vec: Vec, digits: Vec) -> Vec:
    given = as_numbers(vec)
    if digits.num.any():
        raise UnprovenError("ROUND to digits")
    return with_errors(numbers(np.copysign(np.floor(np.abs(given.num) + 0.5), given.num)), given)


def _folding(of: Callable[[Any, Any], Any], nothing: float) -> Callable[..., Vec]:
    """MIN, MAX, SUM: numbers of all arguments along the array; texts and empty cells do not count."""

    def fold(*given: Vec) -> Vec:
        found: Vec | None = None
        for vec in given:
            counts = vec.kind == NUM
            if vec.shape[1] == 1 and (vec.has(TEXT) or vec.has(BOOL)):
                raise UnprovenError("a text or a truth among numbers")
            some = counts.any(axis=1, keepdims=True)
            values = of.reduce(np.where(counts, vec.num, nothing), axis=1, keepdims=True)  # type: ignore[attr-defined]
            one = Vec(np.where(some, NUM, EMPTY).astype(np.int8), values)
            one = with_errors(one, *_first_error(vec))
            found = one if found is None else _both(of, found, one, nothing)
        result = found or number(0)
        kind = np.where(result.kind == EMPTY, NUM, result.kind).astype(np.int8)
        return Vec(kind, np.where(result.kind == EMPTY, 0.0, result.num))

    return fold


def _both(of: Callable[[Any, Any], Any], one: Vec, other: Vec, nothing: float) -> Vec:
    values = of(
        np.where(one.kind == EMPTY, nothing, one.num), np.where(other.kind == EMPTY, nothing, other.num)
    )
    empty = (one.kind == EMPTY) & (other.kind == EMPTY)
    result = Vec(np.where(empty, EMPTY, NUM).astype(np.int8), np.where(empty, 0.0, values))
    return with_errors(result, one, other)


def _first_error(vec: Vec) -> tuple[Vec, ...]:
    """The first error along the array, if there is any."""
    if not vec.has(ERR):
        return ()
    at = (vec.kind == ERR).argmax(axis=1)[:, None]
    return (Vec(np.take_along_axis(vec.kind, at, 1), np.take_along_axis(vec.num, at, 1)),)


_sum = _folding(np.add, 0.0)


def _sum_product(vec: Vec) -> Vec:
    """SUMPRODUCT of one array: texts and truths are nothing."""
    return _sum(Vec(np.where(vec.kind == ERR, ERR, NUM), np.where(vec.kind == NUM, vec.num, 0.0)))


def _average(vec: Vec) -> Vec:
    return with_errors(numbers(_sum(vec).num / np.maximum(_count(vec).num, 1)), *_first_error(vec))


def _count(vec: Vec) -> Vec:
    return numbers((vec.kind == NUM).sum(axis=1, keepdims=True).astype(float))


def _logic(of: Any) -> Callable[..., Vec]:
    def fold(*given: Vec) -> Vec:
        known = [as_truths(vec) for vec in given]
        result = known[0]
        for vec in known[1:]:
            result = with_errors(truths(of(result.num != 0, vec.num != 0)), result, vec)
        return result

    return fold


def _value(vec: Vec) -> Vec:
    said = as_texts(vec)
    found = [number_in(one) for one in said.texts().ravel().tolist()]
    bad = np.array([one is None for one in found]).reshape(vec.shape)
    result = numbers(np.array([one or 0.0 for one in found]).reshape(vec.shape))
    return with_errors(choose(bad, error(VALUE), result), said)


def _day_of(serial: float) -> dt.date:
    try:
        return EPOCH + dt.timedelta(days=int(serial // 1))
    except OverflowError as e:
        raise UnprovenError("a day out of range") from e


def _date(year: Vec, month: Vec, day: Vec) -> Vec:
    def serial(y: float, m: float, d: float) -> float:
        months = int(y) * 12 + int(m) - 1
        if not 1901 <= months // 12 <= 9998:
            raise UnprovenError("a year out of range")
        return (dt.date(months // 12, months % 12 + 1, 1) - EPOCH).days + int(d) - 1

    columns = [as_numbers(one).num for one in (year, month, day)]
    flat = [serial(*row) for row in np.broadcast(*columns)]
    wide = np.broadcast_shapes(*(one.shape for one in columns))
    return with_errors(numbers(np.array(flat, dtype=float).reshape(wide)), year, month, day)


def _weekday(serial: Vec, kind: Vec) -> Vec:
    if (kind.num != 2).any():
        raise UnprovenError("WEEKDAY")
    return _each(lambda day: _day_of(day).isoweekday(), serial)


def _padded(value: Vec, shape: Vec) -> Vec:
    """TEXT with a format of zeros only."""
    if any(set(one) - {"0"} or not one for one in as_texts(shape).texts().ravel().tolist()):
        raise UnprovenError("a number format")
    width = np.array([len(one) for one in shape.texts().ravel().tolist()], dtype=float).reshape(shape.shape)
    given = as_numbers(value)
    said = texts(
        np.array([as_typed(n) for n in given.num.ravel().tolist()], dtype=object).reshape(given.shape)
    )
    return with_errors(_worded(lambda s, w: s.zfill(int(w)), said, numbers(width)), given)


def _substitute(vec: Vec, old: Vec, new: Vec) -> Vec:
    one, other = (as_texts(v).texts().ravel() for v in (old, new))
    if len(one) != 1 or len(other) != 1 or not one[0]:
        raise UnprovenError("SUBSTITUTE")
    return _worded(lambda said: said.replace(one[0], other[0]), vec)


def _taken(vec: Vec) -> Vec:
    """N: numbers stay, everything else is 0."""
    counts = (vec.kind == NUM) | (vec.kind == BOOL)
    return with_errors(numbers(np.where(counts, vec.num, 0.0)), vec)


FUNCTIONS: Final[dict[str, Callable[..., Vec]]] = {
    "ABS": lambda v: with_errors(numbers(np.abs(as_numbers(v).num)), as_numbers(v)),
    "AND": _logic(np.logical_and),
    "AVERAGE": _average,
    "COUNT": _count,
    "COUNTIF": count_ifs,
    "COUNTIFS": count_ifs,
    "DATE": _date,
    "DAY": lambda v: _each(lambda day: _day_of(day).day, v),
    "FREQUENCY": frequency,
    "HYPERLINK": lambda target, said: with_errors(_worded(str, said), target),
    "INT": lambda v: with_errors(numbers(np.floor(as_numbers(v).num)), as_numbers(v)),
    "ISNUMBER": lambda v: truths(v.kind == NUM),
    "LARGE": large,
    "LEFT": lambda v, n: _worded(lambda said, count: said[: int(count)], v, n),
    "LEN": lambda v: numbers(np.array([[len(s) for s in r] for r in as_texts(v).texts().tolist()], dtype=float)),
    "LOOKUP": last_beside,
    "MATCH": match,
    "MAX": _folding(np.maximum, -np.inf),
    "MIN": _folding(np.minimum, np.inf),
    "MONTH": lambda v: _each(lambda day: _day_of(day).month, v),
    "N": _taken,
    "NA": lambda: error(NA),
    "NOT": lambda v: with_errors(truths(as_truths(v).num == 0), v),
    "OR": _logic(np.logical_or),
    "REPT": lambda v, n: _worded(lambda said, count: said * min(int(count), 1000), v, n),
    "RIGHT": lambda v, n: _worded(lambda said, count: said[-int(count) :] if count >= 1 else "", v, n),
    "ROUND": _rounded,
    "SMALL": small,
    "SUBSTITUTE": _substitute,
    "SUM": _sum,
    "SUMIF": sum_if,
    "SUMPRODUCT": _sum_product,
    "TEXT": _padded,
    "TRIM": lambda v: _worded(lambda said: " ".join(part for part in said.split(" ") if part), v),
    "VALUE": _value,
    "WEEKDAY": _weekday,
    "YEAR": lambda v: _each(lambda day: _day_of(day).year, v),
}  # fmt: skip
"""By name; a function that is missing here makes a formula unproven."""
