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
from typing import Final

from kesu.register.codes import FINISHED
from kesu.register.settings import TARGETS
from kesu.rules.deadlines import OPEN_TARGETS, STATES
from kesu.rules.facts import SETTLED
from kesu.words.text import Text
from kesu.workbook.writing import live_outcomes
from kesu.workbook.writing.bulk import ROW, Formula
from kesu.workbook.writing.clock_cells import reading, seconds
from kesu.workbook.writing.live_cells import DONE, INTRICATE, OPEN_AGAIN, Calc, after_reopening, happened
from kesu.workbook.writing.live_next import (
    NEXT,
    NEXT_CALCS,
    NEXT_ITEM_CALCS,
    NEXT_ITEM_DUE,
    NEXT_SAYS,
    due_cell,
)
from kesu.workbook.writing.live_targets import due_at, hold_part, state_of, target_calcs
from kesu.workbook.writing.live_today import TODAY_SAYS, today_formulas

_UNFINISHED: Final = "".join(f",{{status}}<>{{word:status.{code}}}" for code in sorted(FINISHED))
_STATE_CELLS: Final = tuple(f"{{{name}_state}}" for name in TARGETS)
_OPEN: Final = tuple(
    f"IF(ISNUMBER(MATCH({{{name}_state}},Open_States,0)),{due_cell(name)},Far_Day)" for name in TARGETS
)
_ANY: Final = f"{_STATE_CELLS[0]}:{_STATE_CELLS[-1]}"
_UNKNOWN: Final = "+".join(
    f'IF(AND({{{DONE[name]}}}="",OR({{{name}_state}}="{{say:day}}",'
    f'AND({{{name}_due_s}}<>"",NOT(ISNUMBER({{{name}_due_s}})))){_UNFINISHED * (name != "callback")}),1,0)'
    for name in TARGETS
)
"""Deadlines that nobody has met yet and of which a formula cannot tell whether they are overdue."""
_LATEST: Final = 10**11
"""A second that no register reaches."""
_SOONEST: Final = f"MIN({','.join(_OPEN)})"


def _worst(state: str) -> str:
    return f'IF(COUNTIF({_ANY},"{{state:{state}}}")>0,"{{state:{state}}}",'


SUMMARY: Final[tuple[Calc, ...]] = (
    Calc("next_due", "live", "time", Text("下一时限", "Next deadline"), 17,
         f'=IF({_SOONEST}<Far_Day,{_SOONEST},"")'),
    Calc("overall_state", "live", "text", Text("时限状态", "Deadline state"), 13,
         '=IF({complaint_id}="","",' + _worst("overdue") + f'IF({_UNKNOWN}>0,"{{say:unknown}}",'
         + _worst("due_soon") + _worst("pending") + '"")))))'),
    Calc("open_demands", "live", "count", Text("未了诉求", "Open demands"), 10,
         '=IF({row_no}=0,0,IF({row_no}>ROWS(Link_No),"?",INDEX(Link_demand,{row_no})))'),
    NEXT_ITEM_DUE,
    live_outcomes.BEFORE_CLOSING,
)  # fmt: skip
"""The deadline that comes next, how things stand, what hangs off the case."""

