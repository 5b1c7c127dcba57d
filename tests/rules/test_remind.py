"""When somebody is reminded: in working hours, with the time left that the team calls due soon."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from kesu.rules.deadlines import FAR
from kesu.rules.followups.remind import reminders_at
from kesu.rules.instants import NAT
from tests.rules.deadlines.deadline_cases import settings, words

OFFICE = settings(region="", due_soon_hours=4.0)
"""Monday to Friday 09:00-12:00 and 13:00-18:00, no holidays; 2026-10-15 is a Thursday."""


def second(when: str) -> int:
    return int(np.datetime64(dt.datetime.fromisoformat(f"2026-10-{when}"), "s").astype(np.int64))


@pytest.mark.parametrize(
    ("now", "due", "begin", "alarm"),
    [
        ("15 10:00", "16 15:00", "16 15:00", "16 10:00"),  # two hours after lunch, two before
        ("15 10:00", "16 10:00", "16 10:00", "15 15:00"),  # one hour in the morning, three the evening before
        ("15 15:00", "16 10:00", "16 10:00", "15 15:00"),
        ("15 15:01", "16 10:00", "16 10:00", "15 15:01"),  # due soon already: now
        ("15 10:00", "19 09:00", "19 09:00", "16 14:00"),  # over a weekend
        ("15 10:00", "15 12:00", "15 12:00", "15 10:00"),
        ("15 10:00", "15 10:00", "15 10:00", "15 10:00"),  # due now is not overdue
        ("15 10:00", "14 12:00", "15 10:00", "15 10:00"),  # overdue: at once
        ("15 09:00", "14 12:00", "15 09:00", "15 09:00"),
        ("15 12:00", "14 12:00", "15 13:00", "15 13:00"),  # after lunch
        ("15 13:00", "14 12:00", "15 13:00", "15 13:00"),
        ("15 20:00", "15 19:00", "16 09:00", "16 09:00"),
        ("16 18:00", "15 19:00", "19 09:00", "19 09:00"),
        ("15 20:00", "15 21:00", "15 21:00", ""),  # nobody works between now and then
        ("15 20:00", "16 09:00", "16 09:00", "16 09:00"),
    ],
)
def test_a_reminder_comes_in_working_hours(now: str, due: str, begin: str, alarm: str) -> None:
    begins, alarms = reminders_at(np.array([second(due)]), second(now), OFFICE)
    assert [words(begins[0])[8:], words(alarms[0])[8:]] == [begin, alarm]


def test_what_is_due_in_a_far_future_is_never_reminded_of() -> None:
    now = second("15 10:00")
    begin, alarm = reminders_at(np.array([now + FAR, now + FAR + 1, second("16 10:00")]), now, OFFICE)
    assert begin.tolist() == [now + FAR, now + FAR + 1, second("16 10:00")]
    assert (alarm == NAT).tolist() == [False, True, False]
    assert [len(one) for one in reminders_at(np.zeros(0, np.int64), now, OFFICE)] == [0, 0]


def test_days_on_which_the_team_does_not_work_are_left_out() -> None:
    holidays = settings(region="", due_soon_hours=4.0, closed_days=(dt.date(2026, 10, 15),), hours={})
    begin, alarm = reminders_at(
        np.array([second("16 03:00"), second("15 01:00")]), second("14 12:00"), holidays
    )
    assert [words(one)[8:] for one in (*begin, *alarm)] == ["16 03:00", "15 01:00", "14 23:00", "14 20:00"]
