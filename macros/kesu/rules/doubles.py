"""The same complaint in two rows: one counts, the other is left out and named. Within a register and across registers.

What makes two rows one complaint is what `kesu.register.forms.intake` goes by: the number and the `FACTS`, compared folded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from kesu.register.columns import BY_KEY, REGISTER
from kesu.register.forms.intake import CUSTOMER, FACTS, folded_value
from kesu.register.sameness import case_keys, customer_keys
from kesu.rules.copies import Measure, copies_among, measures_of, standing_twice
from kesu.rules.instants import seconds_of
from kesu.rules.tally import tally
from kesu.rules.twins import Twins

if TYPE_CHECKING:
    from kesu.register.sheets import Register
    from kesu.rules.instants import Bools, Ints

TIMES: Final = tuple(column.key for column in REGISTER if column.kind == "time")


@dataclass(frozen=True)
class Numbered:
    """What telling doubles apart takes of a register or stack: its names, and of each row whose it is (a position in
    them), its Excel row, its number as `case_keys` compares it and its receipt in seconds."""

    names: Sequence[str]
    owner: Ints
    rows: Ints
    numbers: pd.Series
    received: Ints
    measures: tuple[Measure, ...] = ()


def numbered(register: Register) -> Numbered:
    """See `Numbered`."""
    sheet = register.complaints
    data = sheet.data
    return Numbered(
        register.names,
        sheet.owner,
        data["excel_row"].to_numpy(np.int64),
        case_keys(data["complaint_id"]),
        seconds_of(data["received_at"]),
        tuple(measures_of(register)),
    )


def twins_of(registers: Sequence[Register], as_of: int) -> list[Twins]:
    """For each register, or stack of some, what its rows share with others of all, as of an instant (seconds).

    Of several rows that are one complaint the one furthest along counts: kind readable, then the latest time not after
    ``as_of``, then most cells filled, then by name of the register and row; the order of ``registers`` does not matter.
    """
    return twins(
        [numbered(register) for register in registers],
        lambda at, rows: standing(registers[at], rows, as_of),
    )


def twins(stacks: Sequence[Numbered], standing: Callable[[int, Ints], pd.DataFrame]) -> list[Twins]:
    """The same of stacks that are asked for some of their rows alone: ``standing`` of those of the stack at a position."""
    sizes = [len(stack.rows) for stack in stacks]
    names = [name for stack in stacks for name in stack.names]
    begins = np.cumsum([0, *(len(stack.names) for stack in stacks)]).tolist()
    none = [np.zeros(0, np.int64)]
    owner = np.concatenate(none + [one.owner + at for one, at in zip(stacks, begins, strict=False)])
    rows = np.concatenate(none + [one.rows for one in stacks])
    kept, taken, elsewhere, versions = (np.full(sum(sizes), -1, np.int64) for _ in range(4))
    numbers = _numbers([one.numbers for one in stacks])
    at = np.flatnonzero(np.append(tally(numbers[numbers >= 0], 1) > 1, False)[numbers])
    ends = np.cumsum(sizes, dtype=np.int64)
    if len(at):
        alike = _alike(numbers[at], np.concatenate([one.received for one in stacks])[at])
        by_name = _by_name(names)[owner]
        if len(some := at[alike]):
            mine = np.split(some, np.searchsorted(some, ends[:-1]))
            parts = [
                standing(number, rest - (end - size))
                for number, (rest, size, end) in enumerate(zip(mine, sizes, ends.tolist(), strict=True))
                if len(rest)
            ]
            few = pd.concat(parts, ignore_index=True)
            few = few.assign(at=some, register=by_name[some], case=cases(few, numbers[some]))
            kept[some] = _kept(few)
            versions[some] = _versions(few, numbers[some], kept[some], rows[some])
        single = at[kept[at] < 0]
        taken[single], elsewhere[single] = _clashes(single, numbers[single], by_name[single], rows[single])
        elsewhere[versions >= 0] = -1
    copies = copies_among(names, owner, kept, versions)
    measures = standing_twice(
        [
            (names[begin + one.owner], one)
            for own, begin in zip(stacks, begins, strict=False)
            for one in own.measures
        ],
        copies,
    )
    return [
        Twins(
            kept[end - size : end],
            taken[end - size : end],
            elsewhere[end - size : end],
            names,
            owner,
            rows,
            end - size,
            versions[end - size : end],
            copies,
            measures,
        )
        for size, end in zip(sizes, ends.tolist(), strict=True)
    ]


def _numbers(keys: Sequence[pd.Series]) -> Ints:
    """Complaint numbers of all stacks as small integers, equal where they are the same; -1 where empty."""
    if not keys:
        return np.zeros(0, np.int64)
    found: Ints = pd.factorize(pd.concat(keys, ignore_index=True))[0].astype(np.int64)
    return found


def _fact(key: str, cells: pd.Series) -> pd.Series:
    """A column of `FACTS` as it is compared."""
    if key in CUSTOMER:
        return customer_keys(cells, BY_KEY[key].kind)
    return cells if key in {"received_at", "fingerprint"} else cells.map(folded_value, na_action="ignore")


def _by_name(names: Sequence[str]) -> Ints:
    """The place of each register among all by name."""
    number_of = {name: at for at, name in enumerate(sorted(set(names)))}
    return np.array([number_of[name] for name in names], np.int64)


def standing(register: Register, rows: Ints, as_of: int) -> pd.DataFrame:
    """Of some rows of a register what makes them one complaint and which is furthest along, see `best_first`."""
    cells = register.complaints.data.iloc[rows]
    times = np.stack([cells[key].to_numpy("datetime64[s]").astype(np.int64) for key in TIMES])
    more: dict[str, Any] = {
        "latest": np.where(times <= as_of, times, np.iinfo(np.int64).min).max(axis=0),
        "filled": cells.notna().to_numpy().sum(axis=1),
        "readable": register.kinds.iloc[rows].notna().to_numpy(),
    }
    if register.complaints.fingerprints is not None:
        more["fingerprint"] = register.complaints.fingerprints[rows]
    return cells[["excel_row", *FACTS]].assign(**more)


def fingerprints(rows: pd.DataFrame) -> Ints:
    """16 bits of each row's `FACTS` but the time: they tell complaints with one number and time apart, and nobody from them."""
    facts = (_fact(key, rows[key]).astype("str").fillna("") for key in FACTS if key != "received_at")
    parts = [fact.to_list() for fact in facts]
    texts = ("\x1f".join(words).encode("utf-8", "surrogatepass") for words in zip(*parts, strict=True))
    found = [int.from_bytes(hashlib.blake2b(text, digest_size=2).digest()) for text in texts]
    return np.array(found, np.int64)


