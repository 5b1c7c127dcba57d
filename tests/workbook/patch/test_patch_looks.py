"""Rows and columns of a sheet part written by hand: how they are shown, which cells they hold, what the next row takes over."""

from __future__ import annotations

import re

import pytest

from kesu.workbook.patch.area import Area, areas
from kesu.workbook.patch.cellwriter import CellWriter, Options
from kesu.workbook.patch.columns import Look, RowLook, shown, with_rows
from kesu.workbook.patch.refuse import PatchRefused
from kesu.workbook.patch.sheetxml import Sheet
from kesu.workbook.patch.values import KEEP, Value


def sheet(rows: str = "", before: str = "", after: str = "") -> Sheet:
    return Sheet(
        f'<worksheet xmlns="x">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'.encode(), "t"
    )


def written(there: Sheet, top: int, rows: list[list[Value]]) -> list[str]:
    """The rows that come of writing ``rows`` from A on."""
    return re.findall(
        "<row[^>]*/>|<row.*?</row>", CellWriter(there, top, 1, rows, Options()).result().decode()
    )


ROW_2_TO_4 = (
    '<row r="2" ht="30" customHeight="1"/><row r="3" outlineLevel="1" hidden="1"/><row r="4" collapsed="1"/>'
)


def test_rows_are_shown_as_asked_and_what_is_not_asked_stays() -> None:
    looks = {2: RowLook(level=2), 3: RowLook(height=15.5, hidden=False), 4: RowLook(level=0, collapsed=False)}
    made = with_rows(sheet(ROW_2_TO_4 + '<row r="5" ht="9"/>'), looks).decode()
    # a height that nobody asks for is what the program finds right: 30 goes; row 5 is none of them
    assert re.findall("<row[^>]*>", made) == [
        '<row r="2" outlineLevel="2"/>', '<row r="3" ht="15.5" customHeight="1" outlineLevel="1"/>', '<row r="4"/>',
        '<row r="5" ht="9"/>',
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "comes"),
    [
        ("", '<sheetPr><outlinePr summaryBelow="0"/></sheetPr>'),
        ("<sheetPr/>", '<sheetPr><outlinePr summaryBelow="0"/></sheetPr>'),
        ('<sheetPr><outlinePr summaryRight="0"/></sheetPr>',
         '<sheetPr><outlinePr summaryBelow="0" summaryRight="0"/></sheetPr>'),
        ('<sheetPr><tabColor rgb="FF0000"/><pageSetUpPr/></sheetPr>',
         '<sheetPr><tabColor rgb="FF0000"/><outlinePr summaryBelow="0"/><pageSetUpPr/></sheetPr>'),
        ("<sheetPr><pageSetUpPr/></sheetPr>", '<sheetPr><outlinePr summaryBelow="0"/><pageSetUpPr/></sheetPr>'),
        ('<sheetFormatPr defaultRowHeight="15"/>',
         '<sheetPr><outlinePr summaryBelow="0"/></sheetPr><sheetFormatPr outlineLevelRow="3" defaultRowHeight="15"/>'),
    ],
    ids=["nothing", "empty", "outline", "colour", "other", "format"],
)  # fmt: skip
def test_signs_of_groups_of_rows_stand_above_them(before: str, comes: str) -> None:
    """In the order that the schema asks for: tabColor, outlinePr, pageSetUpPr. Without groups nothing is said of them."""
    there = sheet('<row r="2"/><row r="3"/>', before)
    grouped = with_rows(there, {2: RowLook(level=3), 3: RowLook(level=1)}).decode()
    assert grouped.partition("<sheetData>")[0] == f'<worksheet xmlns="x">{comes}'
    flat = with_rows(there, {2: RowLook(height=20), 3: RowLook(level=0)}).decode()
    assert flat.partition("<sheetData>")[0] == f'<worksheet xmlns="x">{before}'


