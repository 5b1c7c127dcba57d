"""What comes back after a reply: a customer not reached, not satisfied, not agreed, and the re-visit; see `kesu.rules.outcomes`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.register.codes import label_of
from kesu.register.sheets import COMPLAINT
from kesu.rules.deadlines import RUNNING, Deadlines, seconds_of
from kesu.rules.followups.lines import Lines
from kesu.rules.instants import DAY, NAT, latest_of
from kesu.words.text import LANGS, Text

if TYPE_CHECKING:
    from kesu.register.sheets import Register
    from kesu.rules.instants import Ints

AGAIN: Final = Text("第 {n} 次，共试 {tries} 次；{at} 没有联系上", "Try {n} of {tries}; not reached {at}")
UNHAPPY: Final = Text("客户最后回答“{answer}”", "The customer's last answer: “{answer}”")
DISAGREED: Final = Text("客户不同意方案", "The customer did not agree to the solution")
REVISIT: Final = Text("结案满 {days} 天", "{days} {days:day|days} since it was closed")


def after_lines(register: Register, deadlines: Deadlines) -> Iterator[Lines]:
    """Calls to be made again, what is to be taken up again, re-visits, each from the instant on which it is due."""
    yield from _After(register, deadlines).lines()


class _After:
    def __init__(self, register: Register, deadlines: Deadlines) -> None:
        self.settings, self.limits = register.settings, register.settings.limits
        self.data, self.items, self.parent = register.cases, register.items.data, register.parent
        self.found, self.now = deadlines.outcomes, deadlines.as_of
        self.soon = self.settings.due_soon_hours * 3600
        self.complaint = self.data["kind"].eq(COMPLAINT).to_numpy(bool)
        self.call_back = deadlines.targets["callback"]
        self.resolved = deadlines.targets["resolution"].done
        self.over = (self.complaint & (self.resolved != NAT)) | np.isin(self.call_back.state, RUNNING)

    def lines(self) -> Iterator[Lines]:
        yield self._call_again()
        yield self._unhappy()
        yield self._disagreed()
        yield self._revisit()

    def _call_again(self) -> Lines:
        """Not reached, and tried less often than the team tries: again after a while, or when it was agreed since."""
        found = self.found
        rows = np.flatnonzero(self.over & found.unreached & ~found.given_up)
        due = found.last_try[rows] + round(self.limits["callback_gap_hours"] * 3600)
        agreed = np.where(self.call_back.replaced, self.call_back.due, NAT)[rows]
        due = np.where(agreed > found.last_try[rows], agreed, due)
        tries = f"{self.limits['callback_tries']:g}"
        what = [
            AGAIN.fill(n=n + 1, tries=tries, at=_when(at))
            for n, at in zip(found.apart[rows].tolist(), found.last_try[rows].tolist(), strict=True)
        ]
        return Lines("call_again", rows, due, self.now - due, None, what)

    def _unhappy(self) -> Lines:
        """The customer's last answer was that all is not well, and nobody has decided to leave it at that."""
        found = self.found
        rows = np.flatnonzero(self.complaint & found.dissatisfied)
        due = self._since(found.answered_at)[rows]
        codes = self.settings.codes["satisfaction"]
        what = [
            UNHAPPY.fill(answer=Text(*(label_of(codes, key, lang) for lang in LANGS)))
            for key in found.answer[rows].tolist()
        ]
        return Lines("take_up_again", rows, due, self.now - due, None, what)

    def _disagreed(self) -> Lines:
        """The customer did not agree to the reply (those that were not satisfied either are told of already)."""
        found = self.found
        rows = np.flatnonzero(self.complaint & found.disagreed & ~found.dissatisfied)
        due = found.disagreed_at[rows]
        return Lines("take_up_again", rows, due, self.now - due, None, DISAGREED)

    def _revisit(self) -> Lines:
        """Closed so many days ago and not visited since; asked for as long again, then it is too late to ask."""
        due, days = self.revisit_due(), self.limits["revisit_days"]
        late = self.now - due
        rows = np.flatnonzero((due != NAT) & (late >= -self.soon) & (late <= days * DAY))
        return Lines("revisit", rows, due[rows], late[rows], None, REVISIT.fill(days=f"{days:g}"))

    def revisit_due(self) -> Ints:
        """When each customer is to be visited again, `NAT` for never."""
        days = self.limits["revisit_days"]
        closed = self.complaint & self.data["status"].eq("closed").to_numpy(bool)
        since = self._since(np.maximum(self.found.last_try, self.resolved))
        planned = self._planned("revisit")
        due = np.where(planned != NAT, planned, since + round(days * DAY))
        wanted = (
            closed
            & (since != NAT)
            & (self.found.revisited_at < since)
            & ~self.found.dissatisfied
            & ~self.found.disagreed
        )
        return np.where(wanted & ((days > 0) | (planned != NAT)), due, NAT)

    def _since(self, times: Ints) -> Ints:
        """``times``, else the resolution, else the receipt."""
        found = np.where(times == NAT, self.resolved, times)
        return np.where(found == NAT, seconds_of(self.data["received_at"]), found)

    def _planned(self, kind: str) -> Ints:
        """The last time agreed with the customer for something that is not done yet, `NAT` for none."""
        items = self.items
        open_ = items["item_kind"].eq(kind) & items["done_at"].isna() & items["result"].isna()
        mine = open_.to_numpy(bool) & (self.parent >= 0)
        return latest_of(self.parent[mine], seconds_of(items["due_at"])[mine], len(self.data))


def _when(at: int) -> str:
    return "" if at == NAT else f"{pd.Timestamp(at, unit='s'):%m-%d %H:%M}"
