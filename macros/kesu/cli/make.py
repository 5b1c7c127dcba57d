"""``kesu new`` and ``kesu demo``."""

from __future__ import annotations

import datetime as dt
import io
import sys
from pathlib import Path
from typing import Final

import click

from kesu.cli import options
from kesu.cli.named import workbook_name
from kesu.cli.reading import read_of
from kesu.cli.saving import check_targets, save, save_rules
from kesu.cli.telling import say, ui, ui_lang
from kesu.register.periods import Period
from kesu.words.text import Text


@click.command(help=ui("新建一个登记表工作簿。", "Make a new register workbook."))
@click.argument("out", type=options.OutPath(again=False))
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    help=ui("语言；默认用系统语言", "Language; by default the locale's"),
)
@click.option(
    "--profile",
    metavar="NAME",
    help=ui("时限规则模板；见 kesu profiles", "Profile of deadline rules; see kesu profiles"),
)
@options.force
def new(out: Path, lang: str | None, profile: str | None) -> None:
    """Write the workbook; never over an existing file."""
    workbook_name(out)
    settings = options.profile_named(profile) if profile is not None else None
    check_targets()
    from kesu.workbook.writing import build_register

    made = io.BytesIO()
    build_register(made, lang or ui_lang(), settings, as_of=options.now())
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
    help=ui(
        "生成三个示例登记表，跑完整个流程，告诉你报告在哪里。",
        "Make three sample registers, run the whole job on them, say where the reports are.",
    )
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
    from kesu.jobs.figures import follow_up_table, kpi_table
    from kesu.jobs.load import load_all
    from kesu.jobs.report import build_report
    from kesu.reports import render
    from kesu.rules.checks import add_messages, finding_counts
    from kesu.words.terminal import table, to_json
    from kesu.workbook.save import check

    registers, results = folder / "registers", folder / "results"
    for place in (registers, results):
        place.mkdir(parents=True, exist_ok=True)
    moment: dt.datetime = AS_OF
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
    paths = list(built)
    loaded = load_all(paths, moment)
    assessments = read_of(loaded)
    made: list[tuple[Path, Text]] = [
        (path, Text("登记表：在 Excel 里打开", "Register: open it in Excel")) for path in paths
    ]
    for path, (code, what) in reports.items():
        report = build_report(loaded, Period.parse(DEMO_PERIOD), moment, code)
        save(path, render(report, path.suffix))
        made.append((path, what))
    import pandas as pd

    say_in = lang or ui_lang()
    findings = pd.concat([assessment.findings for assessment in assessments], ignore_index=True)
    frames = (
        add_messages(findings, say_in).drop(columns="detail", errors="ignore"),
        pd.concat([assessment.deadlines.table() for assessment in assessments], ignore_index=True),
        kpi_table(assessments, None, moment),
        follow_up_table(assessments, say_in).drop(columns="severity"),
    )
    for name, frame in zip(RESULTS, frames, strict=True):
        save(results / name, f"{to_json(frame)}\n".encode())
        made.append((results / name, Text("给脚本用的结果", "Result for scripts")))
    counts = finding_counts(findings, say_in)
    found = counts["count"].sum()
    click.echo(
        table(
            [ui("文件", "file"), ui("是什么", "what it is")],
            ((path, what.of(say_in)) for path, what in made),
            limit=100,
        )
    )
    click.echo(ui(
        f"\n{sum(len(assessment.register.complaints.data) for assessment in assessments)} 件记录，{found} 个检查发现（{len(counts)} 种）。先打开：{made[len(paths)][0].absolute()}",
        f"\n{sum(len(assessment.register.complaints.data) for assessment in assessments)} records, {found} findings of {len(counts)} kinds. Open first: {made[len(paths)][0].absolute()}",
    ))  # fmt: skip
    sys.exit(0)
