"""The columns of the register, of its items and of the improvements, declared once.

The template builder, the reader, the derived checks (required, type, code, unique), the masking and
the documentation all come from these rows. Adding a column is adding a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from kesu.words.text import LANGS, Text, folded

Kind = Literal["id", "text", "long_text", "phone", "time", "number", "code", "codes"]
Personal = Literal["", "name", "contact", "account", "free", "team"]
EntrySheet = Literal["register", "items", "improvements"]
Shared = Literal["", "case", "asked", "done", "offered"]
Required = Literal["", "begun", "not_praise", "complaint"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    ``kind``: id and phone are text that only looks like a number; time is local wall-clock time to the
    minute; number is a plain figure in the unit that the key or label names; code is one entry of the code
    list ``codes``; codes is any number of them, separated by 、 , ; or /.
    ``required``: what must be filled at logging (``"begun"``: as soon as the row is begun, ``"not_praise"``: the same but
    for praise, ``"complaint"``: for complaints only).
    ``personal``: how reports mask it (``"free"``: free text in which persons may be named; ``"team"``: a person of
    the team, who is shown). Other text columns lose what is known of the row's customer.
    ``shared``: under which heading of the customer's print of a case it stands; "", unless a column says otherwise: it
    is the team's own and never there (whoever is involved or at fault, judgements, lessons, free text that may blame).
    """

    key: str
    section: str
    kind: Kind
    label: Text
    hint: Text
    width: int
    codes: str = ""
    required: Required = ""
    personal: Personal = ""
    also: tuple[str, ...] = ()
    shared: Shared = ""


SECTIONS: Final[dict[str, Text]] = {
    "record": Text("登记", "Record"),
    "customer": Text("客户基本信息", "Customer"),
    "time_channel": Text("投诉时间和渠道", "Time and channel"),
    "description": Text("问题描述", "Description"),
    "involved": Text("相关人员和部门", "Involved parties"),
    "first_response": Text("首次响应", "First response"),
    "analysis": Text("分析", "Analysis"),
    "resolution": Text("处理", "Resolution"),
    "follow_up": Text("回访与结案", "Follow-up and closing"),
}
"""Sections of the form in order; the five after ``record`` must be complete at logging."""


def _col(
    key: str,
    section: str,
    kind: Kind,
    zh: str,
    en: str,
    hint_zh: str,
    hint_en: str,
    width: int,
    *also: str,
    codes: str = "",
    required: Required = "",
    personal: Personal = "",
    shared: Shared = "",
) -> Column:
    label, hint = Text(zh, en), Text(hint_zh, hint_en)
    return Column(key, section, kind, label, hint, width, codes, required, personal, also, shared)


