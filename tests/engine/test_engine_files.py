"""A register built by XlsxWriter is opened, changed through xlwings, saved, and read again with openpyxl."""

from __future__ import annotations

import datetime as dt
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwings as xw

from xlwings_libreoffice import NotInLibreOfficeError, OfficeError

pytestmark = pytest.mark.libreoffice


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = tmp_path / "登记 register.xlsx"
    built = xlsxwriter.Workbook(str(path))
    sheet, settings = built.add_worksheet("Register"), built.add_worksheet("设置")
    moment = built.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    text = built.add_format({"num_format": "@"})
    columns: list[dict[str, Any]] = [{"header": name} for name in ("No", "Received", "Contact")]
    columns.append({"header": "Hours", "formula": "=Complaints[[#This Row],[No]]*Hours_Each"})
    sheet.add_table("A1:D4", {"name": "Complaints", "columns": columns})
    for row in (1, 2, 3):
        sheet.write_number(row, 0, row)
        sheet.write_datetime(row, 1, dt.datetime(2026, 1, row, 9, 30, row), moment)
        sheet.write_string(row, 2, f"0138000{row}", text)
    sheet.set_column("B:B", 18, moment)
    sheet.set_column("C:C", 16, text)
    sheet.data_validation("A2:A100", {"validate": "list", "source": ["1", "2"]})
    red = built.add_format({"bg_color": "#FFC7CE"})
    sheet.conditional_format("A2:A100", {"type": "cell", "criteria": ">", "value": 2, "format": red})
    sheet.freeze_panes(1, 1)
    sheet.write_comment("F1", "the team's own note")
    sheet.write_formula("F2", "=SUM(Complaints[Hours])")
    sheet.write_boolean("F3", True)
    chart = built.add_chart({"type": "column"})
    chart.add_series({"values": "=Register!$A$2:$A$4"})
    chart.set_title({"name": "Volume"})
    sheet.insert_chart("H2", chart)
    settings.write_number("A1", 24)
    built.define_name("Hours_Each", "=设置!$A$1")
    built.close()
    return path


def test_what_a_register_holds_is_seen(app: xw.App, register: Path) -> None:
    with app.books.open(register) as book:
        sheet = book.sheets["Register"]
        assert (book.name, book.fullname, book.sheet_names) == (
            register.name,
            str(register),
            ["Register", "设置"],
        )
        assert sheet["A1"].expand().value == [
            ["No", "Received", "Contact", "Hours"],
            [1.0, dt.datetime(2026, 1, 1, 9, 30, 1), "01380001", 24.0],
            [2.0, dt.datetime(2026, 1, 2, 9, 30, 2), "01380002", 48.0],
            [3.0, dt.datetime(2026, 1, 3, 9, 30, 3), "01380003", 72.0],
        ]
        assert sheet["F2:F3"].value == [144.0, True]  # calculated on opening: XlsxWriter cached 0
        formulas: Any = sheet["D2:D4"].formula
        assert formulas == (("=Complaints[[#This Row],[No]]*Hours_Each",),) * 3
        assert sheet["B2:C2"].number_format is None
        assert [sheet[f"{column}2"].number_format for column in "BC"] == ["yyyy-mm-dd hh:mm", "@"]
        assert book.names["Hours_Each"].refers_to == "=设置!$A$1"
        assert sheet.tables["Complaints"].range.address == "$A$1:$D$4"
        assert [(chart.title, chart.parent.name) for chart in sheet.charts] == [("Volume", "Register")]
        note = sheet["F1"].note
        assert note is not None
        assert note.text == "the team's own note"


