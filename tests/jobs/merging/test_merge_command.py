"""``kesu merge`` as it is typed: registers of two languages, kinds of files and settings into one, and back again."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from kesu.cli import main
from kesu.register.settings import Settings, load_profile
from kesu.workbook.writing import build_register

DAY = dt.date(2026, 10, 31)
AS_OF = ("--as-of", "2026-10-31T12:00")
FACTS = {
    "kind": "complaint", "status": "new", "channel": "phone", "customer_name": "张三", "customer_contact": "13800138000",
    "received_at": dt.datetime(2026, 10, 1, 9), "verbatim": "=it broke",
}  # fmt: skip


def run(*words: object, lang: str = "C.UTF-8") -> Result:
    env = {"LC_ALL": None, "LC_MESSAGES": None, "LANG": lang}
    return CliRunner().invoke(main, list(map(str, words)), env=env)


def make(
    path: Path,
    rows: list[dict[str, Any]],
    items: list[dict[str, Any]] | None = None,
    lang: str = "en",
    **settings: Any,
) -> Path:
    frame = pd.DataFrame([FACTS | row for row in rows])
    own: Settings = dataclasses.replace(load_profile(), **settings)
    build_register(path, lang, own, complaints=frame, items=pd.DataFrame(items or []), today=DAY)
    return path


def table(path: Path, title: str, heading_row: int) -> list[dict[str, Any]]:
    """The rows of a sheet by heading, blank cells left out."""
    sheet = openpyxl.load_workbook(path)[title]
    heads, *rows = list(sheet.iter_rows(min_row=heading_row, values_only=True))
    found = [
        {
            str(head).removesuffix(" *"): value
            for head, value in zip(heads, row, strict=True)
            if value not in (None, "")
        }
        for row in rows
    ]
    return [row for row in found if row]


def complaints(path: Path, title: str = "Register") -> dict[str, dict[str, Any]]:
    return {row["Complaint no."]: row for row in table(path, title, 5) if "Complaint no." in row}


def merged(tmp_path: Path, *words: object, code: int = 0, out: str = "all.xlsx") -> tuple[Path, Any]:
    done = run("merge", *words, *AS_OF, "-o", tmp_path / out, "--format", "json")
    assert done.exit_code == code, (done.output, done.stderr, done.exception)
    return tmp_path / out, json.loads(done.stdout)


@pytest.mark.slow
def test_two_languages_become_one_register(tmp_path: Path) -> None:
    en = make(tmp_path / "a.xlsx", [{"complaint_id": "A-1", "owner": "Ann"}])
    zh = make(
        tmp_path / "b.xlsx", [{"complaint_id": "B-1", "expectation": "respect|compensation"}], lang="zh"
    )
    path, _ = merged(tmp_path, zh, en)
    rows = complaints(path)
    assert list(rows) == ["A-1", "B-1"]
    assert rows["B-1"]["Expectation"] == "Respect, Compensation"
    assert rows["A-1"]["Verbatim"] == "=it broke"
    assert rows["B-1"]["Merged from"] == "b.xlsx ▸ 投诉登记!6"
    path, _ = merged(tmp_path, zh, en, "--lang", "zh", out="zh.xlsx")
    assert complaints_zh(path)["A-1"]["投诉渠道"] == "电话"


def complaints_zh(path: Path) -> dict[str, dict[str, Any]]:
    return {row["投诉编号"]: row for row in table(path, "投诉登记", 5) if "投诉编号" in row}


def test_the_same_complaint_is_one_row_with_what_both_know(tmp_path: Path) -> None:
    a = make(tmp_path / "a.xlsx", [{"complaint_id": "K-1", "owner": "Ann"}], [{"complaint_id": "K-1", "item_kind": "demand", "what": "refund"}])  # fmt: skip
    b = make(tmp_path / "b.xlsx", [{"complaint_id": "k-1", "severity": "severe"}],
             [{"complaint_id": "k-1", "item_kind": "demand", "what": "refund", "result": "done"},
              {"complaint_id": "k-1", "item_kind": "contact", "what": "called"}])  # fmt: skip
    path, told = merged(tmp_path, a, b)
    [row] = complaints(path).values()
    assert (row["Owner"], row["Severity"]) == ("Ann", "Severe")
    assert row["Merged from"] == "a.xlsx ▸ Register!6; b.xlsx ▸ Register!6"
    items = table(path, "Items", 4)
    assert [(row["Item kind"], row.get("Result")) for row in items] == [("Contact", None), ("Demand", "Done")]
    total = [row for row in told["account"] if row["register"] == "Total"]
    assert [(row["read"], row["kept"], row["joined"], row["deleted"]) for row in total] == [(2, 1, 1, 0), (3, 2, 1, 0)]  # fmt: skip


def test_numbers_that_collide_are_kept_apart_and_items_and_checks_follow(tmp_path: Path) -> None:
    later = dt.datetime(2026, 10, 5, 9)
    a = make(tmp_path / "a.xlsx", [{"complaint_id": "K-1", "received_at": later}, {"complaint_id": "K-2"}],
             [{"complaint_id": "K-1", "item_kind": "demand", "what": "of the later"},
              {"complaint_id": "K-2", "item_kind": "double", "what": "k-1", "result": "different"}])  # fmt: skip
    b = make(tmp_path / "b.xlsx", [{"complaint_id": "K-1"}, {"complaint_id": "K-1_2"}],
             [{"complaint_id": "K-1", "item_kind": "demand", "what": "of the first"}])  # fmt: skip
    path, told = merged(tmp_path, a, b)
    rows = complaints(path)
    assert list(rows) == ["K-1", "K-1_2", "K-2", "K-1_3"]
    assert rows["K-1_3"]["Original no."] == "K-1"
    assert rows["K-1_3"]["Received at"] == later
    assert "Original no." not in rows["K-1"]
    assert told["renamed"] == [{"before": "K-1", "now": "K-1_3", "where": "a.xlsx ▸ Register!6"}]
    items = {(row["Complaint no."], row["What"]) for row in table(path, "Items", 4)}
    assert items == {("K-1", "of the first"), ("K-1_3", "of the later"), ("K-2", "K-1_3")}


@pytest.mark.slow
def test_merging_the_result_again_is_the_same(tmp_path: Path) -> None:
    a = make(
        tmp_path / "a.xlsx", [{"complaint_id": "K-1", "owner": "Ann"}, {"complaint_id": None, "owner": "Zoe"}]
    )
    b = make(tmp_path / "b.xlsx", [{"complaint_id": "K-1", "verbatim": "other"}], lang="zh")
    once, _ = merged(tmp_path, a, b)
    twice, told = merged(tmp_path, b, once, a, out="twice.xlsx")
    assert table(once, "Register", 5) == table(twice, "Register", 5)
    assert table(once, "Items", 4) == table(twice, "Items", 4)
    assert told["conflicts"] == []


def copies(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A register and two edited copies of it."""
    rows = [{"complaint_id": f"K-{at}", "owner": "Old", "verbatim": f"it broke {at}"} for at in range(1, 6)]
    items = [{"complaint_id": "K-1", "item_kind": "demand", "what": "refund"}]
    base = make(tmp_path / "base.xlsx", rows, items)

    def edited(**changes: dict[str, Any]) -> list[dict[str, Any]]:
        return [row | changes.get(row["complaint_id"].replace("-", ""), {}) for row in rows]

    a = edited(K1={"owner": "Ann"}, K2={"owner": "Ann"}, K3={"customer_name": "李四"}, K4={"owner": None})
    b = edited(K1={"owner": "Bob"}, K2={"severity": "urgent"}, K5={"status": "closed"})
    new = {"complaint_id": "K-6", "verbatim": "new with both"}
    one = make(tmp_path / "a.xlsx", [*a[:4], new | {"verbatim": "of a"}], items)
    two = make(tmp_path / "b.xlsx", [*b, new], [items[0] | {"result": "done"}])
    return base, one, two


