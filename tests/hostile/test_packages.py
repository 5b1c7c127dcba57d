"""Hostile packages through every command: one line each, in seconds, and the good register beside them is there."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kesu.cli import main
from tests.hostile.packages import READ, REFUSED, build, register

LIMITS = ("--memory-limit-mb", "512")
AS_OF = ("--as-of", "2026-10-12T10:00")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return build(tmp_path_factory.mktemp("packages"), REFUSED)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return build(tmp_path_factory.mktemp("odd"), READ)


def run(*words: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(word) for word in words], env={"LC_ALL": None, "LANG": "en"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def assert_each_has_one_line(done: Result, paths: list[Path]) -> None:
    said = done.stderr.splitlines()
    for path in paths:
        mine = [line for line in said if line.startswith((f"{path.name}: ", f"{path.name} ▸"))]
        assert len(mine) == 1, (path.name, mine, done.stderr)
        assert "broke down" not in mine[0] or path.stem == "shared", (
            mine
        )  # seen before it costs all the memory
        assert len(mine[0]) < 400


WORDS = {
    "sheets": "1,002 sheets", "twice": "this one part", "blanks": "that unpack to", "strings": "that unpack to", "rich": "that unpack to",
    "wide": "2,500 columns", "entity": "document type", "hidden-entity": "document type", "root-entity": "document type",
    "lost": "▸ xl/_rels/workbook.xml.rels: ", "elsewhere": "▸ xl/_rels/workbook.xml.rels: ", "broken-root": "▸ _rels/.rels: ",
    "deep-root": "▸ xl/_rels/workbook.xml.rels: ", "far": "XFD1048576", "shared": "--memory-limit-mb",
}  # fmt: skip
"""Why each is refused."""
LISTS = ("check", "kpis", "deadlines", "followups")


def test_each_is_refused_in_a_line_and_the_good_one_is_checked(tmp_path: Path, hostile: list[Path]) -> None:
    good = register(tmp_path / "good.xlsx", "G-1")
    done = run("check", hostile[0], good, *hostile[1:], *LIMITS, *AS_OF)
    assert done.exit_code == 3
    assert_each_has_one_line(done, hostile)
    said = {line.partition(".xlsx")[0]: line for line in done.stderr.splitlines()}
    assert {name: word for name, word in WORDS.items() if word not in said[name]} == {}
    assert WORDS.keys() == REFUSED.keys()
    assert "good.xlsx ▸ Register" in done.stdout
    assert not any(path.name in done.stdout for path in hostile)


@pytest.mark.slow
@pytest.mark.parametrize("command", LISTS[1:])
def test_the_other_lists_do_the_same(tmp_path: Path, hostile: list[Path], command: str) -> None:
    good = register(tmp_path / "good.xlsx", "G-1")
    done = run(command, *hostile, good, *LIMITS, *AS_OF, "--format", "json")
    assert done.exit_code == 3
    assert_each_has_one_line(done, hostile)
    alone = run(command, good, *AS_OF, "--format", "json")
    assert done.stdout == alone.stdout


@pytest.mark.slow
def test_report_refresh_and_collect_do_the_same(tmp_path: Path, hostile: list[Path]) -> None:
    good = register(tmp_path / "good.xlsx", "G-1")
    done = run("report", *hostile, good, *LIMITS, *AS_OF, "-o", tmp_path / "report.html")
    assert done.exit_code == 3
    assert_each_has_one_line(done, hostile)
    assert "G-1" in (tmp_path / "report.html").read_text("utf-8")

    copies = [Path(shutil.copy(path, tmp_path / path.name)) for path in hostile]
    before = [path.read_bytes() for path in copies]
    done = run("refresh", *copies, good, *LIMITS, *AS_OF)
    assert done.exit_code == 3
    assert_each_has_one_line(done, copies)
    assert [path.read_bytes() for path in copies] == before

    done = run("collect", *copies, "--into", good, *LIMITS)
    assert done.exit_code == 3
    assert_each_has_one_line(done, copies)


@pytest.mark.slow
def test_one_complaint_of_a_hostile_package_is_refused_in_a_line(tmp_path: Path, hostile: list[Path]) -> None:
    """By each of the two commands that take one, in turn."""
    for path, command in zip(hostile, itertools.cycle(["explain", "form"]), strict=False):
        more = ("-o", tmp_path / "form.xlsx") if command == "form" else ()
        done = run(command, path, "G-1", *more, *LIMITS, *AS_OF)
        assert done.exit_code == 3
        assert_each_has_one_line(done, [path])
    assert not (tmp_path / "form.xlsx").exists()


def test_what_is_odd_alone_is_read(odd: list[Path]) -> None:
    done = run("check", *odd, *LIMITS, *AS_OF, "--fail-on", "never")
    assert done.exit_code == 0
    account = [
        line.split() for line in done.stdout.splitlines() if line.startswith(("rows.", "right.", "deep."))
    ]
    assert [line[:3] for line in account if "▸" not in line] == [
        ["rows.xlsx", "5001", "1"],
        ["right.xlsx", "1", "1"],
        ["deep.xlsx", "1", "1"],
    ]
