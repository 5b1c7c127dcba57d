"""The front door for Python: registers in, frames out. The same work as the commands of the same names.

Times are wall clock without zone, as in the registers. Whatever a user can mend is raised as
`kesu.words.errors.KesuError`, whose ``text`` says it in Chinese and English.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from kesu.jobs.assessment import Assessment
from kesu.jobs.figures import deadline_lines, follow_up_table, kpi_table
from kesu.jobs.load import Loaded, load_all
from kesu.jobs.refresh import Refreshed, Refreshing, by_workbook, seen
from kesu.jobs.refresh import refresh as refresh_workbook
from kesu.jobs.report import build_report
from kesu.jobs.stacks import stacks_of
from kesu.register.periods import Period
from kesu.reports import render
from kesu.rules.checks import add_messages
from kesu.rules.kpis import GROUPS
from kesu.words.errors import KesuError
from kesu.workbook.save import Rules, save

Name = str | os.PathLike[str]


def load(paths: Name | Sequence[Name], as_of: dt.datetime) -> list[Assessment]:
    """The registers in the workbooks of ``paths``, each with everything that can be worked out as of ``as_of``.

    A complaint that stands in two of them counts once. Raises `KesuError` for the first that cannot be read.
    """
    given = [paths] if isinstance(paths, str | os.PathLike) else paths
    found = load_all([Path(path) for path in given], as_of)
    for one in found:
        if one.error is not None:
            raise KesuError(one.error)
    return [one.assessment for one in found if one.assessment is not None]


def check(registers: Sequence[Assessment], lang: str | None = None) -> pd.DataFrame:
    """Findings, one a row: the columns of `kesu.rules.checks.run_checks` and ``message`` in ``lang``."""
    return stacks_of(registers).lines(lambda one: add_messages(one.findings, lang or one.register.lang))


def deadlines(registers: Sequence[Assessment]) -> pd.DataFrame:
    """Every deadline of every complaint: the columns of `kesu.rules.deadlines.Deadlines.table`."""
    return deadline_lines(registers)


def kpis(
    registers: Sequence[Assessment], period: str | None = None, group_by: Sequence[str] = GROUPS
) -> pd.DataFrame:
    """KPIs over all registers together, in total and by ``group_by``; ``period`` as on the command line, None: all."""
    return kpi_table(registers, _period(period), registers[0].as_of, group_by)


def follow_ups(registers: Sequence[Assessment], lang: str | None = None) -> pd.DataFrame:
    """What somebody must do next, the most urgent first, in ``lang`` (None: the first register's)."""
    return follow_up_table(registers, lang or registers[0].register.lang)


def report(
    registers: Sequence[Assessment],
    out: Name,
    period: str | None = None,
    lang: str | None = None,
    *,
    unmasked: bool = False,
) -> None:
    """Write the report to ``out`` (.xlsx or .html). Raises `KesuError` where that would destroy anything."""
    first = registers[0]
    loaded = [Loaded(Path(one.register.name), one.register.name, one) for one in registers]
    made = build_report(
        loaded,
        _period(period),
        first.as_of,
        lang or first.register.lang,
        unmasked=unmasked,
    )
    save(Path(out), render(made, Path(out).suffix), Rules(first.as_of.date()))


def refresh(path: Name, as_of: dt.datetime, period: str | None = None, lang: str | None = None) -> Refreshed:
    """Follow-ups, KPIs and findings into the workbook itself; a copy of it as it was is kept beside it.

    Raises `KesuError` where nothing was written.
    """
    file = Path(path)
    how = Refreshing(as_of, as_of.date(), seen([file]), _period(period), lang)
    [found] = by_workbook(load_all([file], as_of))
    done = refresh_workbook(found, how)
    if done.reason is not None:
        raise KesuError(done.reason)
    return done


def _period(words: str | None) -> Period | None:
    return Period.parse(words) if words else None
