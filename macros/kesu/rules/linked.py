"""Complaints that belong together: items of the kind ``link`` name the other one's number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.register.sameness import case_keys

if TYPE_CHECKING:
    from kesu.register.sheets import Register
    from kesu.rules.instants import Ints

AFTER_NUMBER: Final = r"[\s,，;；:：。、(（]+.*$"
"""What may follow the number: why they belong together."""


def linked_positions(register: Register, rows: Ints) -> Ints:
    """Position of the complaint that each of the items at ``rows`` names; -1 where it is none, or its own."""
    if not len(rows):
        return np.zeros(0, np.int64)
    own = register.items.data["what"].iloc[rows].astype("str")
    complaints = register.complaints
    keys = case_keys(complaints.data["complaint_id"])
    first = pd.Series(np.arange(len(keys)), pd.MultiIndex.from_arrays([complaints.owner, keys]))
    first = first[keys.notna().to_numpy() & ~first.index.duplicated()]
    of = register.items.owner[rows]
    found = np.full(len(rows), -1, np.int64)
    for words in (own, own.str.replace(AFTER_NUMBER, "", regex=True)):
        at = first.index.get_indexer(pd.MultiIndex.from_arrays([of, case_keys(words)]))
        found = np.where((found < 0) & (at >= 0), first.to_numpy()[at], found) if len(first) else found
    return np.where(found == register.parent[rows], -1, found)


def linked_with(register: Register, position: int) -> list[int]:
    """Positions of the complaints that the one at ``position`` is linked with, whichever of them names the other."""
    items = register.items.data
    rows = np.flatnonzero(items["item_kind"].eq("link").to_numpy(bool) & (register.parent >= 0))
    if not len(rows):
        return []
    ours, theirs = register.parent[rows], linked_positions(register, rows)
    named = [*theirs[(ours == position) & (theirs >= 0)].tolist(), *ours[theirs == position].tolist()]
    return list(dict.fromkeys(named))
