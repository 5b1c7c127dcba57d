"""Of which complaints facts, escalations and approvals may be asked for: not of those that were over before a team noted any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from kesu.rules.checks.view import Bools, View

NEW_KINDS: Final = ("verification", "escalation", "approval", "decision")
"""Kinds of items that registers of old do not know."""
FRUITLESS: Final = ("failed", "cancelled", "withdrawn", "declined")
"""Results of a verification that found nothing out."""
NEVER_YET: Final = np.iinfo(np.int64).max


def asks_facts(view: View) -> bool:
    """Whether the Items sheet has the columns for facts; a register without them is judged as before."""
    return "question" in view.items.sheet.columns


def since(view: View, *kinds: str) -> Bools:
    """Complaints received when the register had begun to note items of ``kinds``; none where it never did."""
    items, rows = view.items, view.complaints
    noted = items.says("item_kind", *kinds) & items.given("noted_at")
    first = np.full(len(view.register.names), NEVER_YET, np.int64)
    np.minimum.at(first, items.sheet.owner[noted], items.time("noted_at")[noted].astype(np.int64))
    days = first // 86400 * 86400
    received = rows.time("received_at")
    begun: Bools = ~np.isnat(received) & (received.astype(np.int64) >= days[rows.sheet.owner])
    return begun


def asked(view: View, *kinds: str) -> Bools:
    """Complaints that are not over, and those received since the register notes items of ``kinds``.

    None where the register has no columns for them: whoever adds the columns to a register of old is not told of every
    complaint that was closed before.
    """
    if not asks_facts(view):
        return np.zeros(len(view.complaints), bool)
    return view.complaint & (~view.finished | since(view, *(kinds or NEW_KINDS)))


def verified(view: View) -> Bools:
    """Complaints of which something was verified: an item of that kind that is done, and found something out."""
    items = view.items
    done = items.given("done_at") | items.says("result", "done")
    return view.has_item(items.says("item_kind", "verification") & done & ~items.says("result", *FRUITLESS))
