"""Every format comes in through one door; whatever is hostile or odd is refused in one line, and the next file is read."""

from __future__ import annotations

import datetime as dt
import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click.testing
import openpyxl
import pytest
import xlsxwriter
from msoffcrypto.format.ooxml import OOXMLFile

from kesu.cli import main
from kesu.jobs.load import Loaded, load
from kesu.workbook.reading.reader import Reader, ReadError

HEADER = ("投诉编号", "类别", "客户等级", "受理时间", "投诉渠道", "联系方式")
CASE = ("001", "投诉", "VIP", dt.datetime(2026, 10, 1, 9, 5), "电话", "13800138000")
AS_OF = dt.datetime(2026, 10, 12, 10)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as one:
        yield one


def loaded(*paths: Path) -> list[Loaded]:
    return list(load(paths, AS_OF))


def assert_case(one: Loaded) -> None:
    assert one.assessment is not None, one.error
    data = one.assessment.register.complaints.data
    assert list(data["complaint_id"]) == ["001"]
    assert [time.to_pydatetime() for time in data["received_at"]] == [CASE[3]]
    assert list(data["customer_contact"]) == ["13800138000"]
    assert one.assessment.register.complaints.problems.empty


def workbook(path: Path, rows: Any = (HEADER, CASE), title: str = "投诉登记") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


def zipped(path: Path, contents: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in contents.items():
            book.writestr(name, data)
    return path


SHEET = "xl/worksheets/sheet1.xml"

# ---- formats ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_text_tables_in_any_usual_encoding(tmp_path: Path, encoding: str, separator: str) -> None:
    row = [str(cell) if not isinstance(cell, dt.datetime) else "2026/10/1 9:05" for cell in CASE]
    path = tmp_path / "北区.csv"
    path.write_bytes(
        "\r\n".join(separator.join(line) for line in (["一、登记"], HEADER, row)).encode(encoding)
    )
    (one,) = loaded(path)
    assert_case(one)  # and no time is called “typed as text”: a text table has nothing else
    assert one.assessment is not None
    assert list(one.assessment.register.complaints.data["excel_row"]) == [3]


def test_an_open_document_by_hand(tmp_path: Path) -> None:
    cells = [
        *(
            f'<table:table-cell office:value-type="string"><text:p>{label}</text:p></table:table-cell>'
            for label in HEADER
        )
    ]
    row = [
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        if isinstance(cell, str)
        else '<table:table-cell office:value-type="date" office:date-value="2026-10-01T09:05:00"><text:p>1 Oct</text:p></table:table-cell>'
        for cell in CASE
    ]
    names = "".join(
        f' xmlns:{key}="urn:oasis:names:tc:opendocument:xmlns:{key}:1.0"'
        for key in ("office", "table", "text")
    )
    content = (
        f"<office:document-content{names}><office:body><office:spreadsheet>"
        f'<table:table table:name="投诉登记"><table:table-row>{"".join(cells)}</table:table-row>'
        f"<table:table-row>{''.join(row)}</table:table-row></table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    path = zipped(
        tmp_path / "hand.ods",
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
            "META-INF/manifest.xml": b"<manifest/>",
        },
    )
    assert_case(*loaded(path))


