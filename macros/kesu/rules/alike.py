"""Pairs of complaints that may be one matter logged twice: the same customer, alike words, within a window of days.

Only rows that share account, contact or name are compared (blocking), each with the next `NEIGHBOURS` of its customer in
time. What a pair has in common adds up to a score from 0 to 100 (`POINTS`); what speaks against it is taken off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from kesu.register.sameness import case_keys, customer_keys
from kesu.rules.instants import DAY
from kesu.words.text import Text, folded

if TYPE_CHECKING:
    from kesu.register.sheets import Register
    from kesu.rules.instants import Bools, Floats, Ints

VERDICTS: Final = ("same", "repeat", "different")
"""What somebody may decide of a pair, choices of the code list item_result."""
CUSTOMER: Final = {
    "customer_account": Text("账号", "account"),
    "customer_contact": Text("联系方式", "contact"),
    "customer_name": Text("姓名", "name"),
}
POINTS: Final = {
    "customer": 40,
    "name": 25,
    "words": 40,
    "category": 10,
    "product": 5,
    "near": 5,
    "other": -10,
}
"""Same account or contact, or the name alone; words (by how alike they are); same category; same product; close in time
(by how close); each of account, contact and name that both state differently."""
LEAST: Final = 75
"""Score from which a pair is shown, unless told otherwise."""
NEIGHBOURS: Final = 20
"""How many later rows of the same customer a row is compared with."""
SHORTEST: Final = 8
"""Letters that a text must have to be looked for within a longer one."""
WITHIN: Final = 0.9
"""What it counts that all of one text stands in the other."""


class Decision(NamedTuple):
    """What was decided of two complaints, by whom and when; ``verdict``: one of `VERDICTS`."""

    verdict: str
    by: str
    at: pd.Timestamp


Decisions = Mapping[frozenset[str], Decision]
"""Two complaint numbers as `case_keys` compares them → the latest decision."""


@dataclass(frozen=True)
class Alike:
    """The pairs found, and what was not compared.

    ``pairs``: a row a pair, highest score first. ``score``; ``left``, ``right``: positions in ``stack``, the earlier
    received first; ``words``: how alike, 0–100; ``hours`` between; ``after``: the second came after the first was resolved;
    masks ``same_KEY`` and ``other_KEY`` for account, contact, name, ``same_category``, ``same_product``; ``verdict``: what
    was decided, or "".
    ``stack``: the rows of all registers, one below the other, with ``register`` (position) and ``excel_row``.
    ``unknown``: rows without a customer or time of receipt; ``crowded``: rows with more than `NEIGHBOURS` others.
    """

    pairs: pd.DataFrame
    stack: pd.DataFrame
    unknown: int
    crowded: int


def decisions(registers: Sequence[Register]) -> Decisions:
    """What was decided in ``registers``, kept there as items of the kind ``double``."""
    found: dict[frozenset[str], Decision] = {}
    for register in registers:
        for _, pair, made in _decided(register):
            _keep(found, pair, made)
    return found


def decisions_by_register(register: Register) -> dict[int, Decisions]:
    """`decisions` of each register of a stack, by its position; of those that have some."""
    found: dict[int, dict[frozenset[str], Decision]] = {}
    for of, pair, made in _decided(register):
        _keep(found.setdefault(of, {}), pair, made)
    return dict(found)


def _keep(found: dict[frozenset[str], Decision], pair: frozenset[str], made: Decision) -> None:
    before = found.get(pair)
    if before is None or not made.at < before.at:  # of equal or unknown times the later row
        found[pair] = made


def _decided(register: Register) -> Iterator[tuple[int, frozenset[str], Decision]]:
    """Register of the stack, pair and decision, in row order."""
    items = register.items.data
    rows = np.flatnonzero((items["item_kind"].eq("double") & items["result"].isin(VERDICTS)).to_numpy(bool))
    mine = items.iloc[rows]
    keys = [case_keys(mine[key].astype("str")) for key in ("complaint_id", "what")]
    cells = mine["result"].astype("str"), mine["noted_by"], mine["noted_at"]
    owners = register.items.owner[rows].tolist()
    for of, one, other, verdict, by, at in zip(owners, *keys, *cells, strict=True):
        if isinstance(one, str) and isinstance(other, str):
            yield of, frozenset((one, other)), Decision(verdict, by if isinstance(by, str) else "", at)


def alike(
    registers: Sequence[Register], counted: Sequence[Bools], *, days: float | None = None, least: int = LEAST
) -> Alike:
    """Pairs that score ``least`` or more; ``counted``: by register the rows that no other row counts for.

    ``days``: the window; None: what the register of the later row sets for repeated complaints.
    """
    stack = _stack(registers, counted)
    when = stack["received_at"].to_numpy("datetime64[s]").astype(np.int64)
    keys = {key: pd.factorize(stack[f"{key}_key"])[0] for key in CUSTOMER}
    known = np.any([codes >= 0 for codes in keys.values()], axis=0) & stack["received_at"].notna().to_numpy()
    window = np.array([one.settings.repeat_window_days if days is None else days for one in registers])
    limit = window[stack["register"].to_numpy()] * DAY
    left, right, crowded = _candidates(list(keys.values()), when, limit, known)
    pairs = _compared(stack, left, right)
    points = _points(pairs, limit[right] / 3600)
    able = points + POINTS["words"] >= least - 0.5  # the others cannot come to so much, whatever they say
    pairs, points = pairs[able], points[able]
    words = _likeness(
        stack["verbatim"].fillna(stack["details"]), *(pairs[at].to_numpy() for at in ("left", "right"))
    )
    score = np.clip(np.rint(points + POINTS["words"] * words / 100), 0, 100).astype(np.int64)
    pairs = pairs.assign(words=words, score=score)[score >= least]
    pairs = pairs.assign(verdict=_verdicts(pairs, stack, decisions(registers)))
    order = np.lexsort((pairs["right"], pairs["left"], -pairs["score"]))
    return Alike(pairs.iloc[order].reset_index(drop=True), stack, int((~known).sum()), crowded)


def _stack(registers: Sequence[Register], counted: Sequence[Bools]) -> pd.DataFrame:
    parts = []
    for at, (register, rows) in enumerate(zip(registers, counted, strict=True)):
        data = register.complaints.data[rows]
        own = [
            "excel_row",
            "complaint_id",
            *CUSTOMER,
            "received_at",
            "resolved_at",
            "verbatim",
            "details",
            "product",
        ]
        category = data["category"].astype("str")
        parts.append(data[own].assign(register=at, place=np.flatnonzero(rows), category=category))
    stack = pd.concat(parts, ignore_index=True)
    kinds = {"customer_contact": "phone"}
    return stack.assign(
        **{f"{key}_key": customer_keys(stack[key], kinds.get(key, "text")) for key in CUSTOMER}
    )


def _candidates(keys: Sequence[Ints], when: Ints, limit: Floats, known: Bools) -> tuple[Ints, Ints, int]:
    """Pairs of rows that share one of ``keys`` within the window of the later one, each once; how many rows had more."""
    size, crowded = len(when), np.zeros(len(when), bool)
    found = [np.zeros(0, np.int64)]
    for who in keys:
        rows = np.flatnonzero((who >= 0) & known)
        rows = rows[np.lexsort((rows, when[rows], who[rows]))]
        for step in range(1, NEIGHBOURS + 2):
            before, after = rows[:-step], rows[step:]
            near = (who[before] == who[after]) & (when[after] - when[before] <= limit[after])
            if not near.any():
                break
            if step > NEIGHBOURS:
                crowded[before[near]] = True
            else:
                found.append(before[near].astype(np.int64) * size + after[near])
    pairs = np.unique(np.concatenate(found))
    return pairs // max(size, 1), pairs % max(size, 1), int(crowded.sum())


def _compared(stack: pd.DataFrame, left: Ints, right: Ints) -> pd.DataFrame:
    """What the rows of each pair have in common."""
    columns: dict[str, object] = {"left": left, "right": right}
    for key in CUSTOMER:
        codes = pd.factorize(stack[f"{key}_key"])[0]
        both = (codes[left] >= 0) & (codes[right] >= 0)
        columns[f"same_{key}"] = both & (codes[left] == codes[right])
        columns[f"other_{key}"] = both & (codes[left] != codes[right])
    mail = stack["customer_contact_key"].str.contains("@", regex=False).fillna(value=False).to_numpy(bool)
    columns["other_customer_contact"] &= (
        mail[left] == mail[right]
    )  # a telephone and an address are no contradiction
    for key in ("category", "product"):
        codes = pd.factorize(stack[key])[0]
        columns[f"same_{key}"] = (codes[left] >= 0) & (codes[left] == codes[right])
    when, done = (stack[key].to_numpy("datetime64[s]") for key in ("received_at", "resolved_at"))
    columns["hours"] = (when[right] - when[left]).astype(np.int64) / 3600
    columns["after"] = done[left] <= when[right]
    return pd.DataFrame(columns)


def _likeness(texts: pd.Series, left: Ints, right: Ints) -> Floats:
    """How alike two texts are, 0–100: by letters, or by how much of the shorter one stands in the longer; 0 where one is missing."""
    from rapidfuzz import fuzz, process  # not where nothing is compared

    codes, unique = pd.factorize(texts)
    one, two = codes[left], codes[right]
    plain = np.full(len(unique) + 1, "", dtype=object)
    for at in np.unique(np.concatenate([one, two])):
        plain[at] = folded(unique[at]) if at >= 0 else ""
    result = np.zeros(len(left), np.float64)
    result[(one == two) & (one >= 0)] = 100.0
    rest = np.flatnonzero((one != two) & (one >= 0) & (two >= 0))
    for scorer, weight in ((fuzz.ratio, 1.0), (fuzz.partial_ratio, WITHIN)):
        first, second = plain[one[rest]].tolist(), plain[two[rest]].tolist()
        found = process.cpdist(first, second, scorer=scorer, workers=-1, dtype=np.float64) * weight
        result[rest] = np.maximum(result[rest], found)
        sizes = np.array([min(len(a), len(b)) for a, b in zip(first, second, strict=True)], np.int64)
        rest = rest[sizes >= SHORTEST]
    return result


def _points(pairs: pd.DataFrame, window_hours: Floats) -> Floats:
    """What each pair scores without its words."""
    sure = (pairs["same_customer_account"] | pairs["same_customer_contact"]).to_numpy(bool)
    close = np.clip(1 - pairs["hours"].to_numpy(np.float64) / np.maximum(window_hours, 1e-9), 0, 1)
    points = np.where(sure, POINTS["customer"], POINTS["name"]) + POINTS["near"] * close
    for key in ("category", "product"):
        points += POINTS[key] * pairs[f"same_{key}"].to_numpy(bool)
    for key in CUSTOMER:
        points += POINTS["other"] * pairs[f"other_{key}"].to_numpy(bool)
    return points


def _verdicts(pairs: pd.DataFrame, stack: pd.DataFrame, decided: Decisions) -> list[str]:
    if not decided:
        return [""] * len(pairs)
    ids = case_keys(stack["complaint_id"])
    both = zip(ids.iloc[pairs["left"]], ids.iloc[pairs["right"]], strict=True)
    found = (decided.get(frozenset(pair)) for pair in both)
    return [one.verdict if one else "" for one in found]


def reasons(pair: Mapping[str, object]) -> list[Text]:
    """Why the pair (a row of ``Alike.pairs``) was found, and what speaks against it."""
    said = [
        Text(f"{name.zh}相同", f"same {name.en}") for key, name in CUSTOMER.items() if pair[f"same_{key}"]
    ]
    said += [
        Text(f"{name.zh}不同", f"another {name.en}") for key, name in CUSTOMER.items() if pair[f"other_{key}"]
    ]
    words, hours = float(str(pair["words"])), float(str(pair["hours"]))
    said.append(Text(f"原话 {words:.0f}% 相似", f"words {words:.0f} % alike"))
    if pair["same_category"]:
        said.append(Text("同类", "same category"))
    if pair["same_product"]:
        said.append(Text("同一产品", "same product"))
    apart = Text(f"相隔 {hours:.1f} 小时", f"{hours:.1f} h apart")
    said.append(apart if hours < 48 else Text(f"相隔 {hours / 24:.0f} 天", f"{hours / 24:.0f} days apart"))
    if pair["after"]:
        said.append(Text("前一件已解决后才来", "the first was resolved by then"))
    else:
        said.append(Text("前一件当时未解决", "the first was still open"))
    return said
