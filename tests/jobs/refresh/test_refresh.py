"""kesu refresh fills the team's own workbook and leaves every byte alone that is not kesu's."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click.testing
import openpyxl
import pandas as pd
import pytest
import xlsxwriter

from kesu.jobs.tables import shown_whole
from kesu.register.normalise import normalise
from kesu.register.outputs import EARLIER, FOLLOWUPS, KPIS, TABLES
from kesu.rules.checks import run_checks
from kesu.words.typeset import lines
from kesu.workbook.reading.reader import Reader
from kesu.workbook.writing import build_register, dashboard, outputs
from tests.places import letter, part

if TYPE_CHECKING:
    from tests.conftest import Audited, Packed

Run = Callable[..., click.testing.Result]

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")

OURS = ("Follow-ups", "KPIs", "Findings")
RESULTS = {part(sheet) for sheet in ("register", "items", "today", "settings", "workings")}
"""Register, Items and what counts for them: there only the results of live formulas change."""


def parts_of(path: Path, *titles: str) -> set[str]:
    """The parts of the sheets called ``titles`` and of their tables."""
    found: set[str] = set()
    with zipfile.ZipFile(path) as book:
        rels = {}
        for relation in re.findall(r"<Relationship [^>]+>", book.read("xl/_rels/workbook.xml.rels").decode()):
            rels[re.findall(r'Id="(\w+)"', relation)[0]] = re.findall(r'Target="([^"]+)"', relation)[0]
        for title, rel in re.findall(
            r'<sheet name="([^"]+)"[^>]*r:id="(\w+)"', book.read("xl/workbook.xml").decode()
        ):
            if title in titles:
                part = f"xl/{rels[rel]}"
                found.add(part)
                around = f"xl/worksheets/_rels/{part.rpartition('/')[2]}.rels"
                tables = re.findall(r"\.\./(tables/[^\"]+)", book.read(around).decode())
                found |= {f"xl/{table}" for table in tables}
    return found


def rows(path: Path, sheet: str, heading: str) -> list[dict[str, Any]]:
    """The rows below the line that begins with ``heading``, as openpyxl reads them."""
    book = openpyxl.load_workbook(path, read_only=True)
    grid = list(book[sheet].iter_rows(values_only=True))
    book.close()
    at = next(at for at, row in enumerate(grid) if row[0] == heading)
    return [dict(zip(map(str, grid[at]), row, strict=True)) for row in grid[at + 1 :] if row[0] is not None]


# ---- what is written ----------------------------------------------------------------------------------------


def test_the_three_tables_are_filled_and_no_other_byte_changes(
    register: Path, refresh: Run, packed: Packed
) -> None:
    before = packed(register)
    done = refresh(register, "--as-of", "2026-10-01T18:00")
    assert (done.exit_code, done.stderr) == (0, "")
    after = packed(register)
    assert list(after) == list(before)
    changed = {name for name in before if before[name] != after[name]}
    assert parts_of(register, *OURS) <= changed <= parts_of(register, *OURS) | RESULTS
    replies = [
        row for row in rows(register, "Follow-ups", "Complaint no.") if row["To do"] == "Substantive reply"
    ]
    assert {row["Complaint no."] for row in replies} == {"C-1", "C-2", "C-3"}
    # Received 9:00, VIP: 8 hours for the reply, so due 17:00 and an hour late at 18:00.
    assert {row["Due at"] for row in replies} == {dt.datetime(2026, 10, 1, 17)}
    assert {row["Overdue (h)"] for row in replies} == {1}
    total = {row["KPI"]: row for row in reversed(rows(register, "KPIs", "KPI")) if row["Group"] == "Total"}
    assert (total["Complaints"]["Value"], total["Complaints"]["Period"]) == (3, "2026-10")
    assert (total["Praise"]["Value"], total["Satisfaction rate"]["Value"]) == (0, "–")
    assert {row["Complaint no."] for row in rows(register, "Findings", "Complaint no.")} == {
        "C-1",
        "C-2",
        "C-3",
    }
    book = openpyxl.load_workbook(register)
    assert book["Follow-ups"]["B3"].value == dt.datetime(2026, 10, 1, 18)
    link = next(cell for row in book["Follow-ups"]["A6:A20"] for cell in row if cell.value == "C-2").hyperlink
    assert link.location == f"'Register'!{letter('complaint_id')}7"


def test_the_charts_on_the_kpi_sheet_stay(register: Path, refresh: Run) -> None:
    def charts() -> dict[str, bytes]:
        with zipfile.ZipFile(register) as book:
            return {name: book.read(name) for name in book.namelist() if "chart" in name or "drawing" in name}

    before = charts()
    assert sum("charts/chart" in name for name in before) == 4
    assert refresh(register, "--as-of", "2026-10-02").exit_code == 0
    assert charts() == before


def test_follow_ups_are_as_high_as_their_texts_and_say_when(register: Path, refresh: Run) -> None:
    refresh(register, "--as-of", "2026-10-05T12:00")
    sheet = openpyxl.load_workbook(register)["Follow-ups"]
    heads = {cell.value: cell.column for cell in sheet[5]}
    wide = {name: next(c.width for c in FOLLOWUPS if c.label.en == name) for name in ("What", "Next step")}
    seen = 0
    for row in range(6, 30):
        if sheet.cell(row, 1).value is None:
            assert sheet.row_dimensions[row].height is None
            continue
        assert sheet.cell(row, heads["When"] or 0).value == "Overdue"
        most = max(
            len(lines(str(sheet.cell(row, heads[name] or 0).value), 1.2 * width))
            for name, width in wide.items()
        )
        assert sheet.row_dimensions[row].height == pytest.approx(13.2 * most + 6)
        seen += most > 1
    assert seen > 5


def test_the_follow_up_table_grows_and_shrinks(crowded: Path, refresh: Run) -> None:
    def height() -> tuple[int, int]:
        book = openpyxl.load_workbook(crowded)
        low, high = book["Follow-ups"].tables["FollowUps"].ref.split(":")
        filled = sum(book["Follow-ups"].cell(row, 1).value is not None for row in range(6, 1000))
        return int(high[1:]) - int(low[1:]), filled

    refresh(crowded, "--as-of", "2026-10-05")
    many = height()
    assert many[0] == many[1] >= 60
    refresh(crowded, "--as-of", "2026-09-01")  # before anything was received
    few = height()
    assert few[1] < many[1]
    assert few[0] == max(few[1], 1)


def test_the_period_may_be_chosen(register: Path, refresh: Run) -> None:
    assert refresh(register, "--as-of", "2026-11-30", "--period", "2026-09").exit_code == 0
    total = next(row for row in rows(register, "KPIs", "KPI") if row["KPI"] == "Complaints")
    assert (total["Numerator"], total["Period"]) == (0, "2026-09")


def test_a_second_refresh_as_of_the_same_time_changes_nothing(register: Path, refresh: Run) -> None:
    refresh(register, "--as-of", "2026-10-05")
    before = register.read_bytes(), register.stat().st_mtime_ns
    done = refresh(register, "--as-of", "2026-10-05")
    assert "nothing to change" in done.stdout
    assert (register.read_bytes(), register.stat().st_mtime_ns) == before


# ---- what belongs to the team -------------------------------------------------------------------------------

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def of_the_team(path: Path) -> None:
    """A workbook of a team's own making: a register, and on other sheets all that hangs on cells."""
    book = xlsxwriter.Workbook(path)
    date = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet("Register")
    sheet.write_row(0, 0, ["Complaint no.", "Kind", "Tier", "Received at", "Channel", "Status"])
    sheet.write_row(1, 0, ["C-1", "Complaint", "VIP"])
    sheet.write_datetime(1, 3, dt.datetime(2026, 10, 1, 9), date)
    sheet.write_row(1, 4, ["Phone", "New"])
    own = book.add_worksheet("Team")
    own.write_column("A1", [3, 1, 2])
    own.write_comment("A1", "ask Li Na")
    picture = path.with_suffix(".png")
    picture.write_bytes(PNG)
    own.insert_image("C3", str(picture))
    own.add_sparkline("B1", {"range": "Team!A1:A3"})
    own.conditional_format("A1:A3", {"type": "data_bar", "bar_solid": True})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Team!$A$1:$A$3"})
    own.insert_chart("E3", chart)
    own.data_validation("A5", {"validate": "list", "source": ["a", "b"]})
    own.insert_textbox("H3", "ours")
    book.close()


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


