"""What hangs on cells and sheets: notes, links, frozen panes, charts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from xlwings_libreoffice import formulas
from xlwings_libreoffice.addresses import parsed
from xlwings_libreoffice.strict import strict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlwings_libreoffice.ranges import Range
    from xlwings_libreoffice.sheet import Sheet


@strict
class Note(base_classes.Note):
    """A cell's note."""

    def __init__(self, cell: Range, note: Any) -> None:
        self._cell = cell
        self._note = note

    @property
    def api(self) -> Any:
        return self._note

    @property
    def text(self) -> str:
        text: str = self._note.String
        return text

    @text.setter
    def text(self, value: str) -> None:
        self._note.setString(value)

    @property
    def author(self) -> str:
        author: str = self._note.Author
        return author

    @property
    def location(self) -> Range:
        return self._cell

    def delete(self) -> None:
        area = self._cell.area
        notes = self._cell.sheet.sheet.Annotations
        for index in range(notes.Count):
            position = notes.getByIndex(index).Position
            if (position.Row + 1, position.Column + 1) == (area.row, area.column):
                notes.removeByIndex(index)
                return


def add_hyperlink(document: Any, cell: Any, address: str, text: str) -> None:
    """Put a link into a cell; ``#Sheet!A1`` leads to a place in the workbook."""
    link = document.createInstance("com.sun.star.text.TextField.URL")
    link.URL = "#" + formulas.to_office(address[1:]).removeprefix("$") if address.startswith("#") else address
    link.Representation = text
    cell.setString("")
    cell.insertTextContent(cell.createTextCursor(), link, False)


def hyperlink(cell: Any) -> str:
    """The address of a cell's link.

    Raises:
        ValueError: if the cell has none.
    """
    for link in cell.TextFields:
        url: str = link.URL
        return "#" + formulas.to_excel("$" + url[1:]) if url.startswith("#") else url
    raise ValueError("The cell doesn't seem to contain a hyperlink!")


@strict
class FreezePanes(base_classes.FreezePanes):
    """The frozen rows and columns of a sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    def freeze_at(self, frozen_range: str) -> None:
        """Freeze the rows and columns up to the end of the range (whole rows: only rows, and so for columns)."""
        area = parsed(frozen_range)
        if area is None:
            raise ValueError(f"not an address: {frozen_range!r}")
        columns = 0 if area == parsed(f"{area.row}:{area.last_row}") else area.last_column
        rows = 0 if area == parsed(frozen_range) and area.rows > 1_000_000 else area.last_row
        with self._sheet.shown() as controller:
            controller.freezeAtPosition(columns, rows)

    def unfreeze(self) -> None:
        with self._sheet.shown() as controller:
            controller.freezeAtPosition(0, 0)


@strict
class Charts(base_classes.Collection):
    """The charts of a sheet, to be counted and named."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    def _names(self) -> tuple[str, ...]:
        names: tuple[str, ...] = self._sheet.sheet.Charts.ElementNames
        return names

    def __call__(self, key: int | str) -> Chart:
        names = self._names()
        name = names[key - 1] if isinstance(key, int) else key
        if name not in names:
            raise KeyError(key)
        return Chart(self._sheet, name)

    def __len__(self) -> int:
        return len(self._names())

    def __iter__(self) -> Iterator[Chart]:
        return (Chart(self._sheet, name) for name in self._names())

    def __contains__(self, key: object) -> bool:
        return key in self._names()


@strict
class Chart(base_classes.Chart):
    """One chart: its name, its sheet, its title."""

    def __init__(self, sheet: Sheet, name: str) -> None:
        self._sheet = sheet
        self._name = name

    @property
    def api(self) -> Any:
        return self._sheet.sheet.Charts.getByName(self._name)

    @property  # type: ignore[misc]
    def name(self) -> str:
        return self._name

    @property
    def parent(self) -> Sheet:
        return self._sheet

    @property  # type: ignore[misc]
    def title(self) -> str | None:
        chart = self.api.EmbeddedObject
        return str(chart.Title.String) if chart.HasMainTitle else None
