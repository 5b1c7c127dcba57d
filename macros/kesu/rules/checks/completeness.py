"""Completeness: what the form insists on and what a step of the handling must leave behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from kesu.register.columns import ITEMS, REGISTER
from kesu.register.text import Text
from kesu.rules.checks._registry import CLOSED, Cells, Example, SheetKey, check, item, row

if TYPE_CHECKING:
    from kesu.rules.checks._facts import Bools, Facts

Wanted = tuple[tuple[SheetKey, str], ...]

_BEGUN: Final[Wanted] = (
    *(("register", column.key) for column in REGISTER if column.required == "begun"),
    *(("items", column.key) for column in ITEMS if column.required == "begun"),
)
_FORM: Final[Wanted] = tuple(
    ("register", column.key) for column in REGISTER if column.required == "complaint"
)
_BEGUN_KEYS: Final = tuple(dict.fromkeys(key for _, key in _BEGUN))
_FORM_KEYS: Final = tuple(key for _, key in _FORM)


def _missing(facts: Facts, wanted: Wanted) -> list[Cells]:
    """One finding for each column that a sheet lacks; a sheet that does not exist lacks nothing."""
    return [
        Cells(sheet, np.zeros(0, "int64"), key, [""], excel_rows=[1])
        for sheet, key in wanted
        if (columns := facts.rows(sheet).sheet.columns) and key not in columns
    ]


def _empty(facts: Facts, wanted: Wanted, where: Bools | None = None) -> list[Cells]:
    """Empty cells in columns that the sheet has."""
    found = []
    for sheet, key in wanted:
        rows = facts.rows(sheet)
        if key in rows.sheet.columns and not rows.given(key).all():
            blank = rows.blank(key) if where is None else rows.blank(key) & where
            at = np.flatnonzero(blank)
            found.append(Cells(sheet, at, key, [""] * len(at)))
    return found


@check(
    "column_missing", "error", "completeness", _BEGUN_KEYS,
    Text("缺少必需的列", "A required column is missing"),
    Text("表中没有“{label}”一列。请加上这一列，列标题写“{label}”。",
         "The sheet has no column “{label}”. Add one with exactly this heading."),
    breaks=row(channel=None), keeps=row(),
)  # fmt: skip
def column_missing(facts: Facts) -> list[Cells]:
    return _missing(facts, _BEGUN)


@check(
    "form_column_missing", "warning", "completeness", _FORM_KEYS,
    Text("缺少投诉表要求的列", "A column of the complaint form is missing"),
    Text("表中没有“{label}”一列，投诉表要求登记时填写。请加上这一列，列标题写“{label}”。",
         "The sheet has no column “{label}”, which the complaint form asks for at logging. Add one with this heading."),
    breaks=row(expectation=None), keeps=row(),
)  # fmt: skip
def form_column_missing(facts: Facts) -> list[Cells]:
    return _missing(facts, _FORM)


@check(
    "required_empty", "error", "completeness", _BEGUN_KEYS,
    Text("必填项为空", "A required cell is empty"),
    Text("“{label}”没有填写。这一行既已开始登记，请补上。",
         "“{label}” is empty. The row has been begun, so fill it in."),
    breaks=row(customer_name=""), keeps=row(),
)  # fmt: skip
def required_empty(facts: Facts) -> list[Cells]:
    return _empty(facts, _BEGUN)


@check(
    "form_incomplete", "warning", "completeness", _FORM_KEYS,
    Text("投诉表不完整", "The complaint form is incomplete"),
    Text("“{label}”没有填写，投诉表要求登记时填写。请补上；确实没有的填“无”。",
         "“{label}” is empty; the complaint form asks for it at logging. Fill it in, with “none” where there is none."),
    breaks=row(first_responsible=""), keeps=row(kind="praise", first_responsible=""),
)  # fmt: skip
def form_incomplete(facts: Facts) -> list[Cells]:
    return _empty(facts, _FORM, facts.complaint)


@check(
    "resolved_without_time", "error", "completeness", ("resolved_at", "status", "kind"),
    Text("已解决却没有解决时间", "Resolved without a time"),
    Text("状态为“{status}”，但“解决时间”是空的，无法计算处理周期。请填写解决时间，或改回处理中。",
         "The status is “{status}”, but “Resolved at” is empty, so the cycle time cannot be told. Fill it in, or set "
         "the status back."),
    breaks=row(status="resolved", replied_at="2026-10-08 10:00:00"), keeps=row(**CLOSED),
)  # fmt: skip
def resolved_without_time(facts: Facts) -> Bools:
    return facts.complaint & facts.finished & facts.complaints.blank("resolved_at")


@check(
    "closed_without_confirmation", "error", "completeness", ("status", "customer_agreed", "kind"),
    Text("客户未确认就结案", "Closed without the customer's confirmation"),
    Text("状态为“{value}”，但“客户同意”没有填“是”（现为“{customer_agreed}”）。请先得到客户确认再结案。",
         "The status is “{value}”, but “Customer agreed” is not “Yes” (it says “{customer_agreed}”). Get the customer's "
         "confirmation before closing."),
    breaks=row(**{**CLOSED, "customer_agreed": "no"}), keeps=row(**CLOSED),
)  # fmt: skip
def closed_without_confirmation(facts: Facts) -> Bools:
    rows = facts.complaints
    return facts.complaint & rows.says("status", "closed") & ~rows.says("customer_agreed", "yes")


@check(
    "commitment_without_due", "warning", "completeness", ("due_at", "item_kind", "what"),
    Text("承诺没有期限", "A promise without a time"),
    Text("承诺“{what}”没有到期时间。请写明答应客户的时间。",
         "The promise “{what}” has no due time. Enter the time that the customer was given."),
    sheet="items",
    breaks=item({"item_kind": "commitment", "due_at": ""}),
    keeps=item({"item_kind": "commitment", "due_at": "2026-10-09 12:00:00"}),
)  # fmt: skip
def commitment_without_due(facts: Facts) -> Bools:
    return facts.items.says("item_kind", "commitment") & facts.items.blank("due_at")


@check(
    "setting_unreadable", "error", "validity", (),
    Text("设置看不懂", "A setting cannot be read"),
    Text("{zh}。请在设置表中改正。", "{en}. Mend it on the Settings sheet."),
    sheet="settings",
    breaks=Example(settings=(("Code list", "Code", "Choice", "Also written"), ("colour", "red", "Red", ""))),
    keeps=Example(settings=(("Code list", "Code", "Choice", "Also written"), ("tier", "gold", "Gold", ""))),
)  # fmt: skip
def setting_unreadable(facts: Facts) -> list[Cells]:
    problems = facts.register.settings.problems
    said = [text for _, _, text in problems]
    return [
        Cells(
            "settings",
            np.zeros(0, "int64"),
            "",
            [""] * len(problems),
            {"zh": [text.zh for text in said], "en": [text.en for text in said]},
            [excel_row for excel_row, _, _ in problems],
        )
    ]
