"""Parts of the live formulas that read the clocks: whole seconds since 1970, working seconds, working days.

They say in a cell what `kesu.rules.deadlines.business_time` and `kesu.rules.deadlines.clocks` say in Python, through the
names of the Calendar sheet. Each takes and gives the text of a formula.
"""

from __future__ import annotations

from typing import Final

LAST_SECOND: Final = 86399
"""Of a day, from its midnight."""


def seconds(cell: str) -> str:
    """Seconds of a cell that holds a time."""
    return f"ROUND(({cell}-Unix_Day)*Day_Seconds,0)"


def reading(cell: str) -> str:
    """Business seconds before an instant (Excel's names for the Calendar sheet)."""
    at = f"MATCH({cell},Cal_Start,1)"
    return f"(INDEX(Cal_Cum,{at})+MIN({cell}-INDEX(Cal_Start,{at}),INDEX(Cal_Len,{at})))"


def when(reading: str) -> str:
    """The earliest instant by which so many business seconds have passed; closing time stays closing time."""
    at = f"MATCH(MAX({reading}-1,0),Cal_Cum,1)"
    return f"IF({reading}>Cal_Total,NA(),INDEX(Cal_Start,{at})+{reading}-INDEX(Cal_Cum,{at}))"


def day_of(cell: str) -> str:
    """Day number of an instant."""
    return f"INT({cell}/Day_Seconds)"


def last_before(day: str, offset: int) -> str:
    """Position of the last working interval that begins before a day is ``offset`` seconds old."""
    return f"MATCH({day}*Day_Seconds{offset:+d},Cal_Start,1)"


def works(day: str) -> str:
    """Whether a day has working time (of which the interval is the last of the day)."""
    return f"{day_of(f'INDEX(Cal_Start,{last_before(day, LAST_SECOND)})')}={day}"


def closing(day: str) -> str:
    """Close of business of a day; its last second where it has none."""
    at = last_before(day, LAST_SECOND)
    return f"IF({works(day)},INDEX(Cal_Start,{at})+INDEX(Cal_Len,{at}),{day}*Day_Seconds+{LAST_SECOND})"


def working_day(number: str) -> str:
    """Day number of the working day that has ``number`` on the Calendar sheet."""
    return day_of(f"INDEX(Cal_Start,MATCH({number}-1,Cal_Day,1)+1)")


def next_working_day(day: str) -> str:
    """The first working day on or after a day."""
    return working_day(f"(INDEX(Cal_Day,{last_before(day, -1)})+1)")


def days_to(cell: str) -> str:
    """Working days up to and including the day of an instant."""
    return f"INDEX(Cal_Day,{last_before(day_of(cell), LAST_SECOND)})"


def closing_of(number: str) -> str:
    """Close of business of the working day that has ``number`` on the Calendar sheet."""
    at = last_before(working_day(number), LAST_SECOND)
    return f"(INDEX(Cal_Start,{at})+INDEX(Cal_Len,{at}))"
