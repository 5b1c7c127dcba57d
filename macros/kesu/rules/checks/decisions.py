"""Consistency of what was decided: the option taken, going up, paying beyond one's authority, how much a complaint weighs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.register.sameness import customer_keys
from kesu.rules.checks.asked import asked, asks_facts
from kesu.rules.checks.facts import ANSWERED
from kesu.rules.checks.registry import Cells, Example, both, check, item
from kesu.rules.weight import called, proposed
from kesu.words.text import Text, listed

if TYPE_CHECKING:
    from kesu.rules.checks.view import Bools, View

REASON: Final = (
    "因为|由于|鉴于|考虑到|所以|因此|以便|为了|避免|免得|免去|理由|原因|选定[：:]|选它|客户.{0,6}(?:同意|接受|认可|要求|想要|希望|愿意|选|满意|方便|认同|倾向)"
    "|符合|按.{0,10}(?:规定|政策|标准|条款|合同)|依据|根据|[更最较]|只有|唯一|不用|无需|不必|当天|当日|一次办|省|划算|权限|授权|安全"
    r"|\b(?:because|since|as (?:it|the|this|he|she|they)|so (?:that|the|he|she|they)|in order|due to|owing to|therefore|hence|reasons?|why|chosen:|avoids?|saves?|spares?|without|"
    "(?:customer|client|caller|she|he|they)(?: has| have)? (?:agree[sd]?|accept(?:s|ed)?|prefer(?:s|red)?|want(?:s|ed)?|ask(?:s|ed)|wishe[sd]|chose|likes?|happy)|preferred by|agreed (?:with|by)|"
    "in line with|complies|according to|under (?:the )?(?:warranty|policy|contract)|within (?:authority|policy|budget|warranty)|only (?:one|option|way)|"
    r"cheap(?:er|est)?|fast(?:er|est)?|quick(?:er|est)?|soon(?:er|est)|best|better|safe(?:r|st)?|least|lowest|less|fewer|easi(?:er|est)|simpl(?:er|est)|same day|one visit|at once)\b"
)
"""How people say why one option and not another."""


@check(
    "two_options_chosen", "warning", "consistency", ("chosen", "item_kind", "what"),
    Text("选定了不止一个方案", "More than one option chosen"),
    Text("“{what}”填“{value}”，同一件投诉却已有另一个方案选定。只留一个，其余改为“{yes_no__no}”。",
         "“{what}” says “{value}”, but another option of the same complaint is chosen already. Keep one and set the others to “{yes_no__no}”."),
    sheet="items",
    breaks=item({"item_kind": "option", "chosen": "yes"}, {"item_kind": "option", "chosen": "yes"}),
    keeps=item({"item_kind": "option", "chosen": "yes"}, {"item_kind": "option", "chosen": "no"}),
)  # fmt: skip
def two_options_chosen(view: View) -> Bools:
    items, found = view.items, np.zeros(len(view.items), bool)
    chosen = np.flatnonzero(
        items.says("item_kind", "option") & items.says("chosen", "yes") & (view.item_codes >= 0)
    )
    found[chosen] = pd.Series(view.item_codes[chosen]).duplicated().to_numpy()
    return found


_CHOSEN: Final[dict[str, str | None]] = {
    "item_kind": "option", "question": "", "chosen": "yes", "what": "换一台新的 / Exchange it",
}  # fmt: skip


@check(
    "choice_without_reason", "info", "completeness", ("what", "item_kind", "chosen"),
    Text("选了方案，没写为什么", "An option chosen, nobody says why"),
    Text("选定的方案只写了“{value}”，没写为什么选它。请在“内容”里写明理由，如“客户同意，当天能办”，或加一行“{item_kind__decision}”。",
         "The option chosen says only “{value}”, not why it was taken. Put the reason under “What”, such as “the customer agrees, done the "
         "same day”, or add a “{item_kind__decision}”."),
    sheet="items",
    breaks=item(_CHOSEN, *ANSWERED), keeps=item(*ANSWERED, _CHOSEN | {"what": "换一台新的：客户同意 / Exchange it, quickest"}),
    words=True,
)  # fmt: skip
def choice_without_reason(view: View) -> Bools:
    items = view.items
    chosen = items.says("item_kind", "option") & items.says("chosen", "yes") & items.blank("basis")
    decided = view.has_item(items.says("item_kind", "decision"))
    chosen &= view.items_of(asked(view) & ~decided)
    return chosen & ~items.contains("what", REASON, chosen, case=False)


_UP: Final[dict[str, str | None]] = {
    "item_kind": "escalation", "question": "", "what": "客户要找媒体，超出本岗权限 / Means to go to the press, beyond the desk",
    "noted_at": "2026-10-08 09:30:00", "started_at": "2026-10-08 09:30:40",
}  # fmt: skip


@check(
    "escalation_unreasoned", "info", "completeness", ("escalated_to", "kind"),
    Text("升级了，没写原因和时间", "Escalated, nobody says why and when"),
    Text("已升级到“{value}”，事项里却没有“{item_kind__escalation}”。请加一行：内容写原因，记录时间写何时决定，开始时间写何时报上去。",
         "It was escalated to “{value}”, but no “{item_kind__escalation}” is among the items. Add one: why under “What”, when it was decided "
         "under “Noted at”, when it went up under “Started at”."),
    breaks=item({"question": ""}, escalated_to="internal"), keeps=item(_UP, escalated_to="internal"),
)  # fmt: skip
def escalation_unreasoned(view: View) -> Bools:
    up = view.has_item(view.items.says("item_kind", "escalation", "transfer"))
    return view.complaints.given("escalated_to") & asked(view) & ~up


@check(
    "escalation_untimed", "warning", "completeness", ("started_at", "noted_at", "item_kind", "what"),
    Text("升级没有写全时间", "An escalation without its times"),
    Text("“{what}”是“{item_kind__escalation}”，却没有写全何时决定（记录时间“{noted_at}”）、何时报上去（开始时间“{started_at}”）。请补上。",
         "“{what}” is an “{item_kind__escalation}”, but when it was decided (noted at “{noted_at}”) and when it went up (started at "
         "“{started_at}”) are not both there. Fill them in."),
    sheet="items", breaks=item(_UP | {"started_at": ""}), keeps=item(_UP),
)  # fmt: skip
def escalation_untimed(view: View) -> Bools:
    items = view.items
    return items.says("item_kind", "escalation") & (items.blank("started_at") | items.blank("noted_at"))


_AUTHORITY: Final = (("Limit", "Value", "Note"), ("Amount one may decide alone", "500", ""))


@check(
    "paid_without_approval", "warning", "completeness", ("compensation_paid", "owner", "kind"),
    Text("赔付超过权限，没有别人批准", "Paid beyond one's authority"),
    Text("赔付 {value}，超过一人可定的 {limit}，除责任人“{owner}”外没有人批准（事项里批准的：{who}）。请由别人批准，加一行“{item_kind__approval}”。",
         "{value} was paid, more than the {limit} that one may decide alone, and nobody but the owner “{owner}” approved it (approved by: "
         "{who}). Have somebody else approve it and add an “{item_kind__approval}”."),
    breaks=Example(({"compensation_claimed": "800", "compensation_paid": "501"},), settings=_AUTHORITY),
    keeps=Example(({"compensation_claimed": "800", "compensation_paid": "500"},), settings=_AUTHORITY),
)  # fmt: skip
def paid_without_approval(view: View) -> list[Cells]:
    """Who approves is the owner of the item, else who noted it down."""
    limit, rows = view.limit("authority_amount"), view.complaints
    if not limit > 0:
        return []
    over = view.complaint & (rows.number("compensation_paid") > limit)
    items, parent = view.items, view.register.parent
    approved = items.says("item_kind", "approval") & (items.given("done_at") | items.says("result", "done"))
    approved &= ~items.says("result", "declined", "cancelled", "failed") & (parent >= 0)
    at = np.flatnonzero(approved & view.items_of(over)) if over.any() else np.zeros(0, np.int64)
    who = items.data["owner"].iloc[at].fillna(items.data["noted_by"].iloc[at])
    owner = rows.data["owner"].iloc[parent[at]]
    others = (customer_keys(who).fillna("").to_numpy() != customer_keys(owner).fillna("").to_numpy()) & (
        who.notna().to_numpy()
    )
    by_others = np.zeros(len(rows), bool)
    by_others[parent[at[others]]] = True
    found = np.flatnonzero(over & ~by_others)
    named = {int(one): name for one, name in zip(parent[at], who.fillna(""), strict=True)}
    said = [named.get(one) or "–" for one in found.tolist()]
    return [Cells("register", found, "compensation_paid", fills={"limit": f"{limit:g}", "who": said})]


@check(
    "weighs_more", "info", "consistency", ("severity", "scope", "customer_account", "kind"),
    Text("比登记的更重", "Weighs more than noted"),
    Text("严重程度是“{value}”，但{why}，建议评为“{proposed}”。请重新评定，时限随之改变；不改也请写明理由。",
         "The severity is “{value}”, but {why}; “{proposed}” is proposed. Judge it anew, the deadlines depend on it; if it stays, say why."),
    breaks=item({"question": ""}, scope="widespread"), keeps=item({"question": ""}, scope="several"),
)  # fmt: skip
def weighs_more(view: View) -> list[Cells]:
    """On complaints that are still open; the cell is never changed."""
    if not asks_facts(view):
        return []
    level, reasons = proposed(view.register)
    rows = np.flatnonzero(view.open & (level > 0))
    why = np.array([mask[rows] for mask in reasons.values()])
    codes = (why.T << np.arange(len(why))).sum(axis=1).tolist() if len(rows) else []
    said = {
        code: both(listed([words for at, words in enumerate(reasons) if code >> at & 1]))
        for code in set(codes)
    }
    fills = {
        "why": [said[code] for code in codes],
        "proposed": [both(called(view.register, at)) for at in level[rows].tolist()],
    }
    return [Cells("register", rows, "severity", fills=fills)]
