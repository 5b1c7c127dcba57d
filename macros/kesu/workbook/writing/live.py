"""Live formulas: deadlines, states and counts that the workbook works out itself, with no Python at hand.

They follow `kesu.rules.deadlines` and `kesu.rules.deadlines.clocks` to the second: whole seconds since 1970 on the wall
clock, the business clock through the Calendar sheet. Where a case is too intricate for a formula that a person
can still read, the state says so in words (`INTRICATE`) and the refreshed follow-up list holds the answer.

Spreadsheet programs look a number up cell by cell, which for ten thousand complaints among twenty thousand items
takes minutes. So an item finds its complaint's row once, by halving, `LINKS` count the items of each kind row by
row in one array each, and only a row whose count is not zero looks into Items.

In a template ``{key}`` is the cell of that column in the same row, ``{items.key}`` and ``{complaints.key}`` the name
of a whole column of a table (`COLUMN_NAMES`), ``{word:list.code}`` the label of a code as the team's Settings have it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from kesu.register.codes import FINISHED
from kesu.register.settings import CONDITIONS, TARGETS
from kesu.rules.deadlines import OPEN_TARGETS, STATES
from kesu.rules.facts import SETTLED
from kesu.words.text import Text
from kesu.workbook.writing.bulk import ROW, Formula
from kesu.workbook.writing.clock_cells import (
    LAST_SECOND,
    closing,
    closing_of,
    day_of,
    days_to,
    next_working_day,
    reading,
    seconds,
    when,
    working_day,
    works,
)


class Calc(NamedTuple):
    """A calculated column; ``kind``: time, text, count or seconds; ``section``: key of the group it stands in."""

    key: str
    section: str
    kind: str
    label: Text
    width: int
    formula: str


INTRICATE: Final[dict[str, Text]] = {
    "holds": Text("多段暂停，以刷新为准", "several holds: refresh"),
    "rule": Text("规则复杂，以刷新为准", "intricate rule: refresh"),
    "reopened": Text("重开续计，以刷新为准", "reopened: refresh"),
    "day": Text("起点缺几点几分，请补", "start without time: add it"),
    "calendar": Text("超出工作日历", "outside the calendar"),
    "held": Text("到当天结束或顺延且有暂停，以刷新为准", "hold and end of day: refresh"),
    "double": Text("编号重复，请改号", "number used twice: mend"),
    "room": Text("行数超出公式范围，以刷新为准", "row beyond the formulas: refresh"),
}
"""What a state column says where a formula cannot tell."""

RULE_FIELDS: Final = {key: "customer_tier" if key == "tier" else key for key in CONDITIONS}
"""Condition of a rule → column of the register."""

NO_KIND: Final = "+(Rule_kind={word:kind.complaint})*NOT(ISNUMBER(MATCH({kind},List_kind,0)))"
"""A row whose kind is empty or unknown is handled as a complaint."""

STARTS: Final = {name: f"{name}_start" for name in ("first_response", "reply", "resolution")} | {
    "callback": "resolved_s"
}
"""Cell with the second from which each deadline counts, by the rule that fits."""
DONE: Final = {
    "first_response": "answered_s",
    "reply": "replied_s",
    "resolution": "resolved_s",
    "callback": "called_s",
}


def _happened(cell: str) -> str:
    """Whether a time is known and has come: what is to be later has not happened."""
    return f"IF(ISNUMBER({cell}),{seconds(cell)}<=Now_S,FALSE)"


_OPEN_AGAIN: Final = f"AND({{status}}={{word:status.reopened}},NOT({_happened('{reopened_at}')}))"
"""Reopened, and nobody wrote down when: what was done then is not the end."""


def _after_reopening(cell: str) -> str:
    """Seconds of a time that counts for the present cycle, else nothing."""
    before = f"AND({{cycle_s}}<>{{received_s}},{seconds(cell)}<{{cycle_s}})"
    return f'IF({_happened(cell)},IF(OR({_OPEN_AGAIN},{before}),"",{seconds(cell)}),"")'


def _start(name: str) -> Calc:
    """From when a deadline counts: receipt, sending where the rule says so, or the reopening."""
    first = f"IF(AND(ISNUMBER({{sent_s}}),IFERROR(INDEX(Rule_start,{{{name}_rule}})=Start_sent,FALSE)),{{sent_s}},{{received_s}})"
    if name != "first_response":
        first = f"IF({{cycle_s}}<>{{received_s}},{{cycle_s}},{first})"
    said = TARGETS[name]
    return Calc(
        f"{name}_start", "workings", "seconds", Text(f"{said.zh}·起点", f"{said.en}: start"), 12,
        f'=IF({{received_s}}="","",{first})',
    )  # fmt: skip


def _target(name: str) -> tuple[Calc, ...]:
    said = TARGETS[name]
    start = f"{{{STARTS[name]}}}"
    rule, agreed, at, day, due0, push, reached, by_days = (
        f"{{{name}_{part}}}"
        for part in ("rule", "agreed", "clock", "day", "due0", "push", "moved", "by_days")
    )
    business, in_days = f"INDEX(Rule_Business,{rule})=1", f"INDEX(Rule_Days,{rule})=1"
    first, ends, rolls = (
        f"INDEX(Rule_{key},{rule})=Word_yes" for key in ("count_start_day", "end_of_day", "roll_forward")
    )
    fits = "*".join(
        f'((Rule_{condition}="")+(Rule_{condition}={{{column}}}){NO_KIND * (condition == "kind")}>0)'
        for condition, column in RULE_FIELDS.items()
    )
    fits += "*((Rule_start<>Start_reopened)+({cycle_s}<>{received_s})>0)"
    fits += "*(N({received_at})>=Rule_valid_from)*(N({received_at})<Rule_valid_to+1)"
    last = (
        f"MAX(({{items.agreed_row}}={{row_no}})*({{items.for_target}}={{word:target.{name}}})"
        f"*({{items.due_s}}>{start})*{{items.noted_order}})"
    )
    since = f"MAX({{hold_start}},{start})"
    today, length = day_of(start), f"INDEX(Rule_Seconds,{rule})"
    began = f"IF({in_days},{reading(start)},{at}-{length})"
    held = f"IF({business},{{hold_end_r}}-MAX({{hold_start_r}},{began}),{{hold_end}}-{since})"
    started = f"IF(AND({first},{works(today)},{start}<{closing(today)}),1,0)"
    numbered = f"{days_to(start)}+{length}/Day_Seconds-{started}"
    counted = f"IF({business},{numbered},{today}+{length}/Day_Seconds-IF({first},1,0))"
    plain = f"MAX({start},IF({business},{when(at)},{at}))"
    own_day = day_of(
        f"({plain}-IF(AND({business},{plain}>{start}),1,0))"
    )  # closing at midnight closes the day before
    own_whole = f"MAX({today},IF({business},{working_day(at)},{at}))"
    moved = f"IF({in_days},{own_whole},{own_day})"
    ended = f"IF({business},{closing(day)},{day}*Day_Seconds+{LAST_SECOND})"
    kept = (
        f"IF({in_days},{day}*Day_Seconds+{start}-{today}*Day_Seconds,{plain}+({day}-{own_day})*Day_Seconds)"
    )
    unrolled = f"MAX({today},{at})*Day_Seconds+IF({ends},{LAST_SECOND},{start}-{today}*Day_Seconds)"
    moved_on = f"IF({business},IF({push}>0,{when(f'({reading(due0)}+{push})')},{due0}),{unrolled}+{push})"
    whole = f"IF({business},{_held_working_days(due0, reached, ends)},{_held_days(reached, ends, rolls)})"
    intricate = f'INDEX(Rule_Seconds,{rule})="?"'
    again = ""
    if name in {"reply", "resolution"}:
        again = (
            f"IF(AND({{cycle_s}}<>{{received_s}},Set_reopen_mode=Reopen_Continue,"
            f'IFERROR(INDEX(Rule_start,{rule})<>Start_reopened,TRUE)),"{{say:reopened}}",'
        )
    if name == "first_response":  # then only an answer after the reopening counts
        again = f'IF(IFERROR(INDEX(Rule_start,{rule})=Start_reopened,FALSE),"{{say:rule}}",'
    ends_all = ")" * (4 if again else 3)
    rolled = f"OR({in_days},{ends},{rolls})"
    parts = (
        ("rule", "规则", "rule",
         (f'=IF({{{"resolved_s" if name == "callback" else "received_s"}}}="","",'
         f"ROWS(Rule_No)+1-SUMPRODUCT(MAX((Rule_target={{fixed:{name}}})*{fits}*Rule_Weight)))")),
        ("agreed", "约定", "agreed",
         (f'=IF(OR({{row_no}}=0,{start}=""),"",IF(IFERROR(INDEX(Link_{name},{{first_row}}),0)=0,"",IF({{first_row}}<>{{row_no}},"?",'
         f'IFERROR(INDEX({{items.due_s}},MATCH(MAX(0.5,SUMPRODUCT({last})),{{items.noted_order}},0)),""))))')),
        ("clock", "钟点", "clock",
         (f'=IF({start}="","",IFERROR(IF({in_days},{counted},'
         f'{length}+IF({business},{reading(start)},{start})),""))')),
        ("day", "到期日", "due day",
         (f'=IF({at}="","",IFERROR(IF({rolled},IF({rolls},{next_working_day(moved)},{moved}),""),""))')),
        ("due0", "原期", "first due",
         f'=IF({at}="","",IFERROR(IF({rolled},MAX({start},IF({ends},{ended},{kept})),{plain}),""))'),
        ("push", "顺延", "pushed",
         (f"=IF(OR({due0}=\"\",N({{hold_row}})=0),-1,IF({since}<{due0},"
         f"IF(AND({rolled},NOT({in_days})),\"?\",IFERROR(MAX(0,{held}),\"?\")),-1))")),
        ("moved", "推后至", "pushed to",
         f'=IF(OR(NOT(ISNUMBER({push})),N({push})<0),"",IFERROR(IF({in_days},{moved_on},""),""))'),
        ("by_days", "按天推后", "held, in days", f'=IF({reached}="","",IFERROR(MAX({due0},{whole}),""))'),
        ("due_s", "到期秒", "due, s",
         (f'=IF({start}="","",IF({{hold_row}}="{{say:room}}","{{say:room}}",IF({agreed}="?","{{say:double}}",{again}IF(ISNUMBER({agreed}),{agreed},IF({rule}>ROWS(Rule_No),"",'
         f'IF({intricate},"{{say:rule}}",IF({due0}="","{{say:calendar}}",'
         f'IF({{hold_row}}="?","{{say:holds}}",IF({push}="?","{{say:held}}",IF({push}<0,{due0},'
         f'IFERROR(IF({in_days},0+{by_days},IF({business},{when(f"({at}+{push})")},{at}+{push})),"{{say:calendar}}")))))))){ends_all}')),
    )  # fmt: skip
    calcs = (
        Calc(
            f"{name}_{part}", "workings", "seconds", Text(f"{said.zh}·{zh}", f"{said.en}: {en}"), 12, formula
        )
        for part, zh, en, formula in parts
    )
    return (*([_start(name)] if name != "callback" else []), *calcs)


def _held_days(reached: str, ends: str, rolls: str) -> str:
    """Due second of a rule in calendar days that a hold has moved on to ``reached``; never within the hold."""

    def opened(day: str) -> str:
        return f"IF({rolls},{next_working_day(day)},{day})"

    def moved(t: str) -> str:
        return f"({t}+({opened(day_of(t))}-{day_of(t)})*Day_Seconds)"

    last = f"MAX(INT(({reached}+1)/Day_Seconds)-1,{day_of('{hold_end}')})"
    plain = f"IF({moved(reached)}<{{hold_end}},{moved('{hold_end}')},{moved(reached)})"
    return f"IF({ends},{opened(last)}*Day_Seconds+{LAST_SECOND},{plain})"


def _held_working_days(due0: str, reached: str, ends: str) -> str:
    """The same in working days: the last close of business by then, or the first that is not within the hold."""
    day = days_to(f"({reached}-1)")
    last = f"({day}-IF({closing_of(day)}>{reached},1,0))"
    end_day = day_of("{hold_end}")
    open_yet = f"IF({works(end_day)},{closing(end_day)}>={{hold_end}},FALSE)"
    after = f"({days_to('{hold_end}')}+IF({open_yet},0,1))"
    closed = f"MAX({due0},{closing_of(last)})"
    return f"IF({ends},IF({closed}<{{hold_end}},{closing_of(after)},{closed}),MAX({reached},{{hold_end}}))"


def _hold(part: str, zh: str, en: str, now: str) -> Calc:
    """What Items says of the complaint's hold; one without an end runs until ``now``."""
    found = f"INDEX({{items.hold_{part}}},{{hold_row}})"
    shown = f'IF({found}="",{now},{found})' if now else found
    return Calc(f"hold_{part}", "workings", "seconds", Text(zh, en), 12, f'=IF(N({{hold_row}})=0,"",{shown})')


