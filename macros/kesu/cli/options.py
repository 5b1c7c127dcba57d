"""What the commands share: options, the language of messages, reading registers with progress."""

from __future__ import annotations

import contextlib
import datetime as dt
import difflib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from kesu.register.periods import Period, PeriodError
from kesu.words.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from kesu.jobs.pipeline import Case, Loaded
    from kesu.register.settings import Settings
    from kesu.workbook.save import Rules

T = TypeVar("T")
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
USAGE: Final = 2
UNREADABLE: Final = 3


def ui_lang() -> str:
    """Language of help and messages: ``--lang`` if given, else that of the locale."""
    words = sys.argv[1:]
    for at, word in enumerate(words):
        given = (
            word.removeprefix("--lang=")
            if word.startswith("--lang=")
            else words[at + 1 : at + 2]
            if word == "--lang"
            else ""
        )
        if given in ("zh", ["zh"]):
            return "zh"
        if given in ("en", ["en"]):
            return "en"
    named = next((value for key in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(key))), "")
    if not named and sys.platform == "win32":
        import locale

        named = locale.getlocale()[0] or ""
    return "zh" if named.lower().startswith(("zh", "chinese")) else "en"


def ui(zh: str, en: str) -> str:
    """One of two wordings, for help texts."""
    return Text(zh, en).of(ui_lang())


def say(text: Text | str) -> None:
    """A message on standard error."""
    from kesu.words.terminal import clean

    click.echo(clean(text if isinstance(text, str) else text.of(ui_lang())), err=True)


class OutPath(click.Path):
    """A file to write. ``again``: kesu's own reports and lists may be made again."""

    def __init__(self, *, again: bool = True) -> None:
        super().__init__(path_type=Path)
        self.again = again


class Moment(click.ParamType[dt.datetime]):
    """A local time such as 2026-10-31 or 2026-10-31T18:00; a date alone means its last second."""

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
            self.fail(
                ui(
                    f"“{value}”不是时间；例如 2026-10-31 或 2026-10-31T18:00",
                    f"“{value}” is not a time; e.g. 2026-10-31 or 2026-10-31T18:00",
                ),
                param,
                ctx,
            )


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
    """An option that is no argument of its command, kept for `kesu.cli.limits.new_reader` and `save`."""
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
    type=OutPath(),
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
registers = chosen(
    click.argument("registers", nargs=-1, required=True, type=click.Path(path_type=Path)), recursive, limits
)


def sources(given: Sequence[Path], *, copies: bool = False, target: Path | None = None) -> list[Path]:
    """The files meant, see `kesu.jobs.sources`; what is passed over is told. Wrong usage where none is left."""
    from kesu.jobs.sources import sources as meant

    of = click.get_current_context().meta.get("kesu.recursive", False)
    found = meant(given, recursive=of, copies=copies, target=target)
    for text in found.remarks:
        say(text)
    if not found.paths:
        sys.exit(USAGE)
    click.get_current_context().meta["kesu.jobs.sources"] = found.paths
    return list(found.paths)


def now() -> dt.datetime:
    """The local time, to the second: the one place that asks the clock."""
    return dt.datetime.now().replace(microsecond=0)


@contextlib.contextmanager
def reading(given: Sequence[Path], instant: dt.datetime | None) -> Iterator[tuple[list[Loaded], dt.datetime]]:
    """Read all registers that are ``given``, with a progress bar where it takes long; unreadable ones are told on standard error."""
    from kesu.cli.limits import new_reader

    paths = sources(given)
    check_targets()
    reader = new_reader()
    reader.ask(paths[0])  # read while the libraries below are still being imported
    from kesu.jobs import pipeline

    moment = instant or now()
    with progress(len(paths)) as advance:
        loaded = pipeline.load_all(paths, moment, reader, advance)
    for one in loaded:
        for text in (*one.notes, *([one.error] if one.error is not None else [])):
            say(text)
    for text in pipeline.shared([one.case for one in loaded if one.case is not None]):
        say(text)
    yield loaded, moment


def say_account(cases: Sequence[Case], period: Period | None) -> None:
    """One line on standard error where rows are left out of the figures, or a kind was assumed."""
    from kesu.jobs.pipeline import account_of
    from kesu.rules.account_of_rows import left_out, line, needs_telling

    accounts = account_of(cases, period)
    if left_out(accounts) or needs_telling(accounts):
        say(line(accounts))


