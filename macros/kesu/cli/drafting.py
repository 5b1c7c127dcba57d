"""``kesu followups --drafts``: drafts of messages beside the list, a file a line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kesu.cli.saving import save
from kesu.cli.telling import say, ui
from kesu.words.text import Text, counted, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from kesu.jobs.assessment import Assessment

ENDINGS: Final = {"text": "txt", "eml": "eml", "call": "txt"}
WROTE: Final = Text(
    "已在 {folder} 写好 {n} 份消息草稿，没有发送。发出之前请通读：措施和方案是自由填写的。",
    "Wrote {n} to {folder}; nothing was sent. Read them before you send them: measures and solutions are free text.",
)
OPEN: Final = Text(
    "其中 {n} 处登记表里没有，留着待填：{names}。",
    "{n} in them for which the register has nothing, left to be filled in: {names}.",
)
NO_NAME: Final = Text(
    "没有用 --unmasked，称呼留空，其余个人信息已遮盖。",
    "Without --unmasked the customer's name is left open and personal data is masked.",
)
KEPT: Final = Text(
    "{n} 份已经改过或不是 kesu 写的，没有动（--force 会先留副本再写）：{names}。",
    "{n} changed since, or not made by kesu, left as they stand (--force keeps a copy, then writes): {names}.",
)
SHOWN: Final = 3

option = click.option(
    "--drafts",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help=ui(
        "为列出的每一行在 DIR 里写一份给客户的消息草稿；只写文件，不发送",
        "For every line listed, write a draft of a message to the customer into DIR; nothing is sent",
    ),
)
kind = click.option(
    "--as",
    "draft_kind",
    type=click.Choice(list(ENDINGS)),
    help=ui(
        "草稿的样子：text 短信文字（默认），eml 邮件，call 电话提纲（附可以说、不要说的话）",
        "What drafts are: text for a message (the default), eml for a mail, call for notes with lines to say and to avoid",
    ),
)


def check_kind(folder: Path | None, kind: str | None) -> str:
    """How drafts are written; ends the command where nobody asked for drafts."""
    if kind is not None and folder is None:
        raise click.UsageError(ui("--as 要和 --drafts 一起用", "--as goes with --drafts"))
    return kind or "text"


def write_drafts(
    assessments: Sequence[Assessment],
    found: pd.DataFrame,
    folder: Path,
    kind: str,
    lang: str,
    *,
    unmasked: bool,
) -> None:
    """A file for each line of ``found``, and what was written, left open and left alone."""
    from kesu.jobs.drafts import content, drafts
    from kesu.register.settings.playbooks import PLACEHOLDERS
    from kesu.rules.drafts import said_open
    from kesu.workbook.save import NotWrittenError

    made = [one for one in drafts(assessments, found, lang, unmasked=unmasked) if one is not None]
    folder.mkdir(exist_ok=True)
    kept = []
    for one in made:
        path = folder / f"{one.name}.{ENDINGS[kind]}"
        try:
            save(path, content(one, kind))
        except NotWrittenError:
            if not path.exists():
                raise
            kept.append(path.name)
    n = len(made) - len(kept)
    say(WROTE.fill(n=Text(str(n), counted(n, "draft")), folder=folder))
    open_ = said_open([one.draft for one in made])
    if open_:
        total = sum(open_.values())
        names = listed(
            [
                Text(f"{PLACEHOLDERS[key].zh} {n}", f"{PLACEHOLDERS[key].en} {n}")
                if key in PLACEHOLDERS
                else key
                for key, n in open_.items()
            ]
        )
        say(OPEN.fill(n=Text(str(total), counted(total, "place")), names=names))
    if not unmasked:
        say(NO_NAME)
    if kept:
        say(KEPT.fill(n=len(kept), names=listed(kept, SHOWN)))