def test_three_ways(tmp_path: Path) -> None:
    base, a, b = copies(tmp_path)
    path, told = merged(tmp_path, a, b, "--base", base, code=1)
    rows = complaints(path)
    assert {number: row.get("Owner") for number, row in rows.items()} == {
        "K-1": "Old", "K-2": "Ann", "K-3": "Old", "K-4": None, "K-5": "Old", "K-6": None, "K-6_2": None,
    }  # fmt: skip
    assert rows["K-2"]["Severity"] == "Urgent"
    assert rows["K-3"]["Customer name"] == "李四"
    assert told["deleted"] == []  # K-5 was deleted by one and changed by the other
    assert {(one["complaint_id"], one["column"]) for one in told["conflicts"]} == {
        ("K-1", "owner"),
        ("K-5", None),
    }
    whole, owner = (
        next(one for one in table(path, "Conflicts", 4) if one["Complaint no."] == number)
        for number in ("K-5", "K-1")
    )
    assert whole["Value 1"] == "a.xlsx deleted this row"
    assert owner["Column"] == "Owner"
    assert (owner["Stands now"], owner["Before (base)"]) == ("Old", "Old")
    column = next(
        cell.column_letter for cell in openpyxl.load_workbook(a)["Register"][5] if cell.value == "Owner"
    )
    assert (owner["Value 1"], owner["Cell 1"]) == ("Ann", f"a.xlsx ▸ Register!{column}6")
    assert (owner["Value 2"], owner["Cell 2"]) == ("Bob", f"b.xlsx ▸ Register!{column}6")
    cell = openpyxl.load_workbook(path)["Register"][owner["Cell"]]
    assert cell.value == "Old"
    assert [row["What"] for row in table(path, "Items", 4) if row["Item kind"] == "Merge conflict"] == [
        f"Owner: a.xlsx ▸ Register!{column}6 “Ann”; b.xlsx ▸ Register!{column}6 “Bob”",
        "whole row: a.xlsx deleted this row; b.xlsx ▸ Register!10 “changed”",
    ]
    done = run("check", path, *AS_OF, "--format", "json")
    assert sum(one["rule"] == "undecided_conflict" for one in json.loads(done.stdout)) == 2


