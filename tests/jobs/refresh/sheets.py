"""What tests look at in a refreshed workbook: parts of sheets, rows below headings, a workbook of a team's own."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter

from tests.places import part

OURS = ("Follow-ups", "KPIs", "Findings")
RESULTS = {part(sheet) for sheet in ("register", "items", "today", "settings", "workings")}
"""Register, Items and what counts for them: there only the results of live formulas change."""


def parts_of(path: Path, *titles: str) -> set[str]:
    """The parts of the sheets called ``titles`` and of their tables."""
    found: set[str] = set()
    with zipfile.ZipFile(path) as book:
        rels = {}
        for relation in re.findall(r"<Relationship [^>]+>", book.read("xl/_rels/workbook.xml.rels").decode()):
            rels[re.findall(r'Id="(\w+)"', relation)[0]] = re.findall(r'Target="([^"]+)"', relation)[0]
        for title, rel in re.findall(
            r'<sheet name="([^"]+)"[^>]*r:id="(\w+)"', book.read("xl/workbook.xml").decode()
        ):
            if title in titles:
                part = f"xl/{rels[rel]}"
                found.add(part)
                around = f"xl/worksheets/_rels/{part.rpartition('/')[2]}.rels"
                tables = re.findall(r"\.\./(tables/[^\"]+)", book.read(around).decode())
                found |= {f"xl/{table}" for table in tables}
    return found


def rows(path: Path, sheet: str, heading: str) -> list[dict[str, Any]]:
    """The rows below the line that begins with ``heading``, as openpyxl reads them."""
    book = openpyxl.load_workbook(path, read_only=True)
    grid = list(book[sheet].iter_rows(values_only=True))
    book.close()
    at = next(at for at, row in enumerate(grid) if row[0] == heading)
    return [dict(zip(map(str, grid[at]), row, strict=True)) for row in grid[at + 1 :] if row[0] is not None]


# ---- what belongs to the team -------------------------------------------------------------------------------

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def of_the_team(path: Path) -> None:
    """A workbook of a team's own making: a register, and on other sheets all that hangs on cells."""
    book = xlsxwriter.Workbook(path)
    date = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet("Register")
    sheet.write_row(0, 0, ["Complaint no.", "Kind", "Tier", "Received at", "Channel", "Status"])
    sheet.write_row(1, 0, ["C-1", "Complaint", "VIP"])
    sheet.write_datetime(1, 3, dt.datetime(2026, 10, 1, 9), date)
    sheet.write_row(1, 4, ["Phone", "New"])
    own = book.add_worksheet("Team")
    own.write_column("A1", [3, 1, 2])
    own.write_comment("A1", "ask Li Na")
    picture = path.with_suffix(".png")
    picture.write_bytes(PNG)
    own.insert_image("C3", str(picture))
    own.add_sparkline("B1", {"range": "Team!A1:A3"})
    own.conditional_format("A1:A3", {"type": "data_bar", "bar_solid": True})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Team!$A$1:$A$3"})
    own.insert_chart("E3", chart)
    own.data_validation("A5", {"validate": "list", "source": ["a", "b"]})
    own.insert_textbox("H3", "ours")
    book.close()
