"""Looking for words and phrasings in the texts of a register: what a team's lists name, and how people put it.

A text is looked at in steps, each over all the texts that the one before it left: does it hold anything that could
matter (`Sought.coarse`), what is left when harmless passages are taken out, does the rest say it. Only of texts that are a
finding does anything ask in which words.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Protocol

import numpy as np

from kesu.register.search import contains, replaced
from kesu.register.settings import WORD_LISTS
from kesu.rules.phrases import EDGE, GAP, phrases
from kesu.rules.phrases.sieve import sifted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    SheetKey = Literal["register", "items"]
    Bools = NDArray[np.bool_]
    Ints = NDArray[np.int64]

    BySheet = Mapping[tuple[SheetKey, str], Mapping[str, Sequence[str]]]

_EXCEPT: Final = re.compile(r"(?:除外|except) {0,3}[:：] {0,3}(.{1,200})", re.IGNORECASE)
"""A row of a word list that names what is no finding."""
NO_PHRASINGS: Final = ("全部句式", "all phrasings")
"""Named as an exception they leave the team's own words alone to be looked for."""
_UNLESS: Final = (
    f"(?:[不没未非勿别]|不是|并非|没有|不能|不会|(?:{EDGE}(?:not|never|no)|n't)(?: [a-z]{{1,12}})?)"
)


_SAID: Final = ("judgement", "claim", "threat")
_DONE: Final = ("vague", "overpromise", "fault", "judgement", "money")

LISTS: Final[BySheet] = {
    ("register", "verbatim"): {"customer": _SAID},
    ("register", "details"): {"customer": _SAID},
    ("register", "involved_staff"): {"work": ("judgement",)},
    ("register", "involved_departments"): {"work": ("judgement",)},
    ("register", "measures_taken"): {"work": _DONE},
    ("register", "commitments"): {"promise": ("vague", "overpromise", "fault", "money")},
    ("register", "root_cause"): {"work": ("judgement",)},
    ("register", "solution"): {"work": ("vague", "overpromise", "fault", "judgement")},
    ("register", "lessons"): {"work": ("judgement",)},
    ("items", "what"): {"customer": _SAID, "promise": ("vague", "overpromise", "fault", "money"), "work": _DONE},
}  # fmt: skip
"""Column → kind of text that stands in it → the lists looked for. Money in a solution has a column of its own."""


class Sought(NamedTuple):
    """A word list in columns of one kind, see `kesu.rules.phrases.Phrases`; "" where there is nothing to look for."""

    coarse: str
    harmless: str
    wanted: str


@cache
def sought(name: str, kind: str, listed: tuple[str, ...]) -> Sought:
    """What to look for, for the list ``name`` as it stands on Settings.

    Shipped words that the team took off its list count no more, in phrasings either. Where it wrote nothing but
    exceptions the shipped words stand. An empty list is looked for nowhere.
    """
    if not listed:
        return Sought("", "", "")
    shipped = WORD_LISTS[name][1]
    rows = [(_EXCEPT.fullmatch(word.strip()), word.strip()) for word in listed if word.strip()]
    spared = [found[1].strip() for found, _ in rows if found]
    words = [word for found, word in rows if not found]
    if spared and not words:
        words = list(shipped)
    ours = phrases(name, kind)
    if ours is None or any(word.casefold() in NO_PHRASINGS for word in spared):
        ours = phrases("", "")
    else:
        known = {word.casefold() for word in words}
        spared += [word for word in shipped if word.casefold() not in known]
        words = [word for word in words if word not in shipped]
    if name == "vague" and kind == "work":
        words = []  # what was done at once is no promise
    own = "|".join(_edged(word) for word in sorted(words, key=len, reverse=True))
    return Sought(
        _either(ours.coarse, "|".join(map(_plain, words))),
        _either("|".join(map(_plain, spared)), ours.harmless, own and f"{_UNLESS}(?:{own})"),
        _either(ours.sought, own),
    )


def _either(*patterns: str) -> str:
    return "|".join(filter(None, patterns))


def _plain(word: str) -> str:
    """A pattern for ``word``; as ``re.escape``, but without a backslash before letters of other alphabets."""
    return "".join(f"\\{ch}" if ch in r"\.^$*+?{}[]|()-&~#" else ch for ch in word)


