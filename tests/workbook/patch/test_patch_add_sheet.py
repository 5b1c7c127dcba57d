"""Sheets brought into a team's workbook: look, tables, charts and names come along, nothing else changes."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from kesu.workbook.patch import Linked, Patch, PatchRefused
from kesu.workbook.writing import build_register
from tests.conftest import Audited
from tests.workbook.patch.conftest import Look

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A workbook such as kesu builds, with everything that hangs on a sheet."""
    path = tmp_path / "made.xlsx"
    workbook = xlsxwriter.Workbook(path)
    head = workbook.add_format(
        {"bold": True, "bg_color": "#FFEECC", "border": 1, "num_format": "0.0%;[Red]-0.0%"}
    )
    date = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    red = workbook.add_format({"font_color": "#FF0000"})
    workbook.add_worksheet("Register")
    kpis = workbook.add_worksheet("KPIs2")
    kpis.activate()
    kpis.set_column("A:A", 30, red)
    kpis.set_row(0, 30, head)
    kpis.write("A1", "标题 <&> ", head)
    kpis.write_rich_string("A2", "plain ", red, "red", " plain")
    for row in range(5):
        kpis.write(2 + row, 0, f"kpi {row}")
        kpis.write(2 + row, 1, row / 8, head)
    kpis.write_formula("B8", "=SUM(B3:B7)", head, 1.25)
    kpis.conditional_format("B3:B7", {"type": "cell", "criteria": ">", "value": 0.5, "format": red})
    kpis.data_validation("C1", {"validate": "list", "source": ["x", "y"]})
    kpis.write_comment("A3", "a note")
    chart = workbook.add_chart({"type": "line"})
    chart.add_series({"categories": "=KPIs2!$A$3:$A$7", "values": "=KPIs2!$B$3:$B$7"})
    kpis.insert_chart("E3", chart)
    todo = workbook.add_worksheet("Follow-ups2")
    columns = [
        {"header": "n"},
        {"header": "due", "format": date},
        {"header": "x", "formula": "=Todo2[[#This Row],[n]]+1"},
    ]
    todo.add_table("A1:C3", {"name": "Todo2", "columns": columns, "data": [[1, 45000], [2, 45001.5]]})
    todo.print_area("A1:C3")
    todo.hide()
    workbook.define_name("AllToDo", "='Follow-ups2'!$A$1:$C$3")
    workbook.close()
    return path


def patched(path: Path, made: Path, as_of: dt.date) -> tuple[str, ...]:
    plan = Patch.open(path)
    plan.add_sheet(made, "KPIs2")
    plan.add_sheet(made, "Follow-ups2")
    plan.write_table("Todo2", [[Linked(n, "KPIs2!A1"), dt.datetime(2025, 1, 1, n)] for n in range(5)])
    plan.write_block("KPIs2", "B3", [[0.75]])
    return plan.commit(as_of=as_of).parts_changed


def look_of(cell: Any) -> tuple[Any, ...]:
    border = (cell.border.left.style, cell.border.top.style)
    return (
        cell.number_format,
        cell.font.b,
        cell.font.color and cell.font.color.rgb,
        cell.fill.fgColor.rgb,
        border,
    )


def test_a_sheet_comes_with_its_look_tables_chart_and_names(
    book: Path, made: Path, look: Look, as_of: dt.date
) -> None:
    packed = look.packed(book)
    changed = patched(book, made, as_of)
    after = look.packed(book)
    assert {name for name in packed if packed[name] != after[name]} == {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
    }  # fmt: skip
    assert set(changed) >= set(after) - set(packed)
    new, old = openpyxl.load_workbook(book, rich_text=True), openpyxl.load_workbook(made, rich_text=True)
    assert new.sheetnames == ["KPIs", "Follow-ups", "Register", "KPIs2", "Follow-ups2"]
    for row in old["KPIs2"].iter_rows():
        for cell in row:
            twin = new["KPIs2"][cell.coordinate]
            assert look_of(twin) == look_of(cell)
            assert twin.value == (0.75 if cell.coordinate == "B3" else cell.value)
    assert str(new["KPIs2"]["A2"].value) == "plain red plain"
    assert new["KPIs2"]["A3"].comment.text == "a note"
    assert new["KPIs2"].column_dimensions["A"].width == old["KPIs2"].column_dimensions["A"].width
    assert [len(getattr(new[name], "_charts")) for name in ("KPIs", "KPIs2")] == [1, 1]  # noqa: B009
    rule = new["KPIs2"].conditional_formatting["B3:B7"][0]
    assert rule.dxf.font.color.rgb == "FFFF0000"
    table = new["Follow-ups2"].tables["Todo2"]
    assert (table.ref, table.id) == ("A1:C6", 2)
    assert new["Follow-ups2"]["C6"].value == "=Todo2[[#This Row],[n]]+1"
    assert new["Follow-ups2"]["B6"].number_format == "yyyy-mm-dd hh:mm"
    assert new["Follow-ups2"].sheet_state == "hidden"
    assert new["Follow-ups2"].print_area == "'Follow-ups2'!$A$1:$C$3"
    assert new.defined_names["AllToDo"].attr_text == "'Follow-ups2'!$A$1:$C$3"
    assert [sheet.sheet_view.tabSelected for sheet in new].count(True) == 1


def test_the_teams_own_cells_look_as_before(book: Path, made: Path, look: Look, as_of: dt.date) -> None:
    before = {name: look.formats(book, name) for name in ("KPIs", "Follow-ups", "Register")}
    patched(book, made, as_of)
    assert {name: look.formats(book, name) for name in before} == before


