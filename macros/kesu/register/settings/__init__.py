"""A team's settings: working hours, deadline rules, KPI targets, customer base, code and word lists.

Defaults come from a profile (TOML, dated, with source); the workbook's Settings sheet holds a copy that the
team may edit, and the workbook's copy rules (`kesu.register.settings.sheet`).
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Final, NamedTuple

from kesu.register.codes import CODE_LISTS, CodeLists
from kesu.words.text import Text
from kesu.xlsx.address import letters

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

DEFAULT_PROFILE: Final = "telecom"


class Limit(NamedTuple):
    """A number that checks and KPIs go by: its name, what it means, the value where a team sets none."""

    label: Text
    note: Text
    value: float


LIMITS: Final[dict[str, Limit]] = {
    "escalate_urgent_hours": Limit(
        Text("紧急投诉上报（小时）", "Escalate urgent after (hours)"),
        Text("紧急投诉超过这么久未解决又无人升级，检查会指出", "An urgent complaint unresolved for longer, and not escalated, is a finding"),
        24,
    ),
    "escalate_severe_hours": Limit(
        Text("严重投诉上报（小时）", "Escalate severe after (hours)"),
        Text("严重投诉超过这么久未解决又无人升级，检查会指出", "A severe complaint unresolved for longer, and not escalated, is a finding"),
        48,
    ),
    "lying_days": Limit(
        Text("小事搁置（天）", "Minor left lying after (days)"),
        Text("轻微投诉超过这么多天没有任何动作，检查会指出", "A minor complaint on which nothing was done for longer is a finding"),
        7,
    ),
    "transfers": Limit(
        Text("多次转办（次）", "Handed over too often (times)"),
        Text("转办达到这么多次，检查会指出", "So many transfers or more are a finding"),
        2,
    ),
    "ring_seconds": Limit(
        Text("接通时限（秒）", "Answered within (seconds)"),
        Text("在此秒数内接通才算及时；三声约 15 秒", "Answered within so many seconds counts as in time; three rings take about 15"),
        15,
    ),
    "start_seconds": Limit(
        Text("启动升级时限（秒）", "Transfer started within (seconds)"),
        Text("决定转办后在此秒数内开始才算及时", "A transfer started within so many seconds of the decision counts as in time"),
        60,
    ),
}  # fmt: skip
"""Limits of the checks and of two KPIs, by key. Sources: the telecom table (24 h and 48 h for resolving an urgent and
a severe complaint) and the call-centre procedure (three rings, one minute)."""

DEFAULT_LIMITS: Final = {key: limit.value for key, limit in LIMITS.items()}

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


@dataclass(frozen=True, slots=True)
class KpiTarget:
    """What a KPI should reach (shares as 0-1), for one tier or one department or, both empty, in total."""

    kpi: str
    target: float
    tier: str = ""
    department: str = ""


VAGUE: Final = (
    "尽快",
    "马上",
    "稍后",
    "过几天",
    "尽早",
    "近期",
    "as soon as possible",
    "asap",
    "shortly",
    "in due course",
)
JUDGEMENT: Final = (
    "无理取闹", "明显是", "胡搅蛮缠", "故意找茬", "不讲理", "素质低", "骗保", "unreasonable", "obviously", "troublemaker",
    "clearly the customer", "making a fuss", "liar",
)  # fmt: skip
FAULT: Final = (
    "是我们的错",
    "我方责任",
    "我们全责",
    "确实是我们的问题",
    "our fault",
    "we are to blame",
    "we were at fault",
)
MONEY: Final = (
    r"(?:赔偿?|索赔|补偿|退)\D{0,6}\d+(?:\.\d+)?\s*(?:元|块|万)",
    r"(?:compensat|refund|claim|demand)\w{0,9}\D{0,20}[¥$€£]\s?\d+",
)

WORD_LISTS: Final[dict[str, tuple[Text, tuple[str, ...]]]] = {
    "vague": (Text("含糊的承诺", "Vague promises"), VAGUE),
    "judgement": (Text("评判客户的话", "Judging words"), JUDGEMENT),
    "fault": (Text("未核实先认错", "Fault admitted"), FAULT),
}
"""Words that the checks look for; a team may edit them on the Settings sheet."""


@dataclass(frozen=True)
class Settings:
    """Everything a team may set. Times are local wall clock; shares are 0-1."""

    organisation: str = ""
    lang: str = ""
    profile: str = DEFAULT_PROFILE
    region: str = "CN"
    subdivision: str = ""
    due_soon_hours: float = 4.0
    repeat_window_days: float = 30.0
    reopen_mode: str = "new_cycle"
    tell_at_50: str = "责任人 / the owner"
    tell_at_80: str = "班组长 / the team leader"
    tell_at_100: str = "投诉经理 / the complaint manager"
    hours: Hours = field(default_factory=dict)
    closed_days: tuple[dt.date, ...] = ()
    open_days: tuple[dt.date, ...] = ()
    day_names: Mapping[dt.date, str] = field(default_factory=dict)
    """Why an own day is closed or open."""
    rules: tuple[Rule, ...] = ()
    kpi_targets: tuple[KpiTarget, ...] = ()
    customers: Mapping[str, float] = field(default_factory=dict)
    """Customer base by month ("2026-10" → number of customers)."""
    codes: CodeLists = field(default_factory=lambda: CODE_LISTS)
    words: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {k: w for k, (_, w) in WORD_LISTS.items()}
    )
    limits: Mapping[str, float] = field(default_factory=lambda: DEFAULT_LIMITS)
    """By key of `LIMITS`."""
    sheet: str = ""
    """Title of the sheet that these were read from."""
    problems: tuple[tuple[int, int, Text], ...] = ()
    """What could not be read on the Settings sheet: (Excel row, column index from 0, what is wrong and what is used)."""
    remarks: tuple[Text, ...] = ()
    """What the sheet does not say at all, and what is used instead."""

    def notes(self, name: str) -> tuple[Text, ...]:
        """Everything about the settings of the register called ``name`` that a user must be told, a line each."""
        cells = (
            said.at(f"{name} ▸ {self.sheet}!{letters(at + 1)}{row}")
            for row, at, said in self.problems
        )  # fmt: skip
        whole = (said.at(name) for said in self.remarks)
        return (*cells, *whole)


@dataclass(frozen=True)
class Profile:
    """A shipped profile: where its rules come from, when that was checked, whether the text itself was read."""

    name: str
    title: Text
    source: Text
    checked: dt.date
    verified: bool
    settings: Settings


def profile_names() -> tuple[str, ...]:
    """The shipped profiles, the default first."""
    files = (file.name for file in resources.files("kesu.register.settings.profiles").iterdir())
    names = sorted(name.removesuffix(".toml") for name in files if name.endswith(".toml"))
    return tuple(sorted(names, key=lambda name: name != DEFAULT_PROFILE))


def load_about(name: str) -> Profile:
    """The shipped profile ``name``. Raises `FileNotFoundError` for unknown names."""
    about = _tables(name)["profile"]
    return Profile(
        name,
        Text(**about["title"]),
        Text(**about["source"]),
        about["checked"],
        about["verified"],
        load_profile(name),
    )


@cache
def _tables(name: str) -> dict[str, Any]:
    text = resources.files("kesu.register.settings.profiles").joinpath(f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def load_profile(name: str = DEFAULT_PROFILE) -> Settings:
    """The settings that the shipped profile ``name`` stands for. Raises `FileNotFoundError` for unknown names."""
    return from_toml(_tables(name))


def from_toml(data: Mapping[str, Any]) -> Settings:
    """Settings out of the tables of a profile (the shape is that of profiles/telecom.toml)."""
    hours = {
        WEEKDAYS.index(day): tuple(parse_interval(words) for words in spans)
        for day, spans in data.get("hours", {}).items()
    }
    rules = tuple(_row(Rule, row) for row in data.get("rules", ()))
    targets = tuple(_row(KpiTarget, row) for row in data.get("kpi_targets", ()))
    return Settings(
        profile=data["profile"]["name"],
        hours=hours,
        rules=rules,
        kpi_targets=targets,
        **data.get("general", {}),
    )


def _row(cls: type[Any], row: Mapping[str, Any]) -> Any:
    known = {key: value for key, value in row.items() if key != "note" or cls is Rule}
    unknown = known.keys() - set(cls.__slots__)
    if unknown:
        raise ValueError(f"a {cls.__name__} of a profile has no {', '.join(sorted(unknown))}")
    if "note" in known:
        known["note"] = " / ".join(known["note"].values())
    made = cls(**known)
    problem = rule_problem(made) if isinstance(made, Rule) else None
    if problem:
        raise ValueError(problem.en)
    return made


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
