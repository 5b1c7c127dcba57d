"""Deadlines of every complaint, worked out from the facts at every run: rule, start, due, done, state."""

from kesu.rules.deadlines.compute import compute_deadlines
from kesu.rules.deadlines.model import (
    MISSED,
    OPEN_TARGETS,
    RUNNING,
    STATES,
    Deadline,
    Deadlines,
    hours,
    instants,
    to_tell,
)
from kesu.rules.deadlines.policies import calendar_between, calendar_for, match_rules, rule_due, rule_limits
from kesu.rules.instants import FAR, seconds_of

__all__ = [
    "FAR",
    "MISSED",
    "OPEN_TARGETS",
    "RUNNING",
    "STATES",
    "Deadline",
    "Deadlines",
    "calendar_between",
    "calendar_for",
    "compute_deadlines",
    "hours",
    "instants",
    "match_rules",
    "rule_due",
    "rule_limits",
    "seconds_of",
    "to_tell",
]
