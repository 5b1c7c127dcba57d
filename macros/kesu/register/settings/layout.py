"""The Settings sheet: which blocks it has and what stands in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from kesu.register.codes import CODE_LISTS, label_of
from kesu.register.kpis import NAMES
from kesu.register.settings import (
    CLOCKS,
    CONDITIONS,
    LIMITS,
    REOPEN_MODES,
    RULE_TARGETS,
    STARTED,
    STARTS,
    UNITS,
    WEEKDAY_NAMES,
    WORD_LISTS,
    Rule,
    Settings,
    clock_words,
    in_lang,
)  # fmt: skip
from kesu.register.settings.playbooks import KINDS, cells_of
from kesu.words.text import Text


class Field(NamedTuple):
    """One column of a block; ``choices`` are the words that may stand in it (key → label), empty for free entry."""

    key: str
    label: Text
    width: int
    choices: Mapping[str, Text] = {}


class Block(NamedTuple):
    """A table on the Settings sheet."""

    key: str
    title: Text
    fields: tuple[Field, ...]


GENERAL: Final[dict[str, tuple[Text, Text]]] = {
    "organisation": (Text("单位名称", "Organisation"), Text("显示在报告上", "Shown on reports")),
    "lang": (Text("语言", "Language"), Text("zh 或 en", "zh or en")),
    "profile": (Text("规则模板", "Profile"), Text("这些规则最初来自哪个模板", "Where these rules came from")),
    "region": (Text("地区", "Region"), Text("公共假日所属国家或地区代码，如 CN", "Country code for public holidays, e.g. CN")),
    "subdivision": (Text("省/州", "Subdivision"), Text("如需地方假日，填代码", "Code, where local holidays matter")),
    "time_zone": (
        Text("时区", "Time zone"),
        Text("登记表里的时间是哪里的钟点，如 Asia/Shanghai；写在报告和时限说明里", "Whose clock the times are by, e.g. Europe/London; named in reports and explanations"),
    ),
    "due_soon_hours": (
        Text("临期提醒（小时）", "Due soon (hours)"),
        Text("到期前剩余的工作时间不超过它即为临期，所以夜里不提醒", "Working time left until due that counts as due soon; nobody is warned at night"),
    ),
    "repeat_window_days": (
        Text("重复投诉窗口（天）", "Repeat window (days)"),
        Text("同一客户同类问题在此天数内再次投诉即为重复", "Same customer, same issue again within so many days is a repeat"),
    ),
    "reopen_mode": (
        Text("重开方式", "Reopening"),
        Text("继续计时、重新计时或新一轮（两轮都考核）", "continue, restart or new cycle (both cycles judged)"),
    ),
    "tell_at_50": (
        Text("时限用去 50% 时告知", "Told at 50 % of the time"),
        Text("按工作时间计；留空则不告知", "Of the working time until due; empty: nobody"),
    ),
    "tell_at_80": (
        Text("时限用去 80% 时告知", "Told at 80 % of the time"),
        Text("按工作时间计；留空则不告知", "Of the working time until due; empty: nobody"),
    ),
    "tell_at_100": (
        Text("时限用尽时告知", "Told at 100 % of the time"),
        Text("到期即告知；留空则不告知", "When it is due; empty: nobody"),
    ),
}  # fmt: skip

MAY_BE_EMPTY: Final = ("region", "subdivision", "time_zone", "tell_at_50", "tell_at_80", "tell_at_100")
"""General settings whose empty value means something."""

YES_NO: Final = {"yes": Text("是", "Yes"), "no": Text("否", "No")}
SWITCHES: Final = ("count_start_day", "end_of_day", "roll_forward")
DAY_KINDS: Final = {"closed": Text("休息", "Closed"), "open": Text("上班", "Open")}


def _codes_field(key: str, label: Text, width: int = 12) -> Field:
    return Field(key, label, width, {code.key: code.label for code in CODE_LISTS[key]})


BLOCKS: Final[tuple[Block, ...]] = (
    Block("general", Text("基本设置", "General"), (
        Field("setting", Text("设置项", "Setting"), 22),
        Field("value", Text("值", "Value"), 18),
        Field("note", Text("说明", "Note"), 62),
    )),
    Block("rules", Text("时限规则（自上而下，第一条符合的生效）", "Deadline rules (from top to bottom, the first that fits)"), (
        Field("target", Text("时限", "Deadline"), 20, RULE_TARGETS),
        _codes_field("kind", Text("类别", "Kind")),
        _codes_field("tier", Text("客户等级", "Tier")),
        _codes_field("severity", Text("严重程度", "Severity")),
        _codes_field("category", Text("投诉类型", "Category"), 16),
        _codes_field("channel", Text("投诉渠道", "Channel")),
        Field("product", Text("产品/版本", "Product / version"), 16),
        Field("amount", Text("数量", "Amount"), 9),
        Field("unit", Text("单位", "Unit"), 9, UNITS),
        Field("clock", Text("时钟", "Clock"), 11, CLOCKS),
        Field("start", Text("起算", "Counts from"), 11, STARTS),
        Field("count_start_day", Text("当天算第一天", "Start day counts"), 13, YES_NO),
        Field("end_of_day", Text("到当天结束", "Until end of day"), 12, YES_NO),
        Field("roll_forward", Text("遇休息日顺延", "Moves on from closed days"), 14, YES_NO),
        Field("valid_from", Text("有效自（受理日）", "Valid from (receipt)"), 14),
        Field("valid_to", Text("有效至（受理日）", "Valid to (receipt)"), 14),
        Field("note", Text("备注", "Remark"), 36),
    )),
    Block("kpi_targets", Text("指标目标", "KPI targets"), (
        Field("kpi", Text("指标", "KPI"), 30, NAMES),
        _codes_field("tier", Text("适用等级", "For tier")),
        Field("department", Text("适用部门", "For department"), 16),
        Field("target", Text("目标值", "Target value"), 12),
    )),
    Block("hours", Text("工作时间", "Working hours"), (
        Field("weekday", Text("星期", "Weekday"), 12, {str(i): name for i, name in enumerate(WEEKDAY_NAMES)}),
        Field("begin", Text("上班", "From"), 9),
        Field("end", Text("下班", "To"), 9),
    )),
    Block("days", Text("本单位的特殊日期", "Own closed and open days"), (
        Field("day", Text("自定日期", "Own day"), 13),
        Field("open", Text("上班或休息", "Open or closed"), 13, DAY_KINDS),
        Field("name", Text("名称", "Occasion"), 18),
    )),
    Block("customers", Text("客户数（按月）", "Customer base by month"), (
        Field("month", Text("月份", "Month"), 11),
        Field("customers", Text("客户数", "Customers"), 13),
    )),
    Block("codes", Text("代码表", "Code lists"), (
        Field("list", Text("代码列表", "Code list"), 16),
        Field("code", Text("代码", "Code"), 17),
        Field("label", Text("选项名称", "Choice"), 22),
        Field("also", Text("同义词", "Also written"), 30),
    )),
    Block("words", Text("措辞表", "Word lists"), (
        Field("words", Text("词表", "Word list"), 18, {key: title for key, (title, _) in WORD_LISTS.items()}),
        Field("word", Text("词语", "Word"), 26),
    )),
    Block("limits", Text("检查的界限", "Limits of checks"), (
        Field("limit", Text("界限", "Limit"), 30),
        Field("value", Text("值", "Value"), 9),
        Field("note", Text("说明", "Note"), 62),
    )),
    Block("playbooks", Text("处理手册（写了哪一类，哪一类就以这里为准）", "Playbooks (what is said here of a category replaces what kesu ships for it)"), (
        Field("about", Text("适用于", "Playbook for"), 22),
        Field("line", Text("内容种类", "Kind of line"), 24, KINDS),
        Field("text", Text("手册内容", "Line"), 150),
    )),
)  # fmt: skip

Cell = str | float | dt.date | None


def rows_of(settings: Settings, lang: str) -> dict[str, list[tuple[Cell, ...]]]:
    """Block key → rows of cell values in ``lang``, as the template builder writes them."""
    codes = settings.codes

    def label(name: str, key: str) -> str:
        return label_of(codes[name], key, lang) if key else ""

    return {
        "general": [
            (name.of(lang), _general_value(settings, key, lang), note.of(lang))
            for key, (name, note) in GENERAL.items()
        ],
        "rules": [_rule_row(rule, label, lang) for rule in settings.rules],
        "kpi_targets": [
            (NAMES[row.kpi].of(lang), label("tier", row.tier), row.department, row.target)
            for row in settings.kpi_targets
        ],
        "hours": [
            (WEEKDAY_NAMES[day].of(lang), clock_words(begin), clock_words(end))
            for day, spans in sorted(settings.hours.items())
            for begin, end in spans
        ],
        "days": [
            (day, DAY_KINDS[kind].of(lang), settings.day_names.get(day))
            for kind, days in (("closed", settings.closed_days), ("open", settings.open_days))
            for day in days
        ],
        "customers": [(month, number) for month, number in sorted(settings.customers.items())],
        "codes": [
            (
                name,
                code.key,
                code.label.of(lang),
                "、".join(code.also) if lang == "zh" else ", ".join(code.also),
            )
            for name, entries in codes.items()
            for code in entries
        ],
        "words": [
            (WORD_LISTS[key][0].of(lang), word) for key, words in settings.words.items() for word in words
        ],
        "playbooks": [
            *cells_of(settings.playbooks, {code.key: code.label.of(lang) for code in codes["category"]}, lang)
        ],
        "limits": [
            (limit.label.of(lang), settings.limits[key], limit.note.of(lang)) for key, limit in LIMITS.items()
        ],
    }


def _rule_row(rule: Rule, label: Callable[[str, str], str], lang: str) -> tuple[Cell, ...]:
    return (
        RULE_TARGETS[rule.target].of(lang),
        *(label(key, getattr(rule, key)) for key in CONDITIONS[:-1]),
        rule.product,
        rule.amount,
        UNITS[rule.unit].of(lang),
        CLOCKS[rule.clock].of(lang),
        STARTS[rule.start].of(lang) if rule.target in STARTED else "",
        *(YES_NO["yes"].of(lang) if getattr(rule, key) else "" for key in SWITCHES),
        rule.valid_from,
        rule.valid_to,
        in_lang(rule.note, lang),
    )


def _general_value(settings: Settings, key: str, lang: str) -> Cell:
    value: str | float = getattr(settings, key)
    if key == "reopen_mode":
        return REOPEN_MODES[str(value)].of(lang)
    if isinstance(value, str):
        return in_lang(value, lang) or (lang if key == "lang" else None)
    return value
