"""What hangs off the complaints of an invented branch: demands, promises, options, steps, contacts, holds, transfers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from kesu.demo.dice import Bools, Dice, Ints, Objects, array, where
from kesu.demo.life import DAY, NAT, Times, daytime, later
from kesu.demo.sample import Sample
from kesu.demo.stock import Branch, Stock
from kesu.register.columns import ITEMS

SLOW_DEPARTMENTS: Final = ("装维中心", "Field service")
LEVELS: Final = ("high", "medium", "low")

Part = dict[str, Any]


def frame_of(sample: Sample, made: Iterable[Part]) -> pd.DataFrame:
    """Items as a frame, in order of complaint and time noted."""
    parts = [part for part in made if len(part["at"])]
    at = np.concatenate([part["at"] for part in parts])
    columns: dict[str, Any] = {"complaint_id": sample.complaints["complaint_id"].to_numpy()[at]}
    for column in ITEMS[1:]:
        columns[column.key] = np.concatenate([_filled(part, column.key, column.kind) for part in parts])
    order = np.lexsort((columns["noted_at"], at))
    return pd.DataFrame(columns).take(order).reset_index(drop=True)


def _filled(part: Part, key: str, kind: str) -> Any:
    count = len(part["at"])
    empty = {"time": NAT, "number": np.nan}.get(kind)
    values = part.get(key, empty)
    if np.ndim(values) == 0:
        dtype = {"time": "datetime64[s]", "number": float}.get(kind, object)
        return np.full(count, values, dtype=dtype)
    return values


class Items:
    """The items of ``sample``, one method a kind."""

    def __init__(
        self, branch: Branch, stock: Stock, sample: Sample, dice: Dice, now: np.datetime64, itemised: float
    ) -> None:
        self._branch, self._stock, self._sample, self._dice, self._now = branch, stock, sample, dice, now
        frame = sample.complaints
        self._text = {
            key: frame[key].to_numpy(dtype=object)
            for key in (
                "first_responsible", "owner", "customer_name", "customer_account", "verbatim", "measures_taken",
                "involved_departments", "status",
            )
        }  # fmt: skip
        self._time = {
            key: frame[key].to_numpy("datetime64[s]")
            for key in ("received_at", "first_response_at", "replied_at", "resolved_at", "reopened_at")
        }
        complaint = frame["kind"].eq("complaint").to_numpy()
        self._with = (
            complaint & dice.chance(len(frame), itemised) & ~np.isnat(self._time["first_response_at"])
        )
        self._dispatched = self._with & ~sample.first_contact
        self._transfers = np.nan_to_num(frame["transfers"].to_numpy(dtype=float)).astype(int)

    def parts(self) -> Iterator[Part]:
        """One block of rows for each kind of item."""
        yield self._demands(0, 1.0)
        yield self._demands(1, 0.5)
        yield self._commitments()
        for number, share in ((0, 1.0), (1, 0.6)):
            yield self._actions(number, share)
        options = self._rows(self._dispatched & self._replied(), 0.35)
        yield self._options(options, 0)
        yield self._options(options, 1)
        yield self._contacts()
        yield self._agreed_contacts()
        yield self._holds()
        yield self._open_holds()
        for number in (0, 1):
            yield self._transfer(number)
        yield self._due_changes()
        yield self._cycles()

    # --- kinds --------------------------------------------------------------------------------------------

    def _demands(self, number: int, share: float) -> Part:
        at = self._rows(self._with & (self._count("demands") > number), share)
        settled = self._settled(at)
        result = self._dice.pick(len(at), ("done", "declined", "withdrawn"), (90, 7, 3))
        return self._part(
            at, "demand", self._issue_text("demands", at, number), self._time["received_at"][at]
        ) | {
            "done_at": np.where(settled, self._time["resolved_at"][at], NAT),
            "result": where(settled, result),
        }

    def _commitments(self) -> Part:
        at = self._rows(self._with, np.where(self._sample.first_contact, 0.12, 0.7))
        n, dice = len(at), self._dice
        noted = self._time["first_response_at"][at]
        due = daytime(
            later(noted, dice.pick(n, (2, 4, 24, 48), (25, 25, 40, 10)).astype(float)), np.ones(n, dtype=bool)
        )
        span = (due - noted).astype(np.int64)
        early = noted + (span * (0.3 + 0.65 * dice.uniform(n))).astype("timedelta64[s]").astype(
            "timedelta64[m]"
        )
        done = np.where(dice.chance(n, 0.95), early, later(due, 0.2 + 9 * dice.uniform(n)))
        left = np.isnat(self._time["resolved_at"][at]) & dice.chance(n, 0.5)
        done = np.where((done > self._now) | left, NAT, done)
        when = pd.DatetimeIndex(due).strftime(self._stock.words["when"])
        texts = dice.pick(n, self._stock.words["commitments"])
        what = array([text.format(when=time) for text, time in zip(texts, when, strict=True)])
        return self._part(at, "commitment", what, noted) | {
            "due_at": due, "done_at": done, "result": where(~np.isnat(done), "done"),
        }  # fmt: skip

    def _actions(self, number: int, share: float) -> Part:
        at = self._rows(self._dispatched & self._replied() & (self._count("actions") > number), share)
        n, dice = len(at), self._dice
        noted = self._time["replied_at"][at]
        slow = np.where(np.isin(self._text["involved_departments"][at], SLOW_DEPARTMENTS), 1.7, 1.0)
        resolved = self._time["resolved_at"][at]
        done = later(noted, dice.lognormal(n, 8.5, 0.6) * slow * min(self._branch.slow, 1.3))
        done = np.where(done > resolved, resolved, done)
        left = np.isnat(resolved) & dice.chance(n, 0.6)
        done = np.where((done > self._now) | left, NAT, done)
        return self._part(at, "action", self._issue_text("actions", at, number), noted) | {
            "due_at": np.where(dice.chance(n, 0.7), noted + DAY, NAT),
            "done_at": done,
            "result": where(~np.isnat(done), "done"),
        }

    def _options(self, at: Ints, number: int) -> Part:
        n, dice, words = len(at), self._dice, self._stock.words
        reason = dice.pick(n, words["option_not" if number else "option_reason"])
        stop = "。" if self._stock.lang == "zh" else ". "
        texts = self._issue_text("options", at, number)
        what = array([f"{text}{stop}{why}" for text, why in zip(texts, reason, strict=True)])
        return self._part(at, "option", what, later(self._time["replied_at"][at], -0.2)) | {
            "cost": dice.whole(n, 2, 36).astype(float) * 10,
            "duration_hours": dice.pick(n, (2.0, 4.0, 24.0, 48.0, 72.0)).astype(float),
            "feasibility": dice.pick(n, LEVELS, (2, 5, 3) if number else (6, 3, 1)),
            "expected_satisfaction": dice.pick(n, LEVELS, (2, 5, 3) if number else (5, 4, 1)),
            "chosen": "no" if number else "yes",
        }

    def _contacts(self) -> Part:
        at = self._rows(self._dispatched, 0.65)
        n, dice = len(at), self._dice
        first = self._time["first_response_at"][at]
        done = daytime(later(first, 0.4 + dice.lognormal(n, 5, 0.6)), np.ones(n, dtype=bool))
        done = np.where(done > self._now, NAT, done)
        result = np.where(dice.chance(n, 0.9), "done", "failed")
        return self._part(at, "contact", dice.pick(n, self._stock.words["contacts"][:3]), first) | {
            "done_at": done, "result": where(~np.isnat(done), result),
        }  # fmt: skip

    def _agreed_contacts(self) -> Part:
        """The customer asked to be called at a certain time, which replaces the rule."""
        waiting = self._dispatched & np.isnat(self._time["resolved_at"])
        at = self._rows(self._dispatched, np.where(waiting, 0.45, 0.06))
        n, dice = len(at), self._dice
        replied = self._time["replied_at"][at]
        ahead = later(np.full(n, self._now), dice.whole(n, -8, 40).astype(float))
        due = daytime(np.where(np.isnat(replied), ahead, later(replied, 1.0)), np.ones(n, dtype=bool))
        return self._part(
            at, "contact", self._stock.words["contacts"][3], self._time["first_response_at"][at]
        ) | {
            "for_target": "reply",
            "due_at": due,
            "done_at": replied,
            "result": where(~np.isnat(replied), "done"),
        }

    def _holds(self) -> Part:
        replied, resolved = self._time["replied_at"], self._time["resolved_at"]
        at = self._rows(self._dispatched & (resolved - replied > np.timedelta64(3600, "s")), 0.13)
        span = (resolved[at] - replied[at]).astype(np.int64)
        start = later(replied[at], span * 0.2 / 3600)
        return self._part(at, "hold", self._dice.pick(len(at), self._stock.words["holds"]), start) | {
            "started_at": start, "done_at": later(replied[at], span * 0.7 / 3600), "result": "done",
        }  # fmt: skip

    def _open_holds(self) -> Part:
        still = self._dispatched & self._replied() & (self._text["status"] == "in_progress")
        at = self._rows(still, 0.4)
        start = np.minimum(later(self._time["replied_at"][at], 1.5), self._now)
        return self._part(at, "hold", self._dice.pick(len(at), self._stock.words["holds"]), start) | {
            "started_at": start
        }

    def _transfer(self, number: int) -> Part:
        at = self._rows(self._dispatched & (self._transfers > number), 1.0)
        n, dice = len(at), self._dice
        decided = later(self._time["first_response_at"][at], 0.15 + number * 3.0)
        decided = np.minimum(decided, self._now - np.timedelta64(3600, "s"))
        wait = np.where(dice.chance(n, 0.9), dice.whole(n, 10, 55), dice.whole(n, 180, 2400))
        started = decided + wait.astype("timedelta64[s]")
        form = self._stock.words["transfer"]
        keys = ("customer_name", "customer_account", "verbatim", "measures_taken")
        rows = zip(*(self._text[key][at] for key in keys), strict=True)
        what = array([
            form.format(name=name, account=account, problem=said.rstrip("。.！!？? "), measures=measures)
            for name, account, said, measures in rows
        ])  # fmt: skip
        return self._part(at, "transfer", what, decided) | {
            "owner": dice.pick(n, self._branch.supervisors),
            "started_at": started,
            "done_at": np.minimum(later(started, dice.lognormal(n, 0.4, 0.5)), self._now),
            "result": "done",
        }

    def _due_changes(self) -> Part:
        at = self._rows(self._dispatched & self._replied(), 0.08)
        noted = self._time["replied_at"][at]
        due = daytime(
            later(noted, self._dice.whole(len(at), 60, 110).astype(float)), np.ones(len(at), dtype=bool)
        )
        return self._part(at, "due_change", self._dice.pick(len(at), self._stock.words["due_changes"]), noted) | {
            "for_target": "resolution", "due_at": due, "owner": self._dice.pick(len(at), self._branch.supervisors),
        }  # fmt: skip

    def _cycles(self) -> Part:
        at = np.flatnonzero(~np.isnat(self._sample.earlier))
        what = self._dice.pick(len(at), self._stock.words["came_back"])
        return self._part(at, "cycle", what, self._time["reopened_at"][at]) | {
            "started_at": self._time["received_at"][at], "done_at": self._sample.earlier[at],
        }  # fmt: skip

    # --- helpers ------------------------------------------------------------------------------------------

    def _rows(self, mask: Bools, share: Any) -> Ints:
        return np.flatnonzero(mask & self._dice.chance(len(mask), share))

    def _part(self, at: Ints, kind: str, what: Any, noted_at: Times) -> Part:
        return {
            "at": at, "item_kind": kind, "what": what, "noted_at": noted_at,
            "noted_by": self._text["first_responsible"][at],
            "owner": self._text["owner"][at],
            "department": self._text["involved_departments"][at],
        }  # fmt: skip

    def _replied(self) -> Bools:
        replied: Bools = ~np.isnat(self._time["replied_at"])
        return replied

    def _settled(self, at: Ints) -> Bools:
        reopened = self._time["reopened_at"][at] > self._time["resolved_at"][at]
        settled: Bools = ~np.isnat(self._time["resolved_at"][at]) & ~reopened
        return settled

    def _count(self, field: str) -> Ints:
        counts = np.array([len(getattr(issue, field) or ()) for issue in self._sample.issues])
        return np.asarray(counts[self._sample.issue])

    def _issue_text(self, field: str, at: Ints, number: int) -> Objects:
        texts = [([*(getattr(issue, field) or ()), "", ""])[number] for issue in self._sample.issues]
        return array(texts)[self._sample.issue[at]]
