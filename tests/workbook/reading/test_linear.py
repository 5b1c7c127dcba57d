"""The scans over a workbook's bytes take time in proportion to them, whatever stands there."""

from __future__ import annotations

import contextlib
import io
import time
import zipfile
from collections.abc import Callable

import pytest

from kesu.workbook.reading.inspect import inspect
from kesu.workbook.reading.odd import odd_cells
from kesu.workbook.reading.refusals import Refused
from kesu.workbook.reading.repair import first_rows, with_known_errors

SHEET = "xl/worksheets/sheet1.xml"
WORST = {
    "errors without cells": b' t="e"',
    "errors without values": b'<c r="A1" t="e"><f>1</f>',
    "errors in one tag": b' t="e" x="',
    "cells without an end": b"<c ",
    "cells without a close": b'<c r="A1">',
    "shared without values": b't="s"',
    "shared tags": b'<c r="A1" t="s">',
    "formulas without an end": b"<f ",
    "formulas closed": b"</f>",
    "white space": b" ",
    "values": b"<v>",
    "comments": b"<!---->",
    "rows": b"<row",
    "phonetic": b"<rPh>",
    "texts": b"<t ",
    "numbers": b' r="AAA',
    "dates": b">2026-10-01 09:00:00",
    "dimension": b"<dimension ",
}


def book(data: bytes) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("xl/workbook.xml", "<workbook/>")
        made.writestr(SHEET, data)
        made.writestr("xl/sharedStrings.xml", data)
    return out


def looked_at(data: bytes) -> None:
    with zipfile.ZipFile(book(data)) as made:
        first_rows(made, SHEET, 30)


def inspected(data: bytes) -> None:
    with contextlib.suppress(Refused):
        inspect("a.xlsx", book(data), 1 << 30)


SCANS: dict[str, Callable[[bytes], object]] = {
    "odd": lambda data: odd_cells(io.BytesIO(data), {1, 2}),
    "top": looked_at,
    "known": lambda data: with_known_errors(book(data)),
    "inspect": inspected,
}
BEGIN = b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>2026-10-01 09:00:00</t></is></c><c r="B1" t="e"><f>1</f>'


@pytest.mark.parametrize("scan", SCANS)
def test_no_scan_takes_more_than_a_second_for_half_a_megabyte(scan: str) -> None:
    slow: dict[str, float] = {}
    for name, worst in WORST.items():
        for data in (
            BEGIN + worst * (500_000 // len(worst)),
            BEGIN + b"</f>" + worst * (500_000 // len(worst)) + b"x",
        ):
            begun = time.process_time()
            SCANS[scan](data)
            slow[name] = max(time.process_time() - begun, slow.get(name, 0))
    assert {name: spent for name, spent in slow.items() if spent > 1.5} == {}
