"""Macros for one complaint: log it, explain its deadlines, close it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from kesu.live import entry, filled
from kesu.live.customers import history
from kesu.live.feedback import MacroError, macro
from kesu.live.frames import as_text, opened
from kesu.register.codes import label_of
from kesu.register.columns import BY_KEY, ITEMS, REGISTER
from kesu.register.forms.intake import Intake
from kesu.register.forms.page import typed_records
from kesu.register.numbers import next_number
from kesu.rules.checks import add_messages, run_checks
from kesu.rules.deadlines.kept import TARGET
from kesu.rules.nothing import NOTHING
from kesu.words.terminal import records
from kesu.words.text import Text

if TYPE_CHECKING:
    import xlwings as xw

    from kesu.live.frames import Opened
    from kesu.register.forms.intake import Decision
    from kesu.register.forms.page import Form

GATE: Final = (
    "closed_with_open_demand",
    "closed_without_confirmation",
    "closed_without_callback",
    "closed_unreached",
    "closed_dissatisfied",
    "closed_without_solution",
    "resolved_without_time",
)
"""Checks that stand against closing."""

LOGGED: Final = Text(
    "已登记 {id}，在第 {row} 行。橙色的必填项请补全。",
    "Logged {id} in row {row}. Please fill in what is orange.",
)
GUESSED: Final = Text(
    "投诉渠道先填了“{channel}”，不对请改。",
    "The channel was put in as “{channel}”; change it if it was another.",
)
PROMISED: Final = Text(
    "承诺已列入“事项”，请在那里填到期时间。", "The promise stands on Items, too; enter there when it is due."
)
THERE: Final = Text(
    "“{sheet}”上的投诉已登记为 {id}（{where}）。请清空或换一张表。",
    "The complaint on “{sheet}” is logged already as {id}, {where}. Clear the form, or take another.",
)
CLOSED: Final = Text("{id} 已结案。", "{id} is closed.")
REOPENED: Final = Text(
    "{id} 已重开，时限从现在起重新算；这之前的一轮记在“事项”里。",
    "{id} is reopened and its deadlines run anew; Items keeps the cycle before.",
)
OPEN_AGAIN: Final = Text("{id} 已经重开，还没有解决。", "{id} is reopened already and not resolved since.")
NEVER_RESOLVED: Final = Text(
    "{id} 没有“解决时间”，还谈不上重开。请先填写何时解决的，或继续处理。",
    "{id} has no “Resolved at”, so there is nothing to reopen. Enter when it was resolved, or go on working on it.",
)
BEFORE: Final = Text("重开前的一轮", "The cycle before it was reopened")
ALREADY: Final = Text("{id} 已经结案。", "{id} is closed already.")
STANDS: Final = Text("{id} 还不能结案：\n{reasons}", "{id} cannot be closed yet:\n{reasons}")
NO_STATUS: Final = Text("登记表里没有“状态”这一列。", "The register has no column “Status”.")


@macro(Text("登记投诉", "logging a complaint"))
def new_complaint(
    book: xw.Book,
    customer_name: str = "",
    customer_contact: str = "",
    customer_tier: str = "",
    channel: str = "",
    category: str = "",
    verbatim: str = "",
    owner: str = "",
    received_at: dt.datetime | None = None,
    more: dict[str, Any] | None = None,
) -> str:
    """Add a row with the next number; what is not given comes from the form sheet, if the workbook has one.

    A sheet moved here from a form workbook is logged as `kesu collect` does: with its items, under its own number
    where it has one, and never twice. ``more``: further columns by key. Received now, status new, kind complaint
    unless said otherwise (a form must say when it was received); the channel is the team's first choice, and that is said.
    The first empty mandatory cell is selected.
    """
    given: dict[str, Any] = {
        "customer_name": customer_name,
        "customer_contact": customer_contact,
        "customer_tier": customer_tier,
        "channel": channel,
        "category": category,
        "verbatim": verbatim,
        "owner": owner,
        "received_at": received_at,
        **(more or {}),
    }
    register = opened(book)
    given = {key: value for key, value in given.items() if value not in (None, "")}
    usual: dict[str, Any] = {"kind": "complaint", "status": "new"}
    items: tuple[dict[str, Any], ...] = ()
    channel, told_of = "", list[Text]()
    form = filled.filled_form(book)
    if form is not None:
        logged = _from_form(register, form, given)
        values, items = usual | logged.record, logged.items
    else:
        told = filled.form_values(book) | given
        channel = "" if "channel" in told else _first_channel(register)
        values = usual | ({"channel": channel} if channel else {}) | told
        items, told_of = _completed(register, values)
    row = entry.append(register, values, items)
    _select(register, row, values)
    said = [LOGGED.fill(id=values["complaint_id"], row=row)]
    said += [GUESSED.fill(channel=channel)] if channel else []
    return "\n".join(one.of(register.lang) for one in (*said, *told_of))


def _completed(register: Opened, values: dict[str, Any]) -> tuple[tuple[dict[str, Any], ...], list[Text]]:
    """``values`` get the time, the tier the customer had and the next number; what was promised, and what to tell."""
    now = register.assessment.as_of.replace(second=0)
    values.setdefault("received_at", now)
    told_of, tier = history(register, values)
    values |= tier
    ids = register.assessment.register.complaints.data["complaint_id"].dropna()
    values["complaint_id"] = next_number(ids.tolist(), now.year)
    items = _promise(register, values, now)
    return items, [*told_of, *([PROMISED] * len(items))]


def _promise(register: Opened, values: dict[str, Any], now: dt.datetime) -> tuple[dict[str, Any], ...]:
    """What was promised at logging as an item, so that it need not be noted twice; none where the register has no place."""
    said = str(values.get("commitments", "")).strip()
    there = register.assessment.register.items.columns
    if (
        not said
        or re.match(NOTHING, said, re.IGNORECASE)
        or not {"complaint_id", "item_kind", "what"} <= set(there)
    ):
        return ()
    item = {"complaint_id": values["complaint_id"], "item_kind": "commitment", "what": said, "owner": values.get("owner"), "noted_at": now}  # fmt: skip
    return ({key: value for key, value in item.items() if value is not None and key in there},)


@macro(Text("说明时限", "explaining deadlines"))
def explain(book: xw.Book, complaint_id: str = "", as_of: dt.datetime | None = None) -> str:
    """How each deadline of the selected complaint was worked out."""
    from kesu.rules.explain.text import text_of

    register = opened(book, as_of)
    position = entry.selected(register, complaint_id)
    assessment = register.assessment
    return text_of(assessment.explained(assessment.counted_position(position)), register.lang)


@macro(Text("核对结案条件", "checking before closing"))
def close_complaint(book: xw.Book, complaint_id: str = "", as_of: dt.datetime | None = None) -> str:
    """Set the selected complaint's status to closed, unless something stands against it.

    Raises `MacroError` that lists what does: open demands, no confirmation, no call-back, no solution, no time.
    """
    register = opened(book, as_of)
    position = entry.selected(register, complaint_id)
    sheet = register.assessment.register.complaints
    line = sheet.data.iloc[position]
    number = line["complaint_id"] if isinstance(line["complaint_id"], str) else "?"
    if "status" not in sheet.columns:
        raise MacroError(NO_STATUS)
    if line["status"] == "closed":
        return ALREADY.fill(id=number).of(register.lang)
    reasons = _against_closing(register, position)
    if reasons:
        raise MacroError(STANDS.fill(id=number, reasons=reasons))
    label = label_of(register.assessment.register.settings.codes["status"], "closed", register.lang)
    cell = register.sheet(sheet).range((int(line["excel_row"]), sheet.columns["status"] + 1))
    entry.put(cell, BY_KEY["status"], label)
    return CLOSED.fill(id=number).of(register.lang)


@macro(Text("重开投诉", "reopening a complaint"))
def reopen_complaint(
    book: xw.Book, complaint_id: str = "", reason: str = "", as_of: dt.datetime | None = None
) -> str:
    """Set the selected complaint's status to reopened as of now; items keep when it was answered, resolved and called back so far.

    So its history stays true when it is resolved anew. Raises `MacroError` where it was never resolved or is open already.
    """
    register = opened(book, as_of)
    position = entry.selected(register, complaint_id)
    sheet = register.assessment.register.complaints
    line = sheet.data.iloc[position]
    number = line["complaint_id"] if isinstance(line["complaint_id"], str) else "?"
    for key in ("status", "resolved_at", "reopened_at"):
        if key not in sheet.columns:
            raise MacroError(entry.NO_COLUMN.fill(label=BY_KEY[key].label))
    if line["status"] == "reopened" or line["reopened_at"] > line["resolved_at"]:
        raise MacroError(OPEN_AGAIN.fill(id=number))
    if line["resolved_at"] is pd.NaT:
        raise MacroError(NEVER_RESOLVED.fill(id=number))
    now = register.assessment.as_of.replace(second=0)
    began = line["received_at"] if line["reopened_at"] is pd.NaT else line["reopened_at"]
    cycle = {"complaint_id": number, "item_kind": "cycle", "noted_at": now, "started_at": began}
    kept = [
        cycle | {"what": reason or BEFORE.of(register.lang), "for_target": target, "done_at": line[key]}
        for key, target in TARGET.items()
        if key == "resolved_at"
        or (line[key] >= began and (key != "called_back_at" or line["callback_reached"] != "no"))
    ]
    entry.add_items(register, kept)
    label = label_of(register.assessment.register.settings.codes["status"], "reopened", register.lang)
    for key, value in (("status", label), ("reopened_at", now)):
        cell = register.sheet(sheet).range((int(line["excel_row"]), sheet.columns[key] + 1))
        entry.put(cell, BY_KEY[key], value)
    return REOPENED.fill(id=number).of(register.lang)


def _first_channel(register: Opened) -> str:
    """What stands first in the team's list of channels; "" where the register does not ask."""
    if "channel" not in register.assessment.register.complaints.columns:
        return ""
    codes = register.assessment.register.settings.codes["channel"]
    return label_of(codes, codes[0].key, register.lang)


