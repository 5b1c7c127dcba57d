"""Workbooks whose parts lie where Excel would not put them are read, and get their new sheets beside their own."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click.testing
import fastexcel
import openpyxl
import pandas as pd
import pytest
import python_calamine

from kesu.cli import main
from kesu.register.columns import BY_KEY, SHEETS
from kesu.register.normalise import normalise
from kesu.register.sheets import Register
from kesu.workbook.patch import Patch
from kesu.workbook.reading.reader import Reader
from kesu.workbook.writing import build_form, build_register
from kesu.xlsx.create import new_workbook
from tests.conftest import Audited
from tests.odd_books import LAYOUTS, from_1904, parts_of, relaid, strict, write

DAY = dt.date(2026, 10, 31)
AT = dt.datetime(2026, 10, 1, 9, 30)
KEYS = (
    "complaint_id",
    "kind",
    "customer_tier",
    "received_at",
    "channel",
    "customer_name",
    "customer_contact",
)
OURS = [SHEETS[key].zh for key in ("followups", "kpis", "findings")]
EACH = pytest.mark.parametrize(
    ("layout", "absolute"), [*((layout, False) for layout in LAYOUTS), ("office", True), ("sheets", True)]
)


def run(*words: str | Path) -> click.testing.Result:
    env = {"LC_ALL": None, "LC_MESSAGES": None, "LANG": "C.UTF-8"}
    return click.testing.CliRunner().invoke(main, list(map(str, words)), env=env)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as reader:
        yield reader


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register of kesu's with its sheets for results."""
    path = tmp_path_factory.mktemp("built") / "built.xlsx"
    complaints = pd.DataFrame(
        {
            "complaint_id": ["C-1", "C-2"],
            "kind": "complaint",
            "received_at": AT,
            "customer_name": ["=1+1", "李四"],
        }
    )
    build_register(path, "zh", complaints=complaints, today=DAY)
    return path


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """A team's own list as an Excel Table, one time of receipt with a date format and one without."""
    path = tmp_path / "登记.xlsx"
    book = new_workbook(path, DAY)
    sheet = book.add_worksheet("投诉登记")
    look = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for row, number in enumerate(("C-1", "C-2"), 1):
        sheet.write_row(row, 0, (number, "投诉", "VIP", None, "电话", "=1+1", "13800138000"))
        sheet.write_datetime(row, 3, AT, look)
    sheet.add_table(0, 0, 2, 6, {"columns": [{"header": BY_KEY[key].label.zh} for key in KEYS]})
    book.close()
    return path


def register_of(reader: Reader, path: Path) -> Register:
    return normalise(path.name, reader.read(path))


def by_fastexcel(path: Path) -> list[str]:
    book = fastexcel.read_excel(path)
    for title in book.sheet_names:
        book.load_sheet(title, header_row=None, dtypes="string").to_arrow()
    return list(book.sheet_names)


def by_calamine(path: Path) -> list[str]:
    book = python_calamine.CalamineWorkbook.from_path(path)
    for title in book.sheet_names:
        book.get_sheet_by_name(title).to_python()
    return list(book.sheet_names)


def by_openpyxl(path: Path) -> list[str]:
    return [sheet.title for sheet in openpyxl.load_workbook(io.BytesIO(path.read_bytes())) if sheet.max_row]


def opened(path: Path) -> dict[str, list[str]]:
    """The sheets, by each program that can open the workbook and read all of them."""
    found = {}
    for program in (by_fastexcel, by_calamine, by_openpyxl):
        with contextlib.suppress(Exception):
            found[program.__name__] = program(path)
    return found


@EACH
def test_a_register_is_read_wherever_its_parts_lie(
    reader: Reader, team: Path, layout: str, *, absolute: bool
) -> None:
    usual = register_of(reader, team).complaints.data
    assert usual["customer_name"].tolist() == ["=1+1", "=1+1"]
    relaid(team, LAYOUTS[layout], absolute=absolute)
    pd.testing.assert_frame_equal(register_of(reader, team).complaints.data, usual)


