"""The rows of a sheet at byte offsets, found without unpacking every cell of a large sheet.

Row starts come from one regular expression over the bytes, which is exact because in well-formed XML a ``<``
is always markup once comments, CDATA sections and processing instructions are blanked out. Cells are read
only in the rows that are asked for.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from kesu.workbook.patch.refuse import damaged
from kesu.workbook.patch.rowreader import RowReader, plain_rows
from kesu.xlsx.address import LAST_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kesu.workbook.patch.rowreader import Row

_NOT_MARKUP = re.compile(rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)", re.DOTALL)
_ROW = re.compile(rb"""<(?:[^\s<>/:]+:)?row(?=[\s/>])([^<>"']*+(?:(?:"[^<"]*"|'[^<']*')[^<>"']*+)*+)>""")
_PLAIN_ROW = re.compile(rb"""<row(?=[\s/>])([^<>"']*+(?:(?:"[^<"]*"|'[^<']*')[^<>"']*+)*+)>""")
_NUMBER_FIRST = re.compile(rb"""\s+r\s*=\s*["']([0-9]+)["']""")
_ATTRIBUTE = re.compile(rb"""(?<!\s)\s++([^\s=]++)\s*+=\s*+("[^"]*"|'[^']*')""")
_FORMULA = re.compile(rb"""<(?:[^\s<>/:]+:)?f(?=\s)([^<>"']*+(?:(?:"[^<"]*"|'[^<']*')[^<>"']*+)*+)>""")


_BATCH = 256


def blanked(data: bytes) -> bytes:
    """``data`` with everything that is not markup turned to spaces, every offset the same."""
    if data.find(b"<!") < 0 and data.rfind(b"<?") <= 3:
        return data
    return _NOT_MARKUP.sub(lambda found: b" " * len(found[0]), data)


class Rows:
    """The rows between ``first`` and ``last`` byte of a sheet part (the inside of its sheetData)."""

    def __init__(self, data: bytes, shadow: bytes, first: int, last: int, where: str) -> None:
        self.data, self.shadow, self.first, self.last, self.where = data, shadow, first, last, where
        self.starts, self.numbers = array("Q"), array("L")
        self.unnumbered: set[int] = set()
        before = 0
        # A literal "<row" is found five times as fast; any other prefix needs the general expression.
        plain = shadow.find(b":row", first, last) < 0
        for found in (_PLAIN_ROW if plain else _ROW).finditer(shadow, first, last):
            number = _row_number(found[1])
            if number is None:
                number = before + 1
                self.unnumbered.add(number)
            if not before < number <= LAST_ROW:
                raise damaged(where, f"row {number} after row {before}")
            self.starts.append(found.start())
            self.numbers.append(number)
            before = number

    def byte_for(self, number: int) -> int:
        """The byte where a missing row of that number belongs."""
        at = bisect_left(self.numbers, number)
        return self.starts[at] if at < len(self.starts) else self.last

    def bytes_of(self, number: int) -> tuple[int, int] | None:
        """From where to where the row of that number stands, if it is there."""
        at = bisect_left(self.numbers, number)
        if at == len(self.numbers) or self.numbers[at] != number:
            return None
        return self.starts[at], self.starts[at + 1] if at + 1 < len(self.starts) else self.last

    def holds(self, number: int, xml: bytes) -> bool:
        """Whether the row of that number is there and these bytes stand in it."""
        span = self.bytes_of(number)
        return span is not None and self.data.find(xml, *span) >= 0

    def between(self, top: int, bottom: int) -> Iterator[Row]:
        """The rows there are from ``top`` to ``bottom``, cells parsed, a few hundred rows in memory at a time."""
        low, high = bisect_left(self.numbers, top), bisect_left(self.numbers, bottom + 1)
        for start in range(low, high, _BATCH):
            yield from self._parsed(start, min(start + _BATCH, high))

    def upwards(self, bottom: int, top: int) -> Iterator[Row]:
        """The same rows from the last to the first."""
        low, high = bisect_left(self.numbers, top), bisect_left(self.numbers, bottom + 1)
        for end in range(high, low, -_BATCH):
            yield from reversed(self._parsed(max(end - _BATCH, low), end))

    def at(self, offset: int) -> Row:
        """The row in which a byte stands."""
        index = bisect_right(self.starts, offset) - 1
        return self._parsed(index, index + 1)[0]

    def _parsed(self, low: int, high: int) -> list[Row]:
        start = self.starts[low]
        end = self.starts[high] if high < len(self.starts) else self.last
        numbers = self.numbers[low:high]
        xml = self.data[start:end]
        rows = plain_rows(xml, start, numbers, self.unnumbered)
        if rows is None:
            rows = RowReader(xml, start, self.where).read(numbers, self.unnumbered)
        if len(rows) != high - low:
            raise damaged(self.where, f"row {self.numbers[low]}")
        return rows

    def spans(self) -> Iterator[dict[str, str]]:
        """The attributes of every formula that reaches over several cells: array, data table, shared."""
        for found in _FORMULA.finditer(self.shadow, self.first, self.last):
            if b"t" in found[1]:
                attrs = {m[1].decode(): m[2][1:-1].decode() for m in _ATTRIBUTE.finditer(found[1])}
                if attrs.get("t") in {"array", "dataTable", "shared"}:
                    yield attrs | {"at": str(found.start())}


def _row_number(attributes: bytes) -> int | None:
    if found := _NUMBER_FIRST.match(attributes):
        return int(found[1])
    number = next((m[2][1:-1] for m in _ATTRIBUTE.finditer(attributes) if m[1] == b"r"), None)
    return int(number) if number and number.isdigit() else None
