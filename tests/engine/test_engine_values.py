"""Values and formulas go into cells and come back, in a real LibreOffice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import xlwings as xw
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xlwings_libreoffice import NotInLibreOfficeError

pytestmark = pytest.mark.libreoffice
few = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

NOON = dt.datetime(2026, 1, 5, 12, 30, 1)


def test_scalars_come_back_as_excel_returns_them(sheet: xw.Sheet) -> None:
    for value in (1.5, "text", True, NOON, "客户投诉" * 8000):
        sheet["B2"].clear()
        sheet["B2"].value = value
        assert sheet["B2"].value == value
        assert type(sheet["B2"].value) is type(value)
    sheet["B2"].value = 10**12
    assert sheet["B2"].value == 1e12
    sheet["B2"].value = None
    assert sheet["B2"].value is None


def test_lists_fill_rows_columns_and_blocks(sheet: xw.Sheet) -> None:
    sheet["A1"].value = [1, "b", None, True]
    sheet["A2"].options(transpose=True).value = ["x", "y"]
    sheet["C2"].value = [[1, 2], [3, 4]]
    assert sheet["A1:D1"].value == [1.0, "b", None, True]
    assert sheet["A2:A3"].value == ["x", "y"]
    assert sheet["C2:D3"].value == [[1.0, 2.0], [3.0, 4.0]]
    assert sheet["A2:A3"].options(ndim=2).value == [["x"], ["y"]]
    assert sheet["A1"].options(ndim=1).value == [1.0]
    assert sheet["C2:D2"].options(np.array).value.tolist() == [1.0, 2.0]
    assert sheet["C2:D2"].options(numbers=int).value == [1, 2]
    assert sheet["A1:C1"].options(empty="–").value == [1.0, "b", "–"]


def test_one_value_fills_a_range_and_a_formula_moves_with_it(sheet: xw.Sheet) -> None:
    sheet["A1:A3"].value = [[1], [2], [3]]
    sheet["B1:C3"].value = "=$A1*10+COLUMN(B$1)"
    sheet["D1:D3"].value = "same"
    assert sheet["B1:C3"].value == [[12.0, 13.0], [22.0, 23.0], [32.0, 33.0]]
    assert sheet["C3"].formula == "=$A3*10+COLUMN(C$1)"
    assert sheet["D1:D3"].value == ["same"] * 3


def test_a_frame_goes_in_and_comes_out(sheet: xw.Sheet) -> None:
    frame = pd.DataFrame(
        {"no": ["C-1", "C-2"], "at": [NOON, pd.NaT], "paid": [1.5, np.nan], "agreed": [True, False]}
    )
    sheet["B3"].options(index=False).value = frame
    assert sheet["B3"].expand().address == "$B$3:$E$5"
    back = sheet["B3:E5"].options(pd.DataFrame, index=False).value
    assert list(back.columns) == ["no", "at", "paid", "agreed"]
    assert back["no"].tolist() == ["C-1", "C-2"]
    assert back["at"].tolist()[0] == NOON
    assert back["at"].isna().tolist() == [False, True]
    assert back["paid"].isna().tolist() == [False, True]
    assert back["agreed"].tolist() == [True, False]


def test_only_date_formats_make_dates(sheet: xw.Sheet) -> None:
    sheet["A1:E1"].value = [46_027.520844907406] * 5
    for cell, code in zip(
        "ABCDE", ["yyyy-mm-dd hh:mm", "m/d/yyyy", "0.00", "[h]:mm", 'yyyy"年"m"月"'], strict=True
    ):
        sheet[f"{cell}1"].number_format = code
    assert sheet["A1:E1"].value == [NOON, NOON, 46_027.520844907406, 46_027.520844907406, NOON]


def test_a_date_formats_only_an_ordinary_cell(sheet: xw.Sheet) -> None:
    sheet["A2"].number_format = "d mmm yyyy"
    sheet["A1:A3"].value = [[NOON], [NOON], [dt.date(2026, 1, 5)]]
    assert [sheet[f"A{row}"].number_format for row in (1, 2, 3)] == [
        "yyyy-mm-dd hh:mm:ss",
        "d mmm yyyy",
        "yyyy-mm-dd",
    ]
    assert sheet["A1:A3"].value == [NOON, NOON, dt.datetime(2026, 1, 5)]


def test_text_cells_keep_text_and_ordinary_cells_do_as_excel_does(sheet: xw.Sheet) -> None:
    texts = ["001", "=1+1", "+86 138 1234 5678", "@name", "-x", "2026-01-05", "TRUE", "'quoted", "1E5"]
    cells = sheet["B1"].resize(len(texts), 1)
    cells.number_format = "@"
    cells.options(transpose=True).value = texts
    assert cells.value == texts
    assert [row[0] for row in cells.formula] == texts
    sheet["A1:A4"].value = [["001"], ["=1+1"], ["TRUE"], ["2026-01-05"]]
    assert sheet["A1:A4"].value == [1.0, 2.0, True, dt.datetime(2026, 1, 5)]
    with pytest.raises(ValueError, match='set number_format = "@"'):
        sheet["A5"].value = "+86 138 1234 5678"


def test_a_block_may_be_text_in_some_columns_only(sheet: xw.Sheet) -> None:
    sheet["B1:B3"].number_format = "@"
    sheet["A1"].value = [["1", "1"], ["=2", "=2"], [3, 3]]
    assert sheet["A1:B3"].value == [[1.0, "1"], [2.0, "=2"], [3.0, "3"]]


def test_errors_read_as_none_unless_asked_for(sheet: xw.Sheet) -> None:
    formulas = ["=1/0", "=NA()", "=nonsense(1)", '=1+"a"', "=#REF!", "=1+1"]
    sheet["A1"].options(transpose=True).value = formulas
    assert sheet["A1:A6"].value == [None, None, None, None, None, 2.0]
    errors = ["#DIV/0!", "#N/A", "#NAME?", "#VALUE!", "#REF!", 2.0]
    assert sheet["A1:A6"].options(err_to_str=True).value == errors


def test_formulas_are_written_and_read_in_excels_spelling(book: xw.Book, sheet: xw.Sheet) -> None:
    other = book.sheets.add("My sheet", after=sheet)
    other["A1:A3"].value = [[1], [2], [4]]
    sheet["A1"].value = ["No", "Twice"]
    sheet["A2"].options(transpose=True).value = [10, 20]
    sheet.tables.add(sheet["A1:B3"], name="T")
    sheet["B2:B3"].formula = "=T[[#This Row],[No]]*2"
    cases = {
        "=SUM('My sheet'!A1:A3,1)": 8.0,
        "=SUM(T[Twice])": 60.0,
        "=SUM({1,2;3,4})": 10.0,
        '=IF(A2=10,"a,b;c","no")': "a,b;c",
        "=INDEX('My sheet'!A:A,MATCH(4,'My sheet'!$A:$A,0))": 4.0,
    }
    sheet["D1"].options(transpose=True).formula = list(cases)
    assert sheet["D1:D5"].value == list(cases.values())
    assert [row[0] for row in sheet["D1:D5"].formula] == list(cases)
    assert sheet["A2"].formula == "10"
    assert sheet["B2:B3"].value == [20.0, 40.0]


def test_calculation_can_wait(app: xw.App, sheet: xw.Sheet) -> None:
    sheet["A1"].value = 1
    sheet["B1"].formula = "=A1+1"
    app.calculation = "manual"
    try:
        sheet["A1"].value = 5
        assert sheet["B1"].value == 2.0
        assert app.calculation == "manual"
        app.calculate()
        assert sheet["B1"].value == 6.0
    finally:
        app.calculation = "automatic"
    with pytest.raises(NotInLibreOfficeError, match="semiautomatic"):
        app.calculation = "semiautomatic"


def test_clearing_contents_leaves_the_format(sheet: xw.Sheet) -> None:
    sheet["A1:A2"].number_format = "@"
    sheet["A1:A2"].color = (1, 2, 3)
    sheet["A1:A2"].value = [["001"], ["002"]]
    sheet["A1"].clear_contents()
    sheet["A2"].clear()
    assert sheet["A1:A2"].value == [None, None]
    assert (sheet["A1"].number_format, sheet["A1"].color) == ("@", (1, 2, 3))
    assert (sheet["A2"].number_format, sheet["A2"].color) == ("General", None)
    sheet["A1"].value = "003"
    sheet["A1"].clear_formats()
    assert (sheet["A1"].value, sheet["A1"].number_format, sheet["A1"].color) == ("003", "General", None)


def test_an_empty_range_reads_and_writes_nothing(sheet: xw.Sheet) -> None:
    nothing = sheet["A1:B2"][0:0, :]
    nothing.value = 5
    assert nothing.shape == (0, 2)
    assert sheet["A1:B2"].value == [[None, None], [None, None]]


text = st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"]), max_size=40)
moments = st.datetimes(dt.datetime(1901, 1, 1), dt.datetime(2199, 12, 31)).map(
    lambda at: at.replace(microsecond=0)
)
numbers = st.floats(
    allow_nan=False, allow_infinity=False, allow_subnormal=False, min_value=-1e300, max_value=1e300
)


@few
@given(rows=st.lists(st.tuples(text, numbers, moments, st.booleans()), min_size=1, max_size=8))
def test_any_row_comes_back_as_it_went(
    sheet: xw.Sheet, rows: list[tuple[str, float, dt.datetime, bool]]
) -> None:
    sheet.clear()
    sheet["A1:A8"].number_format = "@"
    sheet["A1"].value = [list(row) for row in rows]
    back = sheet["A1"].resize(len(rows), 4).options(ndim=2).value
    assert back == [[name or None, number, at, flag] for name, number, at, flag in rows]


@pytest.mark.slow
def test_a_hundred_thousand_rows_go_both_ways(
    sheet: xw.Sheet, record_property: Callable[[str, object], None]
) -> None:
    first = dt.datetime(2026, 1, 1)
    rows = [
        [
            f"C-{i:06}",
            "客户",
            first + dt.timedelta(minutes=i),
            float(i),
            i / 7,
            i % 2 == 0,
            None,
            "x",
            "y" * 50,
            "z",
        ]
        for i in range(100_000)
    ]
    block = sheet["A1"].resize(len(rows), 10)
    block.row_height = 15  # a height of its own spares LibreOffice fitting every row to its text
    started = dt.datetime.now(tz=dt.UTC)
    block.value = rows
    written = dt.datetime.now(tz=dt.UTC)
    back = block.value
    record_property("write_s", (written - started).total_seconds())
    record_property("read_s", (dt.datetime.now(tz=dt.UTC) - written).total_seconds())
    assert back == rows


def test_switching_calculation_is_no_change_to_save(app: xw.App, book: xw.Book) -> None:
    book.api.setModified(False)
    app.calculation = "manual"
    app.calculation = "automatic"
    assert not book.api.isModified()
    app.calculation = "manual"
    book.sheets[0]["A1"].value = 1
    app.calculation = "automatic"
    assert book.api.isModified()


def test_undo_takes_a_write_back_in_one_step(book: xw.Book, sheet: xw.Sheet) -> None:
    sheet["A1"].value = "before"
    sheet["A1"].add_note("note")
    nothing = [["before", None, None], [None] * 3, [None] * 3]
    writes: list[tuple[str, object]] = [
        ("B2", 5),
        ("B2", "text"),
        ("B2", "=1+1"),
        ("A1", None),
        ("A1:C3", [[1, "x", "=2"], [None, "y", 3], [NOON, None, None]]),
    ]
    for cells, value in writes:
        sheet[cells].value = value
        written = sheet["A1:C3"].value
        assert written != nothing
        book.api.UndoManager.undo()
        assert sheet["A1:C3"].value == nothing
        note = sheet["A1"].note
        assert note is not None
        assert note.text == "note"
        book.api.UndoManager.redo()
        assert sheet["A1:C3"].value == written
        book.api.UndoManager.undo()
