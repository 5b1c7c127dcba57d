"""``kesu addin``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from kesu.cli import kinds, options
from kesu.cli.saving import save
from kesu.cli.telling import say, ui, ui_lang
from kesu.words.text import Lang, Text

if TYPE_CHECKING:
    from kesu.live.addin import Status

T = TypeVar("T")
NOT_INSTALLED = 1

lang = click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    help=ui(
        "Excel 功能区的语言，默认用系统语言；LibreOffice 用它自己的语言",
        "Language of Excel's ribbon, by default the locale's; LibreOffice uses its own",
    ),
)


@click.group(
    short_help=ui("Excel 和 LibreOffice 的加载项。", "The add-ins for Excel and LibreOffice."),
    help=ui(
        "Excel 功能区和 LibreOffice 工具栏的加载项：生成、安装、卸载、查看。不需要管理员权限。",
        "The add-ins for Excel's ribbon and LibreOffice's toolbar: build, install, uninstall, look at them. "
        "Needs no administrator's rights.",
    ),
)
def addin() -> None:
    """The commands below."""


@addin.command(
    help=ui(
        "把加载项写成文件：Excel 的 Kesu.xlam、LibreOffice 的 Kesu.oxt，由文件名结尾决定；不写文件名则两个都写。",
        "Write the add-in to a file: Kesu.xlam for Excel, Kesu.oxt for LibreOffice, by the name's ending; both without one.",
    )
)
@click.argument("out", type=kinds.OutPath(), nargs=-1)
@lang
@options.force
def build(out: tuple[Path, ...], lang: str | None) -> None:
    """Write ``Kesu.xlam`` and ``Kesu.oxt``, the same bytes every time."""
    from kesu.live import addin as parts

    files = out or (Path("Kesu.xlam"), Path("Kesu.oxt"))
    kinds = {file.suffix.lower() for file in files}
    if not kinds <= {".xlam", ".oxt"}:
        raise click.BadParameter(ui("文件名要以 .xlam 或 .oxt 结尾", "the name must end in .xlam or .oxt"))
    if lang and ".xlam" not in kinds:
        raise click.UsageError(
            ui(".oxt 不用 --lang，它含两种语言", ".oxt takes no --lang: it holds both languages")
        )
    for file in files:
        make = parts.build_extension if file.suffix.lower() == ".oxt" else lambda: parts.build(_lang(lang))
        [content] = _in_each(make)
        save(file, content)
        say(Text(f"已写入 {file}", f"Wrote {file}"))


@addin.command(
    help=ui(
        "装到本机的 Excel 和 LibreOffice 里，并记下按钮使用哪个 Python。请先关闭它们。",
        "Install it in the Excel and the LibreOffice of this computer, and note which Python its buttons start. "
        "Close both first.",
    )
)
@lang
def install(lang: str | None) -> None:
    """Build and install for this user."""
    from kesu.live import addin as parts

    made = _in_each(lambda: parts.install(_lang(lang)), parts.install_extension)
    say(
        Text(
            "已安装，下次启动时出现“客诉”选项卡或工具栏。",
            "Installed; the tab or toolbar shows when the program starts next.",
        )
    )
    _print(made)


@addin.command(help=ui("从 Excel 和 LibreOffice 里卸载。", "Take it away from Excel and LibreOffice."))
def uninstall() -> None:
    """Remove the add-in and its settings."""
    from kesu.live import addin as parts

    if any(_in_each(parts.uninstall, parts.uninstall_extension)):
        say(Text("已卸载。", "Uninstalled."))
    else:
        say(Text("没有安装，无需卸载。", "It was not installed; nothing to do."))


@addin.command(
    help=ui(
        "是否已安装、是否最新、用哪个 Python；没有安装或找不到该 Python 时退出码为 1。",
        "Whether it is installed and up to date, and with which Python; exit code 1 where it is not, or that is gone.",
    )
)
def status() -> None:
    """What is installed for this user."""
    from kesu.live import addin as parts

    found = _in_each(parts.status, parts.status_of_extension)
    _print(found)
    installed = [one for one in found if one.installed]
    sound = all(one.interpreter_found for one in installed)
    sys.exit(0 if installed and sound else NOT_INSTALLED)


def _lang(wanted: str | None) -> Lang:
    return "zh" if (wanted or ui_lang()) == "zh" else "en"


def _in_each(*works: Callable[[], T]) -> list[T]:
    """What came of the work in each program of this computer; ends with a message where there is none, or it failed."""
    from kesu.live.addin import AddinError, NoProgramError
    from kesu.workbook.atomic import why

    results: list[T] = []
    missing: list[Text] = []
    failures: list[Text] = []
    code = NOT_INSTALLED
    for work in works:
        try:
            results.append(work())
        except NoProgramError as error:
            missing.append(error.text)
        except AddinError as error:
            failures.append(error.text)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            failures.append(
                Text("写不进去：{where}{why}", "Could not write: {where}{why}").fill(
                    where=where, why=why(error)
                )
            )
            code = options.USAGE
    for text in failures or ([] if results else missing):
        say(text)
    if failures or not results:
        sys.exit(code)
    return results


def _print(programs: list[Status]) -> None:
    yes, no = Text("是", "yes"), Text("否", "no")
    for found in programs:
        lines = (
            (Text("程序", "program"), found.program),
            (Text("加载项", "add-in"), found.addin),
            (Text("已安装", "installed"), yes if found.installed else no),
            (Text("生成时的版本", "made with"), found.made_with or "–"),
            (Text("与本机版本一致", "up to date"), yes if found.up_to_date else no),
            (Text("所用的 Python", "Python"), found.interpreter or "–"),
            (Text("该 Python 存在", "Python found"), yes if found.interpreter_found else no),
        )
        for label, value in lines:
            said = value.of(ui_lang()) if isinstance(value, Text) else value
            click.echo(f"{label.of(ui_lang())}: {said}")
