"""What `tests.quicker` does in openpyxl's place comes to what openpyxl comes to."""

from __future__ import annotations

import importlib.util
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import openpyxl
import pandas as pd
import pytest
from openpyxl.formula import translate
from openpyxl.reader.excel import ExcelReader

from kesu.workbook.writing import build_register
from tests import quicker
from tests.odd_books import parts_of
from tests.thinned import thinned


@pytest.fixture
def original() -> Any:
    """openpyxl's own translator, untouched."""
    spec = importlib.util.find_spec("openpyxl.formula.translate")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.Translator.translate_formula is not translate.Translator.translate_formula
    return module.Translator


FORMULAS = [
    "=A1+$A1+A$1+$A$1", "=SUM(1:3,$2:4,A:C,$B:D)", "=Sheet2!B2&'an other'!C3:D4&\"A1\"", "=Rate*A1", "=A1:Rate",
    "=Complaints[[#This Row],[A1]]", "=IF(ISBLANK(B7),\"\",B7*24/1.5%)", "text", "", "={1,2;3,4}", "=A1 B1", "=LOG10(A10)",
]  # fmt: skip


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("dest", ["C5", "C6", "D5", "AB1000"])
def test_formulas_move_as_openpyxl_moves_them(formula: str, dest: str, original: Any) -> None:
    ours: Any = translate.Translator(formula, "C5")
    for _ in range(2):
        assert ours.translate_formula(dest) == original(formula, "C5").translate_formula(dest)


def test_what_would_leave_the_sheet_is_refused_too() -> None:
    with pytest.raises(translate.TranslatorError, match="out of range"):
        translate.Translator("=A1", "C5").translate_formula("C4")


def test_all_formulas_of_a_register_move_as_openpyxl_moves_them(
    tmp_path: Path, original: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_register(tmp_path / "r.xlsx", "en")
    ours = openpyxl.load_workbook(tmp_path / "r.xlsx")
    monkeypatch.setattr(translate.Translator, "translate_formula", original.translate_formula)
    theirs = openpyxl.load_workbook(tmp_path / "r.xlsx")
    formulas = 0
    for sheet in theirs:
        for row in sheet.iter_rows():
            for cell in row:
                value = ours[sheet.title][cell.coordinate].value
                formulas += str(value).startswith("=")
                assert str(value) == str(cell.value) or not isinstance(value, str)
    assert formulas > 7_000


def test_a_sheet_read_late_is_the_sheet_read_at_once(tmp_path: Path) -> None:
    """Written again by openpyxl, all of it: cells, tables, charts, notes, formats; and nothing is read that nobody asks for."""
    path = tmp_path / "r.xlsx"
    build_register(path, "en")
    late = openpyxl.load_workbook(path)
    with mock.patch.object(ExcelReader, "read_worksheets", quicker.READ_ALL):
        once = openpyxl.load_workbook(path)
    path.write_bytes(b"")  # what is asked for later is what stood there then
    assert late.sheetnames == once.sheetnames
    assert all(isinstance(sheet, quicker._Unread) for sheet in late.worksheets)
    assert late["Register"]["A5"].value == once["Register"]["A5"].value
    assert [isinstance(sheet, quicker._Unread) for sheet in late.worksheets].count(False) == 1
    for book, name in ((late, "late.xlsx"), (once, "once.xlsx")):
        book.save(tmp_path / name)
    one, other = (parts_of(tmp_path / name) for name in ("late.xlsx", "once.xlsx"))
    assert {name for name in one | other if one.get(name) != other.get(name)} <= {
        "docProps/core.xml"
    }  # saved when


@pytest.mark.parametrize("pattern", [r"\bB", r"b$", r"[bB]", r"(?<=a )b"])
def test_a_pattern_parsed_once_finds_what_python_finds(pattern: str) -> None:
    texts = ["a b", "a Bé", "中 B", "b\n", "ab"]
    for _ in range(2):
        found = pd.Series(texts, dtype="str").str.contains(pattern).tolist()
        assert found == [re.search(pattern, text) is not None for text in texts]


def test_merged_cells_read_without_their_borders_are_merged(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["title", None, "right"])
    book.worksheets[0].merge_cells("A1:B2")
    book.save(tmp_path / "merged.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "merged.xlsx").worksheets[0]
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:B2"]
    assert [type(sheet[place]).__name__ for place in ("A1", "B2", "C1")] == ["Cell", "MergedCell", "Cell"]
    assert (sheet["A1"].value, sheet["C1"].value) == ("title", "right")


def test_what_a_validator_is_not_shown_repeats_what_it_is_shown(
    tmp_path: Path, audited: Callable[[Path], set[str]]
) -> None:
    build_register(tmp_path / "r.xlsx", "en")
    with zipfile.ZipFile(tmp_path / "r.xlsx") as book:
        parts = {name: book.read(name) for name in book.namelist()}
    rows = parts["xl/worksheets/sheet2.xml"]
    with zipfile.ZipFile(thinned(tmp_path / "r.xlsx", tmp_path / "thin.xlsx")) as thin:
        assert thin.read("xl/worksheets/sheet2.xml").count(b"<row ") < 20 < rows.count(b"<row ")
    assert audited(tmp_path / "r.xlsx") == set()
    for broken in (
        re.sub(rb'(<c r="[A-Z]+40")', rb'\1 cm="no"', rows, count=1),
        re.sub(rb'(<row r="40"[^>]*>)', rb"\1<bogus/>", rows),
    ):
        assert broken != rows
        with zipfile.ZipFile(tmp_path / "broken.xlsx", "w") as made:
            for name, content in parts.items():
                made.writestr(name, broken if name == "xl/worksheets/sheet2.xml" else content)
        assert len(audited(tmp_path / "broken.xlsx")) == 1
