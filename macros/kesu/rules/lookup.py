"""Which complaints a few words mean: a number, a name, a contact, an account, or what was said or done. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.register.columns import BY_KEY, ITEM_BY_KEY, Column
from kesu.register.sameness import customer_keys

if TYPE_CHECKING:
    from kesu.register.sheets import Register, Sheet
    from kesu.rules.instants import Bools

NUMBER: Final = re.compile(r"\+?[0-9][0-9 ()./-]{5,}")
"""A telephone number or the like, in which blanks are no borders of words."""
LEAST: Final = 4
"""Characters of a contact or an account that must be given; fewer are found in everybody's."""
TEXTS: Final = frozenset({"id", "text", "long_text", "phone"})


def lookup(register: Register, text: str) -> dict[int, tuple[str, ...]]:
    """Position of a complaint → keys of the columns in which a word was found; every word of ``text`` must be in its row.

    Width, case, blanks and punctuation do not count, nor a country code. A word found in an item is one of its complaint.
    """
    words = [text] if NUMBER.fullmatch(text.strip()) else text.split()
    data = register.complaints.data
    found: dict[str, Bools] = {}
    rows = np.ones(len(data), bool)
    for word in words:
        here = _hits(register.complaints, BY_KEY, word)
        below = _hits(register.items, ITEM_BY_KEY, word)
        for key, mask in below.items():
            hit = np.zeros(len(data), bool)
            hit[register.parent[mask & (register.parent >= 0)]] = True
            here[f"items.{key}"] = hit
        rows &= np.logical_or.reduce([*here.values(), np.zeros(len(data), bool)])
        for key, mask in here.items():
            found[key] = found.get(key, np.zeros(len(data), bool)) | mask
    if not words:
        return {}
    return {int(row): tuple(key for key, mask in found.items() if mask[row]) for row in np.flatnonzero(rows)}


def of_customer(register: Register, given: Mapping[str, object]) -> list[int]:
    """Positions of the complaints of the customer ``given`` by account or contact (column key → cell), the latest first."""
    data = register.complaints.data
    for key in ("customer_account", "customer_contact"):
        wanted = customer_keys(pd.Series([given.get(key)], dtype="str"), _kind(key)).iloc[0]
        if isinstance(wanted, str) and len(wanted) >= LEAST:
            mine = customer_keys(data[key].astype("str"), _kind(key)).eq(wanted).fillna(value=False)
            if mine.any():
                received = data["received_at"][mine.to_numpy(bool)].sort_values(
                    ascending=False, na_position="last", kind="stable"
                )
                return [int(at) for at in data.index.get_indexer(received.index)]
    return []


def _kind(key: str) -> str:
    return "phone" if BY_KEY[key].kind == "phone" else "text"


def _hits(sheet: Sheet, declared: Mapping[str, Column], word: str) -> dict[str, Bools]:
    """Column → its cells that hold the word."""
    found = {}
    for key, column in declared.items():
        if (
            column.kind not in TEXTS
            or key not in sheet.data
            or key in sheet.withheld
            or (declared is ITEM_BY_KEY and key == "complaint_id")
        ):
            continue
        kind = "phone" if column.kind == "phone" else "text"
        wanted = customer_keys(pd.Series([word], dtype="str"), kind).iloc[0]
        if not isinstance(wanted, str) or (column.personal in {"contact", "account"} and len(wanted) < LEAST):
            continue
        mask = customer_keys(sheet.data[key].astype("str"), kind).str.contains(wanted, regex=False)
        if (hit := mask.fillna(value=False).to_numpy(bool)).any():
            found[key] = hit
    return found
