"""A workbook as formulas see it: sheets, tables, names; what kesu's own formulas come to, each column once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from kesu.workbook.calc.context import Context, Ref, RowByRowError
from kesu.workbook.calc.evaluate import evaluate, reference
from kesu.workbook.calc.formulas import MOST_ROWS, Formulas, Group
from kesu.workbook.calc.sheet import SheetCells
from kesu.workbook.calc.syntax import UnprovenError, parse
from kesu.workbook.calc.values import EMPTY, NUM, TEXT, Vec
from kesu.xlsx.address import LAST_ROW

if TYPE_CHECKING:
    from kesu.workbook.calc.sheet import Cell, Scalar

DAYS_TO_1904: Final = 1462
"""How much less a day counts in a workbook that counts from 1904."""
_WAITING: Final = 100
"""Kind of a cell whose formula has not been worked out yet."""
UNKNOWN: Final = 101
"""Kind of a cell about which nothing can be said."""
_REFERENCES: Final = frozenset({"cell", "range", "table", "name"})


@dataclass
class Column:
    """A column from row 0 on; ``rows`` and ``indices``: its cells, by row and as `SheetCells` counts them; ``groups``:
    kesu's own formulas."""

    kind: Any
    num: Any
    text: Any
    rows: Any
    indices: Any
    groups: list[Group] = field(default_factory=list)
    unread: int = 0
    """Cells of kesu's own whose formula is not understood."""


