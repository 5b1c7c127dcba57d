"""Registers of every kind that come back from Parquet: two languages, faults, 1904, no Settings, two in one workbook, text."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import openpyxl

from kesu.jobs.convert import contents, tables
from kesu.jobs.load import Loaded, load_all
from kesu.workbook.own import beside
from tests.odd_books import from_1904
from tests.twelve_rows import AS_OF, write_chinese, write_english

NOW = dt.datetime.fromisoformat(AS_OF)
FAULTS = (
    (2, "受理时间", "2026年10月1日 9:30"),
    (3, "受理时间", "昨天 13812345678"),
    (4, "受理时间", "#REF!"),
    (5, "客户等级", "钻石"),
    (6, "赔付金额", "1,234"),
    (7, "赔付金额", "三百"),
    (8, "升级去向", "联合国、12315"),
    (9, "类别", None),
    (10, "类别", "怪"),
    (11, "解决时间", "2031-01-01 10:00"),
    (12, "客户原话", "#N/A"),
    (3, "接通时长（秒）", "=A1+1"),
)
"""Row, heading and what is typed there: a text for a time, none at all, an error value, unknown choices, a formula without a result."""


def faulty(path: Path) -> None:
    write_chinese(path)
    book = openpyxl.load_workbook(path)
    sheet = book["投诉登记"]
    heads = {str(cell.value): at for at, cell in enumerate(sheet[1], 1)}
    for row, head, value in FAULTS:
        sheet.cell(row, heads[head]).value = value
    for line in book["设置"].iter_rows():
        for cell in line:
            if cell.value == "09:00":
                cell.value = "9点"
    book.save(path)


def two_in_one(path: Path) -> None:
    write_chinese(path)
    book = openpyxl.load_workbook(path)
    east = book["投诉登记"]
    west = book.copy_worksheet(east)
    east.title, west.title = "东", "西"
    for row in range(2, 14):
        west.cell(row, 1).value = f"W-{row}"
    book.save(path)


def as_csv(path: Path, book: Path) -> None:
    rows = openpyxl.load_workbook(book)["投诉登记"].iter_rows(values_only=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["" if cell is None else cell for cell in row] for row in rows])


def mixed(folder: Path) -> list[Path]:
    """The workbooks, in the order of their names."""
    write_english(folder / "a.xlsx")
    write_english(folder / "b-1904.xlsx")
    from_1904(folder / "b-1904.xlsx")
    faulty(folder / "c-faults.xlsx")
    write_english(folder / "d-plain.xlsx")
    book = openpyxl.load_workbook(folder / "d-plain.xlsx")
    del book["Settings"]
    book.save(folder / "d-plain.xlsx")
    two_in_one(folder / "e-two.xlsx")
    write_chinese(folder / "f.xlsx")
    as_csv(folder / "g.csv", folder / "f.xlsx")
    return sorted(folder.iterdir())


def converted(paths: list[Path], out: Path, *, unmasked: bool = True) -> list[Loaded]:
    """``paths`` written to ``out``; what was read from them."""
    loaded = load_all(paths, NOW)
    for name, content in contents(tables(loaded, unmasked=unmasked)).items():
        (out if name == "register" else beside(out, name)).write_bytes(content)
    return loaded
