"""Files that are damaged, and parts that do not read back as they were written, are refused."""

from __future__ import annotations

import copy
import random
import zipfile
from pathlib import Path

import pytest

from kesu.workbook.patch import Patch, PatchRefused
from kesu.workbook.patch.readback import BLANK, confirm, mark
from kesu.workbook.patch.sheetxml import Sheet
from kesu.workbook.patch.xmlbytes import to_utf8
from tests.workbook.patch.parts_by_hand import MAIN, TEAM, packed


def sheet(cells: str) -> bytes:
    return f'<worksheet xmlns="{MAIN}"><sheetData><row r="2">{cells}</row></sheetData></worksheet>'.encode()


@pytest.mark.parametrize(("times", "opens"), [(0, True), (3, False)])
def test_parts_that_share_their_bytes_are_a_zip_bomb(tmp_path: Path, times: int, opens: bool) -> None:
    noise = "".join(random.Random(1).choices("abcdefgh", k=40_000))  # noqa: S311 - bytes that do not pack well
    path = packed(TEAM | {"xl/media/note.xml": f"<a>{noise}</a>"}, tmp_path / "team.xlsx")
    with zipfile.ZipFile(path, "a") as container:
        for at in range(times):
            again = copy.copy(container.getinfo("xl/media/note.xml"))
            again.filename = again.orig_filename = f"xl/media/note{at}.xml"
            container.filelist.append(again)
        container.writestr("docProps/last.txt", "so that the directory is written anew")
    if opens:
        assert Patch.open(path).package.has("xl/media/note.xml")
    else:
        with pytest.raises(PatchRefused, match="parts overlap"):
            Patch.open(path)


def test_a_sheet_without_data_is_refused(tmp_path: Path) -> None:
    parts = TEAM | {"xl/worksheets/sheet2.xml": f'<worksheet xmlns="{MAIN}"/>'}
    plan = Patch.open(packed(parts, tmp_path / "team.xlsx"))
    with pytest.raises(PatchRefused, match="sheetData"):
        plan.write_block("List", "A1", [["x"]])


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        ({(2, 1): mark("5", ""), (2, 2): mark("x", "str"), (2, 3): BLANK}, None),
        ({(2, 1): mark("6", "")}, "A2"),
        ({(2, 1): mark("5", "b")}, "A2"),
        ({(2, 1): BLANK}, "A2"),
        ({(2, 3): mark("5", "")}, "a value is missing"),
        ({}, None),
    ],
)  # fmt: skip
def test_what_reads_back_otherwise_is_refused(marks: dict[tuple[int, int], int], said: str | None) -> None:
    data = sheet('<c r="A2"><v>5</v></c><c r="B2" t="str"><v>x</v></c><c r="C2"/>')
    part = Sheet(data, "r.xlsx ▸ S")
    if said is None:
        confirm(part, data, [(2, b'<c r="C2"/>')], marks)
    else:
        with pytest.raises(PatchRefused, match=said):
            confirm(part, data, [], marks)
    with pytest.raises(PatchRefused, match="row reads back differently"):
        confirm(part, data, [(2, b'<c r="C3"/>')], marks)


SAID = '<?xml version="1.0" encoding="{0}"?>\n<a>文</a>'


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "gb18030", "utf-8"])
def test_parts_in_other_encodings_are_read(encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    named = "UTF-16" if mark else encoding
    wanted = SAID.format("utf-8" if encoding == "utf-8" else "UTF-8").encode()
    assert to_utf8(mark + SAID.format(named).encode(encoding), "r.xlsx") == wanted


@pytest.mark.parametrize(
    "data", [b"\xff\xfe<\x00a", SAID.format("klingon").encode(), SAID.format("ascii").encode()]
)
def test_a_part_in_no_encoding_is_refused(data: bytes) -> None:
    with pytest.raises(PatchRefused, match=r"r\.xlsx"):
        to_utf8(data, "r.xlsx")
