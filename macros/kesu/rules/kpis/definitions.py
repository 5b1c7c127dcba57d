"""The KPIs, one plain function each; those of call-backs and satisfaction stand in `kesu.rules.kpis.outcomes`. Rows outside the period are left out by the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from kesu.register.codes import ESCALATED, FINISHED, SERVICE_CHANNELS, URGENT
from kesu.rules.days import whole_days
from kesu.rules.deadlines import MISSED, OPEN_TARGETS
from kesu.rules.kpis.registry import COURSE, DECK, ISO, kpi
from kesu.rules.tally import weighed

if TYPE_CHECKING:
    from kesu.rules.kpis.view import Bools, Floats, Scope

    Counted = tuple[Floats, Bools]


def _all(mask: Bools) -> Counted:
    return mask.astype(np.float64), mask


@kpi(
    "complaints",
    "count",
    zh="时间段内受理的投诉件数。",
    en="Complaints received in the period.",
    source=DECK,
)
def complaints(s: Scope) -> Counted:
    return _all(s.complaints_only)


@kpi(
    "feedback",
    "count",
    zh="时间段内受理的反馈件数。",
    en="Feedback received in the period.",
    source=DECK,
)
def feedback(s: Scope) -> Counted:
    return _all(s.is_kind("feedback"))


@kpi(
    "praise",
    "count",
    better="higher",
    zh="时间段内受理的表扬件数。",
    en="Praise received in the period.",
    source=DECK,
)
def praise(s: Scope) -> Counted:
    return _all(s.is_kind("praise"))


_PER_MILLION_ZH = "客户数取设置中该月的值，没有则沿用上一个有值的月；多个月为各月之和，不满一个月的按天数折算，所以都是月均值。没有客户数的登记表不计。"
_PER_MILLION_EN = (
    "Customers as set for the month, else the last month that has a figure; over several months they are added up, of "
    "a part of a month they count by its days, so the rate is a monthly one. Registers without a customer base are left out."
)


@kpi("complaints_per_million", base="customers", better="lower",
     zh=f"投诉件数 ÷ 客户数 × 10⁶。{_PER_MILLION_ZH}", en=f"Complaints ÷ customers × 10⁶. {_PER_MILLION_EN}")  # fmt: skip
def complaints_per_million(s: Scope) -> Counted:
    return _all(s.complaints_only)


_OUTSIDE: Final = rf"\b(?:{'|'.join(sorted(ESCALATED))})\b"


@kpi("escalated_per_million", base="customers", better="lower", needs=("escalated_to",),
     zh=f"升级到部委、集团、监管机构、消费者协会或信访的投诉 ÷ 客户数 × 10⁶。{_PER_MILLION_ZH}",
     en=f"Complaints escalated to a ministry, the group, a regulator, a consumer association or by visits and letters ÷ customers × 10⁶. {_PER_MILLION_EN}")  # fmt: skip
def escalated_per_million(s: Scope) -> Counted:
    outside = s.facts.complaints["escalated_to"].str.contains(_OUTSIDE, regex=True, na=False)
    return _all(s.complaints_only & outside.to_numpy(bool))


def _in_time(s: Scope, target: str, of: Bools | None = None) -> Counted:
    data = s.facts.complaints
    now, before = data[f"{target}_state"], data[f"{target}_earlier_state"]
    missed = (now.isin(MISSED) | before.isin(MISSED)).to_numpy(bool)
    met = now.eq("met").to_numpy(bool) | (before.eq("met") & now.eq("none")).to_numpy(bool)
    return (met & ~missed).astype(np.float64), (met | missed) & (s.complaints_only if of is None else of)


_DECIDED_ZH = (
    "未到期的还没有结论，不计入分母；已到期而没写何时完成的算没有按时；重开过的，重开前后两轮都要按时。"
)
_DECIDED_EN = (
    "Those not yet due are undecided and not counted; finished ones that do not say when count as missed once due; of "
    "reopened ones both cycles must be in time."
)


@kpi("first_response_in_time", better="higher", needs=("first_response_at",),
     zh=f"时限内首次响应 ÷ 有结论的投诉（已响应或已过期）。{_DECIDED_ZH}",
     en=f"First response within its limit ÷ complaints that are decided (answered or past due). {_DECIDED_EN}")  # fmt: skip
def first_response_in_time(s: Scope) -> Counted:
    return _in_time(s, "first_response")


@kpi("reply_in_time", better="higher", needs=("replied_at",),
     zh=f"按客户等级时限有效回复 ÷ 当月投诉中有结论的。{_DECIDED_ZH}",
     en=f"Substantive reply within the tier's limit ÷ complaints of the month that are decided. {_DECIDED_EN}")  # fmt: skip
def reply_in_time(s: Scope) -> Counted:
    return _in_time(s, "reply")


@kpi("feedback_in_time", better="higher", needs=("replied_at",),
     zh=f"时限内有效回复的反馈 ÷ 有结论的反馈；时限取设置中适用于反馈的规则，没有这样的规则则不计。{_DECIDED_ZH}",
     en=f"Feedback with a substantive reply within its limit ÷ feedback that is decided; the limit is that of the rules for feedback on Settings, without one nothing is counted. {_DECIDED_EN}")  # fmt: skip
def feedback_in_time(s: Scope) -> Counted:
    return _in_time(s, "reply", s.is_kind("feedback"))


@kpi("resolution_in_time", better="higher", needs=("resolved_at",),
     zh=f"时限内解决 ÷ 有结论的投诉。{_DECIDED_ZH}",
     en=f"Resolved within the limit ÷ complaints that are decided. {_DECIDED_EN}", source=ISO)  # fmt: skip
def resolution_in_time(s: Scope) -> Counted:
    return _in_time(s, "resolution")


@kpi("work_order_in_time", base="items", better="higher", placed="due", needs=("done_at|result",),
     zh="派给部门的措施中按时完成的 ÷ 已完成或已到期的；没写期限的按方案步骤规则。",
     en="Actions given to a department that were done in time ÷ those done or past due; without a due time the rule for plan steps counts.")  # fmt: skip
def work_order_in_time(s: Scope) -> Counted:
    in_time, decided = s.items_in_time("action")
    return in_time, decided & s.facts.items["department"].notna().to_numpy(bool)


@kpi("first_contact_resolution", better="higher",
     zh="现场解决且没有转办、没有重开 ÷ 服务渠道（电话、邮件、在线、社交媒体、来访）受理的投诉；登记表不用“现场解决”列时不计。",
     en="Resolved on first contact, without a transfer and not reopened ÷ complaints received by service channels (phone, e-mail, online, social media, visit); registers that do not use the column are left out.")  # fmt: skip
def first_contact_resolution(s: Scope) -> Counted:
    dispatched = (s.number("transfers") > 0) | (s.facts.complaints["transfer_items"].to_numpy() > 0)
    solved = s.equals("resolved_on_first_contact", "yes") & ~dispatched & ~s.came_back
    counted = s.complaints_only & s.equals("channel", *SERVICE_CHANNELS) & s.used("resolved_on_first_contact")
    return solved.astype(np.float64), counted


_CYCLE_ZH = "从受理到彻底解决的自然小时数，{}；未解决的、重开后还没解决的不计。"
_CYCLE_EN = "Wall-clock hours from receipt to full resolution, {}; unresolved ones, and reopened ones not resolved anew, are not counted."


def _cycle(s: Scope) -> Counted:
    hours, known = s.hours_between("received_at", "resolved_at")
    return hours, known & ~s.open_again


kpi(
    "cycle_mean",
    better="lower",
    source=DECK,
    zh=_CYCLE_ZH.format("平均"),
    en=_CYCLE_EN.format("mean"),
)(_cycle)
kpi(
    "cycle_median",
    "median",
    better="lower",
    source=DECK,
    zh=_CYCLE_ZH.format("中位数"),
    en=_CYCLE_EN.format("median"),
)(_cycle)
kpi(
    "cycle_p90",
    "p90",
    better="lower",
    source=DECK,
    zh=_CYCLE_ZH.format("90% 的投诉不超过"),
    en=_CYCLE_EN.format("90th percentile"),
)(_cycle)


@kpi("response_mean", better="lower", source=DECK,
     zh="从受理到首次响应的自然小时数，平均；没有记录首次响应的不计。",
     en="Wall-clock hours from receipt to first response, mean; those without a recorded first response are not counted.")  # fmt: skip
def response_mean(s: Scope) -> Counted:
    return s.hours_between("received_at", "first_response_at")


@kpi("urgent_response_mean", better="lower", source=DECK,
     zh="严重和紧急投诉的平均响应时间。", en="Average response time of severe and urgent complaints only.")  # fmt: skip
def urgent_response_mean(s: Scope) -> Counted:
    return _urgent(s, response_mean(s))


@kpi("urgent_cycle_mean", better="lower", source=DECK,
     zh="严重和紧急投诉的平均处理周期。", en="Mean processing cycle of severe and urgent complaints only.")  # fmt: skip
def urgent_cycle_mean(s: Scope) -> Counted:
    return _urgent(s, _cycle(s))


def _urgent(s: Scope, counted: Counted) -> Counted:
    urgent = s.equals("severity", *URGENT)
    return np.where(urgent, counted[0], 0.0), counted[1] & urgent


@kpi("repeat_rate", better="lower", source=DECK,
     zh="同一客户（账号，没有则联系方式）同一类型在窗口天数内再次投诉 ÷ 投诉；首次的那件不算重复；登记表不填账号和联系方式、或不填投诉类型时不计。",
     en="Complaints by the same customer (account, else contact) of the same category within the window after an earlier one ÷ complaints; the first one is no repeat; registers that name neither account nor contact, or no category, are left out.")  # fmt: skip
def repeat_rate(s: Scope) -> Counted:
    known = (s.used("customer_account") | s.used("customer_contact")) & s.used("category")
    return s.repeats.astype(np.float64), s.complaints_only & known


@kpi("reopen_rate", better="lower", needs=("reopened_at",), source=ISO,
     zh="重开过的投诉 ÷ 解决过的投诉。", en="Complaints that were reopened ÷ complaints that had been resolved.")  # fmt: skip
def reopen_rate(s: Scope) -> Counted:
    resolved = s.given("resolved_at") | s.equals("status", *FINISHED) | s.came_back
    return s.came_back.astype(np.float64), resolved & s.complaints_only


_ITEMS_ZH = (
    "取消、客户撤回的不计；已办而没写何时办、或没有期限的，既不算兑现也不算失信，另计为“未证明的事项”。"
)
_ITEMS_EN = (
    "Cancelled and withdrawn ones are left out; those done without a time of doing, or without a due time, are neither kept "
    "nor broken: they are counted as items not proven."
)


@kpi("commitments_kept", base="items", better="higher", needs=("done_at|result",), source=COURSE,
     zh=f"按时兑现的承诺 ÷ 已兑现或已到期的承诺。{_ITEMS_ZH}", en=f"Commitments kept in time ÷ commitments done or past due. {_ITEMS_EN}")  # fmt: skip
def commitments_kept(s: Scope) -> Counted:
    return s.items_in_time("commitment")


@kpi("demands_settled", base="items", better="higher", needs=("done_at|result",), source=COURSE,
     zh="已办结（含不予支持）的诉求，不论是否按时 ÷ 已办结、未达成、已到期或所属投诉已解决的诉求；取消、撤回的不计。",
     en="Demands settled (declined ones too), in time or late ÷ demands settled, failed, past due, or of a complaint that is resolved; cancelled and withdrawn ones are left out.")  # fmt: skip
def demands_settled(s: Scope) -> Counted:
    items = s.facts.items
    settled, (_, decided) = s.settled, s.items_in_time("demand")
    resolved = items["resolved_at"]
    again = items["status"].eq("reopened") | (items["reopened_at"] > resolved)
    over = ((items["status"].isin(FINISHED) | resolved.notna()) & ~again).to_numpy(bool)
    return settled.astype(np.float64), decided | (s.item_kind("demand") & (over | settled) & ~s.dropped)


@kpi("items_unproven", "count", base="items", better="lower", needs=("done_at|result",), source=COURSE,
     zh="已办的承诺和措施中，没写何时办、没有期限、或只写了日期而当天到期，因而无法证明是否按时的。",
     en="Commitments and actions done of which nothing proves whether in time: no time of doing, no due time, or a date alone on the day that decides.")  # fmt: skip
def items_unproven(s: Scope) -> Counted:
    return _all((s.item_kind("commitment") | s.item_kind("action")) & s.unproven)


@kpi("plan_executed", base="items", better="higher", needs=("done_at|result",), source=COURSE,
     zh="按时完成的措施 ÷ 已完成或已到期的措施；没写期限的按方案步骤规则。取消的、没写何时办的不计。",
     en="Actions done in time ÷ actions done or past due; without a due time the rule for plan steps counts. Cancelled ones, and those that do not say when they were done, are left out.")  # fmt: skip
def plan_executed(s: Scope) -> Counted:
    return s.items_in_time("action")


@kpi("answered_in_time", better="higher", source=COURSE,
     zh="{ring_seconds} 秒（设置里的界限）内接通 ÷ 记录了接通时长的投诉。", en="Answered within {ring_seconds} s (a limit on Settings) ÷ complaints where it was noted.")  # fmt: skip
def answered_in_time(s: Scope) -> Counted:
    noted = s.given("answered_after_seconds") & s.complaints_only
    return (s.number("answered_after_seconds") <= s.limit("ring_seconds", s.facts.complaints)).astype(
        np.float64
    ), noted


@kpi("escalation_started_in_time", base="items", better="higher", source=COURSE,
     zh="决定后 {start_seconds} 秒（设置里的界限）内开始的转办和升级 ÷ 两个时间都有记录的转办和升级。",
     en="Transfers and escalations started within {start_seconds} s (a limit on Settings) of the decision ÷ those where both times are noted.")  # fmt: skip
def escalation_started_in_time(s: Scope) -> Counted:
    items = s.facts.items
    decided, started = (items[key].to_numpy("datetime64[s]") for key in ("noted_at", "started_at"))
    handed = s.item_kind("transfer") | s.item_kind("escalation")
    known = handed & ~np.isnat(decided) & ~np.isnat(started) & (started >= decided)
    known &= ~(whole_days(decided.astype(np.int64)) | whole_days(started.astype(np.int64)))
    seconds = (started - decided).astype("timedelta64[s]").astype(np.float64)
    return np.where(known, seconds <= s.limit("start_seconds", items), False).astype(np.float64), known


@kpi("transfers_mean", better="lower", source=COURSE,
     zh="转办次数（登记的次数与转办事项数取大者）÷ 投诉；两处都不用的登记表不计。",
     en="Transfers (the number noted or the transfer items, whichever is more) ÷ complaints; registers that note neither are left out.")  # fmt: skip
def transfers_mean(s: Scope) -> Counted:
    data = s.facts.complaints
    listed = data["transfer_items"].to_numpy(np.float64)
    register = data["register"].cat.codes.to_numpy()
    lists = weighed(register, listed, 1)[register] > 0
    return np.maximum(s.number("transfers"), listed), s.complaints_only & (s.used("transfers") | lists)


@kpi("compensation_paid", "sum", source=DECK,
     zh="赔付金额合计；分母为有赔付的件数。", en="Compensation paid in total; the denominator is the number of payments.")  # fmt: skip
def compensation_paid(s: Scope) -> Counted:
    paid = s.given("compensation_paid") & (s.number("compensation_paid") != 0)
    return s.number("compensation_paid"), paid & s.complaints_only


@kpi("backlog_open", "count", better="lower", placed="end", needs=("status|resolved_at",), source=ISO,
     zh="时间段末（不晚于统计时点）仍未解决的投诉，不论何时受理。",
     en="Complaints not resolved at the end of the period (or as of now, if earlier), whenever received.")  # fmt: skip
def backlog_open(s: Scope) -> Counted:
    return _all(open_at(s, np.datetime64(s.end, "s")))


@kpi("overdue_now", "count", better="lower", placed="now", needs=("status|resolved_at",), source=COURSE,
     zh="首次响应、有效回复或解决已逾期的投诉；逾期的回访另计。", en="Complaints whose first response, reply or resolution is overdue; call-backs are counted apart.")  # fmt: skip
def overdue_now(s: Scope) -> Counted:
    data = s.facts.complaints
    late = np.logical_or.reduce(
        [data[f"{target}_state"].eq("overdue").to_numpy(bool) for target in OPEN_TARGETS]
    )
    return _all(late & s.complaints_only)


def backlog_known(s: Scope) -> Bools:
    """Complaints of registers that say at all what is done."""
    return s.has("status|resolved_at")


def open_at(s: Scope, when: np.datetime64) -> Bools:
    """Complaints received before ``when`` and not resolved then (reopened ones are open until resolved anew)."""
    is_open: Bools = s.complaints_only & s.facts.stints.open_at(int(when.astype(np.int64)))
    return is_open
