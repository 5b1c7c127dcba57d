"""Every formula carries its result: what programs read that do not calculate, against two that do."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import range_boundaries

from kesu.register.settings import TARGETS
from kesu.words.text import LANGS
from kesu.workbook.writing import TEMPLATE_DAY, build_form, build_register
from kesu.workbook.writing.table import LIVE_ROWS
from tests.depth import DEEP, turns
from tests.places import at
from tests.workbook.writing.live_cases import NOW, all_recalculated, compared, random_register, settings
from tests.workbook.writing.stored import differing, second_engine

TEMPLATES = Path(__file__).parents[3] / "workbook_templates"
CELL = re.compile(r"<c [^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)(?:<v[^>]*/>|<v[^>]*>[^<]*</v>)?</c>")
ROWS = {"zh": turns(80, 150), "en": turns(40, 60)}
both = pytest.mark.parametrize("lang", LANGS)


@pytest.fixture(scope="module")
def registers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A register of random cases in each language, as of `NOW`."""
    folder = tmp_path_factory.mktemp("stored")
    for lang, seed in (("zh", 11), ("en", 12)):
        complaints, items = random_register(ROWS[lang], seed)
        build_register(
            folder / f"{lang}.xlsx", lang, settings(), complaints=complaints, items=items, as_of=NOW
        )
    return {lang: folder / f"{lang}.xlsx" for lang in LANGS}


def _formula_cells(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name]
    found = [cell for xml in sheets for cell in CELL.findall(xml)]
    assert len(found) == sum(len(re.findall("<f[ />]", xml)) for xml in sheets)
    return found


@both
def test_no_formula_is_without_a_result_and_no_empty_result_without_its_kind(
    registers: dict[str, Path], built: dict[str, Path], lang: str
) -> None:
    for path in (registers[lang], built[lang], *(TEMPLATES / lang).glob("*.xlsx")):
        bare = [cell for cell in _formula_cells(path) if "<v>" not in cell]
        untyped = [cell for cell in _formula_cells(path) if "<v></v>" in cell and ' t="str"' not in cell]
        assert (bare, untyped) == ([], [])


@both
def test_pandas_and_openpyxl_read_due_times_and_states(registers: dict[str, Path], lang: str) -> None:
    due, state = {
        "zh": ("首次响应到期", "首次响应时限状态"),
        "en": ("First response due", "First response state"),
    }[lang]
    frame = pd.read_excel(registers[lang], sheet_name=1, header=4, engine="calamine")
    received = frame.iloc[:, list(frame.columns).index({"zh": "受理时间 *", "en": "Received at *"}[lang])]
    judged = frame[state].notna() & frame[due].notna()
    assert judged.sum() > 20
    assert (frame.loc[judged, due] >= received[judged]).all()
    book = openpyxl.load_workbook(registers[lang], data_only=True)
    rows = list(book.worksheets[1].iter_rows(min_row=5, max_row=5 + len(frame), values_only=True))
    place = rows[0].index(due)
    assert sum(isinstance(row[place], dt.datetime) for row in rows[1:]) == frame[due].notna().sum()
    assert str(book.worksheets[1]["B2"].value) == f"C-{len(frame) + 1:05d}"


@both
def test_deadlines_and_states_are_those_of_kesu(registers: dict[str, Path], lang: str) -> None:
    """And those of LibreOffice, see below: so it comes to kesu's too, in either language."""
    book = openpyxl.load_workbook(registers[lang], data_only=True)
    wrong, intricate = compared(registers[lang], lang, book, ROWS[lang])
    assert wrong == []
    assert sum(intricate.values()) < 0.1 * ROWS[lang] * len(TARGETS)


