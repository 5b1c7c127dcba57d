"""``kesu new`` and ``kesu demo``."""

from __future__ import annotations

import datetime as dt
import io
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kesu.cli import completing, kinds, options
from kesu.cli.named import workbook_name
from kesu.cli.reading import read_of
from kesu.cli.saving import check_targets, save, save_rules
from kesu.cli.telling import say, ui, ui_lang
from kesu.register.periods import Period
from kesu.words.text import Text, counted

if TYPE_CHECKING:
    from kesu.jobs.assessment import Assessment
    from kesu.jobs.load import Loaded


@click.command(help=ui("新建一个登记表工作簿。", "Make a new register workbook."))
@click.argument("out", type=kinds.OutPath(again=False))
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    help=ui("语言；默认用系统语言", "Language; by default the locale's"),
)
@click.option(
    "--profile",
    metavar="NAME",
    shell_complete=completing.profiles,
    help=ui("时限规则模板；见 kesu profiles", "Profile of deadline rules; see kesu profiles"),
)
@options.columns
@options.force
def new(out: Path, lang: str | None, profile: str | None, columns: str) -> None:
    """Write the workbook; never over an existing file."""
    workbook_name(out)
    settings = options.profile_named(profile) if profile is not None else None
    check_targets()
    from kesu.workbook.writing import build_register

    made = io.BytesIO()
    build_register(made, lang or ui_lang(), settings, as_of=options.now(), columns=columns)
    save(out, made.getvalue())
    say(Text(f"已新建 {out}", f"Made {out}"))


DEMO_PERIOD: Final = "2026-10"
"""The last whole month before the day on which the demo is looked at."""
REPORTS: Final = {
    ".html": Text("报告：在浏览器里打开", "Report: open it in a browser"),
    ".xlsx": Text("报告：在 Excel 里打开", "Report: open it in Excel"),
}
RESULTS: Final = ("check.json", "deadlines.json", "kpis.json", "followups.json")


@click.command(
    short_help=ui(
        "示例登记表，以及由它们得出的一切。", "Sample registers, and everything that is made of them."
    ),
    help=ui(
        "生成三个示例登记表，跑完整个流程，告诉你报告在哪里。",
        "Make three sample registers, run the whole job on them, say where the reports are.",
    ),
)
@click.argument(
    "folder", metavar="[DIR]", default="kesu-demo", type=click.Path(path_type=Path, file_okay=False)
)
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    help=ui("报告的语言；默认两种都出", "Language of the reports; by default both"),
)
@options.force
def demo(folder: Path, lang: str | None) -> None:
    """Sample registers, their findings, deadlines, KPIs and follow-ups, and reports over all three."""
    from kesu.demo import AS_OF, demo_registers
    from kesu.jobs.load import load_all
    from kesu.workbook.save import check

    registers, results = folder / "registers", folder / "results"
    for below in (registers, results):
        below.mkdir(parents=True, exist_ok=True)
    say(Text("正在生成示例登记表……", "Making the sample registers …"))
    built = {registers / name: content for name, content in demo_registers().items()}
    reports = {
        results / f"report-{code}{suffix}": (code, what)
        for code in ([lang] if lang else ["zh", "en"])
        for suffix, what in REPORTS.items()
    }
    for path in (*built, *reports, *(results / name for name in RESULTS)):  # all or none
        check(path, save_rules(), built.get(path))
    for path, content in built.items():
        save(path, content)
    loaded = load_all(list(built), AS_OF)
    made = [(path, Text("登记表：在 Excel 里打开", "Register: open it in Excel")) for path in built]
    made += _reports(loaded, reports, AS_OF) + _results(loaded, results, lang or ui_lang(), AS_OF)
    _tell(read_of(loaded), made, next(iter(reports)), lang or ui_lang())
    sys.exit(0)


def _reports(
    loaded: Sequence[Loaded], reports: Mapping[Path, tuple[str, Text]], as_of: dt.datetime
) -> list[tuple[Path, Text]]:
    from kesu.jobs.report import build_report
    from kesu.reports import render

    for path, (code, _) in reports.items():
        save(path, render(build_report(loaded, Period.parse(DEMO_PERIOD), as_of, code), path.suffix))
    return [(path, what) for path, (_, what) in reports.items()]


def _results(
    loaded: Sequence[Loaded], results: Path, lang: str, as_of: dt.datetime
) -> list[tuple[Path, Text]]:
    from kesu.jobs.figures import deadline_lines, findings_of, follow_up_table, kpi_table
    from kesu.rules.checks import add_messages
    from kesu.words.terminal import to_json

    assessments = read_of(loaded)
    findings = findings_of(assessments)
    frames = (
        add_messages(findings, lang).drop(columns="detail", errors="ignore"),
        deadline_lines(assessments),
        kpi_table(assessments, None, as_of),
        follow_up_table(assessments, lang).drop(columns="severity"),
    )
    for name, frame in zip(RESULTS, frames, strict=True):
        save(results / name, f"{to_json(frame)}\n".encode())
    return [(results / name, Text("给脚本用的结果", "Result for scripts")) for name in RESULTS]


def _tell(
    assessments: Sequence[Assessment], made: Sequence[tuple[Path, Text]], first: Path, lang: str
) -> None:
    from kesu.cli.tables import Column, screen, table
    from kesu.jobs.figures import findings_of
    from kesu.rules.checks import finding_counts

    counts = finding_counts(findings_of(assessments), lang)
    found, rows = counts["count"].sum(), sum(len(one.register.complaints.data) for one in assessments)
    columns = [Column(ui("文件", "file")), Column(ui("是什么", "what it is"), 1)]
    click.echo(table(columns, ((path, what.of(lang)) for path, what in made), lang, screen()))
    click.echo(ui(
        f"\n{rows} 件记录，{found} 个检查发现（{len(counts)} 种）。\n先打开：{first.absolute()}",
        f"\n{counted(rows, 'record')}, {counted(found, 'finding')} of {counted(len(counts), 'kind')}.\nOpen first: {first.absolute()}",
    ))  # fmt: skip
