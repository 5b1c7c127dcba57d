"""Outputs as lines of text, so that a reviewer reads in a diff what changed."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from importlib import resources
from typing import Any, Final

from lxml import etree

from kesu.reports.chapters.blocks import Bullets, Cards, Cell, Chapter, Document, Figure, Sentence, Table
from kesu.reports.chapters.figures import show

LEFT_OUT: Final = {"numCache", "strCache", "endParaRPr", "printSettings", "xfrm", "axId", "crossAx"}
"""Of charts: what they keep of cells, and what is the same in all of them."""
SHEET: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def report_lines(made: Document) -> list[str]:
    """A document as its chapters have it: what is said, in which words, how many rows."""
    lines = [made.title, made.subtitle, made.footer, f"{made.as_of}"]
    for chapter in made.all:
        lines += ["", f"== {chapter.key} | {chapter.name} | {chapter.title}", *_blocks(chapter, made.lang)]
    return lines


def _blocks(chapter: Chapter, lang: str) -> Iterator[str]:
    for block in chapter.blocks:
        match block:
            case Sentence(text=text, warning=warning):
                yield f"{'!' if warning else '.'} {text}"
            case Cards(cards=cards):
                for card in cards:
                    verdict = f" | {show(card.verdict, lang)}" if card.verdict else ""
                    yield f"[{card.label} | {_cell(card.figure, lang)}{verdict} | {card.note}]"
            case Bullets(title=title, points=points):
                yield f"* {title}"
                yield from (f"  * {point}" for point in points)
            case Table():
                yield from _table(block, lang)


def _table(table: Table, lang: str) -> Iterator[str]:
    yield f"-- {table.title}{' (folded)' if table.folded else ''}"
    if chart := table.chart:
        yield f"   {chart.kind} of {chart.series}{f', parted {chart.parted}' if chart.parted else ''}: {chart.alt}"
    yield "   # " + " | ".join(f"{column.label} ({column.kind})" for column in table.columns)
    defines = [column.kind for column in table.columns] == ["text", "long", "long"]
    for row in table.rows[: 2 if defines else None]:
        yield "   " + " | ".join(_cell(cell, lang) for cell in row)
    if defines:
        yield f"   … {len(table.rows)} definitions in all, see docs/definitions.md"
    if table.note:
        yield f"   note: {table.note}"


def _cell(cell: Cell, lang: str) -> str:
    tone = f" ({cell.tone})" if isinstance(cell, Figure) and cell.tone else ""
    return show(cell, lang) + tone


def page_lines(page: bytes) -> list[str]:
    """A page but for its style sheet, which stands in page.css."""
    text, style = (
        page.decode(),
        resources.files("kesu.reports.formats").joinpath("page.css").read_text("utf-8"),
    )
    assert text.count(style.rstrip("\n")) == 1
    lines = text.replace(style.rstrip("\n"), "(page.css)\n").splitlines()
    return [
        line.rstrip() for whole in lines for line in re.split('(?=<div class="card">)', whole) if line.strip()
    ]


def workbook_lines(content: bytes) -> list[str]:
    """A workbook's sheets: cells with how they look, then everything else about the sheet; charts; properties."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        read = {
            name: etree.fromstring(parts.read(name))
            for name in parts.namelist()
            if name.endswith((".xml", ".rels"))
        }
    strings = ["".join(entry.itertext()) for entry in read["xl/sharedStrings.xml"]]
    looks = _looks(read["xl/styles.xml"])
    lines = ["", "== looks of cells", *(f"{at}: {look}" for at, look in enumerate(looks))]
    for name in sorted(read):
        if name.startswith("xl/worksheets/sheet"):
            lines += ["", f"== {name}", *_sheet(read[name], strings)]
        elif name.startswith(("xl/charts/", "xl/drawings/drawing", "docProps/core", "xl/workbook.xml")):
            lines += ["", f"== {name}", *_leaves(read[name])]
    return lines[1:]


def _sheet(sheet: Any, strings: list[str]) -> Iterator[str]:
    for part in sheet:
        if part.tag != f"{SHEET}sheetData":
            yield from _leaves(part)
            continue
        for row in part:
            if height := row.get("ht"):
                yield f"row {row.get('r')} {height} high"
            for cell in row:
                value = cell.findtext(f"{SHEET}v") or ""
                kind = cell.get("t", "n")
                said = repr(strings[int(value)]) if kind == "s" else value
                yield f"{cell.get('r')} {said} {{{cell.get('s', 0)}}}"


def _looks(styles: Any) -> list[str]:
    """What is special about each format, as words."""
    formats = {one.get("numFmtId"): one.get("formatCode") for one in styles.iter(f"{SHEET}numFmt")}
    fonts, fills, borders = (
        [_words(one) for one in styles.find(f"{SHEET}{part}")] for part in ("fonts", "fills", "borders")
    )
    found = []
    for one in styles.find(f"{SHEET}cellXfs"):
        number = one.get("numFmtId")
        parts = [
            "" if number == "0" else formats.get(number, {"49": "@", "3": "#,##0", "4": "#,##0.00"}.get(number, number)),
            fonts[int(one.get("fontId"))], fills[int(one.get("fillId"))], borders[int(one.get("borderId"))],
            " ".join(_words(part) for part in one),
        ]  # fmt: skip
        found.append("; ".join(part for part in parts if part))
    return found


def _words(node: Any) -> str:
    """The elements under a font, fill, border or alignment with what they say."""
    values = [
        f"{key}={value}" for key, value in node.attrib.items() if key != "patternType" or value != "none"
    ]
    under = [
        f"{etree.QName(part).localname} {_words(part)}".strip() for part in node if part.attrib or len(part)
    ]
    plain = [etree.QName(part).localname for part in node if not part.attrib and not len(part) and etree.QName(node).localname == "font"]  # fmt: skip
    return " ".join((*values, *plain, *under))


def _leaves(node: Any, before: str = "") -> Iterator[str]:
    """Every element without children in one line, with the way to it where that changes."""
    name = etree.QName(node).localname
    if name in LEFT_OUT or not (len(node) or node.attrib or node.text):
        return
    said = "".join(f" {etree.QName(key).localname}={value}" for key, value in node.attrib.items())
    text = (node.text or "").strip()
    if not len(node):
        yield f"{before}{name}{said}{f' {text!r}' if text else ''}"
    elif len(node) == 1:
        yield from _leaves(node[0], f"{before}{name}{said} > ")
    else:
        yield f"{before}{name}{said}"
        for part in node:
            yield from _leaves(part, " " * (len(before) - len(before.lstrip()) + 1))
