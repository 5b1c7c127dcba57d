"""Rows written the plain way are read by a shortcut, which must see what a whole XML parser sees or step aside."""

from __future__ import annotations

import contextlib
import random

import pytest

from kesu.workbook.patch.refuse import PatchRefused
from kesu.workbook.patch.rowreader import Row, RowReader, plain_rows
from kesu.workbook.patch.xmlbytes import check

PLAIN = (
    '<row r="5" spans="1:4" ht="20.5" customHeight=\'1\'><c r="A5" s="3" t="inlineStr"><is><t xml:space="preserve"> 张 &amp; 李 &lt;b&gt;</t></is></c>'
    '<c r="B5" s="4"/><c r="C5"><v>46296.5</v></c><c r="D5" t="str"><f>A1&gt;2</f><v>ok</v></c></row>'
    '<row r="6"/><row r="9" s="2" customFormat="1"><c r="AA9" t="b"><v>1</v></c><c r="AB9"><f>SUM(A1:A2)</f></c><c r="AC9"></c></row>'
).replace("A1&gt;2", "A1+2")
ODD = (
    PLAIN.replace(" s=", "\ts="),
    PLAIN.replace("&amp;", "&#38;"),
    PLAIN.replace("46296.5", "<![CDATA[46296.5]]>"),
    PLAIN.replace('<c r="C5">', "<c>"),
    PLAIN.replace('r="C5"', "r='C5'"),
    PLAIN.replace("<f>A1+2</f>", '<f t="shared" si="0"/>'),
    PLAIN.replace("<row", "\n<row"),
    PLAIN.replace("<v>1</v>", "<v>1</v><extLst/>"),
    PLAIN.replace("A1+2", "A1&lt;2"),
)


def by_expat(xml: bytes) -> list[Row]:
    return RowReader(xml, 70, "t").read((5, 6, 9), ())


@pytest.mark.parametrize("text", [PLAIN, *ODD])
def test_the_shortcut_sees_what_the_parser_sees_or_steps_aside(text: str) -> None:
    xml = text.encode()
    short = plain_rows(xml, 70, (5, 6, 9), ())
    assert (short is None) == (text is not PLAIN)
    whole = by_expat(xml)
    assert [row.number for row in whole] == [5, 6, 9]
    assert short is None or short == whole


def test_damaged_rows_are_never_read_otherwise_than_by_the_parser() -> None:
    chance = random.Random(3)  # noqa: S311
    agreed = 0
    for _ in range(4000):
        xml = bytearray(PLAIN.encode())
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(xml))
            xml[at : at + chance.randint(0, 3)] = chance.choice(
                [b"", b"<", b"&", b'"', b"/", b"9", b" ", b"c", b"<v/>"]
            )
        with contextlib.suppress(PatchRefused):
            check(b"<rows>" + xml + b"</rows>", "t")  # as every part is, before its rows are read
            whole = by_expat(bytes(xml))
            short = plain_rows(bytes(xml), 70, (5, 6, 9), ())
            assert short is None or short == whole, bytes(xml)
            agreed += short is not None
    assert agreed > 100
