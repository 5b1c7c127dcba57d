"""Random workbooks, random blocks: what was written reads back, and nothing else moved."""

from __future__ import annotations

import datetime as dt
import math
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from kesu.workbook.patch import Patch
from tests.workbook.patch.conftest import Look

DAY = dt.date(2025, 3, 14)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"

texts = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FA1D, exclude_categories=("Cs", "Cn", "Co")),
    min_size=1,
    max_size=12,
).filter(lambda text: "_x" not in text)
numbers = st.floats(-1e12, 1e12, allow_nan=False).map(lambda x: round(x, 6)) | st.integers(-(10**9), 10**9)
moments = st.datetimes(dt.datetime(1901, 1, 1), dt.datetime(2099, 12, 31)).map(
    lambda moment: moment.replace(microsecond=0)
)
scalars = texts | numbers | st.booleans()
cells = st.dictionaries(st.tuples(st.integers(1, 9), st.integers(1, 6)), scalars, max_size=25)
places = st.tuples(st.integers(1, 11), st.integers(1, 8))


@st.composite
def blocks(draw: st.DrawFn) -> list[list[Any]]:
    width = draw(st.integers(1, 4))
    row = st.lists(scalars | st.none(), min_size=width, max_size=width)
    return draw(st.lists(row, min_size=1, max_size=5))


def close(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, float) or isinstance(found, float):
        return type(found) in {int, float} and math.isclose(found, wanted, rel_tol=1e-15)
    return bool(found == wanted) and isinstance(found, bool) == isinstance(wanted, bool)


def read(path: Path, sheet: str) -> dict[tuple[int, int], Any]:
    book = openpyxl.load_workbook(path)
    rows = book[sheet].iter_rows()
    found = {(c.row, c.column): c.value for row in rows for c in row if c.value is not None}
    book.close()
    return found


def expect(
    before: dict[tuple[int, int], Any], place: tuple[int, int], block: list[list[Any]]
) -> dict[Any, Any]:
    after = dict(before)
    for down, row in enumerate(block):
        for right, value in enumerate(row):
            after[place[0] + down, place[1] + right] = value
    return {at: value for at, value in after.items() if value is not None}


def patch_and_compare(
    path: Path, sheet: str, place: tuple[int, int], block: list[list[Any]], look: Look
) -> None:
    before, packed = read(path, sheet), look.packed(path)
    plan = Patch.open(path)
    plan.write_block(sheet, f"{get_column_letter(place[1])}{place[0]}", block)
    result = plan.commit(as_of=DAY, backup=False)
    found, wanted = read(path, sheet), expect(before, place, block)
    assert found.keys() == wanted.keys()
    assert all(close(found[at], wanted[at]) for at in wanted)
    after = look.packed(path)
    assert list(after) == list(packed)
    assert {name for name in packed if after[name] != packed[name]} <= set(result.parts_changed)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=cells, place=places, block=blocks(), writer=st.sampled_from(["xlsxwriter", "openpyxl"]))
