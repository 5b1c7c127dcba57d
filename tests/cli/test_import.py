"""``kesu import`` as it is typed: a dry run, a register, what is not sure, what is remembered, other commands with the mapping."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from kesu.cli import main
from kesu.jobs.api import load
from tests.jobs.importing.kinds import EN, WORDS_EN, WORDS_ZH, ZH, book, grid, text, truth

AS_OF = dt.datetime(2026, 11, 1)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "config"))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def source(home: Path) -> Path:
    return book(home / "source.xlsx", {"Sheet1": grid(ZH, truth(), WORDS_ZH)})


@pytest.fixture
def undecided(home: Path) -> Path:
    few = [
        one for one in truth() if one.received.day <= 12 and (one.resolved is None or one.resolved.day <= 12)
    ]
    return text(home / "undecided.csv", grid(EN, few, WORDS_EN, lambda t: t.strftime("%d/%m/%Y %H:%M")))


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def test_a_dry_run_writes_nothing_and_shows_no_customer(source: Path, home: Path) -> None:
    done = run("import", source, "--dry-run")
    assert done.exit_code == 0
    assert re.search("受理时间 +Received at +100%", done.output)
    assert "60 read = 60 complaints + 0 that became items + 0 left out" in done.output
    shown = [value for one in truth() for value in (one.name, one.phone) if value in done.output]
    assert shown == []
    assert sorted(path.name for path in home.iterdir()) == ["source.xlsx"]


def test_a_register_with_every_row_of_the_source(source: Path, home: Path) -> None:
    assert run("import", source, "-o", "register.xlsx").exit_code == 0
    done = run("check", "register.xlsx", "--format", "json", "--fail-on", "never", "--as-of", "2026-11-01")
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert [one for one in found if one["rule"] in {"bad_time", "unknown_code", "duplicate_number"}] == []
    kpis = json.loads(
        run("kpis", "register.xlsx", "--format", "json", "--by", "none", "--as-of", "2026-11-01").stdout
    )
    assert next(one["value"] for one in kpis if one["kpi"] == "complaints") == 60
    resolved = sum(one.resolved is not None for one in truth())
    assert next(one["denominator"] for one in kpis if one["kpi"] == "cycle_mean") == resolved


def test_where_something_is_not_sure_nothing_is_written_but_a_mapping_to_fill_in(
    undecided: Path, home: Path
) -> None:
    done = run("import", undecided, "-o", "register.xlsx")
    assert done.exit_code == 2
    assert not (home / "register.xlsx").exists()
    mapping = home / "register.map.toml"
    assert "no part above 12" in done.output
    mapping.write_text(mapping.read_text("utf-8").replace('"?"', '"dmy"'), "utf-8")
    assert run("import", undecided, "-o", "register.xlsx", "--map", mapping).exit_code == 0
    again = run("import", undecided, "-o", "again.xlsx")  # remembered by its headings
    assert again.exit_code == 0


def test_a_mapping_is_not_believed_against_the_dates_themselves(undecided: Path, home: Path) -> None:
    run("import", undecided, "-o", "register.xlsx")
    mapping = home / "register.map.toml"
    mapping.write_text(mapping.read_text("utf-8").replace('"?"', '"mdy"'), "utf-8")
    whole = text(home / "whole.csv", grid(EN, truth(), WORDS_EN, lambda t: t.strftime("%d/%m/%Y %H:%M")))
    done = run("import", whole, "--dry-run", "--map", mapping)
    assert "“Created at” is read as day/month/year" in done.output


def test_no_terminal_is_asked_and_no_file_is_written_over(source: Path, home: Path) -> None:
    (home / "register.xlsx").write_text("mine")
    assert run("import", source, "-o", "register.xlsx").exit_code == 2
    assert (home / "register.xlsx").read_text() == "mine"


def test_a_register_needs_a_name_or_a_dry_run(source: Path) -> None:
    assert run("import", source).exit_code == 2


def test_other_commands_take_the_table_with_its_mapping(source: Path, home: Path) -> None:
    run("import", source, "-o", "register.xlsx")
    [mapping] = (home / "config" / "kesu" / "maps").iterdir()
    done = run(
        "check", source, "--map", mapping, "--format", "json", "--fail-on", "never", "--as-of", "2026-11-01"
    )
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert {one["sheet"] for one in found if one["row"]} <= {"Sheet1"}
    assert max(one["row"] for one in found) <= 61


def test_a_table_that_is_no_register_is_told_how_to_be_imported(home: Path) -> None:
    foreign = text(
        home / "my tickets.csv",
        [["Ticket", "Opened", "Phone", "What"], ["1", "2026-03-20", "13812345678", "broken"]],
    )
    done = run("kpis", foreign)
    assert done.exit_code == 3
    assert 'kesu import "my tickets.csv" --dry-run' in done.output


def test_a_sheet_that_is_not_there_and_a_file_that_is_no_table(source: Path, home: Path) -> None:
    assert run("import", source, "--dry-run", "--sheet", "Nowhere").exit_code == 3
    text(home / "figures.csv", [["month", "n"], ["1", "2"]])
    assert run("import", home / "figures.csv", "--dry-run").exit_code == 3


def test_customers_words_never_become_formulas_or_lines(home: Path) -> None:
    evil = [
        ["投诉编号", "受理时间", "渠道", "投诉内容", "=HYPERLINK(1)"],
        ["A1", "2026-03-20 09:00", "电话", "=1+1\x1b[31m", "@SUM(A1)"],
    ]
    path = text(home / "evil.csv", evil)
    done = run("import", path, "-o", "register.xlsx")
    assert done.exit_code == 0
    assert "\x1b" not in done.output + run("import", path, "--dry-run").output
    sheet = openpyxl.load_workbook("register.xlsx")["投诉登记"]
    cells = [
        cell
        for row in sheet.iter_rows()
        for cell in row
        if cell.value == "@SUM(A1)" or "1+1" in str(cell.value)
    ]
    assert len(cells) == 2
    assert all(cell.data_type == "s" for cell in cells)


def test_next_month_only_what_is_new_goes_into_the_register(home: Path) -> None:
    rows = truth()
    begun = [
        dataclasses.replace(one, resolved=None, status="in_progress", satisfaction="") for one in rows[:40]
    ]
    first = book(home / "august.xlsx", {"Sheet1": grid(ZH, begun, WORDS_ZH)})
    assert run("import", first, "-o", "register.xlsx").exit_code == 0
    later = book(home / "september.xlsx", {"Sheet1": grid(ZH, rows, WORDS_ZH)})
    tried = run("import", later, "--into", "register.xlsx", "--dry-run")
    assert tried.exit_code == 0, tried.output[-800:]
    closed = [one for one in rows[:40] if one.status == "closed"]
    assert (
        f"20 complaints and 0 items would be added, {len(closed)} would be updated; {40 - len(closed)} unchanged"
        in tried.output
    )
    done = run("import", later, "--into", "register.xlsx")
    assert done.exit_code == 0, done.output
    assert f"{closed[0].number}" in done.output
    again = run("import", later, "--into", "register.xlsx")
    assert "0 complaints and 0 items added, 0 updated; 60 unchanged, 0 other differences" in again.output
    whole = home / "whole.xlsx"
    run("import", later, "-o", whole)
    ours, theirs = (
        load([path], AS_OF)[0].register.complaints.data.drop(columns="excel_row")
        for path in (home / "register.xlsx", whole)
    )
    pd.testing.assert_frame_equal(ours, theirs, check_categorical=False)


def test_what_the_team_has_written_is_never_replaced(home: Path) -> None:
    rows = truth()[:5]
    assert (
        run(
            "import", book(home / "a.xlsx", {"Sheet1": grid(ZH, rows, WORDS_ZH)}), "-o", "register.xlsx"
        ).exit_code
        == 0
    )
    other = [
        dataclasses.replace(rows[0], category="delivery" if rows[0].category != "delivery" else "price"),
        *rows[1:],
    ]
    done = run(
        "import", book(home / "b.xlsx", {"Sheet1": grid(ZH, other, WORDS_ZH)}), "--into", "register.xlsx"
    )
    assert done.exit_code == 0
    assert "left as it is" in done.output
    assert "0 updated; 4 unchanged, 1 other difference left" in done.output


def test_a_register_without_room_for_a_column_is_refused_in_words(home: Path, source: Path) -> None:
    """The table's own column has nowhere to go; where its rows came from is only said not to be kept."""
    run("new", "register.xlsx", "--lang", "zh")
    line = "2026-08-02 09:00,张三,13800138001,宽带断网三天,已结案,银卡"
    (home / "own.csv").write_text(f"受理时间,客户姓名,联系电话,投诉内容,状态,会员卡\n{line}\n", "utf-8")
    done = run("import", "own.csv", "--into", "register.xlsx")
    assert done.exit_code == 3
    assert "会员卡" in done.output
    done = run("import", source, "--into", "register.xlsx")
    assert done.exit_code == 0
    assert "no column “Import source”" in done.output
    assert "60 complaints and 0 items added" in done.output


