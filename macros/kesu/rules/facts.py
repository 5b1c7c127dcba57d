"""Facts for the figures: complaints, items, improvements of all registers in one frame each, with their deadlines."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from kesu.register.settings import Settings
from kesu.rules.account_of_rows import rows_of
from kesu.rules.deadlines import Deadlines, instants, rule_limits, seconds_of
from kesu.rules.deadlines.holds import Holds
from kesu.rules.history import Stints, joined, stints_of
from kesu.rules.instants import NAT
from kesu.rules.tally import tally

if TYPE_CHECKING:
    from kesu.register.sheets import Register, Sheet
    from kesu.rules.instants import Bools

SETTLED: Final = frozenset({"done", "declined", "withdrawn", "cancelled"})
"""Results with which an item needs no more doing, whether or not the time was noted."""

INHERITED: Final = (
    "kind",
    "customer_tier",
    "category",
    "channel",
    "severity",
    "received_at",
    "status",
    "resolved_at",
    "reopened_at",
)
"""What an item takes over from its complaint."""


@dataclass(frozen=True)
class Facts:
    """All registers together.

    ``complaints``: the declared columns (an empty kind is a complaint) plus ``register`` (category), ``excel_row``,
    ``counted`` (goes into figures, see `kesu.rules.account_of_rows`), for each target ``TARGET_state``,
    ``TARGET_earlier_state`` (in the cycle before a reopening) and ``TARGET_due_at``, and ``transfer_items`` (how many transfers hang off it).
    Of `kesu.rules.outcomes`: ``tries``, ``reached`` (in the present cycle), ``noted`` (items tell of calls) and ``phone`` (the last
    answer by phone where they do, else that of the column).
    ``items``: the declared columns plus ``register``, ``excel_row``, ``place`` (position in ``complaints``, -1
    none), ``counted``, ``limit_at`` (due, for plan steps without one the rule's), ``settled``, and `INHERITED`
    columns of the complaint.
    ``improvements``: the declared columns plus ``register``, ``excel_row``.
    ``stints``: when complaints were open, see `kesu.rules.history`; rows are positions in ``complaints``.
    ``settings``: by register name. ``columns``: by register name the columns that its two sheets have.
    """

    complaints: pd.DataFrame
    items: pd.DataFrame
    improvements: pd.DataFrame
    stints: Stints
    settings: dict[str, Settings]
    columns: dict[str, tuple[frozenset[str], frozenset[str]]]


def gather(registers: Sequence[Register], deadlines: Sequence[Deadlines], names: Sequence[str] = ()) -> Facts:
    """One `Facts` over any number of registers or stacks of them, in the order of ``names``, else in theirs."""
    complaints, items, improvements, stints, offset = [], [], [], [], 0
    for register, due in zip(registers, deadlines, strict=True):
        complaints.append(_complaints(register, due))
        items.append(_items(register, due, offset, complaints[-1]["counted"].to_numpy()))
        measures = register.improvements
        improvements.append(measures.data.assign(register=_named(register, measures)))
        stints.append(stints_of(register))
        offset += len(register.complaints.data)
    own = {name: register for register in registers for name in register.names}
    ordered = {name: own[name] for name in names or own}
    columns = {
        id(register): (frozenset(register.complaints.columns), frozenset(register.items.columns))
        for register in registers
    }
    facts = Facts(
        _stacked(complaints),
        _stacked(items),
        _stacked(improvements),
        joined(stints),
        {name: register.own_settings[name] for name, register in ordered.items()},
        {name: columns[id(register)] for name, register in ordered.items()},
    )
    return facts if list(own) == list(ordered) else _in_order(facts)


def _in_order(facts: Facts) -> Facts:
    """``facts`` with their rows in the order of the registers in ``settings``."""
    names = pd.Index(list(facts.settings), dtype="str")
    frames = [
        frame.assign(register=frame["register"].cat.reorder_categories(names))
        for frame in (facts.complaints, facts.items, facts.improvements)
    ]
    rows, own, third = (np.argsort(frame["register"].cat.codes.to_numpy(), kind="stable") for frame in frames)
    complaints, items, improvements = frames
    now = np.empty(len(rows) + 1, np.int64)
    now[rows], now[-1] = np.arange(len(rows)), -1
    items = items.assign(place=now[items["place"].to_numpy()])
    stints = facts.stints
    row = now[stints.open.row]
    order = np.argsort(row, kind="stable")
    spans = Holds(row[order], stints.open.start[order], stints.open.end[order])
    return dataclasses.replace(
        facts,
        complaints=complaints.iloc[rows].reset_index(drop=True),
        items=items.iloc[own].reset_index(drop=True),
        improvements=improvements.iloc[third].reset_index(drop=True),
        stints=Stints(spans, stints.again[order], stints.at_once[rows], stints.untimed[rows]),
    )


def _complaints(register: Register, due: Deadlines) -> pd.DataFrame:
    data, place = register.cases, register.place
    transfers = place[register.items.data["item_kind"].eq("transfer").to_numpy() & (place >= 0)]
    outcomes = due.outcomes
    phone = pd.Series(outcomes.phone, data.index, dtype="str").replace("", None)
    noted = pd.Series(outcomes.noted, data.index)
    more: dict[str, Any] = {
        "tries": outcomes.tries,
        "reached": outcomes.reached,
        "phone": data["satisfaction"].astype("str").where(~noted, phone),
        "noted": outcomes.noted,
        "register": _named(register, register.complaints),
        "counted": rows_of(register, due.as_of).counted,
        "transfer_items": tally(transfers, len(data)),
    }
    for name, target in due.targets.items():
        more[f"{name}_state"] = pd.Categorical(target.state)
        more[f"{name}_due_at"] = instants(target.due)
        before = due.earlier.get(name)
        more[f"{name}_earlier_state"] = pd.Categorical(
            before.state if before is not None else np.full(len(data), "none")
        )
    return data.assign(**more)


def _items(register: Register, due: Deadlines, offset: int, counted: Bools) -> pd.DataFrame:
    items, data, place = register.items.data, register.cases, register.place
    known = place >= 0
    parents = (
        data[list(INHERITED)].take(np.where(known, place, 0))
        if len(data)
        else data.reindex(range(len(items)))
    )
    limit = seconds_of(items["due_at"])
    steps = items["item_kind"].eq("action").to_numpy() & (limit == NAT) & known
    if steps.any():
        noted = seconds_of(items["noted_at"])
        limit = np.where(steps, rule_limits(due, "plan_step", place, noted), limit)
    more: dict[str, Any] = {key: parents[key].array for key in INHERITED}
    more |= {
        "register": _named(register, register.items),
        "place": np.where(known, place + offset, -1),
        "counted": np.append(counted, False)[place],
        "limit_at": instants(limit),
        "settled": (items["done_at"].notna() | items["result"].isin(SETTLED)).to_numpy(),
    }
    return items.assign(**more)


def _named(register: Register, sheet: Sheet) -> pd.Categorical:
    """The name of the register of each row."""
    return pd.Categorical.from_codes(sheet.owner, categories=pd.Index(register.names, dtype="str"))


def _stacked(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Frames below each other; category columns keep the union of their categories, in order of appearance."""
    if len(frames) == 1:
        return frames[0]
    columns = {}
    for name in frames[0].columns:
        parts = [frame[name] for frame in frames]
        if isinstance(parts[0].dtype, pd.CategoricalDtype):
            union = list(dict.fromkeys(word for part in parts for word in part.cat.categories))
            kind = pd.CategoricalDtype(pd.Index(union, dtype="str"))
            parts = [part.astype(kind) for part in parts]
        columns[name] = pd.concat(parts, ignore_index=True)
    return pd.DataFrame(columns)
