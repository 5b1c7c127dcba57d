"""Column letters and numbers: there and back, and no loop without end over what is no column."""

from __future__ import annotations

import pytest

from kesu.xlsx.address import LAST_COLUMN, cell_at, column_number, letters, quoted


def test_letters_and_numbers_are_each_others_inverse() -> None:
    assert [letters(one) for one in (1, 26, 27, 702, 703, LAST_COLUMN)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
        "XFD",
    ]
    assert all(column_number(letters(one)) == one for one in range(1, LAST_COLUMN + 1))
    assert column_number(b"ab") == 28


@pytest.mark.parametrize("name", ["", "<", "A1", "\u00c4", "A B", b"9", b"", "\ud800"])
def test_what_is_no_column_is_refused(name: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"column|surrogates"):
        column_number(name)


@pytest.mark.parametrize("number", [0, -1, -35])
def test_a_column_before_the_first_has_no_letters(number: int) -> None:
    with pytest.raises(ValueError, match="no such column"):
        letters(number)


def test_a_cell_beyond_the_sheet_is_none() -> None:
    assert cell_at("$b$5") == (5, 2)
    for name in ("XFE1", "A1048577", "A0", "5B"):
        with pytest.raises(ValueError, match="cell"):
            cell_at(name)


def test_a_title_in_a_formula_is_quoted_and_its_apostrophes_are_doubled() -> None:
    assert [quoted(title) for title in ("Register", "Ann's list", "'")] == [
        "'Register'",
        "'Ann''s list'",
        "''''",
    ]
