"""In which order the dates of a column stand: decided from the whole column, with evidence, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from kesu.register.mapping.times import Read
from kesu.words.text import Text, counted

Order = Literal["", "ymd", "dmy", "mdy", "?"]
"""In which order day, month and year stand in dates of figures: "" nothing to decide, "?" cannot be decided."""

PROOF: Final = 8
"""True dates, none of them after the twelfth, from which it is no accident: 12 days of 30, eight times, is one in 1,500."""
TWELFTH: Final = 12
SHARE: Final = 0.2
"""Of dates of one order three in five have a day after the twelfth; where fewer than this do, two orders are mixed."""

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
            f"两种顺序混用：{first} 个日期只能是日在前，{second} 个只能是月在前", f"two orders mixed: {counted(first, 'date')} can only be day first, {second} only month first"), zones=zones)  # fmt: skip
    if not first and not second:
        true = pd.DatetimeIndex(read.times[read.true])
        odd = len(true) > 0 and int(true.day.max()) <= TWELFTH
        own = "?" if odd else "dmy" if pool[0] and not pool[1] else "mdy" if pool[1] and not pool[0] else "?"
        if own == "?":
            return Evidence("?", said=Text(
                f"{total} 个日期都是日月皆可（都不大于 12），看不出顺序", f"{counted(total, 'date')} that can be read both ways (no part above 12)"), zones=zones)  # fmt: skip
        return Evidence(order_of(own), said=Text(f"与同表其他时间列相同（{pool[own == 'mdy']} 个日期为证）", f"as the table's other times ({counted(pool[own == 'mdy'], 'date')} to prove it)"), zones=zones)  # fmt: skip
    order, proof = ("dmy", first) if first else ("mdy", second)
    said = Text(
        f"{total} 个日期中 {proof} 个的{'第一' if first else '第二'}个数大于 12，没有反例",
        f"{proof} of {counted(total, 'date')} with more than 12 in {'first' if first else 'second'} place, none in the other",
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
