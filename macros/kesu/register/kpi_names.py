"""Names of the KPIs, as Settings, reports and the KPI sheet show them (definitions stand in `kesu.rules.kpis`)."""

from __future__ import annotations

from typing import Final

from kesu.words.text import Text

KPI_NAMES: Final[dict[str, Text]] = {
    "complaints": Text("投诉量", "Complaints"),
    "feedback": Text("反馈量", "Feedback"),
    "praise": Text("表扬量", "Praise"),
    "complaints_per_million": Text("百万客户投诉率", "Complaints per million customers"),
    "escalated_per_million": Text("百万客户升级投诉率", "Escalated complaints per million"),
    "first_response_in_time": Text("首次响应及时率", "First response in time"),
    "reply_in_time": Text("投诉处理回复及时率", "Substantive reply in time"),
    "resolution_in_time": Text("解决及时率", "Resolution in time"),
    "work_order_in_time": Text("工单处理及时率", "Work orders in time"),
    "first_contact_resolution": Text("现场解决率", "First-contact resolution"),
    "satisfaction": Text("投诉客户满意率", "Satisfaction rate"),
    "cycle_mean": Text("处理周期（平均）", "Processing cycle, mean"),
    "cycle_median": Text("处理周期（中位数）", "Processing cycle, median"),
    "cycle_p90": Text("处理周期（P90）", "Processing cycle, P90"),
    "response_mean": Text("平均响应时间", "Average response time"),
    "urgent_response_mean": Text("紧急投诉平均响应时间", "Urgent: average response time"),
    "urgent_cycle_mean": Text("紧急投诉平均处理周期", "Urgent: mean processing cycle"),
    "repeat_rate": Text("重复投诉率", "Repeat complaint rate"),
    "reopen_rate": Text("重开率", "Reopen rate"),
    "commitments_kept": Text("承诺兑现率", "Commitments kept"),
    "demands_settled": Text("诉求办结率", "Demands settled"),
    "plan_executed": Text("方案执行率", "Plan executed"),
    "callback_coverage": Text("回访率", "Call-back coverage"),
    "answered_in_time": Text("接通及时率", "Answered within three rings"),
    "escalation_started_in_time": Text("升级及时率", "Escalation started within a minute"),
    "transfers_mean": Text("平均转办次数", "Transfers per complaint"),
    "compensation_paid": Text("赔付金额", "Compensation paid"),
    "backlog_open": Text("积压件数", "Open backlog"),
}

ACCOUNT_NAMES: Final[dict[str, Text]] = {
    "rows_read": Text("读取行数", "Rows read"),
    "rows_left_out": Text("未计入行数", "Rows left out"),
}
"""The account of rows, which stands below the KPIs; nobody sets a target for it."""


def name_of(kpi: str) -> Text:
    """The name of a KPI, or of a line of the account of rows."""
    return KPI_NAMES.get(kpi) or ACCOUNT_NAMES[kpi]


SHARES: Final = frozenset(
    {
        "answered_in_time", "callback_coverage", "commitments_kept", "demands_settled", "escalation_started_in_time",
        "first_contact_resolution", "first_response_in_time", "plan_executed", "reopen_rate", "repeat_rate",
        "reply_in_time", "resolution_in_time", "satisfaction", "work_order_in_time",
    }
)  # fmt: skip
"""KPIs that are shares, 0-1: a target above 1 is a slip (96 for 96 %)."""
