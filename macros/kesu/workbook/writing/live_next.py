"""Live columns that say what is due next, and the keys by which the Today sheet lists what is due.

A key is one number that sorts as a person would work: what is overdue, call-backs behind everything else that is, then
by time. Its last digits lead back to the row: ``(class · 1E8 + minutes since 1970) · 5 + kind``, then the row in the table.
"""

from __future__ import annotations

from typing import Final

from kesu.register.settings import TARGETS
from kesu.words.text import Text
from kesu.workbook.writing.clock_cells import seconds
from kesu.workbook.writing.live_cells import Calc

KINDS: Final = len(TARGETS) + 1
"""Kinds of lines on the Today sheet: each deadline, and items."""
CLASS: Final = "100000000"
ITEM_END: Final = "5000000000"
"""Seconds since 1970 that no due time reaches (in 2128)."""

NEXT_SAYS: Final = {
    "today": Text("今天 ", "today "),
    "tomorrow": Text("明天 ", "tomorrow "),
    "late_before": Text("逾期 ", ""),
    "left_before": Text("还剩 ", ""),
    "late_after": Text("", " overdue"),
    "left_after": Text("", " left"),
    "minutes": Text(" 分钟", " min"),
    "hours": Text(" 小时", " h"),
    "days": Text(" 天", " d"),
}
"""Words of `said_when` and `said_left`."""


def _part(cell: str, day: str) -> str:
    """The time of day of seconds since 1970: 09:30."""
    minute = f"INT(({cell}-{day}*Day_Seconds)/60)"
    return f'TEXT(INT({minute}/60),"00")&":"&TEXT({minute}-60*INT({minute}/60),"00")'


def said_when(cell: str) -> str:
    """``today 16:30``, ``10-08 09:30``; the year where it is another. ``cell`` holds seconds since 1970."""
    day, date = f"INT({cell}/Day_Seconds)", f"(INT({cell}/Day_Seconds)+Unix_Day)"
    year = f'IF(YEAR({date})=YEAR(Now_At),"",YEAR({date})&"-")'
    dated = f'{year}&TEXT(MONTH({date}),"00")&"-"&TEXT(DAY({date}),"00")&" "'
    named = f'IF({day}=Day_Now,"{{say:today}}",IF({day}=Day_Now+1,"{{say:tomorrow}}",{dated}))'
    return f"{named}&{_part(cell, day)}"


def said_left(cell: str) -> str:
    """``7 h left``, ``3 d overdue``: on the wall clock, in days from two of them on."""
    gap = f"ABS({cell}-Now_S)"
    shown = (
        f'IF({gap}<3600,INT({gap}/60)&"{{say:minutes}}",IF({gap}<172800,INT({gap}/3600)&"{{say:hours}}",'
        f'INT({gap}/86400)&"{{say:days}}"))'
    )
    late = f"{cell}<Now_S"
    return (
        f'IF({late},"{{say:late_before}}","{{say:left_before}}")&{shown}'
        f'&IF({late},"{{say:late_after}}","{{say:left_after}}")'
    )


def due_second(target: str) -> str:
    """Cell with the second on which something is to be done about a deadline: of a call-back the next try."""
    return "{call_next_s}" if target == "callback" else f"{{{target}_due_s}}"


def due_cell(target: str) -> str:
    """The same as a time."""
    return "({call_next_s}/Day_Seconds+Unix_Day)" if target == "callback" else f"{{{target}_due_at}}"


def _open(target: str) -> str:
    return f"ISNUMBER(MATCH({{{target}_state}},Open_States,0))"


def row_in(key: str) -> str:
    """The row in its table to which a key leads."""
    return f"({key}-INT({key}/Order_Step)*Order_Step)"


def kind_in(key: str) -> str:
    """Which kind of line a key is: the number of its deadline, or the last for an item."""
    return f"(INT({key}/Order_Step)-INT(INT({key}/Order_Step)/{KINDS})*{KINDS})"


def _key(due: str, kind: int, row: str, *, last: bool = False) -> str:
    """``last``: behind whatever else is overdue."""
    overdue = "1" if last else "0"
    return f"((IF({due}<Now_S,{overdue},2)*{CLASS}+INT({due}/60))*{KINDS}+{kind})*Order_Step+{row}"


def _wanted(due: str, owner: str, key: str) -> str:
    return f'IF({due}<Week_End,IF(OR(Today_Owner="",{owner}=Today_Owner),{key},""),"")'


def _listed(target: str) -> str:
    """Of first response, reply and resolution the next one, and a later one that presses already (as the follow-ups)."""
    before = {"reply": ("first_response",), "resolution": ("first_response", "reply")}.get(target, ())
    if not before:
        return _open(target)
    waiting = ",".join(map(_open, before))
    return f"AND({_open(target)},OR({{{target}_state}}<>State_pending,NOT(OR({waiting}))))"


def _may_be_done(target: str) -> str:
    """Whether something can be done about a deadline now, as in the follow-ups: its complaint is not on hold, and a time
    agreed with the customer is not waited for where it is the customer who is spoken to."""
    return f"{{waits}}<{2 if target == 'resolution' else 1}"


NO_KEY: Final = "9000000000000000"
"""Behind every key."""
_OWN_KEYS: Final = ",".join(f"IF(ISNUMBER({{{name}_key}}),{{{name}_key}},{NO_KEY})" for name in TARGETS)


def _soonest() -> str:
    cells = ("{next_due}", "{next_item_due}")
    return f"MIN({','.join(f'IF(ISNUMBER({cell}),{cell},Far_Day)' for cell in cells)})"


