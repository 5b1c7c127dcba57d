"""Workbooks that other programs saved: what is added parses, opens elsewhere and is read, wherever prefixes are declared."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from lxml import etree

from tests.jobs.upgrading.conftest import Upgrade
from tests.odd_books import parts_of, write

RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORKBOOK, SETTINGS = "xl/workbook.xml", "xl/worksheets/sheet8.xml"


def _by_openpyxl(path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        openpyxl.load_workbook(path).save(path)
    assert b'<tablePart xmlns:r="' in parts_of(path)[SETTINGS]


def _on_each(path: Path) -> None:
    """Every sheet and table element declares its own prefixes, ``q`` and ``k``, and the roots declare none."""
    parts = parts_of(path)
    for name in (WORKBOOK, SETTINGS):
        data = parts[name].replace(b' xmlns:r="%b"' % RELATIONSHIPS.encode(), b"")
        own = b' xmlns:q="%b" xmlns:k="%b" ' % (RELATIONSHIPS.encode(), MAIN)
        parts[name] = re.sub(rb"<(sheet|tablePart)( [^>]*?)r:id=", rb"<k:\1%b\2q:id=" % own.rstrip(), data)
        assert b"q:id=" in parts[name]
    write(path, parts)


def _rows_apart(path: Path) -> None:
    """The rows of Settings are written with a prefix of their own, declared on sheetData alone."""
    parts = parts_of(path)
    head, inside, tail = re.fullmatch(  # type: ignore[union-attr]
        rb"(.*)(<sheetData>.*</sheetData>)(.*)", parts[SETTINGS], re.DOTALL
    ).groups()
    inside = re.sub(rb"<(/?)(?=[A-Za-z])", rb"<\1w:", inside)
    inside = inside.replace(b"<w:sheetData>", b'<w:sheetData xmlns:w="%b">' % MAIN)
    tail = re.sub(rb"<dataValidations.*?</dataValidations>", b"", tail)
    write(path, parts | {SETTINGS: head + inside + tail})


@pytest.mark.parametrize("save", [_by_openpyxl, _on_each, _rows_apart])
def test_all_parts_parse_and_open(
    earlier: Callable[[str], Path], upgrade: Upgrade, save: Callable[[Path], None]
) -> None:
    path = earlier("en")
    save(path)
    done = upgrade(path, "--add", "all")
    assert (done.exit_code, done.stderr) == (0, "")
    parts = parts_of(path)
    for name, data in parts.items():
        if name.endswith((".xml", ".rels", ".vml")):
            etree.fromstring(data)
    tree = etree.fromstring(parts[SETTINGS])
    assert {etree.QName(node).namespace for node in tree} == {MAIN.decode()}
    hung = tree.findall("{*}tableParts/{*}tablePart")
    assert len({node.attrib[f"{{{RELATIONSHIPS}}}id"] for node in hung}) == len(hung) == 10
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[-1] == "Improvements"
    assert {"SettingsPlaybooks", "SettingsCodes"} <= set(book["Settings"].tables)
    rules = book["Settings"].data_validations.dataValidation
    assert "Words_playbooks_line" in {rule.formula1 for rule in rules}
    assert upgrade(path).stdout.endswith("nothing to add\n")
