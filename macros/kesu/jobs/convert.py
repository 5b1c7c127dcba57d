"""Registers as typed columns for other programs: what DuckDB, Power BI and pandas take over from a Parquet file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from kesu.jobs.assessment import Assessment
from kesu.jobs.figures import facts_of
from kesu.register.columns import BY_KEY, IMPROVEMENT_BY_KEY, ITEM_BY_KEY
from kesu.register.sameness import customer_keys
from kesu.words.text import Text, listed

INNER: Final = ("place", "limit_at")
"""Columns of the facts that mean something only within kesu."""
LEFT_OUT: Final = Text(
    "个人信息的列没有写出：{columns}。“customer”一列以号码区分客户。要写出，用 --unmasked。",
    "Columns with personal data are left out: {columns}. The column “customer” tells customers apart by a number. "
    "To write them, use --unmasked.",
)


def tables(
    assessments: Sequence[Assessment], *, unmasked: bool
) -> tuple[dict[str, pd.DataFrame], list[Text]]:
    """Complaints, items and improvements of all registers in one frame each, and what is left out of them. At least one register.

    By sheet, see `kesu.register.columns.DECLARED`; improvements only where a register has such a sheet.

    Columns are keys (`kesu.register.columns`), choices are code keys, times the local wall clock; beside them
    ``register`` and ``excel_row``, ``counted`` (goes into figures), each deadline's ``_state``, ``_earlier_state`` and
    ``_due_at``, ``customer`` (one number for each customer). ``unmasked``: with personal data. The teams' own columns are left out.
    """
    facts = facts_of(assessments)
    complaints = facts.complaints.assign(customer=_customers(facts.complaints))
    items = facts.items.drop(
        columns=[key for key in facts.items if key in INNER or key in _inherited(facts.items)]
    )
    made = {"register": complaints, "items": items}
    declared = BY_KEY | ITEM_BY_KEY
    if any(one.register.improvements.columns for one in assessments):
        made["improvements"] = facts.improvements
        declared = IMPROVEMENT_BY_KEY | declared
    if unmasked:
        return made, []
    personal = [key for key, column in declared.items() if column.personal]
    said = LEFT_OUT.fill(columns=listed([declared[key].label for key in personal]))
    kept = {
        name: frame.drop(columns=[key for key in personal if key in frame]) for name, frame in made.items()
    }
    return kept, [said]


def _inherited(items: pd.DataFrame) -> set[str]:
    """What items have from their complaint: whoever joins finds it there."""
    return {key for key in items if key in BY_KEY and key not in ITEM_BY_KEY}


def _customers(complaints: pd.DataFrame) -> pd.Series:
    """One number for each customer, by account, else contact; missing where neither is known."""
    account = customer_keys(complaints["customer_account"].astype("str"))
    contact = customer_keys(complaints["customer_contact"].astype("str"), "phone")
    codes, _ = pd.factorize(account.fillna(contact))
    return pd.Series(codes + 1, complaints.index, dtype="Int64").mask(codes < 0)
