"""The command line. Results on standard output, messages and progress on standard error.

Exit codes: 0 done; 1 findings at or above ``--fail-on``; 2 wrong usage, or a file (standard output
too) that cannot be written; 3 a register could not be read; 130 interrupted.
"""

from __future__ import annotations

import atexit
import difflib
import gc
import importlib
import keyword
import os
import sys
from typing import Any, Final

import click

from kesu.cli import chinese
from kesu.cli.ending import ending
from kesu.cli.telling import ui, ui_lang
from kesu.words.text import Text
from kesu.words.version import VERSION

COMMANDS: Final = {
    "new": "kesu.cli.make",
    "check": "kesu.cli.check",
    "deadlines": "kesu.cli.deadlines",
    "explain": "kesu.cli.explain",
    "form": "kesu.cli.form",
    "collect": "kesu.cli.collect",
    "import": "kesu.cli.importing",
    "merge": "kesu.cli.merge",
    "find": "kesu.cli.find",
    "doubles": "kesu.cli.doubles",
    "survey": "kesu.cli.survey",
    "convert": "kesu.cli.convert",
    "followups": "kesu.cli.followups",
    "kpis": "kesu.cli.kpis",
    "report": "kesu.cli.report",
    "refresh": "kesu.cli.refresh",
    "upgrade": "kesu.cli.upgrade",
    "demo": "kesu.cli.make",
    "rules": "kesu.cli.rules",
    "profiles": "kesu.cli.profiles",
    "live": "kesu.cli.live",
    "addin": "kesu.cli.addin",
}
"""Command → the module that holds it, imported only when the command is used."""


USAGE: Final = 2
NEXT: Final = Text(
    """接下来：
  kesu demo                             示例登记表和全部结果，先看一看
  kesu new 登记表.xlsx                  新建登记表，用 Excel 打开就能登记投诉
  kesu import 台账.xlsx -o 登记表.xlsx  已有的投诉台账变成登记表
  kesu check 登记表.xlsx                登记表里哪里不对、怎样改
  kesu --help                           全部命令""",
    """Next:
  kesu demo                          sample registers and all results
  kesu new register.xlsx             an empty register, to open in Excel
  kesu import list.xlsx -o new.xlsx  a register from a list that you have
  kesu check register.xlsx           what is wrong in it, and how to mend it
  kesu --help                        all commands""",
)
"""What ``kesu`` alone says."""

chinese.speak()


class LazyGroup(click.Group):
    """Commands are imported when they are needed, so that ``--help`` is instant; all of them end in words."""

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        """Reads the options; ``--help`` and ``--version`` answer here."""
        with ending():
            return super().make_context(*args, **more)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command."""
        with ending():
            return super().invoke(ctx)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Without a command: what can be done next."""
        if not args and not ctx.resilient_parsing:
            click.echo(f"{click.formatting.wrap_text(self.help or '')}\n\n{NEXT.of(ui_lang())}", err=True)
            ctx.exit(USAGE)
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is meant; of one that there is not, the nearest are named."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = difflib.get_close_matches(args[0], COMMANDS, n=3, cutoff=0.5)
            if args[0] in COMMANDS or args[0].startswith("-") or not near:
                raise
            said = ui(f"是不是 {'、'.join(near)}？", f" Did you mean {' or '.join(near)}?")
            raise click.UsageError(error.message + said, ctx) from None

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Names in the order of a working day."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command called ``cmd_name``."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(
            importlib.import_module(COMMANDS[cmd_name]), cmd_name + "_" * keyword.iskeyword(cmd_name)
        )
        assert isinstance(command, click.Command)  # noqa: S101 - a slip in COMMANDS
        return command


@click.group(
    cls=LazyGroup,
    help=ui(
        "kesu（客诉）：用 Excel 登记投诉，检查、算时限和指标、列跟进清单、出报告。",
        "kesu (客诉): complaint registers in Excel: checks, deadlines, KPIs, follow-ups, reports.",
    ),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(VERSION, prog_name="kesu")
def main() -> None:
    """The group of all commands."""
    _fill_standard_streams()
    gc.set_threshold(100_000, 20, 20)  # large tables are made of many objects and no cycles
    atexit.register(gc.freeze)  # nor is there any use in looking for cycles on the way out
    for stream in (sys.stdout, sys.stderr):  # Chinese on any console, whatever its encoding claims
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _fill_standard_streams() -> None:
    """Where a standard stream was closed (``2>&-``), the next file opened would take its number, and its messages."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
