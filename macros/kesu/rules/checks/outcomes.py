"""How it ended with the customer: closed though nobody was reached or the customer is not content, and tries that say too little."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from kesu.register.codes import label_of
from kesu.rules.checks.registry import CLOSED, Cells, check, item
from kesu.rules.checks.registry import row as one
from kesu.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kesu.rules.checks.view import Bools, View

_CALL: Final[Mapping[str, str | None]] = {
    "item_kind": "contact",
    "for_target": "callback",
    "what": "回访 / call-back",
}
_MISSED: Final = {**_CALL, "result": "failed"}
_SILENT: Final = CLOSED | {"callback_reached": "no", "satisfaction": ""}
_DECISION: Final[Mapping[str, str | None]] = {
    "item_kind": "decision", "what": "已无可再做，照此结案 / nothing more can be done", "noted_at": "2026-10-08 17:00:00",
}  # fmt: skip


@check(
    "closed_unreached", "warning", "completeness", ("status", "called_back_at", "kind"),
    Text("没联系上客户就结案", "Closed without reaching the customer"),
    Text("状态为“{value}”，回访却没有联系上客户，只试过 {tries} 次（设置为 {limit} 次，相隔不到 {gap} 小时的不另算）。请再试；不再试的，由负责人在事项表加一行“{item_kind__decision}”，写明理由。",
         "The status is “{value}”, but no call-back reached the customer: tried {tries} of {limit} times (Settings; less than {gap} h apart counts once). Try again; to leave it "
         "at that, add a “{item_kind__decision}” to the Items sheet, with name and reason."),
    breaks=item({**_MISSED, "done_at": "2026-10-08 16:00:00"}, **_SILENT),
    keeps=item(
        {**_MISSED, "done_at": "2026-10-06 16:00:00"}, {**_MISSED, "done_at": "2026-10-07 16:00:00"},
        {**_MISSED, "done_at": "2026-10-08 16:00:00"}, **_SILENT,
    ),
)  # fmt: skip
def closed_unreached(view: View) -> list[Cells]:
    found = view.outcomes
    closed = view.complaint & view.complaints.says("status", "closed")
    rows = np.flatnonzero(closed & found.unreached & ~found.given_up)
    tries = [str(n) for n in found.apart[rows].tolist()]
    limit, gap = (f"{view.limit(key):g}" for key in ("callback_tries", "callback_gap_hours"))
    return [Cells("register", rows, "status", fills={"tries": tries, "limit": limit, "gap": gap})]


@check(
    "closed_dissatisfied", "warning", "consistency", ("status", "satisfaction", "kind"),
    Text("客户不满意就结案", "Closed although the customer is dissatisfied"),
    Text("状态为“{value}”，客户最后的回答却是“{answer}”。请重新处理，谈妥后再回访；谈不拢的，由负责人在事项表加一行“{item_kind__decision}”，写明理由。",
         "The status is “{value}”, but the customer's last answer was “{answer}”. Take it up again and call back; failing that, add a "
         "“{item_kind__decision}” to the Items sheet, with name and reason."),
    breaks=one(**CLOSED | {"satisfaction": "very_dissatisfied"}),
    keeps=item(_DECISION, **CLOSED | {"satisfaction": "very_dissatisfied"}),
)  # fmt: skip
def closed_dissatisfied(view: View) -> list[Cells]:
    found, register = view.outcomes, view.register
    closed = view.complaint & view.complaints.says("status", "closed")
    rows = np.flatnonzero(closed & found.dissatisfied)
    codes = register.settings.codes["satisfaction"]
    answers = [label_of(codes, key, register.lang) for key in found.answer[rows].tolist()]
    return [Cells("register", rows, "status", fills={"answer": answers})]


@check(
    "decision_without_reason", "warning", "completeness", ("item_kind", "what", "noted_by", "owner"),
    Text("决定没有写谁定的、为什么", "A decision without name and reason"),
    Text("这个“{value}”没有写由谁作出，或没有写理由，不算数。请补上。",
         "This “{value}” does not say who made it, or why; it does not count. Add both."),
    sheet="items",
    breaks=item({**_DECISION, "noted_by": "", "owner": ""}), keeps=item({**_DECISION, "noted_by": ""}),
)  # fmt: skip
def decision_without_reason(view: View) -> Bools:
    items = view.items
    nobody = items.blank("owner") & items.blank("noted_by")
    return items.says("item_kind", "decision") & (nobody | items.blank("what"))


@check(
    "callback_not_last", "info", "consistency", ("called_back_at", "kind"),
    Text("回访列不是最后一次", "The columns do not show the last call-back"),
    Text("最后一次回访是 {last}（事项），这一格却是“{value}”。请把回访时间、回访成功和满意度改成最后一次的。",
         "The last call-back was {last} (Items), but this cell says “{value}”. Put time, reached and satisfaction of the last one here."),
    breaks=item({**_CALL, "done_at": "2026-10-08 16:30:00", "satisfaction": "satisfied"}, **CLOSED),
    keeps=item({**_CALL, "done_at": "2026-10-08 16:00:00", "satisfaction": "satisfied"}, **CLOSED),
)  # fmt: skip
def callback_not_last(view: View) -> list[Cells]:
    last, called = view.outcomes.last_try.astype("datetime64[s]"), view.complaints.time("called_back_at")
    minute = "datetime64[m]"
    rows = np.flatnonzero(view.complaint & (last.astype(minute) > called.astype(minute)))
    words = np.datetime_as_string(last[rows], unit="m").tolist()
    return [
        Cells("register", rows, "called_back_at", fills={"last": [word.replace("T", " ") for word in words]})
    ]
