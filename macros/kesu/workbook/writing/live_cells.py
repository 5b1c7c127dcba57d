"""Parts of the live formulas that several columns share: the calculated column itself, and what a time says by now."""

from __future__ import annotations

from typing import Final, NamedTuple

from kesu.register.settings import CONDITIONS
from kesu.words.text import Text
from kesu.workbook.writing.clock_cells import seconds


class Calc(NamedTuple):
    """A calculated column; ``kind``: time, text, count or seconds; ``section``: key of the group it stands in."""

    key: str
    section: str
    kind: str
    label: Text
    width: int
    formula: str


INTRICATE: Final[dict[str, Text]] = {
    "holds": Text("多段暂停，以刷新为准", "several holds: refresh"),
    "rule": Text("规则复杂，以刷新为准", "intricate rule: refresh"),
    "reopened": Text("重开续计，以刷新为准", "reopened: refresh"),
    "day": Text("起点缺几点几分，请补", "start without time: add it"),
    "calendar": Text("超出工作日历", "outside the calendar"),
    "held": Text("到当天结束或顺延且有暂停，以刷新为准", "hold and end of day: refresh"),
    "double": Text("编号重复，请改号", "number used twice: mend"),
    "room": Text("行数超出公式范围，以刷新为准", "row beyond the formulas: refresh"),
}
"""What a state column says where a formula cannot tell."""

RULE_FIELDS: Final = {key: "customer_tier" if key == "tier" else key for key in CONDITIONS}
"""Condition of a rule → column of the register."""

NO_KIND: Final = "+(Rule_kind={word:kind.complaint})*NOT(ISNUMBER(MATCH({kind},List_kind,0)))"
"""A row whose kind is empty or unknown is handled as a complaint."""

STARTS: Final = {name: f"{name}_start" for name in ("first_response", "reply", "resolution")} | {
    "callback": "resolved_s"
}
"""Cell with the second from which each deadline counts, by the rule that fits."""
DONE: Final = {
    "first_response": "answered_s",
    "reply": "replied_s",
    "resolution": "resolved_s",
    "callback": "called_s",
}


def happened(cell: str) -> str:
    """Whether a time is known and has come: what is to be later has not happened."""
    return f"IF(ISNUMBER({cell}),{seconds(cell)}<=Now_S,FALSE)"


OPEN_AGAIN: Final = f"AND({{status}}={{word:status.reopened}},NOT({happened('{reopened_at}')}))"
"""Reopened, and nobody wrote down when: what was done then is not the end."""


def after_reopening(cell: str) -> str:
    """Seconds of a time that counts for the present cycle, else nothing."""
    before = f"AND({{cycle_s}}<>{{received_s}},{seconds(cell)}<{{cycle_s}})"
    return f'IF({happened(cell)},IF(OR({OPEN_AGAIN},{before}),"",{seconds(cell)}),"")'


def whole_day(cell: str) -> str:
    """Whether a time in seconds is a date without a time of day."""
    return f"INT({cell}/Day_Seconds)*Day_Seconds={cell}"


def latest(cell: str) -> str:
    """The last second that a time may mean, see `kesu.rules.days`."""
    return f"{cell}+IF({whole_day(cell)},Day_Seconds-1,0)"
