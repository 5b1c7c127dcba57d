"""``kesu upgrade``: what a register of an earlier version lacks, and how many of its columns are in view."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kesu.cli import options
from kesu.cli.options import writing
from kesu.cli.reading import sources
from kesu.cli.telling import say, ui, ui_lang, would_change
from kesu.words.text import counted

if TYPE_CHECKING:
    from kesu.jobs.upgrade import Upgraded

PARTS = ("register", "items", "improvements", "settings")


@click.command(
    short_help=ui(
        "给以前的登记表加上新内容，或改变显示多少列。",
        "Add what older registers lack; show more or fewer columns.",
    ),
    help=ui(
        "列出登记表比新版本少了什么，什么也不改动；--add 就加上：事项的新列和新选项、设置里的新行和新表、新的工作表。原有的内容、次序、公式一个字不动。"
        "--columns 改变先显示多少列：其余折叠，点表头上方的 + 即展开。",
        "List what registers lack that this version has, and change nothing; --add adds it: new columns and choices, new rows and tables on Settings, new sheets. What is there stays as it is. "
        "--columns changes how many columns are in view; the others are folded, and the + above the headings opens them.",
    ),
)
@options.workbooks
@click.option(
    "--add",
    "asked",
    type=click.Choice(["all", *PARTS]),
    multiple=True,
    help=ui(
        "加上缺少的：all 全部，或只加一张表的：register 登记，items 事项，improvements 改进措施，settings 设置；可写多次",
        "Add what is missing: all of it, or that of one sheet; may be given several times",
    ),
)
@options.columns_if_asked
@writing(ui("只列出会改动什么", "Only list what would change"))
def upgrade(
    registers: tuple[Path, ...],
    asked: tuple[str, ...],
    columns: str | None,
    dry_run: bool,
    no_backup: bool,
    force: bool,
) -> None:
    """Change one after another; each is told on lines of its own."""
    from kesu.jobs.more_columns import PARTS as EVERY
    from kesu.jobs.upgrade import upgrade as job

    offers = not asked and columns is None
    parts = EVERY if offers or "all" in asked else asked
    end = 0
    for path in sources(registers, copies=True, workbooks=True):
        done = job(
            path,
            options.now().date(),
            add=parts,
            layout=columns,
            backup=not no_backup,
            force=force,
            dry_run=dry_run or offers,
        )
        if done.reason is not None:
            say(done.reason)
            end = options.UNREADABLE
            continue
        _tell(done, offers=offers, dry_run=dry_run)
        for text in (*done.left_out, *done.remarks):
            say(text)
        if done.left_out and not offers:
            end = max(end, options.FINDINGS)
    sys.exit(end)


def _tell(done: Upgraded, *, offers: bool, dry_run: bool) -> None:
    from kesu.cli.tables import hung, screen, tell
    from kesu.jobs.more_columns import PARTS as EVERY

    said = [_headline(done, offers=offers, dry_run=dry_run)]
    if done.shown:
        said.append(
            ui(
                f"显示 {done.shown} 列，折叠 {done.folded} 列",
                f"{counted(done.shown, 'column')} in view, {done.folded} folded",
            )
        )
    if dry_run and done.shown and done.sheets:
        said.append(would_change(done.sheets))
    if not done.sheets and not offers:
        said.append(ui("没有变化", "nothing to change"))
    if done.backup is not None:
        said.append(ui("原文件备份为 ", "the workbook as it was: ") + done.backup.name)
    tell(ui("；", "; ").join(filter(None, said)), at=done.path.name)
    for part, what in done.added:
        name = EVERY[part].of(ui_lang())
        for line in hung(f"  {name}{ui('：', ': ')}", what.of(ui_lang()), screen()):
            click.echo(line)


def _headline(done: Upgraded, *, offers: bool, dry_run: bool) -> str:
    count = len(done.added)
    if not count:
        return ui("没有可加的", "nothing to add") if offers else ""
    if offers:
        return ui(
            f"可以加上 {count} 样（还没有改动；--add all 全部加上，--add 加其中一部分）",
            f"{counted(count, 'addition')} to be had (nothing is changed yet; --add all adds them, --add PART some)",
        )
    if dry_run:
        return ui(f"将加上 {count} 样", f"would add {counted(count, 'thing')}")
    return ui(f"已加上 {count} 样", f"{counted(count, 'thing')} added")
