"""One sheet as the checks ask it: which cells are filled, say this or that, hold a time, read how."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kesu.register.codes import label_of
from kesu.register.search import contains

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from kesu.register.columns import Column
    from kesu.register.settings import Settings
    from kesu.register.sheets import Sheet

    Bools = NDArray[np.bool_]
    Ints = NDArray[np.int64]
    Times = NDArray[np.datetime64]


class Rows:
    """One sheet's rows, asked column by column. Masks are boolean arrays as long as the sheet."""

    def __init__(self, sheet: Sheet, columns: tuple[Column, ...]) -> None:
        self.sheet = sheet
        self.data = {str(key): cells for key, cells in sheet.data.items()}
        self.size = len(sheet.data)
        self.columns = {column.key: column for column in columns}
        self._given: dict[str, Bools] = {}
        self._found: dict[tuple[str, str], Bools] = {}

    def __len__(self) -> int:
        return self.size

    def split(self, rows: Ints) -> Iterator[tuple[int, Ints]]:
        """Ascending ``rows`` by register of the stack: its position, its rows; only of those that have some."""
        of = self.sheet.owner[rows]
        cuts = np.flatnonzero(np.diff(of)) + 1
        for part in np.split(rows, cuts) if len(rows) else ():
            yield int(self.sheet.owner[part[0]]), part

    def given(self, key: str) -> Bools:
        """Cells with a value that could be understood."""
        if key not in self._given:
            self._given[key] = ~np.asarray(self.data[key].array.isna())
        return self._given[key]

    @cached_property
    def misread(self) -> dict[str, dict[str, Ints]]:
        """Problem → column → positions of the problems of that kind, in `Sheet.problems`."""
        found: dict[str, dict[str, Ints]] = {}
        problems = self.sheet.problems
        if len(problems):
            both = (problems["problem"] + "\n" + problems["column"]).to_numpy()
            for word in dict.fromkeys(both.tolist()):
                problem, _, key = word.partition("\n")
                found.setdefault(problem, {})[key] = np.flatnonzero(both == word)
        return found

    def blank(self, key: str) -> Bools:
        """Cells in which nothing was typed at all."""
        blank = ~self.given(key)
        for columns in self.misread.values():
            if key in columns:
                blank[self.sheet.problems["row"].to_numpy()[columns[key]]] = False
        return blank

    def says(self, key: str, *codes: str) -> Bools:
        """Cells of a code column that hold one of ``codes``."""
        cells = self.data[key].array
        assert isinstance(cells, pd.Categorical)  # noqa: S101 - what the column declaration promises
        wanted = np.isin(np.asarray(cells.categories), codes)
        mask: Bools = np.append(wanted, False)[cells.codes]  # code -1 is an empty cell
        return mask

    def time(self, key: str) -> Times:
        """datetime64[s], NaT where empty; comparisons with NaT are false."""
        return self.data[key].to_numpy("datetime64[s]")

    @cached_property
    def times(self) -> tuple[str, ...]:
        """Time columns in which anything stands."""
        return tuple(
            key for key, column in self.columns.items() if column.kind == "time" and self.given(key).any()
        )

    def number(self, key: str) -> NDArray[np.float64]:
        """float64, NaN where empty; comparisons with NaN are false."""
        return self.data[key].to_numpy("float64")

    def contains(self, key: str, pattern: str, where: Bools | None = None, *, case: bool = True) -> Bools:
        """Text cells in which the regular expression ``pattern`` is found; only rows of ``where`` are read.

        Patterns without backslash classes and boundaries run some forty times faster.
        """
        wanted = self.given(key) if where is None else self.given(key) & where
        if not pattern or not wanted.any():
            return np.zeros(len(self), dtype=bool)
        cells = self.data[key]
        if where is None or wanted.mean() > 0.5:
            if (key, pattern) not in self._found:
                self._found[key, pattern] = self._search(key, pattern, case=case)
            return self._found[key, pattern] & wanted
        found = np.zeros(len(self), dtype=bool)
        rows = np.flatnonzero(wanted)
        found[rows] = contains(cells.iloc[rows], pattern, case=case)
        return found

    def _search(self, key: str, pattern: str, *, case: bool) -> Bools:
        cells = self.data[key]
        if self.columns[key].kind not in {"text", "long_text", "codes"}:
            return contains(cells, pattern, case=case)
        rows, few = pd.factorize(cells)  # names, departments and phrases recur: look once at each
        hits = contains(pd.Series(few, dtype="str"), pattern, case=case)
        found: Bools = np.append(hits, False)[rows]
        return found

    def has(self, key: str, letter: str) -> Bools:
        """Text cells in which ``letter`` occurs: a fast sieve before a pattern."""
        if not self.given(key).any():
            return np.zeros(len(self), dtype=bool)
        return self.data[key].str.contains(letter, regex=False).to_numpy(dtype=bool)

    def starts_before(self, key: str, letter: str) -> Bools:
        """Text cells that sort before ``letter``: the fastest sieve for what a text begins with."""
        if not self.given(key).any():
            return np.zeros(len(self), dtype=bool)
        return (self.data[key] < letter).to_numpy(dtype=bool)

    def shown(self, key: str, rows: Ints, settings: Settings, lang: str) -> list[str]:
        """Cells as a reader of the sheet sees them; empty cells as ``""``."""
        cells = self.data[key].iloc[rows]
        column = self.columns[key]
        match column.kind:
            case "time":
                texts = np.datetime_as_string(cells.to_numpy("datetime64[s]"), unit="m")
                return ["" if text == "NaT" else text.replace("T", " ") for text in texts.tolist()]
            case "number":
                return ["" if value != value else f"{value:.15g}" for value in cells.tolist()]  # noqa: PLR0124
            case "code" | "codes":
                codes = settings.codes[column.codes]
                comma = "、" if lang == "zh" else ", "
                labels = {
                    word: comma.join(label_of(codes, part, lang) for part in word.split("|"))
                    for word in cells.dropna().unique()
                }
                return [labels.get(word, "") for word in cells.tolist()]
            case _:
                return cells.fillna("").tolist()
