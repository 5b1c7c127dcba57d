"""Reading the cells of a few rows, each with the bytes it stands on.

Rows written the plain way, as kesu and most programs do, are read by one regular expression; whatever is not exactly
so goes through expat, which knows all of XML and takes five times as long.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.parsers import expat

from kesu.workbook.patch.refuse import damaged
from kesu.workbook.patch.xmlbytes import TAG, Node
from kesu.xlsx.address import cell_at, cell_name, column_number

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

_ROW, _CELL = 2, 3
"""Depths in the wrapped fragment."""
_PLAIN: Final = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")?'
    rb'(?:/>|>(?:<f>([^<&\r]*)</f>)?(?:<v>([^<&\r]*)</v>|<v/>|<is><t(?: xml:space="preserve")?>([^<\r]*)</t></is>)?</c>)'
    rb"|<row([^<>&]*)>|</row>"
)
_ATTRIBUTE: Final = re.compile(rb"""(?<!\s)\s++([^\s=]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)')""")
_ENTITY: Final = re.compile("&(?!(?:amp|lt|gt);)")


class Cell(NamedTuple):
    """A cell as found. ``formula`` is its text ("" for a child of a shared formula), None without one."""

    column: int
    start: int
    end: int
    style: str | None
    numbered: bool
    kind: str
    text: str | None
    formula: str | None
    formula_kind: str = ""
    shared: str = ""


@dataclass(slots=True)
class Row:
    """A row as found; ``node`` holds its offsets and attributes."""

    number: int
    node: Node
    numbered: bool
    cells: dict[int, Cell] = field(default_factory=dict)


def plain_rows(
    xml: bytes, start: int, numbers: Sequence[int], unnumbered: Container[int]
) -> list[Row] | None:
    """What `RowReader` would read, if every byte is written the plain way and in order; None if not."""
    rows: list[Row] = []
    at, before, cells, name = 0, 0, {}, b""
    for found in _PLAIN.finditer(xml):
        begin, end = found.span()
        if begin != at:
            return None
        at = end
        letters, digits, style, kind, formula, value, text, attributes = found.groups()
        if letters is not None:
            column = column_number(letters)
            words = value or text
            shown = None if not words else words.decode() if b"&" not in words else _unescaped(words)
            if column <= before or digits != name or shown == "":
                return None
            before = column
            cells[column] = Cell(
                column,
                begin + start,
                end + start,
                None if style is None else style.decode(),
                True,
                kind.decode() if kind else "",
                shown,
                None if formula is None else formula.decode(),
            )
        elif attributes is not None:
            if len(rows) == len(numbers):
                return None
            number = numbers[len(rows)]
            attrs = {m[1].decode(): (m[2] or m[3] or b"").decode() for m in _ATTRIBUTE.finditer(attributes)}
            node = Node("", "row", attrs, begin + start, end + start)
            if attributes.endswith(b"/"):
                node.close = node.end = node.inner
            before, cells, name = 0, {}, str(number).encode()
            rows.append(Row(number, node, number not in unnumbered, cells))
        else:
            rows[-1].node.close, rows[-1].node.end = begin + start, end + start
    return rows if at == len(xml) else None


def _unescaped(words: bytes) -> str:
    """Text without its escapes; "" where there are any but those of ``& < >``."""
    text = words.decode()
    if _ENTITY.search(text):
        return ""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


