"""Columns, rows and blocks that a team's workbook is given; what stands there or leads there stops it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from kesu.workbook.patch import PatchRefused
from kesu.workbook.patch.area import Area
from kesu.workbook.patch.growing import Growing, NewColumn
from kesu.workbook.patch.package import Package

Extra = Callable[[Any, Any, Any], object]
"""What else a workbook has: made of the workbook, its sheet Lists, its sheet Other."""
RULE = b'<dataValidation type="list" sqref="D5:D7"><formula1>"a,b"</formula1></dataValidation>'


def nothing(*_: object) -> None:
    return None


def lists(path: Path, extra: Extra = nothing) -> Path:
    """A table Codes in B4:C7 of the sheet Lists: headings in row 4, a blue line over them, its first column bold."""
    book = xlsxwriter.Workbook(path)
    sheet, other = book.add_worksheet("Lists"), book.add_worksheet("Other")
    bold, blue = book.add_format({"bold": True}), book.add_format({"bg_color": "#0000FF"})
    sheet.set_column("C:C", 17, book.add_format({"italic": True}))
    sheet.write("B3", "texts", blue)
    data = [["red", 1], ["green", 2], ["blue", 3]]
    columns = [
        {"header": "word", "header_format": bold, "format": bold},
        {"header": "number", "header_format": blue},
    ]
    sheet.add_table("B4:C7", {"name": "Codes", "columns": columns, "data": data})
    sheet.write("A1", "mine")
    extra(book, sheet, other)
    book.close()
    return path


def grown(path: Path, step: Callable[[Growing], object]) -> Any:
    """The workbook, as openpyxl reads it, after one step."""
    plan = Growing.open(path)
    step(plan)
    plan.commit(as_of=dt.date(2025, 3, 14), backup=False)
    return openpyxl.load_workbook(path)


def columns(plan: Growing) -> None:
    plan.add_columns("Codes", [NewColumn("more", 0, 21.0, RULE, "why"), NewColumn("last", 1, 9.0, above="")])


def rows(plan: Growing) -> None:
    plan.insert_rows("Codes", 6, [["new", 9.0], ["newer", None]])


def test_texts_are_those_of_the_body_row_by_row(tmp_path: Path) -> None:
    plan = Growing.open(lists(tmp_path / "a.xlsx", lambda _, sheet, __: sheet.write("C6", "")))
    assert list(plan.texts("Codes")) == [(5, ("red", "1")), (6, ("green", "2")), (7, ("blue", "3"))]
    assert list(plan.texts_in("Lists", Area(3, 1, 4, 2))) == [(3, ("", "texts")), (4, ("", "word"))]
    assert plan.words_in("Lists", Area(3, 2, 4, 2)) == {"texts", "word"}
    assert not plan.words_in("Lists", Area(3, 1, 4, 1)) - {""}
    assert plan.free_column("Lists") == 5  # the table ends in C, one stays free
    assert plan.free_column("Other") == 2


def test_columns_come_at_the_right_end_and_look_like_those_they_are_like(tmp_path: Path) -> None:
    book = grown(lists(tmp_path / "a.xlsx"), columns)
    sheet = book["Lists"]
    table = sheet.tables["Codes"]
    assert (table.ref, table.autoFilter.ref) == ("B4:E7", "B4:E7")
    assert [(column.id, column.name) for column in table.tableColumns] == [
        (1, "word"), (2, "number"), (3, "more"), (4, "last"),
    ]  # fmt: skip
    assert [cell.value for cell in sheet[4]] == [None, "word", "number", "more", "last"]
    assert [sheet[at].font.b for at in ("D4", "E4")] == [True, False]
    assert [sheet[at].fill.fgColor.rgb for at in ("D3", "E4")] == ["FF0000FF"] * 2
    assert [sheet[at].value for at in ("D3", "E3")] == ["why", None]
    widths = {key: one.width for key, one in sheet.column_dimensions.items()}
    assert (round(widths["D"]), round(widths["E"])) == (21, 9)
    [rule] = sheet.data_validations.dataValidation
    assert (str(rule.sqref), rule.formula1) == ("D5:D7", '"a,b"')
    assert [[cell.value for cell in row] for row in sheet["B5:C7"]] == [["red", 1], ["green", 2], ["blue", 3]]


def test_new_cells_below_look_like_the_column_that_theirs_is_like(tmp_path: Path) -> None:
    """C is italic where nothing stands: so is E, which is like it, and D, which is like B, is not."""
    sheet = grown(lists(tmp_path / "a.xlsx"), columns)["Lists"]
    assert [sheet.column_dimensions[letter].font.i for letter in "DE"] == [False, True]


def test_rows_come_in_the_middle_and_what_stood_there_moves_down_with_its_looks(tmp_path: Path) -> None:
    def blank(book: Any, sheet: Any, _: Any) -> None:
        sheet.write("D6", "beside")
        sheet.write_blank("C7", None, book.add_format({"bold": True}))

    book = grown(lists(tmp_path / "a.xlsx", blank), rows)
    sheet = book["Lists"]
    assert sheet.tables["Codes"].ref == "B4:C9"
    assert [[cell.value for cell in row] for row in sheet["B5:C9"]] == [
        ["red", 1], ["new", 9], ["newer", None], ["green", 2], ["blue", None],
    ]  # fmt: skip
    assert [sheet[f"B{row}"].font.b for row in range(5, 10)] == [True] * 5
    assert [sheet[f"C{row}"].font.b for row in (8, 9)] == [False, True]
    assert sheet["D6"].value == "beside"


def test_rows_may_come_at_the_end_whatever_leads_to_those_before(tmp_path: Path) -> None:
    made = lists(tmp_path / "a.xlsx", lambda _, __, other: other.write_formula("A1", "=Lists!B7"))
    sheet = grown(made, lambda plan: plan.insert_rows("Codes", 8, [["new", 9.0]]))["Lists"]
    assert sheet.tables["Codes"].ref == "B4:C8"
    assert [sheet["B7"].value, sheet["B8"].value, sheet["C8"].value] == ["blue", "new", 9]


def chart(book: Any, _: Any, other: Any) -> None:
    made = book.add_chart({"type": "column"})
    made.add_series({"values": "=Lists!$C$5:$C$7"})
    other.insert_chart("D3", made)


@pytest.mark.parametrize(
    ("extra", "where"),
    [
        (lambda book, _, __: book.define_name("Third", "=Lists!$B$7"), "Third"),
        (lambda _, __, other: other.write_formula("A1", "=Lists!B7&1"), "Other"),
        (lambda _, __, other: other.write_formula("A1", "=SUM('Lists'!$C$1:C$6)"), "Other"),
        (lambda _, sheet, __: sheet.write_formula("E1", '="B9"&B6'), "Lists"),
        (chart, "chart"),
        (lambda _, sheet, __: sheet.conditional_format("B6:B7", {"type": "blanks"}), "Lists"),
        (lambda _, sheet, __: sheet.data_validation("C7", {"validate": "integer", "criteria": ">", "value": 0}), "Lists"),
        (lambda _, sheet, __: sheet.write_url("B7", "https://example.com", string="blue"), "Lists"),
        (lambda _, sheet, __: sheet.write_comment("C6", "mine"), "Lists"),
        (lambda _, sheet, __: sheet.write_formula("C7", "=1+2"), "Lists"),
    ],
    ids=["name", "elsewhere", "range", "same sheet", "chart", "format", "check", "link", "note", "formula"],
)  # fmt: skip
def test_rows_do_not_come_where_something_leads_to_what_would_move(
    tmp_path: Path, extra: Extra, where: str
) -> None:
    plan = Growing.open(lists(tmp_path / "a.xlsx", extra))
    with pytest.raises(PatchRefused) as told:
        rows(plan)
    assert where in told.value.text.en
    assert plan.package.touched() == ()


def beside(book: Any, sheet: Any, other: Any) -> None:
    """All of the kinds above, leading to what stays: row 5 and above, columns A and D, other sheets, whole columns."""
    book.define_name("First", "=Lists!$B$5")
    other.write_formula("A1", "=Lists!B5+Lists!D6+SUM(Codes[number])+Other!B6")
    other.write_formula("A2", '=B6&"Lists!B6"&Lists!A7')
    sheet.write_formula("E1", "=B5+A6+Other!C6+LOG10(B4)")
    made = book.add_chart({"type": "column"})
    made.add_series({"values": "=Lists!$C$4:$C$5"})
    other.insert_chart("D3", made)
    sheet.conditional_format("B5:C7", {"type": "blanks"})  # over the whole body: it grows with it
    sheet.data_validation("B5", {"validate": "integer", "criteria": ">", "value": 0})
    sheet.write_url("A6", "https://example.com", string="mine")
    sheet.write_comment("D7", "mine")


def test_rows_come_where_everything_leads_elsewhere(tmp_path: Path) -> None:
    sheet = grown(lists(tmp_path / "a.xlsx", beside), rows)["Lists"]
    assert [sheet[f"B{row}"].value for row in range(5, 10)] == ["red", "new", "newer", "green", "blue"]


def other_table(_: Any, sheet: Any, __: Any) -> None:
    sheet.add_table("E10:F12", {"name": "Below"})


@pytest.mark.parametrize(
    ("extra", "what"),
    [
        (lambda _, sheet, __: sheet.protect(), "protected"),
        (lambda _, sheet, __: sheet.write("E900", "x"), "something else stands here (E900)"),
        (lambda _, sheet, __: sheet.write_formula("D4", "=1"), "something else stands here (D4)"),
        (lambda _, sheet, __: sheet.write("D3", "x"), "something else stands here (D3)"),
        (lambda _, sheet, __: sheet.merge_range("D2:G3", ""), "a merged cell stands here (D2:G3)"),
        (other_table, "table “Below” stands here (E10:F12)"),
        (
            lambda book, sheet, _: sheet.insert_chart("E20", book.add_chart({"type": "line"})),
            "a chart or picture",
        ),
    ],
    ids=["protected", "value", "formula", "above", "merged", "table", "chart"],
)
def test_columns_do_not_come_where_something_stands(tmp_path: Path, extra: Extra, what: str) -> None:
    def drawn(book: Any, sheet: Any, other: Any) -> None:
        extra(book, sheet, other)
        for one in book.charts:
            one.add_series({"values": "=Other!$A$1:$A$2"})

    plan = Growing.open(lists(tmp_path / "a.xlsx", drawn))
    with pytest.raises(PatchRefused) as told:
        columns(plan)
    assert what in told.value.text.en
    assert plan.package.touched() == ()


def near(_: Any, sheet: Any, __: Any) -> None:
    """Two columns come in D and E from row 3 on: F, row 2 and the looks of a blank cell are not in their way."""
    sheet.write("F5", "x")
    sheet.write("D2", "x")
    sheet.write_blank("D9", None)
    sheet.merge_range("F7:G8", "")


def test_columns_come_beside_what_stands_near(tmp_path: Path) -> None:
    sheet = grown(lists(tmp_path / "a.xlsx", near), columns)["Lists"]
    assert (sheet.tables["Codes"].ref, sheet["F5"].value, sheet["D2"].value) == ("B4:E7", "x", "x")


def test_a_table_in_the_first_row_gets_columns_with_nothing_above(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("Lists").add_table(
        "A1:B2", {"name": "Codes", "columns": [{"header": "x"}, {"header": "y"}]}
    )
    book.close()
    sheet = grown(path, columns)["Lists"]
    assert [cell.value for cell in sheet[1]] == ["x", "y", "more", "last"]


def test_names_are_defined_in_place_of_those_called_the_same(tmp_path: Path) -> None:
    def named(book: Any, *_: Any) -> None:
        book.define_name("mine", "=Lists!$A$1")
        book.define_name("Other!local", "=Lists!$A$1")

    book = grown(lists(tmp_path / "a.xlsx", named), lambda plan: plan.define({"Mine": "Lists!$A$2", "local": "Codes[word]"}))  # fmt: skip
    assert {name: one.attr_text for name, one in book.defined_names.items()} == {"Mine": "Lists!$A$2", "local": "Codes[word]"}  # fmt: skip
    assert book["Other"].defined_names["local"].attr_text == "Lists!$A$1"
    bare = grown(lists(tmp_path / "b.xlsx"), lambda plan: plan.define({"first": "Lists!$A$1"}))
    assert bare.defined_names["first"].attr_text == "Lists!$A$1"


def block(path: Path) -> Package:
    """A workbook whose only sheet has a table in G4:H5, its columns 8 wide, G in a group, and an input check; beside it F."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Lists")
    sheet.set_column("F:G", 8, None, {"level": 1})
    sheet.set_column("H:H", 30)
    sheet.write("F4", "not of the block")
    sheet.write("G3", "a block", book.add_format({"bold": True}))
    sheet.add_table(
        "G4:H5", {"name": "New", "columns": [{"header": "x"}, {"header": "y"}], "data": [["<1>", 2.5]]}
    )
    sheet.data_validation("H5", {"validate": "list", "source": ["p", "q"]})
    book.define_name("newest", "=New[x]")
    book.close()
    return Package(path)


