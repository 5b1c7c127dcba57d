"""Registers one below the other, so that every step of the work on them is done once."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from kesu.register.settings import Settings
from kesu.register.sheets import Part, Register, Sheet, nothing, without

OWN: Final[dict[str, Any]] = {"organisation": "", "customers": {}, "kpi_targets": ()}
"""Settings that no step of the work goes by before figures are made."""


def groups(registers: Sequence[Register]) -> list[list[int]]:
    """Positions of those that may stand in one stack: equal language, headings and settings, but for `OWN`."""
    known: list[Settings] = []
    numbers: dict[int, int] = {}
    found: dict[object, list[int]] = {}
    for at, register in enumerate(registers):
        own = id(register.settings)
        if own not in numbers:
            bare = dataclasses.replace(register.settings, **OWN)
            numbers[own] = next((number for number, one in enumerate(known) if one == bare), len(known))
            known += [bare] * (numbers[own] == len(known))
        sheets = (
            (one.title, one.heading, tuple(one.columns.items()), one.withheld) for one in _sheets(register)
        )
        found.setdefault((numbers[own], register.lang, *sheets), []).append(at)
    return list(found.values())


def stacked(registers: Sequence[Register]) -> Register:
    """One register of those of a group, their rows in the order given; itself where there is but one.

    The teams' own columns stay with the single registers.
    """
    if len(registers) == 1:
        return registers[0]
    complaints, items, improvements = (list(part) for part in zip(*map(_sheets, registers), strict=True))
    own = tuple((register.name, register.settings) for register in registers)
    return dataclasses.replace(
        registers[0],
        complaints=_below(complaints),
        items=_below(items),
        improvements=_below(improvements),
        stacked=own,
    )


def only(stack: Register, at: int) -> Register:
    """The register at position ``at`` of a stack, as it was before."""
    if not stack.stacked:
        return stack
    name, settings = stack.stacked[at]
    own = [dataclasses.replace(without(sheet, sheet.owner != at), of=None) for sheet in _sheets(stack)]
    complaints, items, improvements = own
    return Register(name, stack.lang, complaints, items, improvements, settings)


def _sheets(register: Register) -> tuple[Sheet, ...]:
    return tuple(register.sheets.values())


def _joined(parts: Iterable[tuple[Part, int]]) -> pd.DataFrame:
    """Parts, one below the other; the number beside each is added to the column ``row``, 0: there is none.

    What was typed together is not copied, and its texts stay in one piece: a search makes its pattern anew for each.
    """
    runs: list[tuple[pd.DataFrame, int, int, int]] = []
    for part, more in parts:
        last = runs[-1] if runs else None
        if last and last[0] is part.whole and last[2:] == (part.begin, more):
            runs[-1] = last[0], last[1], part.end, more
        else:
            runs.append((part.whole, part.begin, part.end, more))
    frames = [
        whole.iloc[begin:end].assign(row=whole["row"].iloc[begin:end] + more)
        if more
        else whole.iloc[begin:end]
        for whole, begin, end, more in runs
    ]
    if len(frames) == 1:
        return frames[0].set_axis(pd.RangeIndex(len(frames[0])))
    return pd.concat(frames, ignore_index=True)


def _below(sheets: Sequence[Sheet]) -> Sheet:
    sizes = [sheet.size for sheet in sheets]
    data = _joined((sheet.part("data"), 0) for sheet in sheets)
    begins = np.cumsum([0, *sizes]).tolist()
    wrong = [
        (part, begin - part.before)
        for part, begin in zip((sheet.part("problems") for sheet in sheets), begins, strict=False)
        if part.begin < part.end
    ]
    known = [sheet.fingerprints for sheet in sheets if sheet.fingerprints is not None]
    return dataclasses.replace(
        sheets[0],
        data=data,
        problems=_joined(wrong) if wrong else sheets[0].problems,
        others=(nothing, np.arange(len(data))),
        of=np.repeat(np.arange(len(sheets)), sizes),
        fingerprints=np.concatenate(known) if len(known) == len(sheets) else None,
    )
