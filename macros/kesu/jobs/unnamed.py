"""Texts that are declared to be about nobody, without what is personal of the rows in which they stand.

A text is masked wherever it stands once somebody whose row has it is named there: equal cells stay equal. Different ones that would
become the same get a number. So nothing is counted, due or open otherwise.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.register.cells import SEPARATORS
from kesu.register.columns import DECLARED, Column, EntrySheet
from kesu.register.sameness import case_keys
from kesu.reports.masking import mask_words
from kesu.reports.masking.sieve import Names, known_by
from kesu.reports.masking.spelling import bare_letters
from kesu.rules.tally import tally
from kesu.words.text import Text, folded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.integer]

KINDS: Final = frozenset({"id", "text", "long_text", "phone"})
ALIKE: Final = {"cause": "root_cause", "department": "involved_departments"}
"""Columns that say the same thing as another one, of another sheet."""
SEVERAL: Final = frozenset({"involved_departments"})
"""Columns of which a cell may name several, each compared by itself elsewhere."""


@dataclass(frozen=True)
class Unnamed:
    """``frames`` by sheet, masked. ``changed``: how many cells of each column were, by its heading; ``registers``: what each register is called now."""

    frames: dict[EntrySheet, pd.DataFrame]
    changed: dict[Text, int]
    registers: dict[str, str]
    names: Names

    def told(self, texts: Sequence[str]) -> list[str]:
        """Texts about no row, without numbers and without the names of anybody in the file."""
        return _shown(texts, np.arange(len(texts)), np.full(len(texts), -1), self.names)


def unnamed(frames: Mapping[EntrySheet, pd.DataFrame], kept: frozenset[str]) -> Unnamed:
    """The sheets of `kesu.jobs.convert.tables`, with all columns; ``kept``: texts that a team's settings name, which stay."""
    names = Names(frames["register"])
    size = len(frames["register"])
    parts = {"register": np.arange(size), "items": _parents(frames)}
    rows = {name: parts.get(name, np.full(len(frame), -1)) for name, frame in frames.items()}
    made = dict(frames)
    changed: dict[Text, int] = {}
    for key, columns in _vocabularies(frames).items():
        cells = [frames[sheet][column.key].astype("str") for sheet, column in columns]
        whose = np.concatenate([rows[sheet] for sheet, _ in columns])
        codes, distinct = pd.factorize(pd.concat(cells, ignore_index=True))
        now = _masked([str(one) for one in distinct], codes, whose, names, key, kept)
        other = np.append([one != two for one, two in zip(distinct, now, strict=True)], False).astype(bool)
        words = pd.Series([*now, None], dtype="str")
        ends = np.cumsum([len(one) for one in cells])
        for (sheet, column), mine in zip(columns, np.split(codes, ends[:-1]), strict=True):
            if n := int(other[mine].sum()):
                made[sheet] = made[sheet].assign(**{column.key: words.iloc[mine].array})
                changed[column.label] = changed.get(column.label, 0) + n
    called = _registers(frames["register"]["register"], names)
    made = {
        sheet: frame.assign(register=frame["register"].cat.rename_categories(called))
        for sheet, frame in made.items()
    }
    return Unnamed(made, changed, called, names)


def _vocabularies(frames: Mapping[EntrySheet, pd.DataFrame]) -> dict[str, list[tuple[EntrySheet, Column]]]:
    """Columns that name nobody by their declaration, together where they say the same thing."""
    found: defaultdict[str, list[tuple[EntrySheet, Column]]] = defaultdict(list)
    for sheet in frames:
        for column in DECLARED[sheet]:
            if column.kind in KINDS and not column.personal:
                found[ALIKE.get(column.key, column.key)].append((sheet, column))
    return found


def _registers(owner: pd.Series, names: Names) -> dict[str, str]:
    """What each register is called."""
    called = [str(name) for name in owner.cat.categories]
    codes = np.asarray(owner.cat.codes, np.int64)
    shown = _shown(called, codes, np.arange(len(owner), dtype=np.int64), names)
    return dict(zip(called, _apart(called, shown), strict=True))


