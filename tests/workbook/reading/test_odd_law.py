"""Whatever way a sheet is written: what is odd on it is what a reader of XML finds, cell by cell."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Final
from unittest import mock
from xml.parsers import expat

from hypothesis import example, given, settings
from hypothesis import strategies as st

from kesu.workbook.reading import odd
from kesu.workbook.reading.odd import Address, Odd, odd_cells
from tests.depth import turns

SPOILT: Final = {
    "1234567890123456": "1.23456789012346E+15",
    "10000000000000000000": "1.00000000000000E+19",
    "1e+20": "1.00000000000000E+20",
    "2.5E16": "2.50000000000000E+16",
}
NUMBERS: Final = [*SPOILT, "1E14", "1e-20", "999999999999999", "46014.651", "1.234", "15", "7", "0"]
ISO: Final = ["2026-10-01 09:05:00", "\n2026-10-01 09:05:00.25 ", "1.234", "-999.999", " +1234.5678\t"]
"""Texts that look like true dates or numbers."""
TEXTS: Final = [
    *ISO,
    "12345.678",
    "0.123",
    "1.23456",
    "2026-10-01",
    "2026-10-01 09:05",
    "#N/A",
    "1e+20",
    "Ünwahr",
    "约 3 天",
]
ERRORS: Final = ["#N/A", "#DIV/0!", "#REF!"]
FORMULAS: Final = [
    "<f>A1</f>",
    '<f t="shared" si="3"/>',
    "<f t='shared' ref='A1:B9' si='3'>E20+AAA1</f>",
    '<f ca="1">IF(A1="","e",1E20)</f>',
    "<f>\"1.234\"&amp;'Sheet e'!A1</f>",
    "<f/>",
]


@st.composite
def cells(draw: st.DrawFn) -> str:
    """A cell without its row, written in one of the ways that XML leaves open; ``{row}`` stands where that comes."""
    quote, blank = draw(st.sampled_from("\"'")), draw(st.sampled_from([" ", " ", "\n", "\t", "  ", "\r\n"]))
    kind = draw(st.sampled_from(["", "", "n", "e", "s", "str", "inlineStr", "b"]))
    column = draw(st.sampled_from(["A", "B", "E", "S", "ES", "BS", "AE", "ZZ", "XFD"]))
    words = [f"r={quote}{column}{{row}}{quote}", *([f"t={quote}{kind}{quote}"] if kind else [])]
    words += draw(st.sampled_from([[], ["s='1'"], ['s="12"'], ['cm="1"', 's="7"']]))
    start = f"<c{blank}{blank.join(draw(st.permutations(words)))}{draw(st.sampled_from(['', '', ' ']))}"
    formula = draw(st.sampled_from(["", *FORMULAS])) if kind not in {"s", "inlineStr"} else ""
    if kind == "inlineStr":
        space = draw(st.sampled_from(["", ' xml:space="preserve"']))
        return f"{start}><is><t{space}>{draw(st.sampled_from(TEXTS))}</t></is></c>"
    said = {"e": ERRORS, "s": ["0", "4", "7"], "str": TEXTS, "b": ["0", "1"]}.get(kind, NUMBERS)
    value = f"<v>{draw(st.sampled_from(said))}</v>" if kind == "s" else draw(
        st.sampled_from(["", "<v></v>", "<v/>", "<v> </v>", *(f"<v>{one}</v>" for one in said)])
    )  # fmt: skip
    between = draw(st.sampled_from(["", "", " ", "\n  "]))
    inside = f"{formula}{between}{value}{between}"
    return f"{start}/>" if not inside and draw(st.booleans()) else f"{start}>{inside}</c>"


@st.composite
def sheets(draw: st.DrawFn) -> str:
    """A worksheet: rows of which most are like others."""
    shapes = draw(st.lists(st.lists(cells(), max_size=5), min_size=1, max_size=4))
    order = draw(st.lists(st.sampled_from(range(len(shapes))), min_size=1, max_size=12))
    gap = draw(st.sampled_from(["", "", "\n", "<!-- <c t='e' -->"]))
    body = ""
    for at, shape in enumerate(order):
        row = draw(st.sampled_from([at + 1, 10 + at, 1000 + at]))
        body += f'<row r="{row}">{gap.join(shapes[shape]).format(row=row)}</row>{gap}'
    merges = draw(st.sampled_from(["", "<mergeCells count='1'><mergeCell ref='A1:C2'/></mergeCells>"]))
    whole = f"<worksheet><sheetData>{body}</sheetData>{merges}</worksheet>"
    prefix = draw(st.sampled_from(["", "", "x:", "x1:", "E:", "Abc9:"]))
    return re.sub(r"<(/?)(?=[a-zA-Z])", rf"<\1{prefix}", whole) if prefix else whole


class Oracle:
    """Cells as expat tells them, and which of them are odd."""

    def __init__(self, sheet: str, shared: set[int]) -> None:
        self.found, self.shared = Odd(), shared
        self.spoilt: dict[Address, str] = {}
        self.cell: dict[str, str] | None = None
        self.text, self.inside, self.formula = "", "", False
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler = self.said
        parser.buffer_text = True
        parser.Parse(re.sub(r"(?<=<)(/?)[A-Za-z0-9]+:", r"\1", sheet).encode(), True)
        self.found.errors = self.spoilt | self.found.errors

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self.cell, self.text, self.inside, self.formula = attributes, "", "", False
        elif tag == "mergeCell":
            self.found.merged.append((1, 0, 2, 2))
        self.inside, self.formula = tag, self.cell is not None and (self.formula or tag == "f")

    def said(self, text: str) -> None:
        if self.cell is not None and self.inside in {"v", "t"}:
            self.text += text

    def end(self, tag: str) -> None:
        self.inside = ""
        if tag == "c" and self.cell is not None:
            self.judge(place(self.cell["r"]), self.cell.get("t", "n"))
            self.cell = None

    def judge(self, at: Address, kind: str) -> None:
        text = self.text.strip()
        if kind in {"str", "inlineStr"}:
            self.found.dates += [at] * (text in {one.strip() for one in ISO})
        elif self.formula and not text:
            self.found.uncached.append(at)
        elif kind == "e" and text:
            self.found.errors[at] = self.text
        elif text in SPOILT:
            self.spoilt[at] = SPOILT[text]
        elif kind == "s" and int(text) in self.shared:
            self.found.dates.append(at)


def place(name: str) -> Address:
    letters = name.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(name[len(letters) :]), column - 1


def in_order(found: Odd) -> Iterator[object]:
    return iter([found.errors, sorted(found.uncached), sorted(found.dates), found.merged])


@settings(max_examples=turns(400, 20_000), deadline=None)
@given(
    sheet=sheets(),
    shared=st.sampled_from([set[int](), {4}, {4, 7}]),
    block=st.sampled_from([40, 300, 1 << 22]),
    window=st.sampled_from([30, 200, 1 << 16]),
    few=st.sampled_from([0, 2000]),
)
@example(
    "<worksheet><sheetData><row><c\nr='A1' t='e'><v>#N/A</v></c></row></sheetData></worksheet>",
    set(),
    40,
    30,
    0,
)
def test_what_is_odd_is_what_a_reader_of_xml_finds(
    sheet: str, shared: set[int], block: int, window: int, few: int
) -> None:
    data = sheet.encode()
    with mock.patch.multiple(odd, BLOCK=block, WINDOW=window, FEW=few):
        blocks = odd_cells(io.BytesIO(data), shared)
        at_once = odd_cells(io.BytesIO(data), shared, kinds=odd.kinds_of(data))
    expected = list(in_order(Oracle(sheet, shared).found))
    assert list(in_order(blocks)) == expected
    assert list(in_order(at_once)) == expected
