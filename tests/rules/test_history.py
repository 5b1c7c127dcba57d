"""What was known then: the past does not change afterwards, and the backlog adds up month by month."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kesu.jobs.assessment import Assessment
from kesu.jobs.figures import kpi_table, span, span_over
from kesu.register.periods import Period
from kesu.register.settings import Rule
from kesu.register.sheets import Register
from kesu.rules.explain.text import text_of
from kesu.rules.kpis import compute_kpis, movement
from kesu.rules.kpis.movement import MOVED
from tests.depth import turns
from tests.rules.deadlines.deadline_cases import register, settings

BEGIN = dt.datetime(2026, 1, 1, 0, 30)
YEAR = Period.parse("2026")


def at(hours: int | None) -> str | None:
    return None if hours is None else str(BEGIN + dt.timedelta(hours=hours))


TARGETS = {
    "first_response_at": "first_response", "replied_at": "reply",
    "resolved_at": "resolution", "called_back_at": "callback",
}  # fmt: skip
HOURS = {"first_response": 30, "reply": 100, "resolution": 150, "callback": 48}
RULES = tuple(Rule(target, hours, "hours", clock="calendar") for target, hours in HOURS.items())


@dataclass
class Life:
    """One complaint as it lived: received, then in each cycle answered, resolved, called back, and reopened (hours since January)."""

    received: int
    steps: list[int]
    """Hours from one event to the next: resolved, reopened, resolved, …"""
    done: list[list[str]]
    """What else was done in each cycle, an hour share of the way: answers before the resolution, the call-back after it."""
    events: list[tuple[int, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.times, self.events, now = [], [], self.received
        for number, step in enumerate(self.steps):
            what = self.done[number // 2]
            if number % 2 == 0:
                self.events += [
                    (now + step * share // 4, key)
                    for share, key in ((1, "first_response_at"), (3, "replied_at"))
                    if key in what
                ]
            elif "called_back_at" in what:
                self.events.append((now + step // 2, "called_back_at"))
            now += step
            self.times.append(now)
            self.events.append((now, ("resolved_at", "reopened_at")[number % 2]))

    def written(self, then: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The row and the items at hour ``then``, each reopening logged with the cycle that it ends."""
        columns: dict[str, int] = {}
        items, begin = [], self.received
        for hour, key in self.events:
            if hour > then:
                break
            if key == "reopened_at":
                items += [
                    {"item_kind": "cycle", "for_target": target, "started_at": at(begin), "done_at": at(columns[one]), "noted_at": at(hour)}
                    for one, target in TARGETS.items()
                    if columns.get(one, -1) >= begin
                ]  # fmt: skip
                begin = hour
            columns[key] = hour
        past = sum(hour <= then for hour in self.times)
        status = "new" if not past else "resolved" if past % 2 else "reopened"
        if past % 2 and columns.get("called_back_at", -1) >= begin:
            status = "closed"
        row = {key: at(hour) for key, hour in columns.items()}
        return {"received_at": at(self.received), "status": status, **row}, items


lives = st.lists(
    st.builds(
        Life,
        st.integers(0, 2000),
        st.lists(st.integers(4, 500), min_size=1, max_size=6),
        st.lists(st.lists(st.sampled_from(list(TARGETS)), unique=True, min_size=1), min_size=3, max_size=3),
    ),
    min_size=1,
    max_size=8,
)


def cycles(life: Life, then: int) -> list[dict[str, int]]:
    """What was done in each cycle by hour ``then``: column → hour; the receipt or reopening that began it is "began"."""
    found = [{"began": life.received}]
    for hour, key in life.events:
        if hour <= then and key == "reopened_at":
            found.append({"began": hour})
        elif hour <= then:
            found[-1][key] = hour
    return found


def in_time(cycle: dict[str, int], target: str, keys: tuple[str, ...]) -> str:
    """How a cycle that is over stands."""
    start = cycle["resolved_at"] if target == "callback" else cycle["began"]
    done = next((cycle[key] for key in keys if key in cycle), None)
    return "none" if done is None else "met" if done <= start + HOURS[target] else "late"


def seen(lives: list[Life], written: int) -> Register:
    """The register as it was written at hour ``written``."""
    rows, items = [], []
    for number, life in enumerate(lives):
        if life.received <= written:
            row, own = life.written(written)
            rows.append({"complaint_id": f"C{number}", **row})
            items += [{"complaint_id": f"C{number}", **item} for item in own]
    return register(rows, items, settings(*RULES))


def assessed(found: Register, then: int, now: int) -> Assessment:
    return Assessment(found, BEGIN + dt.timedelta(hours=then), now=BEGIN + dt.timedelta(hours=now))


def moved(found: Assessment) -> pd.DataFrame:
    return movement(found.facts, YEAR, found.as_of)


