"""Rows of a source that bear one number: the first is the complaint, all of them become its items."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kesu.register.columns import ITEMS, Column, labels
from kesu.register.mapping.own import ORIGINAL, SOURCE, declared
from kesu.register.mapping.propose import Plan
from kesu.register.sameness import case_keys
from kesu.words.text import folded


def as_items(
    plan: Plan, whole: pd.DataFrame, keep: np.ndarray, lang: str
) -> tuple[np.ndarray, pd.DataFrame, tuple[Column, ...]]:
    """Which rows are the first of their number, and the items that rows with one number become."""
    repeated = plan.mapping.repeated
    none = np.ones(len(whole), bool), pd.DataFrame(), ()
    if not repeated.startswith("items: "):
        return none
    keys = case_keys(whole["complaint_id"]).where(keep)
    first = ~(keys.duplicated() & keys.notna()).to_numpy()
    group = (keys.duplicated(keep=False) & keys.notna()).to_numpy()
    if not group.any():
        return none
    mine = whole[group].reset_index(drop=True)
    text = next(
        (mine[key] for key in ("verbatim", "details", "solution") if key in mine), mine["complaint_id"]
    )
    items = pd.DataFrame(
        {
            "complaint_id": mine["complaint_id"],
            "item_kind": repeated.removeprefix("items: "),
            "what": text,
        }
    )
    for key, ours in (
        ("received_at", "noted_at"),
        ("owner", "owner"),
        ("involved_departments", "department"),
        ("resolved_at", "done_at"),
    ):
        if key in mine:
            items[ours] = mine[key]
    source, at = plan.cells[group].reset_index(drop=True), keys[group].reset_index(drop=True)
    more = _varied(source, at, lang)
    items = items.assign(**more)
    label = SOURCE.of(lang)
    items[label] = mine[label]
    return first, items, tuple(declared(name, items[name]) for name in (*more, label))


def _varied(source: pd.DataFrame, at: pd.Series, lang: str) -> dict[str, pd.Series]:
    """The columns of the source whose rows with one number differ, by heading."""
    known, found = labels(ITEMS), {}
    for heading in map(str, source):
        if source[heading].fillna("").groupby(at).nunique().gt(1).any():
            name = heading if folded(heading) not in known else ORIGINAL.of(lang).format(heading=heading)
            found[name] = source[heading]
    return found