def cases(rows: pd.DataFrame, numbers: Ints) -> Ints:
    """Small integers, equal where two rows have the same number and `FACTS`: where these were withheld, their `fingerprints`."""
    case = pd.factorize(numbers)[0].astype(np.int64)
    facts: tuple[str, ...] = FACTS
    if "fingerprint" in rows:
        facts = ("received_at", "fingerprint")
        known = rows["fingerprint"].notna().to_numpy(bool)
        told = rows["fingerprint"].fillna(0).to_numpy(np.int64, copy=True)
        told[~known] = fingerprints(rows[~known])
        rows = rows.assign(fingerprint=told)
    for key in facts:
        codes = np.zeros(len(case), np.int64)
        if len(unsure := np.flatnonzero(_differ(case, pd.factorize(rows[key])[0]))):
            codes[unsure] = pd.factorize(_fact(key, rows[key].iloc[unsure]))[0] + 1
        case = pd.factorize(case * (codes.max(initial=0) + 1) + codes)[0].astype(np.int64)
    return case


def _differ(case: Ints, cells: Ints) -> Bools:
    """Rows of those cases whose ``cells`` are not all the same as they were typed: only these need be compared."""
    first, mixed = np.zeros(len(case), np.int64), np.zeros(len(case), bool)
    first[case[::-1]] = cells[::-1]
    mixed[case[cells != first[case]]] = True
    return mixed[case]


