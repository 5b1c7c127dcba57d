"""Wording: what should not stand in a register, found by the team's word lists (Settings)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from kesu.rules.checks.registry import Cells, SheetKey, check, item, row
from kesu.words.text import Text

if TYPE_CHECKING:
    from kesu.rules.checks.view import Bools, View


WORDS_IN: Final = {
    "verbatim": ("judgement", "claim"),
    "details": ("claim",),
    "involved_staff": ("judgement",),
    "involved_departments": ("judgement",),
    "measures_taken": ("fault",),
    "commitments": ("vague", "fault"),
    "what": ("vague",),
}
"""Column → the word lists looked for in it."""


def _said(view: View, name: str, sheet: SheetKey = "register", where: Bools | None = None) -> list[Cells]:
    """Cells that say something of the word list ``name``, with what was found in the place ``{words}``.

    All the lists of a column are looked for at once: to read a long text twice takes longer than to look for more.
    """
    rows = view.rows(sheet)
    found = []
    for key in (key for key, names in WORDS_IN.items() if name in names and key in rows.columns):
        anything = "|".join(filter(None, (view.words[each].coarse for each in WORDS_IN[key])))
        maybe = np.flatnonzero(rows.contains(key, anything, where, case=False))
        matches = [view.words[name].exact.search(text) for text in rows.data[key].iloc[maybe].tolist()]
        hits = maybe[np.array([match is not None for match in matches], dtype=bool)]
        found.append(Cells(sheet, hits, key, places={"words": [match[0] for match in matches if match]}))
    return found


@check(
    "vague_promise", "warning", "validity", ("commitments", "what", "item_kind"),
    Text("含糊的承诺", "A vague promise"),
    Text("“{label}”写着“{words}”：“{value}”。客户不知道要等到何时，请改成具体时间。",
         "“{label}” says “{words}”: “{value}”. The customer cannot tell how long to wait; give a time instead."),
    breaks=item({"item_kind": "commitment", "due_at": "2026-10-09 12:00:00"}, commitments="尽快回电 / call soon"),
    keeps=item({"item_kind": "commitment", "due_at": "2026-10-09 12:00:00"}, commitments="周五 12 点前回电"),
)  # fmt: skip
def vague_promise(view: View) -> list[Cells]:
    promises = view.items.says("item_kind", "commitment")
    return _said(view, "vague") + _said(view, "vague", "items", promises)


@check(
    "judgement_in_record", "warning", "validity", ("verbatim", "involved_staff", "involved_departments"),
    Text("记录里评判客户或归咎于人", "Judgement or blame in the record"),
    Text("“{label}”里有评判的话“{words}”：“{value}”。请照录客户的话，客观记录，不下结论。",
         "“{label}” contains the judging words “{words}”: “{value}”. Write down what the customer said, without judgement "
         "or blame."),
    breaks=row(verbatim="客户无理取闹"), keeps=row(verbatim="A familiar problem, says the customer"),
)  # fmt: skip
def judgement_in_record(view: View) -> list[Cells]:
    return _said(view, "judgement")


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
    unverified = rows.blank("responsibility") | rows.says("responsibility", "pending")
    return _said(view, "fault", where=unverified)


@check(
    "claim_in_text", "warning", "consistency", ("verbatim", "details", "compensation_claimed"),
    Text("索赔写在描述里", "A money claim hidden in the text"),
    Text("“{label}”里提到“{words}”：“{value}”，但“索赔金额”是空的。请把金额填到“索赔金额”。",
         "“{label}” mentions “{words}”: “{value}”, but “Compensation claimed” is empty. Enter the amount there."),
    breaks=row(verbatim="要求赔偿 500 元"), keeps=row(verbatim="要求赔偿 500 元", compensation_claimed="500"),
)  # fmt: skip
def claim_in_text(view: View) -> list[Cells]:
    return _said(view, "claim", where=view.complaints.blank("compensation_claimed"))
