"""Facts, decisions, escalations and linked cases: of whom they are asked, and what mends a finding."""

import dataclasses
from typing import Any

import pandas as pd
import pytest

from kesu.register.sheets import Register
from kesu.register.stack import stacked as stack
from kesu.rules.checks import Example, add_messages, run_checks
from kesu.rules.checks.registry import CLOSED
from tests.rules.checks.registers import AS_OF, register

Item = dict[str, Any]

NOTED = "2026-10-08 09:30:00"
HAS_COLUMNS: Item = {"item_kind": "action", "question": ""}
"""A step of a register that has the columns for facts."""
VERIFIED: Item = {
    "item_kind": "verification",
    "question": "facts",
    "what": "socket loose",
    "done_at": "2026-10-08 11:00:00",
}
AUTHORITY = (("Limit", "Value", "Note"), ("Amount one may decide alone", "500", ""))


def findings(*items: Item, settings: Any = (), rows: Any = ({},)) -> pd.DataFrame:
    return run_checks(register(Example(rows, tuple(items), settings), "en"), AS_OF)


def found(*items: Item, settings: Any = (), **changes: Any) -> list[str]:
    return [str(rule) for rule in findings(*items, settings=settings, rows=(changes,))["rule"]]


def said(rule: str, *items: Item, lang: str = "en", **changes: Any) -> str:
    every = add_messages(findings(*items, rows=(changes,)), lang)
    return str(every.loc[every["rule"].eq(rule), "message"].iloc[0])


# --- of whom facts are asked ----------------------------------------------------------------------------------


def test_a_register_without_the_columns_is_asked_for_no_facts() -> None:
    severe: Item = {
        "responsibility": "internal",
        "solution": "swap",
        "severity": "severe",
        "escalated_to": "internal",
    }
    old: Item = {"item_kind": "transfer", "started_at": "2026-10-08 10:00:00"}
    assert found(old, answered_after_seconds="90", scope="widespread", **severe) == []


def test_what_was_closed_before_a_register_verified_is_left_alone() -> None:
    before = CLOSED | {
        "complaint_id": "K-1",
        "received_at": "2026-10-07 09:00:00",
        "first_response_at": "2026-10-07 09:10:00",
    }
    after = CLOSED | {"complaint_id": "K-2"}
    other = {"complaint_id": "K-3", "responsibility": "pending"}
    items = (VERIFIED | {"complaint_id": "K-3", "noted_at": NOTED},)

    told = findings(*items, rows=(before, after, other))

    assert told.loc[told["rule"].eq("responsibility_unverified"), "row"].tolist() == [5]


def test_of_a_register_that_never_verified_only_open_complaints_are_told() -> None:
    rows = (CLOSED | {"complaint_id": "K-1"}, {"complaint_id": "K-2", "responsibility": "third_party"})
    told = findings(HAS_COLUMNS | {"complaint_id": "K-1"}, rows=rows)
    assert told[["rule", "row"]].to_numpy().tolist() == [["responsibility_unverified", 5]]


@pytest.mark.parametrize(
    ("responsibility", "told"), [("internal", True), ("customer", True), ("pending", False), ("", False)]
)
def test_responsibility_leaves_pending_only_with_a_verification(responsibility: str, *, told: bool) -> None:
    assert ("responsibility_unverified" in found(HAS_COLUMNS, responsibility=responsibility)) == told
    assert found(VERIFIED, responsibility=responsibility) == []


def test_a_verification_that_is_only_planned_verifies_nothing() -> None:
    planned = VERIFIED | {"done_at": ""}
    assert found(planned, responsibility="internal") == ["responsibility_unverified"]
    assert found(planned | {"result": "done"}, responsibility="internal") == []


# --- fault ----------------------------------------------------------------------------------------------------

SORRY: Item = {"measures_taken": "Told the customer it was our fault"}


