"""Periods as users write them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kesu.register.periods import Period, PeriodError


def span(first: str, last: str) -> Period:
    return Period(dt.date.fromisoformat(first), dt.date.fromisoformat(last))


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("2026-10", "2026-10-01", "2026-10-31"),
        ("2026-2", "2026-02-01", "2026-02-28"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026Q4", "2026-10-01", "2026-12-31"),
        ("2026q1", "2026-01-01", "2026-03-31"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-10-01..2026-10-15", "2026-10-01", "2026-10-15"),
        ("2026-10-07", "2026-10-07", "2026-10-07"),
        ("2026-09..2026-10", "2026-09-01", "2026-10-31"),
        ("2025Q4..2026-01-15", "2025-10-01", "2026-01-15"),
        (" 2026-10 .. 2026-11 ", "2026-10-01", "2026-11-30"),
    ],
)
def test_words_for_a_period(words: str, first: str, last: str) -> None:
    assert Period.parse(words) == span(first, last)


@pytest.mark.parametrize(
    "words",
    ["", "十月", "2026-13", "2026-00", "2026Q5", "26-10", "2026-02-30", "2026-10..", "..2026-10", "2026/10", "2026-10-01 - 2026-10-15"],
)  # fmt: skip
def test_other_words_are_refused_in_both_languages_with_an_example(words: str) -> None:
    with pytest.raises(PeriodError) as caught:
        Period.parse(words)
    assert "2026Q4" in caught.value.text.en
    assert "请写成" in caught.value.text.zh


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(PeriodError) as caught:
        Period.parse("2026-10..2026-09")
    assert "ends before it begins" in caught.value.text.en


def test_both_days_are_included() -> None:
    period = Period.parse("2026-10")
    assert period.begin == dt.datetime(2026, 10, 1)
    assert period.end == dt.datetime(2026, 11, 1)


@pytest.mark.parametrize(
    ("words", "before"),
    [
        ("2026-10", "2026-09"),
        ("2026-01", "2025-12"),
        ("2026-03", "2026-02"),
        ("2026Q1", "2025Q4"),
        ("2026", "2025"),
        ("2026-09..2026-10", "2026-07..2026-08"),
        ("2026-10-08..2026-10-14", "2026-10-01..2026-10-07"),
        ("2026-03-01", "2026-02-28"),
        ("2026-02-02..2026-03-01", "2026-01-05..2026-02-01"),
    ],
)
def test_the_period_before_is_as_long(words: str, before: str) -> None:
    assert Period.parse(words).previous() == Period.parse(before)


@pytest.mark.parametrize(
    "words", ["2026-10", "2026Q3", "2026", "2026-09-01..2026-10-31", "2026-10-05..2026-10-05"]
)
def test_a_period_is_written_in_its_shortest_form(words: str) -> None:
    assert str(Period.parse(words)) == words


DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2190, 12, 31))


@given(DAYS, DAYS)
def test_what_is_written_reads_back_the_same(one: dt.date, other: dt.date) -> None:
    period = Period(min(one, other), max(one, other))
    assert Period.parse(str(period)) == period
    assert period.previous().last + dt.timedelta(days=1) == period.first
