"""The complaints of one invented branch, sampled column by column: the same code makes a hundred rows or a million."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kesu.demo import arrivals
from kesu.demo.dice import Bools, Dice, Ints, Objects, array, by_key, where
from kesu.demo.life import DAY, Times, course_of, escalated_to, status_of
from kesu.demo.stock import Branch, Issue, Stock
from kesu.demo.words import Words
from kesu.register.codes import SERVICE_CHANNELS
from kesu.register.columns import REGISTER

CHANNELS: Final = {"phone": 46, "online": 22, "email": 8, "social": 7, "visit": 10, "letter": 4, "other": 3}
COLLECTED: Final = {
    "online": "form",
    "email": "survey",
    "social": "review",
    "visit": "form",
    "letter": "other",
}
"""How feedback and praise were taken down, by channel; an agent's notes where it says nothing."""
SEVERITIES: Final = {"minor": 26, "normal": 50, "severe": 17, "urgent": 7}
MOODS: Final = {
    "minor": (40, 20, 30, 9, 1),
    "normal": (22, 25, 33, 18, 2),
    "severe": (6, 24, 26, 34, 10),
    "urgent": (3, 33, 10, 34, 20),
}
MOOD_KEYS: Final = ("calm", "anxious", "dissatisfied", "angry", "furious")
WANTED: Final = {
    "quality": ("improvement", "compensation", "be_heard"),
    "attitude": ("respect", "accountability", "respect|accountability"),
    "delivery": ("improvement", "compensation", "respect|compensation"),
    "price": ("compensation", "be_heard|compensation", "be_heard"),
    "process": ("improvement", "respect|improvement", "be_heard"),
}
SATISFACTION: Final = {
    "very_satisfied": (31, 9), "satisfied": (45, 30), "basically_satisfied": (19, 31),
    "dissatisfied": (4, 21), "very_dissatisfied": (1, 9),
}  # fmt: skip
"""Answers in the call-back: where the reply came in good time, and where the customer had to wait."""


@dataclass(frozen=True)
class Sample:
    """What was sampled: the frame, and what the items need to know beside it."""

    complaints: pd.DataFrame
    issues: Sequence[Issue]
    issue: Ints
    first_contact: Bools
    earlier: Times
    """When a complaint that came back and is resolved again had been resolved at first."""


