"""Registers converted without personal data: nobody is named, and nothing counted, due or open comes out otherwise."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest

from kesu.jobs.convert import contents, tables
from kesu.jobs.figures import findings_of, kpi_table
from kesu.jobs.load import Loaded, load_all
from kesu.jobs.stacks import shared
from kesu.register.columns import DECLARED
from kesu.rules.checks import CHECKS
from tests.jobs.kept.books import NOW, converted, faulty, mixed
from tests.jobs.kept.test_round_trip import kesu
from tests.twelve_rows import AS_OF, write_chinese, write_english

WORDS = {info.id for info in CHECKS if info.words}
WHERE = ["register", "sheet", "row", "column", "rule"]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Loaded], list[Loaded]]:
    """The registers as read, and as they come back."""
    folder = tmp_path_factory.mktemp("books")
    books = mixed(folder)
    before = converted(books, folder / "all.parquet", unmasked=False)
    return before, load_all([folder / "all.parquet"], NOW)


def assessments(loaded: list[Loaded]):  # type: ignore[no-untyped-def]
    return [one.assessment for one in loaded if one.assessment]


def test_no_cell_with_personal_data_is_in_the_file(tmp_path: Path) -> None:
    faulty(tmp_path / "r.xlsx")
    [loaded] = load_all([tmp_path / "r.xlsx"], NOW)
    assert loaded.assessment
    names = {
        cell
        for name, sheet in loaded.assessment.register.sheets.items()
        for column in DECLARED[name]
        if column.personal
        for cell in sheet.data[column.key].dropna()
        if len(cell) > 1
    }
    assert len(names) > 30
    for content in contents(tables([loaded], unmasked=False)).values():
        cells = set(map(str, pd.read_parquet(io.BytesIO(content)).astype(object).to_numpy().ravel()))
        assert not [name for name in names if any(name in cell for cell in cells)]
        assert b"13812345678" not in content
        assert not any("13812345678" in cell for cell in cells)  # typed where a time belongs


def test_figures_are_the_same(both: tuple[list[Loaded], list[Loaded]]) -> None:
    before, after = (kpi_table(assessments(one), None, NOW) for one in both)
    assert before["kpi"].eq("repeat_rate").any()
    old, new = (table[table["group_by"].ne("owner")].reset_index(drop=True) for table in (before, after))
    pd.testing.assert_frame_equal(new, old)


def test_only_what_goes_by_words_is_not_found(both: tuple[list[Loaded], list[Loaded]]) -> None:
    before, after = (findings_of(assessments(one), listed=10_000) for one in both)
    old, new = ({tuple(line) for line in found[WHERE].to_numpy().tolist()} for found in (before, after))
    assert new <= old
    assert {line[-1] for line in old - new} <= WORDS
    assert len(new) > 300


def test_complaints_that_are_one_are_known_as_such(both: tuple[list[Loaded], list[Loaded]]) -> None:
    before, after = (shared(assessments(one)) for one in both)
    assert before == after
    assert len(before) == 4  # the same in several registers, versions, numbers for others, copies


def test_that_is_said_once(both: tuple[list[Loaded], list[Loaded]]) -> None:
    said = [note for one in both[1] for note in one.notes if "without personal data" in note.en]
    assert [note.en[:12] for note in said] == ["all.parquet:"]


def test_a_workbook_beside_it_counts_no_complaint_twice(tmp_path: Path) -> None:
    write_chinese(tmp_path / "r.xlsx")
    converted([tmp_path / "r.xlsx"], tmp_path / "all.parquet", unmasked=False)
    found = load_all([tmp_path / "r.xlsx", tmp_path / "all.parquet"], NOW)
    assert sum(one.rows.counted.sum() for one in assessments(found)) == 12


def test_numbers_and_times_alone_make_no_complaint_the_same(tmp_path: Path) -> None:
    """Two branches that number from 1 and write down days only: in one file as in two."""
    head = "投诉编号,受理时间,类别,客户姓名,联系方式,客户原话,投诉渠道"
    for name, who in {"a": "张三,13800138000,坏了", "b": "李四,13900139000,慢了"}.items():
        (tmp_path / f"{name}.csv").write_text(f"{head}\n1,2026-10-08,投诉,{who},电话\n", encoding="utf-8")
    converted([tmp_path / "a.csv", tmp_path / "b.csv"], tmp_path / "two.parquet", unmasked=False)
    converted([tmp_path / "a.csv"], tmp_path / "one.parquet", unmasked=False)
    two = assessments(load_all([tmp_path / "two.parquet"], NOW))
    assert [one.rows.counted.sum() for one in two] == [1, 1]
    three = assessments(load_all([tmp_path / "two.parquet", tmp_path / "one.parquet"], NOW))
    assert sum(one.rows.counted.sum() for one in three) == 2


def test_customers_are_the_same_within_a_file_only(tmp_path: Path) -> None:
    write_chinese(tmp_path / "r.xlsx")
    write_english(tmp_path / "s.xlsx")
    for name in ("r", "s"):
        converted([tmp_path / f"{name}.xlsx"], tmp_path / f"{name}.parquet", unmasked=False)
    one, two = (
        set(read.register.complaints.data["customer_account"].dropna())
        for read in assessments(load_all([tmp_path / "r.parquet", tmp_path / "s.parquet"], NOW))
    )
    assert one
    assert two
    assert not (one & two) - {"***"}


def test_a_number_is_nobody_to_be_found(tmp_path: Path) -> None:
    write_chinese(tmp_path / "r.xlsx")
    converted([tmp_path / "r.xlsx"], tmp_path / "r.parquet", unmasked=False)
    [read] = assessments(load_all([tmp_path / "r.parquet"], NOW))
    account = read.register.complaints.data["customer_account"].dropna().iloc[0]
    assert account.startswith("***")
    done, said = kesu("find", tmp_path / "r.parquet", account.strip("*"), "--as-of", AS_OF)
    assert done == 2
    assert "0 complaints found" not in said


def test_a_name_that_cannot_be_found_is_not_said_to_be_nobodys(tmp_path: Path) -> None:
    write_english(tmp_path / "r.xlsx")
    converted([tmp_path / "r.xlsx"], tmp_path / "r.parquet", unmasked=False)
    [loaded] = load_all([tmp_path / "r.xlsx"], NOW)
    assert loaded.assessment
    name = loaded.assessment.register.complaints.data["customer_name"].dropna().iloc[0]
    done, said = kesu("find", tmp_path / "r.parquet", name, "--as-of", AS_OF)
    assert done == 2
    assert "r.parquet: names, contacts, accounts, staff and words of 12 complaints were masked" in said
    assert "complaints found" not in said
    done, said = kesu("find", tmp_path / "r.parquet", tmp_path / "r.xlsx", name, "--as-of", AS_OF)
    assert done == 0  # the workbook tells
    assert "of 12 complaints were masked" in said
    done, said = kesu("find", tmp_path / "r.parquet", "C06", "--as-of", AS_OF)
    assert done == 0
    assert "1 complaint found" in said
    assert "of 12 complaints were masked" in said


def test_nobody_owns_what_is_masked(both: tuple[list[Loaded], list[Loaded]]) -> None:
    before, after = (kpi_table(assessments(one), None, NOW, ("owner",)) for one in both)
    assert before["group_by"].eq("owner").any()
    assert not after["group_by"].eq("owner").any()


def test_what_was_withheld_is_shown_as_asterisks_and_cached_nowhere(tmp_path: Path) -> None:
    write_english(tmp_path / "r.xlsx")
    converted([tmp_path / "r.xlsx"], tmp_path / "r.parquet", unmasked=False)
    out = tmp_path / "f.json"
    words = ("--as-of", AS_OF, "--cache", tmp_path / "cache", "--format", "json", "-o", out)
    done, said = kesu("followups", tmp_path / "r.parquet", *words)
    assert done == 0
    found = pd.read_json(out)
    assert set(found["customer"].dropna()) == set(found["owner"].dropna()) == {"***"}
    assert "r.parquet: written without personal data" in said
    assert "Cache" not in said
    assert not list((tmp_path / "cache").iterdir())


@pytest.mark.parametrize(
    "words",
    [
        ("doubles",),
        ("followups", "--drafts", "drafts"),
        ("followups", "--owner", "Bob"),
        ("followups", "--calendar", "drafts"),
        ("kpis", "--by", "owner"),
        ("convert", "--unmasked", "-o", "x.parquet"),
    ],
)
def test_what_goes_by_names_and_words_refuses_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    write_english(tmp_path / "r.xlsx")
    converted([tmp_path / "r.xlsx"], tmp_path / "r.parquet", unmasked=False)
    monkeypatch.chdir(tmp_path)
    done, said = kesu(*words, "r.parquet", "--as-of", AS_OF)
    assert done == 2
    assert "r.parquet: written without personal data" in said
    assert not (tmp_path / "drafts").exists()
    assert not (tmp_path / "x.parquet").exists()


def test_asterisks_are_no_contact_and_no_promise(tmp_path: Path) -> None:
    head = "投诉编号,受理时间,类别,客户姓名,联系方式,客户原话,投诉渠道,承诺"
    (tmp_path / "a.csv").write_text(
        f"{head}\n1,2026-10-08 09:00,投诉,张三,13800138000,坏了,电话,无\n", encoding="utf-8"
    )
    converted([tmp_path / "a.csv"], tmp_path / "a.parquet", unmasked=False)
    [one] = assessments(load_all([tmp_path / "a.parquet"], NOW))
    assert not {"contact_invalid", "promise_without_item"} & set(one.findings["rule"])


def test_the_file_before_is_not_named_in_the_next(tmp_path: Path) -> None:
    write_english(tmp_path / "r.xlsx")
    converted([tmp_path / "r.xlsx"], tmp_path / "1.parquet", unmasked=False)
    converted([tmp_path / "1.parquet"], tmp_path / "2.parquet", unmasked=False)
    [found] = load_all([tmp_path / "2.parquet"], NOW)
    assert [note.en[:10] for note in found.notes if "without personal" in note.en] == ["2.parquet:"]


def test_items_that_nobody_had_noted_yet_are_there_and_count_for_nothing(tmp_path: Path) -> None:
    write_english(tmp_path / "r.xlsx")
    then = NOW.replace(month=9, day=30)
    loaded = load_all([tmp_path / "r.xlsx"], then, now=NOW)
    items = tables(loaded, unmasked=True).frames["items"]
    assert len(items) == 29
    late = items["noted_at"].gt(pd.Timestamp(then)).to_numpy(bool)
    assert late.any()
    assert not items["counted"][late].any()
    done = items["done_at"].le(pd.Timestamp(then)).to_numpy(bool) & ~late & items["counted"].to_numpy(bool)
    assert done.any()
    assert items["settled"][done].all()
