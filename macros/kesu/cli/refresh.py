"""``kesu refresh``: follow-ups, KPIs and findings into the team's own workbooks, in place."""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kesu.cli import options
from kesu.cli.options import ui
from kesu.cli.writing import writing
from kesu.register.periods import Period
from kesu.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kesu.jobs.pipeline import Loaded
    from kesu.workbook.patch.package import Signature
    from kesu.workbook.patch.values import Value


@click.command(
    help=ui(
        "算出跟进清单、指标和检查结果，写进登记表自己的工作簿；别的内容一个字节也不动。",
        "Work out follow-ups, KPIs and findings and write them into the workbooks themselves; not a byte of anything else is touched.",
    )
)
@options.registers
@options.chosen(options.as_of)
@click.option(
    "--period",
    type=options.PeriodType(),
    metavar="PERIOD",
    help=ui(
        "指标的期间：2026-10、2026Q4、2026 或 起..止；默认当月",
        "Period of the KPIs: 2026-10, 2026Q4, 2026 or FROM..TO; by default the current month",
    ),
)
@options.lang
@writing(ui("只列出会改动的部分", "Only list the parts that would change"))
@options.formats
def refresh(
    registers: tuple[Path, ...],
    as_of: dt.datetime | None,
    period: Period | None,
    lang: str | None,
    dry_run: bool,
    no_backup: bool,
    force: bool,
    form: str,
) -> None:
    """Refresh one after another; each is told on a line of its own."""
    from kesu.cli.limits import new_reader
    from kesu.words.terminal import dumps

    paths = options.sources(registers, copies=True)
    seen = {path: _signature(path) for path in paths}
    reader = new_reader()
    reader.ask(paths[0])  # read while the libraries below are still being imported
    from kesu.jobs import pipeline

    job = _Job(as_of or options.now(), period, lang, seen, dry_run=dry_run, backup=not no_backup, force=force)
    done: list[dict[str, Any]] = []
    with options.progress(len(paths)) as advance:
        for path, found in _by_path(pipeline.load(paths, job.as_of, reader, advance)):
            for text in (*(note for one in found for note in one.notes),):
                options.say(text)
            done.append(job.run(path, found))
            job.tell_account(found)
            if form == "text":
                _tell(done[-1], job)
    if form == "json":
        click.echo(dumps(done))
    sys.exit(options.UNREADABLE if any(one["reason"] for one in done) else 0)


def _signature(path: Path) -> Signature | None:
    from kesu.workbook.patch.package import signature

    with contextlib.suppress(OSError):
        return signature(path)
    return None


def _by_path(loaded: Iterator[Loaded]) -> Iterator[tuple[Path, list[Loaded]]]:
    """Registers of one workbook together."""
    together: list[Loaded] = []
    for one in loaded:
        if together and together[0].path is not one.path:
            yield together[0].path, together
            together = []
        together.append(one)
    if together:
        yield together[0].path, together


