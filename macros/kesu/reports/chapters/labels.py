"""Words for the codes a report shows that are not in the register's code lists."""

from __future__ import annotations

from typing import Final

from kesu.register.kpis import KPIS
from kesu.rules import deadlines as rules
from kesu.rules import playbooks
from kesu.words.text import Text

STATES: Final = {
    state: Text(words.zh, words.en.capitalize()) for state, words in rules.STATES.items() if state != "none"
}
"""States of a deadline in the order in which charts stack them."""

FOLLOW_UPS: Final = {kind: name for kind, (name, _) in playbooks.FOLLOW_UPS.items()}
"""What the kinds of follow-up are called."""

BLANK: Final = Text("（未填）", "(not filled in)")


def kpi_name(kpi: str, lang: str) -> str:
    """The name of a KPI, its id where it is not one of ours."""
    return KPIS[kpi].name.of(lang) if kpi in KPIS else kpi


def said(words: object, lang: str) -> str:
    """A cell of a frame that holds a `Text`, a string or nothing."""
    if isinstance(words, Text):
        return words.of(lang)
    return words if isinstance(words, str) else ""
