"""The live columns of one deadline: the rule that fits, from when it counts, when it is due, holds, its state."""

from __future__ import annotations

from kesu.register.codes import FINISHED
from kesu.register.settings import TARGETS
from kesu.words.text import Text
from kesu.workbook.writing.clock_cells import (
    LAST_SECOND,
    closing,
    closing_of,
    day_of,
    days_to,
    next_working_day,
    reading,
    when,
    working_day,
    works,
)
from kesu.workbook.writing.live_cells import DONE, NO_KIND, RULE_FIELDS, STARTS, Calc, latest, whole_day


def start_of(name: str) -> Calc:
    """From when a deadline counts: receipt, sending where the rule says so, or the reopening."""
    first = f"IF(AND(ISNUMBER({{sent_s}}),IFERROR(INDEX(Rule_start,{{{name}_rule}})=Start_sent,FALSE)),{{sent_s}},{{received_s}})"
    if name != "first_response":
        first = f"IF({{cycle_s}}<>{{received_s}},{{cycle_s}},{first})"
    said = TARGETS[name]
    return Calc(
        f"{name}_start", "workings", "seconds", Text(f"{said.zh}·起点", f"{said.en}: start"), 12,
        f'=IF({{received_s}}="","",{first})',
    )  # fmt: skip


class _Cells:
    """What formulas of one deadline call its other cells, and what they ask of its rule."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.start = f"{{{STARTS[name]}}}"
        self.rule, self.agreed, self.at, self.day, self.due0, self.push, self.reached, self.by_days = (
            f"{{{name}_{part}}}"
            for part in ("rule", "agreed", "clock", "day", "due0", "push", "moved", "by_days")
        )
        self.business, self.in_days = (f"INDEX(Rule_{key},{self.rule})=1" for key in ("Business", "Days"))
        self.first, self.ends, self.rolls = (
            f"INDEX(Rule_{key},{self.rule})=Word_yes"
            for key in ("count_start_day", "end_of_day", "roll_forward")
        )
        self.today, self.length = day_of(self.start), f"INDEX(Rule_Seconds,{self.rule})"
        self.since = f"MAX({{hold_start}},{self.start})"
        self.rolled = f"OR({self.in_days},{self.ends},{self.rolls})"
        self.plain = f"MAX({self.start},IF({self.business},{when(self.at)},{self.at}))"


def target_calcs(name: str) -> tuple[Calc, ...]:
    said, c = TARGETS[name], _Cells(name)
    parts = (
        ("rule", "规则", "rule", _rule(c)),
        ("agreed", "约定", "agreed", _agreed(c)),
        ("clock", "钟点", "clock", _clock(c)),
        *_days(c),
        *_held(c),
        ("due_s", "到期秒", "due, s", _due(c)),
    )
    calcs = (
        Calc(
            f"{name}_{part}", "workings", "seconds", Text(f"{said.zh}·{zh}", f"{said.en}: {en}"), 12, formula
        )
        for part, zh, en, formula in parts
    )
    return (*([start_of(name)] if name != "callback" else []), *calcs)


def _rule(c: _Cells) -> str:
    """Which rule fits; the row behind the last where none does."""
    fits = "*".join(
        f'((Rule_{condition}="")+(Rule_{condition}={{{column}}}){NO_KIND * (condition == "kind")}>0)'
        for condition, column in RULE_FIELDS.items()
    )
    fits += "*((Rule_start<>Start_reopened)+({cycle_s}<>{received_s})>0)"
    fits += "*(N({received_at})>=Rule_valid_from)*(N({received_at})<Rule_valid_to+1)"
    begun = "resolved_s" if c.name == "callback" else "received_s"
    fitting = f"SUMPRODUCT(MAX((Rule_target={{fixed:{c.name}}})*{fits}*Rule_Weight))"
    return f'=IF({{{begun}}}="","",ROWS(Rule_No)+1-{fitting})'


def _agreed(c: _Cells) -> str:
    """The due time of the item that was noted last; "?" where a row before has the same number."""
    last = (
        f"MAX(({{items.agreed_row}}={{row_no}})*({{items.for_target}}={{word:target.{c.name}}})"
        f"*({{items.due_s}}>{c.start})*{{items.noted_order}})"
    )
    found = f'IFERROR(INDEX({{items.due_s}},MATCH(MAX(0.5,SUMPRODUCT({last})),{{items.noted_order}},0)),"")'
    return (
        f'=IF(OR({{row_no}}=0,{c.start}=""),"",IF(IFERROR(INDEX(Link_{c.name},{{first_row}}),0)=0,"",'
        f'IF({{first_row}}<>{{row_no}},"?",{found})))'
    )


def _clock(c: _Cells) -> str:
    """The number of the due day, or the reading of the clock when it is due."""
    started = f"IF(AND({c.first},{works(c.today)},{c.start}<{closing(c.today)}),1,0)"
    numbered = f"{days_to(c.start)}+{c.length}/Day_Seconds-{started}"
    counted = f"IF({c.business},{numbered},{c.today}+{c.length}/Day_Seconds-IF({c.first},1,0))"
    running = f"{c.length}+IF({c.business},{reading(c.start)},{c.start})"
    return f'=IF({c.start}="","",IFERROR(IF({c.in_days},{counted},{running}),""))'


def _days(c: _Cells) -> tuple[tuple[str, str, str, str], ...]:
    """The due day, and when it is due by the rule alone."""
    # closing at midnight closes the day before
    own_day = day_of(f"({c.plain}-IF(AND({c.business},{c.plain}>{c.start}),1,0))")
    own_whole = f"MAX({c.today},IF({c.business},{working_day(c.at)},{c.at}))"
    moved = f"IF({c.in_days},{own_whole},{own_day})"
    ended = f"IF({c.business},{closing(c.day)},{c.day}*Day_Seconds+{LAST_SECOND})"
    same_time = f"{c.day}*Day_Seconds+{c.start}-{c.today}*Day_Seconds"
    kept = f"IF({c.in_days},{same_time},{c.plain}+({c.day}-{own_day})*Day_Seconds)"
    day = f'IF({c.rolled},IF({c.rolls},{next_working_day(moved)},{moved}),"")'
    due = f"IF({c.rolled},MAX({c.start},IF({c.ends},{ended},{kept})),{c.plain})"
    return (
        ("day", "到期日", "due day", f'=IF({c.at}="","",IFERROR({day},""))'),
        ("due0", "原期", "first due", f'=IF({c.at}="","",IFERROR({due},""))'),
    )


def _held(c: _Cells) -> tuple[tuple[str, str, str, str], ...]:
    """By how much a hold pushes it, and where to if the rule counts days."""
    began = f"IF({c.in_days},{reading(c.start)},{c.at}-{c.length})"
    held = f"IF({c.business},{{hold_end_r}}-MAX({{hold_start_r}},{began}),{{hold_end}}-{c.since})"
    unrolled = f"MAX({c.today},{c.at})*Day_Seconds+IF({c.ends},{LAST_SECOND},{c.start}-{c.today}*Day_Seconds)"
    pushed_on = f"IF({c.push}>0,{when(f'({reading(c.due0)}+{c.push})')},{c.due0})"
    moved_on = f"IF({c.business},{pushed_on},{unrolled}+{c.push})"
    in_working_days = _held_working_days(c.due0, c.reached, c.ends)
    whole = f"IF({c.business},{in_working_days},{_held_days(c.reached, c.ends, c.rolls)})"
    push = f'IF(AND({c.rolled},NOT({c.in_days})),"?",IFERROR(MAX(0,{held}),"?"))'
    return (
        ("push", "顺延", "pushed",
         f'=IF(OR({c.due0}="",N({{hold_row}})=0),-1,IF({c.since}<{c.due0},{push},-1))'),
        ("moved", "推后至", "pushed to",
         f'=IF(OR(NOT(ISNUMBER({c.push})),N({c.push})<0),"",IFERROR(IF({c.in_days},{moved_on},""),""))'),
        ("by_days", "按天推后", "held, in days", f'=IF({c.reached}="","",IFERROR(MAX({c.due0},{whole}),""))'),
    )  # fmt: skip


def _due(c: _Cells) -> str:
    """When it is due: as agreed, else by the rule and the hold; or the word for why that is left to a refresh."""
    again = ""
    if c.name in {"reply", "resolution"}:
        again = (
            f"IF(AND({{cycle_s}}<>{{received_s}},Set_reopen_mode=Reopen_Continue,"
            f'IFERROR(INDEX(Rule_start,{c.rule})<>Start_reopened,TRUE)),"{{say:reopened}}",'
        )
    if c.name == "first_response":  # then only an answer after the reopening counts
        again = f'IF(IFERROR(INDEX(Rule_start,{c.rule})=Start_reopened,FALSE),"{{say:rule}}",'
    pushed = f"IF({c.business},{when(f'({c.at}+{c.push})')},{c.at}+{c.push})"
    moved = f'IFERROR(IF({c.in_days},0+{c.by_days},{pushed}),"{{say:calendar}}")'
    held = f'IF({{hold_row}}="?","{{say:holds}}",IF({c.push}="?","{{say:held}}",IF({c.push}<0,{c.due0},{moved})))'
    by_rule = f'IF(INDEX(Rule_Seconds,{c.rule})="?","{{say:rule}}",IF({c.due0}="","{{say:calendar}}",{held}))'
    either = f'IF(ISNUMBER({c.agreed}),{c.agreed},IF({c.rule}>ROWS(Rule_No),"",{by_rule}))'
    twice = f'IF({c.agreed}="?","{{say:double}}",{again}{either}{")" * bool(again)})'
    return f'=IF({c.start}="","",IF({{hold_row}}="{{say:room}}","{{say:room}}",{twice}))'


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


def hold_part(part: str, zh: str, en: str, now: str) -> Calc:
    """What Items says of the complaint's hold; one without an end runs until ``now``."""
    found = f"INDEX({{items.hold_{part}}},{{hold_row}})"
    shown = f'IF({found}="",{now},{found})' if now else found
    return Calc(f"hold_{part}", "workings", "seconds", Text(zh, en), 12, f'=IF(N({{hold_row}})=0,"",{shown})')