@pytest.mark.slow
def test_an_undecided_conflict_is_not_decided_by_merging_with_one_side(tmp_path: Path) -> None:
    base, a, b = copies(tmp_path)
    first, _ = merged(tmp_path, a, b, "--base", base, code=1)
    again, told = merged(tmp_path, first, a, "--base", base, code=1, out="again.xlsx")
    assert complaints(again)["K-1"]["Owner"] == "Old"
    assert ("K-1", "owner") in {(one["complaint_id"], one["column"]) for one in told["conflicts"]}
    kinds = [row["Item kind"] for row in table(again, "Items", 4)]
    assert kinds.count("Merge conflict") == 2


@pytest.mark.slow
def test_the_backup_may_be_the_base(tmp_path: Path) -> None:
    base, a, b = copies(tmp_path)
    base.rename(tmp_path / "a.kesu-backup-20261030.xlsx")
    _, told = merged(tmp_path, a, b, "--base", "backup", code=1)
    assert told["base"] == "a.kesu-backup-20261030.xlsx"
    (tmp_path / "elsewhere").mkdir()
    alone = make(tmp_path / "elsewhere" / "c.xlsx", [{"complaint_id": "K-1"}])
    done = run("merge", alone, "--base", "backup", "-o", tmp_path / "x.xlsx")
    assert done.exit_code == 2
    assert "No backup" in done.stderr


def test_without_a_base_nothing_is_chosen_silently(tmp_path: Path) -> None:
    a = make(tmp_path / "a.xlsx", [{"complaint_id": "K-1", "owner": "Ann"}])
    b = make(tmp_path / "b.xlsx", [{"complaint_id": "K-1", "owner": "Bob", "severity": "severe"}])
    path, told = merged(tmp_path, a, b, code=1)
    assert complaints(path)["K-1"]["Owner"] == "Bob"  # of the row that says more
    assert told["conflicts"][0]["column"] == "owner"


@pytest.mark.slow
def test_own_columns_are_united_and_keep_their_kind(tmp_path: Path) -> None:
    a, b = (make(tmp_path / f"{name}.xlsx", [{"complaint_id": f"{name}-1"}]) for name in "ab")
    given: tuple[tuple[Path, dict[str, Any]], ...] = (
        (a, {"Our mark": 12.5, "Seen": dt.datetime(2026, 10, 2), "Code": "0012"}),
        (b, {"our mark": "=1+2", "Code": "7"}),
    )
    for path, cells in given:
        book = openpyxl.load_workbook(path)
        sheet = book["Register"]
        for at, (head, value) in enumerate(cells.items(), start=sheet.max_column + 1):
            sheet.cell(5, at, head)
            sheet.cell(6, at, value)
            if value == "=1+2":
                sheet.cell(6, at).data_type = "s"
        book.save(path)
    path, _ = merged(tmp_path, a, b)
    rows = complaints(path)
    assert (rows["a-1"]["Our mark"], rows["a-1"]["Seen"], rows["a-1"]["Code"]) == (
        12.5,
        dt.datetime(2026, 10, 2),
        "0012",
    )
    assert rows["b-1"]["our mark (2)"] == "=1+2"
    assert rows["b-1"]["Code"] == "7"


