"""Code lists: the closed vocabularies of the register, declared once.

Source of the terms: the complaint form and the KPI table of the field (docs/definitions.md).
A team may relabel or extend a list on its Settings sheet; the workbook's copy rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kesu.words.text import LANGS, Text, folded


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a code list: stable key, labels, and other words people write for it."""

    key: str
    label: Text
    also: tuple[str, ...] = ()


def _c(key: str, zh: str, en: str, *also: str) -> Code:
    return Code(key, Text(zh, en), also)


CodeLists = Mapping[str, tuple[Code, ...]]

YES: Final = "yes"
NO: Final = "no"

CODE_LISTS: Final[CodeLists] = {
    "yes_no": (
        _c("yes", "是", "Yes", "y", "true", "1", "有", "√", "✓", "对"),
        _c("no", "否", "No", "n", "false", "0", "无", "×", "✗", "不"),
    ),
    "kind": (
        _c("complaint", "投诉", "Complaint", "客诉"),
        _c("feedback", "反馈", "Feedback", "意见", "建议"),
        _c("praise", "表扬", "Praise", "compliment"),
    ),
    "tier": (
        _c("vip", "VIP", "VIP", "贵宾", "重要客户", "大客户", "钻卡", "金卡"),
        _c("mid", "中端", "Mid tier", "全球通", "mid", "中端客户"),
        _c("other", "其他", "Other", "普通", "动感地带", "神州行", "normal", "standard", "普通客户"),
    ),
    "channel": (
        _c("phone", "电话", "Phone", "热线", "来电", "call", "hotline", "telephone"),
        _c("email", "邮件", "E-mail", "电子邮件", "邮箱", "mail"),
        _c("online", "在线客服", "Online / chat", "在线", "网络", "网站", "app", "chat", "online", "web"),
        _c("social", "社交媒体", "Social media", "微博", "微信", "抖音", "social", "wechat", "weibo"),
        _c("letter", "信函", "Letter", "信件", "来信"),
        _c("visit", "来访", "Visit", "上门", "营业厅", "门店", "现场", "walk-in", "branch", "store"),
        _c("other", "其他", "Other"),
    ),
    "category": (
        _c("quality", "产品质量", "Product quality", "质量", "quality"),
        _c("attitude", "服务态度", "Service attitude", "态度", "attitude", "staff"),
        _c("delivery", "交付延迟", "Delivery delay", "配送", "物流", "延迟", "delivery", "delay"),
        _c("price", "价格争议", "Price dispute", "价格", "费用", "资费", "price", "billing", "charges"),
        _c("process", "流程", "Process", "流程繁琐", "process"),
        _c("function", "功能（反馈）", "Function (feedback)", "功能", "function", "feature"),
        _c("performance", "性能（反馈）", "Performance (feedback)", "性能", "performance"),
        _c("interface", "界面（反馈）", "Interface (feedback)", "界面", "interface", "ui"),
        _c("usability", "易用性（反馈）", "Usability (feedback)", "易用性", "usability"),
        _c("other", "其他", "Other"),
    ),
    "collection": (
        _c("form", "表单", "Form", "意见表", "在线表单", "web form"),
        _c("survey", "问卷", "Survey", "问卷调查", "满意度调查", "questionnaire"),
        _c("notes", "客服记录", "Agent's notes", "客服备注", "agent notes", "notes"),
        _c("review", "评论", "Review or post", "评价", "帖子", "review", "post"),
        _c("interview", "访谈", "Interview", "座谈", "回访", "interview"),
        _c("other", "其他", "Other"),
    ),
    "emotional_state": (
        _c("calm", "平静", "Calm"),
        _c("anxious", "焦急", "Anxious", "着急", "焦虑"),
        _c("dissatisfied", "不满", "Dissatisfied"),
        _c("angry", "愤怒", "Angry", "生气"),
        _c("furious", "激烈（扬言升级）", "Furious (threatens to escalate)", "激烈", "furious"),
    ),
    "expectation": (
        _c("be_heard", "被倾听", "Be heard", "倾听", "解释"),
        _c("respect", "被尊重", "Respect", "尊重", "道歉"),
        _c("compensation", "得到补偿", "Compensation", "补偿", "赔偿", "退款"),
        _c("accountability", "追究责任人", "A person held responsible", "处理责任人", "追责"),
        _c("improvement", "改进", "Improvement", "整改"),
    ),
    "severity": (
        _c("minor", "轻微", "Minor", "低", "low"),
        _c("normal", "一般", "Normal", "中", "medium"),
        _c("severe", "严重", "Severe", "高", "high", "重大"),
        _c("urgent", "紧急", "Urgent", "特急", "critical", "危急"),
    ),
    "scope": (
        _c("single", "单个客户", "One customer", "个别", "single"),
        _c("several", "多个客户", "Several customers", "部分", "several"),
        _c("widespread", "大面积", "Widespread", "普遍", "群体"),
    ),
    "responsibility": (
        _c("internal", "内部", "Internal", "公司", "我方"),
        _c("third_party", "第三方", "Third party", "供应商", "合作方"),
        _c("external", "外部", "External", "不可抗力"),
        _c("customer", "客户", "Customer", "客户自身"),
        _c("pending", "待定", "Pending", "待核实", "调查中"),
    ),
    "remedy": (
        _c("explanation", "解释说明", "Explanation", "解释"),
        _c("apology", "道歉", "Apology"),
        _c("repair", "维修", "Repair"),
        _c("exchange", "换货", "Exchange", "更换"),
        _c("return", "退货", "Return"),
        _c("refund", "退款", "Refund"),
        _c("discount", "折扣", "Discount", "优惠"),
        _c("voucher", "代金券或礼品", "Voucher or gift", "代金券", "礼品", "voucher", "gift"),
        _c("compensation", "赔偿", "Compensation", "补偿"),
        _c("training", "培训", "Training"),
        _c("process_change", "流程改进", "Process change", "改进流程"),
        _c("none", "无", "None"),
    ),
    "escalated_to": (
        _c("internal", "内部上级", "Internal superior", "上级", "主管", "internal", "supervisor"),
        _c("ministry", "部委", "Ministry", "工信部"),
        _c("group", "集团", "Group headquarters", "集团公司", "group"),
        _c("regulator", "监管机构", "Regulator", "通管局", "市场监管", "12315"),
        _c("consumer_association", "消费者协会", "Consumer association", "消协"),
        _c("petition", "来信来访（信访）", "Visits and letters", "信访", "petition"),
    ),
    "satisfaction": (
        _c("very_satisfied", "非常满意", "Very satisfied", "很满意", "5"),
        _c("satisfied", "满意", "Satisfied", "4"),
        _c("basically_satisfied", "基本满意", "Basically satisfied"),
        _c("neutral", "一般", "Neutral", "3", "中立", "不好说"),
        _c("dissatisfied", "不满意", "Dissatisfied", "2"),
        _c("very_dissatisfied", "非常不满意", "Very dissatisfied", "很不满意", "1"),
    ),
    "status": (
        _c("new", "新建", "New", "待处理", "open"),
        _c("in_progress", "处理中", "In progress", "跟进中", "escalated"),
        _c("waiting", "等待客户", "Waiting for the customer", "暂停", "on hold", "waiting"),
        _c("resolved", "已解决", "Resolved", "已处理"),
        _c("closed", "已结案", "Closed", "结案", "关闭"),
        _c("reopened", "已重开", "Reopened", "重开"),
    ),
    "item_kind": (
        _c("demand", "诉求", "Demand"),
        _c("commitment", "承诺", "Commitment", "promise"),
        _c("option", "备选方案", "Option", "方案"),
        _c("action", "措施", "Action", "工单", "步骤", "step"),
        _c("contact", "联系", "Contact", "回电"),
        _c("hold", "暂停", "Hold", "挂起", "等待客户"),
        _c("transfer", "转办", "Transfer", "转派"),
        _c("verification", "核实", "Verification", "核查", "调查"),
        _c("escalation", "升级", "Escalation", "上报"),
        _c("approval", "批准", "Approval", "审批"),
        _c("decision", "决定", "Decision"),
        _c("suggestion", "客户建议", "Suggestion"),
        _c("revisit", "再访", "Re-visit", "定期回访", "revisit"),
        _c("survey", "问卷", "Survey", "满意度调查"),
        _c("link", "关联", "Linked case", "关联投诉"),
        _c("due_change", "改期", "Changed due date", "延期"),
        _c("cycle", "前轮", "Earlier cycle", "重开前", "前一轮"),
        _c("double", "重复核对", "Double check", "重复"),
        _c("conflict", "合并冲突", "Merge conflict"),
    ),
    "item_result": (
        _c("done", "已办结", "Done", "完成", "已完成", "兑现", "settled", "kept"),
        _c("declined", "不予支持", "Declined", "拒绝"),
        _c("withdrawn", "客户撤回", "Withdrawn", "撤回"),
        _c("cancelled", "取消", "Cancelled", "作废"),
        _c("failed", "未达成", "Failed", "未兑现", "未接通", "broken", "no answer"),
        _c("same", "同一件", "Same complaint", "同一件投诉"),
        _c("repeat", "再次投诉", "Complained again"),
        _c("different", "不是同一件", "Another matter"),
    ),
    "target": (
        _c("first_response", "首次响应", "First response"),
        _c("reply", "有效回复", "Substantive reply", "reply"),
        _c("resolution", "解决", "Resolution"),
        _c("callback", "回访", "Call-back", "callback"),
    ),
    "question": (
        _c("facts", "双方事实", "Facts on both sides"),
        _c("departments", "部门核实", "Departments"),
        _c("policy", "公司规定", "Policy"),
        _c("law", "法律", "Law"),
        _c("humane", "情理", "Humane"),
    ),
    "level": (
        _c("high", "高", "High"),
        _c("medium", "中", "Medium"),
        _c("low", "低", "Low"),
    ),
}