def due_at(name: str) -> Calc:
    said = TARGETS[name]
    cell = f"{{{name}_due_s}}"
    return Calc(
        f"{name}_due_at", "live", "time", Text(f"{said.zh}到期", f"{said.en} due"), 17,
        f'=IF(ISNUMBER({cell}),{cell}/Day_Seconds+Unix_Day,"")',
    )  # fmt: skip


def _spread(name: str) -> str:
    """By how many seconds later it is due at the latest, where it begins on a date without a time of day.

    None if it was agreed or runs by days to the end of one, a day less a second on the calendar clock; else nothing.
    """
    rule = f"{{{name}_rule}}"
    ends = f"INDEX(Rule_end_of_day,{rule})=Word_yes"
    whole = f"AND(INDEX(Rule_Days,{rule})=1,{ends},OR(INDEX(Rule_Business,{rule})=0,INDEX(Rule_count_start_day,{rule})<>Word_yes))"
    plain = f"AND(INDEX(Rule_Business,{rule})=0,NOT({ends}),INDEX(Rule_roll_forward,{rule})<>Word_yes,N({{hold_row}})=0)"
    return f'IF(ISNUMBER({{{name}_agreed}}),0,IFERROR(IF({whole},0,IF({plain},{LAST_SECOND},"")),""))'


