"""Formats, fonts, widths, notes and links of cells."""

from __future__ import annotations

import pytest
import xlwings as xw

from xlwings_libreoffice import NotInLibreOfficeError
from xlwings_libreoffice.bridge import enum

pytestmark = pytest.mark.libreoffice


@pytest.mark.parametrize(
    "code",
    [
        "General",
        "@",
        "0",
        "0.0%",
        "#,##0.00",
        "yyyy-mm-dd hh:mm",
        "m/d/yyyy",
        "[h]:mm",
        'yyyy"年"m"月"d"日"',
        "h:mm AM/PM",
        '"Due "d mmm',
    ],
)
def test_a_number_format_reads_as_it_was_set(sheet: xw.Sheet, code: str) -> None:
    sheet["A1:B2"].number_format = code
    assert sheet["A1:B2"].number_format == code


def test_where_cells_differ_a_look_reads_as_none(sheet: xw.Sheet) -> None:
    sheet["A1"].number_format = "0.00"
    sheet["A1"].color = (255, 0, 16)
    sheet["A1"].wrap_text = True
    sheet["A1"].font.bold = True
    sheet["A1"].column_width = 30
    both = sheet["A1:B1"]
    assert both.number_format is None
    assert both.color is None
    assert both.wrap_text is None
    assert both.font.bold is None
    assert both.column_width is None


@pytest.mark.parametrize("code", ["[>=1000]#,##0;General"])
def test_a_number_format_with_a_condition_is_kept(sheet: xw.Sheet, code: str) -> None:
    sheet["A1"].number_format = code
    assert sheet["A1"].number_format == code


def test_grouped_rows_are_shown_and_hidden_with_their_level(sheet: xw.Sheet) -> None:
    rows = enum("table.TableOrientation", "ROWS")
    inner = sheet.impl.sheet
    sheet["A3:A5"].group(by="rows")
    inner.showLevel(0, rows)
    assert sheet["A3:A5"].rows.hidden is True
    assert sheet["A2"].rows.hidden is False
    inner.showLevel(1, rows)
    assert sheet["A3:A5"].rows.hidden is False
    sheet["A1:A9"].ungroup(by="rows")
    inner.showLevel(0, rows)
    assert sheet["A3:A5"].rows.hidden is False


def test_a_malformed_number_format_is_refused(sheet: xw.Sheet) -> None:
    with pytest.raises(ValueError, match="not a number format"):
        sheet["A1"].number_format = "0.0[[["


def test_fills_are_set_read_and_removed(sheet: xw.Sheet) -> None:
    cell = sheet["B2"]
    assert cell.color is None
    cell.color = (255, 199, 206)
    assert cell.color == (255, 199, 206)
    cell.color = "#0a141e"
    assert cell.color == (10, 20, 30)
    cell.color = 255  # Excel's own number: red lies lowest
    assert cell.color == (255, 0, 0)
    cell.color = None
    assert cell.color is None
    sheet["A1:B1"].set_colors([[(1, 2, 3), ...]])
    assert (sheet["A1"].color, sheet["B1"].color) == ((1, 2, 3), None)


def test_a_font_holds_for_chinese_text_too(sheet: xw.Sheet) -> None:
    font = sheet["A1:B2"].font
    font.set(bold=True, italic=True, size=14, color=(1, 2, 3), name="Noto Sans CJK SC")
    assert (font.bold, font.italic, font.size, font.color, font.name) == (
        True,
        True,
        14,
        (1, 2, 3),
        "Noto Sans CJK SC",
    )
    native = sheet["A1:B2"].api
    assert (native.CharFontNameAsian, native.CharHeightAsian, native.CharWeightAsian) == (
        "Noto Sans CJK SC",
        14,
        150,
    )
    font.bold = False
    assert sheet["B2"].font.bold is False


