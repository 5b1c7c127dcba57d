"""The options that commands share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

if TYPE_CHECKING:
    from kesu.register.settings import Settings
from kesu.cli.kinds import InPath, Moment, OutPath, PeriodType, RegisterName, WorkbookPath
from kesu.cli.telling import meant, near, ui, ui_lang
from kesu.words.text import Text

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


Command = TypeVar("Command", bound=Callable[..., Any])


FINDINGS: Final = 1


USAGE: Final = 2


UNREADABLE: Final = 3


GROUPINGS: Final = {
    "month": Text("月份", "month"),
    "tier": Text("客户等级", "tier"),
    "category": Text("投诉类型", "category"),
    "channel": Text("投诉渠道", "channel"),
    "severity": Text("严重程度", "severity"),
    "register": Text("登记表", "register"),
    "department": Text("相关部门", "department"),
    "owner": Text("责任人", "owner"),
    "none": Text("", ""),
}
"""What ``--by`` takes → what it is called; ``none`` is the totals, which text shows unless told otherwise."""


lang = click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    help=ui("语言；默认用登记表的语言", "Language; by default the workbook's"),
)


as_of = click.option(
    "--as-of",
    type=Moment(),
    metavar="TIME",
    help=ui("按哪个时刻计算；默认现在", "The instant to work as of; by default now"),
)


period = click.option(
    "--period",
    type=PeriodType(),
    metavar="PERIOD",
    help=ui(
        "2026-10、2026Q4、2026 或 起..止；默认全部",
        "2026-10, 2026Q4, 2026 or FROM..TO; by default everything",
    ),
)


def _kept(ctx: click.Context, param: click.Parameter, value: object) -> None:
    """An option that is no argument of its command, kept for `kesu.cli.reading.new_reader` and `save`."""
    ctx.meta[f"kesu.{param.name}"] = value


force = click.option(
    "--force",
    is_flag=True,
    expose_value=False,
    callback=_kept,
    help=ui(
        "文件名已被占用时，先留一份带日期的副本再写",
        "Where the name is taken, keep a dated copy of what stands there, then write",
    ),
)


_output = click.option(
    "-o",
    "--output",
    type=OutPath(text=True),
    metavar="OUT",
    help=ui("写入文件，不显示在屏幕", "Write to a file instead of the screen"),
)


formats = click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help=ui("输出格式", "Output format"),
)


def chosen(*options: Decorator) -> Decorator:
    """Several options as one decorator, shown in the order given."""

    def apply(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return apply


output = chosen(_output, force)


def _columns(default: str | None) -> Callable[[Command], Command]:
    return click.option(
        "--columns",
        type=click.Choice(["short", "standard", "full"]),
        default=default,
        show_default=default is not None,
        help=ui(
            "登记表先显示多少列：short 一屏，standard 加上分析、处理、回访，full 全部",
            "How many columns of Register begin in view: short fits one screen, standard adds analysis, solution and call-back, full is all",
        ),
    )


columns = _columns("standard")
columns_if_asked = _columns(None)


def _encoding(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    """The name of an encoding of text, kept as `_kept` does."""
    try:
        known = value is None or isinstance("a".encode(value), bytes)
    except (LookupError, ValueError):
        known = False
    if not known:
        raise click.BadParameter(
            ui(
                f"不认识编码“{value}”；例如 utf-8、gb18030、big5、shift_jis、euc_kr、cp1252",
                f"no encoding “{value}”; for example utf-8, gb18030, big5, shift_jis, euc_kr, cp1252",
            ),
            ctx,
            param,
        )
    _kept(ctx, param, value)


limits = chosen(
    click.option(
        "--encoding",
        metavar="NAME",
        expose_value=False,
        callback=_encoding,
        help=ui(
            "文本表格（.csv、.tsv）的编码，如 gb18030、big5；默认自动识别",
            "Encoding of text tables (.csv, .tsv), as gb18030 or cp1252; by default worked out",
        ),
    ),
    click.option(
        "--password-file",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        expose_value=False,
        callback=_kept,
        help=ui(
            "第一行是打开密码的文件；没有它时在终端里询问",
            "A file whose first line is the password; without it, the terminal is asked",
        ),
    ),
    click.option(
        "--memory-limit-mb",
        type=click.IntRange(min=256),
        expose_value=False,
        callback=_kept,
        help=ui("读一个登记表最多用多少内存；默认 4096", "Most memory for reading; by default 4096"),
    ),
    click.option(
        "--time-limit",
        type=click.FloatRange(min=0, min_open=True),
        metavar="SECONDS",
        expose_value=False,
        callback=_kept,
        help=ui(
            "读一个登记表最多用多少秒；默认 300", "Most seconds for reading one register; by default 300"
        ),
    ),
)


recursive = click.option(
    "--recursive",
    is_flag=True,
    expose_value=False,
    callback=_kept,
    help=ui("文件夹连同下级文件夹", "Folders with those below them"),
)


_map = click.option(
    "--map",
    type=InPath(),
    metavar="TOML",
    expose_value=False,
    callback=_kept,
    help=ui(
        "外来表格的对照表（由 kesu import 生成）；直接读，不必先导入",
        "Mapping of foreign tables (made by kesu import), which are then read as they are",
    ),
)


cache = click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    expose_value=False,
    callback=_kept,
    help=ui(
        "读出的内容留在这个文件夹（只有自己能看），没有变的登记表下次不再打开；内含个人信息，可随时删除",
        "Keep what was read in this folder, for you alone; unchanged registers are not opened again. Holds personal data; delete it at will",
    ),
)


registers = chosen(
    click.argument("registers", nargs=-1, required=True, type=RegisterName()), recursive, _map, limits
)
"""To be read: paths, and URLs as texts."""
workbooks = chosen(
    click.argument("registers", nargs=-1, required=True, type=WorkbookPath()), recursive, _map, limits
)
"""To be changed, or taken over whole: no URLs."""


def writing(dry_run: str) -> Callable[[Command], Command]:
    """``--dry-run`` (its help is ``dry_run``), ``--no-backup`` and ``--force``, arguments of the same names."""

    def add(command: Command) -> Command:
        for option in (
            click.option(
                "--force",
                is_flag=True,
                help=ui(
                    "即使看起来有人打开着、有签名或结构受保护也写",
                    "Write although it seems open, is signed, or its structure is protected",
                ),
            ),
            click.option(
                "--no-backup", is_flag=True, help=ui("不保留原文件的备份", "Keep no backup of the workbook")
            ),
            click.option("--dry-run", is_flag=True, help=dry_run),
        ):
            command = option(command)
        return command

    return add


def now() -> dt.datetime:
    """The local time, to the second: the one place that asks the clock."""
    return dt.datetime.now().replace(microsecond=0)


def profile_named(name: str) -> Settings:
    """The shipped profile ``name``. Ends the command as wrongly used where there is none."""
    from kesu.register.settings import new_settings, profile_names

    names = profile_names()
    if name not in names:
        close = near(name, names)
        hint = meant(close).of(ui_lang()) if close else ui("可用：", "There are ") + ", ".join(names)
        raise click.BadParameter(
            ui(f"没有名为“{name}”的规则模板。{hint}", f"there is no profile “{name}”. {hint}")
        )
    return new_settings(name)
