"""Completeness of what handling leaves behind: answers, the customer's confirmation, follow-up, settled demands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kesu.rules.checks.registry import CLOSED, Cells, check, item, row
from kesu.rules.facts import SETTLED
from kesu.words.text import Text

if TYPE_CHECKING:
    from kesu.rules.checks.view import Bools, View


@check(
    "closed_with_open_demand", "error", "consistency", ("status", "kind"),
    Text("还有诉求未办结就结案", "Closed with an open demand"),
    Text("状态为“{value}”，但诉求“{demand}”还没有办结。请办结并填写结果，或把状态改回处理中。",
         "The status is “{value}”, but the demand “{demand}” is still open. Settle it and enter the result, or set the "
         "status back."),
    breaks=item({"item_kind": "demand", "what": "退还话费 / refund"}, **CLOSED),
    keeps=item({"item_kind": "demand", "result": "declined"}, **CLOSED),
)  # fmt: skip
def closed_with_open_demand(view: View) -> list[Cells]:
    items = view.items
    unsettled = items.says("item_kind", "demand") & ~items.given("done_at") & ~items.says("result", *SETTLED)
    if not unsettled.any():
        return []
    first = view.first_item(unsettled)
    rows = np.flatnonzero(view.complaint & view.finished & (first >= 0))
    demands = items.data["what"].iloc[first[rows]].fillna("").tolist()
    return [Cells("register", rows, "status", fills={"demand": demands})]


@check(
    "closed_without_confirmation", "error", "completeness", ("status", "customer_agreed", "kind"),
    Text("客户未确认就结案", "Closed without the customer's confirmation"),
    Text("状态为“{value}”，但“客户同意”没有填“{yes_no__yes}”（现为“{customer_agreed}”）。请先得到客户确认再结案。",
         "The status is “{value}”, but “Customer agreed” is not “{yes_no__yes}” (it says “{customer_agreed}”). Get the customer's "
         "confirmation before closing."),
    breaks=row(**CLOSED | {"customer_agreed": "no"}), keeps=row(**CLOSED),
)  # fmt: skip
def closed_without_confirmation(view: View) -> Bools:
    rows, found = view.complaints, view.outcomes
    excused = found.overruled | (rows.blank("customer_agreed") & found.given_up)  # nobody there to ask
    unconfirmed = ~(rows.says("customer_agreed", "yes") | excused)
    return view.complaint & rows.says("status", "closed") & unconfirmed


@check(
    "closed_without_callback", "warning", "completeness", ("status", "called_back_at", "kind"),
    Text("未回访就结案", "Closed without a call-back"),
    Text("状态为“{value}”，但没有“回访时间”。请回访客户并填写时间，再结案。",
         "The status is “{value}”, but “Called back at” is empty. Call the customer back, enter the time, then close."),
    breaks=row(**CLOSED | {"called_back_at": "", "satisfaction": ""}), keeps=row(**CLOSED),
)  # fmt: skip
def closed_without_callback(view: View) -> Bools:
    rows = view.complaints
    untried: Bools = rows.blank("called_back_at") & (view.outcomes.tries == 0)
    return view.complaint & rows.says("status", "closed") & untried


@check(
    "closed_without_solution", "warning", "completeness", ("solution", "remedy", "status", "kind"),
    Text("结案时没有解决方案", "Finished without a solution"),
    Text("状态为“{status}”，但“解决方案”和“处理方式”都是空的。请写明怎样解决。",
         "The status is “{status}”, but “Solution” and “Remedy” are both empty. Say how it was solved."),
    breaks=row(**CLOSED | {"solution": "", "remedy": ""}), keeps=row(**CLOSED | {"solution": ""}),
)  # fmt: skip
def closed_without_solution(view: View) -> Bools:
    rows = view.complaints
    return view.complaint & view.finished & rows.blank("solution") & rows.blank("remedy")


@check(
    "closed_without_cause", "info", "completeness", ("root_cause", "status", "kind"),
    Text("结案时没有根本原因", "Closed without a root cause"),
    Text("状态为“{status}”，但“根本原因”是空的，同样的投诉还会再来。请与部门核实后填写。",
         "The status is “{status}”, but “Root cause” is empty, so the same complaint may come again. Fill it in after "
         "checking with the departments."),
    breaks=row(**CLOSED | {"root_cause": ""}), keeps=row(),
)  # fmt: skip
def closed_without_cause(view: View) -> Bools:
    return view.complaint & view.complaints.says("status", "closed") & view.complaints.blank("root_cause")


@check(
    "resolved_without_time", "error", "completeness", ("resolved_at", "status", "kind"),
    Text("已解决却没有解决时间", "Resolved without a time"),
    Text("状态为“{status}”，但“解决时间”是空的，处理周期无法计算。请填写，或把状态改回处理中。",
         "The status is “{status}”, but “Resolved at” is empty, so the cycle time cannot be told. Fill it in, or set the "
         "status back."),
    breaks=row(**CLOSED | {"resolved_at": ""}), keeps=row(**CLOSED),
)  # fmt: skip
def resolved_without_time(view: View) -> Bools:
    return view.complaint & view.finished & view.complaints.blank("resolved_at")


@check(
    "first_response_missing", "warning", "completeness",
    ("first_response_at", "replied_at", "resolved_at", "kind"),
    Text("没有首次响应时间", "No time of first response"),
    Text("已有答复或解决时间，但“首次响应时间”是空的，及时率会算错。请补上；首次即答复的填同一时间。",
         "There is a time of reply or resolution, but “First response at” is empty, so the in-time rate comes out wrong. "
         "Fill it in; the same time if the first response was the reply."),
    breaks=row(**CLOSED | {"first_response_at": ""}), keeps=row(first_response_at=""),
)  # fmt: skip
def first_response_missing(view: View) -> Bools:
    rows = view.complaints
    answered = rows.given("replied_at") | rows.given("resolved_at")
    return view.complaint & answered & rows.blank("first_response_at")


@check(
    "reply_missing", "info", "completeness", ("replied_at", "resolved_at", "kind"),
    Text("没有有效回复时间", "No time of substantive reply"),
    Text("{resolved_at} 已解决，但“有效回复时间”是空的，统计时以解决时间代替。请补上给客户实质答复的时间。",
         "It was resolved at {resolved_at}, but “Substantive reply at” is empty; the figures use the time of resolution "
         "instead. Enter when the customer got a reply of substance."),
    breaks=row(**CLOSED | {"replied_at": ""}), keeps=row(**CLOSED),
)  # fmt: skip
def reply_missing(view: View) -> Bools:
    rows = view.complaints
    return view.complaint & rows.given("resolved_at") & rows.blank("replied_at")


@check(
    "reopened_without_time", "error", "completeness", ("reopened_at", "status", "kind"),
    Text("已重开却没有重开时间", "Reopened without a time"),
    Text("状态为“{status}”，但“重开时间”是空的，新的时限无从算起。请填写。",
         "The status is “{status}”, but “Reopened at” is empty, so the new deadlines have no beginning. Fill it in."),
    breaks=row(**CLOSED | {"status": "reopened"}),
    keeps=row(**CLOSED | {"status": "reopened", "reopened_at": "2026-10-08 18:00:00"}),
)  # fmt: skip
def reopened_without_time(view: View) -> Bools:
    rows = view.complaints
    return view.complaint & rows.says("status", "reopened") & rows.blank("reopened_at")


@check(
    "satisfaction_without_callback", "warning", "consistency",
    ("satisfaction", "called_back_at", "callback_reached"),
    Text("没有回访却有满意度", "Satisfaction without a call-back"),
    Text("填了满意度“{value}”，但没有联系到客户的回访（回访时间“{called_back_at}”，回访成功“{callback_reached}”）。"
         "请补回访记录，或清空满意度。",
         "Satisfaction says “{value}”, but no call-back reached the customer (called back at “{called_back_at}”, reached "
         "“{callback_reached}”). Enter the call-back, or clear the satisfaction."),
    breaks=row(**CLOSED | {"status": "resolved", "callback_reached": "no"}), keeps=row(**CLOSED | {"callback_reached": ""}),
)  # fmt: skip
def satisfaction_without_callback(view: View) -> Bools:
    rows = view.complaints
    unreached = rows.blank("called_back_at") | rows.says("callback_reached", "no")
    return rows.given("satisfaction") & unreached & ~view.outcomes.reached


@check(
    "owner_missing", "warning", "completeness", ("owner", "status", "kind"),
    Text("没有责任人", "Nobody owns the complaint"),
    Text("状态为“{status}”，但“责任人”是空的，没有人负责办到底。请指定一人。",
         "The status is “{status}”, but “Owner” is empty, so nobody sees it through. Name one person."),
    breaks=row(owner=""), keeps=row(owner="", status="new"),
)  # fmt: skip
def owner_missing(view: View) -> Bools:
    rows = view.complaints
    begun = rows.given("status") & ~rows.says("status", "new")
    return view.complaint & begun & rows.blank("owner")
