"""``kesu explain``."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kesu.cli import options
from kesu.cli.named import places_of, unknown
from kesu.cli.options import ui
from kesu.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kesu.jobs.pipeline import Loaded
    from kesu.rules.explain.explain import Explanation


@click.command(
    help=ui(
        "说明一件投诉的每个时限是怎样算出来的：用了哪条规则、为什么、哪些时间不计。",
        "Say how each deadline of a complaint was worked out: which rule and why, and what time did not count.",
    )
)
@click.argument("register", type=click.Path(path_type=Path))
@click.argument("complaint_id", metavar="ID")
@options.chosen(options.lang, options.as_of, options.formats, options.output, options.limits)
def explain(
    register: Path,
    complaint_id: str,
    lang: str | None,
    as_of: dt.datetime | None,
    form: str,
    output: Path | None,
) -> None:
    """Every target of one complaint; of several records with one number, each."""
    with options.reading((register,), as_of) as (loaded, _):
        from kesu.rules.explain.explain import explain as explained
        from kesu.rules.explain.record import record_of
        from kesu.rules.explain.text import text_of
        from kesu.words.terminal import dumps

        cases = options.cases_of(loaded)
        lang = options.language(lang, cases)
        found = places_of(cases, complaint_id)
        if not found:
            options.say(unknown(cases, complaint_id))
            sys.exit(options.USAGE)

        def work(some: Sequence[Loaded]) -> list[Explanation]:
            cases = [one.case for one in some if one.case is not None]
            return [
                explained(case.counted, case.deadlines, place)
                for case, place in places_of(cases, complaint_id)
            ]

        told = options.worked(loaded, work)
        if not told:
            options.finish(loaded)
        if len(told) > 1:
            options.say(
                Text(
                    f"编号 {complaint_id} 出现 {len(told)} 次，逐一说明；事项只算在第一次上。",
                    f"{complaint_id} is used {len(told)} times; each is explained; items belong to the first.",
                )
            )
        if form == "json":
            records = [record_of(one, lang) for one in told]
            text = dumps(records[0] if len(records) == 1 else records)
        else:
            text = "\n\n".join(options.cleaned(text_of(one, lang)) for one in told)
        options.write_out(text, output)
    options.finish(loaded)
