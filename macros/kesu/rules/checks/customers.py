"""Consistency: what a register knows of a customer who complains again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kesu.register.codes import label_of
from kesu.register.columns import BY_KEY
from kesu.register.sameness import customer_keys
from kesu.rules.checks.registry import CLOSED, Cells, Example, both, check
from kesu.words.text import LANGS, Text, listed

if TYPE_CHECKING:
    from kesu.rules.checks.view import Ints, View


@check(
    "complained_before", "info", "consistency", ("customer_name", "customer_account", "customer_contact", "kind"),
    Text("这位客户以前投诉过", "The customer complained before"),
    Text("客户“{value}”以前投诉过 {times} 次，上一件是 {earlier}（{about}）。回复之前先看上一件答应了什么、客户满不满意。",
         "“{value}” complained before ({times} in all), the last time in {earlier} ({about}). Look what was promised there, and how it "
         "ended, before you answer."),
    breaks=Example((
        CLOSED | {"customer_account": "KB-01", "received_at": "2026-10-07 09:00:00"},
        {"customer_account": "KB-01", "verbatim": "又断了 / Down again"},
    )),
    keeps=Example((
        CLOSED | {"customer_account": "KB-03", "received_at": "2026-10-07 09:00:00"},
        {"customer_account": "KB-02", "verbatim": "又断了 / Down again"},
    )),
)  # fmt: skip
def complained_before(view: View) -> list[Cells]:
    """On complaints that are still open, of whatever category; the customer is known by account, else by contact."""
    times, last = _earlier(view)
    rows = np.flatnonzero(view.open & (times > 0))
    numbers = view.complaints.data["complaint_id"].iloc[last[rows]].fillna("?").tolist()
    about = [both(_about(view, int(at))) for at in last[rows]]
    fills = {"times": list(map(str, times[rows].tolist())), "earlier": numbers, "about": about}
    return [Cells("register", rows, "customer_name", fills=fills)]


def _earlier(view: View) -> tuple[Ints, Ints]:
    """How many complaints of the same customer each one has before it, and the position of the last of them (-1)."""
    data = view.complaints.data
    contact = customer_keys(data["customer_contact"], "phone")
    who = pd.factorize(customer_keys(data["customer_account"]).fillna(contact))[0].astype(np.int64)
    who = np.where(who >= 0, who * len(view.register.names) + view.complaints.sheet.owner, -1)
    when = view.complaints.time("received_at")
    rows = np.flatnonzero((who >= 0) & ~np.isnat(when) & view.complaint)
    rows = rows[np.lexsort((when[rows], who[rows]))]
    times, last = np.zeros(len(who), np.int64), np.full(len(who), -1, np.int64)
    if len(rows):
        first = np.r_[True, np.diff(who[rows]) != 0]
        begins = np.flatnonzero(first)
        times[rows] = np.arange(len(rows)) - np.repeat(begins, np.diff(np.r_[begins, len(rows)]))
        last[rows[1:]] = np.where(first[1:], -1, rows[:-1])
    return times, last


def _about(view: View, row: int) -> Text:
    """When a complaint came, what state it is in, how satisfied the customer was."""
    data, codes = view.complaints.data, view.register.settings.codes
    day = data["received_at"].iloc[row]
    said = [Text(*[f"{day:%Y-%m-%d}"] * 2)]
    for key in ("category", "status", "satisfaction"):
        cell = data[key].iloc[row]
        if isinstance(cell, str):
            said.append(Text(*(label_of(codes[BY_KEY[key].codes], cell, lang) for lang in LANGS)))
    return listed(said)