@both
def test_results_are_as_of_the_moment_given(registers: dict[str, Path], lang: str) -> None:
    book = openpyxl.load_workbook(registers[lang], data_only=True)
    assert [
        cell
        for row in book.worksheets[at("settings")].iter_rows(values_only=True)
        for cell in row
        if cell == NOW
    ] == [NOW]
    template = openpyxl.load_workbook(TEMPLATES / lang / "register.xlsx", data_only=True)
    moment = dt.datetime.combine(TEMPLATE_DAY, dt.time.min)
    assert moment in [
        cell for row in template.worksheets[at("settings")].iter_rows(values_only=True) for cell in row
    ]


@both
def test_tables_lie_within_what_the_sheet_says_it_holds(
    registers: dict[str, Path], built: dict[str, Path], lang: str
) -> None:
    for path in (registers[lang], built[lang]):
        with zipfile.ZipFile(path) as parts:
            read = {name: parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/")}
        sheets = [name for name in read if name.startswith("xl/worksheets/sheet")]
        tables = [
            (sheet, f"xl/tables/{table}")
            for sheet in sheets
            for table in re.findall(
                r'"\.\./tables/([^"]+)"',
                read.get(sheet.replace("worksheets", "worksheets/_rels") + ".rels", ""),
            )
        ]
        assert len(tables) == sum(name.startswith("xl/tables/") for name in read) > 6
        for sheet, table in tables:
            [said] = re.findall(r'<dimension ref="([A-Z0-9:]+)"', read[sheet])
            [ref] = re.findall(r'<table [^>]*? ref="([^"]+)"', read[table])
            last = [range_boundaries(one)[2:] for one in (ref, said)]
            inside = [int(one or 0) <= int(other or 0) for one, other in zip(*last, strict=True)]
            assert inside == [True, True], (table, said)


def test_a_register_without_live_columns_has_the_present_moment(tmp_path: Path) -> None:
    complaints = pd.DataFrame({"complaint_id": [f"C-{n}" for n in range(LIVE_ROWS + 1)]})
    build_register(tmp_path / "long.xlsx", "en", complaints=complaints, as_of=NOW)
    assert [cell for cell in _formula_cells(tmp_path / "long.xlsx") if "<v>" not in cell] == []


def test_a_filled_form_shows_its_items_to_programs_that_do_not_calculate(tmp_path: Path) -> None:
    items = [{"item_kind": "demand", "what": f"Money {n}"} for n in range(12)]
    build_form(tmp_path / "form.xlsx", "en", complaint={"complaint_id": "C-1"}, items=items, today=NOW.date())
    cells = _formula_cells(tmp_path / "form.xlsx")
    assert len(cells) == 60
    assert [cell for cell in cells if "<v></v>" in cell and ' t="str"' not in cell] == []
    assert sum("<v>Money" in cell for cell in cells) == 10


@pytest.mark.slow
@both
def test_a_second_engine_comes_to_the_same_results(registers: dict[str, Path], lang: str) -> None:
    count, wrong = differing(registers[lang], second_engine(registers[lang], NOW))
    assert wrong == []
    assert count > 4_000


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lang", "name"),
    [
        ("zh", "register.xlsx"),
        ("en", "form.xlsx"),
        *([("en", "register.xlsx"), ("zh", "form.xlsx")] if DEEP else []),
    ],
)
def test_a_second_engine_comes_to_the_results_in_the_shipped_templates(lang: str, name: str) -> None:
    """The other language has the same formulas: see the registers above."""
    path = TEMPLATES / lang / name
    count, wrong = differing(path, second_engine(path, dt.datetime.combine(TEMPLATE_DAY, dt.time.min)))
    assert wrong == []
    assert name == "form.xlsx" or count > 20_000


def _value(sheets: Mapping[str, Any], sheet: str, cell: str) -> Any:
    return sheets[sheet][cell].value


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_comes_to_the_same_results(registers: dict[str, Path], tmp_path: Path) -> None:
    paths = list(registers.values())
    for path, book in zip(paths, all_recalculated(paths, tmp_path), strict=True):
        sheets = {sheet.title: sheet for sheet in book}
        count, wrong = differing(path, partial(_value, sheets))
        assert wrong == [], path.name
        assert count > 4_000
