"""Columns of the tables that kesu fills in a workbook: follow-ups, KPIs, findings. Declared once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from kesu.words.text import Text, folded


class Output(NamedTuple):
    """One column of an output table; ``kind``: text, long_text, link, time, number, ordinal, trend or code."""

    key: str
    label: Text
    width: int
    kind: str = "text"


FOLLOWUPS: Final = (
    Output("complaint_id", Text("投诉编号", "Complaint no."), 15, "link"),
    Output("kind", Text("要做的事", "To do"), 18),
    Output("customer", Text("客户", "Customer"), 10),
    Output("contact", Text("联系方式", "Contact"), 13),
    Output("owner", Text("责任人", "Owner"), 12),
    Output("when", Text("急缓", "When"), 9),
    Output("due_at", Text("到期时间", "Due at"), 16, "time"),
    Output("overdue", Text("逾期", "Overdue"), 14),
    Output("also", Text("另有", "Also"), 24, "long_text"),
    Output("what", Text("内容", "What"), 22, "long_text"),
    Output("next_step", Text("下一步", "Next step"), 38, "long_text"),
    Output("row", Text("行", "Row"), 6, "ordinal"),
    Output("draft", Text("消息草稿", "Draft message"), 60),
)

KPIS: Final = (
    Output("kpi", Text("指标", "KPI"), 30),
    Output("group", Text("分组", "Group"), 17),
    Output("value", Text("数值", "Value"), 11, "number"),
    Output("unit", Text("单位", "Unit"), 13),
    Output("target", Text("目标", "Target"), 9, "number"),
    Output("met", Text("达标", "Met"), 10),
    Output("previous", Text("上期", "Previous"), 11, "number"),
    Output("trend", Text("近 6 期走势", "Last 6 periods"), 13, "trend"),
    Output("numerator", Text("分子", "Numerator"), 12, "number"),
    Output("denominator", Text("分母", "Denominator"), 13, "number"),
    Output("period", Text("期间", "Period"), 11),
)

FINDINGS: Final = (
    Output("complaint_id", Text("投诉编号", "Complaint no."), 16),
    Output("severity", Text("级别", "Level"), 8),
    Output("problem", Text("问题", "Problem"), 20, "long_text"),
    Output("sheet", Text("工作表", "Sheet"), 9),
    Output("cell", Text("单元格", "Cell"), 8, "link"),
    Output("column", Text("列", "Column"), 15, "long_text"),
    Output("message", Text("问题与改法", "What is wrong and how to mend it"), 48, "long_text"),
    Output("value", Text("现值", "Value"), 17, "long_text"),
    Output("rule", Text("规则", "Rule"), 13, "code"),
)

TABLES: Final = {"FollowUps": FOLLOWUPS, "Kpis": KPIS, "Findings": FINDINGS}
"""Excel Table → its columns. The cell named ``AsOf_`` and the table says as of when it was filled."""

ROW_HEIGHTS: Final = {"FollowUps": None, "Kpis": 15, "Findings": None}
"""Excel Table → height of its rows in points. None: each as high as its text."""

NUMBER: Final = "[>=1000]#,##0;General"
"""Number format of figures: thousands are separated, smaller ones keep the decimals that they have."""

FOLDING: Final = frozenset({"Kpis"})
"""Excel Tables with blocks of rows that fold away. They have no filter: it takes folded rows for filtered ones."""

SHEET_OF: Final = {"FollowUps": "followups", "Kpis": "kpis", "Findings": "findings"}
"""Excel Table → the sheet (key of `kesu.register.columns.SHEETS`) on which it stands."""

LATER: Final = frozenset({"trend", "when", "problem", "draft"})
"""Columns that came later: a workbook made before them goes without."""

_FINDINGS: Final = {one.key: one for one in FINDINGS}
_FOLLOWUPS: Final = {one.key: one for one in FOLLOWUPS}
EARLIER: Final = {
    "FollowUps": (
        *(_FOLLOWUPS[key] for key in ("complaint_id", "kind")),
        Output("what_also", Text("内容", "What"), 24, "long_text"),
        *(_FOLLOWUPS[key] for key in ("owner", "when", "due_at")),
        Output("overdue_hours", Text("逾期（小时）", "Overdue (h)"), 9, "number"),
        _FOLLOWUPS["next_step"]._replace(width=46),
        _FOLLOWUPS["row"],
    ),
    "Findings": tuple(
        _FINDINGS[key]._replace(width=width)
        for key, width in (
            ("severity", 10), ("sheet", 17), ("cell", 11), ("complaint_id", 16), ("column", 24), ("message", 100),
            ("value", 24), ("rule", 30),
        )
    ),
}  # fmt: skip
"""Excel Table → its columns as workbooks made before have them; they keep their order."""

CELLS: Final = {
    table: (*columns, *(one for one in EARLIER.get(table, ()) if one.key not in {own.key for own in columns}))
    for table, columns in TABLES.items()
}
"""Excel Table → what a row for it holds: its columns, and behind them those that only workbooks made before have."""

_AS_OF_WIDTH: Final = 17

_HEADING: Final = Text(
    "第 {at} 列的标题应为“{wanted}”，现在是“{found}”。请改回；自己的列请放在表的右边",
    "column {at} should be headed “{wanted}”, but is “{found}”. "
    "Change it back; put columns of your own to the right of the table",
)


def as_of_index(columns: Sequence[Output]) -> int:
    """The first column with room for a day and a time, which are never cut off but turn to hashes; not the very first."""
    return next(at for at, column in enumerate(columns) if at and column.width >= _AS_OF_WIDTH)


def columns_there(table: str, headings: Sequence[object]) -> tuple[list[Output], Text | None]:
    """Which columns of ``table`` stand under ``headings``, in order: all but those that came `LATER`, or the `EARLIER` ones.

    And what is wrong, where somebody changed a heading: figures would stand below the wrong words.
    """
    found, wrong = _matched(TABLES[table], headings)
    if wrong and table in EARLIER:
        earlier, also = _matched(EARLIER[table], headings)
        if not also:
            return earlier, None
    return found, wrong


def _matched(columns: Sequence[Output], headings: Sequence[object]) -> tuple[list[Output], Text | None]:
    there: list[Output] = []
    for column in columns:
        at, label = len(there), column.label
        found = str(headings[at] or "") if at < len(headings) else ""
        if folded(found) in {folded(label.zh), folded(label.en)}:
            there.append(column)
        elif column.key not in LATER:
            return there, _HEADING.fill(at=at + 1, wanted=label, found=found)
    return there, None


def picked(table: str, columns: Sequence[Output], row: Sequence[Any]) -> list[Any]:
    """The cells of ``row``, in the order of `CELLS`, that stand under ``columns``, in theirs."""
    at = {column.key: number for number, column in enumerate(CELLS[table])}
    return [row[at[column.key]] for column in columns]
