"""Live columns that say how it ended with the customer, as `kesu.rules.outcomes` does, and what is missing before closing.

Items say which of them are tries, answers and decisions of the present cycle, and when; a complaint looks at them only where
`LINKS` count some.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kesu.register.settings import DEFAULT_LIMITS
from kesu.rules.outcomes import DISSATISFIED, NO_TRY
from kesu.words.text import Text
from kesu.workbook.writing.clock_cells import seconds
from kesu.workbook.writing.live_cells import OPEN_AGAIN, Calc, after_reopening, happened

LATEST: Final = 10**11
"""A second that no register reaches."""
LIMIT_NAMES: Final = ("callback_tries", "callback_gap_hours")
"""Limits that formulas look at; each is named ``Limit_`` and its key."""

LINKS: Final[Mapping[str, str]] = {
    "call": "{items.call_row}",
    "reached": "{items.reached_row}",
    "content": "{items.content_row}",
    "unhappy": "{items.unhappy_row}",
    "decision": "{items.decision_row}",
}
LINK_LABELS: Final[Mapping[str, Text]] = {
    "call": Text("回访", "Call-backs"),
    "reached": Text("回访·联系上", "Call-backs that reached"),
    "content": Text("回答·满意", "Answers, content"),
    "unhappy": Text("回答·不满意", "Answers, not content"),
    "decision": Text("决定", "Decisions"),
}


def limit(key: str) -> str:
    """A limit as Settings have it, else the shipped one."""
    return f"IF(ISNUMBER(Limit_{key}),Limit_{key},{DEFAULT_LIMITS[key]:g})"


def _here(moment: str) -> str:
    """Whether an instant belongs to the present cycle of the item's complaint."""
    began, received = (f"INDEX({{complaints.{key}}},{{case_row}})" for key in ("cycle_s", "received_s"))
    return f"IF({began}<>{received},{moment}>={began},TRUE)"


_DONE: Final = seconds("{done_at}")
_DROPPED: Final = ",".join(f"{{result}}<>{{word:item_result.{code}}}" for code in NO_TRY)
_HAPPENED: Final = f"IF(ISNUMBER({{case_row}}),IF({happened('{done_at}')},{_here(_DONE)},FALSE),FALSE)"
_BAD: Final = ",".join(f"{{satisfaction}}={{word:satisfaction.{code}}}" for code in DISSATISFIED)
_ASKED: Final = "OR({item_kind}={word:item_kind.revisit},{item_kind}={word:item_kind.survey})"
_NAMED: Final = 'AND({item_kind}={word:item_kind.decision},{owner}&{noted_by}<>"",{what}<>"")'
_SINCE: Final = (
    f"IF({happened('{done_at}')},{_DONE},IF(ISNUMBER({{noted_at}}),{seconds('{noted_at}')},{LATEST}))"
)

ITEM_CALCS: Final = (
    Calc("call_s", "workings", "seconds", Text("回访·秒", "Call-back, s"), 12,
         f"=IF(AND({{item_kind}}={{word:item_kind.contact}},{{for_target}}={{word:target.callback}},{_DROPPED}),IF({_HAPPENED},{_DONE},0),0)"),
    Calc("call_row", "workings", "seconds", Text("回访·行", "Call-back of"), 12, '=IF({call_s}=0,"",{case_row})'),
    Calc("reached_row", "workings", "seconds", Text("回访联系上·行", "Reached of"), 12,
         '=IF({call_s}=0,"",IF({result}={word:item_result.failed},"",{case_row}))'),
    Calc("told_s", "workings", "seconds", Text("回答·秒", "Answer, s"), 12,
         f'=IF({{satisfaction}}="",0,IF({{reached_row}}<>"",{{call_s}},IF(AND({_ASKED},{_DROPPED},{{result}}<>{{word:item_result.failed}}),IF({_HAPPENED},{_DONE},0),0)))'),
    Calc("content_row", "workings", "seconds", Text("回答满意·行", "Content answer of"), 12,
         f'=IF({{told_s}}=0,"",IF(OR({_BAD}),"",{{case_row}}))'),
    Calc("unhappy_row", "workings", "seconds", Text("回答不满意·行", "Unhappy answer of"), 12,
         f'=IF({{told_s}}=0,"",IF(OR({_BAD}),{{case_row}},""))'),
    Calc("decision_s", "workings", "seconds", Text("决定·秒", "Decision, s"), 12,
         f"=IF({_NAMED},IF(ISNUMBER({{case_row}}),IF({_here(_SINCE)},IF(OR({_SINCE}<=Now_S,{_SINCE}={LATEST}),{_SINCE},0),0),0),0)"),
    Calc("decision_row", "workings", "seconds", Text("决定·行", "Decision of"), 12, '=IF({decision_s}=0,"",{case_row})'),
)  # fmt: skip