def _what_is_next() -> str:
    said = '""'
    for target in reversed(tuple(TARGETS)):
        here = f"IF({_open(target)},{due_cell(target)}={{next_due}},FALSE)"
        said = f"IF({here},{{word:target.{target}}},{said})"
    sooner = "<=".join(
        seconds(cell) for cell in ("{next_item_due}", "{next_due}")
    )  # else engines differ in a tie
    item = f"IF(ISNUMBER({{next_item_due}}),IF(ISNUMBER({{next_due}}),{sooner},TRUE),FALSE)"
    return f"IF({item},INDEX({{items.item_kind}},{row_in('{next_item}')}),{said})"


NEXT: Final = Calc(
    "due_next", "now", "words", Text("接下来", "Due next"), 30,
    '=IF({next_s}="",IF({overall_state}="{say:unknown}","{say:unknown}",IF({status}={word:status.closed},"",{before_closing})),'
    'IF(AND({overall_state}="{say:unknown}",{next_s}>Now_S),"{say:unknown}",'
    f'{_what_is_next()}&" · "&{said_when("{next_s}")}&" · "&{said_left("{next_s}")}))',
)  # fmt: skip
"""What is due next, and when, in words; when nothing is, what is missing before closing."""

NEXT_ITEM_DUE: Final = Calc(
    "next_item_due", "live", "time", Text("下一事项到期", "Next item due"), 17,
    '=IF({row_no}=0,"",IF({row_no}>ROWS(Link_No),"?",IF({next_item}=0,"",'
    f"INDEX({{items.todo_due}},{row_in('{next_item}')}))))",
)  # fmt: skip

NEXT_CALCS: Final = (
    Calc("next_item", "workings", "seconds", Text("下一事项", "Next item"), 12,
         '=IF({row_no}=0,0,IF({row_no}>ROWS(Link_No),0,IF(INDEX(Link_todo,{row_no})=0,0,'
         'SUMPRODUCT(MAX(({items.todo_row}={row_no})*{items.todo_order})))))'),
    Calc("next_s", "workings", "seconds", Text("接下来·秒", "Due next, s"), 12,
         f'=IF({{row_no}}=0,"",IF({_soonest()}<Far_Day,{seconds(_soonest())},""))'),
    Calc("line_owner", "workings", "seconds", Text("经办人", "In charge"), 12,
         '=IF({row_no}=0,"",IF({owner}="",{first_responsible}&"",{owner}&""))'),
    Calc("owner_row", "workings", "seconds", Text("经办人·首行", "In charge, first row"), 12,
         '=IF({line_owner}="","",IF(MATCH({line_owner},{complaints.line_owner},0)={row_no},{row_no},""))'),
    Calc("waits", "workings", "seconds", Text("等待", "Waits"), 12,
         '=IF({row_no}=0,0,IF({row_no}>ROWS(Link_No),0,IF(N({hold_row})=0,IF(INDEX(Link_ahead,{row_no})=0,0,1),'
         'IF(AND({hold_start}<=Now_S,{hold_end}>=Now_S),2,IF(INDEX(Link_ahead,{row_no})=0,0,1)))))'),
    *(
        Calc(f"{name}_key", "workings", "seconds", Text(f"{said.zh}·今日", f"{said.en}: today"), 12,
             f'=IF(AND({_listed(name)},{_may_be_done(name)}),{_wanted(due_second(name), "{line_owner}", _key(due_second(name), at, "{row_no}", last=name == "callback"))},"")')
        for at, (name, said) in enumerate(TARGETS.items())
    ),
    Calc("own_key", "workings", "seconds", Text("时限·今日", "Deadlines: today"), 12,
         f'=MIN({_OWN_KEYS})'),
    Calc("case_key", "workings", "seconds", Text("投诉·今日", "Case: today"), 12,
         f'=IF({{own_key}}={NO_KEY},"",IF({{row_no}}>ROWS(Link_No),{{own_key}},IF(INDEX(Link_todo,{{row_no}})=0,{{own_key}},'
         'IF(SUMPRODUCT(({items.todo_row}={row_no})*({items.todo_key}<{own_key}))>0,"",{own_key}))))'),
)  # fmt: skip
"""Workings of `NEXT` and of the Today sheet on Register."""

NEXT_ITEM_CALCS: Final = (
    Calc("todo_order", "workings", "seconds", Text("待办·先后", "To do, order"), 12,
         f'=IF({{todo_row}}="",0,MAX(1,{ITEM_END}-{seconds("{todo_due}")})*Order_Step+ROW()-ROW({{items.head}}))'),
    Calc("todo_owner", "workings", "seconds", Text("待办·责任人", "To do, owner"), 12,
         '=IF({todo_row}="","",IF({owner}="",INDEX({complaints.line_owner},{todo_row})&"",{owner}&""))'),
    Calc("todo_key", "workings", "seconds", Text("待办·今日", "To do: today"), 12,
         '=IF(OR({todo_row}="",{result}={word:item_result.failed}),"",'
         f'{_wanted(seconds("{todo_due}"), "{todo_owner}", _key(seconds("{todo_due}"), KINDS - 1, "ROW()-ROW({items.head})"))})'),
    Calc("first_key", "workings", "seconds", Text("投诉·今日", "Case: today"), 12,
         '=IF({todo_key}="","",IF(INDEX({complaints.own_key},{todo_row})<{todo_key},"",'
         'IF(SUMPRODUCT(({items.todo_row}={todo_row})*({items.todo_key}<{todo_key}))>0,"",{todo_key})))'),
    Calc("ahead_row", "workings", "seconds", Text("约定联系·行", "Call agreed for"), 12,
         '=IF(OR({todo_row}="",{item_kind}<>{word:item_kind.contact},{result}={word:item_result.failed}),"",'
         f'IF({seconds("{todo_due}")}>=Now_S,{{todo_row}},""))'),
)  # fmt: skip
"""The same on Items."""
