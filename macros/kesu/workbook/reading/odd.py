"""Cells of a worksheet part that are not what they read as, found in one pass over its bytes.

The reader proper gives values alone, not what kind of cell each came from. Four kinds matter: error values,
formulas that no program has calculated, texts that look exactly like true dates or like numbers, and numbers so
long that their last digits are lost.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import IO, Final

from kesu.register.figures import INEXACT, TWO_WAYS, exponent
from kesu.xlsx.address import column_number

BLOCK: Final = 1 << 22
LONGEST: Final = 1 << 26
"""Bytes without the end of a row after which a block is looked at as it is."""
TAG: Final = 1 << 12
"""Bytes of the longest start tag of a cell; those that programs write are a hundredth of it."""
ISO_TEXT: Final = re.compile(rb">\s*(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?|%b)\s*</" % TWO_WAYS.encode())
_ERROR: Final = re.compile(rb"""\bt\s*=\s*["']e["']""")
_TYPED: Final = re.compile(rb"""\bt\s*=\s*["'](?:inlineStr|str)["']""")
_PLACE: Final = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["']""")
_MERGED: Final = re.compile(
    rb"""<(?:\w+:)?mergeCell\s[^<>]*?ref\s*=\s*["']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})["']"""
)
_PREFIX: Final = re.compile(rb"<(\w+:)?sheetData\b")
_PLAIN: Final = bytes.maketrans(b"123456789\t\n\r\v\fE'", b"0" * 9 + b" " * 5 + b'e"')
"""What looks alike as one: looking for a few words in that is much cheaper than a pattern over a whole part."""
_DATE: Final = b"0000-00-00 00:00:00"
_DECIMALS: Final = re.compile(rb"\.0000?\s*</")
_WHOLE: Final = re.compile(rb"[ >+-]0{1,4}\Z")
_EXPONENT: Final = re.compile(rb"e\+?000?</")

Place = tuple[int, int]
"""Excel row and 0-based column."""


@dataclass
class Odd:
    """What was found: error values and spoilt numbers by place, as they are to be read; formulas without a value;
    texts that look like true dates or numbers; merged cells (rows of Excel, 0-based columns: top, left, bottom, right)."""

    errors: dict[Place, str] = field(default_factory=dict)
    uncached: list[Place] = field(default_factory=list)
    dates: list[Place] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def odd_cells(sheet: IO[bytes], iso_strings: Collection[int], *, merged: bool = True) -> Odd:
    """Read a worksheet part to its end. ``iso_strings``: numbers of the shared strings that look like true dates;
    ``merged``: whether merged cells are looked for.

    Texts in the cells themselves are looked for where the part's beginning or end has such texts or formulas.
    """
    found = Odd()
    scan: _Scan | None = None
    for block, edge in _blocks(sheet):
        scan = scan or _Scan(block, {b"%d" % number for number in iso_strings}, merged=merged)
        scan.look(block, found, edge=edge)
    return found


def plain(block: bytes) -> bytes:
    """``block`` with every digit as 0, every blank as a space, E and e, " and ' as one."""
    return block.translate(_PLAIN)


def may_hold_iso(alike: bytes) -> bool:
    """Whether `ISO_TEXT` may be found in a block that is `plain`; False is certain."""
    return _DATE in alike or any(
        _WHOLE.search(alike, max(hit.start() - 5, 0), hit.start()) for hit in _DECIMALS.finditer(alike)
    )


class _Scan:
    """Looks through one part, whose elements are written with one namespace prefix."""

    def __init__(self, first: bytes, shared: set[bytes], *, merged: bool = True) -> None:
        start = _PREFIX.search(first)
        p = (start[1] or b"") if start else b""
        self.merged, self.begin = (
            merged,
            start.end() if start else 0,
        )  # where the cells begin: every part has blanks before
        self.shared, self.cell, self.formula = shared, b"<%bc " % p, b"</%bf>" % p
        self.formulas = self.inline = False
        self.value = re.compile(rb"<%bv>([^<]*)</" % p)
        self.uncached = re.compile(
            rb"(?:</%bf>|<%bf\b[^<>]*/>)\s*+(?:<%bv\s*+/>\s*+|<%bv>\s*+</%bv>\s*+)?</%bc>" % ((p,) * 6)
        )
        self.cut, self.valueless = b"<%bv>0000000000000000" % p, b"<%bv></%bv></%bc>" % ((p,) * 3)
        self.ends = b"</%bf></%bc>" % (p, p), b"/></%bc>" % p
        self.text = re.compile(rb"""t="str"><%bf[^<]*+(?:</%bf>)?<%bv></%bv></%bc>""" % ((p,) * 5))
        self.empty = re.compile(  # what kesu's own formulas for text mostly come to; only spares looking closer
            rb"""<%bc [^<>]{0,256}t="str"[^<>]{0,256}><%bf\b(?:[^<>]{0,256}/>|[^<>]*+>[^<]*+</%bf>)<%bv></%bv></%bc>"""
            % ((p,) * 6)
        )
        self.long = re.compile(rb"<%bv>([0-9]{16,400}|[0-9](?:\.[0-9]{1,20})?[Ee]\+?[0-9]{2,3})</" % p)
        self.number = re.compile(rb"""(?<=t="s")[^<>]{0,256}>\s*+<%bv>(\d++)</""" % p)

    def look(self, block: bytes, found: Odd, *, edge: bool) -> None:
        """Add what is odd in one block; ``edge``: the first or the last of the part."""
        self.formulas = self.formulas or self.formula in block
        self.inline = self.inline or (edge and b"inlineStr" in block)
        alike = plain(block)
        if self.merged and b"mergeCell " in block:
            found.merged += [
                (int(hit[2]), column_number(hit[1]) - 1, int(hit[4]), column_number(hit[3]) - 1)
                for hit in _MERGED.finditer(block)
            ]
        if self.cut in alike or _EXPONENT.search(alike):
            found.errors.update(self._spoilt(block))
        if b't="e"' in alike:
            found.errors.update(self._errors(block))
        if self.formulas and not self._calculated(block, alike):
            found.uncached += self._uncached(block)
        if (self.formulas or self.inline) and may_hold_iso(alike):
            found.dates += self._typed_dates(block)
        if self.shared:
            found.dates += self._shared_dates(block)
        self.begin = 0

    def _calculated(self, block: bytes, alike: bytes) -> bool:
        """Whether every formula has a value or is one for text, as programs write them; False: it takes a closer look."""
        if alike.find(b"> ", self.begin) >= 0 or any(end in block for end in self.ends):
            return False
        without = block.count(self.valueless)
        return not without or without == len(self.text.findall(block))

    def _errors(self, block: bytes) -> Iterator[tuple[Place, str]]:
        cells, value = _Cells(block, self.cell), self.value.search(block)
        for hit in _ERROR.finditer(block):
            while value is not None and value.start() < hit.end():
                value = self.value.search(block, value.end())
            if value is None:
                return
            place, _, following = cells.at(hit.start())
            if place and value[1] and not 0 <= following < value.start():
                yield place, value[1].decode("utf-8", "replace")

    def _spoilt(self, block: bytes) -> Iterator[tuple[Place, str]]:
        cells = _Cells(block, self.cell)
        for hit in self.long.finditer(block):
            place, tag, _ = cells.at(hit.start())
            if place and float(hit[1]) >= INEXACT and not _TYPED.search(tag):
                yield place, exponent(float(hit[1]))

    def _uncached(self, block: bytes) -> Iterator[Place]:
        cells, texts = _Cells(block, self.cell), {hit.end() for hit in self.empty.finditer(block)}
        for hit in self.uncached.finditer(block):
            if hit.end() in texts:  # a formula for text may well have come to nothing
                continue
            place, tag, _ = cells.at(hit.start())
            if place and not _TYPED.search(tag):
                yield place

    def _typed_dates(self, block: bytes) -> Iterator[Place]:
        cells = _Cells(block, self.cell)
        for hit in ISO_TEXT.finditer(block):
            place, tag, _ = cells.at(hit.start())
            if place and _TYPED.search(tag):
                yield place

    def _shared_dates(self, block: bytes) -> Iterator[Place]:
        cells = _Cells(block, self.cell)
        for hit in self.number.finditer(block):
            if hit[1] in self.shared and (place := cells.at(hit.start())[0]):
                yield place


class _Cells:
    """The cells in which places of a block lie, asked for from its beginning to its end: no byte is looked at twice."""

    def __init__(self, block: bytes, cell: bytes) -> None:
        self.block, self.cell, self.asked = block, cell, 0
        self.place: Place | None = None
        self.tag, self.following = b"", block.find(cell)

    def at(self, offset: int) -> tuple[Place | None, bytes, int]:
        """Where the cell stands in which a byte lies, its start tag, and where the next cell begins (-1: nowhere)."""
        start = self.block.rfind(self.cell, max(self.asked - len(self.cell), 0), offset)
        self.asked = offset
        if 0 <= self.following <= start:
            self.following = self.block.find(self.cell, start + 1)
            end = start + TAG if self.following < 0 else min(self.following, start + TAG)
            self.tag = self.block[start:end].partition(b">")[0]
            name = _PLACE.search(self.tag)
            self.place = (int(name[2]), column_number(name[1]) - 1) if name else None
        return self.place, self.tag, self.following


def _blocks(sheet: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The part in blocks that end between two rows, and whether each is the first or the last."""
    rest, first = b"", True
    chunk = sheet.read(BLOCK)
    while chunk:
        following = sheet.read(BLOCK)
        rest += chunk
        cut = rest.rfind(b"row>") + 4 if following else len(rest)
        if cut >= 4 or len(rest) >= LONGEST:
            cut = cut if cut >= 4 else len(rest)
            yield rest[:cut], first or not following
            rest, first = rest[cut:], False
        chunk = following
