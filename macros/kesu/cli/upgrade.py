"""``kesu upgrade``: how many columns of a register are in view."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kesu.cli import options
from kesu.cli.options import writing
from kesu.cli.reading import sources
from kesu.cli.telling import say, ui
from kesu.words.text import counted


@click.command(
    short_help=ui("改变登记表里先显示多少列。", "Change how many columns of registers are in view."),
    help=ui(
        "改变登记表里先显示多少列：其余折叠，点表头上方的 + 即展开。列的次序、内容和本单位自己的列不动。",
        "Change how many columns of registers are in view; the others are folded, and the + above the headings opens them. The order of the columns, what stands in them and the team's own columns stay as they are.",
    ),
)
@options.registers
@options.columns
@writing(ui("只列出会改动的部分", "Only list the parts that would change"))
def upgrade(registers: tuple[Path, ...], columns: str, dry_run: bool, no_backup: bool, force: bool) -> None:
    """Change one after another; each is told on a line of its own."""
    from kesu.cli.tables import tell
    from kesu.jobs.upgrade import upgrade as job

    failed = False
    for path in sources(registers, copies=True):
        done = job(path, columns, options.now().date(), backup=not no_backup, force=force, dry_run=dry_run)
        if done.reason is not None:
            say(done.reason)
            failed = True
            continue
        kept = ui("；将改动：", "; would change: ") + ", ".join(done.parts) if dry_run else ""
        if done.backup is not None:
            kept = ui("；原文件备份为 ", "; the workbook as it was: ") + done.backup.name
        columns_said = ui(
            f"显示 {done.shown} 列，折叠 {done.folded} 列",
            f"{counted(done.shown, 'column')} in view, {done.folded} folded",
        )
        tell(f"{columns_said}{kept}", at=path.name)
    sys.exit(options.UNREADABLE if failed else 0)
