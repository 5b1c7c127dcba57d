"""Cells that lead to other cells of the same workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kesu.xlsx.address import letters, quoted

if TYPE_CHECKING:
    from kesu.register.sheets import Sheet


class Link(NamedTuple):
    """A cell that shows ``text`` and leads to ``address`` in the same workbook (``'投诉登记'!A12``)."""

    text: str
    address: str


def address_of(sheet: Sheet, key: str, row: int) -> str:
    """``'投诉登记'!A12``; the first column where the sheet does not have the column."""
    return f"{quoted(sheet.title)}!{letters(sheet.columns.get(key, 0) + 1)}{row}"