@pytest.mark.slow
def test_settings_that_differ_are_listed_and_customers_are_not_guessed(tmp_path: Path) -> None:
    a = make(
        tmp_path / "a.xlsx", [{"complaint_id": "A-1"}], organisation="North", customers={"2026-10": 1000.0}
    )
    b = make(
        tmp_path / "b.xlsx",
        [{"complaint_id": "B-1"}],
        organisation="South",
        customers={"2026-10": 3000.0, "2026-09": 5.0},
    )
    path, told = merged(tmp_path, b, a)
    assert told["settings"] == [
        "Customer base by month 2026-09",
        "Customer base by month 2026-10",
        "Organisation",
    ]
    said = [[cell for cell in row if cell] for row in openpyxl.load_workbook(path)["Merged"].values]
    assert ["Organisation", "North", "North", "South"] in said
    assert any(
        row[:1] == ["Customer base by month 2026-10"] and str(row[1]).startswith("left empty") for row in said
    )
    settings = [list(row) for row in openpyxl.load_workbook(path)["Settings"].iter_rows(values_only=True)]
    assert not any("2026-10" in row for row in settings)
    assert any("2026-09" in row for row in settings)


def test_a_text_table_and_a_workbook_that_counts_from_1904(tmp_path: Path) -> None:
    text = tmp_path / "a.csv"
    text.write_text(
        "投诉编号,受理时间,类别,客户姓名,客户原话,状态\nC-1,2026-10-01 09:00,投诉,张三,坏了,新建\n", "utf-8"
    )
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    sheet.title = "Register"
    sheet.append(["Complaint no.", "Received at", "Kind", "Customer name", "Verbatim", "Status"])
    sheet.append(["C-1", dt.datetime(2026, 10, 1, 9), "Complaint", "张三", "坏了", "New"])
    book.save(tmp_path / "b.xlsx")
    path, told = merged(tmp_path, text, tmp_path / "b.xlsx")
    assert complaints_zh(path)["C-1"]["受理时间"] == dt.datetime(2026, 10, 1, 9)
    assert told["account"][2]["joined"] == 1
    assert told["settings"] == []  # neither has a Settings sheet


@pytest.mark.slow
def test_what_could_not_be_read_stays_as_it_was_typed(tmp_path: Path) -> None:
    a = make(tmp_path / "a.xlsx", [{"complaint_id": "K-1", "received_at": "yesterday", "severity": "rather", "compensation_paid": "much"}])  # fmt: skip
    row = complaints(merged(tmp_path, a)[0])["K-1"]
    assert (row["Received at"], row["Severity"], row["Compensation paid"]) == ("yesterday", "rather", "much")


@pytest.mark.slow
def test_nothing_is_written_where_a_register_is_missing_or_no_copy(tmp_path: Path) -> None:
    a = make(tmp_path / "a.xlsx", [{"complaint_id": "K-1"}])
    (tmp_path / "b.xlsx").write_text("no workbook")
    done = run("merge", a, tmp_path / "b.xlsx", "-o", tmp_path / "all.xlsx")
    assert done.exit_code == 3
    assert "Not merged" in done.stderr
    other = make(tmp_path / "c.xlsx", [{"complaint_id": "Z-1"}])
    done = run("merge", a, other, "--base", a, "-o", tmp_path / "all.xlsx", lang="zh_CN.UTF-8")
    assert done.exit_code == 2
    assert "c.xlsx 与 --base a.xlsx 没有一个相同的编号" in done.stderr
    empty = make(tmp_path / "d.xlsx", [])
    assert run("merge", a, empty, "--base", a, "-o", tmp_path / "all.xlsx").exit_code == 2
    assert not (tmp_path / "all.xlsx").exists()


