"""KPIs and follow-ups of one register or many together, over a period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from kesu.jobs.assessment import Assessment
from kesu.register.codes import CodeLists, merged
from kesu.register.periods import Period
from kesu.rules.account_of_rows import account, account_rows
from kesu.rules.facts import Facts, gather
from kesu.rules.followups import merge_follow_ups
from kesu.rules.kpis import GROUPS, kpi_series


def received_in(data: pd.DataFrame, period: Period) -> np.ndarray:
    """Which rows were received in ``period``."""
    received = data["received_at"].to_numpy("datetime64[s]")
    return (received >= np.datetime64(period.begin, "s")) & (received < np.datetime64(period.end, "s"))


def received_rows(assessments: Sequence[Assessment], period: Period, listed: pd.DataFrame) -> np.ndarray:
    """Which lines of ``listed`` (columns register, row) are about records received in ``period``."""
    inside = [
        (assessment.register.name, int(row))
        for assessment in assessments
        for row in assessment.register.complaints.data["excel_row"][
            received_in(assessment.register.complaints.data, period)
        ]
    ]
    return pd.MultiIndex.from_frame(listed[["register", "row"]]).isin(inside)


def whole_span(assessments: Sequence[Assessment], as_of: dt.datetime) -> Period:
    """From the first receipt of rows that can be placed in time to the day of ``as_of``, on which backlog and ages are told."""
    today = as_of.date()
    received = np.concatenate(
        [assessment.rows.received[assessment.rows.placed] for assessment in assessments]
    )
    if not len(received):
        return Period(today, today)
    first, last = (
        np.datetime64(int(at), "s").astype("datetime64[D]").astype(object)
        for at in (received.min(), received.max())
    )
    return Period(first, max(last, today))


def facts_of(assessments: Sequence[Assessment]) -> Facts:
    """The facts of all registers together. ``cases`` must not be empty."""
    if len(assessments) == 1:
        return assessments[0].facts
    return gather(
        [assessment.known for assessment in assessments],
        [assessment.deadlines for assessment in assessments],
    )


def kpi_table(
    assessments: Sequence[Assessment],
    period: Period | None,
    as_of: dt.datetime,
    group_by: Sequence[str] = GROUPS,
) -> pd.DataFrame:
    """KPIs over all registers together; over all records where ``period`` is None."""
    return kpi_tables(assessments, (period or whole_span(assessments, as_of),), as_of, group_by)[0]


def kpi_tables(
    assessments: Sequence[Assessment],
    periods: Sequence[Period],
    as_of: dt.datetime,
    group_by: Sequence[str] = GROUPS,
) -> list[pd.DataFrame]:
    """KPIs over all registers together, one table a period; quicker than one after another.

    Below them the account of rows: ``rows_read``, and ``rows_left_out`` in total and by reason.
    """
    tables = kpi_series(facts_of(assessments), periods, as_of, group_by)
    rows = [account_rows(account_of(assessments, period), period, group_by) for period in periods]
    return [pd.concat(pair, ignore_index=True) for pair in zip(tables, rows, strict=True)]


def account_of(assessments: Sequence[Assessment], period: Period | None) -> pd.DataFrame:
    """See `kesu.rules.account_of_rows.account`."""
    return account([assessment.rows for assessment in assessments], period)


def follow_up_table(assessments: Sequence[Assessment], lang: str) -> pd.DataFrame:
    """The follow-ups of all registers as one list in order of urgency."""
    return merge_follow_ups([one.follow_ups(lang) for one in assessments], assessments[0].as_of)


def codes_of(assessments: Sequence[Assessment]) -> CodeLists:
    """The code lists of all registers: their labels where they are, the first register's where several differ."""
    return merged([assessment.register.settings.codes for assessment in assessments])
