"""A deadline rule in one phrase."""

from __future__ import annotations

from kesu.register.settings import CLOCKS, STARTS, UNITS, Rule
from kesu.words.text import Text


def rule_words(rule: Rule) -> Text:
    """``48 hours, calendar time, from received`` and its Chinese: the rule without its conditions."""
    number, unit = f"{rule.amount:g}", UNITS[rule.unit]
    zh = [f"{number} {unit.zh}", CLOCKS[rule.clock].zh]
    en = [f"{number} {unit.en[:-1] if rule.amount == 1 else unit.en}", f"{rule.clock} time"]
    if rule.target in {"first_response", "reply", "resolution"}:
        zh.append(f"自{STARTS[rule.start].zh}起")
        en.append(f"from {STARTS[rule.start].en}")
    for key, words in (
        ("count_start_day", Text("当天算第一天", "the start day is day 1")),
        ("end_of_day", Text("到当天结束", "until the end of the day")),
        ("roll_forward", Text("遇休息日顺延", "moved on from a closed day")),
    ):
        if getattr(rule, key):
            zh.append(words.zh)
            en.append(words.en)
    if rule.valid_from or rule.valid_to:
        zh.append(f"受理日 {rule.valid_from or '…'} 至 {rule.valid_to or '…'}")
        en.append(f"for receipts {rule.valid_from or '…'} to {rule.valid_to or '…'}")
    return Text("，".join(zh), ", ".join(en))
