"""A small writer of binary workbooks (.xlsb, [MS-XLSB]), since no library writes them: texts, numbers, dates, errors."""

from __future__ import annotations

import datetime as dt
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

Value = str | float | dt.datetime | None
ERRORS = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}
DATE_STYLE = 1

TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>
{sheets}<Override PartName="/xl/styles.bin" ContentType="application/vnd.ms-excel.styles"/>
<Override PartName="/xl/sharedStrings.bin" ContentType="application/vnd.ms-excel.sharedStrings"/></Types>"""
RELATIONS = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def write_xlsb(path: Path, sheets: dict[str, Sequence[Sequence[Value]]]) -> Path:
    """Sheets by title, rows from A1; texts are shared strings, datetimes are numbers in a date format."""
    strings: dict[str, int] = {}
    parts = {
        f"xl/worksheets/sheet{n}.bin": _sheet(rows, strings) for n, rows in enumerate(sheets.values(), 1)
    }
    names = [("worksheet", f"worksheets/sheet{n}.bin") for n in range(1, len(sheets) + 1)]
    names += [("styles", "styles.bin"), ("sharedStrings", "sharedStrings.bin")]
    parts["xl/workbook.bin"] = b"".join(
        [_record(131), _record(153, struct.pack("<III", 0x10020, 0, 0)), _record(143)]
        + [
            _record(156, struct.pack("<II", 0, n) + _text(f"rId{n}") + _text(title))
            for n, title in enumerate(sheets, 1)
        ]
        + [_record(144), _record(132)]
    )
    parts["xl/sharedStrings.bin"] = b"".join(
        [_record(159, struct.pack("<II", len(strings), len(strings)))]
        + [_record(19, b"\0" + _text(text)) for text in strings]
        + [_record(160)]
    )
    parts["xl/styles.bin"] = _styles()
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="application/vnd.ms-excel.worksheet"/>\n'
        for name in parts
        if "worksheets" in name
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(names, 1)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", TYPES.format(sheets=overrides))
        main = f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.bin"/>'
        book.writestr("_rels/.rels", RELATIONS.format(main))
        book.writestr("xl/_rels/workbook.bin.rels", RELATIONS.format(links))
        for name, data in parts.items():
            book.writestr(name, data)
    return path


def _record(kind: int, data: bytes = b"") -> bytes:
    """One record: its number and its length, seven bits a byte, then its data."""
    return _seven(kind) + _seven(len(data)) + data


def _seven(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out) + bytes([number])


def _text(text: str) -> bytes:
    data = text.encode("utf-16-le")
    return struct.pack("<I", len(data) // 2) + data


def _sheet(rows: Sequence[Sequence[Value]], strings: dict[str, int]) -> bytes:
    width = max(map(len, rows))
    out = [_record(129), _record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1)), _record(145)]
    for number, row in enumerate(rows):
        out.append(_record(0, struct.pack("<IIH3xI", number, 0, 300, 0)))
        out += [_cell(column, value, strings) for column, value in enumerate(row) if value is not None]
    return b"".join([*out, _record(146), _record(130)])


def _cell(column: int, value: Value, strings: dict[str, int]) -> bytes:
    place = struct.pack("<II", column, DATE_STYLE if isinstance(value, dt.datetime) else 0)
    if isinstance(value, dt.datetime):
        days = (value - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
        return _record(5, place + struct.pack("<d", days))
    if isinstance(value, str) and value in ERRORS:
        return _record(3, place + bytes([ERRORS[value]]))
    if isinstance(value, str):
        return _record(7, place + struct.pack("<I", strings.setdefault(value, len(strings))))
    return _record(5, place + struct.pack("<d", value))


def _styles() -> bytes:
    """Two cell formats: general, and a date and time."""
    font = (
        struct.pack("<HHHHBBBB", 220, 0, 400, 0, 0, 2, 0, 0)
        + bytes([7, 1, 0, 0, 0, 0, 0, 255, 2])
        + _text("Calibri")
    )
    fill = struct.pack("<I", 0) + bytes(64)
    border = bytes(51)
    formats = [
        struct.pack("<HHHHHBBHBx", 0, number, 0, 0, 0, 0, 0, 0x1000 >> 8, 1)[:16] for number in (0, 164)
    ]
    blocks = (
        (615, [_record(44, struct.pack("<H", 164) + _text("yyyy-mm-dd hh:mm:ss"))], 616),
        (611, [_record(43, font)], 612),
        (603, [_record(45, fill)] * 2, 604),
        (613, [_record(46, border)], 614),
        (626, [_record(47, b"\xff\xff" + formats[0][2:])], 627),
        (617, [_record(47, xf) for xf in formats], 618),
    )
    body = b"".join(
        _record(begin, struct.pack("<I", len(inside))) + b"".join(inside) + _record(end)
        for begin, inside, end in blocks
    )
    return _record(278) + body + _record(279)
