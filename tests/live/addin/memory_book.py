"""A workbook in memory behind xlwings' public classes. Like xlwings Lite it does not tell formulas or looks.

Like Excel it takes text that begins as formulas do for one, unless the cell has the number format for text; ``live`` of a
sheet tells where that happened. With ``tells`` a book tells formulas, as Excel on a computer does.
"""

from __future__ import annotations

from typing import Any

from openpyxl.utils import get_column_letter, range_boundaries
from xlwings import base_classes


class App(base_classes.App):
    def __init__(self, book: Book) -> None:
        self.book = book
        self.told: list[str] = []
        self.engine = engine
        engine.apps.append(self)

    pid = 1

    @property
    def books(self) -> Any:
        return [self.book]

    @property
    def selection(self) -> Any:
        return None

    def activate(self, *_: object) -> None: ...

    def alert(self, prompt: str, *_: object) -> None:
        self.told.append(prompt)


class Engine:
    name, type = "memory", "remote"

    def __init__(self) -> None:
        self.apps: list[App] = []

    @staticmethod
    def prepare_xl_data_element(value: Any, _options: Any) -> Any:
        return value

    @staticmethod
    def clean_value_data(data: Any, _dates: Any, _empty: Any, _numbers: Any, _errors: Any) -> Any:
        return [[float(v) if type(v) is int else v for v in row] for row in data]


engine = Engine()


class Book(base_classes.Book):
    def __init__(self, source: Any) -> None:
        self._app = App(self)
        self._sheets = Sheets(Sheet(self, sheet) for sheet in source)
        self._names = Names(self, {n: d.attr_text for n, d in source.defined_names.items()})

    name = fullname = "register.xlsx"
    tells = False

    def activate(self) -> None: ...

    app = property(lambda self: self._app)
    sheets = property(lambda self: self._sheets)
    names = property(lambda self: self._names)

    def dump(self) -> dict[str, list[list[Any]]]:
        return {sheet.name: sheet.rows() for sheet in self._sheets}


class Sheets(list[Any]):
    @property
    def active(self) -> Any:
        return self[0]

    def __call__(self, key: int | str) -> Any:
        if isinstance(key, int):
            return self[key - 1]
        for sheet in self:
            if sheet.name == key:
                return sheet
        raise KeyError(key)


class Sheet(base_classes.Sheet):
    def __init__(self, book: Book, source: Any) -> None:
        self._book, self._name = book, source.title
        self.grid = {
            (c.row, c.column): c.value for row in source.iter_rows() for c in row if c.value is not None
        }
        self.looks: dict[tuple[int, int], str] = {}
        self.live: dict[tuple[int, int], str] = {}
        self._tables = Tables(Table(self, n, ref) for n, ref in source.tables.items())

    book = property(lambda self: self._book)
    name = property(lambda self: self._name)
    tables = property(lambda self: self._tables)

    def activate(self) -> None: ...

    @property
    def notes(self) -> Any:
        raise NotImplementedError

    def edge(self) -> tuple[int, int]:
        return max((r for r, _ in self.grid), default=1), max((c for _, c in self.grid), default=1)

    def rows(self) -> list[list[Any]]:
        last, width = self.edge()
        return [[self.grid.get((r, c)) for c in range(1, width + 1)] for r in range(1, last + 1)]

    @property
    def used_range(self) -> Range:
        return Range(self, 1, 1, *self.edge())

    def range(self, first: Any, last: Any = None) -> Range:
        if isinstance(first, str):
            left, top, right, bottom = (int(n or 0) for n in range_boundaries(first.replace("$", "")))
            return Range(self, top, left, bottom, right)
        if isinstance(first, Range):
            end = last or first
            return Range(self, first.row0, first.col0, end.row1, end.col1)
        if len(first) == 4:
            row, column, rows, columns = first
            return Range(self, row, column, row + rows - 1, column + columns - 1)
        end = last if isinstance(last, tuple) else (last.row1, last.col1) if last else first
        return Range(self, *first, *end)


