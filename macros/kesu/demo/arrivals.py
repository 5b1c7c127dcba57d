"""When complaints come in, about what and from whom."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kesu.demo.dice import Dice, Ints, array
from kesu.demo.life import NAT, Times
from kesu.demo.stock import OCTOBER_RISE, Branch, Stock

WEEKDAYS: Final = (1.25, 1.15, 1.05, 1.0, 1.05, 0.55, 0.4)
HOURS: Final = (
    *(0.05,) * 6, 0.15, 0.5, 1.6, 2.6, 2.8, 2.2, 1.5, 1.6, 2.3, 2.4, 2.2, 1.8, 1.3, 1.5, 1.6, 1.1, 0.5, 0.2,
)  # fmt: skip
"""How busy each hour of the day is."""

TIERS: Final = {"vip": 12, "mid": 33, "other": 55}


def received(dice: Dice, rows: int, begin: np.datetime64, now: np.datetime64) -> Times:
    """When ``rows`` records come in between ``begin`` and ``now``: seldom at night, more in October; ascending."""
    days = np.arange(begin.astype("datetime64[D]"), now.astype("datetime64[D]") + 1)
    weights = np.array(WEEKDAYS)[(days.astype(int) + 3) % 7]
    weights *= np.where(days.astype("datetime64[M]").astype(int) % 12 == 9, 1.25, 1.0)
    day = days[dice.position(rows, weights.tolist())].astype("datetime64[s]")
    minute = dice.position(rows, HOURS) * 60 + dice.whole(rows, 0, 59)
    times = day + minute * np.timedelta64(60, "s")
    late = times >= now
    times[late] = now - dice.whole(int(late.sum()), 3, 8 * 60) * np.timedelta64(60, "s")
    return np.sort(times)


def issues_and_customers(
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
            issue[mine] = dice.position(int(mine.sum()), weights)
    customer = dice.whole(rows, 0, rows * 2)
    again = dice.chance(rows, 0.065) & (kind == "complaint")
    at = np.arange(rows)
    back = np.maximum(at - dice.whole(rows, 1, max(rows // 14, 1)), 0)
    fit = np.where(~again & (kind == "complaint"), at, 0)
    source = np.maximum.accumulate(fit)[back]
    again &= kind[source] == "complaint"
    return np.where(again, issue[source], issue), np.where(again, customer[source], customer)


def people_of(dice: Dice, stock: Stock, branch: Branch, customer: Ints) -> dict[str, Any]:
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


def numbers_of(prefix: str, received: Times) -> list[str]:
    """Complaint numbers: prefix, month of receipt, running number."""
    months = received.astype("datetime64[M]").astype(str)
    return [f"{prefix}{month[:4]}{month[5:]}{at:05d}" for at, month in enumerate(months.tolist(), start=1)]


def sent(dice: Dice, received: Times, channel: NDArray[np.str_]) -> Times:
    """When what came by post or e-mail was sent; NaT for all else."""
    ago = np.where(channel == "letter", dice.whole(len(received), 30, 96), dice.whole(len(received), 1, 10))
    return np.where(np.isin(channel, ("letter", "email")), received - ago * np.timedelta64(3600, "s"), NAT)
