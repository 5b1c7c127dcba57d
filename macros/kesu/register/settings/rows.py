"""One row of a block on the Settings sheet → what it sets; a cell that cannot be read is refused with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, TypeVar

from kesu.register.codes import CODE_LISTS, Code, CodeLists
from kesu.register.kpis import KPIS, NAMES
from kesu.register.settings import (
    CONDITIONS,
    REOPEN_MODES,
    RULE_TARGETS,
    STARTS,
    WEEKDAY_NAMES,
    KpiTarget,
    Rule,
    clock_words,
    days_for,
    load_profile,
    rule_problem,
    words,
)  # fmt: skip
from kesu.register.settings.layout import DAY_KINDS, SWITCHES, YES_NO, Block
from kesu.register.settings.playbooks import (
    DRAFTS,
    KINDS,
    PLACEHOLDER,
    PLACEHOLDERS,
    VALUES,
    Line,
    abouts,
    known,
    placeholder_of,
)
from kesu.words.text import LANGS, Text, folded, listed
from kesu.words.typeset import cut

QUOTED: Final = 40
"""Characters of a cell that a message quotes."""


LONGEST_DRAFT: Final = 2000
"""Characters of a message's text; a mail longer than that nobody reads."""


LONGEST_REACH_DAYS: Final = 12_000
"""A rule that takes longer in a team's working hours is a slip of the keyboard."""


T = TypeVar("T")

_KIND_WORDS: Final = words.choices_of(KINDS)


OVERLAP: Final = Text(
    "{span} 与同一天的另一段重叠或重复", "{span} overlaps or repeats another interval of that day"
)


class Cell(NamedTuple):
    text: str
    row: int
    column: int


class Row(NamedTuple):
    """The cells of one row of a block, by field key."""

    block: Block
    cells: dict[str, Cell]

    def text(self, key: str) -> str:
        return self.cells[key].text

    def read(self, read: Callable[[Row], T]) -> T:
        """What ``read`` makes of it; raises `RefusedError` with the cell it could not read."""
        try:
            return read(self)
        except RefusedError:
            raise
        except ValueError as error:
            text = str(error.args[0]) if error.args else ""
            key = next((key for key, cell in self.cells.items() if cell.text == text), next(iter(self.cells)))
            raise RefusedError(self.cells[key], _unread(self, text)) from None

    def need(self, key: str) -> str:
        """The text of a cell that must not be empty."""
        if not self.text(key):
            raise RefusedError(self.cells[key], empty_cell(self, key))
        return self.text(key)


class RefusedError(ValueError):
    """A row that cannot be used; ``text`` says why."""

    def __init__(self, cell: Cell, text: Text) -> None:
        super().__init__(text.en)
        self.cell = cell
        self.text = text


def _unread(row: Row, text: str) -> Text:
    key = next((key for key, cell in row.cells.items() if cell.text == text), None)
    label = next((field.label for field in row.block.fields if field.key == key), block_name(row.block))
    return unreadable(label, text)


def unreadable(label: Text, text: str) -> Text:
    line = " ".join(text.split())
    return Text("看不懂“{label}”里的“{line}”", "cannot read “{line}” under “{label}”").fill(
        label=label, line=cut(line, QUOTED)
    )


def empty_cell(row: Row, key: str) -> Text:
    label = next(field.label for field in row.block.fields if field.key == key)
    return Text("“{label}”是空的", "“{label}” is empty").fill(label=label)


def setting_of(key: str, text: str, before: dict[str, Any]) -> Any:
    match key:
        case "reopen_mode":
            return words.choose(REOPEN_MODES, text)
        case "region":
            return words.region(text)
        case "subdivision":
            return words.subdivision(text, before.get("region", load_profile().region))
        case "time_zone":
            return words.time_zone(text)
        case "due_soon_hours" | "repeat_window_days":
            return words.amount(text)
        case "lang" if text not in LANGS:
            raise ValueError(text)
    return text


def code_row(row: Row) -> tuple[str, Code]:
    name, key, label = row.text("list"), row.text("code"), row.text("label")
    if name not in CODE_LISTS:
        raise RefusedError(
            row.cells["list"],
            Text("没有名为“{name}”的代码列表", "there is no code list “{name}”").fill(name=name),
        )
    if not (key or label):
        raise RefusedError(row.cells["label"], empty_cell(row, "label"))
    known = next((code for code in CODE_LISTS[name] if code.key == key), None)
    own = tuple(word for word in re.split("[、,，;；]", row.text("also")) if word.strip())
    also = (*own, *((*known.label, *known.also) if known else ()))
    if known and label in known.label:
        return name, Code(key, known.label, also)
    return name, Code(key or label, Text(label or key, label or key), also)


