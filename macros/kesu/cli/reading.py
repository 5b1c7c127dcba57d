"""From names on the command line to registers: which files are meant, with which limits, what could not be read."""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from kesu.register.periods import Period
from kesu.words.text import Text

if TYPE_CHECKING:
    from kesu.jobs.assessment import Assessment
    from kesu.jobs.books import Foreign
    from kesu.jobs.load import Loaded
    from kesu.workbook.reading.cache import Cache
    from kesu.workbook.reading.reader import Reader
from kesu.cli import options
from kesu.cli.fetching import here
from kesu.cli.options import UNREADABLE, USAGE
from kesu.cli.saving import check_targets
from kesu.cli.telling import BAR, aside, say, ui

T = TypeVar("T")


TRIES = 3
"""How often a person is asked for one password."""


def sources(
    given: Sequence[Path],
    *,
    copies: bool = False,
    target: Path | None = None,
    workbooks: bool = False,
    called: Mapping[Path, str] | None = None,
) -> list[Path]:
    """The files meant, see `kesu.jobs.sources`; what is passed over is told. Wrong usage where none is left."""
    from kesu.jobs.sources import sources as meant

    of = click.get_current_context().meta.get("kesu.recursive", False)
    found = meant(given, recursive=of, copies=copies, target=target, workbooks=workbooks, called=called or {})
    for text in found.remarks:
        say(text)
    if not found.paths:
        sys.exit(USAGE)
    click.get_current_context().meta["kesu.inputs"] = found.paths
    return list(found.paths)


@contextlib.contextmanager
def reading(
    given: Sequence[Path | str],
    instant: dt.datetime | None,
    *,
    by_stack: bool = False,
    target: Path | None = None,
) -> Iterator[tuple[list[Loaded], dt.datetime]]:
    """Read all registers that are ``given``, with a progress bar where it takes long; unreadable ones are told on standard error.

    Texts among ``given`` are URLs. ``by_stack``: of very many rows those that are not worked on are put away, see `kesu.jobs.load.load_all`. ``target``: a
    file that is none of them, because it is going to be written.
    """
    with here(given) as there:
        if not there.paths:
            sys.exit(UNREADABLE)
        paths = sources(there.paths, target=target, called=there.called)
        check_targets()
        reader = new_reader()
        reader.ask(paths[0])  # read while the libraries below are still being imported
        from kesu.jobs.load import AT_HAND, load_all

        moment = instant or options.now()
        most = AT_HAND if by_stack else None
        with progress(len(paths)) as advance:
            loaded = load_all(paths, moment, reader, advance, options.now(), foreign(moment), most)
    for text in reader.cache.said() if reader.cache else ():
        say(text)
    say_read(loaded)
    yield [*loaded, *there.failed], moment


def say_read(loaded: Sequence[Loaded]) -> None:
    """On standard error what could not be read, how the others were read, and what they share."""
    from kesu.jobs.remarks import gathered
    from kesu.jobs.stacks import shared

    for one in loaded:
        if one.error is not None:
            say(one.error)
    for text in gathered([(one.name, note) for one in loaded for note in one.notes]):
        say(text)
    for text in shared([one.assessment for one in loaded if one.assessment is not None]):
        say(text)


def foreign(moment: dt.datetime) -> Foreign | None:
    """How what is no register is read: by ``--map``, if given. Ends the command as wrongly used where that is none."""
    path = click.get_current_context().meta.get("kesu.map")
    if path is None:
        return None
    from kesu.jobs.foreign import by_map
    from kesu.jobs.importing import read_map
    from kesu.register.mapping.model import MapError

    try:
        return by_map(read_map(path), moment.year)
    except MapError as error:
        say(error.text)
        sys.exit(USAGE)


def new_reader() -> Reader:
    """A reader with the limits given on the command line; it must be closed."""
    from kesu.workbook.reading.reader import MEGABYTES, SECONDS, Reader

    given = click.get_current_context().meta
    memory, encoding = given.get("kesu.memory_limit_mb") or MEGABYTES, given.get("kesu.encoding")
    return Reader(
        given.get("kesu.time_limit") or SECONDS,
        memory,
        _Passwords(given.get("kesu.password_file")),
        encoding,
        _cache(given.get("kesu.cache"), memory, encoding),
    )


def _cache(folder: Path | None, memory: int, encoding: str | None) -> Cache | None:
    """The cache in ``folder``. Ends the command as wrongly used where that may be none."""
    if folder is None:
        return None
    from kesu.workbook.reading.cache import Cache, CacheError

    try:
        return Cache(folder, memory << 20, encoding)
    except CacheError as error:
        say(error.text)
        sys.exit(USAGE)


def password() -> str | None:
    """The password in the file that is named on the command line, if one is."""
    file = click.get_current_context().meta.get("kesu.password_file")
    return _first_line(file) if file else None