def _parents(frames: Mapping[EntrySheet, pd.DataFrame]) -> Ints:
    """Position of the complaint of each item, -1 where there is none."""
    cases, items = frames["register"], frames["items"]
    ids = case_keys(
        pd.concat([cases["complaint_id"], items["complaint_id"]], ignore_index=True).astype("str")
    )
    numbers = pd.factorize(ids)[0].astype(np.int64)
    owner = np.concatenate([frame["register"].cat.codes.to_numpy(np.int64) for frame in (cases, items)])
    pairs = pd.factorize(np.where(numbers < 0, -1, numbers * (owner.max(initial=0) + 1) + owner))[0]
    first = np.full(int(pairs.max(initial=0)) + 1, -1, np.int64)
    first[pairs[: len(cases)][::-1]] = np.arange(len(cases))[::-1]
    return np.where(numbers[len(cases) :] < 0, -1, first[pairs[len(cases) :]])


def _masked(
    cells: Sequence[str], codes: Ints, rows: Ints, names: Names, key: str, kept: frozenset[str]
) -> list[str]:
    """Distinct ``cells`` as they may be handed over; ``codes``: which of them stands in each of ``rows``, -1 none."""
    there = codes >= 0
    codes, rows = codes[there].astype(np.int64), rows[there]
    pieces = [re.split(f"({SEPARATORS})", cell) if key in SEVERAL else [cell] for cell in cells]
    labels = list(dict.fromkeys(piece.strip() for one in pieces for piece in one[::2]))
    if key in SEVERAL:
        number = {label: at for at, label in enumerate(labels)}
        of = [[number[piece.strip()] for piece in one[::2]] for one in pieces]
        long = np.array([len(one) for one in of], np.int64)
        begins = np.cumsum(long) - long
        flat = np.array([at for one in of for at in one], np.int64)
        times = long[codes]
        within = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
        codes, rows = flat[np.repeat(begins[codes], times) + within], np.repeat(rows, times)
    is_id = any(
        column.key == key and column.kind == "id" for columns in DECLARED.values() for column in columns
    )
    shown = _shown(labels, codes, rows, names, numbers=not is_id)
    free = [label if folded(label) in kept else one for label, one in zip(labels, shown, strict=True)]
    now = dict(zip(labels, _apart(labels, free), strict=True))
    return [
        "".join(
            piece if at % 2 else piece.replace(piece.strip(), now[piece.strip()])
            for at, piece in enumerate(one)
        )
        for one in pieces
    ]


def _shown(
    labels: Sequence[str], codes: Ints, rows: Ints, names: Names, *, numbers: bool = True
) -> list[str]:
    """Labels without the words of those in whose ``rows`` (-1: nobody's, so anybody's whole words) they stand; without ``numbers``
    nothing but whole words is hidden."""
    letters = [bare_letters(label) for label in labels]
    counts = names.beside(letters, codes, rows)
    if len(loose := np.unique(codes[rows < 0]).tolist()):
        found = names.within("\n".join(letters[code] for code in loose))
        words = {word for _, cells in found for own in cells.values() for word in own if word.whole}
        for code in loose:
            counts.setdefault(code, Counter()).update(word for word in words if word.letters in letters[code])
    sizes = tally(codes, len(labels)).tolist()
    hidden = [known_by(counts[code], sizes[code]) if code in counts else [] for code in range(len(labels))]
    if numbers:
        return [mask_words(label, words) for label, words in zip(labels, hidden, strict=True)]
    return [
        mask_words(label, [word for word in words if word.whole], numbers=False) if words else label
        for label, words in zip(labels, hidden, strict=True)
    ]


def _apart(labels: list[str], shown: list[str]) -> list[str]:
    """``shown`` with a number where it would be that of another label."""
    if shown == labels:
        return list(labels)
    taken = {folded(one): folded(one) for one, label in zip(shown, labels, strict=True) if one == label}
    last: Counter[str] = Counter()
    found = []
    for label, one in zip(labels, shown, strict=True):
        now = one
        while one != label and taken.setdefault(folded(now), folded(label)) != folded(label):
            last[one] += 1
            now = f"{one} ({last[one] + 1})"
        found.append(now)
    return found