def rule_row(row: Row, codes: CodeLists, hours: dict[int, tuple[tuple[int, int], ...]]) -> Rule:
    row.need("target")
    more: dict[str, Any] = {key: words.code(codes, key, row.text(key)) for key in CONDITIONS[:-1]}
    more |= {key: words.choose(YES_NO, row.text(key) or "no") == "yes" for key in SWITCHES}
    more |= {key: words.date(row.text(key)) if row.text(key) else None for key in ("valid_from", "valid_to")}
    unit, implied = words.unit(row.text("unit") or "hours")
    clock = words.clock(row.text("clock")) if row.text("clock") else implied or "calendar"
    if implied and clock != implied:
        what = Text("单位“{unit}”与时钟“{clock}”矛盾", "the unit “{unit}” contradicts the clock “{clock}”")
        raise RefusedError(row.cells["unit"], what.fill(unit=row.text("unit"), clock=row.text("clock")))
    rule = Rule(
        target=words.choose(RULE_TARGETS, row.text("target")),
        amount=words.number(row.need("amount")),
        unit=unit,
        clock=clock,
        product=row.text("product"),
        start=words.choose(STARTS, row.text("start") or "received"),
        note=row.text("note"),
        **more,
    )
    problem = rule_problem(rule)
    if problem is None and days_for(rule, hours) > LONGEST_REACH_DAYS:
        problem = Text("按现有工作时间，它要走三十多年", "in these working hours it takes over thirty years")
    if problem:
        raise RefusedError(row.cells["amount"], problem)
    return rule


def target_row(row: Row, codes: CodeLists) -> KpiTarget:
    kpi, target = words.choose(NAMES, row.need("kpi")), words.amount(row.need("target"))
    if KPIS[kpi].unit == "share" and target > 1:  # 96 for 96 %: nothing could ever meet it
        raise ValueError(row.text("target"))
    return KpiTarget(kpi, target, words.code(codes, "tier", row.text("tier")), row.text("department"))


def playbook_row(row: Row, categories: Mapping[str, str]) -> Line:
    """``categories``: folded word → key."""
    about, kind, text = row.text("about"), _KIND_WORDS.get(folded(row.need("line"))), row.need("text")
    if kind is None:
        raise ValueError(row.text("line"))
    word = folded(about)
    found = (categories.get(word) or abouts().get(word)) if about else ""
    if found is None:
        raise ValueError(about)
    if kind == "value":
        return Line(found, kind, VALUES[words.choose(VALUES, text)])
    if kind in DRAFTS and len(text) > LONGEST_DRAFT:
        what = Text("消息最长 {n} 个字", "a draft has {n} characters at most").fill(n=f"{LONGEST_DRAFT:,}")
        raise RefusedError(row.cells["text"], what)
    wrong = (
        [name for name in PLACEHOLDER.findall(text) if placeholder_of(name) is None] if kind in DRAFTS else []
    )
    if wrong:
        what = Text(
            "消息里没有“{name}”这个位置，可用的有：{known}",
            "a draft has no place “{name}”; there are: {known}",
        )
        raise RefusedError(
            row.cells["text"], what.fill(name=cut(wrong[0], QUOTED), known=listed([*PLACEHOLDERS.values()]))
        )
    return Line(found, kind, known().get(text) or Text(text, text))


def customers_row(row: Row) -> tuple[str, float]:
    return words.month(row.need("month")), words.amount(row.need("customers"))


def day_row(row: Row) -> tuple[str, Any, str]:
    return (
        words.choose(DAY_KINDS, row.text("open") or "closed"),
        words.date(row.need("day")),
        row.text("name"),
    )


def span_row(row: Row) -> tuple[int, tuple[int, int]]:
    day = WEEKDAYS_BY_WORD.get(folded(row.need("weekday")))
    if day is None:
        raise ValueError(row.text("weekday"))
    begin, end = words.day_second(row.need("begin")), words.day_second(row.need("end"), end=True)
    if end <= begin:
        what = Text(
            "下班不晚于上班；夜班请在 24:00 处分成两行",
            "“To” is not after “From”; split a night shift at 24:00",
        )
        raise RefusedError(row.cells["weekday"], what)
    return day, (begin, end)


def together(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Overlapping intervals as one; intervals that only touch stay apart."""
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if merged and begin < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return tuple(merged)


def span_words(span: tuple[int, int]) -> str:
    return f"{clock_words(span[0])}–{clock_words(span[1])}"


def block_name(block: Block) -> Text:
    """The title of a block without what stands in brackets, in quotation marks."""
    return Text(*(f"“{re.split('[（(]', block.title.of(lang))[0].strip()}”" for lang in LANGS))


def joined(first: Text, then: Text) -> Text:
    return Text(first.zh + then.zh, first.en + then.en)


WEEKDAYS_BY_WORD: Final = {folded(word): day for day, name in enumerate(WEEKDAY_NAMES) for word in name} | {
    folded(word): day
    for day, short in enumerate("一二三四五六日")
    for word in (f"周{short}", f"礼拜{short}", WEEKDAY_NAMES[day].en[:3])
}
WEEKDAYS_BY_WORD[folded("周天")] = WEEKDAYS_BY_WORD[folded("星期天")] = 6