def _due(name: str) -> Calc:
    said = TARGETS[name]
    cell = f"{{{name}_due_s}}"
    return Calc(
        f"{name}_due_at", "live", "time", Text(f"{said.zh}到期", f"{said.en} due"), 17,
        f'=IF(ISNUMBER({cell}),{cell}/Day_Seconds+Unix_Day,"")',
    )  # fmt: skip


def _whole_day(cell: str) -> str:
    """Whether a time in seconds is a date without a time of day."""
    return f"INT({cell}/Day_Seconds)*Day_Seconds={cell}"


def _latest(cell: str) -> str:
    """The last second that a time may mean, see `kesu.rules.days`."""
    return f"{cell}+IF({_whole_day(cell)},Day_Seconds-1,0)"


def _spread(name: str) -> str:
    """By how many seconds later it is due at the latest, where it begins on a date without a time of day.

    None if it was agreed or runs by days to the end of one, a day less a second on the calendar clock; else nothing.
    """
    rule = f"{{{name}_rule}}"
    ends = f"INDEX(Rule_end_of_day,{rule})=Word_yes"
    whole = f"AND(INDEX(Rule_Days,{rule})=1,{ends},OR(INDEX(Rule_Business,{rule})=0,INDEX(Rule_count_start_day,{rule})<>Word_yes))"
    plain = f"AND(INDEX(Rule_Business,{rule})=0,NOT({ends}),INDEX(Rule_roll_forward,{rule})<>Word_yes,N({{hold_row}})=0)"
    return f'IF(ISNUMBER({{{name}_agreed}}),0,IFERROR(IF({whole},0,IF({plain},{LAST_SECOND},"")),""))'


