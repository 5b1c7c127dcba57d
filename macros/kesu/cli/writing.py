"""The options of commands that write into a team's own workbook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from kesu.cli.options import ui

Command = TypeVar("Command", bound=Callable[..., Any])


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
