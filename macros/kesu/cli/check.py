"""``kesu check``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kesu.cli import options
from kesu.cli.options import ui
from kesu.register.periods import Period
from kesu.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from kesu.jobs.pipeline import Case, Loaded

LEVELS = ("error", "warning", "info")
NAMES = {"error": Text("错误", "error"), "warning": Text("警告", "warning"), "info": Text("提示", "info")}
COLUMNS = ("register", "sheet", "row", "column", "rule", "severity", "dimension", "message", "value")


@click.command(
    help=ui("检查登记表，指出每个有问题的单元格。", "Check registers and name every cell that is wrong.")
)
@options.registers
@options.chosen(options.lang, options.as_of, options.period, options.formats, options.output)
@click.option(
    "--fail-on",
    type=click.Choice([*LEVELS, "never"]),
    default="error",
    show_default=True,
    help=ui("有这一级或更重的发现时退出码为 1", "Exit with 1 on findings of this severity or graver"),
)
def check(
    registers: tuple[Path, ...],
    lang: str | None,
    as_of: dt.datetime | None,
    period: Period | None,
    form: str,
    output: Path | None,
    fail_on: str,
) -> None:
    """Findings of every register."""
    with options.reading(registers, as_of) as (loaded, _):
        import pandas as pd

        from kesu.rules.checks import add_messages
        from kesu.words.terminal import to_json

        def work(some: Sequence[Loaded]) -> pd.DataFrame:
            cases = [one.case for one in some if one.case is not None]
            found = pd.concat([case.findings_in(period) for case in cases], ignore_index=True)
            return add_messages(found, options.language(lang, cases))[list(COLUMNS)]

        findings = options.worked(loaded, work)
        cases = options.cases_of(loaded)
        lang = options.language(lang, cases)
        text = to_json(findings) if form == "json" else _text(findings, cases, period, lang)
        options.write_out(text, output)
        _summary(findings)
        options.say_account(cases, period)
    counted = LEVELS[: LEVELS.index(fail_on) + 1] if fail_on in LEVELS else ()
    options.finish(loaded, 1 if findings["severity"].isin(counted).any() else 0)


def _text(findings: pd.DataFrame, cases: Sequence[Case], period: Period | None, lang: str) -> str:
    """The findings, and below them the account of rows by register."""
    from kesu.jobs.pipeline import account_of
    from kesu.rules.account_of_rows import TITLE, table_of
    from kesu.words.terminal import table

    header, *rows = table_of(account_of(cases, period), lang)
    found = [_lines(findings, cases, lang), ""] if len(findings) else []
    return "\n".join([*found, TITLE.of(lang), table(header, rows)])


def _lines(findings: pd.DataFrame, cases: Sequence[Case], lang: str) -> str:
    from kesu.register.settings import column_letters
    from kesu.words.terminal import clean, records

    letters = {
        (case.register.name, sheet.title, key): column_letters(at)
        for case in cases
        for sheet in (case.register.complaints, case.register.items)
        for key, at in sheet.columns.items()
    }
    letters |= {
        (case.register.name, case.register.settings.sheet, column_letters(at)): column_letters(at)
        for case in cases
        for _, at, _ in case.register.settings.problems
    }
    return "\n".join(
        clean(
            f"{f.register} ▸ {f.sheet}!{letters.get((f.register, f.sheet, f.column), '')}{f.row}  {NAMES[f.severity].of(lang)}  {f.message}"
        )
        for f in records(findings)
    )


def _summary(findings: pd.DataFrame) -> None:
    counts = [int((findings["severity"] == level).sum()) for level in LEVELS]
    options.say(
        Text("{} 个错误，{} 个警告，{} 个提示", "{} errors, {} warnings, {} remarks")
        .of(options.ui_lang())
        .format(*counts)
    )