def test_settings_and_items_are_found_there_too(reader: Reader, built: Path, tmp_path: Path) -> None:
    path = tmp_path / built.name
    shutil.copy(built, path)
    relaid(path, LAYOUTS["office"])
    moved, usual = register_of(reader, path), register_of(reader, built)
    pd.testing.assert_frame_equal(moved.complaints.data, usual.complaints.data)
    assert moved.items.title == usual.items.title
    assert moved.settings == usual.settings


@pytest.mark.parametrize(
    ("layout", "absolute"),
    [
        ("root", False), ("main", False), ("sheets", True),
        *(pytest.param(*one, marks=pytest.mark.slow) for one in (
            ("office", False), ("office", True), ("flat", False), ("book22", False), ("sheets", False), ("strings", False)
        )),
    ],
)  # fmt: skip
def test_whoever_could_open_it_opens_it_with_the_new_sheets(
    reader: Reader, built: Path, team: Path, audited: Audited, layout: str, *, absolute: bool
) -> None:
    relaid(team, LAYOUTS[layout], absolute=absolute)
    before, found = opened(team), audited(team)
    own = [name for name in parts_of(team) if re.search(r"sheet\d+\.xml$", name)]
    plan = Patch.open(team)
    for title in OURS:
        plan.add_sheet(built, title)
    plan.write_table("FollowUps", [["C-1", "call", "what"]], width=3)
    plan.commit(as_of=DAY)
    assert before or layout == "office"  # which LibreOffice opens, see below
    assert opened(team) == {name: [*sheets, *OURS] for name, sheets in before.items()}
    sheets = [name for name in parts_of(team) if re.search(r"sheet\d+\.xml$", name)]
    assert len(sheets) == 4
    assert {name.rpartition("/")[0] for name in sheets} == {own[0].rpartition("/")[0]}
    assert {one for one in audited(team) - found if "no populated `xl/sharedStrings.xml`" not in one} == set()
    again = Patch.open(team)
    assert again.tables["FollowUps"].sheet == OURS[0]
    assert register_of(reader, team).complaints.data["complaint_id"].tolist() == ["C-1", "C-2"]


def test_before_the_change_these_layouts_are_ones_that_other_programs_open(team: Path) -> None:
    """The test above says something for each program."""
    seen = set()
    for layout, move in LAYOUTS.items():
        path = team.with_name(f"{layout}.xlsx")
        shutil.copy(team, path)
        relaid(path, move, absolute=True)
        seen |= set(opened(path))
    assert seen == {"by_fastexcel", "by_calamine", "by_openpyxl"}


def test_a_workbook_without_styles_gets_them(team: Path, built: Path, audited: Audited) -> None:
    parts = parts_of(team)
    del parts["xl/styles.xml"]
    for name in ("xl/_rels/workbook.xml.rels", "[Content_Types].xml"):
        parts[name] = re.sub(rb"<(Relationship|Override) [^>]*styles[^>]*/>", b"", parts[name])
    parts["xl/worksheets/sheet1.xml"] = re.sub(rb' s="\d+"', b"", parts["xl/worksheets/sheet1.xml"])
    write(team, parts)
    found = audited(team)
    plan = Patch.open(team)
    plan.add_sheet(built, OURS[0])
    plan.commit(as_of=DAY)
    assert audited(team) - found == set()
    book = openpyxl.load_workbook(team)
    assert book[OURS[0]]["A1"].font.sz == 16
    assert book["投诉登记"]["A1"].number_format == "General"


def unformatted(path: Path) -> None:
    """The second time of receipt loses its date format: a bare number of days."""
    parts = parts_of(path)
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert sheet.count(b'<c r="D3" s="1">') == 1
    write(path, parts | {"xl/worksheets/sheet1.xml": sheet.replace(b'<c r="D3" s="1">', b'<c r="D3">')})


@pytest.fixture
def team1904(team: Path) -> Path:
    from_1904(team)
    unformatted(team)
    assert openpyxl.load_workbook(team)["投诉登记"]["D2"].value == AT
    return team


