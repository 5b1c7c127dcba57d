"""Where the Calendar sheet of a workbook, which formulas look deadlines up on, is not that of its Settings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from kesu.register.settings import Settings
from kesu.rules.deadlines import calendar_between
from kesu.words.text import Text

EPOCH: Final = dt.date(1970, 1, 1)
YEAR_2100: Final = 4_102_444_800
"""In seconds since 1970."""
SAID: Final = Text(
    "“{sheet}”工作表有 {count} 天的工作时间与“设置”不同（第一天：{day}）：单元格里的时限按这张表，"
    "kesu 的命令和清单按“设置”。请改这张表的浅黄单元格，或者改“设置”，使两处一致。",
    "On {count} {count:day|days} the {sheet} sheet has other working hours than Settings (the first: {day}): due times in cells "
    "follow that sheet, kesu's commands and lists follow Settings. Edit its pale yellow cells, or Settings, until they agree.",
)


def other_calendar(
    settings: Settings, sheet: str, starts: Sequence[float], lengths: Sequence[float]
) -> Text | None:
    """What to say where the hours of ``sheet`` are other ones than those of ``settings``; None where they agree.

    ``starts``: seconds since 1970, ``lengths``: seconds, an interval each. Rows that nobody can mean (blank ones,
    far years) are left aside, and so are settings that cannot be used, which are findings of their own.
    """
    pairs = zip(starts, lengths, strict=True)  # a blank row begins in 1899, a slip of the finger in 9999
    there = {
        (round(start), round(length)) for start, length in pairs if length > 0 and 0 <= start < YEAR_2100
    }
    if not there:
        return None
    first, last = (EPOCH + dt.timedelta(seconds=start) for start, _ in (min(there), max(there)))
    try:
        calendar = calendar_between(settings, first, last)
    except ValueError:
        return None
    ours = set(zip(calendar.start.tolist(), calendar.length.tolist(), strict=True))
    other = {EPOCH + dt.timedelta(seconds=start) for start, _ in there ^ ours}
    return SAID.fill(sheet=sheet, count=len(other), day=min(other).isoformat()) if other else None