def test_columns_are_shown_as_asked_and_those_between_stay_together() -> None:
    """B to F are 10 wide and hidden; of them C is shown and 20 wide, E in a group of its own; H is new."""
    cols = '<cols><col min="2" max="6" width="10" customWidth="1" hidden="1" style="4"/></cols>'
    there = sheet(
        before=f'<sheetPr><outlinePr summaryRight="0"/></sheetPr><sheetFormatPr outlineLevelCol="7"/>{cols}'
    )
    looks = {
        3: Look(hidden=False, level=None, collapsed=None, width=20.0),
        5: Look(hidden=None, level=2, collapsed=True),
        8: Look(hidden=None, level=None, collapsed=None, style="9"),
    }
    made = shown(there, looks).decode()
    assert re.findall("<col [^>]*>", made) == [
        '<col min="2" max="2" width="10" customWidth="1" hidden="1" style="4"/>',
        '<col min="3" max="3" width="20" customWidth="1" style="4"/>',
        '<col min="4" max="4" width="10" customWidth="1" hidden="1" style="4"/>',
        '<col min="5" max="5" width="10" customWidth="1" hidden="1" style="4" outlineLevel="2" collapsed="1"/>',
        '<col min="6" max="6" width="10" customWidth="1" hidden="1" style="4"/>',
        '<col min="8" max="8" style="9" width="9.14"/>',
    ]
    assert "<outlinePr/>" in made
    assert '<sheetFormatPr outlineLevelCol="2"/>' in made


def test_without_columns_there_they_come_before_the_rows_and_without_groups_none_are_told() -> None:
    made = shown(
        sheet(before='<sheetFormatPr outlineLevelCol="1"/>'), {1: Look(hidden=True, level=0, collapsed=None)}
    )
    assert b'<sheetFormatPr/><cols><col min="1" max="1" width="9.14" hidden="1"/></cols><sheetData>' in made


def test_columns_are_told_in_their_order_and_a_style_is_that_of_its_columns_alone() -> None:
    there = sheet(before='<cols><col min="2" max="3" style="4"/><col min="5" max="5" style="6"/></cols>')
    assert [there.column_style(column) for column in range(1, 7)] == [None, "4", "4", None, "6", None]


def test_how_a_word_sounds_is_no_part_of_it() -> None:
    """Excel in Japanese keeps the sound beside the word (rPh); what stands after it belongs to the word again."""
    text = '<is><r><t>客</t></r><rPh sb="0" eb="1"><t>きゃく</t></rPh><r><t>訴</t></r><phoneticPr fontId="1"/></is>'
    [row] = sheet(f'<row r="1"><c r="A1" t="inlineStr">{text}</c><c r="B1"><v>7</v></c></row>').rows.between(
        1, 1
    )
    assert [(cell.column, cell.text) for cell in row.cells.values()] == [(1, "客訴"), (2, "7")]


def test_rows_without_a_number_count_on_from_the_one_before() -> None:
    rows = sheet('<row><c><v>1</v></c></row><row r="4"/><row/><row><c><v>6</v></c><c><v>7</v></c></row>').rows
    assert list(rows.numbers) == [1, 4, 5, 6]
    assert rows.unnumbered == {1, 5, 6}
    assert [(row.number, row.numbered, sorted(row.cells)) for row in rows.between(1, 9)] == [
        (1, False, [1]), (4, True, []), (5, False, []), (6, False, [1, 2]),
    ]  # fmt: skip
    assert rows.bytes_of(3) is None
    assert [row.number for row in rows.upwards(5, 2)] == [5, 4]


@pytest.mark.parametrize("odd", ['<row r="4"/><row r="4"/>', '<row r="4"/><row r="3"/>', '<row r="0"/>', '<row r="1048577"/>'])  # fmt: skip
def test_rows_out_of_order_or_beyond_a_sheet_are_damaged(odd: str) -> None:
    with pytest.raises(PatchRefused):
        sheet(odd)


