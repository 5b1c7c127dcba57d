"""``kesu report``."""

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

    from kesu.jobs.pipeline import Case, Loaded


@click.command(
    help=ui(
        "由一个或多个登记表出一份六章报告（.xlsx 或 .html）。",
        "One report in six chapters from any number of registers (.xlsx or .html).",
    )
)
@options.registers
@options.chosen(options.lang, options.as_of, options.period)
@click.option(
    "-o",
    "--output",
    "out",
    required=True,
    multiple=True,
    type=options.OutPath(),
    metavar="OUT",
    help=ui("写到哪里；.xlsx 或 .html，可给多次", "Where to; .xlsx or .html, may be given several times"),
)
@options.force
@click.option(
    "--unmasked",
    is_flag=True,
    help=ui("不遮盖个人信息（只供内部使用）", "Do not mask personal data (internal use only)"),
)
def report(
    registers: tuple[Path, ...],
    lang: str | None,
    as_of: dt.datetime | None,
    period: Period | None,
    out: tuple[Path, ...],
    unmasked: bool,
) -> None:
    """Write the report and say where it is."""
    from kesu.reports import RENDERERS

    for path in out:
        if path.suffix.lower() not in RENDERERS:
            known = ", ".join(RENDERERS)
            raise click.BadParameter(
                ui(
                    f"不认识报告格式“{path.suffix}”；可用 {known}",
                    f"no report format “{path.suffix}”; use one of {known}",
                )
            )
    with options.reading(registers, as_of) as (loaded, instant):
        from kesu.jobs.pipeline import build_report
        from kesu.reports import render

        def work(some: Sequence[Loaded]) -> tuple[Sequence[Case], list[bytes]]:
            cases = [one.case for one in some if one.case is not None]
            built = build_report(some, period, instant, options.language(lang, cases), unmasked=unmasked)
            return cases, [render(built, path.suffix) for path in out]

        cases, made = options.worked(loaded, work)
        for path, content in zip(out, made, strict=True):
            options.save(path, content)
            options.say(Text(f"报告已写入 {path}", f"Report written to {path}"))
        options.say_account(cases, period)
    options.finish(loaded)