def _state(name: str) -> Calc:
    said = TARGETS[name]
    due, done, start = (f"{{{cell}}}" for cell in (f"{name}_due_s", DONE[name], STARTS[name]))
    left = f"IFERROR({reading(due)}-Now_Reading,{due}-Now_S)"  # in working time: nobody is warned at night
    spread = _spread(name)

    def after(moment: str, yes: str, perhaps: str) -> str:
        """``yes`` of a moment after the due time, ``perhaps`` where it is so only if the start was early in its day."""
        known = f'IF(ISNUMBER({spread}),IF({moment}>{due}+{spread},"{yes}","{perhaps}"),"{{say:day}}")'
        return f'IF({_whole_day(start)},{known},"{yes}")'

    running = f'IF(Now_S>{due},{after("Now_S", "{state:overdue}", "{state:due_soon}")},IF({left}<=Set_due_soon_hours*3600,"{{state:due_soon}}","{{state:pending}}"))'
    astray = f"{_latest(done)}<MAX({start},N({{received_s}}))"  # done before receipt: nothing is proven
    if name == "callback":
        before = f"{_latest(start)}<N({{received_s}})"
        astray, running = f"OR({astray},{before})", f'IF({before},"{{state:none}}",{running})'
    else:  # finished without saying when: nothing to wait for, and no proof
        finished = ",".join(f"{{status}}={{word:status.{code}}}" for code in sorted(FINISHED))
        unproven = f'IF(Now_S>{due},{after("Now_S", "{state:unproven}", "{state:none}")},"{{state:none}}")'
        running = f"IF(OR({finished}),{unproven},{running})"
    late = f'IF({done}>{due},{after(done, "{state:late}", "{state:none}")},"{{state:none}}")'
    judged = f'IF({astray},"{{state:none}}",IF({_latest(done)}<={due},"{{state:met}}",{late}))'
    return Calc(
        f"{name}_state", "live", "text", Text(f"{said.zh}时限状态", f"{said.en} state"), 15,
        f"=IF(ISNUMBER({due}),IF(ISNUMBER({done}),{judged},{running}),{due})",
    )  # fmt: skip


