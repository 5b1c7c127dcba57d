"""The old workbook or the new one, whole, whatever fails and whenever the process dies."""

from __future__ import annotations

import builtins
import datetime as dt
import errno
import fcntl
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kesu.workbook.patch import Patch, PatchRefused, is_backup
from tests.depth import turns
from tests.workbook.patch.conftest import Look

CALLS = (
    (
        os,
        ("open", "write", "fsync", "close", "replace", "rename", "link", "unlink", "stat", "fstat", "access"),
    ),
    (os, ("utime", "chmod", "chown", "listxattr")),
    (fcntl, ("flock",)),
    (io, ("open",)),
)


class Faults:
    """Makes the n-th system call of a commit fail; counts them all."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, fail_at: int, error: int) -> None:
        self.count, self.failed = 0, ""
        for module, names in CALLS:
            for name in names:
                real = getattr(module, name)

                def fake(*args: Any, _real: Any = real, _name: str = name, **kwargs: Any) -> Any:
                    self.count += 1
                    if self.count == fail_at:
                        self.failed = _name
                        if _name == "close":  # a close that fails has closed all the same
                            _real(*args, **kwargs)
                        raise OSError(error, os.strerror(error))
                    return _real(*args, **kwargs)

                monkeypatch.setattr(module, name, fake)
                if module is io:
                    monkeypatch.setattr(builtins, name, fake)


def change(path: Path, value: float = 0.75) -> Patch:
    plan = Patch.open(path)
    plan.write_block("KPIs", "B3", [[value]])
    return plan


def litter(folder: Path) -> list[str]:
    return [name for name in os.listdir(folder) if name.startswith(".")]  # noqa: PTH208


def test_only_the_changed_part_differs_and_the_old_workbook_is_kept(
    book: Path, look: Look, as_of: dt.date
) -> None:
    book.chmod(0o640)
    old, packed = book.read_bytes(), look.packed(book)
    result = change(book).commit(as_of=as_of)
    after = look.packed(book)
    assert {name for name in packed if packed[name] != after[name]} == {"xl/worksheets/sheet1.xml"}
    assert list(after) == list(packed)
    assert look.values(book, "KPIs")["B3"] == 0.75
    assert result.parts_changed == ("xl/worksheets/sheet1.xml",)
    assert result.backup is not None
    assert result.backup.name == "register.kesu-backup-20250314.xlsx"
    assert result.backup.read_bytes() == old
    assert is_backup(result.backup)
    assert not is_backup(book)
    assert book.stat().st_mode & 0o777 == 0o640
    assert litter(book.parent) == []


def test_one_backup_stays_the_newest_and_other_files_are_not_touched(book: Path, as_of: dt.date) -> None:
    others = [
        book.with_name("register.kesu-backup-mine.xlsx"),
        book.with_name("register2.kesu-backup-20250101.xlsx"),
    ]
    for other in others:
        other.write_bytes(b"mine")
    change(book, 0.1).commit(as_of=as_of)
    second = book.read_bytes()
    result = change(book, 0.2).commit(as_of=as_of.replace(day=20))
    assert result.backup is not None
    assert result.backup.read_bytes() == second
    third = book.read_bytes()
    again = change(book, 0.3).commit(as_of=as_of.replace(day=20))
    assert again.backup is not None
    assert again.backup.read_bytes() == third
    assert sorted(path.name for path in book.parent.iterdir()) == [
        "register.kesu-backup-20250320.xlsx", "register.kesu-backup-mine.xlsx", "register.xlsx",
        "register2.kesu-backup-20250101.xlsx",
    ]  # fmt: skip


def test_dry_run_and_no_change_write_nothing(book: Path, as_of: dt.date) -> None:
    seen = book.read_bytes(), book.stat()
    assert change(book).commit(as_of=as_of, dry_run=True).parts_changed == ("xl/worksheets/sheet1.xml",)
    assert Patch.open(book).commit(as_of=as_of).parts_changed == ()
    assert (book.read_bytes(), book.stat()) == seen
    assert os.listdir(book.parent) == [book.name]  # noqa: PTH208


def test_a_link_to_the_workbook_stays_a_link(book: Path, look: Look, as_of: dt.date) -> None:
    real = book.rename(book.with_name("real.xlsx"))
    book.symlink_to(real.name)
    change(book).commit(as_of=as_of, backup=False)
    assert book.is_symlink()
    assert look.values(real, "KPIs")["B3"] == 0.75


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EACCES])
def test_any_failing_system_call_leaves_the_old_or_the_new_workbook(
    book: Path, as_of: dt.date, error: int
) -> None:
    old = book.read_bytes()
    for fail_at in range(1, 200):
        book.write_bytes(old)
        for other in book.parent.iterdir():
            if other != book:
                other.unlink()
        plan = change(book)
        with pytest.MonkeyPatch.context() as monkeypatch:
            faults = Faults(monkeypatch, fail_at, error)
            try:
                done = bool(plan.commit(as_of=as_of).parts_changed)
            except PatchRefused:
                done = False
        assert value_of(book) == (0.75 if done else 0), faults.failed
        assert done or book.read_bytes() == old
        backups = [path for path in book.parent.iterdir() if is_backup(path)]
        assert all(path.read_bytes() == old for path in backups)
        assert len(backups) <= done
        if not faults.failed:
            assert fail_at > 30
            assert backups
            assert litter(book.parent) == []
            break
        change(book, 0.5).commit(as_of=as_of)
        assert value_of(book) == 0.5
        assert litter(book.parent) == []
    else:
        pytest.fail("never ran through")


def value_of(path: Path) -> float:
    """B3 of the first sheet, once every part of the file has been read without a CRC error."""
    with zipfile.ZipFile(path) as container:
        assert container.testzip() is None
        sheet = container.read("xl/worksheets/sheet1.xml").decode()
    return float(sheet.split('<c r="B3"')[1].split("<v>")[1].split("</v>")[0])


DIE = """
import datetime, json, os, pathlib, sys, fcntl, io, builtins, zipfile
from kesu.workbook.patch import Patch, is_backup

