"""The options that commands share."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from kesu.register.periods import Period, PeriodError

if TYPE_CHECKING:
    from kesu.register.settings import Settings
from kesu.cli.telling import ui, ui_lang

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


Command = TypeVar("Command", bound=Callable[..., Any])


USAGE: Final = 2


UNREADABLE: Final = 3


class OutPath(click.Path):
    """A file to write. ``again``: kesu's own reports and lists may be made again. ``text``: text goes into it."""

    def __init__(self, *, again: bool = True, text: bool = False) -> None:
        super().__init__(path_type=Path)
        self.again, self.text = again, text


class Moment(click.ParamType[dt.datetime]):
    """A local time such as 2026-10-31, 2026-10-31T18:00 or 2026/10/31 18:00; a date alone means its last second."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.datetime:
        """The instant, in whole seconds, without zone."""
        if isinstance(value, dt.datetime):
            return value
        try:
            if len(value) == 10:
                return dt.datetime.combine(dt.date.fromisoformat(value), dt.time(23, 59, 59))
            return dt.datetime.fromisoformat(value).replace(microsecond=0, tzinfo=None)
        except ValueError:
            if (typed := _typed(value)) is not None:
                return typed
            self.fail(
                ui(
                    f"“{value}”不是时间；例如 2026-10-31 或 2026-10-31T18:00",
                    f"“{value}” is not a time; e.g. 2026-10-31 or 2026-10-31T18:00",
                ),
                param,
                ctx,
            )


_TYPED: Final = re.compile(
    r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?(?:[ T]*(\d{1,2})(?:[:：]|[时點点])(\d{1,2})?分?(?:[:：](\d{1,2}))?)?"
)
"""A time as people type it: 2026/11/1 9:00, 2026.11.1, 2026年11月1日 9点30分."""


def _typed(value: str) -> dt.datetime | None:
    found = _TYPED.fullmatch(value.strip())
    if found is None:
        return None
    year, month, day, *clock = (int(part) if part else None for part in found.groups())
    hour, minute, second = (23, 59, 59) if clock[0] is None else (part or 0 for part in clock)
    try:
        return dt.datetime(year or 0, month or 0, day or 0, hour, minute, second)
    except ValueError:
        return None


class PeriodType(click.ParamType[Period]):
    """2026-10, 2026Q4, 2026 or FROM..TO."""

    name = "period"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        """The period."""
        if isinstance(value, Period):
            return value
        try:
            return Period.parse(value)
        except PeriodError as error:
            self.fail(error.text.of(ui_lang()), param, ctx)


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
    "form",
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


columns = click.option(
    "--columns",
    type=click.Choice(["short", "standard", "full"]),
    default="standard",
    show_default=True,
    help=ui(
        "登记表先显示多少列：short 一屏，standard 加上分析、处理、回访，full 全部",
        "How many columns of Register begin in view: short fits one screen, standard adds analysis, solution and call-back, full is all",
    ),
)


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
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="TOML",
    expose_value=False,
    callback=_kept,
    help=ui(
        "外来表格的对照表（由 kesu import 生成）；直接读，不必先导入",
        "Mapping of foreign tables (made by kesu import), which are then read as they are",
    ),
)


registers = chosen(
    click.argument("registers", nargs=-1, required=True, type=click.Path(path_type=Path)),
    recursive,
    _map,
    limits,
)


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
    from kesu.register.settings import load_profile, profile_names

    names = profile_names()
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        hint = (
            ui(f"是不是 {near[0]}？", f"Did you mean {near[0]}?")
            if near
            else ui("可用：", "There are ") + ", ".join(names)
        )
        raise click.BadParameter(
            ui(f"没有名为“{name}”的规则模板。{hint}", f"there is no profile “{name}”. {hint}")
        )
    return load_profile(name)
