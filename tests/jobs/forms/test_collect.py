"""kesu collect adds filled-in forms to a register: each once, under a number of its own, nothing else touched."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click.testing
import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter

from kesu.register.columns import ITEMS, REGISTER
from kesu.workbook.writing import build_register
from tests.conftest import Audited, Packed
from tests.jobs.forms.case_values import CASE, DAY, complaints
from tests.jobs.forms.case_values import ITEMS as CASE_ITEMS
from tests.jobs.forms.collected import ITEM_LABELS, LABELS, NAMES, declared, ref
from tests.places import letter, part

RESULTS = {part(sheet) for sheet in ("today", "kpis", "settings", "workings")}


def name(path: str) -> str:
    """A part's name without its folder."""
    return path.rpartition("/")[2]


Run = Callable[..., click.testing.Result]
Filled = Callable[..., Path]
Rows = Callable[[Path, str], list[dict[str, Any]]]

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")


# ---- what is written ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "form_lang"),
    [
        ("zh", "en"),
        *(pytest.param(*two, marks=pytest.mark.slow) for two in (("zh", "zh"), ("en", "en"), ("en", "zh"))),
    ],
)
def test_a_form_becomes_a_row_in_the_registers_own_words(
    tmp_path: Path,
    built: dict[str, Path],
    filled: Filled,
    collect: Run,
    rows: Rows,
    lang: str,
    form_lang: str,
) -> None:
    register = Path(shutil.copy(built[lang], tmp_path / "register.xlsx"))
    done = collect(filled("a.xlsx", form_lang, complaint_id="K-1"), "--into", register)
    assert (done.exit_code, done.stderr) == (0, "")
    [line] = rows(register, NAMES[lang][0])
    assert declared(line, REGISTER) == LABELS[lang]
    assert [declared(one, ITEMS) for one in rows(register, NAMES[lang][1])] == ITEM_LABELS[lang]


def test_customers_text_numbers_and_phones_stay_text(empty: Path, filled: Filled, collect: Run) -> None:
    collect(filled("a.xlsx", complaint_id="007"), "--into", empty)
    sheet = openpyxl.load_workbook(empty)["Register"]
    heads = {str(cell.value).removesuffix(" *"): at for at, cell in enumerate(sheet[5], start=1)}
    for head, wanted in (("Complaint no.", "007"), ("Contact", "0013812341234"), ("Account", "00391"),
                         ("Verbatim", CASE["verbatim"])):  # fmt: skip
        cell = sheet.cell(6, heads[head])
        assert (cell.value, cell.data_type, cell.number_format) == (wanted, "s", "@"), head


def test_blank_rows_are_used_and_only_the_two_sheets_change(
    empty: Path, filled: Filled, collect: Run, packed: Packed
) -> None:
    before, refs = packed(empty), [ref(empty, "Complaints"), ref(empty, "Items")]
    assert collect(filled("a.xlsx"), "--into", empty).exit_code == 0
    after = packed(empty)
    assert list(after) == list(before)
    changed = {name for name in before if before[name] != after[name]}
    rows = {part("register"), part("items")}
    assert rows <= changed <= rows | RESULTS
    assert [ref(empty, "Complaints"), ref(empty, "Items")] == refs


@pytest.mark.slow
def test_full_tables_grow_with_their_formulas_formats_and_checks(
    full: Path, filled: Filled, collect: Run, packed: Packed
) -> None:
    before = packed(full)
    last = openpyxl.load_workbook(full)["Register"].max_column
    assert collect(filled("a.xlsx"), filled("b.xlsx", verbatim="other"), "--into", full).exit_code == 1
    assert collect(filled("b.xlsx", complaint_id="C-9", verbatim="other"), "--into", full).exit_code == 0
    after = packed(full)
    changed = {name(one) for one in after if before.get(one) != after[one]}
    tables = {name(part("register")), name(part("items")), "table1.xml", "table2.xml"}
    assert tables <= changed <= tables | set(map(name, RESULTS))  # results of live formulas
    book = openpyxl.load_workbook(full)
    sheet = book["Register"]
    end, number = get_column_letter(last), letter("complaint_id")
    assert ref(full, "Complaints") == (f"A5:{end}10", f"A5:{end}10")
    assert [sheet[f"{number}{row}"].value for row in range(6, 11)] == ["C-1", "C-2", "C-3", "C-4", "C-9"]
    assert book["Items"].tables["Items"].ref.endswith("9")
    calculated = [at for at in range(1, last + 1) if str(sheet.cell(8, at).value).startswith("=")]
    assert len(calculated) > 20
    for at in calculated:
        above, mine = str(sheet.cell(8, at).value), str(sheet.cell(10, at).value)
        assert mine == re.sub(r"(?<=[A-Z])8(?!\d)", "10", above)
        assert sheet.cell(10, at).number_format == sheet.cell(8, at).number_format
    covered = [rule.sqref for rule in sheet.data_validations.dataValidation if "A6" in rule.sqref]
    assert all("A10" in each for each in covered)


