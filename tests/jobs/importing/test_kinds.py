"""Tables of two dozen kinds: which columns are recognised, whether every row is accounted for, whether any date is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kesu.jobs.importing import find_tables, survey, take
from kesu.register.codes import CODE_LISTS
from kesu.register.mapping.apply import Taken
from kesu.register.mapping.model import from_toml, to_toml
from kesu.register.mapping.survey import Survey
from kesu.register.mapping.table import Passed
from kesu.workbook.reading.reader import Reader
from tests.jobs.importing.kinds import KINDS, ROWS, Kind, Truth, truth

NAMES = [kind.name for kind in KINDS]


def surveyed(kind: Kind, folder: Path) -> Survey:
    folder.mkdir()
    path = kind.write(folder / "source", truth())
    with Reader() as reader:
        tables, passed, errors = find_tables(reader, [path])
    assert not errors
    return survey(tables, passed, CODE_LISTS, "CN")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Survey]:
    folder = tmp_path_factory.mktemp("kinds")
    return {kind.name: surveyed(kind, folder / str(at)) for at, kind in enumerate(KINDS)}


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_each_heading_means_what_it_should(kind: Kind, found: dict[str, Survey]) -> None:
    [plan] = found[kind.name].plans
    wrong = {heading: (target, plan.mapping.columns.get(heading)) for heading, target in kind.columns.items() if plan.mapping.columns.get(heading) != target}  # fmt: skip
    assert len(wrong) <= 1, wrong


def test_of_all_columns_at_least_95_in_100_are_right(found: dict[str, Survey]) -> None:
    every = [(found[kind.name].plans[0].mapping.columns.get(heading), target) for kind in KINDS for heading, target in kind.columns.items()]  # fmt: skip
    assert sum(ours == true for ours, true in every) >= 0.95 * len(every)


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if "times" not in kind.asks], ids=lambda kind: kind.name
)
def test_every_row_and_every_time_arrives(kind: Kind, found: dict[str, Survey]) -> None:
    result = found[kind.name]
    assert [question for plan in result.plans for question in plan.questions] == []
    taken = take(result, CODE_LISTS, "zh", 2026)
    assert taken.balanced
    rows = {one.number: one for one in truth()}
    assert sorted(taken.complaints["complaint_id"]) == sorted(rows)
    exact = "%Y-%m-%d" if kind.name in {"a government form", "dates of eight digits"} else "%Y-%m-%d %H:%M"
    for row in taken.complaints.to_dict("records"):
        right(row, rows[str(row["complaint_id"])], exact)


def right(row: Mapping[Any, Any], true: Truth, exact: str) -> None:
    for key, value in (("received_at", true.received), ("resolved_at", true.resolved)):
        given = row[key]
        assert isinstance(given, pd.Timestamp | type(pd.NaT))
        assert (None if pd.isna(given) else given.strftime(exact)) == (value and value.strftime(exact))
    said = {key: row[key] for key in ("customer_name", "customer_contact", "channel", "category", "severity", "verbatim", "owner", "status")}  # fmt: skip
    assert said == {
        "customer_name": true.name, "customer_contact": true.phone, "channel": true.channel, "category": true.category,
        "severity": true.severity, "verbatim": true.text, "owner": true.owner, "status": true.status,
    }  # fmt: skip
    assert (row["satisfaction"] if isinstance(row["satisfaction"], str) else "") == true.satisfaction


def test_dates_that_can_be_read_both_ways_are_asked_about(found: dict[str, Survey]) -> None:
    [plan] = found["dates that can be read both ways"].plans
    assert {question.entry for question in plan.questions} == {
        ("times", "Created at"),
        ("times", "Closed at"),
    }
    assert not plan.mapping.times


def test_answered_they_are_read_so(found: dict[str, Survey]) -> None:
    result = found["dates that can be read both ways"]
    [plan] = result.plans
    text = to_toml(plan.mapping, plan.questions, "en")
    assert text.count('= "?"') == 2
    known = from_toml(text.replace('"?"', '"dmy"'))
    again = survey(plan.tables, [], CODE_LISTS, "CN", given=known)
    taken = take(again, CODE_LISTS, "en", 2026)
    rows = {one.number: one for one in truth()}
    assert len(taken.complaints)
    for row in taken.complaints.to_dict("records"):
        right(row, rows[str(row["complaint_id"])], "%Y-%m-%d %H:%M")


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_the_written_mapping_read_again_asks_nothing_and_gives_the_same(
    kind: Kind, found: dict[str, Survey]
) -> None:
    [plan] = found[kind.name].plans
    known = from_toml(to_toml(plan.mapping, plan.questions, "zh").replace('"?"', '"dmy"'))
    again = survey(plan.tables, [], CODE_LISTS, "CN", given=known)
    assert not again.plans[0].questions
    assert taken_of(again).complaints.equals(
        taken_of(survey(plan.tables, [], CODE_LISTS, "CN", given=known)).complaints
    )


def taken_of(result: Survey) -> Taken:
    return take(result, CODE_LISTS, "zh", 2026)


def test_what_stands_around_a_table_is_told(found: dict[str, Survey]) -> None:
    [plan] = found["a home-made list with titles, totals and notes"].plans
    [table] = plan.tables
    assert [one.text for one in table.above] == ["2026年客户投诉台账", "制表部门：客服部 | 单位：件"]
    assert [(one.reason.en, one.text) for one in table.below] == [("a line of totals", f"合计 | {ROWS}"), ("a note", "注：本表由客服部填报")]  # fmt: skip


def test_a_summary_is_passed_over_and_the_months_are_one_table(found: dict[str, Survey]) -> None:
    result = found["a sheet for each month and a summary"]
    assert [one.sheet for one in result.passed if isinstance(one, Passed)] == ["汇总"]
    assert len(result.plans[0].tables) > 5


def test_dates_turned_round_are_turned_back_and_it_is_said(found: dict[str, Survey]) -> None:
    evidence = found["dates that a spreadsheet turned round"].plans[0].evidence["Created at"]
    assert evidence.turned
    assert "turned back" in evidence.said.en
