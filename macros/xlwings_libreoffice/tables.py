"""Excel's tables (ListObjects), which LibreOffice keeps as database ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from xlwings_libreoffice.addresses import Area
from xlwings_libreoffice.bridge import OfficeError
from xlwings_libreoffice.ranges import Range
from xlwings_libreoffice.strict import NotInLibreOfficeError, strict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlwings_libreoffice.sheet import Sheet

_ANYTHING = 1 | 2 | 4 | 8 | 16  # com.sun.star.sheet.CellFlags: values, dates, text, notes, formulas
_DEFAULT_STYLE = "TableStyleMedium2"  # xlwings passes it where the caller names none


@strict
class Tables(base_classes.Collection, base_classes.Tables):
    """The tables of one sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    @property
    def _ranges(self) -> Any:
        return self._sheet.book.document.DatabaseRanges

    def __iter__(self) -> Iterator[Table]:
        ranges = self._ranges
        for name in ranges.ElementNames:
            found = ranges.getByName(name)
            if found.DataArea.Sheet == self._sheet.position:
                yield Table(self._sheet, found)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __call__(self, key: int | str) -> Table:
        if isinstance(key, int):
            return list(self)[key - 1]
        if (found := self._named(key)) is None:
            raise KeyError(key)
        return found

    def __contains__(self, key: object) -> bool:
        return self._named(str(key)) is not None

    def _named(self, key: str) -> Table | None:
        """A name stands for one table of the document: only its own sheet is asked for."""
        ranges = self._ranges
        name = next((name for name in ranges.ElementNames if name.casefold() == key.casefold()), None)
        found = None if name is None else ranges.getByName(name)
        return Table(self._sheet, found) if found and found.DataArea.Sheet == self._sheet.position else None

    def add(
        self,
        source_type: str | None = None,
        source: Any = None,
        link_source: bool | None = None,
        has_headers: bool | None = None,
        destination: Any = None,
        table_style_name: str | None = None,
        name: str | None = None,
    ) -> Table:
        for given, what in (
            (source_type, "source_type"),
            (link_source, "link_source"),
            (destination, "destination"),
        ):
            if given is not None:
                raise NotInLibreOfficeError(f"Tables.add({what}=…)")
        if has_headers is False:
            raise NotInLibreOfficeError("Tables.add(has_headers=False)")
        if table_style_name not in {None, _DEFAULT_STYLE}:
            raise NotInLibreOfficeError("Tables.add(table_style_name=…): LibreOffice 7 has no table styles")
        ranges = self._ranges
        name = name or next(free for i in range(1, 10_000) if not ranges.hasByName(free := f"Table{i}"))
        if ranges.hasByName(name):
            raise ValueError(f"there is a table named {name} already")
        ranges.addNewByName(name, source.impl.cells.RangeAddress)
        table = Table(self._sheet, ranges.getByName(name))
        table.show_autofilter = True
        return table


