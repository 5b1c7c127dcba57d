"""Customers' text never becomes a formula, markup, path, terminal escape or log line, in any output."""

from __future__ import annotations

import html.parser
import json
import re
import shutil
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import click.testing
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kesu.cli import main
from kesu.cli.telling import say
from kesu.words.terminal import clean, dumps, to_json
from tests.hostile.attacks import ATTACKS, STEERING

LISTS = ("check", "deadlines", "followups", "kpis")
ENV = {"LC_ALL": None, "LC_MESSAGES": None, "LANG": "C.UTF-8"}


def kesu(*words: str | Path) -> click.testing.Result:
    return click.testing.CliRunner().invoke(main, [str(word) for word in words], env=ENV)


def formulas(path: Path) -> Iterator[str]:
    """The text of every formula in a workbook, out of the XML."""
    with zipfile.ZipFile(path) as book:
        for name in book.namelist():
            assert ".." not in name
            if name.endswith((".xml", ".rels", ".vml")):
                for node in ET.fromstring(book.read(name)).iter():  # noqa: S314
                    if node.tag.rpartition("}")[2] in {
                        "f",
                        "formula1",
                        "formula2",
                        "definedName",
                        "calculatedColumnFormula",
                    }:
                        yield node.text or ""


def outward(path: Path) -> list[str]:
    """Where a workbook's relations lead outside it."""
    with zipfile.ZipFile(path) as book:
        rels = [book.read(name).decode() for name in book.namelist() if name.endswith(".rels")]
    return [rel for rel in rels if 'TargetMode="External"' in rel]


def no_attack_runs(path: Path) -> None:
    for text in formulas(path):
        assert "evil.invalid" not in text
        assert "calc'" not in text
        assert text.strip().lstrip("=") not in {"1+1", "+1+1", "-1+1", "@SUM(1+1)", "SUM(1+1)"}
    assert outward(path) == []


def test_a_register_built_from_attacks_runs_none_of_them(hostile: Path) -> None:
    no_attack_runs(hostile)
    cells = [cell for row in openpyxl.load_workbook(hostile)["Register"].iter_rows() for cell in row]
    for name in ("formula", "dde", "webservice"):
        kinds = [cell.data_type for cell in cells if cell.value == ATTACKS[name]]
        assert len(kinds) >= 5
        assert set(kinds) == {"s"}


@pytest.mark.parametrize("command", LISTS)
@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_steers_the_terminal_or_breaks_a_line(hostile: Path, command: str, form: str) -> None:
    done = kesu(command, hostile, "--as-of", "2026-10-31", "--format", form)
    assert done.exit_code in {0, 1}
    shown = done.stdout + done.stderr
    if form == "json":
        assert isinstance(json.loads(done.stdout), list)
        assert not STEERING & set(done.stdout)
        shown = done.stderr
    assert not STEERING & set(shown)
    assert "\r" not in shown
    assert not any(line.startswith("INFO: all is well") for line in shown.splitlines())
    assert "{x.__class__}" in shown or command == "kpis" or form == "json"  # shown as it is, not filled in


LETTERS = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("\x00\x7f\x85\x9b\u200b\u202e\u2028\ufeff\ud800"),
    ),
    max_size=12,
)


@given(st.dictionaries(LETTERS, st.lists(LETTERS, max_size=3), max_size=3))
def test_json_holds_the_same_values_and_nothing_that_steers(value: object) -> None:
    text = dumps(value)
    assert json.loads(text) == value
    assert not {ch for ch in text if unicodedata.category(ch) in {"Cc", "Cs", "Zl", "Zp"}} - {"\n"}
    assert not set("\u200b\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff\U000e0041") & set(text)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), min_size=1, max_size=4))
def test_json_of_a_frame_holds_the_same_values_and_nothing_that_steers(words: list[str]) -> None:
    text = to_json(pd.DataFrame({"客户": pd.Series(words, dtype="str")}))
    assert [row["客户"] for row in json.loads(text)] == words
    assert not {ch for ch in text if unicodedata.category(ch) in {"Cc", "Zl", "Zp"}} - {"\n"}
    assert text.startswith('[{"客户":')


def test_a_message_stays_on_its_line() -> None:
    assert clean("a\u2028b\x85c\x9bd\u202ee\vf") == "a b cde f"


def test_messages_about_a_file_cannot_steer_the_terminal(tmp_path: Path) -> None:
    for number, text in enumerate(ATTACKS.values()):
        name = re.sub(r"[/\x00\ud800]", "", text)[:60] + f"{number}.xlsx"
        broken = tmp_path / name
        broken.write_bytes(b"not a workbook")
        done = kesu("check", broken)
        assert done.exit_code == 3
        assert len(done.stderr.splitlines()) == 1
        assert not STEERING & set(done.stderr)


def test_a_message_with_half_a_character_is_said_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    say(ATTACKS["surrogate"] + ATTACKS["colour"])
    assert capsys.readouterr().err == "a\\ud800b[31mred[2J\n"


class _Markup(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize("unmasked", [pytest.param((), marks=pytest.mark.slow), ("--unmasked",)])
def test_reports_carry_no_attack_that_works(hostile: Path, tmp_path: Path, unmasked: tuple[str, ...]) -> None:
    page, book = tmp_path / "r.html", tmp_path / "r.xlsx"
    done = kesu("report", hostile, "--as-of", "2026-10-31", "-o", page, "-o", book, *unmasked)
    assert done.exit_code == 0, done.stderr
    no_attack_runs(book)
    markup = _Markup()
    text = page.read_text(encoding="utf-8")
    markup.feed(text)
    harmless = kesu_report_of_one(tmp_path)
    for tag, attributes in markup.tags:
        assert tag not in {"img", "evil", "iframe", "object"}
        assert not any(name.startswith("on") for name in attributes)
        assert not any(
            re.match(r"\s*(javascript|data|https?):", value or "")
            for name, value in attributes.items()
            if name in {"href", "src"}
        )
    assert sum(tag == "script" for tag, _ in markup.tags) == harmless
    assert "49" not in re.findall(r"\{\{7\*7\}\}|\b49\$", text)
    assert not {"\x1b", "\x07", "\x00"} & set(text)


def kesu_report_of_one(folder: Path) -> int:
    """How many scripts the report of a register without attacks has."""
    plain = folder / "plain.xlsx"
    kesu("new", plain, "--lang", "en")
    kesu("report", plain, "--as-of", "2026-10-31", "-o", folder / "plain.html")
    return (folder / "plain.html").read_text(encoding="utf-8").count("<script")


def test_a_refreshed_workbook_runs_none_of_them(hostile: Path, tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    shutil.copy(hostile, path)
    before = set(formulas(path))
    done = kesu("refresh", path, "--as-of", "2026-10-31")
    assert done.exit_code == 0, done.stderr
    assert set(formulas(path)) <= before
    no_attack_runs(path)
    book = openpyxl.load_workbook(path)
    for sheet in ("Follow-ups", "Findings"):
        for row in book[sheet].iter_rows(min_row=6):
            for cell in row:
                assert cell.data_type != "f"
                if cell.hyperlink is not None:
                    assert cell.hyperlink.target is None
                    assert re.fullmatch(r"'(Register|Items)'![A-Z]+\d+", cell.hyperlink.location or "")
