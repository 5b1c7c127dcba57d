"""Completeness: what was found, with whom, before anybody is held responsible or a plan is put to the customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kesu.register.codes import CODE_LISTS, URGENT, label_of
from kesu.rules.checks.asked import FRUITLESS, asked, asks_facts, verified
from kesu.rules.checks.registry import CLOSED, Cells, check, item, lacking
from kesu.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kesu.rules.checks.view import Bools, View

QUESTIONS: Final = {code.key: code.label for code in CODE_LISTS["question"]}
"""The five questions before a plan is put to the customer."""
RULES: Final = ("policy", "law")
"""Those of them whose answer rests on a policy or a law."""

_FOUND: Final[dict[str, str | None]] = {
    "item_kind": "verification",
    "what": "充电口松动，出厂检验漏检 / socket loose, missed at inspection",
    "question": "facts",
    "basis": "",
    "done_at": "2026-10-08 11:00:00",
}
_LATER: Final[dict[str, str | None]] = {"question": "", "noted_at": "2026-10-08 11:00:00"}
"""A step of a register that has the columns; it says nothing on facts."""


def _answers(*questions: str) -> list[Mapping[str, str | None]]:
    return [
        _FOUND | {"question": question, "basis": "三包规定 / warranty terms" if question in RULES else ""}
        for question in questions
    ]


@check(
    "responsibility_unverified", "warning", "completeness", ("responsibility", "kind"),
    Text("没有核实就定了责任", "Responsibility decided without verification"),
    Text("责任归属已填“{value}”，却没有办完的“{item_kind__verification}”。请在事项表加一行：向谁核实、查明什么、依据、何时；还没查清的改为“{responsibility__pending}”。",
         "Responsibility says “{value}”, but no “{item_kind__verification}” is done. Add one to the Items sheet: with whom, what was found, on "
         "what basis, when; set it to “{responsibility__pending}” while it is not clear."),
    breaks=item(_LATER, responsibility="internal"),
    keeps=item(_FOUND, responsibility="internal"),
)  # fmt: skip
def responsibility_unverified(view: View) -> Bools:
    rows = view.complaints
    decided = rows.given("responsibility") & ~rows.says("responsibility", "pending")
    return decided & asked(view, "verification") & ~verified(view)


@check(
    "verification_with_nobody", "warning", "completeness", ("owner", "department", "item_kind", "what"),
    Text("没写向谁核实", "Verified with nobody"),
    Text("“{what}”是“{item_kind__verification}”，却没写向谁核实。请填责任人或责任部门。",
         "“{what}” is a “{item_kind__verification}”, but it names nobody it was verified with. Fill in owner or department."),
    sheet="items", breaks=item(_FOUND | {"owner": "", "department": ""}), keeps=item(_FOUND | {"owner": ""}),
)  # fmt: skip
def verification_with_nobody(view: View) -> Bools:
    items = view.items
    return items.says("item_kind", "verification") & items.blank("owner") & items.blank("department")


@check(
    "answer_without_basis", "info", "completeness", ("basis", "question", "item_kind", "what"),
    Text("规定、法律一问没写依据", "Policy or law without its name"),
    Text("“{what}”回答的是“{question}”，“依据”却是空的。请写明哪条规定或法律。",
         "“{what}” answers the question “{question}”, but “Basis” is empty. Name the policy or the law."),
    sheet="items",
    breaks=item(_FOUND | {"question": "law"}), keeps=item(_FOUND | {"question": "law", "basis": "消法第 55 条 / Consumer Rights Act"}),
)  # fmt: skip
def answer_without_basis(view: View) -> Bools:
    items = view.items
    answers = items.says("item_kind", "verification") & items.says("question", *RULES)
    return answers & items.blank("basis")


def _unanswered(view: View, among: Bools) -> list[Cells]:
    """Complaints ``among`` with a plan of which not all five questions are answered, and which are not; without a solution the option
    chosen is the plan."""
    items = view.items
    chosen = items.says("item_kind", "option") & items.says("chosen", "yes")
    wanted = among & (view.complaints.given("solution") | view.has_item(chosen))
    if not wanted.any():
        return []
    answers = items.says("item_kind", "verification") & ~items.says("result", *FRUITLESS)
    open_still = {
        words: wanted & ~view.has_item(answers & items.says("question", key))
        for key, words in QUESTIONS.items()
    }
    cells = lacking("register", "solution", open_still)
    plans = view.complaints.data["solution"].iloc[cells.rows].astype(object).reset_index(drop=True)
    if not plans.isna().any():
        return [cells]
    options = view.items.data["what"].iloc[view.first_item(chosen)[cells.rows]].reset_index(drop=True)
    unnamed = label_of(view.register.settings.codes["item_kind"], "option", view.register.lang)
    return [cells._replace(values=plans.fillna(options).fillna(unnamed).astype(str).tolist())]


ANSWERED: Final = _answers(*QUESTIONS)
"""Items of a complaint with which all five questions are answered."""


_UNANSWERED: Final = Text(
    "方案“{value}”提出之前，五问还没有全部回答，缺：{missing}。请在事项表各加一行“{item_kind__verification}”，在“回答哪一问”选对应的一问。",
    "Before a plan is offered (“{value}”) five questions are answered; missing: {missing}. Add a “{item_kind__verification}” for each "
    "to the Items sheet and choose the question it answers.",
)
_PLANNED: Final[dict[str, str | None]] = {"solution": "更换充电口 / socket replaced"}


@check(
    "plan_unanswered", "warning", "completeness", ("solution", "severity", "kind"),
    Text("严重投诉的方案没有答完五问", "A plan for a severe complaint, questions left open"), _UNANSWERED,
    breaks=item(*_answers("facts", "departments", "policy", "law"), severity="severe", **_PLANNED),
    keeps=item(*ANSWERED, severity="severe", **_PLANNED),
)  # fmt: skip
def plan_unanswered(view: View) -> list[Cells]:
    heavy = view.complaints.says("severity", *URGENT)
    return _unanswered(view, heavy & asked(view, "verification"))


@check(
    "light_plan_unanswered", "info", "completeness", ("solution", "severity", "kind"),
    Text("方案没有答完五问", "A plan, questions left open"), _UNANSWERED,
    breaks=item(*_answers("facts"), **CLOSED),
    keeps=item(*_answers("facts", "law", "policy", "departments", "humane"), **CLOSED),
)  # fmt: skip
def light_plan_unanswered(view: View) -> list[Cells]:
    """Of complaints that are over only those where somebody began to answer."""
    if not asks_facts(view):
        return []
    items = view.items
    begun = view.has_item(items.says("item_kind", "verification") & items.given("question"))
    light = view.complaint & ~view.complaints.says("severity", *URGENT)
    return _unanswered(view, light & (~view.finished | begun))
