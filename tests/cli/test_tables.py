"""Tables fitted to a terminal, whole and plain in a pipe; findings by complaint."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from kesu.cli import main
from kesu.cli.tables import Column, Screen, Tinted, fitted, screen, table
from kesu.cli.telling import span
from kesu.workbook.writing import build_register
from tests.twelve_rows import AS_OF, write_chinese

COLUMNS = (
    Column("register", 2, 10),
    Column("number"),
    Column("n", 0, right=True),
    Column("what", 1, 12),
)
ROWS = (
    ("江城分公司.xlsx", "K-1", 5, "客户在营业厅等了三个小时，没有人告诉他要等多久，也没有人给他回电话"),
    ("b.xlsx", "K-22", 1234, "cafe\u0301 closed"),
)


def widths(text: str) -> list[int]:
    return [cell_len(line) for line in text.split("\n")]


def test_a_pipe_gets_whole_texts_figures_to_the_right_and_no_colour() -> None:
    red = [(*row[:3], Tinted(str(row[3]), "red")) for row in ROWS]
    assert table(COLUMNS, red, "en").split("\n") == [
        "register         number     n  what",
        "───────────────  ──────  ────  " + "─" * cell_len(ROWS[0][3]),
        "江城分公司.xlsx  K-1        5  " + ROWS[0][3],
        "b.xlsx           K-22    1234  cafe\u0301 closed",
    ]


def test_no_line_is_wider_than_the_terminal() -> None:
    for width in range(14, 90):
        assert max(widths(table(COLUMNS, ROWS, "zh", Screen(width)))) <= width


@pytest.mark.parametrize(("width", "gone"), [(60, []), (36, ["register"]), (16, ["register", "what"])])
def test_the_least_important_columns_go_first_and_are_told(width: int, gone: Sequence[str]) -> None:
    head, _, *rest = table(COLUMNS, ROWS, "en", Screen(width)).split("\n")
    assert head.split() == [column.title for column in COLUMNS if column.title not in gone]
    told = " ".join(rest)
    assert (f"{len(gone)} column" in told) == bool(gone)
    assert all(name in told for name in gone)


def test_a_long_text_is_wrapped_and_what_is_cut_is_counted() -> None:
    words = "word " * 40
    shown = table([Column("a", 0, 10)], [[words], ["short"]], "en", Screen(20))
    assert shown.split("\n")[2:6] == ["word word word word"] * 2 + ["word word word word…", "short"]
    assert "1 text is cut short" in shown.replace("\n", " ")
    assert "cut" not in table([Column("a", 0, 10, lines=99)], [[words]], "en", Screen(20))


def test_marks_above_letters_take_no_room() -> None:
    text = table([Column("a"), Column("b")], [["e\u0301e\u0301", "x"], ["éé", "y"]], "en")
    assert [line[-3:] for line in text.split("\n")[2:]] == ["  x", "  y"]


def test_prose_hangs_below_its_beginning() -> None:
    assert fitted("  one two three four five six", Screen(24)).split("\n") == [
        "  one two three four",
        "    five six",
    ]


@pytest.mark.parametrize(
    ("hours", "zh", "en"),
    [
        (7.46, "7.5 小时", "7.5 h"),
        (47.9, "47.9 小时", "47.9 h"),
        (48, "2.0 天", "2.0 d"),
        (-84, "-3.5 天", "-3.5 d"),
    ],
)
def test_from_two_days_on_a_span_is_told_in_days(hours: float, zh: str, en: str) -> None:
    assert (span(hours, "zh"), span(hours, "en"), span(float("nan"), "en")) == (zh, en, "")


def test_colours_only_on_a_terminal_that_wants_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "91")
    for key in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(key, raising=False)
    assert screen() == Screen(91, colour=True)
    assert "\x1b[31mlate" in table([Column("a")], [[Tinted("late", "red")]], "en", screen())
    assert screen(tmp_path / "out.txt") == Screen()
    for key, value in (("NO_COLOR", "1"), ("TERM", "dumb")):
        with monkeypatch.context() as other:
            other.setenv(key, value)
            assert screen() == Screen(91)
    monkeypatch.setattr("sys.stdout.isatty", lambda: False, raising=False)
    assert screen() == Screen()


# ---- commands -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def twelve(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tables") / "twelve.xlsx"
    write_chinese(path)
    return path


def shown(*words: str | Path) -> str:
    return CliRunner().invoke(main, [*map(str, words), "--as-of", AS_OF]).stdout


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "words", [("check",), ("deadlines",), ("followups",), ("kpis", "--by", "tier")], ids=" ".join
)
def test_nothing_is_wider_than_a_terminal_of_80(
    monkeypatch: pytest.MonkeyPatch, twelve: Path, words: tuple[str, ...], lang: str
) -> None:
    monkeypatch.setattr("kesu.cli.tables.screen", lambda _=None: Screen(80))
    assert max(widths(shown(*words, twelve, "--lang", lang))) <= 80


def test_kpis_fit_a_screen_unless_asked_for_more(twelve: Path) -> None:
    text = shown("kpis", twelve, "--lang", "en", "--period", "2026-10")
    assert len(text.splitlines()) <= 40
    assert text.startswith("2026-10 · registers: 1 · rows read 12, left out 5\n")
    more = shown("kpis", twelve, "--lang", "en", "--period", "2026-10", "--by", "tier")
    assert more.startswith(text)
    assert "\n\nBy tier\n" in more
    every = json.loads(shown("kpis", twelve, "--format", "json"))
    assert {"tier", "owner", "month"} < {
        one["group_by"] for one in every
    }  # scripts get them unasked, as ever


def test_findings_stand_by_complaint_the_worst_first_and_none_is_lost(twelve: Path) -> None:
    found = json.loads(shown("check", twelve, "--lang", "en", "--format", "json"))
    *blocks, _ = shown("check", twelve, "--lang", "en").split("\n\n")
    ranks = [
        min("✘!·".index(sign) for sign in re.findall(r"^  .*?([✘!·]) ", block, re.MULTILINE))
        for block in blocks
    ]
    assert ranks == sorted(ranks)
    text = "\n\n".join(blocks)
    for message in {one["message"] for one in found}:
        same = [one for one in found if one["message"] == message]
        apart = len({(one["sheet"], one["column"]) for one in same}) if len(same) > 2 else len(same)
        assert text.count(message) == apart, message


def test_two_findings_in_many_cells_of_one_column_stay_two(tmp_path: Path) -> None:
    rows = [
        {
            "complaint_id": f"K-{n}",
            "kind": "complaint",
            "received_at": dt.datetime(2026, 10, 1, 9),
            "customer_tier": tier,
        }
        for n, tier in enumerate(("Gold", "Silver") * 3)
    ]
    build_register(tmp_path / "r.xlsx", "en", complaints=pd.DataFrame(rows))
    text = shown("check", tmp_path / "r.xlsx")
    for tier, cells in (("Gold", "6, {0}8, {0}10"), ("Silver", "7, {0}9, {0}11")):
        [(column, told)] = re.findall(rf"“{tier}” is not a choice[^\n]*\n  ([A-Z]+)([^\n]*)", text)
        assert told == cells.format(column)