def test_a_block_comes_with_its_table_looks_checks_and_names(tmp_path: Path) -> None:
    made = block(tmp_path / "b.xlsx")
    book = grown(lists(tmp_path / "a.xlsx"), lambda plan: plan.add_block("Lists", made, Area.parse("G3:H5")))
    sheet = book["Lists"]
    assert dict(sheet.tables.items()) == {"Codes": "B4:C7", "New": "G4:H5"}
    assert len({table.id for table in sheet.tables.values()}) == 2
    assert [[cell.value for cell in row] for row in sheet["F3:H5"]] == [[None, "a block", None], [None, "x", "y"], [None, "<1>", 2.5]]  # fmt: skip
    assert (sheet["G3"].font.b, sheet["G5"].font.b) == (True, False)
    found = {
        key: (int(one.width), one.outlineLevel)
        for key, one in sheet.column_dimensions.items()
        if key in "FGH"
    }
    assert found == {"G": (8, 1), "H": (30, 0)}
    assert [str(one.sqref) for one in sheet.data_validations.dataValidation] == ["H5"]
    assert book.defined_names["newest"].attr_text == "New[x]"
    assert sheet["B5"].value == "red"


def test_a_block_does_not_come_where_something_stands(tmp_path: Path) -> None:
    plan = Growing.open(lists(tmp_path / "a.xlsx", lambda _, sheet, __: sheet.write("H70", "mine")))
    with pytest.raises(PatchRefused, match="H70"):
        plan.add_block("Lists", block(tmp_path / "b.xlsx"), Area.parse("G3:H5"))
    assert plan.package.touched() == ()
