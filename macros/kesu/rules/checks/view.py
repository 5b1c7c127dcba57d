"""What the checks look at: the sheets with the questions that many checks ask, each answered once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from kesu.register.codes import FINISHED
from kesu.register.columns import DECLARED
from kesu.register.sheets import COMPLAINT
from kesu.rules.checks.rows import Rows
from kesu.rules.checks.sayings import Sayings
from kesu.rules.days import latest
from kesu.rules.doubles import twins_of
from kesu.rules.outcomes import outcomes_of
from kesu.rules.tally import tally

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from kesu.register.columns import EntrySheet
    from kesu.register.sheets import Register
    from kesu.rules.outcomes import Outcomes
    from kesu.rules.twins import Twins

    Bools = NDArray[np.bool_]
    Ints = NDArray[np.int64]
    Times = NDArray[np.datetime64]

NEVER: Final = np.datetime64("NaT", "s")
FIRST: Final = np.datetime64("2000-01-01", "s")
"""No complaint of a register is older; an earlier time is a slip of the keyboard."""


def seconds(number: float) -> np.timedelta64:
    """So many seconds; three thousand years at most, which nothing lasts."""
    return np.timedelta64(round(min(number, 1e11)), "s")


class View:
    """A register on one day: its complaints, their items, the improvements, and what hangs together."""

    def __init__(
        self,
        register: Register,
        as_of: np.datetime64,
        twins: Twins | None = None,
        now: np.datetime64 | None = None,
    ) -> None:
        """``now``: when it is looked at, where that is later than the day that is asked about."""
        self.register = register
        self.as_of = as_of
        self.now = as_of if now is None else max(as_of, now)
        self._twins = twins
        self._rows = {key: Rows(sheet, DECLARED[key]) for key, sheet in register.sheets.items()}
        self.complaints, self.items, self.improvements = self._rows.values()

    @property
    def sheets(self) -> Iterable[tuple[EntrySheet, Rows]]:
        return self._rows.items()

    def limit(self, key: str) -> float:
        """A limit that the team has set, see `kesu.register.settings.LIMITS`."""
        return self.register.settings.limits[key]

    def rows(self, sheet: str) -> Rows:
        return next((rows for key, rows in self.sheets if key == sheet), self.complaints)

    def plausible(self, sheet: str, key: str) -> Times:
        """Times between 2000 and the day of the check; others, which are findings of their own, become NaT."""
        times = self.rows(sheet).time(key)
        return np.where((times >= FIRST) & (times <= self.as_of), times, NEVER)

    def at_latest(self, sheet: str, key: str) -> Times:
        """`plausible` times; of a date without a time of day the last second of the day."""
        return latest(self.plausible(sheet, key).astype("int64")).astype("datetime64[s]")

    @cached_property
    def twins(self) -> Twins:
        """What rows share with others, of other registers too where they are known."""
        return self._twins or twins_of([self.register], int(self.as_of.astype(np.int64)))[0]

    @cached_property
    def sayings(self) -> Sayings:
        """What the texts say."""
        return Sayings(self.rows, self.register.settings.words)

    @cached_property
    def outcomes(self) -> Outcomes:
        """How it ended with the customers."""
        return outcomes_of(self.register, int(self.now.astype("datetime64[s]").astype(np.int64)))

    @cached_property
    def complaint(self) -> Bools:
        """Rows that are complaints; one whose kind is not known is handled as such."""
        return self.register.cases["kind"].eq(COMPLAINT).to_numpy(bool)

    @cached_property
    def finished(self) -> Bools:
        return self.complaints.says("status", *FINISHED)

    @cached_property
    def open(self) -> Bools:
        """Complaints on which work is due: neither finished by status nor resolved since the last reopening."""
        resolved, reopened = self.complaints.time("resolved_at"), self.complaints.time("reopened_at")
        again = (reopened >= resolved) | (self.complaints.says("status", "reopened") & np.isnat(reopened))
        dealt_with = self.complaints.given("resolved_at") & ~again
        return self.complaint & ~self.finished & ~dealt_with

    @property
    def complaint_codes(self) -> Ints:
        """For each complaint its number as a small integer, -1 where it is empty or its last digits are lost."""
        return self.register.numbers[0]

    @property
    def item_codes(self) -> Ints:
        """The same of each item."""
        return self.register.numbers[1]

    @cached_property
    def item_known(self) -> Bools:
        """Items whose complaint number is on the register."""
        ours, theirs, size = self.register.numbers
        known = np.zeros(size + 1, dtype=bool)
        known[ours] = True
        known[-1] = False
        return known[theirs]

    def item_count(self, which: Bools) -> Ints:
        """For each complaint the number of its items among ``which``."""
        ours, theirs, size = self.register.numbers
        counted = theirs[which & (theirs >= 0)]
        counts: Ints = np.append(tally(counted, size), 0)[ours]
        return counts

    def has_item(self, which: Bools) -> Bools:
        """Complaints with an item among ``which``."""
        found: Bools = self.item_count(which) > 0
        return found

    def items_of(self, which: Bools) -> Bools:
        """Items whose complaint is among ``which``."""
        ours, theirs, size = self.register.numbers
        among = np.zeros(size + 1, dtype=bool)
        among[ours[which]] = True
        among[-1] = False
        return among[theirs]

    def first_item(self, which: Bools) -> Ints:
        """For each complaint the position of its first item among ``which``; -1 where it has none."""
        ours, theirs, size = self.register.numbers
        first = np.full(size + 1, -1, dtype="int64")
        rows = np.flatnonzero(which & (theirs >= 0))[::-1]
        first[theirs[rows]] = rows
        return first[ours]

    def latest_item(self, times: Times) -> Times:
        """For each complaint the latest of ``times`` (one per item); NaT where there is none."""
        ours, theirs, size = self.register.numbers
        latest = np.full(size + 1, NEVER).astype(
            "int64"
        )  # NaT is the smallest integer, and integers are fast
        known = theirs >= 0
        np.maximum.at(latest, theirs[known], times[known].astype("int64"))
        latest[-1] = NEVER.astype("int64")
        return latest[ours].astype("datetime64[s]")
