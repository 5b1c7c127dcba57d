"""What comes back: tried again, taken up again, closed only when it may be; worked out by hand on registers written by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from kesu.register.sheets import Register
from kesu.rules.checks import add_messages, run_checks
from kesu.rules.deadlines import compute_deadlines
from kesu.rules.explain.explain import explain
from kesu.rules.explain.text import text_of
from kesu.rules.followups import follow_ups
from kesu.rules.history import as_known
from tests.rules.test_kpis import Row, one, register

NOW = dt.datetime(2026, 10, 12, 10)
DONE = {
    "received_at": "2026-10-08 09:00:00", "first_response_at": "2026-10-08 09:10:00", "replied_at": "2026-10-08 10:00:00",
    "resolved_at": "2026-10-08 15:00:00", "customer_agreed": "是", "status": "已解决", "called_back_at": "",
    "callback_reached": "", "satisfaction": "", "reopened_at": "", "owner": "王芳",
}  # fmt: skip
"""Called back by 10 Oct 15:00, says the rule."""
TRY = {"item_kind": "联系", "for_target": "回访", "what": "回访"}
MISSED = {"called_back_at": "2026-10-09 16:00:00", "callback_reached": "否"}
UNHAPPY = {"called_back_at": "2026-10-09 16:00:00", "callback_reached": "是", "satisfaction": "非常不满意"}
DECIDED = {"item_kind": "决定", "what": "赔付已到上限，照此结案", "noted_by": "陈经理"}
CLOSED = {"status": "已结案"}


def tried(day: int, result: str = "未达成", answer: str = "") -> Row:
    return TRY | {"done_at": f"2026-10-{day:02} 16:00:00", "result": result, "satisfaction": answer}


def limits(**values: float) -> list[Row]:
    names = {"tries": "回访最多（次）", "gap": "再次回访间隔（小时）", "revisit": "再访（结案后天数）"}
    return [{"界限": names[key], "值": str(value)} for key, value in values.items()]


def made(case: Row, *items: Row, settings: list[Row] | None = None) -> Register:
    return register(DONE | case, items=items or (TRY | {"what": ""},), settings=settings)


def listed(one: Register) -> list[tuple[str, str, float]]:
    found = follow_ups(one, compute_deadlines(one, NOW), "zh")
    mine = found[found["kind"].isin(["call_back", "call_again", "take_up_again", "revisit"])]
    due = [f"{at:%m-%d %H:%M}" for at in mine["due_at"]]
    return list(zip(mine["kind"], due, mine["overdue_hours"], strict=True))


def callback(one: Register) -> tuple[str, str]:
    found = compute_deadlines(one, NOW).targets["callback"]
    done = found.done.astype("datetime64[s]")[0]
    return str(found.state[0]), "" if np.isnat(done) else str(done)[5:16].replace("T", " ")


@pytest.mark.parametrize(
    ("case", "items", "state", "lines"),
    [
        ({}, (), ("overdue", ""), [("call_back", "10-10 15:00", 43)]),
        # Not reached on the 9th at 16:00: again a day later. The columns alone say so, the items alone, both together.
        (MISSED, (), ("overdue", ""), [("call_again", "10-10 16:00", 42)]),
        ({}, (tried(9),), ("overdue", ""), [("call_again", "10-10 16:00", 42)]),
        (MISSED, (tried(9),), ("overdue", ""), [("call_again", "10-10 16:00", 42)]),
        # A second try on the 11th, which stands in the columns and in Items.
        ({"called_back_at": "2026-10-11 16:00:00", "callback_reached": "否"}, (tried(9), tried(11)), ("overdue", ""),
         [("call_again", "10-12 16:00", 0)]),
        # The third was the last: nothing is awaited, and nothing was met.
        (MISSED, (tried(9), tried(10), tried(11)), ("none", ""), []),
        # Somebody decided to leave it at that after the first.
        (MISSED, (DECIDED | {"noted_at": "2026-10-10 09:00:00"},), ("none", ""), []),
        (MISSED, (DECIDED | {"noted_at": "2026-10-09 09:00:00"},), ("overdue", ""), [("call_again", "10-10 16:00", 42)]),
        (MISSED, (DECIDED | {"noted_by": ""},), ("overdue", ""), [("call_again", "10-10 16:00", 42)]),
        # Reached at the second try, in time; the deadline is met by the first call that reached the customer.
        ({"called_back_at": "2026-10-10 11:00:00", "callback_reached": "是"}, (tried(9),), ("met", "10-10 11:00"), []),
        ({}, (tried(9), tried(10, "已办结", "满意")), ("late", "10-10 16:00"), []),
        # As in earlier versions: who does not say whether anybody was reached has called back.
        ({"called_back_at": "2026-10-09 16:00:00"}, (), ("met", "10-09 16:00"), []),
        # The item of that very call says that nobody was.
        ({"called_back_at": "2026-10-09 16:00:00"}, (tried(9),), ("overdue", ""), [("call_again", "10-10 16:00", 42)]),
        # Called off is not tried; another contact is no call-back.
        ({}, (tried(9, "取消"),), ("overdue", ""), [("call_back", "10-10 15:00", 43)]),
        ({}, (tried(9) | {"for_target": "解决"},), ("overdue", ""), [("call_back", "10-10 15:00", 43)]),
        # A call was agreed for this afternoon, in four working hours; one agreed for before the last try is over.
        (MISSED, (TRY | {"due_at": "2026-10-12 15:00:00"},), ("due_soon", ""), [("call_again", "10-12 15:00", 0)]),
        (MISSED, (TRY | {"due_at": "2026-10-09 15:00:00"},), ("overdue", ""), [("call_again", "10-10 16:00", 42)]),
        # What was tried before the reopening is of another cycle.
        (MISSED | {"reopened_at": "2026-10-10 09:00:00", "status": "已重开"}, (), ("none", ""), []),
        ({"called_back_at": "2026-10-10 09:00:00", "callback_reached": "否", "reopened_at": "2026-10-10 09:00:00", "resolved_at": "2026-10-11 09:00:00"},
         (), ("pending", ""), [("call_again", "10-11 09:00", 25)]),  # in that very second is after it
        (MISSED | {"reopened_at": "2026-10-10 09:00:00", "resolved_at": "2026-10-11 09:00:00"}, (), ("pending", ""),
         [("call_back", "10-13 09:00", 0)]),
    ],
)  # fmt: skip
def test_a_customer_not_reached_is_called_again(
    case: Row, items: tuple[Row, ...], state: tuple[str, str], lines: list[tuple[str, str, float]]
) -> None:
    found = made(case, *items)
    assert callback(found) == state
    assert listed(found) == lines


def test_how_often_and_how_far_apart_is_the_teams_own() -> None:
    settings = limits(tries=2, gap=6)
    once = made(MISSED, settings=settings)
    assert listed(once) == [("call_again", "10-09 22:00", 60)]
    assert "第 2 次，共试 2 次；10-09 16:00 没有联系上" in set(
        follow_ups(once, compute_deadlines(once, NOW), "zh")["what"]
    )
    assert callback(made(MISSED, tried(9), tried(10), settings=settings)) == ("none", "")


def at(*times: str) -> tuple[Row, ...]:
    """Calls that reached nobody."""
    return tuple(TRY | {"done_at": f"2026-10-{time}", "result": "未达成"} for time in times)


@pytest.mark.parametrize(
    ("times", "gap", "counted"),
    [
        (("09 16:00:00", "09 16:01:00", "09 16:02:00"), 24, 1),
        (("08 16:00:00", "09 16:00:00", "10 16:00:00"), 24, 3),
        (("08 16:00:00", "09 15:59:59", "10 16:00:00"), 24, 2),  # the second is too soon
        (
            ("08 16:00:00", "09 04:00:00", "09 16:00:00", "10 16:00:00"),
            24,
            3,
        ),  # from the last that counts, not the last
        (("10 16:00:00", "08 16:00:00", "09 16:00:00"), 24, 3),  # in whatever order they are noted
        (("09 16:00:00", "09 16:01:00", "09 16:02:00"), 0, 3),
    ],
)
def test_tries_close_together_are_one(times: tuple[str, ...], gap: int, counted: int) -> None:
    found = made(CLOSED, *at(*times), settings=limits(gap=gap))
    outcomes = compute_deadlines(found, NOW).outcomes
    assert (outcomes.apart[0], outcomes.tries[0]) == (counted, len(times))
    assert bool(outcomes.given_up[0]) == (counted == 3)
    assert ("closed_unreached" in set(run_checks(found, NOW)["rule"])) == (counted < 3)


def test_the_next_call_is_numbered_by_the_tries_that_count() -> None:
    found = made({}, *at("09 16:00:00", "09 16:01:00", "09 16:02:00"))
    lines = follow_ups(found, compute_deadlines(found, NOW), "zh").set_index("kind")
    assert lines["what"]["call_again"] == "第 2 次，共试 3 次；10-09 16:02 没有联系上"


def test_the_columns_call_must_be_apart_too() -> None:
    """Two items a day apart, and the columns' call an hour after the last of them."""
    soon, then = (
        {"called_back_at": f"2026-10-{time}", "callback_reached": "否"}
        for time in ("09 17:00:00", "10 16:00:00")
    )
    assert callback(made(soon, *at("08 16:00:00", "09 16:00:00"))) == ("overdue", "")
    assert callback(made(then, *at("08 16:00:00", "09 16:00:00"))) == ("none", "")