@strict
class Table(base_classes.Table):
    """One table. LibreOffice saves its name, place, headings and filter buttons, not its style."""

    def __init__(self, sheet: Sheet, database_range: Any) -> None:
        self._sheet = sheet
        self._table = database_range

    @property
    def api(self) -> Any:
        return self._table

    @property
    def parent(self) -> Sheet:
        return self._sheet

    @property
    def name(self) -> str:
        name: str = self._table.Name
        return name

    @name.setter
    def name(self, value: str) -> None:
        self._table.setName(value)

    @property  # type: ignore[misc]
    def display_name(self) -> str:
        return self.name

    @property
    def area(self) -> Area:
        """The whole table: headings, data, totals."""
        return self._sheet.range_of(self._table.DataArea).area

    @property
    def range(self) -> Range:
        return Range(self._sheet, self.area)

    @property  # type: ignore[misc]
    def show_headers(self) -> bool:
        return bool(self._table.ContainsHeader)

    @property  # type: ignore[misc]
    def show_totals(self) -> bool:
        return bool(self._table.TotalsRow)

    @property
    def header_row_range(self) -> Range | None:
        return Range(self._sheet, self.area._replace(rows=1)) if self.show_headers else None

    @property
    def totals_row_range(self) -> Range | None:
        return (
            Range(self._sheet, self.area._replace(row=self.area.last_row, rows=1))
            if self.show_totals
            else None
        )

    @property
    def data_body_range(self) -> Range | None:
        area, above, below = self.area, int(self.show_headers), int(self.show_totals)
        if area.rows <= above + below:
            return None
        return Range(self._sheet, area._replace(row=area.row + above, rows=area.rows - above - below))

    @property
    def columns(self) -> TableColumns:
        return TableColumns(self)

    @property
    def show_autofilter(self) -> bool:
        return bool(self._table.AutoFilter)

    @show_autofilter.setter
    def show_autofilter(self, value: bool) -> None:
        self._table.AutoFilter = bool(value)

    def resize(self, range: Any) -> None:  # noqa: A002 - xlwings' name
        new, old = range.impl.area, self.area
        if self.show_headers and new.row != old.row:
            raise ValueError("a table cannot leave its row of headings")
        if new.rows < 2 and self.show_headers:
            raise ValueError("a table keeps at least one row below its headings")
        if not self._grown(old, new):
            self._table.setDataArea(range.impl.cells.RangeAddress)

    def _grown(self, old: Area, new: Area) -> bool:
        """Whether the table could be made longer by cells put into it, and as many taken away below it.

        Whatever refers to the table follows by itself, in a tenth of a second; a new area makes LibreOffice compile
        every formula of the document, which takes many seconds in a long register. Only over cells without contents.
        """
        added = new.rows - old.rows
        if added <= 0 or old.rows < 3 or self.show_totals or new != old._replace(rows=new.rows):
            return False
        last = old._replace(row=old.last_row, rows=1)
        beyond, moved = last._replace(row=old.last_row + 1, rows=added), last._replace(row=new.last_row)
        if self._cells(beyond).queryContentCells(_ANYTHING).getRangeAddresses():
            return False
        try:
            Range(self._sheet, last._replace(rows=added)).insert("down")
        except OfficeError:  # no room, or something in the way that cannot be moved
            return False
        if self.area != new:  # the sheet is protected
            return False
        Range(self._sheet, beyond._replace(row=new.last_row + 1)).delete("up")
        sheet = self._sheet.sheet
        sheet.moveRange(
            self._cells(last).getCellByPosition(0, 0).CellAddress, self._cells(moved).RangeAddress
        )
        sheet.copyRange(
            self._cells(moved).getCellByPosition(0, 0).CellAddress, self._cells(last).RangeAddress
        )
        self._cells(moved).clearContents(_ANYTHING)  # but for its look
        return True

    def _cells(self, area: Area) -> Any:
        return Range(self._sheet, area).cells


@strict
class TableColumns(base_classes.Collection, base_classes.TableColumns):
    """The columns of a table, to be listed and found by heading."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def __len__(self) -> int:
        return self._table.area.columns

    def __iter__(self) -> Iterator[TableColumn]:
        header = self._table.header_row_range
        headings = header.formula if header else None
        names = [headings] if isinstance(headings, str) else list(headings[0]) if headings else []
        for index in range(1, len(self) + 1):
            yield TableColumn(self._table, index, names[index - 1] if names else f"Column{index}")

    def __call__(self, key: int | str) -> TableColumn:
        for column in self:
            if key in {column.index, column.name}:
                return column
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return any(key == column.name for column in self)


@strict
class TableColumn(base_classes.TableColumn):
    """One column of a table."""

    def __init__(self, table: Table, index: int, name: str) -> None:
        self._table = table
        self._index = index
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    @property
    def index(self) -> int:
        return self._index

    @property
    def range(self) -> Range:
        return self._of(self._table.range)

    @property
    def data_body_range(self) -> Range | None:
        body = self._table.data_body_range
        return self._of(body) if body else None

    def _of(self, whole: Range) -> Range:
        area = whole.area
        return Range(whole.sheet, area._replace(column=area.column + self._index - 1, columns=1))
