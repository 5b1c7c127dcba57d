"""The workbook's own deadlines, recalculated by LibreOffice, against ``kesu deadlines``: equal to the second."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl.workbook import Workbook

from kesu.register.settings import TARGETS
from kesu.rules.deadlines import STATES
from kesu.workbook.writing import build_register
from kesu.workbook.writing.layouts import columns_in_order
from tests.depth import turns
from tests.odd_books import from_1904
from tests.workbook.writing.live_cases import (
    NOW,
    against_kesu,
    all_recalculated,
    moment,
    random_register,
    settings,
)

pytestmark = [pytest.mark.slow, pytest.mark.libreoffice]
ROWS = turns(120, 2000)
FEW = turns(50, 150)


class Made:
    """A register in one language as built, of random rows unless given, and as LibreOffice recalculates it."""

    def __init__(self, path: Path, lang: str, rows: int, seed: int = 7) -> None:
        self.path, self.lang = path, lang
        self.complaints, items = random_register(rows, seed)
        self.items: pd.DataFrame | None = items
        self.book = Workbook()

    def build(self) -> None:
        build_register(
            self.path, self.lang, settings(), complaints=self.complaints, items=self.items, today=NOW.date()
        )

    @cached_property
    def shown(self) -> pd.DataFrame:
        """The Complaints table by header."""
        sheet = self.book.worksheets[1]
        head, *body = sheet.iter_rows(min_row=5, max_row=5 + len(self.complaints), values_only=True)
        return pd.DataFrame(list(body), columns=list(head), dtype=object)


@pytest.fixture(scope="module")
def registers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    """All registers of this file, recalculated by one LibreOffice."""
    folder = tmp_path_factory.mktemp("live")
    sizes = {
        "zh": ("zh", ROWS),
        "1904": ("zh", FEW),
        "bare": ("zh", 6),
        "nameless": ("en", 6),
    }
    made = {
        name: Made(folder / f"{name}.xlsx", lang, rows, 7 if rows > 6 else 3)
        for name, (lang, rows) in sizes.items()
    }
    made["bare"].complaints["kind"] = "complaint"
    made["bare"].items = None
    made["nameless"].complaints.loc[1, "complaint_id"] = None
    made["nameless"].items = pd.DataFrame(
        {"complaint_id": ["C-00004"], "item_kind": ["demand"], "what": ["money back"]}
    )
    for one in made.values():
        one.build()
    from_1904(made["1904"].path)
    same_number = {made["1904"].path: NOW - dt.timedelta(days=1462)}  # the same day's number there
    books = all_recalculated([one.path for one in made.values()], folder, clocks=same_number)
    for one, book in zip(made.values(), books, strict=True):
        one.book = book
    return made


@pytest.fixture(scope="module")
def zh(registers: dict[str, Made]) -> Made:
    return registers["zh"]


def _compare(made: Made) -> tuple[list[Any], Counter[str]]:
    return against_kesu(made.path, made.lang, lambda header: made.shown[header].tolist())


def test_deadlines_and_states_are_those_of_kesu_to_the_second(zh: Made) -> None:
    differing, intricate = _compare(zh)
    assert differing == []
    assert sum(intricate.values()) < 0.1 * ROWS * len(TARGETS)
    assert zh.shown["首次响应时限状态"].value_counts().min() > 0


def test_deadlines_of_a_register_that_counts_days_from_1904(registers: dict[str, Made]) -> None:
    differing, intricate = _compare(registers["1904"])
    assert differing == []
    assert sum(intricate.values()) < 0.1 * FEW * len(TARGETS)  # not said to lie beyond the calendar


def test_open_demands_and_next_item_due(zh: Made) -> None:
    items = zh.items
    assert items is not None
    open_ = ~(items["done_at"] <= NOW) & ~items["result"].isin(["done", "declined"])
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
    once = zh.shown[zh.shown["回访次数"] == 0]  # after a try it is the next one, see test_before_closing
    for _, row in once.iterrows():
        dues = [row[f"{t.zh}到期"] for t in TARGETS.values() if row[f"{t.zh}时限状态"] in running]
        soonest.append(min(dues, default=None))
    assert [value or None for value in once["下一时限"]] == soonest
    assert sum(value is not None for value in soonest) > 0.05 * ROWS


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
    assert sum(counts) > 0.05 * ROWS
    by_category = mine["category"].value_counts()
    first = sheet.cell(9, heads["按件数排"]).value
    assert by_category[{"产品质量": "quality", "价格争议": "price"}[str(first)]] == by_category.max()


def test_a_register_without_holds_or_items_has_its_deadlines(registers: dict[str, Made]) -> None:
    shown = registers["bare"].shown
    assert [isinstance(value, dt.datetime) for value in shown["首次响应到期"]] == [True] * 6
    assert shown["未了诉求"].tolist() == [0] * 6


def test_a_row_without_a_number_shows_nobody_elses_demands(registers: dict[str, Made]) -> None:
    assert registers["nameless"].shown["Open demands"].tolist() == [0, 0, 0, 1, 0, 0]


def test_libreoffice_hides_the_workings_and_nothing_else(zh: Made) -> None:
    """Neighbouring groups of one level, one of them folded, became one there: due times came up hidden."""
    looks = zh.book.worksheets[1].column_dimensions.values()
    hidden = {at for low in looks if low.hidden for at in range(low.min or 0, (low.max or 0) + 1)}
    columns = columns_in_order(live=True)
    workings = {at for at, column in enumerate(columns, start=1) if column.section == "workings"}
    assert hidden & set(range(1, len(columns) + 1)) == workings