@pytest.mark.libreoffice
@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_other_formats_as_libreoffice_saves_them(tmp_path: Path, suffix: str) -> None:
    found = shutil.which("soffice")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("LibreOffice is missing")
        pytest.skip("no LibreOffice (soffice) here")
    source = workbook(
        tmp_path / "one.xlsx", (HEADER, CASE, ("002", "投诉", "VIP", "2026-10-01 09:06:00", "电话", None))
    )
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [found, profile, "--headless", "--convert-to", suffix, "--outdir", str(tmp_path), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    (one,) = loaded(tmp_path / f"one.{suffix}")
    assert one.assessment is not None
    register = one.assessment.register.complaints
    assert [time.strftime("%H:%M") for time in register.data["received_at"]] == ["09:05", "09:06"]
    assert list(register.problems["row"]) == [1]  # the one typed as text


def test_a_workbook_under_a_wrong_name_is_read_all_the_same(tmp_path: Path) -> None:
    assert_case(*loaded(workbook(tmp_path / "a.xlsx").rename(tmp_path / "a.xls")))


# ---- passwords ----------------------------------------------------------------------------------------------


def test_a_password_is_taken_from_a_file_and_never_shown(tmp_path: Path) -> None:
    plain, locked = workbook(tmp_path / "plain.xlsx"), tmp_path / "locked.xlsx"
    with plain.open("rb") as source, locked.open("wb") as out:
        OOXMLFile(source).encrypt("s3cret-密", out)
    words = {"right": "s3cret-密\n", "wrong": "guess\n"}
    results = {}
    for name, word in words.items():
        (tmp_path / name).write_text(word, encoding="utf-8")
        command = [
            "deadlines",
            str(locked),
            "--format",
            "json",
            "--as-of",
            "2026-10-12",
            "--password-file",
            str(tmp_path / name),
        ]
        results[name] = click.testing.CliRunner().invoke(
            main, command, env={"LANG": "C.UTF-8", "LC_ALL": None}
        )
    assert results["right"].exit_code == 0
    assert "001" in results["right"].stdout
    assert results["wrong"].exit_code == 3
    assert "the password is wrong" in results["wrong"].stderr
    bare = click.testing.CliRunner().invoke(
        main, ["check", str(locked)], env={"LANG": "C.UTF-8", "LC_ALL": None}
    )
    assert bare.exit_code == 3
    assert "--password-file" in bare.stderr
    for result in (*results.values(), bare):
        assert "s3cret" not in result.output
        assert "guess" not in result.output


# ---- odd ----------------------------------------------------------------------------------------------------


def test_formulas_never_calculated_are_told(tmp_path: Path) -> None:
    formula = "=DATE(2026,10,1)"
    (one,) = loaded(workbook(tmp_path / "a.xlsx", (HEADER, ("001", "投诉", "VIP", formula, "电话", None))))
    assert one.assessment is not None
    assert [note.en for note in one.notes if "投诉登记!D2" in note.en]
    (other,) = loaded(workbook(tmp_path / "b.xlsx"))
    assert not [note.en for note in other.notes if "投诉登记" in note.en]


def test_labels_in_merged_cells_above_are_found(tmp_path: Path) -> None:
    path = tmp_path / "merged.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("投诉登记")
        for column in (0, 1, 2, 4):
            sheet.merge_range(0, column, 1, column, HEADER[column])
        sheet.write(0, 3, "时间")
        sheet.write(1, 3, HEADER[3])
        sheet.write(1, 5, HEADER[5])
        for column, cell in enumerate(CASE):
            date = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
            sheet.write_datetime(2, column, cell, date) if isinstance(
                cell, dt.datetime
            ) else sheet.write_string(2, column, cell)
    (one,) = loaded(path)
    assert_case(one)
    assert one.assessment is not None
    assert one.assessment.register.lang == "zh"


def test_several_registers_in_one_workbook_are_one_each_and_share_out_the_items(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    for title, number in (("北区", "N1"), ("南区", "S1"), ("旧", "X1")):
        sheet = book.create_sheet(title)
        sheet.append(HEADER)
        sheet.append((number, *CASE[1:]))
    book["旧"].sheet_state = "hidden"
    items = book.create_sheet("事项")
    for row in (
        ("投诉编号", "事项类型", "内容"),
        ("S1", "承诺", "回电"),
        ("N1", "诉求", "退款"),
        ("??", "诉求", "无主"),
    ):
        items.append(row)
    book.save(tmp_path / "all.xlsx")
    north, south = loaded(tmp_path / "all.xlsx")
    assert (north.name, south.name) == ("all.xlsx#北区", "all.xlsx#南区")
    assert north.assessment is not None
    assert south.assessment is not None
    assert list(north.assessment.register.complaints.data["complaint_id"]) == ["N1"]
    assert list(north.assessment.register.items.data["complaint_id"]) == ["N1", "??"]
    assert list(south.assessment.register.items.data["complaint_id"]) == ["S1"]
    assert list(south.assessment.register.items.data["excel_row"]) == [2]


# ---- hostile ------------------------------------------------------------------------------------------------


def spoilt(folder: Path, what: str) -> Path:
    good = parts(workbook(folder / "good.xlsx"))
    path = folder / f"{what}.xlsx"
    match what:
        case "entities":
            bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
            return zipped(path, {**good, SHEET: bomb + good[SHEET]})
        case "far":
            far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
            return zipped(path, {**good, SHEET: good[SHEET].replace(b"</sheetData>", far)})
        case "bomb":
            zipped(
                path,
                {**good, SHEET: good[SHEET].replace(b"<sheetData>", b" " * (160 << 20) + b"<sheetData>")},
            )
            return path
        case "web":
            path.write_bytes(b"\xef\xbb\xbf\r\n<html><table><tr><td>1</td></tr></table></html>")
        case "cut":
            path.write_bytes((folder / "good.xlsx").read_bytes()[:-200])
        case "lies":
            data = bytearray((folder / "good.xlsx").read_bytes())
            with zipfile.ZipFile(io.BytesIO(bytes(data))) as book:
                at = book.getinfo(SHEET).header_offset
            data[at + 60 : at + 90] = bytes(30)
            path.write_bytes(bytes(data))
    return path


@pytest.mark.parametrize(
    ("what", "word"),
    [("entities", "DTD"), ("far", "XFD1048576"), ("bomb", "--memory-limit-mb"), ("web", "web page"), ("cut", "broken"), ("lies", "broken")],
)  # fmt: skip
def test_each_gives_one_line_and_the_next_is_read(tmp_path: Path, what: str, word: str) -> None:
    bad = spoilt(tmp_path, what)
    with Reader(megabytes=300) if what == "bomb" else Reader() as reader:
        with pytest.raises(ReadError) as caught:
            reader.read(bad)
        assert word in caught.value.text.en
        assert bad.name in caught.value.text.en
        assert "\n" not in caught.value.text.en + caught.value.text.zh
    first, second = loaded(tmp_path / "missing.xlsx", tmp_path / "good.xlsx")
    assert first.error is not None
    assert_case(second)


def test_a_real_allocation_beyond_the_limit_ends_in_words(tmp_path: Path) -> None:
    """Not caught by any look at the file: the child itself runs out of memory."""
    book = io.StringIO()
    book.write(",".join(HEADER) + "\n" + ("x" * 1000 + ",\n") * 400_000)
    path = tmp_path / "large.csv"
    path.write_text(book.getvalue(), encoding="utf-8")
    with Reader(megabytes=700) as reader, pytest.raises(ReadError) as caught:
        reader.read(path)
    assert "--memory-limit-mb" in caught.value.text.en


def test_too_slow_is_said_so(tmp_path: Path) -> None:
    with Reader(seconds=0.001) as reader, pytest.raises(ReadError) as caught:
        reader.read(workbook(tmp_path / "a.xlsx"))
    assert "--time-limit" in caught.value.text.en
    assert "--time-limit" in caught.value.text.zh
