"""Wording: what should not stand in a register, and what a customer said that should stand elsewhere too.

Found by the team's word lists (Settings) and by the phrasings that kesu ships beside them (`kesu.rules.phrases`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from kesu.register.search import contains
from kesu.rules.checks.asked import asked, verified
from kesu.rules.checks.registry import Cells, SheetKey, check, item, row
from kesu.rules.checks.sayings import LISTS
from kesu.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from kesu.rules.checks.view import Bools, Ints, View

ITEM_KINDS: Final = {
    "customer": ("demand",),
    "promise": ("commitment",),
    "work": ("option", "action", "contact", "hold", "transfer", "escalation", "decision", "due_change"),
}
"""Kind of text → kinds of items whose content is such a text."""


def _texts(
    view: View, name: str, complaints: Bools | None = None
) -> Iterator[tuple[SheetKey, str, str, Ints, pd.Series]]:
    """Texts that say something of the list ``name``, on rows and items of ``complaints``: where, and which."""
    for (sheet, key), kinds in LISTS.items():
        for kind, names in kinds.items():
            if name not in names or key not in view.rows(sheet).data:
                continue
            where = complaints
            if sheet == "items":
                where = view.items.says("item_kind", *ITEM_KINDS[kind])
                where &= view.items_of(complaints) if complaints is not None and where.any() else True
            rows, texts = view.sayings.found(name, sheet, key, kind, where)
            if len(rows):
                yield sheet, key, kind, rows, texts


def _said(view: View, name: str, complaints: Bools | None = None) -> list[Cells]:
    """Cells that say something of the list ``name``, with what was found in the place ``{words}``."""
    return [
        Cells(sheet, rows, key, fills={"words": view.sayings.words(texts, name, kind)})
        for sheet, key, kind, rows, texts in _texts(view, name, complaints)
    ]


def _claims(view: View, wanted: Bools, *, sums: bool) -> list[Cells]:
    """Claims for money on complaints ``wanted``: those that name a sum, or those that do not."""
    found = []
    for sheet, key, kind, rows, texts in _texts(view, "claim", wanted):
        if sheet == "items" and not sums:
            continue  # a demand is noted where it stands
        some = contains(texts, SUM, case=False) == sums
        words = view.sayings.words(texts[some], "claim", kind)
        found.append(Cells(sheet, rows[some], key, fills={"words": words}))
    return found


SUM: Final = (
    "[0-9一二两三四五六七八九十百千万][0-9一二两三四五六七八九十百千万.,]{0,12} ?(?:元|块|万|欧|美金|美元|pound|dollar|euro|bucks|quid|yuan|rmb|usd|gbp|eur)"
    "|[£$€¥￥] ?[0-9]"
)
"""A sum of money."""


@check(
    "vague_promise", "warning", "validity", ("commitments", "measures_taken", "solution", "what", "item_kind"),
    Text("含糊的承诺", "A vague promise"),
    Text("“{label}”写着“{words}”：“{value}”。客户不知道要等到何时，请改成具体时间。",
         "“{label}” says “{words}”: “{value}”. The customer cannot tell how long to wait; give a time instead."),
    breaks=item({"item_kind": "commitment", "due_at": "2026-10-09 12:00:00"}, commitments="尽快回电 / call soon"),
    keeps=item({"item_kind": "commitment", "due_at": "2026-10-09 12:00:00"}, commitments="尽快回电，周五 12 点前"),
)  # fmt: skip
def vague_promise(view: View) -> list[Cells]:
    return _said(view, "vague")


@check(
    "over_promise", "warning", "validity", ("commitments", "measures_taken", "solution", "what", "item_kind"),
    Text("过头的承诺", "A promise that nobody can keep"),
    Text("“{label}”写着“{words}”：“{value}”。以后的事谁也保证不了，请改成能办到、能查证的话：做什么、何时做完。",
         "“{label}” says “{words}”: “{value}”. Nobody can be sure of that; promise what can be done and checked: what, and by when."),
    breaks=item({"item_kind": "commitment", "due_at": "2026-10-09 12:00:00"}, commitments="保证绝不再发生 / it will never happen again"),
    keeps=item({"item_kind": "commitment", "due_at": "2026-10-09 12:00:00"}, commitments="不能保证不再发生，周五 12:00 前告知检测结果"),
)  # fmt: skip
def over_promise(view: View) -> list[Cells]:
    return _said(view, "overpromise")


@check(
    "money_promised", "warning", "consistency", ("commitments", "measures_taken", "what", "compensation_paid"),
    Text("答应给钱，却没有金额", "Money promised, none entered"),
    Text("“{label}”里答应了“{words}”：“{value}”，“赔付金额”却是空的。请先按权限审批，再把金额填到“赔付金额”。",
         "“{label}” promises “{words}”: “{value}”, but “Compensation paid” is empty. Have it approved first, then enter the amount there."),
    breaks=row(measures_taken="已答应赔客户500元 / agreed to pay £50 compensation"),
    keeps=row(measures_taken="客户要求赔 500 元，已报主管审批 / request for compensation submitted"),
)  # fmt: skip
def money_promised(view: View) -> list[Cells]:
    return _said(view, "money", view.complaints.blank("compensation_paid"))


@check(
    "judgement_in_record", "warning", "validity",
    ("verbatim", "details", "involved_staff", "involved_departments", "measures_taken", "root_cause", "solution", "lessons", "what"),
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
    ("measures_taken", "commitments", "solution", "what", "responsibility"),
    Text("未核实先认错", "Fault admitted before it was verified"),
    Text("“{label}”里写了“{words}”：“{value}”，却还没有核实：没有办完的“{item_kind__verification}”，或责任归属空白、“{responsibility__pending}”。请先核实，再认定责任。",
         "“{label}” says “{words}”: “{value}”, yet nothing is verified: no “{item_kind__verification}” is done, or responsibility is empty or "
         "“{responsibility__pending}”. Verify the facts before admitting fault."),
    breaks=row(measures_taken="已告知客户是我们的错 / our fault", responsibility="pending"),
    keeps=row(measures_taken="已告知客户是我们的错 / our fault", responsibility="internal"),
)  # fmt: skip
def fault_before_verification(view: View) -> list[Cells]:
    """Where a register verifies, until that is done; elsewhere while responsibility is open."""
    rows = view.complaints
    open_still = rows.blank("responsibility") | rows.says("responsibility", "pending")
    return _said(view, "fault", np.where(asked(view, "verification"), ~verified(view), open_still))


@check(
    "claim_in_text", "warning", "consistency", ("verbatim", "details", "what", "compensation_claimed"),
    Text("索赔写在描述里", "A money claim hidden in the text"),
    Text("“{label}”里提到“{words}”：“{value}”，但“索赔金额”是空的。请把金额填到“索赔金额”。",
         "“{label}” mentions “{words}”: “{value}”, but “Compensation claimed” is empty. Enter the amount there."),
    breaks=row(verbatim="要求赔偿 500 元"), keeps=row(verbatim="要求赔偿 500 元", compensation_claimed="500"),
)  # fmt: skip
def claim_in_text(view: View) -> list[Cells]:
    return _claims(view, view.complaints.blank("compensation_claimed"), sums=True)


@check(
    "claim_without_sum", "info", "completeness", ("verbatim", "details", "compensation_claimed", "expectation"),
    Text("客户要赔，没有记下", "A money claim that is noted nowhere"),
    Text("客户说“{words}”：“{value}”，“客户期望”里却没有赔偿，“索赔金额”也是空的。请补上；金额不清楚就问清楚。",
         "The customer says “{words}”: “{value}”, but no compensation stands under “Customer expects” and no amount under "
         "“Compensation claimed”. Enter them; ask where the amount is not clear."),
    breaks=row(verbatim="你们赔我！"), keeps=row(verbatim="你们赔我！", expectation="compensation"),
)  # fmt: skip
def claim_without_sum(view: View) -> list[Cells]:
    rows = view.complaints
    noted = rows.contains("expectation", "compensation")
    return _claims(view, rows.blank("compensation_claimed") & ~noted & view.complaint, sums=False)


@check(
    "escalation_threat", "info", "consistency", ("verbatim", "details", "what", "emotional_state", "escalated_to", "status"),
    Text("客户扬言升级", "The customer threatens to escalate"),
    Text("客户说“{words}”：“{value}”，“情绪状态”却不是“{emotional_state__furious}”，“升级去向”也是空的。请告知主管，重新评定严重程度，并补上。",
         "The customer says “{words}”: “{value}”, yet the emotional state is not “{emotional_state__furious}” and “Escalated to” is "
         "empty. Tell the supervisor, judge the severity anew and enter it."),
    breaks=row(verbatim="再不解决我就打12315"), keeps=row(verbatim="再不解决我就打12315", emotional_state="furious"),
)  # fmt: skip
def escalation_threat(view: View) -> list[Cells]:
    """On complaints that are still open: on others nobody can act on it."""
    rows = view.complaints
    noted = rows.says("emotional_state", "furious") | rows.given("escalated_to")
    return _said(view, "threat", view.open & ~noted)


CASH: Final = (
    "现金[^，。；,;]{0,6}退|退[^，。；,;]{0,8}现金|现金返还"
    "|refund[a-z]{0,2}[^.;]{0,24} in cash|cash refund|money back[^.;]{0,12} in cash|paid? back[^.;]{0,12} in cash"
)
"""A refund in cash."""
ROUTE: Final = (
    "账户|帐户|账号|原路|原支付|银行卡|微信|支付宝|转账|不便|现金(?:支付|付款|缴|交)|(?:不|未|没有?|非)(?:能|可|再)?[^，。；,;]{0,4}现金"
    "|account|card|transfer|paid (?:in )?cash|paid [^.;]{0,16}in cash for|(?:not|no|never|n't)[^.;]{0,24} cash"
)
"""What says that the account was thought of, that the customer had paid in cash, or that it is no refund in cash."""


@check(
    "cash_before_account", "info", "consistency", ("solution", "remedy"),
    Text("退现金，没有说明为什么不退账户", "A refund in cash without a word about the account"),
    Text("“解决方案”要退现金：“{value}”。退款先退到付款的账户，不便时才退现金；请改为退到账户，或写明为什么退不了。",
         "The solution refunds in cash: “{value}”. A refund goes to the account that paid, and in cash only where that does not "
         "serve. Refund to the account, or say why that cannot be."),
    breaks=row(solution="明天退客户现金 200 元 / refund of 20 in cash", remedy="refund"),
    keeps=row(solution="客户当时是现金付款，退现金 200 元", remedy="refund"),
)  # fmt: skip
def cash_before_account(view: View) -> list[Cells]:
    rows = view.complaints
    wanted = view.complaint & rows.contains("remedy", "refund")
    cash = rows.contains("solution", CASH, wanted, case=False)
    return [
        Cells(
            "register", np.flatnonzero(cash & ~rows.contains("solution", ROUTE, cash, case=False)), "solution"
        )
    ]
