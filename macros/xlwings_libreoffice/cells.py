"""What a value becomes in a cell, and what a cell's number becomes in Python. No office is needed here.

Writing follows Excel, not LibreOffice, so that a macro that is right here is right there: text typed into an
ordinary cell becomes a number, a date or a formula where it looks like one; only cells formatted ``"@"`` keep
text as it is.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import Decimal
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

LONGEST_TEXT: Final = 32_767  # characters in a cell, Excel's limit
_DAY_MS: Final = 86_400_000
_NUMBER = re.compile(r"\s*[+-]?(?:\d++\.?\d*+|\.\d++)(?:[eE][+-]?\d+)?\s*", re.ASCII)
_DATE = re.compile(r"\d{4}([-/])\d{1,2}\1\d{1,2}(?: \d{1,2}:\d{2}(?::\d{2})?)?", re.ASCII)

_PLAIN: Final = {str, bool, type(None)}

Plain = str | float | bool | dt.datetime | None


class Kind(IntEnum):
    """What a cell's number format makes of its content."""

    OTHER = 0
    GENERAL = 1
    TEXT = 2
    DATE = 3
    LOGICAL = 4


class Mark(IntEnum):
    """What has to be done to a cell beside writing its content."""

    FORMULA = 1
    DATE = 2
    LOGICAL = 3


def plain(value: object) -> Plain:  # noqa: PLR0911 - one line a type
    """A value of Python, numpy or pandas as one of the few that a cell can hold.

    Nothing at all (None, NaN, NaT, NA) is None; a time zone is dropped, the wall clock stays.

    Raises:
        TypeError: for a type no cell can hold.
        ValueError: for an infinite number.
    """
    if type(value) in _PLAIN:  # most of them: no detour
        return value  # type: ignore[return-value]
    if value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime(warn=False).replace(tzinfo=None)
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)
    if isinstance(value, np.datetime64):
        return plain(pd.Timestamp(value))
    if isinstance(value, (int, float, Decimal, np.number)):
        return _finite(float(value))
    raise TypeError(f"a cell cannot hold {value!r} of type {type(value).__name__}")


def _finite(number: float) -> float | None:
    if math.isinf(number):
        raise ValueError("a cell cannot hold an infinite number")
    return None if math.isnan(number) else number


def serial(moment: dt.datetime, epoch: dt.datetime) -> float:
    """Days from ``epoch`` to ``moment``: the number a spreadsheet keeps for a date."""
    passed = moment - epoch
    return passed.days + (passed.seconds + passed.microseconds / 1e6) / 86_400


def moment(days: Any, epoch: dt.datetime) -> Any:
    """The reverse of `serial`, to the millisecond; what is no number, or no date of Python's, comes back as it is."""
    if not isinstance(days, float):
        return days
    try:
        return epoch + dt.timedelta(milliseconds=round(days * _DAY_MS))
    except OverflowError:
        return days


def as_entered(value: Plain, kind: Kind) -> tuple[str | float | dt.datetime, Mark | None]:
    """What Excel makes of a value put into a cell of that kind, and what else the cell then needs.

    Raises:
        ValueError: for text that is too long, or that Excel would take for a broken formula.
    """
    if isinstance(value, str):
        return _text(value, kind)
    if value is None:
        return "", None
    if kind is Kind.TEXT:
        return _shown(value), None
    if isinstance(value, bool):
        return float(value), Mark.LOGICAL
    if isinstance(value, dt.datetime):
        return value, Mark.DATE
    return value, None


def _shown(value: float | bool | dt.datetime) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    return str(value) if isinstance(value, dt.datetime) else f"{value:.15g}"


def _text(text: str, kind: Kind) -> tuple[str | float | dt.datetime, Mark | None]:
    if len(text) > LONGEST_TEXT:
        raise ValueError(
            f"a cell holds {LONGEST_TEXT} characters at most, this text has {len(text)}: {text[:40]}…"
        )
    if kind is Kind.TEXT or text[:1] in {"", "'"}:
        return text if kind is Kind.TEXT else text[1:], None
    if _NUMBER.fullmatch(text) and math.isfinite(number := float(text)):
        return number, None
    if _DATE.fullmatch(text) and (day := _parsed_date(text)):
        return day, Mark.DATE
    if text.upper() in {"TRUE", "FALSE"}:
        return float(text.upper() == "TRUE"), Mark.LOGICAL
    if len(text) > 1 and text[0] == "=":
        return text, Mark.FORMULA
    if len(text) > 1 and text[0] in "+-@":
        raise ValueError(
            f'Excel would take {text[:40]!r} for a formula: set number_format = "@" before writing text'
        )
    return text, None


def _parsed_date(text: str) -> dt.datetime | None:
    try:
        return dt.datetime(*(int(number) for number in re.findall(r"\d+", text)))  # type: ignore[arg-type]
    except ValueError:
        return None


def cleaned(
    rows: Iterable[Sequence[Any]],
    as_date: Callable[..., Any],
    empty_as: Any,
    as_number: Callable[[float], Any] | None,
) -> list[list[Any]]:
    """Rows as read, with the reader's wishes for dates, numbers and empty cells applied (xlwings' ``options``)."""

    def clean(value: Any) -> Any:
        if value is None or value == "":
            return empty_as
        if type(value) is dt.datetime:
            if as_date is dt.datetime:
                return value
            fields = ("year", "month", "day", "hour", "minute", "second", "microsecond")
            return as_date(**{name: getattr(value, name) for name in fields})
        if as_number is not None and type(value) is float:
            return as_number(value)
        return value

    return [[clean(value) for value in row] for row in rows]
