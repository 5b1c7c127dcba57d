"""The follow-up list: what someone must do next, most urgent first."""

from kesu.rules.followups.order import COLUMNS, GROUPS, groups_of, merge_follow_ups
from kesu.rules.followups.table import follow_ups

__all__ = ["COLUMNS", "GROUPS", "follow_ups", "groups_of", "merge_follow_ups"]