def _edged(word: str) -> str:
    """``word``; a Latin one as a whole word only ("liar" not in "familiar")."""
    begin, end = (EDGE if ch.isascii() and ch.isalnum() else "" for ch in (word[0], word[-1]))
    return f"{begin}{_plain(word)}{end}"


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _made_for(texts: list[str], pattern: str) -> re.Pattern[str] | None:
    """Finds in ``texts`` what ``pattern`` does; None where that is nothing."""
    left = sifted(pattern, texts)
    return None if left is None else _compiled(left)


FEW: Final = 400
"""So many texts are looked at one by one with a pattern of what they can hold; the engine that is fast over many takes as
long to make the whole of it."""

SHORT: Final = 60_000
"""Characters of them in all; over more of them the fast engine is the faster one."""


def _few(texts: pd.Series) -> bool:
    return len(texts) <= FEW and int(texts.str.len().sum()) <= SHORT


def _hold(texts: pd.Series, pattern: str) -> Bools:
    if not _few(texts):
        return contains(texts, pattern, case=False)
    said = texts.tolist()
    exact = _made_for(said, pattern)
    return np.array([exact is not None and exact.search(text) is not None for text in said], dtype=bool)


def _without(texts: pd.Series, pattern: str) -> pd.Series:
    if not _few(texts):
        return replaced(texts, pattern, GAP, case=False)
    said = texts.tolist()
    exact = _made_for(said, pattern)
    if exact is None:
        return texts
    return texts.__class__([exact.sub(GAP, text) for text in said], index=texts.index, dtype="str")


_AROUND: Final = ' ，。；、,.;:：!！?？\n"“”'
"""What a phrasing may take in at its edges and nobody wants to read."""


class Searched(Protocol):
    """Rows of a sheet, as `kesu.rules.checks.view.Rows`."""

    @property
    def data(self) -> Mapping[str, pd.Series]:
        """Columns by key."""

    def contains(self, key: str, pattern: str, where: Bools | None = None, *, case: bool = True) -> Bools:
        """Text cells in which the pattern is found."""


class Sayings:
    """Where the texts of a register say something; each column is searched once for all the lists that fit it."""

    def __init__(self, rows: Callable[[str], Searched], words: Mapping[str, tuple[str, ...]]) -> None:
        """``rows``: sheet → its rows; ``words``: the team's word lists, see `kesu.register.settings.Settings`."""
        self._rows = rows
        self._words = words
        self._texts: dict[tuple[SheetKey, str], tuple[Ints, pd.Series]] = {}

    def _sought(self, name: str, kind: str) -> Sought:
        return sought(name, kind, self._words.get(name, WORD_LISTS[name][1]))

    def _maybe(self, sheet: SheetKey, key: str) -> tuple[Ints, pd.Series]:
        """Rows whose text may say anything that is looked for in this column, and these texts."""
        if (sheet, key) not in self._texts:
            rows = self._rows(sheet)
            named = [(name, kind) for kind, names in LISTS[sheet, key].items() for name in names]
            coarse = _either(*dict.fromkeys(self._sought(*one).coarse for one in named))
            maybe = np.flatnonzero(rows.contains(key, coarse, case=False))
            self._texts[sheet, key] = maybe, " " + rows.data[key].iloc[maybe] + " "
        return self._texts[sheet, key]

    def found(
        self, name: str, sheet: SheetKey, key: str, kind: str, where: Bools | None = None
    ) -> tuple[Ints, pd.Series]:
        """Positions of the rows of ``where`` whose text says something of the list ``name``, and what is left of these texts.

        What is wanted is looked for twice: few texts hold it at all, and of these alone something must be taken out.
        """
        what = self._sought(name, kind)
        maybe, texts = self._maybe(sheet, key)
        if where is not None:
            wanted = where[maybe]
            maybe, texts = maybe[wanted], texts[wanted]
        for step in (what.coarse, what.wanted, what.harmless, what.wanted):
            if not len(maybe) or not what.wanted:
                return maybe[:0], texts[:0]
            if step == what.harmless:
                texts = _without(texts, step) if step else texts
            else:
                hits = _hold(texts, step)
                maybe, texts = maybe[hits], texts[hits]
        return maybe, texts

    def words(self, texts: pd.Series, name: str, kind: str) -> list[str]:
        """In which words ``texts`` that were `found` say it."""
        said = texts.tolist()
        exact = _made_for(said, self._sought(name, kind).wanted)
        found = (exact and exact.search(text) for text in said)
        return [(one[0] if one else "").strip(_AROUND) for one in found]
