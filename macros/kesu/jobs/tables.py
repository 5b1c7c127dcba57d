"""What stands on the sheets that kesu fills in a team's workbook: Follow-ups, KPIs, Findings.

The same rows for a closed file (`kesu refresh`) and for the open workbook (the macros).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pandas as pd

from kesu.jobs.assessment import Assessment
from kesu.jobs.figures import kpi_tables
from kesu.register.codes import label_of
from kesu.register.columns import BY_KEY, ITEM_BY_KEY
from kesu.register.kpis import MET, NOTHING, UNITS, name_of
from kesu.register.outputs import ROW_HEIGHTS, TABLES
from kesu.register.periods import Period
from kesu.rules.account_of_rows import REASONS
from kesu.rules.checks import SEVERITIES, add_messages
from kesu.rules.followups import GROUPS, groups_of
from kesu.rules.playbooks import FOLLOW_UPS
from kesu.words.terminal import records
from kesu.words.text import Text
from kesu.words.typeset import lines
from kesu.xlsx.address import letters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kesu.register.codes import Code
    from kesu.register.sheets import Sheet

ROWS_SHOWN: Final = {"FollowUps": 5000, "Findings": 2000}
"""Rows of a table, the most urgent and most severe first; a register with more to say says how many more there are."""
LINE_PT: Final = 13.2
"""Points that a line of text needs."""
MOST_LINES: Final = 12
"""Lines of a row that is as high as its text."""
TREND_PERIODS: Final = 6
BARS: Final = "▁▂▃▄▅▆▇█"
NO_BAR: Final = "·"
TOTAL: Final = Text("合计", "Total")


class Link(NamedTuple):
    """A cell that shows ``text`` and leads to ``place`` in the same workbook (``'投诉登记'!A12``)."""

    text: str
    place: str


Value = str | float | int | dt.datetime | Link | None


def month_of(as_of: dt.datetime) -> Period:
    """The month in which ``as_of`` lies: what the KPI sheet shows unless told otherwise."""
    return Period.parse(f"{as_of:%Y-%m}")


def owned_tables(
    assessment: Assessment, period: Period | None, lang: str, tables: Sequence[str] = tuple(TABLES)
) -> dict[str, list[tuple[Value, ...]]]:
    """Excel Table (FollowUps, Kpis, Findings) → its rows, cells in the order of `kesu.register.outputs`.

    KPIs over ``period`` (None: the month of ``case.as_of``) beside the period before; shares in per cent.
    Follow-ups and findings as of ``case.as_of``, whenever received. Nothing is masked: it is the team's own file.
    """
    makers = {
        "FollowUps": lambda: _follow_ups(assessment, lang),
        "Kpis": lambda: _kpis(assessment, period or month_of(assessment.as_of), lang),
        "Findings": lambda: _findings(assessment, lang),
    }
    return {name: shown_whole(name, makers[name]()) for name in tables}


def owned_names(assessment: Assessment, tables: Sequence[str] = tuple(TABLES)) -> dict[str, dt.datetime]:
    """Defined name of a cell → its value: as of when each table was filled."""
    return {f"AsOf_{name}": assessment.as_of for name in tables}


def row_heights(table: str, rows: Sequence[Sequence[Any]]) -> list[float]:
    """How many points high the rows of ``table`` are, as their texts need; none where all are alike (`ROW_HEIGHTS`)."""
    if ROW_HEIGHTS[table] is not None:
        return []
    long = [(at, one.width) for at, one in enumerate(TABLES[table]) if one.kind == "long_text"]
    return [LINE_PT * max(_lines(row[at], width) for at, width in long) + 6 for row in rows]


def shown_whole(table: str, rows: list[tuple[Value, ...]]) -> list[tuple[Value, ...]]:
    """``rows`` with texts that end in “…” where their row cannot be high enough for them; the case file holds them whole."""
    height = ROW_HEIGHTS[table]
    most = MOST_LINES if height is None else max(1, int(height / LINE_PT))
    long = {at: one.width for at, one in enumerate(TABLES[table]) if one.kind == "long_text"}
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
    return len(lines(value, (1.2 if value.isascii() else 1.05) * width))


def _with_more(rows: list[tuple[Value, ...]], total: int, table: str, lang: str) -> list[tuple[Value, ...]]:
    """``rows``, and below them how many of ``total`` are not shown."""
    if total <= len(rows):
        return rows
    more = Text("还有 {n} 行，请用命令行查看", "{n} more; see the command line").fill(n=total - len(rows))
    return [*rows, (more.of(lang), *[None] * (len(TABLES[table]) - 1))]


def _follow_ups(assessment: Assessment, lang: str) -> list[tuple[Value, ...]]:
    found = assessment.follow_ups(lang)
    shown = found.head(ROWS_SHOWN["FollowUps"])
    sheet = assessment.register.complaints
    rows: list[tuple[Value, ...]] = [
        (
            Link(_text(row.complaint_id) or "?", _place(sheet, "complaint_id", row.row)),
            FOLLOW_UPS[row.kind][0].of(lang),
            _text(row.what),
            _text(row.owner),
            GROUPS[group].of(lang),
            _time(row.due_at),
            round(row.overdue_hours, 1),
            row.next_step,
            int(row.row),
        )
        for row, group in zip(records(shown), groups_of(shown["due_at"], assessment.as_of), strict=True)
    ]
    return _with_more(rows, len(found), "FollowUps", lang)


def _kpis(assessment: Assessment, period: Period, lang: str) -> list[tuple[Value, ...]]:
    periods = [period]
    while len(periods) < TREND_PERIODS:
        periods.append(periods[-1].previous())
    now, *before = kpi_tables([assessment], periods, assessment.as_of, ("tier",))
    earlier = [{(row.kpi, row.group): row.value for row in records(table)} for table in before]
    tiers = assessment.register.settings.codes["tier"]
    return [
        (
            name_of(row.kpi).of(lang),
            _group(row, tiers, lang),
            _figure(row.value, row.unit, NOTHING),
            UNITS[row.unit].of(lang),
            _figure(row.target, row.unit),
            "" if row.met is None else MET[row.met].of(lang),
            _figure(earlier[0].get((row.kpi, row.group)), row.unit, NOTHING),
            trend([*(table.get((row.kpi, row.group)) for table in reversed(earlier)), row.value]),
            _figure(row.numerator, "count"),
            _figure(row.denominator, "count"),
            row.period,
        )
        for row in sorted(records(now), key=lambda row: row.group is not None)
    ]


def _group(row: Any, tiers: tuple[Code, ...], lang: str) -> str:
    if row.group is None:
        return TOTAL.of(lang)
    return REASONS[row.group].of(lang) if row.group_by == "reason" else label_of(tiers, row.group, lang)


def trend(values: Sequence[float | None]) -> str:
    """The course of a figure as a word of bars, lowest to highest of ``values``; a dot where there is none.

    Text, not a chart: it stands in a table that grows, in every spreadsheet program.
    """
    known = [value for value in values if value is not None and not math.isnan(value)]
    if len(known) < 2:
        return ""
    low, span = min(known), max(known) - min(known)
    top = len(BARS) - 1
    return "".join(
        NO_BAR
        if value is None or math.isnan(value)
        else BARS[round((value - low) / span * top) if span else top // 2]
        for value in values
    )


def _findings(assessment: Assessment, lang: str) -> list[tuple[Value, ...]]:
    shown = ROWS_SHOWN["Findings"]
    found = add_messages(assessment.findings.head(shown), lang)
    register = assessment.register
    sheets = {sheet.title: sheet for sheet in (register.items, register.complaints)}
    ids = {
        (sheet.title, row): complaint
        for sheet in sheets.values()
        for row, complaint in _ids(sheet, found.loc[found["sheet"] == sheet.title, "row"])
    }
    labels = BY_KEY | ITEM_BY_KEY
    rows: list[tuple[Value, ...]] = []
    for row in records(found):
        sheet = sheets.get(row.sheet)
        place = _place(sheet, row.column, row.row) if sheet else f"'{row.sheet}'!{row.column or 'A'}{row.row}"
        rows.append(
            (
                SEVERITIES[row.severity].of(lang),
                row.sheet,
                Link(place.rpartition("!")[2], place),
                ids.get((row.sheet, row.row)),
                labels[row.column].label.of(lang) if row.column in labels else "",
                row.message,
                _text(row.value),
                row.rule,
            )
        )
    beyond = int(assessment.findings["count"].iloc[shown:].sum())
    return _with_more(rows, len(rows) + beyond, "Findings", lang)


def _ids(sheet: Sheet, rows: pd.Series) -> Iterator[tuple[int, str]]:
    """Excel row and complaint number of those of ``rows`` that have one."""
    known = sheet.data.loc[sheet.data["excel_row"].isin(rows), ["excel_row", "complaint_id"]].dropna()
    yield from zip(known["excel_row"], known["complaint_id"], strict=True)


def _place(sheet: Sheet, key: str, row: int) -> str:
    """``'投诉登记'!A12``; the first column where the sheet does not have the column."""
    title = sheet.title.replace("'", "''")
    return f"'{title}'!{letters(sheet.columns.get(key, 0) + 1)}{row}"


def _figure(value: float | None, unit: str, without: str | None = None) -> float | str | None:
    """A figure as the sheet shows it: shares in per cent, two decimals; ``without`` where there is none."""
    if value is None or pd.isna(value):
        return without
    return round(value * 100, 1) if unit == "share" else round(value, 2)


def _time(value: pd.Timestamp) -> dt.datetime | None:
    return None if pd.isna(value) else value.to_pydatetime()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
