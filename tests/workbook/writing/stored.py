"""What stands in the formula cells of a workbook, and where another program says otherwise."""

from __future__ import annotations

import datetime as dt
import html
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import betteroffice_xlsx

EPOCH = dt.datetime(1899, 12, 30)
CLOSE = 1e-9
"""Share by which two numbers may differ: programs add up in different orders."""


CELL = re.compile(
    r"<c ([^>]*)>(?:<f[^>]*/>|<f[^>]*>([^<]*)</f>)(?:<v */>|<v[^>]*>([^<]*)</v>)?</c>"  # shared formulas: the first
)
ATTRIBUTE = re.compile(r'\b(r|t)="([^"]*)"')


def stored(path: Path) -> Iterator[tuple[str, str, str, Any]]:
    """Sheet, cell, formula (of several that are one, only the first's) and stored result of every formula."""
    with zipfile.ZipFile(path) as book:
        part_of = {
            one["Id"]: one["Target"]
            for one in _elements("Relationship", book.read("xl/_rels/workbook.xml.rels"))
        }
        for sheet in _elements("sheet", book.read("xl/workbook.xml")):
            xml = book.read("xl/" + part_of[sheet["r:id"]].removeprefix("/xl/")).decode()
            cells = list(CELL.finditer(xml))
            assert len(cells) == len(re.findall("<f[ />]", xml))
            for found in cells:
                told = dict(ATTRIBUTE.findall(found[1]))
                yield (
                    sheet["name"],
                    told["r"],
                    html.unescape(found[2] or ""),
                    _result(told.get("t"), found[3]),
                )


def _elements(name: str, xml: bytes) -> list[dict[str, str]]:
    found = re.findall(rf"<{name} ([^>]*)>", xml.decode())
    return [
        {key: html.unescape(value) for key, value in re.findall(r'([\w:]+)="([^"]*)"', each)}
        for each in found
    ]


def _result(kind: str | None, text: str | None) -> Any:
    match kind:
        case "str" | "e":
            return html.unescape(text or "")
        case "b":
            return text == "1"
    return float(text) if text else ""


def plain(value: Any) -> Any:
    """A date as Excel counts days; nothing as an empty text."""
    match value:
        case dt.datetime():
            return (value - EPOCH) / dt.timedelta(days=1)
        case dt.time():
            return dt.timedelta(hours=value.hour, minutes=value.minute, seconds=value.second) / dt.timedelta(
                days=1
            )
        case dt.timedelta():
            return value / dt.timedelta(days=1)
        case betteroffice_xlsx.CellError():
            return str(value)
        case None:
            return ""
    return value


def differing(path: Path, other: Callable[[str, str], Any]) -> tuple[int, list[tuple[Any, ...]]]:
    """How many formulas there are, and those whose stored result is not what ``other`` (sheet, cell) says."""
    count, wrong = 0, []
    for sheet, cell, formula, mine in stored(path):
        count += 1
        theirs = plain(other(sheet, cell))
        if not alike(mine, theirs):
            wrong.append((sheet, cell, mine, theirs, formula[:200]))
    return count, wrong


def alike(one: Any, other: Any) -> bool:
    """The same text, or the same number but for its last digits."""
    if isinstance(one, str) or isinstance(other, str):
        return bool(one == other)
    return bool(abs(one - other) <= CLOSE * max(1.0, abs(one)))


def second_engine(path: Path, now: dt.datetime) -> Callable[[str, str], Any]:
    """Every cell as betteroffice works it out with the clock at ``now``."""
    book = betteroffice_xlsx.Workbook.open_recalculated(path.read_bytes(), now_serial=plain(now))
    return book.value
