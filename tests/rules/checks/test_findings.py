"""What a reader relies on: where findings point, how they are ordered, what their messages say."""

import dataclasses
import string

import numpy as np
import pandas as pd
import pytest

from kesu.register.columns import BY_KEY, IMPROVEMENT_BY_KEY, ITEM_BY_KEY, SHEETS
from kesu.register.normalise import normalise
from kesu.register.raw import RawSheet
from kesu.register.sheets import Register
from kesu.rules.checks import CHECKS, Example, add_messages, finding_counts, run_checks
from kesu.words.text import LANGS
from tests.rules.checks.registers import AS_OF, register, sheet

COLUMNS = ["register", "sheet", "row", "column", "rule", "severity", "dimension", "value", "detail", "count"]
CLOSING = {
    "solution": "换新 / exchanged",
    "root_cause": "松动 / loose",
    "replied_at": "2026-10-08 10:00:00",
    "resolved_at": "2026-10-08 15:00:00",
    "called_back_at": "2026-10-08 16:00:00",
    "customer_agreed": "yes",
    "status": "closed",
}


def found(example: Example, lang: str = "en") -> list[tuple[str, int, str, str]]:
    findings = run_checks(register(example, lang), AS_OF)
    return list(zip(*(findings[key] for key in ("rule", "row", "column", "value")), strict=True))


def test_findings_come_gravest_first_then_by_sheet_and_row() -> None:
    rows = (
        {"severity": "moderate", "compensation_claimed": "100", "compensation_paid": "200", "owner": ""},
        {"customer_name": "", "commitments": "Call by noon", "status": "new", "transfers": "3"},
        {"received_at": "soon"},
    )
    items = ({"complaint_id": "K-404"}, {"item_kind": "commitment", "complaint_id": "K-003"})

    assert found(Example(rows, items)) == [
        ("unknown_code", 4, "severity", "moderate"),
        ("required_empty", 5, "customer_name", ""),
        ("time_unreadable", 6, "received_at", "soon"),
        ("item_unknown_complaint", 4, "complaint_id", "K-404"),
        ("owner_missing", 4, "owner", ""),
        ("promise_without_item", 5, "commitments", "Call by noon"),
        ("several_transfers", 5, "transfers", "3"),
        ("commitment_without_due", 5, "due_at", ""),
        ("paid_more_than_claimed", 4, "compensation_paid", "200"),
    ]


def test_findings_are_one_flat_frame_of_texts_and_excel_rows() -> None:
    findings = run_checks(register(Example(({"customer_name": ""},)), "zh"), AS_OF)

    assert list(findings.columns) == COLUMNS
    assert findings["row"].dtype == np.dtype("int64")
    assert {str(findings[key].dtype) for key in COLUMNS if key not in {"row", "count"}} == {"str"}
    assert findings.index.tolist() == [0]


def test_a_clean_register_yields_an_empty_frame_that_can_still_be_worded_and_counted() -> None:
    findings = run_checks(register(Example(), "zh"), AS_OF)

    assert list(findings.columns) == COLUMNS
    assert findings.empty
    assert list(add_messages(findings, "zh").columns) == [*COLUMNS, "message"]
    assert finding_counts(findings, "en").empty


def test_a_register_without_rows_lacks_columns_but_has_no_faulty_cells() -> None:
    headings = [
        "Complaint no.",
        "Received at",
        "Channel",
        "Tier",
        "Status",
        "Kind",
        "Customer name",
        "Category",
    ]
    empty = normalise("new", [RawSheet("Register", pd.DataFrame([headings], dtype="str"))])

    findings = run_checks(empty, AS_OF)

    assert set(findings["rule"]) == {"column_missing", "form_column_missing"}
    assert findings.loc[findings["rule"] == "column_missing", "column"].tolist() == ["verbatim"]
    assert findings["row"].eq(1).all()


def test_a_missing_column_is_one_finding_however_many_rows_there_are() -> None:
    assert found(Example(tuple({"channel": None} for _ in range(5)))) == [
        ("column_missing", 1, "channel", "")
    ]


def test_without_an_items_sheet_nothing_is_said_about_items() -> None:
    assert found(Example(({"transfers": "1"},))) == []


def test_an_item_without_number_or_content_is_incomplete() -> None:
    items = ({"complaint_id": "", "what": ""},)
    assert found(Example(({},), items)) == [
        ("required_empty", 4, "complaint_id", ""),
        ("required_empty", 4, "what", ""),
    ]


