"""Names that are not UTF-8, as a GBK archive unpacked on Linux leaves them, work everywhere and are shown safely."""

from __future__ import annotations

import json
import os
import shutil
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kesu.cli import main
from kesu.words.text import printable

pytestmark = pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="file names are Unicode here")
GBK = os.fsdecode("北区".encode("gbk"))
SHOWN = r"\xb1\xb1\xc7\xf8"
AS_OF = "2026-10-12T10:00"
ROWS = "Complaint no.,Kind,Tier,Received at,Channel,Status\nC1,Complaint,VIP,2026-10-05 09:00,Phone,New\n"


def run(*words: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(word) for word in words], env={"LC_ALL": None, "LANG": "en"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    result.stderr.encode()  # no half characters
    return result


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of such a name with registers of such names."""
    folder = tmp_path_factory.mktemp("names") / GBK
    folder.mkdir()
    assert run("new", folder.parent / "r.xlsx", "--lang", "en").exit_code == 0
    shutil.move(folder.parent / "r.xlsx", folder / f"{GBK}.xlsx")
    (folder / f"{GBK}.csv").write_text(ROWS)
    return folder


@pytest.mark.parametrize("command", ["check", "deadlines", "followups", "kpis"])
def test_lists_name_them_safely(folder: Path, command: str) -> None:
    done = run(command, folder, "--format", "json", "--as-of", AS_OF)
    assert done.exit_code in (0, 1), done.stderr
    named = {one.get("register") or one.get("group") for one in json.loads(done.stdout)}
    assert f"{SHOWN}.csv" in named
    assert run(command, folder, "--as-of", AS_OF).exit_code == done.exit_code  # and as text


def test_a_report_names_them_safely(folder: Path, tmp_path: Path) -> None:
    page, book = tmp_path / "r.html", tmp_path / "r.xlsx"
    done = run("report", folder, "-o", page, "-o", book, "--as-of", AS_OF)
    assert done.exit_code == 0, done.stderr
    assert f"{SHOWN}.xlsx" in page.read_text(encoding="utf-8")
    with zipfile.ZipFile(book) as parts:
        assert SHOWN in parts.read("xl/sharedStrings.xml").decode()


def test_they_are_refreshed_and_kept_as_backups(folder: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(folder / f"{GBK}.xlsx", tmp_path))
    before = path.read_bytes()
    done = run("refresh", path, "--as-of", AS_OF, "--format", "json")
    (told,) = json.loads(done.stdout)
    assert (told["register"], told["path"], told["reason"]) == (f"{SHOWN}.xlsx", str(path), None)
    assert Path(told["backup"]).read_bytes() == before
    assert run("refresh", path, "--as-of", "2026-10-13").stdout.startswith(f"{SHOWN}.xlsx: ")


def test_what_cannot_be_read_is_named_safely(tmp_path: Path) -> None:
    (tmp_path / f"{GBK}.xlsx").write_bytes(b"no")
    done = run("check", tmp_path / f"{GBK}.xlsx", tmp_path / f"no{GBK}.xlsx")
    assert done.exit_code == 3
    assert done.stderr.startswith(f"{SHOWN}.xlsx: broken")
    assert f"no{SHOWN}.xlsx: no such file. Did you mean {SHOWN}.xlsx" in done.stderr


def test_forms_of_such_names_are_written_and_collected(folder: Path, tmp_path: Path) -> None:
    into, form = Path(shutil.copy(folder / f"{GBK}.xlsx", tmp_path)), tmp_path / f"f{GBK}.xlsx"
    assert run("form", into, "-o", form, "--as-of", AS_OF).exit_code == 0
    done = run("collect", form, "--into", into, "--format", "json")
    assert json.loads(done.stdout)["forms"][0]["outcome"] == "refused"  # it is blank
    assert f"f{SHOWN}.xlsx: nothing is filled in" in done.stderr


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("登记.xlsx", "登记.xlsx"),
        ("a\udcb5.csv", r"a\xb5.csv"),
        ("a\ud800.csv", r"a\ud800.csv"),
        ("a\nb\udcff", "a\nb\\xff"),
    ],
)
def test_only_what_is_no_text_is_written_otherwise(name: str, shown: str) -> None:
    assert printable(name) == shown
