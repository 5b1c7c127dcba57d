"""What is told of a deadline: the explanation of one complaint, its workings, what replaced a due time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kesu.register.columns import BY_KEY
from kesu.register.settings import Rule
from kesu.rules.explain.stretches import Stretch
from kesu.rules.instants import NAT
from kesu.words.text import Text

if TYPE_CHECKING:
    pass


EVENTS: Final = {
    "received": BY_KEY["received_at"].label,
    "sent": BY_KEY["sent_at"].label,
    "reopened": BY_KEY["reopened_at"].label,
    "resolved": BY_KEY["resolved_at"].label,
}


@dataclass(frozen=True)
class Replacement:
    """A due time from an item: ``kind`` contact (agreed) or due_change (by hand). ``refused``: why it does not count."""

    kind: str
    due: int
    what: str
    noted_by: str
    noted: int
    excel_row: int
    refused: Text | None = None


@dataclass(frozen=True)
class Working:
    """How one deadline was worked out. Instants in seconds, `NAT` for none.

    ``rule``: position in the settings, -1 none. ``fits``: the conditions that it sets and the case has.
    ``passed_over``: rules before it for the same target and why each does not fit. ``event``: key of `EVENTS`.
    ``by_rule``: due by the rule alone. ``done_by``: the column that says when it was done, or "".
    ``tell``: who is to be told by now: (share, who).
    """

    target: str
    cycle: int
    cycles: int
    rule: int
    fits: tuple[Text, ...]
    passed_over: tuple[tuple[int, Text], ...]
    event: str
    start: int
    sent_missing: bool
    stretches: tuple[Stretch, ...]
    by_rule: int
    due: int
    replaced: Replacement | None
    refused: tuple[Replacement, ...]
    done: int
    done_by: str
    state: str
    remaining: int
    used: float
    tell: tuple[tuple[float, str], ...]
    confirmed: bool
    untold: bool
    """The register has no column that would say when it is done."""
    calls: tuple[tuple[int, bool], ...] = ()
    """Call-backs tried: when, and whether the customer was reached."""
    given_up: bool = False
    """Tried as often as the team tries, or decided: nothing is awaited any more."""


@dataclass(frozen=True)
class Explanation:
    """All deadlines of one complaint, the present cycle of each target after the earlier one."""

    register: str
    excel_row: int
    complaint_id: str
    as_of: int
    about: tuple[tuple[Text, Text], ...]
    reopen_mode: str
    reopened: int
    rules: tuple[Rule, ...]
    confirmed_until: dt.date
    workings: tuple[Working, ...]
    settings_notes: tuple[Text, ...] = ()
    """What the Settings sheet says that could not be read, and what was used instead."""
    remarks: tuple[Text, ...] = ()
    """What the row says of a reopening that counts for nothing, and why; the severity proposed."""
    received_later: int = NAT
    """When it was received, if that was after ``as_of``."""
