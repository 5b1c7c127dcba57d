"""read → normalise → check → deadlines → KPIs → follow-ups → report, for one register or many.

The only place that knows the order of the steps. No step reaches back, and none asks for the time: ``as_of``
is given by whoever calls.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

from kesu.register.codes import CodeLists, merged, relabelled
from kesu.register.columns import ITEMS, REGISTER, sheet_key
from kesu.register.normalise import (
    NotARegisterError,
    RawSheet,
    Register,
    RegisterError,
    find_header,
    normalise_all,
)
from kesu.register.periods import Period
from kesu.register.settings import Settings
from kesu.reports.model import Report, Source
from kesu.rules.account_of_rows import Rows, account, account_rows, rows_of
from kesu.rules.checks import SEVERITIES, add_messages, finding_counts, run_checks
from kesu.rules.days import turned_round
from kesu.rules.deadlines import Deadlines, compute_deadlines, places
from kesu.rules.doubles import Twins, across, twins_of, without
from kesu.rules.facts import Facts, gather
from kesu.rules.followups import follow_ups, merge_follow_ups
from kesu.rules.kpis import GROUPS, backlog_days, kpi_series
from kesu.words.text import Text, printable
from kesu.workbook.reading.reader import Reader, ReadError
from kesu.workbook.reading.refusals import broke_down, left_aside, uncached

REPORT_GROUPS = ("month", "tier", "category", "channel", "severity", "register", "department")
"""What the chapters break figures down by."""
T = TypeVar("T")
NOTES_SHOWN = 5
"""Remarks on the settings of one register in a report or a message."""
CODES_SHOWN = 6
"""Codes named that registers call differently."""
FINDINGS_SHOWN = 500
"""Findings that a report lists one by one; the counts cover all of them."""


@dataclass(frozen=True)
class Case:
    """One register with everything worked out from it as of one instant; each step runs once, when asked for.

    ``stack``: what its rows share with those of other registers, see `together`; None where it stands alone.
    """

    register: Register
    as_of: dt.datetime
    stack: Twins | None = None

    @cached_property
    def twins(self) -> Twins:
        """See `kesu.rules.doubles.twins_of`."""
        return self.stack or twins_of([self.register], self._second)[0]

    @cached_property
    def rows(self) -> Rows:
        """How every row of the register stands, see `kesu.rules.account_of_rows`."""
        return rows_of(self.register, self._second, self.twins.double)

    @cached_property
    def counted(self) -> Register:
        """The register without rows that another one counts for: what deadlines, follow-ups and figures are about."""
        return without(self.register, self.twins.double)

    def counted_place(self, place: int) -> int:
        """Position in ``counted`` of the row at ``place`` of ``register``, or of the one there that counts for it."""
        kept = int(self.twins.kept[place]) - self.twins.begin
        return int((~self.twins.double[: place if kept < 0 else kept]).sum())

    @property
    def _second(self) -> int:
        return int(np.datetime64(self.as_of, "s").astype(np.int64))

    @cached_property
    def findings(self) -> pd.DataFrame:
        """See `kesu.rules.checks.run_checks`."""
        return run_checks(self.register, pd.Timestamp(self.as_of), self.twins)

    @cached_property
    def deadlines(self) -> Deadlines:
        """See `kesu.rules.deadlines.compute_deadlines`. Raises `RegisterError` for unusable settings."""
        return compute_deadlines(self.counted, self.as_of)

    @cached_property
    def facts(self) -> Facts:
        """See `kesu.rules.facts.gather`, for this register alone."""
        return gather([self.counted], [self.deadlines])

    def follow_ups(self, lang: str) -> pd.DataFrame:
        """See `kesu.rules.followups.follow_ups`."""
        return follow_ups(self.counted, self.deadlines, lang)

    def findings_in(self, period: Period | None) -> pd.DataFrame:
        """Findings on records of ``period`` and their items (and on neither), or all.

        A record that cannot be placed in time, or whose kind cannot be read, is one of every period.
        """
        if period is None:
            return self.findings
        data, items = self.register.complaints.data, self.register.items.data
        inside = ~self.rows.outside(period)
        mine = np.append(inside, True)[places(data["complaint_id"], items["complaint_id"])]
        outside = {
            self.register.complaints.title: data["excel_row"][~inside],
            self.register.items.title: items["excel_row"][~mine],
        }
        kept = np.ones(len(self.findings), dtype=bool)
        for sheet, rows in outside.items():
            kept &= ~(self.findings["sheet"].eq(sheet) & self.findings["row"].isin(rows)).to_numpy(bool)
        return self.findings[kept]


@dataclass(frozen=True)
class Loaded:
    """A register that was read, or the reason why it was not; ``notes`` are remarks on how it was read."""

    path: Path
    name: str
    case: Case | None
    error: Text | None = None
    notes: tuple[Text, ...] = ()


def load(
    paths: Sequence[Path],
    as_of: dt.datetime,
    reader: Reader | None = None,
    progress: Callable[[Path], None] | None = None,
) -> Iterator[Loaded]:
    """Read workbooks one after another; while one is worked on, the next is being read.

    A workbook that holds several registers gives one `Loaded` each, called ``workbook#sheet``. Nothing is raised for a workbook that cannot be read: its `Loaded` says why. ``progress`` is called with
    each path once it is done. Deadlines are worked out here, so that unusable settings count as unreadable.
    """
    names = unique_names(paths)
    with reader or Reader() as reading:
        for number, path in enumerate(paths):
            try:
                registers, notes = _normalised(reading, path, names[number])
                if number + 1 < len(paths):
                    reading.ask(paths[number + 1])
                for register in registers:
                    case = Case(register, as_of)
                    _ = case.deadlines
                    yield Loaded(path, register.name, case, notes=notes)
                    notes = ()
            except ReadError as error:
                yield Loaded(path, names[number], None, error.text)
            except RegisterError as error:
                where = Text(f"{names[number]}：{error.text.zh}", f"{names[number]}: {error.text.en}")
                yield Loaded(path, names[number], None, where)
            except Exception as error:  # whatever it is, it costs this register alone
                yield Loaded(path, names[number], None, broke_down(names[number], error))
            if progress:
                progress(path)


def load_all(
    paths: Sequence[Path],
    as_of: dt.datetime,
    reader: Reader | None = None,
    progress: Callable[[Path], None] | None = None,
) -> list[Loaded]:
    """`load` of all of them, so that no complaint that stands in two registers counts twice."""
    loaded = list(load(paths, as_of, reader, progress))
    stacked = each_for_itself(
        loaded, lambda some: together([one.case for one in some if one.case is not None])
    )
    cases = iter(stacked or ())
    return [one if one.case is None else dataclasses.replace(one, case=next(cases)) for one in loaded]


def together(cases: Sequence[Case]) -> list[Case]:
    """The same registers, each knowing which of its rows stand in another one."""
    if len(cases) < 2:
        return list(cases)
    twins = twins_of([case.register for case in cases], cases[0]._second)
    return [
        case
        if (own.elsewhere < 0).all() and (own.double == case.twins.double).all()
        else Case(case.register, case.as_of, own)
        for case, own in zip(cases, twins, strict=True)
    ]


def shared(cases: Sequence[Case]) -> list[Text]:
    """What the registers of `together` share with each other, a sentence each."""
    stack = [case.stack for case in cases if case.stack is not None]
    return across(stack)


def each_for_itself(loaded: list[Loaded], work: Callable[[Sequence[Loaded]], T]) -> T | None:
    """``work`` on all of ``loaded``; should it break down, on those alone with which it does not.

    The others become unreadable in ``loaded``, each for its own reason. None where no register is left.
    """
    while any(one.case is not None for one in loaded):
        try:
            return work(loaded)
        except Exception as error:
            reasons = {at: _reason(one, work) for at, one in enumerate(loaded) if one.case is not None}
            alone = any(reasons.values())
            for at, reason in reasons.items():
                one = loaded[at]
                if reason or not alone:
                    said = broke_down(one.name, reason or error)
                    loaded[at] = dataclasses.replace(one, case=None, error=said)
    return None


def _reason(one: Loaded, work: Callable[[Sequence[Loaded]], object]) -> Exception | None:
    try:
        work([one])
    except Exception as error:
        return error
    return None


def _normalised(reader: Reader, path: Path, name: str) -> tuple[list[Register], tuple[Text, ...]]:
    sheets = reader.read(path)
    try:
        registers = normalise_all(name, sheets)
    except NotARegisterError:
        sheets = reader.read(path, every_sheet=True)
        registers = normalise_all(name, sheets)
    return registers, tuple(_remarks(name, sheets, registers))


def _remarks(name: str, sheets: Sequence[RawSheet], registers: Sequence[Register]) -> Iterator[Text]:
    """What a reader must know about how the cells were read."""
    for register in registers:
        yield from _turned(register)
        for raw in sheets:
            columns = {register.complaints.title: REGISTER, register.items.title: ITEMS}.get(raw.title)
            header = find_header(raw, columns) if columns and raw.uncached else None
            if header is None:
                continue
            top, ours = raw.first_row + header[0], header[1].values()
            blank = [(row, column) for row, column in raw.uncached if row > top and column in ours]
            if blank:
                from kesu.workbook.patch.area import cell_name

                row, column = min(blank)
                yield uncached(name, f"{raw.title}!{cell_name(row, column + 1)}", len(blank))
    for sheet in sheets:
        if sheet.aside:
            yield left_aside(name, sheet.title, registers[0].complaints.title)
    if any(
        sheet_key(sheet.title) == "settings" for sheet in sheets
    ):  # without one the report and explain say it
        yield from registers[0].settings.notes(name)


def _turned(register: Register) -> Iterator[Text]:
    """What must be known of figures that rest on dates whose day and month have probably changed places."""
    for sheet, columns in ((register.complaints, REGISTER), (register.items, ITEMS)):
        for column in columns:
            if column.kind == "time" and (count := int(turned_round(sheet, column.key)[0].sum())):
                yield Text(
                    f"{register.name}：“{column.label.zh}”有 {count} 个日期可能日月颠倒，按月的数字靠不住；见 kesu check 的 day_month_swapped。",
                    f"{register.name}: day and month of {count} dates in “{column.label.en}” have probably changed places; "
                    "figures by month rest on them. See day_month_swapped in kesu check.",
                )


def unique_names(paths: Sequence[Path]) -> list[str]:
    """File names, with as much of the folder as it takes to tell them apart."""
    for depth in range(1, 1 + max((len(path.absolute().parts) for path in paths), default=1)):
        names = [printable("/".join(path.absolute().parts[-depth:])) for path in paths]
        if len(set(names)) == len(set(map(Path.absolute, paths))):
            break
    return names


def what_if(case: Case, other: Settings) -> pd.DataFrame:
    """The deadlines that would change if the rules, working hours and region of ``other`` held.

    The columns of `Deadlines.table` without the times of doing, then ``other_due_at``, ``other_state`` and
    ``shift_hours`` (how much later on the wall clock; NaN where one of the two has no due time).
    """
    own = case.counted.settings
    changed = dataclasses.replace(
        own,
        rules=other.rules,
        hours=other.hours,
        region=other.region,
        subdivision=other.subdivision,
        due_soon_hours=other.due_soon_hours,
    )
    then = compute_deadlines(dataclasses.replace(case.counted, settings=changed), case.as_of).table()
    now = case.deadlines.table()
    table = now[["register", "row", "complaint_id", "target", "due_at", "state"]].assign(
        other_due_at=then["due_at"],
        other_state=then["state"],
        shift_hours=(then["due_at"] - now["due_at"]).dt.total_seconds() / 3600,
    )
    same_due = (now["due_at"] == then["due_at"]) | (now["due_at"].isna() & then["due_at"].isna())
    return table[~(same_due & (now["state"] == then["state"])).to_numpy(bool)].reset_index(drop=True)


def received_in(data: pd.DataFrame, period: Period) -> np.ndarray:
    """Which rows were received in ``period``."""
    received = data["received_at"].to_numpy("datetime64[s]")
    return (received >= np.datetime64(period.begin, "s")) & (received < np.datetime64(period.end, "s"))


def received_rows(cases: Sequence[Case], period: Period, listed: pd.DataFrame) -> np.ndarray:
    """Which lines of ``listed`` (columns register, row) are about records received in ``period``."""
    inside = [
        (case.register.name, int(row))
        for case in cases
        for row in case.register.complaints.data["excel_row"][
            received_in(case.register.complaints.data, period)
        ]
    ]
    return pd.MultiIndex.from_frame(listed[["register", "row"]]).isin(inside)


def whole_span(cases: Sequence[Case], as_of: dt.datetime) -> Period:
    """From the first receipt to the last of rows that can be placed in time; the day of ``as_of`` alone where there is none."""
    received = np.concatenate([case.rows.received[case.rows.placed] for case in cases])
    if not len(received):
        return Period(as_of.date(), as_of.date())
    first, last = (
        np.datetime64(int(at), "s").astype("datetime64[D]") for at in (received.min(), received.max())
    )
    return Period(first.astype(object), last.astype(object))


def facts_of(cases: Sequence[Case]) -> Facts:
    """The facts of all registers together. ``cases`` must not be empty."""
    if len(cases) == 1:
        return cases[0].facts
    return gather([case.counted for case in cases], [case.deadlines for case in cases])


def kpi_table(
    cases: Sequence[Case], period: Period | None, as_of: dt.datetime, group_by: Sequence[str] = GROUPS
) -> pd.DataFrame:
    """KPIs over all registers together; over all records where ``period`` is None."""
    return kpi_tables(cases, (period or whole_span(cases, as_of),), as_of, group_by)[0]


def kpi_tables(
    cases: Sequence[Case], periods: Sequence[Period], as_of: dt.datetime, group_by: Sequence[str] = GROUPS
) -> list[pd.DataFrame]:
    """KPIs over all registers together, one table a period; quicker than one after another.

    Below them the account of rows: ``rows_read``, and ``rows_left_out`` in total and by reason.
    """
    tables = kpi_series(facts_of(cases), periods, as_of, group_by)
    rows = [account_rows(account_of(cases, period), period, group_by) for period in periods]
    return [pd.concat(pair, ignore_index=True) for pair in zip(tables, rows, strict=True)]


def account_of(cases: Sequence[Case], period: Period | None) -> pd.DataFrame:
    """See `kesu.rules.account_of_rows.account`."""
    return account([case.rows for case in cases], period)


def follow_up_table(cases: Sequence[Case], lang: str) -> pd.DataFrame:
    """The follow-ups of all registers as one list in order of urgency."""
    return merge_follow_ups([case.follow_ups(lang) for case in cases])


def build_report(
    loaded: Sequence[Loaded], period: Period | None, as_of: dt.datetime, lang: str, *, unmasked: bool = False
) -> Report:
    """Everything the renderers need. At least one of ``loaded`` must have been read."""
    cases = [one.case for one in loaded if one.case is not None]
    period = period or whole_span(cases, as_of)
    facts = facts_of(cases)
    inside = received_in(facts.complaints, period) & facts.complaints["counted"].to_numpy(bool)
    items = facts.items[np.append(inside, False)[facts.items["place"].to_numpy()]]
    findings = pd.concat([case.findings_in(period) for case in cases], ignore_index=True)
    organisations = {case.register.settings.organisation for case in cases}
    by_severity = [findings[findings["severity"].eq(level).to_numpy(bool)] for level in SEVERITIES]
    shown = pd.concat([part.head(FINDINGS_SHOWN) for part in by_severity]).head(FINDINGS_SHOWN)
    before = period.previous()
    compared = (received_in(facts.complaints, before) & facts.complaints["counted"].to_numpy(bool)).any()
    kpis, *earlier = kpi_series(facts, (period, before) if compared else (period,), as_of, REPORT_GROUPS)
    previous = earlier[0] if compared else kpis.head(0)  # the registers may not reach back so far
    return Report(
        lang=lang,
        organisation=organisations.pop() if len(organisations) == 1 else "",
        as_of=as_of,
        period=period,
        sources=tuple(_source(one) for one in loaded),
        complaints=facts.complaints[inside].reset_index(drop=True),
        items=items.reset_index(drop=True),
        kpis=kpis,
        previous=previous,
        followups=follow_up_table(cases, lang),
        findings=add_messages(shown, lang),
        finding_counts=finding_counts(findings, lang),
        backlog_days=backlog_days(facts, period, as_of),
        unmasked=unmasked,
        notes=(*shared(cases), *_notes(cases)),
        account=account_of(cases, period),
        limits=cases[0].register.settings.limits,
        codes=codes_of(cases),
    )


def _source(one: Loaded) -> Source:
    if one.case is None:
        return Source(one.name, error=one.error)
    register = one.case.register
    return Source(one.name, len(register.complaints.data), len(register.items.data))


def codes_of(cases: Sequence[Case]) -> CodeLists:
    """The code lists of all registers: their labels where they are, the first register's where several differ."""
    return merged([case.register.settings.codes for case in cases])


