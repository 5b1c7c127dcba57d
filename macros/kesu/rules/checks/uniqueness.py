"""Uniqueness: one case is one row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.register.sameness import customer_keys
from kesu.register.text import Text
from kesu.rules.checks._registry import Cells, Example, check

if TYPE_CHECKING:
    from kesu.rules.checks._view import Bools, Ints, View

SAME: Final = {"verbatim": "我等了三天 / I have waited three days", "customer_account": "U-9"}


@check(
    "duplicate_number", "error", "uniqueness", ("complaint_id",),
    Text("投诉编号重复", "Complaint number used twice"),
    Text("投诉编号“{value}”已用于第 {first_row} 行。同一件请合并，不同的请另编号。",
         "The complaint number “{value}” is already used in row {first_row}. Merge the rows if they are one case; "
         "otherwise give this one a number of its own."),
    breaks=Example(({"complaint_id": "K-7"}, {"complaint_id": "K-7", "verbatim": "屏幕碎了 / broken"})),
    keeps=Example(({"complaint_id": "K-7"}, {"complaint_id": "K-8", "verbatim": "屏幕碎了 / broken"})),
)  # fmt: skip
def duplicate_number(view: View) -> list[Cells]:
    return _pointing_back(view, "complaint_id", _again(view.complaint_codes), view.complaint_codes)


@check(
    "same_customer_same_words", "info", "uniqueness",
    ("verbatim", "customer_account", "customer_contact", "customer_name"),
    Text("可能重复登记", "Perhaps logged twice"),
    Text("同一客户在第 {first_row} 行已有同样的原话“{value}”。如是同一件，请合并；如客户再次投诉，请在“问题细节”注明。",
         "The same customer already said “{value}” in row {first_row}. If it is one case, merge the rows; if the "
         "customer complained again, say so under “Details”."),
    breaks=Example((SAME, SAME)),
    keeps=Example((SAME | {"customer_account": "U-7"}, SAME | {"customer_account": "U-8"})),
)  # fmt: skip
def same_customer_same_words(view: View) -> list[Cells]:
    data = view.complaints.data
    beginnings, _ = pd.factorize(data["verbatim"].str.slice(0, 12))
    at = _repeated(beginnings)  # whole texts and customers are compared only where it may matter
    customer = customer_keys(data["customer_account"].iloc[at])
    for key, kind in (("customer_contact", "phone"), ("customer_name", "text")):
        customer = customer.fillna(customer_keys(data[key].iloc[at], kind))
    who, people = pd.factorize(customer)
    alike = _repeated(np.where(who >= 0, beginnings[at] * (len(people) + 1) + who, -1))
    words, _ = pd.factorize(data["verbatim"].iloc[at[alike]])
    cases = np.full(len(beginnings), -1, dtype="int64")
    cases[at[alike]] = words * (len(people) + 1) + who[alike]
    return _pointing_back(view, "verbatim", _again(cases) & ~_again(view.complaint_codes), cases)


def _repeated(cases: Ints) -> Ints:
    """Positions of the cases (-1: none) that occur more than once."""
    return np.flatnonzero(pd.Series(cases).duplicated(keep=False).to_numpy() & (cases >= 0))


def _again(cases: Ints) -> Bools:
    """Rows whose case (-1: none) stands in an earlier row already."""
    return pd.Series(cases).duplicated(keep="first").to_numpy() & (cases >= 0)


def _pointing_back(view: View, key: str, again: Bools, cases: Ints) -> list[Cells]:
    """Cells of ``key`` where ``again`` is true, each with the Excel row in which its case came first."""
    rows = np.flatnonzero(again)
    if not rows.size:
        return []
    first = view.complaints.data["excel_row"].groupby(cases).first()
    return [Cells("register", rows, key, places={"first_row": first[cases[rows]].astype(str).tolist()})]
