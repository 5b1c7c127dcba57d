"""How a command ends when it cannot go on: in words and with its exit code, never with a traceback."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Final

import click

from kesu.words.text import Text

UNWRITTEN: Final = 2
INTERRUPTED: Final = 130
NO_OUTPUT: Final = Text(
    "标准输出写不进去：{why}。结果不完整。",
    "Standard output could not be written: {why}. The result is not whole.",
)
FAILED: Final = Text("没有完成：{path}：{why}。", "Not done: {path}: {why}.")


@contextlib.contextmanager
def ending() -> Iterator[None]:
    """Turn what a command raises for the world outside into a line on standard error and an exit code."""
    try:
        yield
    except (click.ClickException, click.Abort, click.exceptions.Exit):
        raise
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:  # whoever read the output has seen enough
        _drop_output()
        sys.exit(UNWRITTEN)
    except OSError as error:
        from kesu.workbook.atomic import why

        if error.filename is None:
            _drop_output()
            _say(NO_OUTPUT.fill(why=why(error)))
        else:
            _say(FAILED.fill(path=os.fsdecode(error.filename), why=why(error)))
        sys.exit(UNWRITTEN)
    except Exception as error:
        from kesu.workbook.save import NotWrittenError  # not for every --help

        if not isinstance(error, NotWrittenError):
            raise
        _say(error.text)
        sys.exit(UNWRITTEN)


def _say(text: Text) -> None:
    from kesu.cli.telling import say

    with contextlib.suppress(OSError):
        say(text)


def _drop_output() -> None:
    """What is still held back would fail again, on the way out."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
