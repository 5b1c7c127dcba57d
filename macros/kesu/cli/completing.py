"""What a shell offers when Tab is pressed: profiles, groupings, the complaint numbers of the register that is named.

Nothing is ever said here: what cannot be worked out in a moment is not offered.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import click

MOMENT_S: Final = 1.0
"""Longest time that a register may take to read; a larger one offers no numbers."""
MOST: Final = 200
"""Most words that are offered; of more the first letters must be typed."""


def profiles(_ctx: click.Context, _param: click.Parameter, typed: str) -> list[str]:
    """Names of deadline profiles."""
    from kesu.register.settings import profile_names

    return [name for name in profile_names() if name.startswith(typed)]


def groupings(_ctx: click.Context, _param: click.Parameter, typed: str) -> list[str]:
    """What figures are broken down by."""
    from kesu.cli.options import GROUPINGS

    return [name for name in GROUPINGS if name.startswith(typed)]


def numbers(ctx: click.Context, _param: click.Parameter, typed: str) -> list[str]:
    """Complaint numbers of the register on the command line, the latest row first."""
    words = (
        ctx.params.get("register"),
        *ctx.args,
    )  # where an option has no value yet, click takes no word as the register
    register = next((path for word in words if word and (path := Path(word).expanduser()).is_file()), None)
    known = _numbers(register) if register else []
    known = [number for number in known if number.casefold().startswith(typed.casefold())]
    return known[:MOST]


def _numbers(path: Path) -> list[str]:
    """None where reading takes longer than a moment, or does not work out for whatever reason."""
    with contextlib.suppress(Exception):
        from kesu.workbook.reading.reader import Reader

        with Reader(MOMENT_S) as reader:
            reader.ask(path)  # read while the libraries below are still being imported
            from kesu.register.normalise import normalise_all

            registers = normalise_all(path.name, reader.read(path))
        ids = [one.complaints.data["complaint_id"].dropna() for one in registers]
        return list(dict.fromkeys(str(number) for some in ids for number in reversed(some.tolist())))
    return []