def _count(key: str) -> str:
    return f"IF(OR({{row_no}}=0,{{row_no}}>ROWS(Link_No),{OPEN_AGAIN}),0,INDEX(Link_{key},{{row_no}}))"


def _last(key: str, row: str, second: str, none: str) -> str:
    """The latest of the items that ``key`` counts."""
    return f"=IF({_count(key)}=0,{none},SUMPRODUCT(MAX(({{items.{row}}}={{row_no}})*{{items.{second}}})))"


_COLUMN_LATER: Final = "N({column_call_s})>{last_call_s}"
_HEARD: Final = (
    '({column_call_s}<>"")*(({callback_reached}={word:yes_no.yes})+({callback_reached}="")*'
    f"({_COLUMN_LATER}))>0"
)
_FIRST: Final = f"{LATEST}-SUMPRODUCT(MAX(({{items.reached_row}}={{row_no}})*({LATEST}-{{items.call_s}})))"
_LAST_TRY: Final = "MAX({last_call_s},N({column_call_s}))"
_COLUMN_BAD: Final = f"OR({_BAD})"
_COLUMN_SAYS: Final = (
    'AND({satisfaction}<>"",OR({cycle_s}={received_s},{column_call_s}<>""),NOT(' + OPEN_AGAIN + "))"
)

CALLED: Final = (
    Calc("column_call_s", "workings", "seconds", Text("回访列·秒", "Call-back column, s"), 12,
         "=" + after_reopening("{called_back_at}")),
    Calc("last_call_s", "workings", "seconds", Text("最后回访·秒", "Last call-back, s"), 12,
         _last("call", "call_row", "call_s", "0")),
    Calc("tries", "workings", "seconds", Text("回访次数", "Call-backs tried"), 12,
         f"={_count('call')}+IF({_COLUMN_LATER},1,0)"),
    Calc("called_s", "workings", "seconds", Text("本轮回访·秒", "Called back, s"), 12,
         f'=IF({_count("reached")}=0,IF({_HEARD},{{column_call_s}},""),MIN({_FIRST},IF({_HEARD},{{column_call_s}},{LATEST})))'),
    Calc("decided_s", "workings", "seconds", Text("决定·秒", "Decided, s"), 12,
         _last("decision", "decision_row", "decision_s", "0")),
    Calc("given_up", "workings", "seconds", Text("不再回访", "Call-back given up"), 12,
         f'=IF(AND({{tries}}>0,{{called_s}}=""),IF(OR({{tries}}>=MAX(1,{limit("callback_tries")}),{{decided_s}}>={_LAST_TRY}),1,0),0)'),
    Calc("call_next_s", "workings", "seconds", Text("下次回访·秒", "Next call-back, s"), 12,
         f'=IF(ISNUMBER({{callback_due_s}}),IF({{tries}}=0,{{callback_due_s}},IF(AND(ISNUMBER({{callback_agreed}}),N({{callback_agreed}})>{_LAST_TRY}),'
         f'{{callback_agreed}},{_LAST_TRY}+ROUND({limit("callback_gap_hours")}*3600,0))),"")'),
)  # fmt: skip
"""Calls of the present cycle; ``called_s``: the first that reached the customer."""

