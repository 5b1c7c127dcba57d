"""Registers named by URL, and a cluster that is not there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kesu.cli import main

pytestmark = pytest.mark.slow
TEMPLATES = Path(__file__).parents[2] / "workbook_templates"


def report(*words: str) -> Result:
    return CliRunner().invoke(main, ["report", *words, "--as-of", "2026-11-30T18:00", "--lang", "en"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("far away")
    for name, lang in (("a", "en"), ("b", "zh")):
        (made / name).mkdir()
        shutil.copy(TEMPLATES / lang / "register.xlsx", made / name)
    (made / "a" / "notes.txt").write_text("none")
    return made


def test_urls_are_read_like_files(folder: Path, tmp_path: Path) -> None:
    files, urls = tmp_path / "files.html", tmp_path / "urls.html"
    both = [str(folder / name / "register.xlsx") for name in ("a", "b")]
    here = report(*both, "-o", str(files))
    there = report(f"{folder.as_uri()}/*/register.xlsx".replace("%20", " "), "-o", str(urls))
    assert here.exit_code == there.exit_code == 0, there.output
    assert files.read_bytes() == urls.read_bytes()
    assert "a/register.xlsx" in urls.read_text("utf-8")  # told apart by their folders


def test_one_url_that_fails_does_not_stop_the_others(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.html"
    done = report("file:///not/there.xlsx", f"{folder}/a/register.xlsx", "-o", str(out))
    assert done.exit_code == 3
    assert "file:///not/there.xlsx cannot be fetched" in done.stderr
    assert "there.xlsx" in out.read_text("utf-8")
    assert report("file:///not/there.xlsx", "-o", str(out)).exit_code == 3
    done = report("nonsense://there.xlsx", "-o", str(out))
    assert done.exit_code == 3
    assert "kesu[cluster]" in done.stderr


def test_a_cluster_that_cannot_be_used(folder: Path, tmp_path: Path) -> None:
    words = [str(folder / "a" / "register.xlsx"), "-o", str(tmp_path / "r.html"), "--scheduler"]
    done = report(*words, "tcp:/nowhere")
    assert done.exit_code == 2
    assert "does not answer" in done.stderr
    done = report(*words, "tcp://127.0.0.1:1", "--cache", str(tmp_path / "cache"))
    assert done.exit_code == 2
    assert "--cache" in done.stderr
    assert not (tmp_path / "r.html").exists()


def test_keys_in_a_url_are_told_nobody(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.html"
    url = "http://user:secretpw@127.0.0.1:9/x.xlsx?sig=TOPSECRET"
    done = report(url, str(folder / "a" / "register.xlsx"), "-o", str(out))
    assert done.exit_code == 3
    assert "http://127.0.0.1:9/x.xlsx" in done.stderr
    for said in (done.stderr, out.read_text("utf-8")):
        assert "secretpw" not in said
        assert "TOPSECRET" not in said


def test_a_server_that_does_not_answer_costs_its_own_registers(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.html"
    done = report("ftp://127.0.0.1:9/x.xlsx", str(folder / "a" / "register.xlsx"), "-o", str(out))
    assert done.exit_code == 3
    assert "ftp://127.0.0.1:9/x.xlsx cannot be fetched" in done.stderr
    assert out.exists()
