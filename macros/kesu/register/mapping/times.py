"""Times as foreign tables write them, taken apart; in which order the parts stand is for `evidence.py` to say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd

from kesu.register.cells import CANONICAL_TIME, parse_times, since_1900

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_HALF: Final = r"(?:上午|下午|早上|晚上|中午|凌晨|傍晚|[ap]\.?m\.?)"
_CLOCK: Final = (
    rf"(?:[T ,]*(?P<before>{_HALF})?\s*(?P<h>\d{{1,2}})(?:[:：时点點.](?P<mi>\d{{1,2}}|半|一刻|三刻|整)?分?)?(?:[:：.](?P<s>\d{{1,2}})(?:[.,]\d+)?)?秒?"
    rf"\s*(?P<after>{_HALF})?\s*(?P<zone>Z|UTC|GMT|(?:UTC|GMT)?[+-]\d{{1,2}}:?(?:\d{{2}})?)?)?"
)
_DAY: Final = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[,.]?|(?:星期|周)[一二三四五六日天])?"
_FORMS: Final = (
    ("ymd", re.compile(rf"^{_DAY}\s*(?P<y>\d{{4}})\s*[-/.年 ]\s*(?P<m>\d{{1,2}})\s*[-/.月 ]\s*(?P<d>\d{{1,2}})\s*[日号]?\s*{_DAY}{_CLOCK}$", re.IGNORECASE)),
    ("abc", re.compile(rf"^{_DAY}\s*(?P<a>\d{{1,2}})\s*[-/.]\s*(?P<b>\d{{1,2}})\s*[-/.]\s*(?P<c>\d{{4}}|\d{{2}})\s*{_DAY}{_CLOCK}$", re.IGNORECASE)),
    ("ymd", re.compile(rf"^(?P<y>\d{{2}})年(?P<m>\d{{1,2}})月(?P<d>\d{{1,2}})[日号]?{_CLOCK}$", re.IGNORECASE)),
    ("name", re.compile(rf"^{_DAY}\s*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[- ./]*(?P<name>[a-z]{{3,9}})[- ./,]*(?P<y>\d{{4}}|\d{{2}}){_CLOCK}$", re.IGNORECASE)),
    ("name", re.compile(rf"^{_DAY}\s*(?P<name>[a-z]{{3,9}})\.?[- ]*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}}){_CLOCK}$", re.IGNORECASE)),
    ("ymd", re.compile(r"^(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?:[T ]?(?P<h>\d{2})(?P<mi>\d{2})(?P<s>\d{2})?)?$")),
)  # fmt: skip
_PLAIN: Final = "[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4} [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
MANY: Final = 2000
"""Texts from which it pays to take days and times of day apart."""
_MINUTES: Final = {"半": 30, "一刻": 15, "三刻": 45, "整": 0}


def _half(word: str | None, hour: int) -> int | None:
    if not word:
        return hour
    late = (
        word.casefold().startswith("p") or word in {"下午", "晚上", "傍晚"} or (word == "中午" and hour < 11)
    )
    if hour > 12:
        return hour if late else None
    return hour % 12 + 12 * late if word != "中午" or late else hour


def _zone(word: str | None) -> float:
    if not word:
        return np.nan
    found = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", word)
    if not found:
        return 0.0
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    return 60.0 * (minutes if found[1] == "+" else -minutes)


@lru_cache(maxsize=1 << 17)
def parts_of(text: str) -> tuple[float, ...] | None:
    """Form (0 sure, 1 three figures of which the last is a year, 2 three of two digits), three figures, clock, zone; None: no time."""
    plain = " ".join(text.translate(_WIDE).split())
    for form, pattern in _FORMS:
        found = pattern.match(plain)
        if found is None:
            continue
        part = {key: value for key, value in found.groupdict().items() if value is not None}
        hour = int(part.get("h", 0))
        clock = _half(part.get("before"), hour)
        clock = _half(part.get("after"), clock) if clock is not None else None
        if clock is None or clock > 23:
            return None
        minute = (
            _MINUTES.get(part.get("mi", "0")) if part.get("mi", "0") in _MINUTES else int(part.get("mi", 0))
        )
        rest = float(clock), float(minute or 0), float(part.get("s", 0)), _zone(part.get("zone"))
        if form == "abc":
            return (
                1.0 if len(part["c"]) == 4 else 2.0,
                float(part["a"]),
                float(part["b"]),
                float(part["c"]),
                *rest,
            )
        if form == "name":
            name = (
                part["name"].casefold().replace("sept", "sep")
                if len(part["name"]) == 4
                else part["name"].casefold()
            )
            part["m"] = str(next((at for at, month in enumerate(_MONTHS, 1) if month.startswith(name)), 0))
        year = int(part["y"]) + (2000 if len(part["y"]) == 2 else 0)
        return (0.0, float(year), float(part["m"]), float(part["d"]), *rest)
    return None


_WIDE: Final = {0xFF10 + at: str(at) for at in range(10)} | {
    0xFF0F: "/",
    0xFF0D: "-",
    0x3000: " ",
    0xA0: " ",
    0x2019: "'",
}


@dataclass(frozen=True)
class Read:
    """A column looked at: where something stands, true dates, and texts taken apart (rows × form, a, b, c, h, mi, s, zone)."""

    given: np.ndarray
    true: np.ndarray
    times: np.ndarray
    at: np.ndarray
    parts: np.ndarray

    @property
    def share(self) -> float:
        """The part of the cells that say a time."""
        known = int(self.true.sum()) + int((~np.isnan(self.parts[:, 0])).sum())
        return known / max(int(self.given.sum()), 1)


def look(cells: pd.Series, *, date1904: bool = False) -> Read:
    """Look at a column of texts; serial numbers and canonical times are true dates."""
    cells = cells.reset_index(drop=True)
    given = cells.notna().to_numpy()
    if date1904:
        cells = since_1900(cells)
    canonical = cells.str.fullmatch(CANONICAL_TIME).fillna(value=False).to_numpy(bool)
    texts = cells.mask(canonical)
    numbers = pd.to_numeric(texts, errors="coerce").to_numpy(float)
    serial = (numbers > 18264) & (numbers < 109575)
    ours = canonical | serial
    times = parse_times(cells.where(ours))[0].to_numpy("datetime64[s]")
    epoch = ((numbers > 9.4e8) & (numbers < 4.2e9)) | ((numbers > 9.4e11) & (numbers < 4.2e12))
    rest = texts.mask(ours)
    parts = _split(rest)
    at = np.flatnonzero(rest.notna().to_numpy())
    if epoch.any():
        seconds = np.where(numbers > 9.4e11, numbers / 1000, numbers)
        moment = np.datetime64(0, "s") + np.where(epoch, seconds, 0).astype("int64").astype("timedelta64[s]")
        stamps = pd.DatetimeIndex(moment[epoch])
        parts[epoch] = np.column_stack(
            [
                np.zeros(len(stamps)),
                stamps.year,
                stamps.month,
                stamps.day,
                stamps.hour,
                stamps.minute,
                stamps.second,
                np.zeros(len(stamps)),
            ]
        )
    return Read(given, ours & ~np.isnat(times), times, at, parts[at])


def _split(texts: pd.Series) -> np.ndarray:
    """`parts_of` of every text, NaN where there is none; days and times of day, which repeat, are taken apart once each."""
    parts = np.full((len(texts), 8), np.nan)
    plain = (
        texts.str.fullmatch(_PLAIN).fillna(value=False).to_numpy(bool)
        if len(texts) > MANY
        else np.zeros(len(texts), bool)
    )
    if plain.any():
        both = texts[plain]
        days = _each(both.str.replace(" .*$", "", regex=True))
        clock = _each("2000-01-01 " + both.str.replace("^[^ ]* ", "", regex=True))
        whole = np.column_stack([days[:, :4], clock[:, 4:]])
        parts[plain] = np.where(np.isnan(days[:, :1]) | np.isnan(clock[:, :1]), np.nan, whole)
    parts[~plain] = _each(texts[~plain])
    return parts


def _each(texts: pd.Series) -> np.ndarray:
    codes, uniques = pd.factorize(texts)
    found = np.full((len(uniques) + 1, 8), np.nan)
    for number, text in enumerate(uniques):
        if (part := parts_of(text)) is not None:
            found[number] = part
    return found[codes]


def times_of(read: Read, word: str, zone: str) -> np.ndarray:
    """``datetime64[s]`` wall-clock times in ``zone`` of a column, read as ``word`` says; NaT where that is no time."""
    order, turned = word.split(maxsplit=1)[0] if word else "", "turned" in word
    out = np.where(read.true, read.times, np.datetime64("NaT", "s"))
    if turned:
        stamps = pd.DatetimeIndex(read.times[read.true])
        back = pd.to_datetime(
            {"year": stamps.year, "month": stamps.day, "day": stamps.month}, errors="coerce"
        )
        clock = stamps.to_numpy() - stamps.normalize().to_numpy()
        out[read.true] = (back.to_numpy() + clock).astype("datetime64[s]")
    if not len(read.parts):
        return out
    form, a, b, c, hour, minute, second, offset = read.parts.T
    year, month, day = a.copy(), b.copy(), c.copy()
    unsure = form > 0
    if order in {"ymd", "dmy", "mdy"}:
        columns = (a, b, c)
        year[unsure], month[unsure], day[unsure] = (columns[order.index(letter)][unsure] for letter in "ymd")
        year[year < 100] += 2000
    else:
        year[unsure] = np.nan
    fits = (hour < 24) & (minute < 60) & (second < 60)
    frame = {"year": year, "month": month, "day": day, "hour": hour, "minute": minute, "second": second}
    made = pd.to_datetime(pd.DataFrame(frame), errors="coerce").where(fits)
    zoned = ~np.isnan(offset)
    if zoned.any():
        utc = made[zoned] - pd.to_timedelta(offset[zoned], unit="s")
        made[zoned] = utc.dt.tz_localize("UTC").dt.tz_convert(zone).dt.tz_localize(None).astype(made.dtype)
    values = made.to_numpy("datetime64[s]")
    out[read.at] = np.where(values < np.datetime64("1950-01-01", "s"), np.datetime64("NaT", "s"), values)
    return out
