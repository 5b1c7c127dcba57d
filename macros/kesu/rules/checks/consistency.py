"""Consistency: cells of one case that contradict each other."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from kesu.register.codes import ESCALATED
from kesu.rules.checks.registry import (
    CLOSED,
    LABELS,
    Cells,
    CheckInfo,
    Example,
    Severity,
    SheetKey,
    check,
    item,
    measure,
    row,
)
from kesu.words.text import Text

if TYPE_CHECKING:
    from kesu.rules.checks.view import Bools, View

FEEDBACK_CATEGORIES: Final = ("function", "performance", "interface", "usability")
STAGES: Final = ("first_response_at", "replied_at", "resolved_at", "called_back_at")
COMPLAINT_ONLY: Final = ("escalated_to", "compensation_claimed", "compensation_paid", "reopened_at")


_ANSWERED: Final[dict[str, str | None]] = {
    "received_at": "2026-10-08 09:30:00",
    "first_response_at": "2026-10-08 10:30:00",
    "replied_at": "2026-10-08 11:30:00",
    "resolved_at": "2026-10-08 13:30:00",
    "called_back_at": "2026-10-08 14:30:00",
}
_CLEAN: Final = {key: str(time) for key, time in _ANSWERED.items()} | dict.fromkeys(
    ("sent_at", "noted_at", "started_at", "decided_at"), "2026-10-08 09:30:00"
)
"""Times in order, from which the examples of the order of times are made."""


def _order(
    check_id: str,
    severity: Severity,
    later: str,
    earlier: str,
    sheet: SheetKey = "register",
    kinds: tuple[str, ...] = (),
) -> CheckInfo:
    """The check that ``later`` is not before ``earlier``, for items of ``kinds``; equal times are in order.

    Dates without a time of day are judged to the day. Of the stages before receipt only the first is told.
    """
    late, early = LABELS[later], LABELS[earlier]
    breaks, keeps = _in_order(later, earlier, sheet, kinds)
    return CheckInfo(
        check_id,
        Text(f"{late.zh}早于{early.zh}", f"{late.en}: before {early.en[0].lower()}{early.en[1:]}"),
        severity,
        "consistency",
        sheet,
        (later, earlier),
        Text(
            f"“{late.zh}”{{value}} 早于“{early.zh}”{{{earlier}}}。请核对这两个时间。",
            f"“{late.en}” {{value}} is earlier than “{early.en}” {{{earlier}}}. Check both times.",
        ),
        breaks,
        keeps,
        partial(_too_early, later=later, earlier=earlier, sheet=sheet, kinds=kinds),
    )


def _too_early(view: View, later: str, earlier: str, sheet: SheetKey, kinds: tuple[str, ...]) -> Bools:
    rows = view.rows(sheet)
    if not (rows.given(later).any() and rows.given(earlier).any()):
        return np.zeros(len(rows), dtype=bool)
    time = view.at_latest(sheet, later)
    wrong: Bools = time < view.plausible(sheet, earlier)
    if kinds:
        wrong &= rows.says("item_kind", *kinds)
    if sheet == "register" and earlier not in {"received_at", "sent_at"}:
        wrong &= ~(time < view.plausible(sheet, "received_at"))  # before receipt is a finding of its own
    if sheet == "register" and earlier == "received_at" and later in STAGES:
        for stage in STAGES[: STAGES.index(later)]:
            wrong &= ~(view.at_latest(sheet, stage) < view.plausible(sheet, earlier))
    if later == "called_back_at" and earlier == "resolved_at":  # one of the cycle before the reopening
        wrong &= ~(view.plausible(sheet, later) <= rows.time("reopened_at"))
    return wrong


def _in_order(later: str, earlier: str, sheet: SheetKey, kinds: tuple[str, ...]) -> tuple[Example, Example]:
    """A row whose times are a second out of order, and one in which they are the same."""
    kept: dict[str, str | None] = {later: _CLEAN[earlier], earlier: _CLEAN[earlier]}
    if earlier == "received_at" and sheet == "register":
        before = STAGES[: STAGES.index(later)] if later in STAGES else STAGES[:1]
        kept |= dict.fromkeys(before, _CLEAN[earlier])
    broken = kept | {later: _CLEAN[earlier].replace(":30:00", ":29:59")}
    if sheet == "improvements":
        return measure(**broken), measure(**kept)
    if sheet == "items":
        return item({"item_kind": kinds[0], **broken}), item({"item_kind": kinds[0], **kept})
    return row(**{**CLOSED, **_ANSWERED, **broken}), row(**{**CLOSED, **_ANSWERED, **kept})


TIME_ORDER: Final = (
    _order("received_before_sent", "warning", "received_at", "sent_at"),
    _order("first_response_before_receipt", "error", "first_response_at", "received_at"),
    _order("reply_before_receipt", "error", "replied_at", "received_at"),
    _order("reply_before_response", "error", "replied_at", "first_response_at"),
    _order("resolution_before_receipt", "error", "resolved_at", "received_at"),
    _order("resolution_before_response", "error", "resolved_at", "first_response_at"),
    _order("callback_before_receipt", "error", "called_back_at", "received_at"),
    _order("callback_before_resolution", "warning", "called_back_at", "resolved_at"),
    _order("reopened_before_receipt", "error", "reopened_at", "received_at"),
    _order("hold_end_before_start", "error", "done_at", "started_at", "items", ("hold",)),
    _order(
        "transfer_before_decision", "warning", "started_at", "noted_at", "items", ("transfer", "escalation")
    ),
    _order(
        "item_done_before_noted",
        "warning",
        "done_at",
        "noted_at",
        "items",
        ("action", "demand", "commitment"),
    ),
    _order("improvement_done_before_decided", "warning", "done_at", "decided_at", "improvements"),
)


@check(
    "reopened_before_resolved", "warning", "consistency", ("reopened_at", "resolved_at", "status", "kind"),
    Text("重开早于解决", "Reopened before resolved"),
    Text("状态为“{status}”，但重开时间 {value} 早于解决时间 {resolved_at}。如已再次解决，请更新状态；否则请核对时间。",
         "The status is “{status}”, but it was reopened at {value}, before it was resolved at {resolved_at}. If it has been "
         "resolved again, update the status; otherwise check the times."),
    breaks=row(**CLOSED | {"status": "reopened", "reopened_at": "2026-10-08 14:00:00"}),
    keeps=row(**CLOSED | {"reopened_at": "2026-10-08 14:00:00"}),
)  # fmt: skip
def reopened_before_resolved(view: View) -> Bools:
    earlier: Bools = view.at_latest("register", "reopened_at") < view.complaints.time("resolved_at")
    return view.complaint & view.complaints.says("status", "reopened") & earlier


@check(
    "reopened_never_resolved", "error", "consistency", ("reopened_at", "resolved_at", "kind"),
    Text("重开了从未解决的", "Reopened, never resolved"),
    Text("{value} 重开，但“解决时间”为空：从未解决的不能重开，时限仍从受理起算。请补填第一次解决的时间，或清空“重开时间”。",
         "It was reopened at {value}, but “Resolved at” is empty. What was never resolved cannot come back: deadlines still "
         "count from receipt. Enter when it was resolved first, or clear “Reopened at”."),
    breaks=row(reopened_at="2026-10-08 14:00:00"), keeps=row(**CLOSED | {"reopened_at": "2026-10-08 18:00:00"}),
)  # fmt: skip
def reopened_never_resolved(view: View) -> Bools:
    return view.complaint & view.complaints.given("reopened_at") & view.complaints.blank("resolved_at")


@check(
    "resolved_but_open", "warning", "consistency", ("status", "resolved_at", "reopened_at", "kind"),
    Text("已有解决时间，状态却未更新", "Resolved, but the status says otherwise"),
    Text("{resolved_at} 已解决，但状态仍为“{value}”。请更新状态；重开的请填“重开时间”。",
         "It was resolved at {resolved_at}, but the status still says “{value}”. Update the status; if it came back, fill "
         "in “Reopened at”."),
    breaks=row(**CLOSED | {"status": "in_progress"}),
    keeps=row(**CLOSED | {"status": "in_progress", "reopened_at": "2026-10-08 18:00:00"}),
)  # fmt: skip
def resolved_but_open(view: View) -> Bools:
    rows = view.complaints
    again = rows.time("reopened_at") >= rows.time("resolved_at")
    unfinished = rows.says("status", "new", "in_progress", "waiting")
    return view.complaint & unfinished & rows.given("resolved_at") & ~again


@check(
    "first_contact_but_transferred", "warning", "consistency", ("resolved_on_first_contact", "transfers"),
    Text("现场解决却有转办或重开", "First-contact resolution with a transfer or a reopening"),
    Text("“现场解决”填“{value}”，却有转办或重开。这样不算现场解决，请改为“{yes_no__no}”，或核对转办、重开。",
         "“Resolved on first contact” says “{value}”, but it was handed over or reopened. That is not first contact: set it to "
         "“{yes_no__no}”, or check the transfers and the reopening."),
    breaks=row(resolved_on_first_contact="yes", transfers="1"),
    keeps=row(resolved_on_first_contact="no", transfers="1"),
)  # fmt: skip
def first_contact_but_transferred(view: View) -> Bools:
    rows = view.complaints
    transferred = view.has_item(view.items.says("item_kind", "transfer"))
    handed_over = (rows.number("transfers") > 0) | transferred
    came_back = rows.given("reopened_at") | rows.says("status", "reopened")
    return rows.says("resolved_on_first_contact", "yes") & (handed_over | came_back)


@check(
    "paid_more_than_claimed", "info", "consistency", ("compensation_paid", "compensation_claimed"),
    Text("赔付多于索赔", "More paid than claimed"),
    Text("赔付 {value}，多于索赔的 {compensation_claimed}。请核对两个金额。",
         "{value} was paid, more than the {compensation_claimed} claimed. Check both amounts."),
    breaks=row(compensation_claimed="100", compensation_paid="1000"),
    keeps=row(compensation_claimed="100", compensation_paid="100"),
)  # fmt: skip
def paid_more_than_claimed(view: View) -> Bools:
    mask: Bools = view.complaints.number("compensation_paid") > view.complaints.number("compensation_claimed")
    return mask


@check(
    "escalated_but_minor", "info", "consistency", ("severity", "escalated_to", "kind"),
    Text("已向外升级却不算严重", "Escalated outside, yet not severe"),
    Text("已升级到“{escalated_to}”，严重程度却是“{value}”。请重新评定，时限随之改变。",
         "It was escalated to “{escalated_to}”, yet the severity is “{value}”. Judge it anew; the deadlines depend on it."),
    breaks=row(escalated_to="regulator"), keeps=row(escalated_to="regulator", severity="severe"),
)  # fmt: skip
def escalated_but_minor(view: View) -> Bools:
    rows = view.complaints
    outside = rows.contains("escalated_to", "|".join(sorted(ESCALATED)))
    return view.complaint & outside & rows.says("severity", "minor", "normal")


@check(
    "not_a_complaint", "warning", "consistency", (*COMPLAINT_ONLY, "kind"),
    Text("反馈或表扬填了投诉才有的内容", "Feedback or praise handled as a complaint"),
    Text("类别是“{kind}”，却填了“{label}”（{value}）。如是投诉，请改类别；否则请清空此格。",
         "The kind is “{kind}”, yet “{label}” says {value}. If it is a complaint, change the kind; otherwise clear the cell."),
    breaks=row(kind="praise", compensation_claimed="200"), keeps=row(compensation_claimed="200"),
)  # fmt: skip
def not_a_complaint(view: View) -> list[Cells]:
    if view.complaint.all():
        return []
    return [
        Cells("register", np.flatnonzero(~view.complaint & view.complaints.given(key)), key)
        for key in COMPLAINT_ONLY
    ]


@check(
    "feedback_category", "info", "consistency", ("category", "kind"),
    Text("投诉用了反馈的类型", "A complaint under a feedback category"),
    Text("类别是“{kind}”，投诉类型“{value}”却是反馈用的。请改选投诉类型，或把类别改为反馈。",
         "The kind is “{kind}”, but the category “{value}” is meant for feedback. Choose another category, or make it "
         "feedback."),
    breaks=row(category="usability"), keeps=row(kind="feedback", category="usability"),
)  # fmt: skip
def feedback_category(view: View) -> Bools:
    rows = view.complaints
    return rows.says("kind", "complaint") & rows.says("category", *FEEDBACK_CATEGORIES)
