"""What is said of the Settings sheet, and of what is used where something cannot be read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kesu.register.settings import WEEKDAY_NAMES
from kesu.register.settings.rows import span_words
from kesu.words.text import LANGS, Text

NOTHING_USED: Final = Text("各行都不采用，改用默认值", "none of its rows is used, the defaults are")
IGNORED: Final = Text("这一行不采用", "this row is not used")
INSTEAD: Final = Text("改用 {value}", "{value} is used")
NOT_USED: Final = {
    "rules": Text("这条规则不采用，其余的照用", "this rule is not used, the others are"),
    "kpi_targets": Text("这个目标不采用，其余的照用", "this target is not used, the others are"),
    "days": Text("这一天按平常的日历算", "the day counts as the calendar has it"),
    "customers": Text("这个月没有客户数", "this month has no customer base"),
    "codes": Text(
        "这一行不采用，列表里的其他选项照用", "this row is not used, the other choices of the list are"
    ),
    "words": IGNORED,
    "playbooks": IGNORED,
}
SHIPPED: Final = {
    "rules": Text("改用自带的 {profile} 规则", "the rules of the shipped profile {profile} are used"),
    "kpi_targets": Text("改用自带的 {profile} 目标", "the targets of the shipped profile {profile} are used"),
    "hours": Text(
        "改用自带的 {profile} 工作时间", "the working hours of the shipped profile {profile} are used"
    ),
}
"""Where nothing of a block can be read."""

NO_SHEET: Final = Text(
    "没有“设置”工作表，规则、工作时间、目标和代码表都用自带的 {profile}；kesu new 建的登记表有这张表。",
    "No Settings sheet: rules, hours, targets and lists are those of the shipped profile {profile}. Registers made with "
    "kesu new have one.",
)
NO_BLOCK: Final = Text(
    "设置缺少{blocks}，改用自带的 {profile}；请恢复列标题。",
    "Settings without {blocks}: the shipped {profile} is used. Restore the headings.",
)
NAMED_BLOCKS: Final = 3
NO_ROWS: Final = Text(
    "“设置”表的{blocks}里一行也没有，", "{blocks} on the Settings sheet: no row at all, so "
)


def hours_used(hours: dict[int, tuple[tuple[int, int], ...]], day: int | None) -> Text:
    """What counts on a weekday of which a row is wrong."""
    if day is None:
        return IGNORED
    if day not in hours:
        return Text("{day}按休息算", "{day} counts as closed").fill(day=WEEKDAY_NAMES[day])
    spans = Text(*(named((span_words(span) for span in hours[day]), lang, marked=False) for lang in LANGS))
    return Text("{day}按 {spans} 算", "{day} counts as {spans}").fill(day=WEEKDAY_NAMES[day], spans=spans)


def named(names: Iterable[str], lang: str, *, marked: bool = True) -> str:
    """Names side by side, ``marked`` by quotation marks."""
    return ("、" if lang == "zh" else ", ").join(
        f"“{name}”" if marked and name[:1] != "“" else name for name in names
    )
