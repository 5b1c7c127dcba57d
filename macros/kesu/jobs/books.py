"""Workbooks as read, side by side in guarded children: the registers in each, whose cells are not typed yet."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kesu.jobs.kept import registers_in
from kesu.jobs.remarks import as_read
from kesu.register.normalise import Found, found_in, settings_sheet, typed
from kesu.register.raw import NotARegisterError, RawSheet
from kesu.register.sheets import Register
from kesu.words.text import Text, printable
from kesu.workbook.reading.frame import PARQUET
from kesu.workbook.reading.kept import Kept
from kesu.workbook.reading.reader import Reader

MOST_READERS: Final = 8
"""Child processes that read side by side; no more than there are processors."""
FILES_A_READER: Final = 6
"""Files for which one more is worth its start."""

Foreign = Callable[[str, Sequence[RawSheet]], tuple[list[Register], tuple[Text, ...]]]
"""The registers in the sheets of the workbook of that name, which is none of kesu's, and what must be known of them."""


@dataclass(frozen=True)
class Book:
    """A workbook as read: registers whose cells are not typed yet, or (a table of others) are; or why it was not read."""

    path: Path
    name: str
    sheets: Sequence[RawSheet] = ()
    found: Sequence[Found | Register] = ()
    notes: tuple[Text, ...] | None = None
    failed: Exception | None = None

    @property
    def rows(self) -> int:
        """Rows as read, of all sheets."""
        typed = (sheet for one in self.found if isinstance(one, Register) for sheet in one.sheets.values())
        return sum(sheet.height for sheet in self.sheets) or sum(len(sheet.data) for sheet in typed)


def read_books(
    paths: Sequence[Path],
    reader: Reader | None,
    progress: Callable[[Path], None] | None,
    foreign: Foreign | None,
    names: Sequence[str] | None = None,
) -> Iterator[Book]:
    """What each workbook holds; nothing is typed or worked out yet."""
    names = names or unique_names(paths)
    taken = set(names)
    with contextlib.ExitStack() as open_ones:
        pool = [open_ones.enter_context(reader or Reader())]
        for _ in range(1, min(os.cpu_count() or 1, MOST_READERS, len(paths) // FILES_A_READER)):
            pool.append(open_ones.enter_context(pool[0].another()))
        for reading, path in zip(pool[1:], paths[1:], strict=False):  # the first may have been asked already
            reading.ask(path, every_sheet=foreign is not None)
        for number, (path, name) in enumerate(zip(paths, names, strict=True)):
            reading = pool[number % len(pool)]
            try:
                books = _books(reading, path, name, foreign, taken)
                for following in paths[number + len(pool) :][:1]:
                    reading.ask(following, every_sheet=foreign is not None)
            except Exception as error:
                books = [Book(path, name, failed=error)]
            yield from books
            if progress:
                progress(path)


def by_rows(books: Iterable[Book], enough: int) -> Iterator[list[Book]]:
    """Books of so many rows together that typing them at once is worth it, and no more."""
    some: list[Book] = []
    rows = 0
    for book in books:
        some.append(book)
        rows += book.rows
        if rows > enough:
            yield some
            some, rows = [], 0
    if some:
        yield some


def notes_of(book: Book, registers: Sequence[Register]) -> tuple[Text, ...]:
    """How the book was read; whoever reads a table of others says that himself."""
    return tuple(as_read(book.name, book.sheets, registers)) if book.notes is None else book.notes


def read_registers(
    reader: Reader, path: Path, name: str, foreign: Foreign | None = None
) -> tuple[Sequence[RawSheet], list[Register], tuple[Text, ...]]:
    """The sheets of a workbook as read, the registers in it, and how they were read.

    Raises `ReadError` and `RegisterError`. ``foreign`` reads workbooks without Settings.
    """
    book = _book(reader, path, name, foreign)
    made = iter(typed([one for one in book.found if isinstance(one, Found)]))
    registers = [next(made) if isinstance(one, Found) else one for one in book.found]
    return book.sheets, registers, notes_of(book, registers)


def _books(reader: Reader, path: Path, name: str, foreign: Foreign | None, taken: set[str]) -> list[Book]:
    """The workbook; of Parquet that `kesu convert` made a book for each register, called as it was unless that is ``taken``."""
    if path.suffix.lower() == PARQUET and isinstance(kept := reader.read_any(path), Kept):
        return [Book(path, one.name, (), [one], notes) for one, notes in registers_in(kept, name, taken)]
    return [_book(reader, path, name, foreign)]


def _book(reader: Reader, path: Path, name: str, foreign: Foreign | None) -> Book:
    if foreign is not None:
        sheets = reader.read(path, every_sheet=True)
        if settings_sheet(sheets) is None:
            registers, notes = foreign(name, sheets)
            return Book(path, name, sheets, registers, notes)
    sheets = reader.read(path)
    try:
        found = found_in(name, sheets)
    except NotARegisterError:
        sheets = reader.read(path, every_sheet=True)
        found = found_in(name, sheets)
    if settings_sheet(sheets) is None and not any(sheet.all_text for sheet in sheets):
        renamed = settings_sheet(reader.read(path, every_sheet=True))
        if renamed is not None:
            sheets = [*sheets, renamed]
            found = found_in(name, sheets)
    return Book(path, name, sheets, found)


def unique_names(paths: Sequence[Path]) -> list[str]:
    """File names, with as much of the folder as it takes to tell them apart."""
    for depth in range(1, 1 + max((len(path.absolute().parts) for path in paths), default=1)):
        names = [printable("/".join(path.absolute().parts[-depth:])) for path in paths]
        if len(set(names)) == len(set(map(Path.absolute, paths))):
            break
    return names
