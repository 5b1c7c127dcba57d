"""Which personal cells of very many rows have a word in some texts: few are looked at closely."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.register.cells import SEPARATORS
from kesu.reports.masking import own_columns
from kesu.reports.masking.own_words import Word, words_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.integer]

_PLAIN: Final = "[\u0020-\u007e\u3001\u3002\u4e00-\u9fff\uff0c]*"
"""Cells whose letters are folded by putting them in lower case, and what stands between them."""
_BETWEEN: Final = "[^0-9a-z\u4e00-\u9fff]+"
MOST_SEEDS: Final = 1000
"""What is searched for at once; of more labels every cell is looked at."""
MOST: Final = 1 << 14
"""Letters in which it costs little to look for every word of everybody."""
MANY: Final = 20
RARE: Final = 0.05
"""A part of a name that fewer than this share of at least MANY rows have in it is a word of the label: Gold Card."""


class Names:
    """The words by which the customers and staff of a frame of complaints are known. Nothing is worked out before it is asked for."""

    def __init__(self, complaints: pd.DataFrame) -> None:
        self.complaints = complaints

    @cached_property
    def _own(self) -> list[tuple[np.ndarray, pd.Series, np.ndarray, np.ndarray]]:
        """Each personal column: code of each row, its cells as the sieve sees them (missing: always looked at), the cells,
        and which of them are a number alone."""
        found = []
        for key in own_columns():
            if key in self.complaints:
                codes, words = pd.factorize(self.complaints[key].astype("str"))
                cells = pd.Series(words, dtype="str")
                number = cells.str.fullmatch(r"[\s()+.-]*\d[\d\s()+.-]*").to_numpy(bool)
                found.append((np.asarray(codes), _sifted(cells), cells.to_numpy(object), number))
        return found

    def within(self, joined: str) -> list[tuple[np.ndarray, dict[int, list[Word]]]]:
        """Each personal column's codes, and those of its cells of which any word stands in ``joined``."""
        digits = any(joined[at : at + 3].isdecimal() for at in range(len(joined) - 2))
        pattern = _seeds(joined)
        if not pattern:
            return []
        found = []
        for codes, sifted, cells, number in self._own:
            wanted = (sifted.str.contains(pattern) | sifted.isna()).to_numpy(bool)
            if not digits:
                wanted = wanted & ~number
            known = {}
            for at in np.flatnonzero(wanted).tolist():
                if words := [word for word in words_of(cells[at]) if word.letters in joined]:
                    known[at] = words
            if known:
                found.append((codes, known))
        return found

    def beside(self, letters: Sequence[str], codes: Ints, rows: Ints) -> dict[int, Counter[Word]]:
        """By label (``letters``: as compared) the words that stand in it of those whom its rows name, and of how many rows.

        ``codes``: the label that stands in each of ``rows``, positions among the complaints; -1 is nobody's row.
        """
        found: defaultdict[int, Counter[Word]] = defaultdict(Counter)
        joined = "\n".join(letters)
        few = {id(of): known for of, known in self.within(joined)} if len(joined) <= MOST else None
        for of, sifted, cells, _ in self._own:
            seen = sifted.to_list()
            known = few.get(id(of), {}) if few is not None else None
            for code, cell, number in _pairs(
                codes, np.append(of, -1)[rows], range(len(cells)) if known is None else known
            ):
                label = letters[code]
                if known is not None:
                    words: Iterable[Word] = known[cell]
                else:
                    words = words_of(cells[cell]) if _may_hold(label, seen[cell]) else ()
                for word in words:
                    if word.letters in label:
                        found[code][word] += number
        return found


def _pairs(codes: Ints, cells: Ints, known: Collection[int]) -> Iterator[tuple[int, int, int]]:
    """Label, cell and the number of rows with both, of cells that are ``known``."""
    size = max(known, default=0) + 1
    there = np.zeros(size + 1, bool)
    there[np.array([*known], np.int64)] = True
    mine = np.flatnonzero(there[np.where(cells < size, cells, -1)])
    pairs, times = np.unique(codes[mine].astype(np.int64) * size + cells[mine], return_counts=True)
    for pair, number in zip(pairs.tolist(), times.tolist(), strict=True):
        yield *divmod(pair, size), number


def _may_hold(label: str, cell: object) -> bool:
    """Whether some word of a cell, as `_sifted` has it, may stand in ``label``."""
    if not isinstance(cell, str):
        return True
    size = 3 if cell.isdecimal() else 2
    return any(cell[at : at + size] in label for at in range(len(cell) - size + 1))


def known_by(counts: Mapping[Word, int], rows: int) -> list[Word]:
    """Of the words of ``rows`` that one label stands for, each with the number of those that have it, those that are hidden in it."""
    few = RARE * rows if rows >= MANY else 0
    return [word for word, number in counts.items() if word.whole or number >= few]


def _seeds(joined: str) -> str:
    """Pattern of what the beginning of some word that stands in ``joined`` looks like; "": no word can."""
    few = {one + other for one, other in pairwise(joined) if not (one.isdecimal() or other.isdecimal())}
    few |= {
        joined[at : at + 3]
        for at in range(len(joined) - 2)
        if any(ch.isdecimal() for ch in joined[at : at + 3])
    }
    few = {seed for seed in few if "\n" not in seed}
    return "|".join(sorted(few)) if len(few) <= MOST_SEEDS else "" if not few else "(?s:.)"


def _sifted(cells: pd.Series) -> pd.Series:
    """Cells with their letters and digits alone, as `bare_letters` has them; missing where that takes a closer look.

    Every word of a cell that is left has two letters side by side that stand so in it or, where it has digits, three.
    """
    plain = cells.str.lower()
    odd = ~plain.str.fullmatch(_PLAIN) | plain.str.contains("ae|oe|ue")
    odd |= plain.str.contains("[0-9]") & plain.str.contains(SEPARATORS)  # each part is a word, however short
    bare = plain.str.replace(_BETWEEN, "", regex=True)
    return bare.mask((odd | (bare.str.len() < 3)).to_numpy(bool))
