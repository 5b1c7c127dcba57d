"""Playbooks by category and the next step for each kind of follow-up, in our own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kesu.words.text import Text


@dataclass(frozen=True, slots=True)
class Playbook:
    """How to handle one category of complaint: what the customer values, steps, lines to say and to avoid."""

    category: str
    values: Text
    steps: tuple[Text, ...]
    say: tuple[Text, ...]
    avoid: tuple[Text, ...]


PLAYBOOKS: Final[tuple[Playbook, ...]] = (
    Playbook(
        "quality",
        Text("可靠", "Reliability"),
        (
            Text("检查产品，不怀疑客户", "Check the product without doubting the customer"),
            Text("按规定维修或更换，并说明保修", "Repair or replace per policy, and explain the warranty"),
        ),
        (
            Text("谢谢您告诉我，我现在就为您安排检测。", "Thank you for telling me. I am arranging a check right now."),
            Text("保修范围我给您念清楚，您看怎样方便。", "Let me go through what the warranty covers, and you choose what suits you."),
        ),
        (Text("是不是您使用不当？", "Did you perhaps use it wrongly?"),),
    ),
    Playbook(
        "attitude",
        Text("尊重", "Respect"),
        (
            Text("真诚道歉，不替员工辩解", "Apologise sincerely, do not defend the employee"),
            Text("承诺并记录培训，表达心意，事后再确认", "Promise and record training, show goodwill, confirm later"),
        ),
        (
            Text("让您受委屈了，这件事由我负责到底。", "I am sorry you were treated like that. I will see this through myself."),
            Text("谢谢您愿意说出来，我会记录并反馈结果给您。", "Thank you for speaking up. I will record it and tell you the outcome."),
        ),
        (Text("他平时不是这样的。", "He is not normally like that."),),
    ),
    Playbook(
        "delivery",
        Text("速度", "Speed"),
        (
            Text("说明真实原因，不找借口", "Give the real reason, no excuses"),
            Text("给出可靠的新日期，随时通报，按延误时长补偿", "Give a new date that holds, keep the customer posted, discount by length of delay"),
        ),
        (
            Text("谢谢您的耐心，我查到包裹现在在……，预计……送到。", "Thank you for your patience. I can see it is at …, and it will be with you by …."),
            Text("有变化我会在……点前主动联系您。", "If anything changes, I will call you before …."),
        ),
        (Text("这是物流的问题，我们也没办法。", "That is the carrier's business, not ours."),),
    ),
    Playbook(
        "price",
        Text("金额清楚", "Money"),
        (
            Text("逐项说明费用", "Break the charges down openly"),
            Text("需要退款时，先退到账户，再考虑现金", "Refund to the account before a refund in cash"),
        ),
        (
            Text("我把每一笔费用给您列出来，我们一起核对。", "Let me list every charge, and we check them together."),
            Text("核实有误，我会在……前退到您的账户。", "If it was charged wrongly, I will refund it to your account by …."),
        ),
        (Text("系统扣的，不会错。", "The system never makes mistakes."),),
    ),
    Playbook(
        "process",
        Text("灵活", "Flexibility"),
        (
            Text("在规定之内灵活处理", "Be flexible within the rules"),
            Text("一位负责人跟到底，不让客户重复讲", "One owner to the end; the customer need not repeat anything"),
        ),
        (
            Text("您不用再跑，我来协调，办好了告诉您。", "You need not come again. I will arrange it and tell you when it is done."),
        ),
        (Text("这不归我们管。", "That is not our responsibility."),),
    ),
)  # fmt: skip

QUESTIONS: Final = (
    Text("双方的事实都清楚了吗？", "Are the facts clear on both sides?"),
    Text("与相关部门核实过吗？", "Was it checked with the departments?"),
    Text("符合公司规定吗？", "Is it consistent with policy?"),
    Text("不低于法律给客户的权利吗？", "Is it at least what the law gives?"),
    Text("合情合理、有人情味吗？", "Is it humane?"),
)
"""To be answered before a plan is put to the customer."""

FOLLOW_UPS: Final[dict[str, tuple[Text, Text]]] = {
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


def next_steps(kind: str) -> dict[str, Text]:
    """Next step for a follow-up of ``kind`` by category; ``""`` stands for every other category.

    Where the kind is about the substance (reply, resolution, reopened reply, taken up again) the category's playbook is added.
    """
    step = FOLLOW_UPS[kind][1]
    if kind not in {"reply", "resolution", "reopened_reply", "take_up_again"}:
        return {"": step}
    return {"": step} | {
        book.category: Text(f"{step.zh}；{book.steps[0].zh}", f"{step.en}; {_lower(book.steps[0].en)}")
        for book in PLAYBOOKS
    }


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
