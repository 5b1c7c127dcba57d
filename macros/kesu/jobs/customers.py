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
_RECORD: Final = ["register", "sheet", "row"]


def with_customers(
    assessments: Sequence[Assessment], found: pd.DataFrame, *, unmasked: bool = False
) -> pd.DataFrame:
    """The follow-ups ``found`` with the columns of `BESIDE`.

    These, ``complaint_id`` and ``what`` is to be done are masked as the columns of the register and of Items are
    declared, unless ``unmasked``.
    """
    own = own_columns()
    known = pd.concat(stacks_of(assessments).each(_known)).drop_duplicates(_RECORD).set_index(_RECORD)
    mine = known.reindex(pd.MultiIndex.from_frame(found[_RECORD])).set_axis(found.index)
    beside = {name: mine[key] for name, key in BESIDE.items()}
    if unmasked:
        return found.assign(**beside)
    masked = {
        name: cells.map(lambda value, key=BESIDE[name]: mask_cell(key, value), na_action="ignore")
        for name, cells in beside.items()
    }
    texts = {key: _masked(key, found[key], mine[[*own]]) for key in ("complaint_id", "what")}
    return found.assign(**texts, **masked)


def _known(one: Assessment) -> pd.DataFrame:
    """Whom the rows of a stack are about."""
    sheet = one.register.complaints
    names = pd.Series(one.register.names, dtype="str").iloc[sheet.owner]
    cells = {key: sheet.data[key].array for key in (*BESIDE.values(), *own_columns())}
    record = {"register": names.array, "sheet": "register", "row": sheet.data["excel_row"].array}
    return pd.DataFrame(record | cells)


def _masked(key: str, texts: pd.Series, own: pd.DataFrame) -> pd.Series:
    """The cells of a column without the words of the complaint's customer; each text of a complaint is looked at once."""
    words = zip(*(own[key].tolist() for key in own), strict=True)
    seen: dict[tuple[object, ...], str] = {}
    masked: list[object] = []
    for text, mine in zip(texts.tolist(), words, strict=True):
        one = (text, *mine)
        if isinstance(text, str) and one not in seen:
            seen[one] = mask_cell(key, text, mine)
        masked.append(seen.get(one, text))
    return pd.Series(masked, texts.index, dtype="str")
