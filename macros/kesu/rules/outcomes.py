"""How it ended with the customer: calls tried and answered, surveys, decisions; what of it comes back.

The one place that says so; deadlines, checks, follow-ups, figures and macros ask here. A try to call a customer back is an item
of kind contact for the call-back that has a time of doing: result failed, the customer was not reached, any other, reached.
The register's columns hold the last try: a call-back in them is one more where it is later than the last item. Nobody
says in them whether the customer was reached: then the customer was, as in registers of earlier versions.

Only what belongs to the present cycle counts: nothing before a reopening, and nothing at all where nobody wrote down when.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from kesu.rules.instants import NAT, latest_of, seconds_of, usable
from kesu.rules.tally import tally

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from kesu.register.sheets import Register
    from kesu.rules.instants import Bools, Ints

NEVER: Final = int(np.iinfo(np.int64).max)
DISSATISFIED: Final = ("dissatisfied", "very_dissatisfied")
"""Answers after which a complaint is taken up again."""
NO_TRY: Final = ("cancelled", "withdrawn", "declined")
"""Results of a contact that was not tried at all."""
ASKED: Final = ("revisit", "survey")
"""Kinds of items that hold an answer of the customer's, beside the calls."""


@dataclass(frozen=True)
class Outcomes:
    """By complaint, of its present cycle; seconds, `NAT` for never.

    ``tries``: call-backs tried; ``apart``: of these how many count as tries of their own, far enough from the one before that
    counts. ``last_try``; ``reached_at``: the first that reached the customer. ``given_up``: not
    reached in as many tries as the team makes, or somebody decided to leave it at that. ``answer``: what the customer said
    last, by phone, survey or re-visit ("" nothing), ``answered_at``: when. ``dissatisfied``: that must be taken up;
    ``disagreed``: the customer did not agree to what was offered, and the column still says so, whatever is answered later; of neither
    has anybody decided since. ``disagreed_at``: when it was offered. ``overruled``: the customer did not agree, and somebody has decided since.
    ``revisited_at``: the last time the customer was asked again. ``phone``: the last answer by phone (a call in an item or the
    columns), where items tell of calls; ``noted``: whose items tell of calls, of any cycle. ``spoken``: complaint and time of the calls in items that reached, of any cycle. ``calls``: complaint, time
    and success of every try.
    """

    tries: Ints
    apart: Ints
    last_try: Ints
    reached_at: Ints
    given_up: Bools
    answer: NDArray[np.object_]
    answered_at: Ints
    dissatisfied: Bools
    disagreed: Bools
    disagreed_at: Ints
    overruled: Bools
    revisited_at: Ints
    phone: NDArray[np.object_]
    noted: Bools
    spoken: tuple[Ints, Ints]
    calls: tuple[Ints, Ints, Bools]

    @property
    def reached(self) -> Bools:
        """Whose customer was reached."""
        found: Bools = self.reached_at != NAT
        return found

    @property
    def unreached(self) -> Bools:
        """Tried, and the customer not reached yet."""
        found: Bools = (self.tries > 0) & ~self.reached
        return found


def reopening(data: pd.DataFrame, now: int) -> tuple[Ints, Bools]:
    """When complaints were reopened (`NAT` never), and which are by their status, at a time that nobody wrote down.

    What was never resolved, or "reopened" before receipt, cannot come back: typing a time of reopening changes nothing.
    """
    received, reopened, resolved = (
        usable(seconds_of(data[key]), now) for key in ("received_at", "reopened_at", "resolved_at")
    )
    untimed = data["status"].eq("reopened").to_numpy(bool) & (reopened == NAT)
    back = (received != NAT) & (reopened > received) & (resolved != NAT)
    return np.where(back, reopened, NAT), untimed


def outcomes_of(register: Register, now: int) -> Outcomes:
    """How it stands with the customers of ``register`` at ``now`` (seconds of the wall clock)."""
    return _Task(register, now).run()