KESUS_OWN: Final = frozenset({"item_kind", "item_result"})
"""Lists whose meanings are kesu's: a team may rename what is in them, but nothing in them goes unknown."""

SHARED_ITEMS: Final = {"demand": "asked", "commitment": "offered"}
"""Kinds of items on the customer's print of a case, and under which heading (`kesu.register.columns.Shared`); the other
kinds are how the team works."""

SATISFIED: Final = frozenset({"very_satisfied", "satisfied", "basically_satisfied"})
"""Of five levels or of a scale from 1 to 5 (3 and neutral are not among them) counted as satisfied by the satisfaction rate (very satisfied + satisfied + basically satisfied)."""

SERVICE_CHANNELS: Final = frozenset({"phone", "email", "online", "social", "visit"})
"""Channels on which an agent can settle a complaint on first contact (letters cannot)."""

ESCALATED: Final = frozenset({"ministry", "group", "regulator", "consumer_association", "petition"})
"""Escalations that count per million customers; going to one's own superior does not."""

URGENT: Final = frozenset({"severe", "urgent"})
"""Severities of the urgent-handling KPIs."""

FINISHED: Final = frozenset({"resolved", "closed"})
"""Status values of a complaint on which no handling is pending."""


def lookup(codes: tuple[Code, ...]) -> dict[str, str]:
    """Folded key, label or synonym → key. Labels win over synonyms, earlier entries over later ones."""
    found: dict[str, str] = {}
    exact = ((word, code.key) for code in codes for word in (code.key, *(code.label.of(lg) for lg in LANGS)))
    loose = ((word, code.key) for code in codes for word in code.also)
    for word, key in (*exact, *loose):
        found.setdefault(folded(word) or word.strip(), key)
    return found


def merged(lists: Sequence[CodeLists]) -> CodeLists:
    """The code lists of several registers as one: every code once, as the first register that has it calls it."""
    found: dict[str, dict[str, Code]] = {}
    for codes in lists:
        for name, entries in codes.items():
            for code in entries:
                found.setdefault(name, {}).setdefault(code.key, code)
    return {name: tuple(codes.values()) for name, codes in found.items()}


def relabelled(lists: Sequence[CodeLists]) -> list[str]:
    """``list.key`` of the codes that registers call differently (in one language alone they may: sheets have one)."""
    first = merged(lists)
    known = {(name, code.key): code.label for name, codes in first.items() for code in codes}
    other = (
        f"{name}.{code.key}"
        for codes in lists
        for name, entries in codes.items()
        for code in entries
        if not set(code.label) & set(known[name, code.key])
    )
    return list(dict.fromkeys(other))


def label_of(codes: tuple[Code, ...], key: str, lang: str) -> str:
    """The label of ``key`` in ``lang``; the key itself where the list has no such entry."""
    return next((code.label.of(lang) for code in codes if code.key == key), key)
