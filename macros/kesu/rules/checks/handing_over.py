"""Calls that rang too long, transfers and escalations that started late, hand-overs after which the customer begins anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from kesu.rules.checks.asked import asks_facts
from kesu.rules.checks.registry import Cells, check, item, lacking
from kesu.rules.days import whole_days
from kesu.rules.handover import OWN, PARTS
from kesu.rules.handover import lacking as said_too_little
from kesu.words.text import Text

if TYPE_CHECKING:
    from kesu.rules.checks.view import Bools, View

WHOLE: Final = "客户张三：手机充不进电，已安排检测 / Customer Zhang San: does not charge, inspection arranged"

_PASSED: Final[dict[str, str | None]] = {
    "item_kind": "transfer", "question": "", "what": WHOLE,
    "noted_at": "2026-10-08 09:30:00", "started_at": "2026-10-08 09:31:00",
}  # fmt: skip


@check(
    "transfer_without_facts", "warning", "completeness", ("what", "item_kind"),
    Text("转办缺少接手所需的信息", "A transfer without what the next person needs"),
    Text("转办写的是“{value}”，没有写明{missing}，接手的人还得让客户重说一遍。请补上。",
         "The transfer says “{value}”; it does not name {missing}, so the customer will have to say it all again. Add it."),
    sheet="items",
    breaks=item({"item_kind": "transfer", "what": "请处理"}), keeps=item({"item_kind": "transfer", "what": WHOLE}),
    words=True,
)  # fmt: skip
def transfer_without_facts(view: View) -> list[Cells]:
    """In registers of old, which were never asked for so much, only transfers that say nothing at all."""
    items, parent = view.items, view.register.parent
    rows = np.flatnonzero(items.says("item_kind", "transfer") & items.given("what") & (parent >= 0))
    lacks = {part: np.zeros(len(items), bool) for part in PARTS}
    if not len(rows):
        return []
    complaints = view.register.complaints.data[[key for keys in OWN.values() for key in keys]]
    found = said_too_little(items.data["what"].iloc[rows], complaints.iloc[parent[rows]])
    told = np.full(len(rows), asks_facts(view)) | np.all(list(found.values()), axis=0)
    for part, mask in found.items():
        lacks[part][rows] = mask & told
    return [lacking("items", "what", {PARTS[part]: mask for part, mask in lacks.items()})]


@check(
    "started_late", "info", "timeliness", ("started_at", "noted_at", "item_kind", "what"),
    Text("转办或升级启动得晚", "A transfer or escalation started late"),
    Text("“{what}” {noted_at} 决定，{value} 才开始，过了 {took} 秒，界限是 {limit} 秒。请查明为什么；时间写错的请改正。",
         "“{what}” was decided at {noted_at} and started only at {value}, {took} s later; the limit is {limit} s. Find out why; correct "
         "the times if they are wrong."),
    sheet="items",
    breaks=item(_PASSED | {"started_at": "2026-10-08 09:31:01"}), keeps=item(_PASSED),
)  # fmt: skip
def started_late(view: View) -> list[Cells]:
    if not asks_facts(view):
        return []
    items, limit = view.items, view.limit("start_seconds")
    decided, started = items.time("noted_at"), items.time("started_at")
    rows = np.flatnonzero(items.says("item_kind", "transfer", "escalation") & (started > decided))
    took = (started[rows] - decided[rows]).astype("timedelta64[s]").astype(np.int64)
    dates = whole_days(decided[rows].astype(np.int64)) | whole_days(started[rows].astype(np.int64))
    late = (took > limit) & ~dates
    fills = {"took": [str(seconds) for seconds in took[late].tolist()], "limit": f"{limit:g}"}
    return [Cells("items", rows[late], "started_at", fills=fills)]


@check(
    "answered_late", "info", "timeliness", ("answered_after_seconds", "kind"),
    Text("电话响得太久", "A call that rang too long"),
    Text("这通电话响了 {value} 秒才接，界限是 {limit} 秒。请向客户致歉，并查明当时为什么没人接；数字写错的请改正。",
         "This call rang {value} s before it was answered; the limit is {limit} s. Apologise to the customer and find out why nobody "
         "answered; correct the number if it is wrong."),
    breaks=item({"question": ""}, answered_after_seconds="16"), keeps=item({"question": ""}, answered_after_seconds="15"),
)  # fmt: skip
def answered_late(view: View) -> list[Cells]:
    if not asks_facts(view):
        return []
    limit = view.limit("ring_seconds")
    late: Bools = view.complaint & (view.complaints.number("answered_after_seconds") > limit)
    return [Cells("register", np.flatnonzero(late), "answered_after_seconds", fills={"limit": f"{limit:g}"})]