@pytest.mark.parametrize(
    ("case", "items", "rate"),
    [
        # The item is later than the column, and the other way round.
        (UNHAPPY | {"satisfaction": "满意"}, (tried(10, "已办结", "非常不满意"),), (0, 1)),
        (UNHAPPY | {"satisfaction": "满意"}, (tried(8, "已办结", "非常不满意"),), (1, 1)),
        # Reached without an answer later: the last answer stands.
        (UNHAPPY | {"satisfaction": "满意"}, (tried(10, "已办结"),), (1, 1)),
        # Not reached the last time, content the time before.
        (UNHAPPY | {"satisfaction": "满意"}, (tried(10),), (1, 1)),
        # Answered before the reopening: counts no more, in items or in the columns beside them; new answers do.
        ({"reopened_at": "2026-10-10 09:00:00"}, (tried(9, "已办结", "满意"),), (0, 0)),
        (UNHAPPY | {"reopened_at": "2026-10-10 09:00:00"}, (tried(8),), (0, 0)),
        ({"reopened_at": "2026-10-10 09:00:00"}, (tried(9, "已办结", "满意"), tried(11, "已办结", "不满意")), (0, 1)),
        # A survey is no call.
        (UNHAPPY | {"satisfaction": "满意"},
         (tried(8, "已办结", "满意"), {"item_kind": "问卷", "what": "q", "done_at": "2026-10-11 16:00:00", "satisfaction": "不满意"}), (1, 1)),
        # Without items the columns say it, as ever.
        (UNHAPPY | {"satisfaction": "满意", "reopened_at": "2026-10-10 09:00:00"}, (), (1, 1)),
        ({"satisfaction": "满意"}, (), (1, 1)),
        (UNHAPPY | {"satisfaction": ""}, (), (0, 1)),
    ],
)  # fmt: skip
def test_satisfaction_is_the_last_answer_by_phone(
    case: Row, items: tuple[Row, ...], rate: tuple[int, int]
) -> None:
    """A second complaint whose customer is content says that the column is used."""
    content = DONE | UNHAPPY | {"satisfaction": "满意"}
    value = one("satisfaction", register(DONE | case, content, items=items or (TRY | {"what": ""},)))
    assert value[1:] == (rate[0] + 1, rate[1] + 1)


