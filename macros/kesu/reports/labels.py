"""Words for the codes a report shows that are not in the register's code lists."""

from __future__ import annotations

from typing import Final

from kesu.register.codes import CODE_LISTS
from kesu.register.kpi_names import KPI_NAMES
from kesu.register.text import Text
from kesu.rules import deadlines as rules
from kesu.rules import playbooks

STATES: Final = {
    state: Text(words.zh, words.en.capitalize()) for state, words in rules.STATES.items() if state != "none"
}
"""States of a deadline in the order in which charts stack them."""

FOLLOW_UPS: Final = {kind: name for kind, (name, _) in playbooks.FOLLOW_UPS.items()}
"""What the kinds of follow-up are called."""

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