# ---- safety -------------------------------------------------------------------------------------------------


def test_a_dry_run_lists_the_parts_and_writes_nothing(register: Path, refresh: Run) -> None:
    before = register.read_bytes()
    done = refresh(register, "--as-of", "2026-10-02", "--dry-run")
    assert done.exit_code == 0
    assert all(part in done.stdout for part in parts_of(register, *OURS))
    assert register.read_bytes() == before
    assert list(register.parent.iterdir()) == [register]


def test_one_backup_is_kept_unless_unwanted(register: Path, refresh: Run) -> None:
    before = register.read_bytes()
    refresh(register, "--as-of", "2026-10-02", "--no-backup")
    assert list(register.parent.iterdir()) == [register]
    register.write_bytes(before)
    refresh(register, "--as-of", "2026-10-02")
    backup = next(path for path in register.parent.iterdir() if path != register)
    assert re.fullmatch(r"branch\.kesu-backup-\d{8}\.xlsx", backup.name)
    assert backup.read_bytes() == before
    done = refresh(backup)
    assert "left alone" in done.stderr
    assert backup.read_bytes() == before


def test_an_open_workbook_is_left_alone_and_the_next_is_done(
    register: Path, crowded: Path, refresh: Run
) -> None:
    before = register.read_bytes()
    note = register.with_name(f".~lock.{register.name}#")
    note.write_text(",Li Na,PC-7,01.10.2026 09:00,file:///profile;")
    done = refresh(register, crowded, "--as-of", "2026-10-02")
    assert done.exit_code == 3
    assert "Li Na" in done.stderr
    assert "--force" in done.stderr
    assert register.read_bytes() == before
    assert "crowded.xlsx: " in done.stdout
    assert refresh(register, "--as-of", "2026-10-02", "--force").exit_code == 0
    assert register.read_bytes() != before


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


