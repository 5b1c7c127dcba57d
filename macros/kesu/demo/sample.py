"""The complaints of one invented branch, sampled column by column: the same code makes a hundred rows or a million."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kesu.demo.dice import Bools, Dice, Ints, Objects, array, by_key, where
from kesu.demo.stock import OCTOBER_RISE, Branch, Issue, Stock
from kesu.demo.words import Words
from kesu.register.codes import SERVICE_CHANNELS
from kesu.register.columns import REGISTER

Times = NDArray[np.datetime64]

NAT: Final = np.datetime64("NaT", "s")
DAY: Final = np.timedelta64(86400, "s")
WEEKDAYS: Final = (1.25, 1.15, 1.05, 1.0, 1.05, 0.55, 0.4)
HOURS: Final = (
    *(0.05,) * 6, 0.15, 0.5, 1.6, 2.6, 2.8, 2.2, 1.5, 1.6, 2.3, 2.4, 2.2, 1.8, 1.3, 1.5, 1.6, 1.1, 0.5, 0.2,
)  # fmt: skip
"""How busy each hour of the day is."""

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
TIERS: Final = {"vip": 12, "mid": 33, "other": 55}
MOODS: Final = {
    "minor": (40, 20, 30, 9, 1),
    "normal": (22, 25, 33, 18, 2),
    "severe": (6, 24, 26, 34, 10),
    "urgent": (3, 33, 10, 34, 20),
}
MOOD_KEYS: Final = ("calm", "anxious", "dissatisfied", "angry", "furious")
REPLY_HOURS: Final = {"vip": 2.2, "mid": 6.0, "other": 11.0}
RESOLUTION_HOURS: Final = {"minor": 20.0, "normal": 27.0, "severe": 19.0, "urgent": 9.0}
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


def sample_complaints(
    branch: Branch, stock: Stock, rows: int, dice: Dice, begin: dt.datetime, as_of: dt.datetime
) -> Sample:
    """``rows`` complaints, feedback and praise received from ``begin`` to ``as_of``, in order of receipt."""
    now = np.datetime64(as_of, "s")
    received = _received(dice, rows, np.datetime64(begin, "s"), now)
    kind = dice.pick(rows, ("complaint", "feedback", "praise"), (86, 9, 5)).astype(str)
    issue, customer = _issues_and_customers(dice, stock, received, kind)
    words = Words(dice, branch, stock, issue)
    complaint = kind == "complaint"
    people = _people(dice, stock, branch, customer)
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
    day_only = ~(urgent | (people["customer_tier"] == "vip"))
    life = _life(
        dice,
        branch,
        received,
        people["customer_tier"],
        severity,
        channel,
        at_once,
        lying,
        day_only,
        complaint,
        now,
    )
    answered = np.where(channel == "phone", np.ceil(dice.lognormal(rows, 7, 0.6)), np.nan)
    agent = dice.pick(rows, branch.agents)
    category = words.of("category")
    transfers = np.where(at_once | ~complaint, 0, dice.place(rows, (58, 39, 3))).astype(float)
    claimed = np.where(
        complaint & (dice.uniform(rows) < np.where(category == "price", 0.4, 0.12)),
        np.round(dice.lognormal(rows, 90, 0.9)), np.nan,
    )  # fmt: skip
    solved = ~np.isnat(life["resolved_at"])
    paid = np.where(
        solved & ~np.isnan(claimed) & dice.chance(rows, 0.7),
        np.round(claimed * (0.3 + 0.7 * dice.uniform(rows))),
        np.nan,
    )
    reached = ~np.isnat(life["called_back_at"]) & dice.chance(rows, 0.93)
    waited = np.where(np.isnat(life["replied_at"]), received, life["replied_at"]) - received > DAY * 1.2
    satisfaction = by_key(
        dice, np.where(waited | (category == "attitude") & dice.chance(rows, 0.2), "late", "good").astype(str),
        {key: (list(SATISFACTION), [w[at] for w in SATISFACTION.values()]) for at, key in enumerate(("good", "late"))},
    )  # fmt: skip
    frame = {
        "complaint_id": array(_numbers(branch.prefix, received)),
        "kind": kind,
        **people,
        "received_at": received,
        "channel": channel,
        "collection": where(~complaint, array([COLLECTED.get(one, "notes") for one in channel.tolist()])),
        "first_responsible": agent,
        "sent_at": _sent(dice, received, channel),
        "answered_after_seconds": answered,
        "verbatim": words.verbatims(mood, complaint),
        "details": where(complaint, words.filled("details")),
        "category": category,
        "product": words.named[0],
        "version": words.named[1],
        "emotional_state": where(complaint, mood),
        "expectation": where(complaint, by_key(dice, category.astype(str), {
            key: (WANTED.get(key, ("be_heard", "improvement")), None) for key in dict.fromkeys(category)
        })),
        "evidence": where(dice.chance(rows, 0.22), words.filled("evidence")),
        "involved_staff": where(complaint | (kind == "praise"), np.where(
            category == "attitude", words.filled("attitude_staff"), words.filled("nobody"))),
        "involved_departments": where(complaint | (kind == "praise"), words.of("department")),
        "measures_taken": words.measures(complaint, kind),
        "severity": where(complaint, severity),
        "scope": where(complaint, dice.pick(rows, ("single", "several", "widespread"), (83, 14, 3))),
        "root_cause": where(complaint & ~np.isnat(life["replied_at"]), words.of("cause")),
        "responsibility": where(complaint, np.where(
            solved & dice.chance(rows, 0.96), words.of("responsibility"), "pending")),
        "owner": np.where(dice.chance(rows, 0.7), agent, dice.pick(rows, branch.agents)),
        "solution": where(complaint & solved, words.of("solution")),
        "remedy": where(complaint & solved, words.of("remedy")),
        "customer_agreed": where(
            complaint & ~np.isnat(life["replied_at"]) & (solved | dice.chance(rows, 0.35)), where(solved, "yes", "no")
        ),
        **life,
        "resolved_on_first_contact": where(complaint & solved, np.where(at_once, "yes", "no")),
        "transfers": np.where(complaint, transfers, np.nan),
        "escalated_to": _escalated(dice, urgent, mood, complaint & ~at_once),
        "compensation_claimed": claimed,
        "compensation_paid": paid,
        "callback_reached": where(~np.isnat(life["called_back_at"]), np.where(reached, "yes", "no")),
        "satisfaction": where(reached, satisfaction),
        "lessons": where(complaint & solved & dice.chance(rows, 0.2), words.filled("lessons")),
        "status": _status(life, kind),
    }  # fmt: skip
    none = np.full(rows, None, dtype=object)
    columns = {column.key: frame.get(column.key, none) for column in REGISTER}
    return Sample(pd.DataFrame(columns), stock.issues, issue, at_once, life["earlier"])


# --- who and when ----------------------------------------------------------------------------------------


def _received(dice: Dice, rows: int, begin: np.datetime64, now: np.datetime64) -> Times:
    days = np.arange(begin.astype("datetime64[D]"), now.astype("datetime64[D]") + 1)
    weights = np.array(WEEKDAYS)[(days.astype(int) + 3) % 7]
    weights *= np.where(days.astype("datetime64[M]").astype(int) % 12 == 9, 1.25, 1.0)
    day = days[dice.place(rows, weights.tolist())].astype("datetime64[s]")
    minute = dice.place(rows, HOURS) * 60 + dice.whole(rows, 0, 59)
    received = day + minute * np.timedelta64(60, "s")
    late = received >= now
    received[late] = now - dice.whole(int(late.sum()), 3, 8 * 60) * np.timedelta64(60, "s")
    return np.sort(received)


def _issues_and_customers(
    dice: Dice, stock: Stock, received: Times, kind: NDArray[np.str_]
) -> tuple[Ints, Ints]:
    """What about, and who. One in sixteen is the same customer with the same issue again."""
    rows = len(received)
    issue = np.zeros(rows, dtype=np.int64)
    october = received.astype("datetime64[M]").astype(int) % 12 == 9
    for one in ("complaint", "feedback", "praise"):
        for rise in (False, True):
            weights = [
                (OCTOBER_RISE.get(entry.category, 1.0) if rise else 1.0) if entry.kind == one else 0.0
                for entry in stock.issues
            ]
            mine = (kind == one) & (october == rise)
            issue[mine] = dice.place(int(mine.sum()), weights)
    customer = dice.whole(rows, 0, rows * 2)
    again = dice.chance(rows, 0.065) & (kind == "complaint")
    at = np.arange(rows)
    back = np.maximum(at - dice.whole(rows, 1, max(rows // 14, 1)), 0)
    fit = np.where(~again & (kind == "complaint"), at, 0)
    source = np.maximum.accumulate(fit)[back]
    again &= kind[source] == "complaint"
    return np.where(again, issue[source], issue), np.where(again, customer[source], customer)


def _people(dice: Dice, stock: Stock, branch: Branch, customer: Ints) -> dict[str, Any]:
    """Name, contact, account and tier: properties of the customer, the same in every row of theirs."""
    pool = int(customer.max(initial=0)) + 1
    family, given = dice.pick(pool, stock.family), dice.pick(pool, stock.given)
    spread = (np.arange(pool) * 7919 + 13) % 10000
    mail = dice.chance(pool, 0.12)
    tier = dice.pick(pool, list(TIERS), list(TIERS.values()))
    who = customer.tolist()
    if branch.lang == "zh":
        names = [family[c] + given[c] for c in who]
        contacts = [f"1990000{spread[c]:04d}" for c in who]
    else:
        names = [f"{given[c]} {family[c]}" for c in who]
        contacts = [f"+44 7700 900{spread[c] % 1000:03d}" for c in who]
    contacts = [f"user{c:06d}@example.com" if mail[c] else one for c, one in zip(who, contacts, strict=True)]
    return {
        "customer_name": array(names),
        "customer_contact": array(contacts),
        "customer_account": array([f"{branch.prefix}{10_000_000 + c * 3:08d}" for c in who]),
        "customer_tier": tier[customer].astype(str),
    }


def _numbers(prefix: str, received: Times) -> list[str]:
    """Complaint numbers: prefix, month of receipt, running number."""
    months = received.astype("datetime64[M]").astype(str)
    return [f"{prefix}{month[:4]}{month[5:]}{at:05d}" for at, month in enumerate(months.tolist(), start=1)]


def _sent(dice: Dice, received: Times, channel: NDArray[np.str_]) -> Times:
    ago = np.where(channel == "letter", dice.whole(len(received), 30, 96), dice.whole(len(received), 1, 10))
    return np.where(np.isin(channel, ("letter", "email")), received - ago * np.timedelta64(3600, "s"), NAT)


# --- the course of a complaint ---------------------------------------------------------------------------


def _life(
    dice: Dice, branch: Branch, received: Times, tier: NDArray[np.str_], severity: NDArray[np.str_],
    channel: NDArray[np.str_], at_once: Bools,
    lying: Bools, day_only: Bools, complaint: Bools, now: np.datetime64,
) -> dict[str, Times]:  # fmt: skip
    """First response, reply, resolution, call-back, reopening, and the earlier resolution; what would lie after ``now`` has not happened."""
    rows = len(received)
    live = np.isin(channel, ("phone", "online", "visit"))
    first = later(received, dice.lognormal(rows, np.where(live, 0.12, 1.8), 0.7) * branch.slow)
    first = daytime(first, day_only & ~live)
    slow_one = np.where(dice.chance(rows, 0.03), 4.0, 1.0) * branch.slow
    reply_median = np.vectorize(REPLY_HOURS.__getitem__, otypes=[float])(tier)
    reply = daytime(later(received, dice.lognormal(rows, reply_median, 0.42) * slow_one), day_only)
    reply = np.where(
        at_once, later(first, 0.1 + dice.uniform(rows) * 0.5), np.maximum(reply, later(first, 0.2))
    )
    median = np.vectorize(RESOLUTION_HOURS.__getitem__, otypes=[float])(severity)
    resolved = daytime(later(received, dice.lognormal(rows, median, 0.5) * slow_one), day_only)
    resolved = np.where(at_once, reply, np.maximum(resolved, later(reply, 0.5)))
    reply = np.where(complaint, reply, NAT)
    resolved = np.where(lying, NAT, resolved)
    unanswered = lying & dice.chance(rows, 0.4)
    reply = np.where(unanswered, NAT, reply)
    first = np.where(unanswered & (now - received < 3 * DAY), NAT, first)
    callback = daytime(later(resolved, dice.lognormal(rows, 16, 0.5)), np.ones(rows, dtype=bool))
    callback = np.where(complaint & ~dice.chance(rows, 0.012), callback, NAT)
    # The customer comes back: the handling begins again, so what counts lies after the reopening.
    again = complaint & dice.chance(rows, np.where(at_once, 0.015, 0.11)) & ~np.isnat(callback)
    reopened = np.where(again, later(callback, dice.lognormal(rows, 30, 0.6)), NAT)
    again &= reopened < now
    second = np.where(
        again, daytime(later(reopened, dice.lognormal(rows, 14, 0.6) * branch.slow), day_only), NAT
    )
    done = again & (second < now) & ~((now - reopened < 25 * DAY) & dice.chance(rows, 0.7))
    reply = np.where(done, np.maximum(later(reopened, 0.4), later(second, -2.0)), reply)
    earlier, resolved = np.where(done, resolved, NAT), np.where(done, second, resolved)
    callback = np.where(done, daytime(later(second, dice.lognormal(rows, 16, 0.4)), again), callback)
    life = {
        "first_response_at": first, "replied_at": reply, "resolved_at": resolved,
        "called_back_at": callback, "reopened_at": np.where(again, reopened, NAT), "earlier": earlier,
    }  # fmt: skip
    return {key: np.where(times <= now, times, NAT) for key, times in life.items()}


def _status(life: dict[str, Times], kind: NDArray[np.str_]) -> Objects:
    done = ~np.isnat(life["resolved_at"])
    back = life["reopened_at"] > life["resolved_at"]
    conditions = [
        (kind != "complaint") & ~np.isnat(life["first_response_at"]), back, done & ~np.isnat(life["called_back_at"]), done,
        ~np.isnat(life["first_response_at"]),
    ]  # fmt: skip
    return np.select(conditions, ["closed", "reopened", "closed", "resolved", "in_progress"], "new").astype(
        object
    )


def _escalated(dice: Dice, urgent: Bools, mood: Objects, possible: Bools) -> Objects:
    outside = ("ministry", "group", "regulator", "consumer_association", "petition")
    rows = len(urgent)
    away = possible & (dice.uniform(rows) < np.where(mood == "furious", 0.6, 0.015))
    out = dice.pick(rows, outside, (2, 2, 3, 3, 2))
    both = np.where(away & urgent, array([f"internal|{word}" for word in out]), out)
    return where(away, both, where(urgent, "internal"))


def later(start: Times, hours: ArrayLike) -> Times:
    """``start`` plus ``hours``, to the minute."""
    minutes = np.floor(np.asarray(hours, dtype=float) * 60).astype(np.int64)
    return np.asarray(start + minutes * np.timedelta64(60, "s"))


def daytime(times: Times, only: Bools) -> Times:
    """Moves what falls between 21:30 and 8:00 to the next morning where ``only`` the day shift works on it."""
    day = times.astype("datetime64[D]").astype("datetime64[s]")
    second = np.where(np.isnat(times), 0, (times - day).astype(np.int64))
    morning = np.where(second > 12 * 3600, day + DAY, day) + (8 * 3600 + second % 5400).astype(
        "timedelta64[s]"
    )
    night = (second > 21.5 * 3600) | (second < 8 * 3600)
    return np.where(night & only & ~np.isnat(times), morning, times)
