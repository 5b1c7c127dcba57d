"""Which sheets hold tables, and where what was decided of them is remembered."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from kesu.jobs.importing import NOT_CHOSEN, Maps, find_tables, read_map, survey
from kesu.register.codes import CODE_LISTS
from kesu.register.mapping.model import MapError, TableMap
from kesu.register.mapping.table import HIDDEN
from kesu.register.raw import RawSheet
from kesu.words.text import Text
from kesu.workbook.reading.reader import ReadError

TABLE = pd.DataFrame(
    [["No.", "Received", "Verbatim"], *([f"K-{at}", f"2026-10-0{at} 09:00:00", f"it broke {at}"] for at in (1, 2, 3))], dtype="str"
)  # fmt: skip
NOTES = pd.DataFrame([["bring milk"]], dtype="str")


class Reader:
    """Two workbooks, and one that cannot be read."""

    def read(self, path: Path, *, every_sheet: bool) -> list[RawSheet]:
        assert every_sheet
        if path.name == "bad.xlsx":
            raise ReadError(Text("坏", "bad"))
        return [
            RawSheet("List", TABLE, hidden=path.name == "b.xlsx"),
            RawSheet("Notes", NOTES),
        ]


def found(*names: str, sheets: tuple[str, ...] = ()) -> tuple[Any, Any, list[str], list[Path]]:
    done: list[Path] = []
    reader: Any = Reader()
    tables, passed, errors = find_tables(reader, [Path(name) for name in names], sheets, done.append)
    return (
        [(one.file, one.sheet) for one in tables],
        [(one.file, one.sheet, one.reason.en) for one in passed],
        [one.en for one in errors],
        done,
    )


def test_every_sheet_is_looked_at() -> None:
    tables, passed, errors, done = found("a.xlsx", "bad.xlsx", "b.xlsx")
    assert tables == [("a.xlsx", "List")]
    assert [one[:2] for one in passed] == [("a.xlsx", "Notes"), ("b.xlsx", "List"), ("b.xlsx", "Notes")]
    assert passed[1][2] == HIDDEN.en
    assert (errors, done) == (["bad"], [Path("a.xlsx"), Path("b.xlsx")])


def test_a_hidden_sheet_is_read_where_it_is_asked_for() -> None:
    tables, passed, errors, _ = found("b.xlsx", sheets=("List", "Liste"))
    assert tables == [("b.xlsx", "List")]
    assert passed == [("b.xlsx", "Notes", NOT_CHOSEN.en)]
    assert errors == ["b.xlsx: no sheet is called “Liste”; there are: List, Notes."]


def test_a_mapping_is_remembered_by_its_headings(tmp_path: Path) -> None:
    maps = Maps(tmp_path / "maps")
    assert maps.find("abc") is None
    assert maps.keep("abc", b'[columns]\n"Received" = "received_at"\n') is None
    assert maps.path("abc") == tmp_path / "maps" / "abc.toml"
    kept = maps.find("abc")
    assert kept is not None
    assert kept.columns == {"Received": "received_at"}
    assert maps.find("abcd") is None
    (tmp_path / "file").write_bytes(b"")
    said = Maps(tmp_path / "file").keep("abc", b"")
    assert said is not None
    assert said.en.startswith("The mapping could not be remembered: ")


@pytest.mark.parametrize(
    ("system", "given", "where"),
    [
        ("linux", {"XDG_CONFIG_HOME": "/c", "APPDATA": "/a"}, "/c/kesu/maps"), ("win32", {"XDG_CONFIG_HOME": "/c", "APPDATA": "/a"}, "/a/kesu/maps"),
        ("linux", {}, "/home/me/.config/kesu/maps"),
    ],
)  # fmt: skip
def test_where_a_users_mappings_are(
    monkeypatch: pytest.MonkeyPatch, system: str, given: dict[str, str], where: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    for name in ("XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(Path, "home", lambda: Path("/home/me"))
    assert Maps.of_user().folder == Path(where)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[columns", "map.toml: "),
        (b"\xff\xfe\x00", "map.toml: cannot be read ("),
        (None, "map.toml: cannot be read ("),
    ],
)
def test_a_mapping_that_cannot_be_used_is_named(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "map.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MapError) as error:
        read_map(path)
    assert error.value.text.en.startswith(said)


def test_what_was_answered_goes_before_what_is_given_and_remembered(tmp_path: Path) -> None:
    reader: Any = Reader()
    tables, passed, _ = find_tables(reader, [Path("a.xlsx")])
    print_ = tables[0].fingerprint
    maps = Maps(tmp_path)
    maps.keep(print_, b'[columns]\n"Verbatim" = "lessons"\n')

    def verbatim(**more: Any) -> str:
        seen = survey(tables, passed, CODE_LISTS, "CN", **more)
        assert [one.sheet for one in seen.passed] == ["Notes"]
        return seen.plans[0].mapping.columns["Verbatim"]

    given = TableMap(columns={"verbatim": "details"})
    answered = {print_: TableMap(columns={"Verbatim": "solution"})}
    assert verbatim() == "verbatim"
    assert verbatim(maps=maps) == "lessons"
    assert verbatim(maps=maps, given=given) == "details"
    assert verbatim(maps=maps, given=given, answers=answered) == "solution"
    assert verbatim(maps=SimpleNamespace(find=lambda _: None), answers={"other": given}) == "verbatim"
    with pytest.raises(MapError, match=r"none of the headings in this mapping stands on “List”"):
        verbatim(given=TableMap(columns={"Mood": "own"}))