_UNFINISHED: Final = "".join(f",{{status}}<>{{word:status.{code}}}" for code in sorted(FINISHED))
_STATE_CELLS: Final = tuple(f"{{{name}_state}}" for name in TARGETS)
_OPEN: Final = tuple(
    f"IF(ISNUMBER(MATCH({{{name}_state}},Open_States,0)),{{{name}_due_at}},Far_Day)" for name in TARGETS
)
_ANY: Final = f"{_STATE_CELLS[0]}:{_STATE_CELLS[-1]}"
_UNKNOWN: Final = "+".join(
    f'IF(AND({{{DONE[name]}}}="",OR({{{name}_state}}="{{say:day}}",'
    f'AND({{{name}_due_s}}<>"",NOT(ISNUMBER({{{name}_due_s}})))){_UNFINISHED * (name != "callback")}),1,0)'
    for name in TARGETS
)
"""Deadlines that nobody has met yet and of which a formula cannot tell whether they are overdue."""
_SOONEST: Final = f"MIN({','.join(_OPEN)})"


def _worst(state: str) -> str:
    return f'IF(COUNTIF({_ANY},"{{state:{state}}}")>0,"{{state:{state}}}",'


SUMMARY: Final[tuple[Calc, ...]] = (
    Calc("next_due", "now", "time", Text("下一时限", "Next deadline"), 17,
         f'=IF({_SOONEST}<Far_Day,{_SOONEST},"")'),
    Calc("overall_state", "now", "text", Text("时限状态", "Deadline state"), 13,
         '=IF({complaint_id}="","",' + _worst("overdue") + f'IF({_UNKNOWN}>0,"{{say:unknown}}",'
         + _worst("due_soon") + _worst("pending") + '"")))))'),
    Calc("open_demands", "now", "count", Text("未了诉求", "Open demands"), 10,
         '=IF({row_no}=0,0,IF({row_no}>ROWS(Link_No),"?",INDEX(Link_demand,{row_no})))'),
    Calc("next_item_due", "now", "time", Text("下一事项到期", "Next item due"), 17,
         '=IF({row_no}=0,"",IF({row_no}>ROWS(Link_No),"?",IF(INDEX(Link_todo,{row_no})=0,"",'
         'Far_Day-SUMPRODUCT(MAX(({items.todo_row}={row_no})*(Far_Day-{items.todo_due}))))))'),
)  # fmt: skip
"""What an agent sees beside the number: what is due next, how things stand, what hangs off the case."""

