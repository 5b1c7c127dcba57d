"""Playbooks: how complaints are handled, line by line, as kesu ships them and as a team's block of the Settings sheet says.

A line is about a category, a situation (what a complaint of any category may turn out to be about), a value, or, about "", every
complaint. The shipped lines stand in the TOML files beside this module, in both languages.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from typing import Any, Final, NamedTuple

from kesu.register.codes import CODE_LISTS
from kesu.words.text import LANGS, Text, folded


class Line(NamedTuple):
    """One line of a playbook: about what, of which kind (`KINDS`), and its words."""

    about: str
    kind: str
    text: Text


STEPS: Final[dict[str, Text]] = {
    "first": Text("步骤：首次响应", "Step: first response"),
    "reply": Text("步骤：有效回复", "Step: reply"),
    "resolve": Text("步骤：解决", "Step: resolution"),
    "after": Text("步骤：回访", "Step: afterwards"),
}
"""What to do, by what is due next."""
DRAFTS: Final[dict[str, Text]] = {
    "acknowledgement": Text("消息：已受理", "Draft: acknowledgement"),
    "progress": Text("消息：进展", "Draft: progress"),
    "delay": Text("消息：延期", "Draft: delay"),
    "offer": Text("消息：方案", "Draft: offer"),
    "closing": Text("消息：结案", "Draft: closing"),
    "apology": Text("消息：致歉", "Draft: apology"),
}
"""Messages to the customer."""
KINDS: Final[dict[str, Text]] = (
    {"principle": Text("原则", "Principle")}
    | STEPS
    | {
        "check": Text("要核实", "To check"),
        "say": Text("可以这样说", "To say"),
        "avoid": Text("不要这样说", "To avoid"),
        "value": Text("客户看重", "Values"),
        "sign": Text("识别词", "Known by"),
    }
    | DRAFTS
)
VALUES: Final[dict[str, Text]] = {
    "speed": Text("速度", "Speed"),
    "respect": Text("尊重", "Respect"),
    "money": Text("金钱", "Money"),
    "reliability": Text("可靠", "Reliability"),
    "flexibility": Text("灵活", "Flexibility"),
    "fairness": Text("公平", "Fairness"),
}
"""What a customer values when complaining."""
PLACEHOLDERS: Final[dict[str, Text]] = {
    "customer": Text("称呼", "customer"),
    "number": Text("编号", "number"),
    "received": Text("受理时间", "received"),
    "owner": Text("责任人", "owner"),
    "organisation": Text("单位", "organisation"),
    "next_contact": Text("下次联系时间", "time of the next contact"),
    "measures": Text("已采取的措施", "what was done"),
    "open_demands": Text("未办结的诉求", "open demands"),
    "promise": Text("承诺的事", "what was promised"),
    "old_date": Text("原定时间", "the earlier date"),
    "new_date": Text("新的时间", "the new date"),
    "reason": Text("原因", "the reason"),
    "solution": Text("方案", "the solution"),
    "remedy": Text("处理方式", "the remedy"),
    "resolved": Text("解决时间", "when it was resolved"),
}
"""What stands between braces in the text of a draft and is filled from the register; a team may write them in either language."""
PLACEHOLDER: Final = re.compile(r"\{([^{}]{0,60})\}")
_PLACEHOLDER_WORDS: Final = {
    folded(word): key for key, label in PLACEHOLDERS.items() for word in (key, *label)
}

_FILES: Final = ("categories", "situations", "general")
_EVERY: Final = "every"
EVERY: Final = Text("各类投诉", "Every complaint")


def placeholder_of(words: str) -> str | None:
    """Key of `PLACEHOLDERS` that a word between braces names; None for what is none."""
    return _PLACEHOLDER_WORDS.get(folded(words))


@cache
def _tables() -> dict[str, Any]:
    here = resources.files(__name__)
    found: dict[str, Any] = {}
    for name in _FILES:
        found |= {
            about: found.get(about, {}) | table
            for about, table in tomllib.loads(here.joinpath(f"{name}.toml").read_text("utf-8")).items()
        }
    return found


@cache
def situations() -> dict[str, Text]:
    """Situations and their names."""
    return {about: Text(*table["name"]) for about, table in _tables().items() if "name" in table}


@cache
def shipped() -> tuple[Line, ...]:
    """The lines that kesu ships: general ones, by category, by situation, by value."""
    tables = _tables()
    order = sorted(tables, key=lambda about: (about != _EVERY, about in VALUES))
    return tuple(line for about in order for line in _lines(about, tables[about]))


def _lines(about: str, table: dict[str, Any]) -> Iterator[Line]:
    mine = "" if about == _EVERY else about
    for kind in KINDS:
        if kind == "value" and kind in table:
            yield Line(mine, kind, VALUES[table[kind]])
        elif kind == "sign" and kind in table:
            yield Line(mine, kind, Text(*table[kind]))
        elif kind in table.get("drafts", {}):
            yield Line(mine, kind, Text(*table["drafts"][kind]))
        elif kind in table:
            yield from (Line(mine, kind, Text(*pair)) for pair in table[kind])


@cache
def known() -> dict[str, Text]:
    """A shipped text as it stands in either language → the text in both."""
    return {words: line.text for line in shipped() for words in line.text}


@cache
def _categories() -> dict[str, Text]:
    return {code.key: code.label for code in CODE_LISTS["category"]}


@cache
def abouts() -> dict[str, str]:
    """Folded word → what a line may be about besides the team's own categories: shipped ones too, which a team that took them
    off its list need not take out of its playbooks."""
    every = {folded(word): "" for word in EVERY}
    named = {**_categories(), **situations(), **VALUES}
    return every | {folded(word): key for key, label in named.items() for word in (key, *label)}


def about_label(about: str, lang: str) -> str | None:
    """What a line is about in words, None for a category of a team's own."""
    if not about:
        return EVERY.of(lang)
    label = situations().get(about) or VALUES.get(about) or _categories().get(about)
    return label.of(lang) if label else None


def completed(own: Iterable[Line]) -> tuple[Line, ...]:
    """A team's lines, and those that kesu ships for what the team says nothing of.

    Steps, checks, lines to say and to avoid are replaced together, by what they are about; the other kinds one by one.
    """
    mine = tuple(own)
    if mine == shipped():
        return shipped()
    named = {(line.about, _group(line.kind)) for line in mine}
    return (*mine, *(line for line in shipped() if (line.about, _group(line.kind)) not in named))


@cache
def as_shipped() -> tuple[tuple[tuple[str, str, str], ...], ...]:
    """The rows of a block that nobody changed, in each language."""
    return tuple(
        tuple(cells_of(shipped(), {key: label.of(lang) for key, label in _categories().items()}, lang))
        for lang in LANGS
    )


def _group(kind: str) -> str:
    return "lines" if kind in STEPS or kind in {"check", "say", "avoid"} else kind


def cells_of(lines: Iterable[Line], categories: dict[str, str], lang: str) -> list[tuple[str, str, str]]:
    """Lines as rows of the Settings sheet; ``categories``: key → label."""
    return [
        (categories.get(line.about) or about_label(line.about, lang) or line.about, KINDS[line.kind].of(lang), line.text.of(lang))
        for line in lines
    ]  # fmt: skip