path = pathlib.Path(sys.argv[1])
old = path.read_bytes()
NAMES = "open write fsync close replace rename link unlink stat fstat access utime chmod listxattr".split()
PLACES = [(os, name) for name in NAMES] + [(fcntl, "flock"), (io, "open")]

def die_at(n, afterwards):
    count = 0
    def wrap(real):
        def fake(*args, **kwargs):
            nonlocal count
            count += 1
            if count == n and not afterwards:
                os._exit(9)
            try:
                return real(*args, **kwargs)
            finally:
                if count == n:
                    os._exit(9)
        return fake
    for module, name in PLACES:
        setattr(module, name, wrap(getattr(module, name)))

def refresh(value, n=0, afterwards=False):
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    plan = Patch.open(path)
    plan.write_block("KPIs", "B3", [[value]])
    if n:
        die_at(n, afterwards)
    plan.commit(as_of=datetime.date(2025, 3, 14))
    os._exit(0)

seen = []
for n in range(1, 200):
    for afterwards in (False, True):
        for other in path.parent.iterdir():
            other.unlink()
        path.write_bytes(old)
        died = refresh(0.75, n, afterwards) != 0
        whole = zipfile.ZipFile(path).testzip() is None
        is_old = path.read_bytes() == old
        kept = any(p.read_bytes() == old for p in path.parent.iterdir() if is_backup(p))
        after = refresh(0.5)
        left = [p.name for p in path.parent.iterdir() if p.name.startswith(".")]
        seen.append([died, whole, is_old, kept, after, left])
    if not died:
        break
print(json.dumps(seen))
"""


def run(script: str, *args: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, *map(str, args)],
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.mark.slow
def test_dying_at_any_system_call_leaves_the_old_or_the_new_workbook_and_no_litter_after_the_next_run(
    book: Path,
) -> None:
    seen = json.loads(run(DIE, book).stdout)
    assert sum(died for died, *_ in seen) > 60
    assert not seen[-1][0]
    for died, whole, is_old, kept, after, left in seen:
        assert whole
        assert is_old or kept  # the new workbook never stands without the old one being kept
        assert died or not is_old
        assert (after, left) == (0, [])


FULL_DISK = """
import datetime, pathlib, resource, signal, sys
from kesu.workbook.patch import Patch, PatchRefused
plan = Patch.open(pathlib.Path(sys.argv[1]))
plan.write_block("KPIs", "B3", [[0.75]])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    plan.commit(as_of=datetime.date(2025, 3, 14))
except PatchRefused as refusal:
    print(refusal)
