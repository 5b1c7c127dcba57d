"""The cells of a sheet as bytes: taken apart without losing one, put together again with other values."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any, Final, NamedTuple
from xml.sax.saxutils import escape, unescape

import numpy as np
import pandas as pd

from kesu.workbook.calc.syntax import UnprovenError
from kesu.workbook.calc.values import BOOL, EMPTY, ERR, ERRORS, NUM, TEXT
from kesu.xlsx.address import column_number

_CELL: Final = re.compile(
    rb'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})("[^<>]*>'
    rb"(?:(?<=/>)|(?:<f[^<>]*>(?:(?<=/>)|[^<]*</f>))?(?:<v[^<>]*>(?:(?<=/>)|[^<]*</v>)|<is>(?:<t[^<>]*>(?:(?<=/>)|[^<]*</t>))?</is>)?</c>))"
)
"""Column, row and the rest. No part of it can reach over the next bracket, so a text of any kind is gone over once."""
_REST: Final = re.compile(
    rb'"([^<>]*?)/?>(<f([^<>]*)>(?:(?<=/>)|([^<]*)</f>))?(?:<v[^<>]*>([^<]*)(?:</v>)?|<is>(?:<t[^<>]*>([^<]*)(?:</t>)?)?</is>)?(?:</c>)?'
)
_TYPE: Final = re.compile(rb"""\st=(?:"([^"]*)"|'([^']*)')""")
_NUMBERED: Final = re.compile(r"&#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}));")
MOST_CELLS: Final = 4_000_000
"""Cells of one sheet that are taken apart; a sheet with more is left as it is."""

Scalar = tuple[int, float, str]
"""Kind, number, text, as `values.Vec` has them."""


class Cell(NamedTuple):
    """What a cell holds: its attributes, its formula element, that element's attributes and text, its value."""

    attributes: bytes
    formula: bytes
    formula_attributes: bytes
    formula_text: str | None
    kind: bytes
    value: str | None


class SheetCells:
    """The cells of one sheet by column. Raises `UnprovenError` for a sheet that is written in an unusual way."""

    def __init__(self, data: bytes, strings: Strings) -> None:
        count = data.count(b"<c ")
        if b"<!" in data or count > MOST_CELLS:
            raise UnprovenError("comments or sections of characters among the cells")
        self.pieces = _CELL.split(data)
        if (len(self.pieces) - 1) // 4 != count:
            raise UnprovenError("cells that are written in an unusual way")
        self.strings = strings
        letters = self.pieces[1::4]
        codes, names = pd.factorize(np.array(letters, dtype=object))
        rows = np.array(self.pieces[2::4], dtype="S7").astype(np.int64)
        order = np.argsort(codes, kind="stable")
        cuts = np.searchsorted(codes[order], range(len(names) + 1))
        self.columns: dict[int, tuple[Any, Any]] = {}
        for at, name in enumerate(names.tolist()):
            there = order[cuts[at] : cuts[at + 1]]
            if (np.diff(rows[there]) <= 0).any():
                raise UnprovenError("cells out of order")
            self.columns[column_number(name.decode())] = rows[there], there
        self._cells: dict[bytes, Cell] = {}
        self._written: dict[tuple[bytes, int, float, str], bytes] = {}

    def alike(self, indices: Any) -> tuple[Any, list[Cell]]:
        """For each cell, by its index, the number of what the cell is made of, and what that is."""
        rests = np.array([self.pieces[4 * at + 3] for at in indices.tolist()], dtype=object)
        codes, found = pd.factorize(rests)
        return codes, [self.cell(rest) for rest in found.tolist()]

    def cell(self, rest: bytes) -> Cell:
        """What a cell is made of."""
        found = self._cells.get(rest)
        if found is None:
            found = self._cells[rest] = _taken_apart(rest)
        return found

    def scalar(self, cell: Cell) -> Scalar:
        """What the cell says, its stored result where it holds a formula. Raises `UnprovenError` where there is none."""
        value = cell.value
        if value is None:
            if cell.formula:
                raise UnprovenError("a formula without a result")
            return (EMPTY, 0.0, "") if cell.kind != b"inlineStr" else (TEXT, 0.0, "")
        match cell.kind:
            case b"s":
                return TEXT, 0.0, self.strings.at(int(value))
            case b"str" | b"inlineStr":
                return TEXT, 0.0, value
            case b"b":
                return BOOL, float(value in {"1", "true"}), ""
            case b"e" if value in ERRORS:
                return ERR, float(ERRORS.index(value)), ""
            case b"n" | b"" if value.strip():
                return NUM, float(value), ""
        raise UnprovenError("a value of another kind")

    def put(self, at: int, kind: int, num: float, text: str) -> bool:
        """Store the result of the formula in this cell; whether it was another one before."""
        rest = self.pieces[4 * at + 3]
        key = rest, kind, num, text
        new = self._written.get(key)
        if new is None:
            new = self._written[key] = _written(self.cell(rest), rest, kind, num, text)
        self.pieces[4 * at + 3] = new
        return new != rest

    def data(self) -> bytes:
        """The sheet as it is now."""
        pieces = self.pieces.copy()
        pieces[1::4] = [b'<c r="' + letters for letters in pieces[1::4]]
        return b"".join(pieces)