def prefixed(path: Path) -> None:
    """Write workbook and styles with a namespace prefix, as some programs do."""
    with zipfile.ZipFile(path) as container:
        parts = {info.filename: container.read(info) for info in container.infolist()}
    for name in ("xl/workbook.xml", "xl/styles.xml"):
        xml = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1q:", parts[name].decode())
        parts[name] = xml.replace("xmlns=", "xmlns:q=").encode()
    with zipfile.ZipFile(path, "w") as container:
        for name, data in parts.items():
            container.writestr(name, data)


@pytest.mark.parametrize("kind", ["xlsxwriter", "openpyxl", "prefixed"])
def test_a_patched_workbook_has_no_finding_that_it_did_not_have(
    book: Path, made: Path, tmp_path: Path, as_of: dt.date, audited: Audited, kind: str
) -> None:
    path = book
    if kind == "openpyxl":
        path = tmp_path / "other.xlsx"
        plain = openpyxl.Workbook()
        plain.create_sheet("Register").append(["text", 1])
        plain.save(path)
    elif kind == "prefixed":
        prefixed(path)
    before = audited(path)
    patched(path, made, as_of)
    # Text stands in the cells of a sheet rather than in a shared table, which is valid; the auditor remarks on
    # it, once a sheet, in workbooks that have no shared table at all.
    new = {
        finding for finding in audited(path) - before if "no populated `xl/sharedStrings.xml`" not in finding
    }
    assert new == set()
    twin, cell = (openpyxl.load_workbook(each)["KPIs2"]["A1"] for each in (path, made))
    assert (twin.value, look_of(twin)) == (cell.value, look_of(cell))


def test_a_name_that_is_taken_is_refused_and_leaves_the_plan_as_it_was(
    book: Path, made: Path, as_of: dt.date
) -> None:
    old = book.read_bytes()
    other = made.with_name("other.xlsx")
    workbook = xlsxwriter.Workbook(other)
    workbook.add_worksheet("KPIS")
    workbook.add_worksheet("Mine").add_table("A1:B2", {"name": "TODO"})
    workbook.close()
    plan = Patch.open(book)
    with pytest.raises(PatchRefused, match="already a sheet called “KPIS”"):
        plan.add_sheet(other, "KPIS")
    with pytest.raises(PatchRefused, match="already a table or name called “TODO”"):
        plan.add_sheet(other, "Mine")
    with pytest.raises(PatchRefused, match="no sheet “nowhere”"):
        plan.add_sheet(other, "nowhere")
    assert plan.commit(as_of=as_of).parts_changed == ()
    assert book.read_bytes() == old


@pytest.mark.slow
def test_the_sheets_that_kesu_builds_can_be_added_and_filled(
    book: Path, tmp_path: Path, as_of: dt.date, audited: Audited
) -> None:
    built, target = tmp_path / "built.xlsx", tmp_path / "team.xlsx"
    build_register(built, "zh")
    workbook = xlsxwriter.Workbook(target)
    workbook.add_worksheet("登记").write("A1", "投诉")
    workbook.close()
    plan, source = Patch.open(target), Patch.open(built)
    tables = {name: source.tables[name] for name in ("FollowUps", "Kpis", "Findings")}
    for table in tables.values():
        plan.add_sheet(built, table.sheet)
    for name, table in tables.items():
        plan.write_table(name, [[f"{name} {n}"] * len(table.columns) for n in range(60)])
    plan.commit(as_of=as_of)
    assert audited(target) == set()
    loaded = openpyxl.load_workbook(target)
    assert {sheet.title for sheet in loaded} == {"登记", *(table.sheet for table in tables.values())}
    for name, table in tables.items():
        bottom = table.body.top + 59
        assert loaded[table.sheet].cell(bottom, 1).value == f"{name} 59"
        assert loaded[table.sheet].tables[name].ref.endswith(str(bottom))


@pytest.mark.libreoffice
@pytest.mark.slow
def test_libreoffice_opens_a_patched_workbook_and_finds_the_values(
    book: Path, made: Path, tmp_path: Path, as_of: dt.date
) -> None:
    office = shutil.which("soffice")
    if office is None:
        if os.environ.get("CI") == "true":
            pytest.fail("LibreOffice is missing")
        pytest.skip("LibreOffice is not installed")
    plan = Patch.open(book)
    plan.append_rows("Todo", [{0: "C-4", 1: dt.date(2025, 1, 2), 2: 48}])
    plan.commit(as_of=as_of)
    patched(book, made, as_of)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    target = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out"), str(book)]
    subprocess.run([office, profile, "--headless", *target], check=True, capture_output=True, timeout=180)
    saved = openpyxl.load_workbook(tmp_path / "out" / book.name, data_only=True)
    assert saved.sheetnames == ["KPIs", "Follow-ups", "Register", "KPIs2", "Follow-ups2"]
    assert saved["KPIs2"]["B3"].value == 0.75
    assert saved["KPIs2"]["A1"].value == "标题 <&> "
    assert [cell.value for cell in saved["Follow-ups"][7]][1:5] == ["C-4", dt.datetime(2025, 1, 2), 48, 2]
    assert saved["Follow-ups2"]["B6"].value == dt.datetime(2025, 1, 1, 4)
    assert len(getattr(saved["KPIs2"], "_charts")) == 1  # noqa: B009
