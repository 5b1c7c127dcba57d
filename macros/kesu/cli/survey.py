"""``kesu survey``."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kesu.cli import kinds, options
from kesu.cli.reading import new_reader
from kesu.cli.saving import check_targets, save, say_linked
from kesu.cli.telling import say, ui, ui_lang
from kesu.register.periods import Period
from kesu.words.text import Text, counted, listed

if TYPE_CHECKING:
    from kesu.jobs.collect import Target, Writing
    from kesu.workbook.patch import Result
    from kesu.workbook.reading.reader import Reader

ONE: Final = Text(
    "请用 -o 写出要发的名单，或用 --answers 收回答卷（只用一个）。",
    "name the list to be sent with -o, or the answers with --answers (not both)",
)
NOBODY: Final = Text(
    "没有要发问卷的投诉：没有已解决的，或都发过了。",
    "There is nobody to ask: no complaint is resolved, or all were asked before.",
)

UNREAD: Final = Text("{n} 列没有收：{names}。", "{n} not taken in: {names}.")
SUGGESTED: Final = Text("另收客户建议 {n} 条，已记入“事项”。", "Besides, {n} noted in Items.")


@click.command(
    short_help=ui(
        "满意度问卷：名单发出去，答案按编号收回来。",
        "Satisfaction surveys: a list out, answers in by number.",
    ),
    help=ui(
        "满意度问卷：-o 写出已解决而没发过问卷的投诉（CSV，只有编号、日期和类型），并在“事项”里记下已发出；--answers 按编号收回答案。",
        "Satisfaction surveys: -o writes the complaints that are resolved and were not asked yet (CSV; number, date and category only) and notes "
        "in Items that they were sent; --answers takes the answers in by number.",
    ),
)
@click.argument("register", type=kinds.InPath())
@click.option(
    "-o",
    "--output",
    "out",
    type=kinds.OutPath(again=False),
    metavar="CSV",
    help=ui("要发的名单", "The list to be sent"),
)
@click.option(
    "--answers",
    type=kinds.InPath(),
    metavar="FILE",
    help=ui("收回的答卷（CSV 或 Excel）", "What came back (CSV or Excel)"),
)
@options.period
@options.limits
@options.as_of
@options.writing(ui("只说会怎样，不写入", "Only say what would be done"))
def survey(
    register: Path, out: Path | None, answers: Path | None, period: Period | None, as_of: dt.datetime | None,
    force: bool, no_backup: bool, dry_run: bool,
) -> None:  # fmt: skip
    """One list out, or answers in; the register is written with a backup."""
    if (out is None) == (answers is None):
        raise click.UsageError(ONE.of(ui_lang()))
    check_targets()
    from kesu.jobs.collect import Writing, open_target
    from kesu.words.errors import KesuError

    now = as_of or options.now()
    how = Writing(now, not no_backup, force, dry_run)
    try:
        with new_reader() as reader:
            target = open_target(reader, register)
            if out is not None:
                _send(target, out, period, how)
            elif answers is not None:
                sys.exit(_take(reader, target, answers, how))
    except KesuError as error:
        say(error.text)
        sys.exit(options.UNREADABLE)


def _send(target: Target, out: Path, period: Period | None, how: Writing) -> None:
    from kesu.jobs.assessment import Assessment
    from kesu.jobs.surveys import list_of, note, to_send

    assessment = Assessment(target.register, how.as_of)
    numbers = to_send(assessment, period)
    if not numbers:
        say(NOBODY)
        return
    say_linked(target.path)
    done = note(target, numbers, how)  # first: whoever is on the list was noted
    if not how.dry_run:
        save(out, list_of(assessment, numbers, target.register.lang))
    said = Text(f"{out}：{len(numbers)} 件", f"{out}: {counted(len(numbers), 'complaint')}")
    say(
        Text(
            f"{said.zh}，“事项”里已记下发出{_kept(done).zh}。",
            f"{said.en}, noted as sent in Items{_kept(done).en}.",
        )
    )


def _take(reader: Reader, target: Target, answers: Path, how: Writing) -> int:
    from kesu.jobs.surveys import read_answers, take

    found = read_answers(reader, answers, target, how)
    for one in found.refused:
        say(one)
    if found.unread:
        say(
            UNREAD.fill(
                n=Text(str(len(found.unread)), counted(len(found.unread), "column")),
                names=listed(found.unread, 8),
            )
        )
    kept = Text("", "")
    if found.filled or found.new or found.suggested:
        say_linked(target.path)
        kept = _kept(take(target, found, how))
    say(Text(
        f"{target.path.name}：收回 {len(found.filled) + len(found.new)} 份（其中 {len(found.new)} 份没有记过发出），{found.same} 份已有，{len(found.refused)} 行没有采用{kept.zh}。",
        f"{target.path.name}: {counted(len(found.filled) + len(found.new), 'answer')} taken in ({len(found.new)} of them not noted as sent), {found.same} known, {counted(len(found.refused), 'row')} left out{kept.en}.",
    ))  # fmt: skip
    if found.suggested:
        say(SUGGESTED.fill(n=Text(str(len(found.suggested)), counted(len(found.suggested), "suggestion"))))
    return 1 if found.refused else 0


def _kept(done: Result) -> Text:
    name = done.backup.name if done.backup else ""
    return Text(f"（原文件备份为 {name}）", f"; the workbook as it was: {name}") if name else Text("", "")