class RowReader:
    """Reads a run of whole rows that begins at byte ``start`` of its part."""

    def __init__(self, xml: bytes, start: int, where: str) -> None:
        # Prefixes may be unbound in a fragment, so namespaces are off and offsets count from the wrapper.
        self.xml, self.where = b"<rows>" + xml + b"</rows>", where
        self.shift = start - len(b"<rows>")
        self.rows: list[Row] = []
        self.depth = 0
        self.empty = True
        self.phonetic = 0
        self.attrs: dict[str, str] = {}
        self.at = -1
        self.formula_attrs: dict[str, str] | None = None
        self.text: list[str] = []
        self.formula: list[str] = []
        self.into: list[str] | None = None

    def read(self, numbers: Sequence[int], unnumbered: Container[int]) -> list[Row]:
        """The rows, which are known to have these numbers; fewer or more if the fragment is not what it seemed."""
        self.numbers, self.unnumbered = numbers, unnumbered
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        try:
            parser.Parse(self.xml, True)
        except expat.ExpatError as error:
            raise damaged(self.where, str(error)) from None
        return self.rows

    def _start(self, name: str, attrs: dict[str, str]) -> None:
        self.depth += 1
        tag = name.rpartition(":")[2]
        if self.depth > _CELL:
            self.empty = False
            if tag == "f":
                self.formula_attrs, self.into = attrs, self.formula
            elif tag == "v" or (tag == "t" and not self.phonetic):
                self.into = self.text
            elif tag == "rPh":
                self.phonetic = self.depth
        elif self.depth == _CELL:
            self.attrs, self.at, self.empty = attrs, self.parser.CurrentByteIndex if tag == "c" else -1, True
            self.formula_attrs, self.text, self.formula = None, [], []
        elif self.depth == _ROW and tag == "row":
            self._start_row(attrs)

    def _start_row(self, attrs: dict[str, str]) -> None:
        if len(self.rows) == len(self.numbers):
            raise damaged(self.where, "rows in a row")
        number, at = self.numbers[len(self.rows)], self.parser.CurrentByteIndex
        found = TAG.match(self.xml, at)
        inner = found.end() if found else at
        node = Node("", "row", attrs, at + self.shift, inner + self.shift)
        if self.xml[inner - 2 : inner] == b"/>":
            node.close = node.end = node.inner
        self.rows.append(Row(number, node, number not in self.unnumbered))

    def _end(self, _name: str) -> None:
        if self.depth > _CELL:
            self.into = None
            if self.phonetic == self.depth:
                self.phonetic = 0
        elif self.depth == _CELL and self.at >= 0 and self.rows:
            self._end_cell(self.rows[-1])
        elif self.depth == _ROW and self.rows and self.rows[-1].node.end < 0:
            node, close = self.rows[-1].node, self.parser.CurrentByteIndex
            node.close, node.end = close + self.shift, self.xml.index(b">", close) + 1 + self.shift
        self.depth -= 1

    def _end_cell(self, row: Row) -> None:
        end = self.parser.CurrentByteIndex
        if self.empty:  # <c/> or <c></c>: expat does not tell
            found = TAG.match(self.xml, self.at)
            end = found.end() if found else end
            if self.xml[end - 2 : end] != b"/>":
                end = self.xml.index(b">", self.xml.index(b"</", end)) + 1
        else:
            end = self.xml.index(b">", end) + 1
        ref, before = self.attrs.get("r"), next(reversed(row.cells), 0)
        column = before + 1 if ref is None else self._column(ref, row.number)
        if column <= before:
            raise damaged(self.where, f"cell {cell_name(row.number, column)} out of order")
        spanning = self.formula_attrs or {}
        row.cells[column] = Cell(
            column,
            self.at + self.shift,
            end + self.shift,
            self.attrs.get("s"),
            ref is not None,
            self.attrs.get("t", ""),
            "".join(self.text) or None,
            None if self.formula_attrs is None else "".join(self.formula),
            spanning.get("t", ""),
            spanning.get("si", ""),
        )

    def _column(self, ref: str, number: int) -> int:
        letters = ref.rstrip("0123456789")
        try:
            if ref[len(letters) :] != str(number) and cell_at(ref)[0] != number:
                raise damaged(self.where, f"cell {ref} in row {number}")
            return column_number(letters)
        except ValueError as error:
            raise damaged(self.where, str(error)) from None

    def _characters(self, text: str) -> None:
        if self.into is not None:
            self.into.append(text)
