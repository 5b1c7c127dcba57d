"""What a team's workbook can be given more of: columns of a table, rows in the middle of one, defined names."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kesu.workbook.calc.sheet import Strings
from kesu.workbook.patch.area import Area
from kesu.workbook.patch.blocks import BlockCopier
from kesu.workbook.patch.cellwriter import CellWriter, Options
from kesu.workbook.patch.columns import Look
from kesu.workbook.patch.frame import validation_edits
from kesu.workbook.patch.plan import Patch
from kesu.workbook.patch.pointers import Moving
from kesu.workbook.patch.refuse import damaged, refused
from kesu.workbook.patch.relations import relations
from kesu.workbook.patch.room import ensure_free, ensure_open
from kesu.workbook.patch.tables import Body
from kesu.workbook.patch.values import Content, Placed
from kesu.workbook.patch.workbookxml import put_names, read_structure
from kesu.workbook.patch.xmlbytes import (
    TAG,
    append_child,
    attribute,
    check,
    parse,
    prefix_of,
    raw_attributes,
    set_attributes,
    splice,
)
from kesu.xlsx.address import LAST_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kesu.workbook.patch.package import Package
    from kesu.workbook.patch.rowreader import Cell
    from kesu.workbook.patch.sheetxml import Sheet
    from kesu.workbook.patch.tables import TableWriter
    from kesu.workbook.patch.values import Scalar, Value
    from kesu.workbook.patch.workbookxml import SheetInfo
    from kesu.workbook.patch.xmlbytes import Edit


class NewColumn(NamedTuple):
    """A column for a table. ``like``: the 0-based column of the table whose looks it takes; ``width`` in characters;
    ``rule``: its input check, a ``dataValidation`` element, or nothing; ``above``: what stands in the cell above its
    heading, where that of ``like`` has a look of its own."""

    heading: str
    like: int
    width: float
    rule: bytes = b""
    above: str | None = None


class Growing(Patch):
    """A `Patch` that also adds what a later version has. Every step is all or nothing, as there."""

    def texts(self, name: str) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Row number and shown texts of each row of a table's body, in order; blank cells are ""."""
        _, info, writer = self._table(name)
        yield from self.texts_in(info.name, writer.table.body)

    def texts_in(self, sheet: str, area: Area) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The same of the rows there are in a rectangle of a sheet."""
        for number, texts in self._texts(sheet, area):
            yield number, tuple(texts.get(column, "") for column in range(area.left, area.right + 1))

    def words_in(self, sheet: str, area: Area) -> set[str]:
        """The texts that cells in a rectangle of a sheet show."""
        return {text for _, texts in self._texts(sheet, area) for text in texts.values()}

    def _texts(self, sheet: str, area: Area) -> Iterator[tuple[int, dict[int, str]]]:
        """Row number and shown texts by column of the cells there are in a rectangle."""
        info = self._sheet(sheet)
        part, strings = self._part(info, f"{self.package.path.name} ▸ {sheet}"), Strings(self._shared_strings)
        for row in part.rows.between(area.top, area.bottom):
            cells = ((at, cell) for at, cell in row.cells.items() if area.left <= at <= area.right)
            yield row.number, {at: _shown(cell, strings) for at, cell in cells}

    def add_columns(self, name: str, columns: Sequence[NewColumn]) -> None:
        """Put columns at the right end of an Excel Table, behind all that it has, so that no cell moves.

        Refuses if the sheet is protected, or if something stands where they would, above their headings too, or below.
        """
        part, info, writer = self._table(name)
        where, table = f"{part.where} ▸ {name}", writer.table
        if table.header_rows != 1:
            raise refused(
                where, "表没有标题行。请显示标题行。", "the table shows no headings. Show its header row."
            )
        area = table.area._replace(left=table.area.right + 1, right=table.area.right + len(columns))
        with self._step(where):
            ensure_open(part)
            over = area.top > 1 and any(column.above is not None for column in columns)
            ensure_free(
                self.package, part, info, list(self.tables.values()), area._replace(top=area.top - over)
            )
            heads = {row.number: row.cells for row in part.rows.between(max(area.top - 1, 1), area.top)}
            like = [table.area.left + column.like for column in columns]
            rows: list[list[Value]] = [
                [
                    Placed(column.heading, _style(heads.get(area.top), at))
                    for column, at in zip(columns, like, strict=True)
                ]
            ]
            if over:
                looks = (_style(heads.get(area.top - 1), at) for at in like)
                rows.insert(
                    0,
                    [Placed(column.above or None, look) for column, look in zip(columns, looks, strict=True)],
                )
            self._write(info, part, area.top + 1 - len(rows), area.left, rows)
            shows = {
                area.left + at: Look(
                    hidden=False,
                    level=0,
                    collapsed=None,
                    width=column.width,
                    style=part.column_style(model) or "0",
                )
                for at, (column, model) in enumerate(zip(columns, like, strict=True))
            }
            self.show_columns(info.name, shows)
            self._add_rules(info, [column.rule for column in columns if column.rule])
            self.package.put(table.part, _wider(writer, [column.heading for column in columns]))

    def insert_rows(self, name: str, before: int, rows: Sequence[Sequence[Scalar]]) -> None:
        """Put ``rows`` into an Excel Table so that the first stands in sheet row ``before``; what stood there and below
        moves down within the table's columns. They look like the row above them.

        Refuses if cells that move are formulas, or if something leads to one by its address.
        """
        part, info, writer = self._table(name)
        body = writer.table.body
        bottom = body.bottom + len(rows)
        moved = body._replace(top=before)
        with self._step(part.where):
            ensure_open(part)
            writer.check_room(bottom)
            if before <= body.bottom:
                Moving(self.package, self.structure, part, info, moved, body).ensure_unreferenced()
            above = {row.number: row.cells for row in part.rows.between(before - 1, body.bottom)}
            columns = range(body.left, body.right + 1)
            full: list[list[Value]] = [
                [
                    Placed(value, _style(above.get(before - 1), column))
                    for column, value in zip(columns, row, strict=True)
                ]
                for row in rows
            ]
            full += [
                [self._moved(part, above.get(number, {}).get(column), number, column) for column in columns]
                for number in range(before, body.bottom + 1)
            ]
            self._write_body(part, info, writer, Body(before, full, bottom, {}), replaced=False)

    def free_column(self, name: str) -> int:
        """The first column (from 1) of the sheet ``name`` behind all that stands on it, one left free between."""
        info = self._sheet(name)
        part = self._part(info, f"{self.package.path.name} ▸ {name}")
        used = [table.area.right for table in self.tables.values() if table.sheet == info.name]
        used += [max(row.cells, default=0) for row in part.rows.between(1, LAST_ROW)]
        return max(used, default=0) + 2

    def add_block(self, name: str, built: Package, area: Area) -> None:
        """Copy what stands in ``area`` of the one sheet of ``built``, with its tables, widths, input checks and names, to
        the same place of the sheet ``name``, which has tables already. Refuses if that place is not free."""
        info = self._sheet(name)
        where = f"{self.package.path.name} ▸ {info.name}"
        with self._step(where):
            part = self._part(info, where)
            ensure_open(part)
            ensure_free(self.package, part, info, list(self.tables.values()), area)
            copier = BlockCopier(built, self.package, self.structure)
            self._write(info, part, area.top, area.left, copier.cells(area))
            self.show_columns(info.name, copier.looks(area))
            self._add_rules(info, copier.rules())
            part = self._part(info, where)
            data = splice(part.data, copier.tables(info, part))
            check(data, where)
            self.package.put(info.part, data)
            self.define(copier.names())

    def define(self, names: Mapping[str, str]) -> None:
        """Give the workbook defined names (name → what it refers to, without ``=``), in place of those called the same."""
        with self._step(self.package.path.name):
            put_names(self.package, self.structure, names)
            self.structure = read_structure(self.package)

    def _write(
        self, info: SheetInfo, part: Sheet, top: int, left: int, rows: Sequence[Sequence[Value]]
    ) -> None:
        writer = CellWriter(part, top, left, rows, Options(date1904=self.structure.date1904))
        self._put(info, writer, writer.result())

    def _add_rules(self, info: SheetInfo, rules: Sequence[bytes]) -> None:
        where = f"{self.package.path.name} ▸ {info.name}"
        part = self._part(info, where)
        data = splice(part.data, validation_edits(part, rules))
        check(data, where)
        self.package.put(info.part, data)

    def _moved(self, part: Sheet, cell: Cell | None, row: int, column: int) -> Placed:
        """What stands in a cell, to be written into another one of the sheet."""
        if cell is None:
            return Placed(None, part.column_style(column))
        found = TAG.match(part.data, cell.start)
        if found is None:
            raise damaged(part.cell(row, column), "no cell")
        names = {name.decode() for name in _attributes(part.data[cell.start : found.end()])}
        if cell.formula is not None or names - {"r", "s", "t"}:
            raise refused(
                part.cell(row, column),
                "这里是公式或特殊内容，kesu 不能把它下移。请改成普通的文字或数字。",
                "a formula, or something else than a plain text or number, stands here, which kesu cannot move down. "
                "Make it a plain one.",
            )
        if cell.text is None:
            return Placed(None, cell.style)
        inside = part.data[found.end() : part.data.rindex(b"</", found.end(), cell.end)]
        return Placed(Content(cell.kind, inside.decode(), cell.text), cell.style)

    def _shared_strings(self) -> bytes:
        found = (r.part for r in relations(self.package, self.structure.part) if r.kind == "sharedStrings")
        part = next(found, "")
        return self.package.read(part) if part else b""


def _attributes(tag: bytes) -> dict[bytes, tuple[int, int, int]]:
    closed = tag if tag.endswith(b"/>") else tag[:-1] + b"/>"
    return raw_attributes(closed, parse(closed, "c", namespaces=False))


def _style(cells: Mapping[int, Cell] | None, column: int) -> str | None:
    cell = cells.get(column) if cells else None
    return cell.style if cell else None


def _shown(cell: Cell, strings: Strings) -> str:
    if cell.text is None:
        return ""
    return strings.at(int(cell.text)) if cell.kind == "s" else cell.text


def _wider(writer: TableWriter, headings: Sequence[str]) -> bytes:
    """The part of a table with further columns at its right end."""
    data, root, area = writer.data, writer.root, writer.table.area
    columns = root.one("tableColumns")
    if columns is None:
        raise damaged(writer.table.name, "no columns")
    wide = area._replace(right=area.right + len(headings))
    first = max((int(node.attrs["id"]) for node in columns.all("tableColumn")), default=0) + 1
    prefix = prefix_of(data, columns)
    new = b"".join(
        b'<%btableColumn id="%d" name="%b"/>' % (prefix, number, attribute(heading))
        for number, heading in enumerate(headings, first)
    )
    edits: list[Edit] = [
        *set_attributes(data, root, {"ref": str(wide)}),
        *set_attributes(data, columns, {"count": str(len(writer.columns) + len(headings))}),
        append_child(data, columns, new),
    ]
    if auto := root.one("autoFilter"):
        filtered = Area.parse(auto.attrs["ref"])
        edits += set_attributes(data, auto, {"ref": str(filtered._replace(right=wide.right))})
    return splice(data, edits)
