"""Single cells of the Settings sheet → values, in the words and number formats that people use.

Every function raises ValueError, its argument the text of the cell, for what it cannot read.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
import zoneinfo
from collections.abc import Mapping
from functools import cache
from typing import Final

from kesu.register.codes import CodeLists, lookup
from kesu.register.figures import figure
from kesu.register.settings import CLOCKS, UNITS
from kesu.register.settings.countries import known, public_holidays
from kesu.words.text import Text, folded

LARGEST: Final = 1e15
"""Beyond it whole numbers are no longer exact."""
_EXPONENT: Final = re.compile(r"[+-]?\d(?:\.\d{1,20})?[eE][+-]?\d{1,2}", re.ASCII)
"""How a cell shows a number that is very small: 4.0E-4."""
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d{1,6})?)?", re.ASCII)
_DATED: Final = re.compile(r"(\d{4})-\d\d-\d\d(?:[ T]+(\S+))?", re.ASCII)
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?", re.ASCII)
_MONTH: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})(?!\d)", re.ASCII)

_UNIT_WORDS: Final = {
    "minutes": ("minute", "min", "mins", "分"),
    "hours": ("hour", "h", "hr", "hrs", "时", "个小时", "钟头"),
    "days": ("day", "d", "日"),
    "weeks": ("week", "wk", "wks", "星期", "礼拜"),
    "months": ("month", "个月"),
}
_CLOCK_WORDS: Final = {
    "business": ("business", "working", "work", "office", "工作", "营业", "办公"),
    "calendar": ("calendar", "natural", "自然", "日历"),
}
_CLOCK_ALONE: Final = {
    "business": ("工时", "business time", "working time", "business hours", "working hours", "工作日", "business days", "working days", "办公时间"),
    "calendar": ("24/7", "24x7", "calendar time", "calendar hours", "calendar days", "natural time", "自然日", "日历时间", "全天", "连续计时"),
}  # fmt: skip


def choices_of(choices: Mapping[str, Text]) -> dict[str, str]:
    """Folded label in either language, or key → key."""
    return {folded(word): key for key, label in choices.items() for word in (*label, key)}


def choose(choices: Mapping[str, Text], words: str) -> str:
    """The key of one of ``choices``."""
    key = choices_of(choices).get(folded(words))
    if key is None:
        raise ValueError(words)
    return key


def code(codes: CodeLists, name: str, words: str) -> str:
    """The code key of a label, key or synonym; "" for an empty cell."""
    if not words:
        return ""
    key = lookup(codes[name]).get(folded(words))
    if key is None:
        raise ValueError(words)
    return key


def number(words: str) -> float:
    """``1,5`` and ``1.5``, ``10,000.0``, ``96%`` (0.96); not what can be read in two ways (`kesu.register.figures`)."""
    plain = unicodedata.normalize("NFKC", words).strip()
    digits = plain.removesuffix("%").rstrip()
    try:
        value = float(digits) if _EXPONENT.fullmatch(digits) else figure(digits)
    except ValueError:
        raise ValueError(words) from None
    value /= 100 if plain.endswith("%") else 1
    if not abs(value) <= LARGEST:
        raise ValueError(words)
    return value


def amount(words: str) -> float:
    """A number that is not below zero."""
    value = number(words)
    if value < 0:
        raise ValueError(words)
    return value


@cache
def _units() -> dict[str, tuple[str, str]]:
    """Folded word → unit and the clock that it implies ("" none)."""
    found: dict[str, tuple[str, str]] = {}
    for unit, label in UNITS.items():
        for word in (unit, *label, *_UNIT_WORDS[unit]):
            found.setdefault(folded(word), (unit, ""))
            for clock, prefixes in _CLOCK_WORDS.items():
                for prefix in prefixes:
                    found.setdefault(folded(prefix + word), (unit, clock))
                    found.setdefault(folded("个" + prefix + word), (unit, clock))
    return found | {folded("工时"): ("hours", "business")}


def unit(words: str) -> tuple[str, str]:
    """Key of `UNITS` and the clock that the words imply, "" where they imply none: ``工作日`` → days, business."""
    found = _units().get(folded(words))
    if found is None:
        raise ValueError(words)
    return found


@cache
def _clocks() -> dict[str, str]:
    more = {folded(word): clock for clock, words in _CLOCK_ALONE.items() for word in words}
    return more | choices_of(CLOCKS)


def clock(words: str) -> str:
    """Key of `CLOCKS`."""
    found = _clocks().get(folded(words))
    if found is None:
        raise ValueError(words)
    return found


def day_second(words: str, *, end: bool = False) -> int:
    """Second of the day of a time, 0 to 86400; midnight as an ``end`` is 24:00.

    A time is text (``9:00``, ``24:00``), a share of the day (0.375), or, formatted as hours, a moment of one of the
    first days that spreadsheets know: 24:00 is the whole number 1, which some readers show as 1900-01-01 00:00.
    """
    plain = unicodedata.normalize("NFKC", words).strip()
    dated = _DATED.fullmatch(plain)
    if dated:
        plain = dated[2] or "00:00"
    if ":" in plain:
        parts = _CLOCK.fullmatch(plain)
        if parts is None:
            raise ValueError(words)
        hours, minutes, seconds = (int(part or 0) for part in parts.groups())
        second = hours * 3600 + minutes * 60 + seconds
        late = dated is not None and dated[1] == "1900" and second > 0  # more than 24 hours
        if minutes > 59 or seconds > 59 or late:
            raise ValueError(words)
    else:
        try:
            share = number(plain)
        except ValueError:
            raise ValueError(words) from None
        second = round(share * 86400) if 0 <= share <= 1 else -1
    if not 0 <= second <= 86400:
        raise ValueError(words)
    return 86400 if end and second == 0 else second


def date(words: str) -> dt.date:
    """``2026-10-01``, ``2026/10/1``, ``2026年10月1日``; a time of day is left out."""
    parts = _DAY.fullmatch(unicodedata.normalize("NFKC", words).strip())
    try:
        if parts is not None:
            return dt.date(int(parts[1]), int(parts[2]), int(parts[3]))
    except ValueError:
        pass
    raise ValueError(words)


def month(words: str) -> str:
    """``2026-10``."""
    parts = _MONTH.match(words)
    if parts is None or not 1 <= int(parts[2]) <= 12:
        raise ValueError(words)
    return f"{parts[1]}-{int(parts[2]):02d}"


def region(words: str) -> str:
    """A country code that ``holidays`` knows, or "" for no public holidays."""
    if words and not (len(words) <= 3 and known(words)):
        raise ValueError(words)
    return words


def subdivision(words: str, country: str) -> str:
    """A part of ``country`` that ``holidays`` knows, or ""."""
    if words and country:
        try:
            public_holidays(country, words)
        except (NotImplementedError, AttributeError):
            raise ValueError(words) from None
    return words


_OF_THE_MACHINE: Final = {"localtime", "posixrules", "Factory"}
"""What the database calls a zone and means another one on every machine."""


def time_zone(words: str) -> str:
    """A name of the time zone database, as it is written there, or ""."""
    known = (
        zoneinfo.available_timezones() - _OF_THE_MACHINE
    )  # none at all in a browser: then any name will do
    found = next((name for name in known if folded(name) == folded(words)), words)
    if words and known and found not in known:
        raise ValueError(words)
    return found
