"""kesu refresh and collect store what kesu's own formulas show at that moment, and touch nothing else."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import click.testing
import openpyxl
import pytest

from kesu.cli import main
from kesu.workbook.patch import Patch
from kesu.workbook.writing import build_form, build_register, dashboard
from kesu.workbook.writing.own_formulas import own_formulas
from tests.odd_books import from_1904, parts_of, write
from tests.places import letter, part
from tests.workbook.writing.live_cases import NOW, random_register, settings
from tests.workbook.writing.stored import differing, second_engine, stored

LATER = NOW + dt.timedelta(days=9, hours=3, minutes=1)
RESULT = re.compile(
    rb'(<c r="[A-Z]+\d+"(?: s="\d+")?)(?: t="\w+")?(>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>))(?:<v>[^<]*</v>)?'
)
REGISTER, ITEMS, SETTINGS, KPIS = map(part, ("register", "items", "settings", "kpis"))
LIVE = {REGISTER, ITEMS, part("today"), SETTINGS, part("workings")}
FILLED = {part("followups"), KPIS, part("findings")}
NEXT = letter("due_next")
CALCULATED = f"{letter('next_due')}6:{letter('callback_state')}45"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same register as of `NOW` and as of `LATER`."""
    folder = tmp_path_factory.mktemp("made")
    complaints, items = random_register(40, seed=21)
    for name, moment in (("now", NOW), ("later", LATER)):
        build_register(
            folder / f"{name}.xlsx",
            "en",
            settings(),
            complaints=complaints,
            items=items,
            today=NOW.date(),
            as_of=moment,
        )
    return {path.stem: path for path in folder.iterdir()}


@pytest.fixture
def register(made: dict[str, Path], tmp_path: Path) -> Path:
    return Path(shutil.copy(made["now"], tmp_path / "register.xlsx"))


def kesu(*words: str | Path) -> click.testing.Result:
    return click.testing.CliRunner().invoke(main, [*map(str, words)], env={"LANG": "C.UTF-8", "LC_ALL": None})


def refreshed(path: Path, moment: dt.datetime = LATER) -> str:
    """Refresh; what was said."""
    done = kesu("refresh", path, "--as-of", moment.isoformat())
    assert done.exit_code == 0, done.output
    return done.stderr


def edited(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    parts = parts_of(path)
    assert change(parts[part]) != parts[part]
    write(path, parts | {part: change(parts[part])})


def shown(path: Path) -> dict[tuple[str, str], object]:
    return {(sheet, cell): value for sheet, cell, _, value in stored(path)}


def test_a_refresh_stores_what_formulas_show_then(register: Path, made: dict[str, Path]) -> None:
    before = shown(register)
    assert refreshed(register) == ""
    wanted, found = shown(made["later"]), shown(register)
    assert {cell: value for cell, value in found.items() if value != wanted[cell]} == {}
    assert sum(found[cell] != before[cell] for cell in found) > 20


def test_only_results_of_formulas_change_on_the_sheets_that_the_team_fills(register: Path) -> None:
    before = parts_of(register)
    refreshed(register)
    after = parts_of(register)
    assert list(after) == list(before)
    changed = {name for name in before if before[name] != after[name]}
    assert REGISTER in changed
    assert {name for name in changed if not name.startswith("xl/tables/")} <= LIVE | FILLED
    for name in changed & LIVE:
        assert RESULT.sub(rb"\1\2", after[name]) == RESULT.sub(rb"\1\2", before[name])


def test_a_second_refresh_at_the_same_moment_changes_nothing(register: Path) -> None:
    refreshed(register)
    before = register.read_bytes()
    refreshed(register)
    assert register.read_bytes() == before


def test_where_the_names_do_not_say_it_the_charts_stand_where_they_stood(register: Path) -> None:
    own = Patch.open(register)
    columns = {column for sheet, column in own_formulas(own.structure, own.tables) if sheet == "KPIs"}
    assert {*range(1, 12), dashboard.CHART_LEFT + 1, dashboard.DATA_LEFT + 18} <= columns
    edited(
        register,
        "xl/workbook.xml",
        lambda xml: re.sub(rb'<definedName name="Charts_[^>]*>[^<]*</definedName>', b"", xml),
    )
    own = Patch.open(register)
    columns = {column for sheet, column in own_formulas(own.structure, own.tables) if sheet == "KPIs"}
    assert columns == {*range(1, 12), *range(13, 37)}


def test_a_register_of_an_earlier_version_gets_its_results(register: Path, made: dict[str, Path]) -> None:
    """Formulas had no results: none at all, or an element without a kind."""
    for name in (REGISTER, ITEMS, KPIS, SETTINGS):
        edited(register, name, lambda xml: RESULT.sub(rb"\1\2", xml))
    edited(register, KPIS, lambda xml: xml.replace(b"</f></c>", b"</f><v></v></c>"))
    assert {value for (sheet, _), value in shown(register).items() if sheet == "Register"} == {""}
    assert refreshed(register) == ""
    assert shown(register) == shown(made["later"])


def _row_by_row(xml: bytes) -> bytes:
    """Shared formulas as Excel writes those of a table: in every row, with its own numbers."""
    texts = {si: (int(row), text) for row, si, text in re.findall(
        rb'<c r="[A-Z]+(\d+)"[^>]*><f t="shared" ref="[^"]*" si="(\d+)">([^<]*)</f>', xml)}  # fmt: skip

    def whole(found: re.Match[bytes]) -> bytes:
        first, text = texts[found[3]]
        here = re.sub(rb"(\$?\b[A-Z]{1,3})%d\b(?!\()" % first, rb"\g<1>%s" % found[2], text)
        return found[1] + b"<f>" + here + b"</f>"

    return re.sub(
        rb'(<c r="[A-Z]+(\d+)"[^>]*>)<f t="shared"(?: ref="[^"]*")? si="(\d+)"(?:/>|>[^<]*</f>)', whole, xml
    )


def test_formulas_written_out_in_every_row_are_known(register: Path, made: dict[str, Path]) -> None:
    for name in (REGISTER, ITEMS):
        edited(register, name, _row_by_row)
    assert refreshed(register) == ""
    assert shown(register) == shown(made["later"])


def test_a_formula_that_the_team_changed_is_left_alone_and_said(
    register: Path, made: dict[str, Path]
) -> None:
    mine = b'<c r="A7" s="1" t="str"><f>FORECAST.LINEAR(1,B8:B9,C8:C9)</f><v>next week</v></c>'
    edited(register, REGISTER, lambda xml: re.sub(rb'<c r="A7".*?</c>', mine, xml))
    assert "1 of kesu's formulas keep the result that they had" in refreshed(register)
    assert mine in parts_of(register)[REGISTER]
    others = {cell: value for cell, value in shown(register).items() if cell != ("Register", f"{NEXT}7")}
    wanted = shown(made["later"])
    assert {cell for cell in others if others[cell] != wanted[cell]} == set()


def test_the_teams_own_formulas_keep_their_results(register: Path) -> None:
    beside = b'<c r="FZ6"><f>NOW()</f><v>1</v></c></row>'
    edited(
        register,
        REGISTER,
        lambda xml: re.sub(rb'(<row r="6".*?)</row>', rb"\1" + beside, xml),
    )
    refreshed(register)
    assert beside in parts_of(register)[REGISTER]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<sheetData>", b'<sheetData><!-- <c r="A1"><f>NOW()</f></c> -->'),
        (b'<c r="A6"', b"<c"),
        (b'<c r="A7"', b'<c r="A6"'),
    ],
)
def test_a_sheet_written_in_an_unusual_way_is_left_as_it_is(register: Path, old: bytes, new: bytes) -> None:
    edited(register, REGISTER, lambda xml: xml.replace(old, new, 1))
    before = parts_of(register)[REGISTER]
    plan = Patch.open(register)
    plan.renew(own_formulas, LATER)
    plan.commit(as_of=LATER.date())
    assert parts_of(register)[REGISTER] == before