def test_fault_may_be_named_once_it_was_found() -> None:
    assert found(HAS_COLUMNS, **SORRY) == ["fault_before_verification"]
    assert found(VERIFIED | {"done_at": ""}, **SORRY) == ["fault_before_verification"]
    assert found(VERIFIED, **SORRY) == []
    assert found(VERIFIED, responsibility="pending", **SORRY) == []
    assert found(HAS_COLUMNS, responsibility="internal", **SORRY) == [
        "responsibility_unverified",
        "fault_before_verification",
    ]


def test_fault_in_the_reason_of_an_escalation_is_fault() -> None:
    up: Item = {"item_kind": "escalation", "question": "", "what": "It was our fault, supervisor takes over",
                "started_at": "2026-10-08 09:30:30"}  # fmt: skip
    assert found(up) == ["fault_before_verification"]


def test_without_the_columns_responsibility_decides_as_before() -> None:
    assert found(responsibility="internal", **SORRY) == []
    assert found(responsibility="pending", **SORRY) == ["fault_before_verification"]


# --- the five questions ---------------------------------------------------------------------------------------


def answers(*questions: str) -> list[Item]:
    return [VERIFIED | {"question": question, "basis": "rule 4"} for question in questions]


def test_the_questions_left_open_are_named_in_the_readers_language() -> None:
    some = answers("facts", "policy", "humane")
    plan = {"solution": "swap the socket", "severity": "urgent"}
    assert "missing: Departments, Law." in said("plan_unanswered", *some, **plan)
    assert "缺：部门核实、法律。" in said("plan_unanswered", *some, lang="zh", **plan)


@pytest.mark.parametrize(
    ("severity", "rule"),
    [("minor", "light_plan_unanswered"), ("normal", "light_plan_unanswered"), ("severe", "plan_unanswered"), ("urgent", "plan_unanswered")],
)  # fmt: skip
def test_the_weight_of_the_complaint_decides_how_grave_it_is(severity: str, rule: str) -> None:
    told = findings(HAS_COLUMNS, rows=({"solution": "swap", "severity": severity},))
    assert told["rule"].tolist() == [rule]
    assert told["severity"].tolist() == ["info" if rule.startswith("light") else "warning"]


def test_without_a_plan_nobody_asks() -> None:
    assert found(HAS_COLUMNS, severity="urgent") == []


def test_an_option_chosen_is_a_plan() -> None:
    chosen: Item = {
        "item_kind": "option",
        "what": "Exchange it, the quickest",
        "chosen": "yes",
        "question": "",
    }
    assert found(chosen, severity="severe") == ["plan_unanswered"]
    assert found(chosen | {"chosen": "no"}, severity="severe") == []


def test_a_light_complaint_that_is_over_is_told_only_where_somebody_began_to_answer() -> None:
    assert found(VERIFIED | {"question": ""}, **CLOSED) == []
    assert found(VERIFIED, **CLOSED) == ["light_plan_unanswered"]


# --- options --------------------------------------------------------------------------------------------------


def test_of_three_chosen_the_second_and_third_are_named() -> None:
    option: Item = {"item_kind": "option", "chosen": "yes"}
    told = findings(option, {"item_kind": "option"}, option, option)
    assert told[["rule", "row"]].to_numpy().tolist() == [["two_options_chosen", 6], ["two_options_chosen", 7]]


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("换一台新的", False), ("换一台新的，客户同意", True), ("上门维修，并换配件", False), ("退款：用时最短", True),
        ("先修，因为客户赶时间", True), ("维修。符合三包规定", True), ("送一张代金券", False),
        ("Exchange it", False), ("Exchange it; the customer prefers that", True), ("Repair and clean it", False),
        ("Refund, quickest", True), ("Repair since the part is in stock", True), ("Voucher over 20", False),
        ("Exchange, within warranty", True),
    ],
)  # fmt: skip
def test_a_choice_has_a_reason(what: str, *, reason: bool) -> None:
    chosen: Item = {"item_kind": "option", "what": what, "chosen": "yes", "question": ""}
    told = "choice_without_reason" in found(
        chosen, *answers("facts", "departments", "policy", "law", "humane")
    )
    assert told != reason


