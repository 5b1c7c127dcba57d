"""Workbooks read side by side into registers, each with its assessment; nothing is raised for one that cannot be read."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from kesu.jobs.assessment import Assessment
from kesu.jobs.remarks import as_read
from kesu.jobs.stacks import stacks_of, together
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

    A workbook that holds several registers gives one `Loaded` each, called ``workbook#sheet``. Nothing is raised for a
    workbook that cannot be read: its `Loaded` says why. ``progress`` is called with each path once it is done; ``now`` as
    for `Assessment`; ``foreign`` reads workbooks without Settings. Unusable settings count as unreadable.
    """
    for name, found in _read(paths, as_of, reader, progress, now, foreign):
        yield from _usable(name, found)


def load_all(
    paths: Sequence[Path],
    as_of: dt.datetime,
    reader: Reader | None = None,
    progress: Callable[[Path], None] | None = None,
    now: dt.datetime | None = None,
    foreign: Foreign | None = None,
) -> list[Loaded]:
    """`load` of all of them, stacked, so that every step runs once and no complaint in two registers counts twice."""
    books = list(_read(paths, as_of, reader, progress, now, foreign))
    try:
        return _stacked([one for _, found in books for one in found])
    except Exception:  # one of them has settings that cannot be used, or breaks down
        loaded = [one for name, found in books for one in _usable(name, found)]
    return each_for_itself(loaded, _stacked) or loaded


def _read(
    paths: Sequence[Path],
    as_of: dt.datetime,
    reader: Reader | None,
    progress: Callable[[Path], None] | None,
    now: dt.datetime | None,
    foreign: Foreign | None,
) -> Iterator[tuple[str, list[Loaded]]]:
    """The name of each workbook and what it holds; nothing is worked out yet."""
    names = unique_names(paths)
    with reader or Reader() as reading:
        for number, (path, name) in enumerate(zip(paths, names, strict=True)):
            try:
                _, registers, notes = read_registers(reading, path, name, foreign)
                found = [Loaded(path, one.name, Assessment(one, as_of, now=now)) for one in registers]
                found[0] = dataclasses.replace(found[0], notes=notes)
                if number + 1 < len(paths):
                    reading.ask(paths[number + 1])
            except Exception as error:
                found = [_failed(path, name, error)]
            yield name, found
            if progress:
                progress(path)


def _failed(path: Path, name: str, error: Exception) -> Loaded:
    """Whatever it is, it costs this workbook alone."""
    if isinstance(error, ReadError):
        return Loaded(path, name, None, error.text)
    return Loaded(
        path, name, None, error.text.at(name) if isinstance(error, RegisterError) else broke_down(name, error)
    )


def _usable(name: str, found: Sequence[Loaded]) -> Iterator[Loaded]:
    """What a workbook holds, up to the first register whose deadlines cannot be worked out."""
    for one in found:
        try:
            _ = one.assessment and one.assessment.deadlines
        except Exception as error:
            yield _failed(one.path, name, error)
            return
        yield one


def _stacked(loaded: Sequence[Loaded]) -> list[Loaded]:
    """The same, each knowing its stack, whose deadlines are worked out."""
    assessments = together([one.assessment for one in loaded if one.assessment is not None])
    for stack in stacks_of(assessments).parts:
        _ = stack.deadlines
    own = iter(assessments)
    return [
        one if one.assessment is None else dataclasses.replace(one, assessment=next(own)) for one in loaded
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