COMPLAINT_CALCS: Final[tuple[Calc, ...]] = (
    *(_due(name) for name in TARGETS),
    *(_state(name) for name in TARGETS),
    Calc("row_no", "workings", "seconds", Text("表内行号", "Row in the table"), 12,
         '=IF({complaint_id}="",0,ROW()-ROW({complaints.head}))'),
    Calc("first_row", "workings", "seconds", Text("同号首行", "First of its number"), 12,
         '=IF(OR({row_no}=0,Numbers_Rise=1),{row_no},MATCH({complaint_id},{complaints.complaint_id},0))'),
    Calc("sequence", "workings", "seconds", Text("编号尾数", "Number tail"), 12,
         '=IFERROR(VALUE(TRIM(RIGHT(SUBSTITUTE({complaint_id},"-",REPT(" ",30)),30))),'
         'IFERROR(VALUE(RIGHT({complaint_id},4)),0))'),
    Calc("received_s", "workings", "seconds", Text("受理·秒", "Received, s"), 12,
         f'=IF(ISNUMBER({{received_at}}),{seconds("{received_at}")},"")'),
    Calc("sent_s", "workings", "seconds", Text("发出·秒", "Sent, s"), 12,
         f'=IF(ISNUMBER({{sent_at}}),{seconds("{sent_at}")},"")'),
    Calc("cycle_s", "workings", "seconds", Text("本轮起点·秒", "Cycle began, s"), 12,
         f'=IF(AND({_happened("{reopened_at}")},{_happened("{resolved_at}")},{{received_s}}<>""),MAX({seconds("{reopened_at}")},{{received_s}}),{{received_s}})'),
    Calc("resolved_s", "workings", "seconds", Text("本轮解决·秒", "Resolved, s"), 12,
         "=" + _after_reopening("{resolved_at}")),
    Calc("replied_s", "workings", "seconds", Text("本轮回复·秒", "Replied, s"), 12,
         f'=IF({_happened("{replied_at}")},IF(AND({{cycle_s}}<>{{received_s}},{seconds("{replied_at}")}<{{cycle_s}}),'
         f'{{resolved_s}},{seconds("{replied_at}")}),{{resolved_s}})'),
    Calc("answered_s", "workings", "seconds", Text("首次答复·秒", "First answered, s"), 12,
         "=" + "".join(f"IF({_happened(cell)},{seconds(cell)}," for cell in ("{first_response_at}", "{replied_at}"))
         + f'IF(AND({_happened("{resolved_at}")},NOT({_OPEN_AGAIN})),{seconds("{resolved_at}")},"")))'),
    Calc("called_s", "workings", "seconds", Text("本轮回访·秒", "Called back, s"), 12,
         "=" + _after_reopening("{called_back_at}")),
    Calc("hold_row", "workings", "seconds", Text("暂停所在行", "Row of the hold"), 12,
         '=IF({row_no}=0,0,IF({row_no}>ROWS(Link_No),"{say:room}",IF(INDEX(Link_hold,{first_row})=0,0,'
         'IF(OR({first_row}<>{row_no},INDEX(Link_hold,{row_no})>1),"?",MATCH({row_no},{items.hold_of},0)))))'),
    *(_hold(*part) for part in (
        ("start", "暂停起·秒", "Hold from, s", ""), ("start_r", "暂停起·工时", "Hold from, working s", ""),
        ("end", "暂停止·秒", "Hold until, s", "Now_S"), ("end_r", "暂停止·工时", "Hold until, working s", "Now_Reading"),
    )),
    *(calc for name in TARGETS for calc in _target(name)),
)  # fmt: skip

