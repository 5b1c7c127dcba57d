"""Rows of several groups of tables as one register, numbered where they had no number."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kesu.register.codes import Code, label_of
from kesu.register.mapping.apply import Taken
from kesu.register.mapping.own import SOURCE, declared, only_times, own_values
from kesu.register.numbers import numbers_after


def together(parts: list[Taken], year: int) -> Taken:
    """Rows of several groups of tables as one, numbered where they had no number."""
    complaints = pd.concat([one.complaints for one in parts], ignore_index=True)
    items = pd.concat([one.items for one in parts], ignore_index=True)
    own = {column.key: column for one in parts for column in one.own}
    item_own = {column.key: column for one in parts for column in one.item_own}
    if len(parts) > 1:
        own = {key: declared(key, complaints[key]) for key in own}
    ids = complaints["complaint_id"].astype("str")
    blank = np.flatnonzero(ids.isna())
    if len(blank):
        complaints["complaint_id"] = _numbered(complaints, ids, blank, year)
    numbered = frozenset(complaints["complaint_id"].iloc[blank])
    for columns, frame in ((own, complaints), (item_own, items)):
        for key, column in columns.items():
            frame[key] = own_values(frame[key], column)
    unread: dict[str, int] = {}
    derived: dict[str, int] = {}
    added: dict[str, dict[str, Code]] = {}
    for one in parts:
        for counts, mine in ((unread, one.unread), (derived, one.derived)):
            for key, n in mine.items():
                counts[key] = counts.get(key, 0) + n
        for name, codes in one.added.items():
            added.setdefault(name, {}).update({code.key: code for code in codes})
    source = next(iter(key for key in own if key in set(SOURCE)), None)
    order = [key for key in own if key != source] + ([source] if source else [])
    return Taken(
        complaints, items, tuple(own[key] for key in order), tuple(item_own.values()),
        tuple(row for one in parts for row in one.rejected), sum(one.rows for one in parts), sum(one.further for one in parts),
        unread, derived, {name: tuple(codes.values()) for name, codes in added.items()}, numbered,
    )  # fmt: skip


def _numbered(complaints: pd.DataFrame, ids: pd.Series, blank: np.ndarray, year: int) -> pd.Series:
    """Numbers for rows without one, going on from the last that there is."""
    received = (
        only_times(complaints["received_at"])
        if "received_at" in complaints
        else pd.Series(pd.NaT, complaints.index)
    )
    known = ids.dropna()
    begin = int(received.dt.year.min()) if not len(known) and received.notna().any() else year
    numbers = numbers_after(known.tolist(), begin)
    out = ids.copy()
    out.iloc[blank] = [next(numbers) for _ in blank]
    return out


def labels_used(added: Mapping[str, tuple[Code, ...]], lang: str) -> dict[str, list[str]]:
    """The names of added choices, by list."""
    return {name: [label_of(codes, code.key, lang) for code in codes] for name, codes in added.items()}
