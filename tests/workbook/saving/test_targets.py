"""Every command that makes a file, against every kind of thing that may stand where it is to write."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import os
import re
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import xlsxwriter

from kesu.workbook import save as saving
from kesu.workbook.own import is_backup
from kesu.workbook.save import NotWrittenError, Rules, check, save
from kesu.workbook.seal import is_ours, sealed
from tests.workbook.saving.write_values import DAY, Run

AS_OF = ("--as-of", "2026-11-20")
AGAIN: dict[str, tuple[str, ...]] = {
    "check": ("check", "register.xlsx", *AS_OF, "-o"),
    "check json": ("check", "register.xlsx", *AS_OF, "--format", "json", "-o"),
    "deadlines": ("deadlines", "register.xlsx", *AS_OF, "-o"),
    "explain": ("explain", "register.xlsx", "C-1", *AS_OF, "-o"),
    "explain json": ("explain", "register.xlsx", "C-1", *AS_OF, "--format", "json", "-o"),
    "kpis": ("kpis", "register.xlsx", *AS_OF, "--by", "none", "-o"),
    "doubles": ("doubles", "register.xlsx", *AS_OF, "-o"),
    "doubles json": ("doubles", "register.xlsx", *AS_OF, "--format", "json", "-o"),
    "followups json": ("followups", "register.xlsx", *AS_OF, "--format", "json", "-o"),
    "rules": ("rules", "-o"),
    "profiles json": ("profiles", "--format", "json", "-o"),
    "report": ("report", "register.xlsx", *AS_OF, "-o"),
    "convert": ("convert", "register.xlsx", *AS_OF, "-o"),
    "addin build": ("addin", "build"),
}
"""Commands that may write over what they made."""
FRESH: dict[str, tuple[str, ...]] = {
    "new": ("new",),
    "form": ("form", "register.xlsx", "-o"),
    "merge": ("merge", "register.xlsx", *AS_OF, "-o"),
}
"""Commands that never write over a file."""
COMMANDS = AGAIN | FRESH
BESIDE = {"convert": ("out.items.parquet", "out.improvements.parquet")}
"""What else a command writes."""
READS = {name for name, words in COMMANDS.items() if "register.xlsx" in words}

Put = Callable[[Path, dict[str, Path]], None]


def _foreign_workbook(path: Path, _: dict[str, Path]) -> None:
    book = xlsxwriter.Workbook(path)
    book.add_worksheet().write("A1", "mine")
    book.close()


def _read_only(path: Path, _: dict[str, Path]) -> None:
    path.write_bytes(sealed(b"a line\n"))
    path.chmod(0o444)


def _file(content: bytes) -> Put:
    def put(path: Path, _: dict[str, Path]) -> None:
        path.write_bytes(content)

    return put


def _copy(name: str) -> Put:
    def put(path: Path, made: dict[str, Path]) -> None:
        shutil.copy(made[name], path)

    return put


def _link_to_ours(path: Path, _: dict[str, Path]) -> None:
    path.with_name("real").write_bytes(sealed(b"a line\n"))
    path.symlink_to("real")


def _register_itself(path: Path, _: dict[str, Path]) -> None:
    register = path.with_name("register.xlsx")
    register.rename(path)
    register.symlink_to(path.name)


LIST = sealed(b"a line\n")
FREE: dict[str, Put] = {"nothing": lambda *_: None, "an empty file": _file(b"")}
"""What may be written over by everybody."""
OURS: dict[str, Put] = {"a list of kesu's": _file(LIST), "a link to a list of kesu's": _link_to_ours}
"""What may be written over by those who make it again."""
OTHERS: dict[str, Put] = {
    "a register": _copy("other"),
    "a form": _copy("form"),
    "another workbook": _foreign_workbook,
    "a text": _file(b"dear diary\n"),
    "a page": _file(b"<!DOCTYPE html>\n<html><head><title>mine</title></head></html>"),
    "JSON": _file(b'[{"register": "a", "sheet": "b"}]\n'),
    "a list that somebody changed": _file(LIST.replace(b"a line", b"a note")),
    "a list that somebody added to": _file(LIST + b"a note\n"),
    "a broken archive": _file(b"PK\x03\x04 and so on"),
}
"""What is only written over with --force, and kept."""
NEVER: dict[str, Put] = {
    "a dangling link": lambda path, _: path.symlink_to("nowhere"),
    "a link in a circle": lambda path, _: path.symlink_to(path.name),
    "a folder": lambda path, _: path.mkdir(),
    "a read-only file": _read_only,
}
INPUTS: dict[str, Put] = {
    "the register read": _register_itself,
    "a link to the register": lambda path, _: path.symlink_to("register.xlsx"),
    "another name of the register": lambda path, _: path.hardlink_to(path.with_name("register.xlsx")),
}


@pytest.fixture
def folder(tmp_path: Path, made: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copy(made["register"], tmp_path / "register.xlsx")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def name_for(command: str) -> str:
    workbooks = ("report", "new", "form", "merge")
    if command == "convert":
        return "out.parquet"
    return "out.oxt" if command == "addin build" else "out.xlsx" if command in workbooks else "out.txt"


def seen(folder: Path) -> dict[str, tuple[int, bytes | str]]:
    """Everything in the folder: kind and rights, content."""
    found: dict[str, tuple[int, bytes | str]] = {}
    for path in folder.rglob("*"):
        mode = path.lstat().st_mode
        content = (
            os.readlink(path) if stat.S_ISLNK(mode) else path.read_bytes() if stat.S_ISREG(mode) else b""  # noqa: PTH115
        )
        found[str(path.relative_to(folder))] = mode, content
    return found


def refused(run: Run, folder: Path, *words: str | Path) -> str:
    """The one line that is said where nothing is written and nothing changes."""
    before = seen(folder)
    done = run(*words)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert seen(folder) == before
    assert any("一" <= char <= "鿿" for char in run(*words, lang="zh_CN.UTF-8").stderr)
    return done.stderr


@pytest.mark.parametrize("target", NEVER | OTHERS | INPUTS)
@pytest.mark.parametrize("command", COMMANDS)
def test_what_others_made_is_never_written_over(
    run: Run, folder: Path, made: dict[str, Path], command: str, target: str
) -> None:
    out = folder / name_for(command)
    (NEVER | OTHERS | INPUTS)[target](out, made)
    said = refused(run, folder, *COMMANDS[command], out.name)
    assert ("nowhere" in said) == (target == "a dangling link")  # where it leads is told
    assert ("--force" in said) == (target in OTHERS or (target in INPUTS and command not in READS))


@pytest.mark.parametrize("target", NEVER | INPUTS)
@pytest.mark.parametrize("command", sorted(READS | {"new"}))
def test_some_things_not_even_with_force(
    run: Run, folder: Path, made: dict[str, Path], command: str, target: str
) -> None:
    if command == "new" and target in INPUTS:
        pytest.skip("it reads nothing")
    out = folder / name_for(command)
    (NEVER | INPUTS)[target](out, made)
    refused(run, folder, *COMMANDS[command], out.name, "--force")


@pytest.mark.parametrize("target", OURS)
@pytest.mark.parametrize("command", FRESH)
def test_what_is_made_to_be_worked_in_is_made_once(
    run: Run, folder: Path, made: dict[str, Path], command: str, target: str
) -> None:
    OURS[target](folder / "out.xlsx", made)
    assert "--force" in refused(run, folder, *FRESH[command], "out.xlsx")


@pytest.mark.parametrize("name", ["no/such/out.xlsx", "register.xlsx/out.xlsx", f"{'n' * 252}.xlsx"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_place_that_cannot_be_is_one_line(run: Run, folder: Path, command: str, name: str) -> None:
    refused(run, folder, *COMMANDS[command], Path(name).with_suffix(Path(name_for(command)).suffix))


@pytest.mark.parametrize("command", AGAIN)
def test_reports_and_lists_are_made_again(run: Run, folder: Path, command: str) -> None:
    out = folder / name_for(command)
    out.write_bytes(LIST)
    out.chmod(0o640)
    done = run(*AGAIN[command], out.name)
    assert done.exit_code in {0, 1}
    assert out.name in done.stderr
    assert out.read_bytes() != LIST
    assert is_ours(out)
    assert out.stat().st_mode & 0o777 == 0o640
    assert set(seen(folder)) == {"register.xlsx", out.name, *BESIDE.get(command, ())}


@pytest.mark.parametrize("command", FRESH)
def test_new_workbooks_have_the_rights_of_new_files(run: Run, folder: Path, command: str) -> None:
    (folder / "plain").touch()
    assert run(*FRESH[command], "out.xlsx").exit_code == 0
    assert (folder / "out.xlsx").stat().st_mode == (folder / "plain").stat().st_mode
    assert not is_ours(folder / "out.xlsx")
    assert set(seen(folder)) == {"register.xlsx", "plain", "out.xlsx"}


@pytest.mark.parametrize("target", [*FREE, *OURS])
def test_nothing_is_lost_where_nothing_is(run: Run, folder: Path, made: dict[str, Path], target: str) -> None:
    (FREE | OURS)[target](folder / "out.txt", made)
    is_link = (folder / "out.txt").is_symlink()
    assert run("rules", "-o", "out.txt").exit_code == 0
    assert is_ours(folder / "out.txt")
    assert (folder / "out.txt").is_symlink() == is_link
    assert set(seen(folder)) == {"register.xlsx", "out.txt", *(["real"] if is_link else [])}


@pytest.mark.parametrize(
    ("command", "target"),
    [
        *(("rules", target) for target in OTHERS),
        *((other, "a register") for other in ("new", "addin build", "kpis")),
    ],
)
def test_force_keeps_what_stood_there_under_a_dated_name(
    run: Run, folder: Path, made: dict[str, Path], command: str, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = folder / name_for(command)
    OTHERS[target](out, made)
    before = out.read_bytes()
    monkeypatch.setattr("kesu.cli.options.now", lambda: dt.datetime(2026, 11, 20, 8))
    done = run(*COMMANDS[command], out.name, "--force")
    assert done.exit_code == 0
    kept = folder / f"out.kesu-kept-20261120{out.suffix}"
    assert kept.name in done.stderr
    assert kept.read_bytes() == before
    assert out.read_bytes() != before
    assert is_backup(kept)  # so no command takes it for a register
    out.write_bytes(b"mine again")
    assert run(*COMMANDS[command], out.name, "--force").exit_code == 0
    assert kept.read_bytes() == before
    assert kept.with_stem(f"{kept.stem}-2").read_bytes() == b"mine again"
    assert set(seen(folder)) == {
        "register.xlsx",
        out.name,
        kept.name,
        kept.with_stem(f"{kept.stem}-2").name,
        *BESIDE.get(command, ()),
    }


def test_the_password_file_is_read_and_so_never_written(run: Run, folder: Path) -> None:
    (folder / "word").write_text("secret")
    said = refused(run, folder, "check", "register.xlsx", "--password-file", "word", "-o", "word", "--force")
    assert "is read in this run" in said


@pytest.fixture
def reports(folder: Path, run: Run) -> tuple[Path, Path]:
    """A page and a workbook as kesu made them."""
    assert run("report", "register.xlsx", "-o", "r.html", "-o", "r.xlsx", *AS_OF).exit_code == 0
    return folder / "r.html", folder / "r.xlsx"


def test_reports_as_they_were_made_bear_a_mark(run: Run, folder: Path, reports: tuple[Path, Path]) -> None:
    """Nothing else does; earlier versions' had none, but kesu's title and footer, and kesu's own style."""
    page, book = reports
    assert all(map(is_ours, reports))
    words = ("report", "register.xlsx", "r.xlsx", "-o", "r.xlsx", *AS_OF)  # as `report *.xlsx` does
    assert run(*words).exit_code == 0
    page.write_bytes(
        page.read_bytes().rstrip(b" \t\n").replace(b'<meta name="generator" content="kesu">\n', b"")
    )
    rewrite(book, lambda core: core.replace("<cp:category>kesu report</cp:category>", ""))
    assert all(map(is_ours, reports))


