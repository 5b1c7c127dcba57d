"""What a report takes of one stack of registers; of several it is put together, row by row the same as from one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from kesu.jobs.assessment import Assessment
from kesu.jobs.figures import span
from kesu.jobs.packing import facts_packed
from kesu.register.codes import CodeLists
from kesu.register.periods import Period
from kesu.rules.account_of_rows import account
from kesu.rules.checks import SEVERITIES
from kesu.rules.facts import Facts
from kesu.rules.tally import tally

FINDINGS_SHOWN: Final = 500
"""Findings that a report lists one by one; the counts cover all of them."""


@dataclass(frozen=True)
class Part:
    """Of one stack of registers.

    ``sizes``: by register its rows and its items. ``span``: see `kesu.jobs.figures.span`. ``findings``: the first
    `FINDINGS_SHOWN` of each severity; ``counts``: how many there are by rule and register. ``account``: see
    `kesu.rules.account_of_rows.account`. ``known``: the last day whose public holidays are official; ``latest``: the last
    due time in seconds, 0 none.
    """

    sizes: dict[str, tuple[int, int]]
    facts: Facts
    span: tuple[int, int] | None
    findings: pd.DataFrame
    counts: pd.DataFrame
    followups: pd.DataFrame
    account: pd.DataFrame
    codes: CodeLists
    known: np.datetime64
    latest: int


def part_of(one: Assessment, period: Period | None, lang: str, *, shelved: bool = False) -> Part:
    """What a report over ``period`` (None: from first to last) in ``lang`` takes of a stack; ``shelved``: its rows in little memory."""
    register = one.register
    size = len(register.names)
    rows, items = (tally(sheet.owner, size).tolist() for sheet in (register.complaints, register.items))
    findings = one.findings_in(period)
    return Part(
        dict(zip(register.names, zip(rows, items, strict=True), strict=True)),
        facts_packed(one.facts) if shelved else one.facts,
        span(one),
        first_of(findings),
        findings.groupby(["rule", "register"], sort=False)["count"].sum().reset_index(),
        one.follow_ups(lang),
        account([one.rows], period),
        register.settings.codes,
        one.deadlines.confirmed_until.min(),
        max(int(target.due.max(initial=0)) for target in one.deadlines.targets.values()),
    )


def first_of(findings: pd.DataFrame) -> pd.DataFrame:
    """The first `FINDINGS_SHOWN` findings of each severity, the most severe first; the counts say how many more there are."""
    single = findings[findings["count"].eq(1).to_numpy(bool)]
    parts = [single[single["severity"].eq(level).to_numpy(bool)].head(FINDINGS_SHOWN) for level in SEVERITIES]
    return pd.concat(parts, ignore_index=True)
