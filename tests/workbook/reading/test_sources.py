"""What is read where files, folders and patterns are named: each register once, and nothing that is none."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import sys
import unicodedata
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from kesu.cli import main
from kesu.jobs.sources import sources
from kesu.workbook.own import is_backup, is_report
from kesu.workbook.patch.write import backup_path

HEADER = ("Complaint no.", "Kind", "Tier", "Received at", "Channel", "Customer name", "Status")
AS_OF = "2026-11-26T09:00"
LISTS = ("check", "deadlines", "followups", "kpis")


def kesu(*words: str | Path, lang: str = "en_US.UTF-8") -> Result:
    env = {"LC_ALL": None, "LC_MESSAGES": None, "LANG": lang}
    result = CliRunner().invoke(main, [str(word) for word in words], env=env)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def register(path: Path, *numbers: str) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Register"
    sheet.append(HEADER)
    for number in numbers:
        sheet.append((number, "Complaint", "VIP", "2026-10-05 09:00", "Phone", "Ann", "New"))
    book.save(path)
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two registers and everything that gathers beside registers."""
    folder = tmp_path_factory.mktemp("made")
    north = register(folder / "north.xlsx", "N1", "N2")
    register(folder / "south.xlsx", "S1", "S2", "S3")
    shutil.copy(north, backup_path(north, dt.date(2026, 11, 26)))
    register(folder / "north.kesu-backup-20261101.xlsx", "N1")
    (folder / "~$north.xlsx").write_bytes(b"\x05Lee" + bytes(161))
    (folder / ".~lock.north.xlsx#").write_text(",lee,host,26.11.2026 09:00,file:///;")
    (folder / ".~north.xlsx").write_bytes(bytes(20))
    (folder / "notes.txt").write_text("call back")
    done = kesu("report", north, "-o", folder / "report.xlsx", "-o", folder / "报告.html", "--as-of", AS_OF)
    assert done.exit_code == 0, done.stderr
    (folder / "below").mkdir()
    register(folder / "below" / "west.xlsx", "W1")
    return folder


def complaints(*words: str | Path, code: int = 0) -> tuple[float, str]:
    """The number of complaints that ``kesu kpis`` counts, and what it says."""
    done = kesu("kpis", *words, "--by", "none", "--as-of", AS_OF, "--format", "json")
    assert done.exit_code == code, done.stderr
    (line,) = (one for one in json.loads(done.stdout) if one["kpi"] == "complaints")
    return line["value"], told(done)


def own(said: str) -> str:
    """Messages but for the one that these registers have no Settings sheet."""
    return "".join(line for line in said.splitlines(keepends=True) if "No Settings sheet" not in line)


def told(done: Result) -> str:
    """Standard error, but for the lines that a register has no Settings sheet."""
    lines = done.stderr.splitlines(keepends=True)
    return "".join(line for line in lines if "There is no sheet called" not in line)


def test_what_gathers_beside_registers_is_passed_over_with_a_word(made: Path) -> None:
    number, said = complaints(*sorted(made.glob("*.xlsx")))
    assert number == 5
    assert (
        "north.kesu-backup-20261101.xlsx, north.kesu-backup-20261126.xlsx: a backup that kesu keeps, left alone."
        in said
    )
    assert "report.xlsx: a report that kesu made, no register; left alone." in said
    assert ".~north.xlsx, ~$north.xlsx: a note that a program has a file open" in said


@pytest.mark.parametrize(
    ("command", "lang"),
    [("check", "en"), ("deadlines", "zh_CN"), ("followups", "en"), ("refresh", "zh_CN"), ("report", "en")],
)
def test_every_command_passes_them_over(made: Path, tmp_path: Path, command: str, lang: str) -> None:
    folder = tmp_path / "branches"
    shutil.copytree(made, folder)
    more: dict[str, list[str | Path]] = {
        "report": ["-o", tmp_path / "r.html"],
        "check": ["--fail-on", "never"],
        "refresh": ["--force"],
    }
    done = kesu(command, *folder.glob("*.xlsx"), "--as-of", AS_OF, *more.get(command, []), lang=lang)
    assert done.exit_code == 0, done.stderr
    assert done.stderr.count({"en": "left alone", "zh_CN": "跳过"}[lang]) == 3


