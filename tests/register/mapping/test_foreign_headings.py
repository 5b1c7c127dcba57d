"""What headings and the cells below them may mean; where on a sheet a table stands; what becomes a question."""

from __future__ import annotations

import pandas as pd
import pytest

from kesu.register.codes import CODE_LISTS
from kesu.register.mapping.column import Column
from kesu.register.mapping.headings import Guess, by_values, guesses
from kesu.register.mapping.model import AS_IT_IS, NEW, TableMap
from kesu.register.mapping.propose import Plan, plan
from kesu.register.mapping.table import Passed, Table, find_table
from kesu.register.mapping.words import choice, choices, says_due, spellings
from kesu.register.raw import RawSheet

Cells = list[list[str | None]]


def sheet(
    rows: Cells,
    first_row: int = 1,
    merged: tuple[tuple[int, int, int, int], ...] = (),
    *,
    hidden: bool = False,
) -> RawSheet:
    frame = pd.DataFrame(
        {at: pd.Series([row[at] for row in rows], dtype="str") for at in range(len(rows[0]))}
    )
    return RawSheet("Sheet1", frame, first_row, merged=merged, hidden=hidden)


def table(rows: Cells, first_row: int = 1, merged: tuple[tuple[int, int, int, int], ...] = ()) -> Table:
    found = find_table("a.xlsx", sheet(rows, first_row, merged))
    assert isinstance(found, Table)
    return found


def planned(*sheets: Cells, known: TableMap | None = None, region: str = "CN") -> Plan:
    return plan([table(rows) for rows in sheets], known, CODE_LISTS, region)


def asked(made: Plan) -> list[tuple[str, ...]]:
    return [tuple(map(str, one.entry)) for one in made.questions]


def likeliest(heading: str, *cells: str | None) -> tuple[str, float] | None:
    found: list[Guess] = guesses(Column(heading, pd.Series(cells, dtype="str")), CODE_LISTS)
    return (found[0].target, found[0].confidence) if found else None


@pytest.mark.parametrize(
    ("heading", "due"),
    [
        ("应回复时间", True), ("计划完成", True), ("办结时限", True), ("Due date", True), ("resolution_deadline", True), ("targetTime", True),
        ("响应时间", False), ("回复时间", False), ("residue", False), ("Resolved at", False), ("反应办理", False),
    ],
)  # fmt: skip
def test_a_time_at_which_something_should_be_done_is_told_from_one_at_which_it_was(
    heading: str, due: bool
) -> None:
    assert says_due(heading) == due
    meant = likeliest(heading, "2026-03-04 09:05:00")
    assert not due or meant is None


def test_a_heading_is_read_without_brackets_and_units_and_either_side_of_a_slash() -> None:
    assert {"投诉时间", "日期时间", "日期"} <= {*spellings("投诉时间（北京）"), *spellings("日期/时间")}
    assert {"customer", "客户"} <= set(spellings("客户 Customer"))
    assert "resolution time" in spellings("resolutionTime (h)") or "resolutiontime" in spellings(
        "resolutionTime (h)"
    )
    assert spellings("  ") == ()


@pytest.mark.parametrize(
    ("column", "word", "key"),
    [
        ("severity", "1 - 紧急", "urgent"), ("severity", "(2) normal", "normal"), ("severity", "97", None), ("status", "closed", "closed"),
        ("satisfaction", "★★★★☆", "satisfied"), ("satisfaction", "5 stars", "very_satisfied"), ("satisfaction", "1/5", "very_dissatisfied"),
        ("satisfaction", "★★★★★★", None), ("satisfaction", "6", None), ("satisfaction", "3.0", "neutral"), ("satisfaction", "3.5", None),
        ("channel", "電話", "phone"),
    ],
)  # fmt: skip
def test_a_choice_is_known_by_its_words(column: str, word: str, key: str | None) -> None:
    assert choice(word, choices(column, CODE_LISTS), column) == key


