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
ISO_TEXT: Final = re.compile(
    rb">\s*+(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?+|%b)\s*+</" % TWO_WAYS.encode()
)
_ENDS: Final = re.compile(rb"9(?:\.9999?|:99:99(?:\.9+)?)\s*+</")
"""How all of `ISO_TEXT` ends, in kinds; it is found faster."""
_ERROR: Final = re.compile(rb"""\bt\s*=\s*["']e["']""")
_TYPED: Final = re.compile(rb"""\bt\s*=\s*["'](?:inlineStr|str)["']""")
_ADDRESS: Final = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["']""")
_MERGED: Final = re.compile(
    rb"""<(?:\w+:)?mergeCell\s[^<>]*?ref\s*=\s*["']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})["']"""
)
_PREFIX: Final = re.compile(rb"<(\w+:)?sheetData\b")
_BLANKS: Final = bytes.maketrans(b"\t\n\r\v\f", b" " * 5)
_KINDS: Final = bytes.maketrans(
    b"012345678ABCDFGHIJKLMNOPQRTUVWXYZ\t\n\r\v\f'", b"9" * 9 + b"A" * 24 + b" " * 5 + b'"'
)
"""What makes cells of one kind differ, as one. E and S stay: they are letters of exponents and of ``inlineStr``."""
FEW: Final = 2000
"""Cells that may all differ."""
_MERGE: Final = b"mergeCell".translate(_KINDS)
WINDOW: Final = 1 << 16
"""Bytes that are taken apart at a time; more would not stay near the processor."""

Address = tuple[int, int]
"""Excel row and 0-based column."""


@dataclass
class Odd:
    """What was found: error values and spoilt numbers by address, as they are to be read; formulas without a value;
    texts that look like true dates or numbers; merged cells (rows of Excel, 0-based columns: top, left, bottom, right)."""

    errors: dict[Address, str] = field(default_factory=dict)
    uncached: list[Address] = field(default_factory=list)
    dates: list[Address] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def odd_cells(
    sheet: IO[bytes], iso_strings: Collection[int], *, merged: bool = True, kinds: bytes | None = None
) -> Odd:
    """Read a worksheet part to its end. ``iso_strings``: numbers of the shared strings that look like true dates;
    ``merged``: whether merged cells are looked for; ``kinds``: what `kinds_of` says of the part, if that is known."""
    found = Odd()
    exact: _Scan | None = None
    for block in _blocks(sheet):
        if exact is None:
            prefix = _prefix(block)
            exact, alike = _Scan(prefix), _Scan(prefix.translate(_KINDS))
        cells = kinds_of(block, prefix) if kinds is None else kinds
        if any(alike.spoilt(cells)):
            found.errors.update(exact.spoilt(block))
        if b'"e"' in cells and any(alike.errors(cells)):
            found.errors.update(exact.errors(block))
        if alike.formula in cells and any(alike.uncached(cells)):
            found.uncached += exact.uncached(block)
        if _ENDS.search(cells) and any(alike.typed_dates(cells)):
            found.dates += exact.typed_dates(block)
        if iso_strings:
            found.dates += exact.shared_dates(block, {b"%d" % number for number in iso_strings})
        if merged and _MERGE in cells:
            found.merged += [
                (int(hit[2]), column_number(hit[1]) - 1, int(hit[4]), column_number(hit[3]) - 1)
                for hit in _MERGED.finditer(block)
            ]
    return found


def kinds_of(part: bytes, prefix: bytes | None = None) -> bytes:
    """The cells of a part, each kind once: digits are 9, capital letters (but E and S) A, blanks spaces, ' is ".

    Most cells of a sheet differ in nothing else. A pattern that takes any digit for any other, finds larger numbers than
    those it looks for, and looks at one cell at a time, finds in this whatever it finds in the part; where it finds nothing,
    in a tenth of the time, nothing is there. Where most cells do differ, it is the whole part. ``prefix``: of the names of
    elements, where the part does not tell.
    """
    cell = b"<%bc " % (_prefix(part) if prefix is None else prefix)
    alike, at, count = cell.translate(_KINDS), 0, FEW
    seen: set[bytes] = set()
    while at < len(part):
        end = part.rfind(cell, at + 1, at + WINDOW) if at + WINDOW < len(part) else len(part)
        if end < 0 and (end := part.find(cell, at + WINDOW - len(cell))) < 0:  # no cell is cut
            end = len(part)
        cells = part[at:end].translate(_KINDS).split(alike)
        seen.update(cells)
        at, count = end, count + len(cells)
        if len(seen) > count // 2:  # texts in the cells themselves: going on costs more than it spares
            return part.translate(_KINDS)
    return alike + alike.join(seen)


def may_hold_iso(part: bytes) -> bool:
    """Whether `ISO_TEXT` may be found; False is certain."""
    return _ENDS.search(part.translate(_KINDS)) is not None


def _prefix(part: bytes) -> bytes:
    """What the names of a part's elements begin with."""
    start = _PREFIX.search(part)
    return (start[1] or b"") if start else b""