@pytest.mark.slow
def test_the_result_is_as_if_it_had_been_typed_in(
    tmp_path: Path, full: Path, filled: Filled, collect: Run, told: Callable[..., Any]
) -> None:
    collect(filled("a.xlsx", severity="severe"), "--into", full)
    typed = tmp_path / "typed" / "full.xlsx"
    typed.parent.mkdir()

    frame = pd.concat([complaints(3), pd.DataFrame([{**CASE, "complaint_id": "C-4", "severity": "severe"}])])
    items = pd.DataFrame(
        [{"complaint_id": "C-1", "item_kind": "demand", "what": "money back"}]
        + [{"complaint_id": "C-4", **item} for item in CASE_ITEMS]
    )
    build_register(typed, "en", complaints=frame.reset_index(drop=True), items=items, today=DAY)
    for command in ("check", "deadlines", "followups"):
        ours, theirs = (told(command, path, "--as-of", "2026-11-22T10:00") for path in (full, typed))
        assert ours == theirs
        assert ours
    # a VIP is owed a reply within eight hours: 9:05 to 17:05
    [reply] = [one for one in told("deadlines", full, "--as-of", "2026-11-22T10:00")
               if (one["complaint_id"], one["target"]) == ("C-4", "reply")]  # fmt: skip
    assert (reply["due_at"], reply["state"]) == ("2026-11-20T17:05:00", "overdue")


@pytest.mark.slow
@pytest.mark.parametrize("which", ["empty", "full"])
def test_excel_is_expected_to_open_the_result_cleanly(
    which: str, request: pytest.FixtureRequest, filled: Filled, collect: Run, audited: Audited
) -> None:
    register: Path = request.getfixturevalue(which)
    collect(filled("a.xlsx"), filled("b.xlsx", verbatim="b", complaint_id="B-1"), "--into", register)
    assert audited(register) == set()
    with zipfile.ZipFile(register) as book:
        assert b'fullCalcOnLoad="1"' in book.read("xl/workbook.xml")


# ---- numbers ------------------------------------------------------------------------------------------------


def test_forms_without_a_number_get_the_next_ones_and_leave_those_that_others_bring(
    full: Path, filled: Filled, collect: Run
) -> None:
    forms = [
        filled("a.xlsx", verbatim="a", received_at=dt.datetime(2026, 11, 20, 10)),
        filled("b.xlsx", verbatim="b", complaint_id="C-4"),
        filled("c.xlsx", verbatim="c", received_at=dt.datetime(2026, 11, 20, 11)),
        filled("d.xlsx", verbatim="d", complaint_id="X-1"),
        filled("e.xlsx", verbatim="e", received_at=dt.datetime(2026, 11, 20, 12)),
    ]
    done = collect(*forms, "--into", full, "--format", "json")
    told = json.loads(done.stdout)["forms"]
    # after C-3 and the C-4 that b brings comes C-5; after X-1 the series goes on as X-2
    assert [one["complaint_id"] for one in told] == ["C-5", "C-4", "C-6", "X-1", "X-2"]
    assert [one["row"] for one in told] == [9, 10, 11, 12, 13]


@pytest.mark.slow
def test_the_first_number_of_an_empty_register_is_of_this_year(
    empty: Path, filled: Filled, collect: Run, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kesu.cli.options.now", lambda: dt.datetime(2031, 2, 3, 4, 5))
    collect(filled("a.xlsx"), "--into", empty)
    assert rows(empty, "Register")[0]["Complaint no."] == "2031-0001"


@pytest.mark.parametrize("number", ["C-2", pytest.param(" ｃ-2 ", marks=pytest.mark.slow)])
def test_a_number_in_use_is_refused_and_the_others_are_collected(
    full: Path, filled: Filled, collect: Run, rows: Rows, number: str
) -> None:
    done = collect(
        filled("a.xlsx", complaint_id=number), filled("b.xlsx", complaint_id="C-8"), "--into", full
    )
    assert done.exit_code == 1
    assert (
        "a.xlsx: C-2 is the number of another complaint already, in row 7 (other Received at, Customer name, Verbatim)"
        in done.stderr
    )
    assert "b.xlsx: became C-8 in row 9, 2 items" in done.stdout
    found = rows(full, "Register")
    assert [row["Complaint no."] for row in found] == ["C-1", "C-2", "C-3", "C-8"]
    assert found[1]["Customer name"] == "Anna"


def test_of_two_forms_with_one_number_the_second_is_refused(full: Path, filled: Filled, collect: Run) -> None:
    one, other = filled("a.xlsx", complaint_id="C-8"), filled("b.xlsx", complaint_id="C-8", verbatim="else")
    done = collect(one, other, "--into", full)
    assert done.exit_code == 1
    assert (
        "b.xlsx: C-8 is the number of another complaint already, on the form a.xlsx (other Verbatim)"
        in done.stderr
    )
    assert "1 added, 0 there already, 1 not logged" in done.stdout
