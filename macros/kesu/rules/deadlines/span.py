"""Which days the calendar of a register spans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from kesu.register.settings import days_for
from kesu.rules.instants import DAY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kesu.register.settings import Settings
    from kesu.rules.instants import Ints

EVERY_DAY: Final = dict.fromkeys(range(7), ((0, DAY),))
"""Working hours of who names none."""


def days_of(
    settings: Settings, first: Ints, last: Ints
) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64]]:
    """First and last day of the calendar for times from ``first`` to ``last`` (seconds), with room for what falls due."""
    days = (np.asarray(at).astype("datetime64[s]").astype("datetime64[D]") for at in (first, last))
    begin, end = days
    return begin - 31, end + int(room(settings))


def room(settings: Settings) -> float:
    """Days that a calendar must go on after the last time, for what falls due then."""
    days = 2 * max((days_for(rule, settings.hours or EVERY_DAY) for rule in settings.rules), default=0.0)
    return days + 60 + len(settings.closed_days)  # holidays and closed days make it longer