def test_a_decision_or_a_policy_is_a_reason_too() -> None:
    chosen: Item = {"item_kind": "option", "what": "Exchange it", "chosen": "yes", "question": ""}
    decided: Item = {"item_kind": "decision", "what": "Mr Hill decides for it", "question": ""}
    assert "choice_without_reason" in found(chosen)
    assert "choice_without_reason" not in found(chosen, decided)
    assert "choice_without_reason" not in found(chosen | {"basis": "warranty terms 3"})


# --- escalation, approval, weight -----------------------------------------------------------------------------

UP: Item = {"item_kind": "escalation", "question": "", "what": "Beyond the desk", "noted_at": NOTED}


@pytest.mark.parametrize(
    ("kind", "started", "late"),
    [("escalation", "09:31:00", False), ("escalation", "09:31:01", True), ("transfer", "09:31:01", True), ("hold", "11:00:00", False)],
)  # fmt: skip
def test_a_minute_after_the_decision_it_is_late(kind: str, started: str, *, late: bool) -> None:
    assert ("started_late" in found(UP | {"item_kind": kind, "started_at": f"2026-10-08 {started}"})) == late


def test_how_late_it_was_is_said() -> None:
    assert "90 s later; the limit is 60 s" in said("started_late", UP | {"started_at": "2026-10-08 09:31:30"})


def test_a_date_alone_proves_no_delay() -> None:
    assert "started_late" not in found(UP | {"started_at": "2026-10-09"})


def test_a_transfer_says_why_and_when_too() -> None:
    passed: Item = {
        "item_kind": "transfer",
        "question": "",
        "what": "张三的手机充不进电，已检测",
        "started_at": "2026-10-08 09:30:20",
    }
    assert found(passed, escalated_to="internal") == []


def test_whoever_escalates_says_why_and_when() -> None:
    assert found(HAS_COLUMNS, escalated_to="internal") == ["escalation_unreasoned"]
    assert found(UP, escalated_to="internal") == ["escalation_untimed"]
    assert found(UP | {"started_at": "2026-10-08 09:30:20"}, escalated_to="internal") == []


PAID: Item = {"compensation_claimed": "900", "compensation_paid": "800"}


@pytest.mark.parametrize(
    ("approval", "enough"),
    [
        ({"owner": "王五"}, True), ({"owner": "李四"}, False), ({"owner": " 李 四"}, False),
        ({"owner": "", "noted_by": "王五"}, True), ({"owner": "", "noted_by": "李四"}, False),
        ({"owner": "王五", "result": "declined"}, False), ({"owner": "王五", "done_at": ""}, False),
        ({"owner": "王五", "item_kind": "decision"}, False),
    ],
)  # fmt: skip
def test_somebody_else_approves_what_is_beyond_ones_authority(approval: Item, *, enough: bool) -> None:
    """The complaint's owner is 李四."""
    made = {"item_kind": "approval", "what": "ok", "done_at": "2026-10-08 12:00:00", **approval}
    assert ("paid_without_approval" not in found(made, settings=AUTHORITY, **PAID)) == enough


def test_who_approved_alone_is_named_and_without_a_limit_nobody_asks() -> None:
    own: Item = {"item_kind": "approval", "what": "ok", "owner": "李四", "done_at": "2026-10-08 12:00:00"}
    told = add_messages(findings(own, settings=AUTHORITY, rows=(PAID,)), "en")
    assert "(approved by: 李四)" in told["message"].iloc[0]
    assert found(own, **PAID) == []
    assert found(own, settings=AUTHORITY, **PAID | {"compensation_paid": "500"}) == []


