"""One value as the XML of a cell, behind its address and style."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kesu.workbook.patch.readback import BLANK, mark
from kesu.workbook.patch.values import Content, Formula, Keep, Linked, Placed, content

if TYPE_CHECKING:
    from kesu.workbook.patch.sheetxml import Sheet
    from kesu.workbook.patch.values import Value

_TEXTS: Final = 10_000
"""Texts whose XML is remembered: most cells of a list say what another one says."""


class CellXml:
    """Values of one sheet as XML; ``formulas_added`` tells afterwards whether a formula was among them."""

    def __init__(self, sheet: Sheet, *, date1904: bool) -> None:
        self.sheet, self.date1904, self.prefix = sheet, date1904, sheet.prefix.decode()
        self.texts: dict[str, tuple[str, int]] = {}
        self.formulas_added = False

    def rest(self, row: int, column: int, value: Value) -> tuple[str, int]:
        """What follows a cell's address and style, empty for a blank cell; and its `mark`."""
        if isinstance(value, Linked | Placed):
            held = value.value
            return (
                self.rest(row, column, held) if not isinstance(held, Content) else _written(held, self.prefix)
            )
        known = self.texts.get(value) if isinstance(value, str) else None
        if known:
            return known
        if value is None or isinstance(value, Keep):
            return "", BLANK
        found = content(value, self.prefix, lambda: self.sheet.cell(row, column), date1904=self.date1904)
        if found is None:
            return "", BLANK
        if isinstance(value, Formula):
            self.formulas_added = True
        made = _written(found, self.prefix)
        if isinstance(value, str) and len(self.texts) < _TEXTS:
            self.texts[value] = made
        return made


def _written(found: Content, prefix: str) -> tuple[str, int]:
    """What follows the address and style of a cell that holds ``found``, and its `mark`."""
    kind = f' t="{found.kind}"' if found.kind else ""
    return f"{kind}>{found.xml}</{prefix}c>", mark(found.text, found.kind)
