"""The sheets of a workbook as columns of text, whatever its format."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from typing import IO, Any, Final, TypeVar

from kesu.register.columns import DECLARED, ITEMS, REGISTER, labels, sheet_key
from kesu.register.figures import INEXACT, TWO_WAYS, exponent
from kesu.words.text import folded
from kesu.workbook.reading import refusals
from kesu.workbook.reading.encodings import decoded
from kesu.workbook.reading.odd import Address
from kesu.workbook.reading.refusals import Refused

T = TypeVar("T")
WANTED: Final = {*DECLARED, "settings"}
HEADER_ROWS: Final = 30
"""How far down a row of column labels is looked for."""
ISO: Final = re.compile(rf"\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?|{TWO_WAYS}")
SEPARATORS: Final = ",;\t"
LONGEST_FIELD: Final = 1 << 24

Contents = list[tuple[str, Any]]
"""Sheet titles and Arrow record batches: text columns named by their 0-based number."""

Texts = Sequence[Sequence[object]]


def chosen(titles: Sequence[str], hidden: Collection[str], *, every_sheet: bool) -> list[str]:
    """The sheets worth reading: by title, else all that are shown; all of them where ``every_sheet``."""
    if every_sheet:
        return list(titles)
    wanted = [title for title in titles if sheet_key(title) in WANTED]
    if any(sheet_key(title) == "register" for title in wanted):
        return wanted
    return [title for title in titles if title in wanted or title not in hidden]


def aside(titles: Iterable[str], read: Collection[str], hidden: Collection[str]) -> list[str]:
    """The sheets shown under titles of the team's own that are not read beside one titled as a register."""
    if not any(sheet_key(title) == "register" for title in read):
        return []
    return [
        title for title in titles if title not in read and title not in hidden and sheet_key(title) is None
    ]


def heads_register(rows: Texts) -> bool:
    """Whether one of the first rows is headed like a register: complaint number, time of receipt, three columns more."""
    names = labels(REGISTER)
    for row in rows[:HEADER_ROWS]:
        keys = {names.get(folded(cell)) for cell in row if isinstance(cell, str)} - {None}
        if len(keys) >= 5 and {"complaint_id", "received_at"} <= keys:
            return True
    return False


def by_fastexcel(
    source: str | bytes, hidden: Collection[str], *, every_sheet: bool, large: bool = False
) -> Contents:
    """Reads .xlsx and .xlsm; formulas by their stored values, error cells as blank.

    The first sheet of a ``large`` workbook, which as a rule is the longest, is read beside the others.
    """
    import fastexcel

    book = fastexcel.read_excel(source)
    titles = chosen(book.sheet_names, hidden, every_sheet=every_sheet)
    if not large or len(titles) < 2:
        return _loaded(book, titles)
    with beside(lambda: _loaded(fastexcel.read_excel(source), titles[1:]), large=True) as others:
        return [*_loaded(book, titles[:1]), *others()]


@contextlib.contextmanager
def beside(work: Callable[[], T], *, large: bool) -> Iterator[Callable[[], T]]:
    """What gives the result of ``work``, which runs beside the rest where it is ``large``: the reader proper leaves
    Python to others. Otherwise it runs when its result is asked for, which is sooner than a thread is there."""
    if not large:
        yield work
        return
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(work).result


def _loaded(book: Any, titles: Sequence[str]) -> Contents:
    contents = []
    for title in titles:
        columns: list[str] = []

        def every(column: Any, columns: list[str] = columns) -> bool:
            columns.append(str(column.absolute_index))
            return True

        batch = book.load_sheet(
            title, header_row=None, skip_rows=0, dtypes="string", use_columns=every, eager=True
        )
        contents.append((title, batch.rename_columns(columns) if columns else batch))
    return contents


def by_calamine(
    file: IO[bytes], *, every_sheet: bool
) -> tuple[Contents, dict[str, list[Address]], list[str]]:
    """Reads any workbook, slower; also where texts look exactly like true dates, and registers left aside."""
    import python_calamine as calamine

    book = calamine.CalamineWorkbook.from_filelike(file)
    hidden = {
        sheet.name for sheet in book.sheets_metadata if sheet.visible != calamine.SheetVisibleEnum.Visible
    }
    contents: Contents = []
    dates: dict[str, list[Address]] = {}
    titles = chosen(book.sheet_names, hidden, every_sheet=every_sheet)
    for title in titles:
        rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
        dates[title] = [
            (down, right)
            for down, row in enumerate(rows, 1)
            for right, cell in enumerate(row)
            if isinstance(cell, str) and ISO.fullmatch(cell)
        ]
        contents.append((title, _batch([[_words(cell) for cell in row] for row in rows])))
    others = [] if every_sheet else aside(book.sheet_names, titles, hidden)
    return contents, dates, [title for title in others if _headed(book, title)]


def _headed(book: Any, title: str) -> bool:
    return heads_register(book.get_sheet_by_name(title).to_python(skip_empty_area=False, nrows=HEADER_ROWS))


def with_errors(batch: Any, errors: Mapping[Address, str]) -> Any:
    """``batch`` with error values as text in the cells where they stand, which were read as blank."""
    import pyarrow as pa

    by_column: dict[str, list[tuple[int, str]]] = {}
    for (row, column), code in errors.items():
        if row <= batch.num_rows:
            by_column.setdefault(str(column), []).append((row - 1, code))
    for at, name in enumerate(batch.schema.names):
        if cells := by_column.get(name):
            texts = batch.column(at).to_pylist()  # pyarrow.compute takes 0.2 s to load
            for row, code in cells:
                texts[row] = code
            batch = batch.set_column(at, name, pa.array(texts, batch.schema.field(at).type))
    return batch


def by_csv(name: str, file: IO[bytes], title: str, encoding: str | None) -> Contents:
    """Reads a text table, separated by comma, semicolon or tab; see `kesu.workbook.reading.encodings`."""
    text = decoded(name, file.read(), encoding)
    csv.field_size_limit(LONGEST_FIELD)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text)))
    except csv.Error as error:
        raise Refused(refusals.broken(name, str(error))) from None
    return [(title, _batch([[cell or None for cell in row] for row in rows]))]


def _separator(text: str) -> str:
    """The one that makes most of our column labels, or most columns, out of the first lines."""
    lines = text.splitlines()[:30]
    names = labels(REGISTER).keys() | labels(ITEMS).keys()

    def labelled(separator: str) -> tuple[int, int]:
        rows = list(csv.reader(lines, delimiter=separator))
        return max((sum(folded(cell) in names for cell in row) for row in rows), default=0), len(
            rows[0]
        ) if rows else 0

    return max(SEPARATORS, key=labelled)


def _words(cell: object) -> str | None:  # noqa: PLR0911 - one line a type
    """A cell as fastexcel would say it."""
    match cell:
        case None | "":
            return None
        case str():
            return cell
        case bool():
            return str(cell).lower()
        case float() | int():
            if abs(cell) >= INEXACT:
                return exponent(cell)
            return str(int(cell)) if cell == int(cell) else repr(cell)
        case dt.datetime():
            return cell.isoformat(" ")
        case dt.date():
            return f"{cell.isoformat()} 00:00:00"
        case dt.time():
            return f"1899-12-31 {cell.isoformat()}"
    return str(cell)


def _batch(rows: Iterable[Sequence[str | None]]) -> Any:
    import pyarrow as pa

    columns = [pa.array(column, pa.string()) for column in zip_longest(*rows)]
    return pa.record_batch(columns, names=[str(number) for number in range(len(columns))])
