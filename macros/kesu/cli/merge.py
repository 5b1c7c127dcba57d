"""``kesu merge``."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from kesu.cli import kinds, options
from kesu.cli.named import workbook_name
from kesu.cli.reading import foreign, new_reader, progress, sources
from kesu.cli.saving import check_targets, save
from kesu.cli.telling import say, ui
from kesu.words.text import Text, counted

if TYPE_CHECKING:
    from kesu.jobs.merge import Joined, Source

BACKUP: Final = Path("backup")
"""What ``--base`` says where the latest backup is meant."""
UNDECIDED: Final = 1
NO_BACKUP: Final = Text(
    "这些登记表旁边没有 kesu 的备份。请用 --base 写出原表。",
    "No backup of kesu's stands beside these registers. Name the base with --base.",
)
INCOMPLETE: Final = Text(
    "有登记表读不了，所以没有合并：少一个就不全。",
    "Not merged, because a register could not be read: the result would not be whole.",
)
SEVERAL_BASES: Final = Text("--base 要正好是一个登记表。", "--base must be one register.")


@click.command(
    short_help=ui("把几个登记表或几个副本合成一个。", "Make one of several registers, or of edited copies."),
    help=ui(
        "把几个登记表合成一个新的：同一件只留一行，撞号的分开，各自的列都保留；同一登记表的几个副本按 --base 三方合并，冲突列出、不代选。",
        "Several registers as a new one: the same complaint once, numbers that collide kept apart, everybody's columns kept. Copies "
        "of one register are merged in three ways with --base; conflicts are listed, nothing is chosen.",
    ),
)
@options.workbooks
@click.option(
    "-o",
    "--output",
    "out",
    required=True,
    type=kinds.OutPath(again=False),
    metavar="OUT",
    help=ui("写到哪里；.xlsx，不覆盖已有的文件", "Where to; .xlsx, never over an existing file"),
)
@options.force
@click.option(
    "--base",
    type=click.Path(path_type=Path),
    metavar="OLD",
    help=ui(
        "各副本分开之前的那一份；backup 表示 kesu 留在旁边的最近备份",
        "What the copies were before they parted; “backup”: the latest backup that kesu keeps beside them",
    ),
)
@options.chosen(options.lang, options.as_of, options.formats)
def merge(
    registers: tuple[Path, ...],
    out: Path,
    base: Path | None,
    lang: str | None,
    as_of: dt.datetime | None,
    output_format: str,
) -> None:
    """Read all, merge, write one workbook, say what became of every row."""
    workbook_name(out)
    moment = as_of or options.now()
    paths = sources(registers, copies=True, workbooks=True)
    old = _base(base, paths)
    if old is not None:
        click.get_current_context().meta["kesu.inputs"] = [*paths, old]
    check_targets()
    with new_reader() as reader:
        reader.ask(paths[0])  # read while the libraries below are still being imported
        from kesu.jobs.merge import join, read_sources
        from kesu.jobs.merge_sheets import write
        from kesu.words.errors import KesuError

        with progress(len(paths)) as advance:
            found = read_sources(paths, reader, advance, foreign(moment))
        before = read_sources([old], reader, foreign=foreign(moment)) if old is not None else []
    _read(found, before)
    if old is not None and len(before) != 1:
        say(SEVERAL_BASES)
        sys.exit(options.USAGE)
    try:
        joined = join(
            [one.part for one in found if one.part], before[0].part if before else None, moment, lang
        )
    except KesuError as error:
        say(error.text)
        sys.exit(options.USAGE)
    save(out, write(joined, moment))
    _tell(joined, out, output_format)
    sys.exit(UNDECIDED if joined.conflicts else 0)


def _base(given: Path | None, paths: Sequence[Path]) -> Path | None:
    if given != BACKUP or given.exists():
        return given
    from kesu.jobs.merge import backup_beside

    found = backup_beside(paths)
    if found is None:
        say(NO_BACKUP)
        sys.exit(options.USAGE)
    say(Text(f"原表：{found.name}", f"Base: {found.name}"))
    return found


def _read(found: Sequence[Source], before: Sequence[Source]) -> None:
    """Say what must be known of what was read. Ends the command where a register is missing."""
    from kesu.jobs.remarks import gathered

    wrong = [one.error for one in (*found, *before) if one.error is not None]
    for error in wrong:
        say(error)
    for text in gathered([(one.name, note) for one in (*found, *before) for note in one.notes]):
        say(text)
    if wrong:
        say(INCOMPLETE)
        sys.exit(options.UNREADABLE)


def _tell(joined: Joined, out: Path, output_format: str) -> None:
    from kesu.jobs.merge_sheets import deleted_rows, renamed_rows
    from kesu.words.terminal import dumps

    renamed, deleted = renamed_rows(joined), deleted_rows(joined)
    click.echo(dumps(_record(joined, out)) if output_format == "json" else _account(joined))
    for text in joined.notes:
        say(text)
    counts = (
        (len(renamed), Text("撞号而改了编号的投诉：{n}", "Complaints that got another number: {n}")),
        (
            len(deleted),
            Text("副本里删去、结果里没有的行：{n}", "Rows deleted in a copy and not in the result: {n}"),
        ),
        (len(joined.differences), Text("设置不同之处：{n}", "Settings that differ: {n}")),
        (
            len(joined.conflicts),
            Text("冲突（见“冲突”表，没有代选）：{n}", "Conflicts (sheet Conflicts; nothing was chosen): {n}"),
        ),
    )
    for count, words in counts:
        if count:
            say(words.fill(n=count))
    complaints, items = len(joined.complaints), len(joined.items)
    added = joined.conflict_items
    say(
        Text(
            f"已写入 {out}：投诉 {complaints} 行，事项 {items} 行" + f"（其中冲突 {added} 行）" * bool(added),
            f"Wrote {out}: {counted(complaints, 'complaint')}, {counted(items, 'item')}"
            + f" ({counted(added, 'conflict')} among them)" * bool(added),
        )
    )


def _account(joined: Joined) -> str:
    """What became of the rows of each register, as a table."""
    from kesu.cli.tables import Column, screen, table
    from kesu.jobs.merge_sheets import ACCOUNT_HEAD, account_rows

    heads = ACCOUNT_HEAD.of(joined.lang).split("|")
    columns = [Column(head, least=10 * (at < 2), right=at >= 2) for at, head in enumerate(heads)]
    return table(columns, account_rows(joined), joined.lang, screen())


def _record(joined: Joined, out: Path) -> dict[str, Any]:
    from kesu.jobs.merge_sheets import account_rows, conflict_records, deleted_rows, renamed_rows

    keys = ("register", "sheet", "read", "kept", "joined", "deleted")
    return {
        "output": str(out),
        "base": joined.base or None,
        "account": [dict(zip(keys, row, strict=True)) for row in account_rows(joined)],
        "renamed": [dict(zip(("before", "now", "where"), row, strict=True)) for row in renamed_rows(joined)],
        "deleted": [
            dict(zip(("complaint_id", "sheet", "was", "still_in"), row, strict=True))
            for row in deleted_rows(joined)
        ],
        "settings": [one.what.of(joined.lang) for one in joined.differences],
        "conflicts": conflict_records(joined),
    }
