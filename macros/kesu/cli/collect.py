"""``kesu collect``."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from kesu.cli import kinds, options
from kesu.cli.options import writing
from kesu.cli.reading import progress, sources
from kesu.cli.saving import say_linked
from kesu.cli.telling import say, ui, ui_lang
from kesu.words.text import Text, counted, listed

if TYPE_CHECKING:
    from kesu.jobs.collect import Outcome, Target

REFUSED: Final = 1


@click.command(
    short_help=ui("把填好的投诉表登记到登记表，不重复。", "Add filled-in forms to a register, none twice."),
    help=ui(
        "把填好的投诉表逐张登记到登记表：不重复登记，不占用已有的编号，别的内容一个字节也不动。",
        "Add filled-in forms to a register: none twice, none over a number in use, not a byte of anything else touched.",
    ),
)
@click.argument("forms", nargs=-1, required=True, type=kinds.WorkbookPath())
@click.option(
    "--into",
    required=True,
    type=click.Path(path_type=Path),
    metavar="REGISTER",
    help=ui("登记到哪个登记表", "The register they go into"),
)
@options.recursive
@writing(ui("只说会怎样，不写入", "Only say what would be done"))
@options.limits
@options.formats
def collect(
    forms: tuple[Path, ...], into: Path, dry_run: bool, no_backup: bool, force: bool, output_format: str
) -> None:
    """Read all forms, then write once; each is told on a line of its own."""
    from kesu.cli.reading import new_reader

    moment = options.now()
    paths = sources(forms, copies=True, target=into, workbooks=True)
    with new_reader() as reader:
        reader.ask(into)  # read while the libraries below are still being imported
        from kesu.jobs.collect import decide, open_target
        from kesu.workbook.reading.reader import ReadError

        try:
            target = open_target(reader, into)
        except ReadError as error:
            say(error.text)
            sys.exit(options.UNREADABLE)
        for text in target.notes:
            say(text)
        with progress(len(paths)) as advance:
            outcomes = decide(target, paths, reader, moment.year, advance)
    record = _write(target, outcomes, moment, dry_run=dry_run, backup=not no_backup, force=force)
    if output_format == "json":
        from kesu.words.terminal import dumps

        click.echo(dumps(record))
    for one, told in zip(outcomes, record["forms"], strict=True):
        if one.reason:
            say(one.reason)
        elif output_format == "text":
            _tell(one, told, dry_run=dry_run)
    if output_format == "text":
        _sum_up(record, dry_run=dry_run)
    if record["reason"] or any(told["outcome"] == "unreadable" for told in record["forms"]):
        sys.exit(options.UNREADABLE)
    sys.exit(REFUSED if any(told["outcome"] == "refused" for told in record["forms"]) else 0)


def _write(
    target: Target,
    outcomes: Sequence[Outcome],
    moment: dt.datetime,
    *,
    dry_run: bool,
    backup: bool,
    force: bool,
) -> dict[str, Any]:
    """Append what is to be added; everything that happened, as it is told."""
    from kesu.jobs.collect import commit
    from kesu.workbook.patch import PatchRefused
    from kesu.workbook.reading.refusals import broke_down

    record: dict[str, Any] = {"register": target.path.name, "path": str(target.path), "parts": [],
                              "backup": None, "reason": None}  # fmt: skip
    added = [one.decision for one in outcomes if one.decision and one.decision.outcome == "added"]
    rows: list[int] = []
    if added:
        say_linked(target.path)
        try:
            result, rows = commit(target, added, as_of=moment, backup=backup, force=force, dry_run=dry_run)
            record["parts"] = list(result.parts_changed)
            record["backup"] = str(result.backup) if result.backup else None
        except Exception as error:
            text = error.text if isinstance(error, PatchRefused) else broke_down(target.path.name, error)
            say(text)
            record["reason"] = text.of(ui_lang())
    left = iter(rows)
    record["forms"] = [_record(one, left) for one in outcomes]
    return record


def _record(one: Outcome, rows: Iterator[int]) -> dict[str, Any]:
    told: dict[str, Any] = {"form": one.form.name, "path": str(one.form.path), "outcome": "unreadable", "complaint_id": None,
                            "row": None, "items": 0, "reason": None}  # fmt: skip
    told["reason"] = one.reason.of(ui_lang()) if one.reason else None
    decision = one.decision
    if decision is None:
        return told
    told |= {"outcome": decision.outcome, "complaint_id": decision.complaint_id or None}
    if decision.outcome == "added":
        told |= {"row": next(rows, None), "items": len(decision.items)}
        if told["row"] is None:
            told["outcome"] = "not written"
    return told


def _tell(one: Outcome, told: dict[str, Any], *, dry_run: bool) -> None:
    from kesu.cli.tables import tell

    assert one.decision is not None  # noqa: S101 - what could not be read has a reason
    number, items = told["complaint_id"], told["items"]
    if told["outcome"] == "already":
        where, differs = one.decision.where or Text("", ""), one.decision.differs
        said = ui(
            f"已登记为 {number}（{where.zh}），跳过", f"logged already as {number}, {where.en}; left alone"
        )
        if differs:
            said += ui("；登记表里现在不同：", "; the register now has another ")
            said += listed([column.label for column in differs]).of(ui_lang())
    elif told["outcome"] == "not written":
        said = ui("没有写入", "not written")
    else:
        would = ui("将登记为", "would become") if dry_run else ui("登记为", "became")
        said = ui(f"{would} {number}，第 {told['row']} 行", f"{would} {number} in row {told['row']}")
        said += ui(f"，事项 {items} 行", f", {counted(items, 'item')}") if items else ""
    tell(said, at=told["form"])


def _sum_up(record: dict[str, Any], *, dry_run: bool) -> None:
    from kesu.cli.tables import tell

    if record["reason"]:
        return
    count = {
        word: sum(told["outcome"] == word for told in record["forms"])
        for word in ("added", "already", "refused", "unreadable")
    }
    said = ui(
        f"{'将' * dry_run}新增 {count['added']} 件，已有 {count['already']} 件，未登记 {count['refused'] + count['unreadable']} 件",
        f"{count['added']} {'would be ' * dry_run}added, {count['already']} there already, "
        f"{count['refused'] + count['unreadable']} not logged",
    )
    if record["backup"]:
        said += ui("；原文件备份为 ", "; the workbook as it was: ") + Path(record["backup"]).name
    tell(said, at=record["register"])