class _Task:
    def __init__(self, register: Register, now: int) -> None:
        self.data, self.items, self.parent = register.cases, register.items.data, register.parent
        limits = register.settings.limits
        self.limit, self.gap = (
            max(1.0, limits["callback_tries"]),
            round(limits["callback_gap_hours"] * 3600),
        )
        self.now = now
        reopened, untimed = reopening(self.data, now)
        self.began = np.where(untimed, NEVER, reopened)
        """From when on something belongs to the present cycle; `NAT` is before everything."""
        self.kind, self.done = self.items["item_kind"], self._past(seconds_of(self.items["done_at"]))

    def _past(self, times: Ints) -> Ints:
        times = usable(times, self.now)
        return np.where(times <= self.now, times, NAT)

    def _time(self, key: str) -> Ints:
        """A time of the complaints; one before the present cycle is none."""
        times = self._past(seconds_of(self.data[key]))
        return np.where(times >= self.began, times, NAT)

    def run(self) -> Outcomes:
        count, data = len(self.data), self.data
        calls = self.kind.eq("contact").to_numpy(bool) & self.items["for_target"].eq("callback").to_numpy(
            bool
        )
        told = (self.done != NAT) & (self.parent >= 0)
        mine = calls & told & ~self.items["result"].isin(NO_TRY).to_numpy(bool)
        success = mine & ~self.items["result"].eq("failed").to_numpy(bool)
        call = self._time("called_back_at")
        row, at, hit, last_try, reached_at = self._tries(mine, success, call)
        tries, apart = tally(row, count), self._apart(row, at)
        heard_of = told & ~self.items["result"].isin([*NO_TRY, "failed"]).to_numpy(bool)
        asked, again = (heard_of & self.kind.isin(kinds).to_numpy(bool) for kinds in (ASKED, ASKED[:1]))
        answer, answered_at = self._answers(success | asked, call)
        bad = np.isin(answer, DISSATISFIED)
        offered = np.maximum(self._time("replied_at"), self._time("resolved_at"))
        replied = self._time("replied_at")
        offered = np.where(replied == NAT, offered, replied)
        turned_down = data["customer_agreed"].eq("no").to_numpy(bool) & (offered != NAT)
        decision = self._decisions()
        decided = (decision != NAT) & (decision >= np.maximum(last_try, answered_at))
        unreached = (tries > 0) & (reached_at == NAT)
        noted = tally(self.parent[mine], count) > 0
        return Outcomes(
            tries=tries,
            apart=apart,
            last_try=last_try,
            reached_at=reached_at,
            given_up=unreached & ((apart >= self.limit) | ((decision != NAT) & (decision >= last_try))),
            answer=answer,
            answered_at=answered_at,
            dissatisfied=bad & ~decided,
            disagreed=turned_down & ~((decision != NAT) & (decision >= offered)),
            disagreed_at=offered,
            overruled=turned_down & (decision >= offered) & (decision != NAT),
            revisited_at=latest_of(self.parent[again], self.done[again], count),
            phone=np.where(noted, self._answers(success, call)[0], ""),
            noted=noted,
            spoken=(self.parent[success], self.done[success]),
            calls=(row, at, hit),
        )

    def _tries(self, mine: Bools, success: Bools, call: Ints) -> tuple[Ints, Ints, Bools, Ints, Ints]:
        """The calls of the present cycle, items and the columns' own: complaint, time, whether it reached somebody; and by
        complaint the last one and the first that did, `NAT` for none."""
        count, reach = len(self.data), self.data["callback_reached"]
        row, at, hit = self.parent[mine], self.done[mine], success[mine]
        here = at >= self.began[row]
        row, at, hit = row[here], at[here], hit[here]
        last_item = latest_of(row, at, count)
        another = call > last_item  # where neither is known both are `NAT`
        heard = (call != NAT) & (reach.eq("yes").to_numpy(bool) | (reach.isna().to_numpy(bool) & another))
        first = np.full(count, NEVER)
        np.minimum.at(first, row[hit], at[hit])
        first = np.minimum(first, np.where(heard, call, NEVER))
        row = np.concatenate([row, np.flatnonzero(another)])
        at = np.concatenate([at, call[another]])
        hit = np.concatenate([hit, heard[another]])
        return row, at, hit, np.maximum(last_item, call), np.where(first == NEVER, NAT, first)

    def _apart(self, row: Ints, at: Ints) -> Ints:
        """By complaint how many tries are the first, or at least the gap after the last one that counts."""
        count = len(self.data)
        if self.gap <= 0:
            return tally(row, count)
        found, last = np.zeros(count, np.int64), np.full(count, NAT)
        while (later := at >= (last + self.gap)[row]).any():
            soonest = np.full(count, NEVER)
            np.minimum.at(soonest, row[later], at[later])
            found += soonest != NEVER
            last = np.where(soonest == NEVER, last, soonest)
        return found

    def _answers(self, mine: Bools, call: Ints) -> tuple[NDArray[np.object_], Ints]:
        """The last answer of each customer and when it was given; the columns' own stands at the call-back they name."""
        row, at, said = self.parent[mine], self.done[mine], self._said(mine)
        here = at >= self.began[row]
        words = self.data["satisfaction"].astype(object)
        alone = (self.began == NAT) | (call != NAT)  # else it may be of the cycle before
        column = np.flatnonzero(words.notna().to_numpy(bool) & alone)
        parts = (
            np.concatenate([column, row[here]]),
            np.concatenate([call[column], at[here]]),
            np.concatenate([words.to_numpy(object)[column], said[here]]),
        )
        return _last(*parts, len(self.data))

    def _said(self, mine: Bools) -> NDArray[np.object_]:
        words: NDArray[np.object_] = (
            self.items.loc[mine, "satisfaction"].astype(object).fillna("").to_numpy(object)
        )
        return words

    def _decisions(self) -> Ints:
        """By complaint its last decision that says who and why; without a time of its own it is later than everything."""
        items = self.items
        named = (items["owner"].notna() | items["noted_by"].notna()) & items["what"].notna()
        mine = self.kind.eq("decision").to_numpy(bool) & named.to_numpy(bool) & (self.parent >= 0)
        when = np.where(self.done[mine] == NAT, seconds_of(items["noted_at"])[mine], self.done[mine])
        row, when = self.parent[mine], np.where(when == NAT, NEVER, when)
        here = (when >= self.began[row]) & ((when <= self.now) | (when == NEVER))
        return latest_of(row[here], when[here], len(self.data))


def _last(row: Ints, at: Ints, words: NDArray[np.object_], count: int) -> tuple[NDArray[np.object_], Ints]:
    """Of ``words`` that are said the last by complaint ("" none), and when; of equal times the later in the list."""
    said = words != ""
    row, at, words = row[said], at[said], words[said]
    order = np.lexsort((at, row))
    found, when = np.full(count, "", dtype=object), np.full(count, NAT)
    found[row[order]], when[row[order]] = (
        words[order],
        at[order],
    )  # the last of each complaint is written last
    return found, when
