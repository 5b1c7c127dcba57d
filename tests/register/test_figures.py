"""Figures as people type them are the number that was meant, or a question; never another number."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from kesu.jobs.load import load
from kesu.register.cells import parse_figures
from kesu.register.figures import exponent, figure
from kesu.rules.checks import run_checks

AS_OF = pd.Timestamp("2026-11-26 09:00")
HEAD = (
    "Complaint no.",
    "Kind",
    "Received at",
    "Channel",
    "Category",
    "Status",
    "Account",
    "Contact",
    "Compensation paid",
)


def read(*cells: str, typed: bool = False) -> list[float | str]:
    """What a column says: numbers, "?" where a cell can be read in two ways, "no" where it is no number."""
    mask = np.ones(len(cells), dtype=bool) if typed else None
    values, unsure = parse_figures(pd.Series(cells, dtype="str"), mask)
    return [
        "?" if asked else "no" if np.isnan(value) else float(value)
        for value, asked in zip(values, unsure, strict=True)
    ]


@pytest.mark.parametrize(
    ("cells", "meant"),
    [
        (("12,50", "1.234,56", "99,90 €"), [12.5, 1234.56, 99.9]),
        (("1.234.567", "1.234"), [1234567, 1.234]),  # a cell that holds the number 1.234
        (("1,234", "12.50 USD"), [1234, 12.5]),
        (("1,234", "12,5"), [1.234, 12.5]),
        (("1,234",), ["?"]),
        (("1,234", "12,5", "1,234.5"), ["?", 12.5, 1234.5]),  # one column in two conventions
        (("1,2000",), ["?"]),  # China's groups of four
        (("0,123", "1234,567"), [0.123, 1234.567]),  # no thousands begin with 0, or have four digits before
        (("1,23,456", "1 234,50", "1'234.50", "1\u00a0234"), [123456, 1234.5, 1234.5, 1234]),
        (("￥1,200", "1,200元", "-¥ 12.50", "１，２００", "5次"), [1200, 1200, -12.5, 1200, 5]),
        (("10 20", "1次2", "1，2", "12,", "--5", "1_000", "元", "3 or 4"), ["no"] * 8),
    ],
)  # fmt: skip
def test_a_column_is_read_as_it_is_written(cells: tuple[str, ...], meant: list[float | str]) -> None:
    assert read(*cells) == meant


@pytest.mark.parametrize(
    ("cells", "meant"),
    [(("1.234",), ["?"]), (("1.234", "12.5"), [1.234, 12.5]), (("1.234", "12,5"), [1234, 12.5])],
)
def test_points_in_texts_may_stand_between_thousands(
    cells: tuple[str, ...], meant: list[float | str]
) -> None:
    assert read(*cells, typed=True) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [("1,5", 1.5), ("1.234", 1.234), ("2,000,000", 2e6), ("24", 24), ("¥1,500", 1500), (" 7.5 ", 7.5)],
)
def test_one_cell_alone(text: str, meant: float) -> None:
    assert figure(text) == meant


@pytest.mark.parametrize("text", ["1,234", "", "1，5", "1_000", "nan", "1 2", "abc"])
def test_one_cell_that_must_be_asked_about(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{text}$"):
        figure(text)


def written(value: int, decimals: int, point: str, *, grouped: bool) -> str:
    """``value`` ÷ 10 ** ``decimals``, spelt by hand."""
    digits = f"{value:0{decimals + 1}d}"
    whole, rest = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    if grouped:
        other = "." if point == "," else ","
        whole = f"{int(whole):,}".replace(",", other)
    return whole + (point + rest if rest else "")


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.tuples(st.integers(0, 10**10), st.integers(0, 4), st.booleans()), min_size=1, max_size=6),
    st.sampled_from([",", "."]),
    st.sampled_from(["", " €", "次"]),
)
def test_no_number_is_wrong_by_a_power_of_ten(
    numbers: list[tuple[int, int, bool]], point: str, unit: str
) -> None:
    cells = [written(value, decimals, point, grouped=grouped) + unit for value, decimals, grouped in numbers]
    for said, (value, decimals, _) in zip(read(*cells, typed=True), numbers, strict=True):
        assert said == "?" or said == pytest.approx(value / 10**decimals, rel=1e-14)
    for cell, (value, decimals, _) in zip(cells, numbers, strict=True):
        if point == "," or unit:
            try:
                assert figure(cell) == pytest.approx(value / 10**decimals, rel=1e-14) or "." in cell
            except ValueError:
                assert read(cell, typed=True) == ["?"]


# ---- in files -----------------------------------------------------------------------------------------------


def workbook(*rows: dict[str, str | float]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("Register")
        for at, word in enumerate(HEAD):
            sheet.write_string(0, at, word)
        for down, row in enumerate(rows, 1):
            given = {
                "Complaint no.": f"C{down}",
                "Kind": "Complaint",
                "Channel": "Phone",
                "Status": "New",
                **row,
            }
            for at, word in enumerate(HEAD):
                value = given.get(word)
                if isinstance(value, str):
                    sheet.write_string(down, at, value)
                elif value is not None:
                    sheet.write_number(down, at, value)
    return out.getvalue()


def findings(path: Path) -> list[tuple[int, str, str, str]]:
    [loaded] = load([path], AS_OF.to_pydatetime())
    assert loaded.assessment is not None
    found = run_checks(loaded.assessment.register, AS_OF)
    wanted = found[
        found["rule"].isin(
            ["number_ambiguous", "number_in_exponent", "number_unreadable", "duplicate_number"]
        )
    ]
    return sorted(zip(wanted["row"], wanted["column"], wanted["rule"], wanted["value"], strict=True))


def test_a_cell_that_holds_a_number_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "paid.xlsx"
    path.write_bytes(workbook({"Compensation paid": 1.234}, {"Compensation paid": "1.234"}))
    assert findings(path) == [(3, "compensation_paid", "number_ambiguous", "1.234")]


def test_a_csv_is_all_text(tmp_path: Path) -> None:
    path = tmp_path / "paid.csv"
    path.write_text(
        "Complaint no.;Kind;Received at;Status;Channel;Compensation paid\nC1;Complaint;;New;Phone;1.234\n"
    )
    assert findings(path) == [(2, "compensation_paid", "number_ambiguous", "1.234")]


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two complaints whose long numbers were stored as numbers, and one that keeps its digits as text."""
    path = tmp_path_factory.mktemp("long") / "long.xlsx"
    number = 1234567890123456
    path.write_bytes(
        workbook(
            {"Complaint no.": number, "Account": number, "Contact": "13800138000"},
            {"Complaint no.": number + 2, "Account": number + 1},
            {"Complaint no.": "1234567890123450", "Account": "6222021234567890", "Contact": 123456789012345},
        )
    )
    return path


def test_lost_digits_are_that_finding_and_no_double(spoilt: Path) -> None:
    shown = exponent(1234567890123456)
    assert shown == "1.23456789012346E+15"
    assert findings(spoilt) == [
        (row, column, "number_in_exponent", shown)
        for row in (2, 3)
        for column in ("complaint_id", "customer_account")
    ]
