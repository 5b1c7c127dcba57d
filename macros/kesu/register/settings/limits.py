"""Numbers and words that checks and KPIs go by, for a team to set."""

from __future__ import annotations

from typing import Final, NamedTuple

from kesu.words.text import Text


class Limit(NamedTuple):
    """A number that checks and KPIs go by: its name, what it means, the value where a team sets none."""

    label: Text
    note: Text
    value: float


LIMITS: Final[dict[str, Limit]] = {
    "escalate_urgent_hours": Limit(
        Text("紧急投诉上报（小时）", "Escalate urgent after (hours)"),
        Text("紧急投诉超过这么久未解决又无人升级，检查会指出", "An urgent complaint unresolved for longer, and not escalated, is a finding"),
        24,
    ),
    "escalate_severe_hours": Limit(
        Text("严重投诉上报（小时）", "Escalate severe after (hours)"),
        Text("严重投诉超过这么久未解决又无人升级，检查会指出", "A severe complaint unresolved for longer, and not escalated, is a finding"),
        48,
    ),
    "lying_days": Limit(
        Text("小事搁置（天）", "Minor left lying after (days)"),
        Text("轻微投诉超过这么多天没有任何动作，检查会指出", "A minor complaint on which nothing was done for longer is a finding"),
        7,
    ),
    "transfers": Limit(
        Text("多次转办（次）", "Handed over too often (times)"),
        Text("转办达到这么多次，检查会指出", "So many transfers or more are a finding"),
        2,
    ),
    "ring_seconds": Limit(
        Text("接通时限（秒）", "Answered within (seconds)"),
        Text("在此秒数内接通才算及时；三声约 15 秒", "Answered within so many seconds counts as in time; three rings take about 15"),
        15,
    ),
    "start_seconds": Limit(
        Text("启动升级时限（秒）", "Transfer started within (seconds)"),
        Text("决定转办或升级后在此秒数内开始才算及时", "A transfer or escalation started within so many seconds of the decision counts as in time"),
        60,
    ),
    "callback_tries": Limit(
        Text("回访最多（次）", "Call-back tries"),
        Text("试过这么多次仍联系不到客户，才可以按“未联系上”结案", "After so many tries without reaching the customer a complaint may be closed as not reached"),
        3,
    ),
    "callback_gap_hours": Limit(
        Text("再次回访间隔（小时）", "Hours between call-back tries"),
        Text("没联系上，隔这么久再试一次", "Not reached: tried again after so many hours"),
        24,
    ),
    "revisit_days": Limit(
        Text("再访（结案后天数）", "Re-visit after closing (days)"),
        Text("结案这么多天后再访一次客户；0 为不再访", "The customer is asked again so many days after closing; 0: never"),
        0,
    ),
    "authority_amount": Limit(
        Text("赔付权限（金额）", "Amount one may decide alone"),
        Text("赔付超过它，要由别人批准；0 为不限", "Paying more needs the approval of somebody else; 0: no limit"),
        0,
    ),
}  # fmt: skip
"""Limits of the checks and of two KPIs, by key. Sources: the telecom table (24 h and 48 h for resolving an urgent and
a severe complaint) and the call-centre procedure (three rings, one minute)."""


DEFAULT_LIMITS: Final = {key: limit.value for key, limit in LIMITS.items()}

NEW_LIMITS: Final = DEFAULT_LIMITS | {"revisit_days": 30.0}
"""What a new register begins with; one that sets none goes on by `DEFAULT_LIMITS`."""


VAGUE: Final = (
    "尽快",
    "马上",
    "稍后",
    "过几天",
    "尽早",
    "近期",
    "as soon as possible",
    "asap",
    "shortly",
    "in due course",
)


JUDGEMENT: Final = (
    "无理取闹", "明显是", "胡搅蛮缠", "故意找茬", "不讲理", "素质低", "骗保", "unreasonable", "obviously", "troublemaker",
    "clearly the customer", "making a fuss", "liar",
)  # fmt: skip


FAULT: Final = (
    "是我们的错",
    "我方责任",
    "我们全责",
    "确实是我们的问题",
    "our fault",
    "we are to blame",
    "we were at fault",
)


OVERPROMISE: Final = ("绝不再", "再也不会", "打包票", "百分之百解决", "never happen again", "we guarantee")


MONEY: Final = ("答应赔", "全额退款", "we will compensate", "full refund")


CLAIM: Final = ("赔我", "退钱", "compensate me", "my money back")


THREAT: Final = ("打12315", "曝光", "起诉", "法庭上见", "take legal action", "see you in court")


WORD_LISTS: Final[dict[str, tuple[Text, tuple[str, ...]]]] = {
    "vague": (Text("含糊的承诺", "Vague promises"), VAGUE),
    "judgement": (Text("评判客户的话", "Judging words"), JUDGEMENT),
    "fault": (Text("未核实先认错", "Fault admitted"), FAULT),
    "overpromise": (Text("过头的承诺", "Over-promises"), OVERPROMISE),
    "money": (Text("答应给钱", "Money promised"), MONEY),
    "claim": (Text("客户索赔", "Money claimed"), CLAIM),
    "threat": (Text("扬言升级", "Threats to escalate"), THREAT),
}
"""Words that the checks look for; a team may edit them on the Settings sheet. Beside them stand phrasings
(`kesu.rules.phrases`), which cover the shipped words and more."""
