"""What the command line says of slips: in the user's language, with what was probably meant."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import click
import pandas as pd
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner
from rich.cells import cell_len

from kesu.cli import chinese, main
from kesu.cli.kinds import Moment
from kesu.workbook.writing import build_register


@pytest.fixture(params=["zh_CN.UTF-8", "en_GB.UTF-8"])
def zh(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setenv("LC_ALL", request.param)
    return bool(request.param.startswith("zh"))


def said(*words: str) -> str:
    return CliRunner().invoke(main, list(words)).output


@pytest.mark.parametrize(
    ("words", "chinese_words", "english"),
    [
        (("kpi", "x.xlsx"), "没有命令 kpi。是不是 kpis？", "No such command 'kpi'. Did you mean kpis?"),
        (("check", "--asof", "x"), "没有选项 --asof。", "No such option '--asof'."),
        (("check",), "缺少参数", "Missing argument"),
        (("check", "--fail-on", "x", "y.xlsx"), "“x”不在", "'x' is not one of"),
        (("--help",), "用法：", "Usage:"),
    ],
)
def test_clicks_own_words_are_in_the_users_language(
    zh: bool, words: tuple[str, ...], chinese_words: str, english: str
) -> None:
    text = said(*words)
    assert (chinese_words if zh else english) in text
    assert ("Error" in text or "Usage" in text) != zh or words == ("--help",)


def test_the_words_are_those_that_click_says() -> None:
    """A new click that says something else would be English again."""
    source = "".join(
        Path(str(module.__file__)).read_text("utf-8")
        for module in (click.core, click.decorators, click.exceptions, click.formatting, click.parser, click.termui, click.types)
    )  # fmt: skip
    one_line = source.replace('"\n', "").replace("\n", " ")
    assert [
        words for words in chinese.MESSAGES if words.replace("\n", "\\n").replace("\t", "\\t") not in one_line
    ] == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026/11/1 9:00", dt.datetime(2026, 11, 1, 9)),
        ("2026.11.1", dt.datetime(2026, 11, 1, 23, 59, 59)),
        ("2026年11月1日 9点30分", dt.datetime(2026, 11, 1, 9, 30)),
        ("2026-11-01T09:00:05", dt.datetime(2026, 11, 1, 9, 0, 5)),
        ("2026-1-2", dt.datetime(2026, 1, 2, 23, 59, 59)),
    ],
)
def test_an_instant_is_taken_as_people_type_it(typed: str, meant: dt.datetime) -> None:
    assert Moment().convert(typed, None, None) == meant


@pytest.mark.parametrize("typed", ["2026/13/1", "11/1", "1/11/2026", "tomorrow", "2026-11-01 25:00"])
def test_what_is_no_instant_is_refused(typed: str) -> None:
    with pytest.raises(click.BadParameter):
        Moment().convert(typed, None, None)


def test_an_owner_who_has_nothing_to_do_is_told_with_the_nearest_names(zh: bool, tmp_path: Path) -> None:
    row = {
        "complaint_id": "1",
        "kind": "complaint",
        "received_at": dt.datetime(2026, 10, 1, 9),
        "status": "new",
        "owner": "Mia Chen",
    }
    build_register(tmp_path / "r.xlsx", "en", complaints=pd.DataFrame([row]))
    text = said("followups", str(tmp_path / "r.xlsx"), "--owner", "Mia Chan", "--as-of", "2026/11/1 9:00")
    assert ("是不是 Mia Chen？" if zh else "Did you mean Mia Chen?") in text


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("slips") / "harbour.xlsx"
    rows = [
        {"complaint_id": f"HB-10{n}", "kind": "complaint", "received_at": dt.datetime(2026, 10, n, 9)}
        for n in range(1, 4)
    ]
    build_register(path, "en", complaints=pd.DataFrame(rows))
    return path


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (("check", "--asof", "x"), "--as-of"),
        (("check", "{folder}/harbor.xlsx"), "harbour.xlsx"),
        (("check", "{register}", "--map", "{folder}/harbor.xlsx"), "harbour.xlsx"),
        (("live", "refesh", "{register}"), "refresh"),
        (("live", "refresh", "{folder}/harbor.xlsx"), "harbour.xlsx"),
        (("explain", "{register}", "HB-1003"), "HB-103"),
        (("form", "{register}", "HB-1003", "-o", "{folder}/new.xlsx"), "HB-103"),
        (("new", "{folder}/new.xlsx", "--profile", "uk_fca"), "uk_fca_disp"),
        (("kpis", "{register}", "--by", "teir"), "tier"),
    ],
    ids=lambda given: given[0] if isinstance(given, tuple) else given,
)
def test_what_was_probably_meant_is_said(zh: bool, register: Path, words: tuple[str, ...], near: str) -> None:
    done = CliRunner().invoke(main, [one.format(register=register, folder=register.parent) for one in words])
    asked = done.output.rpartition("是不是" if zh else "Did you mean")[2]
    assert near in asked.partition("？" if zh else "?")[0]
    assert done.exit_code == (3 if words[1].endswith("harbor.xlsx") and len(words) == 2 else 2)


def test_alone_it_says_what_to_do_next_and_the_help_fits_80_columns(zh: bool) -> None:
    alone, whole = (CliRunner().invoke(main, words) for words in ([], ["--help"]))
    assert (alone.exit_code, alone.stdout, whole.exit_code) == (2, "", 0)
    assert ("接下来" if zh else "Next:") in alone.stderr
    assert "kesu demo" in alone.stderr
    lines = [*alone.stderr.splitlines(), *whole.stdout.splitlines()]
    assert max(map(cell_len, lines)) <= 80
    assert not [line for line in lines if line.endswith("...") and "ARGS" not in line]
    assert not [
        line for line in whole.stdout.splitlines() if line.startswith("        ")
    ]  # none of two lines


def completed(*words: str | Path) -> list[str]:
    """What Tab offers behind ``words``, the last of which has been begun."""
    *before, begun = map(str, words)
    return [
        item.value
        for item in ShellComplete(main, {}, "kesu", "_KESU_COMPLETE").get_completions(before, begun)
    ]


def test_tab_offers_profiles_groupings_and_the_numbers_of_the_register(
    register: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kesu.cli.completing.MOMENT_S", 60.0)
    assert completed("expl") == ["explain"]
    assert completed("new", "r.xlsx", "--profile", "uk") == ["uk_fca_disp", "uk_ofcom"]
    assert completed("profiles", "us") == ["us_cfpb"]
    assert completed("kpis", "--by", "own") == ["owner"]
    assert completed("explain", register, "hb-1") == ["HB-103", "HB-102", "HB-101"]
    assert completed("form", register, "HB-102") == ["HB-102"]
    assert completed("live", "explain", register, "--id", "HB-103") == ["HB-103"]
    assert completed("explain", register.parent / "none.xlsx", "HB") == []
    monkeypatch.setattr("kesu.cli.completing.MOMENT_S", 0.0)
    assert completed("explain", register, "HB") == []


@pytest.mark.slow
def test_no_result_goes_to_the_screen_of_the_progress_bar(
    register: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With messages on a terminal and results in a pipe; a bar that redirects what is printed would swallow them."""
    for name in ("a.xlsx", "b.xlsx"):
        (tmp_path / name).write_bytes(register.read_bytes())
    monkeypatch.setattr("kesu.cli.reading.shown_bar", lambda total: total > 1)
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    done = CliRunner().invoke(main, ["refresh", *map(str, sorted(tmp_path.iterdir())), "--dry-run"])
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == ["a.xlsx", "b.xlsx"]
    before = [re.split(r"[ab]\.xlsx: ", done.output)[at] for at in (0, 1)]
    assert all("/2" in text and text.endswith("\x1b[2K") for text in before)  # the bar's line was wiped
