"""Refresh pressed in a real spreadsheet program: what it leaves in the file is what the command line says of it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlwings as xw
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from kesu.demo import AS_OF
from kesu.jobs.kpi_rows import BLOCKS, TOTAL
from kesu.live import frames, macros
from kesu.live.feedback import MacroError
from kesu.register.columns import BY_KEY, ITEM_BY_KEY, SHEETS
from kesu.register.kpis import ACCOUNT_NAMES
from kesu.register.normalise import normalise
from kesu.register.outputs import FINDINGS, KPIS
from kesu.workbook.reading.reader import Reader
from kesu.workbook.writing import dashboard
from tests.conftest import Kesu
from tests.depth import in_turn
from tests.live.conftest import FEW, Build

pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.filterwarnings(
        "ignore:Unable to read chart"
    ),  # openpyxl does not know axes of dates as LibreOffice saves them
]

AT = AS_OF.isoformat()
OWN_COLOUR = (146, 208, 80)
HEADER_ROW = 5


@dataclass
class Pressed:
    """A register after a press of Refresh, the English one after two, saved."""

    lang: str
    before: Path
    path: Path
    register_read: Any
    register_file: Any
    said: str

    @cached_property
    def formulas(self) -> Workbook:
        """The file, to look at only: formulas as formulas."""
        return openpyxl.load_workbook(self.path)

    @cached_property
    def shown(self) -> Workbook:
        """The file, to look at only: formulas as what they show."""
        return openpyxl.load_workbook(self.path, data_only=True)

    def sheet(self, key: str) -> Worksheet:
        found: Worksheet = self.shown[SHEETS[key].of(self.lang)]
        return found

    def rows(self, key: str, header: str) -> list[dict[str, Any]]:
        """The rows of an output table, by heading."""
        cells = list(self.sheet(key).iter_rows(values_only=True))
        at = next(n for n, row in enumerate(cells) if row[0] == header)
        names = [str(name) for name in cells[at] if name]
        body: list[dict[str, Any]] = [dict(zip(names, row, strict=False)) for row in cells[at + 1 :]]
        return [row for row in body if row[header] is not None]


@pytest.fixture(scope="module", params=in_turn("en"))
def pressed(
    request: pytest.FixtureRequest, app: xw.App, build: Build, tmp_path_factory: pytest.TempPathFactory
) -> Pressed:
    lang: str = request.param
    folder = tmp_path_factory.mktemp(lang)
    before = build(folder / f"before-{lang}.xlsx", lang)
    book = app.books.open(str(before))
    title = SHEETS["register"].of(lang)
    own = book.sheets.add("Team's own", after=book.sheets[len(book.sheets) - 1])
    own["A1"].value = [[1.5, "=A1*2"], ["=COUNTA('" + title + "'!B6:B65)", "备注 notes"]]
    register = book.sheets[title]
    beside = register.used_range.last_cell.column + 2
    register.range((HEADER_ROW, beside)).value = [["Our column"], ["ours"], ["=1+1"]]
    register["A8"].color = OWN_COLOUR
    register["A8"].add_note("our note")
    if lang == "en":
        macros.refresh(book, as_of=AS_OF)
    said = macros.refresh(book, as_of=AS_OF)
    path = folder / f"after-{lang}.xlsx"
    book.save(str(path))
    read = normalise("r", frames.raw_sheets(book))
    book.close()
    with Reader() as reader:
        file = normalise("r", reader.read(path))
    return Pressed(lang, before, path, read, file, said)


Answer = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def answer(kesu: Kesu) -> Answer:
    """What the command line says as JSON; every question is asked once."""

    @cache
    def asked(*words: object) -> list[dict[str, Any]]:
        done = kesu(*words, "--as-of", AT, "--format", "json")
        assert done.returncode in {0, 1}, done.stderr
        found: list[dict[str, Any]] = json.loads(done.stdout)
        return found

    return asked


def test_an_open_book_reads_as_its_file_does(pressed: Pressed) -> None:
    for part in ("complaints", "items"):
        live, file = getattr(pressed.register_read, part), getattr(pressed.register_file, part)
        assert len(live.data) >= 60
        pd.testing.assert_frame_equal(live.data, file.data)
        pd.testing.assert_frame_equal(live.problems, file.problems)
        assert live.columns == file.columns
    assert pressed.register_read.settings == pressed.register_file.settings


def test_findings_are_those_of_the_command_line(pressed: Pressed, answer: Answer) -> None:
    header = {"zh": "投诉编号", "en": "Complaint no."}[pressed.lang]
    rows = pressed.rows("findings", header)
    names = {
        "zh": ("规则", "问题与改法", "工作表"),
        "en": ("Rule", "What is wrong and how to mend it", "Sheet"),
    }
    rule, message, sheet = names[pressed.lang]
    wanted = answer("check", pressed.path)
    assert len(wanted) > 10
    assert sorted((row[rule], row[message], row[sheet]) for row in rows) == sorted(
        (one["rule"], one["message"], one["sheet"]) for one in wanted
    )
    numbers = [row[header] for row in rows if row[header] != "–"]
    assert len([*groupby(numbers)]) == len(set(numbers))
    # and the file as it was before says the same
    assert [one["message"] for one in answer("check", pressed.before)] == [one["message"] for one in wanted]


def test_exactly_the_cells_found_are_marked(pressed: Pressed, answer: Answer) -> None:
    title, items = SHEETS["register"].of(pressed.lang), SHEETS["items"].of(pressed.lang)
    wanted: dict[str, set[str]] = {title: set(), items: set()}
    labels = {title: BY_KEY, items: ITEM_BY_KEY}
    for one in answer("check", pressed.path):
        if one["column"]:
            heading = labels[one["sheet"]][one["column"]].label.of(pressed.lang)
            wanted[one["sheet"]].add(f"{heading} {one['row']}")
    for name, cells in wanted.items():
        sheet = pressed.formulas[name]
        header = HEADER_ROW if name == title else HEADER_ROW - 1
        marked = {
            f"{str(sheet.cell(header, int(cell.column or 0)).value).removesuffix(' *')} {cell.row}"
            for row in sheet.iter_rows()
            for cell in row
            if cell.comment is not None and cell.comment.text.startswith("kesu ▸ ")
        }
        assert marked == cells
    assert len(wanted[title]) > 5


def test_follow_ups_are_those_of_the_command_line(pressed: Pressed, answer: Answer) -> None:
    names = {
        "zh": ("投诉编号", "责任人", "到期时间", "下一步", "行"),
        "en": ("Complaint no.", "Owner", "Due at", "Next step", "Row"),
    }
    number, owner, due, step, row_ = names[pressed.lang]
    rows = [row for row in pressed.rows("followups", number) if row[row_] is not None]
    wanted = [one for one in answer("followups", pressed.path) if one["first"]]
    assert len(wanted) > 1
    assert [(row[number], row[owner], row[due].isoformat(), row[step], row[row_]) for row in rows] == [
        (one["complaint_id"], one["owner"], one["due_at"], one["next_step"], one["row"]) for one in wanted
    ]


def test_kpis_are_those_of_the_command_line(pressed: Pressed, answer: Answer) -> None:
    header, group, value, numerator, denominator, period = {
        "zh": ("指标", "分组", "数值", "分子", "分母", "期间"),
        "en": ("KPI", "Group", "Value", "Numerator", "Denominator", "Period"),
    }[pressed.lang]
    table = pressed.rows("kpis", header)
    heads = [at for at, row in enumerate(table) if row[group] is None]
    assert len(heads) == len(BLOCKS) + 1
    rows = [
        row for row in table[: heads[1]] + table[heads[-1] :] if row[group] is not None
    ]  # totals, tiers, the account
    # A tier with a target and nothing to count has a line here alone.
    rows = [row for row in rows if row[value] != "–" or row[group] == TOTAL.of(pressed.lang)]
    found = answer("kpis", pressed.path, "--period", "2026-11", "--by", "tier")
    wanted = sorted(found, key=lambda one: (one["kpi"] in ACCOUNT_NAMES, one["group_by"] == "tier"))
    assert len(wanted) > 30
    assert {row[period] for row in rows} == {"2026-11"}

    def figures(rows: list[dict[str, Any]], *names: str) -> list[tuple[float | None, ...]]:
        return [tuple(None if row[n] is None else round(row[n], 2) for n in names) for row in rows]

    assert figures(rows, numerator, denominator) == figures(wanted, "numerator", "denominator")
    sheet = pressed.sheet("kpis")
    looks = {str(sheet.cell(row, 1).value): sheet.row_dimensions[row] for row in range(8, 8 + len(table))}
    folded = [row for row in range(8, 8 + len(table)) if sheet.row_dimensions[row].hidden]
    assert len(folded) == heads[-1] - heads[0] - len(BLOCKS)
    assert {sheet.row_dimensions[row].outlineLevel for row in folded} == {1}
    assert not looks[table[heads[0]][header]].hidden


def test_the_sheets_say_as_of_when(pressed: Pressed) -> None:
    book = pressed.shown
    for table in ("FollowUps", "Kpis", "Findings"):
        sheet, cell = next(iter(book.defined_names[f"AsOf_{table}"].destinations))
        assert book[sheet][cell].value == AS_OF.replace(tzinfo=None)


def test_links_lead_to_the_cell(pressed: Pressed) -> None:
    sheet = pressed.formulas[SHEETS["findings"].of(pressed.lang)]
    at = [column.key for column in FINDINGS].index("cell")
    formulas = [str(row[at].value) for row in sheet.iter_rows(min_row=6, max_row=8)]
    rows = [row[at].value for row in pressed.sheet("findings").iter_rows(min_row=6, max_row=8)]
    for formula, shown in zip(formulas, rows, strict=True):
        assert formula.startswith("=HYPERLINK(")
        assert f'!{shown}"' in formula


def test_what_the_team_made_is_as_it_was(pressed: Pressed) -> None:
    book, shown = pressed.formulas, pressed.shown
    own = book["Team's own"]
    assert [own["A1"].value, own["B1"].value, own["B2"].value] == [1.5, "=A1*2", "备注 notes"]
    assert [shown["Team's own"]["B1"].value, shown["Team's own"]["A2"].value] == [3, 60]
    register = book[SHEETS["register"].of(pressed.lang)]
    heading = next(cell for cell in register[HEADER_ROW] if cell.value == "Our column")
    letter = get_column_letter(heading.column)
    assert [register[f"{letter}6"].value, register[f"{letter}7"].value] == ["ours", "=1+1"]
    assert register["A8"].comment.text == "our note"
    assert register["A8"].fill.fgColor.rgb.endswith("92D050")


def test_live_formulas_are_still_formulas(pressed: Pressed) -> None:
    before = openpyxl.load_workbook(pressed.before)[SHEETS["register"].of(pressed.lang)]
    after = pressed.formulas[SHEETS["register"].of(pressed.lang)]
    for column in range(1, before.max_column + 1):
        was, now = (str(sheet.cell(6, column).value).startswith("=") for sheet in (before, after))
        assert was == now, get_column_letter(column)


def test_the_message_counts_what_was_found(pressed: Pressed, answer: Answer) -> None:
    severities = [one["severity"] for one in answer("check", pressed.path)]
    errors, warnings = severities.count("error"), severities.count("warning")
    words = {"zh": f"{errors} 个错误，{warnings} 个警告", "en": f"{errors} errors, {warnings} warnings"}
    assert words[pressed.lang] in pressed.said


def note_of(cell: xw.Range) -> str:
    return "" if cell.note is None else cell.note.text


def test_marks_go_when_the_cell_is_mended_and_own_notes_stay(
    app: xw.App, build: Build, tmp_path: Path
) -> None:
    book = app.books.open(str(build(tmp_path / "marks.xlsx", "en", rows=FEW)))
    sheet = book.sheets["Register"]
    headings = sheet.range("A5:FZ5").value
    column = headings.index("Contact *") + 1
    cell = sheet.range((10, column))
    cell.color = OWN_COLOUR
    cell.add_note("seen by us")
    good, cell.value = cell.value, "12"
    macros.check(book, as_of=AS_OF)
    assert note_of(cell).startswith("kesu ▸ ")
    assert note_of(cell).endswith("seen by us")
    assert cell.color != OWN_COLOUR
    sheet.range("9:9").insert("down")  # the mark moves with its cell
    moved = sheet.range((11, column))
    assert note_of(moved).startswith("kesu ▸ ")
    moved.value = good
    sheet.range("9:9").delete("up")
    macros.check(book, as_of=AS_OF)
    assert note_of(cell) == "seen by us"
    assert cell.color == OWN_COLOUR
    book.close()


def test_a_register_without_output_sheets_gets_them(app: xw.App, build: Build, tmp_path: Path) -> None:
    book = app.books.open(str(build(tmp_path / "bare.xlsx", "zh")))
    for key in ("findings", "followups", "kpis"):
        book.sheets[SHEETS[key].of("zh")].delete()
    macros.refresh(book, as_of=AS_OF)
    sheet = book.sheets["检查结果"]
    assert sheet["A5"].value == "投诉编号"
    assert sheet["B6"].value == "错误"
    assert sheet["C3"].value == AS_OF.replace(tzinfo=None)
    assert isinstance(book.sheets["跟进清单"]["G6"].value, dt.datetime)
    book.close()


def test_the_teams_notes_below_a_table_are_not_overwritten(app: xw.App, build: Build, tmp_path: Path) -> None:
    book = app.books.open(str(build(tmp_path / "below.xlsx", "en", rows=FEW)))
    sheet = book.sheets["KPIs"]
    last = sheet.tables["Kpis"].range.last_cell.row
    sheet.range((last + 2, 1)).value = "mind this"
    assert not macros.run("kpis", book, as_of=AS_OF)
    assert sheet.range((last + 2, 1)).value == "mind this"
    assert sheet.range((last, 1)).value is None
    book.close()


def test_a_table_made_before_a_column_came_is_filled_without_it_and_changed_headings_are_told(
    app: xw.App, build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = tuple(column for column in KPIS if column.key != "trend")
    with monkeypatch.context() as before:
        before.setattr(dashboard, "KPIS", older)
        path = build(tmp_path / "older.xlsx", "en", rows=FEW)
    book = app.books.open(str(path))
    macros.kpis(book, as_of=AS_OF)
    sheet = book.sheets["KPIs"]
    header = sheet.tables["Kpis"].range[0, :]
    names = header.options(ndim=1).value
    assert "Last 6 periods" not in names
    first = dict(zip(names, header.offset(1).options(ndim=1).value, strict=True))
    assert (first["KPI"], first["Period"]) == ("Complaints", f"{AS_OF:%Y-%m}")
    assert first["Value"] == first["Numerator"]

    header[0, 2].value = "Bonus"
    filled = sheet.tables["Kpis"].range.value
    with pytest.raises(MacroError, match="should be headed “Value”, but is “Bonus”"):
        macros.kpis(book, as_of=AS_OF)
    assert sheet.tables["Kpis"].range.value == filled
    book.close()
