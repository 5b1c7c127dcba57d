"""What is odd on a sheet is found whatever way it is written; what spares looking closer spares nothing else."""

from __future__ import annotations

import io
import zipfile

import pytest

from kesu.workbook.reading import odd
from kesu.workbook.reading.inspect import inspect
from kesu.workbook.reading.odd import odd_cells
from kesu.workbook.reading.refusals import Refused

TEXT = '<c r="A1" t="str"><f>B1</f><v></v></c>'
"""A formula for text that came to nothing: no matter."""


def sheet(*cells: str, after: str = "") -> io.BytesIO:
    rows = "".join(f"<row>{cell}</row>" for cell in cells)
    return io.BytesIO(f'<?xml version="1.0"?>\r\n<worksheet><sheetData>{rows}</sheetData>{after}'.encode())


@pytest.mark.parametrize(
    "formula",
    [
        '<c r="B2"><f>A1</f></c>',
        '<c r="B2"><f>A1</f><v></v></c>',
        '<c r="B2"><f>A1</f><v/></c>',
        '<c r="B2"><f t="shared" si="0"/></c>',
        '<c r="B2"><f t="shared" si="0"/><v></v></c>',
        '<c r="B2"><f>A1</f> <v></v></c>',
        '<c r="B2"><f>A1</f><v></v>\n</c>',
        '<c r="B2"><f>A1</f><v> </v></c>',
        '<c r="B2" t="e"><f>A1</f><v></v></c>',
    ],
)
@pytest.mark.parametrize("block", [40, 1 << 22])
def test_formulas_without_a_value_are_found_among_formulas_for_text(
    formula: str, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(odd, "BLOCK", block)
    assert odd_cells(sheet(TEXT, formula, TEXT), ()).uncached == [(2, 1)]


@pytest.mark.parametrize(
    "formula", [TEXT, '<c r="B2"><f>A1</f><v>0</v></c>', '<c r="B2" t="str"><f>A1</f><v/></c>']
)
def test_calculated_formulas_and_texts_that_came_to_nothing_are_not_odd(formula: str) -> None:
    assert odd_cells(sheet(TEXT, formula), ()).uncached == []


@pytest.mark.parametrize(
    ("text", "odd_one"),
    [
        ("2026-10-01 09:05:00", True),
        ("\n2026-10-01 09:05:00.25 ", True),
        ("1.234", True),
        ("-999.999", True),
        (" +1234.5678\t", True),
        ("12345.678", False),
        ("0.123", False),
        ("1.23456", False),
        ("2026-10-01", False),
    ],
)
def test_texts_that_look_like_true_dates_or_numbers_are_found(text: str, odd_one: bool) -> None:
    cell = f'<c r="C7" t="str"><f>A1</f><v>{text}</v></c>'
    assert odd_cells(sheet(TEXT, cell), ()).dates == [(7, 2)] * odd_one


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1234567890123456", "1.23456789012346E+15"),
        ("1e+20", "1.00000000000000E+20"),
        ("2.5E16", "2.50000000000000E+16"),
        ("123456789012345", None),
        ("1E14", None),
    ],
)
def test_numbers_that_lost_digits_are_found(value: str, shown: str | None) -> None:
    found = odd_cells(sheet(f'<c r="A3"><v>{value}</v></c>'), ()).errors
    assert found == ({(3, 0): shown} if shown else {})


def test_merged_cells_are_looked_for_where_asked() -> None:
    after = '<mergeCells><mergeCell ref="A1:C2"/></mergeCells>'
    assert odd_cells(sheet(after=after), ()).merged == [(1, 0, 2, 2)]
    assert odd_cells(sheet(after=after), (), merged=False).merged == []


def looked_at(cell: str) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
        book.writestr("xl/worksheets/sheet1.xml", f"<sheetData><row>{cell}<v>1</v></c></row></sheetData>")
    inspect("a.xlsx", made, 20_000)


@pytest.mark.parametrize(
    "cell", ['<c r="AAA1">', "<c r='AAA1'>", '<c\nr="B100000">', '<x:c s="1"\tr="ZZZ9999999">']
)
def test_a_cell_far_out_is_refused_however_it_is_written(cell: str) -> None:
    with pytest.raises(Refused):
        looked_at(cell)
    looked_at(cell.replace("AAA1", "ZZ1").replace("B100000", "B99999").replace("ZZZ9999999", "ZZ99999"))
