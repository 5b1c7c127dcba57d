"""Which playbooks a complaint picks: its category's, a situation's by its signs, and those of what the customer values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from kesu.register.search import contains
from kesu.register.settings.playbooks import STEPS, VALUES, situations
from kesu.rules.playbooks import STAGES, Playbook, lowered
from kesu.words.text import Text, listed

if TYPE_CHECKING:
    import pandas as pd

EXPECTED: Final = {
    "be_heard": "respect",
    "respect": "respect",
    "compensation": "money",
    "accountability": "fairness",
    "improvement": "reliability",
}
"""What a customer expects → what that customer values."""
VALUED: Final = Text("；客户看重{values}", "; the customer values {values}")
MENTIONED: Final = Text(
    "；提到“{word}”，按“{name}”办：{step}", "; “{word}” is mentioned, so as for “{name}”: {step}"
)


class Signs:
    """The words by which a situation, or a category, is known in what a customer said."""

    def __init__(self, books: Mapping[str, Playbook]) -> None:
        words = {
            word.strip().lower(): about
            for about, book in books.items()
            for text in book.of("sign")
            for lang in text
            for word in _BETWEEN.split(lang)
            if about and word.strip()
        }
        self._about = words
        longest = sorted(map(re.escape, words), key=len, reverse=True)
        self._coarse = "|".join(longest)
        self._exact = "|".join((r"\b" if word[0].isascii() else "") + word for word in longest)

    def found(self, texts: pd.Series) -> list[tuple[str, str] | None]:
        """What each text is about by the first of these words in it, and the word; Latin ones begin where a word does."""
        found: list[tuple[str, str] | None] = [None] * len(texts)
        if not self._coarse:
            return found
        exact = re.compile(self._exact, re.ASCII)  # letters of other alphabets are an edge too
        for at in contains(texts, self._coarse, case=False).nonzero()[0]:
            hit = exact.search(texts.iloc[at].lower())
            if hit is not None:
                found[at] = (self._about[hit[0]], hit[0])
        return found


_BETWEEN: Final = re.compile("[、,，;；]")


def mentioned(
    kind: str, found: tuple[str, str] | None, category: object, books: Mapping[str, Playbook]
) -> Text:
    """What the next step of ``kind`` says of a situation that was `Signs.found`; empty where the category is that already."""
    if found is None or found[0] == category or kind not in STAGES or category in situations():
        return Text("", "")
    book = books[found[0]]
    more = book.of(STAGES[kind])
    return MENTIONED.fill(word=found[1], name=book.name, step=lowered(more[0])) if more else Text("", "")


def values_of(category: object, expectation: object, books: Mapping[str, Playbook]) -> tuple[str, ...]:
    """Keys of `VALUES`: what this customer values, by what was expected (codes side by side, "|" between), then by the
    category. Whoever knows better corrects the expectation, or on Settings the category."""
    expected = expectation.split("|") if isinstance(expectation, str) else []
    keys = {label: key for key, label in VALUES.items()}
    book = books.get(category) if isinstance(category, str) else None
    by_category = [keys[words] for words in book.of("value") if words in keys] if book else []
    return tuple(dict.fromkeys([*(EXPECTED[one] for one in expected if one in EXPECTED), *by_category]))


def valued(values: tuple[str, ...]) -> Text:
    """What a next step says of the customer's values; empty where none are known."""
    if not values:
        return Text("", "")
    names = listed([VALUES[one] for one in values])
    return VALUED.fill(values=Text(names.zh, names.en.lower()))


class Advice(NamedTuple):
    """What the playbooks say on one complaint; the lines that fit it most come first."""

    values: tuple[str, ...]
    named: tuple[Text, ...]
    steps: tuple[Text, ...]
    check: tuple[Text, ...]
    say: tuple[Text, ...]
    avoid: tuple[Text, ...]


def advice(
    category: object, expectation: object, found: tuple[str, str] | None, books: Mapping[str, Playbook]
) -> Advice:
    """What the playbooks say on a complaint of ``category`` (None where there is none), in which ``found`` was mentioned."""
    values = values_of(category, expectation, books)
    own = [
        one for one in dict.fromkeys((found[0] if found else "", category)) if isinstance(one, str) and one
    ]
    every = [books[one] for one in (*own, *values, "") if one in books]

    def lines(*kinds: str) -> tuple[Text, ...]:
        return tuple(dict.fromkeys(text for book in every for text in book.of(*kinds)))

    return Advice(
        values,
        tuple(books[one].name for one in own if one in books),
        lines(*STEPS),
        lines("check"),
        lines("say"),
        lines("avoid"),
    )
