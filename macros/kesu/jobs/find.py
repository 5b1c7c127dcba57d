"""Complaints found by a few words over several registers, the latest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from kesu.register.codes import label_of
from kesu.register.columns import BY_KEY, ITEM_BY_KEY
from kesu.reports.masking import mask_cell
from kesu.rules.alike import CUSTOMER
from kesu.rules.lookup import lookup
from kesu.words.typeset import cut

if TYPE_CHECKING:
    from kesu.jobs.assessment import Assessment

EXCERPT: Final = 60
"""Characters of a text that are shown."""
CHOICES: Final = ("kind", "status", "category", "satisfaction")


def find(
    assessments: Sequence[Assessment], text: str, lang: str, *, unmasked: bool = False
) -> list[dict[str, Any]]:
    """Each complaint in which every word of ``text`` stands, see `kesu.rules.lookup.lookup`, as a record.

    ``found_in``: column keys, ``items.…`` for those of its items. Choices in words of ``lang``; personal data masked unless
    ``unmasked``.
    """
    records = [
        _record(assessment, row, keys, lang, unmasked=unmasked)
        for assessment in assessments
        for row, keys in lookup(assessment.register, text).items()
    ]
    return sorted(records, key=lambda one: one["received_at"] or "", reverse=True)


def _record(
    assessment: Assessment, row: int, keys: Sequence[str], lang: str, *, unmasked: bool
) -> dict[str, Any]:
    register = assessment.register
    cells: dict[str, Any] = {str(key): value for key, value in register.complaints.data.iloc[row].items()}
    own = [cells[key] for key in CUSTOMER]
    staff = [cells["involved_staff"]]

    def shown(key: str) -> str | None:
        value = cells.get(key)
        if not isinstance(value, str):
            return None
        return value if unmasked else mask_cell(key, value, own, staff)

    codes = register.settings.codes
    choices = {
        key: label_of(codes[BY_KEY[key].codes], cells[key], lang) if isinstance(cells[key], str) else None
        for key in CHOICES
    }
    said = next((key for key in keys if key in BY_KEY and BY_KEY[key].kind == "long_text"), "verbatim")
    received = cells["received_at"]
    return {
        "register": register.name,
        "row": int(cells["excel_row"]),
        "complaint_id": shown("complaint_id"),
        "received_at": None if pd.isna(received) else f"{received:%Y-%m-%dT%H:%M:%S}",
        **choices,
        **{key: shown(key) for key in (*CUSTOMER, "owner")},
        "found_in": list(keys),
        "text": cut(shown(said) or "", EXCERPT) or None,
    }


def column_said(key: str, lang: str) -> str:
    """What a column of ``found_in`` is called."""
    item = key.removeprefix("items.")
    return (BY_KEY[key] if item == key else ITEM_BY_KEY[item]).label.of(lang)
