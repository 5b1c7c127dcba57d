"""Registers one below the other, so that every step of the work on them is done once."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from kesu.register.settings import Settings
from kesu.register.sheets import Register, Sheet, nothing

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
        sheets = ((one.title, one.heading, tuple(one.columns.items())) for one in _sheets(register))
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


def _sheets(register: Register) -> tuple[Sheet, ...]:
    return tuple(register.sheets.values())


def _below(sheets: Sequence[Sheet]) -> Sheet:
    sizes = [len(sheet.data) for sheet in sheets]
    begins = np.cumsum([0, *sizes])
    data = pd.concat([sheet.data for sheet in sheets], ignore_index=True)
    wrong = [
        sheet.problems.assign(row=sheet.problems["row"] + begin)
        for sheet, begin in zip(sheets, begins.tolist(), strict=False)
        if len(sheet.problems)
    ]
    return dataclasses.replace(
        sheets[0],
        data=data,
        problems=pd.concat(wrong, ignore_index=True) if wrong else sheets[0].problems,
        others=(nothing, np.arange(len(data))),
        of=np.repeat(np.arange(len(sheets)), sizes),
    )
