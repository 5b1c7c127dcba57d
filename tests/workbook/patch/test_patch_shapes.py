"""Rows that look like an earlier one are written without reading their cells: to the same bytes as by reading them."""

from __future__ import annotations

import datetime as dt
import re

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from kesu.workbook.patch import Linked, cellwriter
from kesu.workbook.patch.cellwriter import CellWriter, Options
from kesu.workbook.patch.readback import confirm
from kesu.workbook.patch.rowreader import Row
from kesu.workbook.patch.rowshape import Shape
from kesu.workbook.patch.sheetxml import Sheet
from kesu.workbook.patch.values import KEEP, Keep, Value, serial

STYLES = ["", ' s="0"', ' s="1"', ' s="7"']
INSIDES = ["/>", "><v>1</v></c>", ' t="s"><v>4</v></c>', "><f>1+1</f><v>2</v></c>", "><v></v></c>",
           ' t="inlineStr"><is><t xml:space="preserve"> a &amp; b</t></is></c>', ' cm="1"><v>1</v></c>']  # fmt: skip
PLAIN = [0, 1, 2, 5]
ATTRIBUTES = ["", ' ht="30" customHeight="1"', ' spans="1:5"', ' hidden="1"', ' s="3" customFormat="1"']
VALUES: list[Value] = [None, "", "JC-1", "a & <b>", 46296.5, True, KEEP, Linked("JC-2", "'R'!A9")]

Rows = list[tuple[str, list[tuple[int, int]], bool]]
"""Attributes, cells of A to C (style, inside), whether a cell of the team's stands in E."""


@st.composite
def sheets(draw: st.DrawFn) -> Rows:
    """Most rows are of one of two shapes, some of any."""
    looks = st.lists(st.integers(0, 3), min_size=3, max_size=3)
    common = [(draw(st.sampled_from(ATTRIBUTES)), draw(looks)) for _ in range(2)]
    rows: Rows = []
    for _ in range(draw(st.integers(0, 10))):
        usual = draw(st.integers(0, 5))
        attributes, styles = common[usual % 2] if usual else (draw(st.sampled_from(ATTRIBUTES)), draw(looks))
        insides = [draw(st.sampled_from(PLAIN if usual else range(len(INSIDES)))) for _ in styles]
        rows.append((attributes, list(zip(styles, insides, strict=True)), draw(st.booleans())))
    return rows


def sheet_of(rows: Rows) -> bytes:
    xml = ""
    for number, (attributes, found, neighbour) in enumerate(rows, 2):
        inner = "".join(
            f'<c r="{letter}{number}"{STYLES[style]}{INSIDES[inside]}'
            for letter, (style, inside) in zip("ABC", found, strict=True)
        )
        inner += f'<c r="E{number}"><v>ours</v></c>' * neighbour
        xml += f'<row r="{number}"{attributes}>{inner}</row>'
    return f'<worksheet xmlns="x"><sheetData><row r="1"/>{xml}</sheetData></worksheet>'.encode()


def written(data: bytes, rows: list[list[Value]], shapes: int, *, show: bool) -> tuple[bytes, bool]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cellwriter, "_SHAPES", shapes)
        writer = CellWriter(Sheet(data, "t"), 2, 1, rows, Options(show=show))
        result = writer.result()
        confirm(writer.sheet, result, writer.pieces, writer.marks)
        return result, writer.formulas_lost


values = st.lists(st.sampled_from(VALUES), min_size=3, max_size=3)
plain_values = st.lists(
    st.sampled_from([v for v in VALUES if not isinstance(v, Keep)]), min_size=3, max_size=3
)


@pytest.mark.slow
@settings(max_examples=400)
@given(
    sheets(), st.lists(st.one_of(plain_values, plain_values, values), min_size=1, max_size=13), st.booleans()
)
def test_rows_taken_for_alike_are_written_as_if_their_cells_had_been_read(
    there: Rows, rows: list[list[Value]], show: bool
) -> None:
    data = sheet_of(there)
    assert written(data, rows, 8, show=show) == written(data, rows, 0, show=show)


def test_thousands_of_rows_alike_are_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    plain = CellWriter._existing

    def existing(self: CellWriter, row: Row, values: list[Value]) -> None:
        read.append(row.number)
        plain(self, row, values)

    monkeypatch.setattr(CellWriter, "_existing", existing)
    there: Rows = [("", [(2, 1), (3, 5), (2, 0)], number % 2 == 0) for number in range(2000)]
    there[700] = ("", [(2, 1), (3, 3), (2, 0)], True)  # a formula
    result, formulas_lost = written(sheet_of(there), [["C-1", 7, None]] * 2000, 8, show=False)
    assert formulas_lost
    assert read == [2, 702]
    assert result.count(b"<v>ours</v>") == 1000
    assert re.findall(rb'<c r="A1999" (.*?)</row>', result) == [
        b's="1" t="inlineStr"><is><t>C-1</t></is></c><c r="B1999" s="7"><v>7</v></c><c r="C1999" s="1"/>'
    ]


def test_a_row_whose_cells_belong_to_another_row_is_not_taken_for_alike() -> None:
    data = sheet_of([("", [(2, 1), (2, 1), (2, 1)], False)] * 2)
    sheet = Sheet(data, "t")
    first = next(sheet.rows.between(2, 2))
    shape = Shape.of(data[first.node.start : first.node.end], list(first.cells.values()), {})
    assert shape is not None
    second = sheet.rows.bytes_of(3)
    assert second is not None
    assert shape.pattern.match(data, *second)
    assert not shape.pattern.match(data.replace(b'r="B3"', b'r="B2"'), *second)


@pytest.mark.parametrize(
    ("day", "serial_1900", "serial_1904"),
    [
        (dt.date(1899, 12, 31), 0, None), (dt.date(1900, 1, 1), 1, None), (dt.date(1900, 2, 28), 59, None), (dt.date(1900, 3, 1), 61, None),
        (dt.date(1904, 1, 1), 1462, 0), (dt.datetime(2025, 3, 14, 6), 45730.25, 44268.25),
    ],
)  # fmt: skip
def test_days_count_as_excel_counts_them_with_the_day_that_never_was(
    day: dt.date, serial_1900: float, serial_1904: float | None
) -> None:
    assert serial(day, date1904=False) == serial_1900
    if serial_1904 is None:
        with pytest.raises(ValueError, match="before the calendar"):
            serial(day, date1904=True)
    else:
        assert serial(day, date1904=True) == serial_1904
    with pytest.raises(ValueError, match="before the calendar"):
        serial(dt.date(1899, 12, 30), date1904=False)
