"""What a report shows: the frames that the pipeline worked out, ready to be rendered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from kesu.register.codes import CODE_LISTS, CodeLists
from kesu.register.periods import Period
from kesu.register.settings import DEFAULT_LIMITS
from kesu.rules.effects import Effect
from kesu.words.text import Text


@dataclass(frozen=True)
class Source:
    """One register that went into the report, or the reason why it could not."""

    name: str
    complaints: int = 0
    items: int = 0
    error: Text | None = None


@dataclass(frozen=True)
class Report:
    """Everything the six chapters need. Frames are never changed.

    ``complaints``: one row a record received in ``period`` over all registers: every key of
    `kesu.register.columns.REGISTER`, plus ``register`` (name), ``excel_row`` and, by target
    (first_response, reply, resolution, callback), ``TARGET_state`` and ``TARGET_due_at``.
    ``repeat_of``: position in ``earlier`` of the complaint that one repeats (same columns, whenever received), -1 none.
    ``items``: the items of those complaints: keys of ITEMS plus ``register``, ``excel_row``.
    ``kpis`` / ``previous``: columns kpi, group_by, group, value, numerator, denominator, unit, target, met,
    period; ``previous`` is the same over the period before. Durations in hours, shares 0-1.
    ``followups``: the columns of `kesu.rules.followups.COLUMNS`, and severity.
    ``findings``: register, sheet, row, column (key), rule, severity, dimension, message, value, sorted
    most severe first; where there are very many, the first ones only.
    ``backlog_days``: age in days of each complaint open at the end of the period (or as of, if earlier),
    whenever received.
    ``movement``: how the backlog moved month by month, see `kesu.rules.kpis.movement`.
    ``account``: the account of rows over ``period``, see `kesu.rules.account_of_rows.account`.
    ``improvements``: the measures of all registers, whenever decided: keys of IMPROVEMENTS plus ``register``, ``excel_row``;
    ``effects``: what became of their causes, see `kesu.rules.effects`.
    ``finding_counts``: rule, title, severity, dimension, register, count over all of them.
    """

    lang: str
    organisation: str
    as_of: dt.datetime
    period: Period
    sources: tuple[Source, ...]
    complaints: pd.DataFrame
    items: pd.DataFrame
    kpis: pd.DataFrame
    previous: pd.DataFrame
    followups: pd.DataFrame
    findings: pd.DataFrame
    finding_counts: pd.DataFrame
    improvements: pd.DataFrame = field(default_factory=pd.DataFrame)
    effects: tuple[Effect, ...] = ()
    earlier: pd.DataFrame = field(default_factory=pd.DataFrame)
    backlog_days: np.ndarray = field(default_factory=lambda: np.zeros(0))
    time_zone: str = ""
    """Whose clock all times are by, where the registers name one and the same."""
    movement: pd.DataFrame = field(default_factory=pd.DataFrame)
    unmasked: bool = False
    notes: tuple[Text, ...] = field(default=())
    limits: Mapping[str, float] = field(default_factory=lambda: DEFAULT_LIMITS)
    """Limits that definitions cite, see `kesu.register.settings.LIMITS`."""
    codes: CodeLists = field(default_factory=lambda: CODE_LISTS)
    """The registers' own code lists: what codes are called."""
    account: pd.DataFrame = field(default_factory=pd.DataFrame)
