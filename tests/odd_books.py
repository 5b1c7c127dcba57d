"""Registers whose package differs from what Excel makes: parts elsewhere, days counted from 1904, strict Open XML."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

Move = Callable[[str], str]

LAYOUTS: dict[str, Move] = {
    "root": lambda name: name.removeprefix("xl/"),
    "office": lambda name: {"xl/workbook.xml": "office/book.xml"}.get(name, re.sub("^xl/", "office/", name)),
    "flat": lambda name: posixpath.basename(name) if name.startswith("xl/") else name,
    "book22": lambda name: {"xl/workbook.xml": "xl/workbook22.xml"}.get(name, name),
    "main": lambda name: {"xl/workbook.xml": "workbook.xml"}.get(name, name),
    "sheets": lambda name: re.sub("^xl/worksheets/", "sheets/", name),
    "strings": lambda name: {"xl/sharedStrings.xml": "xl/Texts/All.xml"}.get(name, name),
}
"""Where the parts lie: in the root, in a folder of another name, all in one folder, the main part alone elsewhere …"""


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {info.filename: package.read(info) for info in package.infolist()}


def write(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)


def relaid(path: Path, move: Move, *, absolute: bool = False) -> None:
    """Give every part the name that ``move`` says, in the relationships and content types too."""
    parts = parts_of(path)
    new = {}
    for name, data in parts.items():
        if name == "[Content_Types].xml":
            moved = re.sub(
                'PartName="/([^"]*)"', lambda found: f'PartName="/{move(found[1])}"', data.decode()
            )
            new[name] = moved.encode()
        elif name.endswith(".rels"):
            folder, rels = posixpath.split(name)
            owner = posixpath.join(posixpath.dirname(folder), rels.removesuffix(".rels"))
            home = posixpath.dirname(move(owner))

            def target(found: re.Match[str], owner: str = owner, home: str = home) -> str:
                old = posixpath.normpath(posixpath.join("/", posixpath.dirname(owner), found[1]))
                place = f"/{move(old[1:])}"
                return f'Target="{place if absolute else posixpath.relpath(place, f"/{home}")}"'

            place = posixpath.join(home, "_rels", posixpath.basename(move(owner)) + ".rels")
            new[place] = re.sub('Target="([^"]*)"', target, data.decode()).encode()
        else:
            new[move(name)] = data
    write(path, new)


def from_1904(path: Path) -> None:
    """Count days from 1904: every number in a cell with a date format stands for the same day as before."""
    parts = parts_of(path)
    styles = parts["xl/styles.xml"].decode()
    dates = {int(found[1]) for found in re.finditer(r'numFmtId="(\d+)" formatCode="[^"]*y[^"]*"', styles)} | {
        14,
        22,
    }
    xfs = re.findall(r'<xf numFmtId="(\d+)"', re.split("<cellXfs", styles)[1].split("</cellXfs>")[0])
    looks = "|".join(str(at) for at, number in enumerate(xfs) if int(number) in dates)
    cell = re.compile(rf'(<c r="[A-Z]+\d+" s="(?:{looks})">(?:<f.*?</f>|<f[^>]*/>)?<v>)([\d.]+)(</v>)')
    for name, data in parts.items():
        if name.startswith("xl/worksheets/sheet"):
            moved = cell.sub(lambda found: f"{found[1]}{float(found[2]) - 1462!r}{found[3]}", data.decode())
            parts[name] = moved.encode()
    book = parts["xl/workbook.xml"].replace(b"<workbookPr", b'<workbookPr date1904="1"')
    write(path, parts | {"xl/workbook.xml": book})


STRICT = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/": b"http://purl.oclc.org/ooxml/officeDocument/",
}


def strict(path: Path) -> None:
    """As Excel saves a “Strict Open XML Spreadsheet”."""
    parts = parts_of(path)
    for name in parts:
        for old, new in STRICT.items() if name != "[Content_Types].xml" else ():
            parts[name] = parts[name].replace(old, new)
    write(path, parts)
