"""How it ended with the customers of an invented branch: calls that reached nobody, decisions, surveys, suggestions.

Thrown with dice of its own, so that what else is invented stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kesu.demo.dice import Bools, Dice, Ints, where
from kesu.demo.items import Part
from kesu.demo.life import NAT, Times, later
from kesu.demo.sample import Sample
from kesu.demo.stock import Branch, Stock

ANSWERS = ("very_satisfied", "satisfied", "basically_satisfied", "neutral", "dissatisfied"), (3, 5, 2, 1, 1)


def outcomes(branch: Branch, stock: Stock, sample: Sample, now: np.datetime64) -> Iterator[Part]:
    """One block of rows for each kind of item."""
    yield from _Outcomes(branch, stock, sample, now).parts()


class _Outcomes:
    def __init__(self, branch: Branch, stock: Stock, sample: Sample, now: np.datetime64) -> None:
        self._branch, self._words, self._now, self._frame = branch, stock.words, now, sample.complaints
        self._dice = Dice(7 * len(sample.complaints) + 1)
        frame = self._frame
        self._resolved, self._called, reopened = (
            frame[key].to_numpy("datetime64[s]") for key in ("resolved_at", "called_back_at", "reopened_at")
        )
        complaint = frame["kind"].eq("complaint").to_numpy(bool)
        self._once = complaint & ~np.isnat(self._called) & np.isnat(reopened)
        self._reached = self._once & frame["callback_reached"].eq("yes").to_numpy(bool)
        self._unhappy = self._reached & frame["satisfaction"].isin(
            ["dissatisfied", "very_dissatisfied"]
        ).to_numpy(bool)
        self._closed = self._once & frame["status"].eq("closed").to_numpy(bool)

    def parts(self) -> Iterator[Part]:
        yield self._missed(self._rows(self._once & ~self._reached, 1.0), self._called)
        before = self._resolved + ((self._called - self._resolved) // 2)
        again = self._rows(self._reached & (self._called - self._resolved > np.timedelta64(7200, "s")), 0.08)
        yield self._missed(again, before)
        yield self._call(again, self._called) | {
            "result": "done",
            "satisfaction": self._text("satisfaction")[again],
        }
        yield self._decided()
        yield self._asked()
        at = self._rows(self._reached, 0.04)
        yield self._part(at, "suggestion", self._called, self._dice.pick(len(at), self._words["suggestions"]))

    def _decided(self) -> Part:
        """Where a closed case could go no further somebody of weight has said so, but not always."""
        at = self._rows(
            self._closed & (self._unhappy | ~self._reached) & (later(self._called, 24.0) < self._now), 0.7
        )
        who = self._dice.pick(len(at), self._branch.supervisors)
        what = np.where(self._reached[at], self._words["decided_unhappy"], self._words["decided_unreached"])
        return self._part(at, "decision", later(self._called, 24.0), what) | {
            "noted_by": who,
            "owner": who,
            "done_at": later(self._called[at], 24.0),
        }

    def _asked(self) -> Part:
        sent = later(self._resolved, 72.0)
        at = self._rows(self._closed & (sent < self._now), 0.12)
        back = later(sent[at], self._dice.whole(len(at), 2, 60).astype(float))
        back = np.where(self._dice.chance(len(at), 0.45) & (back < self._now), back, NAT)
        answer = self._dice.pick(len(at), *ANSWERS)
        return self._part(at, "survey", sent, self._words["survey"]) | {
            "done_at": back, "satisfaction": where(~np.isnat(back), answer),
        }  # fmt: skip

    def _missed(self, at: Ints, when: Times) -> Part:
        return self._call(at, when) | {"result": "failed"}

    def _call(self, at: Ints, when: Times) -> Part:
        return self._part(at, "contact", when, self._words["called"]) | {
            "for_target": "callback",
            "done_at": when[at],
        }

    def _rows(self, mask: Bools, share: float) -> Ints:
        return np.flatnonzero(mask & self._dice.chance(len(mask), share))

    def _text(self, key: str) -> np.ndarray:
        return self._frame[key].to_numpy(dtype=object)

    def _part(self, at: Ints, kind: str, noted: Times, what: object) -> Part:
        return {
            "at": at, "item_kind": kind, "what": what, "noted_at": noted[at], "noted_by": self._text("owner")[at],
            "owner": self._text("owner")[at],
        }  # fmt: skip
