"""Improvements that will not be carried out, or whose effect nobody can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kesu.register.causes import cause_codes
from kesu.register.sameness import case_keys
from kesu.rules.checks.registry import EXAMPLE_IMPROVEMENT, Cells, Example, check, measure
from kesu.words.text import Text

if TYPE_CHECKING:
    from kesu.rules.checks.view import Bools, View


def _numbered(*numbers: str) -> Example:
    """Improvements of one cause with these numbers."""
    return Example(
        ({"root_cause": EXAMPLE_IMPROVEMENT["cause"]},),
        improvements=tuple({"measure_id": number} for number in numbers),
    )


def _lacks(view: View, key: str) -> Bools:
    """Measures that are not done and say nothing in a column."""
    rows = view.improvements
    return rows.given("measure") & rows.blank("done_at") & rows.blank(key)


@check(
    "improvement_without_owner", "warning", "completeness", ("owner", "measure", "done_at"),
    Text("改进措施没有责任人", "An improvement nobody owns"),
    Text("改进措施“{measure}”没有责任人，没有人会去办。请填写责任人。",
         "Nobody owns the improvement “{measure}”, so nobody will do it. Enter an owner."),
    sheet="improvements", breaks=measure(owner=""), keeps=measure(owner="", done_at="2026-10-08 16:00:00"),
)  # fmt: skip
def improvement_without_owner(view: View) -> Bools:
    return _lacks(view, "owner")


@check(
    "improvement_without_due", "warning", "completeness", ("due_at", "measure", "done_at"),
    Text("改进措施没有期限", "An improvement without a date"),
    Text("改进措施“{measure}”没有到期时间，不会出现在跟进清单里。请填写到期时间。",
         "The improvement “{measure}” has no due date, so no follow-up list reminds of it. Enter when it is due."),
    sheet="improvements", breaks=measure(due_at=""), keeps=measure(due_at="", done_at="2026-10-08 16:00:00"),
)  # fmt: skip
def improvement_without_due(view: View) -> Bools:
    return _lacks(view, "due_at")


@check(
    "duplicate_measure", "warning", "uniqueness", ("measure_id",),
    Text("改进措施编号重复", "Improvement number used twice"),
    Text("改进措施编号“{value}”已用于第 {first_row} 行。同一项请合并，不同的请另编号。",
         "The number “{value}” is already used for the improvement in row {first_row}. Merge the rows if they are one; otherwise give "
         "this one a number of its own."),
    sheet="improvements", breaks=_numbered("G-01", "g-01"), keeps=_numbered("G-01", "G-02"),
)  # fmt: skip
def duplicate_measure(view: View) -> list[Cells]:
    rows = view.improvements
    codes, names = pd.factorize(case_keys(rows.data["measure_id"]))
    codes = np.where(codes < 0, -1, rows.sheet.owner * len(names) + codes)
    again = np.flatnonzero((codes >= 0) & pd.Series(codes).duplicated().to_numpy())
    if not again.size:
        return []
    first = rows.data["excel_row"].groupby(codes).first()
    return [
        Cells(
            "improvements",
            again,
            "measure_id",
            fills={"first_row": first[codes[again]].astype(str).tolist()},
        )
    ]


@check(
    "improvement_cause_unknown", "info", "consistency", ("cause", "root_cause"),
    Text("改进措施的原因在登记表里找不到", "An improvement for a cause that no complaint has"),
    Text("“投诉登记”里没有一件的根本原因写作“{value}”，改进前后无法比较。请与登记表写成一样。",
         "No complaint on Register has the root cause “{value}”, so before and after cannot be compared. Write it as the register does."),
    sheet="improvements", breaks=measure(cause="充电器 / charger"), keeps=measure(cause="充电口松动/Loose socket"),
)  # fmt: skip
def improvement_cause_unknown(view: View) -> Bools:
    rows = view.improvements
    if not rows.given("cause").any():
        return np.zeros(len(rows), bool)
    known, asked = cause_codes(view.register)
    return rows.given("cause") & ~np.isin(asked, known[known >= 0])