def test_days_counted_from_1904_are_read_with_and_without_a_date_format(
    reader: Reader, team1904: Path
) -> None:
    times = register_of(reader, team1904).complaints.data["received_at"]
    assert [time.to_pydatetime() for time in times] == [AT, AT]


def test_a_register_that_counts_from_1904_is_refreshed_with_sheets_added(
    team1904: Path, audited: Audited
) -> None:
    found = audited(team1904)
    done = run("refresh", team1904, "--as-of", "2026-10-31T08:15", "--lang", "zh")
    assert done.exit_code == 0, done.stderr
    book = openpyxl.load_workbook(team1904)
    assert book.epoch == dt.datetime(1904, 1, 1)
    assert book[OURS[0]]["B3"].value == dt.datetime(2026, 10, 31, 8, 15)
    assert (
        parts_of(team1904)["xl/worksheets/sheet2.xml"].count(b"<v>44864.34375</v>") == 1
    )  # 46326.34375 - 1462
    assert audited(team1904) - found == set()
    again = run("refresh", team1904, "--as-of", "2026-11-01T08:15")
    assert again.exit_code == 0, again.stderr
    assert openpyxl.load_workbook(team1904)[OURS[0]]["B3"].value == dt.datetime(2026, 11, 1, 8, 15)


@pytest.mark.slow
def test_a_form_is_collected_into_a_register_that_counts_from_1904(
    reader: Reader, built: Path, team1904: Path, tmp_path: Path
) -> None:
    own, form = tmp_path / "own.xlsx", tmp_path / "form.xlsx"
    shutil.copy(built, own)
    from_1904(own)
    received = dt.datetime(2026, 10, 30, 16, 45)
    build_form(
        form, "zh", complaint={"complaint_id": "C-9", "kind": "complaint", "received_at": received}, today=DAY
    )
    for path in (own, team1904):
        done = run("collect", "--into", path, form)
        assert done.exit_code == 0, done.stderr
        data = register_of(reader, path).complaints.data
        assert data["received_at"].iloc[-1].to_pydatetime() == received
        sheet = openpyxl.load_workbook(path)["投诉登记"]
        assert received in {cell.value for row in sheet.iter_rows() for cell in row}


def test_what_is_said_of_a_register_does_not_depend_on_where_its_days_begin(
    built: Path, tmp_path: Path
) -> None:
    path = tmp_path / built.name
    shutil.copy(built, path)
    from_1904(path)
    words = ("deadlines", "--as-of", "2026-10-31", "--format", "json")
    assert run(*words, path).stdout == run(*words, built).stdout


def test_strict_open_xml_is_read_but_gets_no_sheet_and_is_told_how(reader: Reader, team: Path) -> None:
    strict(team)
    old = team.read_bytes()
    assert register_of(reader, team).complaints.data["received_at"].iloc[0].to_pydatetime() == AT
    done = run("refresh", team, "--as-of", "2026-10-31")
    assert done.exit_code == 3
    assert "“Strict Open XML Spreadsheet”" in done.stderr
    assert "“Excel Workbook (*.xlsx)”" in done.stderr
    assert team.read_bytes() == old


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("layout", ["office", "root"])
def test_libreoffice_opens_it_with_the_new_sheets(team: Path, tmp_path: Path, layout: str) -> None:
    office = shutil.which("soffice")
    if office is None:
        if os.environ.get("CI") == "true":
            pytest.fail("LibreOffice is missing")
        pytest.skip("LibreOffice is not installed")
    relaid(team, LAYOUTS[layout])
    assert run("refresh", team, "--as-of", "2026-10-31T08:15", "--lang", "zh").exit_code == 0
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    target = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out"), str(team)]
    subprocess.run([office, profile, "--headless", *target], check=True, capture_output=True, timeout=180)
    saved = openpyxl.load_workbook(tmp_path / "out" / team.name, data_only=True)
    assert saved.sheetnames == ["投诉登记", *OURS]
    assert saved[OURS[0]]["B3"].value == dt.datetime(2026, 10, 31, 8, 15)
    assert saved["投诉登记"]["D2"].value == AT
