"""What is said of several registers at once, and what other rules would change: worked out on registers in memory."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pandas as pd
import pytest

from kesu.jobs.assessment import Assessment
from kesu.jobs.figures import received_rows
from kesu.jobs.merge import _headings, _stray
from kesu.jobs.remarks import as_read, gathered, shortened
from kesu.jobs.what_if import what_if
from kesu.register.normalise import normalise
from kesu.register.periods import Period
from kesu.register.raw import RawSheet
from kesu.words.text import Text
from tests.rules.test_kpis import Row, register, sheet

NOW = dt.datetime(2026, 10, 12, 10)


def test_the_same_remark_of_several_registers_is_one_and_of_more_than_three_the_rest_is_counted() -> None:
    def notes(*names: str) -> list[tuple[str, Text]]:
        return [(name, Text(f"{name}：少一列。", f"{name}: a column less.")) for name in names]

    assert [one.en for one in gathered(notes("a.xlsx"))] == ["a.xlsx: a column less."]
    assert [one.en for one in gathered(notes("a", "b", "c"))] == ["a, b, c: a column less."]
    assert [(one.zh, one.en) for one in gathered(notes("a", "b", "c", "d"))] == [
        ("a、b、c 等 4 个：少一列。", "a, b, c and 1 more: a column less.")
    ]
    mixed = [*notes("a"), ("a", Text("别的。", "Another.")), *notes("b"), ("b", Text("别的。", "Another."))]
    assert [one.en for one in gathered(mixed)] == ["a, b: a column less.", "Another."]


@pytest.mark.parametrize(("count", "more"), [(3, []), (50, ["r.xlsx: "])])
def test_many_remarks_on_settings_are_shortened(count: int, more: list[str]) -> None:
    told = [one.en for one in shortened([Text(f"{n}", f"{n}") for n in range(count)], "r.xlsx")]
    shown = len(told) - len(more)
    assert told[:shown] == [str(n) for n in range(shown)]
    assert [one for one in told if one.startswith("r.xlsx: ")] == ([f"r.xlsx: {count - shown} more settings could not be read; see the findings."] if more else [])  # fmt: skip


def case(**row: str) -> Assessment:
    return Assessment(register({"customer_tier": "其他", **row}), NOW)


def test_other_rules_show_what_they_would_change_and_nothing_else() -> None:
    """The rule of two hours more moves the due time by two; the same rules change nothing."""
    own = case()
    settings = own.register.settings
    assert what_if(own, settings).empty
    rules = tuple(
        dataclasses.replace(rule, amount=rule.amount + 2) if rule.target == "reply" else rule
        for rule in settings.rules
    )
    found = what_if(own, dataclasses.replace(settings, rules=rules))
    assert found["target"].tolist() == ["reply"]
    assert found["shift_hours"].tolist() == [2.0]
    assert (found["other_due_at"] - found["due_at"]).tolist() == [dt.timedelta(hours=2)]
    none = what_if(own, dataclasses.replace(settings, rules=()))
    assert none["other_due_at"].isna().all()
    assert none["shift_hours"].isna().all()
    assert "reply" in set(none["target"])


def stray(*rows: Row) -> int:
    raw = sheet(
        "投诉登记",
        [
            {
                "complaint_id": "C1",
                "received_at": "2026-10-05 10:00:00",
                "channel": "电话",
                "kind": "投诉",
                "status": "新建",
                "网点": "东",
            },
            *rows,
        ],
    )
    held = normalise("r.xlsx", [raw]).complaints
    return _stray(held, _headings(raw, held))


def test_rows_in_which_only_columns_of_the_team_are_filled_are_counted() -> None:
    assert stray() == 0
    three = ({"网点": "西"}, {"网点": "南", "经办": "王"}, {"经办": "李"})
    assert stray(*three, {"complaint_id": "C2", "网点": "北"}) == 3
    assert stray({"complaint_id": "C2"}) == 0


RECORD: Row = {
    "complaint_id": "C1",
    "received_at": "2026-10-05 10:00:00",
    "channel": "电话",
    "kind": "投诉",
    "status": "新建",
}


def read_of(*more: RawSheet, **changes: Any) -> list[str]:
    raw = dataclasses.replace(sheet("投诉登记", [RECORD]), **changes)
    sheets = [raw, *more]
    told = [one.en for one in as_read("r.xlsx", sheets, [normalise("r.xlsx", sheets)])]
    return [one for one in told if not one.startswith("r.xlsx: No Settings sheet: ")]


def test_formulas_without_results_are_counted_below_our_headings_alone() -> None:
    """B2 and E2 are ours, the first is named; A1 is a heading, and F stands below none of ours."""
    assert read_of() == []
    [told] = read_of(uncached=frozenset({(2, 4), (2, 1), (1, 0), (2, 5)}))
    assert "投诉登记!B2" in told
    assert "2 " in told
    assert read_of(uncached=frozenset({(1, 0), (2, 5)})) == []


def test_remarks_of_the_reader_come_with_the_name_of_the_register() -> None:
    assert read_of(remarks=(Text("慢。", "It was slow."),)) == ["r.xlsx: It was slow."]


def test_a_sheet_that_was_once_one_of_improvements_is_named() -> None:
    damaged = sheet("改进措施", [{"编号": "1", "针对原因": "x", "责任人": "王", "到期时间": "2026-10-01"}])
    assert read_of(damaged) == [
        "r.xlsx: “改进措施” has no column “Measure” and was not read. Put its heading back."
    ]
    assert read_of(dataclasses.replace(damaged, title="别的")) == []


def test_lines_about_records_received_in_a_period_are_told_by_register_and_row() -> None:
    """Rows 2 and 3 of a.xlsx, of which the second was received at the end of the month; b.xlsx has one of November."""
    a = register(
        {"received_at": "2026-10-01 00:00:00"}, {"received_at": "2026-11-01 00:00:00"}, name="a.xlsx"
    )
    b = register({"received_at": "2026-11-02 00:00:00"}, name="b.xlsx")
    listed = pd.DataFrame(
        {
            "register": ["a.xlsx", "a.xlsx", "b.xlsx", "a.xlsx"],
            "row": [2, 3, 2, 2],
            "sheet": ["register"] * 3 + ["items"],
        }
    )
    both = [Assessment(one, NOW) for one in (a, b)]
    assert received_rows(both, Period.parse("2026-10"), listed).tolist() == [True, False, False, False]
    assert received_rows(both, Period.parse("2026-11"), listed[["register", "row"]]).tolist() == [
        False,
        True,
        True,
        False,
    ]
    assert received_rows(both, Period.parse("2026-10"), listed[["register", "row"]]).tolist() == [
        True,
        False,
        False,
        True,
    ]