@pytest.mark.parametrize(
    ("case", "items", "lines"),
    [
        (UNHAPPY, (), [("take_up_again", "10-09 16:00", 66)]),
        (UNHAPPY | {"satisfaction": "一般"}, (), []),
        ({}, (tried(9, "已办结", "不满意"),), [("take_up_again", "10-09 16:00", 66)]),
        # Called once more, content now; and the other way round.
        ({}, (tried(9, "已办结", "不满意"), tried(10, "已办结", "基本满意")), []),
        (UNHAPPY, (tried(8, "已办结", "满意"),), [("take_up_again", "10-09 16:00", 66)]),
        # By survey or in a re-visit the customer says so too.
        (UNHAPPY | {"satisfaction": "满意"}, ({"item_kind": "问卷", "what": "q", "done_at": "2026-10-11 16:00:00", "satisfaction": "不满意"},),
         [("take_up_again", "10-11 16:00", 18)]),
        (UNHAPPY, ({"item_kind": "再访", "what": "q", "done_at": "2026-10-11 16:00:00", "satisfaction": "满意"},), []),
        # Decided with name and reason, afterwards.
        (UNHAPPY, (DECIDED,), []),
        (UNHAPPY, (DECIDED | {"noted_at": "2026-10-09 15:59:59"},), [("take_up_again", "10-09 16:00", 66)]),
        (UNHAPPY, (DECIDED | {"what": ""},), [("take_up_again", "10-09 16:00", 66)]),
        # What came after the decision has not been decided.
        (UNHAPPY, (DECIDED | {"noted_at": "2026-10-10 09:00:00"},
                   {"item_kind": "问卷", "what": "q", "done_at": "2026-10-11 16:00:00", "satisfaction": "不满意"}), [("take_up_again", "10-11 16:00", 18)]),
        # Reopened, nobody says when: nothing of before counts; nor does an item from before the reopening.
        (UNHAPPY | {"status": "已重开"}, (), []),
        ({"reopened_at": "2026-10-10 09:00:00", "resolved_at": "2026-10-11 09:00:00"}, (tried(9, "已办结", "不满意"),), [("call_back", "10-13 09:00", 0)]),
        # Reopened since: that is how it was taken up.
        (UNHAPPY | {"reopened_at": "2026-10-10 09:00:00", "status": "已重开"}, (), []),
        # Not agreed to the reply: since the reply, until the column says yes or somebody decides; being content is another matter.
        ({"customer_agreed": "否", "called_back_at": "2026-10-09 16:00:00"}, (), [("take_up_again", "10-08 10:00", 96)]),
        ({"customer_agreed": "否", "called_back_at": "2026-10-09 16:00:00", "satisfaction": "满意"}, (), [("take_up_again", "10-08 10:00", 96)]),
        ({"customer_agreed": "否", "called_back_at": "2026-10-09 16:00:00", "satisfaction": "一般"} | CLOSED, (), [("take_up_again", "10-08 10:00", 96)]),
        ({"customer_agreed": "否"} | CLOSED, (tried(9, "已办结", "满意"),), [("take_up_again", "10-08 10:00", 96)]),
        ({"customer_agreed": "是", "called_back_at": "2026-10-09 16:00:00", "satisfaction": "满意"} | CLOSED, (), []),
        ({"customer_agreed": "否", "satisfaction": "满意"} | CLOSED, (tried(9, "已办结", "满意"), DECIDED), []),
        ({"customer_agreed": "否", "called_back_at": "2026-10-09 16:00:00"}, (DECIDED,), []),
        ({"customer_agreed": "否", "status": "处理中", "replied_at": "", "resolved_at": ""}, (), []),
        (UNHAPPY | {"kind": "反馈"}, (), []),
    ],
)  # fmt: skip
def test_what_the_customer_is_not_content_with_is_taken_up_again(
    case: Row, items: tuple[Row, ...], lines: list[tuple[str, str, float]]
) -> None:
    assert listed(made(case, *items)) == lines


