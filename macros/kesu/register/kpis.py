"""The KPIs by name and unit, as Settings, lists, reports and the KPI sheet show them.

How each is counted stands in `kesu.rules.kpis`, which has exactly these.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from kesu.words.text import Text

Unit = Literal["count", "share", "hours", "per_million", "per_complaint", "money"]


class Kpi(NamedTuple):
    """What a KPI is called and what it is counted in; a share is 0-1."""

    name: Text
    unit: Unit


KPIS: Final[dict[str, Kpi]] = {
    "complaints": Kpi(Text("投诉量", "Complaints"), "count"),
    "feedback": Kpi(Text("反馈量", "Feedback"), "count"),
    "feedback_in_time": Kpi(Text("反馈答复及时率", "Feedback answered in time"), "share"),
    "praise": Kpi(Text("表扬量", "Praise"), "count"),
    "complaints_per_million": Kpi(Text("百万客户投诉率", "Complaints per million customers"), "per_million"),
    "escalated_per_million": Kpi(
        Text("百万客户升级投诉率", "Escalated complaints per million"), "per_million"
    ),
    "first_response_in_time": Kpi(Text("首次响应及时率", "First response in time"), "share"),
    "reply_in_time": Kpi(Text("投诉处理回复及时率", "Substantive reply in time"), "share"),
    "resolution_in_time": Kpi(Text("解决及时率", "Resolution in time"), "share"),
    "work_order_in_time": Kpi(Text("工单处理及时率", "Work orders in time"), "share"),
    "first_contact_resolution": Kpi(Text("现场解决率", "First-contact resolution"), "share"),
    "satisfaction": Kpi(Text("投诉客户满意率", "Satisfaction rate"), "share"),
    "survey_satisfaction": Kpi(Text("问卷满意率", "Satisfaction by survey"), "share"),
    "survey_response": Kpi(Text("问卷答复率", "Survey response"), "share"),
    "cycle_mean": Kpi(Text("处理周期（平均）", "Processing cycle, mean"), "hours"),
    "cycle_median": Kpi(Text("处理周期（中位数）", "Processing cycle, median"), "hours"),
    "cycle_p90": Kpi(Text("处理周期（P90）", "Processing cycle, P90"), "hours"),
    "response_mean": Kpi(Text("平均响应时间", "Average response time"), "hours"),
    "urgent_response_mean": Kpi(Text("紧急投诉平均响应时间", "Urgent: average response time"), "hours"),
    "urgent_cycle_mean": Kpi(Text("紧急投诉平均处理周期", "Urgent: mean processing cycle"), "hours"),
    "repeat_rate": Kpi(Text("重复投诉率", "Repeat complaint rate"), "share"),
    "reopen_rate": Kpi(Text("重开率", "Reopen rate"), "share"),
    "commitments_kept": Kpi(Text("承诺兑现率", "Commitments kept"), "share"),
    "demands_settled": Kpi(Text("诉求办结率", "Demands settled"), "share"),
    "items_unproven": Kpi(Text("未证明的事项", "Items not proven"), "count"),
    "plan_executed": Kpi(Text("方案执行率", "Plan executed"), "share"),
    "callback_coverage": Kpi(Text("回访率", "Call-back coverage"), "share"),
    "callback_tries": Kpi(Text("平均回访次数", "Call-backs tried per complaint"), "per_complaint"),
    "closed_unreached": Kpi(Text("未联系上结案", "Closed as not reached"), "count"),
    "answered_in_time": Kpi(Text("接通及时率", "Answered within three rings"), "share"),
    "escalation_started_in_time": Kpi(Text("升级及时率", "Escalation started within a minute"), "share"),
    "transfers_mean": Kpi(Text("平均转办次数", "Transfers per complaint"), "per_complaint"),
    "compensation_paid": Kpi(Text("赔付金额", "Compensation paid"), "money"),
    "backlog_open": Kpi(Text("积压件数", "Open backlog"), "count"),
    "overdue_now": Kpi(Text("现已逾期", "Overdue now"), "count"),
    "awaiting_callback": Kpi(Text("现待回访", "Awaiting call-back now"), "count"),
}

ACCOUNT_NAMES: Final[dict[str, Text]] = {
    "rows_read": Text("读取行数", "Rows read"),
    "rows_left_out": Text("未计入行数", "Rows left out"),
}
"""The account of rows, which stands below the KPIs; nobody sets a target for it."""

NAMES: Final = {key: kpi.name for key, kpi in KPIS.items()}

UNITS: Final[dict[str, Text]] = {
    "share": Text("%", "%"),
    "hours": Text("小时", "hours"),
    "count": Text("件", "cases"),
    "per_million": Text("件/百万客户", "per million"),
    "per_complaint": Text("次/件", "per complaint"),
    "money": Text("元", "amount"),
}
MET: Final = {True: Text("✔ 达标", "✔ met"), False: Text("✘ 未达标", "✘ missed")}
"""Whether a target is met: sign and word, never colour alone."""
AGES: Final = (1, 3, 7, 14, 30)
"""Days at which the classes of age of what is open end, and the next begin."""
NOTHING: Final = "–"
"""Where there is no figure, or none that can be proven."""


def name_of(kpi: str) -> Text:
    """The name of a KPI, or of a line of the account of rows."""
    return KPIS[kpi].name if kpi in KPIS else ACCOUNT_NAMES[kpi]
