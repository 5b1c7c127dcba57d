"""The account of rows: whatever stands in the cells, every row is counted or left out by reason, in every output."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from kesu.cli import main
from kesu.jobs.assessment import Assessment
from kesu.jobs.figures import account_of, follow_up_table, kpi_table
from kesu.jobs.load import Loaded
from kesu.jobs.report import build_report
from kesu.jobs.stacks import shared, together
from kesu.register.columns import BY_KEY
from kesu.register.normalise import normalise
from kesu.register.periods import Period
from kesu.register.raw import RawSheet
from kesu.register.sheets import Register
from kesu.reports.chapters.blocks import Table
from kesu.reports.chapters.document import document
from kesu.reports.chapters.figures import show
from kesu.rules.account_of_rows import KINDS, PARTS, REASONS, left_out, line
from kesu.words.terminal import records

AS_OF = dt.datetime(2026, 11, 26, 9)
KEYS = (
    "complaint_id",
    "kind",
    "customer_name",
    "received_at",
    "channel",
    "verbatim",
    "status",
    "resolved_at",
)
ROW = dict(
    zip(KEYS, ("C1", "投诉", "张三", "2026-10-05 10:00:00", "电话", "一直没到", "处理中", None), strict=True)
)
Row = dict[str, str | None]


def raw(rows: Sequence[Row], keys: Sequence[str] = KEYS) -> RawSheet:
    cells = [list(keys), *([row.get(key) for key in keys] for row in rows)]
    return RawSheet("投诉登记", pd.DataFrame(cells, dtype="str"))


def register(*rows: Row, name: str = "r.xlsx", keys: Sequence[str] = KEYS) -> Register:
    full = [
        {**ROW, "complaint_id": f"{name}-{n}", "verbatim": f"第 {n} 件"} | row
        for n, row in enumerate(rows, 1)
    ]
    return normalise(name, [raw(full, keys)])


def cases(*registers: Register) -> list[Assessment]:
    return together([Assessment(one, AS_OF) for one in registers])


def workbook(path: Path, *rows: Row, keys: Sequence[str] = KEYS) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Register"
    sheet.append([BY_KEY[key].label.en for key in keys])
    for n, row in enumerate(rows, 1):
        full = {**ROW, "complaint_id": f"C{n}", "verbatim": f"words {n}"} | row
        sheet.append([_cell(full.get(key)) for key in keys])
    book.save(path)
    return path


def _cell(text: str | None) -> Any:
    if text and re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", text):
        return dt.datetime.fromisoformat(text)
    return text


def run(*words: str | Path) -> Any:
    return CliRunner().invoke(main, [*map(str, words), "--as-of", "2026-11-26T09:00", "--lang", "en"])


def parts(*registers: Register, period: str | None = None) -> dict[str, int]:
    """The parts that occur, over all registers."""
    found = account_of(cases(*registers), Period.parse(period) if period else None)[list(PARTS)].sum()
    return {str(key): int(n) for key, n in found.items() if n}


# ---- what a row is --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "part"),
    [
        ({}, "complaint"),
        ({"kind": None}, "complaint"),
        ({"kind": "反馈"}, "feedback"),
        ({"kind": "表扬"}, "praise"),
        ({"kind": "投拆"}, "kind_unreadable"),
        ({"kind": "#REF!"}, "kind_unreadable"),
        ({"received_at": None}, "no_receipt"),
        ({"received_at": "上周三"}, "no_receipt"),
        ({"received_at": "1996-10-05 10:00:00"}, "no_receipt"),  # a slip: no deadline runs from there either
        ({"received_at": "2026-11-26 09:00:00"}, "complaint"),
        ({"received_at": "2026-11-26 09:00:01"}, "after_as_of"),
        ({"received_at": "上周三", "kind": "投拆"}, "no_receipt"),
    ],
)
def test_each_row_is_counted_or_left_out_for_one_reason(row: Row, part: str) -> None:
    assert parts(register({}, row)) == Counter(["complaint", part])


@pytest.mark.parametrize(
    ("row", "part"),
    [
        ({}, "outside_period"),
        ({"received_at": "2026-09-30 23:59:59"}, "complaint"),
        ({"received_at": "上周三"}, "no_receipt"),
        ({"kind": "投拆"}, "kind_unreadable"),  # nobody knows what it is, in whatever period
    ],
)
def test_a_period_leaves_out_what_is_known_to_be_outside(row: Row, part: str) -> None:
    assert parts(register(row), period="2026-09") == {part: 1}


def test_another_kind_of_the_teams_own_is_left_out_by_that_reason() -> None:
    codes = [
        ["Code list", "Code", "Choice", "Also written"],
        ["kind", "complaint", "投诉", ""],
        ["kind", "query", "咨询", ""],
    ]
    rows: list[Row] = [ROW, ROW | {"complaint_id": "C2", "kind": "咨询"}]
    assert parts(normalise("r.xlsx", [raw(rows), RawSheet("设置", pd.DataFrame(codes))])) == {
        "complaint": 1,
        "kind_other": 1,
    }


# ---- one meaning of a complaint -------------------------------------------------------------------------------


def test_an_empty_kind_has_the_deadlines_follow_ups_and_figures_of_a_complaint() -> None:
    [case] = cases(register({"kind": None}, {}))
    table = case.deadlines.table()
    without, given_kind = (table.loc[table["row"] == row, ["target", "due_at", "state"]] for row in (2, 3))
    assert without.astype(str).values.tolist() == given_kind.astype(str).values.tolist()
    assert case.follow_ups("en").groupby("row").size().nunique() == 1
    assert set(case.findings.loc[case.findings["column"] == "kind", "rule"]) == {"required_empty"}


def test_a_register_without_the_column_holds_complaints() -> None:
    [case] = cases(register({}, {}, keys=[key for key in KEYS if key != "kind"]))
    assert case.deadlines.table()["state"].eq("overdue").sum() == 6
    assert set(case.follow_ups("en")["row"]) == {2, 3}
    kpis = kpi_table([case], None, AS_OF, ()).set_index("kpi")["value"]
    assert (kpis["complaints"], kpis["rows_read"], kpis["rows_left_out"]) == (2, 2, 0)
    said = document(build_report([Loaded(Path("r"), "r", case)], None, AS_OF, "en"))
    assert "no complaints" not in str(said)
    assert "column_missing" in set(case.findings["rule"])


def test_whose_kind_cannot_be_read_is_worked_on_and_counted_nowhere() -> None:
    [case] = cases(register({"kind": "投拆"}))
    assert set(case.follow_ups("en")["row"]) == {2}
    kpis = kpi_table([case], None, AS_OF, ()).drop_duplicates("kpi").set_index("kpi")["value"]
    assert kpis[["complaints", "backlog_open", "rows_left_out"]].tolist() == [0, 0, 1]
    errors = case.findings[case.findings["severity"] == "error"]
    assert "unknown_code" in set(errors["rule"])


# ---- it adds up -----------------------------------------------------------------------------------------------

RUBBISH = st.sampled_from(
    [None, "", "投诉", "反馈", "表扬", "投拆", "C1", "c1", "Ｃ1", "上周三", "#REF!", "=1+1", "1e300", "45000", "-1", "9999-12-31 00:00:00",
     "2026-10-05 10:00:00", "2026-10-31 23:59:59", "2026-12-01 00:00:00", "1900-01-01 00:00:00", "张三", "已结案", "\u202e", "0"]
)  # fmt: skip
ROWS = st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, RUBBISH)), max_size=7)
PERIODS = st.sampled_from([None, "2026-10", "2026", "2026-12", "1900", "2023Q1"])


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=3), PERIODS)
def test_rubbish_in_any_cell_leaves_an_account_that_adds_up(
    stack: list[list[Row]], words: str | None
) -> None:
    registers = [normalise(f"r{n}.xlsx", [raw([ROW | row for row in rows])]) for n, rows in enumerate(stack)]
    found = cases(*registers)
    period = Period.parse(words) if words else None
    accounts = account_of(found, period)
    assert accounts["rows_read"].tolist() == [len(one.complaints.data) for one in registers]
    assert accounts["rows_read"].tolist() == accounts[list(PARTS)].sum(axis=1).tolist()
    totals = accounts.sum()
    table = kpi_table(found, period, AS_OF, ("register",))
    kpis = {(r.kpi, r.group): r.value for r in table.itertuples()}
    assert kpis["rows_read", None] == totals["rows_read"]
    assert kpis["rows_left_out", None] == sum(left_out(accounts).values())
    reasons = table[(table["kpi"] == "rows_left_out") & (table["group_by"] == "reason")]
    assert dict(zip(reasons["group"], reasons["value"], strict=True)) == left_out(accounts)
    for kpi, kind in (("complaints", "complaint"), ("feedback", "feedback"), ("praise", "praise")):
        assert kpis[kpi, None] == totals[kind]


@settings(max_examples=4, deadline=None)
@given(ROWS, PERIODS)
def test_a_report_holds_the_account_of_what_it_shows(rows: list[Row], words: str | None) -> None:
    found = cases(normalise("r.xlsx", [raw([ROW | row for row in rows])]))
    period = Period.parse(words) if words else None
    accounts = account_of(found, period)
    report = build_report([Loaded(Path("r.xlsx"), "r.xlsx", found[0])], period, AS_OF, "en")
    assert report.account.equals(accounts)
    assert len(report.complaints) == accounts[list(KINDS)].sum(axis=1).sum()
    [scope] = [chapter for chapter in document(report).chapters if chapter.key == "scope"]
    assert line(accounts).en in str(scope)


@pytest.mark.slow
def test_the_same_totals_and_words_in_every_command(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "r.xlsx", {}, {"kind": None}, {"kind": "Praise"}, {"kind": "Prase"}, {"received_at": "soon"},
        {"received_at": "2026-12-24 09:00:00"}, {"received_at": "2026-09-01 09:00:00"}, {"complaint_id": "C1", "verbatim": "words 1"},
    )  # fmt: skip
    said = (
        "Account of rows: read 8 = complaints 2 + feedback 0 + praise 1 + left out 5 (no readable time of receipt 1, received later "
        "than the figures reach 1, unreadable kind 1, outside the period 1, double 1); without a kind, counted as complaints 1; see kesu check."
    )
    period = ("--period", "2026-10")
    for command in ("check", "deadlines", "followups", "kpis"):
        assert said in run(command, path, *period).stderr.splitlines(), command
    refreshed = run("refresh", path, *period)
    assert f"r.xlsx: {said}" in refreshed.stderr.splitlines()
    page, book = tmp_path / "o.html", tmp_path / "o.xlsx"
    assert said in run("report", path, *period, "-o", page, "-o", book).stderr.splitlines()
    assert said in page.read_text(encoding="utf-8")
    lines_shown = [str(row[0]) for row in openpyxl.load_workbook(book)["1 Scope"].iter_rows(values_only=True)]
    assert said in " ".join(lines_shown)
    lines = json.loads(run("kpis", path, *period, "--format", "json", "--by", "none").stdout)
    values = {(one["kpi"], one["group_by"], one["group"]): one["value"] for one in lines}
    assert values["rows_read", None, None] == 8
    assert values["rows_left_out", None, None] == 5
    assert values["rows_left_out", "reason", "double"] == 1
    assert [one["unit"] for one in lines if one["kpi"] == "rows_read"] == ["count"]
    last = run("check", path, *period).stdout.splitlines()[-1].split()
    assert last == ["r.xlsx", "8", "2", "0", "1", "5", "1", "1", "1", "1", "1", "1"]
    sheet = openpyxl.load_workbook(path)["KPIs"]
    shown = {(row[0], row[1]): row[2] for row in sheet.iter_rows(values_only=True)}
    assert (shown["Rows read", "Total"], shown["Rows left out", "Total"]) == (8, 5)
    assert shown["Rows left out", "unreadable kind"] == 1


def test_nothing_is_said_where_nothing_is_left_out(tmp_path: Path) -> None:
    path = workbook(tmp_path / "r.xlsx", {})
    for command in ("deadlines", "followups", "kpis"):
        said = run(command, path).stderr.splitlines()
        assert all("No Settings sheet" in line for line in said), command


def test_what_cannot_be_placed_is_a_finding_of_every_period(tmp_path: Path) -> None:
    path = workbook(tmp_path / "r.xlsx", {}, {"received_at": "10/15/2026 09:00"}, {"kind": "Prase"}, {})
    for period in ("2026-10", "2026-09"):
        found = run("check", path, "--period", period)
        assert found.exit_code == 1, period
        assert "10/15/2026 09:00" in found.stdout
        assert "Prase" in found.stdout
    assert "C4" not in run("check", path, "--period", "2026-09", "--format", "json").stdout


# ---- doubles --------------------------------------------------------------------------------------------------

FAR_ALONG: Row = {"complaint_id": "C1", "verbatim": "一直没到", "resolved_at": "2026-10-08 10:00:00"}
BEGUN: Row = {"complaint_id": "c1", "verbatim": "一直没到"}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_of_the_same_complaint_the_row_furthest_along_counts_in_any_order(order: tuple[int, ...]) -> None:
    stack = [
        register(BEGUN, name="a.xlsx"),
        register({}, FAR_ALONG, name="b.xlsx"),
        register(BEGUN, name="c.xlsx"),
    ]
    found = cases(*(stack[at] for at in order))
    accounts = account_of(found, None)
    assert accounts["complaint"].to_dict() == {"a.xlsx": 0, "b.xlsx": 2, "c.xlsx": 0}
    assert accounts["double"].to_dict() == {"a.xlsx": 1, "b.xlsx": 0, "c.xlsx": 1}
    kpis = kpi_table(found, None, AS_OF, ()).set_index("kpi")
    assert kpis.loc["cycle_mean", "value"] == 72
    assert set(follow_up_table(found, "en")["register"]) == {"b.xlsx"}
    for case in found:
        rules = case.findings["rule"].value_counts()
        assert rules.get("logged_in_two_registers", 0) == (case.register.name != "b.xlsx")
    said, copies = shared(found)
    assert ": 2," in said.en
    assert "b.xlsx row 3" in said.en
    assert "(such registers: 2)" in copies.en  # all of their complaints stand in another


def test_a_double_in_one_register_leaves_its_items_with_the_row_that_counts() -> None:
    items = RawSheet(
        "事项",
        pd.DataFrame(
            [["complaint_id", "item_kind", "what", "due_at", "done_at"],
             ["C1", "承诺", "回电", "2026-10-06 10:00:00", "2026-10-06 09:00:00"]], dtype="str",
        ),
    )  # fmt: skip
    rows: list[Row] = [ROW | {"verbatim": "一直没到"}, ROW | FAR_ALONG]
    [case] = cases(normalise("r.xlsx", [raw(rows), items]))
    assert parts(case.register) == {"complaint": 1, "double": 1}
    assert case.deadlines.rows.tolist() == [3]
    kept = kpi_table([case], None, AS_OF, ()).drop_duplicates("kpi").set_index("kpi").loc["commitments_kept"]
    assert (kept["numerator"], kept["denominator"]) == (1, 1)
    twice = case.findings[case.findings["rule"] == "logged_twice"]
    assert twice["row"].tolist() == [2]
    assert case.counted_position(0) == case.counted_position(1) == 0


def test_one_number_for_two_complaints_counts_both_and_says_so() -> None:
    found = cases(
        register({"complaint_id": "C1"}, name="a.xlsx"),
        register({"complaint_id": "C1", "customer_name": "李四"}, name="b.xlsx"),
    )
    assert account_of(found, None)["complaint"].tolist() == [1, 1]
    assert [case.findings["rule"].eq("number_in_two_registers").sum() for case in found] == [1, 1]
    assert len(shared(found)) == 1


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(st.lists(ROWS, min_size=2, max_size=3), st.randoms(use_true_random=False))
def test_the_order_of_registers_changes_nothing(stack: list[list[Row]], dice: Any) -> None:
    registers = [normalise(f"r{n}.xlsx", [raw([ROW | row for row in rows])]) for n, rows in enumerate(stack)]
    mixed = registers[:]
    dice.shuffle(mixed)
    one, other = (account_of(cases(*some), None).sort_index() for some in (registers, mixed))
    pd.testing.assert_frame_equal(one, other)
    doubles = {case.register.name: case.twins.double.tolist() for case in cases(*registers)}
    assert doubles == {case.register.name: case.twins.double.tolist() for case in cases(*mixed)}


def test_readings_of_a_changed_register_are_its_own() -> None:
    one = register({"kind": None})
    assert one.kinds.tolist() == ["complaint"]
    data = one.complaints.data.assign(kind=register({"kind": "反馈"}).complaints.data["kind"])
    assert dataclasses.replace(
        one, complaints=dataclasses.replace(one.complaints, data=data)
    ).kinds.tolist() == ["feedback"]


def test_every_reason_has_words_of_its_own() -> None:
    assert (
        len({said.zh for said in REASONS.values()})
        == len({said.en for said in REASONS.values()})
        == len(REASONS)
    )


# ---- figures that a register cannot tell ----------------------------------------------------------------------

FULL: Row = {
    "first_response_at": "2026-10-05 10:30:00", "replied_at": "2026-10-05 11:00:00", "resolved_at": "2026-10-05 12:00:00",
    "reopened_at": None, "called_back_at": None, "callback_reached": "是", "satisfaction": "不满意", "category": "价格争议",
    "customer_account": "U1", "resolved_on_first_contact": "否", "escalated_to": None, "compensation_paid": None,
}  # fmt: skip
EVERY = tuple(dict.fromkeys((*KEYS, *FULL)))
TELLING = {
    "first_response_in_time": ("first_response_at",),
    "reply_in_time": ("replied_at",),
    "resolution_in_time": ("resolved_at",),
    "reopen_rate": ("reopened_at",),
    "callback_coverage": ("called_back_at",),
    "satisfaction": ("satisfaction",),
    "repeat_rate": ("category",),
    "first_contact_resolution": ("resolved_on_first_contact",),
}
"""KPI → the columns that tell it. Of `FULL` each is a figure, three of them 0 %."""


def telling(*lacking: str, name: str = "r.xlsx") -> Register:
    return register(FULL, keys=[key for key in EVERY if key not in lacking], name=name)


def totals(*registers: Register) -> dict[str, Any]:
    """KPI → its line in total."""
    table = kpi_table(cases(*registers), None, AS_OF, ())
    return {str(line.kpi): line for line in reversed(list(records(table)))}


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    return totals(telling())


@pytest.mark.parametrize("kpi", TELLING)
def test_a_rate_whose_column_is_not_there_is_no_figure(whole: dict[str, Any], kpi: str) -> None:
    assert whole[kpi].denominator == 1
    lacking = telling(*TELLING[kpi])
    alone = totals(lacking)
    assert pd.isna(alone[kpi].value)
    assert (alone[kpi].denominator, alone[kpi].met) == (0, None)
    both = totals(telling(name="a.xlsx"), lacking)
    assert both[kpi].denominator == 1
    assert both[kpi].value == whole[kpi].value


def test_columns_that_are_there_and_empty_say_no(whole: dict[str, Any]) -> None:
    assert [whole[kpi].value for kpi in ("reopen_rate", "callback_coverage")] == [0, 0]
    assert pd.isna(whole["commitments_kept"].value)  # there are no items at all


def test_customers_of_a_register_that_notes_no_escalation_count_for_no_rate_of_escalation() -> None:
    base = RawSheet("设置", pd.DataFrame([["月份", "客户数"], ["2026-10", "1000000"]], dtype="str"))
    own = [key for key in EVERY if key != "escalated_to"]
    found = [
        normalise(name, [raw([ROW | FULL | {"complaint_id": name}], keys), base])
        for name, keys in (("a.xlsx", EVERY), ("b.xlsx", own))
    ]
    assert all(one.settings.customers for one in found)
    rate = totals(*found)["escalated_per_million"]
    part = 1_000_000 * (27 / 31 + 26 / 30)  # from 5 October, the first receipt, to 26 November
    assert (rate.value, rate.denominator) == (0, pytest.approx(part))
    assert totals(*found)["complaints_per_million"].denominator == pytest.approx(2 * part)
    assert pd.isna(totals(found[1])["escalated_per_million"].value)


def test_items_that_note_nothing_done_are_no_broken_promises() -> None:
    def items(*keys: str) -> RawSheet:
        item = {
            "complaint_id": "C1",
            "item_kind": "承诺",
            "what": "回电",
            "due_at": "2026-10-06 10:00:00",
            "done_at": None,
        }
        return RawSheet("事项", pd.DataFrame([keys, [item[key] for key in keys]], dtype="str"))

    every = ("complaint_id", "item_kind", "what", "due_at", "done_at")
    assert totals(normalise("r.xlsx", [raw([ROW]), items(*every)]))["commitments_kept"].value == 0
    assert pd.isna(totals(normalise("r.xlsx", [raw([ROW]), items(*every[:-1])]))["commitments_kept"].value)


def test_the_report_draws_no_rate_that_its_figures_do_not_have() -> None:
    [case] = cases(telling("first_response_at", "replied_at", "resolved_at", "called_back_at"))
    built = document(build_report([Loaded(Path("r"), "r", case)], None, AS_OF, "en"))
    [table] = [
        block for chapter in built.chapters if chapter.key == "process" for block in chapter.blocks
        if isinstance(block, Table) and block.title == "Deadlines kept"
    ]  # fmt: skip
    assert [show(row[-1], "en") for row in table.rows] == ["–"] * 4
