"""How long a million deadlines take, and how many times faster than `businesstimedelta` that is; numpy's bare count of
working days, which knows neither hours nor holds, beside them.

First the clock alone, then whole registers: matching rules, cycles, holds, agreed times, states, share used.

Usage: python benchmarks/deadlines.py [complaints]
"""

import datetime as dt
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import businesstimedelta
import holidays
import numpy as np

from kesu.register.settings import load_profile
from kesu.rules.deadlines import compute_deadlines
from kesu.rules.deadlines.business_time import build_calendar
from kesu.rules.deadlines.clocks import due, elapsed
from kesu.rules.deadlines.holds import merge_holds
from kesu.rules.instants import NAT

if TYPE_CHECKING:
    from benchmarks.register_of import AS_OF, register_of
else:  # run as a script
    from register_of import AS_OF, register_of

HOURS = dict.fromkeys(range(5), ((9 * 3600, 12 * 3600), (13 * 3600, 18 * 3600)))
ONE_BY_ONE = 1000
"""Deadlines given to businesstimedelta, which takes them one at a time."""


def timed(work: Callable[[], object]) -> float:
    """Seconds of the best of three runs."""
    best = float("inf")
    for _ in range(3):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
    return best


def main() -> None:
    """Print one table: what is counted, seconds, microseconds a deadline, ratio to businesstimedelta."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    first, last = dt.date(2025, 1, 1), dt.date(2027, 12, 31)
    rng = np.random.default_rng(0)
    received = rng.integers(1_735_689_600, 1_798_761_600, n)  # 2025 and 2026
    calendar = build_calendar(first, last, HOURS, "CN")
    row = rng.integers(0, n, n // 5)
    begin = received[row] + rng.integers(0, 200_000, len(row))
    end = begin + rng.integers(0, 400_000, len(row))

    england = holidays.country_holidays("GB", subdiv="ENG", years=range(2025, 2028))
    weekdays = [0, 1, 2, 3, 4]
    rules = businesstimedelta.Rules(
        [
            businesstimedelta.WorkDayRule(dt.time(9), dt.time(18), weekdays),
            businesstimedelta.LunchTimeRule(dt.time(12), dt.time(13), weekdays),
            businesstimedelta.HolidayRule(england),
        ]
    )
    day = businesstimedelta.BusinessTimeDelta(rules, seconds=24 * 3600)
    moments = [dt.datetime.fromtimestamp(int(t), tz=dt.UTC) for t in received[:ONE_BY_ONE]]
    english = build_calendar(first, last, HOURS, "GB", "ENG")
    theirs = [(moment + day).timestamp() for moment in moments]
    ours = due(received[:ONE_BY_ONE], 24, "hours", "business", calendar=english)
    if theirs != ours.tolist():
        raise SystemExit("the two do not agree")

    peer = timed(lambda: [moment + day for moment in moments]) / len(moments)
    holds = merge_holds(row, begin, end, NAT)

    def four_targets() -> None:
        for hours in (8, 24, 48, 72):
            due(received, hours, "hours", "business", calendar=calendar, holds=holds)

    build_calendar(first, last, HOURS, "CN")
    days = received.astype("datetime64[s]").astype("datetime64[D]")
    off = [day for day in holidays.country_holidays("CN", years=range(2025, 2028)) if day.weekday() < 5]
    numpys = np.busdaycalendar(holidays=np.array(off, "datetime64[D]"))
    lines = [
        ("calendar of three years", 0, timed(lambda: build_calendar(first, last, HOURS, "CN", None))),
        ("one target, business hours", n, timed(lambda: due(received, 24, "hours", "business", calendar=calendar))),
        ("one target, working days", n,
         timed(lambda: due(received, 3, "days", "business", calendar=calendar, end_of_day=True))),
        ("numpy.busday_offset, bare, 3 working days", n, timed(lambda: np.busday_offset(days, 3, "forward", busdaycal=numpys))),
        ("one target, months", n,
         timed(lambda: due(received, 1, "months", "calendar", calendar=calendar, roll_forward=True))),
        (f"merge {len(row):,} holds", 0, timed(lambda: merge_holds(row, begin, end, NAT))),
        ("four targets, business hours, with holds", 4 * n, timed(four_targets)),
        ("time used so far, with holds", n,
         timed(lambda: elapsed(received, 1_798_761_600, "business", calendar=calendar, holds=holds))),
    ]  # fmt: skip
    for profile in ("telecom", "cn_banking_insurance", "public_service"):
        register = register_of(n, load_profile(profile))
        seconds = timed(lambda register=register: compute_deadlines(register, AS_OF.astype(object)))  # type: ignore[misc]
        lines.append((f"whole register, 4 targets, profile {profile}", 4 * n, seconds))
    print(
        f"{n:,} complaints; businesstimedelta (England, 24 h, {ONE_BY_ONE}): {peer * 1e6:,.0f} µs a deadline\n"
    )
    print("| what | seconds | µs a deadline | times faster |\n| --- | ---: | ---: | ---: |")
    for what, count, seconds in lines:
        each = f"{seconds / count * 1e6:.2f} | {peer / (seconds / count):,.0f}" if count else "– | –"
        print(f"| {what} | {seconds:.3f} | {each} |")


if __name__ == "__main__":
    main()
