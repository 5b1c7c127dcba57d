"""Ten ways in which ticket systems get deadlines wrong, one test each. Dates were worked out by hand.

Office hours are Monday to Friday 09:00-12:00 and 13:00-18:00 with China's official days of 2026: 25 to 27 September
and 1 to 7 October are off, Sunday 20 September and Saturday 10 October are made up for.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from kesu.register.settings import Rule
from kesu.rules.explain.explain import explain
from kesu.rules.explain.text import text_of
from tests.rules.deadlines.deadline_cases import deadlines, due, due_at, register, settings

FOUR_WORKING_HOURS = Rule("reply", 4, "hours", "business")


def test_1_a_business_clock_does_not_run_through_the_weekend() -> None:
    """Friday 16 October 17:00: one hour until 18:00, then Monday 09:00-12:00."""
    assert due_at("reply", {"received_at": "2026-10-16 17:00"}, FOUR_WORKING_HOURS) == "2026-10-19 12:00"


def test_2_the_clock_stands_still_while_waiting_for_the_customer() -> None:
    """48 h from Monday 12 October 10:00, held since Tuesday 10:00 without end: 24 h are left, whenever one looks."""
    rule = Rule("reply", 48)
    waiting = {"item_kind": "hold", "what": "waits", "started_at": "2026-10-13 10:00"}
    found = register([{"received_at": "2026-10-12 10:00"}], [waiting], settings(rule))
    for as_of, until in (("2026-10-14 15:00", "2026-10-15 15:00"), ("2026-11-20 08:00", "2026-11-21 08:00")):
        reply = deadlines(found, as_of).targets["reply"]
        assert due(reply) == until
        assert reply.remaining[0] == 24 * 3600
        assert reply.state[0] != "overdue"
        assert reply.used[0] < 0.9
    ended = [waiting | {"done_at": "2026-10-14 16:00"}]
    assert due_at("reply", {"received_at": "2026-10-12 10:00"}, rule, items=ended) == "2026-10-15 16:00"


def test_3_a_hold_is_kept_when_severity_or_tier_change_later() -> None:
    """Held 3 h (13:00-16:00). Urgent: 8 h from 10:00 is 18:00, + 3 h. Else 24 h, + 3 h. VIP: 6 h is 16:00, + 3 h."""
    rules = (
        Rule("resolution", 6, tier="vip"),
        Rule("resolution", 8, severity="urgent"),
        Rule("resolution", 24),
    )
    hold = [{"item_kind": "hold", "started_at": "2026-10-12 13:00", "done_at": "2026-10-12 16:00"}]
    row = {"received_at": "2026-10-12 10:00", "severity": "normal", "customer_tier": "other"}
    for change, until in (
        ({}, "2026-10-13 13:00"),
        ({"severity": "urgent"}, "2026-10-12 21:00"),
        ({"severity": "urgent", "customer_tier": "vip"}, "2026-10-12 19:00"),
    ):
        assert due_at("resolution", row | change, *rules, items=hold) == until


def test_4_a_hold_pushes_on_what_is_left_and_does_not_move_the_start() -> None:
    """Wednesday 30 September 15:00-17:00 are 2 h; held over the holiday until Thursday 8 October 10:00; 10:00-12:00.

    Moving the start by the hold's 185 h would begin on 8 October 08:00 and end at 14:00.
    """
    hold = [{"item_kind": "hold", "started_at": "2026-09-30 17:00", "done_at": "2026-10-08 10:00"}]
    row = {"received_at": "2026-09-30 15:00"}
    assert due_at("reply", row, FOUR_WORKING_HOURS, items=hold) == "2026-10-08 12:00"
    before = [{"item_kind": "hold", "started_at": "2026-09-28 09:00", "done_at": "2026-09-30 14:00"}]
    assert due_at("reply", row, FOUR_WORKING_HOURS, items=before) == "2026-10-08 10:00"


def test_5_holidays_close_and_make_up_days_open() -> None:
    """16 h from Friday 18 September 17:00: 1 h, make-up Sunday 8 h, Monday 7 h: 09-12 and 13-17.

    Three working days from 30 September: 8, 9 and, made up for, Saturday 10 October.
    """
    hours = Rule("reply", 16, "hours", "business")
    days = Rule("resolution", 3, "days", "business", end_of_day=True)
    assert due_at("reply", {"received_at": "2026-09-18 17:00"}, hours) == "2026-09-21 17:00"
    assert due_at("resolution", {"received_at": "2026-09-30 11:00"}, days) == "2026-10-10 18:00"
    own: dict[str, Any] = {"closed_days": (dt.date(2026, 10, 9),), "open_days": (dt.date(2026, 10, 11),)}
    assert due_at("resolution", {"received_at": "2026-09-30 11:00"}, days, **own) == "2026-10-11 18:00"


def test_6_reopening_means_what_the_team_says() -> None:
    """72 h from Monday 12 October 10:00; resolved on the 13th 10:00 (24 h used), reopened on the 20th 09:00.

    Continue: 48 h are left, from the reopening on. Restart and new cycle: 72 h from the reopening; the new cycle
    also reports the first one, which was met.
    """
    row = {
        "received_at": "2026-10-12 10:00",
        "resolved_at": "2026-10-13 10:00",
        "reopened_at": "2026-10-20 09:00",
        "status": "reopened",
    }
    expected = {
        "continue": "2026-10-22 09:00",
        "restart": "2026-10-23 09:00",
        "new_cycle": "2026-10-23 09:00",
    }
    for mode, until in expected.items():
        use = settings(Rule("resolution", 72), reopen_mode=mode)
        found = deadlines(register([row], (), use), "2026-10-20 10:00")
        assert due(found.targets["resolution"]) == until
        assert found.targets["resolution"].state[0] == "pending"
        every = found.table(every_cycle=True)
        lines = every[every["target"].eq("resolution")][["cycle", "state"]].to_numpy().tolist()
        assert (
            lines
            == {
                "continue": [[1, "pending"]],
                "restart": [[2, "pending"]],
                "new_cycle": [[1, "met"], [2, "pending"]],
            }[mode]
        )


def test_7_nothing_is_stored_the_state_follows_the_facts_at_every_run() -> None:
    """The same case: pending, due soon, overdue as time goes by; with a hold noted afterwards pending again; met."""
    use = settings(Rule("reply", 24), due_soon_hours=2)
    row = {"received_at": "2026-10-12 10:00"}
    found = register([row], (), use)
    for as_of, state in (
        ("2026-10-12 10:00", "pending"),
        ("2026-10-13 09:30", "due_soon"),
        ("2026-10-13 10:00", "due_soon"),
        ("2026-10-13 10:01", "overdue"),
        ("2026-10-12 10:00", "pending"),
    ):
        assert deadlines(found, as_of).targets["reply"].state[0] == state
    hold = [{"item_kind": "hold", "started_at": "2026-10-12 12:00", "done_at": "2026-10-13 09:00"}]
    late = "2026-10-13 10:01"
    assert deadlines(register([row], hold, use), late).targets["reply"].state[0] == "pending"
    answered = row | {"replied_at": "2026-10-13 10:00"}
    assert deadlines(register([answered], (), use), late).targets["reply"].state[0] == "met"


def test_8_every_date_can_be_explained() -> None:
    """The rule, why it and no other, from when, what counted, what did not and why, until when."""
    rules = (Rule("reply", 2, tier="vip"), Rule("reply", 4, "hours", "business", tier="mid"))
    hold = [{"item_kind": "hold", "what": "customer looks for the bill", "started_at": "2026-09-30 17:00",
             "done_at": "2026-10-08 10:00"}]  # fmt: skip
    found = register([{"received_at": "2026-09-30 15:00", "customer_tier": "mid"}], hold, settings(*rules))
    text = text_of(explain(found, deadlines(found, "2026-10-08 11:00"), 0), "en")
    reply = text[text.index("Substantive reply:") : text.index("Resolution:")]
    assert reply.splitlines() == [
        "Substantive reply: due soon, due Thu 2026-10-08 12:00, 1 h left",
        "  Not rule 1: Tier is Mid tier, not VIP",
        "  Rule 2: 4 hours, business time, from received",
        "  Fits: Tier is Mid tier",
        "  Start: Wed 2026-09-30 15:00 (Received at)",
        "  Counted: Wed 2026-09-30 15:00–17:00 (2 h)",
        "  Counted: Thu 2026-10-08 10:00–12:00 (2 h)",
        "  Not counted: Wed 2026-09-30 17:00 – Thu 2026-10-08 10:00 on hold, 2 h: customer looks for the bill",
        "  Due: Thu 2026-10-08 12:00",
        "  Working time used: 75 %; to be told by now: 50% the owner",
        "",
    ]


def test_9_a_new_rule_does_not_rewrite_old_results() -> None:
    """Eight weeks for receipts up to 7 April 2026, six from the 8th: the old cases keep what held when they came."""
    old = Rule("resolution", 8, "weeks", end_of_day=True)
    dated = (
        Rule("resolution", 6, "weeks", end_of_day=True, valid_from=dt.date(2026, 4, 8)),
        dataclasses.replace(old, valid_to=dt.date(2026, 4, 7)),
    )
    row = {"received_at": "2026-04-07 23:59", "resolved_at": "2026-05-27 10:00"}
    assert due_at("resolution", row, old) == due_at("resolution", row, *dated) == "2026-06-02 23:59:59"
    assert due_at("resolution", {"received_at": "2026-04-08 00:00"}, *dated) == "2026-05-20 23:59:59"
    reopened = row | {"reopened_at": "2026-05-28 10:00"}  # still the version in force on the receipt
    assert due_at("resolution", reopened, *dated) == "2026-07-23 23:59:59"


def test_10_nobody_is_warned_at_night() -> None:
    """A case becomes due soon only while somebody is at work, on either clock; and in time to act.

    Notice is 4 working hours. 8 working hours from Thursday 15 October 10:30 end on Friday 10:30: Thursday 15:30
    (2.5 h and 1.5 h are left). 96 h from Thursday 03:00 end on Monday 03:00: Friday 14:00. 7 days from Monday 09:30
    end on Monday 09:30: Friday 14:30.
    """
    cases = (
        ("2026-10-15 10:30", Rule("reply", 8, "hours", "business"), "2026-10-15 15:30"),
        ("2026-10-15 03:00", Rule("reply", 96), "2026-10-16 14:00"),
        ("2026-10-12 09:30", Rule("reply", 7, "days"), "2026-10-16 14:30"),
    )
    for received, rule, first_warning in cases:
        found = register([{"received_at": received}], (), settings(rule, due_soon_hours=4))
        warned = dt.datetime.fromisoformat(first_warning)
        calm = [warned - dt.timedelta(seconds=1)]
        calm += [calm[0].replace(hour=hour, minute=0, second=0) for hour in range(9)]
        calm += [
            calm[0].replace(hour=hour, minute=0, second=0) - dt.timedelta(days=1) for hour in range(18, 24)
        ]
        for moment in calm:
            if moment >= dt.datetime.fromisoformat(received):
                assert deadlines(found, str(moment)).targets["reply"].state[0] == "pending", moment
        assert deadlines(found, first_warning).targets["reply"].state[0] == "due_soon"