def _versions(few: pd.DataFrame, numbers: Ints, kept: Ints, rows: Ints) -> Ints:
    """For each row of `standing` that counts the place of one of another register with the same number and receipt; -1 where there
    is none, or that is of another customer."""
    found = np.full(len(few), -1, np.int64)
    single = np.flatnonzero(kept < 0)
    received = pd.factorize(few["received_at"])[0][single]
    pairs = pd.factorize(numbers[single] * (received.max(initial=0) + 1) + received)[0].astype(np.int64)
    at, register = few["at"].to_numpy(np.int64), few["register"].to_numpy(np.int64)
    _, there = _clashes(at[single], pairs, register[single], rows[single])
    mine, others = single[there >= 0], np.searchsorted(at, there[there >= 0])
    same, other = (np.zeros(len(mine), bool) for _ in range(2))
    for key in CUSTOMER:
        who = _fact(key, few[key])
        if "fingerprint" in few:
            who = who.mask(few["fingerprint"].notna())  # not known
        codes = pd.factorize(who)[0]
        known = (codes[mine] >= 0) & (codes[others] >= 0)
        same |= known & (codes[mine] == codes[others])
        other |= known & (codes[mine] != codes[others])
    found[mine] = np.where(other & ~same, -1, at[others])
    return found


def best_first(rows: pd.DataFrame) -> Ints:
    """Positions of the rows of `standing` (with ``register``, a position, and ``case``), of each case the furthest along first."""
    by = {
        key: rows[key].to_numpy() for key in ("excel_row", "register", "filled", "latest", "readable", "case")
    }
    found: Ints = np.lexsort(
        (by["excel_row"], by["register"], -by["filled"], -by["latest"], ~by["readable"], by["case"])
    ).astype(np.int64)
    return found


def _kept(few: pd.DataFrame) -> Ints:
    """For each row the place of the one that counts for it; -1 where that is the row itself."""
    case, at, order = few["case"].to_numpy(), few["at"].to_numpy(), best_first(few)
    first = np.zeros(int(case.max()) + 1, np.int64)
    first[case[order[::-1]]] = at[order[::-1]]  # the best of equal ones is written last
    kept = first[case]
    return np.where(kept == at, -1, kept)


def _alike(numbers: Ints, received: Ints) -> Bools:
    """Which rows have number and receipt in common with another: the others cannot be one complaint with any."""
    codes = pd.factorize(received)[0]
    pairs = pd.factorize(numbers * (codes.max(initial=0) + 1) + codes)[0]
    found: Bools = (tally(pairs, 1) > 1)[pairs]
    return found


def _clashes(at: Ints, number: Ints, register: Ints, rows: Ints) -> tuple[Ints, Ints]:
    """For rows that count: the first of the same register, and the first of another, with the same number; -1 none."""
    order = np.lexsort((rows, register, number))
    at, number, register = at[order], number[order], register[order]
    size = len(at)
    group = np.cumsum(np.diff(number, prepend=number[:1]) != 0)
    here = np.flatnonzero((np.diff(number, prepend=-1) != 0) | (np.diff(register, prepend=-1) != 0))
    first_here = at[np.repeat(here, np.diff(here, append=size))]
    begin = np.flatnonzero(np.diff(number, prepend=-1) != 0)
    foreign = register != register[begin][group]
    other = np.full(len(begin), -1, np.int64)
    at_foreign = np.flatnonzero(foreign)[::-1]
    other[group[at_foreign]] = at[at_foreign]
    taken, elsewhere = np.empty(size, np.int64), np.empty(size, np.int64)
    taken[order] = np.where(first_here == at, -1, first_here)
    elsewhere[order] = np.where(foreign, at[begin][group], other[group])
    return taken, elsewhere