REGISTER: Final[tuple[Column, ...]] = (
    _col("complaint_id", "record", "id", "投诉编号", "Complaint no.",
         "每件一个编号，不得重复。", "One number a case, never used twice.",
         15, "编号", "工单号", "complaint id", "id", "case no", "ticket id", required="begun", shared="case"),
    _col("kind", "record", "code", "类别", "Kind",
         "投诉、反馈或表扬，分别统计。", "Complaint, feedback or praise; counted apart.",
         11, "记录类别", "record type", codes="kind", required="begun"),
    _col("customer_name", "customer", "text", "客户姓名", "Customer name",
         "准确填写客户姓名。", "The customer's name, accurately.",
         12, "姓名", "name", "customer", required="begun", personal="name", shared="case"),
    _col("customer_contact", "customer", "phone", "联系方式", "Contact",
         "电话或邮箱；电话必须是完整的电话号码。", "Phone or e-mail; a phone number must be a whole phone number.",
         22, "联系电话", "电话", "手机", "phone", "contact no", required="complaint", personal="contact"),
    _col("customer_account", "customer", "id", "客户账号", "Account",
         "会员号、用户号或订单账号；同一客户写法一致。", "Member, user or order account, always written the same way.",
         14, "账号", "客户编号", "customer id", "account no", personal="account"),
    _col("customer_tier", "customer", "code", "客户等级", "Tier",
         "决定回复时限。", "Decides how soon a reply is due.",
         11, "等级", "customer tier", "level", codes="tier", required="complaint"),
    _col("received_at", "time_channel", "time", "受理时间", "Received at",
         "精确到分钟，例如 2026-10-08 09:30；不得晚于现在。填入此刻：Ctrl+;，空格，Ctrl+Shift+;。", "To the minute, e.g. 2026-10-08 09:30; not in the future. For now: Ctrl+;, a space, Ctrl+Shift+;.",
         17, "投诉时间", "接收时间", "received", "created at", "date received", required="begun", shared="case"),
    _col("channel", "time_channel", "code", "投诉渠道", "Channel",
         "客户通过哪里投诉。", "Where the customer complained.",
         12, "渠道", "source", codes="channel", required="begun", shared="case"),
    _col("collection", "time_channel", "code", "收集方式", "Collected through",
         "反馈和表扬是怎么收到的：表单、问卷、客服记录……", "How feedback or praise was taken down: a form, a survey, an agent's notes …",
         12, "collection method", "收集渠道", codes="collection"),
    _col("first_responsible", "time_channel", "text", "首问责任人", "First responsible",
         "第一个接待客户的人，负责到底。", "Who took the case first stays answerable for it.",
         12, "受理人", "handled by", "agent", required="complaint", personal="team"),
    _col("sent_at", "time_channel", "time", "客户发出时间", "Sent at",
         "来信、邮件或监管转来的发出时间（如有）。", "When the customer or authority sent it, if known.",
         17, "sent", "date sent"),
    _col("answered_after_seconds", "time_channel", "number", "接通时长（秒）", "Answered after (s)",
         "电话响铃到接听的秒数；三声约 15 秒。", "Seconds of ringing before the call was answered; three rings are about 15.",
         11, "接通时长", "answered after"),
    _col("verbatim", "description", "long_text", "客户原话", "Verbatim",
         "照录客户的话，不评判、不解释。", "The customer's own words; no judgement, no explanation.",
         36, "投诉内容", "customer's words", "complaint description", required="begun", personal="free", shared="asked"),
    _col("details", "description", "long_text", "问题细节", "Details",
         "何时、何地、发生了什么。", "When, where, what happened.",
         30, "细节", personal="free"),
    _col("category", "description", "code", "投诉类型", "Category",
         "选最主要的一类。", "The one that weighs most.",
         13, "问题类型", "type", "complaint type", codes="category", required="not_praise"),
    _col("product", "description", "text", "产品", "Product",
         "产品或业务名称；同一产品写法一致。", "Product or service; write one product one way.",
         16, "产品/版本", "product / version", "产品名称", "业务", shared="asked"),
    _col("version", "description", "text", "版本", "Version",
         "产品的版本，例如 4.2。", "The product's version, e.g. 4.2.",
         10, "版本号", "release", shared="asked"),
    _col("emotional_state", "description", "code", "情绪状态", "Emotional state",
         "客户此刻的情绪。", "How the customer feels now.",
         12, "情绪", "emotion", codes="emotional_state"),
    _col("expectation", "description", "codes", "客户期望", "Expectation",
         "客户希望得到什么；可填多项，用“、”分开。", "What the customer expects; several may be given, separated by commas.",
         16, "期望", "expects", codes="expectation", required="complaint", shared="asked"),
    _col("evidence", "description", "long_text", "证据", "Evidence",
         "照片、录音、订单的链接。", "Links to photographs, recordings, orders.",
         18, "附件", "links", personal="free"),
    _col("involved_staff", "involved", "text", "涉及人员", "Staff involved",
         "客观记录，不预设责任；没有则填“无”。", "Objectively; blame is not presumed. Write “none” if there is nobody.",
         13, "相关人员", "staff", required="complaint", personal="name"),
    _col("involved_departments", "involved", "text", "涉及部门", "Departments involved",
         "客观记录，不预设责任；没有则填“无”。", "Objectively; blame is not presumed. Write “none” if there is none.",
         14, "相关部门", "部门", "department", "departments", required="complaint"),
    _col("first_response_at", "first_response", "time", "首次响应时间", "First response at",
         "第一次答复客户的时间，不早于受理时间。", "When the customer was first answered; not before receipt.",
         17, "首次回复时间", "first response", "first reply at", shared="done"),
    _col("measures_taken", "first_response", "long_text", "已采取措施", "Measures taken",
         "已经为客户做了什么。", "What has been done for the customer so far.",
         24, "措施", required="complaint", personal="free", shared="done"),
    _col("commitments", "first_response", "long_text", "承诺", "Commitments",
         "对客户的每一个承诺都要记录，并写明时间；没有则填“无”。",
         "EVERY promise to the customer, with its time. Write “none” if nothing was promised.",
         24, "承诺事项", "promises", required="complaint", personal="free", shared="offered"),
    _col("severity", "analysis", "code", "严重程度", "Severity",
         "与客户等级一起决定时限。", "Decides the deadlines together with the tier.",
         11, "优先级", "priority", codes="severity"),
    _col("scope", "analysis", "code", "影响范围", "Scope",
         "影响了多少客户。", "How many customers are affected.",
         12, "范围", codes="scope"),
    _col("root_cause", "analysis", "text", "根本原因", "Root cause",
         "与部门核实后填写；同一原因写法一致。", "After checking with the departments; write one cause one way.",
         20, "原因", "cause"),
    _col("responsibility", "analysis", "code", "责任归属", "Responsibility",
         "核实之前填“待定”。", "“Pending” until verified.",
         11, "责任", codes="responsibility"),
    _col("owner", "resolution", "text", "责任人", "Owner",
         "负责办到底的人。", "Who sees it through.",
         11, "处理人", "assigned to", "assignee", personal="team", shared="case"),
    _col("solution", "resolution", "long_text", "解决方案", "Solution",
         "怎样解决。", "How it was or will be solved.",
         28, "处理结果", "方案内容", personal="free", shared="offered"),
    _col("remedy", "resolution", "codes", "处理方式", "Remedy",
         "可填多项，用“、”分开。", "Several may be given, separated by commas.",
         15, "补救方式", codes="remedy", shared="offered"),
    _col("customer_agreed", "resolution", "code", "客户同意", "Customer agreed",
         "客户是否同意方案。", "Did the customer agree to the solution?",
         10, "agreed", codes="yes_no", shared="offered"),
    _col("replied_at", "resolution", "time", "有效回复时间", "Substantive reply at",
         "给出实质答复的时间。", "When the customer got a reply of substance.",
         17, "回复时间", "replied at", "reply at", shared="done"),
    _col("resolved_at", "resolution", "time", "解决时间", "Resolved at",
         "全部诉求办妥的时间。", "When every demand was dealt with.",
         17, "办结时间", "resolved", "resolved date", shared="done"),
    _col("resolved_on_first_contact", "resolution", "code", "现场解决", "Resolved on first contact",
         "首次接触即解决、没有派单。", "Solved at first contact, without dispatch.",
         10, "首次解决", "first contact resolution", codes="yes_no"),
    _col("transfers", "resolution", "number", "转办次数", "Transfers",
         "转给其他部门或上级的次数。", "How often it was handed to another department or superior.",
         9, "转派次数"),
    _col("escalated_to", "resolution", "codes", "升级去向", "Escalated to",
         "客户或我方升级到哪里。", "Where it was escalated to, by the customer or by us.",
         14, "升级", "escalation", codes="escalated_to"),
    _col("compensation_claimed", "resolution", "number", "索赔金额", "Compensation claimed",
         "客户要求的金额；金额不写在描述里。", "The amount asked for; claims are kept apart from the description.",
         12, "索赔", "claimed", shared="asked"),
    _col("compensation_paid", "resolution", "number", "赔付金额", "Compensation paid",
         "实际赔付的金额。", "The amount paid.",
         12, "赔付", "paid", shared="offered"),
    _col("called_back_at", "follow_up", "time", "回访时间", "Called back at",
         "解决后回访客户的时间。", "When the customer was called back after resolution.",
         17, "回访", "call-back at", "callback at", shared="done"),
    _col("callback_reached", "follow_up", "code", "回访成功", "Call-back reached",
         "回访是否联系到客户本人。", "Was the customer reached?",
         10, "reached", codes="yes_no"),
    _col("satisfaction", "follow_up", "code", "满意度", "Satisfaction",
         "只填客户回访时的回答。", "Only what the customer said in the call-back.",
         13, "satisfaction score", codes="satisfaction"),
    _col("lessons", "follow_up", "long_text", "经验教训", "Lessons",
         "学到什么、改了什么。", "What was learnt, what was changed.",
         24, "教训", personal="free"),
    _col("status", "follow_up", "code", "状态", "Status",
         "客户确认之前不结案。", "Not closed until the customer confirms.",
         11, "处理状态", codes="status", required="begun", shared="case"),
    _col("reopened_at", "follow_up", "time", "重开时间", "Reopened at",
         "客户不认可、重新办理的时间。", "When the customer came back and handling began again.",
         17, "reopened"),
)  # fmt: skip

