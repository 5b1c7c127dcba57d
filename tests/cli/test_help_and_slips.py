"""What the command line says of slips: in the user's language, with what was probably meant."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click
import pandas as pd
import pytest
from click.testing import CliRunner

from kesu.cli import chinese, main
from kesu.cli.options import Moment
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
