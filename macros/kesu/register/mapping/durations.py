"""Times of day without a date, and durations, as foreign tables write them."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import pandas as pd

from kesu.register.mapping.times import parts_of


def clocks(cells: pd.Series) -> np.ndarray:
    """Seconds of the day of a column of times of day (``14:30``, ``下午3点``, a fraction of a day); NaN where it is none."""
    codes, uniques = pd.factorize(cells)
    seconds = np.array([*(_seconds(text) for text in uniques), np.nan], float)
    return seconds[codes]


def _seconds(text: str) -> float:
    bare = re.sub(r"^(?:1899-12-3[01]|1900-01-0[01])[ T]", "", text.strip())
    if re.fullmatch(r"0?\.\d+|0", bare):
        return round(float(bare) * 86400)
    if not re.search(r"[:：点點时]|[ap]\.?m", bare, re.IGNORECASE):
        return np.nan
    found = parts_of(f"2000-01-01 {bare}")
    return np.nan if found is None else found[4] * 3600 + found[5] * 60 + found[6]


_UNITS: Final = tuple(
    (size, re.compile(rf"(?<![\d.])(\d{{1,9}}(?:\.\d{{1,9}})?)\s{{0,4}}(?:{words})(?![a-z])"))
    for size, words in (
        (86400.0, "天|日|days?|d"),
        (3600.0, "小时|时|hours?|hrs?|h"),
        (60.0, "分钟|分|minutes?|mins?|m"),
        (1.0, "秒|seconds?|secs?|s"),
    )
)

_NAMED: Final = (
    (86400.0, re.compile("(?<![a-z])(?:天|日数|days?|工作日)(?![a-z])")),
    (60.0, re.compile("(?<![a-z])(?:分钟|minutes?|mins?)(?![a-z])")),
    (3600.0, re.compile(r"(?<![a-z])(?:小时|hours?|hrs?|\(h\)|（h）)(?![a-z])")),
)


def unit_of(heading: str) -> float:
    """Seconds of the unit that a heading of durations names; 0 where it names none."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", heading).casefold()
    return next((seconds for seconds, words in _NAMED if words.search(text)), 0.0)


def durations(cells: pd.Series, unit: float) -> np.ndarray:
    """Seconds of durations: figures in ``unit`` (0: unknown), ``2h 30m``, ``1天3小时``, ``36:15:00``; NaN where none can be read."""
    codes, uniques = pd.factorize(cells)
    return np.array([*(_duration(text, unit) for text in uniques), np.nan], float)[codes]


def _duration(text: str, unit: float) -> float:
    bare = text.strip().casefold()
    if re.fullmatch(r"\d+(?:\.\d+)?", bare):
        return float(bare) * unit if unit else np.nan
    if found := re.fullmatch(r"(?:(\d+)\s*(?:days?|d|天)[, ]*)?(\d{1,4}):(\d{2})(?::(\d{2}))?", bare):
        return sum(
            float(part or 0) * size for part, size in zip(found.groups(), (86400, 3600, 60, 1), strict=True)
        )
    total, rest = 0.0, bare
    for size, pattern in _UNITS:
        if found := pattern.search(rest):
            total, rest = total + float(found[1]) * size, rest[: found.start()] + rest[found.end() :]
    return total if rest != bare and not rest.strip(" ,，零又") else np.nan
