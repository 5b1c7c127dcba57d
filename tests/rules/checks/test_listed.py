"""However much is wrong: the first findings of a check are listed, one line stands for the others, the counts cover all."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kesu.jobs.assessment import Assessment
from kesu.register.periods import Period
from kesu.register.sheets import Register
from kesu.rules.checks import LISTED, Example, add_messages, finding_counts, run_checks
from tests.rules.checks.registers import AS_OF, register

WRONG = {"severity": "moderate", "channel": "pigeon"}
"""Two findings of unknown_code."""


@cache
def of_nine() -> Register:
    return register(Example((WRONG,) * 9), "en")


@pytest.fixture
def nine() -> Register:
    return of_nine()


@given(st.integers(1, 20))
@settings(max_examples=12, deadline=None)
def test_what_is_listed_is_the_beginning_and_counts_are_those_of_everything(listed: int) -> None:
    every, few = run_checks(of_nine(), AS_OF), run_checks(of_nine(), AS_OF, listed=listed)
    keys = ["sheet", "row", "column", "rule"]
    for rule, rows in every.groupby("rule"):
        mine = few[few["rule"] == rule]
        assert mine["count"].sum() == len(rows)
        assert mine[keys].to_numpy().tolist() == rows[keys].head(len(mine)).to_numpy().tolist()
        assert len(mine) == min(len(rows), listed + 1)
        assert (mine["count"].iloc[:-1] == 1).all()
    pd.testing.assert_frame_equal(finding_counts(few, "en"), finding_counts(every, "en"))


def test_the_last_line_says_how_many_more_and_how_to_see_them(nine: Register) -> None:
    few = run_checks(nine, AS_OF, listed=5)
    codes = few[few["rule"] == "unknown_code"]
    assert codes["row"].tolist() == [4, 4, 5, 5, 6, 6]  # by row, then by column: the sixth stands for 18 - 5
    assert codes["count"].tolist() == [1, 1, 1, 1, 1, 13]
    for lang, words in (("en", "there are 13 more findings of this kind"), ("zh", "还有 13 处同样的问题")):
        told = add_messages(few, lang).loc[codes.index, "message"].tolist()
        assert words in told[-1]
        assert "--listed" in told[-1]
        assert all(words not in line for line in told[:-1])


def test_a_period_is_chosen_before_the_findings_are_cut() -> None:
    """1,200 findings of September must not hide those of October."""
    old = {"received_at": "2026-09-08 09:00:00", "first_response_at": "2026-09-08 09:10:00", **WRONG}
    case = Assessment(register(Example((old,) * 600 + (WRONG,) * 2), "en"), dt.datetime(2026, 10, 9, 9))
    october = case.findings_in(Period(dt.date(2026, 10, 1), dt.date(2026, 10, 31)))
    mine = october[october["rule"] == "unknown_code"]
    assert (mine["row"].tolist(), mine["count"].tolist()) == ([604, 604, 605, 605], [1, 1, 1, 1])
    every = case.findings_in(None)
    assert every.loc[every["rule"] == "unknown_code", "count"].tolist() == [1] * LISTED + [204]


def test_what_a_finding_quotes_has_an_end() -> None:
    found = run_checks(register(Example(({"channel": "p" * 30_000},)), "en"), AS_OF)
    assert found.loc[found["rule"] == "unknown_code", "value"].tolist() == ["p" * 1000 + "…"]


def test_a_row_that_is_asked_about_is_found_however_many_come_before_it(nine: Register) -> None:
    last = np.arange(9) == 8
    inside = {"register": last, "items": np.zeros(0, bool)}
    found = run_checks(nine, AS_OF, inside=inside, listed=1)
    assert found.loc[found["rule"] == "unknown_code", "row"].tolist() == [12, 12]


def test_the_command_lists_more_when_asked_and_counts_the_same(tmp_path: Path) -> None:
    import json

    import xlsxwriter
    from click.testing import CliRunner

    from kesu.cli import main

    path = tmp_path / "many.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Register")
        sheet.write_row(0, 0, ["Complaint no.", "Kind", "Tier", "Received at", "Channel"])
        for row in range(1, 1302):
            sheet.write_row(row, 0, [f"C-{row}", "Complaint", "Platinum plus", "2026-10-01 09:00", "Phone"])
    args = ["check", str(path), "--format", "json", "--as-of", "2026-10-02"]
    by_default = CliRunner().invoke(main, args)
    all_of_them = CliRunner().invoke(main, [*args, "--listed", "5000"])
    assert (by_default.exit_code, all_of_them.exit_code) == (1, 1)
    assert by_default.stderr == all_of_them.stderr
    few, every = (json.loads(done.stdout) for done in (by_default, all_of_them))
    assert sum(one["count"] for one in few) == len(every)
    tiers = [one for one in few if one["rule"] == "unknown_code"]
    assert [one["count"] for one in tiers] == [1] * 1000 + [301]
