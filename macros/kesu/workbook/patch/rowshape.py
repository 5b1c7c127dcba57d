"""Rows that look like one another, recognised without reading their cells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kesu.xlsx.address import letters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kesu.workbook.patch.rowreader import Cell

_ROW: Final = re.compile(rb'<row r="[0-9]+"([^<>]*)(?<!/)>')
_REST: Final = (
    rb'(?:/>|(?: t="[A-Za-z]+")?>(?:<v>[^<]*</v>|<is><t(?: xml:space="preserve")?>[^<]*</t></is>)</c>)'
)
"""What follows a cell's style: a value or nothing, never a formula."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A row whose cells of a block stand first, side by side, each with a style of its own and no formula.

    ``pattern`` matches any row of that shape; its groups are the row's number and those cells. ``starts`` are the
    cells' tags up to the row's number and from there to their end; ``styles`` goes by column number, ``look`` holds
    the row's own attributes.
    """

    pattern: re.Pattern[bytes]
    starts: tuple[tuple[str, str], ...]
    styles: dict[int, str]
    look: dict[str, str]

    @classmethod
    def of(cls, row: bytes, cells: Sequence[Cell], look: dict[str, str]) -> Shape | None:
        """The shape of ``row``, which ``cells`` are in; None where it is not such a row."""
        found = _ROW.match(row)
        styles = {cell.column: cell.style for cell in cells if cell.style and cell.style != "0"}
        if found is None or len(styles) < len(cells) or not all(map(str.isdecimal, styles.values())):
            return None
        starts = tuple((f'<c r="{letters(column)}', f'" s="{style}"') for column, style in styles.items())
        inner = b"".join(head.encode() + b"(?P=row)" + tail.encode() + _REST for head, tail in starts)
        pattern = rb'<row r="(?P<row>[0-9]+)"%b>(?P<cells>%b)' % (re.escape(found[1]), inner)
        return cls(re.compile(pattern), starts, styles, look)