def test_a_number_typed_as_text_is_not_guessed_at(register: Path) -> None:
    """Programs differ on what a text of figures is in a sum: nothing that needs it is renewed, and that is said."""

    def typed(xml: bytes) -> bytes:
        return re.sub(rb'(<c r="B12" s="\d+")><v>[^<]*</v>', rb'\1 t="str"><v>4</v>', xml)

    before = shown(register)
    edited(register, SETTINGS, typed)
    soon = NOW + dt.timedelta(minutes=1)  # some are not overdue yet
    assert "of kesu's formulas keep the result that they had" in refreshed(register, soon)
    due = {cell: value for cell, value in shown(register).items() if cell[0] == "Register"}
    assert sum(due[cell] == before[cell] for cell in due) > len(due) / 2


def test_a_register_that_counts_days_from_1904(register: Path, made: dict[str, Path]) -> None:
    """Every due time is the same moment as in a register that counts from 1900."""
    from_1904(register)
    refreshed(register)
    book, wanted = (
        openpyxl.load_workbook(path, data_only=True).worksheets[1] for path in (register, made["later"])
    )
    assert [cell.value for row in book[CALCULATED] for cell in row] == [
        cell.value for row in wanted[CALCULATED] for cell in row
    ]  # fmt: skip


def test_rows_that_were_collected_have_results(register: Path, tmp_path: Path) -> None:
    case = {"kind": "complaint", "received_at": dt.datetime(2026, 11, 18, 9), "channel": "phone",
            "customer_name": "A", "contact": "13800000000", "verbatim": "money back", "category": "price"}  # fmt: skip
    build_form(tmp_path / "form.xlsx", "en", complaint=case, today=NOW.date())
    done = kesu("collect", tmp_path / "form.xlsx", "--into", register)
    assert done.exit_code == 0, done.output
    sheet = openpyxl.load_workbook(register, data_only=True)["Register"]
    heads = {str(cell.value): cell.column or 0 for cell in sheet[5]}
    added = next(row for row in range(6, 400) if sheet.cell(row, heads["Verbatim *"]).value == "money back")
    assert isinstance(sheet.cell(added, heads["First response due"]).value, dt.datetime)
    assert sheet.cell(added, heads["First response state"]).value == "overdue"


@pytest.mark.slow
def test_a_second_engine_comes_to_the_same_results_after_a_refresh(register: Path) -> None:
    refreshed(register)
    with zipfile.ZipFile(register) as parts:
        assert parts.testzip() is None
    count, wrong = differing(register, second_engine(register, LATER))
    assert wrong == []
    assert count > 8000
