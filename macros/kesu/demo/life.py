"""The course of an invented complaint: when it is answered, resolved, called back, reopened."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kesu.demo.dice import Bools, Dice, Objects, array, where
from kesu.demo.stock import Branch

Times = NDArray[np.datetime64]

NAT: Final = np.datetime64("NaT", "s")
DAY: Final = np.timedelta64(86400, "s")
REPLY_HOURS: Final = {"vip": 2.2, "mid": 6.0, "other": 11.0}
RESOLUTION_HOURS: Final = {"minor": 20.0, "normal": 27.0, "severe": 19.0, "urgent": 9.0}


# --- the course of a complaint ---------------------------------------------------------------------------


def course_of(
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
    call_back = daytime(later(resolved, dice.lognormal(rows, 16, 0.5)), np.ones(rows, dtype=bool))
    call_back = np.where(complaint & ~dice.chance(rows, 0.012), call_back, NAT)
    # The customer comes back: the handling begins again, so what counts lies after the reopening.
    again = complaint & dice.chance(rows, np.where(at_once, 0.015, 0.11)) & ~np.isnat(call_back)
    reopened = np.where(again, later(call_back, dice.lognormal(rows, 30, 0.6)), NAT)
    again &= reopened < now
    second = np.where(
        again, daytime(later(reopened, dice.lognormal(rows, 14, 0.6) * branch.slow), day_only), NAT
    )
    done = again & (second < now) & ~((now - reopened < 25 * DAY) & dice.chance(rows, 0.7))
    reply = np.where(done, np.maximum(later(reopened, 0.4), later(second, -2.0)), reply)
    earlier, resolved = np.where(done, resolved, NAT), np.where(done, second, resolved)
    call_back = np.where(done, daytime(later(second, dice.lognormal(rows, 16, 0.4)), again), call_back)
    life = {
        "first_response_at": first, "replied_at": reply, "resolved_at": resolved,
        "called_back_at": call_back, "reopened_at": np.where(again, reopened, NAT), "earlier": earlier,
    }  # fmt: skip
    return {key: np.where(times <= now, times, NAT) for key, times in life.items()}


def status_of(life: dict[str, Times], kind: NDArray[np.str_]) -> Objects:
    done = ~np.isnat(life["resolved_at"])
    back = life["reopened_at"] > life["resolved_at"]
    conditions = [
        (kind != "complaint") & ~np.isnat(life["first_response_at"]), back, done & ~np.isnat(life["called_back_at"]), done,
        ~np.isnat(life["first_response_at"]),
    ]  # fmt: skip
    return np.select(conditions, ["closed", "reopened", "closed", "resolved", "in_progress"], "new").astype(
        object
    )


def escalated_to(dice: Dice, urgent: Bools, mood: Objects, possible: Bools) -> Objects:
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
