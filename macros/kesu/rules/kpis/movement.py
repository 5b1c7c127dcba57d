"""How the backlog moved: what was open when a month began, what came in, came back and went out, what was open at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.rules.kpis.definitions import backlog_known
from kesu.rules.kpis.view import Scope

if TYPE_CHECKING:
    import datetime as dt

    from kesu.register.periods import Period
    from kesu.rules.facts import Facts
    from kesu.rules.instants import Ints

MOVED: Final = ("opening", "received", "reopened", "closed", "untimed", "closing")
COLUMNS: Final = (*MOVED, "unseen")
MONTHS: Final = 12


def movement(facts: Facts, period: Period, as_of: dt.datetime) -> pd.DataFrame:
    """The last `MONTHS` months up to the end of ``period`` or ``as_of``, since the first receipt: a row each, by its first day.

    Columns `COLUMNS`, int64: opening + received + reopened - closed - untimed = closing, which is the next opening.
    ``unseen``: reopenings that are in none of the others, because nothing tells when it was resolved before.
    ``untimed``: those of the received that are finished at a time that nobody wrote down.
    """
    scope = Scope(facts, period, as_of)
    mine = scope.complaints_only & backlog_known(scope)
    received, reopened = (scope.time(key).astype(np.int64) for key in ("received_at", "reopened_at"))
    stints = facts.stints
    kept = mine[stints.open.row]
    if not mine.any() or len(edges := _edges(received[mine], scope)) < 2:
        return pd.DataFrame(columns=list(COLUMNS), dtype="int64")

    def by_month(times: Ints) -> Ints:
        return np.diff(np.searchsorted(np.sort(times), edges))

    seen = np.zeros(len(mine), bool)
    seen[stints.open.row[stints.again & (stints.open.start == reopened[stints.open.row])]] = True
    begins, ends = stints.open.start[kept], stints.open.end[kept]
    open_then = np.searchsorted(np.sort(begins), edges) - np.searchsorted(np.sort(ends), edges)
    columns = (
        open_then[:-1],
        by_month(received[mine]),
        by_month(stints.open.start[kept & stints.again]),
        by_month(ends) + by_month(received[mine & stints.at_once]),
        by_month(received[mine & stints.untimed]),
        open_then[1:],
        by_month(reopened[mine & (reopened > received) & ~seen]),
    )
    index = pd.Index(edges[:-1].astype("datetime64[s]"), name="month")
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)), index, dtype="int64")


def _edges(received: Ints, scope: Scope) -> Ints:
    """First seconds of the months, and the first second that no longer counts."""
    end = np.datetime64(min(scope.period.last, scope.as_of.date()), "M")
    begin = max(end - (MONTHS - 1), np.datetime64(int(received.min()), "s").astype("datetime64[M]"))
    months = np.arange(begin, end + 2).astype("datetime64[s]").astype(np.int64)
    return np.minimum(months, int(np.datetime64(scope.as_of, "s").astype(np.int64)) + 1)
