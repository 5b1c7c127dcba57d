"""Macros that look at the whole register: check, deadlines, KPIs, follow-ups, all of these, the report."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kesu.jobs.figures import account_of
from kesu.jobs.remarks import shortened
from kesu.jobs.tables import month_of
from kesu.live import marks, timing
from kesu.live.feedback import MacroError, macro
from kesu.live.frames import opened
from kesu.live.write import fill, find_table
from kesu.register.periods import Period, PeriodError
from kesu.rules.account_of_rows import line, needs_telling
from kesu.words.text import Text

if TYPE_CHECKING:
    import xlwings as xw

    from kesu.live.frames import Opened

CHECKED: Final = Text(
    "检查完毕：{error} 个错误，{warning} 个警告，{info} 个提示；标出 {cells} 个单元格。",
    "Checked: {error} {error:error|errors}, {warning} {warning:warning|warnings}, {info} {info:remark|remarks}; "
    "{cells} {cells:cell is|cells are} marked.",
)
DEADLINES: Final = Text(
    "时限：{overdue} 个已逾期，{due_soon} 个临期。", "Deadlines: {overdue} overdue, {due_soon} due soon."
)
LIVE: Final = Text(
    "时限由工作簿的公式实时计算，未改动。", "The workbook works them out itself; nothing was written."
)
LONGER: Final = Text("工作日历已延长到 {day}。", "The calendar now reaches to {day}.")
FOLLOW_UPS: Final = Text("跟进清单：{n} 件。", "Follow-ups: {n} {n:thing|things} to do.")
KPIS: Final = Text("指标已更新：{period}。", "KPIs are up to date: {period}.")
WRITTEN: Final = Text("报告已写入 {path}", "Report written to {path}")
UNSAVED: Final = Text(
    "请先把工作簿存到本机的文件夹里，报告写在它旁边。",
    "Save the workbook to a folder of this computer first; the report is written beside it.",
)


@macro(Text("检查", "checking"))
def check(book: xw.Book, as_of: dt.datetime | None = None) -> str:
    """Fill the Findings sheet and mark the cells that are wrong; marks of last time go."""
    register = opened(book, as_of)
    said = [_check(register), *_account(register, None)]
    _show(book, "Findings")
    return "\n".join(text.of(register.lang) for text in said)


@macro(Text("计算时限", "working out deadlines"))
def deadlines(book: xw.Book, as_of: dt.datetime | None = None) -> str:
    """Due times and states where the sheet has no formulas for them; the calendar made long enough."""
    register = opened(book, as_of)
    return _told(register, *_deadlines(register), between=" ")


@macro(Text("计算指标", "working out KPIs"))
def kpis(book: xw.Book, period: str = "", as_of: dt.datetime | None = None) -> str:
    """Fill the KPI sheet for ``period`` (2026-10, 2026Q4, 2026, FROM..TO; by default this month)."""
    register = opened(book, as_of)
    wanted = _period(register, period)
    said = [_kpis(register, wanted), *_account(register, wanted)]
    _show(book, "Kpis")
    return _told(register, *said)


@macro(Text("列跟进清单", "listing follow-ups"))
def followups(book: xw.Book, owner: str = "", as_of: dt.datetime | None = None) -> str:
    """Fill the follow-up list, of one ``owner`` or of all."""
    register = opened(book, as_of)
    said = FOLLOW_UPS.fill(n=fill(register, ["FollowUps"], owner=owner.strip())["FollowUps"])
    _show(book, "FollowUps")
    return _told(register, said)


@macro(Text("刷新", "refreshing"))
def refresh(book: xw.Book, period: str = "", as_of: dt.datetime | None = None) -> str:
    """Check, deadlines, KPIs and follow-ups in one go, from one reading."""
    register = opened(book, as_of)
    wanted = _period(register, period)
    said = [*_deadlines(register), _check(register), _kpis(register, wanted)]
    said.append(FOLLOW_UPS.fill(n=fill(register, ["FollowUps"])["FollowUps"]))
    said += _account(register, wanted)
    return _told(register, *said)


@macro(Text("生成报告", "making the report"))
def report(book: xw.Book, period: str = "", as_of: dt.datetime | None = None, folder: str = "") -> str:
    """Write the report of ``period`` as page and workbook into ``folder`` (by default beside the workbook), masked."""
    from kesu.jobs.load import Loaded
    from kesu.jobs.report import build_report
    from kesu.reports import RENDERERS, render
    from kesu.workbook.save import NotWrittenError, Rules, save

    register = opened(book, as_of)
    wanted = _period(register, period)
    source = Path(book.fullname)
    into = Path(folder) if folder else source.parent
    if "://" in book.fullname or not source.is_absolute() or not into.is_dir():
        raise MacroError(UNSAVED)
    assessment = register.assessment
    built = build_report([Loaded(source, book.name, assessment)], wanted, assessment.as_of, register.lang)
    rules = Rules(assessment.as_of.date(), force=None, inputs=(source,))
    written = []
    for suffix in RENDERERS:
        path = into / f"{source.stem}-{wanted}{suffix}"
        try:
            save(path, render(built, suffix), rules)
        except NotWrittenError as error:
            raise MacroError(error.text) from error
        written.append(WRITTEN.fill(path=path))
    return _told(register, *written, *_account(register, wanted))


def _told(register: Opened, *said: Text, between: str = "\n") -> str:
    """What a macro did, and below it the settings that could not be read, with what was used instead."""
    words = between.join(text.of(register.lang) for text in said)
    name = register.assessment.register.name
    notes = shortened(register.assessment.register.settings.notes(name), name)
    return "\n".join([words, *(text.of(register.lang) for text in notes)])


def _check(register: Opened) -> Text:
    fill(register, ["Findings"])
    counts = register.assessment.findings.groupby("severity")["count"].sum()
    numbers = {level: int(counts.get(level, 0)) for level in ("error", "warning", "info")}
    return CHECKED.fill(cells=marks.renew(register), **numbers)


def _deadlines(register: Opened) -> list[Text]:
    written = timing.fill_deadlines(register)
    end = timing.extend_calendar(register)
    states = [
        state for target in register.assessment.deadlines.targets.values() for state in target.state.tolist()
    ]
    said = [DEADLINES.fill(overdue=states.count("overdue"), due_soon=states.count("due_soon"))]
    if not written:
        said.append(LIVE)
    if end is not None:
        said.append(LONGER.fill(day=end))
    if (other := timing.unlike_settings(register)) is not None:
        said.append(other)
    return said


def _kpis(register: Opened, period: Period) -> Text:
    fill(register, ["Kpis"], period)
    return KPIS.fill(period=period)


def _account(register: Opened, period: Period | None) -> list[Text]:
    """The account of rows, where some are left out for more than the period or a kind was assumed."""
    accounts = account_of([register.assessment], period)
    return [line(accounts)] if needs_telling(accounts) else []


def _period(register: Opened, words: str) -> Period:
    try:
        return Period.parse(words) if words.strip() else month_of(register.assessment.as_of)
    except PeriodError as error:
        raise MacroError(error.text) from error


def _show(book: xw.Book, table: str) -> None:
    found = find_table(book, table)
    if found is not None:
        found.parent.activate()
