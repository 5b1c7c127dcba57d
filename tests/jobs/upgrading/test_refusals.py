"""What cannot be added to a register is said with its reason, and the rest is added all the same."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import Audited, Packed
from tests.jobs.upgrading.conftest import Upgrade
from tests.odd_books import LAYOUTS, from_1904, parts_of, relaid, strict, write

Earlier = Callable[[str], Path]
ITEMS, SETTINGS = "xl/worksheets/sheet3.xml", "xl/worksheets/sheet8.xml"
"""Of the English register."""
KINDS = "drop-down “Item kind”: 8 more choices"
COLUMNS = "3 more columns: Customer rating"


def _edit(path: Path, part: str, old: str, new: str) -> None:
    parts = parts_of(path)
    text = parts[part].decode()
    assert old in text
    write(path, parts | {part: text.replace(old, new, 1).encode()})


def _cell(path: Path, part: str, ref: str, xml: str) -> None:
    """A further cell, the last of its row."""
    row = re.search(r"\d+", ref)[0]  # type: ignore[index]
    parts = parts_of(path)
    text = parts[part].decode()
    found = re.search(rf'<row r="{row}"[^>]*?(/>|>.*?</row>)', text)
    if found is None:
        new = text.replace("</sheetData>", f'<row r="{row}"><c r="{ref}"{xml}</row></sheetData>')
    else:
        whole = found[0].replace("/>", "></row>") if found[0].count("<") == 1 else found[0]
        new = text.replace(found[0], whole.removesuffix("</row>") + f'<c r="{ref}"{xml}</row>')
    write(path, parts | {part: new.encode()})


def _heads(path: Path) -> list[Any]:
    return [cell.value for cell in openpyxl.load_workbook(path)["Items"][4]]


def _codes(path: Path) -> list[Any]:
    sheet = openpyxl.load_workbook(path)["Settings"]
    return [row[1].value for row in sheet[sheet.tables["SettingsCodes"].ref] if row[0].value == "item_kind"]


def _kept(path: Path, text: str) -> bool:
    return any(text == cell.value for sheet in openpyxl.load_workbook(path) for row in sheet for cell in row)


@pytest.mark.parametrize("ref", ["AJ6", "AL4", "AK400"])
def test_what_stands_right_of_the_table_or_below_is_in_the_way(
    earlier: Earlier, upgrade: Upgrade, ref: str
) -> None:
    path = earlier("en")
    _cell(path, ITEMS, ref, ' t="inlineStr"><is><t>our note</t></is></c>')
    offered = upgrade(path)
    assert offered.exit_code == 0
    assert (
        f"Items!{ref}: the addition belongs here, but something else stands here ({ref}). Move it away."
        in offered.stderr
    )
    done = upgrade(path, "--add", "items")
    assert done.exit_code == 1
    assert "Not added: " in done.stderr
    assert COLUMNS in done.stderr
    assert KINDS in done.stdout
    assert len(_codes(path)) == 19
    assert "Basis" not in _heads(path)
    assert _kept(path, "our note")


def test_a_merged_cell_is_in_the_way(earlier: Earlier, upgrade: Upgrade) -> None:
    path = earlier("en")
    _edit(
        path,
        ITEMS,
        "<conditionalFormatting",
        '<mergeCells count="1"><mergeCell ref="AJ3:AM4"/></mergeCells><conditionalFormatting',
    )
    done = upgrade(path, "--add", "all")
    assert done.exit_code == 1
    assert "a merged cell stands here (AJ3:AM4)" in done.stderr


def test_a_chart_over_the_place_is_in_the_way(earlier: Earlier, upgrade: Upgrade) -> None:
    path = earlier("en")
    parts = parts_of(path)
    anchor = (
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"><xdr:twoCellAnchor>'
        "<xdr:from><xdr:col>36</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>8</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>"
        "<xdr:to><xdr:col>40</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>20</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>"
        "<xdr:clientData/></xdr:twoCellAnchor></xdr:wsDr>"
    )
    rels = "xl/worksheets/_rels/sheet3.xml.rels"
    relation = (
        '<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing"'
        ' Target="../drawings/drawing9.xml"/></Relationships>'
    )
    linked = parts[rels].decode().replace("</Relationships>", relation)
    drawn = parts[ITEMS].decode().replace("<tableParts", '<drawing r:id="rId9"/><tableParts')
    write(
        path,
        parts | {rels: linked.encode(), ITEMS: drawn.encode(), "xl/drawings/drawing9.xml": anchor.encode()},
    )
    done = upgrade(path, "--add", "items")
    assert done.exit_code == 1
    assert "a chart or picture stands here (AK9:AO21)" in done.stderr


def test_a_protected_sheet_is_left_alone(earlier: Earlier, upgrade: Upgrade) -> None:
    path = earlier("en")
    _edit(path, ITEMS, "</sheetData>", '</sheetData><sheetProtection sheet="1" objects="1"/>')
    done = upgrade(path, "--add", "all")
    assert done.exit_code == 1
    assert (
        "Items ▸ Items: the sheet is protected" in done.stderr
        or "Items: the sheet is protected" in done.stderr
    )
    assert "2 more columns: Collected through" in done.stdout


@pytest.mark.parametrize("place", ["name", "formula", "own sheet", "rule", "note"])
def test_cells_that_something_leads_to_do_not_move(earlier: Earlier, upgrade: Upgrade, place: str) -> None:
    """The last result of an item stands behind the kinds: it would move down."""
    path = earlier("en")
    sheet = openpyxl.load_workbook(path)["Settings"]
    left = next(cell for cell in sheet[5] if cell.value == "Code list").column_letter
    row = next(cell.row for cell in sheet[left] if cell.value == "item_result")
    ref = f"{sheet.cell(row, sheet[f'{left}5'].column + 2).coordinate}"
    match place:
        case "name":
            _edit(
                path,
                "xl/workbook.xml",
                "<definedNames>",
                f"<definedNames><definedName name=\"Ours\">'Settings'!${ref[:2]}${ref[2:]}</definedName>",
            )
        case "formula":
            _cell(path, "xl/worksheets/sheet1.xml", "Z1", f"><f>LEN(Settings!{ref})</f><v>4</v></c>")
        case "own sheet":
            _cell(path, SETTINGS, "DZ1", f"><f>LEN({ref})</f><v>4</v></c>")
        case "rule":
            _edit(
                path,
                SETTINGS,
                "<dataValidations",
                f'<conditionalFormatting sqref="{ref}"><cfRule type="cellIs" dxfId="0" priority="99" operator="equal"><formula>1</formula></cfRule></conditionalFormatting><dataValidations',
            )
        case "note":
            rels = "xl/worksheets/_rels/sheet8.xml.rels"
            _edit(
                path,
                rels,
                "</Relationships>",
                '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments" Target="../comments9.xml"/></Relationships>',
            )
            comments = f'<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors><author>x</author></authors><commentList><comment ref="{ref}" authorId="0"><text><t>ours</t></text></comment></commentList></comments>'
            write(path, parts_of(path) | {"xl/comments9.xml": comments.encode()})
    before = len(_codes(path)) if place != "note" else 11
    done = upgrade(path, "--add", "items")
    assert done.exit_code == 1
    assert f"leads to cell {ref}" in done.stderr
    assert COLUMNS in done.stdout
    if place != "note":  # openpyxl wants the drawing of notes, which is not made here
        assert len(_codes(path)) == before


def test_a_choice_of_the_teams_own_with_the_same_name_is_said(earlier: Earlier, upgrade: Upgrade) -> None:
    path = earlier("en")
    book = openpyxl.load_workbook(path)
    sheet = book["Settings"]
    cell = next(cell for row in sheet for cell in row if cell.value == "Merge conflict")
    cell.value = "Survey"
    sheet.cell(cell.row, cell.column - 1).value = "our_survey"
    book.save(path)
    done = upgrade(path, "--add", "items")
    assert (
        "the list has a choice “Survey” of your own. Give it the code survey, or another name, first."
        in done.stderr
    )


def test_open_elsewhere_or_locked_nothing_is_written(earlier: Earlier, upgrade: Upgrade) -> None:
    path = earlier("en")
    before = path.read_bytes()
    note = path.with_name(f"~${path.name}")
    note.write_bytes(b"\x05Meier" + bytes(60))
    done = upgrade(path, "--add", "all")
    assert (done.exit_code, path.read_bytes()) == (3, before)
    assert "open in Excel" in done.stderr
    note.unlink()
    _edit(path, "xl/workbook.xml", "<bookViews>", '<workbookProtection lockStructure="1"/><bookViews>')
    before = path.read_bytes()
    done = upgrade(path, "--add", "all")
    assert (done.exit_code, path.read_bytes()) == (3, before)
    assert "structure is protected" in done.stderr
    assert upgrade(path, "--add", "all", "--force").exit_code == 0


def test_macros_stay_byte_for_byte(earlier: Earlier, upgrade: Upgrade, packed: Packed) -> None:
    path = earlier("en")
    macros = path.with_suffix(".xlsm")
    write(path, parts_of(path) | {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 macros " * 99})
    shutil.move(path, macros)
    before = packed(macros)
    assert upgrade(macros, "--add", "all").exit_code == 0
    after = packed(macros)
    assert after["xl/vbaProject.bin"] == before["xl/vbaProject.bin"]


def test_columns_of_the_team_stay_where_they_are(earlier: Earlier, upgrade: Upgrade) -> None:
    """One in the middle, one at the end; one of them is called as a column of kesu's, which then is not added."""
    path = earlier("en")
    _edit(path, "xl/tables/table2.xml", 'name="Chosen"', 'name="Basis"')
    _edit(path, "xl/sharedStrings.xml", "<t>Option cost</t>", "<t>Our cost</t>")
    _edit(path, "xl/tables/table2.xml", 'name="Option cost"', 'name="Our cost"')
    parts = parts_of(path)
    found = re.search(rb'<c r="Q4"( s="\d+")? t="s"><v>\d+</v></c>', parts[ITEMS])
    assert found is not None
    cell = b'<c r="Q4"%b t="inlineStr"><is><t>Basis</t></is></c>' % (found[1] or b"")
    write(path, parts | {ITEMS: parts[ITEMS].replace(found[0], cell)})
    heads = _heads(path)
    done = upgrade(path, "--add", "items")
    assert (done.exit_code, done.stderr) == (0, "")
    assert _heads(path) == [*heads, "Customer rating", "Answers question", "Option cost", "Chosen"]


