"""KPIs and follow-ups of one register or many together, over a period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from kesu.jobs.assessment import Assessment
from kesu.jobs.away import Member
from kesu.jobs.packing import facts_packed
from kesu.jobs.stacks import Stacks, stacks_of
from kesu.register.codes import CodeLists, merged
from kesu.register.periods import Period
from kesu.rules.account_of_rows import Rows, account, account_rows
from kesu.rules.checks import LISTED
from kesu.rules.facts import Facts, together
from kesu.rules.followups import merge_follow_ups
from kesu.rules.kpis import GROUPS, kpi_series
from kesu.rules.tally import tally


def received_in(data: pd.DataFrame, period: Period) -> np.ndarray:
    """Which rows were received in ``period``."""
    received = data["received_at"].to_numpy("datetime64[s]")
    return (received >= np.datetime64(period.begin, "s")) & (received < np.datetime64(period.end, "s"))


def received_rows(assessments: Sequence[Assessment], period: Period, listed: pd.DataFrame) -> np.ndarray:
    """Which lines of ``listed`` (columns register, row, perhaps sheet) are about records received in ``period``."""

    def of(one: Assessment) -> pd.DataFrame:
        sheet = one.register.complaints
        mine = received_in(sheet.data, period)
        names = pd.Series(one.register.names, dtype="str").iloc[sheet.owner[mine]]
        return pd.DataFrame({"register": names.array, "row": sheet.data["excel_row"][mine].array})

    parts = stacks_of(assessments).each(of)
    inside = pd.MultiIndex.from_frame(pd.concat(parts))
    found: np.ndarray = pd.MultiIndex.from_frame(listed[["register", "row"]]).isin(inside)
    return found & listed["sheet"].eq("register").to_numpy(bool) if "sheet" in listed else found


def span(one: Assessment) -> tuple[int, int] | None:
    """The first and the last receipt, in seconds, of rows that can be placed in time."""
    received = one.rows.received[one.rows.placed]
    return (int(received.min()), int(received.max())) if len(received) else None


def span_over(spans: Sequence[tuple[int, int] | None], as_of: dt.datetime) -> Period:
    """From the first receipt of rows that can be placed in time, of several stacks, to the day of ``as_of``, on which
    backlog and ages are told; ``spans``: the `span` of each."""
    today = as_of.date()
    known = [one for one in spans if one is not None]
    if not known:
        return Period(today, today)
    first, last = (
        np.datetime64(at, "s").astype("datetime64[D]").astype(object)
        for at in (min(one[0] for one in known), max(one[1] for one in known))
    )
    return Period(first, max(last, today))


def facts_of(assessments: Sequence[Assessment]) -> Facts:
    """The facts of all registers together. ``assessments`` must not be empty."""
    stacks = stacks_of(assessments)
    return together(stacks.each(_facts_in(assessments)), stacks.names)


def _facts_in(assessments: Sequence[Assessment]) -> Callable[[Assessment], Facts]:
    """The facts of a stack; packed where stacks are put away, since there is little room."""
    away = any(isinstance(one, Member) for one in assessments)
    return lambda one: facts_packed(one.facts) if away else one.facts


def kpi_table(
    assessments: Sequence[Assessment],
    period: Period | None,
    as_of: dt.datetime,
    group_by: Sequence[str] = GROUPS,
) -> pd.DataFrame:
    """KPIs over all registers together; over all records where ``period`` is None."""
    return kpi_tables(assessments, (period,), as_of, group_by)[0]


def kpi_tables(
    assessments: Sequence[Assessment],
    periods: Sequence[Period | None],
    as_of: dt.datetime,
    group_by: Sequence[str] = GROUPS,
) -> list[pd.DataFrame]:
    """KPIs over all registers together, one table a period (None: all records); quicker than one after another.

    Below them the account of rows: ``rows_read``, and ``rows_left_out`` in total and by reason.
    """
    stacks, facts = stacks_of(assessments), _facts_in(assessments)
    parts = stacks.each(lambda one: (facts(one), span(one), one.rows))
    known = [period or span_over([own for _, own, _ in parts], as_of) for period in periods]
    tables = kpi_series(together([own for own, _, _ in parts], stacks.names), known, as_of, group_by)
    accounts = [_account([rows for *_, rows in parts], period, stacks) for period in known]
    rows = [account_rows(own, period, group_by) for own, period in zip(accounts, known, strict=True)]
    return [pd.concat(pair, ignore_index=True) for pair in zip(tables, rows, strict=True)]


def account_of(assessments: Sequence[Assessment], period: Period | None) -> pd.DataFrame:
    """See `kesu.rules.account_of_rows.account`."""
    stacks = stacks_of(assessments)
    return _account(stacks.each(lambda one: one.rows), period, stacks)


def _account(rows: Sequence[Rows], period: Period | None, stacks: Stacks) -> pd.DataFrame:
    found = account(rows, period)
    return found if len(stacks.parts) == 1 else found.loc[list(stacks.names)]


def follow_up_table(assessments: Sequence[Assessment], lang: str) -> pd.DataFrame:
    """The follow-ups of all registers as one list in order of urgency."""
    stacks = stacks_of(assessments)
    return merge_follow_ups(stacks.each(lambda one: one.follow_ups(lang)), assessments[0].as_of, stacks.names)


def findings_of(
    assessments: Sequence[Assessment], period: Period | None = None, listed: int = LISTED
) -> pd.DataFrame:
    """The findings of all registers, one register after another, see `Assessment.findings_in`."""
    return stacks_of(assessments).lines(lambda one: one.findings_in(period, listed))


def deadline_lines(assessments: Sequence[Assessment], *, every_cycle: bool = False) -> pd.DataFrame:
    """The deadlines of all registers, one register after another, see `Assessment.deadline_table`."""
    return stacks_of(assessments).lines(lambda one: one.deadline_table(every_cycle=every_cycle))


def unconfirmed(assessments: Sequence[Assessment]) -> list[tuple[str, int, dt.date]]:
    """Registers with running deadlines after the last day whose public holidays are official: how many, and that day."""
    stacks = stacks_of(assessments)
    found = {name: pair for part in stacks.each(_unconfirmed) for name, pair in part.items()}
    return [(name, *found[name]) for name in stacks.names if name in found]


def _unconfirmed(one: Assessment) -> dict[str, tuple[int, dt.date]]:
    names, own = one.register.names, one.deadlines
    counts = tally(own.register.complaints.owner[own.unconfirmed()], len(names))
    days = own.confirmed_until.astype(object).tolist()
    return {name: (n, day) for name, n, day in zip(names, counts.tolist(), days, strict=True) if n}


def codes_of(assessments: Sequence[Assessment]) -> CodeLists:
    """The code lists of all registers: their labels where they are, the first register's where several differ."""
    return merged(stacks_of(assessments).each(lambda one: one.register.settings.codes))
