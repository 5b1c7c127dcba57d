"""The parts of the engine that need no office: addresses, spellings of formulas, what a value becomes."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlwings import base_classes

from xlwings_libreoffice import NotInLibreOfficeError
from xlwings_libreoffice.addresses import Area, a1, column_letters, column_number, parsed, quoted
from xlwings_libreoffice.cells import Kind, Mark, as_entered, moment, plain, serial
from xlwings_libreoffice.formulas import shifted, to_excel, to_office
from xlwings_libreoffice.strict import strict

EPOCH = dt.datetime(1899, 12, 30)


@pytest.mark.parametrize(
    ("address", "area"),
    [
        ("A1", Area(1, 1)),
        ("$B$3", Area(3, 2)),
        ("b3:a1", Area(1, 1, 3, 2)),
        ("A:C", Area(1, 1, 1_048_576, 3)),
        ("$2:$5", Area(2, 1, 4, 16_384)),
        ("XFD1048576", Area(1_048_576, 16_384)),
        ("XFE1", None),
        ("A0", None),
        ("A1048577", None),
        ("Cal_Start", None),
        ("Register[Status]", None),
    ],
)
def test_an_address_is_parsed_to_its_area(address: str, area: Area | None) -> None:
    assert parsed(address) == area


@given(st.integers(1, 16_384))
def test_column_letters_and_numbers_are_each_others_reverse(number: int) -> None:
    assert column_number(column_letters(number)) == number


@given(st.integers(1, 1_048_000), st.integers(1, 16_000), st.integers(1, 500), st.integers(1, 300))
def test_an_area_survives_being_written_and_read(row: int, column: int, rows: int, columns: int) -> None:
    area = Area(row, column, rows, columns)
    assert parsed(a1(area)) == area
    assert parsed(a1(area, row_absolute=False, column_absolute=False)) == area


def test_sheet_names_are_quoted_only_where_excel_quotes_them() -> None:
    assert [quoted(name) for name in ("Register", "投诉登记", "A1", "my sheet", "Ann's", "2026")] == [
        "Register",
        "投诉登记",
        "'A1'",
        "'my sheet'",
        "'Ann''s'",
        "'2026'",
    ]


SPELLINGS = [
    ("=SUM(A1,B2)", "=SUM(A1;B2)"),
    ("=Register!$A$1", "=$Register.$A$1"),
    ('=投诉!A1&"a,b;c!d"', '=$投诉.A1&"a,b;c!d"'),
    ("=SUM('My sheet'!A1:B3,1)", "=SUM($'My sheet'.A1:B3;1)"),
    ("='Ann''s, list'!A1", "=$'Ann''s, list'.A1"),
    ("=SUM({1,2;3,4})", "=SUM({1;2|3;4})"),
    ("=T[[#This Row],[No, or;so]]*2", "=T[[#This Row];[No, or;so]]*2"),
    ("=SUM(T[No],T[#Totals])", "=SUM(T[No];T[#Totals])"),
    ('=IF(A1="",#N/A,NA())', '=IF(A1="";#N/A;NA())'),
    ("=SUM(S!A:A,S!$1:$3)", "=SUM($S.A:A;$S.$1:$3)"),
    ("=NORM.S.DIST(1,TRUE())", "=NORM.S.DIST(1;TRUE())"),
]


@pytest.mark.parametrize(("excel", "office"), SPELLINGS)
def test_formulas_are_spelled_for_each_program(excel: str, office: str) -> None:
    assert to_office(excel) == office
    assert to_excel(office) == excel


def test_what_only_a_typist_or_a_file_writes_is_understood() -> None:
    assert to_office("=T[@No]+T[@[No 2]]") == "=T[[#This Row];[No]]+T[[#This Row];[No 2]]"
    assert to_office("=_xlfn.XLOOKUP(1,A:A,B:B)") == "=XLOOKUP(1;A:A;B:B)"


@pytest.mark.parametrize(
    ("formula", "rows", "columns", "moved"),
    [
        ("=A1*$A$1+A$1+$A1", 2, 1, "=B3*$A$1+B$1+$A3"),
        ("=SUM($S.A1:B2;A:A;3:3)", 1, 1, "=SUM($S.B2:C3;B:B;4:4)"),
        ("=LOG10(A1)&\"A1\"&T[A1]&$'A1 x'.A1", 1, 0, "=LOG10(A2)&\"A1\"&T[A1]&$'A1 x'.A2"),
        ("=A1", -1, 0, "=#REF!"),
    ],
)
def test_filling_moves_relative_references_only(formula: str, rows: int, columns: int, moved: str) -> None:
    assert shifted(formula, rows, columns) == moved


@given(st.datetimes(dt.datetime(1900, 3, 1), dt.datetime(9999, 12, 31)))
def test_a_moment_survives_to_the_millisecond(when: dt.datetime) -> None:
    when = when.replace(microsecond=when.microsecond // 1000 * 1000)
    assert moment(serial(when, EPOCH), EPOCH) == when


def test_known_serial_numbers() -> None:
    assert serial(dt.datetime(2026, 1, 5, 12), EPOCH) == 46_027.5
    assert moment(46_027.39584490741, EPOCH) == dt.datetime(2026, 1, 5, 9, 30, 1)
    assert moment("text", EPOCH) == "text"
    assert moment(1e12, EPOCH) == 1e12  # Excel shows ####: no date of Python's


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (float("nan"), None),
        (pd.NaT, None),
        (pd.NA, None),
        (np.datetime64("NaT"), None),
        (np.bool_(True), True),
        (np.int64(3), 3.0),
        (10**12, 1e12),
        (Decimal("1.5"), 1.5),
        (dt.date(2026, 1, 5), dt.datetime(2026, 1, 5)),
        (pd.Timestamp("2026-01-05 09:30:01.000000001"), dt.datetime(2026, 1, 5, 9, 30, 1)),
        (np.datetime64("2026-01-05T09:30"), dt.datetime(2026, 1, 5, 9, 30)),
        (dt.datetime(2026, 1, 5, 9, tzinfo=dt.timezone(dt.timedelta(hours=8))), dt.datetime(2026, 1, 5, 9)),
    ],
)
def test_values_become_what_a_cell_can_hold(value: object, expected: object) -> None:
    found = plain(value)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("value", [b"bytes", dt.time(9), dt.timedelta(1), object(), {"a": 1}])
def test_what_no_cell_can_hold_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="a cell cannot hold"):
        plain(value)


@pytest.mark.parametrize(
    ("text", "entered", "mark"),
    [
        ("001", 1.0, None),
        ("+8613812345678", 8613812345678.0, None),
        ("1.38E+10", 13_800_000_000.0, None),
        ("=1+1", "=1+1", Mark.FORMULA),
        ("true", 1.0, Mark.LOGICAL),
        ("2026-01-05", dt.datetime(2026, 1, 5), Mark.DATE),
        ("2026/1/5 9:30", dt.datetime(2026, 1, 5, 9, 30), Mark.DATE),
        ("2026-13-05", "2026-13-05", None),
        ("'001", "001", None),
        ("=", "=", None),
        ("-", "-", None),
        ("C2026-001", "C2026-001", None),
    ],
)
def test_text_in_an_ordinary_cell_becomes_what_excel_makes_of_it(
    text: str, entered: object, mark: Mark | None
) -> None:
    assert as_entered(text, Kind.GENERAL) == (entered, mark)
    assert as_entered(text, Kind.TEXT) == (text, None)


@pytest.mark.parametrize("text", ["+86 138", "-not a number", "@someone"])
def test_text_that_excel_would_take_for_a_formula_is_refused_outside_text_cells(text: str) -> None:
    with pytest.raises(ValueError, match='set number_format = "@"'):
        as_entered(text, Kind.GENERAL)
    assert as_entered(text, Kind.TEXT) == (text, None)


def test_text_longer_than_a_cell_is_refused() -> None:
    assert as_entered("客" * 32_767, Kind.TEXT) == ("客" * 32_767, None)
    with pytest.raises(ValueError, match="32767 characters at most, this text has 32768"):
        as_entered("客" * 32_768, Kind.TEXT)


def test_numbers_in_text_cells_become_text_as_in_excel() -> None:
    assert [as_entered(value, Kind.TEXT)[0] for value in (1.0, 0.1, 13812345678.0, True)] == [
        "1",
        "0.1",
        "13812345678",
        "TRUE",
    ]


def test_strict_names_what_is_missing_and_leaves_the_rest() -> None:
    @strict
    class Range(base_classes.Range):
        @property  # type: ignore[misc]
        def number_format(self) -> str:
            return "@"

        def clear(self) -> None:
            pass

    found: Any = Range()
    found.clear()
    assert found.number_format == "@"
    with pytest.raises(NotInLibreOfficeError, match=r"does not implement Range\.sort"):
        found.sort([1], [True], False)
    with pytest.raises(NotInLibreOfficeError, match=r"does not implement Range\.borders"):
        _ = found.borders
    with pytest.raises(NotInLibreOfficeError, match=r"does not implement setting Range\.number_format"):
        found.number_format = "0"
    with pytest.raises(NotInLibreOfficeError, match=r"does not implement Range\.row_height"):
        found.row_height = 3


def test_without_uno_the_package_imports_and_starting_says_what_to_install() -> None:
    code = """
import sys
sys.modules["uno"] = None
from xlwings_libreoffice import OfficeError, start
try:
    with start():
        pass
except OfficeError as error:
    print("python3-uno" in error.text.en and "安装" in error.text.zh, error.text.en in str(error))
"""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True", "True"]
