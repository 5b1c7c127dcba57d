"""``kesu form``."""

from __future__ import annotations

import datetime as dt
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kesu.cli import completing, kinds, options
from kesu.cli.named import the_complaint
from kesu.cli.reading import finish, language, read_of, reading, worked
from kesu.cli.saving import save
from kesu.cli.telling import say, ui
from kesu.words.text import Text
from kesu.workbook.parquet import WORKBOOK_NEEDED
from kesu.workbook.reading.frame import PARQUET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kesu.jobs.assessment import Assessment
    from kesu.jobs.load import Loaded


READ_OVER: Final = Text(
    "交给客户之前请通读：{columns} 是自由填写的，程序只遮去涉及人员的姓名",
    "Read it before you hand it over: {columns} are free text, from which only the names of the staff involved were taken out",
)


@click.command(
    short_help=ui(
        "把一件投诉打印成一页，或打印空白表。", "One complaint as a printable page, or a blank form."
    ),
    help=ui(
        "把登记表里的一件投诉填成一页可打印的投诉表，或给客户的答复；不给编号则生成带有本单位选项的空白表。",
        "One complaint of a register as a printable form, or as a reply to its customer; without a number a blank form "
        "with the team's own lists.",
    ),
)
@click.argument("register", type=kinds.WorkbookPath())
@click.argument("complaint_id", metavar="[ID]", required=False, shell_complete=completing.numbers)
@click.option(
    "-o",
    "--output",
    "out",
    required=True,
    type=kinds.OutPath(again=False),
    metavar="OUT",
    help=ui(
        "写到哪里；.xlsx 或 .pdf（由 LibreOffice 生成），不覆盖已有的文件",
        "Where to; .xlsx, or .pdf (made by LibreOffice), never over an existing file",
    ),
)
@options.force
@options.chosen(options.lang, options.as_of)
@click.option(
    "--for",
    "reader",
    type=click.Choice(["internal", "customer"]),
    default="internal",
    show_default=True,
    help=ui(
        "给谁看：internal 内部，全部内容；customer 客户，只有诉求、已办、方案和承诺，没有涉及人员、责任和内部分析",
        "Who reads it: internal has everything; customer what was asked, done, offered and promised, without staff "
        "involved, fault and the team's own analysis",
    ),
)
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
    reader: str,
    mask: bool,
) -> None:
    """Write the form and say where it is."""
    pdf = _ensure_possible(register, complaint_id, out, reader)
    with reading((register,), as_of) as (loaded, _):
        from kesu.jobs.form import write_blank_form, write_case_file, write_reply

        assessment, position = _meant(loaded, complaint_id)
        read_over: list[Text] = []

        def work(_: Sequence[Loaded]) -> bytes:
            made, words = io.BytesIO(), language(lang, [assessment])
            if position is None:
                write_blank_form(assessment, made, words)
            elif reader == "customer":
                read_over.extend(write_reply(assessment, position, made, words, masked=mask, fitted=pdf))
            else:
                write_case_file(assessment, position, made, words, masked=mask, fitted=pdf)
            return made.getvalue()

        content = worked([one for one in loaded if one.assessment is assessment], work)
        save(out, _pdf(content) if pdf else content)
        say(Text(f"已写入 {out}", f"Wrote {out}"))
        if read_over:
            columns = [f"“{text.zh}”" for text in read_over], [f"“{text.en}”" for text in read_over]
            say(READ_OVER.fill(columns=Text("".join(columns[0]), ", ".join(columns[1]))))
    finish(loaded)


def _ensure_possible(register: Path, complaint_id: str | None, out: Path, reader: str) -> bool:
    """Whether a PDF is asked for; raises or ends the command where what is asked for cannot be made."""
    pdf = out.suffix.lower() == ".pdf"
    if not pdf and out.suffix.lower() != ".xlsx":
        raise click.BadParameter(ui("文件名要以 .xlsx 或 .pdf 结尾", "the name must end in .xlsx or .pdf"))
    if reader == "customer" and complaint_id is None:
        raise click.UsageError(
            ui("--for customer 要写明投诉编号", "--for customer needs the number of a complaint")
        )
    if register.suffix.lower() == PARQUET:
        say(WORKBOOK_NEEDED.at(register.name))
        sys.exit(options.USAGE)
    return pdf


def _meant(loaded: Sequence[Loaded], complaint_id: str | None) -> tuple[Assessment, int | None]:
    """The register that is meant, and the position of the complaint in it; without a number an empty form is."""
    assessments = read_of(loaded)
    if complaint_id is not None:
        return the_complaint(assessments, complaint_id)
    if len(loaded) > 1:
        names = ", ".join(one.name for one in loaded)
        raise click.BadParameter(
            ui(
                f"有几个登记表（{names}），不知道用谁的选项；请写出一个",
                f"several registers ({names}), so it is not clear whose lists are meant; name one",
            )
        )
    return assessments[0], None


def _pdf(workbook: bytes) -> bytes:
    """The printed pages; ends the command where nothing can make them."""
    from kesu.live.pdf import PdfError, pdf_of

    try:
        return pdf_of(workbook)
    except PdfError as error:
        say(error.text)
        sys.exit(options.USAGE)