def test_a_report_that_somebody_saved_is_theirs(run: Run, folder: Path, reports: tuple[Path, Path]) -> None:
    page, book = reports
    text = page.read_text("utf-8")
    page.write_text(text.replace("</h1>", " (seen by the director)</h1>"), "utf-8")
    rewrite(book, lambda core: re.sub(r"(<dcterms:modified[^>]*>)[^<]*", r"\g<1>2026-11-25T09:00:00Z", core))
    for path in reports:
        assert not is_ours(path)
        assert "as kesu made it" in refused(run, folder, "report", "register.xlsx", "-o", path.name)


def rewrite(book: Path, change: Callable[[str], str]) -> None:
    """The document properties as another version or program would have written them."""
    with zipfile.ZipFile(book) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    before = parts["docProps/core.xml"].decode()
    assert change(before) != before
    with zipfile.ZipFile(book, "w") as new:
        for name, content in parts.items():
            new.writestr(name, change(before) if name == "docProps/core.xml" else content)


@pytest.mark.skipif(os.name == "nt", reason="no such files")
def test_pipes_and_devices_are_written_into(run: Run, folder: Path) -> None:
    before = Path(os.devnull).stat()
    assert run("rules", "-o", os.devnull).exit_code == 0
    assert os.path.samestat(Path(os.devnull).stat(), before)
    receive, send = os.pipe()
    with os.fdopen(receive, "rb") as stream:
        assert run("profiles", "--format", "json", "-o", f"/dev/fd/{send}").exit_code == 0
        os.close(send)
        assert stream.read().startswith(b"[")