"""


@pytest.mark.parametrize("size", [0, 100, 5000])
def test_no_room_on_disk_leaves_the_old_workbook_and_no_litter(book: Path, size: int) -> None:
    old = book.read_bytes()
    said = run(FULL_DISK, book, size).stdout
    assert "could not be written (the file would be too large); the workbook is as it was" in said
    assert book.read_bytes() == old
    assert os.listdir(book.parent) == [book.name]  # noqa: PTH208


@pytest.fixture
def held(book: Path) -> Iterator[None]:
    """Another kesu is at work on the workbook."""
    fd = os.open(book.with_name(f".{book.name}.kesu-lock"), os.O_RDWR | os.O_CREAT)
    fcntl.flock(fd, fcntl.LOCK_EX)
    yield
    os.close(fd)


@pytest.mark.usefixtures("held")
def test_a_second_refresh_says_that_another_is_at_work(book: Path, as_of: dt.date) -> None:
    old = book.read_bytes()
    with pytest.raises(PatchRefused, match="another kesu is writing"):
        change(book).commit(as_of=as_of, force=True)
    assert book.read_bytes() == old


RACE = """
import datetime, os, pathlib, sys
from kesu.workbook.patch import Patch, PatchRefused
path = pathlib.Path(sys.argv[1])
for turn in range(25):
    (start, go), (ready, tell) = os.pipe(), os.pipe()
    children = []
    for value in range(3):
        if child := os.fork():
            children.append(child)
            continue
        plan = Patch.open(path)
        plan.write_block("KPIs", "B3", [[turn + 1 + value / 8]])
        os.close(go)
        os.write(tell, b"1")
        os.read(start, 1)
        try:
            plan.commit(as_of=datetime.date(2025, 3, 14), backup=False)
        except PatchRefused as refusal:
            os._exit(1 if "another kesu" in str(refusal) or "meanwhile" in str(refusal) else 2)
        os._exit(0)
    seen = 0
    while seen < 3:
        seen += len(os.read(ready, 3))
    for end in (start, go, ready, tell):
        os.close(end)
    print(*sorted(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children))
"""


@pytest.mark.slow
def test_of_refreshes_at_once_one_wins_and_the_others_say_so(book: Path) -> None:
    assert run(RACE, book).stdout.split("\n") == ["0 1 1"] * 25 + [""]
    assert value_of(book) >= 25
    assert litter(book.parent) == []


FOREVER = """
import datetime, pathlib, sys
from kesu.workbook.patch import Patch
print("ready", flush=True)
value = 0
while True:
    value += 1
    plan = Patch.open(pathlib.Path(sys.argv[1]))
    plan.write_block("KPIs", "B3", [[value]])
    plan.commit(as_of=datetime.date(2025, 3, 14))
"""


@pytest.mark.slow
def test_kill_9_at_random_points_never_breaks_the_workbook(book: Path, as_of: dt.date) -> None:
    chance = random.Random(14)  # noqa: S311
    for _ in range(turns(20, 100)):
        with subprocess.Popen([sys.executable, "-c", FOREVER, str(book)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0, 0.08))
            process.send_signal(signal.SIGKILL)
        assert value_of(book) >= 0
    change(book, 0.5).commit(as_of=as_of)
    assert litter(book.parent) == []
    assert value_of(book) == 0.5


SMALL_CHANGE = """
import datetime, pathlib, resource, sys
from kesu.workbook.patch import Patch
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
plan = Patch.open(pathlib.Path(sys.argv[1]))
plan.write_block("KPIs", "B3", [[0.75]])
plan.commit(as_of=datetime.date(2025, 3, 14))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.slow
def test_a_large_sheet_beside_the_patched_one_is_never_unpacked(book: Path) -> None:
    with zipfile.ZipFile(book) as container:
        parts = {info.filename: container.read(info) for info in container.infolist()}
    large = parts["xl/worksheets/sheet3.xml"]
    parts["xl/worksheets/sheet3.xml"] = large.replace(b"</sheetData>", b" " * 150_000_000 + b"</sheetData>")
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as container:
        for name, data in parts.items():
            container.writestr(name, data)
    assert int(run(SMALL_CHANGE, book).stdout) < 30_000  # kilobytes
    assert value_of(book) == 0.75
