"""Consistency: complaints that belong together name each other by number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kesu.rules.checks.registry import Example, check, item
from kesu.rules.linked import linked_positions
from kesu.words.text import Text

if TYPE_CHECKING:
    from kesu.rules.checks.view import Bools, View


@check(
    "link_nowhere", "warning", "consistency", ("what", "item_kind", "complaint_id"),
    Text("关联的投诉不存在", "A linked case that is not there"),
    Text("“{item_kind__link}”写的是“{value}”，登记表里没有这个编号的另一件投诉。请在“内容”里先写另一件投诉的编号。",
         "The “{item_kind__link}” says “{value}”, but the register has no other complaint of that number. Under “What” put the number of the "
         "other complaint first."),
    sheet="items",
    breaks=item({"item_kind": "link", "what": "K-001"}),
    keeps=Example(
        ({"complaint_id": "K 17"}, {"complaint_id": "K-002"}), ({"item_kind": "link", "question": "", "complaint_id": "K-002", "what": "K17，同一片区 / same area"},)
    ),
    words=True,
)  # fmt: skip
def link_nowhere(view: View) -> Bools:
    items, found = view.items, np.zeros(len(view.items), bool)
    rows = np.flatnonzero(items.says("item_kind", "link") & items.given("what") & (view.register.parent >= 0))
    found[rows[linked_positions(view.register, rows) < 0]] = True
    return found
