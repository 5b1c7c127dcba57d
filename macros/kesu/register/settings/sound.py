"""Whether settings that came by another way than the Settings sheet are such as the sheet could have said."""

from __future__ import annotations

from collections.abc import Iterator

from kesu.register.kpis import KPIS
from kesu.register.settings.limits import LIMITS
from kesu.register.settings.model import Settings
from kesu.register.settings.rows import LONGEST_REACH_DAYS
from kesu.register.settings.rules import (
    CLOCKS,
    REOPEN_MODES,
    RULE_TARGETS,
    STARTS,
    UNITS,
    Rule,
    days_for,
    rule_problem,
)
from kesu.register.settings.words import LARGEST, month, region, subdivision, time_zone
from kesu.words.text import LANGS


def sound(settings: Settings) -> Settings:
    """``settings`` themselves. Raises ValueError, which names the setting, for what the sheet's reader would not have taken."""
    for name, fits in _judged(settings):
        if not fits:
            raise ValueError(name)
    region(settings.region)
    subdivision(settings.subdivision, settings.region)
    time_zone(settings.time_zone)
    return settings


def _judged(settings: Settings) -> Iterator[tuple[str, bool]]:
    yield "lang", settings.lang in {"", *LANGS}
    yield "reopen_mode", settings.reopen_mode in REOPEN_MODES
    yield "due_soon_hours", 0 <= settings.due_soon_hours <= LARGEST
    yield "repeat_window_days", 0 <= settings.repeat_window_days <= LARGEST
    for day, spans in settings.hours.items():
        edges = [edge for span in spans for edge in span]
        yield "hours", 0 <= day < 7 and edges == sorted(edges) and all(begin < end for begin, end in spans)
        yield "hours", all(0 <= edge <= 86400 for edge in edges)
    for rule in settings.rules:
        yield f"rule {rule.target} {rule.amount:g} {rule.unit}", _is_rule(rule, settings)
    for goal in settings.kpi_targets:
        highest = 1 if goal.kpi in KPIS and KPIS[goal.kpi].unit == "share" else LARGEST
        yield f"target {goal.kpi} {goal.target:g}", goal.kpi in KPIS and 0 <= goal.target <= highest
    for since, number in settings.customers.items():
        yield f"customers {since}", month(since) == since and 0 <= number <= LARGEST
    for key, limit in settings.limits.items():
        yield f"limit {key}", key not in LIMITS or 0 <= limit <= LARGEST


def _is_rule(rule: Rule, settings: Settings) -> bool:
    known = (
        rule.target in RULE_TARGETS and rule.unit in UNITS and rule.clock in CLOCKS and rule.start in STARTS
    )
    return known and rule_problem(rule) is None and days_for(rule, settings.hours) <= LONGEST_REACH_DAYS