def shortened(notes: Sequence[Text], name: str) -> Iterator[Text]:
    """The first of ``notes`` on the settings of the register called ``name``, and how many more there are."""
    yield from notes[:NOTES_SHOWN]
    if len(notes) > NOTES_SHOWN:
        more = len(notes) - NOTES_SHOWN
        yield Text(
            f"{name}：设置里还有 {more} 处看不懂，见检查结果。",
            f"{name}: {more} more settings could not be read; see the findings.",
        )


def _notes(cases: Sequence[Case]) -> Iterator[Text]:
    """What a reader of the figures must know."""
    for case in cases:
        yield from _turned(case.register)
    known = min(case.deadlines.calendar.confirmed_until for case in cases)
    latest = max(
        (target.due.max() for case in cases for target in case.deadlines.targets.values() if len(target.due)),
        default=0,
    )
    if np.datetime64(int(latest), "s") > known + 1:
        yield Text(
            f"部分时限晚于 {known}，此后的公共假日和调休尚未正式公布。",
            f"Some deadlines fall after {known}; public holidays and make-up days beyond it are not officially known yet.",
        )
    for case in cases:
        yield from shortened(case.register.settings.notes(case.register.name), case.register.name)
    first = cases[0].register.settings
    if any(case.register.settings.kpi_targets != first.kpi_targets for case in cases):
        yield Text(
            f"各登记表的指标目标不同；合计按“{cases[0].register.name}”的目标判断。",
            f"The registers set different KPI targets; totals are judged by those of “{cases[0].register.name}”.",
        )
    renamed = relabelled([case.register.settings.codes for case in cases])
    if renamed:
        shown = "、".join(renamed[:CODES_SHOWN]) + "…" * (len(renamed) > CODES_SHOWN)
        yield Text(
            f"各登记表对同一代码用词不同（{shown}）；这里用先读到的登记表的词。",
            f"The registers call some codes differently ({shown}); the words here are those of the register that comes first.",
        )
    if any(case.register.settings.limits != first.limits for case in cases):
        yield Text(
            f"各登记表的界限不同，各按自己的计算；指标定义写的是“{cases[0].register.name}”的。",
            f"The registers set different limits; each counts by its own, the definitions cite those of “{cases[0].register.name}”.",
        )
