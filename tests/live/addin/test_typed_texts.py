"""What somebody types, or has on a form sheet, is text in the open workbook, in columns of every kind."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlwings as xw

from kesu.live import entry, macros
from kesu.register.columns import BY_KEY, REGISTER
from kesu.register.settings import load_profile
from kesu.words.text import Text
from kesu.workbook.writing import build_register
from kesu.xlsx.text import plain
from tests.hostile.attacks import ATTACKS
from tests.live.addin.memory_book import Book, Sheet, engine

HEADER, FIRST = 5, 6
RUNNING = ["=1+1", "+1+1", "-1+1", "@SUM(1+1)", "=cmd|' /C calc'!A0"]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register whose word for “closed” is an attack."""
    path = tmp_path_factory.mktemp("typed") / "register.xlsx"
    settings = load_profile()
    status = tuple(
        dataclasses.replace(code, label=Text("=1+1", "=1+1")) if code.key == "closed" else code
        for code in settings.codes["status"]
    )
    settings = dataclasses.replace(settings, codes={**settings.codes, "status": status})
    received = dt.datetime(2026, 10, 1, 9)
    complaints = pd.DataFrame(
        {"complaint_id": ["C-1"], "kind": "complaint", "received_at": received, "customer_agreed": "yes",
         "called_back_at": received, "resolved_at": received, "solution": "told", "satisfaction": "satisfied",
         "callback_reached": "yes", "status": "resolved", "customer_name": "=2+2"}
    )  # fmt: skip
    build_register(path, "en", settings, complaints=complaints, today=dt.date(2026, 10, 31))
    return path


@pytest.fixture(scope="module")
def source(path: Path) -> Any:
    return openpyxl.load_workbook(path)


@pytest.fixture
def book(source: Any) -> Iterator[xw.Book]:
    before = xw.engines.active
    xw.engines.add(xw.Engine(impl=engine))
    xw.engines["memory"].activate()
    yield xw.Book(impl=Book(source))
    xw.engines.active = before


def places(book: xw.Book) -> dict[str, int]:
    """Key → column of the register."""
    keys = {column.label.en: column.key for column in REGISTER}
    grid = book.impl.sheets("Register").grid
    heads = {at: str(words).removesuffix(" *") for (row, at), words in grid.items() if row == HEADER}
    return {keys[words]: at for at, words in heads.items() if words in keys}


def cells_of(book: xw.Book, row: int) -> dict[str, Any]:
    grid = book.impl.sheets("Register").grid
    return {key: grid.get((row, at)) for key, at in places(book).items()}


def live(book: xw.Book) -> set[str]:
    """The texts that a macro turned into formulas."""
    return {text for sheet in book.impl.sheets for text in sheet.live.values()}


@pytest.mark.parametrize("text", RUNNING)
def test_no_text_typed_for_a_new_complaint_runs(book: xw.Book, text: str) -> None:
    numbers = {column.key: text for column in REGISTER if column.kind in {"number", "text", "long_text"}}
    macros.new_complaint(
        book, customer_name=text, customer_contact=text, owner=text, verbatim=text, more=numbers
    )
    assert live(book) == set()
    row = cells_of(book, FIRST + 1)
    assert all(row[key] == text for key in numbers)
    assert {"number", "text", "long_text"} == {BY_KEY[key].kind for key in numbers}


def test_no_text_on_a_form_sheet_runs_and_numbers_and_times_are_understood(book: xw.Book) -> None:
    form = {
        BY_KEY["received_at"].label.en: "2026-10-02 10:30",
        BY_KEY["transfers"].label.en: " 3 ",
        BY_KEY["compensation_claimed"].label.en: "=1+1",
        BY_KEY["replied_at"].label.en: "=1+1",
        BY_KEY["customer_name"].label.en: "-1+1",
    }
    sheet = openpyxl.Workbook().create_sheet("Form")
    for at, (label, words) in enumerate(form.items(), 1):
        sheet.cell(at, 1, label)
        sheet.cell(at, 2, words).data_type = "s"
    book.impl.sheets.append(Sheet(book.impl, sheet))
    macros.new_complaint(book)
    assert live(book) == set()
    row = cells_of(book, FIRST + 1)
    assert row["received_at"] == dt.datetime(2026, 10, 2, 10, 30)
    assert (row["transfers"], row["compensation_claimed"], row["replied_at"]) == (3.0, "=1+1", "=1+1")
    assert row["customer_name"] == "-1+1"


def test_the_team_s_word_for_closed_is_a_text_too(book: xw.Book) -> None:
    macros.close_complaint(book, complaint_id="C-1", as_of=dt.datetime(2026, 10, 31))
    assert cells_of(book, FIRST)["status"] == "=1+1"
    assert live(book) == set()


def test_a_text_of_the_row_above_is_not_continued_as_a_formula(book: xw.Book) -> None:
    register = book.impl.sheets("Register")
    register.live = {place: text for place, text in register.grid.items() if str(text).startswith("=IF")}
    register.grid[FIRST, places(book)["details"]] = "=2+2"
    calculated = {at for row, at in register.live if row == FIRST}
    assert calculated
    book.impl.tells = True
    for place in register.live:  # what they show
        register.grid[place] = "shown"
    macros.new_complaint(book, customer_name="x")
    assert {at for row, at in register.live if row == FIRST + 1} >= calculated - set(places(book).values())
    assert not {text for text in live(book) if "2+2" in text}
    assert register.grid.get((FIRST + 1, places(book)["details"])) is None


def test_no_attack_runs_in_a_column_of_any_kind(book: xw.Book) -> None:
    columns = {column.kind: column for column in REGISTER}
    for row, text in enumerate(ATTACKS.values(), 50):
        for at, column in enumerate(columns.values(), 1):
            entry.put(book.sheets["Register"].range((row, at)), column, text)
            assert book.impl.sheets("Register").grid[row, at] == plain(text)
    assert live(book) == set()
