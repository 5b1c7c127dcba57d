"""A choice that a team entered on Settings is a text in the form that is made from it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import zipfile
from pathlib import Path

import openpyxl

from kesu.register.codes import Code
from kesu.register.settings import load_profile
from kesu.words.text import Text
from kesu.workbook.writing import build_form

LABELS = (
    '=WEBSERVICE("http://x.invalid")',
    "=cmd|' /C calc'!A0",
    "file:///c:/x.exe",
    "http://x.invalid",
    "+1",
    'x"&"' * 99,
)


def test_a_choice_that_looks_like_a_formula_or_link_is_a_text_on_the_form(tmp_path: Path) -> None:
    settings = load_profile()
    codes = {
        name: tuple(
            Code(code.key, Text(label, label)) for code, label in zip(choices, LABELS * 9, strict=False)
        )
        for name, choices in settings.codes.items()
    }
    path = tmp_path / "form.xlsx"
    build_form(path, "en", dataclasses.replace(settings, codes=codes), today=dt.date(2026, 10, 31))
    book = openpyxl.load_workbook(path)
    cells = [cell for row in book["Choices"].iter_rows() for cell in row if cell.value is not None]
    assert {cell.value for cell in cells} >= set(LABELS)
    assert {cell.data_type for cell in cells} == {"s"}
    with zipfile.ZipFile(path) as package:
        assert not any(
            b"External" in package.read(name) for name in package.namelist() if name.endswith(".rels")
        )
        page = package.read("xl/worksheets/sheet1.xml").decode()
    assert "x.invalid" not in page
    assert 'x"' not in page  # no label stands within a rule of the form