def test_an_unreadable_cell_is_not_reported_as_empty_too() -> None:
    assert found(Example(({"customer_tier": "platinum??"},))) == [
        ("unknown_code", 4, "customer_tier", "platinum??")
    ]


def test_a_future_time_is_not_reported_as_out_of_order_too() -> None:
    late = {"received_at": "2027-10-08 09:00:00"}
    assert found(Example((late,))) == [("time_in_future", 4, "received_at", "2027-10-08 09:00")]


def test_an_agreed_end_of_a_hold_may_lie_in_the_future() -> None:
    hold = {"item_kind": "hold", "started_at": "2026-10-08 10:00:00", "done_at": "2026-10-12 10:00:00"}
    assert found(Example(({"status": "waiting"},), (hold,))) == []


def test_a_call_back_of_the_cycle_before_a_reopening_is_in_order() -> None:
    again = {**CLOSING, "reopened_at": "2026-10-08 17:00:00", "resolved_at": "2026-10-08 18:00:00"}
    assert found(Example((again,))) == []


@pytest.mark.parametrize(
    ("result", "done_at", "open_still"),
    [("", "", True), ("failed", "", True), ("", "2026-10-08 14:00:00", False), ("withdrawn", "", False)],
)
def test_a_demand_is_settled_by_a_time_or_by_a_result_that_ends_it(
    result: str, done_at: str, *, open_still: bool
) -> None:
    demand = {"item_kind": "demand", "what": "Refund", "result": result, "done_at": done_at}
    rules = [rule for rule, *_ in found(Example((CLOSING,), (demand,)))]
    assert rules == ["closed_with_open_demand"] * open_still


def test_eighty_percent_handled_is_not_handled() -> None:
    demands = [
        {"item_kind": "demand", "what": f"Demand {n}", "result": "done" if n < 5 else ""}
        for n in (1, 2, 3, 4, 5)
    ]
    findings = run_checks(register(Example((CLOSING,), tuple(demands)), "en"), AS_OF)
    assert findings["rule"].tolist() == ["closed_with_open_demand"]
    assert "Demand 5" in add_messages(findings, "en")["message"].iloc[0]


def test_rows_of_one_number_point_back_to_the_first_of_them() -> None:
    same = [{"complaint_id": "K-1", "verbatim": f"Words {n}"} for n in range(3)]
    findings = run_checks(register(Example(tuple(same)), "en"), AS_OF)
    assert findings["row"].tolist() == [5, 6]
    assert all("in row 4." in message for message in add_messages(findings, "en")["message"])


def test_transfers_count_from_items_where_the_column_says_less() -> None:
    transfers = ({"item_kind": "transfer"}, {"item_kind": "transfer"})
    assert found(Example(({},), transfers)) == [("several_transfers", 4, "transfers", "")]


@pytest.mark.parametrize("words", ["无", "无。", "None", "n/a", "-", "没有"])
def test_nothing_promised_is_not_a_promise(words: str) -> None:
    assert found(Example(({"commitments": words},))) == []


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("要求赔偿500元", "赔偿500元"),
        ("希望补偿我 300.5 块", "补偿我 300.5 块"),
        ("I demand ¥200 back", "demand ¥200 back"),
        ("退货三天了", ""),
        ("I claim it is broken since 3 days", ""),
    ],
)
def test_a_claim_hidden_in_the_text_is_quoted(text: str, claim: str) -> None:
    findings = add_messages(run_checks(register(Example(({"details": text},)), "en"), AS_OF), "en")
    assert findings["rule"].tolist() == ["claim_in_text"] * bool(claim)
    assert all(f"“{claim}”" in message for message in findings["message"])


def test_the_teams_own_words_are_looked_for_as_whole_words_and_blind_to_case() -> None:
    settings = (("Word list", "Word"), ("Judging words", "rude"), ("Judging words", "a+b"))
    rows = ({"verbatim": "A RUDE man"}, {"verbatim": "intruded upon"}, {"verbatim": "he said A+B!"})
    assert found(Example(rows, (), settings)) == [
        ("judgement_in_record", 4, "verbatim", "A RUDE man"),
        ("judgement_in_record", 6, "verbatim", "he said A+B!"),
    ]


def test_an_empty_word_list_finds_nothing() -> None:
    rude = register(Example(({"verbatim": "unreasonable, wants 尽快", "commitments": "无"},)), "en")
    settings = dataclasses.replace(rude.settings, words={"judgement": ()})
    assert len(run_checks(rude, AS_OF)) == 1
    assert run_checks(dataclasses.replace(rude, settings=settings), AS_OF).empty


