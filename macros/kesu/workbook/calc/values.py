"""Values of formulas, many at once: numbers, texts, truths and errors as Excel tells them apart.

A `Vec` has two axes: rows in which the formula stands, and what an array or a range holds; either may be 1 long.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import numpy as np

from kesu.workbook.calc.syntax import UnprovenError

EMPTY, NUM, TEXT, BOOL, ERR = range(5)
ERRORS: Final = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")
DIV0, VALUE, REF, NUMBER, NA = 1, 2, 3, 5, 6
_NUMERIC: Final = re.compile(r"\s*[+-]?\d{1,15}(?:\.\d{1,15})?\s*")


class Vec:
    """``kind`` EMPTY … ERR; ``num``: numbers, truths as 0 and 1, the place of an error in `ERRORS`; ``text``: texts."""

    __slots__ = ("_fitting", "_folded", "_index", "_kinds", "kind", "num", "text")

    def __init__(
        self, kind: Any, num: Any, text: Any = None, *, kinds: tuple[int, int] | None = None
    ) -> None:
        self.kind, self.num, self.text = kind, num, text
        self._folded: Any = None
        self._index: Any = None
        self._kinds = kinds
        self._fitting: dict[str, Any] | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Rows, array."""
        return self.kind.shape  # type: ignore[no-any-return]

    @property
    def kinds(self) -> tuple[int, int]:
        """The lowest and the highest kind, by which most steps know at once that there is nothing to look after."""
        if self._kinds is None:
            self._kinds = (int(self.kind.min()), int(self.kind.max())) if self.kind.size else (NUM, NUM)
        return self._kinds

    def has(self, kind: int) -> bool:
        """Whether there is a value of this kind."""
        low, high = self.kinds
        return low <= kind <= high and bool((self.kind == kind).any())

    def texts(self) -> Any:
        """Texts, "" where there is none."""
        return np.full(self.shape, "", dtype=object) if self.text is None else self.text

    def folded(self) -> Any:
        """Texts as they are compared: upper and lower case alike."""
        if self._folded is None:
            texts = self.texts()
            flat = [text.casefold() for text in texts.ravel().tolist()]
            self._folded = np.array(flat, dtype=object).reshape(texts.shape)
        return self._folded

    def index(self) -> Any:
        """Folded text or number of each place of a range → its first place."""
        if self._index is None:
            self._index = {}
            keys = keys_of(self)
            for at in range(len(keys) - 1, -1, -1):
                if keys[at] is not None:
                    self._index[keys[at]] = at
        return self._index

    def fitting(self, criterion: str, fit: Callable[[Vec, str], Any]) -> Any:
        """Which places fulfil a criterion, as ``fit`` says; the figures of the KPI sheet ask the same again and again."""
        if self._fitting is None:
            self._fitting = {}
        if criterion not in self._fitting:
            self._fitting[criterion] = fit(self, criterion)
        return self._fitting[criterion]

    def pick(self, at: Any) -> Vec:
        """The rows ``at``; a value that is the same in all rows stays as it is."""
        if len(self.kind) == 1:
            return self
        return Vec(self.kind[at], self.num[at], None if self.text is None else self.text[at])


def keys_of(vec: Vec) -> list[Any]:
    """Per place what equal values have in common; None for what is not found by looking: empty cells, errors."""
    folded = vec.folded().ravel().tolist() if vec.text is not None else None
    keys: list[Any] = []
    for at, (kind, num) in enumerate(zip(vec.kind.ravel().tolist(), vec.num.ravel().tolist(), strict=True)):
        match kind:
            case 1:
                keys.append(num)
            case 2:
                keys.append(folded[at] if folded else "")
            case 3:
                keys.append((num,))
            case _:
                keys.append(None)
    return keys


@lru_cache(256)
def _all(shape: tuple[int, int], kind: int) -> Any:
    """So many places of one kind, for all that have it: nobody writes into it."""
    found = np.full(shape, kind, dtype=np.int8)
    found.flags.writeable = False
    return found


@lru_cache(1024)
def number(value: float) -> Vec:
    """One number."""
    return numbers(np.array([[value]], dtype=float))


def numbers(values: Any) -> Vec:
    """An array of numbers."""
    return Vec(_all(values.shape, NUM), values, kinds=(NUM, NUM))


def truths(values: Any) -> Vec:
    """An array of truths."""
    return Vec(_all(values.shape, BOOL), values.astype(float), kinds=(BOOL, BOOL))


@lru_cache(1024)
def text(value: str) -> Vec:
    """One text."""
    return texts(np.array([[value]], dtype=object))


def texts(values: Any) -> Vec:
    """An array of texts."""
    return Vec(_all(values.shape, TEXT), np.zeros(values.shape), values, kinds=(TEXT, TEXT))


def error(code: int) -> Vec:
    """One error."""
    return Vec(np.array([[ERR]], dtype=np.int8), np.array([[float(code)]]))


