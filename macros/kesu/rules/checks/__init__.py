"""The checks of a register: what is missing, unreadable, contradictory, double or late, each pointing at a cell.

A check is one function under the `check` decorator, which carries its facts, with one example that breaks it
and one that keeps it. The modules are named after the dimension of quality they look after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kesu.rules.checks import (
    closing,
    completeness,
    consistency,
    customers,
    decisions,
    facts,
    handing_over,
    improvements,
    items,
    links,
    outcomes,
    timeliness,
    uniqueness,
    validity,
    wording,
)
from kesu.rules.checks.engine import LISTED, count, run_all, say
from kesu.rules.checks.registry import (
    DIMENSIONS,
    SEVERITIES,
    CheckInfo,
    Example,
    checks_of,
)

if TYPE_CHECKING:
    import pandas as pd

    from kesu.register.sheets import Register
    from kesu.rules.checks.engine import Inside, Moment
    from kesu.rules.twins import Twins

__all__ = [
    "CHECKS",
    "DIMENSIONS",
    "LISTED",
    "SEVERITIES",
    "CheckInfo",
    "Example",
    "add_messages",
    "finding_counts",
    "run_checks",
]

CHECKS: Final[tuple[CheckInfo, ...]] = checks_of(
    completeness, closing, facts, outcomes, validity, consistency, customers, decisions, items, links, handing_over, improvements, uniqueness,
    timeliness, wording,
)  # fmt: skip
"""Every check there is."""


def run_checks(
    register: Register,
    as_of: Moment,
    twins: Twins | None = None,
    inside: Inside | None = None,
    listed: int = LISTED,
    now: Moment | None = None,
) -> pd.DataFrame:
    """What is wrong with ``register`` as seen at ``as_of`` (local wall clock), one row per finding.

    ``twins``: what its rows share with other registers; None where it stands alone. ``inside``: sheet (see
    `kesu.register.columns.DECLARED`) → the rows that are asked about, none of others; None: all. ``listed``: findings of one check that have a row each.
    ``now``: when it is looked at, for a day in the past: what came later has happened all the same.

    Columns: register, sheet (title as in the workbook), row (Excel row, int64), column (key), rule, severity,
    dimension, value (as typed, its beginning where it is very long) and detail (what `add_messages` needs besides),
    all ``str``; count (int64): how many cells the row stands for, 1 but where it stands for all that are not listed.
    Sorted by severity (error, warning, info), sheet and row.
    """
    return run_all(CHECKS, register, as_of, twins, inside, listed, now)


def add_messages(findings: pd.DataFrame, lang: str) -> pd.DataFrame:
    """``findings`` with the column ``message``: what is wrong with the value shown, and how to mend it."""
    return say(CHECKS, findings, lang)


def finding_counts(findings: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Findings counted: columns rule, title (in ``lang``), severity, dimension, register, count; gravest first."""
    return count(CHECKS, findings, lang)
