"""Registers named by URL, in every command that reads; copies of them, which nobody is to find later."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kesu.cli import main
from kesu.jobs.urls import folder, sweep
from kesu.workbook.atomic import lock

HEAD = "complaint_id,received_at,kind,channel,status,customer_name,verbatim"
ROW = "T-1,2026-10-08 09:00,complaint,phone,open,Anna Lovelace,broken"
READERS = {
    "check": (),
    "deadlines": (),
    "kpis": (),
    "followups": (),
    "find": ("T-1",),
    "doubles": (),
    "explain": ("T-1",),
}


def kesu(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], env={"LC_ALL": "en_US.UTF-8"})


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    path = tmp_path / "r.csv"
    path.write_text(f"{HEAD}\n{ROW}\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("command", READERS)
def test_commands_that_read_take_urls(book: Path, command: str) -> None:
    words = (*READERS[command], "--as-of", "2026-10-12T10:00", "--lang", "en")
    here, there = kesu(command, book, *words), kesu(command, book.as_uri(), *words)
    assert there.exit_code == here.exit_code, there.output
    assert there.stdout == here.stdout
    assert there.exit_code in {0, 1}
    assert not list((book.parent / "tmp").iterdir())
    gone = kesu(command, book.as_uri().replace("r.csv", "s.csv"), *words)
    assert gone.exit_code == 3
    assert "s.csv cannot be fetched" in gone.stderr


def test_what_is_at_a_url_is_converted(book: Path, tmp_path: Path) -> None:
    out = tmp_path / "all.parquet"
    assert kesu("convert", book.as_uri(), "-o", out, "--as-of", "2026-10-12T10:00").exit_code == 0
    again = kesu("kpis", out.as_uri(), "--as-of", "2026-10-12T10:00")  # with the files beside it
    assert again.exit_code == 0, again.output
    assert not list((tmp_path / "tmp").iterdir())


@pytest.mark.parametrize(
    "words",
    [
        ("merge", "{url}", "-o", "m.xlsx"), ("refresh", "{url}"), ("upgrade", "{url}"), ("form", "{url}", "T-1", "-o", "f.xlsx"),
        ("collect", "{url}", "--into", "r.csv"), ("import", "{url}", "-o", "i.xlsx"), ("survey", "{url}", "-o", "s.csv"),
    ],
)  # fmt: skip
def test_commands_that_need_the_file_say_so(book: Path, words: tuple[str, ...]) -> None:
    done = kesu(*(word.format(url=book.as_uri()) for word in words))
    assert done.exit_code == 2
    assert "URLs are only read; this command needs the file here" in done.stderr


def test_a_decision_is_kept_in_no_copy(book: Path) -> None:
    done = kesu("doubles", book.as_uri(), "--decide", "T-1", "T-2", "same", "--by", "me")
    assert done.exit_code == 2
    assert "may be no URL" in done.stderr


def test_copies_are_told_apart(book: Path, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    other = tmp_path / "old" / "r.csv"
    other.write_bytes(book.read_bytes())
    link = tmp_path / "old" / "again.csv"
    os.link(book, link)
    done = kesu("kpis", book, book.as_uri(), "--as-of", "2026-10-12T10:00")
    assert f"{book.as_uri()}: a copy of {book} with the same content" in done.stderr
    done = kesu("kpis", book, other, "--as-of", "2026-10-12T10:00")
    assert f"{other}: a copy of {book} with the same content" in done.stderr
    done = kesu("kpis", book, link, "--as-of", "2026-10-12T10:00")
    assert "again.csv: the same file as r.csv, taken once" in done.stderr  # their names tell them apart


def test_copies_of_a_killed_run_go_with_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    made = {}
    for name in ("killed", "at-work", "unlocked"):
        made[name] = tmp_path / f"kesu-fetched-{name}"
        made[name].mkdir()
        (made[name] / "r.csv").write_text("13800138000", encoding="utf-8")
        if name != "unlocked":
            (made[name] / ".lock").touch()
    (tmp_path / "kesu-fetched-link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / ".lock").touch()
    with (made["at-work"] / ".lock").open("rb") as held:
        lock(held.fileno())
        with folder() as mine:
            assert mine.parent == tmp_path
            sweep()
            left = {path.name for path in tmp_path.iterdir()}
    assert left == {
        "kesu-fetched-at-work",
        "kesu-fetched-unlocked",
        "kesu-fetched-link",
        "elsewhere",
        mine.name,
    }
    assert (tmp_path / "elsewhere" / ".lock").exists()
    assert not mine.exists()


def test_a_lock_goes_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is killed while he cleans up leaves what the next one knows for a leftover."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / "kesu-fetched-killed"
    (left / "there").mkdir(parents=True)
    (left / ".lock").touch()
    gone = []
    remove = shutil.rmtree

    def told(path: Path) -> None:
        gone.append((path, (left / ".lock").exists()))
        remove(path)

    monkeypatch.setattr(shutil, "rmtree", told)
    sweep()
    assert gone == [(left / "there", True), (left, True)]
    assert not left.exists()
