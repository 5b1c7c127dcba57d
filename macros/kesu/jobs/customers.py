"""Whose complaint a line is about: the customer beside each line of a list over one register or many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from kesu.jobs.assessment import Assessment
from kesu.jobs.stacks import stacks_of
from kesu.reports.masking import mask_cell, own_columns

BESIDE: Final = {"customer": "customer_name", "contact": "customer_contact"}
"""Column of the list → of the register."""
_PLACE: Final = ["register", "row"]


def with_customers(
    assessments: Sequence[Assessment], found: pd.DataFrame, *, unmasked: bool = False
) -> pd.DataFrame:
    """The follow-ups ``found`` with the columns of `BESIDE`.

    These, and ``what`` is to be done, are masked as the columns of the register and of Items are declared, unless
    ``unmasked``.
    """
    own = own_columns()
    parts = []
    for one in stacks_of(assessments).parts:
        sheet = one.register.complaints
        names = pd.Series(one.register.names, dtype="str").iloc[sheet.owner]
        cells = {key: sheet.data[key].array for key in (*BESIDE.values(), *own)}
        parts.append(pd.DataFrame({"register": names.array, "row": sheet.data["excel_row"].array, **cells}))
    known = pd.concat(parts).drop_duplicates(_PLACE).set_index(_PLACE)
    mine = known.reindex(pd.MultiIndex.from_frame(found[_PLACE])).set_axis(found.index)
    beside = {name: mine[key] for name, key in BESIDE.items()}
    if unmasked:
        return found.assign(**beside)
    masked = {
        name: cells.map(lambda value, key=BESIDE[name]: mask_cell(key, value), na_action="ignore")
        for name, cells in beside.items()
    }
    return found.assign(what=_masked(found["what"], mine[[*own]]), **masked)


def _masked(what: pd.Series, own: pd.DataFrame) -> pd.Series:
    """What is to be done without the words of the complaint's customer; each text of a complaint is looked at once."""
    words = zip(*(own[key].tolist() for key in own), strict=True)
    seen: dict[tuple[object, ...], str] = {}
    masked: list[object] = []
    for text, mine in zip(what.tolist(), words, strict=True):
        key = (text, *mine)
        if isinstance(text, str) and key not in seen:
            seen[key] = mask_cell("what", text, mine)
        masked.append(seen.get(key, text))
    return pd.Series(masked, what.index, dtype="str")
