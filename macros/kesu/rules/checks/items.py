"""Completeness and consistency of the items: promises, steps and holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kesu.rules.checks.registry import Cells, Example, check, item, row
from kesu.rules.nothing import NOTHING
from kesu.words.text import Text

if TYPE_CHECKING:
    from kesu.rules.checks.view import Bools, View


@check(
    "promise_without_item", "warning", "completeness", ("commitments",),
    Text("承诺没有列入事项", "A promise that nobody tracks"),
    Text("承诺“{value}”没有列入“事项”，到期无人提醒。请在事项表加一行“{item_kind__commitment}”，写明到期时间。",
         "The promise “{value}” is not among the items, so nothing reminds of it. Add a “{item_kind__commitment}” to the Items sheet, "
         "with the time it falls due."),
    breaks=row(commitments="周五前回电 / call by Friday"),
    keeps=item({"item_kind": "commitment", "due_at": "2026-10-09 18:00:00"}, commitments="周五前回电"),
    words=True,
)  # fmt: skip
def promise_without_item(view: View) -> Bools:
    rows = view.complaints
    untracked = rows.given("commitments") & ~view.has_item(view.items.says("item_kind", "commitment"))
    return untracked & ~rows.contains("commitments", NOTHING, untracked, case=False)


@check(
    "commitment_without_due", "warning", "completeness", ("due_at", "item_kind", "what"),
    Text("承诺没有期限", "A promise without a time"),
    Text("承诺“{what}”没有到期时间。请填写答应客户的时间。",
         "The promise “{what}” has no due time. Enter the time that the customer was given."),
    sheet="items",
    breaks=item({"item_kind": "commitment"}),
    keeps=item({"item_kind": "commitment", "due_at": "2026-10-09 12:00:00"}),
)  # fmt: skip
def commitment_without_due(view: View) -> Bools:
    return view.items.says("item_kind", "commitment") & view.items.blank("due_at")


@check(
    "item_done_without_time", "warning", "completeness", ("done_at", "result", "item_kind", "what"),
    Text("办了，没写何时办", "Done, nobody says when"),
    Text("“{what}”的结果是“{result}”，但“完成时间”为空：无法证明是否按时，不算兑现。请填写何时办的。",
         "“{what}” is “{result}”, but “Done at” is empty: nothing proves that it was in time, and it counts as not proven. Enter "
         "when it was done."),
    sheet="items",
    breaks=item({"item_kind": "commitment", "due_at": "2026-10-09 12:00:00", "result": "done"}),
    keeps=item({"item_kind": "commitment", "due_at": "2026-10-09 12:00:00", "result": "done", "done_at": "2026-10-09 08:59:00"}),
)  # fmt: skip
def item_done_without_time(view: View) -> Bools:
    items = view.items
    return (
        items.says("item_kind", "commitment", "action")
        & items.says("result", "done")
        & items.blank("done_at")
    )


@check(
    "action_without_owner", "warning", "completeness", ("owner", "department", "item_kind", "what"),
    Text("措施没有责任人", "A step that nobody owns"),
    Text("措施“{what}”既无责任人也无责任部门。请指定由谁办。",
         "The step “{what}” has neither owner nor department. Say who does it."),
    sheet="items", breaks=item({"owner": "", "department": ""}), keeps=item({"owner": ""}),
)  # fmt: skip
def action_without_owner(view: View) -> Bools:
    items = view.items
    return items.says("item_kind", "action") & items.blank("owner") & items.blank("department")


@check(
    "transfer_without_receiver", "warning", "completeness", ("department", "owner", "item_kind", "what"),
    Text("转办没有接收人", "A transfer to nobody"),
    Text("转办“{what}”没有写接收部门和责任人。请写明由谁接手。",
         "The transfer “{what}” names neither department nor owner. Say who takes over."),
    sheet="items",
    breaks=item({"item_kind": "transfer", "owner": "", "department": ""}),
    keeps=item({"item_kind": "transfer", "owner": ""}),
)  # fmt: skip
def transfer_without_receiver(view: View) -> Bools:
    items = view.items
    return items.says("item_kind", "transfer") & items.blank("owner") & items.blank("department")


@check(
    "several_transfers", "warning", "consistency", ("transfers",),
    Text("多次转办", "Passed from hand to hand"),
    Text("已转办 {times} 次（“转办次数”填“{value}”），客户被推来推去（{limit} 次起提示）。请指定一人负责到底。",
         "It was handed over {times} {times:time|times} (“Transfers” says “{value}”); the customer is being passed around (said from "
         "{limit} on). Name one person to see it through."),
    breaks=row(transfers="2"), keeps=row(transfers="1"),
)  # fmt: skip
def several_transfers(view: View) -> list[Cells]:
    times = np.fmax(
        view.item_count(view.items.says("item_kind", "transfer")), view.complaints.number("transfers")
    )
    limit = view.limit("transfers")
    rows = np.flatnonzero((times >= limit) & (times > 0))
    return [
        Cells(
            "register",
            rows,
            "transfers",
            fills={"times": [f"{count:g}" for count in times[rows]], "limit": f"{limit:g}"},
        )
    ]


@check(
    "undecided_conflict", "warning", "consistency", ("what", "item_kind", "result"),
    Text("合并时的冲突还没有定", "A conflict of a merge that nobody decided"),
    Text("合并的几个副本说法不同：{value}。请在登记表改成对的值，再在这一行填“结果”。",
         "The copies that were merged say different things: {value}. Put the right value into the register, then fill “Result” here."),
    sheet="items",
    breaks=item({"item_kind": "conflict", "what": "责任人：a.xlsx ▸ Register!Z6 “Li”；b.xlsx ▸ Register!Z6 “Wu”"}),
    keeps=item({"item_kind": "conflict", "result": "done", "done_at": "2026-10-09 08:00:00"}),
)  # fmt: skip
def undecided_conflict(view: View) -> Bools:
    items = view.items
    return items.says("item_kind", "conflict") & items.blank("result") & items.blank("done_at")


@check(
    "hold_without_start", "warning", "completeness", ("started_at", "item_kind", "noted_at"),
    Text("暂停没有开始时间", "A hold without a beginning"),
    Text("这次暂停没有开始时间，时钟只好从记录时间（“{noted_at}”）停起。请填写实际开始的时间。",
         "This hold has no start, so the clock can only stop from when it was noted (“{noted_at}”). Enter when it really "
         "began."),
    sheet="items",
    breaks=item({"item_kind": "hold"}),
    keeps=item({"item_kind": "hold", "started_at": "2026-10-08 09:30:00"}),
)  # fmt: skip
def hold_without_start(view: View) -> Bools:
    return view.items.says("item_kind", "hold") & view.items.blank("started_at")


@check(
    "cycle_without_end", "warning", "completeness", ("done_at", "item_kind", "what"),
    Text("前轮没有完成时间", "An earlier cycle without an end"),
    Text("“{what}”是“{item_kind__cycle}”，但“完成时间”为空，或不晚于它的开始：以前的数字里没有它。请填写是何时完成的。",
         "“{what}” is an “{item_kind__cycle}”, but “Done at” is empty or not after its beginning: figures of the past "
         "miss it. Enter when it was done."),
    sheet="items",
    breaks=item({"item_kind": "cycle", "started_at": "2026-10-08 09:30:00"}),
    keeps=item({"item_kind": "cycle", "started_at": "2026-10-08 09:30:00", "done_at": "2026-10-08 10:00:00"}),
)  # fmt: skip
def cycle_without_end(view: View) -> Bools:
    items = view.items
    done, began = items.time("done_at"), items.time("started_at")
    at_once = (done == began) & items.says("for_target", "first_response", "reply", "callback")
    ended: Bools = items.given("done_at") & (~(done <= began) | at_once)
    return items.says("item_kind", "cycle") & ~ended


@check(
    "cycles_overlap", "warning", "consistency", ("started_at", "done_at", "item_kind"),
    Text("前轮互相重叠", "Earlier cycles that overlap"),
    Text("这个“{item_kind__cycle}”从“{value}”开始，那时同一件投诉的另一轮还没有解决：两轮不会同时进行，以前月份的数字靠不住。请改正起止时间。",
         "This “{item_kind__cycle}” begins at “{value}”, when another one of the same complaint was not resolved yet: cycles follow one "
         "another, and the figures of past months cannot be trusted. Correct when they ran."),
    sheet="items",
    breaks=item(
        {"item_kind": "cycle", "started_at": "2026-10-07 09:00:00", "done_at": "2026-10-08 09:30:00"},
        {"item_kind": "cycle", "started_at": "2026-10-08 09:00:00", "done_at": "2026-10-08 10:00:00"},
    ),
    keeps=item(
        {"item_kind": "cycle", "started_at": "2026-10-07 09:00:00", "done_at": "2026-10-08 09:30:00"},
        {"item_kind": "cycle", "started_at": "2026-10-08 09:30:00", "done_at": "2026-10-08 10:00:00"},
        {"item_kind": "cycle", "for_target": "reply", "started_at": "2026-10-07 09:00:00", "done_at": "2026-10-08 09:10:00"},
    ),
)  # fmt: skip
def cycles_overlap(view: View) -> Bools:
    items, found = view.items, np.zeros(len(view.items), bool)
    about = items.says("for_target", "resolution") | items.blank("for_target")
    mine = np.flatnonzero(
        items.says("item_kind", "cycle") & about & items.given("started_at") & items.given("done_at")
    )
    began, ended = (items.time(key)[mine] for key in ("started_at", "done_at"))
    of = view.item_codes[mine]
    order = np.lexsort((began, of))
    same = (of[order][1:] == of[order][:-1]) & (of[order][1:] >= 0)
    found[mine[order[1:][same & (began[order][1:] < ended[order][:-1])]]] = True
    return found


@check(
    "waiting_without_hold", "info", "consistency", ("status", "kind"),
    Text("等待客户却没有暂停", "Waiting without a hold"),
    Text("状态为“{value}”，但没有正在进行的暂停，时钟还在走。请在事项表加一行“{item_kind__hold}”，或改状态。",
         "The status is “{value}”, but no hold is running, so the clock goes on. Add a “{item_kind__hold}” to the Items sheet, or change "
         "the status."),
    breaks=row(status="waiting"),
    keeps=item({"item_kind": "hold", "started_at": "2026-10-08 09:30:00"}, status="waiting"),
)  # fmt: skip
def waiting_without_hold(view: View) -> Bools:
    waiting = view.complaint & view.complaints.says("status", "waiting")
    running = view.items.says("item_kind", "hold") & ~(view.items.time("done_at") <= view.as_of)
    return waiting & ~view.has_item(running)


@check(
    "item_unknown_complaint", "error", "consistency", ("complaint_id",),
    Text("事项对应的投诉不存在", "An item of an unknown complaint"),
    Text("登记表里没有投诉编号“{value}”。请改正编号，或登记这件投诉。",
         "There is no complaint number “{value}” on the register. Correct the number, or log the complaint."),
    sheet="items", breaks=item({"complaint_id": "K-999"}), keeps=item({}),
)  # fmt: skip
def item_unknown_complaint(view: View) -> Bools:
    unknown: Bools = view.items.given("complaint_id") & ~view.item_known
    return unknown


@check(
    "options_without_choice", "info", "completeness", ("status", "kind"),
    Text("备选方案没有选定", "No option was chosen"),
    Text("状态为“{value}”，备选方案却没有一个标为“选定”。请标出选用的方案并写明理由。",
         "The status is “{value}”, but none of the options is marked as chosen. Mark the one taken and say why."),
    breaks=item({"item_kind": "option"}, status="resolved", resolved_at="2026-10-08 15:00:00",
                replied_at="2026-10-08 15:00:00", solution="换新 / exchanged"),
    keeps=Example(items=({"item_kind": "option"}, {"item_kind": "option", "chosen": "yes"})),
)  # fmt: skip
def options_without_choice(view: View) -> Bools:
    options = view.items.says("item_kind", "option")
    chosen = options & view.items.says("chosen", "yes")
    return view.complaint & view.finished & view.has_item(options) & ~view.has_item(chosen)
