"""Facts for the figures: complaints, items, improvements of all registers in one frame each, with their deadlines."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from kesu.register.settings import Settings
from kesu.register.shelves import below, picked
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
    ``copies``: registers that seem to be copies of another one, and that one, see `kesu.rules.twins.Twins`.
    ``settings``: by register name. ``columns``: by register name the columns that its two sheets have.
    """

    complaints: pd.DataFrame
    items: pd.DataFrame
    improvements: pd.DataFrame
    stints: Stints
    settings: dict[str, Settings]
    columns: dict[str, tuple[frozenset[str], frozenset[str]]]
    copies: Mapping[str, str] = field(default_factory=dict)


def facts_of(register: Register, due: Deadlines) -> Facts:
    """The facts of one register or stack."""
    complaints = _complaints(register, due)
    columns = frozenset(register.complaints.columns), frozenset(register.items.columns)
    return Facts(
        complaints,
        _items(register, due, complaints["counted"].to_numpy()),
        register.improvements.data.assign(register=_named(register, register.improvements)),
        stints_of(register),
        register.own_settings,
        dict.fromkeys(register.names, columns),
    )


def together(parts: Sequence[Facts], names: Sequence[str] = ()) -> Facts:
    """The facts of several as one, in the order of ``names``, else in theirs."""
    own = [name for part in parts for name in part.settings]
    ordered = list(names or own)
    if len(parts) == 1:
        facts = parts[0]
    else:
        begins = np.cumsum([0, *(len(part.complaints) for part in parts)]).tolist()
        items = [_placed(part.items, begin) for part, begin in zip(parts, begins, strict=False)]
        facts = Facts(
            below([part.complaints for part in parts]),
            below(items),
            below([part.improvements for part in parts]),
            joined([part.stints for part in parts]),
            {name: settings for part in parts for name, settings in part.settings.items()},
            {name: columns for part in parts for name, columns in part.columns.items()},
            {copy: name for part in parts for copy, name in part.copies.items()},
        )
    if own == ordered:
        return facts
    return _in_order(
        dataclasses.replace(
            facts,
            settings={name: facts.settings[name] for name in ordered},
            columns={name: facts.columns[name] for name in ordered},
        )
    )


def _placed(items: pd.DataFrame, begin: int) -> pd.DataFrame:
    """``items`` whose complaints begin at ``begin`` of all."""
    parent = items["place"].to_numpy()
    return items.assign(place=np.where(parent >= 0, parent + begin, -1))


def _in_order(facts: Facts) -> Facts:
    """``facts`` with their rows in the order of the registers in ``settings``."""
    names = pd.Index(list(facts.settings), dtype="str")
    frames = [
        frame.assign(register=frame["register"].cat.reorder_categories(names))
        for frame in (facts.complaints, facts.items, facts.improvements)
    ]
    rows, own, third = (np.argsort(frame["register"].cat.codes.to_numpy(), kind="stable") for frame in frames)
    now = np.empty(len(rows) + 1, np.int64)
    now[rows], now[-1] = np.arange(len(rows)), -1
    frames[1] = frames[1].assign(place=now[frames[1]["place"].to_numpy()])
    stints = facts.stints
    row = now[stints.open.row]
    order = np.argsort(row, kind="stable")
    spans = Holds(row[order], stints.open.start[order], stints.open.end[order])
    return dataclasses.replace(
        facts,
        complaints=picked(frames[0], rows),
        items=picked(frames[1], own),
        improvements=picked(frames[2], third),
        stints=Stints(spans, stints.again[order], stints.at_once[rows], stints.untimed[rows]),
    )


def _complaints(register: Register, due: Deadlines) -> pd.DataFrame:
    data, parent = register.cases, register.parent
    transfers = parent[register.items.data["item_kind"].eq("transfer").to_numpy() & (parent >= 0)]
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


def _items(register: Register, due: Deadlines, counted: Bools) -> pd.DataFrame:
    items, data, parent = register.items.data, register.cases, register.parent
    known = parent >= 0
    parents = (
        data[list(INHERITED)].take(np.where(known, parent, 0))
        if len(data)
        else data.reindex(range(len(items)))
    )
    limit = seconds_of(items["due_at"])
    steps = items["item_kind"].eq("action").to_numpy() & (limit == NAT) & known
    if steps.any():
        noted = seconds_of(items["noted_at"])
        limit = np.where(steps, rule_limits(due, "plan_step", parent, noted), limit)
    more: dict[str, Any] = {key: parents[key].array for key in INHERITED}
    more |= {
        "register": _named(register, register.items),
        "place": parent,
        "counted": np.append(counted, False)[parent],
        "limit_at": instants(limit),
        "settled": (items["done_at"].notna() | items["result"].isin(SETTLED)).to_numpy(),
    }
    return items.assign(**more)


def _named(register: Register, sheet: Sheet) -> pd.Categorical:
    """The name of the register of each row."""
    return pd.Categorical.from_codes(sheet.owner, categories=pd.Index(register.names, dtype="str"))
