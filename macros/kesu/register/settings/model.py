"""A team's settings, everything in one place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from kesu.register.codes import CODE_LISTS, CodeLists
from kesu.register.settings.limits import DEFAULT_LIMITS, WORD_LISTS
from kesu.register.settings.playbooks import Line, shipped
from kesu.register.settings.rules import Hours, Rule
from kesu.words.text import Text
from kesu.xlsx.address import letters

DEFAULT_PROFILE: Final = "telecom"


@dataclass(frozen=True, slots=True)
class KpiTarget:
    """What a KPI should reach (shares as 0-1), for one tier or one department or, both empty, in total."""

    kpi: str
    target: float
    tier: str = ""
    department: str = ""


@dataclass(frozen=True)
class Settings:
    """Everything a team may set. Times are local wall clock; shares are 0-1."""

    organisation: str = ""
    lang: str = ""
    profile: str = DEFAULT_PROFILE
    region: str = "CN"
    subdivision: str = ""
    time_zone: str = ""
    """Name of the zone whose wall clock all times are by ("Europe/London"); "" where the team names none."""
    due_soon_hours: float = 4.0
    repeat_window_days: float = 30.0
    reopen_mode: str = "new_cycle"
    tell_at_50: str = "责任人 / the owner"
    tell_at_80: str = "班组长 / the team leader"
    tell_at_100: str = "投诉经理 / the complaint manager"
    hours: Hours = field(default_factory=dict)
    closed_days: tuple[dt.date, ...] = ()
    open_days: tuple[dt.date, ...] = ()
    day_names: Mapping[dt.date, str] = field(default_factory=dict)
    """Why an own day is closed or open."""
    rules: tuple[Rule, ...] = ()
    kpi_targets: tuple[KpiTarget, ...] = ()
    customers: Mapping[str, float] = field(default_factory=dict)
    """Customer base by month ("2026-10" → number of customers)."""
    codes: CodeLists = field(default_factory=lambda: CODE_LISTS)
    words: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {k: w for k, (_, w) in WORD_LISTS.items()}
    )
    limits: Mapping[str, float] = field(default_factory=lambda: DEFAULT_LIMITS)
    """By key of `LIMITS`."""
    playbooks: tuple[Line, ...] = field(default_factory=shipped)
    """The team's lines, and the shipped ones for what the team says nothing of."""
    sheet: str = ""
    """Title of the sheet that these were read from."""
    problems: tuple[tuple[int, int, Text], ...] = ()
    """What could not be read on the Settings sheet: (Excel row, column index from 0, what is wrong and what is used)."""
    remarks: tuple[Text, ...] = ()
    """What the sheet does not say at all, and what is used instead."""

    def notes(self, name: str) -> tuple[Text, ...]:
        """Everything about the settings of the register called ``name`` that a user must be told, a line each."""
        cells = (
            said.at(f"{name} ▸ {self.sheet}!{letters(at + 1)}{row}")
            for row, at, said in self.problems
        )  # fmt: skip
        whole = (said.at(name) for said in self.remarks)
        return (*cells, *whole)