@pytest.mark.parametrize(
    ("severity", "scope", "again", "proposed", "why"),
    [
        ("normal", "widespread", False, "Severe", "widely;"), ("minor", "single", True, "Normal", "the same again;"),
        ("normal", "widespread", True, "Urgent", "widely, the customer complains"), ("severe", "widespread", True, "Urgent", "widely"),
        ("urgent", "widespread", True, "", ""), ("normal", "several", False, "", ""),
    ],
)  # fmt: skip
def test_widespread_and_repeated_raise_the_severity_proposed(
    severity: str, scope: str, proposed: str, why: str, *, again: bool
) -> None:
    first = {"complaint_id": "K-1", "customer_account": "U7" if again else "U8", "received_at": "2026-10-01 09:00:00",
             "first_response_at": "2026-10-01 09:10:00", "verbatim": "Broke", "severity": "urgent", "escalated_to": "internal"}  # fmt: skip
    second = {"complaint_id": "K-2", "customer_account": "U7", "severity": severity, "scope": scope}
    every = add_messages(findings(HAS_COLUMNS | {"complaint_id": "K-2"}, rows=(first, second)), "en")
    told = every[every["rule"].eq("weighs_more")]
    assert told["row"].tolist() == [5] * bool(proposed)
    for message in told["message"]:
        assert f"“{proposed}” is proposed" in message
        assert why in message


def test_nothing_is_proposed_for_what_is_over_or_has_no_severity() -> None:
    assert "weighs_more" not in found(HAS_COLUMNS, scope="widespread", **CLOSED)
    assert "weighs_more" not in found(HAS_COLUMNS, scope="widespread", severity="")
    assert "weighs_more" in found(HAS_COLUMNS, scope="widespread")
    first: Item = {"received_at": "2026-10-01 09:00:00", "customer_account": "U7", "verbatim": "Broke"}
    again: Item = {"customer_account": "U7", "scope": "widespread", "severity": ""}
    assert "weighs_more" not in set(findings(HAS_COLUMNS, rows=(first, again))["rule"])


def test_registers_of_a_stack_know_nothing_of_each_others_customers_and_numbers() -> None:
    same: Item = {"customer_account": "U7", "scope": "single"}
    first: Item = same | {
        "complaint_id": "K-1",
        "received_at": "2026-10-01 09:00:00",
        "first_response_at": "2026-10-01 09:10:00",
    }
    second: Item = same | {"complaint_id": "K-2", "verbatim": "Again"}
    link: Item = {"item_kind": "link", "question": "", "complaint_id": "K-2", "what": "K-1"}

    def rules(*registers: Register) -> set[str]:
        return set(run_checks(stack(registers), AS_OF)["rule"])

    one, other = (register(Example((row,), (link,)), "en") for row in (first, second))
    both = register(Example((first, second), (link,)), "en")
    assert "weighs_more" in rules(both)
    assert "link_nowhere" not in rules(both)
    apart = rules(dataclasses.replace(one, name="one"), dataclasses.replace(other, name="other"))
    assert "weighs_more" not in apart
    assert "link_nowhere" in apart
    back: Item = link | {"complaint_id": "K-1", "what": "K-2"}
    one = register(Example((first,), (back,)), "en")
    other = register(Example((second,), (link | {"item_kind": "action"},)), "en")
    assert "link_nowhere" in rules(
        dataclasses.replace(one, name="one"), dataclasses.replace(other, name="other")
    )


# --- calls, hand-overs, links ---------------------------------------------------------------------------------


def test_a_call_that_rang_too_long_is_named() -> None:
    assert found(HAS_COLUMNS, answered_after_seconds="15") == []
    assert found(HAS_COLUMNS, answered_after_seconds="16") == ["answered_late"]


def test_a_hand_over_is_told_what_it_lacks_where_a_register_asks_for_it() -> None:
    text = "张三的手机充不进电，请处理"
    passed: Item = {"item_kind": "transfer", "what": text}
    assert found(passed) == []
    assert found(passed | {"question": ""}) == ["transfer_without_facts"]
    assert "没有写明已做的措施，" in said("transfer_without_facts", passed | {"question": ""}, lang="zh")
    assert "does not name the customer, the problem, the measures taken" in said(
        "transfer_without_facts", {"item_kind": "transfer", "what": "pls handle"}
    )


