"""Registers that went through Parquet: the same to the last cell, remark and byte of the results."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from kesu.cli import main
from kesu.jobs.load import load_all
from kesu.workbook.own import beside
from tests.jobs.kept.books import NOW, converted, mixed
from tests.twelve_rows import AS_OF, write_chinese, write_english

RESULTS = {
    "check": ("--format", "json"),
    "deadlines": ("--format", "json"),
    "kpis": ("--format", "json"),
    "followups": ("--format", "json", "--all"),
    "doubles": ("--format", "json"),
    "report": (),
}


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return mixed(tmp_path_factory.mktemp("books"))


def kesu(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(main, [str(word) for word in words], env={"LC_ALL": "en_US.UTF-8"})
    return done.exit_code, done.stderr


def test_registers_come_back_as_they_were(books: list[Path], tmp_path: Path) -> None:
    before = converted(books, tmp_path / "all.parquet")
    after = load_all([tmp_path / "all.parquet"], NOW)
    assert [one.name for one in after] == [
        "a.xlsx", "b-1904.xlsx", "c-faults.xlsx", "d-plain.xlsx", "e-two.xlsx#东", "e-two.xlsx#西", "f.xlsx", "g.csv",
    ]  # fmt: skip
    for old, new in zip(before, after, strict=True):
        assert old.assessment
        assert new.assessment
        one, two = old.assessment.register, new.assessment.register
        assert (two.name, two.lang, two.settings, new.notes) == (one.name, one.lang, one.settings, old.notes)
        for sheet, other in zip(one.sheets.values(), two.sheets.values(), strict=True):
            pd.testing.assert_frame_equal(other.data, sheet.data)
            pd.testing.assert_frame_equal(other.problems, sheet.problems)
            assert (other.title, other.heading, [*other.columns.items()]) == (
                sheet.title,
                sheet.heading,
                [*sheet.columns.items()],
            )


def test_cells_that_could_not_be_understood_are_found_where_they_stood(
    books: list[Path], tmp_path: Path
) -> None:
    converted(books, tmp_path / "all.parquet")
    out = tmp_path / "found.json"
    assert kesu("check", tmp_path / "all.parquet", "--as-of", AS_OF, "--format", "json", "-o", out)[0] == 1
    found = pd.read_json(out)
    mine = found[found["register"].eq("c-faults.xlsx") & found["sheet"].eq("投诉登记")]
    cells = set(zip(mine["row"], mine["column"], mine["value"], strict=True))
    assert {(3, "received_at", "昨天 13812345678"), (5, "customer_tier", "钻石"), (6, "compensation_paid", "1,234")} <= cells  # fmt: skip
    assert {(4, "received_at", "#REF!"), (12, "verbatim", "#N/A"), (10, "kind", "怪")} <= cells


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_results_are_the_same_to_the_byte(books: list[Path], tmp_path: Path, lang: str) -> None:
    converted(books, tmp_path / "all.parquet")
    for command, words in RESULTS.items():
        made = []
        for name, given in {"books": books, "parquet": [tmp_path / "all.parquet"]}.items():
            out = tmp_path / f"{name}-{command}{'.html' if command == 'report' else '.json'}"
            code, said = kesu(command, *given, *words, "--lang", lang, "--as-of", AS_OF, "-o", out)
            made.append((code, said.replace(str(out), ""), out.read_bytes()))
        assert made[0] == made[1], command
        assert len(made[0][2]) > 2, command


def test_what_is_looked_at_later_is_not_what_was_worked_out_then(tmp_path: Path) -> None:
    write_chinese(tmp_path / "r.xlsx")
    converted([tmp_path / "r.xlsx"], tmp_path / "r.parquet")
    later = NOW.replace(month=12)
    [book], [kept] = (load_all([tmp_path / name], later) for name in ("r.xlsx", "r.parquet"))
    assert book.assessment
    assert kept.assessment
    pd.testing.assert_frame_equal(
        kept.assessment.deadline_table(every_cycle=True), book.assessment.deadline_table(every_cycle=True)
    )


def test_a_name_that_is_taken_comes_after_that_of_the_file(tmp_path: Path) -> None:
    write_english(tmp_path / "r.xlsx")
    converted([tmp_path / "r.xlsx"], tmp_path / "all.parquet")
    found = load_all([tmp_path / "r.xlsx", tmp_path / "all.parquet"], NOW)
    assert [one.name for one in found] == ["r.xlsx", "all.parquet#r.xlsx"]
    counted = [one.assessment.rows.counted.sum() for one in found if one.assessment]
    assert sorted(counted) == [0, 12]


def test_it_is_converted_again_as_it_was(tmp_path: Path) -> None:
    write_english(tmp_path / "r.xlsx")
    for unmasked in (True, False):
        converted([tmp_path / "r.xlsx"], tmp_path / "1.parquet", unmasked=unmasked)
        converted([tmp_path / "1.parquet"], tmp_path / "2.parquet", unmasked=unmasked)
        for one in (tmp_path / "1.parquet", beside(tmp_path / "1.parquet", "items")):
            first, again = (
                pd.read_parquet(path) for path in (one, one.with_name(one.name.replace("1", "2")))
            )
            pd.testing.assert_frame_equal(again, first)


def test_a_folder_gives_its_parquet_once_without_the_files_beside_it(tmp_path: Path) -> None:
    write_english(tmp_path / "r.xlsx")
    (tmp_path / "in").mkdir()
    converted([tmp_path / "r.xlsx"], tmp_path / "in" / "all.parquet")
    out = tmp_path / "k.json"
    code, said = kesu(
        "kpis",
        tmp_path / "in",
        tmp_path / "in" / "all.parquet",
        "--as-of",
        AS_OF,
        "--format",
        "json",
        "-o",
        out,
    )
    assert code == 0
    assert "all.items.parquet: written by kesu convert beside" in said
    kpis = pd.read_json(out).set_index("kpi")["value"]
    assert set(kpis["rows_read"]) == {12}


def test_converting_into_the_folder_that_is_read_can_be_repeated(tmp_path: Path) -> None:
    write_english(tmp_path / "r.xlsx")
    for _ in range(2):
        code, said = kesu("convert", tmp_path, "-o", tmp_path / "all.parquet", "--as-of", AS_OF)
        assert code == 0, said
        assert "all.parquet: 12 rows" in said


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("refresh", "all.parquet"), 3),
        (("upgrade", "all.parquet"), 3),
        (("merge", "all.parquet", "-o", "m.xlsx"), 3),
        (("merge", "r.xlsx", "all.parquet", "-o", "m.xlsx"), 3),
        (("merge", "r.xlsx", "--base", "all.parquet", "-o", "m.xlsx"), 3),
        (("upgrade", "r.xlsx", "all.parquet"), 3),
        (("collect", "all.parquet", "--into", "r.xlsx"), 3),
        (("merge", ".", "-o", "m.xlsx"), 0),  # a folder that holds the workbook, too
        (("collect", "r.xlsx", "--into", "all.parquet"), 3),
        (("form", "all.parquet", "C06", "-o", "f.xlsx"), 2),
        (("import", "r.xlsx", "--into", "all.parquet"), 3),
        (("survey", "all.parquet", "-o", "s.csv"), 3),
        (("doubles", "all.parquet", "--decide", "C01", "C02", "same", "--by", "me"), 3),
    ],
)
def test_commands_that_need_the_workbook_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: int
) -> None:
    write_english(tmp_path / "r.xlsx")
    converted([tmp_path / "r.xlsx"], tmp_path / "all.parquet")
    before = (tmp_path / "all.parquet").read_bytes()
    monkeypatch.chdir(tmp_path)
    done, said = kesu(*words)
    assert done == code
    assert "all.parquet: Parquet, which " in said
    assert "this command needs" in said
    assert (tmp_path / "all.parquet").read_bytes() == before
    assert (tmp_path / "m.xlsx").exists() == ("." in words)


@pytest.mark.parametrize("unmasked", [True, False])
def test_a_register_without_rows_stays_one(tmp_path: Path, unmasked: bool) -> None:
    head = "complaint_id,received_at,kind,channel,status\n"
    (tmp_path / "e.csv").write_text(head, encoding="utf-8")
    converted([tmp_path / "e.csv"], tmp_path / "e.parquet", unmasked=unmasked)
    [found] = load_all([tmp_path / "e.parquet"], NOW)
    assert found.assessment
    assert len(found.assessment.register.complaints.data) == 0
    assert len(found.assessment.findings) > 0  # columns that are required
