"""``kesu check``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kesu.cli import options
from kesu.cli.reading import finish, language, read_of, reading, say_account, worked
from kesu.cli.saving import write_out
from kesu.cli.telling import say, ui, ui_lang
from kesu.register.periods import Period
from kesu.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from kesu.cli.tables import Screen
    from kesu.jobs.assessment import Assessment
    from kesu.jobs.load import Loaded

LEVELS = ("error", "warning", "info")
COLUMNS = ("register", "sheet", "row", "column", "rule", "severity", "dimension", "message", "value", "count")


@click.command(
    help=ui("检查登记表，指出每个有问题的单元格。", "Check registers and name every cell that is wrong.")
)
@options.registers
@options.cache
@options.chosen(options.lang, options.as_of, options.period, options.formats, options.output)
@click.option(
    "--listed",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    metavar="N",
    help=ui(
        "每个登记表的每种问题最多逐一列出多少处，其余只计数",
        "Most findings of one kind that are listed for each register; the others are counted",
    ),
)
@click.option(
    "--fail-on",
    type=click.Choice([*LEVELS, "never"]),
    default="error",
    show_default=True,
    help=ui("有这一级或更重的发现时退出码为 1", "Exit with 1 on findings of this severity or graver"),
)
def check(
    registers: tuple[Path | str, ...],
    lang: str | None,
    as_of: dt.datetime | None,
    period: Period | None,
    output_format: str,
    output: Path | None,
    listed: int,
    fail_on: str,
) -> None:
    """Findings of every register."""
    with reading(registers, as_of, by_stack=output_format == "json") as (loaded, _):
        from kesu.cli.tables import screen
        from kesu.jobs.figures import findings_of
        from kesu.rules.checks import add_messages
        from kesu.words.terminal import to_json

        def work(some: Sequence[Loaded]) -> pd.DataFrame:
            assessments = [one.assessment for one in some if one.assessment is not None]
            found = findings_of(assessments, period, listed)
            return add_messages(found, language(lang, assessments))[list(COLUMNS)]

        findings = worked(loaded, work)
        assessments = read_of(loaded)
        lang = language(lang, assessments)
        text = (
            to_json(findings)
            if output_format == "json"
            else _text(findings, assessments, period, lang, screen(output))
        )
        write_out(text, output)
        _summary(findings)
        say_account(assessments, period)
    counted = LEVELS[: LEVELS.index(fail_on) + 1] if fail_on in LEVELS else ()
    finish(loaded, 1 if findings["severity"].isin(counted).any() else 0)


def _text(
    findings: pd.DataFrame, assessments: Sequence[Assessment], period: Period | None, lang: str, to: Screen
) -> str:
    """The findings by complaint, and below them the account of rows by register."""
    from kesu.cli.found import by_complaint, said
    from kesu.cli.tables import Column, table
    from kesu.jobs.figures import account_of
    from kesu.rules.account_of_rows import TITLE, table_of

    header, *rows = table_of(account_of(assessments, period), lang)
    columns = [  # why rows are left out stands in one line on standard error, too
        Column(title, rank=int(at > 5), least=12, right=at > 0) for at, title in enumerate(header)
    ]
    blocks = [said(block, lang, to) for block in by_complaint(findings, assessments, lang)]
    return "\n\n".join([*blocks, f"{TITLE.of(lang)}\n{table(columns, rows, lang, to)}"])


def _summary(findings: pd.DataFrame) -> None:
    counts = [int(findings.loc[findings["severity"] == level, "count"].sum()) for level in LEVELS]
    say(
        Text("{} 个错误，{} 个警告，{} 个提示", "{} errors, {} warnings, {} notes")
        .of(ui_lang())
        .format(*counts)
    )