ITEMS: Final[tuple[Column, ...]] = (
    _col("complaint_id", "item", "id", "投诉编号", "Complaint no.",
         "属于哪一件投诉。", "Which complaint it belongs to.",
         15, "编号", "工单号", "complaint id", required="begun"),
    _col("item_kind", "item", "code", "事项类别", "Item kind",
         "是什么：见列表。对应“回访”的联系是一次回访；前轮记住重开前那一轮何时答复、解决、回访；重复核对和合并冲突由 kesu 写。",
         "What it is: see the list. A contact for the call-back is one try to reach the customer. An earlier cycle keeps when it was answered, resolved and called back before a reopening. kesu writes double checks and merge conflicts.",
         13, "事项", "item", codes="item_kind", required="begun"),
    _col("what", "item", "long_text", "内容", "What",
         "要做什么、答应了什么、为什么等待。转办写明客户、问题和已做的措施；核实写查明什么；关联先写另一件投诉的编号。",
         "What is wanted, promised, done or waited for. A transfer names customer, problem and measures taken; a verification what was found; a linked case the other number first.",
         40, "事项内容", "description", required="begun", personal="free", shared="asked"),
    _col("noted_by", "item", "text", "记录人", "Noted by",
         "谁记下的。", "Who wrote it down.",
         11, "recorded by", personal="team"),
    _col("noted_at", "item", "time", "记录时间", "Noted at",
         "记下的时间；转办、升级为决定的时间。", "When it was written down; for a transfer or escalation, when it was decided.",
         17, "recorded at"),
    _col("owner", "item", "text", "责任人", "Owner",
         "由谁办；核实为向谁核实，批准为谁批准。", "Who does it; for a verification, who was asked; for an approval, who approves.",
         11, "处理人", personal="team", shared="offered"),
    _col("department", "item", "text", "责任部门", "Department",
         "哪个部门办；转办填接收部门。", "Which department; for a transfer, the one that receives it.",
         13, "部门"),
    _col("for_target", "item", "code", "对应时限", "For deadline",
         "联系或改期：替代哪一个时限；前轮：记住的是哪一个。",
         "Contact or changed due date: which deadline it replaces; an earlier cycle: which one it keeps.",
         13, "时限", codes="target"),
    _col("due_at", "item", "time", "到期时间", "Due at",
         "承诺、措施的期限；联系为约定时间。", "When it is due; for a contact, the time agreed with the customer.",
         17, "期限", "deadline", "due", shared="offered"),
    _col("started_at", "item", "time", "开始时间", "Started at",
         "暂停、前轮的开始；转办、升级的实际开始。", "Begin of a hold or an earlier cycle; when a transfer or escalation was really started.",
         17, "从", "from"),
    _col("done_at", "item", "time", "完成时间", "Done at",
         "完成的时间；暂停的结束；前轮答复、解决、回访的时间。", "When it was done; end of a hold; when an earlier cycle was answered, resolved, called back.",
         17, "办结时间", "until", "done", shared="done"),
    _col("result", "item", "code", "结果", "Result",
         "办得怎样。", "How it ended.",
         12, "办理结果", codes="item_result", shared="done"),
    _col("satisfaction", "item", "code", "客户评价", "Customer rating",
         "回访、再访、问卷：客户这一次的满意度。", "Call-back, re-visit, survey: how satisfied the customer was this time.",
         13, "这次满意度", "customer's answer", codes="satisfaction"),
    _col("question", "item", "code", "回答哪一问", "Answers question",
         "核实：回答方案五问中的哪一问。", "Verification: which of the five questions before a plan it answers.",
         13, "五问", codes="question"),
    _col("basis", "item", "text", "依据", "Basis",
         "核实、批准、决定：依据哪条规定或法律。", "Verification, approval, decision: which policy or law it rests on.",
         18, "政策依据"),
    _col("cost", "item", "number", "方案成本", "Option cost",
         "备选方案：成本金额。", "Option: what it costs.",
         11, "成本"),
    _col("duration_hours", "item", "number", "方案用时（小时）", "Option hours",
         "备选方案：需要多少小时。", "Option: how many hours it takes.",
         11, "用时"),
    _col("feasibility", "item", "code", "可行性", "Feasibility",
         "备选方案：可行性。", "Option: how feasible it is.",
         10, codes="level"),
    _col("expected_satisfaction", "item", "code", "预期满意度", "Expected satisfaction",
         "备选方案：客户会多满意。", "Option: how satisfied the customer would be.",
         12, codes="level"),
    _col("chosen", "item", "code", "选定", "Chosen",
         "备选方案：是否选定；理由写在内容里。", "Option: was it chosen? The reason belongs under What.",
         9, codes="yes_no"),
)  # fmt: skip