@pytest.mark.parametrize("shape", ["strict", "1904", "prefixed", "elsewhere"])
def test_odd_packages_get_what_they_can_hold(
    earlier: Earlier, upgrade: Upgrade, audited: Audited, shape: str
) -> None:
    """Strict Open XML, days from 1904, prefixed elements without input checks, parts in another folder."""
    path = earlier("en")
    match shape:
        case "strict":
            strict(path)
        case "1904":
            from_1904(path)
        case "elsewhere":
            relaid(path, LAYOUTS["office"])
        case "prefixed":
            parts = parts_of(path)
            checks = re.compile(rb"<dataValidations.*?</dataValidations>")
            parts = {
                name: checks.sub(b"", data) if "/sheet" in name else data for name, data in parts.items()
            }
            parts[ITEMS] = re.sub(rb"<(/?)(?=[A-Za-z])", rb"<\1x:", parts[ITEMS]).replace(
                b"xmlns=", b"xmlns:x="
            )
            write(path, parts)
    wrong = audited(path)
    done = upgrade(path, "--add", "all")
    assert COLUMNS in done.stdout
    assert done.exit_code == (1 if shape == "strict" else 0)
    assert done.stderr.count("Not added: ") == (2 if shape == "strict" else 0)
    assert audited(path) <= wrong
    assert upgrade(path).stdout.endswith("nothing to add\n") or shape == "strict"
    if shape == "prefixed":
        rules = openpyxl.load_workbook(path)["Items"].data_validations.dataValidation
        assert [rule.formula1 for rule in rules] == ["List_satisfaction", "List_question", None]
