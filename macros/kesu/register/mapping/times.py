"""Times as foreign tables write them. What a date means is decided from the whole column, with evidence, or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import numpy as np
import pandas as pd

from kesu.register.cells import CANONICAL_TIME, parse_times, since_1900
from kesu.words.text import Text

Order = Literal["", "ymd", "dmy", "mdy", "?"]
"""In which order day, month and year stand in dates of figures: "" nothing to decide, "?" cannot be decided."""

PROOF: Final = 8
"""True dates, none of them after the twelfth, from which it is no accident: 12 days of 30, eight times, is one in 1,500."""
TWELFTH: Final = 12
SHARE: Final = 0.2
"""Of dates of one order three in five have a day after the twelfth; where fewer than this do, two orders are mixed."""
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


UNSAID: Final = Text("", "")


@dataclass(frozen=True)
class Evidence:
    """How a column's dates are to be read and why: their order, whether true dates were turned round by the
    spreadsheet (day and month changed places) and are turned back, and the same in words."""

    order: Order
    turned: bool = False
    said: Text = UNSAID
    zones: int = 0

    @property
    def word(self) -> str:
        """As it stands in a mapping."""
        return f"{self.order} turned" if self.turned else self.order


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
def _parts(text: str) -> tuple[float, ...] | None:
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
    """`_parts` of every text, NaN where there is none; days and times of day, which repeat, are taken apart once each."""
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
        if (part := _parts(text)) is not None:
            found[number] = part
    return found[codes]


def decide(read: Read, pool: tuple[int, int] = (0, 0)) -> Evidence:
    """In which order the column's dates stand. ``pool``: how many dates of the table's other columns, which one program
    wrote, have a day after the twelfth in the first place, and in the second."""
    parts = read.parts
    zones = int((~np.isnan(parts[:, 7])).sum())
    three = parts[parts[:, 0] == 1]
    short = parts[parts[:, 0] == 2]
    if len(short) and not len(three):
        return _short(short, zones)
    three = np.vstack([three, short])
    if not len(three):
        return _early(read, zones)
    first, second = int((three[:, 1] > 12).sum()), int((three[:, 2] > 12).sum())
    total = len(three)
    if first and second:
        return Evidence("?", said=Text(
            f"两种顺序混用：{first} 个日期只能是日在前，{second} 个只能是月在前", f"two orders mixed: {first} dates can only be day first, {second} only month first"), zones=zones)  # fmt: skip
    if not first and not second:
        true = pd.DatetimeIndex(read.times[read.true])
        odd = len(true) > 0 and int(true.day.max()) <= TWELFTH
        own = "?" if odd else "dmy" if pool[0] and not pool[1] else "mdy" if pool[1] and not pool[0] else "?"
        if own == "?":
            return Evidence("?", said=Text(
                f"{total} 个日期都是日月皆可（都不大于 12），看不出顺序", f"all {total} dates can be read both ways (no part above 12)"), zones=zones)  # fmt: skip
        return Evidence(order_of(own), said=Text(f"与同表其他时间列相同（{pool[own == 'mdy']} 个日期为证）", f"as the table's other times ({pool[own == 'mdy']} dates prove it)"), zones=zones)  # fmt: skip
    order, proof = ("dmy", first) if first else ("mdy", second)
    said = Text(
        f"{total} 个日期中 {proof} 个的{'第一' if first else '第二'}个数大于 12，没有反例",
        f"{proof} of {total} dates have more than 12 in {'first' if first else 'second'} place, none in the other",
    )
    return _with_true(read, order_of(order), proof, total, said, zones)


def _early(read: Read, zones: int) -> Evidence:
    """True dates alone: to be asked about where all lie on the first twelve days of many months, as those do whose day
    and month a spreadsheet has changed, once the others are gone."""
    true = pd.DatetimeIndex(read.times[read.true])
    if (
        len(true) < 2 * PROOF
        or int(true.day.max()) > TWELFTH
        or len(set(true.day)) < 3
        or len(set(true.month)) < 3
    ):
        return Evidence("", zones=zones)
    said = Text(
        f"{len(true)} 个真日期分布在 {len(set(true.month))} 个月，却都在 1–12 日，可能被调换了日月",
        f"{len(true)} true dates in {len(set(true.month))} months, all on days 1–12: day and month may have been turned round",
    )
    return Evidence("?", said=said, zones=zones)


def _with_true(read: Read, order: Order, proof: int, total: int, said: Text, zones: int) -> Evidence:
    """The same, given the true dates of the column: all on the first twelve days where a spreadsheet turned them round."""
    true = pd.DatetimeIndex(read.times[read.true])
    turned = len(true) > 0 and proof == total and int(true.day.max()) <= TWELFTH
    if turned and len(true) >= PROOF and len(set(true.day)) > 1:
        more = Text(f"{said.zh}；{len(true)} 个真日期全在 1–12 日，是被表格程序调换了日月，已换回", f"{said.en}; {len(true)} true dates all on days 1–12: the spreadsheet turned day and month round, and they are turned back")  # fmt: skip
        return Evidence(order, turned=True, said=more, zones=zones)
    if turned:
        more = Text(f"{said.zh}；另有 {len(true)} 个真日期可能被调换了日月，证据不足", f"{said.en}; {len(true)} true dates may have been turned round, too few to prove it")  # fmt: skip
        return Evidence("?", said=more, zones=zones)
    if total >= 10 and proof < SHARE * total and not len(true):
        more = Text(
            f"{said.zh}，但这太少，可能混用两种顺序", f"{said.en}, which is too few: two orders may be mixed"
        )
        return Evidence("?", said=more, zones=zones)
    return Evidence(order, said=said, zones=zones)


def order_of(word: str) -> Order:
    """``word`` as an order; "?" for any other."""
    return word if word in {"", "ymd", "dmy", "mdy"} else "?"  # type: ignore[return-value]


def _short(parts: np.ndarray, zones: int) -> Evidence:
    """Years of two digits: the one order in which all are dates and lie close together."""
    fits: dict[str, int] = {}
    for order in ("ymd", "dmy", "mdy"):
        year, month, day = (parts[:, 1 + order.index(letter)] for letter in "ymd")
        if month.max() <= 12 and month.min() >= 1 and day.max() <= 31 and day.min() >= 1:
            fits[order] = int(year.max() - year.min())
    close = [order for order, span in fits.items() if span <= 2]
    wide = [order for order, span in fits.items() if 2 < span < 5]
    if len(fits) == 1 or (len(close) == 1 and not wide):
        order = close[0] if close else next(iter(fits))
        return Evidence(
            order_of(order),
            said=Text(f"两位数年份：只有 {order} 说得通", f"years of two digits: only {order} makes sense"),
            zones=zones,
        )
    return Evidence(
        "?",
        said=Text("两位数年份，看不出顺序", "years of two digits in an order that nothing tells"),
        zones=zones,
    )


def proofs(read: Read) -> tuple[int, int]:
    """How many dates have more than 12 in the first place, and in the second."""
    three = read.parts[read.parts[:, 0] == 1]
    return int((three[:, 1] > 12).sum()), int((three[:, 2] > 12).sum())


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
    found = _parts(f"2000-01-01 {bare}")
    return np.nan if found is None else found[4] * 3600 + found[5] * 60 + found[6]


_UNITS: Final = (
    (86400.0, r"(\d+(?:\.\d+)?)\s*(?:天|日|days?|d)(?![a-z])"), (3600.0, r"(\d+(?:\.\d+)?)\s*(?:小时|时|hours?|hrs?|h)(?![a-z])"),
    (60.0, r"(\d+(?:\.\d+)?)\s*(?:分钟|分|minutes?|mins?|m)(?![a-z])"), (1.0, r"(\d+(?:\.\d+)?)\s*(?:秒|seconds?|secs?|s)(?![a-z])"),
)  # fmt: skip


def unit_of(heading: str) -> float:
    """Seconds of the unit that a heading of durations names; 0 where it names none."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", heading).casefold()
    for seconds, words in (
        (86400.0, "天|日数|days?|工作日"),
        (60.0, "分钟|minutes?|mins?"),
        (3600.0, r"小时|hours?|hrs?|\(h\)|（h）"),
    ):
        if re.search(rf"(?<![a-z])(?:{words})(?![a-z])", text):
            return seconds
    return 0.0


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
        if found := re.search(pattern, rest):
            total, rest = total + float(found[1]) * size, rest[: found.start()] + rest[found.end() :]
    return total if rest != bare and not rest.strip(" ,，零又") else np.nan