@dataclass(frozen=True)
class _Drawn:
    """What is decided of every row before its cells are written."""

    dice: Dice
    branch: Branch
    words: Words
    received: Times
    kind: NDArray[np.str_]
    channel: NDArray[np.str_]
    severity: NDArray[np.str_]
    mood: Objects
    at_once: Bools
    life: dict[str, Times]
    agent: Objects

    @property
    def complaint(self) -> Bools:
        mask: Bools = self.kind == "complaint"
        return mask

    @property
    def urgent(self) -> Bools:
        return np.isin(self.severity, ("severe", "urgent"))

    @property
    def solved(self) -> Bools:
        return ~np.isnat(self.life["resolved_at"])

    def transfers(self) -> NDArray[np.float64]:
        none = self.at_once | ~self.complaint
        return np.where(none, 0, self.dice.position(len(none), (58, 39, 3))).astype(float)

    def money(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Claimed and paid."""
        dice, rows = self.dice, len(self.kind)
        often = np.where(self.words.of("category") == "price", 0.4, 0.12)
        claimed = np.where(self.complaint & (dice.uniform(rows) < often), np.round(dice.lognormal(rows, 90, 0.9)), np.nan)  # fmt: skip
        pays = self.solved & ~np.isnan(claimed) & dice.chance(rows, 0.7)
        return claimed, np.where(pays, np.round(claimed * (0.3 + 0.7 * dice.uniform(rows))), np.nan)

    def asked_back(self) -> tuple[Bools, Objects]:
        """Whether the call-back reached the customer, and the answer."""
        life, dice, rows = self.life, self.dice, len(self.kind)
        reached = ~np.isnat(life["called_back_at"]) & dice.chance(rows, 0.93)
        waited = (
            np.where(np.isnat(life["replied_at"]), self.received, life["replied_at"]) - self.received
            > DAY * 1.2
        )
        rude = self.words.of("category") == "attitude"
        answer = by_key(
            dice, np.where(waited | rude & dice.chance(rows, 0.2), "late", "good").astype(str),
            {key: (list(SATISFACTION), [w[at] for w in SATISFACTION.values()]) for at, key in enumerate(("good", "late"))},
        )  # fmt: skip
        return reached, where(reached, answer)

    def told(self) -> dict[str, Any]:
        """What was noted when the case came in."""
        dice, words, complaint, named = (
            self.dice,
            self.words,
            self.complaint,
            self.complaint | (self.kind == "praise"),
        )
        category = words.of("category")
        return {
            "received_at": self.received,
            "channel": self.channel,
            "collection": where(~complaint, array([COLLECTED.get(one, "notes") for one in self.channel.tolist()])),
            "first_responsible": self.agent,
            "sent_at": arrivals.sent(dice, self.received, self.channel),
            "verbatim": words.verbatims(self.mood, complaint),
            "details": where(complaint, words.filled("details")),
            "category": category,
            "product": words.named[0],
            "version": words.named[1],
            "emotional_state": where(complaint, self.mood),
            "expectation": where(complaint, by_key(dice, category.astype(str), {
                key: (WANTED.get(key, ("be_heard", "improvement")), None) for key in dict.fromkeys(category)
            })),
            "evidence": where(dice.chance(len(category), 0.22), words.filled("evidence")),
            "involved_staff": where(named, np.where(category == "attitude", words.filled("attitude_staff"), words.filled("nobody"))),
            "involved_departments": where(named, words.of("department")),
        }  # fmt: skip

    def handled(self) -> dict[str, Any]:
        """What was found out, done and settled since."""
        dice, words, complaint, solved, rows = (
            self.dice,
            self.words,
            self.complaint,
            self.solved,
            len(self.kind),
        )
        replied = complaint & ~np.isnat(self.life["replied_at"])
        return {
            "measures_taken": words.measures(complaint, self.kind),
            "severity": where(complaint, self.severity),
            "scope": where(complaint, dice.pick(rows, ("single", "several", "widespread"), (83, 14, 3))),
            "root_cause": where(replied, words.of("cause")),
            "responsibility": where(complaint, np.where(
                solved & dice.chance(rows, 0.96), words.of("responsibility"), "pending")),
            "owner": np.where(dice.chance(rows, 0.7), self.agent, dice.pick(rows, self.branch.agents)),
            "solution": where(complaint & solved, words.of("solution")),
            "remedy": where(complaint & solved, words.of("remedy")),
            "customer_agreed": where(replied & (solved | dice.chance(rows, 0.35)), where(solved, "yes", "no")),
            **self.life,
            "resolved_on_first_contact": where(complaint & solved, np.where(self.at_once, "yes", "no")),
            "escalated_to": escalated_to(dice, self.urgent, self.mood, complaint & ~self.at_once),
            "lessons": where(complaint & solved & dice.chance(rows, 0.2), words.filled("lessons")),
            "status": status_of(self.life, self.kind),
        }  # fmt: skip


def sample_complaints(
    branch: Branch, stock: Stock, rows: int, dice: Dice, begin: dt.datetime, as_of: dt.datetime
) -> Sample:
    """``rows`` complaints, feedback and praise received from ``begin`` to ``as_of``, in order of receipt."""
    now = np.datetime64(as_of, "s")
    received = arrivals.received(dice, rows, np.datetime64(begin, "s"), now)
    kind = dice.pick(rows, ("complaint", "feedback", "praise"), (86, 9, 5)).astype(str)
    issue, customer = arrivals.issues_and_customers(dice, stock, received, kind)
    words = Words(dice, branch, stock, issue)
    complaint = kind == "complaint"
    people = arrivals.people_of(dice, stock, branch, customer)
    severity = dice.pick(rows, list(SEVERITIES), list(SEVERITIES.values())).astype(str)
    severity[~complaint] = "minor"
    urgent = np.isin(severity, ("severe", "urgent"))
    mood = by_key(dice, severity, {key: (MOOD_KEYS, weights) for key, weights in MOODS.items()})
    channel = dice.pick(rows, list(CHANNELS), list(CHANNELS.values())).astype(str)
    at_once = complaint & ~urgent & np.isin(channel, list(SERVICE_CHANNELS))
    at_once &= dice.chance(rows, min(branch.first_contact / 0.76, 1))
    # What came in lately is partly still lying there.
    age_days = (now - received) / DAY
    lying = complaint & dice.chance(rows, 0.85 * np.exp(-age_days / 4) + 0.04 * (age_days < 30))
    at_once &= ~lying
    tier = people["customer_tier"]
    day_only = ~(urgent | (tier == "vip"))
    life = course_of(
        dice, branch, received, tier, severity, channel, at_once, lying, day_only, complaint, now
    )
    answered = np.where(channel == "phone", np.ceil(dice.lognormal(rows, 7, 0.6)), np.nan)
    agent = dice.pick(rows, branch.agents)
    drawn = _Drawn(dice, branch, words, received, kind, channel, severity, mood, at_once, life, agent)
    transfers = drawn.transfers()
    claimed, paid = drawn.money()
    reached, satisfaction = drawn.asked_back()
    frame = {
        "complaint_id": array(arrivals.numbers_of(branch.prefix, received)),
        "kind": kind, **people, "answered_after_seconds": answered, **drawn.told(), **drawn.handled(),
        "transfers": np.where(complaint, transfers, np.nan),
        "compensation_claimed": claimed, "compensation_paid": paid,
        "callback_reached": where(~np.isnat(life["called_back_at"]), np.where(reached, "yes", "no")),
        "satisfaction": satisfaction,
    }  # fmt: skip
    none = np.full(rows, None, dtype=object)
    columns = {column.key: frame.get(column.key, none) for column in REGISTER}
    return Sample(pd.DataFrame(columns), stock.issues, issue, at_once, life["earlier"])