def test_a_choice_that_the_team_added_is_known_and_offered() -> None:
    settings = (
        ("Code list", "Code", "Choice", "Also written"),
        ("tier", "vip", "VIP", ""),
        ("tier", "gold", "Gold card", "gold"),
    )
    rows = ({"customer_tier": "gold card"}, {"customer_tier": "silver"})
    findings = add_messages(run_checks(register(Example(rows, (), settings), "en"), AS_OF), "en")
    assert findings[["row", "value"]].to_numpy().tolist() == [[5, "silver"]]
    assert "VIP, Gold card" in findings["message"].iloc[0]


def test_values_are_shown_as_the_sheet_shows_them() -> None:
    rows = (
        {
            "escalated_to": "regulator、petition",
            "compensation_claimed": "1234567.5",
            "compensation_paid": "2e6",
        },
    )
    findings = add_messages(run_checks(register(Example(rows), "zh"), AS_OF), "zh")
    paid, escalated = findings.sort_values("rule", ascending=False)["message"]
    assert findings.set_index("rule")["value"].to_dict() == {
        "escalated_but_minor": "一般",
        "paid_more_than_claimed": "2000000",
    }
    assert "“监管机构、来信来访（信访）”" in escalated
    assert "赔付 2000000，多于索赔的 1234567.5" in paid


def test_a_message_quotes_the_beginning_of_a_long_text_on_one_line() -> None:
    text = "尽快\n" + "回电" * 200
    findings = add_messages(run_checks(register(Example(({"commitments": text},)), "zh"), AS_OF), "zh")
    vague = findings.set_index("rule").loc["vague_promise"]
    assert vague["value"] == text
    assert "“尽快 回电" in vague["message"]
    assert "…”" in vague["message"]
    assert "\n" not in vague["message"]
    assert len(vague["message"]) < 150


def test_text_of_customers_with_braces_is_quoted_and_never_formatted() -> None:
    rows = ({"verbatim": "{value} 无理取闹 {0}"},)
    findings = add_messages(run_checks(register(Example(rows), "zh"), AS_OF), "zh")
    assert "“{value} 无理取闹 {0}”" in findings["message"].iloc[0]


def test_counts_name_the_check_and_the_register() -> None:
    one = register(Example(({"customer_name": ""}, {"customer_name": "", "owner": ""})), "en")
    other = dataclasses.replace(one, name="other")
    findings = pd.concat([run_checks(other, AS_OF), run_checks(one, AS_OF)], ignore_index=True)

    counts = finding_counts(findings, "zh")

    assert counts.to_numpy().tolist() == [
        ["required_empty", "必填项为空", "error", "completeness", "branch", 2],
        ["required_empty", "必填项为空", "error", "completeness", "other", 2],
        ["owner_missing", "没有责任人", "warning", "completeness", "branch", 1],
        ["owner_missing", "没有责任人", "warning", "completeness", "other", 1],
    ]


def test_check_ids_are_unique_and_facts_complete_in_both_languages() -> None:
    assert len({info.id for info in CHECKS}) == len(CHECKS) >= 50
    declared = IMPROVEMENT_BY_KEY | BY_KEY | ITEM_BY_KEY
    for info in CHECKS:
        assert set(info.columns) <= set(declared), info.id
        for lang in LANGS:
            assert info.title.of(lang), info.id
            assert "{" not in info.hint.of(lang), info.id
            assert info.hint.of(lang).strip()[-1] in ".。", info.id
        if info.id != "setting_unreadable":  # brings its message in both languages
            zh, en = (
                {name for _, name, _, _ in string.Formatter().parse(words)} - {None} for words in info.message
            )
            assert zh == en, info.id


def imported(count: int) -> Register:
    """A register in which each row has a number and a time and nothing else."""
    rows = [
        {
            "complaint_id": f"K-{n}",
            "received_at": "2026-10-08 09:00:00",
            "kind": "",
            "status": "",
            "channel": "",
        }
        for n in range(count)
    ]
    return normalise("old", [sheet(SHEETS["register"].en, rows, BY_KEY, "en")])


def test_a_register_of_hardly_any_cells_is_checked_without_stumbling() -> None:
    counts = finding_counts(run_checks(imported(3), AS_OF), "en").set_index("rule")["count"].to_dict()
    # of ten begun columns five are there, three of them empty in three rows; ten of the form are missing
    begun = [c for c in BY_KEY.values() if c.required in {"begun", "not_praise"}]
    form = [c for c in BY_KEY.values() if c.required == "complaint"]
    assert counts == {
        "column_missing": len(begun) - 5,
        "required_empty": 3 * 3,
        "form_column_missing": len(form),
    }
