"""``kesu addin``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from kesu.cli import options
from kesu.cli.options import ui
from kesu.register.text import Lang, Text

if TYPE_CHECKING:
    from kesu.live.addin import Status

T = TypeVar("T")
NOT_INSTALLED = 1

lang = click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    help=ui("功能区的语言；默认用系统语言", "Language of the ribbon; by default the locale's"),
)


@click.group(
    help=ui(
        "Excel 功能区加载项：生成、安装、卸载、查看。不需要管理员权限。",
        "The ribbon add-in for Excel: build, install, uninstall, look at it. Needs no administrator's rights.",
    )
)
def addin() -> None:
    """The commands below."""


@addin.command(help=ui("把加载项写成一个文件。", "Write the add-in to a file."))
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False), default="Kesu.xlam")
@lang
def build(out: Path, lang: str | None) -> None:
    """Write ``Kesu.xlam``, the same bytes every time."""
    from kesu.live import addin as parts

    if out.suffix.lower() != ".xlam":
        raise click.BadParameter(ui("文件名要以 .xlam 结尾", "the name must end in .xlam"))
    _done(lambda: parts.build(out, _lang(lang)))
    options.say(Text(f"已写入 {out}", f"Wrote {out}"))


@addin.command(
    help=ui(
        "装到 Excel 启动时加载的文件夹，并记下用哪个 Python。",
        "Put it where Excel starts it, and note which Python its buttons start.",
    )
)
@lang
def install(lang: str | None) -> None:
    """Build and install for this user."""
    from kesu.live import addin as parts

    _done(lambda: parts.install(_lang(lang)))
    options.say(
        Text(
            "已安装，下次启动 Excel 时出现“客诉”选项卡。",
            "Installed; Excel shows the tab when it starts next.",
        )
    )
    _print(parts.status())


@addin.command(help=ui("从 Excel 里卸载。", "Take it away from Excel."))
def uninstall() -> None:
    """Remove the add-in and its settings."""
    from kesu.live import addin as parts

    if _done(parts.uninstall):
        options.say(Text("已卸载。", "Uninstalled."))
    else:
        options.say(Text("没有安装，无需卸载。", "It was not installed; nothing to do."))


@addin.command(
    help=ui(
        "是否已安装、是否最新、用哪个 Python；没有安装时退出码为 1。",
        "Whether it is installed and up to date, and with which Python; exit code 1 where it is not.",
    )
)
def status() -> None:
    """What is installed for this user."""
    from kesu.live import addin as parts

    found: Status = _done(parts.status)
    _print(found)
    sys.exit(0 if found.installed and found.interpreter_found else NOT_INSTALLED)


def _lang(wanted: str | None) -> Lang:
    return "zh" if (wanted or options.ui_lang()) == "zh" else "en"


def _done(work: Callable[[], T]) -> T:
    from kesu.live.addin import AddinError

    try:
        return work()
    except AddinError as error:
        options.say(error.text)
        sys.exit(NOT_INSTALLED)
    except OSError as error:
        options.say(Text(f"写不进去：{error}", f"Could not write: {error}"))
        sys.exit(NOT_INSTALLED)


def _print(found: Status) -> None:
    yes, no = Text("是", "yes"), Text("否", "no")
    lines = (
        (Text("加载项", "add-in"), found.addin),
        (Text("已安装", "installed"), yes if found.installed else no),
        (Text("生成时的版本", "made with"), found.made_with or "–"),
        (Text("与本机版本一致", "up to date"), yes if found.up_to_date else no),
        (Text("所用的 Python", "Python"), found.interpreter or "–"),
        (Text("该 Python 存在", "Python found"), yes if found.interpreter_found else no),
    )
    for label, value in lines:
        said = value.of(options.ui_lang()) if isinstance(value, Text) else value
        click.echo(f"{label.of(options.ui_lang())}: {said}")
