"""How cells look: fonts, fills, number formats, alignment, widths and heights."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from xlwings import base_classes

from xlwings_libreoffice.bridge import enum
from xlwings_libreoffice.grid import mixed
from xlwings_libreoffice.strict import strict

if TYPE_CHECKING:
    from xlwings_libreoffice.addresses import Area
    from xlwings_libreoffice.sheet import Sheet

Rgb = tuple[int, int, int]

POINT: Final = 2540 / 72  # 1/100 mm
_PIXEL: Final = 2540 / 96
_DIGIT, _PADDING = 7, 5  # pixels of Excel's standard font (Calibri 11): a width counts digits
_BOLD, _NORMAL = 150.0, 100.0
_HORIZONTAL: Final = {
    "general": "STANDARD",
    "left": "LEFT",
    "center": "CENTER",
    "right": "RIGHT",
    "justify": "BLOCK",
    "fill": "REPEAT",
}
_VERTICAL: Final = {"top": 1, "center": 2, "bottom": 3, "justify": 4}
_LOOKS = re.compile(
    r"Char|CellBack|IsCellBack|NumberFormat|Hori|Vert|IsTextW|.*Border|ShrinkToFit|Para|Rotat|Orient"
)


def to_rgb(colour: int) -> Rgb:
    """LibreOffice's 0xRRGGBB (-1 is automatic: black) as three parts of 0–255."""
    return (0, 0, 0) if colour < 0 else (colour >> 16 & 255, colour >> 8 & 255, colour & 255)


def from_rgb(colour: Rgb | int | str) -> int:
    """Three parts, ``"#rrggbb"`` or Excel's own 0xBBGGRR as LibreOffice's 0xRRGGBB."""
    if isinstance(colour, str):
        return int(colour.removeprefix("#"), 16)
    red, green, blue = (
        (colour & 255, colour >> 8 & 255, colour >> 16 & 255) if isinstance(colour, int) else colour
    )
    return red << 16 | green << 8 | blue


def _lines(by: str) -> Any:
    return enum("table.TableOrientation", "COLUMNS" if by == "columns" else "ROWS")


