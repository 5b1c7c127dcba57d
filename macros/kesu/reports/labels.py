"""Words for the codes a report shows that are not in the register's code lists."""

from __future__ import annotations

from typing import Final

from kesu.register.codes import CODE_LISTS
from kesu.register.kpi_names import KPI_NAMES
from kesu.register.text import Text

STATES: Final[dict[str, Text]] = {
    "met": Text("按时", "Met"),
    "late": Text("超时办结", "Done late"),
    "pending": Text("待办", "Pending"),
    "due_soon": Text("即将到期", "Due soon"),
    "overdue": Text("已逾期", "Overdue"),
}
"""States of a deadline in the order in which charts stack them."""

SEVERITIES: Final[dict[str, Text]] = {
    "error": Text("错误", "Error"),
    "warning": Text("警告", "Warning"),
    "info": Text("提示", "Note"),
}

DIMENSIONS: Final[dict[str, Text]] = {
    "completeness": Text("完整性", "Completeness"),
    "validity": Text("有效性", "Validity"),
    "consistency": Text("一致性", "Consistency"),
    "uniqueness": Text("唯一性", "Uniqueness"),
    "timeliness": Text("及时性", "Timeliness"),
}

BLANK: Final = Text("（未填）", "(not filled in)")

_LABELS: Final = {name: {code.key: code.label for code in codes} for name, codes in CODE_LISTS.items()}


def code_label(code_list: str, key: object, lang: str) -> str:
    """The label of ``key`` in ``code_list``; keys joined by ``|`` get all their labels; blank for missing."""
    if not isinstance(key, str) or not key:
        return BLANK.of(lang)
    known = _LABELS.get(code_list, {})
    between = "、" if lang == "zh" else ", "
    return between.join(known[part].of(lang) if part in known else part for part in key.split("|"))


def kpi_name(kpi: str, lang: str) -> str:
    """The name of a KPI, its id where it is not one of ours."""
    return KPI_NAMES[kpi].of(lang) if kpi in KPI_NAMES else kpi


def said(words: object, lang: str) -> str:
    """A cell of a frame that holds a `Text`, a string or nothing."""
    if isinstance(words, Text):
        return words.of(lang)
    return words if isinstance(words, str) else ""
