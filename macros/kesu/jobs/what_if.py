"""What other rules, hours or holidays would change."""

from __future__ import annotations

import dataclasses

import pandas as pd

from kesu.jobs.assessment import Assessment
from kesu.register.settings import Settings
from kesu.rules.deadlines import compute_deadlines


def what_if(assessment: Assessment, other: Settings) -> pd.DataFrame:
    """The deadlines that would change if the rules, working hours and region of ``other`` held.

    The columns of `Deadlines.table` without the times of doing, then ``other_due_at``, ``other_state`` and
    ``shift_hours`` (how much later on the wall clock; NaN where one of the two has no due time).
    """
    own = assessment.known.settings
    changed = dataclasses.replace(
        own,
        rules=other.rules,
        hours=other.hours,
        region=other.region,
        subdivision=other.subdivision,
        due_soon_hours=other.due_soon_hours,
    )
    then = compute_deadlines(
        dataclasses.replace(assessment.known, settings=changed), assessment.as_of
    ).table()
    now = assessment.deadlines.table()
    table = now[["register", "row", "complaint_id", "target", "due_at", "state"]].assign(
        other_due_at=then["due_at"],
        other_state=then["state"],
        shift_hours=(then["due_at"] - now["due_at"]).dt.total_seconds() / 3600,
    )
    same_due = (now["due_at"] == then["due_at"]) | (now["due_at"].isna() & then["due_at"].isna())
    return table[~(same_due & (now["state"] == then["state"])).to_numpy(bool)].reset_index(drop=True)