@pytest.mark.parametrize("command", [*LISTS, "refresh"])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("~$north.xlsx", "a note that a program has a file open"),
        ("north.kesu-backup-20261101.xlsx", "a backup that kesu keeps"),
        ("report.xlsx", "a report that kesu made"),
        ("报告.html", "a report that kesu made"),
        (".~lock.north.xlsx#", "a note that a program has a file open"),
    ],
)
def test_where_nothing_is_left_it_is_said_and_wrong_usage(
    made: Path, command: str, name: str, said: str
) -> None:
    done = kesu(command, made / name, "--as-of", AS_OF)
    assert done.exit_code == 2
    assert f"{name}: {said}" in done.stderr
    assert "Nothing is left to read." in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("command", [("explain", "N1"), ("form", "N1", "-o", "f.xlsx")])
def test_commands_for_one_complaint_pass_them_over_too(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    done = kesu(command[0], made / "north.kesu-backup-20261101.xlsx", *command[1:], "--as-of", AS_OF)
    assert done.exit_code == 2
    assert "a backup that kesu keeps" in done.stderr
    folder = kesu(command[0], made, *command[1:], "--as-of", AS_OF)  # the one complaint of that number in it
    assert folder.exit_code == 0, folder.stderr


def test_a_register_whose_name_only_looks_alike_is_read(tmp_path: Path) -> None:
    path = register(tmp_path / "kesu-backup.xlsx", "A")
    other = register(tmp_path / "report 2026-10.xlsx", "B", "C")
    assert not is_report(other)
    assert not is_backup(path)
    assert complaints(path, other)[0] == 3


# ---- once ---------------------------------------------------------------------------------------------------


def test_one_file_under_several_names_counts_once(made: Path, tmp_path: Path) -> None:
    north = Path(shutil.copy(made / "north.xlsx", tmp_path / "north.xlsx"))
    (tmp_path / "soft link.xlsx").symlink_to(north)
    os.link(north, tmp_path / "hard link.xlsx")
    again = tmp_path / ".." / tmp_path.name / "north.xlsx"
    number, said = complaints(tmp_path / "hard link.xlsx", north, again, tmp_path / "soft link.xlsx")
    assert number == 2
    assert f"hard link.xlsx, {again}, soft link.xlsx: the same file as {north}, taken once." in said


def test_a_copy_of_the_same_content_counts_once_and_is_named(made: Path, tmp_path: Path) -> None:
    for name in ("north (1).xlsx", "north.xlsx"):
        shutil.copy(made / "north.xlsx", tmp_path / name)
    number, said = complaints(*sorted(tmp_path.iterdir()), made / "south.xlsx")
    assert number == 5
    assert own(said) == "north (1).xlsx: a copy of north.xlsx with the same content, counted once.\n"


def test_files_of_one_size_and_other_content_are_two(tmp_path: Path) -> None:
    rows = "Complaint no.,Kind,Tier,Received at,Channel\n{},Complaint,VIP,2026-10-05 09:00,Phone\n"
    for number in ("A1", "A2"):
        (tmp_path / f"{number}.csv").write_text(rows.format(number))
    assert complaints(tmp_path) == (2, "")


def test_refresh_writes_each_of_two_equal_workbooks(made: Path, tmp_path: Path) -> None:
    """Two branches that begin with the same empty workbook: nothing is counted, so nothing counts twice."""
    paths = [Path(shutil.copy(made / "north.xlsx", tmp_path / name)) for name in ("a.xlsx", "b.xlsx")]
    done = kesu("refresh", *paths, paths[0], "--as-of", AS_OF, "--dry-run")
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["a.xlsx", "b.xlsx"]
    assert own(told(done)) == "a.xlsx: the same file as a.xlsx, taken once.\n"


def test_many_names_are_told_as_a_number(tmp_path: Path) -> None:
    path = register(tmp_path / "r.xlsx", "A")
    copies = [Path(shutil.copy(path, tmp_path / f"copy {n}.xlsx")) for n in range(7)]
    (remark,) = sources([path, *copies]).remarks
    assert (
        remark.en
        == "copy 0.xlsx, copy 1.xlsx, copy 2.xlsx and 4 more: a copy of r.xlsx with the same content, counted once."
    )
    assert (
        remark.zh == "copy 0.xlsx、copy 1.xlsx、copy 2.xlsx 等 7 个文件：与 r.xlsx 内容完全相同，只算一次。"
    )


# ---- folders and patterns -----------------------------------------------------------------------------------


def test_a_folder_means_the_registers_in_it(made: Path) -> None:
    number, said = complaints(made)
    assert number == 5
    assert "notes.txt" not in said
    assert complaints(made, "--recursive")[0] == 6


def test_patterns_that_the_shell_left_are_expanded(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert complaints(made / "*.xlsx")[0] == 5
    assert complaints(made / "?orth.xlsx")[0] == 2
    monkeypatch.chdir(made)
    assert complaints("**/*.xlsx")[0] == 6
    assert [path.name for path in sources([Path("**/[w-z]*.xlsx")]).paths] == ["west.xlsx"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    register(tmp_path / "r[1].xlsx", "A", "B")
    register(tmp_path / "r1.xlsx", "C")
    assert complaints(tmp_path / "r[1].xlsx")[0] == 2


def test_the_order_is_that_given_and_by_name_within_a_folder(tmp_path: Path) -> None:
    for name in ("b.xlsx", "A.xlsx", "c.csv", "z.xlsx"):
        register(tmp_path / name, name)
    names = [path.name for path in sources([tmp_path / "z.xlsx", tmp_path]).paths]
    assert names == ["z.xlsx", "A.xlsx", "b.xlsx", "c.csv"]


def test_a_pattern_without_a_match_says_which_names_are_near(made: Path) -> None:
    alone = kesu("check", made / "nort*.xls", "--as-of", AS_OF)
    assert alone.exit_code == 2
    assert "nort*.xls: no workbook matches this pattern. Did you mean " in alone.stderr
    assert "north.xlsx" in alone.stderr
    number, said = complaints(made / "east*.xlsx", made / "south.xlsx", code=3)
    assert number == 3
    assert "east*.xlsx: no workbook matches this pattern." in said


def test_a_missing_register_says_which_names_are_near(made: Path) -> None:
    (made / "north.kesu-backup-20261001.xlsx").write_bytes((made / "north.xlsx").read_bytes())
    done = kesu("check", made / "nroth.xlsx", "--as-of", AS_OF)
    assert done.exit_code == 3
    assert done.stderr.startswith("nroth.xlsx: no such file. Did you mean north.xlsx")
    assert "backup" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_folder_without_workbooks_is_a_register_that_could_not_be_read(made: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    number, said = complaints(tmp_path / "empty", made / "south.xlsx", code=3)
    assert number == 3
    assert own(said).startswith("empty: no such file: a folder without workbooks in it.")
    assert "--recursive" in said


def test_collect_takes_the_forms_of_a_folder(made: Path, tmp_path: Path) -> None:
    into = Path(shutil.copy(made / "north.xlsx", tmp_path / "north.xlsx"))
    forms = tmp_path / "forms"
    forms.mkdir()
    shutil.copy(made / "~$north.xlsx", forms)
    (forms / "link.xlsx").symlink_to(into)
    blank = kesu("form", into, "-o", forms / "blank.xlsx", "--lang", "en")
    assert blank.exit_code == 0, blank.stderr
    done = kesu("collect", forms, "--into", into)
    assert "link.xlsx: the register itself, left alone." in done.stderr
    assert "~$north.xlsx: a note that a program has a file open" in done.stderr
    assert "blank.xlsx: nothing is filled in" in done.stderr
    assert done.exit_code == 1


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="needs a folder that may not be entered"
)
def test_a_folder_that_may_not_be_entered_is_said(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    for path in (closed, closed / "a.xlsx"):
        done = kesu("check", path)
        assert done.exit_code == 3
        assert "cannot be opened" in done.stderr


def test_a_name_no_system_allows_is_a_missing_file() -> None:
    done = kesu("check", "x" * 5000 + ".xlsx")
    assert done.exit_code == 3
    assert done.stderr.count("\n") == 1


def test_what_is_said_of_names_steers_no_terminal(tmp_path: Path) -> None:
    (tmp_path / "~$\x1b[31m\u202e.xlsx").write_bytes(b"x")
    done = kesu("check", tmp_path)
    assert done.exit_code == 2
    assert not [ch for ch in done.stderr if ch != "\n" and unicodedata.category(ch)[0] == "C"]
