"""Uniqueness: one case is one row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.register.sameness import case_keys, customer_keys
from kesu.rules.alike import decisions_by_register
from kesu.rules.checks.registry import CLOSED, Cells, Example, check
from kesu.words.text import Text

if TYPE_CHECKING:
    from kesu.rules.checks.view import Bools, Ints, View

SAME: Final[dict[str, str | None]] = {
    "verbatim": "我等了三天 / I have waited three days",
    "customer_account": "U-9",
}


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
    return _pointing_at(view, "complaint_id", view.twins.taken)


_OTHER: Final = {"customer_name": "韩梅梅 / Han Meimei", "customer_contact": "13911112222"}
"""Somebody else."""


@check(
    "logged_twice", "error", "uniqueness", ("complaint_id",),
    Text("同一件投诉登记了两次", "The same complaint logged twice"),
    Text("“{value}”与第 {first_row} 行是同一件投诉（编号、受理时间、客户、原话都相同），只在那一行统计一次；"
         "工作簿里的实时数字仍算两次。请删去一行。",
         "“{value}” is the same complaint as in row {first_row} (same number, time of receipt, customer and words); it is "
         "counted there, once. The workbook's own live counts still show both: delete one of the rows."),
    breaks=Example(({"complaint_id": "K-7"}, {"complaint_id": "k-7", "customer_account": "U1"})),
    keeps=Example(({"complaint_id": "K-7"}, {"complaint_id": "K-8", "verbatim": "屏幕碎了 / broken"})),
)  # fmt: skip
def logged_twice(view: View) -> list[Cells]:
    kept = view.twins.kept
    return _pointing_at(view, "complaint_id", np.where(view.twins.same_register(kept), kept, -1))


@check(
    "logged_in_two_registers", "error", "uniqueness", ("complaint_id",),
    Text("同一件投诉登记在两个登记表里", "The same complaint in two registers"),
    Text("“{value}”与 {other} 第 {first_row} 行是同一件投诉（编号、受理时间、客户、原话都相同），只在那里统计一次。"
         "请只在一个登记表里保留。",
         "“{value}” is the same complaint as in {other}, row {first_row} (same number, time of receipt, customer and words); "
         "it is counted there, once. Keep it in one register only."),
    breaks=Example(({"complaint_id": "K-7"},), elsewhere=({"complaint_id": "K-7", "solution": "更换 / replaced"},)),
    keeps=Example(({"complaint_id": "K-7", "solution": "更换 / replaced"},), elsewhere=({"complaint_id": "K-7"},)),
)  # fmt: skip
def logged_in_two_registers(view: View) -> list[Cells]:
    kept = view.twins.kept
    return _pointing_at(view, "complaint_id", np.where(view.twins.same_register(kept), -1, kept))


@check(
    "complaint_in_two_versions", "error", "uniqueness", ("complaint_id",),
    Text("编号和受理时间与别的登记表相同，内容不同", "Number and receipt as in another register, different contents"),
    Text("“{value}”与 {other} 第 {first_row} 行编号和受理时间相同，内容不同，各自照常统计。如是同一件的两个版本，请只留一个（kesu merge --base 可合并）；"
         "如是两件，请改编号。",
         "“{value}” has number and time of receipt of {other}, row {first_row}, but different contents; each is counted. If they are versions of one "
         "complaint, keep one (kesu merge --base joins them); if not, give one another number."),
    breaks=Example(({"complaint_id": "K-7"},), elsewhere=({"complaint_id": "K-7", "verbatim": "屏幕碎了 / broken"},)),
    keeps=Example(({"complaint_id": "K-7"},), elsewhere=({"complaint_id": "K-8", "verbatim": "屏幕碎了 / broken"},)),
)  # fmt: skip
def complaint_in_two_versions(view: View) -> list[Cells]:
    return _pointing_at(view, "complaint_id", view.twins.versions)


@check(
    "number_in_two_registers", "warning", "uniqueness", ("complaint_id",),
    Text("编号在别的登记表里是另一件投诉", "Numbers that stand for other complaints in other registers"),
    Text("本表有 {count} 个编号在别的登记表里用于另一件投诉，如“{value}”（{other} 第 {first_row} 行）；各自照常统计。"
         "请给各登记表不同的编号前缀。",
         "Numbers of this register that stand for another complaint in another one: {count}, e.g. “{value}” in {other}, row "
         "{first_row}. Each is counted. Give every register a prefix of its own."),
    breaks=Example(({"complaint_id": "K-7"},), elsewhere=({"complaint_id": "K-7", "verbatim": "屏幕碎了 / broken"} | _OTHER,)),
    keeps=Example(({"complaint_id": "K-7"},), elsewhere=({"complaint_id": "K-8", "verbatim": "屏幕碎了 / broken"} | _OTHER,)),
)  # fmt: skip
def number_in_two_registers(view: View) -> list[Cells]:
    twins = view.twins
    found = list(view.complaints.split(np.flatnonzero(twins.elsewhere >= 0)))
    if not found:
        return []
    firsts = [int(rows[0]) for _, rows in found]
    at = [int(one) for one in twins.elsewhere[firsts]]
    fills = {
        "count": [str(rows.size) for _, rows in found],
        "other": [twins.name(one) for one in at],
        "first_row": [str(twins.rows[one]) for one in at],
    }
    values = [str(cell) for cell in view.complaints.data["complaint_id"].iloc[firsts]]
    of = [register for register, _ in found]
    return [Cells("register", np.zeros(0, "int64"), "complaint_id", values, fills, [1] * len(of), of)]


@check(
    "same_customer_same_words", "info", "uniqueness",
    ("verbatim", "customer_account", "customer_contact", "customer_name"),
    Text("可能重复登记", "Perhaps logged twice"),
    Text("同一客户在第 {first_row} 行已有同样的原话“{value}”。如是同一件，请合并；如客户再次投诉，请在“问题细节”注明，或用 kesu doubles --decide 判定。",
         "The same customer already said “{value}” in row {first_row}. If it is one case, merge the rows; if the "
         "customer complained again, say so under “Details”, or with kesu doubles --decide."),
    breaks=Example((CLOSED | SAME, CLOSED | SAME)),
    keeps=Example((SAME | {"customer_account": "U-7"}, SAME | {"customer_account": "U-8"})),
    words=True,
)  # fmt: skip
def same_customer_same_words(view: View) -> list[Cells]:
    data = view.complaints.data
    beginnings, texts = pd.factorize(data["verbatim"].str.slice(0, 12))
    beginnings = np.where(beginnings < 0, -1, view.complaints.sheet.owner * len(texts) + beginnings)
    at = _repeated(beginnings)  # whole texts and customers are compared only where it may matter
    customer = customer_keys(data["customer_account"].iloc[at])
    for key, kind in (("customer_contact", "phone"), ("customer_name", "text")):
        customer = customer.fillna(customer_keys(data[key].iloc[at], kind))
    who, people = pd.factorize(customer)
    alike = _repeated(np.where(who >= 0, beginnings[at] * (len(people) + 1) + who, -1))
    words, texts = pd.factorize(data["verbatim"].iloc[at[alike]])
    words = view.complaints.sheet.owner[at[alike]] * len(texts) + words
    cases = np.full(len(beginnings), -1, dtype="int64")
    cases[at[alike]] = words * (len(people) + 1) + who[alike]
    again = _again(cases) & ~_again(view.complaint_codes)
    return _pointing_back(view, "verbatim", again & ~_decided(view, again, cases), cases)


def _decided(view: View, again: Bools, cases: Ints) -> Bools:
    """Rows of which somebody has decided what they are to the first row of their case (`kesu doubles`)."""
    found = np.zeros(len(cases), bool)
    rows = np.flatnonzero(again)
    if rows.size and (known := decisions_by_register(view.register)):
        ids = case_keys(view.complaints.data["complaint_id"])
        first = pd.Series(np.arange(len(cases))).groupby(cases).first()
        pairs = zip(ids.iloc[rows], ids.iloc[first[cases[rows]]], strict=True)
        owners = view.complaints.sheet.owner[rows].tolist()
        found[rows] = [frozenset(pair) in known.get(of, ()) for of, pair in zip(owners, pairs, strict=True)]
    return found


def _repeated(cases: Ints) -> Ints:
    """Positions of the cases (-1: none) that occur more than once."""
    return np.flatnonzero(pd.Series(cases).duplicated(keep=False).to_numpy() & (cases >= 0))


def _again(cases: Ints) -> Bools:
    """Rows whose case (-1: none) stands in an earlier row already."""
    return pd.Series(cases).duplicated(keep="first").to_numpy() & (cases >= 0)


def _pointing_at(view: View, key: str, positions: Ints) -> list[Cells]:
    """Cells of ``key`` with a position in the stack (-1: none) and what it is called."""
    rows, twins = np.flatnonzero(positions >= 0), view.twins
    at = positions[rows].tolist()
    where = {"other": [twins.name(one) for one in at], "first_row": [str(twins.rows[one]) for one in at]}
    return [Cells("register", rows, key, fills=where)] if at else []


def _pointing_back(view: View, key: str, again: Bools, cases: Ints) -> list[Cells]:
    """Cells of ``key`` where ``again`` is true, each with the Excel row in which its case came first."""
    rows = np.flatnonzero(again)
    if not rows.size:
        return []
    first = view.complaints.data["excel_row"].groupby(cases).first()
    return [Cells("register", rows, key, fills={"first_row": first[cases[rows]].astype(str).tolist()})]
