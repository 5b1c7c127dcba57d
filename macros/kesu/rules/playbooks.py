"""Playbooks as a team has them, what in a complaint picks them, and the next step for each kind of follow-up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from kesu.register.settings.playbooks import about_label, situations
from kesu.words.text import Text, folded

if TYPE_CHECKING:
    from kesu.register.settings import Settings


class Playbook(NamedTuple):
    """How complaints about one thing are handled: its name, and its lines by kind (`kesu.register.settings.playbooks.KINDS`)."""

    name: Text
    lines: Mapping[str, tuple[Text, ...]]

    def of(self, *kinds: str) -> tuple[Text, ...]:
        """The lines of these kinds, in this order."""
        return tuple(text for kind in kinds for text in self.lines.get(kind, ()))


def playbooks(settings: Settings) -> dict[str, Playbook]:
    """The team's playbooks by category, situation and value; "" holds for every complaint.

    A category of the team's own that is called as a situation (by code or by name) has that situation's playbook.
    """
    found: dict[str, dict[str, list[Text]]] = {}
    for line in settings.playbooks:
        found.setdefault(line.about, {}).setdefault(line.kind, []).append(line.text)
    names = {code.key: code.label for code in settings.codes["category"]}
    named = {folded(word): key for key, label in situations().items() for word in label}
    for key, label in names.items():
        same = next((named[folded(word)] for word in label if folded(word) in named), None)
        if key not in found and same in found:
            found[key] = found[same]
    return {
        about: Playbook(
            names.get(about) or Text(*(about_label(about, lang) or about for lang in ("zh", "en"))),
            {kind: tuple(texts) for kind, texts in lines.items()},
        )
        for about, lines in found.items()
    }


QUESTIONS: Final = (
    Text("双方的事实都清楚了吗？", "Are the facts clear on both sides?"),
    Text("与相关部门核实过吗？", "Was it checked with the departments?"),
    Text("符合公司规定吗？", "Is it consistent with policy?"),
    Text("不低于法律给客户的权利吗？", "Is it at least what the law gives?"),
    Text("合情合理、有人情味吗？", "Is it humane?"),
)
"""To be answered before a plan is put to the customer."""

FOLLOW_UPS: Final[dict[str, tuple[Text, Text]]] = {
    "improvement": (
        Text("改进措施", "Improvement"),
        Text("办好后填写完成日期；办不成的，改期或换办法", "Carry it out and enter the day; failing that, set a new date or find another way"),
    ),
    "first_response": (
        Text("首次响应", "First response"),
        Text("联系客户，确认已受理，复述问题", "Contact the customer, confirm receipt, repeat the problem back"),
    ),
    "reply": (
        Text("有效回复", "Substantive reply"),
        Text("给出实质答复和时间表", "Give a reply of substance, with times"),
    ),
    "resolution": (Text("解决", "Resolution"), Text("落实方案并请客户确认", "Carry the plan out and have the customer confirm")),
    "commitment": (Text("兑现承诺", "Commitment due"), Text("按承诺办理，并告诉客户", "Do what was promised and tell the customer")),
    "plan_step": (Text("方案步骤", "Plan step due"), Text("完成这一步，写明结果", "Finish this step and write down the result")),
    "contact": (Text("联系客户", "Contact the customer"), Text("主动告知进展，哪怕还没有结果", "Tell the customer where things stand, even without a result")),
    "call_back": (Text("回访", "Call back"), Text("回访客户，记录满意度", "Call the customer back and note the satisfaction")),
    "call_again": (
        Text("再次回访", "Call again"),
        Text("换个时段再打，记下这次有没有联系上", "Try at another time of day, and note whether the customer was reached"),
    ),
    "take_up_again": (
        Text("重新处理", "Take it up again"),
        Text("先问清哪里没解决，谈妥新方案后再回访；谈不拢的，由负责人写明决定和理由", "Ask what is not settled, agree on a new plan and call back; failing that, note a decision with name and reason"),
    ),
    "revisit": (
        Text("再访", "Re-visit"),
        Text("问问是否仍然满意、有什么建议，记为“再访”", "Ask whether all is still well and what could be better; note it as a re-visit"),
    ),
    "settle_demands": (
        Text("办结诉求", "Settle demands"),
        Text("逐项办结或说明，客户确认后再结案", "Settle or answer every demand, then close with the customer's consent"),
    ),
    "escalate": (Text("升级", "Escalate"), Text("一分钟内上报，交接客户、问题和已做的措施", "Hand up within a minute, with customer, problem and measures taken")),
    "reopened_reply": (
        Text("重开后回复", "Reply after reopening"),
        Text("由原负责人当日联系，先问清为什么不满意", "The same owner calls today and first asks what was not settled"),
    ),
}  # fmt: skip
"""Kind of follow-up → its name and the next step."""


STAGES: Final = {
    "first_response": "first",
    "reply": "reply",
    "reopened_reply": "first",
    "take_up_again": "reply",
    "resolution": "resolve",
    "call_back": "after",
}
"""Kind of follow-up that is about the substance → the step of a playbook that is next."""


def next_steps(kind: str, books: Mapping[str, Playbook]) -> dict[str, Text]:
    """Next step for a follow-up of ``kind`` by category; ``""`` stands for every other category.

    Where the kind is about the substance (`STAGES`) the first step that the category's playbook has for it is added.
    """
    step = FOLLOW_UPS[kind][1]
    found = {"": step}
    for about, book in books.items():
        more = book.of(STAGES[kind]) if about and kind in STAGES else ()
        if more:
            found[about] = Text(f"{step.zh}；{more[0].zh}", f"{step.en}; {lowered(more[0]).en}")
    return found


def lowered(words: Text) -> Text:
    """``words`` as they stand in the middle of a sentence."""
    return Text(words.zh, words.en[:1].lower() + words.en[1:])
