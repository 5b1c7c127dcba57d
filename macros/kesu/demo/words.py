"""The text columns of the demo: what belongs to each row's issue, with the blanks filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kesu.demo.dice import Bools, Dice, Ints, Objects, array, by_key
from kesu.demo.stock import Branch, Stock


class Words:
    """Text columns: what belongs to each row's issue, with the blanks filled in."""

    def __init__(self, dice: Dice, branch: Branch, stock: Stock, issue: Ints) -> None:
        self._dice, self._stock, self._issue = dice, stock, issue
        rows = len(issue)
        self._n, self._amount = dice.whole(rows, 2, 9), dice.whole(rows, 12, 398)
        self._premises = dice.pick(rows, branch.premises)
        self.product = self._choice([entry.products for entry in stock.issues])

    @cached_property
    def named(self) -> tuple[Objects, Objects]:
        """Each row's product, and its version where it has one ("TV Box", "4.2")."""
        parts = [re.fullmatch(r"(.+?)(?: (\d+\.\d+))?", name) for name in self.product.tolist()]
        return array([part and part[1] for part in parts]), array([part and part[2] for part in parts])

    def of(self, field: str) -> Objects:
        """A field of each row's issue; None where the issue has none."""
        return array([getattr(entry, field) or None for entry in self._stock.issues])[self._issue]

    def filled(self, name: str) -> Objects:
        """One of the sentences called ``name``, its gaps filled."""
        return self._fill(self._dice.pick(len(self._issue), self._stock.words[name]))

    def verbatims(self, mood: Objects, complaint: Bools) -> Objects:
        """The customer's words: how they begin, what happened, how they end."""
        rows, gap = len(self._issue), "" if self._stock.lang == "zh" else " "
        core = self._choice([entry.verbatims for entry in self._stock.issues])
        opening = np.where(
            complaint & self._dice.chance(rows, 0.45),
            self._dice.pick(rows, self._stock.words["openings"]),
            "",
        )
        # A text that begins like a formula must reach the sheet as it was written.
        formula = np.array([text[:1] in "=+-@" for text in core.tolist()])
        opening[formula] = ""
        closing = by_key(
            self._dice, mood, {key: (texts, None) for key, texts in self._stock.closings.items()}
        )
        closing = np.where(complaint & self._dice.chance(rows, 0.75), closing, "")
        parts = zip(opening, core, closing, strict=True)
        return self._fill(array([gap.join(part for part in three if part) for three in parts]))

    def measures(self, complaint: Bools, kind: NDArray[np.str_]) -> Objects:
        """What was done at once, by category."""
        keys = np.where(complaint, self.of("category"), kind).astype(str)
        return by_key(self._dice, keys, {key: (texts, None) for key, texts in self._stock.measures.items()})

    def _choice(self, options: Sequence[Sequence[str]]) -> Objects:
        """One of the options of each row's issue."""
        longest = max(map(len, options))
        table = np.full((len(options), longest), None, dtype=object)
        for at, choices in enumerate(options):
            table[at, : len(choices)] = choices
        count = np.array([len(choices) for choices in options])[self._issue]
        return np.asarray(table[self._issue, self._dice.whole(len(self._issue), 0, count - 1)])

    def _fill(self, texts: Objects) -> Objects:
        filling = zip(
            texts, self.product, self._n.tolist(), self._amount.tolist(), self._premises, strict=True
        )
        return array([
            text.format(product=product, n=n, amount=amount, premises=premises) if "{" in text else text
            for text, product, n, amount, premises in filling
        ])  # fmt: skip
