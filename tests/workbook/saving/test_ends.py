"""However a run ends: killed, interrupted, without room, without anybody who listens."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from kesu.workbook.own import is_report
from kesu.workbook.seal import is_ours
from tests.depth import turns

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals and devices")
KESU = [sys.executable, "-m", "kesu.cli"]
PLAIN = {key: value for key, value in os.environ.items() if not key.startswith("LC_")} | {"LANG": "C.UTF-8"}


def start(*words: str | Path, cwd: Path, **more: object) -> subprocess.Popen[str]:
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
        [*KESU, *map(str, words)],
        cwd=cwd, env=PLAIN, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_interrupted_in_the_first_moments_it_ends_quietly(
    tmp_path: Path, made: dict[str, Path], number: signal.Signals, code: int
) -> None:
    """While click, then pandas are imported, and while the child that reads is being started."""
    for after in (0.0, 0.05, 0.2):
        with start("report", made["register"], "-o", "r.html", cwd=tmp_path, process_group=0) as run:
            while not handled(run.pid, number):
                time.sleep(0.002)
            time.sleep(after)
            os.killpg(run.pid, number)  # as a terminal does, the whole group
            out, err = run.communicate(timeout=60)
        assert (run.returncode, out, err) == (code, "", "")
        assert list(tmp_path.iterdir()) == []


def handled(pid: int, number: signal.Signals) -> bool:
    """Whether the process has got as far as kesu's own first line."""
    with contextlib.suppress(OSError):
        status = Path(f"/proc/{pid}/status").read_text()
        caught = int(status.split("SigCgt:")[1].split()[0], 16)
        return bool(caught >> (signal.SIGTERM - 1) & 1) and bool(caught >> (number - 1) & 1)
    return True


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device")
def test_a_standard_output_without_room_is_one_line(tmp_path: Path) -> None:
    for words in (["rules"], ["--help"], ["profiles", "--format", "json"]):
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [*KESU, *words],
                cwd=tmp_path,
                env=PLAIN,
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert "the disk is full" in done.stderr


def test_whoever_stops_listening_hears_no_complaint(tmp_path: Path) -> None:
    receive, send = os.pipe()
    os.close(receive)
    with os.fdopen(send, "w") as pipe:
        done = subprocess.run(
            [*KESU, "rules"],
            cwd=tmp_path,
            env=PLAIN,
            stdout=pipe,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (2, "")


def test_a_closed_standard_output_is_told_and_takes_no_file(tmp_path: Path) -> None:
    def run(words: str) -> subprocess.CompletedProcess[str]:
        line = f"exec {sys.executable} -m kesu.cli {words} >&-"
        return subprocess.run(
            ["sh", "-c", line], cwd=tmp_path, env=PLAIN, capture_output=True, text=True, check=False
        )

    done = run("rules")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert run("rules -o list.txt").returncode == 0
    assert is_ours(tmp_path / "list.txt")


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """A disk with so many kilobytes of room."""
    place = tmp_path / "tiny"
    place.mkdir()

    def mounted(kilobytes: int) -> Path:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(place)],
            capture_output=True, check=False,
        )  # fmt: skip
        if done.returncode:
            pytest.skip("only root may mount")
        return place

    yield mounted
    subprocess.run(["umount", str(place)], capture_output=True, check=False)


@pytest.mark.parametrize("kilobytes", [4, 16])
def test_a_full_disk_leaves_nothing_half_and_can_be_mended(
    tiny: Callable[[int], Path], made: dict[str, Path], run: Callable[..., object], kilobytes: int
) -> None:
    disk = tiny(kilobytes)
    old = disk / "old.txt"
    for words in (
        ("new", disk / "new.xlsx"),
        ("report", made["register"], "-o", disk / "r.html"),
        ("addin", "build", disk / "K.oxt"),
    ):
        done = run(*words)
        assert done.exit_code == 2, words  # type: ignore[attr-defined]
        assert "the disk is full" in done.stderr  # type: ignore[attr-defined]
        assert done.stderr.count("\n") == 1  # type: ignore[attr-defined]
        assert list(disk.iterdir()) == []
    old.write_bytes(b"mine")
    assert run("rules", "-o", old, "--force").exit_code in {0, 2}  # type: ignore[attr-defined]
    assert b"mine" in {path.read_bytes() for path in disk.iterdir()}


WRITE_AND_DIE = """
import os, pathlib, random, sys
from kesu.workbook import save as saving
from kesu.workbook.save import Rules, save
import datetime
out, turns = pathlib.Path(sys.argv[1]), int(sys.argv[2])
chance = random.Random(7)
CALLS = "open write fsync close replace rename link unlink stat fstat lstat chmod utime listxattr readlink".split()
died = 0
for turn in range(turns):
    child = os.fork()
    if not child:
        left = chance.randrange(turn % 3, 45)
        for _ in range(turn):
            chance.random()
        def wrap(real):
            def fake(*args, **more):
                global left
                left -= 1
                if left == 0:
                    os._exit(9)
                if left == 1 and real is os_write and len(args) > 1:
                    real(args[0], args[1][: len(args[1]) // 2])
                    os._exit(9)
                return real(*args, **more)
            return fake
        os_write = os.write
        for name in CALLS:
            setattr(os, name, wrap(getattr(os, name)))
        content = b"PK" + b"%d" % turn * 200000 if out.suffix == ".xlsx" else b"%d\\n" % turn * 200000
        save(out, content, Rules(datetime.date(2026, 11, 20), again=out.suffix != ".xlsx", force=True))
        os._exit(0)
    died += os.waitpid(child, 0)[1] != 0
    chance.random()
    if out.exists():
        data = out.read_bytes()
        whole = len(data) >= 200000 and (data.startswith(b"PK") or saving.is_ours(out))
        assert whole, (turn, len(data))
save(out, b"last\\n", Rules(datetime.date(2026, 11, 20), force=True))
assert not [path for path in out.parent.iterdir() if path.name.startswith(".")], list(out.parent.iterdir())
print(died)
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["list.txt", "book.xlsx"])
def test_dying_at_any_moment_of_writing_leaves_the_old_file_or_the_new(tmp_path: Path, name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WRITE_AND_DIE, str(tmp_path / name), "100"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert 30 < int(done.stdout) < 100


@pytest.mark.slow
def test_kill_9_of_commands_leaves_whole_files_and_the_next_run_mends_all(
    tmp_path: Path, made: dict[str, Path]
) -> None:
    shutil.copy(made["register"], tmp_path / "register.xlsx")
    chance = random.Random(3)  # noqa: S311
    for words in (["new", "n.xlsx"], ["report", "register.xlsx", "-o", "r.xlsx"], ["rules", "-o", "r.txt"]):
        for _ in range(turns(2, 6)):
            with start(*words, cwd=tmp_path) as run:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    run.wait(chance.uniform(0.2, 1.6))
                run.kill()
        out = tmp_path / words[-1]
        if out.exists() and out.suffix == ".xlsx":
            assert zipfile.ZipFile(out).testzip() is None
            out.unlink()
        with start(*words, cwd=tmp_path) as run:
            assert run.wait(120) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"register.xlsx", "n.xlsx", "r.xlsx", "r.txt"}
    assert all(sheet.max_row for sheet in openpyxl.load_workbook(tmp_path / "n.xlsx"))
    assert is_report(tmp_path / "r.xlsx")
