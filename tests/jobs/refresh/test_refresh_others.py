"""What other programs put into a workbook, made by those programs, is still there byte for byte after a refresh."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from pyopenvba import ExcelFile  # type: ignore[import-untyped,unused-ignore]

from tests.conftest import Packed
from tests.jobs.refresh.conftest import Run
from xlwings_libreoffice.bridge import enum, properties, struct, url
from xlwings_libreoffice.office import launched

OURS = ("Follow-ups", "KPIs", "Findings")
NAMING = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
"""Parts that name the sheets and styles of all others: they change where a sheet is added."""
HEADER = ("Complaint no.", "Kind", "Tier", "Received at", "Channel", "Status")
TIERS = ("VIP", "Mid", "VIP", "Other")
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def untouched(path: Path, refresh: Run, packed: Packed) -> dict[str, bytes]:
    """Refresh twice; the parts as they were, all of which but `NAMING` are as they were."""
    before = packed(path)
    done = refresh(path, "--as-of", "2026-10-03T18:00", "--force")
    assert done.exit_code == 0, done.stderr
    assert done.stderr.count("\n") == 2  # no Settings sheet, and a row that lies in the future
    assert "left out 1 (received later" in done.stderr
    with zipfile.ZipFile(path) as book:
        assert re.findall(r'<sheet [^>]*?name="([^"]+)"', book.read("xl/workbook.xml").decode())[-3:] == list(
            OURS
        )
    assert refresh(path, "--as-of", "2026-10-04T18:00", "--force").exit_code == 0
    after = packed(path)
    assert {name for name in before if after.get(name) != before[name]} <= NAMING
    return before


# ---- XlsxWriter and a real VBA project -----------------------------------------------------------------------


def vba_project(folder: Path) -> Path:
    """A ``vbaProject.bin`` with one macro."""
    with ExcelFile.create_new(folder / "macros.xlsm") as book:
        book.vba_project().delete_module("Module1")
        book.vba_project().add_module("Ours", "Public Sub Ours()\r\n    MsgBox 1\r\nEnd Sub\r\n")
        book.save()
    with zipfile.ZipFile(folder / "macros.xlsm") as package:
        (folder / "vbaProject.bin").write_bytes(package.read("xl/vbaProject.bin"))
    return folder / "vbaProject.bin"


def everything(path: Path) -> None:
    """A register, and on a sheet of the team's own all that XlsxWriter can hang on cells."""
    picture = path.with_suffix(".png")
    picture.write_bytes(PNG)
    book = xlsxwriter.Workbook(path)
    book.add_vba_project(str(vba_project(path.parent)))
    date = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet("Register")
    sheet.write_row(0, 0, HEADER)
    for row, tier in enumerate(TIERS, 1):
        sheet.write_row(row, 0, [f"C-{row}", "Complaint", tier, None, "Phone", "New"])
        sheet.write_datetime(row, 3, dt.datetime(2026, 10, row, 9), date)
    sheet.write_comment("A2", "the customer's own words", {"author": "Li Na"})
    sheet.set_background(str(picture))
    own = book.add_worksheet("Team")
    own.write_column("A1", [3, 1, 2])
    own.insert_image("C3", str(picture))
    own.embed_image("D3", str(picture))
    for kind in ("line", "column", "win_loss"):
        own.add_sparkline(
            {"line": "B1", "column": "B2", "win_loss": "B3"}[kind], {"range": "Team!A1:A3", "type": kind}
        )
    own.insert_button("F1", {"macro": "Ours", "caption": "Ours"})
    own.insert_checkbox("F3", True)
    own.insert_textbox("H3", "ours")
    own.conditional_format("A1:A3", {"type": "data_bar", "bar_solid": True})
    own.conditional_format("A1:A3", {"type": "icon_set", "icon_style": "3_arrows"})
    own.set_header("&L&G", {"image_left": str(picture)})
    own.write_dynamic_array_formula("J1:J3", "=SORT(A1:A3)", None, 1)
    for kind in ("pie", "line", "stock", "radar"):
        chart = book.add_chart({"type": kind})
        for _ in range(3):
            chart.add_series(
                {"values": "=Team!$A$1:$A$3", "trendline": {"type": "linear"}}
                if kind == "line"
                else {"values": "=Team!$A$1:$A$3"}
            )
        own.insert_chart("M3", chart)
    book.add_chartsheet("Chart").set_chart(_chart(book))
    book.close()


def _chart(book: Any) -> Any:
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "=Team!$A$1:$A$3"})
    return chart