@pytest.mark.parametrize(
    ("what", "there"),
    [("K-2", True), ("k-2", True), ("Ｋ-2", True), ("K-2 same fault", True), ("K-2，同一故障", True), ("K-1", False), ("K-3", False), ("same fault", False)],
)  # fmt: skip
def test_a_link_names_another_complaint_of_the_register(what: str, *, there: bool) -> None:
    rows = ({"complaint_id": "K-1"}, {"complaint_id": "K-2"})
    told = findings({"item_kind": "link", "complaint_id": "K-1", "what": what}, rows=rows)
    assert told["rule"].tolist() == ["link_nowhere"] * (not there)


@pytest.mark.parametrize(("what", "named"), [("swap the socket", "swap the socket"), ("", "Option")])
def test_without_a_solution_the_option_chosen_is_named(what: str, named: str) -> None:
    option: Item = {"item_kind": "option", "what": what, "chosen": "yes"}
    for severity, rule in (("severe", "plan_unanswered"), ("minor", "light_plan_unanswered")):
        text = said(rule, HAS_COLUMNS, VERIFIED, option, solution="", severity=severity)
        assert text.startswith(f"Before a plan is offered (“{named}”)")
        text = said(rule, HAS_COLUMNS, VERIFIED, option, solution="refund", severity=severity)
        assert text.startswith("Before a plan is offered (“refund”)")


@pytest.mark.parametrize("result", ["failed", "cancelled", "withdrawn", "declined"])
def test_a_verification_that_found_nothing_out_is_none(result: str) -> None:
    rules = found(
        VERIFIED | {"result": result}, responsibility="internal", solution="swap", severity="severe"
    )
    assert {"responsibility_unverified", "plan_unanswered"} <= set(rules)
    assert "responsibility_unverified" not in found(VERIFIED | {"result": "done"}, responsibility="internal")
    message = said("plan_unanswered", VERIFIED | {"result": result}, solution="swap", severity="severe")
    done = said("plan_unanswered", VERIFIED | {"result": "done"}, solution="swap", severity="severe")
    assert message.count(",") == done.count(",") + 1  # five are missing, four are


@pytest.mark.parametrize("kind", ["transfer", "escalation"])
def test_what_is_passed_on_does_not_start_before_it_is_decided(kind: str) -> None:
    one: Item = {"item_kind": kind, "noted_at": "2026-10-08 11:00:00", "started_at": "2026-10-08 10:30:00"}
    assert "transfer_before_decision" in found(one)
    assert "transfer_before_decision" not in found(one | {"started_at": "2026-10-08 11:00:00"})
    assert "transfer_before_decision" not in found(one | {"item_kind": "contact"})


def test_improvements_of_one_register_have_numbers_of_their_own() -> None:
    """Rows 4 to 9; the third is G-1 once more, the sixth G-2, and two have no number."""
    numbers = ("G-1", "G-2", "g-1", "", "", "Ｇ-2")
    one = register(Example(improvements=tuple({"measure_id": number} for number in numbers)), "en")
    double = run_checks(one, AS_OF).query("rule == 'duplicate_measure'")
    assert list(zip(double["row"], double["value"], strict=True)) == [(6, "g-1"), (9, "Ｇ-2")]
    assert ["row 4" in said or "row 5" in said for said in add_messages(double, "en")["message"]] == [
        True,
        True,
    ]
    other = register(Example(improvements=({"measure_id": "G-1"},)), "en")
    both = run_checks(stack([one, dataclasses.replace(other, name="other")]), AS_OF)
    assert list(both.query("rule == 'duplicate_measure'")["row"]) == [6, 9]  # numbers are each register's own
