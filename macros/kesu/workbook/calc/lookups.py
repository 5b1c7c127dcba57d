"""Functions of a spreadsheet that look something up: matching, ranking, counting what fits a criterion."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from kesu.workbook.calc.syntax import UnprovenError
from kesu.workbook.calc.values import (
    EMPTY,
    ERR,
    NA,
    NUM,
    NUMBER,
    TEXT,
    Vec,
    as_texts,
    choose,
    error,
    keys_of,
    number_in,
    numbers,
    with_errors,
)

_CRITERION: Final = re.compile(r"(<=|>=|<>|<|>|=)?(.*)", re.DOTALL)
_FLIPPED: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "<": np.less, ">": np.greater, "<=": np.less_equal, ">=": np.greater_equal,
}  # fmt: skip


def match(what: Vec, where: Vec, how: Vec | None = None) -> Vec:
    """MATCH: exact (0), or in ascending order the last that is not greater (1)."""
    if how is not None and how.num.ravel()[0] == 0:
        index = where.index()
        if any("*" in k or "?" in k or "~" in k for k in keys_of(what) if isinstance(k, str)):
            raise UnprovenError("a pattern")
        found = [index.get(key, -1) for key in keys_of(what)]
    elif where.has(TEXT):
        found = _match_texts(what, where)
    else:
        counts = (where.kind == NUM).ravel()
        sorted_ = where.num.ravel()[counts]
        if (np.diff(sorted_) < 0).any():
            raise UnprovenError("not in order")
        at_numbers = np.flatnonzero(counts)
        at = np.searchsorted(sorted_, what.num.ravel(), side="right") - 1
        good = (at >= 0) & (what.kind.ravel() <= NUM)
        found = np.where(good, at_numbers[np.maximum(at, 0)] if len(at_numbers) else -1, -1).tolist()
    at_ = np.array(found, dtype=float).reshape(what.shape)
    return with_errors(choose(at_ < 0, error(NA), numbers(at_ + 1)), what)


def _match_texts(what: Vec, where: Vec) -> list[int]:
    """By halving: the place of a text that is there, else an error, because formulas then look at what they found.

    Programs halve differently and order texts differently; where it matters which of several is found, only a list in
    plain order tells.
    """
    keys = [key if isinstance(key, str) else None for key in keys_of(where)]
    there = [key for key in keys if key is not None]
    last = {key: at for at, key in enumerate(keys) if key is not None}
    index = where.index()
    ordered = all(map(str.isascii, there)) and there == sorted(there)
    found = []
    for key in keys_of(what):
        at = last.get(key, -1)
        if at >= 0 and not ordered and index[key] != at:
            raise UnprovenError("the same text several times, in no order")
        found.append(at)
    return found


def large(vec: Vec, nth: Vec) -> Vec:
    ordered = -np.sort(-np.where(vec.kind == NUM, vec.num, -np.inf), axis=1)
    at = nth.num.astype(int) - 1
    if (vec.kind == ERR).any() or (at < 0).any() or (at >= ordered.shape[1]).any():
        raise UnprovenError("LARGE")
    rows = np.arange(len(ordered))[:, None] if len(ordered) > 1 else 0
    return numbers(ordered[rows, at])


def small(vec: Vec, nth: Vec) -> Vec:
    """The nth number from below, an error where there are not so many."""
    if (vec.kind == ERR).any() or len(vec.kind) > 1 or (nth.kind != NUM).any():
        raise UnprovenError("SMALL")
    ordered = np.sort(vec.num[vec.kind == NUM])
    at = nth.num.astype(int) - 1
    inside = (at >= 0) & (at < len(ordered))
    found = ordered[np.where(inside, at, 0)] if len(ordered) else np.zeros(at.shape)
    return choose(inside, numbers(found), error(NUMBER))


def frequency(values: Vec, bins: Vec) -> Vec:
    """How many numbers lie above the bin before and not above this one."""
    edges = bins.num.ravel()
    if (np.diff(edges) <= 0).any() or (bins.kind != NUM).any() or (values.kind == ERR).any():
        raise UnprovenError("FREQUENCY")
    given = values.num[values.kind == NUM]
    counts = np.bincount(np.searchsorted(edges, given, side="left"), minlength=len(edges) + 1)
    return numbers(counts.astype(float)[None, :])


def count_ifs(*given: Vec) -> Vec:
    holds: Any = True
    for where, what in zip(given[::2], given[1::2], strict=True):
        holds = holds & _fits(where, what)
    return numbers(holds.sum(axis=1, keepdims=True).astype(float))


def sum_if(where: Vec, what: Vec) -> Vec:
    """SUMIF over the range that is looked at itself."""
    return numbers(np.where(_fits(where, what), where.num, 0.0).sum(axis=1, keepdims=True))


def _fits(where: Vec, what: Vec) -> Any:
    """Which places of a range fulfil a criterion: equal text or number, or a number beside an operator."""
    if what.has(ERR) or what.shape[1] != 1:
        raise UnprovenError("a criterion that is an error")
    keys = as_texts(what).texts().ravel().tolist()
    if len(keys) > 1:
        return np.concatenate([_fit(where, key) for key in keys], axis=0)
    return where.fitting(keys[0], _fit)


def _fit(where: Vec, criterion: str) -> Any:
    if not criterion:  # nothing, or a text of no letters
        return (where.kind == EMPTY) | ((where.kind == TEXT) & (where.folded() == "").astype(bool))
    said = _CRITERION.fullmatch(criterion)
    sign, rest = (said[1] or "=", said[2]) if said else ("=", criterion)
    value = number_in(rest) if rest else None
    if value is not None and sign in _FLIPPED:
        return (where.kind == NUM) & _FLIPPED[sign](where.num, value)
    if not rest or sign != "=" or value is not None or set(rest) & set("*?~"):
        raise UnprovenError("a criterion of another kind")
    return (where.kind == TEXT) & (where.folded() == rest.casefold()).astype(bool)


def last_beside(what: Vec, where: Vec, result: Vec) -> Vec:
    """LOOKUP(2, 1/…, …): what stands beside the last number."""
    found = np.flatnonzero((where.kind == NUM).ravel())
    if (what.num != 2).any() or (where.num[where.kind == NUM] > 2).any():
        raise UnprovenError("LOOKUP")
    if not len(found):
        return error(NA)
    at = slice(found[-1], found[-1] + 1)
    return Vec(result.kind[:, at], result.num[:, at], None if result.text is None else result.text[:, at])
