"""What an invented branch verified and decided: facts, the five questions, escalations, approvals, linked cases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from kesu.demo.dice import Bools, Dice, Ints, array
from kesu.demo.items import Items, Part
from kesu.demo.life import Times, later
from kesu.register.codes import URGENT

QUESTIONS = ("departments", "policy", "law", "humane")
APPROVED_FROM = 100.0


class Decided(Items):
    """Items that hang off the complaints of ``other``, with chance of their own: the other items stay as they are."""

    def __init__(self, other: Items, dice: Dice) -> None:
        self.__dict__.update(vars(other))
        self._dice = dice
        frame = self._sample.complaints
        known = frame["responsibility"].notna() & frame["responsibility"].ne("pending")
        planned = self._with & frame["solution"].notna().to_numpy(bool)
        self._heavy = planned & frame["severity"].isin(URGENT).to_numpy(bool)
        self._found = self._heavy | (self._with & known.to_numpy(bool))

    def parts(self) -> Iterator[Part]:
        """One block of rows for each kind of item."""
        yield self._verified(np.flatnonzero(self._found))
        for question in QUESTIONS:
            yield self._answers(np.flatnonzero(self._heavy), question)
        yield self._escalations()
        yield self._approvals()
        yield self._decisions()
        yield self._links()

    def _known_at(self, at: Ints) -> Times:
        """Between the first response and the reply, to the minute."""
        first, reply = self._time["first_response_at"][at], self._time["replied_at"][at]
        span = np.where(np.isnat(reply), 0, (reply - first).astype(np.int64))
        known: Times = (
            (first + (span * 0.8).astype("timedelta64[s]")).astype("datetime64[m]").astype("datetime64[s]")
        )
        return known

    def _verified(self, at: Ints) -> Part:
        causes = array([issue.cause for issue in self._sample.issues])[self._sample.issue[at]]
        forms = self._dice.pick(len(at), self._stock.words["found"])
        what = array([form.format(cause=cause) for form, cause in zip(forms, causes, strict=True)])
        question = array(["facts" if heavy else None for heavy in self._heavy[at].tolist()])
        return self._done(at, "verification", what) | {"question": question}

    def _answers(self, at: Ints, question: str) -> Part:
        what, *basis = self._stock.words["answers"][question]
        return self._done(at, "verification", what) | {
            "question": question, "basis": basis[0] if basis else None,
        }  # fmt: skip

    def _done(self, at: Ints, kind: str, what: Any) -> Part:
        known = self._known_at(at)
        return self._part(at, kind, what, known) | {
            "owner": self._dice.pick(len(at), self._branch.supervisors), "done_at": known, "result": "done",
        }  # fmt: skip

    def _escalations(self) -> Part:
        at = np.flatnonzero(self._with & self._given("escalated_to"))
        n, dice = len(at), self._dice
        decided = later(self._time["first_response_at"][at], 0.05)
        wait = np.where(dice.chance(n, 0.9), dice.whole(n, 8, 55), dice.whole(n, 90, 900))
        what = dice.pick(n, self._stock.words["escalations"])
        return self._part(at, "escalation", what, decided) | {
            "owner": dice.pick(n, self._branch.supervisors), "started_at": decided + wait.astype("timedelta64[s]"),
        }  # fmt: skip

    def _approvals(self) -> Part:
        paid = self._sample.complaints["compensation_paid"].to_numpy(float) >= APPROVED_FROM
        at = np.flatnonzero(self._with & paid)
        return self._done(at, "approval", self._stock.words["approval"][0]) | {
            "basis": self._stock.words["approval"][1]
        }

    def _decisions(self) -> Part:
        at = self._rows(self._heavy, 0.15)
        return self._done(at, "decision", self._stock.words["decision"][0]) | {
            "basis": self._stock.words["decision"][1]
        }

    def _links(self) -> Part:
        """A repeated complaint names the one before it."""
        frame = self._sample.complaints
        who = frame.groupby(["customer_account", "category"], observed=True, dropna=True)
        before = who["complaint_id"].shift()
        at = np.flatnonzero(
            self._with & before.notna().to_numpy(bool) & frame["kind"].eq("complaint").to_numpy(bool)
        )
        form = self._stock.words["link"]
        what = array([form.format(number=number) for number in before.iloc[at].tolist()])
        return self._part(at, "link", what, self._time["first_response_at"][at])

    def _given(self, key: str) -> Bools:
        given: Bools = self._sample.complaints[key].notna().to_numpy(bool)
        return given
