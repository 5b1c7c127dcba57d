"""The workbook's own deadlines, recalculated by LibreOffice, against ``kesu deadlines``: equal to the second."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl.workbook import Workbook

from kesu.register.settings import TARGETS
from kesu.rules.deadlines import STATES
from kesu.workbook.writing import build_register
from tests.odd_books import from_1904
from tests.workbook.writing.live_cases import (
    NOW,
    against_kesu,
    moment,
    random_register,
    recalculated,
    settings,
)

pytestmark = [pytest.mark.slow, pytest.mark.libreoffice]
ROWS = 2000


class Made:
    """A register with random rows in one language, as built and as LibreOffice recalculated it."""

    def __init__(self, folder: Path, lang: str, rows: int, *, days_from_1904: bool = False) -> None:
        self.lang = lang
        self.path = folder / "register.xlsx"
        self.complaints, self.items = random_register(rows, seed=7)
        build_register(
            self.path, lang, settings(), complaints=self.complaints, items=self.items, today=NOW.date()
        )
        now = NOW
        if days_from_1904:
            from_1904(self.path)
            now -= dt.timedelta(days=1462)  # the same day's number there
        self.book = recalculated(self.path, folder, now)
        self.shown = self.column_frame(self.book)

    def column_frame(self, book: Workbook) -> pd.DataFrame:
        """The Complaints table by header."""
        sheet = book.worksheets[1]
        head, *body = sheet.iter_rows(min_row=5, max_row=5 + len(self.complaints), values_only=True)
        return pd.DataFrame(list(body), columns=list(head), dtype=object)


@pytest.fixture(scope="module")
def zh(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made(tmp_path_factory.mktemp("zh"), "zh", ROWS)


def _compare(made: Made) -> tuple[list[Any], Counter[str]]:
    return against_kesu(made.path, made.lang, lambda header: made.shown[header].tolist())


def test_deadlines_and_states_are_those_of_kesu_to_the_second(zh: Made) -> None:
    differing, intricate = _compare(zh)
    assert differing == []
    assert sum(intricate.values()) < 0.1 * ROWS * len(TARGETS)
    assert zh.shown["首次响应时限状态"].value_counts().min() > 0


def test_deadlines_in_english_too(tmp_path: Path) -> None:
    differing, _ = _compare(Made(tmp_path, "en", 150))
    assert differing == []


def test_deadlines_of_a_register_that_counts_days_from_1904(tmp_path: Path) -> None:
    differing, intricate = _compare(Made(tmp_path, "zh", 150, days_from_1904=True))
    assert differing == []
    assert sum(intricate.values()) < 0.1 * 150 * len(TARGETS)  # not said to lie beyond the calendar


def test_open_demands_and_next_item_due(zh: Made) -> None:
    items = zh.items
    open_ = items["done_at"].isna() & ~items["result"].isin(["done", "declined"])
    demands = items[open_ & (items["item_kind"] == "demand")].groupby("complaint_id").size()
    kinds = items["item_kind"].isin(["commitment", "action", "contact"])
    due = items[open_ & kinds & items["due_at"].notna()].groupby("complaint_id")["due_at"].min()
    numbers = zh.complaints["complaint_id"]
    assert zh.shown["未了诉求"].astype(int).tolist() == demands.reindex(numbers, fill_value=0).tolist()
    shown = [moment(value) for value in zh.shown["下一事项到期"]]
    wanted = [None if pd.isna(at) else at.to_pydatetime() for at in due.reindex(numbers)]
    assert shown == wanted


def test_next_deadline_is_the_earliest_that_is_running(zh: Made) -> None:
    running = [STATES[key].zh for key in ("pending", "due_soon", "overdue")]
    soonest = []
    for _, row in zh.shown.iterrows():
        dues = [row[f"{t.zh}到期"] for t in TARGETS.values() if row[f"{t.zh}时限状态"] in running]
        soonest.append(min(dues, default=None))
    assert [value or None for value in zh.shown["下一时限"]] == soonest
    assert sum(value is not None for value in soonest) > 100


def test_next_free_number_follows_the_last(zh: Made) -> None:
    assert zh.book.worksheets[1]["B2"].value == f"C-{ROWS + 1:05d}"


def test_no_cell_shows_an_error(zh: Made) -> None:
    errors = [
        (sheet.title, cell.coordinate, cell.value)
        for sheet in zh.book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("#") and cell.value != "#N/A"
    ]
    assert errors == []


def test_charts_follow_the_register(zh: Made) -> None:
    sheet = zh.book["指标"]
    heads = {cell.value: cell.column for cell in sheet[8] if cell.value}
    mine = zh.complaints[zh.complaints["kind"].fillna("complaint") == "complaint"]
    weeks: list[Any] = [sheet.cell(row, heads["周（周一起）"]).value for row in range(9, 35)]
    counts: list[Any] = [sheet.cell(row, heads["投诉量"]).value for row in range(9, 35)]
    assert weeks[-1] == dt.datetime(2026, 11, 9)  # Monday of the last whole week before Wednesday 18 November
    received = pd.to_datetime(mine["received_at"])
    wanted = [((received >= week) & (received < week + dt.timedelta(days=7))).sum() for week in weeks]
    assert counts == wanted
    assert sum(counts) > 100
    by_category = mine["category"].value_counts()
    first = sheet.cell(9, heads["按件数排"]).value
    assert by_category[{"产品质量": "quality", "价格争议": "price"}[str(first)]] == by_category.max()


def test_a_register_without_holds_or_items_has_its_deadlines(tmp_path: Path) -> None:
    complaints, _ = random_register(6, seed=3)
    complaints["kind"] = "complaint"
    path = tmp_path / "register.xlsx"
    build_register(path, "zh", settings(), complaints=complaints, today=NOW.date())
    head, *body = (
        recalculated(path, tmp_path).worksheets[1].iter_rows(min_row=5, max_row=11, values_only=True)
    )
    due, demands = (list(head).index(label) for label in ("首次响应到期", "未了诉求"))
    assert [isinstance(row[due], dt.datetime) for row in body] == [True] * 6
    assert [row[demands] for row in body] == [0] * 6


def test_a_row_without_a_number_shows_nobody_elses_demands(tmp_path: Path) -> None:
    complaints, _ = random_register(6, seed=3)
    complaints.loc[1, "complaint_id"] = None
    items = pd.DataFrame({"complaint_id": ["C-00004"], "item_kind": ["demand"], "what": ["money back"]})
    path = tmp_path / "register.xlsx"
    build_register(path, "en", settings(), complaints=complaints, items=items, today=NOW.date())
    head, *body = (
        recalculated(path, tmp_path).worksheets[1].iter_rows(min_row=5, max_row=11, values_only=True)
    )
    at = list(head).index("Open demands")
    assert [row[at] for row in body] == [0, 0, 0, 1, 0, 0]