def test_rows_without_numbers_are_other_complaints_unless_they_say_the_same(home: Path) -> None:
    """September has no number either: its first row is not August's first, and nobody closes Mr Li's case by it."""
    head = "受理时间,客户姓名,联系电话,投诉内容,状态"
    august = ("2026-08-02 09:00,张三,13800138001,宽带断网三天,已结案", "2026-08-05 10:00,李四,13800138002,账单多扣了钱,处理中")  # fmt: skip
    september = ("2026-09-02 09:00,王五,13800138003,装机师傅没来,已结案", "2026-09-05 10:00,赵六,13800138004,客服态度差,已结案")  # fmt: skip
    later = august[1].replace("处理中", "已结案")
    for name, rows in (("a.csv", august), ("b.csv", (*september, later))):
        (home / name).write_text("\n".join((head, *rows)) + "\n", "utf-8")
    assert run("import", "a.csv", "-o", "register.xlsx").exit_code == 0
    done = run("import", "b.csv", "--into", "register.xlsx")
    assert "2 complaints and 0 items added, 1 updated; 0 unchanged" in done.output
    assert "3 unchanged" in run("import", "b.csv", "--into", "register.xlsx").output
    data = load([home / "register.xlsx"], AS_OF)[0].register.complaints.data
    told = dict(
        zip(data["customer_name"], zip(data["complaint_id"], data["status"], strict=True), strict=True)
    )
    assert told == {
        "张三": ("2026-0001", "closed"),
        "李四": ("2026-0002", "closed"),
        "王五": ("2026-0003", "closed"),
        "赵六": ("2026-0004", "closed"),
    }


