"""Texts that stand for many rows, such as a product or a department, without what is personal of any of these rows."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.register.cells import SEPARATORS
from kesu.reports.masking import mask_words, own_columns
from kesu.reports.masking.own_words import Word, words_of
from kesu.reports.masking.spelling import bare_letters

if TYPE_CHECKING:
    from kesu.reports.model import Report

_PLAIN: Final = "[\u0020-\u007e\u3001\u3002\u4e00-\u9fff\uff0c]*"
"""Cells whose letters are folded by putting them in lower case, and what stands between them."""
_BETWEEN: Final = "[^0-9a-z\u4e00-\u9fff]+"
MANY: Final = 20
MOST_SEEDS: Final = 1000
"""What is searched for at once; of more labels every cell is looked at."""
RARE: Final = 0.05
"""A part of a name that fewer than this share of at least MANY rows have in it is a word of the label: Gold Card."""


class Grouped:
    """Masks labels of groups of the report's rows. Nothing is worked out before the first label is asked for."""

    def __init__(self, report: Report) -> None:
        self.report = report

    def labels(self, key: str, labels: Iterable[str]) -> dict[str, str]:
        """Values or parts of values of column ``key`` of the complaints → as they may be shown."""
        return self._labels(self.report.complaints, key, list(labels), None)

    def item_labels(self, key: str, labels: Iterable[str]) -> dict[str, str]:
        """The same for a column of the items, whose words are their complaints'."""
        return self._labels(self.report.items, key, list(labels), self._complaint_of_item)

    def of_nobody(self, texts: Iterable[str]) -> dict[str, str]:
        """Texts that belong to no row → as they may be shown: whole names and numbers of anybody in the report hidden."""
        wanted = list(dict.fromkeys(texts))
        if self.report.unmasked:
            return {text: text for text in wanted}
        known = self._known_in("\n".join(map(bare_letters, wanted)))
        words = [word for _, cells in known for own in cells.values() for word in own if word.whole]
        return {text: mask_words(text, words) for text in wanted}

    def register(self, name: str) -> str:
        """The name of a register."""
        if self.report.unmasked:
            return name
        return self._registers.get(name) or mask_words(name, ())

    @cached_property
    def _registers(self) -> dict[str, str]:
        named = [source.name for source in self.report.sources]
        named += [str(name) for name in self.report.complaints["register"].unique()]
        return self._labels(self.report.complaints, "register", list(dict.fromkeys(named)), None)

    def _labels(
        self, frame: pd.DataFrame, key: str, labels: list[str], complaint: np.ndarray | None
    ) -> dict[str, str]:
        if self.report.unmasked:
            return {label: label for label in labels}
        joined = "\n".join(map(bare_letters, labels))
        known = self._known_in(joined)
        shown = {}
        codes, cells = self._factorised(frame, key)
        for label in labels:
            words: list[Word] = []
            if known:
                holding = [at for at, cell in enumerate(cells) if label in cell]
                rows = np.flatnonzero(np.isin(codes, holding))
                words = self._words(known, rows if complaint is None else complaint[rows])
            shown[label] = mask_words(label, words)
        return shown

    def _factorised(self, frame: pd.DataFrame, key: str) -> tuple[np.ndarray, list[str]]:
        made = self._columns.get((id(frame), key))
        if made is None:
            codes, cells = pd.factorize(frame[key].astype("str"))
            made = self._columns[id(frame), key] = (np.asarray(codes), list(cells))
        return made

    @cached_property
    def _columns(self) -> dict[tuple[int, str], tuple[np.ndarray, list[str]]]:
        return {}

    @cached_property
    def _own(self) -> list[tuple[np.ndarray, pd.Series, np.ndarray, np.ndarray]]:
        """Each personal column: code of each row, its cells as the sieve sees them (missing: always looked at), the cells,
        and which of them are a number alone."""
        found = []
        for key in own_columns():
            if key in self.report.complaints:
                codes, words = pd.factorize(self.report.complaints[key].astype("str"))
                cells = pd.Series(words, dtype="str")
                number = cells.str.fullmatch(r"[\s()+.-]*\d[\d\s()+.-]*").to_numpy(bool)
                found.append((np.asarray(codes), _sifted(cells), cells.to_numpy(object), number))
        return found

    def _known_in(self, joined: str) -> list[tuple[np.ndarray, dict[int, list[Word]]]]:
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

    @staticmethod
    def _words(known: list[tuple[np.ndarray, dict[int, list[Word]]]], rows: np.ndarray) -> list[Word]:
        """The words of ``rows``; parts of names only where they are not rare among many."""
        counts: dict[Word, int] = {}
        for codes, cells in known:
            own, times = np.unique(codes[rows[rows >= 0]], return_counts=True)
            for code, number in zip(own.tolist(), times.tolist(), strict=True):
                for word in cells.get(code, ()):
                    counts[word] = counts.get(word, 0) + number
        few = RARE * len(rows) if len(rows) >= MANY else 0
        return [word for word, number in counts.items() if word.whole or number >= few]

    @cached_property
    def _complaint_of_item(self) -> np.ndarray:
        """Position of each item's complaint, -1 where there is none."""
        keys = ["register", "complaint_id"]
        complaints = pd.MultiIndex.from_frame(self.report.complaints[keys].astype("str"))
        first = ~complaints.duplicated()
        items = pd.MultiIndex.from_frame(self.report.items[keys].astype("str"))
        at = complaints[first].get_indexer(items)
        return (
            np.where(at >= 0, np.flatnonzero(first)[at], -1) if len(complaints) else np.full(len(items), -1)
        )


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
