"""What is said of several registers at once, and of a register that is named or typed otherwise than kesu would."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from kesu.cli import main
from tests.twelve_rows import AS_OF, write_english


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "r.xlsx"
    write_english(path)
    return path


def changed(made: Path, to: Path, **titles: str | None) -> Path:
    """A copy whose sheets are called otherwise (None: taken away)."""
    book = openpyxl.load_workbook(made)
    for title, new in titles.items():
        if new is None:
            del book[title]
        else:
            book[title].title = new
    book.save(to)
    return to


def test_the_same_remark_on_several_registers_is_one_line(made: Path, tmp_path: Path) -> None:
    for number in range(5):
        changed(made, tmp_path / f"r{number}.xlsx", Settings=None)
        book = openpyxl.load_workbook(tmp_path / f"r{number}.xlsx")
        book["Register"]["A2"] = f"X{number}"  # else they are copies of one another
        book.save(tmp_path / f"r{number}.xlsx")
    done = run("kpis", *sorted(tmp_path.iterdir()), "--as-of", AS_OF, "--lang", "en", "--format", "json")
    [line] = [line for line in done.stderr.splitlines() if "Settings" in line]
    assert line.startswith("r0.xlsx, r1.xlsx, r2.xlsx and 2 more: No Settings sheet: rules, hours, targets")


def test_a_renamed_settings_sheet_is_known_by_its_headings(made: Path, tmp_path: Path) -> None:
    own = run("kpis", made, "--as-of", AS_OF, "--format", "json")
    done = run(
        "kpis", changed(made, tmp_path / "r.xlsx", Settings="Our rules"), "--as-of", AS_OF, "--format", "json"
    )
    assert json.loads(done.stdout) == json.loads(own.stdout)
    assert "r.xlsx: “Our rules” is read as the Settings sheet." in done.stderr


@pytest.mark.parametrize("typed", ["c01", " C01 ", "Ｃ０１"])
def test_a_complaint_is_found_however_its_number_is_typed(made: Path, typed: str) -> None:
    done = run("explain", made, typed, "--as-of", AS_OF, "--lang", "en")
    assert done.exit_code == 0
    assert "C01" in done.stdout


def test_forms_are_not_collected_into_a_backup(made: Path, tmp_path: Path) -> None:
    backup = tmp_path / "r.kesu-backup-20261101.xlsx"
    backup.write_bytes(made.read_bytes())
    done = run("collect", made, "--into", backup)
    assert done.exit_code == 3
    assert "kesu-backup" in done.stderr
    assert backup.read_bytes() == made.read_bytes()


def test_what_is_open_is_not_known_without_status_and_resolution(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(
        "Complaint no.,Received at,Kind,Customer name,Channel\nA1,2026-10-01 09:00,Complaint,Ann,Phone\n"
    )
    done = run("kpis", path, "--as-of", "2026-10-05", "--format", "json")
    [value] = [
        one["value"]
        for one in json.loads(done.stdout)
        if one["kpi"] == "backlog_open" and not one["group_by"]
    ]
    assert value is None


def test_an_empty_kind_says_what_it_counts_as(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(
        "Complaint no.,Received at,Kind,Customer name,Channel\nA1,2026-10-01 09:00,,Ann,Phone\nA2,2026-10-01 09:00,Complaint,,Phone\n"
    )
    done = run("check", path, "--as-of", "2026-10-05", "--format", "json", "--lang", "en")
    said = {
        one["column"]: one["message"] for one in json.loads(done.stdout) if one["rule"] == "required_empty"
    }
    assert said["kind"].endswith("so fill it in. Until then it counts as a complaint.")
    assert said["customer_name"].endswith("so fill it in.")