@pytest.mark.slow
@given(lives, st.integers(0, 4000), st.integers(0, 3000))
@hypothesis_settings(max_examples=turns(15, 300), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_past_stays_as_it_was_known(lives: list[Life], then: int, more: int) -> None:
    now = then + more
    alive = [life for life in lives if life.received <= then]
    if not alive:
        return
    was, later = assessed(seen(alive, then), then, then), assessed(seen(alive, now), then, now)
    for key in (*TARGETS, "reopened_at"):
        assert later.known.complaints.data[key].equals(was.known.complaints.data[key])
    open_then = [
        one.known.complaints.data["status"].isin(["resolved", "closed"]).tolist() for one in (was, later)
    ]
    assert open_then[0] == open_then[1]
    assert was.deadlines.table(every_cycle=True).equals(later.deadlines.table(every_cycle=True))
    assert moved(was).equals(moved(later))
    figures = compute_kpis(was.facts, YEAR, was.as_of)
    pd.testing.assert_frame_equal(compute_kpis(later.facts, YEAR, later.as_of), figures)
    pd.testing.assert_frame_equal(later.follow_ups("en"), was.follow_ups("en"))


@pytest.mark.slow
@given(lives, st.integers(0, 6000))
@hypothesis_settings(max_examples=turns(15, 300), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_cycle_that_is_over_stands_as_it_was_lived(lives: list[Life], now: int) -> None:
    """The first response is the first answer of all; the others are judged in the cycle before the present one."""
    begun = [life for life in lives if life.received <= now]
    table = assessed(seen(begun, now), now, now).deadlines.table(every_cycle=True)
    states = table.set_index(["complaint_id", "target", "cycle"])["state"]
    for number, life in enumerate(begun):
        lived = cycles(life, now)
        answers = [
            hour for hour, key in life.events if hour <= now and key in TARGETS and key != "called_back_at"
        ]
        if answers:
            due = life.received + HOURS["first_response"]
            assert states[f"C{number}", "first_response", 1] == ("met" if answers[0] <= due else "late")
        if len(lived) > 1:
            for target, keys in (
                ("reply", ("replied_at", "resolved_at")),
                ("resolution", ("resolved_at",)),
                ("callback", ("called_back_at",)),
            ):
                told = states.get((f"C{number}", target, 1), "none")
                assert told == in_time(lived[-2], target, keys), (target, lived)


@pytest.mark.slow
@given(lives, st.integers(0, 8700))
@hypothesis_settings(max_examples=turns(15, 300), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_open_at_first_and_what_moved_is_open_at_last(lives: list[Life], now: int) -> None:
    table = moved(assessed(seen(lives, now), now, now))
    for line in table.reset_index().to_dict("records"):
        month = line["month"]
        begin, end = (
            -(int((BEGIN - edge).total_seconds()) // 3600)
            for edge in (month, month + pd.offsets.MonthBegin())
        )
        end = min(end, now + 1)
        events = [(life.received, t, n) for life in lives for n, t in enumerate(life.times) if t <= now]
        assert line["received"] == sum(begin <= life.received < end for life in lives)
        assert line["closed"] == sum(begin <= t < end and n % 2 == 0 for _, t, n in events)
        assert line["reopened"] == sum(begin <= t < end and n % 2 == 1 for _, t, n in events)

        def open_before(hour: int) -> int:
            return sum(
                life.received < hour and sum(t < hour and t <= now for t in life.times) % 2 == 0
                for life in lives
            )

        assert (line["opening"], line["closing"]) == (open_before(begin), open_before(end))
        assert (
            line["opening"] + line["received"] + line["reopened"] - line["closed"] - line["untimed"]
            == line["closing"]
        )
    assert (table["opening"].to_numpy()[1:] == table["closing"].to_numpy()[:-1]).all()


def test_an_instant_in_the_past_knows_nothing_of_what_came_later() -> None:
    """On 1 October C1 was open and not called back, C2 not received, the promise neither kept nor noted as kept."""
    found = register(
        [
            {"complaint_id": "C1", "received_at": "2026-09-28 09:00", "replied_at": "2026-10-02 10:00",
             "resolved_at": "2026-10-02 10:00", "called_back_at": "2026-10-03 10:00", "status": "closed",
             "satisfaction": "satisfied"},
            {"complaint_id": "C2", "received_at": "2026-10-02 09:00", "status": "new"},
        ],
        [
            {"complaint_id": "C1", "item_kind": "commitment", "noted_at": "2026-09-28 09:30", "due_at": "2026-09-30 12:00",
             "done_at": "2026-10-02 09:00", "result": "done"},
            {"complaint_id": "C1", "item_kind": "demand", "noted_at": "2026-10-01 15:00"},
        ],
        settings(),
    )  # fmt: skip
    then = Assessment(found, dt.datetime(2026, 10, 1, 12), now=dt.datetime(2026, 11, 1))
    data, items = then.known.complaints.data, then.known.items.data
    assert data["status"].tolist() == ["in_progress", "new"]
    assert data.loc[0, ["replied_at", "resolved_at", "called_back_at", "satisfaction"]].isna().all()
    assert items["item_kind"].tolist() == ["commitment"]
    assert items[["done_at", "result"]].isna().all(axis=None)
    assert then.rows.counted.tolist() == [True, False]
    assert (then.facts.stints.open.row.tolist(), then.facts.complaints["counted"].tolist()) == (
        [0],
        [True, False],
    )
    assert set(then.follow_ups("en")["complaint_id"]) == {"C1"}


@pytest.mark.parametrize(
    ("instant", "status", "resolved", "reopened"),
    [
        ("2026-10-02T09:59:59", "in_progress", False, False),
        ("2026-10-02T10:00:00", "resolved", True, False),  # to the second
        ("2026-10-05T08:59:59", "resolved", True, False),
        ("2026-10-05T09:00:00", "reopened", True, True),
    ],
)
def test_a_reopening_that_came_later_gives_the_resolution_back(
    instant: str, status: str, resolved: bool, reopened: bool
) -> None:
    found = register(
        [{"received_at": "2026-09-28 09:00", "resolved_at": "2026-10-02 10:00", "reopened_at": "2026-10-05 09:00", "status": "reopened"}],
        (),
        settings(),
    )  # fmt: skip
    known = Assessment(found, dt.datetime.fromisoformat(instant), now=dt.datetime(2026, 11, 1)).known
    row = known.complaints.data.iloc[0]
    assert (row["status"], pd.notna(row["resolved_at"]), pd.notna(row["reopened_at"])) == (
        status,
        resolved,
        reopened,
    )


def test_a_time_that_has_not_come_counts_for_nothing_and_changes_nothing_else() -> None:
    """It is a slip: the finding says so, the status stands, and the row is worked on."""
    found = register(
        [{"received_at": "2026-09-28 09:00", "resolved_at": "2027-09-28 10:00", "status": "closed"}],
        (),
        settings(Rule("resolution", 48, "hours")),
    )
    now = Assessment(found, dt.datetime(2026, 11, 1, 12))
    assert now.known.complaints.data["status"].tolist() == ["closed"]
    assert now.deadlines.targets["resolution"].state.tolist() == ["unproven"]
    assert "time_in_future" in now.findings["rule"].tolist()


def test_what_came_after_the_instant_is_no_finding_of_the_future() -> None:
    found = register([{"received_at": "2026-09-28 09:00", "resolved_at": "2026-10-20 10:00"}], (), settings())
    then = Assessment(found, dt.datetime(2026, 10, 1, 12), now=dt.datetime(2026, 11, 1))
    assert "time_in_future" not in then.findings["rule"].tolist()


def test_every_cycle_that_was_kept_is_in_the_months() -> None:
    """Resolved on 20 January, came back on 10 February, resolved on 5 March and, by its columns, open again since 2 April."""
    found = register(
        [{"received_at": "2026-01-12 09:00", "resolved_at": "2026-03-05 10:00", "reopened_at": "2026-04-02 11:00", "status": "reopened"}],
        [
            {"item_kind": "cycle", "started_at": "2026-01-12 09:00", "done_at": "2026-01-20 10:00", "noted_at": "2026-02-10 08:00"},
            {"item_kind": "cycle", "started_at": "2026-02-10 08:00", "done_at": "2026-03-05 10:00", "noted_at": "2026-04-02 11:00"},
        ],
        settings(),
    )  # fmt: skip
    assert moved(Assessment(found, dt.datetime(2026, 4, 30)))[list(MOVED)].to_numpy().tolist() == [
        # open at first, received, reopened, resolved, no time given, open at last
        [0, 1, 0, 1, 0, 0],
        [0, 0, 1, 0, 0, 1],
        [1, 0, 0, 1, 0, 0],
        [0, 0, 1, 0, 0, 1],
    ]


def test_a_reopening_whose_resolution_was_written_over_is_counted_apart() -> None:
    found = register(
        [
            {
                "received_at": "2026-01-12 09:00",
                "reopened_at": "2026-02-02 11:00",
                "resolved_at": "2026-03-05 10:00",
            }
        ],
        (),
        settings(),
    )
    table = moved(Assessment(found, dt.datetime(2026, 3, 31)))
    assert table["unseen"].tolist() == [0, 1, 0]
    assert table[["reopened", "closed"]].to_numpy().tolist() == [[0, 0], [0, 0], [0, 1]]


WRITTEN_OVER = {
    "received_at": "2026-06-01 10:00", "replied_at": "2026-06-21 09:00", "resolved_at": "2026-06-22 09:00",
    "reopened_at": "2026-06-20 09:00", "called_back_at": "2026-06-23 09:00", "status": "closed",
}  # fmt: skip
CYCLE = {"item_kind": "cycle", "noted_at": "2026-06-20 09:00", "started_at": "2026-06-01 10:00"}


def judged(items: list[dict[str, Any]]) -> tuple[dict[str, str], list[float]]:
    """States of the cycle before the reopening by target, and numerator and denominator of ``reply_in_time``."""
    rules = [Rule(target, hours, "hours", clock="calendar") for target, hours in
             (("reply", 48), ("resolution", 72), ("callback", 48))]  # fmt: skip
    found = Assessment(register([WRITTEN_OVER], items, settings(*rules)), dt.datetime(2026, 6, 30, 12))
    table = found.deadlines.table(every_cycle=True)
    before = table[table["cycle"].eq(1)]
    states = dict(zip(before["target"].astype(str), before["state"].astype(str), strict=True))
    figures = compute_kpis(found.facts, YEAR, found.as_of, ())
    line = figures[figures["kpi"].eq("reply_in_time")]
    return states, [line["numerator"].item(), line["denominator"].item()]


def test_a_resolution_that_alone_is_kept_says_nothing_of_the_reply() -> None:
    """Replied in time or not before 20 June: nobody can tell, since the reply of 21 June was written over it."""
    states, reply_in_time = judged([CYCLE | {"done_at": "2026-06-03 20:00"}])
    assert (states["reply"], states["resolution"]) == ("none", "met")
    assert states.get("callback", "none") == "none"
    assert reply_in_time == [1, 1]


def test_a_resolution_kept_by_its_deadline_was_the_reply_where_no_other_is_kept() -> None:
    """The button kept all that stood in the row: there was no reply but the resolution, after 58 h (late for one, met for the other)."""
    kept = CYCLE | {"for_target": "resolution", "done_at": "2026-06-03 20:00"}
    states, reply_in_time = judged([kept])
    assert (states["reply"], states["resolution"]) == ("late", "met")
    assert reply_in_time == [0, 1]


def test_what_items_keep_by_deadline_is_judged() -> None:
    """Replied after 50 h (late), resolved after 58 h (met), called back after 3 days (late)."""
    states, reply_in_time = judged(
        [
            CYCLE | {"for_target": "reply", "done_at": "2026-06-03 12:00"},
            CYCLE | {"for_target": "resolution", "done_at": "2026-06-03 20:00"},
            CYCLE | {"for_target": "callback", "done_at": "2026-06-06 20:00"},
        ]
    )
    assert (states["reply"], states["resolution"], states["callback"]) == ("late", "met", "late")
    assert reply_in_time == [0, 1]


def test_a_complaint_received_later_has_no_deadline_yet_and_explain_says_so() -> None:
    """On 5 October C1 was there, C2 came on the 8th, and the receipt of C3 is a slip of next year."""
    found = register(
        [
            {"received_at": "2026-10-02 09:00", "status": "new"},
            {"received_at": "2026-10-08 09:00", "status": "new"},
            {"received_at": "2027-10-08 09:00", "status": "new"},
        ],
        (),
        settings(Rule("reply", 48, "hours", clock="calendar")),
    )
    then = Assessment(found, dt.datetime(2026, 10, 5, 12), now=dt.datetime(2026, 11, 1))
    replies = then.deadline_table().query("target == 'reply'")
    assert dict(zip(replies["complaint_id"], replies["state"], strict=True)) == {
        "C1": "overdue",
        "C3": "none",
    }
    assert set(then.follow_ups("en")["complaint_id"]) == {"C1"}
    for place, day in ((1, "2026-10-08"), (2, "2027-10-08")):
        told = text_of(then.explained(place), "en")
        assert f"received only Thu {day}" in told or f"received only Fri {day}" in told
        assert "“Received at” is empty" not in told


def test_the_whole_register_is_told_up_to_the_instant() -> None:
    """Received on 2 October and open on 1 November: the backlog of that day, 30 days after the last receipt."""
    found = register([{"received_at": "2026-10-02 09:00", "status": "new"}], (), settings())
    now = Assessment(found, dt.datetime(2026, 11, 1, 12))
    whole = span_over([span(now)], now.as_of)
    assert (whole.begin, whole.end) == (dt.datetime(2026, 10, 2), dt.datetime(2026, 11, 2))
    ages = kpi_table([now], None, now.as_of, ()).set_index("kpi")["value"]
    assert ages["backlog_open"] == 1
