"""``kesu explain``."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kesu.cli import completing, kinds, options
from kesu.cli.named import positions_of, unknown
from kesu.cli.reading import finish, language, read_of, reading, worked
from kesu.cli.saving import write_out
from kesu.cli.telling import cleaned, say, ui
from kesu.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kesu.jobs.load import Loaded
    from kesu.rules.explain.model import Explanation


@click.command(
    short_help=ui("一件投诉的每个时限是怎样算出来的。", "How each deadline of one complaint was worked out."),
    help=ui(
        "说明一件投诉的每个时限是怎样算出来的：用了哪条规则、为什么、哪些时间不计。",
        "Say how each deadline of a complaint was worked out: which rule and why, and what time did not count.",
    ),
)
@click.argument("register", type=kinds.RegisterName())
@click.argument("complaint_id", metavar="ID", shell_complete=completing.numbers)
@options.chosen(options.lang, options.as_of, options.formats, options.output, options.limits)
def explain(
    register: Path | str,
    complaint_id: str,
    lang: str | None,
    as_of: dt.datetime | None,
    output_format: str,
    output: Path | None,
) -> None:
    """Every target of one complaint; of several records with one number, each."""
    with reading((register,), as_of) as (loaded, _):
        from kesu.cli.tables import fitted, screen
        from kesu.rules.explain.record import record_of
        from kesu.rules.explain.text import text_of
        from kesu.words.terminal import dumps

        assessments = read_of(loaded)
        lang = language(lang, assessments)
        found = positions_of(assessments, complaint_id)
        if not found:
            say(unknown(assessments, complaint_id))
            sys.exit(options.USAGE)

        def work(some: Sequence[Loaded]) -> list[Explanation]:
            assessments = [one.assessment for one in some if one.assessment is not None]
            return [
                assessment.explained(position)
                for assessment, position in positions_of(assessments, complaint_id)
            ]

        told = worked(loaded, work)
        if not told:
            finish(loaded)
        if len(told) > 1:
            say(
                Text(
                    f"编号 {complaint_id} 出现 {len(told)} 次，逐一说明；事项只算在第一次上。",
                    f"{complaint_id} is used {len(told)} times; each is explained; items belong to the first.",
                )
            )
        if output_format == "json":
            records = [record_of(one, lang) for one in told]
            text = dumps(records[0] if len(records) == 1 else records)
        else:
            to = screen(output)
            text = "\n\n".join(fitted(cleaned(text_of(one, lang)), to) for one in told)
        write_out(text, output)
    finish(loaded)
