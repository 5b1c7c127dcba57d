"""kesu collect never adds a complaint twice, and says how it wrote."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click.testing
import openpyxl
import pytest

from tests.jobs.forms.case_values import CASE
from tests.jobs.forms.case_values import ITEMS as CASE_ITEMS

Run = Callable[..., click.testing.Result]
Filled = Callable[..., Path]
Rows = Callable[[Path, str], list[dict[str, Any]]]

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")


@pytest.mark.parametrize("number", [None, "C-8"])
def test_a_form_collected_again_is_left_alone(
    full: Path, filled: Filled, collect: Run, number: str | None
) -> None:
    path = filled("a.xlsx", complaint_id=number)
    copy = filled("copy.xlsx", "zh", complaint_id=number)
    done = collect(path, copy, "--into", full)
    wanted = number or "C-4"
    assert f"copy.xlsx: logged already as {wanted}, on the form a.xlsx; left alone" in done.stdout
    before = full.read_bytes()
    done = collect(path, copy, "--into", full)
    assert (done.exit_code, done.stderr) == (0, "")
    assert f"a.xlsx: logged already as {wanted}, in row 9; left alone" in done.stdout
    assert full.read_bytes() == before


@pytest.mark.slow
def test_a_form_is_known_again_when_the_register_has_moved_on(
    full: Path, filled: Filled, collect: Run
) -> None:
    path = filled("a.xlsx")
    collect(path, "--into", full)
    book = openpyxl.load_workbook(full)
    sheet = book["Register"]
    heads = {str(cell.value).removesuffix(" *"): at for at, cell in enumerate(sheet[5], start=1)}
    sheet.cell(9, heads["Status"]).value = "Resolved"
    sheet.cell(9, heads["Solution"]).value = "exchanged"
    book.save(full)
    done = collect(path, "--into", full)
    assert done.exit_code == 0
    assert "logged already as C-4, in row 9; left alone; the register now has another Status" in done.stdout


def test_what_a_known_form_says_beyond_the_register_is_not_passed_over(
    full: Path, filled: Filled, collect: Run
) -> None:
    collect(filled("a.xlsx"), "--into", full)
    before = full.read_bytes()
    more = [*CASE_ITEMS, {"item_kind": "action", "what": "send an engineer"}]
    done = collect(filled("a.xlsx", items=more, solution="exchange"), "--into", full)
    assert done.exit_code == 1
    assert (
        "C-4 is logged already, in row 9, but the form says more: Solution, the item “send an engineer”"
        in done.stderr
    )
    assert full.read_bytes() == before


def test_one_complaint_is_not_logged_under_two_numbers(full: Path, filled: Filled, collect: Run) -> None:
    collect(filled("a.xlsx"), "--into", full)
    done = collect(filled("a.xlsx", complaint_id="C-77"), "--into", full)
    assert done.exit_code == 1
    assert (
        "the same complaint is logged already as C-4, in row 9; it was not logged again as C-77"
        in done.stderr
    )


@pytest.mark.slow
def test_the_same_customer_at_the_same_time_with_other_words_needs_a_number(
    full: Path, filled: Filled, collect: Run
) -> None:
    collect(filled("a.xlsx"), "--into", full)
    other = filled("b.xlsx", verbatim="and another thing")
    done = collect(other, "--into", full)
    assert done.exit_code == 1
    assert "C-4, in row 9, is of the same customer at the same time with other words" in done.stderr
    assert (
        collect(filled("b.xlsx", verbatim="and another thing", complaint_id="C-5"), "--into", full).exit_code
        == 0
    )


@pytest.mark.parametrize(
    ("fields", "lacks"),
    [
        ({"received_at": None}, "Received at"),
        ({"received_at": "yesterday"}, "Received at"),
        ({"customer_name": None, "customer_contact": None, "verbatim": None}, "Customer name, Verbatim"),
    ],
)
def test_a_form_without_a_number_must_be_recognisable(
    full: Path, filled: Filled, collect: Run, fields: dict[str, Any], lacks: str
) -> None:
    done = collect(filled("a.xlsx", **fields), "--into", full)
    assert done.exit_code == 1
    assert f"a.xlsx: it has no number and lacks {lacks}" in done.stderr
    assert collect(filled("a.xlsx", complaint_id="C-5", **fields), "--into", full).exit_code == 0


def test_a_blank_form_is_no_complaint(full: Path, filled: Filled, collect: Run) -> None:
    done = collect(filled("a.xlsx", items=(), **dict.fromkeys(CASE)), "--into", full)
    assert (done.exit_code, done.stderr) == (1, "a.xlsx: nothing is filled in.\n")


# ---- how it is written --------------------------------------------------------------------------------------


def test_a_dry_run_says_what_would_be_done(full: Path, filled: Filled, collect: Run) -> None:
    before = full.read_bytes()
    done = collect(filled("a.xlsx"), "--into", full, "--dry-run")
    assert done.exit_code == 0
    assert "a.xlsx: would become C-4 in row 9, 2 items" in done.stdout
    assert "1 would be added" in done.stdout
    assert full.read_bytes() == before
    assert [path.name for path in full.parent.iterdir() if "backup" in path.name] == []


@pytest.mark.slow
def test_the_workbook_as_it_was_is_kept(full: Path, filled: Filled, collect: Run) -> None:
    before = full.read_bytes()
    done = collect(filled("a.xlsx"), "--into", full)
    [backup] = full.parent.glob("full.kesu-backup-*.xlsx")
    assert backup.read_bytes() == before
    assert backup.name in done.stdout
    backup.unlink()
    collect(filled("b.xlsx", complaint_id="C-9", verbatim="b"), "--into", full, "--no-backup")
    assert not list(full.parent.glob("*backup*"))


@pytest.mark.slow
def test_a_register_that_is_open_is_left_alone(full: Path, filled: Filled, collect: Run) -> None:
    lock = full.with_name(f".~lock.{full.name}#")
    lock.write_text("Anna,anna,pc,22.11.2026 09:00,file:///home;")
    before = full.read_bytes()
    done = collect(filled("a.xlsx"), "--into", full, "--format", "json")
    assert done.exit_code == 3
    assert "Anna" in done.stderr
    assert "use --force" in done.stderr
    assert full.read_bytes() == before
    told = json.loads(done.stdout)
    assert told["reason"]
    assert told["forms"][0]["outcome"] == "not written"
    assert collect(filled("a.xlsx"), "--into", full, "--force").exit_code == 0


def test_a_register_that_cannot_be_read_is_said(tmp_path: Path, filled: Filled, collect: Run) -> None:
    done = collect(filled("a.xlsx"), "--into", tmp_path / "none.xlsx")
    assert done.exit_code == 3
    assert "none.xlsx: no such file" in done.stderr


def test_messages_come_in_chinese_too(full: Path, filled: Filled) -> None:
    from kesu.cli import main

    words = ["collect", str(filled("a.xlsx")), str(filled("b.xlsx", complaint_id="C-1")), "--into", str(full)]
    done = click.testing.CliRunner().invoke(main, words, env={"LC_ALL": "zh_CN.UTF-8"})
    assert done.exit_code == 1
    assert "a.xlsx：登记为 C-4，第 9 行，事项 2 行" in done.stdout
    assert (
        "b.xlsx：编号 C-1 已用于第 6 行的另一件投诉（受理时间、客户姓名、客户原话不同），没有写入。"
        in done.stderr
    )