def _from_form(register: Opened, form: Form, given: dict[str, Any]) -> Decision:
    """The form's complaint as it is to be logged, ``given`` before what it says. Raises `MacroError` where it must not."""
    codes = register.assessment.register.settings.codes
    said = {key: text for key, value in given.items() if (text := as_text(value)) is not None}
    [record] = typed_records([{**form.texts, **said}], REGISTER, codes, form.typed)
    items = typed_records(form.items, ITEMS, codes, form.typed)
    intake = Intake(register.assessment.register, register.assessment.as_of.year)
    decision = intake.decide(record, items, Text(form.sheet, form.sheet))
    if decision.reason is not None:
        raise MacroError(decision.reason.at(form.sheet))
    if decision.where is not None:
        raise MacroError(THERE.fill(id=decision.complaint_id, where=decision.where, sheet=form.sheet))
    return decision


def _against_closing(register: Opened, position: int) -> Text | None:
    """What the checks would say of this complaint if it were closed; None where they are content."""
    held = register.assessment.register
    status = held.complaints.data["status"].copy()
    status.iloc[position] = "closed"
    closed = dataclasses.replace(held.complaints, data=held.complaints.data.assign(status=status))
    here, items = np.zeros(len(status), bool), np.zeros(len(held.items.data), bool)
    here[position] = True
    findings = run_checks(
        dataclasses.replace(held, complaints=closed),
        register.assessment.as_of,
        inside={"register": here, "items": items},
    )
    row = int(held.complaints.data["excel_row"].iloc[position])
    mine = (
        findings["rule"].isin(GATE) & (findings["row"] == row) & (findings["sheet"] == held.complaints.title)
    )
    if not mine.any():
        return None
    told = {
        lang: [one.message for one in records(add_messages(findings[mine], lang))] for lang in ("zh", "en")
    }
    return Text(*("\n".join(f"· {line}" for line in told[lang]) for lang in ("zh", "en")))


def _select(register: Opened, row: int, values: dict[str, Any]) -> None:
    columns = register.assessment.register.complaints.columns
    wanted = [c.key for c in REGISTER if c.required and c.key in columns and values.get(c.key) in (None, "")]
    sheet = register.sheet(register.assessment.register.complaints)
    sheet.activate()
    sheet.range((row, columns[wanted[0] if wanted else "complaint_id"] + 1)).select()
