"""What the rows of a register share with other rows, and how registers that share some are told."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from kesu.words.text import Text

if TYPE_CHECKING:
    from kesu.rules.instants import Bools, Ints

SAME_COMPLAINT: Final = Text(
    "与别的登记表是同一件投诉的有 {n} 行，只统计一次，例如 {here} 与 {there}。请只保留一处。",
    "Rows that are the same complaint as in another register: {n}, counted once, e.g. {here} and {there}. Keep each in one register only.",
)
SAME_NUMBER: Final = Text(
    "编号在别的登记表里用于另一件投诉的有 {n} 行，各自照常统计，例如 {here} 与 {there}。请给各登记表不同的编号前缀。",
    "Rows whose number another register uses for another complaint: {n}, each counted, e.g. {here} and {there}. Give every register a prefix of its own.",
)
TWO_VERSIONS: Final = Text(
    "编号和受理时间与别的登记表相同、内容却不同的有 {n} 行，各自照常统计，例如 {here} 与 {there}。如是同一件的两个版本，请只给其中一个登记表，或用 kesu merge --base "
    "合并；如是两件，请给各登记表不同的编号前缀。",
    "Rows with number and time of receipt of a row in another register, but different contents: {n}, each counted, e.g. {here} and {there}. If these are two "
    "versions of one complaint, give one of the registers only, or merge them with kesu merge --base; if not, give every register a prefix of its own.",
)
ONE_BASE: Final = Text(
    "{here} 与 {there} 至少一半的投诉相同，像同一个登记表（这样的共 {n} 个）：客户数一致的只算一次，不一致的，每百万客户的指标为“–”。请只给其中一个。",
    "At least half of the complaints of {here} stand in {there}, as if they were one register (such registers: {n}): customers count once where both say the "
    "same number; where they differ, figures per million are “–”. Give one of them only.",
)
MEASURES: Final = Text(
    "这样的登记表里，与另一个登记表相同的改进措施有 {n} 项，只算一次。",
    "Improvements in such registers that stand in the other one, too: {n}, counted once.",
)
WHERE: Final = Text("{register} 第 {row} 行", "{register} row {row}")


@dataclass(frozen=True)
class Twins:
    """What the rows of a register share with others. Places are positions in ``owner`` and ``rows``, -1 none.

    ``kept``: the row that counts in place of this one, which is a double. ``taken``: the first row of this register
    that uses the same number for another complaint. ``elsewhere``: a row of another register that does.
    ``versions``: a row of another register with the same number and receipt, whose customer is not known to be another one, but
    with other contents.
    ``copies``: registers at least half of whose complaints stand in another, and the register of which they seem to be copies.
    ``measures``: by register the Excel rows of improvements that count in another one.
    ``owner``: register of every row of all registers, a position in ``names``; ``rows``: its Excel row; ``begin``: place
    of the first row of this register (or stack of several).
    """

    kept: Ints
    taken: Ints
    elsewhere: Ints
    names: Sequence[str]
    owner: Ints
    rows: Ints
    begin: int
    versions: Ints
    copies: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, frozenset[int]] = field(default_factory=dict)

    @property
    def double(self) -> Bools:
        """Rows that another one counts for."""
        return self.kept >= 0

    def same_register(self, positions: Ints) -> Bools:
        """Which of ``positions``, one for each row, lie in the register of their row."""
        own = self.owner[self.begin : self.begin + len(self.kept)]
        same: Bools = (positions >= 0) & (self.owner[positions] == own)
        return same

    def name(self, row: int) -> str:
        """The name of the register in which ``row`` lies."""
        return self.names[int(self.owner[row])]

    def part(self, first: int, last: int) -> Twins:
        """Of the rows from ``first`` up to ``last`` alone."""
        own = {key: getattr(self, key)[first:last] for key in ("kept", "taken", "elsewhere", "versions")}
        return dataclasses.replace(self, **own, begin=self.begin + first)

    def cut(self, owner: Ints, size: int) -> list[Twins]:
        """Of each register of a stack of ``size``; ``owner``: the register of each row, ascending."""
        ends = np.searchsorted(owner, np.arange(size), side="right").tolist()
        return [self.part(begin, end) for begin, end in zip([0, *ends], ends, strict=False)]


def across(stack: Sequence[Twins]) -> list[Text]:
    """What registers share with each other, a sentence each: complaints that count once, numbers used for several."""
    said = []
    for words, key in ((SAME_COMPLAINT, "kept"), (TWO_VERSIONS, "versions"), (SAME_NUMBER, "elsewhere")):
        found, first = 0, None
        for one in stack:
            positions = getattr(one, key)
            rows = np.flatnonzero((positions >= 0) & ~one.same_register(positions))
            if len(rows) and first is None:
                first = one.begin + int(rows[0]), int(positions[rows[0]])
            found += len(rows)
        if first is not None:
            here, there = (WHERE.fill(register=stack[0].name(at), row=stack[0].rows[at]) for at in first)
            said.append(words.fill(n=f"{found:,}", here=here, there=there))
    if stack and (copies := stack[0].copies):
        copy, first_one = next(iter(copies.items()))
        said.append(ONE_BASE.fill(n=f"{len(copies):,}", here=copy, there=first_one))
        if n := sum(map(len, stack[0].measures.values())):
            said.append(MEASURES.fill(n=f"{n:,}"))
    return said
