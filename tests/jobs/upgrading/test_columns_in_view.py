"""kesu upgrade shows more or fewer columns of a team's register; nothing else of the workbook changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import click.testing
import openpyxl
import pandas as pd
import pytest

from kesu.cli import main
from kesu.jobs.upgrade import looks_of
from kesu.register.columns import REGISTER, Column
from kesu.words.text import Text
from kesu.workbook.writing import build_register
from kesu.workbook.writing.layouts import LAYOUTS, columns_in_order
from kesu.workbook.writing.live import COMPLAINT_CALCS, SUMMARY
from kesu.workbook.writing.live_cells import Calc
from kesu.workbook.writing.table import headers_of
from tests.odd_books import parts_of
from tests.places import part

MARGIN = 0.71
"""Of the width in a file, over what it holds."""
OWN = Column("own_1", "own", "text", Text("班组", "Team"), Text("", ""), 30)


@pytest.fixture
def upgrade() -> Callable[..., click.testing.Result]:
    def run(*words: str | Path) -> click.testing.Result:
        env = {"LC_ALL": None, "LC_MESSAGES": None, "LANG": "C.UTF-8"}
        return click.testing.CliRunner().invoke(main, ["upgrade", *map(str, words)], env=env)

    return run


def _build(path: Path, lang: str, columns: str) -> Path:
    rows = pd.DataFrame([{"complaint_id": "C-1", "kind": "complaint", "own_1": "blue"}])
    build_register(
        path, lang, complaints=rows, today=dt.date(2026, 10, 31), columns=columns, own={"register": [OWN]}
    )
    return path


def _shown(path: Path) -> dict[str, tuple[bool, int, bool]]:
    """Heading (and the column behind the last) → hidden, level of its group, whether a folded group ends before it."""
    sheet = openpyxl.load_workbook(path).worksheets[1]
    looks = {}
    for low in sheet.column_dimensions.values():
        for at in range(low.min or 0, (low.max or 0) + 1):
            looks[at] = (bool(low.hidden), low.outlineLevel or 0, bool(low.collapsed))
    heads = [str(cell.value or "end") for cell in sheet[5]]
    return {
        head: looks.get(at, (False, 0, False))
        for at, head in enumerate([*heads, "end"], start=1)
        if at <= 200
    }


@pytest.mark.parametrize(
    ("lang", "layout"),
    [
        ("en", "full"),
        *(pytest.param(*one, marks=pytest.mark.slow) for one in (("zh", "short"), ("en", "standard"))),
    ],
)
def test_it_shows_what_a_new_register_would(
    tmp_path: Path, upgrade: Callable[..., click.testing.Result], lang: str, layout: str
) -> None:
    path = _build(tmp_path / "team.xlsx", lang, "full" if layout != "full" else "short")
    before = parts_of(path)
    done = upgrade(path, "--columns", layout)
    assert (done.exit_code, done.stderr) == (0, "")
    after = parts_of(path)
    assert {name for name in before if before[name] != after[name]} == {part("register")}
    one, other = (xml[part("register")] for xml in (before, after))
    assert one[one.index(b"<sheetData>") :] == other[other.index(b"<sheetData>") :]
    assert _shown(path) == _shown(_build(tmp_path / "new.xlsx", lang, layout))
    assert not _shown(path)[OWN.label.of(lang)][0]


def test_a_register_of_an_earlier_version_keeps_its_order_and_its_glance() -> None:
    """There the number came first, then deadlines and states, and the columns as the form has them."""
    columns: list[Column | Calc] = [REGISTER[0], *SUMMARY, *REGISTER[1:], OWN, *COMPLAINT_CALCS]
    heads, order = headers_of(columns, "en"), [column.key for column in columns]
    headings = tuple(heads[key] for key in order)
    for layout in LAYOUTS:
        looks = looks_of(headings, layout)
        shown = [key for at, key in enumerate(order) if at not in looks or not looks[at].hidden]
        assert shown[:5] == ["complaint_id", "next_due", "overall_state", "open_demands", "next_item_due"]
        assert ("solution" in shown, "transfers" in shown) == (layout != "short", layout == "full")
        assert looks[order.index("own_1")][:2] == (None, None)
        assert not any(key in shown for key in ("row_no", "reply_due_s"))
        for at in range(len(order)):  # a group that is folded is no neighbour of one that is not
            here, after = looks[at], looks[at + 1]
            if here.level and after.level:
                assert here.hidden == after.hidden


def test_twice_changes_nothing_and_a_dry_run_neither(
    tmp_path: Path, upgrade: Callable[..., click.testing.Result]
) -> None:
    path = _build(tmp_path / "team.xlsx", "en", "full")
    before = path.read_bytes()
    said = upgrade(path, "--columns", "short", "--dry-run").stdout
    assert said.startswith("team.xlsx: 15 columns in view, ")
    assert said.endswith(" folded; would change these sheets: Register\n")
    assert path.read_bytes() == before
    upgrade(path, "--columns", "short")
    once = path.read_bytes()
    assert upgrade(path, "--columns", "short").exit_code == 0
    assert path.read_bytes() == once


def test_what_kesu_did_not_make_is_refused_in_words(
    tmp_path: Path, upgrade: Callable[..., click.testing.Result]
) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "list.xlsx")
    done = upgrade(tmp_path / "list.xlsx", "--columns", "short")
    assert done.exit_code == 3
    assert "no register that kesu made" in done.stderr


@pytest.mark.slow
def test_new_makes_the_width_that_is_asked_for(tmp_path: Path) -> None:
    run = click.testing.CliRunner()
    seen = {}
    for layout in LAYOUTS:
        path = tmp_path / f"{layout}.xlsx"
        done = run.invoke(main, ["new", str(path), "--lang", "en", "--columns", layout])
        assert done.exit_code == 0, done.output
        sheet = openpyxl.load_workbook(path).worksheets[1]
        dims = [low for low in sheet.column_dimensions.values() if not low.hidden]
        count = len(columns_in_order(live=True))
        seen[layout] = sum(
            ((low.width or 9) - MARGIN) * (min(low.max or 0, count) - (low.min or 0) + 1)
            for low in dims
            if (low.min or 0) <= count
        )
        assert sheet.sheet_view.selection[-1].activeCell == "B6"
    # LibreOffice draws a character 8 pixels wide: one screen of 1366 pixels has 1280 for cells
    assert seen["short"] * 8 <= 1280
    assert 1280 < seen["standard"] * 8 <= 2.5 * 1280 + 8 * 30
    assert seen["full"] > 1.5 * seen["standard"]