@pytest.fixture
def as_nobody() -> Iterator[None]:
    """Without the rights of root, which has all of them."""
    if not hasattr(os, "geteuid"):
        pytest.skip("no such rights")
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield
    if root:
        os.seteuid(0)


@pytest.mark.usefixtures("as_nobody")
@pytest.mark.parametrize("command", ["rules", "new", "addin build"])
def test_a_folder_without_permission_is_one_line(run: Run, command: str) -> None:
    locked = Path("/")
    if os.access(locked, os.W_OK, effective_ids=True):
        pytest.skip("everybody may write everywhere here")
    before = set(locked.iterdir())
    done = run(*COMMANDS[command], locked / name_for(command))
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "no permission" in done.stderr
    assert set(locked.iterdir()) == before


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EACCES])
@pytest.mark.parametrize("call", ["open", "fsync", "link", "replace"])
def test_whatever_the_disk_says_is_one_line_and_leaves_all_as_it_was(
    run: Run, folder: Path, call: str, error: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "old.txt").write_bytes(sealed(b"old\n"))
    real = getattr(os, call)

    def fails(*args: object, **more: object) -> object:
        if any(".kesu-" in str(one) for one in args) or call == "fsync":
            raise OSError(error, os.strerror(error), str(args[0]))
        return real(*args, **more)

    for name in ("old.txt", "new.txt"):
        with monkeypatch.context() as patched:
            patched.setattr(os, call, fails)
            if (call, name) in {("link", "old.txt"), ("link", "new.txt")}:
                continue  # a file system without links: see below
            if (call, name) == ("replace", "new.txt"):
                continue  # nothing is replaced
            refused(run, folder, "rules", "-o", name)