def test_the_table_is_told_in_the_language_asked_for(tmp_path: Path) -> None:
    a = make(tmp_path / "a.xlsx", [{"complaint_id": "K-1"}])
    done = run("merge", a, "-o", tmp_path / "all.xlsx", "--lang", "zh", *AS_OF)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0].split() == ["登记表", "工作表", "读到", "保留", "并入", "去掉"]


@pytest.mark.parametrize("name", ["all.csv", "all"])
def test_the_result_is_an_xlsx(tmp_path: Path, name: str) -> None:
    a = make(tmp_path / "a.xlsx", [{"complaint_id": "K-1"}])
    assert run("merge", a, "-o", tmp_path / name).exit_code == 2


@pytest.mark.slow
def test_a_foreign_table_is_merged_by_its_mapping(tmp_path: Path) -> None:
    source = tmp_path / "t.csv"
    source.write_text(
        "Ticket,Opened,Client,Phone,Text,State,Shelf\n"
        "T-1,2026-10-01 09:00:00,Li Lei,13800138000,It broke,Open,A7\n"
        "T-2,2026-10-02 09:00:00,Wu Di,13900139000,It burnt,Closed,B2\n",
        "utf-8",
    )
    assert run("import", source, "-o", tmp_path / "t.xlsx", "--maps", tmp_path / "maps").exit_code == 0
    [mapping] = (tmp_path / "maps").iterdir()
    path, told = merged(tmp_path, source, tmp_path / "t.xlsx", "--map", mapping)
    assert [row["joined"] for row in told["account"][:3]] == [0, 2, 2]
    rows = complaints(path)
    assert (rows["T-1"]["Shelf"], rows["T-1"]["Status"]) == ("A7", "New")
    done = run("merge", tmp_path / "t.xlsx", "-o", tmp_path / "one.xlsx")
    assert "not taken over" not in done.stderr  # its ready rows hold formulas, nothing else


def test_improvements_of_all_registers_stand_in_the_result_with_their_own_columns(tmp_path: Path) -> None:
    rows = {"north.xlsx": {"cause": ["socket"], "measure": ["=1+1"], "owner": ["Ann"]}, "south.xlsx": {"cause": ["waiting"], "measure": ["one more desk"]}}  # fmt: skip
    for at, (name, measures) in enumerate(rows.items()):
        frame = pd.DataFrame([FACTS | {"complaint_id": f"K-{at}", "verbatim": f"it broke {at}"}])
        build_register(
            tmp_path / name, "en", complaints=frame, improvements=pd.DataFrame(measures), today=DAY
        )
    sheet = openpyxl.load_workbook(tmp_path / "south.xlsx")
    sheet["Improvements"]["L4"], sheet["Improvements"]["L5"] = "Budget", 1200
    sheet.save(tmp_path / "south.xlsx")
    result = run("merge", *(tmp_path / name for name in rows), "-o", tmp_path / "all.xlsx", *AS_OF)
    assert result.exit_code == 0, result.output
    found = table(tmp_path / "all.xlsx", "Improvements", 4)
    assert [(row["Cause"], row["Measure"], row.get("Owner"), row.get("Budget")) for row in found] == [
        ("socket", "=1+1", "Ann", None), ("waiting", "one more desk", None, 1200),
    ]  # fmt: skip
    merged = openpyxl.load_workbook(tmp_path / "all.xlsx")["Merged"].iter_rows(values_only=True)
    account = [row[2:6] for row in merged if row[1] == "Improvements"]
    assert account == [(1, 1, 0, 0), (1, 1, 0, 0), (2, 2, 0, 0)]  # two registers and the total


def test_more_rows_than_a_sheet_holds_are_refused_with_a_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kesu.jobs.merge.ROOM", 2)
    one = make(tmp_path / "a.xlsx", [{"complaint_id": "A-1"}, {"complaint_id": "A-2", "owner": "Ann"}])
    two = make(tmp_path / "b.xlsx", [{"complaint_id": "B-1"}])
    done = run("merge", one, two, *AS_OF, "-o", tmp_path / "all.xlsx")
    assert done.exit_code != 0
    assert "3 rows, more than a sheet holds" in done.stderr
    assert "kesu convert" in done.stderr
    assert not (tmp_path / "all.xlsx").exists()