@pytest.mark.parametrize(
    ("case", "items", "rules"),
    [
        (MISSED, (), ["closed_unreached"]),
        (MISSED, (tried(8), tried(9)), ["closed_unreached"]),
        (MISSED, (tried(7), tried(8), tried(9)), []),
        (MISSED, (DECIDED,), []),
        ({}, (), ["closed_without_callback"]),
        ({}, (tried(9),), ["closed_unreached"]),
        ({}, (tried(9, "已办结", "满意"),), []),
        (UNHAPPY, (), ["closed_dissatisfied"]),
        (UNHAPPY, (DECIDED,), []),
        (UNHAPPY, (tried(9, "已办结", "不满意"), tried(10, "已办结", "满意")), []),
        (UNHAPPY | {"customer_agreed": "否", "satisfaction": ""}, (), ["closed_without_confirmation"]),
        (UNHAPPY | {"customer_agreed": "否"}, (), ["closed_dissatisfied", "closed_without_confirmation"]),
        (UNHAPPY | {"customer_agreed": "否"}, (DECIDED,), []),
        # A decision takes the place of a customer who says no, not of one whom nobody asked.
        (UNHAPPY | {"customer_agreed": ""}, (DECIDED,), ["closed_without_confirmation"]),
        (UNHAPPY | {"customer_agreed": "否"}, (DECIDED | {"noted_at": "2026-10-08 09:59:00"},), ["closed_dissatisfied", "closed_without_confirmation"]),
        # Who could not be reached in three tries cannot be asked to agree; who said no must be.
        (MISSED | {"customer_agreed": ""}, (tried(7), tried(8), tried(9)), []),
        (MISSED | {"customer_agreed": "否"}, (tried(7), tried(8), tried(9)), ["closed_without_confirmation"]),
    ],
)  # fmt: skip
def test_it_is_not_closed_before_it_may_be(case: Row, items: tuple[Row, ...], rules: list[str]) -> None:
    findings = run_checks(made(CLOSED | case, *items), NOW)
    gate = {
        "closed_without_callback",
        "closed_unreached",
        "closed_dissatisfied",
        "closed_without_confirmation",
    }
    assert sorted(set(findings["rule"]) & gate) == rules


