"""The follow-up list as a table: `Lines` in words, in the order of the work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.register.settings import in_lang
from kesu.rules.deadlines import Deadlines, instants, to_tell
from kesu.rules.deadlines.span import EVERY_DAY
from kesu.rules.followups.after import after_lines
from kesu.rules.followups.lines import Lines, Task
from kesu.rules.followups.measures import measure_lines
from kesu.rules.followups.order import COLUMNS, in_order
from kesu.rules.picked import Signs, mentioned, valued, values_of
from kesu.rules.playbooks import FOLLOW_UPS, STAGES, Playbook, next_steps, playbooks
from kesu.words.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kesu.register.settings import Settings
    from kesu.register.sheets import Register
    from kesu.rules.instants import Floats

TELL: Final = Text("；{reached}，告知{who}", "; {reached}: tell {who}")
USED: Final = Text("工作时间已用 {share}", "{share} of the working time is used")
_SAID: Final = ("verbatim", "details")
"""What a customer said, in which the signs of situations are looked for."""
_TOLD: Final = (
    "excel_row",
    "complaint_id",
    "owner",
    "first_responsible",
    "category",
    "expectation",
    "severity",
    *_SAID,
)
"""What a line tells of its complaint."""


def follow_ups(register: Register, deadlines: Deadlines, lang: str) -> pd.DataFrame:
    """What is to be done on the complaints of ``register`` and its improvements: `COLUMNS` plus ``severity``, in the order of the work.

    That is: overdue on open complaints, overdue on finished ones, then what is due, each the earliest first.

    ``overdue_hours``: how long past due, 0 when not yet due; for deadlines on the clock of their rule, for
    agreed times, promises and plan steps on the wall clock. Ties go by severity. Of first response, reply and
    resolution only the next one is listed, unless a later one is due soon or overdue already. Where so much of a
    deadline's working time is used that somebody must be told (the ladder of the settings), ``next_step`` says whom.
    """
    task = Task(register, deadlines)
    every = (*task.lines(), *after_lines(register, deadlines))
    lines = [part for part in every if len(part.position)]
    data = register.complaints.data[list(_TOLD)]
    books = playbooks(register.settings)
    frames = [
        _frame(part, data, books, register.settings, lang).assign(waits=task.waits(part)) for part in lines
    ]
    measures, whose = measure_lines(register, deadlines.as_of, lang)
    if not frames and measures.empty:
        return pd.DataFrame(columns=[*COLUMNS, "severity"])
    of = np.concatenate([*(register.complaints.owner[part.position] for part in lines), whose])
    frames += [measures] * (len(measures) > 0)
    names = pd.Series(register.names, dtype="str").iloc[of].array
    found = pd.concat(frames, ignore_index=True).assign(register=names)
    return in_order(found.iloc[np.argsort(of, kind="stable")], deadlines.as_of)


def _frame(
    part: Lines, data: pd.DataFrame, books: dict[str, Playbook], settings: Settings, lang: str
) -> pd.DataFrame:
    rows = data.iloc[part.position]
    fallback = rows["owner"].fillna(rows["first_responsible"]).set_axis(range(len(rows)))
    owner = fallback if part.owner is None else part.owner.set_axis(range(len(rows))).fillna(fallback)
    name = FOLLOW_UPS[part.kind][0]
    what: object
    if part.what is None or isinstance(part.what, Text):
        what = (part.what or name).of(lang)
    elif isinstance(part.what, list):
        what = [words.of(lang) for words in part.what]
    else:
        what = part.what.to_numpy()
    step = _next_steps(part.kind, rows, books, lang)
    if part.used is not None:
        step = step + _whom_to_tell(part.used, settings, lang)
    at_work = np.zeros(len(rows), bool) if part.at_work is None else part.at_work
    item = np.full(len(rows), None) if part.item is None else part.item
    return pd.DataFrame(
        {
            "sheet": "register",
            "row": rows["excel_row"].to_numpy(),
            "complaint_id": rows["complaint_id"].to_numpy(),
            "kind": part.kind,
            "owner": owner.to_numpy(),
            "what": what,
            "due_at": instants(part.due),
            "overdue_hours": np.maximum(part.late, 0) / 3600,
            "next_step": step,
            "clock": np.where(at_work, "business", "calendar"),
            "day_hours": np.where(at_work, _working_day(settings), 24.0),
            "item_row": pd.array(item, dtype="Int64"),
            "severity": rows["severity"].astype("str").to_numpy(),
        }
    )


def _next_steps(kind: str, rows: pd.DataFrame, books: dict[str, Playbook], lang: str) -> NDArray[np.object_]:
    """The next step on each complaint by its category, and by what its customer mentions and values."""
    by_category = {key: text.of(lang) for key, text in next_steps(kind, books).items()}
    category = rows["category"].astype("str")
    step: NDArray[np.object_] = np.array(category.map(by_category).fillna(by_category[""]), dtype=object)
    if kind not in STAGES:
        return step
    verbatim, details = (rows[key].astype("str").fillna("") for key in _SAID)
    said = verbatim + "\n" + details
    more = [
        mentioned(kind, found, one, books).of(lang) + valued(values_of(one, expected, books)).of(lang)
        for found, one, expected in zip(Signs(books).found(said), category, rows["expectation"], strict=True)
    ]
    step += np.array(more, dtype=object)
    return step


def _working_day(settings: Settings) -> float:
    """Hours of the team's ordinary working day: the length that most weekdays have, of several the longest."""
    days = [
        sum(end - begin for begin, end in spans) for spans in (settings.hours or EVERY_DAY).values() if spans
    ]
    return max(days, key=lambda day: (days.count(day), day)) / 3600


def _whom_to_tell(used: Floats, settings: Settings, lang: str) -> NDArray[np.object_]:
    """What the escalation ladder says about each line: the highest step reached, "" below the first."""
    said = np.full(len(used), "", dtype=object)
    for share, who in to_tell(settings, np.inf):
        reached = Text("已过时限", "past due") if share >= 1 else USED.fill(share=f"{share:.0%}")
        said[used >= share] = TELL.fill(reached=reached, who=in_lang(who, lang)).of(lang)
    return said