@dataclass(frozen=True)
class _Job:
    as_of: dt.datetime
    period: Period | None
    lang: str | None
    seen: dict[Path, Signature | None]
    dry_run: bool
    backup: bool
    force: bool

    def run(self, path: Path, found: Sequence[Loaded]) -> dict[str, Any]:
        """Refresh one workbook: what was done, or the reason why nothing was."""
        from kesu.workbook.patch import PatchRefused
        from kesu.workbook.reading.refusals import broke_down

        record: dict[str, Any] = {"register": found[0].name, "path": str(path), "rows": {}, "results": 0, "parts": [],
                                  "backup": None, "reason": None}  # fmt: skip
        error = next((one.error for one in found if one.error is not None), None)
        if error is None and len(found) > 1:
            titles = "、".join(one.name.rpartition("#")[2] for one in found)
            error = Text(
                f"{path.name}：工作簿里有几个登记表（{titles}），不知道写哪一个的结果。请分成几个工作簿。",
                f"{path.name}: the workbook holds several registers ({titles}), so it is not clear whose figures to write. Split it.",
            )
        if error is None:
            try:
                self._write(path, found[0], record)
            except PatchRefused as refused:
                error = refused.text
            except Exception as unforeseen:  # it costs this workbook alone
                error = broke_down(found[0].name, unforeseen)
        if error is not None:
            options.say(error)
            record["reason"] = error.of(options.ui_lang())
        return record

    def tell_account(self, found: Sequence[Loaded]) -> None:
        """Rows that are in no period's figures, on standard error."""
        from kesu.jobs.pipeline import account_of
        from kesu.jobs.tables import month_of
        from kesu.rules.account_of_rows import line, needs_telling

        for one in found:
            if one.case is not None:
                accounts = account_of([one.case], self.period or month_of(self.as_of))
                if needs_telling(accounts):
                    said = line(accounts)
                    options.say(Text(f"{one.name}：{said.zh}", f"{one.name}: {said.en}"))

    def _write(self, path: Path, one: Loaded, record: dict[str, Any]) -> None:
        from kesu.jobs.fill import fill
        from kesu.jobs.tables import owned_names, owned_tables
        from kesu.workbook.patch import Patch
        from kesu.workbook.patch.refuse import refused

        assert one.case is not None  # noqa: S101 - `run` has looked
        patch = Patch.open(path)
        if patch.package.signature != self.seen[path]:
            raise refused(
                path.name,
                "读取期间有人改动了工作簿，kesu 没有写入。请再运行一次。",
                "somebody changed the workbook while it was being read, so kesu wrote nothing. Run it again.",
            )
        lang = self.lang or one.case.register.lang
        tables = owned_tables(one.case, self.period, lang)
        rows = {name: [tuple(map(linked, row)) for row in body] for name, body in tables.items()}
        fill(patch, rows, owned_names(one.case), lang, one.case.register.settings)
        options.say_linked(path)
        renewed = patch.renew(self.as_of)
        if renewed.left:
            options.say(_left(path.name, renewed.left))
        result = patch.commit(
            as_of=options.now().date(), backup=self.backup, force=self.force, dry_run=self.dry_run
        )
        record["rows"] = {name: len(body) for name, body in rows.items()}
        record["results"] = renewed.stored
        record["parts"] = list(result.parts_changed)
        record["backup"] = str(result.backup) if result.backup else None


def _left(name: str, count: int) -> Text:
    return Text(
        f"{name}：kesu 的公式里有 {count} 个没有更新结果：公式被改过，或者用到含义不确定的值（例如写成文字的数字）。"
        "用 Excel 打开并保存，结果就是新的。",
        f"{name}: {count} of kesu's formulas keep the result that they had: they were changed, or they use a value whose "
        "meaning is uncertain (a number typed as text, say). Open the workbook in Excel and save it to have them worked out.",
    )


def linked(value: Any) -> Value:
    """A cell of `kesu.jobs.tables` as the patcher takes it."""
    from kesu.jobs.tables import Link
    from kesu.workbook.patch import Linked

    return Linked(value.text, value.place) if isinstance(value, Link) else value


def _tell(record: dict[str, Any], job: _Job) -> None:
    from kesu.words.terminal import clean

    if record["reason"]:
        return
    rows = record["rows"]
    counts = ui(
        f"跟进 {rows['FollowUps']} 行，指标 {rows['Kpis']} 行，检查结果 {rows['Findings']} 行",
        f"{rows['FollowUps']} follow-ups, {rows['Kpis']} KPI rows, {rows['Findings']} findings",
    )
    if not record["parts"]:
        said = ui("没有变化", "nothing to change")
    elif job.dry_run:
        said = ui("将改动：", "would change: ") + ", ".join(record["parts"])
    elif record["backup"]:
        said = ui("原文件备份为 ", "the workbook as it was: ") + Path(record["backup"]).name
    else:
        said = ui("未留备份", "no backup kept")
    click.echo(clean(f"{record['register']}: {counts}; {said}"))