_GOOD_S: Final = f"MAX({{content_s}},IF({_COLUMN_SAYS},IF({_COLUMN_BAD},-1,N({{column_call_s}})),-1))"
_BAD_S: Final = f"MAX({{unhappy_s}},IF({_COLUMN_SAYS},IF({_COLUMN_BAD},N({{column_call_s}}),-1),-1))"
_DECIDED: Final = f"AND({{decided_s}}>0,{{decided_s}}>=MAX({_LAST_TRY},{{bad_s}},{{good_s}}))"
_OVERRULED: Final = (
    "AND({customer_agreed}={word:yes_no.no},ISNUMBER({replied_s}),{decided_s}>0,{decided_s}>=N({replied_s}))"
)
_CLOSED: Final = "{status}={word:status.closed}"
_REASONS: Final = (
    ("demand", "N({open_demands})>0"),
    ("consent", f'AND({{customer_agreed}}<>{{word:yes_no.yes}},NOT({_OVERRULED}),NOT(AND({{customer_agreed}}="",{{given_up}}=1)))'),
    ("callback", 'AND({called_back_at}="",{tries}=0)'),
    ("reach", 'AND({tries}>0,{called_s}="",{given_up}=0)'),
    ("unhappy", f"AND({{bad_s}}>=0,OR({{bad_s}}>{{good_s}},AND({{bad_s}}={{good_s}},{{unhappy_s}}={{bad_s}})),NOT({_DECIDED}))"),
    ("solution", 'AND({solution}="",{remedy}="")'),
    ("time", '{resolved_at}=""'),
)  # fmt: skip
"""What stands against closing, as the checks that the Close button asks have it."""
SAYS: Final[dict[str, Text]] = {
    "comma": Text("1", "2"),  # how long it is
    "gate_demand": Text("、办结诉求", ", settle demands"),
    "gate_consent": Text("、客户同意", ", consent"),
    "gate_callback": Text("、回访", ", call-back"),
    "gate_reach": Text("、联系上客户", ", reach the customer"),
    "gate_unhappy": Text("、客户不满意", ", customer dissatisfied"),
    "gate_solution": Text("、解决方案", ", solution"),
    "gate_time": Text("、解决时间", ", time of resolution"),
    "gate_before": Text("结案前：", "Before closing: "),
    "gate_closed": Text("结案却缺：", "Closed without: "),
    "gate_none": Text("可以结案", "May be closed"),
}
BEFORE_CLOSING: Final = Calc(
    "before_closing", "live", "words", Text("结案前还差", "Before closing"), 24,
    f'=IF({{gate}}="-","",IF({{gate}}="",IF({_CLOSED},"","{{say:gate_none}}"),'
    f'IF({_CLOSED},"{{say:gate_closed}}","{{say:gate_before}}")&RIGHT({{gate}},LEN({{gate}})-{{say:comma}})))',
)  # fmt: skip
"""Why a complaint that is resolved may not be closed yet, or should not have been."""

CLOSING: Final = (
    Calc("content_s", "workings", "seconds", Text("回答满意·秒", "Content, s"), 12,
         _last("content", "content_row", "told_s", "-1")),
    Calc("unhappy_s", "workings", "seconds", Text("回答不满意·秒", "Not content, s"), 12,
         _last("unhappy", "unhappy_row", "told_s", "-1")),
    Calc("good_s", "workings", "seconds", Text("最后满意·秒", "Last content, s"), 12, f"={_GOOD_S}"),
    Calc("bad_s", "workings", "seconds", Text("最后不满意·秒", "Last not content, s"), 12, f"={_BAD_S}"),
    Calc("gate", "workings", "text", Text("结案条件", "Gate of closing"), 12,
         '=IF(OR({row_no}=0,NOT(OR({kind}="",{kind}={word:kind.complaint})),NOT(OR({resolved_at}<>"",{status}={word:status.resolved},'
         f'{_CLOSED}))),"-",' + "&".join(f'IF({condition},"{{say:gate_{key}}}","")' for key, condition in _REASONS) + ")"),
)  # fmt: skip
