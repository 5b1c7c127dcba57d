"""What the KPIs sheet counts as open is what the figures count as open, tile and ages alike."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from kesu.demo import AS_OF, make_branch
from kesu.jobs.figures import kpi_table
from kesu.jobs.load import load_all
from kesu.register.kpis import NAMES
from kesu.register.periods import Period
from kesu.workbook.writing import build_register

SAID = {"zh": ("指标", "积压件数", "未办结件数"), "en": ("KPIs", "Open backlog", "Open complaints")}


def counts(path: Path, lang: str) -> tuple[float, float]:
    """The tile, and the sum over the classes of age."""
    sheet, tile, ages = SAID[lang]
    rows = list(openpyxl.load_workbook(path, data_only=True)[sheet].iter_rows(values_only=True))
    [(at, column)] = [
        (at, column) for at, row in enumerate(rows) for column, cell in enumerate(row) if cell == ages
    ]
    classes = [row[column] for row in rows[at + 1 : at + 7]]
    [value] = [rows[at + 1][row.index(tile)] for at, row in enumerate(rows[:8]) if tile in row]
    return float(str(value)), sum(float(str(count)) for count in classes)


@pytest.mark.parametrize(("branch", "lang"), [("JC", "zh"), ("HB", "en")])
def test_open_is_open_everywhere(tmp_path: Path, branch: str, lang: str) -> None:
    settings, complaints, items, _ = make_branch(branch, 160, 3, AS_OF)
    row = complaints[complaints["kind"].eq("complaint") & complaints["status"].eq("closed")].index
    ago = dt.timedelta(days=1)
    changes: list[dict[str, object]] = [
        {"status": "in_progress"},  # resolved, the status was forgotten: not open
        {"resolved_at": pd.NaT},  # closed without a time of resolution: not open
        {"status": "reopened"},  # nobody says when: open
        {"reopened_at": AS_OF - ago},  # still called closed: open
        {"status": "in_progress", "resolved_at": pd.NaT},  # open
    ]
    for at, change in zip(row, changes, strict=False):
        for key, value in change.items():
            complaints[key] = complaints[key].where(complaints.index != at, value)
    path = tmp_path / "r.xlsx"
    build_register(path, lang, settings, complaints=complaints, items=items, today=AS_OF.date())
    [loaded] = load_all([path], AS_OF)
    assert loaded.assessment is not None
    table = kpi_table([loaded.assessment], Period.parse("2026"), AS_OF, ())
    [backlog] = table.loc[table["kpi"].eq("backlog_open"), "value"].tolist()
    assert counts(path, lang) == (backlog, backlog)
    before = make_branch(branch, 160, 3, AS_OF)[1]
    assert backlog == pytest.approx(_open(before) + 3)


@pytest.mark.parametrize(("branch", "lang"), [("JC", "zh"), ("HB", "en")])
def test_counts_agree_with_the_table_below_them(tmp_path: Path, branch: str, lang: str) -> None:
    settings, complaints, items, _ = make_branch(branch, 160, 3, AS_OF)
    path = tmp_path / "r.xlsx"
    build_register(path, lang, settings, complaints=complaints, items=items, as_of=AS_OF)
    [loaded] = load_all([path], AS_OF)
    assert loaded.assessment is not None
    period = Period.parse(f"{AS_OF:%Y-%m}")
    table = kpi_table([loaded.assessment], period, AS_OF, ()).set_index("kpi")["value"]
    sheet = openpyxl.load_workbook(path, data_only=True)["指标" if lang == "zh" else "KPIs"]
    said = {
        str(cell.value): sheet.cell(5, cell.column or 1).value for cell in sheet[4] if cell.value is not None
    }
    for kpi in ("backlog_open", "overdue_now", "awaiting_callback"):
        assert said[NAMES[kpi].of(lang)] == table[kpi], kpi
    assert next(iter(said.values())) == table["complaints"]
    assert len(said) == 7


def _open(complaints: pd.DataFrame) -> int:
    """By the same words, row by row."""
    found = 0
    for row in complaints[complaints["kind"].eq("complaint")].to_dict("records"):
        back = pd.notna(row["reopened_at"]) and not row["resolved_at"] >= row["reopened_at"]
        done = pd.notna(row["resolved_at"]) or row["status"] in {"resolved", "closed"}
        found += back or not done or (row["status"] == "reopened" and pd.isna(row["reopened_at"]))
    return found
