"""The formulas of one column: the same one of many rows is one group, to be worked out once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from kesu.workbook.calc.syntax import Tree, UnprovenError, parse

if TYPE_CHECKING:
    from kesu.workbook.calc.sheet import Cell

MOST_ROWS: Final = 200_000
"""Rows of a column that are looked at."""
_ATTRIBUTE: Final = re.compile(rb"""\s([a-z]+)="([^"<>]*)\"""")


@dataclass
class Group:
    """The same formula in several rows of a column; ``rows`` counts from 1."""

    tree: Tree
    rows: Any
    spread: bool = False
    """Whether it is one array formula, each row of whose result stands in a row of its own."""
    state: str = "waiting"


class Formulas:
    """The formulas of a column, the same ones together."""

    def __init__(self, column: int) -> None:
        self.column = column
        self.unread: list[int] = []
        self._rows: dict[Tree, list[int]] = {}
        self._found: dict[bytes, list[int]] = {}
        self._shared: dict[bytes, Tree | None] = {}
        self._text: tuple[str, Tree] | None = None
        self._arrays: list[Group] = []

    def add(self, row: int, cell: Cell) -> None:
        """One cell more."""
        rows = self._found.get(cell.formula)
        if rows is None:
            rows = self._rows_of(row, cell)
            if not cell.formula_text:  # the same is written in every row
                self._found[cell.formula] = rows
        rows.append(row)

    def _rows_of(self, row: int, cell: Cell) -> list[int]:
        """Where the rows of this formula are collected."""
        try:
            given = dict(_ATTRIBUTE.findall(cell.formula_attributes))
            tree: Tree | None
            if cell.formula_text:
                tree = self._tree(row, cell.formula_text, given)
            else:
                tree = self._shared.get(given[b"si"]) if given.get(b"t") == b"shared" else None
        except (UnprovenError, RecursionError, ValueError, KeyError):
            return self.unread
        return self.unread if tree is None else self._rows.setdefault(tree, [])

    def groups(self) -> list[Group]:
        """What was found."""
        return [*self._arrays, *(Group(tree, np.array(rows)) for tree, rows in self._rows.items() if tree)]

    def _tree(self, row: int, text: str, given: dict[bytes, bytes]) -> Tree:
        kind = given.get(b"t", b"normal")
        if kind == b"array":
            self._array(row, text, given.get(b"ref", b"").decode())
            return ()
        if kind not in {b"normal", b"shared"}:
            raise UnprovenError("a formula of another kind")
        if self._text is not None and self._text[0].replace("\x00", str(row)) == text:
            return self._text[1]
        tree = parse(text, row, self.column)
        self._text = _marked(text, row), tree
        if kind == b"shared":
            self._shared[given[b"si"]] = tree
        return tree

    def _array(self, row: int, text: str, ref: str) -> None:
        found = re.fullmatch(r"([A-Z]+)(\d+)(?::\1(\d+))?", ref)
        if found is None or int(found[2]) != row or int(found[3] or row) - row >= MOST_ROWS:
            raise UnprovenError("an array over several columns")
        rows = np.arange(row, int(found[3] or row) + 1)
        self._arrays.append(Group(parse(text, row, self.column), rows, spread=True))


def _marked(text: str, row: int) -> str:
    """The formula with a mark for its own row, by which the next rows are known."""
    return re.sub(rf"(?<![A-Za-z0-9_.$\w])(\$?[A-Z]{{1,3}}){row}(?![\w(.])", "\\1\x00", text)
