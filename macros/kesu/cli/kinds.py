"""What the values of options and arguments may be: files, instants, periods, one of a few words."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from kesu.cli.telling import meant, near, ui, ui_lang
from kesu.register.periods import Period, PeriodError

if TYPE_CHECKING:
    _OfMoment = click.ParamType[dt.datetime]
    _OfPeriod = click.ParamType[Period]
else:
    _OfMoment = _OfPeriod = click.ParamType  # takes no parameter before click 8.4


class OutPath(click.Path):
    """A file to write. ``again``: kesu's own reports and lists may be made again. ``text``: text goes into it."""

    def __init__(self, *, again: bool = True, text: bool = False) -> None:
        super().__init__(path_type=Path)
        self.again, self.text = again, text


class RegisterName(click.Path):
    """A register to be read: its path, or its URL as text."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path or the URL."""
        return value if "://" in str(value) else super().convert(value, param, ctx)


class WorkbookPath(RegisterName):
    """A file that must be here, since it is changed or taken over whole."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path."""
        if "://" in str(value):
            raise click.BadParameter(
                ui(
                    "网址只能读，这个命令要用这里的文件：请先取到本机，再指定那个文件",
                    "URLs are only read; this command needs the file here: fetch it first, then name it",
                ),
                ctx,
                param,
            )
        return super().convert(value, param, ctx)


class OneOf(click.Choice[str]):
    """One of a few words; of another one the nearest are named."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """What is said of ``value``."""
        close = meant(near(str(value), map(str, self.choices)))
        return f"{super().get_invalid_choice_message(value, ctx)} {close.of(ui_lang())}".rstrip()


class InPath(click.Path):
    """A file that must be there; of a name that is not, the nearest of its kind in the folder are named."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, dir_okay=False, exists=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path."""
        if "://" in str(value):
            return WorkbookPath().convert(value, param, ctx)
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            path = Path(value)
            with contextlib.suppress(OSError):
                names = [
                    one.name for one in path.parent.iterdir() if one.suffix.lower() == path.suffix.lower()
                ]
                close = [] if path.exists() else near(path.name, names)
                if close:
                    raise click.BadParameter(
                        f"{error.message} {meant(close).of(ui_lang())}", ctx, param
                    ) from None
            raise


class Moment(_OfMoment):
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


class PeriodType(_OfPeriod):
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
