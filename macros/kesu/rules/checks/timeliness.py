"""Timeliness: cases that nobody moves. (Whether a deadline is kept is for the deadlines to say.)"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Final

import numpy as np

from kesu.rules.checks.registry import Cells, check, item, row
from kesu.rules.checks.view import seconds
from kesu.words.text import Text

if TYPE_CHECKING:
    from kesu.rules.checks.view import Bools, View

ESCALATE_AFTER: Final = {"urgent": "escalate_urgent_hours", "severe": "escalate_severe_hours"}
"""Severity → limit of the settings."""
TOUCHES: Final = (
    "received_at",
    "first_response_at",
    "replied_at",
    "resolved_at",
    "called_back_at",
    "reopened_at",
)


@check(
    "severe_not_escalated", "warning", "timeliness",
    ("escalated_to", "severity", "received_at", "reopened_at", "status", "kind"),
    Text("严重投诉久未解决，无人升级", "Severe, long open, and nobody escalated"),
    Text("严重程度“{severity}”，{received_at} 受理，超过 {hours} 小时未解决，却没有升级。请立即上报，并填写“升级去向”。",
         "Severity “{severity}”, received at {received_at}, unresolved for over {hours} {hours:hour|hours}, and not escalated. Report it "
         "upwards now and fill in “Escalated to”."),
    breaks=row(severity="urgent", received_at="2026-10-08 08:59:00"),
    keeps=row(severity="urgent", received_at="2026-10-08 09:00:00"),
)  # fmt: skip
def severe_not_escalated(view: View) -> list[Cells]:
    rows = view.complaints
    since = np.fmax(rows.time("received_at"), rows.time("reopened_at"))
    idle: Bools = view.open & ~rows.says("status", "waiting") & rows.blank("escalated_to")
    return [
        Cells("register", np.flatnonzero(late & idle & rows.says("severity", severity)), "escalated_to",
              fills={"hours": f"{hours:g}"})
        for severity, hours in ((severity, view.limit(key)) for severity, key in ESCALATE_AFTER.items())
        if (late := view.as_of - since > seconds(hours * 3600)).any()
    ]  # fmt: skip


@check(
    "left_lying", "warning", "timeliness", ("severity", *TOUCHES, "status", "kind"),
    Text("小事久拖不办", "Quick to settle, yet left lying"),
    Text("严重程度“{value}”，本可很快办完，却自 {touched} 起超过 {days} 天没有任何动作。请今天办结，或联系客户说明。",
         "Severity “{value}”, so it is quick to settle, yet nothing has been done for over {days} {days:day|days}, since {touched}. "
         "Settle it today, or tell the customer why not."),
    breaks=row(severity="minor", received_at="2026-10-01 09:00:00", first_response_at="2026-10-02 08:59:00"),
    keeps=item({"item_kind": "contact", "done_at": "2026-10-08 09:30:00"}, severity="minor",
               received_at="2026-10-01 09:00:00", first_response_at="2026-10-02 08:59:00"),
)  # fmt: skip
def left_lying(view: View) -> list[Cells]:
    rows, days = view.complaints, view.limit("lying_days")
    quick = view.open & rows.says("severity", "minor") & ~rows.says("status", "waiting")
    if not quick.any():
        return []
    last = reduce(np.fmax, (view.plausible("register", key) for key in TOUCHES if key in rows.times))
    at = [view.plausible("items", key) for key in ("noted_at", "done_at")]
    last = np.fmax(last, view.latest_item(np.fmax(*at)))
    found = np.flatnonzero(quick & (view.as_of - last > seconds(days * 86_400)))
    touched = [str(time).replace("T", " ") for time in last[found].astype("datetime64[m]")]
    return [Cells("register", found, "severity", fills={"touched": touched, "days": f"{days:g}"})]