_SETTLED: Final = (
    f"OR({_happened('{done_at}')},"
    + ",".join(f"{{result}}={{word:item_result.{code}}}" for code in sorted(SETTLED))
    + ")"
)
_HALVING: Final = "MATCH({complaint_id},{complaints.complaint_id},1)"
"""Row of the number where the register's numbers ascend; else whatever, which the formula notices. Of several rows with
one number items belong to the first, as in `kesu.rules.deadlines.places`."""
_BEGIN: Final = "IF(ISNUMBER({started_at}),{started_at},{noted_at})"
_HAS_DUE: Final = "OR({item_kind}={word:item_kind.commitment},{item_kind}={word:item_kind.action},{item_kind}={word:item_kind.contact})"

ITEM_CALCS: Final[tuple[Calc, ...]] = (
    Calc("item_state", "live", "text", Text("事项状态", "Item state"), 12,
         f'=IF(OR({{complaint_id}}="",{{item_kind}}={{word:item_kind.option}},{{item_kind}}={{word:item_kind.due_change}},{{item_kind}}={{word:item_kind.cycle}}),"",'
         f'IF({_SETTLED},"{{say:settled}}",IF(ISNUMBER({{due_at}}),IF(Now_At>{{due_at}},"{{state:overdue}}",'
         f'IF(({{due_at}}-Now_At)*24<=Set_due_soon_hours,"{{state:due_soon}}","{{state:pending}}")),"{{say:open}}")))'),
    Calc("case_row", "workings", "seconds", Text("登记表行号", "Row of the case"), 12,
         f'=IF({{complaint_id}}="","",IF(IFERROR(INDEX({{complaints.complaint_id}},{_HALVING}),"")={{complaint_id}},INDEX({{complaints.first_row}},{_HALVING}),'
         'IFERROR(MATCH({complaint_id},{complaints.complaint_id},0),"")))'),
    Calc("demand_row", "workings", "seconds", Text("未了诉求·行", "Open demand of"), 12,
         f'=IF(AND({{item_kind}}={{word:item_kind.demand}},NOT({_SETTLED})),{{case_row}},"")'),
    Calc("todo_row", "workings", "seconds", Text("待办·行", "To do of"), 12,
         f'=IF(AND({_HAS_DUE},ISNUMBER({{due_at}}),NOT({_SETTLED})),{{case_row}},"")'),
    Calc("todo_due", "workings", "seconds", Text("待办·到期", "To do, due"), 12,
         '=IF({todo_row}="",0,{due_at})'),
    Calc("agreed_row", "workings", "seconds", Text("约定·行", "Agreed for"), 12,
         '=IF(AND({for_target}<>"",ISNUMBER({due_at}),OR({item_kind}={word:item_kind.contact},'
         'AND({item_kind}={word:item_kind.due_change},{noted_by}<>"",{what}<>""))),{case_row},"")'),
    Calc("noted_order", "workings", "seconds", Text("约定·先后", "Agreed, order"), 12,
         f'=IF({{agreed_row}}="",0,IF(ISNUMBER({{noted_at}}),{seconds("{noted_at}")},0)*Order_Step+ROW()-ROW({{items.head}}))'),
    Calc("due_s", "workings", "seconds", Text("约定·秒", "Agreed, s"), 12,
         f'=IF({{agreed_row}}="","",{seconds("{due_at}")})'),
    Calc("hold_start", "workings", "seconds", Text("暂停起·秒", "Hold from, s"), 12,
         f'=IF(AND({{item_kind}}={{word:item_kind.hold}},ISNUMBER({_BEGIN})),{seconds(_BEGIN)},"")'),
    Calc("hold_end", "workings", "seconds", Text("暂停止·秒", "Hold until, s"), 12,
         f'=IF(OR({{hold_start}}="",NOT(ISNUMBER({{done_at}}))),"",{seconds("{done_at}")})'),
    Calc("hold_start_r", "workings", "seconds", Text("暂停起·工时", "Hold from, working s"), 12,
         f'=IF({{hold_start}}="","",IFERROR({reading("{hold_start}")},0))'),
    Calc("hold_end_r", "workings", "seconds", Text("暂停止·工时", "Hold until, working s"), 12,
         f'=IF({{hold_end}}="","",IFERROR({reading("{hold_end}")},0))'),
    Calc("hold_of", "workings", "seconds", Text("暂停·行", "Hold of"), 12,
         '=IF({hold_start}="","",IF({hold_end}="",{case_row},IF({hold_end}>{hold_start},{case_row},"")))'),
)  # fmt: skip

