"""The commands as scripts and people use them: exit codes, streams, filters, languages, odd input."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from kesu.cli import main
from tests.twelve_rows import AS_OF, write_chinese

Kesu = Callable[..., subprocess.CompletedProcess[str]]
LISTS = ("check", "deadlines", "kpis", "followups")
HEADER = (
    "投诉编号",
    "类别",
    "客户等级",
    "受理时间",
    "投诉渠道",
    "状态",
    "责任人",
    "客户姓名",
    "客户原话",
    "投诉类型",
)
OCTOBER = {"C04", "C05", "C06", "C07", "C09", "C10", "C11"}


def kesu_here(*words: str | Path, **env: str) -> Result:
    """A command in this process; an exception other than the exit is a traceback to the user, so it fails here."""
    plain: dict[str, str | None] = {"LC_ALL": None, "LC_MESSAGES": None, "LANG": "en_US.UTF-8"}
    result = CliRunner().invoke(main, [str(word) for word in words], env=plain | env)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def answer(*words: str | Path) -> Any:
    """Standard output as JSON."""
    return json.loads(kesu_here(*words, "--format", "json", "--as-of", AS_OF).stdout)


def small(path: Path, *rows: tuple[Any, ...], settings: dict[str, Any] | None = None) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "投诉登记"
    for row in (HEADER, *rows):
        sheet.append(row)
    if settings:
        more = book.create_sheet("设置")
        for row in (("设置项", "值"), *settings.items()):
            more.append(row)
    book.save(path)
    return path


CASE = ("P1", "表扬", "VIP", dt.datetime(2026, 10, 8, 9), "电话", "新建", "王芳", "张三", "谢谢你们", "其他")


@pytest.fixture(scope="module")
def twelve(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "twelve.xlsx"
    write_chinese(path)
    return path


# ---- exit codes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fail_on", "code"), [(None, 1), ("error", 1), ("warning", 1), ("info", 1), ("never", 0)]
)
def test_findings_at_or_above_fail_on_exit_with_1(twelve: Path, fail_on: str | None, code: int) -> None:
    words = ["--fail-on", fail_on] if fail_on else []
    assert kesu_here("check", twelve, "--as-of", AS_OF, *words).exit_code == code


def test_findings_below_fail_on_exit_with_0(tmp_path: Path) -> None:
    path = small(tmp_path / "r.xlsx", CASE)  # columns of the form are missing, and that is all
    assert {line["severity"] for line in answer("check", path)} == {"warning"}
    codes = [
        kesu_here("check", path, "--as-of", AS_OF, "--fail-on", level).exit_code
        for level in ("error", "warning", "info")
    ]
    assert codes == [0, 1, 1]


WRONG: list[tuple[str, ...]] = [
    ("check",),
    ("chekc", "r.xlsx"),
    ("check", "r.xlsx", "--fail-on", "sometimes"),
    ("deadlines", "r.xlsx", "--period", "October"),
    ("deadlines", "r.xlsx", "--period", "2026-11..2026-10"),
    ("deadlines", "r.xlsx", "--as-of", "yesterday"),
    ("deadlines", "r.xlsx", "--as-of", "2026-02-30"),
    ("deadlines", "r.xlsx", "--format", "yaml"),
    ("deadlines", "r.xlsx", "--lang", "fr"),
    ("kpis", "r.xlsx", "--by", "colour"),
    ("followups", "r.xlsx", "--nonsense"),
    ("report", "r.xlsx"),
    ("report", "r.xlsx", "-o", "report.docx"),
    ("new",),
    ("new", "register.txt"),
]


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_wrong_usage_exits_with_2_and_says_why(words: tuple[str, ...]) -> None:
    result = kesu_here(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Error" in result.stderr


def unreadable(folder: Path) -> dict[str, Path]:
    """Paths that hold no register, by what is wrong with them."""
    import zipfile

    made = {name: folder / f"{name}.xlsx" for name in ("missing", "folder", "empty", "noise", "zip", "sales")}
    made["folder"].mkdir()
    made["empty"].write_bytes(b"")
    made["noise"].write_bytes(bytes(range(256)) * 9)
    with zipfile.ZipFile(made["zip"], "w") as archive:
        archive.writestr("a.txt", "a")
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(("月份", "金额"))
    book.save(made["sales"])
    return made


@pytest.mark.parametrize("wrong", ["missing", "folder", "empty", "noise", "zip", "sales"])
def test_a_register_that_cannot_be_read_is_one_line_and_exit_code_3(tmp_path: Path, wrong: str) -> None:
    path = unreadable(tmp_path)[wrong]
    result = kesu_here("deadlines", path, "--as-of", AS_OF)
    assert result.exit_code == 3
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith(f"{wrong}.xlsx: ")


@pytest.mark.parametrize("command", LISTS)
def test_the_others_are_worked_on_when_one_cannot_be_read(tmp_path: Path, twelve: Path, command: str) -> None:
    broken = unreadable(tmp_path)["zip"]
    last = small(tmp_path / "last.xlsx", CASE)
    result = kesu_here(command, twelve, broken, last, "--format", "json", "--as-of", AS_OF)
    assert result.exit_code == 3
    lines = json.loads(result.stdout)
    assert "zip.xlsx" in result.stderr
    if command == "kpis":
        (praise,) = (line for line in lines if line["kpi"] == "praise" and line["group_by"] is None)
        assert praise["value"] == 2
    else:
        assert {line["register"] for line in lines} <= {"twelve.xlsx", "last.xlsx"}
        assert "twelve.xlsx" in {line["register"] for line in lines}
    if command == "deadlines":
        assert {line["register"] for line in lines} == {"twelve.xlsx", "last.xlsx"}


# ---- streams, files, formats --------------------------------------------------------------------------------


@pytest.mark.parametrize("command", LISTS)
def test_an_empty_register_is_an_answer(tmp_path: Path, command: str) -> None:
    path = small(tmp_path / "r.xlsx")
    result = kesu_here(command, path, "--format", "json", "--as-of", AS_OF, "--period", "2026-10")
    assert result.exit_code in (0, 1)
    lines = json.loads(result.stdout)
    if command == "kpis":
        shares = [line for line in lines if line["unit"] == "share"]
        assert shares
        assert all(line["value"] is None and line["met"] is None for line in shares)
        assert all(line["value"] == 0 for line in lines if line["unit"] == "count")
    elif command != "check":
        assert lines == []
    assert kesu_here(command, path, "--as-of", AS_OF).exit_code in (0, 1)  # as text


@pytest.mark.parametrize("command", LISTS)
def test_output_goes_to_a_file_instead(tmp_path: Path, twelve: Path, command: str) -> None:
    out = tmp_path / "结果.json"
    words = (command, twelve, "--format", "json", "--as-of", AS_OF)
    shown = kesu_here(*words).stdout
    result = kesu_here(*words, "-o", out)
    assert result.stdout == ""
    assert "结果.json" in result.stderr
    assert json.loads(out.read_text("utf-8")) == json.loads(shown)
    assert out.read_text("utf-8").rstrip() == shown.rstrip()
    assert [path.name for path in tmp_path.iterdir()] == ["结果.json"]


@pytest.mark.parametrize("command", LISTS)
def test_text_is_not_written_under_the_name_of_a_workbook(tmp_path: Path, twelve: Path, command: str) -> None:
    done = kesu_here(command, twelve, "-o", tmp_path / "October.XLSX")
    assert done.exit_code == 2
    assert "no program opens as “.xlsx”; use .txt" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [("deadlines", "-o"), ("rules", "-o"), ("new",)], ids=" ".join)
def test_a_folder_that_does_not_exist_is_wrong_usage(
    tmp_path: Path, twelve: Path, words: tuple[str, ...]
) -> None:
    registers = [twelve] if words[0] == "deadlines" else []
    result = kesu_here(words[0], *registers, *words[1:], tmp_path / "no" / "such.xlsx")
    assert result.exit_code == 2


@pytest.mark.parametrize("command", LISTS)
def test_text_is_for_reading(twelve: Path, command: str) -> None:
    result = kesu_here(command, twelve, "--as-of", AS_OF, "--lang", "en")
    assert "Traceback" not in result.stderr
    needed = {
        "check": "twelve.xlsx ▸ 投诉登记 row ",
        "deadlines": "overdue",
        "kpis": "✘ missed",
        "followups": "Settle demands",
    }
    assert needed[command] in result.stdout


def test_a_kpi_without_data_is_a_dash(tmp_path: Path) -> None:
    result = kesu_here(
        "kpis", small(tmp_path / "r.xlsx", CASE), "--as-of", AS_OF, "--by", "none", "--lang", "en"
    )
    (line,) = (line for line in result.stdout.splitlines() if line.startswith("Satisfaction rate"))
    assert "–" in line
    assert "0.0%" not in line


NASTY = "\x9b31m红\u202e反\u200b"


@pytest.mark.parametrize("command", LISTS)
def test_no_cell_can_steer_the_terminal(tmp_path: Path, command: str) -> None:
    rows = [
        (f"N{NASTY}", "投诉", f"V{NASTY}", dt.datetime(2026, 10, 8, 9), f"电{NASTY}", "处理中", f"王{NASTY}")
    ]
    path = small(tmp_path / "r.xlsx", *rows)
    result = kesu_here(command, path, "--as-of", AS_OF)
    assert result.stdout
    shown = (result.stdout + result.stderr).replace("\n", "")
    assert not {letter for letter in shown if unicodedata.category(letter).startswith("C")}


def test_no_file_name_can_steer_the_terminal(tmp_path: Path) -> None:
    result = kesu_here("check", tmp_path / "a\x1b[31m.xlsx")
    assert result.exit_code == 3
    assert "\x1b" not in result.stderr


# ---- filters ------------------------------------------------------------------------------------------------


def test_period_keeps_what_was_received_in_it(twelve: Path) -> None:
    deadlines = answer("deadlines", twelve, "--period", "2026-10")
    assert {line["complaint_id"] for line in deadlines} == OCTOBER
    assert len(deadlines) == 4 * len(OCTOBER)


def test_period_keeps_its_follow_ups(twelve: Path) -> None:
    found = {line["complaint_id"] for line in answer("followups", twelve, "--period", "2026-10")}
    assert found == {"C04", "C05", "C06", "C07", "C09"}


def test_period_keeps_its_findings(twelve: Path) -> None:
    all_of_it = answer("check", twelve)
    october = answer("check", twelve, "--period", "2026-10")
    rows = {line["row"] for line in october if line["sheet"] == "投诉登记" and line["row"] > 1}
    assert rows
    assert rows <= {5, 6, 7, 8, 10, 11, 12}
    assert len(october) < len(all_of_it)


def test_period_counts_what_was_received_in_it(twelve: Path) -> None:
    lines = {line["kpi"]: line for line in answer("kpis", twelve, "--period", "2026-10", "--by", "none")}
    assert lines["complaints"]["value"] == 5
    assert lines["backlog_open"]["value"] == 4  # C08 too, whenever received
    assert lines["complaints_per_million"]["value"] == pytest.approx(
        5 / (2_000_000 * 12 / 31) * 1e6
    )  # twelve days of October
    assert {line["period"] for line in lines.values()} == {"2026-10"}


def test_kpis_by_the_groups_asked_for(twelve: Path) -> None:
    assert {line["group_by"] for line in answer("kpis", twelve, "--by", "tier", "--by", "month")} == {
        None,
        "tier",
        "month",
    }
    assert {line["group_by"] for line in answer("kpis", twelve, "--by", "none")} == {None}


def test_follow_ups_of_one_person(twelve: Path) -> None:
    lines = answer("followups", twelve, "--owner", "孙丽")
    assert [(line["complaint_id"], line["kind"]) for line in lines] == [
        ("C12", "call_again"),
        ("C04", "call_back"),
        ("C03", "call_back"),
    ]
    assert answer("followups", twelve, "--owner", "无此人") == []


def test_a_date_alone_is_its_last_second(twelve: Path) -> None:
    late = kesu_here("deadlines", twelve, "--format", "json", "--as-of", "2026-10-12").stdout
    assert late == kesu_here("deadlines", twelve, "--format", "json", "--as-of", "2026-10-12T23:59:59").stdout


def test_results_are_in_the_registers_language_unless_asked_otherwise(twelve: Path) -> None:
    def first(*words: str) -> str:
        return str(answer("followups", twelve, *words)[1]["what"])

    assert first() == "严重且已逾期，尚未升级"
    assert first("--lang", "en") == "Severe and overdue, not escalated yet"
    chinese, english = (answer("check", twelve, "--lang", lang) for lang in ("zh", "en"))
    assert [line["rule"] for line in chinese] == [line["rule"] for line in english]
    assert all(any("一" <= letter <= "鿿" for letter in line["message"]) for line in chinese)
    assert all(one["message"] != other["message"] for one, other in zip(chinese, english, strict=True))


# ---- new and report -----------------------------------------------------------------------------------------


def test_new_never_writes_over_a_file(tmp_path: Path) -> None:
    path = tmp_path / "登记.xlsx"
    path.write_bytes(b"work of a year")
    result = kesu_here("new", path, LANG="zh_CN.UTF-8")
    assert result.exit_code == 2
    assert "不覆盖" in result.stderr
    assert path.read_bytes() == b"work of a year"


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_new_register_is_read_by_every_command(tmp_path: Path, lang: str) -> None:
    path = tmp_path / "register.xlsx"
    assert kesu_here("new", path, "--lang", lang).exit_code == 0
    assert all(sheet.max_row for sheet in openpyxl.load_workbook(path))
    for command in ("check", "deadlines", "followups"):
        result = kesu_here(command, path, "--format", "json", "--as-of", AS_OF)
        assert (result.exit_code, json.loads(result.stdout)) == (0, []), command


def test_one_report_in_two_formats_without_names(tmp_path: Path, twelve: Path) -> None:
    page, book = tmp_path / "r.html", tmp_path / "r.xlsx"
    result = kesu_here("report", twelve, "-o", page, "-o", book, "--as-of", AS_OF, "--period", "2026-10")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "r.html" in result.stderr
    assert "r.xlsx" in result.stderr
    words = page.read_text("utf-8")
    assert "C06" in words
    assert "客户C06" not in words  # customers' names are masked
    cells = [
        cell
        for sheet in openpyxl.load_workbook(book)
        for row in sheet.iter_rows(values_only=True)
        for cell in row
    ]
    assert "C06" in cells
    assert "客户C06" not in cells


# ---- as processes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "words"),
    [("zh_CN.UTF-8", "检查登记表"), ("en_US.UTF-8", "Check registers"), ("C", "Check registers")],
)
def test_help_is_in_the_language_of_the_locale(kesu_process: Kesu, locale: str, words: str) -> None:
    done = kesu_process("check", "--help", env={"LC_ALL": locale})
    assert done.returncode == 0
    assert words in done.stdout
    assert "--fail-on" in done.stdout


def test_lang_rules_the_help_too(kesu_process: Kesu) -> None:
    assert "检查登记表" in kesu_process("check", "--lang", "zh", "--help", env={"LC_ALL": "C"}).stdout


@pytest.mark.slow
def test_time_zone_and_locale_change_nothing(kesu_process: Kesu, twelve: Path) -> None:
    words = ("check", twelve, "--format", "json", "--as-of", AS_OF, "--lang", "zh")
    environments = (
        {"TZ": "Asia/Shanghai", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"},
        {"TZ": "America/New_York", "LC_ALL": "zh_CN.UTF-8"},
    )
    first, second = (kesu_process(*words, env=env) for env in environments)
    assert "Traceback" not in first.stderr + second.stderr
    assert first.stdout == second.stdout
    assert json.loads(first.stdout)