def test_blocks_fold_and_what_is_no_longer_one_does_not(register: Path, refresh: Run) -> None:
    def sheet() -> tuple[Any, dict[int, Any]]:
        found = openpyxl.load_workbook(register)["KPIs"]
        return found, {row: look for row, look in found.row_dimensions.items() if row > 7}

    refresh(register, "--as-of", "2026-10-05")
    kpis, looks = sheet()
    heads = [row for row, look in looks.items() if look.collapsed]
    said = [str(kpis.cell(row, 1).value).partition(" (")[0] for row in heads]
    assert said[0] == "By tier"
    assert set(said) <= {"By tier", "By department", "By owner", "By category", "Account of rows"}
    assert not kpis.sheet_properties.outlinePr.summaryBelow
    assert kpis.cell(heads[-1], 1).value == "Account of rows"
    for row, look in looks.items():
        inside = heads[0] < row < heads[-1] and row not in heads
        assert (bool(look.hidden), look.outlineLevel) == (inside, int(inside)), row
    refresh(register, "--as-of", "2026-09-01")  # before anything was received: fewer rows
    kpis, after = sheet()
    filled = [row for row in after if kpis.cell(row, 1).value is not None]
    assert max(filled) < max(row for row, look in looks.items() if look.hidden)
    assert not any(look.hidden or look.outlineLevel for row, look in after.items() if row > max(filled))