def test_a_block_written_into_any_workbook_reads_back_and_moves_nothing_else(
    cells: dict[tuple[int, int], Any], place: tuple[int, int], block: list[list[Any]], writer: str, look: Look
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "数据 book.xlsx"
        if writer == "xlsxwriter":
            book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
            sheet = book.add_worksheet("S")
            for (row, column), value in cells.items():
                write = sheet.write_string if isinstance(value, str) else sheet.write
                write(row - 1, column - 1, value)
            book.add_worksheet("other").write("A1", "untouched")
            book.close()
        else:
            plain = openpyxl.Workbook()
            first = plain.active
            assert first is not None
            first.title = "S"
            for (row, column), value in cells.items():
                cell = first.cell(row, column)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"
            plain.save(path)
        patch_and_compare(path, "S", place, block, look)


@st.composite
def odd_sheets(draw: st.DrawFn) -> bytes:
    """A sheet as an unusual but correct writer may put it: any prefix, no positions, comments, CDATA."""
    prefix = draw(st.sampled_from(["", "x:", "数:"]))
    quote = draw(st.sampled_from(["'", '"']))
    chosen = draw(cells)
    noise = st.sampled_from(["", "", "\n", "<!-- <row r='9'><c r='A9'/></row> -->", "<?pi <row/> ?>"])
    rows, before = [], 0
    for row in sorted({row for row, _ in chosen}):
        implicit = row == before + 1 and draw(st.booleans())
        inside, last = "", 0
        for column in sorted(column for r, column in chosen if r == row):
            hidden = column == last + 1 and draw(st.booleans())
            at = "" if hidden else f" r={quote}{get_column_letter(column)}{row}{quote}"
            inside += draw(noise) + odd_cell(draw, prefix, at, quote, chosen[row, column])
            last = column
        where = "" if implicit else f" spans={quote}1:3{quote}  r = {quote}{row}{quote}"
        rows.append(f"{draw(noise)}<{prefix}row{where} >{inside}</{prefix}row >")
        before = row
    colon = f":{prefix[:-1]}" if prefix else ""
    data = f"<{prefix}sheetData>{''.join(rows)}</{prefix}sheetData>" if rows else f"<{prefix}sheetData/>"
    xml = f"<{prefix}worksheet xmlns{colon}={quote}{MAIN}{quote}>{draw(noise)}{data}{draw(noise)}</{prefix}worksheet>"
    encoding = draw(st.sampled_from(["utf-8", "utf-16"]))
    return f"<?xml version='1.0' encoding='{encoding}'?>{xml}".encode(encoding)


def odd_cell(draw: st.DrawFn, prefix: str, at: str, quote: str, value: Any) -> str:
    if isinstance(value, bool):
        return f"<{prefix}c t={quote}b{quote}{at}><{prefix}v>{int(value)}</{prefix}v></{prefix}c>"
    if isinstance(value, str):
        text = f"<![CDATA[{value}]]>" if draw(st.booleans()) and "]]>" not in value else escape(value)
        inside = f"<{prefix}is><{prefix}t xml:space='preserve'>{text}</{prefix}t></{prefix}is>"
        return f"<{prefix}c{at} t={quote}inlineStr{quote}>{inside}</{prefix}c>"
    return f"<{prefix}c{at} odd={quote}a>b{quote}><{prefix}v>{value!r}</{prefix}v></{prefix}c>"


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def write_by_hand(path: Path, sheet: bytes) -> None:
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/Sheet1.XML" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="a" '
        f'Type="{OFFICE}/officeDocument" Target="/xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:q="{OFFICE}"><sheets><sheet name="S" sheetId="3" '
        'q:id="Z"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="Z" '
        f'Type="{OFFICE}/worksheet" Target="worksheets/Sheet1.XML"/></Relationships>',
        "xl/worksheets/Sheet1.XML": sheet,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as container:
        for name, data in parts.items():
            container.writestr(name, data)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sheet=odd_sheets(), place=places, block=blocks())
def test_odd_but_correct_xml_is_patched_as_exactly(
    sheet: bytes, place: tuple[int, int], block: list[list[Any]], look: Look
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "odd.xlsx"
        write_by_hand(path, sheet)
        patch_and_compare(path, "S", place, block, look)


@settings(max_examples=40, deadline=None)
@given(moment=moments, date1904=st.booleans())
def test_dates_read_back_in_both_calendars(moment: dt.datetime, date1904: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dates.xlsx"
        book = xlsxwriter.Workbook(
            path, {"date_1904": date1904, "default_date_format": "yyyy-mm-dd hh:mm:ss"}
        )
        book.add_worksheet("S").write_datetime("A1", dt.datetime(2000, 1, 1))
        book.close()
        if date1904 and moment.year < 1904:
            return
        plan = Patch.open(path)
        plan.write_block("S", "A1", [[moment]])
        plan.commit(as_of=DAY, backup=False)
        assert read(path, "S")[1, 1] == moment