class _Scan:
    """Looks for what is odd in blocks of a part, whose elements are written with one namespace prefix."""

    def __init__(self, prefix: bytes) -> None:
        p = prefix
        self.cell, self.formula = b"<%bc " % p, b"<%bf" % p
        self.value = re.compile(rb"<%bv>([^<]*)</" % p)
        self.valueless = re.compile(
            rb"(?:</%bf>|<%bf\b[^<>]*/>)\s*+(?:<%bv\s*+/>\s*+|<%bv>\s*+</%bv>\s*+)?</%bc>" % ((p,) * 6)
        )
        self.empty = re.compile(  # what kesu's own formulas for text mostly come to; only spares looking closer
            rb"""<%bc [^<>]{0,256}t="str"[^<>]{0,256}><%bf\b(?:[^<>]{0,256}/>|[^<>]*+>[^<]*+</%bf>)<%bv></%bv></%bc>"""
            % ((p,) * 6)
        )
        self.long = re.compile(rb"<%bv>([0-9]{16,400}|[0-9](?:\.[0-9]{1,20})?[Ee]\+?[0-9]{2,3})</" % p)
        self.number = re.compile(rb"""(?<=t=["']s["'])[^<>]{0,256}>\s*+<%bv>(\d++)</""" % p)

    def errors(self, block: bytes) -> Iterator[tuple[Address, str]]:
        """Error values, and what they say."""
        cells, value = _Cells(block, self.cell), self.value.search(block)
        for hit in _ERROR.finditer(block):
            while value is not None and value.start() < hit.end():
                value = self.value.search(block, value.end())
            if value is None:
                return
            address, _, following = cells.at(hit.start())
            if address and value[1].strip() and not 0 <= following < value.start():
                yield address, value[1].decode("utf-8", "replace")

    def spoilt(self, block: bytes) -> Iterator[tuple[Address, str]]:
        """Numbers whose last digits are lost, as they are shown."""
        cells = _Cells(block, self.cell)
        for hit in self.long.finditer(block):
            address, tag, _ = cells.at(hit.start())
            if address and float(hit[1]) >= INEXACT and not _TYPED.search(tag):
                yield address, exponent(float(hit[1]))

    def uncached(self, block: bytes) -> Iterator[Address]:
        """Formulas that no program has calculated."""
        cells, texts = _Cells(block, self.cell), None
        for hit in self.valueless.finditer(block):
            if texts is None:
                texts = {hit.end() for hit in self.empty.finditer(block)}
            if hit.end() in texts:  # a formula for text may well have come to nothing
                continue
            address, tag, _ = cells.at(hit.start())
            if address and not _TYPED.search(tag):
                yield address

    def typed_dates(self, block: bytes) -> Iterator[Address]:
        """Texts in the cells themselves that look like true dates or numbers."""
        cells = _Cells(block, self.cell)
        for hit in ISO_TEXT.finditer(block):
            address, tag, _ = cells.at(hit.start())
            if address and _TYPED.search(tag):
                yield address

    def shared_dates(self, block: bytes, shared: Collection[bytes]) -> Iterator[Address]:
        """Cells that hold one of these shared strings."""
        cells = _Cells(block, self.cell)
        for hit in self.number.finditer(block):
            if hit[1] in shared and (address := cells.at(hit.start())[0]):
                yield address


class _Cells:
    """The cells in which places of a block lie, asked for from its beginning to its end: no byte is looked at twice."""

    def __init__(self, block: bytes, cell: bytes) -> None:
        self.block, self.cell, self.asked = block, cell, 0
        self.address: Address | None = None
        self.tag, self.following = b"", -2

    def at(self, offset: int) -> tuple[Address | None, bytes, int]:
        """Where the cell stands in which a byte lies, its start tag, and where the next cell begins (-1: nowhere)."""
        if self.following == -2:  # nothing was asked for before
            self.block = self.block.translate(_BLANKS)
            self.following = self.block.find(self.cell)
        start = self.block.rfind(self.cell, max(self.asked - len(self.cell), 0), offset)
        self.asked = offset
        if 0 <= self.following <= start:
            self.following = self.block.find(self.cell, start + 1)
            end = start + TAG if self.following < 0 else min(self.following, start + TAG)
            self.tag = self.block[start:end].partition(b">")[0]
            name = _ADDRESS.search(self.tag)
            self.address = (int(name[2]), column_number(name[1]) - 1) if name else None
        return self.address, self.tag, self.following


def _blocks(sheet: IO[bytes]) -> Iterator[bytes]:
    """The part in blocks that end between two rows."""
    rest = b""
    chunk = sheet.read(BLOCK)
    while chunk:
        following = sheet.read(BLOCK)
        rest += chunk
        cut = rest.rfind(b"row>") + 4 if following else len(rest)
        if cut >= 4 or len(rest) >= LONGEST:
            cut = cut if cut >= 4 else len(rest)
            yield rest[:cut]
            rest = rest[cut:]
        chunk = following