def test_what_stands_against_closing_is_said_with_numbers() -> None:
    findings = run_checks(made(CLOSED | MISSED, tried(8), tried(9)), NOW)
    said = add_messages(findings, "en").set_index("rule")["message"]
    assert "tried 2 of 3 times" in said["closed_unreached"]
    findings = run_checks(made(CLOSED | {"satisfaction": "满意"}, tried(9, "已办结", "不满意")), NOW)
    assert (
        "“Dissatisfied”" in add_messages(findings, "zh").set_index("rule")["message"]["closed_dissatisfied"]
    )


@pytest.mark.parametrize(
    ("case", "items", "lines"),
    [
        ({}, (), [("revisit", "10-12 12:00", 0)]),  # in two hours, soon
        ({"called_back_at": "2026-10-09 16:00:00"}, (), []),  # in six hours, not yet
        ({"status": "已解决"}, (), []),
        ({"satisfaction": "不满意"}, (), [("take_up_again", "10-09 12:00", 70)]),  # that comes first
        ({"customer_agreed": "否"}, (), [("take_up_again", "10-08 10:00", 96)]),  # so does that
        ({}, ({"item_kind": "再访", "what": "q", "done_at": "2026-10-11 16:00:00", "satisfaction": "满意"},), []),
        ({}, ({"item_kind": "再访", "what": "q", "done_at": "2026-10-11 16:00:00", "result": "未达成"},), [("revisit", "10-12 12:00", 0)]),
        ({}, ({"item_kind": "再访", "what": "q", "done_at": "2026-10-09 11:00:00"},), [("revisit", "10-12 12:00", 0)]),
        ({}, ({"item_kind": "再访", "what": "q", "due_at": "2026-10-12 11:00:00"},), [("revisit", "10-12 11:00", 0)]),  # agreed
        ({"received_at": "2026-10-01 09:00:00", "called_back_at": "2026-10-06 10:00:00", "resolved_at": "2026-10-05 10:00:00"}, (),
         [("revisit", "10-09 10:00", 72)]),
        ({"received_at": "2026-10-01 09:00:00", "called_back_at": "2026-10-06 09:59:59", "resolved_at": "2026-10-05 10:00:00"}, (), []),
    ],
)  # fmt: skip
def test_after_some_days_the_customer_is_asked_again(
    case: Row, items: tuple[Row, ...], lines: list[tuple[str, str, float]]
) -> None:
    """Three days after the call-back of 9 Oct 12:00; after three more days it is too late to ask."""
    happy = CLOSED | {"called_back_at": "2026-10-09 12:00:00", "satisfaction": "满意"}
    assert listed(made(happy | case, *items, settings=limits(revisit=3))) == lines


