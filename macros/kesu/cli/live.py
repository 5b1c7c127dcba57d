"""``kesu live``."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any, Final

import click

from kesu.cli import completing, kinds, options
from kesu.cli.telling import say, ui
from kesu.words.text import Text

NAMES: Final = (
    "refresh",
    "check",
    "deadlines",
    "followups",
    "kpis",
    "report",
    "new_complaint",
    "explain",
    "call_back",
    "close_complaint",
    "reopen_complaint",
    "import_table",
)
TAKES: Final = {
    "as_of": set(NAMES) - {"new_complaint"},
    "period": {"refresh", "kpis", "report"},
    "owner": {"followups"},
    "complaint_id": {"explain", "call_back", "close_complaint", "reopen_complaint"},
    "satisfaction": {"call_back"},
    "reached": {"call_back"},
    "reason": {"reopen_complaint"},
    "folder": {"report"},
    "sheet": {"import_table"},
    "more": {"new_complaint"},
}
"""Argument → the macros that take it."""
FLAGS: Final = {
    "as_of": "--as-of",
    "period": "--period",
    "owner": "--owner",
    "complaint_id": "--id",
    "satisfaction": "--satisfaction",
    "reached": "--reached",
    "reason": "--reason",
    "folder": "--folder",
    "sheet": "--sheet",
    "more": "--set",
}
SAVE_REFUSED: Final = Text("未能保存，文件没有改动：{why}", "Not saved, the file is as it was: {why}")


@click.command(
    short_help=ui("在打开的工作簿里运行一个宏。", "Run a macro in the open workbook."),
    help=ui(
        "在打开的工作簿里运行一个宏：有 Excel 用 Excel，否则用 LibreOffice；然后保存。文件没有打开时，kesu refresh 更快，也不动别的内容。",
        "Run a macro in the open workbook: in Excel where there is one, else in LibreOffice; then save. "
        "For a closed file kesu refresh is faster and leaves the rest of the file as it is.",
    ),
)
@click.argument("name", type=kinds.OneOf(NAMES), metavar="NAME")
@click.argument("register", type=kinds.InPath())
@options.as_of
@click.option(
    "--period",
    metavar="PERIOD",
    help=ui("kpis、refresh、report：时间段", "kpis, refresh, report: the period"),
)
@click.option("--owner", help=ui("followups：只列这个责任人的", "followups: only what this person is to do"))
@click.option(
    "--id",
    "complaint_id",
    metavar="ID",
    shell_complete=completing.numbers,
    help=ui(
        "explain、call_back、close_complaint、reopen_complaint：投诉编号",
        "explain, call_back, close_complaint, reopen_complaint: the complaint",
    ),
)
@click.option(
    "--satisfaction",
    metavar="WORDS",
    help=ui(
        "call_back：客户的满意度；不填为没有联系上", "call_back: the customer's answer; none: not reached"
    ),
)
@click.option(
    "--reached",
    metavar="YES|NO",
    help=ui(
        "call_back：联系上了没有，没有回答时填",
        "call_back: was the customer reached, where there is no answer",
    ),
)
@click.option(
    "--reason", help=ui("reopen_complaint：客户为什么回来", "reopen_complaint: why the customer came back")
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, exists=True),
    help=ui("report：写到哪个文件夹", "report: the folder to write to"),
)
@click.option(
    "--sheet",
    metavar="NAME",
    help=ui(
        "import_table：哪一张表；默认最前面的那张",
        "import_table: the sheet with the table; by default the one in front",
    ),
)
@click.option(
    "--set",
    "more",
    multiple=True,
    metavar="KEY=VALUE",
    help=ui(
        "new_complaint：某一列的内容，可给多次",
        "new_complaint: what stands in a column; may be given several times",
    ),
)
@click.option(
    "--attach",
    metavar="CONNECTION",
    help=ui(
        "接到正在运行的 LibreOffice，例如 pipe,name=calc", "Join a running LibreOffice, e.g. pipe,name=calc"
    ),
)
@click.option(
    "--save/--no-save",
    default=True,
    show_default=True,
    help=ui(
        "运行后保存（explain、report 不改动，不保存）",
        "Save afterwards (explain and report change nothing to save)",
    ),
)
@click.option(
    "--leave-open", is_flag=True, help=ui("运行后不关闭工作簿", "Leave the workbook open afterwards")
)
def live(
    name: str,
    register: Path,
    as_of: dt.datetime | None,
    attach: str | None,
    save: bool,
    leave_open: bool,
    more: tuple[str, ...],
    **given: Any,
) -> None:
    """Open the workbook, run the macro, save; the macro's message goes to standard output."""
    arguments = {key: value for key, value in {"as_of": as_of, **given}.items() if value}
    if more:
        arguments["more"] = _columns(more)
    for key in arguments:
        if name not in TAKES[key]:
            raise click.UsageError(ui(f"{name} 不用 {FLAGS[key]}", f"{name} does not take {FLAGS[key]}"))
    from kesu.cli.tables import tell
    from kesu.live.feedback import MacroError
    from kesu.live.macros import MACROS, ONLY_LOOK
    from kesu.live.session import SessionError, session
    from kesu.register.raw import RegisterError
    from xlwings_libreoffice import OfficeError

    try:
        writes = name not in ONLY_LOOK
        with session(register, attach=attach, leave_open=leave_open, to_write=writes) as book:
            said = MACROS[name](book, **arguments)
            if save and writes:
                book.save()
    except (MacroError, OfficeError) as error:
        say(Text(*error.text))
        sys.exit(1)
    except (OSError, NotImplementedError) as error:  # the kind of file, or the place, will not have it
        say(SAVE_REFUSED.fill(why=error))
        sys.exit(options.USAGE)
    except (RegisterError, SessionError) as error:
        say(error.text)
        sys.exit(options.UNREADABLE)
    for line in said.splitlines():
        tell(line)


def _columns(words: tuple[str, ...]) -> dict[str, str]:
    from kesu.register.columns import REGISTER, labels
    from kesu.words.text import folded

    names, values = labels(REGISTER), {}
    for word in words:
        label, equals, value = word.partition("=")
        key = names.get(folded(label)) or (label.strip() if label.strip() in names.values() else None)
        if not equals or key is None:
            raise click.BadParameter(
                ui(
                    f"“{word}”要写成 列=内容，列用登记表的列名",
                    f"“{word}” should read COLUMN=VALUE with a column of the register",
                )
            )
        values[key] = value
    return values