class Range(base_classes.Range):
    def __init__(self, sheet: Sheet, top: int, left: int, bottom: int, right: int) -> None:
        self.sheet = sheet
        self.row0, self.col0, self.row1, self.col1 = top, left, bottom, right
        self.options: dict[str, Any] = {}
        self._font = Font()

    row = property(lambda self: self.row0)
    column = property(lambda self: self.col0)
    font = property(lambda self: self._font)
    coords = property(lambda self: (self.sheet, self.row0, self.col0, *self.shape))
    shape = property(lambda self: (self.row1 - self.row0 + 1, self.col1 - self.col0 + 1))
    max_cells_per_read = max_cells_per_write = None
    api = True  # something to write to

    def __len__(self) -> int:
        return int(self.shape[0] * self.shape[1])

    def __call__(self, *at: int) -> Range:
        if len(at) == 1:
            down, right = divmod(at[0] - 1, self.shape[1])
            at = down + 1, right + 1
        row, column = self.row0 + at[0] - 1, self.col0 + at[1] - 1
        return Range(self.sheet, row, column, row, column)

    def places(self) -> list[list[tuple[int, int]]]:
        return [[(r, c) for c in range(self.col0, self.col1 + 1)] for r in range(self.row0, self.row1 + 1)]

    @property
    def raw_value(self) -> Any:
        rows = [[self.sheet.grid.get(place) for place in line] for line in self.places()]
        return rows if len(self) > 1 else rows[0][0]

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        rows = value if isinstance(value, list) else [[value]]
        for line, values in zip(self.places(), rows, strict=True):
            self.sheet.grid.update(zip(line, values, strict=True))
            for place, text in zip(line, values, strict=True):
                runs = isinstance(text, str) and text[:1] in {"=", "+", "-", "@"} and len(text) > 1
                if runs and self.sheet.looks.get(place) != "@":
                    self.sheet.live[place] = text

    def clear_contents(self) -> None:
        for line in self.places():
            for place in line:
                self.sheet.grid.pop(place, None)

    clear = clear_contents

    def select(self) -> None: ...

    def get_address(self, *_: object) -> str:
        return self.address

    @property
    def address(self) -> str:
        return f"${get_column_letter(self.col0)}${self.row0}:${get_column_letter(self.col1)}${self.row1}"

    def _untold(self) -> Any:
        raise NotImplementedError

    def _taken(self, value: object) -> None: ...

    color = wrap_text = row_height = property(_untold, _taken)

    def _look(self, code: str) -> None:
        for line in self.places():
            self.sheet.looks.update(dict.fromkeys(line, code))

    number_format = property(_untold, _look)

    @property
    def formula(self) -> Any:
        if not self.sheet.book.tells:
            raise NotImplementedError
        rows = [
            [self.sheet.live.get(p) or self.sheet.grid.get(p) or "" for p in line] for line in self.places()
        ]
        return tuple(map(tuple, rows)) if len(self) > 1 else rows[0][0]

    @formula.setter
    def formula(self, value: str) -> None:
        self.raw_value = [[value for _ in line] for line in self.places()]

    vertical_alignment = property(_untold, _taken)


class Font(base_classes.Font):
    def _untold(self) -> Any:
        raise NotImplementedError

    def _taken(self, value: object) -> None: ...

    name = size = color = bold = property(_untold, _taken)


class Tables(list[Any]):
    def __call__(self, key: int | str) -> Any:
        return self[key - 1] if isinstance(key, int) else next(t for t in self if t.name == key)

    def __contains__(self, key: object) -> bool:
        return any(table.name == key for table in self)


class Table(base_classes.Table):
    def __init__(self, sheet: Sheet, name: str, ref: str) -> None:
        self._sheet, self._name, self._ref = sheet, name, ref

    parent = property(lambda self: self._sheet)
    name = property(lambda self: self._name)
    range = property(lambda self: self._sheet.range(self._ref))
    totals_row_range = None

    def resize(self, range: Any) -> None:  # noqa: A002 - xlwings' name
        self._ref = range.address


class Names(base_classes.Names):
    def __init__(self, book: Book, names: dict[str, str]) -> None:
        self.book, self.names = book, names

    def contains(self, name: str) -> bool:
        return name in self.names

    def __call__(self, name: str) -> Name:
        return Name(self.book, self.names[name])


class Name(base_classes.Name):
    def __init__(self, book: Book, place: str) -> None:
        self.book, self.place = book, place

    @property
    def refers_to_range(self) -> Range:
        title, _, cells = self.place.rpartition("!")
        found: Range = self.book.sheets(title.strip("'")).range(cells)
        return found