def test_a_row_that_says_no_number_is_told_it_when_it_is_written() -> None:
    there = sheet('<row r="1"/><row><c><v>8</v></c></row><row><c><v>9</v></c></row>')
    assert written(there, 2, [[1.0]])[1:] == [
        '<row r="2"><c r="A2"><v>1</v></c></row>',
        "<row><c><v>9</v></c></row>",
    ]
    # a cell without an address is told its own where another comes before it
    there = sheet('<row r="2"><c r="B2"/><c><v>8</v></c></row>')
    assert written(there, 2, [[1.0]]) == [
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2"/><c r="C2"><v>8</v></c></row>'
    ]


def test_a_new_row_takes_the_styles_of_the_row_above_of_kept_cells_too() -> None:
    """Row 2 has styles 5, 6, 7 and is written in A only: what is kept in B and C still tells how B3 and C3 look."""
    there = sheet(
        '<row r="2"><c r="A2" s="5"><v>1</v></c><c r="B2" s="6"><v>2</v></c><c r="C2" s="7"><v>3</v></c></row>'
    )
    assert written(there, 2, [[9.0, KEEP, KEEP], [1.0, 2.0, 3.0]]) == [
        '<row r="2"><c r="A2" s="5"><v>9</v></c><c r="B2" s="6"><v>2</v></c><c r="C2" s="7"><v>3</v></c></row>',
        '<row r="3"><c r="A3" s="5"><v>1</v></c><c r="B3" s="6"><v>2</v></c><c r="C3" s="7"><v>3</v></c></row>',
    ]


def test_a_new_row_looks_like_the_one_above_and_spans_and_dimension_follow() -> None:
    there = sheet(
        '<row r="2" spans="1:1" ht="30" customHeight="1"><c r="A2"><v>1</v></c></row>',
        '<dimension ref="A2"/>',
    )
    made = CellWriter(there, 2, 1, [[KEEP, 5.0], [6.0, 7.0]], Options()).result().decode()
    assert '<dimension ref="A2:B3"/>' in made
    assert (
        '<row r="2" spans="1:2" ht="30" customHeight="1"><c r="A2"><v>1</v></c><c r="B2"><v>5</v></c></row>'
        in made
    )
    assert '<row r="3" ht="30" customHeight="1"><c r="A3"><v>6</v></c><c r="B3"><v>7</v></c></row>' in made


def test_cells_that_are_blank_and_stay_so_are_left_as_they_are() -> None:
    there = '<row r="2"><c r="A2" s="3"/><c r="B2"><f>1+1</f><v>2</v></c></row>'
    assert written(sheet(there), 2, [[None, KEEP]]) == [there]
    assert written(sheet(), 2, [[None, KEEP]]) == []
    writer = CellWriter(sheet(there), 2, 1, [[KEEP, 4.0]], Options())
    writer.result()
    assert (writer.formulas_lost, writer.formulas_added) == (True, False)


def test_rectangles() -> None:
    area = Area.parse("C3:B2")
    assert (area, str(area), str(Area.parse("B2"))) == (Area(2, 2, 3, 3), "B2:C3", "B2")
    assert [area.holds(*cell) for cell in ((2, 2), (3, 3), (1, 2), (4, 3), (2, 1), (3, 4))] == [True] * 2 + [
        False
    ] * 4
    assert [area.meets(Area.parse(ref)) for ref in ("A1:B2", "C3:D4", "A1:A9", "D1:D9", "A1:D1", "A4:D4")] == [True] * 2 + [False] * 4  # fmt: skip
    assert [Area.parse(ref).within(area) for ref in ("B2:C3", "C2", "A2:C3", "B1:C3", "B2:D3", "B2:C4")] == [True] * 2 + [False] * 4  # fmt: skip
    assert str(area.union(Area.parse("D1"))) == "B1:D3"
    assert [str(one) for one in areas("A1 B:B C3:D4 3:3 x")] == ["A1", "C3:D4"]