TIMES = ("2026-03-04 09:05:00", "2026-03-05 10:00:00")


@pytest.mark.parametrize(
    ("heading", "cells", "meant"),
    [
        ("受理时间", TIMES, ("received_at", 1.0)),
        (
            "受理时间",
            ("soon", "later"),
            ("received_at", 0.45),
        ),  # the heading itself (1.0), but the values do not fit
        ("受理时间", ("14:30", "15:00"), ("received_at.time", 1.0)),
        ("解决时间（小时）", ("2.5", "30"), ("resolved_at.after", 1.0)),
        ("解决时间（小时）", TIMES, ("resolved_at", 1.0)),
        ("客户电话", ("13800138000", "13900139000"), ("customer_contact", 1.0)),
        ("客户电话", ("yes", "no"), ("customer_contact", 0.437)),  # a synonym: 0.97 · 0.45
        ("投诉编号", ("A1", "A2"), ("complaint_id", 1.0)),
        ("投诉编号", ("A1",) * 9, ("complaint_id", 0.45)),  # a ninth of them differ, fewer than a fifth
    ],
)
def test_what_a_heading_means_is_held_against_the_cells(
    heading: str, cells: tuple[str, ...], meant: tuple[str, float]
) -> None:
    found = likeliest(heading, *cells)
    assert found is not None
    assert found[0] == meant[0]
    assert found[1] == pytest.approx(meant[1], abs=0.02)


def test_cells_alone_are_never_enough_and_a_telling_list_of_choices_is_one() -> None:
    columns = [
        Column("x", pd.Series(["13800138000", "13900139000"], dtype="str")),
        Column("y", pd.Series(TIMES, dtype="str")),
        Column("z", pd.Series(["phone", "email"], dtype="str")),
        Column("due", pd.Series(TIMES, dtype="str")),
        Column("yes", pd.Series(["yes", "no"], dtype="str")),
        Column("w", pd.Series(["the parcel is broken", "nobody answers the phone"], dtype="str")),
    ]
    found = by_values(columns, set(), CODE_LISTS)
    assert {(one.heading, one.target) for one in found} == {
        ("x", "customer_contact"), ("y", "received_at"), ("z", "channel"), ("w", "verbatim"),
    }  # fmt: skip
    assert all(0.6 <= one.confidence < 0.75 for one in found)
    taken = {"customer_contact", "received_at", "channel", "verbatim"}
    assert by_values(columns, taken, CODE_LISTS) == []


# --- where a table stands ---

HEADS: list[str | None] = ["投诉编号", "受理时间", "投诉内容", "客户电话"]
A1: list[str | None] = ["A1", "2026-03-04 09:05:00", "坏了", "13800138000"]
A2: list[str | None] = ["A2", "2026-03-05 10:00:00", "慢", "13900139000"]


def test_titles_above_notes_and_totals_below_and_headings_again_are_no_records() -> None:
    found = table(
        [
            ["三月投诉", None, None, None], [None] * 4, HEADS, A1, [None] * 4, HEADS, A2, ["合计", "2", None, None], ["制表：王", None, None, None],
        ], 3,
    )  # fmt: skip
    assert (found.heading_row, found.rows.tolist(), found.headings) == (5, [6, 9], tuple(HEADS))
    assert [(one.row, one.reason.en, one.text) for one in found.above] == [
        (3, "words above the table", "三月投诉")
    ]
    assert [(one.row, one.reason.en) for one in found.below] == [
        (8, "the headings once more"), (10, "a line of totals"), (11, "a note"),
    ]  # fmt: skip
    assert found.cells["投诉编号"].tolist() == ["A1", "A2"]


def test_a_record_that_only_begins_like_a_total_or_a_note_stays() -> None:
    found = table([HEADS, ["合计不对", TIMES[0], "退款", "13800138000"], ["备注", None, "x", "y"], A1])
    assert found.rows.tolist() == [2, 3, 4]
    assert found.below == ()


