"""Registers one below the other, so that every step of the work on them is done once."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
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


def _joined(sheets: Sequence[Sheet]) -> pd.DataFrame:
    """The data of ``sheets``, one below the other. What was typed together is not copied, and its texts stay in one piece:
    a search makes its pattern anew for each."""
    runs: list[tuple[pd.DataFrame, int, int]] = []
    for sheet in sheets:
        part = sheet.part
        if part is None or part.rows is not sheet.data:
            part = Part(sheet.data, 0, sheet.data)
        end = part.begin + len(sheet.data)
        if runs and runs[-1][0] is part.whole and runs[-1][2] == part.begin:
            runs[-1] = part.whole, runs[-1][1], end
        else:
            runs.append((part.whole, part.begin, end))
    frames = [whole.iloc[begin:end] for whole, begin, end in runs]
    if len(frames) == 1:
        return frames[0].set_axis(pd.RangeIndex(len(frames[0])))
    return pd.concat(frames, ignore_index=True)


def _below(sheets: Sequence[Sheet]) -> Sheet:
    sizes = [len(sheet.data) for sheet in sheets]
    begins = np.cumsum([0, *sizes])
    data = _joined(sheets)
    wrong = [
        sheet.problems.assign(row=sheet.problems["row"] + begin)
        for sheet, begin in zip(sheets, begins.tolist(), strict=False)
        if len(sheet.problems)
    ]
    known = [sheet.fingerprints for sheet in sheets if sheet.fingerprints is not None]
    return dataclasses.replace(
        sheets[0],
        data=data,
        problems=pd.concat(wrong, ignore_index=True) if wrong else sheets[0].problems,
        others=(nothing, np.arange(len(data))),
        of=np.repeat(np.arange(len(sheets)), sizes),
        part=None,
        fingerprints=np.concatenate(known) if len(known) == len(sheets) else None,
    )
