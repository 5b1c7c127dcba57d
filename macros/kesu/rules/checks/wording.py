"""Wording: what should not stand in a register, found by the team's word lists (Settings)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from kesu.register.settings import MONEY
from kesu.register.text import Text
from kesu.rules.checks._registry import Cells, SheetKey, check, item, row
from kesu.rules.checks._view import Words

if TYPE_CHECKING:
    from kesu.rules.checks._view import Bools, View


class _Claim:
    """Claims for money. ``coarse`` are the same patterns with the classes spelt out, for the fast engine."""

    coarse = "|".join(MONEY)
    for short, spelt in ((r"\D", "[^0-9]"), (r"\d", "[0-9]"), (r"\s", "[ \t\n]"), (r"\w", "[a-z]")):
        coarse = coarse.replace(short, spelt)
    exact = re.compile("|".join(MONEY), re.IGNORECASE)


def _said(
    view: View, sheet: SheetKey, key: str, words: Words | type[_Claim], where: Bools | None = None
) -> Cells:
    """Cells that say ``words``, with what was found in the place ``{words}``."""
    rows = view.rows(sheet)
    maybe = np.flatnonzero(rows.contains(key, words.coarse, where, case=False))
    texts = rows.data[key].iloc[maybe].tolist()
    matches = [words.exact.search(text) for text in texts]
    found = maybe[[match is not None for match in matches]] if texts else maybe
    return Cells(sheet, found, key, places={"words": [match[0] for match in matches if match]})


@check(
    "vague_promise", "warning", "validity", ("commitments", "what", "item_kind"),
    Text("含糊的承诺", "A vague promise"),
    Text("“{label}”写着“{words}”：“{value}”。客户不知道要等到何时，请改成具体时间。",
         "“{label}” says “{words}”: “{value}”. The customer cannot tell how long to wait; give a time instead."),
    breaks=item({"item_kind": "commitment", "due_at": "2026-10-09 12:00:00"}, commitments="尽快回电 / call soon"),
    keeps=item({"item_kind": "commitment", "due_at": "2026-10-09 12:00:00"}, commitments="周五 12 点前回电"),
)  # fmt: skip
def vague_promise(view: View) -> list[Cells]:
    vague = Words(view.register.settings.words.get("vague", ()))
    promises = view.items.says("item_kind", "commitment")
    return [_said(view, "register", "commitments", vague), _said(view, "items", "what", vague, promises)]


@check(
    "judgement_in_record", "warning", "validity", ("verbatim", "involved_staff", "involved_departments"),
    Text("记录里评判客户或归咎于人", "Judgement or blame in the record"),
    Text("“{label}”里有评判的话“{words}”：“{value}”。请照录客户的话，客观记录，不下结论。",
         "“{label}” contains the judging words “{words}”: “{value}”. Write down what the customer said, without judgement "
         "or blame."),
    breaks=row(verbatim="客户无理取闹"), keeps=row(verbatim="A familiar problem, says the customer"),
)  # fmt: skip
def judgement_in_record(view: View) -> list[Cells]:
    judging = Words(view.register.settings.words.get("judgement", ()))
    return [
        _said(view, "register", key, judging)
        for key in ("verbatim", "involved_staff", "involved_departments")
    ]


@check(
    "fault_before_verification", "warning", "consistency",
    ("measures_taken", "commitments", "responsibility"),
    Text("未核实先认错", "Fault admitted before it was verified"),
    Text("“{label}”里写了“{words}”：“{value}”，责任归属却还没有核实（“{responsibility}”）。请先核实，再认定责任。",
         "“{label}” says “{words}”: “{value}”, yet responsibility is not verified (“{responsibility}”). Verify the facts "
         "before admitting fault."),
    breaks=row(measures_taken="已告知客户是我们的错 / our fault", responsibility="pending"),
    keeps=row(measures_taken="已告知客户是我们的错 / our fault", responsibility="internal"),
)  # fmt: skip
def fault_before_verification(view: View) -> list[Cells]:
    rows = view.complaints
    fault = Words(view.register.settings.words.get("fault", ()))
    unverified = rows.blank("responsibility") | rows.says("responsibility", "pending")
    return [_said(view, "register", key, fault, unverified) for key in ("measures_taken", "commitments")]


@check(
    "claim_in_text", "warning", "consistency", ("verbatim", "details", "compensation_claimed"),
    Text("索赔写在描述里", "A money claim hidden in the text"),
    Text("“{label}”里提到“{words}”：“{value}”，但“索赔金额”是空的。请把金额填到“索赔金额”。",
         "“{label}” mentions “{words}”: “{value}”, but “Compensation claimed” is empty. Enter the amount there."),
    breaks=row(verbatim="要求赔偿 500 元"), keeps=row(verbatim="要求赔偿 500 元", compensation_claimed="500"),
)  # fmt: skip
def claim_in_text(view: View) -> list[Cells]:
    unclaimed = view.complaints.blank("compensation_claimed")
    return [_said(view, "register", key, _Claim, unclaimed) for key in ("verbatim", "details")]
