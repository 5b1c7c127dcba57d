"""Workbooks to patch, and looks at them that owe nothing to the code under test."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any, Protocol

import openpyxl
import pytest
import xlsxwriter

DAY = dt.date(2025, 3, 14)


class Look(Protocol):
    """What a file holds: packed bytes of each part, or values of a sheet."""

    def packed(self, path: Path) -> dict[str, bytes]: ...
    def values(self, path: Path, sheet: str) -> dict[str, Any]: ...
    def formats(self, path: Path, sheet: str) -> dict[str, str]: ...


class _Look:
    def packed(self, path: Path) -> dict[str, bytes]:
        """Every part's packed bytes, cut out of the file by hand."""
        data = path.read_bytes()
        with zipfile.ZipFile(path) as container:
            found = {}
            for info in container.infolist():
                header = data[info.header_offset : info.header_offset + 30]
                at = info.header_offset + 30 + int.from_bytes(header[26:28], "little")
                at += int.from_bytes(header[28:30], "little")
                found[info.filename] = data[at : at + info.compress_size]
        return found

    def values(self, path: Path, sheet: str) -> dict[str, Any]:
        """The filled cells, as openpyxl reads them (formulas as formulas)."""
        book = openpyxl.load_workbook(path)
        rows = book[sheet].iter_rows()
        found = {c.coordinate: c.value for row in rows for c in row if c.value is not None}
        book.close()
        return found

    def formats(self, path: Path, sheet: str) -> dict[str, str]:
        """The number formats of the cells that have one."""
        book = openpyxl.load_workbook(path)
        rows = book[sheet].iter_rows()
        found = {c.coordinate: c.number_format for row in rows for c in row if c.number_format != "General"}
        book.close()
        return found


@pytest.fixture(scope="session")
def look() -> Look:
    return _Look()


@pytest.fixture(scope="session")
def as_of() -> dt.date:
    return DAY


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A team's workbook: a KPI sheet with a chart, a follow-up table with a formula column, a register."""
    path = tmp_path / "register.xlsx"
    workbook = xlsxwriter.Workbook(path)
    date = workbook.add_format({"num_format": "yyyy-mm-dd"})
    percent = workbook.add_format({"num_format": "0.0%"})
    kpis = workbook.add_worksheet("KPIs")
    kpis.write("A1", "KPIs")
    for row in range(3):
        kpis.write(2 + row, 0, f"kpi {row}")
        kpis.write(2 + row, 1, row / 10, percent)
    chart = workbook.add_chart({"type": "column"})
    chart.add_series({"values": "=KPIs!$B$3:$B$5"})
    kpis.insert_chart("D3", chart)
    todo = workbook.add_worksheet("Follow-ups")
    columns = [
        {"header": "No"},
        {"header": "due", "format": date},
        {"header": "hours"},
        {"header": "days", "formula": "=Todo[[#This Row],[hours]]/24"},
    ]
    data = [["C-1", 45000, 12], ["C-2", 45001, 24], ["C-3", 45002, 36]]
    todo.add_table("B3:E6", {"name": "Todo", "columns": columns, "data": data})
    todo.write("A1", "mine")
    todo.write("G5", "a note of the team")
    register = workbook.add_worksheet("Register")
    register.write("A1", "complaints")
    register.write_formula("A2", "=SUM('Follow-ups'!D4:D6)", None, 72)
    workbook.close()
    return path