def test_who_sets_no_days_visits_nobody() -> None:
    happy = CLOSED | {"called_back_at": "2026-10-09 12:00:00", "satisfaction": "满意"}
    assert listed(made(happy)) == []


def test_figures_count_customers_reached_and_tries_apart() -> None:
    cases = [
        DONE | UNHAPPY,
        DONE | MISSED | CLOSED,
        DONE | {"called_back_at": "2026-10-09 16:00:00"},
        DONE,
        DONE | {"satisfaction": ""},  # C5: reached by an item alone, at the second try
    ]
    items = tuple(item | {"complaint_id": "C5"} for item in (tried(9), tried(10, "已办结", "满意")))
    found = register(*cases, items=items)
    assert one("callback_coverage", found) == (3 / 5, 3, 5)  # C1 C3 C5
    assert one("callback_tries", found) == (5 / 4, 5, 4)  # one each on C1 C2 C3, two on C5
    assert one("closed_unreached", found)[0] == 1  # C2
    assert one("satisfaction", found) == (1 / 2, 1, 2)  # C1 not, C5 is; of C3 nobody says
    assert one("awaiting_callback", found)[0] == 2  # C2, which may not be closed yet, and C4


def test_a_survey_stands_beside_the_phone() -> None:
    sent = [{"item_kind": "问卷", "what": "q", "noted_at": "2026-10-09 09:00:00"} for _ in range(5)]
    for item, answer in zip(sent, ("非常满意", "不满意", "基本满意", "", ""), strict=True):
        item["satisfaction"] = answer
    sent[4]["result"] = "取消"
    found = made({}, *sent)
    assert one("survey_response", found) == (3 / 4, 3, 4)
    assert one("survey_satisfaction", found) == (2 / 3, 2, 3)


def test_in_the_past_only_what_was_tried_by_then_is_known() -> None:
    """On the 10th at noon: one try, not reached; on the 12th the second had reached a customer who was not content."""
    full = made(UNHAPPY | {"called_back_at": "2026-10-11 16:00:00"}, tried(9), tried(11, "已办结", "不满意"))
    then, now = (
        int(np.datetime64(at, "s").astype(np.int64)) for at in ("2026-10-10T12:00", "2026-10-12T10:00")
    )
    past = as_known(full, then, now)
    assert past.items.data["satisfaction"].isna().all()
    found = follow_ups(past, compute_deadlines(past, dt.datetime(2026, 10, 10, 12)), "zh")
    assert list(found["kind"]) == ["call_again"]
    assert listed(full) == [("take_up_again", "10-11 16:00", 18)]


@pytest.mark.parametrize(("lang", "words"), [
    ("zh", ["2026-10-09 周五 16:00 回访，没有联系上", "2026-10-10 周六 16:00 回访，联系上了", "（事项“联系”）"]),
    ("en", ["Called Fri 2026-10-09 16:00: not reached", "Called Sat 2026-10-10 16:00: reached", "(item “Contact”)"]),
])  # fmt: skip
def test_explain_names_each_try(lang: str, words: list[str]) -> None:
    found = made({}, tried(9), tried(10, "已办结"))
    said = text_of(explain(found, compute_deadlines(found, NOW), 0), lang)
    for word in words:
        assert word in said


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "试过 3 次，没有联系上"), ("en", "Tried 3 times, not reached")]
)
def test_explain_says_why_nothing_is_awaited(lang: str, words: str) -> None:
    found = made(MISSED, tried(7), tried(8), tried(9))
    assert words in text_of(explain(found, compute_deadlines(found, NOW), 0), lang)