def test_a_day_alone_tells_no_complaint_from_another_and_what_the_team_added_does_not_hide_one(
    home: Path,
) -> None:
    """Rows of a day and a category only are new ones; a contact that the team has filled in since is no difference."""
    for name, head, row in (
        ("days.csv", "受理时间,投诉类型,状态", "2026-08-02,质量问题,处理中"),
        (
            "names.csv",
            "受理时间,客户姓名,联系电话,投诉内容,状态",
            "2026-08-03 09:00,张三,,宽带断网三天,处理中",
        ),
    ):
        (home / name).write_text(f"{head}\n{row}\n", "utf-8")
    assert run("import", "days.csv", "-o", "days.xlsx").exit_code == 0
    (home / "more.csv").write_text("受理时间,投诉类型,状态\n2026-08-02,服务态度,已结案\n", "utf-8")
    assert (
        "1 complaint and 0 items added, 0 updated" in run("import", "more.csv", "--into", "days.xlsx").output
    )
    assert run("import", "names.csv", "-o", "names.xlsx").exit_code == 0
    (home / "full.csv").write_text(
        "受理时间,客户姓名,联系电话,投诉内容,状态\n2026-08-03 09:00,张三,,宽带断网三天,已结案\n", "utf-8"
    )
    raw = load([home / "names.xlsx"], AS_OF)[0].register.complaints
    book = openpyxl.load_workbook(home / "names.xlsx")  # a test's own copy, as a team would fill it in
    at, column = int(raw.data["excel_row"].iloc[0]), raw.columns.get("customer_contact")
    assert column is not None
    assert raw.title is not None
    book[raw.title].cell(at, column + 1, "13800138001")
    book.save(home / "filled.xlsx")
    assert (
        "0 complaints and 0 items added, 1 updated"
        in run("import", "full.csv", "--into", "filled.xlsx").output
    )


def test_choices_that_a_register_lacks_are_told_and_its_lists_stay_the_team_s(home: Path) -> None:
    """Named when it is added, again in the dry run; only a new register's lists are kesu's to extend."""
    (home / "a.csv").write_text(
        "投诉编号,受理时间,投诉内容,投诉类型,状态\nA-1,2026-08-02,看不了,直播卡顿,处理中\n", "utf-8"
    )
    assert run("new", "ours.xlsx", "--lang", "zh").exit_code == 0
    told = "Not among the choices of “Category”: 直播卡顿. Add them to the code list on Settings"
    assert told in run("import", "a.csv", "--into", "ours.xlsx", "--dry-run").output
    assert told in run("import", "a.csv", "--into", "ours.xlsx").output
    assert "“直播卡顿”不在选项之内" in run("check", "ours.xlsx", "--lang", "zh").output
    said = run("import", "a.csv", "-o", "new.xlsx").output
    assert "New choices of “Category”: 直播卡顿 (added to Settings)" in said
    assert "不在选项之内" not in run("check", "new.xlsx", "--lang", "zh").output


def test_states_under_a_heading_for_measures_are_asked_about_or_the_team_s_own(home: Path) -> None:
    """“处理情况” with 处理中 and 已办结 below it tells no measures: it may be the state, unless another column is."""
    rows = ("A-1,2026-08-02,断网,处理中", "A-2,2026-08-03,断网,已办结")
    (home / "one.csv").write_text("投诉编号,受理时间,投诉内容,处理情况\n" + "\n".join(rows) + "\n", "utf-8")
    assert "“处理情况”" in (said := run("import", "one.csv", "-o", "one.xlsx")).output
    assert said.exit_code == 2
    two = "投诉编号,受理时间,投诉内容,处理情况,状态\n" + "\n".join(f"{row},已结案" for row in rows)
    (home / "two.csv").write_text(two + "\n", "utf-8")
    line = next(one for one in run("import", "two.csv", "--dry-run").output.splitlines() if "处理情况" in one)
    assert "your own column" in line
