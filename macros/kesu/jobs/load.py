"""Workbooks read side by side into registers, each with its assessment; nothing is raised for one that cannot be read."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from kesu.jobs.assessment import Assessment
from kesu.jobs.away import Stack, all_away, side_by_side
from kesu.jobs.books import Book, Foreign, by_rows, notes_of, read_books
from kesu.jobs.stacks import stacks_of, together
from kesu.register.normalise import Found, typed
from kesu.register.raw import RegisterError
from kesu.register.sheets import Register
from kesu.words.text import Text
from kesu.workbook.reading.frame import PARQUET
from kesu.workbook.reading.reader import Reader, ReadError
from kesu.workbook.reading.refusals import broke_down

T = TypeVar("T")
TYPED_ROWS: Final = 40_000
"""Rows as read that are kept until they are typed together: enough to spare the calls, few enough for memory. A row as it
was read takes some 800 bytes, typed 400, and on the way twice that."""

ROWS: Final = 200_000
"""Rows as read of a stack that is put away."""

AT_HAND: Final = 1_000_000
"""Rows as read beyond which a command that does with one stack at a time has them put away: below, that would save little."""


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
    for book in read_books(paths, reader, progress, foreign):
        [found] = _typed([book], as_of, now)
        yield from _usable(book.name, found)


def load_all(
    paths: Sequence[Path],
    as_of: dt.datetime,
    reader: Reader | None = None,
    progress: Callable[[Path], None] | None = None,
    now: dt.datetime | None = None,
    foreign: Foreign | None = None,
    most: int | None = None,
    names: Sequence[str] | None = None,
) -> list[Loaded]:
    """`load` of all of them, stacked, so that every step runs once and no complaint in two registers counts twice.

    ``most``: rows as read beyond which stacks, of `ROWS` or a little more, are put away (see `kesu.jobs.away`), for steps
    that `Stacks.each` takes.
    ``names``: what the workbooks are called; None: by their `unique_names`.
    """
    books: list[tuple[str, list[Loaded]]] = []
    waiting: list[list[tuple[str, list[Loaded]]]] = []
    found: list[Loaded] = []
    away: list[Stack] = []
    rows = total = 0
    for some in by_rows(
        read_books(paths, reader, progress, foreign, names), min(TYPED_ROWS, most or TYPED_ROWS)
    ):
        books += zip((book.name for book in some), _typed(some, as_of, now), strict=True)
        read, last = sum(book.rows for book in some), some[-1].path
        rows, total = rows + read, total + read
        del some  # what was read is let go before the next is
        more = last != paths[-1] or last.suffix.lower() == PARQUET  # which may hold any number of registers
        if most is not None and rows > min(most, ROWS) and more:
            waiting.append(books)
            books, rows = [], 0
        while most is not None and total > most and waiting:
            found += _away(_settled(waiting.pop(0)), away)
    rest = _settled([one for some in (*waiting, books) for one in some])
    if not away:
        return rest
    found += _away(rest, away)
    return _with(found, side_by_side([one.assessment for one in found], away))


def _away(loaded: Sequence[Loaded], away: list[Stack]) -> list[Loaded]:
    """``loaded`` with its stacks put away."""
    return _with(loaded, all_away([one.assessment for one in loaded], away))


def _with(loaded: Sequence[Loaded], assessments: Iterable[Assessment | None]) -> list[Loaded]:
    return [dataclasses.replace(one, assessment=own) for one, own in zip(loaded, assessments, strict=True)]


def _settled(books: Sequence[tuple[str, list[Loaded]]]) -> list[Loaded]:
    """What the books hold, stacked, those left out whose settings cannot be used or that break down."""
    try:
        return _stacked([one for _, found in books for one in found])
    except Exception:
        loaded = [one for name, found in books for one in _usable(name, found)]
    return each_for_itself(loaded, _stacked) or loaded


def _typed(books: Sequence[Book], as_of: dt.datetime, now: dt.datetime | None) -> list[list[Loaded]]:
    """What each book holds, typed in one pass; should that break down, each for itself."""
    try:
        made = iter(
            typed([one for book in books for one in book.found if isinstance(one, Found)], own_columns=False)
        )
    except Exception as error:
        if len(books) > 1:
            return [_typed([book], as_of, now)[0] for book in books]
        return [[_failed(book.path, book.name, error)] for book in books]
    return [_loaded(book, made, as_of, now) for book in books]


def _loaded(
    book: Book, made: Iterator[Register], as_of: dt.datetime, now: dt.datetime | None
) -> list[Loaded]:
    """The registers of a book, those that were not typed before out of ``made``; remarks stand at the first."""
    if book.failed is not None:
        return [_failed(book.path, book.name, book.failed)]
    registers = [next(made) if isinstance(one, Found) else one for one in book.found]
    try:
        notes = notes_of(book, registers)
    except Exception as error:
        return [_failed(book.path, book.name, error)]
    first = Loaded(book.path, registers[0].name, Assessment(registers[0], as_of, now=now), notes=notes)
    return [first, *(Loaded(book.path, one.name, Assessment(one, as_of, now=now)) for one in registers[1:])]


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
    stacks_of(assessments).each(lambda stack: stack.deadlines)
    own = iter(assessments)
    return _with(loaded, (one.assessment and next(own) for one in loaded))


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
