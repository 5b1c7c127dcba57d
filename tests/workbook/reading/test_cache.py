"""What was read before is taken from the cache; nothing in it is trusted that somebody else may have put there."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from kesu.cli import main
from kesu.register.raw import RawSheet
from kesu.workbook.reading import reader as reading
from kesu.workbook.reading.cache import Cache, CacheError
from kesu.workbook.reading.reader import Reader
from tests.twelve_rows import write_english

LARGEST = 1 << 30


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "branch.xlsx"
    write_english(path)
    return path


@pytest.fixture
def book(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path / "branch.xlsx"))


def read(path: Path, folder: Path, *, every_sheet: bool = False) -> tuple[list[RawSheet], Cache]:
    cache = Cache(folder, LARGEST)
    with Reader(cache=cache) as reader:
        reader.ask(path, every_sheet=every_sheet)
        return reader.read(path, every_sheet=every_sheet), cache


def counts(cache: Cache) -> tuple[int, int, int]:
    return cache.used, cache.made, cache.ignored


def same(one: list[RawSheet], other: list[RawSheet]) -> bool:
    for left, right in zip(one, other, strict=True):
        pd.testing.assert_frame_equal(left.cells, right.cells)
    told = (
        "title",
        "first_row",
        "iso_texts",
        "all_text",
        "uncached",
        "iso_cells",
        "aside",
        "date1904",
        "hidden",
    )
    return all(getattr(a, key) == getattr(b, key) for a, b in zip(one, other, strict=True) for key in told)


def entry(folder: Path) -> Path:
    [found] = folder.iterdir()
    return found


def test_what_was_read_is_not_opened_again(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "kept" / "here"
    first, cache = read(book, folder)
    assert counts(cache) == (0, 1, 0)
    monkeypatch.setattr(Reader, "_send", lambda *_, **__: pytest.fail("the child was asked"))
    again, cache = read(book, folder)
    assert counts(cache) == (1, 0, 0)
    assert same(first, again)
    other = Path(shutil.move(book, tmp_path / "renamed.xlsx"))
    assert counts(read(other, folder)[1]) == (1, 0, 0)


def test_only_the_user_himself_can_read_it(book: Path, tmp_path: Path) -> None:
    read(book, tmp_path / "kept")
    assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o700
    assert stat.S_IMODE(entry(tmp_path / "kept").stat().st_mode) == 0o600


def test_a_changed_register_or_another_way_of_reading_is_read_anew(book: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    read(book, folder)
    assert counts(read(book, folder, every_sheet=True)[1]) == (0, 1, 0)
    with book.open("ab") as file:
        file.write(b"\0")
    assert counts(read(book, folder)[1]) == (0, 1, 0)
    assert len(list(folder.iterdir())) == 3


def test_a_file_that_changes_while_it_is_read_is_not_kept(book: Path, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "kept", LARGEST)
    with Reader(cache=cache) as reader:
        reader.ask(book)
        with book.open("ab") as file:
            file.write(b"\0")
        reader.read(book)
    assert counts(cache) == (0, 0, 0)
    assert not list((tmp_path / "kept").iterdir())


def damaged(place: Path) -> None:
    data = bytearray(place.read_bytes())
    data[len(data) // 2] ^= 1
    place.write_bytes(data)


def cut(place: Path) -> None:
    place.write_bytes(place.read_bytes()[:-9])


def for_all(place: Path) -> None:
    place.chmod(0o644)


def link(place: Path) -> None:
    target = place.rename(place.parent.parent / "elsewhere")
    place.symlink_to(target)


def folder(place: Path) -> None:
    place.unlink()
    place.mkdir()


def of_another(place: Path) -> None:
    """An entry that is whole, but was made from another file."""
    data = place.read_bytes()
    place.write_bytes(data.replace(b"kesu cells 1\n", b"kesu cells 2\n"))


@pytest.mark.parametrize("harm", [damaged, cut, for_all, link, of_another])
def test_what_cannot_be_trusted_is_ignored_and_made_anew(
    harm: Callable[[Path], None], book: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    first, _ = read(book, kept)
    harm(entry(kept))
    again, cache = read(book, kept)
    assert counts(cache) == (0, 1, 1)
    assert same(first, again)
    assert "1 entry in the cache damaged" in cache.said()[1].en
    assert counts(read(book, kept)[1]) == (1, 0, 0)


def test_a_folder_in_its_place_stops_nothing(book: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    first, _ = read(book, kept)
    folder(entry(kept))
    again, cache = read(book, kept)
    assert counts(cache) == (0, 1, 1)
    assert same(first, again)


def test_an_entry_under_another_name_is_none(book: Path, tmp_path: Path) -> None:
    """Content of one register must not pass for that of another."""
    kept = tmp_path / "kept"
    read(book, kept)
    one = entry(kept)
    with book.open("ab") as file:
        file.write(b"\0")
    read(book, kept)
    [two] = [place for place in kept.iterdir() if place != one]
    shutil.copy(one, two)
    two.chmod(0o600)
    assert counts(read(book, kept)[1]) == (0, 1, 1)


@pytest.mark.parametrize(
    ("answer", "streams"),
    [
        ({"sizes": [1], "sheets": ["a"]}, b"1"),
        ({"sizes": [2], "sheets": ["a"]}, b"1"),
        ({"refused": ["a", "b"]}, b""),
        ([], b""),
    ],
)
def test_an_answer_that_is_none_of_ours_is_an_error(answer: dict[str, object], streams: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        reading.sheets_of(answer, streams)


def test_what_a_password_protects_is_not_kept(book: Path, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "kept", LARGEST)
    with Reader(cache=cache) as reader:
        reader._known[book] = "secret"
        reader.read(book)
    assert not list((tmp_path / "kept").iterdir())


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
def test_a_folder_to_which_others_can_write_is_none(book: Path, tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    with pytest.raises(CacheError) as caught:
        Cache(tmp_path / "open", LARGEST)
    assert "others can write to it" in str(caught.value)
    with pytest.raises(CacheError):
        Cache(book / "below", LARGEST)


def kesu(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], env={"LC_ALL": "en_US.UTF-8"})


def test_results_are_the_same_and_it_is_said(book: Path, tmp_path: Path) -> None:
    plain, *cached = (
        kesu("followups", book, "--as-of", "2026-10-31", "--format", "json", *more)
        for more in ((), ("--cache", tmp_path / "kept"), ("--cache", tmp_path / "kept"))
    )
    assert plain.stdout == cached[0].stdout == cached[1].stdout
    assert "0 unchanged and taken from it, 1 read anew" in cached[0].stderr
    assert "1 unchanged and taken from it, 0 read anew" in cached[1].stderr


def test_a_folder_that_may_be_none_is_wrong_usage(book: Path, tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    done = kesu("check", book, "--cache", tmp_path / "open")
    assert done.exit_code == 2
    assert "Name a folder to which you alone can write" in done.stderr