def test_a_table_with_a_filter_keeps_its_blocks_open(
    tmp_path: Path, refresh: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LibreOffice takes hidden rows of a table with a filter for filtered ones, and no fold opens them again."""
    path = tmp_path / "older.xlsx"
    case = {
        "complaint_id": ["C-1"],
        "kind": "complaint",
        "customer_tier": "vip",
        "received_at": dt.datetime(2026, 10, 1, 9),
    }
    with monkeypatch.context() as before:
        before.setattr(outputs, "FOLDING", frozenset())
        build_register(path, "en", complaints=pd.DataFrame(case), today=dt.date(2026, 10, 31))
    assert refresh(path, "--as-of", "2026-10-02").exit_code == 0
    looks = openpyxl.load_workbook(path)["KPIs"].row_dimensions.values()
    assert any(look.outlineLevel for look in looks)
    assert not any(look.hidden or look.collapsed for look in looks)


def test_findings_of_an_earlier_layout_keep_it(
    tmp_path: Path, refresh: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "older.xlsx"
    case = {"complaint_id": ["C-1"], "kind": "complaint", "received_at": dt.datetime(2026, 10, 1, 9)}
    with monkeypatch.context() as before:
        before.setattr(outputs, "FINDINGS", EARLIER["Findings"])
        build_register(path, "en", complaints=pd.DataFrame(case), today=dt.date(2026, 10, 31))
    assert refresh(path, "--as-of", "2026-10-02").exit_code == 0
    found = rows(path, "Findings", "Level")
    assert [*found[0]][:8] == [column.label.en for column in EARLIER["Findings"]]
    assert {row["Level"] for row in found} <= {"Error", "Warning", "Note"}
    assert {row["Complaint no."] for row in found} == {"C-1"}
    assert {row["Sheet"] for row in found} == {"Register"}
    sheet = openpyxl.load_workbook(path)["Findings"]
    assert sheet.row_dimensions[6].height == pytest.approx(13.2 + 6)  # a hundred figures wide: one line
    assert sheet["C6"].hyperlink.location == f"'Register'!{found[0]['Cell']}"


def test_a_register_made_before_a_column_came_is_filled_without_it(
    tmp_path: Path, refresh: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = tuple(column for column in KPIS if column.key != "trend")
    path = tmp_path / "older.xlsx"
    case = {"complaint_id": ["C-1"], "kind": "complaint", "received_at": dt.datetime(2026, 10, 1, 9)}
    with monkeypatch.context() as before:
        before.setattr(dashboard, "KPIS", older)
        build_register(path, "en", complaints=pd.DataFrame(case), today=dt.date(2026, 10, 31))
    assert "Last 6 periods" not in openpyxl.load_workbook(path)["KPIs"].tables["Kpis"].column_names
    done = refresh(path, "--as-of", "2026-10-02")
    assert done.exit_code == 0
    assert all("keep the result that they had" in line for line in done.stderr.splitlines())
    total = next(row for row in rows(path, "KPIs", "KPI") if row["KPI"] == "Complaints")
    assert (total["Value"], total["Numerator"], total["Period"]) == (1, 1, "2026-10")


def test_what_the_team_wrote_below_the_table_is_in_the_way(crowded: Path, refresh: Run) -> None:
    book = openpyxl.load_workbook(crowded)
    book["Follow-ups"]["A60"] = "our notes"
    book.save(crowded)
    before = crowded.read_bytes()
    done = refresh(crowded, "--as-of", "2026-10-05")
    assert done.exit_code == 3
    assert "Follow-ups" in done.stderr
    assert crowded.read_bytes() == before


def test_several_registers_in_one_workbook_are_not_mixed(tmp_path: Path, refresh: Run) -> None:
    path = tmp_path / "two.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for title in ("North", "South"):
            sheet = book.add_worksheet(title)
            sheet.write_row(0, 0, ["Complaint no.", "Kind", "Tier", "Received at", "Channel"])
            sheet.write_row(1, 0, [f"{title}-1", "Complaint", "VIP", "2026-10-01 09:00", "Phone"])
    before = path.read_bytes()
    done = refresh(path)
    assert done.exit_code == 3
    assert "North" in done.stderr
    assert path.read_bytes() == before


def test_formats_that_cannot_be_patched_are_refused_in_words(tmp_path: Path, refresh: Run) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Complaint no.,Kind,Tier,Received at,Channel\nC-1,Complaint,VIP,2026-10-01 09:00,Phone\n")
    done = refresh(path)
    assert done.exit_code == 3
    assert ".xlsx" in done.stderr
    assert list(tmp_path.iterdir()) == [path]


def test_json_tells_what_was_done_and_why_not(register: Path, tmp_path: Path, refresh: Run) -> None:
    done = refresh(register, tmp_path / "missing.xlsx", "--as-of", "2026-10-02", "--format", "json")
    assert done.exit_code == 3
    good, bad = json.loads(done.stdout)
    assert parts_of(register, *OURS) <= set(good["parts"]) <= parts_of(register, *OURS) | RESULTS
    assert good["reason"] is None
    assert good["rows"]["FollowUps"] > 0
    assert Path(good["backup"]).exists()
    assert "no such file" in bad["reason"]


def test_a_workbook_saved_while_it_was_read_is_not_written(
    register: Path, refresh: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kesu.jobs import refresh as job

    real = vars(job)["owned_tables"]

    def slow(*arguments: Any, **named: Any) -> Any:
        os.utime(register, (1, 1))
        return real(*arguments, **named)

    monkeypatch.setattr(job, "owned_tables", slow)
    done = refresh(register, "--as-of", "2026-10-02")
    assert done.exit_code == 3
    assert "Run it again" in done.stderr
    assert list(register.parent.iterdir()) == [register]


def test_of_very_many_findings_the_most_severe_are_listed_and_the_rest_counted(
    tmp_path: Path, refresh: Run
) -> None:
    """2,100 complaints of a tier that there is not, in times typed as text: two kinds of findings beside others."""
    path = tmp_path / "many.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Register")
        sheet.write_row(0, 0, ["Complaint no.", "Kind", "Tier", "Received at", "Channel"])
        for row in range(1, 2101):
            sheet.write_row(row, 0, [f"C-{row}", "Complaint", "Platinum plus", "2026-10-01 09:00", "Phone"])
    assert refresh(path, "--as-of", "2026-10-01T10:00").exit_code == 0
    listed = rows(path, "Findings", "Complaint no.")
    with Reader() as reader:
        register = normalise("many", reader.read(path))
    found = run_checks(register, pd.Timestamp("2026-10-01T10:00"))
    assert found.groupby("rule")["count"].sum()[["unknown_code", "time_as_text"]].tolist() == [2100, 2100]
    assert len(listed) == 2001
    more = [
        row for row in listed if "more findings of this kind" in str(row["What is wrong and how to mend it"])
    ]
    singles = len(listed) - 1 - len(more)
    shown = singles + found.loc[found["count"].gt(1), "count"].sum()
    assert listed[-1]["Complaint no."] == f"{found['count'].sum() - shown} more; see the command line"
    assert listed[-1 - len(more) : -1] == more
    told = [str(row["What is wrong and how to mend it"]) for row in more]
    assert sum("1,100 more findings of this kind" in words for words in told) == 2
    numbers = [row["Complaint no."] for row in listed[:singles] if row["Complaint no."] != "–"]
    assert len(list(itertools.groupby(numbers))) == len(set(numbers))


@pytest.mark.parametrize(("table", "at", "most"), [("FollowUps", 7, 12), ("Findings", 6, 12)])
def test_what_does_not_fit_its_row_ends_in_dots(table: str, at: int, most: int) -> None:
    long, short = "客户要求退款并道歉，" * 100, "客户要求退款。"
    row: list[Any] = [None] * len(TABLES[table])
    [cut], [kept] = (
        [str(one[at]) for one in shown_whole(table, [(*row[:at], text, *row[at + 1 :])])]
        for text in (long, short)
    )
    wide = TABLES[table][at].width * 1.05 / 2  # Chinese characters to a line
    assert kept == short
    assert cut.endswith("…")
    assert long.startswith(cut[:-1])
    assert (most - 1) * wide < len(cut) <= most * wide
