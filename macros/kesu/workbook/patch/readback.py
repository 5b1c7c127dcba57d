"""Reading a patched part again: does every value stand where it was put?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kesu.workbook.patch.refuse import damaged
from kesu.workbook.patch.sheetxml import rows_of
from kesu.workbook.patch.xmlbytes import check

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kesu.workbook.patch.sheetxml import Sheet

BLANK: Final = 0
"""The mark of a blank cell."""
_LARGE: Final = 32 * 1024 * 1024
"""Bytes of a part from which only its frame and the written rows are parsed again, not the rest of it."""


def mark(text: str, kind: str) -> int:
    """What is remembered of a cell that was written: its text (or formula) and its ``t`` attribute."""
    return hash((text, kind))


def confirm(
    sheet: Sheet, data: bytes, pieces: Sequence[tuple[int, bytes]], marks: Mapping[tuple[int, int], int]
) -> None:
    """Refuse unless ``data``, the new bytes of ``sheet``, holds what was written.

    ``pieces`` (row, XML) must stand in their rows byte for byte; of the cells that ``marks`` tells of (row, column),
    each is read.
    """
    written = b"<rows>%b</rows>" % b"".join(xml for _, xml in pieces)
    check(written if len(data) > _LARGE else data, sheet.where)
    rows = rows_of(data, sheet.where)
    for number, xml in pieces:
        if not rows.holds(number, xml):
            raise damaged(f"{sheet.where}, {number}", "row reads back differently")
    if not marks:
        return
    wanted = {cell: value for cell, value in marks.items() if value != BLANK}
    for row in rows.between(min(marks)[0], max(marks)[0]):
        for column, cell in row.cells.items():
            shown = cell.formula or cell.text
            if (row.number, column) not in marks or not shown:
                continue
            if wanted.pop((row.number, column), BLANK) != mark(shown, cell.kind):
                raise damaged(sheet.cell(row.number, column), f"{cell} reads back differently")
    if wanted:
        raise damaged(sheet.cell(*min(wanted)), "a value is missing")
