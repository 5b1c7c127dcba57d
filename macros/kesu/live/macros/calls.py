"""The macro that notes a call-back: one more try as an item, the register's columns with the last."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from kesu.live import entry
from kesu.live.feedback import MacroError, macro
from kesu.live.frames import opened
from kesu.register.codes import label_of, lookup
from kesu.register.columns import BY_KEY
from kesu.rules.outcomes import DISSATISFIED, outcomes_of
from kesu.words.text import Text, folded

if TYPE_CHECKING:
    import xlwings as xw

    from kesu.live.frames import Opened

COLUMNS: Final = ("called_back_at", "callback_reached", "satisfaction")
NEEDED: Final = ("complaint_id", "item_kind", "what", "for_target", "done_at", "result")
"""Columns of Items without which a try has no place there."""

CALLED: Final = Text("回访客户", "Call-back")
NOT_RESOLVED: Final = Text(
    "{id} 没有“解决时间”，还谈不上回访。请先填写何时解决的。",
    "{id} has no “Resolved at”, so there is nothing to call back about. Enter when it was resolved.",
)
AGAIN: Final = Text(
    "{id}：记下第 {n} 次回访，没有联系上；{hours} 小时后再试（共 {tries} 次）。",
    "{id}: call-back no. {n} noted, not reached. Try again in {hours} {hours:hour|hours} ({tries} {tries:time|times} in all).",
)
LAST: Final = Text(
    "{id}：记下第 {n} 次回访，没有联系上。已试满 {tries} 次，可以按“未联系上”结案。",
    "{id}: call-back no. {n} noted, not reached. That was {tries} {tries:time|times}; it may be closed as not reached.",
)
REACHED: Final = Text(
    "{id}：记下第 {n} 次回访，联系上了客户。", "{id}: call-back no. {n} noted, the customer was reached."
)
UNHAPPY: Final = Text("客户回答“{answer}”，请重新处理。", "The customer said “{answer}”: take it up again.")
NO_ITEMS: Final = Text(
    "“事项”里没有放它的列，只填了登记表，以前的回访不再留存。可用 kesu upgrade 加上。",
    "Items has no columns for it, so only the register says so and earlier call-backs are not kept. kesu upgrade adds them.",
)


@macro(Text("记录回访", "noting a call-back"))
def call_back(
    book: xw.Book,
    complaint_id: str = "",
    satisfaction: str = "",
    reached: str = "",
    as_of: dt.datetime | None = None,
) -> str:
    """Note that the customer of the selected complaint was called back just now.

    ``satisfaction``: the customer's answer. ``reached``: yes or no; nothing said: yes where there is an answer. The try becomes an
    item, and so does the one that stood in the columns, where no item has it; the columns then show this one.
    """
    register = opened(book, as_of)
    position = entry.selected(register, complaint_id)
    held = register.assessment.register
    sheet = held.complaints
    line = sheet.data.iloc[position]
    number = line["complaint_id"] if isinstance(line["complaint_id"], str) else "?"
    for key in COLUMNS[:2]:
        if key not in sheet.columns:
            raise MacroError(entry.NO_COLUMN.fill(label=BY_KEY[key].label))
    if line["resolved_at"] is pd.NaT:
        raise MacroError(NOT_RESOLVED.fill(id=number))
    answer, spoken = _said(register, satisfaction, reached)
    now = register.assessment.as_of.replace(second=0)
    tries = int(outcomes_of(held, register.assessment.second).tries[position]) + 1
    room = set(NEEDED) <= set(held.items.columns)
    if room:
        made = [
            *_written(register, position, number),
            _item(CALLED.of(register.lang), number, now, answer, spoken=spoken),
        ]
        owner = line["owner"] if isinstance(line["owner"], str) else None
        made[-1]["owner"], made[-1]["noted_at"] = owner, now
        entry.add_items(register, [{k: v for k, v in one.items() if k in held.items.columns} for one in made])
    codes = held.settings.codes
    values = now, label_of(codes["yes_no"], "yes" if spoken else "no", register.lang), answer and label_of(codes["satisfaction"], answer, register.lang)  # fmt: skip
    for key, value in zip(COLUMNS, values, strict=True):
        if key in sheet.columns:
            cell = register.sheet(sheet).range((int(line["excel_row"]), sheet.columns[key] + 1))
            entry.put(cell, BY_KEY[key], value or None)
    said = [_told(register, number, tries, spoken=spoken)]
    if answer in DISSATISFIED:
        said.append(UNHAPPY.fill(answer=values[2]))
    said += [] if room else [NO_ITEMS]
    return "\n".join(one.of(register.lang) for one in said)


def _said(register: Opened, satisfaction: str, reached: str) -> tuple[str, bool]:
    """The answer as a code ("" none), and whether the customer was reached. Raises `MacroError` for words that no list has."""
    codes = register.assessment.register.settings.codes
    keys = []
    for key, words in (("satisfaction", satisfaction.strip()), ("callback_reached", reached.strip())):
        column = BY_KEY[key]
        if words:
            entry.coded(register, column, words)
        keys.append(lookup(codes[column.codes]).get(folded(words) or words, "") if words else "")
    return keys[0], keys[1] == "yes" if keys[1] else bool(keys[0])


def _item(what: str, number: str, at: dt.datetime, answer: str, *, spoken: bool) -> dict[str, Any]:
    return {
        "complaint_id": number, "item_kind": "contact", "what": what, "for_target": "callback", "done_at": at,
        "result": "done" if spoken else "failed", "satisfaction": answer,
    }  # fmt: skip


def _written(register: Opened, position: int, number: str) -> list[dict[str, Any]]:
    """The call-back that stands in the columns, where no item has it: else it would be written over."""
    held = register.assessment.register
    line = held.complaints.data.iloc[position]
    at = line["called_back_at"]
    if at is pd.NaT:
        return []
    items = held.items.data[held.parent == position]
    calls = items["item_kind"].eq("contact") & items["for_target"].eq("callback")
    if (calls & items["done_at"].dt.floor("min").eq(at.floor("min"))).any():
        return []
    answer = line["satisfaction"] if isinstance(line["satisfaction"], str) else ""
    spoken = line["callback_reached"] != "no"
    return [_item(CALLED.of(register.lang), number, at.to_pydatetime(), answer, spoken=spoken)]


def _told(register: Opened, number: str, tries: int, *, spoken: bool) -> Text:
    if spoken:
        return REACHED.fill(id=number, n=tries)
    limits = register.assessment.register.settings.limits
    words = AGAIN if tries < limits["callback_tries"] else LAST
    return words.fill(
        id=number, n=tries, hours=f"{limits['callback_gap_hours']:g}", tries=f"{limits['callback_tries']:g}"
    )
