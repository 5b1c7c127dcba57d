"""One number in several rows: items belong to the first, in the formulas as in Python."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import kesu
from kesu.workbook.writing import build_register
from kesu.workbook.writing.live_cells import INTRICATE
from tests.workbook.writing.live_cases import NOW, settings
from tests.workbook.writing.stored import plain, second_engine

RECEIVED = dt.datetime(2026, 11, 16, 10)
ITEMS = pd.DataFrame([
    {"complaint_id": "C-2", "item_kind": "demand", "what": "money back"},
    {"complaint_id": "C-2", "item_kind": "hold", "what": "parts", "started_at": RECEIVED, "done_at": RECEIVED + dt.timedelta(hours=1)},
    {"complaint_id": "C-3", "item_kind": "contact", "what": "agreed", "noted_at": RECEIVED, "for_target": "reply", "due_at": dt.datetime(2026, 12, 1, 9)},
])  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    "numbers",
    [
        ["C-1", "C-2", "C-2", "C-3", "C-3", "C-4"],  # ascending: found by halving
        ["C-1", "C-2", "C-3", "C-4", "C-3", "C-2"],  # typed again at the end
        ["C-4", "C-3", "C-2", "C-1", "C-2", "C-3"],
        ["C-2", "C-3", "C-2", "C-3", "C-2", "C-3"],
    ],
)
def test_items_belong_to_the_first_row_of_a_number(tmp_path: Path, numbers: list[str]) -> None:
    complaints = pd.DataFrame({
        "complaint_id": numbers, "kind": "complaint", "received_at": RECEIVED, "channel": "phone",
        "customer_name": [f"Customer {n}" for n in range(6)],
    })  # fmt: skip
    path = tmp_path / "register.xlsx"
    build_register(path, "en", settings(), complaints=complaints, items=ITEMS, as_of=NOW)
    sheet = openpyxl.load_workbook(path).worksheets[1]
    value = second_engine(path, NOW)
    shown = {
        str(head.value): [plain(value(sheet.title, f"{head.column_letter}{row}")) for row in range(6, 12)]
        for head in sheet[5]
        if head.value
        in {"Open demands", "First response due", "Substantive reply due", "Substantive reply state"}
    }
    two, three = numbers.index("C-2"), numbers.index("C-3")
    owners = kesu.load(path, as_of=NOW)[0].register.parent.tolist()
    assert owners == [two, two, three]
    assert [row for row, count in enumerate(shown["Open demands"]) if count] == [two]
    assert shown["Substantive reply due"][three] == pytest.approx(plain(dt.datetime(2026, 12, 1, 9)))
    # 48 hours, and one more of hold
    assert shown["First response due"][two] == pytest.approx(plain(RECEIVED + dt.timedelta(hours=49)))
    for row, number in enumerate(numbers):
        if row in (two, three):
            continue
        assert shown["Open demands"][row] == 0
        if number == "C-3":  # which of the rows counts, only a refresh can say
            assert shown["Substantive reply state"][row] == INTRICATE["double"].en
        elif number == "C-2":
            assert shown["Substantive reply state"][row] == INTRICATE["holds"].en
        else:
            assert shown["First response due"][row] == pytest.approx(plain(RECEIVED + dt.timedelta(hours=48)))
