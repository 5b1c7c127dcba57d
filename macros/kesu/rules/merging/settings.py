"""The settings of several registers as one set, and where they differ."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from kesu.register.codes import Code, CodeLists, merged
from kesu.register.settings import LIMITS, WORD_LISTS, Settings
from kesu.register.settings.layout import BLOCKS, GENERAL, rows_of
from kesu.words.text import Text, counted

Atom = tuple[str, str]
"""What is compared: a field of `Settings` and, for those with several entries, the key of one."""
WHOLE: Final = ("rules", "kpi_targets", "hours", "closed_days", "open_days", "day_names", "playbooks")
"""Fields compared as a whole: their rows belong together."""
KEYED: Final = ("customers", "words", "limits")
BLOCK_OF: Final = {"closed_days": "days", "open_days": "days", "day_names": "days"}
SHOWN: Final = 3
"""Rows of a block that are shown where it differs."""
LEFT_EMPTY: Final = Text(
    "留空（各登记表不同，合计要自己填）", "left empty (they differ; put in the sum yourself)"
)


class Difference(NamedTuple):
    """A setting that is not the same everywhere: what each register says, and what stands now."""

    what: Text
    sayings: tuple[tuple[str, Text], ...]
    stands: Text


def merge_settings(
    registers: Sequence[tuple[str, Settings]], base: Settings | None
) -> tuple[Settings, list[Difference]]:
    """One set of settings for registers by name, whatever their order, and every difference.

    Each setting that one register alone changed since ``base`` is as changed; where several did, or there is no base, that
    of the register first by name stands (of the base, in a conflict). Customer bases that differ are left out: nobody can
    tell whether they are one. Code lists hold every choice; registers without a Settings sheet say nothing.
    """
    known = sorted((one for one in registers if one[1].sheet), key=lambda one: one[0])
    known = known or sorted(registers, key=lambda one: one[0])[:1]
    old = base if base is not None and base.sheet else None
    every = {name: _atoms(settings) for name, settings in known}
    before = _atoms(old) if old else {}
    first = known[0][1]
    result, differences = {}, []
    for atom in sorted({key for atoms in (*every.values(), before) for key in atoms}):
        values = {name: atoms.get(atom) for name, atoms in every.items()}
        value = _one(atom, list(values.values()), before.get(atom), based=old is not None)
        if any(one != next(iter(values.values())) for one in values.values()):
            sayings = tuple((name, _shown(atom, dict(known)[name])) for name in values)
            left_out = atom[0] == "customers" and value is None
            stands = LEFT_EMPTY if left_out else _shown(atom, _with(first, {atom: value}))
            differences.append(Difference(_label(atom), sayings, stands))
        result[atom] = value
    codes = _codes([settings.codes for _, settings in known])
    differences += _other_labels(known)
    one = dataclasses.replace(_with(first, result), codes=codes, problems=(), remarks=())
    return one, differences


def _one(atom: Atom, values: Sequence[Any], before: Any, *, based: bool) -> Any:
    if based:
        changed = [value for value in values if value != before]
        return changed[0] if changed and all(value == changed[0] for value in changed) else before
    if atom[0] in KEYED:
        values = [value for value in values if value is not None]
    if atom[0] == "customers" and any(value != values[0] for value in values):
        return None
    return values[0]


def _atoms(settings: Settings) -> dict[Atom, Any]:
    found: dict[Atom, Any] = {(key, ""): getattr(settings, key) for key in GENERAL if key != "lang"}
    found |= {(key, ""): getattr(settings, key) for key in WHOLE}
    found |= {(key, name): value for key in KEYED for name, value in getattr(settings, key).items()}
    return found


def _with(settings: Settings, atoms: Mapping[Atom, Any]) -> Settings:
    changes: dict[str, Any] = {key: value for (key, name), value in atoms.items() if not name}
    for key in KEYED:
        mine = {name: value for (field, name), value in atoms.items() if field == key}
        if mine:
            changes[key] = {
                name: value for name, value in {**getattr(settings, key), **mine}.items() if value is not None
            }
    return dataclasses.replace(settings, **changes)


def _label(atom: Atom) -> Text:
    key, name = atom
    if key in GENERAL:
        return GENERAL[key][0]
    if key == "words":
        return WORD_LISTS[name][0] if name in WORD_LISTS else Text(name, name)
    if key == "limits":
        return LIMITS[name].label
    title = next(block.title for block in BLOCKS if block.key == BLOCK_OF.get(key, key))
    return Text(f"{title.zh} {name}".strip(), f"{title.en} {name}".strip())


def _shown(atom: Atom, settings: Settings) -> Text:
    """What a register says of a setting, in few words."""
    key, name = atom
    if key in KEYED:
        value = getattr(settings, key).get(name)
        words = "–" if value is None else "、".join(value) if isinstance(value, tuple) else f"{value:,.12g}"
        return Text(words, words)
    if key in GENERAL:
        cells = {
            lang: {row[0]: row[1] for row in rows_of(settings, lang)["general"]} for lang in ("zh", "en")
        }
        return Text(*(_words(cells[lang].get(GENERAL[key][0].of(lang))) for lang in ("zh", "en")))
    return Text(*(_rows(rows_of(settings, lang)[BLOCK_OF.get(key, key)], lang) for lang in ("zh", "en")))


def _rows(rows: Sequence[Sequence[Any]], lang: str) -> str:
    said = [" ".join(_words(cell) for cell in row if cell not in (None, "")) for row in rows]
    count = Text(f"{len(rows)} 行", counted(len(rows), "row")).of(lang)
    return "; ".join([count, *said[:SHOWN]]) + ("; …" if len(said) > SHOWN else "")


def _words(cell: Any) -> str:
    return "–" if cell in (None, "") else f"{cell:.12g}" if isinstance(cell, float) else str(cell)


def _codes(lists: Sequence[CodeLists]) -> CodeLists:
    """Every choice of every register, with all words that anybody writes for it."""
    also: dict[tuple[str, str], dict[str, None]] = {}
    for codes in lists:
        for name, entries in codes.items():
            for code in entries:
                also.setdefault((name, code.key), {}).update(dict.fromkeys(code.also))
    return {
        name: tuple(Code(code.key, code.label, tuple(also[name, code.key])) for code in entries)
        for name, entries in merged(lists).items()
    }


def _other_labels(known: Sequence[tuple[str, Settings]]) -> list[Difference]:
    """Choices that registers call differently; in one language alone they may: sheets have one."""
    found = []
    first = merged([settings.codes for _, settings in known])
    for name, entries in first.items():
        for code in entries:
            said = [
                (register, own.label)
                for register, settings in known
                for own in settings.codes.get(name, ())
                if own.key == code.key
            ]
            if any(not set(label) & set(code.label) for _, label in said):
                found.append(
                    Difference(Text(f"{name}.{code.key}", f"{name}.{code.key}"), tuple(said), code.label)
                )
    return found
