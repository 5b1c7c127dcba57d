"""The account of rows: every row of a register counts as something, or is left out of the figures for a reason.

Rows read = complaints + feedback + praise + left out. Every output says it with this one frame and these words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.rules.deadlines import FAR, seconds_of
from kesu.rules.instants import NAT
from kesu.rules.tally import tally
from kesu.words.text import Text, listed

if TYPE_CHECKING:
    from kesu.register.periods import Period
    from kesu.register.sheets import Register
    from kesu.rules.instants import Bools, Ints

KINDS: Final[dict[str, Text]] = {
    "complaint": Text("投诉", "complaints"),
    "feedback": Text("反馈", "feedback"),
    "praise": Text("表扬", "praise"),
}
REASONS: Final[dict[str, Text]] = {
    "no_receipt": Text("没有看得懂的受理时间", "no readable time of receipt"),
    "after_as_of": Text("受理时间晚于统计时点", "received later than the figures reach"),
    "kind_unreadable": Text("类别看不懂", "unreadable kind"),
    "kind_other": Text("其他类别", "another kind"),
    "outside_period": Text("不在统计期间", "outside the period"),
    "double": Text("重复登记", "double"),
}
"""Why a row is in no figure. The first that holds is said; what cannot be placed in time or kind is so in every period."""
PARTS: Final = (*KINDS, *REASONS)

_COUNTED: Final = len(KINDS)
_AT: Final = {key: at for at, key in enumerate(PARTS)}

DEFINITIONS: Final[dict[str, Text]] = {
    "rows_read": Text(
        "登记表里读到的行 = 投诉 + 反馈 + 表扬 + 未计入。",
        "Rows of the registers = complaints + feedback + praise + rows left out.",
    ),
    "rows_left_out": Text(
        f"不进任何指标的行，按原因：{'、'.join(said.zh for said in REASONS.values())}。",
        f"Rows in no figure, by reason: {', '.join(said.en for said in REASONS.values())}.",
    ),
}
TITLE: Final = Text("数据勾稽", "Account of rows")
LINE: Final = Text(
    "数据勾稽：读取 {read} = 投诉 {complaint} + 反馈 {feedback} + 表扬 {praise} + 未计入 {out}{why}{assumed}{see}。",
    "Account of rows: read {read} = complaints {complaint} + feedback {feedback} + praise {praise} + left out {out}{why}{assumed}{see}.",
)
ASSUMED: Final = Text("；没填类别、按投诉计 {n}", "; without a kind, counted as complaints {n}")
SEE: Final = Text("；详见 kesu check", "; see kesu check")


@dataclass(frozen=True)
class Rows:
    """How the rows of a register stand: ``part`` position in `PARTS`, whatever the period; ``received`` in seconds.

    ``assumed``: whose kind was not filled in. ``names`` and ``of``: the registers of a stack, and which each row is of.
    """

    names: tuple[str, ...]
    of: Ints
    part: Ints
    received: Ints
    assumed: Bools

    @property
    def counted(self) -> Bools:
        """Rows that go into figures, each in its period."""
        return self.part < _COUNTED

    @property
    def placed(self) -> Bools:
        """Rows of which it is known when they came in and what they are."""
        return ~np.isin(self.part, [_AT[key] for key in ("no_receipt", "after_as_of", "kind_unreadable")])

    def within(self, period: Period | None) -> Ints:
        """``part`` as seen from ``period``; None: whenever received."""
        if period is None:
            return self.part
        begin, end = (int(np.datetime64(day, "s").astype(np.int64)) for day in (period.begin, period.end))
        outside = (self.received < begin) | (self.received >= end)
        return np.where(outside & self.placed, _AT["outside_period"], self.part)

    def outside(self, period: Period) -> Bools:
        """Rows that are known not to belong to ``period``."""
        outside: Bools = self.within(period) == _AT["outside_period"]
        return outside


def rows_of(register: Register, as_of: int, double: Bools | None = None) -> Rows:
    """How the rows of ``register`` stand as of an instant (seconds); ``double``: those counted elsewhere."""
    received, kinds = seconds_of(register.complaints.data["received_at"]), register.kinds
    by_kind = [_AT.get(key, _AT["kind_other"]) for key in kinds.cat.categories]
    part = np.array([*by_kind, _AT["kind_unreadable"]])[kinds.cat.codes.to_numpy()]
    if double is not None:
        part[double & ((part < _COUNTED) | (part == _AT["kind_other"]))] = _AT["double"]
    part[received > as_of] = _AT["after_as_of"]
    part[(received == NAT) | (received <= as_of - FAR)] = _AT["no_receipt"]  # so old, it is a slip
    empty = register.complaints.data["kind"].isna().to_numpy(bool)
    return Rows(
        register.names, register.complaints.owner, part, received, empty & kinds.notna().to_numpy(bool)
    )


def account(rows: Sequence[Rows], period: Period | None) -> pd.DataFrame:
    """The account of ``rows`` over ``period`` (None: all): one line a register, named in the index, in the order of ``rows``.

    Columns ``rows_read``, `PARTS` (they add up to it) and ``kind_assumed`` (of the complaints), int64.
    """
    lines = []
    for one in rows:
        part, size = one.within(period), len(one.names)
        parts = tally(one.of * len(PARTS) + part, size * len(PARTS)).reshape(size, len(PARTS))
        assumed = tally(one.of[one.assumed & (part == _AT["complaint"])], size)
        lines.append(np.column_stack([tally(one.of, size), parts, assumed]))
    columns = ["rows_read", *PARTS, "kind_assumed"]
    index = pd.Index([name for one in rows for name in one.names], dtype="str")
    return pd.DataFrame(np.concatenate([np.zeros((0, len(columns))), *lines]), index, columns, dtype="int64")


def left_out(accounts: pd.DataFrame) -> dict[str, int]:
    """Reason → rows left out for it in all registers together; only those that occur."""
    totals = accounts[list(REASONS)].sum()
    return {str(reason): int(number) for reason, number in totals.items() if number}


def needs_telling(accounts: pd.DataFrame) -> bool:
    """Whether rows are left out for more than the period asked for, or a kind was assumed."""
    return bool(left_out(accounts).keys() - {"outside_period"}) or bool(accounts["kind_assumed"].any())


def line(accounts: pd.DataFrame) -> Text:
    """The account of all registers together in one line, the same words everywhere."""
    total, why = accounts.sum(), left_out(accounts)
    said = listed(
        [Text("{reason} {n:,}", "{reason} {n:,}").fill(reason=REASONS[key], n=n) for key, n in why.items()]
    )
    return LINE.fill(
        read=f"{total['rows_read']:,}",
        **{key: f"{total[key]:,}" for key in KINDS},
        out=f"{sum(why.values()):,}",
        why=Text(f"（{said.zh}）", f" ({said.en})") if why else "",
        assumed=ASSUMED.fill(n=f"{total['kind_assumed']:,}") if total["kind_assumed"] else "",
        see=SEE if needs_telling(accounts) else "",
    )


def table_of(accounts: pd.DataFrame, lang: str, most: int | None = None) -> list[list[str]]:
    """The account as a table of words: heading, a line a register (at most ``most``), of several the total last.

    Reasons that do not occur have no column.
    """
    shown = {
        "rows_read": Text("读取", "read"),
        **KINDS,
        "left_out": Text("未计入", "left out"),
        **{key: REASONS[key] for key in left_out(accounts)},
    }
    if accounts["kind_assumed"].any():
        shown["kind_assumed"] = Text("没填类别按投诉计", "no kind: a complaint")
    full = accounts.assign(left_out=accounts[list(REASONS)].sum(axis=1))[list(shown)]
    lines = [
        [str(name), *map(str, numbers)]
        for name, numbers in zip(full.index, full.to_numpy().tolist(), strict=True)
    ]
    header = [Text("登记表", "register").of(lang), *(said.of(lang) for said in shown.values())]
    total = [Text("合计", "Total").of(lang), *map(str, full.sum().tolist())]
    return [header, *lines[:most], *([total] if len(lines) > 1 else [])]


def account_rows(accounts: pd.DataFrame, period: Period, group_by: Sequence[str]) -> pd.DataFrame:
    """The account as rows of the KPI table (its columns, in any order): read and left out in total, left out by reason, and by
    register where ``group_by`` says so."""
    why = left_out(accounts)
    read, out = accounts["rows_read"], accounts[list(REASONS)].sum(axis=1)
    lines: list[tuple[str, str | None, str | None, int]] = [("rows_read", None, None, int(read.sum()))]
    lines += [("rows_left_out", None, None, sum(why.values()))]
    lines += [("rows_left_out", "reason", reason, number) for reason, number in why.items()]
    if "register" in group_by:
        for key, numbers in (("rows_read", read), ("rows_left_out", out)):
            lines += [
                (key, "register", name, int(n)) for name, n in zip(accounts.index, numbers, strict=True) if n
            ]
    table = pd.DataFrame(lines, columns=["kpi", "group_by", "group", "value"], dtype=object)
    value = table["value"].astype("float64")
    nothing = pd.Series(np.nan, table.index)
    return table.assign(
        value=value,
        numerator=value,
        denominator=nothing,
        unit="count",
        target=nothing,
        met=None,
        period=str(period),
    ).astype({"unit": object, "met": object, "period": object})