def test_what_is_changed_is_saved_and_the_rest_is_kept(app: xw.App, register: Path, tmp_path: Path) -> None:
    target = tmp_path / "changed.xlsx"
    with app.books.open(register) as book:
        sheet = book.sheets["Register"]
        with app.properties(screen_updating=False):
            sheet["A5"].value = [4, dt.datetime(2026, 2, 1, 10, 0, 59), "+86 138 0000 0004"]
            sheet["D5"].formula = "=Complaints[[#This Row],[No]]*Hours_Each"
            sheet.tables["Complaints"].resize(sheet["A1:D5"])
            sheet["A5"].color = (255, 235, 156)
            findings = book.sheets.add("Findings", after=book.sheets[-1])
            findings["A1:A2"].number_format = "@"
            findings["A1"].value = [["=cmd()", True], ["001", None]]
            findings["C1"].add_hyperlink("#Register!A5", "C-004")
            findings.freeze_panes.freeze_at("A1:B1")
            book.sheets["Register"].activate()
        assert sheet["F2"].value == 240.0
        book.save(target)
        assert book.fullname == str(target)
    saved = openpyxl.load_workbook(target)
    sheet_, findings_ = saved["Register"], saved["Findings"]
    assert [cell.value for cell in sheet_[5]][:3] == [
        4,
        dt.datetime(2026, 2, 1, 10, 0, 59),
        "+86 138 0000 0004",
    ]
    assert [cell.value for cell in sheet_["D"]][1:] == ["=Complaints[[#This Row],[No]]*Hours_Each"] * 4
    assert sheet_["A5"].fill.fgColor.rgb == "FFFFEB9C"
    assert sheet_["C5"].number_format == "@"
    table = sheet_.tables["Complaints"]
    assert (table.ref, [column.name for column in table.tableColumns]) == (
        "A1:D5",
        ["No", "Received", "Contact", "Hours"],
    )
    assert table.autoFilter is not None
    assert [(rule.formula1, str(rule.sqref)) for rule in sheet_.data_validations.dataValidation] == [
        ('"1,2"', "A2:A100")
    ]
    assert [str(rules.sqref) for rules in sheet_.conditional_formatting] == ["A2:A100"]
    assert saved.defined_names["Hours_Each"].attr_text == "设置!$A$1"
    assert (sheet_.freeze_panes, findings_.freeze_panes) == ("B2", "C2")
    assert sheet_["F1"].comment is not None
    assert (findings_["A1"].value, findings_["A1"].data_type) == ("=cmd()", "s")
    assert (findings_["A2"].value, findings_["B1"].value) == ("001", True)
    assert findings_["C1"].hyperlink.location == "Register!A5"
    assert openpyxl.load_workbook(target, data_only=True)["Register"]["F2"].value == 240
    with app.books.open(target) as again:
        assert again.sheets["Findings"]["C1"].hyperlink == "#Register!A5"


def test_saving_needs_no_path_and_knows_its_endings(app: xw.App, register: Path, tmp_path: Path) -> None:
    with app.books.open(register) as book:
        book.sheets[1]["A1"].value = 48
        book.save()
        with pytest.raises(NotInLibreOfficeError, match=r"only \.xlsx"):
            book.save(tmp_path / "register.csv")
        with pytest.raises(FileNotFoundError, match="no such folder"):
            book.save(tmp_path / "no such folder" / "x.xlsx")
        (tmp_path / "folder.xlsx").mkdir()
        with pytest.raises(OSError, match="could not write"):
            book.save(tmp_path / "folder.xlsx")
        book.save(tmp_path / "register.ods")
    assert openpyxl.load_workbook(register)["设置"]["A1"].value == 48
    assert (tmp_path / "register.ods").stat().st_size > 1000


def test_closing_drops_what_was_not_saved(app: xw.App, register: Path) -> None:
    before = register.read_bytes()
    with app.books.open(register) as book:
        book.sheets[0]["A2"].value = 99
    with app.books.open(register, read_only=True) as book, pytest.raises(OfficeError, match="refused"):
        book.sheets[0]["A2"].value = 99
    assert register.read_bytes() == before


def test_no_workbook_and_no_option_are_taken_silently(app: xw.App, register: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    with pytest.raises(FileNotFoundError):
        app.books.open(tmp_path / "missing.xlsx")
    with pytest.raises(OfficeError, match=r"broken\.xlsx"):
        app.books.open(tmp_path / "broken.xlsx")
    with pytest.raises(NotInLibreOfficeError, match=r"Books\.open"):
        app.books.open(register, delimiter=";")


def test_conditional_formats_inside_cleared_cells_go(app: xw.App, register: Path, tmp_path: Path) -> None:
    with app.books.open(register) as book:
        book.sheets["Register"]["A2:A100"].clear_formats()
        book.save(tmp_path / "cleared.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "cleared.xlsx")["Register"]
    assert [str(rules.sqref) for rules in sheet.conditional_formatting] == []
    assert len(sheet.data_validations.dataValidation) == 1


def test_books_sheets_and_ranges_print_to_pdf(app: xw.App, register: Path, tmp_path: Path) -> None:
    with app.books.open(register) as book:
        book.to_pdf(tmp_path / "book.pdf")
        book.sheets["设置"].to_pdf(tmp_path / "sheet.pdf")
        book.sheets["Register"]["A1:C2"].to_pdf(tmp_path / "range.pdf")
        assert [sheet.visible for sheet in book.sheets] == [True, True]
    words = {name: _words(tmp_path / f"{name}.pdf") for name in ("book", "sheet", "range")}
    assert {"Complaints", "144", "24"} - words["book"] == {"Complaints"}
    assert words["sheet"] == {"24"}
    assert {"Received", "01380001"} <= words["range"]
    assert "01380002" not in words["range"]


def _words(pdf: Path) -> set[str]:
    done = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, text=True, check=True)
    return set(done.stdout.split())
