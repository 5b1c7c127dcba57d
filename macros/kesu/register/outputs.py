"""Columns of the tables that kesu fills in a workbook: follow-ups, KPIs, findings. Declared once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from kesu.words.text import Text, folded


class Output(NamedTuple):
    """One column of an output table; ``kind``: text, long_text, link, time, number or trend."""

    key: str
    label: Text
    width: int
    kind: str = "text"


FOLLOWUPS: Final = (
    Output("complaint_id", Text("投诉编号", "Complaint no."), 15, "link"),
    Output("kind", Text("要做的事", "To do"), 18),
    Output("what", Text("内容", "What"), 25, "long_text"),
    Output("owner", Text("责任人", "Owner"), 12),
    Output("when", Text("急缓", "When"), 9),
    Output("due_at", Text("到期时间", "Due at"), 16, "time"),
    Output("overdue_hours", Text("逾期（小时）", "Overdue (h)"), 9, "number"),
    Output("next_step", Text("下一步", "Next step"), 50, "long_text"),
    Output("row", Text("行", "Row"), 5, "number"),
)

KPIS: Final = (
    Output("kpi", Text("指标", "KPI"), 30),
    Output("group", Text("分组", "Group"), 16),
    Output("value", Text("数值", "Value"), 13, "number"),
    Output("unit", Text("单位", "Unit"), 14),
    Output("target", Text("目标", "Target"), 11, "number"),
    Output("met", Text("达标", "Met"), 10),
    Output("previous", Text("上期", "Previous"), 13, "number"),
    Output("trend", Text("近 6 期走势", "Last 6 periods"), 14, "trend"),
    Output("numerator", Text("分子", "Numerator"), 12, "number"),
    Output("denominator", Text("分母", "Denominator"), 13, "number"),
    Output("period", Text("期间", "Period"), 14),
)

FINDINGS: Final = (
    Output("severity", Text("级别", "Level"), 10),
    Output("sheet", Text("工作表", "Sheet"), 17),
    Output("cell", Text("单元格", "Cell"), 11, "link"),
    Output("complaint_id", Text("投诉编号", "Complaint no."), 16),
    Output("column", Text("列", "Column"), 24),
    Output("message", Text("问题与改法", "What is wrong and how to mend it"), 100, "long_text"),
    Output("value", Text("现值", "Value"), 24, "long_text"),
    Output("rule", Text("规则", "Rule"), 30),
)

TABLES: Final = {"FollowUps": FOLLOWUPS, "Kpis": KPIS, "Findings": FINDINGS}
"""Excel Table → its columns. The cell named ``AsOf_`` and the table says as of when it was filled."""

ROW_HEIGHTS: Final = {"FollowUps": None, "Kpis": 15, "Findings": 40}
"""Excel Table → height of its rows in points: three lines of text, or one. None: each as high as its text."""

SHEET_OF: Final = {"FollowUps": "followups", "Kpis": "kpis", "Findings": "findings"}
"""Excel Table → the sheet (key of `kesu.register.columns.SHEETS`) on which it stands."""

LATER: Final = frozenset({"trend", "when"})
"""Columns that came later: a workbook made before them goes without."""

_HEADING: Final = Text(
    "第 {at} 列的标题应为“{wanted}”，现在是“{found}”。请改回；自己的列请放在表的右边",
    "column {at} should be headed “{wanted}”, but is “{found}”. "
    "Change it back; put columns of your own to the right of the table",
)


def columns_there(table: str, headings: Sequence[object]) -> tuple[list[int], Text | None]:
    """Which columns of ``table`` (0-based, in order) stand under ``headings``: all but those that came `LATER`.

    And what is wrong, where somebody changed a heading: figures would stand below the wrong words.
    """
    there: list[int] = []
    for number, column in enumerate(TABLES[table]):
        at, label = len(there), column.label
        found = str(headings[at] or "") if at < len(headings) else ""
        if folded(found) in {folded(label.zh), folded(label.en)}:
            there.append(number)
        elif column.key not in LATER:
            return there, _HEADING.fill(at=at + 1, wanted=label, found=found)
    return there, None
