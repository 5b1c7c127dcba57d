"""When to remind somebody of something: in working hours, as early as the team calls it due soon."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import numpy as np

from kesu.rules.deadlines import FAR, calendar_between
from kesu.rules.instants import DAY, NAT

if TYPE_CHECKING:
    from kesu.register.settings import Settings
    from kesu.rules.deadlines.business_time import Calendar
    from kesu.rules.instants import Ints

MARGIN: Final = 60
"""Days that the calendar goes on before and behind, for holidays between."""


def reminders_at(due: Ints, now: int, settings: Settings) -> tuple[Ints, Ints]:
    """When each thing stands in a calendar, and when it is reminded of (`NAT`: never), in seconds of the wall clock.

    What is overdue stands at the first working instant from ``now`` on, everything else where it is due. Reminded of
    is so much working time before as makes it due soon, else at the first working instant from ``now`` on.
    """
    reach = np.minimum(np.maximum(due, now), now + FAR)
    first, last = (
        dt.date(1970, 1, 1) + dt.timedelta(days=int(at) // DAY) for at in (now, reach.max(initial=now))
    )
    margin = dt.timedelta(days=MARGIN + len(settings.closed_days))
    calendar = calendar_between(settings, first - margin, last + margin)
    opening = _opening(calendar, np.array([now]))[0]
    begin = np.where(due < now, opening, due)
    alarm = _earlier(
        calendar, np.minimum(begin, reach.max(initial=now)), round(settings.due_soon_hours * 3600)
    )
    alarm = np.where(alarm < now, opening, alarm)
    return begin, np.where((alarm > begin) | (begin > now + FAR), NAT, alarm)


def _opening(calendar: Calendar, at: Ints) -> Ints:
    """The first working instant at or after each instant."""
    last = np.searchsorted(calendar.start, at, "right") - 1
    inside = at < calendar.start[last] + calendar.length[last]
    return np.where(inside, at, calendar.start[np.minimum(last + 1, len(calendar.start) - 1)])


def _earlier(calendar: Calendar, at: Ints, seconds: int) -> Ints:
    """The working instant after which ``seconds`` of working time are left until each instant."""
    reading = calendar.reading(at) - seconds
    interval = np.searchsorted(calendar.cum, reading, "right") - 1
    return calendar.start[interval] + (reading - calendar.cum[interval])