def choose(mask: Any, one: Vec, other: Vec) -> Vec:
    """``one`` where the mask holds, else ``other``."""
    kind = np.where(mask, one.kind, other.kind)
    num = np.where(mask, one.num, other.num)
    if one.text is None and other.text is None:
        return Vec(kind, num)
    return Vec(kind, num, np.where(mask, one.texts(), other.texts()))


def with_errors(result: Vec, *given: Vec) -> Vec:
    """``result``, but the errors of what it was made from, the first first."""
    for vec in reversed(given):
        if vec.has(ERR):
            result = choose(vec.kind == ERR, Vec(vec.kind, vec.num), result)
    return result


def as_numbers(vec: Vec) -> Vec:
    """As arithmetic takes them: nothing is 0, truths are 0 and 1, a text is an error."""
    if vec.kinds == (NUM, NUM):
        return vec
    kind = np.where(vec.kind == ERR, ERR, NUM).astype(np.int8)
    if not vec.has(TEXT):
        return Vec(kind, vec.num)
    words = vec.kind == TEXT
    if any(any(ch.isdigit() for ch in word) for word in vec.texts()[words].tolist()):
        raise UnprovenError("a text that some programs take for a number")
    return Vec(np.where(words, ERR, kind), np.where(words, float(VALUE), vec.num))


def as_texts(vec: Vec) -> Vec:
    """As ``&`` takes them: numbers in fifteen digits."""
    if vec.kinds == (TEXT, TEXT):
        return vec
    if vec.has(BOOL):
        raise UnprovenError("a truth as text")
    plain = np.array([as_typed(num) for num in vec.num.ravel().tolist()], dtype=object).reshape(vec.shape)
    said = np.where(vec.kind == NUM, plain, vec.texts())
    return with_errors(texts(said), vec)


def as_typed(value: float) -> str:
    """A number as it is shown without a format."""
    said = f"{value:.15g}"
    if "e" in said:
        raise UnprovenError("a number of many digits as text")
    return said


def as_truths(vec: Vec) -> Vec:
    """As conditions take them: a number is true unless it is 0."""
    if vec.has(TEXT):
        raise UnprovenError("a text as a condition")
    return with_errors(truths(vec.num != 0), vec)


def number_in(said: str) -> float | None:
    """What VALUE makes of a text; None for an error."""
    if _NUMERIC.fullmatch(said):
        return float(said)
    if any(ch.isdigit() for ch in said) and not any(ch.isalpha() for ch in said):
        raise UnprovenError("a date, a percentage, an amount of money?")
    if any(ch.isnumeric() and not ch.isascii() for ch in said):
        raise UnprovenError("figures of another script")
    if said.strip().isalnum() and not re.fullmatch(r"\s*\d+[Ee]\d+\s*", said):
        return None
    if any(ch.isdigit() for ch in said):
        raise UnprovenError("perhaps a date")
    return None


def compare(sign: str, one: Vec, other: Vec) -> Vec:
    """``=``, ``<>``, ``<``, … of each with each; nothing is 0 or "", numbers come before texts before truths."""
    if one.kinds[1] <= NUM and other.kinds[1] <= NUM:
        return truths(_OPERATORS[sign](one.num, other.num))
    rank_one = np.where(one.kind == EMPTY, np.where(other.kind == EMPTY, NUM, other.kind), one.kind)
    rank_other = np.where(other.kind == EMPTY, np.where(one.kind == EMPTY, NUM, one.kind), other.kind)
    both = (rank_one == TEXT) & (rank_other == TEXT)
    same = rank_one == rank_other
    if sign in {"=", "<>"}:
        equal = same & np.where(both, False, one.num == other.num)
        if both.any():
            equal = np.where(both, (one.folded() == other.folded()).astype(bool), equal)
        result = equal if sign == "=" else ~equal
    else:
        if both.any():
            raise UnprovenError("the order of texts")
        result = np.where(same, _OPERATORS[sign](one.num, other.num), _OPERATORS[sign](rank_one, rank_other))
    return with_errors(truths(result), one, other)


def arithmetic(sign: str, one: Vec, other: Vec) -> Vec:
    """``+ - * /`` of each with each."""
    one, other = as_numbers(one), as_numbers(other)
    with np.errstate(all="ignore"):
        if sign == "/":
            result = numbers(one.num / np.where(other.num == 0, 1.0, other.num))
            if (zero := other.num == 0).any():
                result = choose(zero, error(DIV0), result)
        else:
            result = numbers(_OPERATORS[sign](one.num, other.num))
    return with_errors(result, one, other)


_OPERATORS: Final[dict[str, Any]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "=": np.equal, "<>": np.not_equal, "<": np.less,
    ">": np.greater, "<=": np.less_equal, ">=": np.greater_equal,
}  # fmt: skip
