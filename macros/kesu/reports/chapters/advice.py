"""What usually helps where a target is missed, by KPI."""

from __future__ import annotations

from typing import Final

from kesu.words.text import Text

ADVICE: Final[dict[str, Text]] = {
    "first_response_in_time": Text(
        "受理时即指定首问责任人，到期前一半时间提醒。",
        "Name the first person responsible at logging and remind at half the limit.",
    ),
    "reply_in_time": Text(
        "按等级排序处理，回复到期前提醒责任人；核查超时集中的环节。",
        "Work in order of tier, remind the owner before the reply is due, and look where the late ones waited.",
    ),
    "resolution_in_time": Text(
        "每日过一遍将到期清单，需跨部门的当天转办并约定时间。",
        "Go through what falls due every day; hand on the same day what other departments must do, with a time agreed.",
    ),
    "work_order_in_time": Text(
        "与该部门约定工单时限和替岗人，逐周通报。",
        "Agree limits and a deputy with the department and report back weekly.",
    ),
    "first_contact_resolution": Text(
        "把最常见问题的处理权限和话术交给一线。",
        "Give the front line the authority and the answers for the commonest problems.",
    ),
    "satisfaction": Text(
        "逐件复盘不满意的回访，先看回复是否慢、诉求是否没办完。",
        "Review each dissatisfied call-back: was the reply slow, was a demand left open?",
    ),
    "commitments_kept": Text(
        "承诺必须带时间并登记，到期前由责任人确认。",
        "Log every promise with its time; its owner confirms before it falls due.",
    ),
    "demands_settled": Text(
        "结案前逐条核对诉求，未办结不得结案。",
        "Check demand by demand before closing; nothing is closed with one open.",
    ),
    "plan_executed": Text(
        "每一步措施定责任人和到期时间，逾期即上报。",
        "Give each step an owner and a due time; report what is overdue.",
    ),
    "callback_coverage": Text(
        "解决后自动排入回访清单，专人回访。",
        "Put every resolved complaint on the call-back list, with one person to make the calls.",
    ),
    "escalated_per_million": Text(
        "严重投诉先由经理联系客户，避免越级。",
        "Have the manager call severe cases first, before customers go over our heads.",
    ),
    "answered_in_time": Text("按来电高峰排班。", "Staff the lines for the hours of most calls."),
    "escalation_started_in_time": Text(
        "授权一线立即启动转办，转办单带齐客户、问题、措施。",
        "Let the front line start transfers at once, with customer, problem and measures taken.",
    ),
}
"""One step for each KPI."""

FIND_THE_CAUSE: Final = Text("查明原因，定责任人和日期。", "Find the cause; set an owner and a date.")
