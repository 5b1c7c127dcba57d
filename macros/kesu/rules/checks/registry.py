"""What a check is: one function that finds, and the facts about it that everything else is printed from."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np

from kesu.register.codes import CODE_LISTS, label_of
from kesu.register.columns import BY_KEY, IMPROVEMENT_BY_KEY, ITEM_BY_KEY
from kesu.words.text import LANGS, Text, filled, listed

if TYPE_CHECKING:
    from kesu.rules.checks.view import Bools, Ints, View

Severity = Literal["error", "warning", "info"]
Dimension = Literal["completeness", "validity", "consistency", "uniqueness", "timeliness"]
SheetKey = Literal["register", "items", "improvements", "settings"]

SEVERITIES: Final[dict[Severity, Text]] = {
    "error": Text("错误", "Error"),
    "warning": Text("警告", "Warning"),
    "info": Text("提示", "Note"),
}
DIMENSIONS: Final[dict[Dimension, Text]] = {
    "completeness": Text("完整性", "Completeness"),
    "validity": Text("有效性", "Validity"),
    "consistency": Text("一致性", "Consistency"),
    "uniqueness": Text("唯一性", "Uniqueness"),
    "timeliness": Text("及时性", "Timeliness"),
}

LABELS: Final = {key: column.label for key, column in (IMPROVEMENT_BY_KEY | ITEM_BY_KEY | BY_KEY).items()}
"""Column key → label; a key that several sheets have carries the same label on all."""


class Cells(NamedTuple):
    """Cells of one column that a check found.

    ``rows``: positions in the sheet's data. ``values``: what was typed, where the typed frame no longer has
    it. ``fills``: what fills the placeholders of the message that are not columns, one string a cell or one for all.
    ``excel_rows`` replaces ``rows`` where a finding stands on no data row; ``of``: the register of the stack of each.
    """

    sheet: SheetKey
    rows: Ints
    column: str
    values: Sequence[str] | None = None
    fills: Mapping[str, Sequence[str] | str] = {}
    excel_rows: Sequence[int] | None = None
    of: Sequence[int] = ()


Found = "Bools | list[Cells]"
Find = Callable[["View"], "Bools | list[Cells]"]


NEVER_CALCULATED: Final = "(formula)"
"""In an example: a cell with a formula that no program has calculated."""


@dataclass(frozen=True, slots=True)
class Example:
    """Rows that show a check at work, as cell texts by column key.

    ``rows``, ``items``, ``improvements`` say only what differs from `EXAMPLE_ROW`, `EXAMPLE_ITEM`,
    `EXAMPLE_IMPROVEMENT`; None drops the column from the sheet. ``settings`` are cells of a Settings sheet from A1. ``elsewhere``: rows of a second register.
    """

    rows: tuple[Mapping[str, str | None], ...] = ({},)
    items: tuple[Mapping[str, str | None], ...] = ()
    settings: tuple[tuple[str, ...], ...] = ()
    elsewhere: tuple[Mapping[str, str | None], ...] = ()
    improvements: tuple[Mapping[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class CheckInfo:
    """The facts of a check.

    ``columns``: those it reads, the first being the cell that a finding points at (where ``find`` gives a
    mask). ``message``: says what is wrong with the value shown and how to mend it; its placeholders are ``{value}``,
    ``{label}`` (of the column), column keys, codes (see `coded`), and what the check itself supplies.
    ``also``: what the message says besides at cells of a column. ``words``: it goes by what is written in columns with
    personal data, and cannot be made where they were withheld (`kesu.register.sheets.Sheet`).
    """

    id: str
    title: Text
    severity: Severity
    dimension: Dimension
    sheet: SheetKey
    columns: tuple[str, ...]
    message: Text
    breaks: Example
    keeps: Example
    find: Find = field(repr=False, compare=False)
    also: Mapping[str, Text] = field(default_factory=dict)
    words: bool = False

    @property
    def placeholders(self) -> tuple[str, ...]:
        """Placeholders of the message other than ``value`` and ``label``, in alphabetical order."""
        named = {
            name
            for lang in LANGS
            for _, name, _, _ in string.Formatter().parse(self.message.of(lang))
            if name
        }
        return tuple(sorted(named - {"value", "label"}))

    @property
    def hint(self) -> Text:
        """The definition: the message with column names where values stand."""
        first = LABELS[self.columns[0]] if len(self.columns) else Text("", "")
        return Text(*(self._defined(lang, first.of(lang)) for lang in LANGS))

    def _defined(self, lang: str, first: str) -> str:
        names = {name: LABELS[name].of(lang) if name in LABELS else "…" for name in self.placeholders}
        for name, (codes, key) in coded(self.placeholders).items():
            names[name] = label_of(CODE_LISTS[codes], key, lang)
        fills = {name: f"[{words}]" for name, words in names.items()}
        return filled(self.message.of(lang), {"value": f"[{first}]", "label": first, **fills})


BOTH: Final = "\x1e"
"""Between the two languages of what fills a placeholder."""


def both(text: Text) -> str:
    """What fills a placeholder, in the language of whoever reads the message."""
    return BOTH.join(text)


def lacking(sheet: SheetKey, column: str, lacks: Mapping[Text, Bools]) -> Cells:
    """Cells of the rows that lack something, with what they lack for ``{missing}``; ``lacks``: what → which rows."""
    masks = np.array(list(lacks.values()))
    rows = np.flatnonzero(masks.any(axis=0))
    which = (masks[:, rows].T << np.arange(len(masks))).sum(axis=1)
    said = {
        code: both(listed([words for at, words in enumerate(lacks) if code >> at & 1]))
        for code in np.unique(which).tolist()
    }
    return Cells(sheet, rows, column, fills={"missing": [said[code] for code in which.tolist()]})


def coded(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Placeholders that stand for a choice, as the team calls it: ``yes_no__no`` → code list yes_no, code no."""
    pairs = {name: name.partition("__") for name in names}
    return {name: (codes, key) for name, (codes, gap, key) in pairs.items() if gap}


