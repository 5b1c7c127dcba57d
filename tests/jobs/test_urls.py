"""Registers that lie elsewhere: what a name means, what may be told of it, and what is said where nothing comes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kesu.jobs.urls import NOTHING, UrlError, expanded, fetched, is_url, path_of, shown

fsspec = pytest.importorskip("fsspec")


@pytest.fixture
def memory() -> Iterator[None]:
    files = fsspec.filesystem("memory")
    for name in ("b.xlsx", "a.XLSX", "notes.txt", "deep/c.csv"):
        files.pipe_file(f"/kesu-test/{name}", name.encode())
    yield
    files.rm("/kesu-test", recursive=True)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://ann:secret@host:8/a/b.xlsx?key=1#top", "https://host:8/a/b.xlsx"),
        ("HTTP://host/a?x=http://y/z", "HTTP://host/a"),
        ("https://host/a#b?c", "https://host/a"),
        ("s3://bucket/what?.xlsx", "s3://bucket/what?.xlsx"),
        ("ftp://me@host", "ftp://host"),
        ("memory://a/b@c.xlsx", "memory://a/b@c.xlsx"),
    ],
)
def test_neither_passwords_nor_keys_are_told(url: str, told: str) -> None:
    assert shown(url) == told


@pytest.mark.parametrize(
    ("name", "elsewhere"),
    [
        ("s3://b/x.xlsx", True), ("simplecache::s3://b/x.xlsx", True), ("zip::simplecache::http://h/x", True),
        (r"C:\a\b.xlsx", False), ("c://x", False), ("a/b.xlsx", False), ("/a://b", False), ("1s3://b", False),
        ("a::b::c::d::e::f://x", False),
    ],
)  # fmt: skip
def test_a_name_is_one_elsewhere(name: str, *, elsewhere: bool) -> None:
    assert is_url(name) == elsewhere


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("memory://kesu-test/*", ["a.XLSX", "b.xlsx"]),
        ("memory://kesu-test", ["a.XLSX", "b.xlsx"]),
        ("memory://kesu-test/?.xlsx", ["b.xlsx"]),
        ("memory://kesu-test/[bc].xlsx", ["b.xlsx"]),
        ("memory://kesu-test/**/*.csv", ["deep/c.csv"]),
        ("memory://kesu-test/b.xlsx", ["b.xlsx"]),
    ],
)
@pytest.mark.usefixtures("memory")
def test_folders_and_patterns_are_the_workbooks_in_them(url: str, found: list[str]) -> None:
    assert [name.partition("kesu-test/")[2] for name in expanded(url)] == found
    assert all(name.startswith("memory://") for name in expanded(url))


def test_one_that_is_no_pattern_is_not_asked_for() -> None:
    assert expanded("memory://kesu-none/x.xlsx") == ["memory://kesu-none/x.xlsx"]


@pytest.mark.usefixtures("memory")
def test_nothing_there_is_said() -> None:
    with pytest.raises(UrlError) as error:
        expanded("memory://me:word@kesu-test/*.ods")
    assert error.value.text == NOTHING.fill(url="memory://kesu-test/*.ods")


@pytest.mark.usefixtures("memory")
def test_a_copy_bears_its_own_name(tmp_path: Path) -> None:
    file = fetched("memory://kesu-test/b.xlsx", tmp_path)
    assert (file, file.read_bytes()) == (tmp_path / "b.xlsx", b"b.xlsx")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("memory://kesu-none/x.xlsx", "memory://kesu-none/x.xlsx cannot be fetched (FileNotFoundError: "),
        ("memory://me:word@kesu-none/x.xlsx", "memory://kesu-none/x.xlsx cannot be fetched (FileNotFoundError)."),
        ("nosuch://kesu/x.xlsx", "To read nosuch://kesu/x.xlsx more libraries are needed: pip install 'kesu[cluster]' (ValueError: "),
        ("nosuch://me:word@kesu/x.xlsx", "(ValueError)."),
    ],
)  # fmt: skip
def test_a_failure_is_told_without_what_nobody_may_know(url: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(UrlError) as error:
        fetched(url, tmp_path)
    assert said in error.value.text.en
    assert "word" not in error.value.text.en


def test_a_pattern_that_cannot_be_listed_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> list[str]:
        raise OSError("x" * 300 + "\nsecond line")

    files = fsspec.filesystem("memory")
    monkeypatch.setattr(type(files), "glob", broken)
    with pytest.raises(UrlError) as error:
        expanded("memory://kesu-test/*")
    assert f"(OSError: {'x' * 191})" in error.value.text.en  # 200 characters of the first line


def test_a_register_is_called_as_if_its_folders_were_here() -> None:
    assert path_of("s3://me@bucket/2026/north.xlsx") == Path("/bucket/2026/north.xlsx")
    assert path_of("https://host/a\\b//c.xlsx?key=1") == Path("/host/a/b/c.xlsx")