LINKS: Final[Mapping[str, str]] = {
    "demand": "{items.demand_row}",
    "todo": "{items.todo_row}",
    "hold": "{items.hold_of}",
    **{name: f"IF({{items.for_target}}={{word:target.{name}}},{{items.agreed_row}})" for name in TARGETS},
}
"""Array over the rows of the register, named ``Link_`` and its key → row numbers that it counts."""


def overdue(columns: Mapping[str, str]) -> str:
    """How many complaints are overdue: their first response, reply or resolution is. ``columns``: key → column."""
    any_of = "+".join(f"({columns[f'{target}_state']}=State_overdue)" for target in OPEN_TARGETS)
    complaint = f'({columns["kind"]}=Word_kind_complaint)+({columns["kind"]}="")'
    return f"SUMPRODUCT(({any_of}>0)*({complaint}>0))"


NOT_CALCULATED: Final = Text("未算出：请刷新", "not calculated: refresh")
"""What the state of a complaint says where a formula cannot tell whether it is overdue."""

SAY: Final[Mapping[str, Text]] = INTRICATE | {
    "unknown": NOT_CALCULATED,
    "settled": Text("已了结", "settled"),
    "open": Text("未了结", "open"),
}

_TEMPLATES: Final = (*(calc.formula for calc in (*SUMMARY, *COMPLAINT_CALCS, *ITEM_CALCS)), *LINKS.values())

