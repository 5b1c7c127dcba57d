"""Workbooks of every make are read alike; broken ones are refused in words, and the next one is still read."""

from __future__ import annotations

import datetime as dt
import io
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.table import Table

from kesu.jobs.load import load
from kesu.register.normalise import normalise
from kesu.register.raw import NotARegisterError
from kesu.register.sheets import Register
from kesu.workbook.reading.reader import Reader, ReadError

HEADER = ("投诉编号", "类别", "客户等级", "受理时间", "投诉渠道", "联系方式", "状态", "赔付金额")
CASES: tuple[tuple[Any, ...], ...] = (
    ("001", "投诉", "VIP", dt.datetime(2026, 10, 1, 9, 5), "电话", "13800138000", "新建", 200.5),
    ("TS-2", "表扬", "中端", dt.datetime(2026, 10, 1, 18, 0, 59), "来访", "a@b.cn", "已结案", None),
    ("003", "反馈", "其他", dt.datetime(2026, 12, 31, 23, 59), "信函", None, "处理中", 0),
)
AS_OF = dt.datetime(2026, 10, 12, 10)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as one:
        yield one


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "登记 one.xlsx"


def register_of(reader: Reader, path: Path) -> Register:
    return normalise(path.name, reader.read(path))


def by_openpyxl(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "投诉登记"
    for row in (HEADER, *CASES):
        sheet.append(row)
    book.save(path)


def by_xlsxwriter(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("投诉登记")
        date = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for down, row in enumerate((HEADER, *CASES)):
            for right, value in enumerate(row):
                if isinstance(value, dt.datetime):
                    sheet.write_datetime(down, right, value, date)
                elif isinstance(value, str):
                    sheet.write_string(down, right, value)
                elif value is not None:
                    sheet.write(down, right, value)


def by_xlsxwriter_constant_memory(path: Path) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:  # writes inlineStr
        sheet = book.add_worksheet("投诉登记")
        date = book.add_format({"num_format": "yyyy/m/d h:mm"})
        for down, row in enumerate((HEADER, *CASES)):
            for right, value in enumerate(row):
                if isinstance(value, dt.datetime):
                    sheet.write_datetime(down, right, value, date)
                elif value is not None:
                    sheet.write(down, right, value)


def by_pandas(path: Path) -> None:
    pd.DataFrame(CASES, columns=list(HEADER)).to_excel(path, sheet_name="投诉登记", index=False)


def from_1904(path: Path) -> None:
    """As old Macs write: days count from 1904."""
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    sheet.title = "投诉登记"
    for row in (HEADER, *CASES):
        sheet.append(row)
    book.save(path)


def assert_cases(register: Register, first_row: int = 2) -> None:
    data = register.complaints.data
    assert list(data["excel_row"]) == [first_row, first_row + 1, first_row + 2]
    assert list(data["complaint_id"]) == ["001", "TS-2", "003"]
    assert list(data["kind"]) == ["complaint", "praise", "feedback"]
    assert list(data["customer_tier"]) == ["vip", "mid", "other"]
    assert [time.to_pydatetime() for time in data["received_at"]] == [case[3] for case in CASES]
    assert list(data["channel"]) == ["phone", "visit", "letter"]
    assert list(data["customer_contact"].fillna("-")) == ["13800138000", "a@b.cn", "-"]
    assert list(data["status"]) == ["new", "closed", "in_progress"]
    assert list(data["compensation_paid"].fillna(-1)) == [200.5, -1, 0]
    assert register.complaints.problems.empty
    assert register.lang == "zh"


MAKERS = (by_openpyxl, by_xlsxwriter, by_xlsxwriter_constant_memory, by_pandas, from_1904)


@pytest.mark.parametrize("make", MAKERS)
def test_workbooks_of_every_make_hold_the_same(
    reader: Reader, path: Path, make: Callable[[Path], None]
) -> None:
    make(path)
    assert_cases(register_of(reader, path))


def soffice() -> str:
    found = shutil.which("soffice")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("LibreOffice is missing")
        pytest.skip("no LibreOffice (soffice) here")
    return found


@pytest.mark.libreoffice
@pytest.mark.slow
def test_a_workbook_saved_by_libreoffice_holds_the_same(reader: Reader, path: Path, tmp_path: Path) -> None:
    by_openpyxl(path)
    out = tmp_path / "saved"
    command = [soffice(), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    subprocess.run(
        [*command, "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(path)],
        check=True,
        capture_output=True,
        timeout=180,
    )
    assert_cases(register_of(reader, out / path.name))


# ---- where the cells stand ----------------------------------------------------------------------------------


def place(path: Path, cells: dict[str, list[tuple[int, int, Any]]], table: str = "") -> None:
    """A workbook with ``cells`` (row, column, value) on each sheet; ``table`` is put on the first."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    for title, entries in cells.items():
        sheet = book.create_sheet(title)
        for row, column, value in entries:
            sheet.cell(row, column, value)
        if table:
            sheet.add_table(Table(displayName="T", ref=table))
            table = ""
    book.save(path)


def grid(rows: list[tuple[Any, ...]], top: int = 1, left: int = 1) -> list[tuple[int, int, Any]]:
    return [
        (top + down, left + right, value)
        for down, row in enumerate(rows)
        for right, value in enumerate(row)
        if value is not None
    ]


def test_leading_empty_rows_and_columns_do_not_shift_the_excel_rows(reader: Reader, path: Path) -> None:
    place(path, {"投诉登记": grid([HEADER, *CASES], top=9, left=4)})
    register = register_of(reader, path)
    assert_cases(register, first_row=10)
    assert register.complaints.columns["complaint_id"] == 3  # column D
    assert register.complaints.columns["compensation_paid"] == 10  # column K


def test_a_title_above_the_header_is_no_header(reader: Reader, path: Path) -> None:
    place(path, {"投诉登记": [(1, 1, "2026 年投诉登记表"), (2, 1, "状态"), *grid([HEADER, *CASES], top=4)]})
    assert_cases(register_of(reader, path), first_row=5)


def test_blank_rows_are_skipped_and_rows_below_the_table_are_read(reader: Reader, path: Path) -> None:
    cells = grid([HEADER, CASES[0]]) + grid([CASES[1]], top=7) + grid([CASES[2]], top=300)
    place(path, {"投诉登记": [*cells, (5, 3, "   ")]}, table="A1:H3")
    register = register_of(reader, path)
    assert list(register.complaints.data["excel_row"]) == [2, 7, 300]
    assert list(register.complaints.data["complaint_id"]) == ["001", "TS-2", "003"]


def test_a_row_with_nothing_but_the_teams_own_columns_is_not_begun(reader: Reader, path: Path) -> None:
    place(path, {"投诉登记": [*grid([(*HEADER, "柜号"), *CASES]), (5, 9, "合计"), (2, 9, "B-7")]})
    register = register_of(reader, path)
    assert_cases(register)
    assert list(register.complaints.extra[8].fillna("-")) == ["B-7", "-", "-"]


def test_sheets_in_another_order_and_language_are_found_by_title(reader: Reader, path: Path) -> None:
    items = grid(
        [("Complaint no.", "Item kind", "What"), ("001", "Promise", "call back"), ("003", "Hold", "wait")]
    )
    settings = grid([("Setting", "Value"), ("Due soon (hours)", 2), ("Organisation", "North")], top=3, left=2)
    english = (
        "Complaint no.",
        "Kind",
        "Tier",
        "Received at",
        "Channel",
        "Contact",
        "Status",
        "Compensation paid",
    )
    others = grid([HEADER, ("999", "投诉", "VIP", CASES[0][3], "电话", None, "新建", 1)])
    place(
        path, {"Archive": others, "Items": items, "Settings": settings, "Complaints": grid([english, *CASES])}
    )
    register = register_of(reader, path)
    assert list(register.complaints.data["complaint_id"]) == ["001", "TS-2", "003"]
    assert register.complaints.title == "Complaints"
    assert register.lang == "en"
    assert list(register.items.data["item_kind"]) == ["commitment", "hold"]
    assert list(register.items.data["excel_row"]) == [2, 3]
    assert (register.settings.due_soon_hours, register.settings.organisation) == (2, "North")


def test_a_register_under_any_title_is_found_by_its_columns(reader: Reader, path: Path) -> None:
    notes = [(1, 1, "随手记"), (2, 1, "投诉编号")]
    place(path, {"随手记": notes, "北区2026": grid([HEADER, *CASES], top=2)})
    register = register_of(reader, path)
    assert_cases(register, first_row=3)
    assert register.complaints.title == "北区2026"


def test_a_named_sheet_without_a_register_does_not_hide_the_real_one(path: Path) -> None:
    place(path, {"投诉登记": [(1, 1, "见下一张表")], "十月": grid([HEADER, *CASES])})
    (loaded,) = load([path], AS_OF)
    assert loaded.assessment is not None
    assert loaded.assessment.register.complaints.title == "十月"


# ---- kinds of cells -----------------------------------------------------------------------------------------


def test_numbers_typed_as_numbers_lose_nothing(reader: Reader, path: Path) -> None:
    case = (20261001, "投诉", "VIP", CASES[0][3], "电话", 13800138000, "新建", 12)
    place(path, {"投诉登记": grid([HEADER, case])})
    data = register_of(reader, path).complaints.data
    assert list(data["complaint_id"]) == ["20261001"]
    assert list(data["customer_contact"]) == ["13800138000"]


@pytest.mark.parametrize("strings", ["in the cells", "shared"])
def test_a_time_typed_as_text_is_told_from_true_ones(reader: Reader, path: Path, strings: str) -> None:
    """Even in the exact shape in which true dates come out of a workbook."""
    with xlsxwriter.Workbook(path, {"constant_memory": strings == "in the cells"}) as book:
        sheet = book.add_worksheet("投诉登记")
        date = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["N0", "投诉", "VIP"])
        sheet.write_datetime(1, 3, dt.datetime(2026, 10, 1, 9, 0), date)
        sheet.write_row(2, 0, ["N1", "投诉", "VIP", "2026-10-01 09:05:00"])
        sheet.write_row(3, 0, ["N2", "投诉", "VIP", "2026/10/1 9:10"])
        sheet.write_row(4, 0, ["N3", "投诉", "VIP"])
        sheet.write_datetime(4, 3, dt.datetime(2026, 10, 1, 9, 15), date)
    found = register_of(reader, path).complaints
    assert [time.strftime("%H:%M:%S") for time in found.data["received_at"]] == [
        "09:00:00",
        "09:05:00",
        "09:10:00",
        "09:15:00",
    ]
    problems = found.problems
    assert list(problems["row"]) == [1, 2]
    assert set(problems["column"]) == {"received_at"}
    assert set(problems["problem"]) == {"text_time"}
    assert list(problems["value"]) == ["2026-10-01 09:05:00", "2026/10/1 9:10"]


def test_a_true_date_is_not_taken_for_text_because_a_text_elsewhere_says_the_same(
    reader: Reader, path: Path
) -> None:
    rows = [(f"N{n}", "投诉", "VIP", dt.datetime(2026, 10, 1, 9), "电话", None, "新建", 1) for n in range(2)]
    settings = [(1, 1, "2026-10-01 09:00:00")]
    place(path, {"投诉登记": grid([HEADER, *rows]), "设置": settings})
    assert register_of(reader, path).complaints.problems.empty


def test_formulas_are_read_by_their_stored_values(reader: Reader, path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("投诉登记")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["X1", "投诉", "VIP", "", "电话"])
        sheet.write_formula(1, 3, "=NOW()", book.add_format({"num_format": "yyyy-mm-dd hh:mm"}), 46296.5)
        sheet.write_formula(1, 7, "=1/0", None, "#DIV/0!")
    data = register_of(reader, path).complaints.data
    assert data["received_at"][0] == pd.Timestamp(2026, 10, 1, 12)  # 46296 days after 1899-12-30
    assert pd.isna(data["compensation_paid"][0])


# ---- what cannot be read ------------------------------------------------------------------------------------


def good_bytes() -> bytes:
    buffer = io.BytesIO()
    book = openpyxl.Workbook()
    book.save(buffer)
    return buffer.getvalue()


def zip_of(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as book:
        for name, data in parts.items():
            book.writestr(name, data)
    return buffer.getvalue()


BROKEN: dict[str, bytes] = {
    "empty.xlsx": b"",
    "truncated.xlsx": good_bytes()[:-400],
    "half.xlsx": good_bytes()[: len(good_bytes()) // 2],
    "random.xlsx": bytes(range(256)) * 40,
    "encrypted.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096),
    "no-workbook.xlsx": zip_of({"hello.txt": b"hello"}),
    "no-sheets.xlsx": zip_of({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}),
    "bad-xml.xlsm": zip_of({"[Content_Types].xml": b"<Types", "xl/workbook.xml": b"<<<"}),
    "empty-zip.xlsx": b"PK\x05\x06" + bytes(18),
    "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
    "list.csv": "投诉编号,受理时间\n1,2026-10-01\n".encode(),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_workbook_is_refused_in_words_and_the_next_one_is_read(
    reader: Reader, path: Path, tmp_path: Path, name: str
) -> None:
    broken = tmp_path / name
    broken.write_bytes(BROKEN[name])
    with pytest.raises((ReadError, NotARegisterError)) as caught:
        register_of(reader, broken)
    assert isinstance(caught.value, ReadError | NotARegisterError)
    text = caught.value.text
    assert name in text.en or isinstance(caught.value, NotARegisterError)
    assert any("一" <= letter <= "鿿" for letter in text.zh)
    assert text.en.replace(" ▸ ", "").isascii() or "“" in text.en
    assert "Traceback" not in text.en
    by_openpyxl(path)
    assert_cases(register_of(reader, path))


@pytest.mark.parametrize("missing", ["missing.xlsx", "", "folder.xlsx", "no/such/folder/a.xlsx"])
def test_a_path_without_a_file_is_refused(reader: Reader, tmp_path: Path, missing: str) -> None:
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(ReadError) as caught:
        reader.read(tmp_path / missing)
    assert "no such file" in caught.value.text.en


def test_a_workbook_without_a_register_says_which_sheets_it_has(reader: Reader, path: Path) -> None:
    place(
        path,
        {"销售": grid([("月份", "金额"), ("一月", 3)]), "投诉登记": grid([("投诉编号", "备注"), ("1", "x")])},
    )
    with pytest.raises(NotARegisterError) as caught:
        normalise(path.name, reader.read(path, every_sheet=True))
    assert "销售" in caught.value.text.en
    assert "受理时间" in caught.value.text.zh


def huge(path: Path) -> None:
    """Two cells at the far corners: some 5 kB that ask for hundreds of gigabytes."""
    place(path, {"投诉登记": [(1, 1, "投诉编号"), (1_048_576, 16_384, "x")]})


def test_a_sheet_of_monstrous_size_is_refused_and_the_next_workbook_is_read(
    reader: Reader, path: Path, tmp_path: Path
) -> None:
    huge(tmp_path / "huge.xlsx")
    with pytest.raises(ReadError) as caught:
        reader.read(tmp_path / "huge.xlsx")
    assert "huge.xlsx" in caught.value.text.en
    by_openpyxl(path)
    assert_cases(register_of(reader, path))


@pytest.mark.parametrize(
    "behaviour", ["import os; os.abort()", "print('not an answer', flush=True); input()", "import time; time.sleep(600)"]
)  # fmt: skip
def test_a_child_that_dies_babbles_or_hangs_costs_one_workbook_only(
    path: Path, monkeypatch: pytest.MonkeyPatch, behaviour: str
) -> None:
    def sick(_: Reader) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", behaviour],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    by_openpyxl(path)
    with monkeypatch.context() as patched:
        patched.setattr(Reader, "_start", sick)
        reader = Reader(seconds=1.0)
    with reader:
        with pytest.raises(ReadError) as caught:
            reader.read(path)
        assert path.name in caught.value.text.zh
        monkeypatch.setattr(reader, "_seconds", 60.0)  # the second child is a healthy one
        assert_cases(register_of(reader, path))


def test_no_child_outlives_its_reader(path: Path) -> None:
    by_openpyxl(path)
    with Reader(seconds=60) as reader:
        child = reader._child
        reader.read(path)
    assert child.poll() is not None


BUSY = """
import sys, time
from kesu.workbook.reading import child
def busy(*_):
    print("at work", file=sys.stderr, flush=True)
    begin, waits = time.monotonic(), sys.argv.pop() == "waits"
    while time.monotonic() < begin + 60:
        time.sleep(waits * 60)
child._answered, child._limit = busy, lambda *_: None
sys.argv = ["", "2048", "300", sys.argv[1]]
at_work, child.os.dup2 = sys.stderr, lambda *_: None
child.main()
"""
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", sys.argv[1], sys.argv[2]], stdin=subprocess.PIPE)
child.stdin.write(b'{"path": "x.xlsx"}' + bytes([10]))
child.stdin.flush()
time.sleep(600)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows does not say that a parent is gone")
@pytest.mark.parametrize("busy", ["waits", "spins"])
def test_no_child_outlives_a_parent_that_was_killed(busy: str) -> None:
    command = [sys.executable, "-c", PARENT, BUSY, busy]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as parent:
        assert parent.stderr is not None
        assert parent.stderr.readline() == b"at work\n"
        parent.kill()
        begin = time.monotonic()
        assert parent.stderr.read() == b""  # its end comes when nobody is left who could write
        assert time.monotonic() - begin < 40


# ---- several workbooks --------------------------------------------------------------------------------------


def named(path: Path, number: str) -> Path:
    place(path, {"投诉登记": grid([HEADER, (number, *CASES[0][1:])])})
    return path


def ids(paths: list[Path], reader: Reader | None = None) -> dict[str, list[str] | None]:
    return {
        one.name: list(one.assessment.register.complaints.data["complaint_id"]) if one.assessment else None
        for one in load(paths, AS_OF, reader)
    }


def test_registers_that_can_be_read_are_read_whatever_stands_between_them(tmp_path: Path) -> None:
    broken, no_register = tmp_path / "b.xlsx", tmp_path / "d.xlsx"
    broken.write_bytes(zip_of({"hello.txt": b""}))
    place(no_register, {"销售": grid([("月份", "金额")])})
    paths = [named(tmp_path / "a.xlsx", "A"), broken, named(tmp_path / "c.xlsx", "C"), no_register, named(tmp_path / "e.xlsx", "E")]  # fmt: skip
    assert ids(paths) == {"a.xlsx": ["A"], "b.xlsx": None, "c.xlsx": ["C"], "d.xlsx": None, "e.xlsx": ["E"]}


@pytest.mark.parametrize("refused", ["missing.xlsx", "list.csv", "empty.xlsx"])
def test_a_file_refused_unopened_does_not_spoil_the_next(tmp_path: Path, refused: str) -> None:
    if refused in BROKEN:
        (tmp_path / refused).write_bytes(BROKEN[refused])
    paths = [named(tmp_path / "a.xlsx", "A"), tmp_path / refused, named(tmp_path / "c.xlsx", "C")]
    assert ids(paths) == {"a.xlsx": ["A"], refused: None, "c.xlsx": ["C"]}


def test_one_register_is_never_shown_under_the_name_of_another(tmp_path: Path) -> None:
    other = named(tmp_path / "b.xlsx", "B").rename(tmp_path / "b.xlam")  # refused for its name alone
    paths = [named(tmp_path / "a.xlsx", "A"), other, named(tmp_path / "c.xlsx", "C")]
    assert ids(paths)["c.xlsx"] in (["C"], None)


def test_the_first_file_may_be_refused_while_it_is_asked_for_already(tmp_path: Path) -> None:
    reader = Reader()
    paths = [tmp_path / "missing.xlsx", named(tmp_path / "b.xlsx", "B")]
    reader.ask(paths[0])
    assert ids(paths, reader) == {"missing.xlsx": None, "b.xlsx": ["B"]}


def test_two_workbooks_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    for folder in ("north", "south"):
        (tmp_path / folder).mkdir()
    paths = [named(tmp_path / "north" / "r.xlsx", "N"), named(tmp_path / "south" / "r.xlsx", "S")]
    assert ids(paths) == {"north/r.xlsx": ["N"], "south/r.xlsx": ["S"]}
