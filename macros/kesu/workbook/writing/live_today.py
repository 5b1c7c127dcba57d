"""The lines of the Today sheet: what is overdue, due today and this week, worked out by formulas alone."""

from __future__ import annotations

from typing import Final

from kesu.register.settings import TARGETS
from kesu.rules.followups import GROUPS
from kesu.words.text import Text
from kesu.workbook.writing.clock_cells import seconds
from kesu.workbook.writing.live_cells import Calc
from kesu.workbook.writing.live_next import CLASS, KINDS, kind_in, row_in, said_left

LINES: Final = 200
"""Lines that the sheet shows; it says how many more there are."""
OWNERS: Final = 100
"""Persons from whom the filter lets choose; others may be typed."""
ABOUT: Final = 120
"""Characters of a text that a line shows."""

WHEN: Final = {key: words for key, words in GROUPS.items() if key != "later"}
"""Groups of lines."""
BETWEEN: Final = Text("、", ", ")
TODAY_SAYS: Final = {f"in_{key}": words for key, words in WHEN.items()} | {
    "between": BETWEEN,
    "items": Text("事项×", "items ×"),
    "count_ends": Text(" 项：", ": "),
}

KEYS: Final = ("complaints.case_key", "items.first_key")
"""Columns with the keys of lines, one a complaint: its most urgent deadline or item."""


def _by_kind(*cells: str) -> str:
    """One of as many cells as there are kinds."""
    text = cells[-1]
    for at in range(len(cells) - 2, -1, -1):
        text = f"IF({{line_kind}}={at},{cells[at]},{text})"
    return text


def _of_item(item: str, complaint: str) -> str:
    return f"IF({{line_kind}}={KINDS - 1},{item},{complaint})"


def _shown(text: str) -> str:
    return f'=IF({{line_key}}="","",{text})'


def _case(key: str) -> str:
    return f"INDEX({{complaints.{key}}},{{line_case}})"


def _others() -> str:
    """What else is due on the complaint of a line, each word followed by what stands between words."""
    deadlines = "&".join(
        f'IF({{line_kind}}={at},"",IF(ISNUMBER({_case(f"{name}_key")}),{{word:target.{name}}}&"{{say:between}}",""))'
        for at, name in enumerate(TARGETS)
    )
    return f'{deadlines}&IF({{other_items}}=0,"","{{say:items}}"&{{other_items}}&"{{say:between}}")'


def _other_count() -> str:
    own = "+".join(f"ISNUMBER({_case(f'{name}_key')})" for name in TARGETS)
    return f"{own}+{{other_items}}-IF({{line_kind}}={KINDS - 1},0,1)"