@pytest.mark.parametrize(
    ("rows", "why"),
    [([[None, None]], "no table"), ([["a", "b"], ["c", "d"]], "no table"), ([["1", "2", "3"], ["4", "5", "6"]], "no table")],
)  # fmt: skip
def test_a_sheet_without_headings_has_no_table(rows: Cells, why: str) -> None:
    found = find_table("a.xlsx", sheet(rows))
    assert isinstance(found, Passed)
    assert found.reason.en.startswith(why)


@pytest.mark.parametrize("cells", [pd.DataFrame(), pd.DataFrame({0: pd.Series(dtype="str")}), pd.DataFrame(index=[0, 1])])  # fmt: skip
def test_an_empty_or_hidden_sheet_is_passed_over(cells: pd.DataFrame) -> None:
    found = find_table("a.xlsx", RawSheet("Sheet1", cells))
    assert isinstance(found, Passed)
    assert found.reason.en == "nothing on it"
    hidden = find_table("a.xlsx", sheet([HEADS, A1], hidden=True))
    assert isinstance(hidden, Passed)
    assert hidden.reason.en == "a hidden sheet"


def test_headings_that_are_not_known_are_headings_where_cells_stand_below() -> None:
    found = table([["foo", "bar", "baz"], ["1", "2", "3"], ["4", None, None]])
    assert (found.headings, found.rows.tolist()) == (("foo", "bar", "baz"), [2, 3])


def test_blank_columns_and_headings_twice() -> None:
    found = table([[*HEADS, "投诉编号", "notes"], [*A1, "B1", None]])
    assert found.headings == (*HEADS, "投诉编号 (2)", "notes")
    assert found.blank == ("notes",)
    assert "notes" not in found.cells


def test_headings_in_two_rows_are_joined() -> None:
    """What is known alone stays alone (客户姓名, 客户电话); what is not says whose it is."""
    upper: list[str | None] = ["投诉编号", "受理时间", "客户", None, None]
    lower: list[str | None] = [None, None, "客户姓名", "客户电话", "网点"]
    found = table([upper, lower, ["A1", TIMES[0], "王", "13800138000", "x"]], merged=((1, 2, 1, 4),))
    assert found.headings == ("投诉编号", "受理时间", "客户姓名", "客户电话", "客户 网点")
    assert (found.heading_row, found.rows.tolist()) == (2, [3])


def test_merged_cells_say_the_same_in_each_row_and_across_only_in_headings() -> None:
    # rows 2 and 3 are merged in column A; in row 60, far below the headings, B and C are merged sideways
    rows: Cells = [
        [*HEADS, "渠道"],
        *([*A1, "电话"] for _ in range(2)),
        *([*A2, "电话"] for _ in range(56)),
        ["A9", TIMES[1], None, "139", "电话"],
    ]
    rows[2][0] = None
    found = table(rows, merged=((2, 0, 3, 0), (60, 1, 60, 2)))
    assert found.cells["投诉编号"].tolist()[:2] == ["A1", "A1"]
    assert found.cells["投诉内容"].isna().tolist()[-1]


# --- what is taken, what becomes a question ---


def test_what_is_sure_is_taken_and_the_rest_travels_along() -> None:
    made = planned([[*HEADS, "网点"], [*A1, "x"], [*A2, "y"]])
    assert made.mapping.columns == {
        "投诉编号": "complaint_id", "受理时间": "received_at", "投诉内容": "verbatim", "客户电话": "customer_contact", "网点": "own",
    }  # fmt: skip
    assert made.mapping.constants == {"kind": "complaint"}
    assert asked(made) == []