def test_a_file_system_without_links_will_do(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", none)
    assert run("rules", "-o", "new.txt").exit_code == 0
    assert is_ours(folder / "new.txt")
    (folder / "mine.txt").write_bytes(b"mine")
    assert run("rules", "-o", "mine.txt", "--force").exit_code == 0
    [kept] = folder.glob("mine.kesu-kept-*.txt")
    assert kept.read_bytes() == b"mine"
    assert set(seen(folder)) == {"register.xlsx", "new.txt", "mine.txt", kept.name}


def test_a_planted_link_is_not_followed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if somebody could guess the temporary name."""
    (folder / "victim").write_bytes(b"precious")
    monkeypatch.setattr(os, "urandom", lambda count: b"\1" * count)
    planted = folder / f".kesu-{'01' * 8}.tmp"
    planted.symlink_to("victim")
    with pytest.raises(NotWrittenError):
        save(folder / "out.txt", b"text", Rules(DAY))
    assert (folder / "victim").read_bytes() == b"precious"
    assert planted.is_symlink()
    assert not (folder / "out.txt").exists()


def test_temporary_names_cannot_be_guessed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = []
    real = os.open

    def note(path: object, *args: object, **more: object) -> int:
        names.append(str(path))
        return real(path, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", note)
    for number in range(50):
        save(folder / f"{number}.txt", b"text", Rules(DAY))
    made = {name for name in names if name.endswith(".tmp")}
    assert len(made) == 50
    assert all(Path(name).parent == folder for name in made)


def test_leftovers_of_killed_runs_go_and_what_is_being_written_stays(folder: Path) -> None:
    import fcntl

    dead, alive, other = (folder / f".kesu-{digit * 16}.tmp" for digit in "123")
    dead.write_bytes(b"half")
    other = other.with_suffix(".other")
    other.write_bytes(b"mine")
    with alive.open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        save(folder / "out.txt", b"text", Rules(DAY))
        assert not dead.exists()
        assert alive.exists()
        assert other.exists()


def test_what_appears_meanwhile_is_not_written_over(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = folder / "out.txt"
    fill = saving._fill

    def meanwhile(fd: int, content: bytes) -> None:
        fill(fd, content)
        out.write_bytes(b"somebody was quicker")

    monkeypatch.setattr(saving, "_fill", meanwhile)
    for _ in range(2):  # where nothing stood, and where something did
        with contextlib.suppress(FileNotFoundError):
            out.unlink()
        with pytest.raises(NotWrittenError, match="somebody else"):
            save(out, b"text", Rules(DAY))
        assert out.read_bytes() == b"somebody was quicker"
        monkeypatch.setattr(saving, "_fill", meanwhile)


def test_exactly_the_same_is_no_loss(folder: Path, made: dict[str, Path]) -> None:
    """So that `kesu demo` may be run again while nobody has worked in its registers."""
    content = made["other"].read_bytes()
    (folder / "out.xlsx").write_bytes(content)
    check(folder / "out.xlsx", Rules(DAY), content)
    save(folder / "out.xlsx", content, Rules(DAY))
    (folder / "out.xlsx").write_bytes(content + b" ")
    with pytest.raises(NotWrittenError):
        check(folder / "out.xlsx", Rules(DAY), content)
    with pytest.raises(NotWrittenError):
        save(folder / "out.xlsx", content, Rules(DAY))