def lines(register: str, letter: str) -> tuple[Calc, ...]:
    """The columns of the sheet. ``register``: title of the Register sheet; ``letter``: its column of numbers."""
    title = register.replace("'", "''").replace('"', '""')
    day = "INT({line_s}/Day_Seconds)"
    item, case = (f"LEFT(INDEX({{{cell}}},{{{at}}})&\"\",{ABOUT})" for cell, at in (("items.what", "line_row"), ("complaints.verbatim", "line_case")))  # fmt: skip
    dues = (_due(name) for name in TARGETS)
    return (
        Calc("when", "now", "text", Text("急缓", "When"), 10,
             _shown(f'IF({{line_s}}<Now_S,"{{say:in_overdue}}",IF({day}=Day_Now,"{{say:in_today}}","{{say:in_week}}"))')),
        Calc("number", "now", "link", Text("投诉编号", "Complaint no."), 17,
             _shown(f'HYPERLINK("#\'{title}\'!{letter}"&(ROW({{complaints.head}})+{{line_case}}),{_case("complaint_id")}&"")')),
        Calc("customer", "now", "text", Text("客户", "Customer"), 18, _shown(f'{_case("customer_name")}&""')),
        Calc("task", "now", "text", Text("要做的事", "To do"), 19,
             _shown(_by_kind(*(f"{{word:target.{name}}}" for name in TARGETS), "INDEX({items.item_kind},{line_row})"))),
        Calc("in_charge", "now", "text", Text("责任人", "Owner"), 14,
             _shown(_of_item("INDEX({items.todo_owner},{line_row})", _case("line_owner")))),
        Calc("due", "now", "time", Text("到期时间", "Due at"), 17,
             _shown(_by_kind(*dues, "INDEX({items.todo_due},{line_row})"))),
        Calc("left", "now", "text", Text("还剩／逾期", "Left or overdue"), 16, _shown(said_left("{line_s}"))),
        Calc("also", "now", "text", Text("另有", "Also"), 30,
             f'=IF({{line_key}}="","",IF({{others}}="","",({_other_count()})&"{{say:count_ends}}"&LEFT({{others}},LEN({{others}})-LEN("{{say:between}}"))))'),
        Calc("about", "now", "text", Text("内容", "About"), 40, _shown(_of_item(item, case))),
        Calc("line_key", "workings", "seconds", Text("键", "Key"), 12, '=IFERROR(SMALL(Today_Keys,ROW()-ROW(Today_Head)),"")'),
        Calc("line_kind", "workings", "seconds", Text("种类", "Kind of line"), 12, _shown(kind_in("{line_key}"))),
        Calc("line_row", "workings", "seconds", Text("行", "Row"), 12, _shown(row_in("{line_key}"))),
        Calc("line_case", "workings", "seconds", Text("登记表行号", "Row of the case"), 12,
             _shown(_of_item("INDEX({items.case_row},{line_row})", "{line_row}"))),
        Calc("other_items", "workings", "seconds", Text("其余事项", "Other items"), 12,
             _shown(f'SUMPRODUCT(({{items.todo_row}}={{line_case}})*ISNUMBER({{items.todo_key}}))-IF({{line_kind}}={KINDS - 1},1,0)')),
        Calc("others", "workings", "seconds", Text("其余", "Others"), 12, _shown(_others())),
        Calc("line_s", "workings", "seconds", Text("到期秒", "Due, s"), 12, _shown(seconds("{due}"))),
    )  # fmt: skip


def _due(target: str) -> str:
    """When something is to be done about a deadline: of a call-back the next try."""
    if target == "callback":
        return "(INDEX({complaints.call_next_s},{line_row})/Day_Seconds+Unix_Day)"
    return f"INDEX({{complaints.{target}_due_at}},{{line_row}})"


def _count_before(moment: str) -> str:
    """How many keys are of what is due before a key that begins with ``moment``."""
    limit = f"{moment}*{KINDS}*Order_Step"
    return "+".join(f"SUMPRODUCT(({{{key}}}<{limit})*1)" for key in KEYS)


COUNTS: Final = {
    "Today_Overdue": f"={_count_before(f'2*{CLASS}')}",
    "Today_Today": f"={_count_before(f'(2*{CLASS}+(Day_Now+1)*1440)')}-Today_Overdue",
    "Today_Week": f"={'+'.join(f'COUNT({{{key}}})' for key in KEYS)}-Today_Overdue-Today_Today",
    "Today_Held": "=SUMPRODUCT(({complaints.waits}=2)*ISNUMBER({complaints.next_due}))",
}
"""Name of a cell → its formula: how many lines there are of each group, and how many complaints with a deadline are on hold."""

OWNER_ROWS: Final = "complaints.owner_row"
OWNER_AT: Final = f'=IFERROR(INDEX({{complaints.line_owner}},SMALL({{{OWNER_ROWS}}},%d))&"","")'


def today_formulas() -> tuple[str, ...]:
    """All templates, for the names that they use."""
    return (
        *(calc.formula for calc in lines("", "A")),
        *(f"{{{key}}}" for key in KEYS),
        *COUNTS.values(),
        OWNER_AT,
    )