def check(
    check_id: str,
    severity: Severity,
    dimension: Dimension,
    columns: tuple[str, ...],
    title: Text,
    message: Text,
    *,
    breaks: Example,
    keeps: Example,
    sheet: SheetKey = "register",
    also: Mapping[str, Text] | None = None,
    words: bool = False,
) -> Callable[[Find], CheckInfo]:
    """Make a check of a function; it finds either a mask over the rows of ``sheet`` or a list of `Cells`."""

    def made(find: Find) -> CheckInfo:
        return CheckInfo(
            check_id,
            title,
            severity,
            dimension,
            sheet,
            columns,
            message,
            breaks,
            keeps,
            find,
            also or {},
            words,
        )

    return made


def row(**changes: str | None) -> Example:
    """An example of one complaint that differs from `EXAMPLE_ROW` in ``changes``."""
    return Example((changes,))


def item(*items: Mapping[str, str | None], **changes: str | None) -> Example:
    """An example of one complaint, `EXAMPLE_ROW` with ``changes``, and its ``items``."""
    return Example((changes,), items)


def measure(**changes: str | None) -> Example:
    """An example of one complaint whose cause has one improvement, `EXAMPLE_IMPROVEMENT` with ``changes``."""
    return Example(({"root_cause": EXAMPLE_IMPROVEMENT["cause"]},), improvements=(changes,))


def checks_of(*modules: ModuleType) -> tuple[CheckInfo, ...]:
    """The checks that ``modules`` define, singly or in tuples, in the order of definition."""
    found: list[CheckInfo] = []
    for module in modules:
        for value in vars(module).values():
            found += [
                one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, CheckInfo)
            ]
    return tuple(found)


EXAMPLE_AS_OF: Final = "2026-10-09T09:00"
"""The day on which the examples are checked."""

EXAMPLE_ROW: Final[dict[str, str | None]] = {
    "complaint_id": "K-001",
    "kind": "complaint",
    "customer_name": "张三",
    "customer_contact": "13800138000",
    "customer_account": "U1001",
    "customer_tier": "vip",
    "received_at": "2026-10-08 09:00:00",
    "channel": "phone",
    "first_responsible": "李四",
    "verbatim": "手机充不进电 / The phone does not charge",
    "category": "quality",
    "expectation": "improvement",
    "involved_staff": "无",
    "involved_departments": "无",
    "first_response_at": "2026-10-08 09:10:00",
    "measures_taken": "已安排检测 / Inspection arranged",
    "commitments": "无",
    "severity": "normal",
    "owner": "李四",
    "status": "in_progress",
}
"""A complaint in handling on which no check finds anything."""

CLOSED: Final[dict[str, str | None]] = {
    "root_cause": "充电口松动 / loose socket",
    "responsibility": "internal",
    "solution": "更换充电口 / socket replaced",
    "remedy": "repair",
    "customer_agreed": "yes",
    "replied_at": "2026-10-08 10:00:00",
    "resolved_at": "2026-10-08 15:00:00",
    "called_back_at": "2026-10-08 16:00:00",
    "callback_reached": "yes",
    "satisfaction": "satisfied",
    "status": "closed",
}
"""What a well closed complaint adds to it."""

EXAMPLE_ITEM: Final[dict[str, str | None]] = {
    "complaint_id": "K-001",
    "item_kind": "action",
    "what": "把手机送到维修部检测充电口 / Take the phone to repair",
    "noted_by": "李四",
    "noted_at": "2026-10-08 09:30:00",
    "owner": "王五",
    "department": "维修部",
}
"""A step of the plan on which no check finds anything."""

EXAMPLE_IMPROVEMENT: Final[dict[str, str | None]] = {
    "measure_id": "G-01",
    "cause": "充电口松动 / loose socket",
    "measure": "供应商改用加固的充电口 / The supplier fits a stronger socket",
    "owner": "赵六",
    "department": "品质部",
    "decided_at": "2026-10-08 15:30:00",
    "due_at": "2026-11-08 18:00:00",
}
"""An improvement on which no check finds anything."""
