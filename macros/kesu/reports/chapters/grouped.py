"""Texts that stand for many rows, such as a product or a department, without what is personal of any of these rows."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kesu.reports.masking import mask_words
from kesu.reports.masking.own_words import Word
from kesu.reports.masking.sieve import Names, known_by
from kesu.reports.masking.spelling import bare_letters

if TYPE_CHECKING:
    from kesu.reports.model import Report


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
        known = self._names.within("\n".join(map(bare_letters, wanted)))
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
        known = self._names.within(joined)
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
    def _names(self) -> Names:
        return Names(self.report.complaints)

    @staticmethod
    def _words(known: list[tuple[np.ndarray, dict[int, list[Word]]]], rows: np.ndarray) -> list[Word]:
        """The words of ``rows``; parts of names only where they are not rare among many."""
        counts: dict[Word, int] = {}
        for codes, cells in known:
            own, times = np.unique(codes[rows[rows >= 0]], return_counts=True)
            for code, number in zip(own.tolist(), times.tolist(), strict=True):
                for word in cells.get(code, ()):
                    counts[word] = counts.get(word, 0) + number
        return known_by(counts, len(rows))

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
