"""What makes the tests quicker and changes nothing that they see; `tests/conftest.py` switches it on."""

from __future__ import annotations

import contextlib
import functools
import gc
import io
import pickle
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any, Final
from unittest import mock

from openpyxl.formula.tokenizer import Token, Tokenizer
from openpyxl.formula.translate import Translator
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.merge import MergedCellRange
from openpyxl.worksheet.worksheet import Worksheet
from pandas.core.arrays._arrow_string_mixins import ArrowStringArrayMixin  # type: ignore[import-not-found]

from kesu.workbook import writing
from kesu.workbook.reading.reader import MEGABYTES, SECONDS, Reader
from kesu.workbook.writing import dashboard, items
from kesu.workbook.writing import register as sheet
from kesu.workbook.writing.entry import SPARE_ROWS

Cutting: Any = Tokenizer
Moving: Any = Translator
Opening: Any = ExcelReader
Merging: Any = MergedCellRange
Searching: Any = ArrowStringArrayMixin
READ_ALL: Final = Opening.read_worksheets
KNOWN_UNREAD: Final = frozenset(
    {"__class__", "__dict__", "title", "_WorkbookChild__title", "parent", "_WorkbookChild__parent", "_parent", "sheet_state", "defined_names"}
)  # fmt: skip


def share_reading_children() -> None:
    """A child that has answered all that it was asked serves the next reader (of the usual limits): starting one
    takes longer than reading most registers of these tests."""
    idle: list[subprocess.Popen[bytes]] = []
    owner = mock.Mock(_seconds=SECONDS, _megabytes=MEGABYTES)  # never ends, and no child with it
    start, stop = Reader._start, Reader._stop

    def usual(reader: Reader) -> bool:
        return (reader._seconds, reader._megabytes) == (SECONDS, MEGABYTES)

    def started(reader: Reader) -> subprocess.Popen[bytes]:
        if not usual(reader):
            return start(reader)
        while idle:
            if (child := idle.pop()).poll() is None:
                return child
        return start(owner)

    def stopped(reader: Reader) -> None:
        if usual(reader) and reader._asked is None and reader._child.poll() is None:
            idle.append(reader._child)
        else:
            stop(reader)

    Reader._start, Reader._stop = started, stopped  # type: ignore[method-assign, assignment]


def leave_few_rows_free(rows: int = 40) -> None:
    """New registers have so many empty rows instead of 300, each with fifty formulas that tests load and work out."""
    for module in (sheet, items):
        vars(module)["SPARE_ROWS"] = rows


@contextlib.contextmanager
def all_free_rows() -> Iterator[None]:
    """New registers are as users get them: for what is compared with the templates, and where empty rows count."""
    with (
        mock.patch.object(sheet, "SPARE_ROWS", SPARE_ROWS),
        mock.patch.object(items, "SPARE_ROWS", SPARE_ROWS),
    ):
        yield


def build_each_register_once() -> None:
    """The same rows and settings make the same workbook: it is built once and copied."""
    build, built = writing.build_register, dict[bytes, bytes]()

    @functools.wraps(build)
    def copied(path: Path | IO[bytes], *what: Any, **more: Any) -> None:
        columns = [
            column.key for column in vars(dashboard)["KPIS"]
        ]  # some tests build what an earlier version did
        key = pickle.dumps((what, sorted(more.items()), columns, vars(sheet)["SPARE_ROWS"]))
        if key not in built:
            build(made := io.BytesIO(), *what, **more)
            built[key] = made.getvalue()
        if isinstance(path, Path):
            path.write_bytes(built[key])
        else:
            path.write(built[key])

    writing.build_register = copied


def cut_each_formula_once() -> None:
    """openpyxl cuts a formula into tokens for each range that shares it; most workbooks here share the same ones."""
    cut, known = Cutting._parse, dict[str, list[Token]]()

    def parse(formula: Any) -> None:
        if formula.formula not in known:
            cut(formula)
            known[formula.formula] = formula.items
        formula.items = known[formula.formula]

    Cutting._parse = parse


