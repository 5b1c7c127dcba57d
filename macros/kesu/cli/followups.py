"""``kesu followups``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kesu.cli import options
from kesu.cli.reading import finish, language, read_of, reading, say_account, worked
from kesu.cli.saving import write_out
from kesu.cli.telling import ended, meant, moment, near, say, shown, span, ui
from kesu.register.periods import Period
from kesu.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from kesu.cli.tables import Screen
    from kesu.jobs.load import Loaded


@click.command(help=ui("接下来要做的事，最急的在前。", "What someone must do next, most urgent first."))
@options.registers
@options.chosen(options.lang, options.as_of, options.period, options.formats, options.output)
@click.option("--owner", help=ui("只列这个责任人的", "Only what this person is to do"))
def followups(
    registers: tuple[Path, ...],
    lang: str | None,
    as_of: dt.datetime | None,
    period: Period | None,
    form: str,
    output: Path | None,
    owner: str | None,
) -> None:
    """One line a thing to do."""
    with reading(registers, as_of) as (loaded, instant):
        from kesu.cli.tables import screen
        from kesu.jobs.figures import follow_up_table, received_rows
        from kesu.rules.followups import COLUMNS
        from kesu.words.terminal import to_json

        def work(some: Sequence[Loaded]) -> pd.DataFrame:
            assessments = [one.assessment for one in some if one.assessment is not None]
            found = follow_up_table(assessments, language(lang, assessments))[list(COLUMNS)]
            return found if period is None else found[received_rows(assessments, period, found)]

        found = worked(loaded, work)
        assessments = read_of(loaded)
        lang = language(lang, assessments)
        if owner is not None:
            mine = found["owner"].eq(owner).to_numpy(bool)
            if not mine.any():
                say(_nobody(owner, found["owner"].dropna().unique().tolist()))
            found = found[mine]
        text = to_json(found) if form == "json" else _follow_up_lines(found, instant, lang, screen(output))
        write_out(text, output)
        say_account(assessments, period)
    finish(loaded)


def _nobody(owner: str, owners: list[str]) -> Text:
    """That nothing is to be done by ``owner``, with the nearest names of those who have something to do."""
    close = meant(near(owner, owners))
    return Text(
        f"没有“{owner}”要做的事。{close.zh}", f"Nothing is to be done by “{owner}”. {close.en}".rstrip()
    )


def _follow_up_lines(found: pd.DataFrame, instant: dt.datetime, lang: str, to: Screen) -> str:
    from kesu.cli.tables import Column, Tinted, table
    from kesu.rules.playbooks import FOLLOW_UPS
    from kesu.words.terminal import records

    columns = [
        Column(Text("登记表", "register").of(lang), 5, 10),
        Column(Text("行", "row").of(lang), 4, right=True),
        Column(Text("编号", "number").of(lang)),
        Column(Text("做什么", "to do").of(lang), 0, 12),
        Column(Text("责任人", "owner").of(lang), 0, 8),
        Column(Text("内容", "what").of(lang), 2, 12),
        Column(Text("到期", "due").of(lang)),
        Column(Text("逾期", "overdue").of(lang), right=True),
        Column(Text("下一步", "next step").of(lang), 3, 24),
    ]

    def late(row: Any) -> Tinted:
        past = -ended(row.due_at, instant)
        return Tinted(span(past, lang) if past > 0 else "", "red")

    rows = (
        (
            row.register, row.row, shown(row.complaint_id), FOLLOW_UPS[row.kind][0].of(lang), shown(row.owner), shown(row.what), moment(row.due_at),
            late(row), row.next_step,
        )
        for row in records(found)
    )  # fmt: skip
    return table(columns, rows, lang, to)
