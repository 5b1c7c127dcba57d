"""Rectangles of cells, as ``A1:C9``; rows and columns count from 1, both ends included."""

from __future__ import annotations

from typing import NamedTuple

from kesu.xlsx.address import cell_at, cell_name


class Area(NamedTuple):
    """A rectangle of cells."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def parse(cls, ref: str) -> Area:
        """``A1:C9`` or ``A1``. Raises ValueError for anything else."""
        first, _, last = ref.partition(":")
        top, left = cell_at(first)
        if not last:
            return cls(top, left, top, left)
        bottom, right = cell_at(last)
        return cls(min(top, bottom), min(left, right), max(top, bottom), max(left, right))

    def __str__(self) -> str:
        first, last = cell_name(self.top, self.left), cell_name(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"

    def meets(self, other: Area) -> bool:
        """Whether the two have a cell in common."""
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )

    def holds(self, row: int, column: int) -> bool:
        """Whether the cell lies inside."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def union(self, other: Area) -> Area:
        """The smallest rectangle around both."""
        return Area(
            min(self.top, other.top),
            min(self.left, other.left),
            max(self.bottom, other.bottom),
            max(self.right, other.right),
        )

    def within(self, other: Area) -> bool:
        """Whether every cell of this one is in ``other``."""
        return (
            other.top <= self.top
            and self.bottom <= other.bottom
            and other.left <= self.left
            and self.right <= other.right
        )


def areas(sqref: str) -> list[Area]:
    """The rectangles of a space-separated list; whole rows or columns and nonsense are left out."""
    found = []
    for ref in sqref.split():
        try:
            found.append(Area.parse(ref))
        except ValueError:
            continue
    return found