def state_of(name: str) -> Calc:
    said = TARGETS[name]
    due, done, start = (f"{{{cell}}}" for cell in (f"{name}_due_s", DONE[name], STARTS[name]))
    left = f"IFERROR({reading(due)}-Now_Reading,{due}-Now_S)"  # in working time: nobody is warned at night
    spread = _spread(name)

    def after(moment: str, yes: str, perhaps: str) -> str:
        """``yes`` of a moment after the due time, ``perhaps`` where it is so only if the start was early in its day."""
        known = f'IF(ISNUMBER({spread}),IF({moment}>{due}+{spread},"{yes}","{perhaps}"),"{{say:day}}")'
        return f'IF({whole_day(start)},{known},"{yes}")'

    running = f'IF(Now_S>{due},{after("Now_S", "{state:overdue}", "{state:due_soon}")},IF({left}<=Set_due_soon_hours*3600,"{{state:due_soon}}","{{state:pending}}"))'
    astray = f"{latest(done)}<MAX({start},N({{received_s}}))"  # done before receipt: nothing is proven
    if name == "callback":
        before = f"{latest(start)}<N({{received_s}})"
        ended = f"OR({before},{{given_up}}=1)"  # tried as often as the team tries: neither met nor missed
        astray, running = f"OR({astray},{before})", f'IF({ended},"{{state:none}}",{running})'
    else:  # finished without saying when: nothing to wait for, and no proof
        finished = ",".join(f"{{status}}={{word:status.{code}}}" for code in sorted(FINISHED))
        unproven = f'IF(Now_S>{due},{after("Now_S", "{state:unproven}", "{state:none}")},"{{state:none}}")'
        running = f"IF(OR({finished}),{unproven},{running})"
    late = f'IF({done}>{due},{after(done, "{state:late}", "{state:none}")},"{{state:none}}")'
    judged = f'IF({astray},"{{state:none}}",IF({latest(done)}<={due},"{{state:met}}",{late}))'
    return Calc(
        f"{name}_state", "live", "text", Text(f"{said.zh}时限状态", f"{said.en} state"), 15,
        f"=IF(ISNUMBER({due}),IF(ISNUMBER({done}),{judged},{running}),{due})",
    )  # fmt: skip
