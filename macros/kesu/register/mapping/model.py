"""What a table's columns and values mean in a register: one record, and the same as TOML that a person can read and edit."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from kesu.register.columns import BY_KEY, ITEM_BY_KEY
from kesu.register.mapping.words import plain
from kesu.words.errors import KesuError
from kesu.words.text import Text

OWN: Final = "own"
UNSURE: Final = "?"
NEW: Final = "+"
AS_IT_IS: Final = "-"
"""Of a value: a new choice of the list, or left in the cell as it stands."""
PARTS: Final = ("", ".time", ".after")
ORDERS: Final = ("dmy", "mdy", "ymd", "dmy turned", "mdy turned")
REPEATED: Final = (
    "complaints",
    *(f"items: {key}" for key in ("demand", "action", "contact", "transfer", "commitment")),
)

BROKEN: Final = Text(
    "不是 TOML：{why}。请改正，或删掉它重新生成。",
    "it is no TOML: {why}. Correct it, or remove it to have it made anew.",
)
WRONG: Final = Text(
    "{where} 不能是“{value}”；可用：{allowed}。", "{where} cannot be “{value}”; use one of: {allowed}."
)
ODD: Final = Text("{where} 应写成“名称 = 文字”的样子。", "{where} should be lines of “name = text”.")


class MapError(KesuError):
    """A mapping that cannot be used; ``text`` says where and how to mend it."""


@dataclass(frozen=True)
class TableMap:
    """How a table becomes rows of a register.

    ``columns``: heading → key of a column, with ``.time`` (time of day of a date) or ``.after`` (hours after receipt), or
    ``own``, or ``?``. ``times``: heading → order of its dates. ``values``: key → value in the source → code key.
    ``constants``: key → what every row says. ``repeated``: what rows with one number are. ``zone``: in which times
    with a zone are written down. ``numbers``: ``sheet`` where each sheet counts from one. ``units``: heading of durations → seconds.
    """

    headings: tuple[str, ...] = ()
    fingerprint: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    times: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, float] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    repeated: str = ""
    numbers: str = ""
    zone: str = ""

    def heading_of(self, target: str) -> str | None:
        """The heading that gives ``target``."""
        return next((heading for heading, key in self.columns.items() if key == target), None)

    def answered(self, entry: Sequence[str], answer: str) -> TableMap:
        """The same with one entry filled in: ``("columns", heading)``, ``("values", key, value)``, ``("repeated",)``."""
        changed: dict[str, Any] = {entry[0]: answer}
        if len(entry) > 1:
            inner: Any = getattr(self, entry[0])
            own = answer if len(entry) == 2 else {**inner.get(entry[1], {}), entry[2]: answer}
            changed = {entry[0]: {**inner, entry[1]: own}}
        if entry[0] == "units":
            changed = {"units": {**self.units, entry[1]: float(answer)}}
        return replace(self, **changed)


@dataclass(frozen=True)
class Question:
    """Something that the table does not tell: where the answer belongs, what is asked, what may be answered (the
    likeliest first; with what it means)."""

    entry: tuple[str, ...]
    asked: Text
    choices: tuple[tuple[str, Text], ...]


def to_toml(mapping: TableMap, questions: Sequence[Question] = (), lang: str = "zh") -> str:
    """The mapping as TOML; what is still asked stands as ``"?"`` with the choices beside it."""
    asked = {question.entry: question for question in questions}
    head = Text(
        "# kesu import 的对照表：左边是源表的列标题或值，右边是登记表的列或选项。改好后用 --map 再运行。\n"
        "# own = 作为自有列带走；+ = 新增选项；- = 原样保留；? = 请填写。",
        "# A mapping of kesu import: headings and values of the source on the left, columns and choices of the register on\n"
        "# the right. Edit it, then run again with --map. own = travels along as your own column; + = a new choice; - = left as it is; ? = please fill in.",
    )
    lines = [head.of(lang), "kesu_map = 1", f"fingerprint = {_q(mapping.fingerprint)}"]
    for name in ("repeated", "numbers", "zone"):
        value = getattr(mapping, name)
        if value or (name,) in asked:
            lines.append(_line(name, value or UNSURE, asked.get((name,)), lang, quoted=False))
    for block in ("columns", "times", "units", "constants"):
        entries: Mapping[str, Any] = getattr(mapping, block)
        pending = [entry[1] for entry in asked if entry[0] == block and entry[1] not in entries]
        if entries or pending:
            lines += ["", f"[{block}]"]
            for key in [*entries, *pending]:
                lines.append(_line(key, entries.get(key, UNSURE), asked.get((block, key)), lang))
    keys = dict.fromkeys([*mapping.values, *(entry[1] for entry in asked if entry[0] == "values")])
    for key in keys:
        known = mapping.values.get(key, {})
        pending = [entry[2] for entry in asked if entry[:2] == ("values", key) and entry[2] not in known]
        if known or pending:
            lines += ["", f"[values.{key}]"]
            lines += [
                _line(word, known.get(word, UNSURE), asked.get(("values", key, word)), lang)
                for word in [*known, *pending]
            ]
    return "\n".join(lines) + "\n"


def _line(key: str, value: object, question: Question | None, lang: str, *, quoted: bool = True) -> str:
    if question is None:
        return f"{_q(key) if quoted else key} = {value if isinstance(value, float) else _q(str(value))}"
    choices = " | ".join(word for word, _ in question.choices)
    said = " ".join(question.asked.of(lang).split())
    return f'# {said}\n{_q(key) if quoted else key} = "{UNSURE}"  # {choices}'


def _q(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def from_toml(text: str) -> TableMap:
    """The mapping that TOML says. Raises `MapError` for what cannot be one."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MapError(BROKEN.fill(why=str(error))) from None
    blocks: dict[str, dict[str, str]] = {}
    for name in ("columns", "times", "constants"):
        blocks[name] = _words(name, data.get(name, {}))
    units = {
        str(key): float(value)
        for key, value in dict(data.get("units", {})).items()
        if isinstance(value, int | float)
    }
    values = {str(key): _words(f"values.{key}", words) for key, words in dict(data.get("values", {})).items()}
    targets = {
        *(key + part for key in BY_KEY for part in PARTS),
        *(f"item.{key}" for key in ITEM_BY_KEY),
        OWN,
        UNSURE,
    }
    for heading, target in blocks["columns"].items():
        if target not in targets:
            raise MapError(_wrong(f"[columns] {heading}", target, [*BY_KEY, OWN]))
    for heading, order in blocks["times"].items():
        if order not in {*ORDERS, UNSURE, ""}:
            raise MapError(_wrong(f"[times] {heading}", order, ORDERS))
    for key in (*values, *blocks["constants"]):
        if key not in BY_KEY:
            raise MapError(
                _wrong("[values], [constants]", key, [key for key, one in BY_KEY.items() if one.codes])
            )
    repeated = str(data.get("repeated", ""))
    if repeated not in {*REPEATED, "", UNSURE}:
        raise MapError(_wrong("repeated", repeated, REPEATED))
    return TableMap(
        fingerprint=str(data.get("fingerprint", "")),
        columns=blocks["columns"],
        times={key: order for key, order in blocks["times"].items() if order != UNSURE},
        units=units,
        values={
            key: {word: code for word, code in words.items() if code != UNSURE}
            for key, words in values.items()
        },
        constants=blocks["constants"],
        repeated="" if repeated == UNSURE else repeated,
        numbers=str(data.get("numbers", "")),
        zone="" if data.get("zone") == UNSURE else str(data.get("zone", "")),
    )


def _words(name: str, given: object) -> dict[str, str]:
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise MapError(ODD.fill(where=f"[{name}]"))
    return {str(key): str(value) for key, value in given.items()}


def _wrong(where: str, value: str, allowed: Sequence[str]) -> Text:
    return WRONG.fill(where=where, value=value, allowed=", ".join(allowed))


def for_table(mapping: TableMap, headings: Sequence[str]) -> TableMap | None:
    """``mapping`` with the headings as this table spells them; None where it knows none of them."""
    known = {plain(heading): target for heading, target in mapping.columns.items()}
    spelt = {plain(heading): heading for heading in headings}
    if not known.keys() & spelt.keys():
        return None
    respelt = {
        plain(heading): spelt.get(plain(heading), heading) for heading in (*mapping.times, *mapping.units)
    }
    return replace(
        mapping,
        headings=tuple(headings),
        columns={spelt[word]: target for word, target in known.items() if word in spelt},
        times={respelt[plain(heading)]: order for heading, order in mapping.times.items()},
        units={respelt[plain(heading)]: unit for heading, unit in mapping.units.items()},
    )