class _Passwords:
    """The password of the file named, else of whoever sits at the terminal; never shown, never kept."""

    def __init__(self, file: Path | None) -> None:
        self._word = _first_line(file) if file else None
        self._asked: dict[Path, int] = {}

    def __call__(self, path: Path, wrong: bool) -> str | None:
        if self._word is not None:
            return None if wrong else self._word
        if not sys.stdin.isatty() or self._asked.get(path, 0) >= TRIES:
            return None
        self._asked[path] = self._asked.get(path, 0) + 1
        if wrong:
            say(Text("密码不对，请再试一次。", "The password is wrong; try again."))
        from kesu.words.terminal import clean

        question = ui(f"{path.name} 的打开密码", f"Password of {path.name}")
        with aside():
            word = click.prompt(clean(question), hide_input=True, default="", show_default=False, err=True)
        return str(word) or None


def _first_line(file: Path) -> str:
    try:
        with file.open(encoding="utf-8-sig") as stream:
            return stream.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise click.BadParameter(
            ui(f"密码文件读不出来：{error}", f"the password file cannot be read: {error}"),
            param_hint="--password-file",
        ) from None


def shown_bar(total: int) -> bool:
    """Whether there is a progress bar: for several registers, on a terminal."""
    return total > 1 and sys.stderr.isatty()


@contextlib.contextmanager
def progress(total: int) -> Iterator[Callable[[Path], None] | None]:
    """A progress bar on standard error where it is a terminal and there is more than one register."""
    if not shown_bar(total):
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text as Words

    class Rate(ProgressColumn):
        """Registers a second, once that is known."""

        def render(self, task: Task) -> Words:
            return Words(ui(f"{task.speed:.1f} 个/秒", f"{task.speed:.1f}/s") if task.speed else "")

    columns = (
        TextColumn(ui("读取登记表", "Reading registers")),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
    )
    # Nothing is redirected: results are no messages. `aside` takes the bar off the screen while something is said.
    context = click.get_current_context()
    with Progress(
        *columns, console=Console(stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False
    ) as bar:
        task = bar.add_task("", total=total)
        context.meta[BAR] = bar
        try:
            yield lambda _path: bar.advance(task)
        finally:
            del context.meta[BAR]


def say_account(assessments: Sequence[Assessment], period: Period | None) -> None:
    """One line on standard error where rows are left out of the figures, or a kind was assumed."""
    from kesu.jobs.figures import account_of
    from kesu.rules.account_of_rows import left_out, line, needs_telling

    accounts = account_of(assessments, period)
    if left_out(accounts) or needs_telling(accounts):
        say(line(accounts))


def need_personal(loaded: Sequence[Loaded]) -> None:
    """Ends the command as wrongly used where a register was handed over without the personal data that it goes by."""
    from kesu.workbook.reading.parquet_said import WITHHELD_NEEDED

    if lacking := _withheld(loaded):
        say(WITHHELD_NEEDED.at(next(iter(lacking))))
        sys.exit(USAGE)


def not_searched(loaded: Sequence[Loaded]) -> list[Text]:
    """Of each file that came without personal data, how many complaints it has in whose names and words nothing can be found."""
    from kesu.workbook.reading.parquet_said import NOT_SEARCHED

    return [NOT_SEARCHED.fill(n=f"{n:,}").at(name) for name, n in _withheld(loaded).items()]


def _withheld(loaded: Sequence[Loaded]) -> dict[str, int]:
    """Files that came without personal data, and how many complaints each has."""
    found: dict[str, int] = {}
    for one in loaded:
        if one.assessment and (sheet := one.assessment.register.complaints).withheld:
            found[one.path.name] = found.get(one.path.name, 0) + len(sheet.data)
    return found


def read_of(loaded: Sequence[Loaded]) -> list[Assessment]:
    """Those that could be read. Ends the command with exit code 3 where there is none."""
    assessments = [one.assessment for one in loaded if one.assessment is not None]
    if not assessments:
        sys.exit(UNREADABLE)
    return assessments


def worked(loaded: list[Loaded], work: Callable[[Sequence[Loaded]], T]) -> T:
    """``work`` on what was read; a register with which it breaks down becomes an unreadable one and is told.

    ``work`` must neither print nor write: it is tried on each register alone where it fails. Ends the command with
    exit code 3 where no register is left.
    """
    from kesu.jobs.load import each_for_itself

    read_of(loaded)
    told = [one.error for one in loaded]
    done = each_for_itself(loaded, work)
    for before, one in zip(told, loaded, strict=True):
        if one.error is not None and one.error is not before:
            say(one.error)
    if done is None:
        sys.exit(UNREADABLE)
    return done


def language(wanted: str | None, assessments: Sequence[Assessment]) -> str:
    """``--lang`` if given, else the language of the first register."""
    return wanted or assessments[0].register.lang


def finish(loaded: Sequence[Loaded], code: int = 0) -> None:
    """End with exit code 3 where a register is missing from the result, else with ``code``."""
    sys.exit(UNREADABLE if any(one.error is not None for one in loaded) else code)
