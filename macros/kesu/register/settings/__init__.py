"""A team's settings: working hours, deadline rules, KPI targets, customer base, code and word lists.

Defaults come from a profile (TOML, dated, with source); the workbook's Settings sheet holds a copy that the
team may edit, and the workbook's copy rules (`kesu.register.settings.sheet`).
"""

from kesu.register.settings.limits import (
    DEFAULT_LIMITS,
    LIMITS,
    WORD_LISTS,
    Limit,
)
from kesu.register.settings.model import DEFAULT_PROFILE, KpiTarget, Settings
from kesu.register.settings.rules import (
    CLOCKS,
    CONDITIONS,
    DAYS_PER,
    LONGEST_DAYS,
    REOPEN_MODES,
    RULE_TARGETS,
    STARTED,
    STARTS,
    TARGETS,
    UNITS,
    WEEKDAY_NAMES,
    WEEKDAYS,
    Hours,
    Rule,
    clock_words,
    days_for,
    in_lang,
    parse_clock,
    parse_interval,
    rule_problem,
)
from kesu.register.settings.shipped import (
    Profile,
    from_toml,
    load_about,
    load_profile,
    new_settings,
    profile_names,
)

__all__ = [
    "CLOCKS",
    "CONDITIONS",
    "DAYS_PER",
    "DEFAULT_LIMITS",
    "DEFAULT_PROFILE",
    "LIMITS",
    "LONGEST_DAYS",
    "REOPEN_MODES",
    "RULE_TARGETS",
    "STARTED",
    "STARTS",
    "TARGETS",
    "UNITS",
    "WEEKDAYS",
    "WEEKDAY_NAMES",
    "WORD_LISTS",
    "Hours",
    "KpiTarget",
    "Limit",
    "Profile",
    "Rule",
    "Settings",
    "clock_words",
    "days_for",
    "from_toml",
    "in_lang",
    "load_about",
    "load_profile",
    "new_settings",
    "parse_clock",
    "parse_interval",
    "profile_names",
    "rule_problem",
]
