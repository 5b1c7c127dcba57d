"""The life of a complaint: agreed and changed due times, reopening, who is told, and how far the calendar is known."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from kesu.register.settings import Rule
from kesu.rules.explain.explain import explain
from kesu.rules.explain.text import text_of
from kesu.rules.followups import follow_ups
from tests.rules.deadlines.deadline_cases import deadlines, due, due_at, register, settings, words

REOPENED = {
    "received_at": "2026-10-12 10:00",
    "replied_at": "2026-10-12 12:00",
    "resolved_at": "2026-10-13 10:00",
    "called_back_at": "2026-10-14 09:00",
    "reopened_at": "2026-10-20 09:00",
    "status": "reopened",
}
"""Resolved after 24 h, called back, reopened a week later."""


def lines(row: dict[str, Any], items: list[dict[str, Any]], as_of: str, *rules: Rule, **more: Any) -> Any:
    """(target, cycle) → (due, done, state) of one complaint."""
    table = deadlines(register([row], items, settings(*rules, **more)), as_of).table(every_cycle=True)
    return {
        (line["target"], line["cycle"]): (
            str(line["due_at"])[5:16],
            str(line["done_at"])[5:16],
            line["state"],
        )
        for line in table.to_dict("records")
    }


def told(row: dict[str, Any], as_of: str, *rules: Rule) -> str:
    found = register([row], [], settings(*rules))
    return text_of(explain(found, deadlines(found, as_of), 0), "en")


def test_a_new_cycle_reports_both_and_each_has_its_own_record() -> None:
    rules = Rule("first_response", 48), Rule("reply", 8), Rule("resolution", 20), Rule("callback", 48)
    found = lines(REOPENED, [], "2026-10-20 10:00", *rules)
    assert found == {
        ("first_response", 1): ("10-14 10:00", "10-12 12:00", "met"),
        ("reply", 1): ("10-12 18:00", "10-12 12:00", "met"),
        ("reply", 2): ("10-20 17:00", "", "pending"),
        ("resolution", 1): ("10-13 06:00", "10-13 10:00", "late"),
        ("resolution", 2): ("10-21 05:00", "", "pending"),
        ("callback", 1): ("10-15 10:00", "10-14 09:00", "met"),
        ("callback", 2): ("", "", "none"),
    }


def test_what_is_recorded_in_the_second_of_the_reopening_belongs_to_the_new_cycle() -> None:
    row = REOPENED | {"replied_at": "2026-10-20 09:00"}
    found = lines(row, [], "2026-10-20 10:00", Rule("reply", 8))
    assert found["reply", 1] == ("10-12 18:00", "10-13 10:00", "late")  # the resolution was a reply too
    assert found["reply", 2] == ("10-20 17:00", "10-20 09:00", "met")


def test_a_first_cycle_whose_time_was_written_over_is_not_judged() -> None:
    row = REOPENED | {"resolved_at": "2026-10-21 09:00"}
    found = lines(row, [], "2026-10-22 10:00", Rule("resolution", 20))
    assert found["resolution", 1] == ("10-13 06:00", "", "none")
    assert found["resolution", 2] == ("10-21 05:00", "10-21 09:00", "late")


def test_what_was_never_resolved_cannot_be_reopened() -> None:
    """Received at 10 on the 12th, 20 hours to resolve: overdue since 6 on the 13th, whatever is typed as reopening."""
    row = {"received_at": "2026-10-12 10:00", "reopened_at": "2026-10-20 09:00", "status": "reopened"}
    found = lines(row, [], "2026-10-20 10:00", Rule("resolution", 20))
    assert found == {("resolution", 1): ("10-13 06:00", "", "overdue")} | dict.fromkeys(
        ((target, 1) for target in ("first_response", "reply", "callback")), ("", "", "none")
    )
    one = register([row], [], settings(Rule("resolution", 20)))
    now = deadlines(one, "2026-10-20 10:00")
    assert follow_ups(one, now, "en")["kind"].tolist() == ["resolution"]
    said = told(row, "2026-10-20 10:00", Rule("resolution", 20))
    assert "The time of reopening does not count: it was never resolved" in said


def test_reopened_without_a_time_is_not_resolved_and_runs_as_before() -> None:
    row = REOPENED | {"reopened_at": None}
    found = lines(row, [], "2026-10-20 10:00", Rule("reply", 8), Rule("resolution", 20), Rule("callback", 48))
    assert found["reply", 1] == ("10-12 18:00", "10-12 12:00", "met")
    assert found["resolution", 1] == ("10-13 06:00", "", "overdue")
    assert found["callback", 1] == ("", "", "none")
    said = told(row, "2026-10-20 10:00", Rule("resolution", 20))
    assert "no time of reopening stands: it counts as not resolved" in said


@pytest.mark.parametrize(("as_of", "state"), [("2026-10-13 06:00", "none"), ("2026-10-13 06:01", "unproven")])
def test_finished_without_a_time_is_not_proven_once_it_was_due(as_of: str, state: str) -> None:
    row = {"received_at": "2026-10-12 10:00", "status": "closed"}
    found = lines(row, [], as_of, Rule("resolution", 20))
    assert found["resolution", 1] == ("10-13 06:00", "", state)
    said = told(row, as_of, Rule("resolution", 20))
    assert ("nobody says when: past due it counts as missed" in said) == (state == "unproven")


def test_continuing_goes_on_where_each_target_had_stopped() -> None:
    """Reply: 2 of 8 h used, so 6 h from 20 October 09:00. Resolution: 24 of 72 h used, so 48 h."""
    rules = Rule("reply", 8), Rule("resolution", 72)
    found = lines(REOPENED, [], "2026-10-20 10:00", *rules, reopen_mode="continue")
    assert found["reply", 1] == ("10-20 15:00", "", "due_soon")  # 4 working hours are left
    assert found["resolution", 1] == ("10-22 09:00", "", "pending")


def test_a_rule_may_be_for_reopened_complaints_only() -> None:
    """In every mode it counts from the reopening; for a first response too, which is then asked for again."""
    rules = (
        Rule("first_response", 3, start="reopened"),
        Rule("first_response", 48),
        Rule("reply", 5, start="reopened"),
    )
    for mode in ("continue", "restart", "new_cycle"):
        found = lines(REOPENED, [], "2026-10-20 10:00", *rules, reopen_mode=mode)
        assert found["first_response", 2] == ("10-20 12:00", "", "due_soon")
        assert found["reply", 2] == ("10-20 14:00", "", "due_soon")
    assert found["first_response", 1] == ("10-14 10:00", "10-12 12:00", "met")
    calm = lines({"received_at": "2026-10-20 09:00"}, [], "2026-10-20 10:00", *rules)
    assert calm["first_response", 1][0] == "10-22 09:00"
    assert calm["reply", 1] == ("", "", "none")


def test_a_rule_counts_from_when_it_was_sent_or_where_that_is_unknown_from_the_receipt() -> None:
    rule = Rule("reply", 24, start="sent")
    received = {"received_at": "2026-10-14 09:00"}
    assert due_at("reply", received | {"sent_at": "2026-10-12 16:00"}, rule) == "2026-10-13 16:00"
    assert due_at("reply", received, rule) == "2026-10-15 09:00"


CONTACT = {
    "item_kind": "contact",
    "for_target": "resolution",
    "due_at": "2026-10-16 12:00",
    "noted_at": "2026-10-13 09:00",
}
CHANGE = CONTACT | {"item_kind": "due_change", "noted_by": "Wang", "what": "spare part late"}


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([CONTACT], "2026-10-16 12:00"),
        ([CHANGE], "2026-10-16 12:00"),
        ([CHANGE | {"noted_by": None}], "2026-10-13 10:00"),  # nobody signed for it
        ([CHANGE | {"what": None}], "2026-10-13 10:00"),  # no reason
        ([CHANGE | {"due_at": None}], "2026-10-13 10:00"),
        ([CHANGE | {"due_at": "2026-10-12 10:00"}], "2026-10-13 10:00"),  # not after the start
        ([CHANGE | {"due_at": "2926-10-16 12:00"}], "2026-10-13 10:00"),  # a slip of the finger
        ([CONTACT | {"for_target": "reply"}], "2026-10-13 10:00"),
        ([CHANGE | {"due_at": "2026-10-19 12:00", "noted_at": "2026-10-14 09:00"}, CONTACT], "2026-10-19 12:00"),
        ([CHANGE, CONTACT | {"due_at": "2026-10-15 12:00", "noted_at": "2026-10-14 09:00"}], "2026-10-15 12:00"),
        ([CONTACT, CHANGE | {"due_at": "2026-10-15 12:00"}], "2026-10-15 12:00"),  # noted at once: the later row
    ],
)  # fmt: skip
def test_agreed_and_signed_due_times_replace_the_rule_and_the_last_noted_counts(
    items: list[dict[str, Any]], expected: str
) -> None:
    assert (
        due_at("resolution", {"received_at": "2026-10-12 10:00"}, Rule("resolution", 24), items=items)
        == expected
    )


def test_what_was_agreed_after_the_reopening_does_not_judge_the_first_cycle() -> None:
    agreed = [CONTACT | {"due_at": "2026-10-23 12:00", "noted_at": "2026-10-20 10:00"}]
    found = lines(REOPENED, agreed, "2026-10-20 10:00", Rule("resolution", 20))
    assert found["resolution", 1] == ("10-13 06:00", "10-13 10:00", "late")
    assert found["resolution", 2] == ("10-23 12:00", "", "pending")


def test_an_ignored_change_is_shown_with_the_reason_why() -> None:
    items: list[dict[str, Any]] = [
        CHANGE | {"noted_by": None},
        CHANGE | {"what": None, "noted_at": "2026-10-13 10:00"},
        CONTACT,
    ]
    found = register([{"received_at": "2026-10-12 10:00"}], items, settings(Rule("resolution", 24)))
    told = explain(found, deadlines(found, "2026-10-12 11:00"), 0).workings[2]
    assert told.replaced is not None
    assert words(told.replaced.due) == "2026-10-16 12:00"
    assert words(told.by_rule) == "2026-10-13 10:00"
    assert [one.refused.en for one in told.refused if one.refused] == [
        "it does not say who changed it",
        "it does not say why",
    ]


@pytest.mark.parametrize(
    ("as_of", "who"),
    [
        ("2026-10-12 12:59", []),
        ("2026-10-12 14:00", ["the owner"]),
        ("2026-10-12 16:24", ["the owner", "the leader"]),
        ("2026-10-12 18:00", ["the owner", "the leader", "the manager"]),
        ("2026-10-12 23:00", ["the owner", "the leader", "the manager"]),
    ],
)
def test_the_ladder_tells_whom_to_tell_by_the_share_of_working_time_used(as_of: str, who: list[str]) -> None:
    """8 working hours of Monday 12 October: half by 14:00, 80 % (6.4 h) by 16:24, all by 18:00."""
    use = settings(
        Rule("resolution", 8, "hours", "business"),
        tell_at_50="the owner",
        tell_at_80="the leader",
        tell_at_100="the manager",
    )
    found = register([{"received_at": "2026-10-12 09:00"}], (), use)
    result = deadlines(found, as_of)
    assert [name for _, name in explain(found, result, 0).workings[2].tell] == who
    step = follow_ups(found, result, "en")
    step = step[step["kind"].eq("resolution")]["next_step"].iloc[0]
    assert step.endswith(f": tell {who[-1]}") if who else ": tell" not in step


def test_a_hold_stops_the_ladder_too_and_an_empty_step_tells_nobody() -> None:
    """4 of 8 h used when the hold began at 14:00; still 50 % hours later. The step at 50 % is empty."""
    use = settings(Rule("resolution", 8, "hours", "business"), tell_at_50="", tell_at_80="leader")
    hold = [{"item_kind": "hold", "started_at": "2026-10-12 14:00"}]
    found = register([{"received_at": "2026-10-12 09:00"}], hold, use)
    for as_of in ("2026-10-12 14:30", "2026-10-14 17:00"):
        part = deadlines(found, as_of).targets["resolution"]
        assert part.used[0] == 0.5
        assert explain(found, deadlines(found, as_of), 0).workings[2].tell == ()


def test_due_dates_beyond_the_officially_known_days_are_marked() -> None:
    """The Chinese notice for 2027 is not out: 31 December 2026 is the last day that is certain."""
    use = settings(Rule("reply", 24), Rule("resolution", 10, "days", "business"))
    found = register([{"received_at": "2026-12-17 10:00"}, {"received_at": "2026-12-28 10:00"}], (), use)
    result = deadlines(found, "2026-12-28 11:00")
    assert [due(result.targets["resolution"], place)[:10] for place in (0, 1)] == ["2026-12-31", "2027-01-12"]
    assert result.unconfirmed().tolist() == [False, True]
    told = explain(found, result, 1)
    assert told.confirmed_until == dt.date(2026, 12, 31)
    assert [working.confirmed for working in told.workings] == [True, True, False, True]


def test_a_register_that_names_its_time_zone_says_so_where_times_are_explained() -> None:
    use = dataclasses.replace(settings(Rule("reply", 4, "hours")), time_zone="Europe/London")
    found = register([{"received_at": "2026-10-12 09:00"}], (), use)
    told = explain(found, deadlines(found, "2026-10-12 10:00"), 0)
    assert "Time zone: Europe/London" in text_of(told, "en")
    assert "时区：Europe/London" in text_of(told, "zh")
