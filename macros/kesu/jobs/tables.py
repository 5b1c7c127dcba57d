"""What stands on the sheets that kesu fills in a team's workbook: Follow-ups, KPIs, Findings.

The same rows for a closed file (`kesu refresh`) and for the open workbook (the macros).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import pandas as pd

from kesu.jobs.assessment import Assessment
from kesu.jobs.customers import BESIDE, with_customers
from kesu.jobs.drafts import drafts
from kesu.jobs.finding_rows import finding_rows
from kesu.jobs.kpi_rows import kpi_rows
from kesu.jobs.links import Link, address_of
from kesu.register.kpis import NOTHING
from kesu.register.outputs import CELLS, ROW_HEIGHTS, TABLES, Output
from kesu.register.periods import Period
from kesu.reports.masking import mask_cell
from kesu.rules.followups import GROUPS, left_out, said_late, said_left_out, short
from kesu.rules.playbooks import FOLLOW_UPS
from kesu.words.terminal import records
from kesu.words.text import Text
from kesu.words.typeset import cut, lines, units

ROWS_SHOWN: Final = {"FollowUps": 5000, "Findings": 2000}
"""Rows of a table, the most urgent and most severe first; a register with more to say says how many more there are."""
LINE_PT: Final = 13.2
"""Points that a line of text needs."""
MOST_LETTERS: Final = 8000
"""Characters of a message; a cell takes four times as many."""
MOST_LINES: Final = 12
"""Lines of a row that is as high as its text."""
ALSO: Final = Text("另有 {also}", "also {also}")
"""The other reasons of a complaint, below its most urgent one in workbooks that have no column for them."""
WIDE: Final = "\u2e80"
"""Where letters as wide as two figures begin."""

Value = str | float | int | dt.datetime | Link | None


def month_of(as_of: dt.datetime) -> Period:
    """The month in which ``as_of`` lies: what the KPI sheet shows unless told otherwise."""
    return Period.parse(f"{as_of:%Y-%m}")


def owned_tables(
    assessment: Assessment,
    period: Period | None,
    lang: str,
    tables: Sequence[str] = tuple(TABLES),
    owner: str = "",
) -> dict[str, list[tuple[Value, ...]]]:
    """Excel Table (FollowUps, Kpis, Findings) → its rows, cells in the order of `kesu.register.outputs.CELLS`.

    KPIs over ``period`` (None: the month of ``case.as_of``) beside the period before; shares in per cent.
    Follow-ups (of ``owner``, if given) and findings as of ``case.as_of``, whenever received. Nothing is masked but the
    customer's contact: it is the team's own file, and Register has it a click away.
    """
    makers: dict[str, Callable[[], list[tuple[Value, ...]]]] = {
        "FollowUps": lambda: _follow_ups(assessment, lang, owner),
        "Kpis": lambda: [*kpi_rows(assessment, period or month_of(assessment.as_of), lang)],
        "Findings": lambda: _findings(assessment, lang),
    }
    return {name: shown_whole(name, makers[name]()) for name in tables}


def owned_names(assessment: Assessment, tables: Sequence[str] = tuple(TABLES)) -> dict[str, dt.datetime]:
    """Defined name of a cell → its value: as of when each table was filled."""
    return {f"AsOf_{name}": assessment.as_of for name in tables}


def row_heights(table: str, columns: Sequence[Output], rows: Sequence[Sequence[Any]]) -> list[float]:
    """How many points high ``rows`` are, whose cells stand under ``columns``, as their texts need; none where all rows of
    ``table`` are alike (`ROW_HEIGHTS`)."""
    if ROW_HEIGHTS[table] is not None:
        return []
    long = [(at, one.width) for at, one in enumerate(columns) if one.kind == "long_text"]
    return [LINE_PT * max(_lines(row[at], width) for at, width in long) + 6 for row in rows]


def shown_whole(table: str, rows: list[tuple[Value, ...]]) -> list[tuple[Value, ...]]:
    """``rows`` with texts that end in “…” where their row cannot be high enough for them; the case file holds them whole."""
    height = ROW_HEIGHTS[table]
    most = MOST_LINES if height is None else max(1, int(height / LINE_PT))
    long = {at: one.width for at, one in enumerate(CELLS[table]) if one.kind == "long_text"}
    return [
        tuple(_cut(value, long[at], most) if at in long else value for at, value in enumerate(row))
        for row in rows
    ]


def _cut(value: Value, width: float, most: int) -> Value:
    if not isinstance(value, str) or _lines(value, width) <= most:
        return value
    fits, over = 0, len(value)
    while over - fits > 1:
        middle = (fits + over) // 2
        fits, over = (middle, over) if _lines(value[:middle] + "…", width) <= most else (fits, middle)
    return value[:fits].rstrip() + "…"


def _lines(value: Any, width: float) -> int:
    """Lines of a text in a column so many figures wide: letters are narrower than figures."""
    if not isinstance(value, str):
        return 1
    room = (1.2 if max(value, default="") < WIDE else 1.05) * width
    return sum(max(1, math.ceil(units(line) / room)) for line in lines(value, room))


def _with_more(rows: list[tuple[Value, ...]], total: int, table: str, lang: str) -> list[tuple[Value, ...]]:
    """``rows``, and below them how many of ``total`` are not shown."""
    if total <= len(rows):
        return rows
    more = Text("还有 {n} 行，请用命令行查看", "{n} more; see the command line").fill(n=total - len(rows))
    return [*rows, _alone(more.of(lang), table)]


def _alone(words: str, table: str) -> tuple[Value, ...]:
    """A row that says something of the others."""
    return (words, *[None] * (len(CELLS[table]) - 1))


def is_alone(row: Sequence[Value]) -> bool:
    """Whether ``row`` of a table only says something of the others: how many more there are, or are left out."""
    return row[1:].count(None) == len(row) - 1


def _follow_ups(assessment: Assessment, lang: str, owner: str) -> list[tuple[Value, ...]]:
    found = assessment.follow_ups(lang)
    found = found[found["owner"].eq(owner)] if owner else found
    listed = short(found, lang)
    shown = listed.head(ROWS_SHOWN["FollowUps"])
    clear = with_customers([assessment], shown, unmasked=True)
    contacts = clear["contact"].map(partial(mask_cell, BESIDE["contact"]), na_action="ignore")
    sheets = {str(key): sheet for key, sheet in assessment.register.sheets.items()}
    messages = drafts([assessment], shown, lang, unmasked=True)
    rows = [
        _follow_up(
            row,
            Link(
                _text(row.complaint_id) or (NOTHING if row.sheet == "improvements" else "?"),
                address_of(
                    sheets[row.sheet], "measure" if row.sheet == "improvements" else "complaint_id", row.row
                ),
            ),
            _text(contact),
            cut(written.draft.text, MOST_LETTERS) if written else "",
            lang,
        )
        for row, contact, written in zip(records(clear), contacts, messages, strict=True)
    ]
    rows = _with_more(rows, len(listed), "FollowUps", lang)
    rest = said_left_out(left_out(found), "kesu followups --all")
    return rows if rest is None else [*rows, _alone(rest.of(lang), "FollowUps")]


def _follow_up(row: Any, number: Link, contact: str, message: str, lang: str) -> tuple[Value, ...]:
    kind = FOLLOW_UPS[row.kind][0].of(lang)
    what = "" if row.what == kind else _text(row.what)
    late = said_late(row.overdue_hours, row.day_hours, lang) + "*" * (row.clock == "business")
    cells: dict[str, Value] = {
        "complaint_id": number,
        "kind": kind,
        "customer": _text(row.customer),
        "contact": contact,
        "owner": _text(row.owner),
        "when": GROUPS[row.group].of(lang),
        "due_at": _time(row.due_at),
        "overdue": late if row.group == "overdue" else "",
        "overdue_hours": round(row.overdue_hours, 1),
        "also": row.also,
        "what": what,
        "what_also": "\n".join(filter(None, [what, row.also and ALSO.fill(also=row.also).of(lang)])),
        "next_step": row.next_step,
        "row": int(row.row),
        "draft": message,
    }
    return tuple(cells[column.key] for column in CELLS["FollowUps"])


def _findings(assessment: Assessment, lang: str) -> list[tuple[Value, ...]]:
    rows, total = finding_rows(assessment, lang, ROWS_SHOWN["Findings"])
    return _with_more([*rows], total, "Findings", lang)


def _time(value: pd.Timestamp) -> dt.datetime | None:
    return None if pd.isna(value) else value.to_pydatetime()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