COMPLAINT_CALCS: Final[tuple[Calc, ...]] = (
    *(due_at(name) for name in TARGETS),
    *(state_of(name) for name in TARGETS),
    Calc("row_no", "workings", "seconds", Text("表内行号", "Row in the table"), 12,
         '=IF({complaint_id}="",0,ROW()-ROW({complaints.head}))'),
    Calc("first_row", "workings", "seconds", Text("同号首行", "First of its number"), 12,
         '=IF(OR({row_no}=0,Numbers_Rise=1),{row_no},MATCH({complaint_id},{complaints.complaint_id},0))'),
    Calc("sequence", "workings", "seconds", Text("编号尾数", "Number tail"), 12,
         '=IFERROR(VALUE(TRIM(RIGHT(SUBSTITUTE({complaint_id},"-",REPT(" ",30)),30))),'
         'IFERROR(VALUE(RIGHT({complaint_id},4)),0))'),
    Calc("received_s", "workings", "seconds", Text("受理·秒", "Received, s"), 12,
         f'=IF({happened("{received_at}")},{seconds("{received_at}")},"")'),
    Calc("sent_s", "workings", "seconds", Text("发出·秒", "Sent, s"), 12,
         f'=IF(ISNUMBER({{sent_at}}),{seconds("{sent_at}")},"")'),
    Calc("cycle_s", "workings", "seconds", Text("本轮起点·秒", "Cycle began, s"), 12,
         f'=IF(AND({happened("{reopened_at}")},{happened("{resolved_at}")},{{received_s}}<>""),MAX({seconds("{reopened_at}")},{{received_s}}),{{received_s}})'),
    Calc("resolved_s", "workings", "seconds", Text("本轮解决·秒", "Resolved, s"), 12,
         "=" + after_reopening("{resolved_at}")),
    Calc("replied_s", "workings", "seconds", Text("本轮回复·秒", "Replied, s"), 12,
         f'=IF({happened("{replied_at}")},IF(AND({{cycle_s}}<>{{received_s}},{seconds("{replied_at}")}<{{cycle_s}}),'
         f'{{resolved_s}},{seconds("{replied_at}")}),{{resolved_s}})'),
    Calc("kept_s", "workings", "seconds", Text("前轮答复·秒", "Answer kept, s"), 12,
         '=IF({row_no}=0,"",IF({row_no}>ROWS(Link_No),"",IF(INDEX(Link_answer,{first_row})=0,"",IF({first_row}<>{row_no},"",'
         f'{_LATEST}-SUMPRODUCT(MAX(({{items.answer_row}}={{row_no}})*({_LATEST}-{{items.answer_s}})))))))'),
    Calc("said_s", "workings", "seconds", Text("表中答复·秒", "Answer written, s"), 12,
         "=" + "".join(f"IF({happened(cell)},{seconds(cell)}," for cell in ("{first_response_at}", "{replied_at}"))
         + f'IF(AND({happened("{resolved_at}")},NOT({OPEN_AGAIN})),{seconds("{resolved_at}")},"")))'),
    Calc("answered_s", "workings", "seconds", Text("首次答复·秒", "First answered, s"), 12,
         '=IF(ISNUMBER({kept_s}),IF(ISNUMBER({said_s}),MIN({kept_s},{said_s}),{kept_s}),{said_s})'),
    *live_outcomes.CALLED,
    Calc("hold_row", "workings", "seconds", Text("暂停所在行", "Row of the hold"), 12,
         '=IF({row_no}=0,0,IF({row_no}>ROWS(Link_No),"{say:room}",IF(INDEX(Link_hold,{first_row})=0,0,'
         'IF(OR({first_row}<>{row_no},INDEX(Link_hold,{row_no})>1),"?",MATCH({row_no},{items.hold_of},0)))))'),
    *(hold_part(*part) for part in (
        ("start", "暂停起·秒", "Hold from, s", ""), ("start_r", "暂停起·工时", "Hold from, working s", ""),
        ("end", "暂停止·秒", "Hold until, s", "Now_S"), ("end_r", "暂停止·工时", "Hold until, working s", "Now_Reading"),
    )),
    *(calc for name in TARGETS for calc in target_calcs(name)),
    *NEXT_CALCS,
    *live_outcomes.CLOSING,
)  # fmt: skip

REGISTER_CALCS: Final = (NEXT, *SUMMARY, *COMPLAINT_CALCS)
"""All calculated columns of the Register."""

_SETTLED: Final = (
    f"OR({happened('{done_at}')},"
    + ",".join(f"{{result}}={{word:item_result.{code}}}" for code in sorted(SETTLED))
    + ")"
)
_HALVING: Final = "MATCH({complaint_id},{complaints.complaint_id},1)"
"""Row of the number where the register's numbers ascend; else whatever, which the formula notices. Of several rows with
one number items belong to the first, as in `kesu.register.sheets.Register.parent`."""
_BEGIN: Final = "IF(ISNUMBER({started_at}),{started_at},{noted_at})"
_KEEPS_ANSWER: Final = ",".join(f"{{for_target}}={{word:target.{name}}}" for name in OPEN_TARGETS)
_KEPT_FROM: Final = "IF(ISNUMBER({started_at}),{started_at},INDEX({complaints.received_at},{case_row}))"
_KEPT: Final = (
    f"{seconds('{done_at}')}>={seconds(_KEPT_FROM)}+IF({{for_target}}={{word:target.resolution}},1,0)"
)
"""As in `kesu.rules.deadlines.kept`: an answer that an item of kind "cycle" keeps, not before its cycle began."""
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
    Calc("answer_row", "workings", "seconds", Text("前轮答复·行", "Answer kept for"), 12,
         f'=IF({{item_kind}}<>{{word:item_kind.cycle}},"",IF(AND(OR({_KEEPS_ANSWER}),{happened("{done_at}")}),IFERROR(IF({_KEPT},{{case_row}},""),""),""))'),
    Calc("answer_s", "workings", "seconds", Text("前轮答复·秒", "Answer kept, s"), 12,
         f'=IF({{answer_row}}="",0,{seconds("{done_at}")})'),
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
    *NEXT_ITEM_CALCS,
    *live_outcomes.ITEM_CALCS,
)  # fmt: skip

LINKS: Final[Mapping[str, str]] = {
    "demand": "{items.demand_row}",
    "todo": "{items.todo_row}",
    "ahead": "{items.ahead_row}",
    "hold": "{items.hold_of}",
    "answer": "{items.answer_row}",
    **live_outcomes.LINKS,
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

SAY: Final[Mapping[str, Text]] = (
    INTRICATE
    | NEXT_SAYS
    | TODAY_SAYS
    | live_outcomes.SAYS
    | {
        "unknown": NOT_CALCULATED,
        "settled": Text("已了结", "settled"),
        "open": Text("未了结", "open"),
    }
)

_TEMPLATES: Final = (
    *(calc.formula for calc in (*REGISTER_CALCS, *ITEM_CALCS)),
    *LINKS.values(),
    *today_formulas(),
)

WORDS: Final = tuple(
    sorted(
        {"kind.complaint", "kind.praise"}
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
    def filled(found: re.Match[str]) -> str:
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

    return re.sub(r"\{([\w.:]+)\}", filled, template)
