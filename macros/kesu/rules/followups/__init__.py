"""The follow-up list: what someone must do next, most urgent first."""

from kesu.rules.followups.order import COLUMNS, GROUPS, WAITS, groups_of, merge_follow_ups
from kesu.rules.followups.short import firsts, left_out, said_late, said_left_out, short
from kesu.rules.followups.table import follow_ups

__all__ = [
    "COLUMNS",
    "GROUPS",
    "WAITS",
    "firsts",
    "follow_ups",
    "groups_of",
    "left_out",
    "merge_follow_ups",
    "said_late",
    "said_left_out",
    "short",
]
