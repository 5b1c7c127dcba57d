"""``kesu form``."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kesu.cli import completing, kinds, options
from kesu.cli.named import the_complaint, workbook_name
from kesu.cli.reading import finish, language, read_of, reading, worked
from kesu.cli.saving import save
from kesu.cli.telling import say, ui
from kesu.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kesu.jobs.load import Loaded


@click.command(
    short_help=ui(
        "把一件投诉打印成一页，或打印空白表。", "One complaint as a printable page, or a blank form."
    ),
    help=ui(
        "把登记表里的一件投诉填成一页可打印的投诉表；不给编号则生成带有本单位选项的空白表。",
        "One complaint of a register as a printable form; without a number a blank form with the team's own lists.",
    ),
)
@click.argument("register", type=click.Path(path_type=Path))
@click.argument("complaint_id", metavar="[ID]", required=False, shell_complete=completing.numbers)
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
@options.chosen(options.lang, options.as_of)
@click.option(
    "--mask",
    is_flag=True,
    help=ui("遮盖个人信息（给外人的副本）", "Mask personal data (for a copy that leaves the team)"),
)
@options.limits
def form(
    register: Path,
    complaint_id: str | None,
    out: Path,
    lang: str | None,
    as_of: dt.datetime | None,
    mask: bool,
) -> None:
    """Write the form and say where it is."""
    workbook_name(out)
    with reading((register,), as_of) as (loaded, _):
        from kesu.jobs.form import write_blank_form, write_case_file

        assessments = read_of(loaded)
        if complaint_id is None and len(loaded) > 1:
            names = ", ".join(one.name for one in loaded)
            raise click.BadParameter(
                ui(
                    f"有几个登记表（{names}），不知道用谁的选项；请写出一个",
                    f"several registers ({names}), so it is not clear whose lists are meant; name one",
                )
            )
        assessment, place = (
            the_complaint(assessments, complaint_id) if complaint_id is not None else (assessments[0], None)
        )

        def work(_: Sequence[Loaded]) -> bytes:
            made = io.BytesIO()
            if place is None:
                write_blank_form(assessment, made, language(lang, [assessment]))
            else:
                write_case_file(assessment, place, made, language(lang, [assessment]), masked=mask)
            return made.getvalue()

        save(out, worked([one for one in loaded if one.assessment is assessment], work))
        say(Text(f"已写入 {out}", f"Wrote {out}"))
    finish(loaded)
