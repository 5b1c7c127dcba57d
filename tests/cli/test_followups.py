"""``kesu followups``: one line a complaint on the screen, every reason for scripts, customers beside it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import click.testing
import pandas as pd
import pytest

from kesu.cli import main
from kesu.cli.tables import Screen
from kesu.workbook.writing import build_register

NOW = "2026-10-12 10:00"  # a Monday


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """C1 is a week old and nothing is done; C2 is new, with a promise for 15:00 by Tom; C3 is on hold."""
    path = tmp_path_factory.mktemp("list") / "branch.xlsx"
    complaints = pd.DataFrame(
        {
            "complaint_id": ["C1", "C2", "C3"],
            "kind": "complaint",
            "customer_name": ["Ann Bell", "Bo Carter", "Cy Dunn"],
            "customer_contact": ["13812341234", "bo@example.com", None],
            "received_at": [dt.datetime(2026, 10, 5, 10), dt.datetime(2026, 10, 12, 9), dt.datetime(2026, 10, 1, 9)],
            "owner": ["Megan Lisle", "Megan Lisle", "Tom Ash"],
            "status": "processing",
        }
    )  # fmt: skip
    items = pd.DataFrame(
        {
            "complaint_id": ["C2", "C3"],
            "item_kind": ["commitment", "hold"],
            "what": ["call Bo Carter on 13911112222", "waiting for the receipt"],
            "owner": ["Tom Ash", None],
            "due_at": [dt.datetime(2026, 10, 12, 15), pd.NaT],
            "started_at": [pd.NaT, dt.datetime(2026, 10, 2, 9)],
        }
    )
    build_register(path, "en", complaints=complaints, items=items, today=dt.date(2026, 10, 31))
    return path


def run(branch: Path, *more: str, lang: str = "en") -> click.testing.Result:
    done = click.testing.CliRunner().invoke(
        main, ["followups", str(branch), "--as-of", NOW, "--lang", lang, *more]
    )
    assert done.exit_code == 0, done.stderr
    return done


def body(branch: Path, *more: str, lang: str = "en") -> list[list[str]]:
    """The lines below the headings, blanks between cells aside."""
    text = run(branch, *more, lang=lang).stdout
    return [[part.strip() for part in line.split("  ") if part.strip()] for line in text.splitlines()[2:]]


def test_a_line_a_complaint_under_the_name_of_its_group(branch: Path) -> None:
    found = body(branch)
    assert [line[0] for line in found if line] == [
        "Overdue · 1", "branch.xlsx", "also 2: Substantive reply, Resolution",
        "Today · 1", "branch.xlsx", "also 1: First response (Megan Lisle)",
    ]  # fmt: skip
    # 48 h to answer: due Wed 7 Oct 10:00, five days ago
    assert found[2][2:8] == ["C1", "First response", "A**", "138****1234", "Megan Lisle", "10-07 10:00"]
    assert found[2][8] == "5 d"


def test_what_is_left_out_is_said(branch: Path) -> None:
    said = run(branch).stderr
    assert "1 complaint left out" in said or "另有 1 件" in said
    assert "C3" not in run(branch).stdout


def test_all_lists_every_reason_and_those_that_wait(branch: Path) -> None:
    text = run(branch, "--all").stdout
    # C1: three deadlines; C2: the promise and the answer; C3: a day was gone when its clocks stopped, so the answer alone
    assert [text.count(f"{number} ") for number in ("C1", "C2", "C3")] == [3, 2, 1]
    assert text.count("(on hold)") == 1
    assert "left out" not in run(branch, "--all").stderr
    assert "另有" not in run(branch, "--all").stderr


def test_json_keeps_every_reason_and_says_which_is_the_line(branch: Path) -> None:
    found: list[dict[str, Any]] = json.loads(run(branch, "--format", "json").stdout)
    assert found == json.loads(run(branch, "--format", "json", "--all").stdout)
    assert len(found) == 6
    assert [(one["complaint_id"], one["kind"], one["group"]) for one in found if one["first"]] == [
        ("C1", "first_response", "overdue"),
        ("C2", "commitment", "today"),
    ]
    assert {one["waits"] for one in found if one["complaint_id"] == "C3"} == {"hold"}
    assert {one["contact"] for one in found if one["complaint_id"] == "C3"} == {None}


def test_of_one_owner_the_line_is_the_owners_own(branch: Path) -> None:
    megan = [
        one
        for one in json.loads(run(branch, "--format", "json", "--owner", "Megan Lisle").stdout)
        if one["first"]
    ]
    assert [(one["complaint_id"], one["kind"]) for one in megan] == [
        ("C1", "first_response"),
        ("C2", "first_response"),
    ]
    assert "Megan" not in run(branch, "--owner", "Megan Lisle").stdout  # who has asked knows it


def test_nobody_of_that_name_is_answered_with_the_nearest(branch: Path) -> None:
    done = run(branch, "--owner", "Meagn Lisle")
    assert "Megan Lisle" in done.stderr
    assert "Did you mean" in done.stderr or "是不是" in done.stderr


def test_personal_data_is_masked_unless_told_otherwise(branch: Path) -> None:
    for form in ("text", "json"):
        masked = run(branch, "--format", form).stdout
        assert not any(word in masked for word in ("Carter", "13911112222", "bo@example.com", "13812341234"))
        assert "b***@example.com" in masked
        clear = run(branch, "--format", form, "--unmasked").stdout
        assert all(
            word in clear for word in ("call Bo Carter on 13911112222", "bo@example.com", "13812341234")
        )


def test_of_several_registers_each_line_says_which(
    branch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.xlsx"
    case = {
        "complaint_id": ["D1"],
        "kind": "complaint",
        "received_at": dt.datetime(2026, 10, 12, 8),
        "owner": "Eve",
    }
    build_register(other, "en", complaints=pd.DataFrame(case), today=dt.date(2026, 10, 31))
    monkeypatch.setattr("kesu.cli.tables.screen", lambda _=None: Screen(140))
    words = ["followups", str(branch), str(other), "--as-of", NOW, "--lang", "en"]
    text = click.testing.CliRunner().invoke(main, words).stdout
    assert {"register", "other.xlsx", "branch.xlsx"} <= set(text.split())


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [80, 140])
def test_lines_fit_the_terminal(branch: Path, monkeypatch: pytest.MonkeyPatch, lang: str, width: int) -> None:
    from rich.cells import cell_len

    monkeypatch.setattr("kesu.cli.tables.screen", lambda _=None: Screen(width))
    for more in ([], ["--all"], ["--owner", "Tom Ash"]):
        text = run(branch, *more, lang=lang).stdout
        assert max(map(cell_len, text.splitlines())) <= width
        assert "branch.xlsx" not in text  # there is one register
