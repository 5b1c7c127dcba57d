"""What belongs to the team stays as it is: sheets, pivots, macros, notes below a table, headings of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import click.testing
import openpyxl
import pytest

from tests.conftest import Audited, Packed
from tests.jobs.refresh.sheets import OURS, RESULTS, of_the_team, parts_of, rows

Run = Callable[..., click.testing.Result]

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")


FOREIGN = {
    "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 not for kesu to read",
    "xl/pivotCache/pivotCacheDefinition1.xml": b"<pivotCacheDefinition/>",
    "xl/pivotTables/pivotTable1.xml": b"<pivotTableDefinition/>",
    "xl/slicers/slicer1.xml": b"<slicers/>",
    "xl/slicerCaches/slicerCache1.xml": b"<slicerCacheDefinition/>",
    "xl/threadedComments/threadedComment1.xml": b"<ThreadedComments/>",
    "xl/ctrlProps/ctrlProp1.xml": b"<formControlPr/>",
    "xl/externalLinks/externalLink1.xml": b"<externalLink/>",
    "xl/connections.xml": b"<connections/>",
    "customXml/item1.xml": b"<mine>\r\n</mine>",
    "xl/media/image9.emf": bytes(range(256)),
}


def with_foreign_parts(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as book:
        for name, data in FOREIGN.items():
            book.writestr(name, data)


def test_sheets_that_are_missing_are_added_and_the_teams_own_stay_as_they_are(
    tmp_path: Path, refresh: Run, packed: Packed, audited: Audited
) -> None:
    path = tmp_path / "own.xlsx"
    of_the_team(path)
    before, remarks = packed(path), audited(path)
    done = refresh(path, "--as-of", "2026-10-01T18:00")
    assert done.exit_code == 0
    assert "own.xlsx: No Settings sheet" in done.stderr
    assert done.stderr.count("\n") == 1
    after = packed(path)
    changed = {name for name in before if before[name] != after.get(name)}
    assert changed <= {
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
    }
    assert [sheet.title for sheet in openpyxl.load_workbook(path) if sheet.max_row] == [
        "Register",
        "Team",
        *OURS,
    ]
    assert "C-1" in {row["Complaint no."] for row in rows(path, "Follow-ups", "Complaint no.")}
    assert audited(path) <= remarks
    assert refresh(path, "--as-of", "2026-10-03").exit_code == 0  # and now they are there


def test_macros_pivots_slicers_and_the_rest_are_copied_as_they_are(
    register: Path, tmp_path: Path, refresh: Run, packed: Packed
) -> None:
    path = tmp_path / "branch.xlsm"
    shutil.copy(register, path)
    with_foreign_parts(path)
    before = packed(path)
    assert refresh(path, "--as-of", "2026-10-02").exit_code == 0
    after = packed(path)
    assert {name: after[name] for name in FOREIGN} == {name: before[name] for name in FOREIGN}
    changed = {name for name in before if before[name] != after[name]}
    assert parts_of(path, *OURS) <= changed <= parts_of(path, *OURS) | RESULTS


@pytest.mark.slow
def test_a_refreshed_register_has_no_finding_that_it_did_not_have(
    register: Path, refresh: Run, audited: Audited
) -> None:
    before = audited(register)
    assert refresh(register, "--as-of", "2026-10-02").exit_code == 0
    assert audited(register) <= before


@pytest.mark.slow
def test_a_sheet_that_somebody_deleted_comes_back(register: Path, refresh: Run) -> None:
    book = openpyxl.load_workbook(register)
    del book["Follow-ups"], book["KPIs"]
    book.save(register)
    done = refresh(register, "--as-of", "2026-10-02")
    assert done.exit_code == 0  # openpyxl drops the results of the Calendar, so what needs them is not proven
    assert all("keep the result that they had" in line for line in done.stderr.splitlines())
    assert {row["Complaint no."] for row in rows(register, "Follow-ups", "Complaint no.")} == {
        "C-1",
        "C-2",
        "C-3",
    }
    defined = openpyxl.load_workbook(register).defined_names
    assert defined["AsOf_FollowUps"].attr_text == "'Follow-ups'!$B$3"


@pytest.mark.libreoffice
@pytest.mark.slow
def test_libreoffice_opens_what_was_refreshed(crowded: Path, tmp_path: Path, refresh: Run) -> None:
    found = shutil.which("soffice")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("LibreOffice is missing")
        pytest.skip("no LibreOffice (soffice) here")
    own = tmp_path / "own.xlsx"
    of_the_team(own)
    for path in (crowded, own):
        assert refresh(path, "--as-of", "2026-10-05").exit_code == 0
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        command = [
            found,
            profile,
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(tmp_path / "saved"),
            str(path),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        for sheet, heading in (("Follow-ups", "Complaint no."), ("Findings", "Complaint no.")):
            saved = rows(tmp_path / "saved" / path.name, sheet, heading)
            assert saved
            assert [list(row.values())[:2] for row in saved] == [
                list(row.values())[:2] for row in rows(path, sheet, heading)
            ]


def test_headings_that_were_changed_are_not_written_under(register: Path, refresh: Run) -> None:
    book = openpyxl.load_workbook(register)
    table = book["KPIs"].tables["Kpis"]
    heading = table.ref.split(":")[0]
    book["KPIs"][heading] = "Bonus"
    table.tableColumns[0].name = "Bonus"
    book.save(register)
    before = register.read_bytes()
    done = refresh(register, "--as-of", "2026-10-02")
    assert done.exit_code == 3
    assert "“KPI”" in done.stderr
    assert "“Bonus”" in done.stderr
    assert register.read_bytes() == before


def test_what_the_team_wrote_below_the_table_is_in_the_way(crowded: Path, refresh: Run) -> None:
    book = openpyxl.load_workbook(crowded)
    book["Follow-ups"]["A60"] = "our notes"
    book.save(crowded)
    before = crowded.read_bytes()
    done = refresh(crowded, "--as-of", "2026-10-05")
    assert done.exit_code == 3
    assert "Follow-ups" in done.stderr
    assert crowded.read_bytes() == before
