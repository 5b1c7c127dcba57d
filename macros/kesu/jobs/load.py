"""Workbooks read side by side into registers, each with its assessment; nothing is raised for one that cannot be read."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from kesu.jobs.assessment import Assessment, together
from kesu.jobs.remarks import as_read
from kesu.register.normalise import normalise_all, settings_sheet
from kesu.register.raw import NotARegisterError, RawSheet, RegisterError
from kesu.register.sheets import Register
from kesu.words.text import Text, printable
from kesu.workbook.reading.reader import Reader, ReadError
from kesu.workbook.reading.refusals import broke_down

T = TypeVar("T")

Foreign = Callable[[str, Sequence[RawSheet]], tuple[list[Register], tuple[Text, ...]]]
"""The registers in the sheets of the workbook of that name, which is none of kesu's, and what must be known of them."""


@dataclass(frozen=True)
class Loaded:
    """A register that was read, or the reason why it was not; ``notes`` are remarks on how it was read."""

    path: Path
    name: str
    assessment: Assessment | None
    error: Text | None = None
    notes: tuple[Text, ...] = ()


def load(
    paths: Sequence[Path],
    as_of: dt.datetime,
    reader: Reader | None = None,
    progress: Callable[[Path], None] | None = None,
    now: dt.datetime | None = None,
    foreign: Foreign | None = None,
) -> Iterator[Loaded]:
    """Read workbooks one after another; while one is worked on, the next is being read.

    A workbook that holds several registers gives one `Loaded` each, called ``workbook#sheet``. Nothing is raised for a workbook that cannot be read: its `Loaded` says why. ``progress`` is called with
    each path once it is done; ``now`` as for `Assessment`; ``foreign`` reads workbooks without Settings. Deadlines are worked out here, so that unusable settings count as unreadable.
    """
    names = unique_names(paths)
    with reader or Reader() as reading:
        for number, path in enumerate(paths):
            try:
                registers, notes = _normalised(reading, path, names[number], foreign)
                if number + 1 < len(paths):
                    reading.ask(paths[number + 1])
                for register in registers:
                    assessment = Assessment(register, as_of, now=now)
                    _ = assessment.deadlines
                    yield Loaded(path, register.name, assessment, notes=notes)
                    notes = ()
            except ReadError as error:
                yield Loaded(path, names[number], None, error.text)
            except RegisterError as error:
                yield Loaded(path, names[number], None, error.text.at(names[number]))
            except Exception as error:  # whatever it is, it costs this register alone
                yield Loaded(path, names[number], None, broke_down(names[number], error))
            if progress:
                progress(path)


def load_all(
    paths: Sequence[Path],
    as_of: dt.datetime,
    reader: Reader | None = None,
    progress: Callable[[Path], None] | None = None,
    now: dt.datetime | None = None,
    foreign: Foreign | None = None,
) -> list[Loaded]:
    """`load` of all of them, so that no complaint that stands in two registers counts twice."""
    loaded = list(load(paths, as_of, reader, progress, now, foreign))
    stacked = each_for_itself(
        loaded, lambda some: together([one.assessment for one in some if one.assessment is not None])
    )
    assessments = iter(stacked or ())
    return [
        one if one.assessment is None else dataclasses.replace(one, assessment=next(assessments))
        for one in loaded
    ]


def each_for_itself(loaded: list[Loaded], work: Callable[[Sequence[Loaded]], T]) -> T | None:
    """``work`` on all of ``loaded``; should it break down, on those alone with which it does not.

    The others become unreadable in ``loaded``, each for its own reason. None where no register is left.
    """
    while any(one.assessment is not None for one in loaded):
        try:
            return work(loaded)
        except Exception as error:
            reasons = {at: _reason(one, work) for at, one in enumerate(loaded) if one.assessment is not None}
            alone = any(reasons.values())
            for at, reason in reasons.items():
                one = loaded[at]
                if reason or not alone:
                    said = broke_down(one.name, reason or error)
                    loaded[at] = dataclasses.replace(one, assessment=None, error=said)
    return None


def _reason(one: Loaded, work: Callable[[Sequence[Loaded]], object]) -> Exception | None:
    try:
        work([one])
    except Exception as error:
        return error
    return None


def _normalised(
    reader: Reader, path: Path, name: str, foreign: Foreign | None
) -> tuple[list[Register], tuple[Text, ...]]:
    _, registers, notes = read_registers(reader, path, name, foreign)
    return registers, notes


def read_registers(
    reader: Reader, path: Path, name: str, foreign: Foreign | None = None
) -> tuple[list[RawSheet], list[Register], tuple[Text, ...]]:
    """The sheets of a workbook as read, the registers in it, and how they were read.

    Raises `ReadError` and `RegisterError`. ``foreign`` reads workbooks without Settings.
    """
    if foreign is not None:
        sheets = reader.read(path, every_sheet=True)
        if settings_sheet(sheets) is None:
            return sheets, *foreign(name, sheets)
    sheets = reader.read(path)
    try:
        registers = normalise_all(name, sheets)
    except NotARegisterError:
        sheets = reader.read(path, every_sheet=True)
        registers = normalise_all(name, sheets)
    if settings_sheet(sheets) is None and not any(sheet.all_text for sheet in sheets):
        renamed = settings_sheet(reader.read(path, every_sheet=True))
        if renamed is not None:
            sheets = [*sheets, renamed]
            registers = normalise_all(name, sheets)
    return sheets, registers, tuple(as_read(name, sheets, registers))


def unique_names(paths: Sequence[Path]) -> list[str]:
    """File names, with as much of the folder as it takes to tell them apart."""
    for depth in range(1, 1 + max((len(path.absolute().parts) for path in paths), default=1)):
        names = [printable("/".join(path.absolute().parts[-depth:])) for path in paths]
        if len(set(names)) == len(set(map(Path.absolute, paths))):
            break
    return names