def test_two_headings_for_the_time_of_receipt_are_asked_about() -> None:
    made = planned([["投诉编号", "投诉日期", "投诉时间"], ["A1", *TIMES], ["A2", *TIMES]])
    assert asked(made) == [("columns", "投诉日期"), ("columns", "投诉时间")]
    assert made.mapping.columns["投诉编号"] == "complaint_id"


def test_hours_since_receipt_give_way_to_the_time_itself() -> None:
    made = planned(
        [["投诉编号", "受理时间", "解决时间", "解决时间（小时）"], ["A1", *TIMES, "2.5"], ["A2", *TIMES, "3"]]
    )
    assert made.mapping.columns["解决时间"] == "resolved_at"
    assert made.mapping.columns["解决时间（小时）"] == "own"
    made = planned(
        [["投诉编号", "受理时间", "解决时间（小时）"], ["A1", TIMES[0], "2.5"], ["A2", TIMES[1], "3"]]
    )
    assert made.mapping.columns["解决时间（小时）"] == "resolved_at.after"
    assert made.mapping.units == {"解决时间（小时）": 3600.0}


def test_the_unit_of_figures_is_asked_about_where_the_heading_names_none() -> None:
    known = TableMap(columns={"办结用时": "resolved_at.after"})
    rows: Cells = [["投诉编号", "受理时间", "办结用时"], ["A1", TIMES[0], "2"], ["A2", TIMES[1], "3"]]
    made = planned(rows, known=known)
    assert ("units", "办结用时") in asked(made)
    assert made.mapping.units == {}
    rows[1][2], rows[2][2] = "2小时", "3天"
    made = planned(rows, known=known)
    assert (asked(made), made.mapping.units) == ([], {"办结用时": 0.0})


def test_words_of_states_are_asked_about_and_those_of_lists_that_grow_are_added() -> None:
    rows: Cells = [
        ["投诉编号", "受理时间", "状态", "投诉渠道"],
        ["A1", TIMES[0], "已关闭", "小程序X"],
        ["A2", TIMES[1], "挂起了", "无"],
        ["A3", TIMES[1], "已关闭", "电话"],
    ]
    made = planned(rows)
    assert made.mapping.columns["状态"] == "status"
    assert made.mapping.values["channel"] == {"小程序X": NEW, "无": AS_IT_IS, "电话": "phone"}
    assert [entry for entry in asked(made) if entry[0] == "values"] == [("values", "status", "挂起了")]


@pytest.mark.parametrize(
    ("sheets", "numbers", "repeats"),
    [
        ([["1", "2"], ["1", "2"]], "sheet", False),  # each counts from one
        ([["1", "1"], ["1", "2"]], "", True),  # one comes twice on its own sheet
        ([["A1", "A2"], ["A1", "A2"]], "", True),  # these do not count
        ([["1", "2"], ["3", "4"]], "", False),
        ([["1", "1"]], "", True),
    ],
)
def test_numbers_that_come_again_count_by_sheet_or_are_asked_about(
    sheets: list[list[str]], numbers: str, repeats: bool
) -> None:
    def rows(ids: list[str], at: int) -> Cells:
        made: Cells = [HEADS]
        made += [[one, TIMES[0], f"text {at} {n}", "13800138000"] for n, one in enumerate(ids)]
        return made

    made = planned(*(rows(ids, at) for at, ids in enumerate(sheets)))
    assert made.mapping.numbers == numbers
    assert (("repeated",) in asked(made)) == repeats


def test_a_zone_is_asked_about_where_the_region_has_several() -> None:
    rows: Cells = [
        HEADS,
        ["A1", "2026-03-04T03:05:00Z", "x", "13800138000"],
        ["A2", "2026-03-05T03:05:00Z", "y", "13900139000"],
    ]
    assert planned(rows).mapping.zone == "Asia/Shanghai"
    assert planned(rows, region="America/Chicago").mapping.zone == "America/Chicago"
    made = planned(rows, region="US")
    assert (made.mapping.zone, asked(made)) == ("", [("zone",)])
