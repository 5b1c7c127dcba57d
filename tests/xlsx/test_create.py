"""The one way to open a workbook for writing: text stays text, whatever it looks like."""

from __future__ import annotations

import ast
import datetime as dt
import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import hypothesis.strategies as st
import openpyxl
import pytest
from hypothesis import given

import kesu
from kesu.xlsx.create import new_workbook
from kesu.xlsx.text import header_words, plain

DAY = dt.date(2026, 10, 31)
TEXTS = [
    "=1+1", "{=1+1}", "@SUM(1)", "+1", "1", "1.5E3", "http://x.invalid", "mailto:a@x.invalid", "file:///c:/x",
    "internal:'S'!A1", "external:\\\\x\\y.xlsx", "<r><t>1</t></r>", "<r></si><si><t>x</t></r>", " a ", "_x0041_", "a\x01b",
    "a\ufffeb", "x\ny", "\u202eabc", "长" * 20,
]  # fmt: skip


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return {name: book.read(name) for name in book.namelist()}


def made(*texts: str, header: str = "", description: str = "") -> bytes:
    buffer = io.BytesIO()
    book = new_workbook(buffer, DAY, title=texts[0] if texts else "")
    sheet = book.add_worksheet("S")
    for row, text in enumerate(texts):
        sheet.write(row, 0, text)
        sheet.write_formula(row, 1, f"=A{row + 1}", None, text)
    if header:
        sheet.set_header(f"&L&9{header_words(header)}&R{header_words(header)}")
        sheet.set_footer(f"&L&9{header_words(header)}")
    if description:
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=S!$A$1:$A$2"})
        chart.set_title({"name": description})
        sheet.insert_chart(0, 3, chart, {"description": description})
    book.close()
    return buffer.getvalue()


def test_nothing_else_in_the_package_opens_a_workbook_for_writing() -> None:
    here = Path(kesu.__file__).parent
    found = {
        path.relative_to(here).as_posix()
        for path in here.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (
            isinstance(node, ast.Import)
            and any(name.name.split(".")[0] == "xlsxwriter" for name in node.names)
        )
        or (isinstance(node, ast.ImportFrom) and node.module in {"xlsxwriter", "xlsxwriter.workbook"})
        or (isinstance(node, ast.Attribute) and node.attr == "ExcelWriter")
        or (isinstance(node, ast.Attribute) and node.attr == "to_excel" and "live" not in path.parts)
    }
    assert found == {"xlsx/create.py"}


def unescaped(text: str) -> str:
    """As Excel reads it (ECMA-376, ST_Xstring)."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)


def test_texts_that_look_like_something_else_read_back_as_they_are() -> None:
    data = made(*TEXTS)
    cells = openpyxl.load_workbook(io.BytesIO(data))["S"]["A"]
    assert {cell.data_type for cell in cells} == {"s"}
    parts = parts_of(data)
    strings = ET.fromstring(parts["xl/sharedStrings.xml"])  # noqa: S314
    assert [unescaped("".join(si.itertext())) for si in strings] == TEXTS
    assert not [name for name in parts if "sheets/_rels" in name or "externalLink" in name]
    sheet = ET.fromstring(parts["xl/worksheets/sheet1.xml"])  # noqa: S314
    results = [node.text for node in sheet.iter() if node.tag.endswith("}v")][1::2]
    assert [unescaped(text or "") for text in results] == TEXTS


@given(st.text(st.characters(), max_size=30), st.text(st.characters(), max_size=300))
def test_no_text_breaks_the_file_nor_becomes_a_code_of_the_header(text: str, header: str) -> None:
    parts = parts_of(made(text, header=header, description=text))
    for name, data in parts.items():
        ET.fromstring(data)  # noqa: S314 - whole XML, whatever the text was
        assert b"<r>" not in data, name
    [shown] = ET.fromstring(parts["xl/sharedStrings.xml"]) if text else [None]  # noqa: S314
    assert shown is None or [child.tag.rpartition("}")[2] for child in shown] == ["t"]
    sheet = ET.fromstring(parts["xl/worksheets/sheet1.xml"])  # noqa: S314
    for node in sheet.iter():
        if node.tag.endswith(("oddHeader", "oddFooter")):
            said = node.text or ""
            assert len(said.encode("utf-16-le")) // 2 <= 255
            codes = [rest[:1] for rest in said.replace("&&", "").split("&")[1:]]
            assert codes in (["L", "9", "R"], ["L", "9"])
            assert not said[4:5].isdecimal()


def test_a_number_that_is_none_makes_a_blank_cell(tmp_path: Path) -> None:
    book = new_workbook(tmp_path / "b.xlsx", DAY)
    book.add_worksheet("S").write_row(0, 0, [1.5, float("nan"), float("inf")])
    book.close()
    assert [cell.value for cell in openpyxl.load_workbook(tmp_path / "b.xlsx")["S"][1]][:1] == [1.5]
    assert openpyxl.load_workbook(tmp_path / "b.xlsx")["S"]["B1"].value is None


def test_the_same_input_makes_the_same_file() -> None:
    assert made("a", "=1") == made("a", "=1")


def test_where_the_file_cannot_be_written_the_system_s_own_error_is_raised(tmp_path: Path) -> None:
    book = new_workbook(tmp_path / "nowhere" / "b.xlsx", DAY)
    book.add_worksheet("S")
    with pytest.raises(FileNotFoundError):
        book.close()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("R&G", "R&&G"), ("360 branch", " 360 branch"), ("a\r\n\tb", "a b"), ("&" * 200, "&&" * 45),
        ("长" * 200, "长" * 90), ("😀" * 100, "😀" * 45), ("a\x00\ud800b", "ab"), ("", ""),
    ],
)  # fmt: skip
def test_words_of_a_header(text: str, shown: str) -> None:
    assert header_words(text) == shown


def test_plain_text_is_left_alone() -> None:
    assert plain("客诉 <b>\n\t\u202e") == "客诉 <b>\n\t\u202e"