def test_pictures_comments_sparklines_charts_buttons_and_macros_stay(
    tmp_path: Path, refresh: Run, packed: Packed
) -> None:
    path = tmp_path / "everything.xlsm"
    everything(path)
    before = untouched(path, refresh, packed)
    kinds = (
        "media/",
        "comments",
        "vmlDrawing",
        "drawings/drawing",
        "charts/chart",
        "vbaProject.bin",
        "chartsheets/",
        "richData/",
    )
    for kind in kinds:
        assert any(kind in name for name in before), kind


# ---- LibreOffice: pivot tables and form controls -------------------------------------------------------------


@pytest.fixture(scope="module")
def office() -> Iterator[Any]:
    if shutil.which("soffice") is None:
        if os.environ.get("CI"):
            pytest.fail("LibreOffice is missing")
        pytest.skip("no LibreOffice (soffice) here")
    running = launched(None, visible=False, soffice=None, timeout_s=120)
    yield running
    running.stop()


def pivot(sheet: Any, source: Any) -> None:
    """The team's own: complaints by tier, from the register itself, at A3 of ``sheet``."""
    tables = sheet.getDataPilotTables()
    description = tables.createDataPilotDescriptor()
    description.setSourceRange(source.RangeAddress)
    fields = description.getDataPilotFields()
    place = "sheet.DataPilotFieldOrientation"
    fields.getByName("Tier").Orientation = enum(place, "ROW")
    fields.getByName("Channel").Orientation = enum(place, "COLUMN")
    number = fields.getByName("Complaint no.")
    number.Orientation = enum(place, "DATA")
    number.Function = enum("sheet.GeneralFunction", "COUNT")
    tables.insertNewByName("ByTier", struct("table.CellAddress", Sheet=1, Column=0, Row=2), description)


def check_box(document: Any, sheet: Any) -> None:
    box = document.createInstance("com.sun.star.form.component.CheckBox")
    box.Label = "seen"
    shape = document.createInstance("com.sun.star.drawing.ControlShape")
    shape.Control = box
    shape.Position, shape.Size = (
        struct("awt.Point", X=9000, Y=1000),
        struct("awt.Size", Width=3000, Height=800),
    )
    sheet.DrawPage.add(shape)


def by_libreoffice(office: Any, path: Path, add: Callable[[Any, Any], None]) -> None:
    document = office.desktop.loadComponentFromURL(
        "private:factory/scalc", "_blank", 0, properties(Hidden=True)
    )
    try:
        register = document.Sheets.getByIndex(0)
        register.Name = "Register"
        document.Sheets.insertNewByName("Team", 1)
        rows = [
            HEADER,
            *((f"C-{n}", "Complaint", tier, 46296.375 + n, "Phone", "New") for n, tier in enumerate(TIERS)),
        ]
        register.getCellRangeByName("A1:F5").setDataArray(tuple(map(tuple, rows)))
        dates = register.getCellRangeByName("D2:D5")
        dates.NumberFormat = document.NumberFormats.addNew(
            "YYYY-MM-DD HH:MM", struct("lang.Locale", Language="en", Country="US")
        )
        add(document, register.getCellRangeByName("A1:F5"))
        document.storeToURL(url(path), properties(FilterName="Calc MS Excel 2007 XML"))
    finally:
        document.close(True)


@pytest.mark.libreoffice
@pytest.mark.slow
def test_a_pivot_table_of_the_team_stays(office: Any, tmp_path: Path, refresh: Run, packed: Packed) -> None:
    path = tmp_path / "pivot.xlsx"
    by_libreoffice(office, path, lambda document, source: pivot(document.Sheets.getByName("Team"), source))
    before = untouched(path, refresh, packed)
    assert sum("pivotCache/pivotCacheDefinition" in name for name in before if name.endswith(".xml")) == 1
    assert any("pivotCacheRecords" in name for name in before)
    assert any("pivotTables/pivotTable" in name for name in before)
    assert len(openpyxl.load_workbook(path)["Team"]._pivots) == 1  # type: ignore[attr-defined]
    document = office.desktop.loadComponentFromURL(url(path), "_blank", 0, properties(Hidden=True))
    try:
        found = document.Sheets.getByName("Team").getDataPilotTables()
        assert found.ElementNames == ("ByTier",)
        total = document.Sheets.getByName("Team").getCellRangeByName("A1:F20").getDataArray()
        assert ("VIP", 2.0) in [row[:2] for row in total]
    finally:
        document.close(True)


@pytest.mark.libreoffice
@pytest.mark.slow
def test_form_controls_stay(office: Any, tmp_path: Path, refresh: Run, packed: Packed) -> None:
    path = tmp_path / "controls.xlsx"
    by_libreoffice(office, path, lambda document, _: check_box(document, document.Sheets.getByName("Team")))
    before = untouched(path, refresh, packed)
    assert any("ctrlProp" in name for name in before) or any("vmlDrawing" in name for name in before)
