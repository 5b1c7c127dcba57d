"""``kesu refresh``: follow-ups, KPIs and findings into the team's own workbooks, in place."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from kesu.cli import kinds, options
from kesu.cli.options import writing
from kesu.cli.reading import progress, sources
from kesu.cli.telling import aside, say, ui, ui_lang, would_change
from kesu.register.periods import Period
from kesu.words.text import Text, counted

if TYPE_CHECKING:
    from kesu.jobs.refresh import Refreshed


ENGLISH: Final = {"FollowUps": "follow-up", "Kpis": "KPI row", "Findings": "finding"}


@click.command(
    short_help=ui(
        "在登记表里更新跟进清单、指标、检查结果。", "Fill follow-ups, KPIs and findings in the registers."
    ),
    help=ui(
        "算出跟进清单、指标和检查结果，写进登记表自己的工作簿；别的内容一个字节也不动。",
        "Work out follow-ups, KPIs and findings and write them into the workbooks themselves; not a byte of anything else is touched.",
    ),
)
@options.workbooks
@options.chosen(options.as_of)
@click.option(
    "--period",
    type=kinds.PeriodType(),
    metavar="PERIOD",
    help=ui(
        "指标的期间：2026-10、2026Q4、2026 或 起..止；默认当月",
        "Period of the KPIs: 2026-10, 2026Q4, 2026 or FROM..TO; by default the current month",
    ),
)
@options.lang
@writing(ui("只说会改动哪些工作表", "Only say which sheets would change"))
@options.formats
def refresh(
    registers: tuple[Path, ...],
    as_of: dt.datetime | None,
    period: Period | None,
    lang: str | None,
    dry_run: bool,
    no_backup: bool,
    force: bool,
    output_format: str,
) -> None:
    """Refresh one after another; each is told on a line of its own."""
    from kesu.cli.reading import new_reader
    from kesu.cli.tables import tell
    from kesu.words.terminal import dumps

    paths = sources(registers, copies=True, workbooks=True)
    reader = new_reader()
    reader.ask(paths[0])  # read while the libraries below are still being imported
    from kesu.jobs import refresh as job
    from kesu.jobs.load import load

    how = job.Refreshing(
        as_of or options.now(),
        options.now().date(),
        job.seen(paths),
        period,
        lang,
        dry_run,
        not no_backup,
        force,
    )
    done = []
    with progress(len(paths)) as advance:
        for found in job.by_workbook(load(paths, how.as_of, reader, advance, options.now())):
            one = job.refresh(found, how)
            for text in (*(note for some in found for note in some.notes), *_reason(one), *one.remarks):
                say(text)
            done.append(one)
            if output_format == "text" and one.reason is None:
                with aside():
                    tell(_line(one, dry_run=dry_run), at=one.register)
    if output_format == "json":
        click.echo(dumps([_record(one) for one in done]))
    sys.exit(options.UNREADABLE if any(one.reason for one in done) else 0)


def _reason(one: Refreshed) -> tuple[Text, ...]:
    return () if one.reason is None else (one.reason,)


def _record(one: Refreshed) -> dict[str, Any]:
    return {
        "register": one.register,
        "path": str(one.path),
        "rows": one.rows,
        "results": one.results,
        "parts": one.parts,
        "sheets": one.sheets,
        "backup": None if one.backup is None else str(one.backup),
        "reason": None if one.reason is None else one.reason.of(ui_lang()),
    }


def _line(one: Refreshed, *, dry_run: bool) -> str:
    rows = one.rows
    counts = ui(
        f"跟进 {rows['FollowUps']} 行，指标 {rows['Kpis']} 行，检查结果 {rows['Findings']} 行",
        ", ".join(counted(rows[of], noun) for of, noun in ENGLISH.items()),
    )
    if not one.parts:
        said = ui("没有变化", "nothing to change")
    elif dry_run:
        said = would_change(one.sheets)
    elif one.backup is not None:
        said = ui("原文件备份为 ", "the workbook as it was: ") + one.backup.name
    else:
        said = ui("未留备份", "no backup kept")
    return ui(f"{counts}；{said}", f"{counts}; {said}")