IMPROVEMENTS: Final[tuple[Column, ...]] = (
    _col("measure_id", "improvement", "id", "编号", "No.",
         "措施的编号，自己编，例如 G-01。", "The measure's own number, e.g. G-01.",
         7, "措施编号", "序号", "measure no"),
    _col("cause", "improvement", "text", "针对原因", "Cause",
         "针对哪个根本原因；与“投诉登记”的写法一致，才能比较前后。",
         "The root cause it is meant for, written as on Register, so that before and after can be compared.",
         20, "根本原因", "原因", "root cause", required="begun"),
    _col("category", "improvement", "code", "投诉类型", "Category",
         "只针对某一类投诉时填写；空着就是各类都算。", "Only where it is meant for one category of complaint; blank is all of them.",
         11, "类型", "complaint type", codes="category"),
    _col("measure", "improvement", "long_text", "改进措施", "Measure",
         "具体改什么：流程、系统、培训、人手。", "What exactly changes: a process, a system, training, staff.",
         34, "措施", "改进", "improvement", "action", required="begun", personal="free"),
    _col("owner", "improvement", "text", "责任人", "Owner",
         "由谁办；没有人负责的措施办不成。", "Who does it; a measure that nobody owns is not done.",
         9, "负责人", personal="team"),
    _col("department", "improvement", "text", "责任部门", "Department",
         "哪个部门办。", "Which department does it.",
         10, "部门"),
    _col("decided_at", "improvement", "time", "决定时间", "Decided at",
         "决定采取这项措施的日期。", "When the measure was decided.",
         11, "提出时间", "decided"),
    _col("due_at", "improvement", "time", "到期时间", "Due at",
         "什么时候要完成。", "By when it is to be done.",
         11, "期限", "deadline", "due"),
    _col("done_at", "improvement", "time", "完成时间", "Done at",
         "真正完成、开始起作用的日期；前后比较从这一天分开。", "When it was really done and took effect; before and after are parted by this day.",
         11, "办结时间", "done", "completed"),
    _col("expected_effect", "improvement", "long_text", "预期效果", "Effect expected",
         "完成后应当看到什么变化。", "What should be different once it is done.",
         22, "目标", "expected effect", personal="free"),
    _col("noted_effect", "improvement", "long_text", "实际效果", "Effect noted",
         "自己看到的效果和备注；投诉是否减少由 kesu 另外检验。", "What the team itself saw, and remarks; kesu tests apart whether complaints became fewer.",
         22, "效果", "备注", "remark", "effect", personal="free"),
)  # fmt: skip