def shift_only_what_moves() -> None:
    """openpyxl moves a shared formula to each cell of its range piece by piece; here the pieces that no move changes
    (most: names, columns of tables, absolute cells) are joined once for the whole range."""

    moved = functools.lru_cache(200_000)(Moving.translate_range)

    def translated(formula: Any, dest: str | None = None, row_delta: int = 0, col_delta: int = 0) -> str:
        if not hasattr(formula, "pieces"):
            formula.pieces = _pieces(formula)
        if dest:
            row, column = coordinate_to_tuple(dest)
            row_delta, col_delta = row - formula.row, column - formula.col
        return "".join(moved(text, row_delta, col_delta) if moves else text for moves, text in formula.pieces)

    Moving.translate_formula = translated


def _pieces(formula: Any) -> list[tuple[bool, str]]:
    """The formula cut where something moves: whether a piece does, its text."""
    tokens = formula.get_tokens()
    if not tokens or tokens[0].type == Token.LITERAL:
        return [(False, token.value) for token in tokens[:1]]
    pieces = [(False, "=")]
    for token in tokens:
        ranges = token.type == Token.OPERAND and token.subtype == Token.RANGE
        if ranges and Moving.translate_range(token.value, 1, 1) != token.value:
            pieces.append((True, token.value))
        elif pieces[-1][0]:
            pieces.append((False, token.value))
        else:
            pieces[-1] = (False, pieces[-1][1] + token.value)
    return pieces


def read_sheets_when_asked_for() -> None:
    """openpyxl reads a sheet of a workbook when somebody looks into it: most tests look into one of ten.

    What is wrong with a sheet shows only then: a test that a workbook opens must look into each of its sheets.
    """
    Opening.read_worksheets = _leave_unread


def _leave_unread(reader: Any) -> None:
    sheets = list(reader.parser.find_sheets())
    pivots = any("pivot" in name for name in reader.valid_files)
    if reader.read_only or reader.keep_vba or pivots or any("chartsheet" in rel.Type for _, rel in sheets):
        READ_ALL(reader)
        return
    reader.archive.fp.seek(0)
    archive = zipfile.ZipFile(
        io.BytesIO(reader.archive.fp.read())
    )  # the file may change before anybody looks
    for one, rel in sheets:
        if rel.target in reader.valid_files:
            unread = _Unread(reader.wb, one.name)
            unread.sheet_state = one.state
            unread.reader = SimpleNamespace(
                **{name: vars(reader)[name] for name in ("valid_files", "read_only", "shared_strings", "data_only", "rich_text")},
                archive=archive, wb=SimpleNamespace(create_sheet=lambda _, it=unread: it, vba_archive=None),
                parser=SimpleNamespace(find_sheets=lambda it=(one, rel): [it], pivot_caches={}),
            )  # fmt: skip
            reader.wb._add_sheet(unread)


class _Unread(Worksheet):
    """A sheet of which the title is known; whoever asks for more makes it read itself, and it is a Worksheet."""

    reader: Any

    def __getattribute__(self, name: str) -> Any:
        if name not in KNOWN_UNREAD and "reader" in object.__getattribute__(self, "__dict__"):
            reader = self.__dict__.pop("reader")
            self.__class__ = Worksheet  # type: ignore[assignment]
            with mock.patch.object(
                self.parent, "_duplicate_name", return_value=False
            ):  # it would look into all
                READ_ALL(reader)
        return object.__getattribute__(self, name)


def leave_borders_of_merged_cells() -> None:
    """openpyxl draws the borders of merged cells anew, side by side, each time that it reads a form; nobody looks."""
    Merging.format = lambda _: None


def parse_each_pattern_once() -> None:
    """pandas parses a pattern at every search, to know which engine may look for it; the checks have hundreds."""
    Searching._regex_nodes = staticmethod(functools.cache(Searching._regex_nodes))


def collect_garbage_seldom() -> None:
    """Whole workbooks live in a test's memory: looking through them for circles after every 700 objects is slow."""
    gc.set_threshold(50_000, 20, 20)