def number_text(value: float) -> str:
    """A number as it stands in a cell."""
    return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _written(cell: Cell, rest: bytes, kind: int, num: float, text: str) -> bytes:
    """The cell with this result; ``rest`` itself if it has it already."""
    if _same(cell, kind, num, text):
        return rest
    types = {NUM: b"", TEXT: b' t="str"', BOOL: b' t="b"', ERR: b' t="e"'}
    shown = escape(text) if kind == TEXT else ERRORS[int(num)] if kind == ERR else number_text(num)
    attributes = _TYPE.sub(b"", cell.attributes) + types[kind]
    return b'"%b>%b<v>%b</v></c>' % (attributes, cell.formula, shown.encode())


def _same(cell: Cell, kind: int, num: float, said: str) -> bool:
    if cell.value is None:
        return False
    match cell.kind:
        case b"str":
            return kind == TEXT and cell.value == said
        case b"b":
            return kind == BOOL and cell.value == str(int(num))
        case b"e":
            return kind == ERR and cell.value == ERRORS[int(num)]
        case b"" | b"n" if kind == NUM and cell.value.strip():
            return abs(float(cell.value) - num) <= 1e-14 * abs(num)
    return False


def _taken_apart(rest: bytes) -> Cell:
    found = _REST.fullmatch(rest)
    if found is None:
        raise UnprovenError("a cell that is written in an unusual way")
    attributes, formula, own, shown, value, inline = found.groups()
    said = _TYPE.search(attributes)
    kind = (said[1] or said[2] or b"") if said else b""
    given = inline if kind == b"inlineStr" else value
    return Cell(attributes, formula or b"", own or b"", None if shown is None else plain(shown), kind,
                None if given is None else plain(given))  # fmt: skip


def plain(data: bytes) -> str:
    """Characters of an XML text."""
    text = data.decode()
    if "&#" in text:
        text = _NUMBERED.sub(lambda m: escape(chr(int(m[1], 16) if m[1] else int(m[2]))), text)
    return unescape(text, {"&quot;": '"', "&apos;": "'"}) if "&" in text else text


class Strings:
    """The texts that cells share; each is read when it is asked for."""

    def __init__(self, read: Callable[[], bytes]) -> None:
        self._read = read
        self._texts: dict[int, str] = {}

    @cached_property
    def _items(self) -> list[bytes]:
        data = self._read()
        if b"<!" in data:
            raise UnprovenError("comments among the shared texts")
        if b":si" in data:  # some programs write every name with a prefix
            data = re.sub(rb"(</?)[\w.-]+:(?=(?:si|rPh|t)[ />])", rb"\1", data)
        return re.split(rb"<si(?=[ />])", data)[1:]

    def at(self, index: int) -> str:
        """The text of this number."""
        if index not in self._texts:
            if not 0 <= index < len(self._items):
                raise UnprovenError("a shared text that is not there")
            first, *others = re.split(rb"<rPh(?=[ >])", self._items[index])  # how it is spoken
            item = first + b"".join(one.partition(b"</rPh>")[2] for one in others)
            self._texts[index] = "".join(map(plain, re.findall(rb"<t(?: [^<>]*)?>([^<]*)</t>", item)))
        return self._texts[index]
