"""What KPI functions see: the facts, the period, and a few columns that several of them need."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kesu.register.codes import FINISHED
from kesu.register.periods import Period
from kesu.rules.days import latest, whole_days
from kesu.rules.facts import Facts
from kesu.rules.tally import weighed
from kesu.rules.weight import earlier

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

LONGEST_CYCLE_HOURS = 20 * 366 * 24.0
"""A longer time between two stages is a typing mistake; it is reported by the checks and not averaged."""


@dataclass(frozen=True)
class Scope:
    """Facts over a period as of an instant (local wall clock)."""

    facts: Facts
    period: Period
    as_of: dt.datetime

    @property
    def end(self) -> dt.datetime:
        """End of the period or ``as_of``, whichever comes first."""
        return min(self.period.end, self.as_of)

    @cached_property
    def complaints_only(self) -> Bools:
        """Which records are complaints (not feedback or praise) and go into figures."""
        return self.is_kind("complaint")

    def is_kind(self, kind: str) -> Bools:
        """Which records are of ``kind`` and go into figures."""
        counted: Bools = self.facts.complaints["counted"].to_numpy(bool)
        return self.equals("kind", kind) & counted

    def has(self, need: str, *, items: bool = False) -> Bools:
        """Complaints (``items``: items) of registers with the column ``need``, or one of several (``a|b``)."""
        register = (self.facts.items if items else self.facts.complaints)["register"].cat
        mine = [self.says(name, need, items=items) for name in register.categories]
        found: Bools = np.array([*mine, False])[register.codes.to_numpy()]
        return found

    def says(self, register: str, need: str, *, items: bool = False) -> bool:
        """Whether ``register`` has the column ``need`` on its sheet of complaints (``items``: of items)."""
        return not self.facts.columns[register][items].isdisjoint(need.split("|"))

    def equals(self, key: str, *values: str) -> Bools:
        """Which complaints have one of ``values`` in column ``key``."""
        return self.facts.complaints[key].isin(values).to_numpy(bool)

    def given(self, key: str) -> Bools:
        """Which complaints have column ``key`` filled."""
        return self.facts.complaints[key].notna().to_numpy(bool)

    def flag(self, key: str) -> Bools:
        """A column of yes and no."""
        return self.facts.complaints[key].to_numpy(bool)

    def number(self, key: str) -> Floats:
        """A number column, 0 where it is empty."""
        return self.facts.complaints[key].fillna(0).to_numpy(np.float64)

    def time(self, key: str) -> NDArray[np.datetime64]:
        """A time column as ``datetime64[s]``."""
        return self.facts.complaints[key].to_numpy("datetime64[s]")

    def limit(self, key: str, rows: pd.DataFrame) -> Floats:
        """Limit ``key`` of the settings of each row's register."""
        return self._setting({name: own.limits[key] for name, own in self.facts.settings.items()}, rows)

    @staticmethod
    def _setting(by_register: dict[str, float], rows: pd.DataFrame) -> Floats:
        column = rows["register"].cat
        values = np.array([by_register[name] for name in column.categories], np.float64)
        found: Floats = values[column.codes.to_numpy()]
        return found

    def hours_between(self, begin: str, end: str) -> tuple[Floats, Bools]:
        """Wall-clock hours from one time to another, and where both are known to the minute and in order."""
        first, last = self.time(begin), self.time(end)
        hours = (last - first).astype("timedelta64[s]").astype(np.float64) / 3600
        known = ~(np.isnat(first) | np.isnat(last))
        known &= ~(whole_days(first.astype(np.int64)) | whole_days(last.astype(np.int64)))
        known &= np.where(known, (hours >= 0) & (hours < LONGEST_CYCLE_HOURS), False)
        return np.where(known, hours, 0.0), known & self.complaints_only

    @cached_property
    def came_back(self) -> Bools:
        """Complaints that were reopened, whether or not anybody wrote down when."""
        return self.given("reopened_at") | self.equals("status", "reopened")

    @cached_property
    def open_again(self) -> Bools:
        """Complaints reopened and not resolved since: after the resolution, or at a time that nobody wrote down."""
        reopened = self.time("reopened_at")
        again: Bools = (reopened > self.time("resolved_at")) | (
            np.isnat(reopened) & self.equals("status", "reopened")
        )
        return again

    @cached_property
    def resolved(self) -> Bools:
        """Complaints that are resolved by their time or, where none stands, by their status; not those open again."""
        untimed = np.isnat(self.time("resolved_at"))
        done: Bools = np.where(untimed, self.equals("status", *FINISHED), ~self.open_again)
        return done

    def used(self, key: str) -> Bools:
        """Complaints of registers that use column ``key`` at all: there an empty cell says no, elsewhere nothing."""
        register = self.facts.complaints["register"].cat.codes.to_numpy()
        counts = weighed(register, self.given(key), 1)
        used: Bools = counts[register] > 0
        return used

    # --- items ---------------------------------------------------------------------------------------------

    def item_kind(self, kind: str) -> Bools:
        """Which items are of ``kind`` and belong to a known complaint."""
        items = self.facts.items
        known: Bools = items["item_kind"].eq(kind).to_numpy(bool) & (items["place"].to_numpy() >= 0)
        return known

    def items_in_time(self, kind: str) -> tuple[Floats, Bools]:
        """Items of ``kind`` done in time, and those whose time is up or that are done (cancelled ones left out).

        Done without a time of doing or without a due time is neither kept nor broken, see `unproven`; one that failed
        counts as not kept.
        """
        items = self.facts.items
        due, done = (items[key].to_numpy("datetime64[s]") for key in ("limit_at", "done_at"))
        in_time = self.settled & (latest(done.astype(np.int64)) <= due.astype(np.int64))
        in_time &= ~(np.isnat(due) | np.isnat(done))
        failed = items["result"].eq("failed").to_numpy(bool)
        decided = self.settled | failed | (~np.isnat(due) & (due < np.datetime64(self.as_of, "s")))
        return in_time.astype(np.float64), self.item_kind(kind) & decided & ~self.unproven & ~self.dropped

    @cached_property
    def settled(self) -> Bools:
        """Items that need no more doing, those that failed not among them."""
        failed = self.facts.items["result"].eq("failed").to_numpy(bool)
        done: Bools = self.facts.items["settled"].to_numpy(bool) & ~failed
        return done

    @cached_property
    def dropped(self) -> Bools:
        """Items that need no doing any more: cancelled, or withdrawn by the customer."""
        return self.facts.items["result"].isin(["cancelled", "withdrawn"]).to_numpy(bool)

    @cached_property
    def unproven(self) -> Bools:
        """Items done of which nobody can say whether in time: no time of doing, no due time, or a date decides."""
        items = self.facts.items
        due, done = (items[key].to_numpy("datetime64[s]") for key in ("limit_at", "done_at"))
        ended, limit = (latest(times.astype(np.int64)) for times in (done, due))
        free = np.isnat(due) | np.isnat(done)
        in_doubt = free | ((ended > due.astype(np.int64)) & (done.astype(np.int64) <= limit))
        found: Bools = self.settled & in_doubt & ~self.dropped
        return found

    @cached_property
    def repeats(self) -> Bools:
        """Complaints by a customer who complained of the same category within the repeat window before."""
        found: Bools = self.earlier >= 0
        return found

    @cached_property
    def earlier(self) -> NDArray[np.int64]:
        """For these the position of the complaint before, else -1: `kesu.rules.weight.earlier`; customers are known in all
        registers."""
        data = self.facts.complaints
        days = {name: own.repeat_window_days for name, own in self.facts.settings.items()}
        return earlier(data, self.complaints_only, self._setting(days, data) * 86400)
