"""One register, or each of several, with everything worked out from it as of one instant."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd

from kesu.register.columns import DECLARED
from kesu.register.periods import Period
from kesu.register.sheets import Register, Sheet, without
from kesu.rules.account_of_rows import Rows, rows_of
from kesu.rules.checks import LISTED, run_checks
from kesu.rules.days import turned_round, with_unread
from kesu.rules.deadlines import Deadlines, compute_deadlines
from kesu.rules.doubles import twins_of
from kesu.rules.facts import Facts, facts_of
from kesu.rules.followups import follow_ups
from kesu.rules.history import as_known
from kesu.rules.twins import Twins
from kesu.words.text import Text, counted

if TYPE_CHECKING:
    from kesu.rules.explain.model import Explanation


T = TypeVar("T")


@dataclass(frozen=True)
class Assessment:
    """A register, or a stack of several, with everything worked out as of one instant; each step runs once, when asked for.

    ``stack``: what its rows share with those of other registers, see `kesu.jobs.stacks`; None where it stands alone.
    ``now``: when it is looked at, for an instant in the past; None: at that instant. ``within``: the assessment of the
    whole stack in which the register stands, and its position there.
    """

    register: Register
    as_of: dt.datetime
    stack: Twins | None = None
    now: dt.datetime | None = None
    within: tuple[Assessment, int] | None = field(default=None, repr=False, compare=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The registers in it."""
        return self.register.names

    def begin(self, work: Callable[[Assessment], T]) -> Callable[[], T]:
        """See `kesu.jobs.stacks.Begun`: here work is done when its result is asked for."""
        return lambda: work(self)

    @cached_property
    def twins(self) -> Twins:
        """See `kesu.rules.doubles.twins_of`."""
        return self.stack or twins_of([self.register], self.second)[0]

    @cached_property
    def rows(self) -> Rows:
        """How every row of the register stands, see `kesu.rules.account_of_rows`."""
        return rows_of(self.register, self.second, self.twins.double)

    @cached_property
    def counted(self) -> Register:
        """The register without rows that another one counts for."""
        rest = without(self.register.complaints, self.twins.double)
        return dataclasses.replace(self.register, complaints=rest, improvements=self._measures())

    def _measures(self) -> Sheet:
        sheet = self.register.improvements
        gone = np.zeros(len(sheet.data), bool)
        for at, name in enumerate(self.names):
            if (rows := self.twins.measures.get(name)) is not None:
                gone |= (sheet.owner == at) & sheet.data["excel_row"].isin(rows).to_numpy(bool)
        return without(sheet, gone)

    @cached_property
    def known(self) -> Register:
        """`counted` as it was known at the instant, row for row: what deadlines, follow-ups and figures are about."""
        return as_known(self.counted, self.second, second_of(self.now or self.as_of))

    def counted_position(self, position: int) -> int:
        """Position in ``counted`` of the row at ``position`` of ``register``, or of the one there that counts for it."""
        kept = int(self.twins.kept[position]) - self.twins.begin
        return int((~self.twins.double[: position if kept < 0 else kept]).sum())

    @property
    def second(self) -> int:
        """The instant in seconds of the wall clock."""
        return second_of(self.as_of)

    @cached_property
    def turned(self) -> tuple[Text, ...]:
        """See `turned_dates`."""
        return tuple(turned_dates(self.register))

    @cached_property
    def findings(self) -> pd.DataFrame:
        """See `kesu.rules.checks.run_checks`."""
        return run_checks(self.register, self.as_of, self.twins, now=self.now)

    @cached_property
    def deadlines(self) -> Deadlines:
        """See `kesu.rules.deadlines.compute_deadlines`. Raises `RegisterError` for unusable settings."""
        return compute_deadlines(self.known, self.as_of)

    @cached_property
    def facts(self) -> Facts:
        """See `kesu.rules.facts.facts_of`."""
        return dataclasses.replace(facts_of(self.known, self.deadlines), copies=self.twins.copies)

    def deadline_table(self, *, every_cycle: bool = False) -> pd.DataFrame:
        """See `kesu.rules.deadlines.Deadlines.table`; without complaints that nobody had received at the instant."""
        received = self.counted.complaints.data["received_at"].to_numpy("datetime64[s]")
        since = (received > np.datetime64(self.as_of, "s")) & (
            received <= np.datetime64(self.now or self.as_of, "s")
        )
        return self.deadlines.table(every_cycle=every_cycle, shown=~since)

    def explained(self, position: int) -> Explanation:
        """How the deadlines of the complaint at ``position`` of ``counted`` were worked out, see `kesu.rules.explain`."""
        from kesu.rules.explain.explain import explain

        written = self.counted.complaints.data["received_at"].iloc[position]
        return explain(self.known, self.deadlines, position, received=written)

    def follow_ups(self, lang: str) -> pd.DataFrame:
        """See `kesu.rules.followups.follow_ups`."""
        return follow_ups(self.known, self.deadlines, lang)

    def findings_in(self, period: Period | None, listed: int = LISTED) -> pd.DataFrame:
        """Findings on records of ``period`` and their items (and on neither), or all; ``listed`` of each check.

        A record that cannot be placed in time, or whose kind cannot be read, is one of every period; so are improvements.
        """
        if period is None and listed == LISTED:
            return self.findings
        inside = None
        if period is not None:
            mine = ~self.rows.outside(period)
            inside = {"register": mine, "items": np.append(mine, True)[self.register.parent]}
            inside["improvements"] = np.ones(len(self.register.improvements.data), bool)
        return run_checks(self.register, self.as_of, self.twins, inside, listed, self.now)


def turned_dates(register: Register) -> Iterator[Text]:
    """What must be known of figures that rest on dates whose day and month have probably changed places."""
    for sheet, columns in zip(register.sheets.values(), DECLARED.values(), strict=True):
        doubtful = with_unread(sheet)
        for column in columns:
            for turned, _ in turned_round(sheet, column.key) if column.key in doubtful else ():
                yield Text(
                    f"{register.name}：“{column.label.zh}”有 {len(turned)} 个日期可能日月颠倒，按月的数字靠不住；见 kesu check 的 day_month_swapped。",
                    f"{register.name}: day and month of {counted(len(turned), 'date')} in “{column.label.en}” have probably changed places; "
                    "figures by month rest on them. See day_month_swapped in kesu check.",
                )


def second_of(moment: dt.datetime) -> int:
    """An instant of the wall clock in seconds, see `kesu.rules.instants`."""
    return int(np.datetime64(moment, "s").astype(np.int64))
