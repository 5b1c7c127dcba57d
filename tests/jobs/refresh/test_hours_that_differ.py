"""Working hours on the Calendar sheet against those of Settings: Monday to Friday 09:00-12:00 and 13:00-18:00."""

from __future__ import annotations

import datetime as dt

import pytest

from kesu.jobs.other_calendar import other_calendar
from tests.rules.deadlines.deadline_cases import settings

OURS = settings(region="")


def interval(when: str, hours: float) -> tuple[float, float]:
    return (
        dt.datetime.fromisoformat(f"2026-10-{when}") - dt.datetime(1970, 1, 1)
    ).total_seconds(), hours * 3600


WEEK = [
    interval(f"{day} {clock}", hours)
    for day in (12, 13, 14, 15, 16)
    for clock, hours in (("09:00", 3), ("13:00", 5))
]
BLANK = (-2209161600.0, 3600.0)
SLIP = (253370764800.0, 3600.0)
NEW_CENTURY = (dt.datetime(2100, 1, 1) - dt.datetime(1970, 1, 1)).total_seconds()


@pytest.mark.parametrize(
    ("there", "days", "first"),
    [
        (WEEK, 0, ""),
        ([], 0, ""),
        ([*WEEK, BLANK, SLIP, (NEW_CENTURY, 3600.0)], 0, ""),  # a blank row, far years
        ([*WEEK, interval("15 19:00", 0)], 0, ""),  # an interval without length
        ([(start + 0.3, length - 0.3) for start, length in WEEK], 0, ""),  # times are to the second
        (WEEK[1:], 1, "2026-10-12"),
        ([*WEEK[:3], interval("13 13:00", 4), *WEEK[4:]], 1, "2026-10-13"),
        ([*WEEK, interval("17 10:00", 2), interval("18 10:00", 2)], 2, "2026-10-17"),
        ([*WEEK[:4], *WEEK[6:8], interval("16 10:00", 3)], 2, "2026-10-14"),
        ([(0.0, 3600.0), (BLANK[0], 1.0)], 1, "1970-01-01"),
    ],
)
def test_days_on_which_they_differ_are_counted(
    there: list[tuple[float, float]], days: int, first: str
) -> None:
    said = other_calendar(OURS, "Calendar", [start for start, _ in there], [length for _, length in there])
    assert (said is None) == (days == 0)
    if said is not None:
        assert said.en.startswith(
            f"On {days} day{'s' * (days != 1)} the Calendar sheet has other working hours"
        )
        assert f"(the first: {first})" in said.en


def test_settings_that_cannot_be_used_are_a_finding_of_their_own() -> None:
    start, length = zip(*WEEK[1:], strict=True)
    assert other_calendar(settings(region="Nowhere"), "Calendar", start, length) is None
