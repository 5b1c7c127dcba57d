"""Places on a sheet, sheets of a book, names, tables, and the application itself."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import xlwings as xw

from xlwings_libreoffice import NotInLibreOfficeError

pytestmark = pytest.mark.libreoffice

BLOCK = [["No", "Name"], [1, "a"], [2, "b"], [3, "c"]]


def test_ranges_are_found_by_address_tuple_and_ends(sheet: xw.Sheet) -> None:
    found = [
        sheet["B2"],
        sheet.range("B2:C4"),
        sheet.range((2, 2), (4, 3)),
        sheet.range(sheet["C4"], sheet["B2"]),
        sheet.cells[1:4, 1:3],
        sheet.range("Sheet1!$B$2:$C$4"),
    ]
    assert [place.address for place in found] == ["$B$2"] + ["$B$2:$C$4"] * 5
    block = sheet["B2:C4"]
    assert (block.row, block.column, block.shape, block.count, block.size) == (2, 2, (3, 2), 6, 6)
    assert block.get_address(row_absolute=False, column_absolute=False) == "B2:C4"
    assert block.get_address(include_sheetname=True) == "'Sheet1'!$B$2:$C$4"
    assert block.get_address(external=True) == "'[Untitled 1]Sheet1'!$B$2:$C$4"
    assert [cell.address for cell in block][:3] == ["$B$2", "$C$2", "$B$3"]
    assert block[1, :].address == "$B$3:$C$3"
    assert block.last_cell.address == "$C$4"
    assert block.rows[-1].address == "$B$4:$C$4"
    with pytest.raises(IndexError):
        sheet.range((0, 1))
    with pytest.raises(ValueError, match="neither an address nor a name"):
        sheet.range("NoSuchName")


def test_ranges_move_and_grow(sheet: xw.Sheet) -> None:
    assert sheet["B2:C4"].offset(1, 2).address == "$D$3:$E$5"
    assert sheet["B2"].resize(3, 2).address == "$B$2:$C$4"
    sheet["B2"].value = BLOCK
    sheet["B8"].value = "below"
    assert sheet["B2"].expand().address == "$B$2:$C$5"
    assert sheet["B2"].expand("down").address == "$B$2:$B$5"
    assert sheet["B2"].expand("right").address == "$B$2:$C$2"
    assert sheet["C4"].current_region.address == "$B$2:$C$5"
    assert sheet.used_range.last_cell.address == "$C$8"


def test_end_goes_where_ctrl_and_an_arrow_go(sheet: xw.Sheet) -> None:
    sheet["B2"].value = BLOCK
    sheet["B8"].value = "below"
    ends = [("B2", "down"), ("B5", "down"), ("B8", "down"), ("B8", "up"), ("B5", "up"), ("B2", "up")]
    assert [sheet[at].end(way).row for at, way in ends] == [5, 8, 1_048_576, 5, 2, 1]
    assert [sheet[at].end(way).column for at, way in [("B2", "right"), ("C2", "right"), ("C2", "left")]] == [
        3,
        16_384,
        2,
    ]
    assert sheet["B1048576"].end("up").row == 8


def test_rows_and_cells_are_inserted_and_deleted(sheet: xw.Sheet) -> None:
    sheet["A1"].value = BLOCK
    sheet["A2:B2"].color = (1, 2, 3)
    sheet["3:4"].insert("down")
    assert sheet["A1:A6"].value == ["No", 1.0, None, None, 2.0, 3.0]
    assert sheet["A3"].color == (1, 2, 3)  # as the row above
    sheet["3:4"].delete()
    sheet["B1:B2"].delete("up")
    sheet["A1"].insert("right")
    assert sheet["A1:C4"].value == [[None, "No", "b"], [1.0, "c", None], [2.0, None, None], [3.0, None, None]]


def test_sheets_come_go_move_and_hide(book: xw.Book) -> None:
    first = book.sheets[0]
    last = book.sheets.add("最后", after=first)
    middle = book.sheets.add("Middle", before=last)
    assert book.sheet_names == ["Sheet1", "Middle", "最后"]
    assert book.sheets.active == middle
    assert book.sheets["middle"].index == 2
    assert "Middle" in book.sheets
    assert book.sheets[-1] == last
    first.activate()
    assert book.sheets.active == first
    middle.move(after=last)
    last.copy(name="Copy")
    assert book.sheet_names == ["Sheet1", "最后", "Middle", "Copy"]
    middle.name = "Renamed"
    book.sheets["Copy"].delete()
    assert book.sheet_names == ["Sheet1", "最后", "Renamed"]
    with pytest.raises(ValueError, match="already present"):
        book.sheets.add("sheet1")
    with pytest.raises(KeyError):
        _ = book.sheets["gone"]
    middle.visible = False
    last.visible = False
    assert [sheet.visible for sheet in book.sheets] == [True, False, False]
    with pytest.raises(ValueError, match="at least one visible sheet"):
        first.visible = False


def test_names_are_found_whatever_their_case(book: xw.Book, sheet: xw.Sheet) -> None:
    book.names.add("Cal_Start", "=Sheet1!$A$1:$A$3")
    sheet.names.add("Local", "=Sheet1!$B$1")
    book.names.add("Rate", "=0.96")
    sheet["C3"].name = "Corner"
    assert {name.name: name.refers_to for name in book.names} == {
        "Cal_Start": "=Sheet1!$A$1:$A$3",
        "Rate": "=0.96",
        "Corner": "=Sheet1!$C$3",
        "Sheet1!Local": "=Sheet1!$B$1",
    }
    assert book.names["cal_start"].refers_to_range.address == "$A$1:$A$3"
    assert sheet.range("CAL_START").shape == (3, 1)
    assert sheet.range("Local").address == "$B$1"
    assert sheet["C3"].name is not None
    assert sheet["C3"].name.name == "Corner"
    assert sheet["C4"].name is None
    assert "Nowhere" not in book.names
    book.names["Cal_Start"].refers_to = "=Sheet1!$A$1:$A$9"
    assert sheet.range("Cal_Start").shape == (9, 1)
    del book.names["Corner"]
    assert "Corner" not in book.names
    with pytest.raises(ValueError, match="does not refer to cells"):
        _ = book.names["Rate"].refers_to_range


def test_a_table_is_added_read_and_grown(book: xw.Book, sheet: xw.Sheet) -> None:
    sheet["B2"].value = BLOCK
    table = sheet.tables.add(sheet["B2:C5"], name="Complaints")
    assert (table.name, table.range.address, table.show_autofilter) == ("Complaints", "$B$2:$C$5", True)
    assert table.header_row_range is not None
    assert table.header_row_range.value == ["No", "Name"]
    assert table.data_body_range is not None
    assert table.data_body_range.address == "$B$3:$C$5"
    assert table.totals_row_range is None
    assert [(column.index, column.name) for column in table.columns] == [(1, "No"), (2, "Name")]
    assert table.columns["Name"].data_body_range is not None
    assert table.columns["Name"].data_body_range.value == ["a", "b", "c"]
    sheet["B6"].value = [4, "d"]
    table.resize(sheet["B2:C6"])
    assert sheet.tables["complaints"].range.address == "$B$2:$C$6"
    assert sheet.range("Complaints[No]").value == [1.0, 2.0, 3.0, 4.0]
    assert sheet["C4"].table == table
    assert sheet["A1"].table is None
    table.show_autofilter = False
    assert table.show_autofilter is False
    table.update(pd.DataFrame({"No": [7.0, 8.0], "Name": ["x", "y"]}), index=False)
    assert table.range.value == [["No", "Name"], [7.0, "x"], [8.0, "y"]]
    assert len(sheet.tables) == 1
    assert "Complaints" in sheet.tables
    assert len(book.sheets.add().tables) == 0
    with pytest.raises(ValueError, match="row of headings"):
        table.resize(sheet["B3:C6"])
    with pytest.raises(NotInLibreOfficeError, match=r"Table\.table_style"):
        _ = table.table_style


def test_a_table_grows_over_blank_cells_and_everything_else_stays_where_it_is(
    book: xw.Book, sheet: xw.Sheet
) -> None:
    """Also what stands below and beside it, what refers to it, and what its last row says."""
    sheet["B2"].value = BLOCK
    table = sheet.tables.add(sheet["B2:C5"], name="Complaints")
    sheet["B5:C5"].number_format = "0.00"
    sheet["C5"].add_note("last")
    sheet["E4"].value = [["beside"], ["=B5*10"], ["=SUM(B3:B5)"]]
    sheet["B30"].value = ["below", "=B5"]
    other = book.sheets.add()
    other["A1"].formula = f"='{sheet.name}'!B5"
    table.resize(sheet["B2:C12"])
    assert table.range.address == "$B$2:$C$12"
    assert sheet["B2:C5"].value == [["No", "Name"], [1.0, "a"], [2.0, "b"], [3.0, "c"]]
    assert sheet["B6:C12"].value == [[None, None]] * 7
    assert sheet["E4:E6"].value == ["beside", 30.0, 6.0]
    assert sheet["B30:C30"].value == ["below", 3.0]
    assert sheet["B31:C40"].value == [[None, None]] * 10
    assert other["A1"].value == 3.0
    assert sheet["C5"].note is not None
    assert sheet["C5"].note.text == "last"
    assert sheet["C12"].note is None
    assert [sheet[place].number_format for place in ("B5", "B12")] == ["0.00", "0.00"]
    sheet["B7"].value = 9
    assert sheet.range("Complaints[No]").value == [1.0, 2.0, 3.0, None, 9.0, *[None] * 5]

    sheet["B14"].value = "in the way"  # what it grows over belongs to it from then on
    table.resize(sheet["B2:C15"])
    assert sheet["B14"].value == "in the way"
    assert table.range.address == "$B$2:$C$15"
    assert sheet["B30"].value == "below"
    sheet.api.protect("")
    table.resize(sheet["B2:C17"])
    assert table.range.address == "$B$2:$C$17"
    assert sheet["B14"].value == "in the way"


def test_inserting_a_row_inside_a_table_grows_it(sheet: xw.Sheet) -> None:
    sheet["A1"].value = BLOCK
    table = sheet.tables.add(sheet["A1:B4"], name="T")
    sheet["3:3"].insert("down")
    assert table.range.address == "$A$1:$B$5"


def test_the_selection_is_where_the_user_stands(app: xw.App, book: xw.Book) -> None:
    other = book.sheets.add("Other")
    other["B3:C4"].select()
    assert book.selection == other["B3:C4"]
    assert app.selection is not None
    assert app.selection.sheet.name == "Other"


def test_frozen_panes_freeze_to_the_end_of_the_range(sheet: xw.Sheet) -> None:
    controller = sheet.book.impl.controller
    for place, split in [("A1:B3", (2, 3)), ("1:2", (0, 2)), ("A:A", (1, 0))]:
        sheet.freeze_panes.freeze_at(place)
        assert controller.hasFrozenPanes()
        assert (controller.SplitColumn, controller.SplitRow) == split
        sheet.freeze_panes.unfreeze()
    assert not controller.hasFrozenPanes()


def test_the_application_keeps_its_switches(app: xw.App, book: xw.Book) -> None:
    with app.properties(screen_updating=False, display_alerts=False, status_bar="正在检查…"):
        assert (app.screen_updating, app.display_alerts, app.status_bar) == (False, False, "正在检查…")
        assert book.api.hasControllersLocked()
    assert (app.screen_updating, app.display_alerts, app.status_bar) == (True, True, False)
    assert not book.api.hasControllersLocked()
    assert app.version.major >= 7
    assert app.engine.name == "libreoffice"
    assert app in xw.apps
    assert app.alert("Done", "kesu", "ok_cancel") == "ok_cancel|kesu|Done"
    with pytest.raises(NotInLibreOfficeError, match=r"App\.enable_events"):
        app.enable_events = False


def test_the_last_activated_book_is_the_active_one(app: xw.App, book: xw.Book, tmp_path: Path) -> None:
    other = app.books.add()
    other.save(tmp_path / "另存.xlsx")
    assert (other.name, other.fullname) == ("另存.xlsx", str(tmp_path / "另存.xlsx"))
    book.activate()
    assert app.books.active == book
    other.activate()
    assert app.books.active == other
    assert app.books["另存.xlsx"] == other
    assert [found.name for found in app.books][-2:] == [book.name, "另存.xlsx"]
    assert app.books.open(tmp_path / "另存.xlsx") == other
    other.close()
    assert "另存.xlsx" not in [found.name for found in app.books]
