"""``kesu find``."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kesu.cli import options
from kesu.cli.reading import finish, language, not_searched, read_of, reading, worked
from kesu.cli.saving import write_out
from kesu.cli.telling import say, shown, ui
from kesu.words.text import Text, counted

if TYPE_CHECKING:
    from kesu.cli.tables import Screen
    from kesu.jobs.load import Loaded


@click.command(
    short_help=ui(
        "按姓名、电话、账号、编号或原话找投诉。", "Find complaints by name, phone, account, number, words."
    ),
    help=ui(
        "在登记表里找投诉：姓名、电话、账号、编号，或原话、措施、事项里的词；几个词都要出现。不分全角半角、大小写、空格和标点。",
        "Find complaints by name, phone, account, number, or words said, done or listed as items; all words must be there. Width, case, blanks and punctuation do not count.",
    ),
)
@options.registers
@click.argument("text")
@options.chosen(options.lang, options.as_of, options.formats, options.output)
@click.option(
    "--unmasked",
    is_flag=True,
    help=ui("不遮盖个人信息（只供内部使用）", "Do not mask personal data (internal use only)"),
)
def find(
    registers: tuple[Path | str, ...],
    text: str,
    lang: str | None,
    as_of: dt.datetime | None,
    output_format: str,
    output: Path | None,
    unmasked: bool,
) -> None:
    """List them, the latest first."""
    with reading(registers, as_of) as (loaded, _):
        from kesu.cli.tables import screen
        from kesu.jobs import find as job
        from kesu.words.terminal import dumps

        words = language(lang, read_of(loaded))

        def work(some: Sequence[Loaded]) -> list[dict[str, Any]]:
            assessments = [one.assessment for one in some if one.assessment is not None]
            return job.find(assessments, text, words, unmasked=unmasked)

        found = worked(loaded, work)
        for said in (unsearched := not_searched(loaded)):
            say(said)
        if unsearched and not found:
            sys.exit(options.USAGE)
        if output_format == "json" or found:
            write_out(
                dumps(found) if output_format == "json" else _table(found, words, screen(output)), output
            )
        say(Text(f"找到 {len(found)} 件", f"{counted(len(found), 'complaint')} found"))
    finish(loaded)


def _table(found: Sequence[dict[str, Any]], lang: str, to: Screen) -> str:
    from kesu.cli.tables import Column, table
    from kesu.jobs.find import column_said
    from kesu.words.text import listed

    columns = [
        Column(Text("登记表", "register").of(lang), 4, 10),
        Column(Text("行", "row").of(lang), 3, right=True),
        Column(Text("编号", "number").of(lang)),
        Column(Text("受理", "received").of(lang)),
        Column(Text("状态", "status").of(lang)),
        Column(Text("满意度", "satisfaction").of(lang), 2),
        Column(Text("客户", "customer").of(lang), 0, 8),
        Column(Text("责任人", "owner").of(lang), 5),
        Column(Text("见于", "found in").of(lang), 1, 8),
        Column(Text("内容", "what was said").of(lang), 1, 16, lines=2),
    ]
    rows = (
        (
            one["register"], one["row"], shown(one["complaint_id"]), (one["received_at"] or "–")[:16].replace("T", " "),
            one["status"] or "–", one["satisfaction"] or "", one["customer_name"] or one["customer_contact"] or one["customer_account"] or "–",
            one["owner"] or "", listed([column_said(key, lang) for key in one["found_in"]], 3).of(lang), one["text"] or "",
        )
        for one in found
    )  # fmt: skip
    return table(columns, rows, lang, to)
