"""Registers that are copies of another one, perhaps edited since, and what stands in both besides complaints."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from kesu.register.columns import IMPROVEMENTS
from kesu.register.forms.intake import folded_value
from kesu.rules.tally import tally

if TYPE_CHECKING:
    from kesu.register.sheets import Register
    from kesu.rules.instants import Ints

FEW: Final = 5
"""Complaints in two registers at once that may be handed on from one branch to another."""


class Measure(NamedTuple):
    """An improvement as copies are compared. ``owner``: as of `Numbered`; ``bare``: without personal data, "" where nothing is left;
    ``withheld``: no more than that is known."""

    owner: int
    row: int
    full: str
    bare: str
    withheld: bool


def measures_of(register: Register) -> Iterator[Measure]:
    """The improvements of a register or stack."""
    sheet = register.improvements
    keys = [column.key for column in IMPROVEMENTS]
    bare = [not column.personal for column in IMPROVEMENTS]
    rows = sheet.data["excel_row"].tolist()
    cells = [
        [folded_value(cell) if isinstance(cell, str) else "" for cell in sheet.data[key].astype("str")]
        for key in keys
    ]
    for at, (row, words) in enumerate(zip(rows, zip(*cells, strict=True), strict=True)):
        left = [word for word, own in zip(words, bare, strict=True) if own]
        yield Measure(
            int(sheet.owner[at]),
            row,
            "\x1f".join(map(str, words)),
            "\x1f".join(map(str, left)) if any(left) else "",
            bool(sheet.withheld),
        )


def copies_among(names: Sequence[str], owner: Ints, kept: Ints, versions: Ints) -> dict[str, str]:
    """See `copies` of `kesu.rules.twins.Twins`: half of the smaller register is enough, `FEW` complaints at least unless it has
    fewer, and the first by name is the original."""
    common: Counter[tuple[int, int]] = Counter()
    sizes = tally(owner, len(names))
    for other in (kept, versions):
        here = np.flatnonzero(other >= 0)
        ones, twos = owner[here], owner[other[here]]
        pairs, times = np.unique(ones * len(names) + twos, return_counts=True)
        both: Counter[tuple[int, int]] = Counter()
        for pair, n in zip(pairs.tolist(), times.tolist(), strict=True):
            one, two = sorted(divmod(pair, len(names)))
            if one != two:
                both[one, two] = max(both[one, two], n) if other is versions else both[one, two] + n
        common.update(both)
    first = list(range(len(names)))
    for (one, two), n in common.items():
        smaller = min(sizes[one], sizes[two])
        if 2 * n >= smaller and n >= min(smaller, FEW):
            roots = sorted({first[one], first[two]}, key=lambda at: names[at])
            first = [roots[0] if at in roots else at for at in first]
    return {names[at]: names[of] for at, of in enumerate(first) if at != of}


def standing_twice(
    measures: Sequence[tuple[str, Measure]], copies: Mapping[str, str]
) -> dict[str, frozenset[int]]:
    """See `measures` of `kesu.rules.twins.Twins`, of ``measures`` with the name of their register."""
    of = {**copies} | {root: root for root in copies.values()}
    mine: defaultdict[str, list[Measure]] = defaultdict(list)
    for name, one in measures:
        if name in of:
            mine[name].append(one)
    seen: defaultdict[str, set[tuple[str, bool]]] = defaultdict(set)
    found = {}
    originals_first = sorted(mine, key=lambda name: (name in copies, name))
    for name in originals_first:
        known = seen[of[name]]
        again = {
            one.row
            for one in mine[name]
            if (one.full, False) in known
            or (one.bare and ((one.bare, True) in known or (one.withheld and (one.bare, False) in known)))
        }
        known |= {pair for one in mine[name] for pair in ((one.full, one.withheld), (one.bare, one.withheld))}
        if again:
            found[name] = frozenset(again)
    return found