SHEETS: Final[dict[str, Text]] = {
    "guide": Text("使用说明", "Guide"),
    "register": Text("投诉登记", "Register"),
    "items": Text("事项", "Items"),
    "improvements": Text("改进措施", "Improvements"),
    "today": Text("今日", "Today"),
    "followups": Text("跟进清单", "Follow-ups"),
    "kpis": Text("指标", "KPIs"),
    "findings": Text("检查结果", "Findings"),
    "settings": Text("设置", "Settings"),
    "calendar": Text("工作日历", "Calendar"),
    "imported": Text("导入记录", "Import"),
}

SHEET_ALSO: Final[dict[str, tuple[str, ...]]] = {
    "register": (
        "投诉登记表",
        "投诉表",
        "登记",
        "客诉登记",
        "客诉",
        "投诉",
        "complaints",
        "complaint register",
    ),
    "items": ("投诉事项", "事项表", "complaint items"),
    "improvements": ("改进措施表", "改进登记", "improvement measures"),
    "settings": ("参数", "配置"),
}

BY_KEY: Final = {column.key: column for column in REGISTER}
ITEM_BY_KEY: Final = {column.key: column for column in ITEMS}
IMPROVEMENT_BY_KEY: Final = {column.key: column for column in IMPROVEMENTS}
DECLARED: Final[dict[EntrySheet, tuple[Column, ...]]] = {
    "register": REGISTER,
    "items": ITEMS,
    "improvements": IMPROVEMENTS,
}
"""Sheet (key of `SHEETS`) that a team fills row by row → its columns."""


def labels(columns: tuple[Column, ...]) -> dict[str, str]:
    """Folded label, key or synonym → column key. Labels win over synonyms, earlier columns over later ones."""
    found: dict[str, str] = {}
    for column in columns:
        for word in (*(column.label.of(lang) for lang in LANGS), column.key):
            found.setdefault(folded(word), column.key)
    for column in columns:
        for word in column.also:
            found.setdefault(folded(word), column.key)
    return found


@lru_cache(maxsize=256)  # the same few sheets in every register
def sheet_key(name: str) -> str | None:
    """Which of the sheets ``name`` is, in either language; None where it is none of ours."""
    for key, label in SHEETS.items():
        if folded(name) in {folded(w) for w in (*label, *SHEET_ALSO.get(key, ()))}:
            return key
    return None
