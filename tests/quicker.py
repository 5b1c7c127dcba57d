"""What makes the tests quicker and changes nothing that they see; `tests/conftest.py` switches it on."""

from __future__ import annotations

import contextlib
import functools
import gc
import io
import pickle
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from unittest import mock

from openpyxl.formula.tokenizer import Token
from openpyxl.formula.translate import Translator
from openpyxl.utils.cell import coordinate_to_tuple

from kesu.workbook import writing
from kesu.workbook.reading.reader import MEGABYTES, SECONDS, Reader
from kesu.workbook.writing import dashboard, items
from kesu.workbook.writing import register as sheet

Moving: Any = Translator


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


@contextlib.contextmanager
def few_free_rows(rows: int = 40) -> Iterator[None]:
    """New registers have so many empty rows instead of 300, each with fifty formulas that tests load and work out."""
    with mock.patch.object(sheet, "SPARE_ROWS", rows), mock.patch.object(items, "SPARE_ROWS", rows):
        yield


def build_each_register_once() -> None:
    """The same rows and settings make the same workbook: it is built once and copied."""
    build, built = writing.build_register, dict[bytes, bytes]()

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


def collect_garbage_seldom() -> None:
    """Whole workbooks live in a test's memory: looking through them for circles after every 700 objects is slow."""
    gc.set_threshold(50_000, 20, 20)
