"""Results to the screen or into files, as the options of the running command allow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kesu.words.text import Text

if TYPE_CHECKING:
    from kesu.workbook.save import Rules
from kesu.cli import options
from kesu.cli.kinds import OutPath
from kesu.cli.telling import say, ui

WORKBOOKS: Final = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})


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
    context = click.get_current_context()
    for param in context.command.params:
        out = context.params.get(param.name or "")
        if isinstance(param.type, OutPath) and param.type.text and isinstance(out, Path):
            _fits_text(out, param)


def _fits_text(path: Path, param: click.Parameter) -> None:
    if (suffix := path.suffix.lower()) in WORKBOOKS:
        said = ui(
            f"这里写的是文本，没有程序能把它当“{suffix}”打开；请用 .txt（--format json 用 .json）。要工作簿，用 kesu report -o 或 kesu refresh",
            f"this is text, which no program opens as “{suffix}”; use .txt (or .json with --format json). "
            "For a workbook: kesu report -o, or kesu refresh",
        )
        raise click.BadParameter(said, param=param)


def save_rules() -> Rules:
    """What the running command may write over."""
    from kesu.workbook.save import Rules

    context = click.get_current_context()
    again = all(one.type.again for one in context.command.params if isinstance(one.type, OutPath))
    secret = context.meta.get("kesu.password_file")
    read = context.meta.get("kesu.inputs", ())
    inputs = (*_given(targets=False), *read, *([secret] if secret else []))
    return Rules(options.now().date(), again, bool(context.meta.get("kesu.force")), inputs)


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