def test_widths_count_digits_and_heights_points(sheet: xw.Sheet) -> None:
    sheet["B:C"].column_width = 20
    sheet["3:4"].row_height = 30
    assert sheet["C1"].column_width == pytest.approx(20, abs=0.02)
    assert sheet["A4"].row_height == pytest.approx(30, abs=0.1)
    assert sheet["A3:A4"].height == pytest.approx(60, abs=0.2)
    assert sheet["A4"].top == pytest.approx(sheet["A3"].top + 30, abs=0.1)
    sheet["B1"].value = "wide " * 30
    sheet["B:B"].autofit()
    assert (sheet["B1"].column_width or 0) > 80
    sheet.autofit("r")
    assert (sheet["A3"].row_height or 99) < 20


def test_alignment_is_set_or_refused(sheet: xw.Sheet) -> None:
    sheet["A1"].horizontal_alignment = "center"
    sheet["A1"].vertical_alignment = "top"
    assert (sheet["A1"].horizontal_alignment, sheet["A1"].vertical_alignment) == ("center", "top")
    with pytest.raises(NotImplementedError, match="distributed"):
        sheet["A1"].horizontal_alignment = "distributed"


def test_rows_and_columns_hide(sheet: xw.Sheet) -> None:
    sheet["2:3"].rows.hidden = True
    sheet["C1"].columns.hidden = True
    assert sheet["A3"].rows.hidden is True
    assert sheet["A1:A2"].rows.hidden is None
    assert sheet["B1:C1"].columns.hidden is None
    sheet["2:3"].rows.hidden = False
    assert sheet["A1:A4"].rows.hidden is False


def test_clearing_formats_keeps_values_and_notes(sheet: xw.Sheet) -> None:
    sheet["A1"].value = 0.5
    sheet["A1"].number_format = "0%"
    sheet["A1"].font.bold = True
    sheet["A1"].color = (1, 2, 3)
    sheet["A1"].add_note("kept")
    sheet["A1:B2"].clear_formats()
    cell = sheet["A1"]
    assert (cell.value, cell.number_format, cell.font.bold, cell.color) == (0.5, "General", False, None)
    assert cell.note is not None
    assert cell.note.text == "kept"


def test_notes_are_added_changed_listed_and_deleted(sheet: xw.Sheet) -> None:
    assert sheet["B2"].note is None
    sheet["B2"].add_note("second line\n客户")
    note = sheet["B2"].note
    assert note is not None
    assert note.text == "second line\n客户"
    note.text = "changed"
    sheet["C3"].add_note("other")
    assert [(found.location.address, found.text) for found in sheet.notes] == [
        ("$B$2", "changed"),
        ("$C$3", "other"),
    ]
    note.delete()
    assert [found.text for found in sheet.notes] == ["other"]
    assert sheet["B2"].note is None


def test_links_lead_outside_and_inside(book: xw.Book, sheet: xw.Sheet) -> None:
    book.sheets.add("My sheet")
    sheet["A1"].add_hyperlink("https://example.org/a?b=1", "site")
    sheet["A2"].add_hyperlink("#'My sheet'!B7", "C-001")
    sheet["A3"].value = '=HYPERLINK("#Sheet1!A1","up")'
    assert [sheet[f"A{row}"].hyperlink for row in (1, 2, 3)] == [
        "https://example.org/a?b=1",
        "#'My sheet'!B7",
        "#Sheet1!A1",
    ]
    assert sheet["A1:A3"].value == ["site", "C-001", "up"]
    with pytest.raises(ValueError, match="hyperlink"):
        _ = sheet["B1"].hyperlink


def test_merged_cells_are_seen(sheet: xw.Sheet) -> None:
    sheet["B2:C4"].merge()
    assert [sheet[place].merge_cells for place in ("A1", "B2", "C4", "B2:C4")] == [False, True, True, True]
    assert sheet["C4"].merge_area.address == "$B$2:$C$4"
    sheet["B2:C4"].unmerge()
    assert sheet["B2"].merge_cells is False


@pytest.mark.parametrize(
    "what", ["borders", "data_validation", "conditional_formats", "characters", "formula_array"]
)
def test_what_is_missing_names_itself(sheet: xw.Sheet, what: str) -> None:
    with pytest.raises(NotInLibreOfficeError, match=f"Range.{what}"):
        getattr(sheet["A1"], what)
