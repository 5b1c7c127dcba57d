"""``kesu report``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kesu.cli import kinds, options
from kesu.cli.elsewhere import whence
from kesu.cli.reading import finish, language, say_account, worked
from kesu.cli.saving import save
from kesu.cli.telling import say, ui
from kesu.register.periods import Period
from kesu.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kesu.jobs.assessment import Assessment
    from kesu.jobs.load import Loaded


@click.command(
    short_help=ui("由一个或多个登记表出六章报告。", "A report in six chapters, as a workbook or a page."),
    help=ui(
        "由一个或多个登记表出一份六章报告（.xlsx 或 .html）。",
        "One report in six chapters from any number of registers (.xlsx or .html).",
    ),
)
@options.registers
@options.cache
@click.option(
    "--scheduler",
    metavar="tcp://HOST:PORT",
    help=ui(
        "在 Dask 集群上读取和计算（另装 kesu[cluster]）；各机器须能看到同样的文件名或网址",
        "Read and work on a Dask cluster (install kesu[cluster]); its machines must see the same file names or URLs",
    ),
)
@options.chosen(options.lang, options.as_of, options.period)
@click.option(
    "-o",
    "--output",
    "out",
    required=True,
    multiple=True,
    type=kinds.OutPath(),
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
    registers: tuple[Path | str, ...],
    scheduler: str | None,
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
    with whence(registers, as_of, scheduler) as (loaded, instant):
        from kesu.jobs.report import build_report
        from kesu.reports import render

        def work(some: Sequence[Loaded]) -> tuple[Sequence[Assessment], list[bytes]]:
            assessments = [one.assessment for one in some if one.assessment is not None]
            built = build_report(some, period, instant, language(lang, assessments), unmasked=unmasked)
            return assessments, [render(built, path.suffix) for path in out]

        assessments, made = worked(loaded, work)
        for path, content in zip(out, made, strict=True):
            save(path, content)
            say(Text(f"报告已写入 {path}", f"Report written to {path}"))
        say_account(assessments, period)
    finish(loaded)
