"""What becomes of each column of a foreign table, as a dry run shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import click

from kesu.cli import options
from kesu.cli.telling import say, ui, ui_lang
from kesu.words.text import Text, counted, listed

if TYPE_CHECKING:
    from kesu.register.mapping.propose import Plan
    from kesu.register.mapping.survey import Survey

UNANSWERED_DRY: Final = Text("有 {n} 处拿不准：导入时在终端里会逐一询问，否则写出一份 TOML 供填写。", "Not sure: {n}. An import asks on a terminal, else it writes a TOML to fill in.")  # fmt: skip


def show(found: Survey) -> None:
    """The dry run: a table for each group of sheets, and what is not sure."""
    from kesu.cli.tables import tell
    from kesu.jobs.import_account import account
    from kesu.jobs.importing import take
    from kesu.register.codes import CODE_LISTS

    for one in found.plans:
        where = listed([f"{table.file} ▸ {table.sheet}" for table in one.tables], 6).of(ui_lang())
        tell(ui(f"{where}：{len(one.cells)} 行", f"{where}: {counted(len(one.cells), 'row')}"))
        click.echo(_table(one))
        click.echo()
    questions = [question for one in found.plans for question in one.questions]
    if questions:
        for question in questions:
            say(question.asked)
        say(UNANSWERED_DRY.fill(n=len(questions)))
        return
    for line in account(found, take(found, CODE_LISTS, found.lang, options.now().year), found.lang):
        tell(line.of(ui_lang()))


def _table(one: Plan) -> str:
    from kesu.cli.tables import Column, screen, table
    from kesu.jobs.import_account import samples

    lang = ui_lang()
    columns = [
        Column(Text("源表列", "source").of(lang), 0, 12),
        Column(Text("登记表列", "becomes").of(lang), 0, 12),
        Column(Text("把握", "sure").of(lang), right=True),
        Column(Text("样例", "samples").of(lang), 1, 16),
        Column(Text("依据", "why").of(lang), 2, 20),
    ]
    shown: Mapping[str, str] = samples(one)
    rows = []
    for heading in one.mapping.headings:
        guess = one.guesses.get(heading)
        sure = f"{guess.confidence:.0%}" if guess else ""
        row = [
            heading,
            _becomes(one, heading),
            sure,
            shown.get(heading, ""),
            guess.reason.of(lang) if guess else "",
        ]
        rows.append(row)
    return table(columns, rows, lang, screen())


def _becomes(one: Plan, heading: str) -> str:
    from kesu.jobs.import_account import target_said

    if any(question.entry[:2] == ("columns", heading) for question in one.questions):
        return target_said(one.guesses[heading].target).of(ui_lang()) + ui("？", "?")
    if heading not in one.columns:
        return ui("（空列）", "(empty)")
    return target_said(one.mapping.columns.get(heading, "own")).of(ui_lang())