class Model:
    """``sheet_of`` gives a sheet's cells by name; ``own`` says of which rows of a sheet's column kesu made the formulas."""

    def __init__(
        self,
        sheet_of: Callable[[str], SheetCells],
        titles: Iterable[str],
        names: Mapping[str, str],
        tables: Mapping[str, tuple[str, int, int, Mapping[str, int]]],
        own: Callable[[str, int], tuple[int, int] | None],
        now: dt.datetime,
        *,
        date1904: bool = False,
    ) -> None:
        self._sheet_of, self._own = sheet_of, own
        self._titles = {title.casefold(): title for title in titles}
        self._names = {name.casefold(): text for name, text in names.items()}
        self._tables = {name.casefold(): table for name, table in tables.items()}
        self.shift = DAYS_TO_1904 if date1904 else 0
        self.now = (now - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1) - self.shift
        self.longest = max((bottom - top + 1 for _, top, bottom, _ in tables.values()), default=1)
        self._columns: dict[tuple[str, int], Column] = {}
        self._vecs: dict[tuple[str, int, int, int], Vec] = {}
        self._refs: dict[str, Ref | Vec] = {}

    # --- what formulas ask for --------------------------------------------------------------------------------

    def sheet_named(self, name: str) -> str:
        """The sheet's own spelling of its name."""
        if name.casefold() not in self._titles:
            raise UnprovenError(name)
        return self._titles[name.casefold()]

    def table(self, name: str, header: str) -> tuple[str, tuple[int, int], int]:
        """Sheet, first and last row, and column of a table's column."""
        found = self._tables.get(name.casefold())
        if found is None or header.casefold() not in found[3]:
            raise UnprovenError(f"{name}[{header}]")
        sheet, top, bottom, columns = found
        return sheet, (top, bottom), columns[header.casefold()]

    def constant(self, name: str) -> Vec | None:
        """The value of a name that is no reference."""
        found = self._meaning(name)
        return found if isinstance(found, Vec) else None

    def name(self, name: str) -> Ref:
        """The cells that a name means."""
        found = self._meaning(name)
        if isinstance(found, Vec):
            raise UnprovenError(name)
        return found

    def _meaning(self, name: str) -> Ref | Vec:
        key = name.casefold()
        if key not in self._refs:
            if key not in self._names:
                raise UnprovenError(name)
            tree = parse(self._names[key].removeprefix("="), 1, 1)
            at = Context(self, "", np.array([1]), 1)
            self._names.pop(key, None)  # a name that means itself
            refers = tree[0] in _REFERENCES or tree[:2] == ("call", "INDEX")
            self._refs[key] = reference(tree, at) if refers else evaluate(tree, at)
        return self._refs[key]

    def column(self, sheet: str, column: int, top: int, bottom: int) -> Vec:
        """The cells of a column, as one array."""
        key = (sheet, column, top, bottom)
        if key not in self._vecs:
            if bottom - top >= MOST_ROWS:
                raise UnprovenError("a very long column")
            there = self._ready(sheet, column, top, bottom)
            shape = (1, bottom - top + 1)
            kind, num = np.full(shape, EMPTY, dtype=np.int8), np.zeros(shape)
            last = min(bottom + 1, len(there.kind))
            if last > top:
                kind[0, : last - top], num[0, : last - top] = there.kind[top:last], there.num[top:last]
            found = Vec(kind, num)
            if found.has(UNKNOWN):
                raise UnprovenError("a cell that is not understood")
            if found.has(TEXT):
                found.text = np.full(shape, "", dtype=object)
                found.text[0, : last - top] = there.text[top:last]
            self._vecs[key] = found
        return self._vecs[key]

    def cells(self, sheet: str, column: int, rows: Any) -> Vec:
        """The cells of a column in these rows, a row each."""
        if not len(rows):
            return Vec(np.zeros((0, 1), dtype=np.int8), np.zeros((0, 1)))
        if rows.min() < 1:
            raise UnprovenError("above the sheet")
        there = self._ready(sheet, column, int(rows.min()), int(rows.max()))
        inside = rows < len(there.kind)
        safe = np.where(inside, rows, 0)
        kind = np.where(inside, there.kind[safe], EMPTY).astype(np.int8)[:, None]
        found = Vec(kind, np.where(inside, there.num[safe], 0.0)[:, None])
        if found.has(UNKNOWN):
            raise UnprovenError("a cell that is not understood")
        if found.has(TEXT):
            found.text = np.where(inside, there.text[safe], "")[:, None]
        return found

    # --- columns ----------------------------------------------------------------------------------------------

    def _ready(self, sheet: str, column: int, top: int, bottom: int) -> Column:
        """The column with everything worked out that is asked for."""
        there = self.column_of(sheet, column)
        for group in there.groups:
            if group.state != "done" and group.rows[0] <= bottom and group.rows[-1] >= top:
                self.work_out(sheet, column, group)
        return there

    def work_out(self, sheet: str, column: int, group: Group) -> None:
        """Give the rows of a formula their values; where they cannot be proven, nothing can be said about them."""
        if group.state == "done":
            return
        if group.state == "running":
            raise UnprovenError("a formula that needs its own result")
        group.state = "running"
        there = self.column_of(sheet, column)
        try:
            try:
                found = [(group.rows, self._result(sheet, column, group, group.rows))]
            except RowByRowError:
                rows = [group.rows[at : at + 1] for at in range(len(group.rows))]
                found = [(row, self._result(sheet, column, group, row)) for row in rows]
            for rows, vec in found:
                there.kind[rows], there.num[rows] = vec.kind[:, 0], vec.num[:, 0]
                if vec.text is not None:
                    there.text[rows] = vec.text[:, 0]
            there.kind[group.rows] = np.where(there.kind[group.rows] == EMPTY, NUM, there.kind[group.rows])
        except (UnprovenError, RowByRowError, RecursionError, ValueError, OverflowError, MemoryError):
            there.kind[group.rows] = UNKNOWN
        group.state = "done"

    def _result(self, sheet: str, column: int, group: Group, rows: Any) -> Vec:
        at = Context(self, sheet, rows[:1] if group.spread else rows, column)
        vec = evaluate(group.tree, at)
        if group.spread and vec.shape[1] > 1:
            vec = Vec(vec.kind[:, : len(rows)].T, vec.num[:, : len(rows)].T)
        if vec.shape[1] != 1 or len(vec.kind) not in {1, len(rows)} or not np.isfinite(vec.num).all():
            raise UnprovenError("several values for one cell")
        return vec

    def column_of(self, sheet: str, column: int) -> Column:
        """The column as it is stored, with kesu's own formulas still to be worked out."""
        key = (sheet, column)
        if key not in self._columns:
            self._columns[key] = self._read(sheet, column)
        return self._columns[key]

    def _read(self, sheet: str, column: int) -> Column:
        cells = self._sheet_of(sheet)
        rows, indices = cells.columns.get(column, (np.array([], int), np.array([], int)))
        if len(rows) and rows[-1] > LAST_ROW:
            raise UnprovenError("a cell far below")
        size = int(rows[-1]) + 1 if len(rows) else 1
        kind, num, text = np.zeros(size, dtype=np.int8), np.zeros(size), np.full(size, "", dtype=object)
        top, bottom = self._own(sheet, column) or (0, -1)
        reader = Formulas(column)
        codes, taken = cells.alike(indices)
        mine = (rows >= top) & (rows <= bottom)
        mine &= np.array([bool(cell.formula) for cell in taken], dtype=bool)[codes]
        scalars = [self._scalar(cells, cell) for cell in taken]
        columns: tuple[np.ndarray, ...] = (kind, num, text)
        for at, stored in enumerate(columns):
            stored[rows] = np.array([scalar[at] for scalar in scalars], dtype=stored.dtype)[codes]
        for row, code in zip(rows[mine].tolist(), codes[mine].tolist(), strict=True):
            reader.add(row, taken[code])
        groups = reader.groups()
        last = max((int(group.rows[-1]) for group in groups), default=0)
        if last >= size:  # an array that is longer than the cells that show it
            kind, num = np.pad(kind, (0, last + 1 - size)), np.pad(num, (0, last + 1 - size))
            text = np.concatenate([text, np.full(last + 1 - size, "", dtype=object)])
        kind[reader.unread] = UNKNOWN
        for group in groups:
            kind[group.rows] = _WAITING
        return Column(kind, num, text, rows, indices, groups, len(reader.unread))

    def _scalar(self, cells: SheetCells, cell: Cell) -> Scalar:
        try:
            return cells.scalar(cell)
        except (UnprovenError, ValueError):
            return UNKNOWN, 0.0, ""
