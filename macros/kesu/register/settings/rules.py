"""Deadline rules: what a rule says, which rules make sense, clock times as people write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kesu.words.text import Text

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


WEEKDAY_NAMES: Final = (
    Text("星期一", "Monday"), Text("星期二", "Tuesday"), Text("星期三", "Wednesday"), Text("星期四", "Thursday"),
    Text("星期五", "Friday"), Text("星期六", "Saturday"), Text("星期日", "Sunday"),
)  # fmt: skip


TARGETS: Final[dict[str, Text]] = {
    "first_response": Text("首次响应", "First response"),
    "reply": Text("有效回复", "Substantive reply"),
    "resolution": Text("解决", "Resolution"),
    "callback": Text("回访", "Call-back"),
}
"""Deadlines of a complaint, in the order in which they fall due."""


RULE_TARGETS: Final[dict[str, Text]] = TARGETS | {
    "plan_step": Text("方案步骤", "Plan step"),
    "silence": Text("联系间隔", "Silence between contacts"),
}
"""What a rule may set: the four deadlines, the time for one plan step, the longest silence between contacts."""


UNITS: Final[dict[str, Text]] = {
    "minutes": Text("分钟", "minutes"),
    "hours": Text("小时", "hours"),
    "days": Text("天", "days"),
    "weeks": Text("周", "weeks"),
    "months": Text("月", "months"),
}


DAYS_PER: Final = {"minutes": 1 / 1440, "hours": 1 / 24, "days": 1.0, "weeks": 7.0, "months": 31.0}
"""At most so many days in one of each unit."""


CLOCKS: Final[dict[str, Text]] = {
    "calendar": Text("自然时间", "calendar"),
    "business": Text("工作时间", "business"),
}


STARTS: Final[dict[str, Text]] = {
    "received": Text("受理", "received"),
    "sent": Text("客户发出", "sent"),
    "reopened": Text("重开", "reopened"),
}
"""From when a rule counts. sent: when the customer or authority sent it, where that is not known from the receipt;
reopened: such a rule fits reopened complaints only. Call-backs count from the resolution, plan steps and silence
from their own records, whatever is said here."""


STARTED: Final = ("first_response", "reply", "resolution")
"""Targets whose rules may say from when they count."""


REOPEN_MODES: Final[dict[str, Text]] = {
    "continue": Text("继续计时", "continue"),
    "restart": Text("重新计时", "restart"),
    "new_cycle": Text("新一轮", "new cycle"),
}
"""What reopening does to reply and resolution. continue: the clock goes on where the answer had stopped it;
restart: it begins anew and what was before no longer counts; new_cycle: it begins anew and both cycles are judged."""


LONGEST_DAYS: Final = 3660
"""No rule is longer than ten years."""


CONDITIONS: Final = ("kind", "tier", "severity", "category", "channel", "product")
"""Columns on which a rule may depend; an empty condition fits every complaint."""


Hours = Mapping[int, tuple[tuple[int, int], ...]]
"""Weekday (0 = Monday) → working intervals as (begin, end) in seconds of the day."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A deadline rule: ``amount`` ``unit`` on ``clock`` for ``target`` where every condition fits.

    ``start``: key of `STARTS`. ``count_start_day``, ``end_of_day``, ``roll_forward``: see `kesu.rules.deadlines.clocks.due`.
    ``valid_from``, ``valid_to``: the rule is for complaints received on these days or between them.
    """

    target: str
    amount: float
    unit: str = "hours"
    clock: str = "calendar"
    kind: str = ""
    tier: str = ""
    severity: str = ""
    category: str = ""
    channel: str = ""
    product: str = ""
    start: str = "received"
    count_start_day: bool = False
    end_of_day: bool = False
    roll_forward: bool = False
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    note: str = ""


def rule_problem(rule: Rule) -> Text | None:
    """Why ``rule`` cannot be used, or None. What passes is never refused by `kesu.rules.deadlines.clocks.due`."""
    in_days = rule.unit not in {"minutes", "hours"}
    target, unit = RULE_TARGETS[rule.target], UNITS[rule.unit]
    reasons = (
        (
            not 0 <= rule.amount * DAYS_PER[rule.unit] <= LONGEST_DAYS,
            Text("数量必须在 0 和十年之间", "the amount must lie between 0 and ten years"),
        ),
        (
            in_days and rule.amount % 1 != 0,
            Text(
                f"以{unit.zh}为单位时数量须为整数；半天请写成小时",
                f"in {unit.en} the amount must be a whole number; say half a day in hours",
            ),
        ),
        (
            rule.clock == "business" and rule.unit in {"weeks", "months"},
            Text(
                "周和月只能按自然时间；工作时间请写成天或小时",
                "weeks and months are calendar time; on the business clock say it in days or hours",
            ),
        ),
        (
            rule.count_start_day and not (in_days and rule.amount >= 1),
            Text(
                "只有至少一天、一周或一月的时限才有“当天算第一天”",
                "the start day can count only in a limit of at least one day, week or month",
            ),
        ),
        (
            rule.start != "received" and rule.target not in STARTED,
            Text(
                f"“{target.zh}”有自己的起点，“起算”请留空",
                f"“{target.en}” has a start of its own; leave “Counts from” empty",
            ),
        ),
        (
            bool(rule.valid_from and rule.valid_to and rule.valid_to < rule.valid_from),
            Text("“有效至”早于“有效自”", "“valid to” is before “valid from”"),
        ),
    )
    return next((text for wrong, text in reasons if wrong), None)


def days_for(rule: Rule, hours: Hours) -> float:
    """Roughly how many days ``rule`` takes in a week of ``hours`` without holidays."""
    days = rule.amount * DAYS_PER[rule.unit]
    if rule.clock == "calendar" or not hours:
        return days
    if rule.unit in {"days", "weeks", "months"}:
        return days * 7 / max(sum(bool(spans) for spans in hours.values()), 1)
    seconds = sum(end - begin for spans in hours.values() for begin, end in spans)
    return days * 7 * 86400 / max(seconds, 60)


def in_lang(words: str, lang: str) -> str:
    """``"中文 / English"`` → its part in ``lang``; words that are not in two languages stay as they are."""
    zh, slash, en = words.partition(" / ")
    return words if not slash else Text(zh, en).of(lang)


def parse_interval(words: str) -> tuple[int, int]:
    """``"09:00-12:00"`` → (32400, 43200), seconds of the day; 24:00 is allowed as end. Raises ValueError."""
    begin, _, end = words.replace("：", ":").replace("–", "-").partition("-")
    span = parse_clock(begin), parse_clock(end)
    if span[1] <= span[0]:
        raise ValueError(words)
    return span


def parse_clock(words: str) -> int:
    """``"09:30"`` or ``"09:30:00"`` → second of the day, 0 to 86400. Raises ValueError."""
    parts = [int(part) for part in words.strip().split(":")]
    hours, minutes, seconds = (*parts, 0, 0)[:3]
    second = hours * 3600 + minutes * 60 + seconds
    if not (0 <= second <= 86400 and 0 <= minutes < 60 and 0 <= seconds < 60):
        raise ValueError(words)
    return second


def clock_words(second: int) -> str:
    """32400 → ``"09:00"``."""
    return f"{second // 3600:02d}:{second % 3600 // 60:02d}"
