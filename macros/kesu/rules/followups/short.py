"""The short list: one line a complaint, its most urgent reason, the others beside it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from kesu.rules.followups.order import WAITS
from kesu.rules.playbooks import FOLLOW_UPS
from kesu.words.terminal import records
from kesu.words.text import Text, counted, listed

if TYPE_CHECKING:
    import pandas as pd

    from kesu.rules.instants import Bools

RECORD: Final = ["register", "sheet", "row"]
"""Columns that say which complaint (or improvement) a line is about."""
LATE_HOURS: Final = Text("{hours} 小时", "{hours} h")
LATE_DAYS: Final = Text("{days} 天 {hours} 小时", "{days} d {hours} h")
LATE_WHOLE_DAYS: Final = Text("{days} 天", "{days} d")
ALSO: Final = Text("{n} 项：{reasons}", "{n}: {reasons}")
TIMES: Final = Text("{name}×{n}", "{name} ×{n}")
IN_BRACKETS: Final = Text("（{words}）", " ({words})")
LEFT_OUT: Final = Text(
    "另有 {n} 件现在无事可做，未列出：{reasons}。用 {how} 列出全部。",
    "{n} left out, as nothing can be done about {them} now: {reasons}. {how} lists everything.",
)
REASONS: Final = {
    "hold": Text("暂停中（等客户）{n} 件", "{n} on hold, waiting for the customer"),
    "agreed": Text("等到与客户约定的时间 {n} 件", "{n} until the time agreed with the customer"),
}
"""Keys of `WAITS` → how many complaints are left out for it."""


def firsts(found: pd.DataFrame) -> Bools:
    """Which lines of the list in order are their complaint's on the short list: the first about which something can be done."""
    ready = found["waits"].eq("")
    first: Bools = (ready & ~found[RECORD].where(ready).duplicated()).to_numpy(bool)
    return first


def short(found: pd.DataFrame, lang: str) -> pd.DataFrame:
    """One line a complaint of the list in order, with ``also``: its other reasons in words with their number, or "".

    A reason that falls to somebody else says to whom, one about which nothing can be done now says why.
    """
    first = firsts(found)
    shown = found[first].reset_index(drop=True)
    owners = {(one.register, one.sheet, one.row): one.owner for one in records(shown)}
    others: dict[tuple[str, str, int], Counter[str]] = {}
    for one in records(found[~first]):
        record = one.register, one.sheet, one.row
        if record in owners:
            others.setdefault(record, Counter())[_reason(one, owners[record], lang)] += 1
    said = [_also(others.get((one.register, one.sheet, one.row)), lang) for one in records(shown)]
    return shown.assign(also=said)


def left_out(found: pd.DataFrame) -> dict[str, int]:
    """How many complaints have no line on the short list, by the reason (key of `WAITS`) of their most urgent one."""
    listed_records = found[firsts(found)][RECORD]
    rest = found.merge(listed_records.assign(there=True), how="left", on=RECORD)
    waiting = rest[rest["there"].isna()].drop_duplicates(RECORD)["waits"].value_counts()
    return {key: int(waiting[key]) for key in WAITS if key in waiting}


def said_left_out(counts: dict[str, int], how: str | Text) -> Text | None:
    """That complaints are left out, how many and why; ``how`` lists them all the same. None where there are none."""
    if not counts:
        return None
    total = sum(counts.values())
    reasons = listed([REASONS[key].fill(n=n) for key, n in counts.items()])
    said = Text(str(total), counted(total, "complaint"))
    return LEFT_OUT.fill(n=said, them=Text("", "it" if total == 1 else "them"), reasons=reasons, how=how)


def said_late(hours: float, day_hours: float, lang: str) -> str:
    """``3 d 5 h``, below a day ``7.5 h``; ``day_hours``: hours of which a day has so many."""
    if round(hours, 1) < day_hours:
        return LATE_HOURS.fill(hours=f"{hours:.1f}").of(lang)
    days, rest = divmod(round(hours), day_hours)
    said = LATE_DAYS if round(rest) else LATE_WHOLE_DAYS
    return said.fill(days=f"{days:,.0f}", hours=f"{rest:.0f}").of(lang)


def _reason(line: Any, owner: object, lang: str) -> str:
    """What else is to be done: its name, to whom it falls if to somebody else, why it has to wait."""
    kind, mine, waits = line.kind, line.owner, line.waits
    more: list[str | Text] = [mine] if isinstance(mine, str) and mine and mine != owner else []
    more += [WAITS[waits]] if waits else []
    name = FOLLOW_UPS[kind][0].of(lang)
    return name + (IN_BRACKETS.fill(words=listed(more)).of(lang) if more else "")


def _also(reasons: Counter[str] | None, lang: str) -> str:
    if not reasons:
        return ""
    words = [name if n == 1 else TIMES.fill(name=name, n=n).of(lang) for name, n in reasons.items()]
    return ALSO.fill(n=reasons.total(), reasons=listed(words)).of(lang)
