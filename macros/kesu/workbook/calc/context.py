"""Where a formula stands, and what it asks of its workbook."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from kesu.workbook.calc.values import Vec


class RowByRowError(Exception):
    """A range whose length differs by row."""


@dataclass(frozen=True)
class Ref:
    """Cells: sheet, first and last row, first and last column; a row may be an array, one for each formula."""

    sheet: str
    top: Any
    bottom: Any
    left: int
    right: int


class Book(Protocol):
    """What formulas ask of the workbook in which they stand."""

    now: float
    """The moment, in the workbook's own days."""
    shift: int
    """Days by which its days are later than those from 1900."""
    longest: int
    """Rows of the longest table."""

    def constant(self, name: str) -> Vec | None:
        """The value of a name that is no reference."""

    def name(self, name: str) -> Ref:
        """The cells that a name means."""

    def sheet_named(self, name: str) -> str:
        """The sheet's name as the workbook spells it."""

    def table(self, name: str, header: str) -> tuple[str, tuple[int, int], int]:
        """Sheet, first and last row, and column of a table's column."""

    def column(self, sheet: str, column: int, top: int, bottom: int) -> Vec:
        """The cells of one column, as one array."""

    def cells(self, sheet: str, column: int, rows: Any) -> Vec:
        """The cells of one column in the rows of the formulas."""


@dataclass(frozen=True)
class Context:
    """Where a formula stands: its sheet, rows and column."""

    model: Book
    sheet: str
    rows: Any
    column: int

    def of(self, mask: Any) -> Context:
        """The same in some of the rows."""
        return replace(self, rows=self.rows[mask])