class RangeLook(base_classes.Range):
    """The looks of a `Range`; a property in which its cells differ reads as None."""

    sheet: Sheet
    area: Area
    cells: Any

    def _get(self, name: str) -> Any:
        return None if mixed(self.cells, name) else getattr(self.cells, name)

    @property
    def font(self) -> Font:
        return Font(self)

    @property
    def color(self) -> Rgb | None:
        fill = self._get("CellBackColor")
        return None if fill is None or fill < 0 else to_rgb(fill)

    @color.setter
    def color(self, value: Rgb | int | str | None) -> None:
        self.cells.CellBackColor = -1 if value is None else from_rgb(value)

    def set_colors(self, colors: list[list[Any]]) -> None:
        for r, row in enumerate(colors, 1):
            for c, colour in enumerate(row, 1):
                if colour is not ...:
                    self(r, c).color = colour

    @property
    def number_format(self) -> str | None:
        key = self._get("NumberFormat")
        return None if key is None else self.sheet.book.formats.code(key)

    @number_format.setter
    def number_format(self, value: str) -> None:
        self.cells.NumberFormat = self.sheet.book.formats.key(value)

    @property
    def wrap_text(self) -> bool | None:
        wraps: bool | None = self._get("IsTextWrapped")
        return wraps

    @wrap_text.setter
    def wrap_text(self, value: bool) -> None:
        self.cells.IsTextWrapped = bool(value)

    @property
    def horizontal_alignment(self) -> str | None:
        found = self._get("HoriJustify")
        return (
            None if found is None else {theirs: ours for ours, theirs in _HORIZONTAL.items()}.get(found.value)
        )

    @horizontal_alignment.setter
    def horizontal_alignment(self, value: str) -> None:
        if value not in _HORIZONTAL:
            raise NotImplementedError(
                f"xlwings on LibreOffice does not implement horizontal_alignment = {value!r}"
            )
        self.cells.HoriJustify = enum("table.CellHoriJustify", _HORIZONTAL[value])

    @property
    def vertical_alignment(self) -> str | None:
        found = self._get("VertJustify")
        return (
            None
            if found is None
            else {theirs: ours for ours, theirs in _VERTICAL.items()}.get(found, "bottom")
        )

    @vertical_alignment.setter
    def vertical_alignment(self, value: str) -> None:
        if value not in _VERTICAL:
            raise NotImplementedError(
                f"xlwings on LibreOffice does not implement vertical_alignment = {value!r}"
            )
        self.cells.VertJustify = _VERTICAL[value]

    @property
    def column_width(self) -> float | None:
        """In digits of the standard font, as Excel counts; None where the columns differ."""
        widths = {column.Width for column in _each(self.cells.Columns)}
        return round((widths.pop() / _PIXEL - _PADDING) / _DIGIT, 2) if len(widths) == 1 else None

    @column_width.setter
    def column_width(self, value: float) -> None:
        self.cells.Columns.Width = round((value * _DIGIT + _PADDING) * _PIXEL) if value else 0

    @property
    def row_height(self) -> float | None:
        """In points; None where the rows differ."""
        heights = {row.Height for row in _each(self.cells.Rows)}
        return round(heights.pop() / POINT, 2) if len(heights) == 1 else None

    @row_height.setter
    def row_height(self, value: float) -> None:
        self.cells.Rows.Height = round(value * POINT)

    @property
    def row_hidden(self) -> bool | None:
        shown = {row.IsVisible for row in _each(self.cells.Rows)}
        return not shown.pop() if len(shown) == 1 else None

    @row_hidden.setter
    def row_hidden(self, value: bool) -> None:
        self.cells.Rows.IsVisible = not value

    @property
    def column_hidden(self) -> bool | None:
        shown = {column.IsVisible for column in _each(self.cells.Columns)}
        return not shown.pop() if len(shown) == 1 else None

    @column_hidden.setter
    def column_hidden(self, value: bool) -> None:
        self.cells.Columns.IsVisible = not value

    arg1_input = ""
    """As what the range was asked for, which xlwings looks into for rows or columns."""

    def group(self, by: str) -> None:
        """Put the "rows" or "columns" into a group that folds."""
        self.sheet.sheet.group(self.cells.RangeAddress, _lines(by))

    def ungroup(self, by: str) -> None:
        """Take the "rows" or "columns" out of their innermost group; where there is none, nothing happens."""
        self.sheet.sheet.ungroup(self.cells.RangeAddress, _lines(by))

    def autofit(self, axis: str | None = None) -> None:
        if axis in {None, "c", "columns"}:
            self.cells.Columns.OptimalWidth = True
        if axis in {None, "r", "rows"}:
            self.cells.Rows.OptimalHeight = True

    def clear_formats(self) -> None:
        """Looks only: like Excel this leaves values, notes and data validation."""
        for found in self.cells.PropertySetInfo.Properties:
            if _LOOKS.match(found.Name):
                self.cells.setPropertyToDefault(found.Name)
        self.cells.CellStyle = "Default"
        self.sheet.drop_conditional_formats(self.area)

    @property
    def width(self) -> float:
        return float(self.cells.Size.Width / POINT)

    @property
    def height(self) -> float:
        return float(self.cells.Size.Height / POINT)

    @property
    def left(self) -> float:
        return float(self.cells.Position.X / POINT)

    @property
    def top(self) -> float:
        return float(self.cells.Position.Y / POINT)


def _each(lines: Any) -> Any:
    return map(lines.getByIndex, range(lines.Count))


@strict
class Font(base_classes.Font):
    """A range's font. What is set holds for Chinese text too, which LibreOffice gives a font of its own."""

    def __init__(self, cells: RangeLook) -> None:
        self._range = cells

    def _set(self, name: str, value: object) -> None:
        for script in ("", "Asian"):
            setattr(self._range.cells, name + script, value)

    def _read(self, name: str) -> Any:
        return self._range._get(name)

    @property
    def bold(self) -> bool | None:
        weight = self._read("CharWeight")
        return None if weight is None else weight > _NORMAL

    @bold.setter
    def bold(self, value: bool) -> None:
        self._set("CharWeight", _BOLD if value else _NORMAL)

    @property
    def italic(self) -> bool | None:
        posture = self._read("CharPosture")
        return None if posture is None else posture.value != "NONE"

    @italic.setter
    def italic(self, value: bool) -> None:
        self._set("CharPosture", enum("awt.FontSlant", "ITALIC" if value else "NONE"))

    @property
    def size(self) -> float | None:
        size: float | None = self._read("CharHeight")
        return size

    @size.setter
    def size(self, value: float) -> None:
        self._set("CharHeight", float(value))

    @property
    def color(self) -> Rgb | None:
        colour = self._read("CharColor")
        return None if colour is None else to_rgb(colour)

    @color.setter
    def color(self, value: Rgb | int | str) -> None:
        self._range.cells.CharColor = from_rgb(value)

    @property
    def name(self) -> str | None:
        name: str | None = self._read("CharFontName")
        return name

    @name.setter
    def name(self, value: str) -> None:
        self._set("CharFontName", value)
