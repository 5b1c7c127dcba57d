"""Putting a block of values into a worksheet part: the edits inside sheetData."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kesu.workbook.patch.area import Area, areas
from kesu.workbook.patch.cellxml import CellXml
from kesu.workbook.patch.refuse import refused
from kesu.workbook.patch.rowshape import Shape
from kesu.workbook.patch.sheetxml import Sheet
from kesu.workbook.patch.values import Keep, Placed
from kesu.workbook.patch.xmlbytes import TAG, append_child, attribute, set_attributes, splice
from kesu.xlsx.address import LAST_COLUMN, LAST_ROW, cell_name, letters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kesu.workbook.patch.rowreader import Cell, Row
    from kesu.workbook.patch.values import Value
    from kesu.workbook.patch.xmlbytes import Edit

_SHAPES: Final = 8
"""Shapes of rows that are made out for one block; where rows go on differing, each is read cell by cell."""
_ROW_LOOK: Final = ("ht", "customHeight", "s", "customFormat")


@dataclass
class Options:
    """How cells are written. ``styles`` and ``above`` go by column number.

    A new cell takes ``styles``, else the style of the cell above it in the block (``above`` for the first
    row), else its row's, else its column's. ``show`` makes written rows visible.
    """

    date1904: bool = False
    styles: dict[int, str] = field(default_factory=dict)
    above: dict[int, str] = field(default_factory=dict)
    show: bool = False


class CellWriter:
    """Writes one block of values into one sheet; `result` is the new part.

    ``formulas_lost`` tells afterwards whether a formula was overwritten; ``pieces`` are the bytes of rows (number, XML)
    written in one piece, ``marks`` goes by row and column and tells of the other cells.
    """

    def __init__(
        self, sheet: Sheet, top: int, left: int, rows: Sequence[Sequence[Value]], options: Options
    ) -> None:
        self.sheet, self.top, self.left, self.rows, self.options = sheet, top, left, rows, options
        self.area = Area(top, left, top + len(rows) - 1, left + max(map(len, rows), default=0) - 1)
        if self.area.bottom > LAST_ROW or self.area.right > LAST_COLUMN:
            raise refused(sheet.where, "超出 Excel 工作表的大小。", "this does not fit on a sheet of Excel.")
        self.cells = CellXml(sheet, date1904=options.date1904)
        self.above = dict(options.above)
        self.row_look: dict[str, str] = {}
        self.shape: Shape | None = None
        self.shapes = 0
        self.edits: list[Edit] = []
        self.pieces: list[tuple[int, bytes]] = []
        self.marks: dict[tuple[int, int], int] = {}
        self.formulas_lost = False
        self.lost_shared: dict[str, int] = {}
        self.lost_masters: dict[str, int] = {}

    def result(self, more: Sequence[Edit] = ()) -> bytes:
        """The patched part, together with ``more`` edits outside sheetData."""
        new: list[tuple[int, bytes]] = []
        for number, values in enumerate(self.rows, self.top):
            if span := self.sheet.rows.bytes_of(number):
                if not self._alike(number, values, *span):
                    self._existing(next(self.sheet.rows.between(number, number)), values)
            elif xml := self._new_row(number, values):
                new.append((self.sheet.rows.byte_for(number), xml))
                self.pieces.append((number, xml))
        self._check_shared()
        if self.sheet.sheet_data.inner == self.sheet.sheet_data.end and new:
            everything = b"".join(xml for _, xml in new)
            self.edits.append(append_child(self.sheet.data, self.sheet.sheet_data, everything))
        else:
            self.edits += [(at, at, xml) for at, xml in new]
        return splice(self.sheet.data, [*self.edits, *more, *self._dimension()])

    @property
    def formulas_added(self) -> bool:
        """Whether a formula was written."""
        return self.cells.formulas_added

    def _dimension(self) -> list[Edit]:
        node = self.sheet.root.one("dimension")
        if node is None or not self.rows:
            return []
        old = (areas(node.attrs.get("ref", "")) or [self.area])[0]
        new = old.union(self.area)
        return [] if new == old else set_attributes(self.sheet.data, node, {"ref": str(new)})

    def _existing(self, row: Row, values: Sequence[Value]) -> None:
        self.row_look = {k: row.node.attrs[k] for k in _ROW_LOOK if k in row.node.attrs}
        if self._rewritten(row, values):
            return
        edits: list[Edit] = []
        added: list[int] = []
        there = sorted(row.cells)
        tail = b""
        for column, value in enumerate(values, self.left):
            cell = row.cells.get(column)
            if isinstance(value, Keep):
                self._remember(column, cell)
                continue
            self.marks[row.number, column] = self.cells.rest(row.number, column, value)[1]
            if cell:
                edits += self._replace(row.number, cell, value)
            elif xml := self._cell(row.number, column, value, self._style(column, row)):
                added.append(column)
                following = next((row.cells[c].start for c in there if c > column), None)
                if following is None:
                    tail += xml.encode()
                else:
                    edits.append((following, following, xml.encode()))
        if tail:
            edits.append(append_child(self.sheet.data, row.node, tail))
        if edits:
            edits += self._number_cells(row, {start for start, end, _ in edits if end > start})
        self.edits += edits + set_attributes(self.sheet.data, row.node, self._row_changes(row, added))

    def _alike(self, number: int, values: Sequence[Value], start: int, end: int) -> bool:
        """Whether the row there is of the shape of an earlier one, and could be written as that was."""
        shape = self.shape
        found = shape.pattern.match(self.sheet.data, start, end) if shape else None
        if shape is None or found is None or len(values) != len(shape.starts) or int(found["row"]) != number:
            return False
        if any(isinstance(value, Keep | Placed) for value in values):
            return False
        xml = "".join(
            f"{head}{number}{tail}{self.cells.rest(number, column, value)[0] or '/>'}"
            for (head, tail), column, value in zip(shape.starts, shape.styles, values, strict=True)
        ).encode()
        self.above.update(shape.styles)
        self.row_look = shape.look
        self.edits.append((*found.span("cells"), xml))
        self.pieces.append((number, xml))
        return True

    def _rewritten(self, row: Row, values: Sequence[Value]) -> bool:
        """Whether all cells of the block were there, side by side and without formulas, and could be written as one."""
        if not row.numbered or (self.options.show and "hidden" in row.node.attrs):
            return False
        width = len(values)
        while width and isinstance(values[width - 1], Keep):
            width -= 1
        cells: list[Cell] = []
        for column, value in enumerate(values[:width], self.left):
            cell = row.cells.get(column)
            if cell is None or cell.formula is not None or isinstance(value, Keep):
                return False
            if cells and cell.start != cells[-1].end:
                return False
            cells.append(cell)
        if not cells:
            return False
        xml = "".join(
            self._cell(row.number, cell.column, value, self._kept_style(cell, value), blank_too=True)
            for cell, value in zip(cells, values[:width], strict=True)
        ).encode()
        for column in range(self.left + width, self.left + len(values)):
            self._remember(column, row.cells.get(column))
        self.edits.append((cells[0].start, cells[-1].end, xml))
        self.pieces.append((row.number, xml))
        if width == len(values) and self.shapes < _SHAPES:
            self.shape = Shape.of(self.sheet.data[row.node.start : row.node.end], cells, self.row_look)
            self.shapes += 1
        return True

    def _kept_style(self, cell: Cell, value: Value) -> str | None:
        """Its own, or the one that ``value`` brings; a blank cell that has none takes that of the cell above. The next
        row's takes this one's."""
        if isinstance(value, Placed):
            return value.style
        unstyled = cell.style in {None, "0"} and cell.text is None and cell.formula is None
        style = self.above.get(cell.column, cell.style) if unstyled else cell.style
        self._remember(cell.column, cell)
        return style

    def _row_changes(self, row: Row, added: list[int]) -> dict[str, str | None]:
        changes: dict[str, str | None] = {} if row.numbered else {"r": str(row.number)}
        first, _, last = row.node.attrs.get("spans", "").partition(":")
        if added and first.isdecimal() and last.isdecimal():
            spans = f"{min(int(first), *added)}:{max(int(last), *added)}"
            changes |= {"spans": spans} if spans != f"{first}:{last}" else {}
        if self.options.show and "hidden" in row.node.attrs:
            changes["hidden"] = None
        return changes

    def _number_cells(self, row: Row, replaced: set[int]) -> list[Edit]:
        edits = []
        for cell in row.cells.values():
            if cell.numbered or cell.start in replaced:
                continue
            if found := TAG.match(self.sheet.data, cell.start):
                name = b' r="' + cell_name(row.number, cell.column).encode() + b'"'
                edits.append((found.end(1), found.end(1), name))
        return edits

    def _replace(self, row: int, cell: Cell, value: Value) -> list[Edit]:
        blank = cell.text is None and cell.formula is None
        style = self._kept_style(cell, value)
        xml = self._cell(row, cell.column, value, style, blank_too=True)
        if blank and style == cell.style and xml.endswith("/>"):
            return []
        if cell.formula is not None:
            self.formulas_lost = True
        if cell.formula_kind == "shared":
            self.lost_shared[cell.shared] = self.lost_shared.get(cell.shared, 0) + 1
            if cell.formula:
                self.lost_masters[cell.shared] = cell.column
                self.master_row = row
        return [(cell.start, cell.end, xml.encode())]

    def _new_row(self, number: int, values: Sequence[Value]) -> bytes:
        cells = "".join(
            self._cell(number, column, value, self._style(column, None))
            for column, value in enumerate(values, self.left)
            if not isinstance(value, Keep)
        )
        if not cells:
            return b""
        look = b"".join(b' %b="%b"' % (k.encode(), attribute(v)) for k, v in self.row_look.items())
        prefix = self.sheet.prefix
        return b'<%brow r="%d"%b>%b</%brow>' % (prefix, number, look, cells.encode(), prefix)

    def _style(self, column: int, row: Row | None) -> str | None:
        inherited = self.options.styles.get(column, self.above.get(column))
        if inherited is not None:
            return inherited
        if row is not None and row.node.attrs.get("customFormat") in {"1", "true"}:
            return row.node.attrs.get("s")
        return self.sheet.column_style(column)

    def _remember(self, column: int, cell: Cell | None) -> None:
        if cell is not None and cell.style is not None:
            self.above[column] = cell.style

    def _cell(
        self, row: int, column: int, value: Value, style: str | None, *, blank_too: bool = False
    ) -> str:
        rest, _ = self.cells.rest(row, column, value)
        if isinstance(value, Placed):
            style, blank_too = value.style, True
        if not rest and not blank_too and (style is None or not self._inherits(column)):
            return ""
        if style is None:
            return f'<{self.cells.prefix}c r="{letters(column)}{row}"{rest or "/>"}'
        self.above[column] = style
        look = style if style.isdecimal() else attribute(style).decode()
        return f'<{self.cells.prefix}c r="{letters(column)}{row}" s="{look}"{rest or "/>"}'

    def _inherits(self, column: int) -> bool:
        return column in self.options.styles or column in self.above

    def _check_shared(self) -> None:
        if not self.lost_masters:
            return
        counted: dict[str, int] = {}
        for span in self.sheet.rows.spans():
            if span["t"] == "shared":
                counted[span.get("si", "")] = counted.get(span.get("si", ""), 0) + 1
        for shared, column in self.lost_masters.items():
            if counted.get(shared, 0) > self.lost_shared[shared]:
                raise refused(
                    self.sheet.cell(self.master_row, column),
                    "别处的公式共用这里的公式（共享公式），不能覆盖。请把公式移开。",
                    "formulas elsewhere share the formula that stands here. Move it away.",
                )