@contextlib.contextmanager
def progress(total: int) -> Iterator[Callable[[Path], None] | None]:
    """A progress bar on standard error where it is a terminal and there is more than one register."""
    if total < 2 or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn(ui("读取登记表", "Reading registers")),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda _path: bar.advance(task)


def cases_of(loaded: Sequence[Loaded]) -> list[Case]:
    """Those that could be read. Ends the command with exit code 3 where there is none."""
    cases = [one.case for one in loaded if one.case is not None]
    if not cases:
        sys.exit(UNREADABLE)
    return cases


def worked(loaded: list[Loaded], work: Callable[[Sequence[Loaded]], T]) -> T:
    """``work`` on what was read; a register with which it breaks down becomes an unreadable one and is told.

    ``work`` must neither print nor write: it is tried on each register alone where it fails. Ends the command with
    exit code 3 where no register is left.
    """
    from kesu.jobs.pipeline import each_for_itself

    cases_of(loaded)
    told = [one.error for one in loaded]
    done = each_for_itself(loaded, work)
    for before, one in zip(told, loaded, strict=True):
        if one.error is not None and one.error is not before:
            say(one.error)
    if done is None:
        sys.exit(UNREADABLE)
    return done


def language(wanted: str | None, cases: Sequence[Case]) -> str:
    """``--lang`` if given, else the language of the first register."""
    return wanted or cases[0].register.lang


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


def shown(value: object) -> str:
    """A text cell, or nothing."""
    return value if isinstance(value, str) else ""


def moment(value: pd.Timestamp) -> str:
    """A time to the minute (to the second where it has some), or a dash."""
    if value != value:  # noqa: PLR0124 - NaT is not itself
        return "–"
    return value.strftime("%Y-%m-%d %H:%M:%S" if value.second else "%Y-%m-%d %H:%M")


def hours(value: float) -> str:
    """Hours with one decimal, or nothing."""
    return f"{value:.1f}" if value == value else ""  # noqa: PLR0124 - NaN is not itself


def cleaned(text: str) -> str:
    """Lines without control characters, so that no cell can steer a terminal."""
    from kesu.words.terminal import clean

    return "\n".join(clean(line) for line in text.split("\n"))


def write_out(text: str, out: Path | None) -> None:
    """Print the result, or write it to ``out`` and say so."""
    if out is None:
        click.echo(text)
        return
    save(out, (text + "\n").encode(errors="replace"))
    say(Text(f"已写入 {out}", f"Wrote {out}"))


def save(out: Path, content: bytes) -> None:
    """Write a file as the options of the running command allow, see `kesu.workbook.save`."""
    from kesu.workbook.save import save

    kept = save(out, content, save_rules())
    if kept is not None:
        say(Text(f"原来的 {out.name} 保留为 {kept.name}", f"What stood in {out.name} is kept as {kept.name}"))


def check_targets() -> None:
    """End the command before any work is done where a file that it would write may not be written."""
    from kesu.workbook.save import check

    for path in _given(targets=True):
        check(path, save_rules())


def save_rules() -> Rules:
    """What the running command may write over."""
    from kesu.workbook.save import Rules

    context = click.get_current_context()
    again = all(one.type.again for one in context.command.params if isinstance(one.type, OutPath))
    secret = context.meta.get("kesu.password_file")
    read = context.meta.get("kesu.jobs.sources", ())
    inputs = (*_given(targets=False), *read, *([secret] if secret else []))
    return Rules(now().date(), again, bool(context.meta.get("kesu.force")), inputs)


def _given(*, targets: bool) -> Iterator[Path]:
    """The files that the running command was told to write, or all others."""
    context = click.get_current_context()
    for param in context.command.params:
        if isinstance(param.type, OutPath) == targets:
            value = context.params.get(param.name or "")
            yield from (
                one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, Path)
            )


def say_linked(register: Path) -> None:
    """Before a register is written: a remark where it has other names, which will not follow."""
    from kesu.workbook.atomic import linked

    text = linked(register)
    if text is not None:
        say(text)


def finish(loaded: Sequence[Loaded], code: int = 0) -> None:
    """End with exit code 3 where a register is missing from the result, else with ``code``."""
    sys.exit(UNREADABLE if any(one.error is not None for one in loaded) else code)