WORDS: Final = tuple(
    sorted(
        {"kind.complaint"}
        | {word for text in _TEMPLATES for word in re.findall(r"\{word:(\w+\.\w+)\}", text)}
    )
)
"""Codes whose labels the formulas need, as ``list.code``."""


COLUMN_NAMES: Final = tuple(
    sorted({name for text in _TEMPLATES for name in re.findall(r"\{(\w+\.\w+)\}", text)})
)
"""Columns that formulas look into, as ``table.key``; ``table.head`` is the heading of its first column.

Named, because a formula with a table's own reference is compiled anew in every row.
"""


def column_name(column: str) -> str:
    """Defined name of a column of `COLUMN_NAMES`."""
    table, _, key = column.partition(".")
    return f"{table.title()}_{key}"


def word_name(word: str) -> str:
    """Defined name of the cell that holds a code's label."""
    return f"Word_{word.replace('.', '_')}"


def fixed_name(target: str) -> str:
    """Defined name of the cell that holds the rules' word for a deadline."""
    return f"Target_{target}"


def structured(template: str, table: str, headers: Mapping[str, str], lang: str) -> str:
    """The formula of a template as a table keeps it for new rows: ``headers`` is column key → header."""
    return _filled(template, lambda key: f"{table}[[#This Row],[{headers[key]}]]", lang)


def in_cells(template: str, letters: Mapping[str, str], lang: str) -> Formula:
    """The same formula as it stands in the cells: ``letters`` is column key → letter. A tenth of the length."""
    return Formula(_filled(template, lambda key: f"${letters[key]}{ROW}", lang))


def in_array(template: str, lang: str) -> str:
    """A formula that belongs to no row."""
    return _filled(template, str, lang)


def _filled(template: str, own: Callable[[str], str], lang: str) -> str:
    def place(found: re.Match[str]) -> str:
        kind, _, key = found[1].partition(":")
        match kind:
            case "state":
                return "" if key == "none" else STATES[key].of(lang)
            case "say":
                return SAY[key].of(lang)
            case "word":
                return word_name(key)
            case "fixed":
                return fixed_name(key)
        return column_name(kind) if "." in kind else own(kind)

    return re.sub(r"\{([\w.:]+)\}", place, template)
