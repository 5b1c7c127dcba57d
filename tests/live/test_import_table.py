"""A foreign table on a sheet of the open workbook, taken into its register by the button."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import xlwings as xw

from kesu.demo import AS_OF
from kesu.jobs.api import load
from kesu.live import macros
from kesu.live.feedback import MacroError
from kesu.live.frames import opened
from kesu.workbook.writing import build_register
from tests.depth import in_turn
from tests.jobs.importing.kinds import EN, WORDS_EN, WORDS_ZH, ZH, Truth, book, grid, truth

pytestmark = pytest.mark.libreoffice

KINDS = {"zh": (ZH, WORDS_ZH), "en": (EN, WORDS_EN)}
LIST = "Export 1"


@pytest.fixture
def lang(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "en"))


@pytest.fixture
def workbook(app: xw.App, tmp_path: Path, lang: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[xw.Book]:
    """An empty register with a sheet for a table, in front."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "config"))
    build_register(tmp_path / "register.xlsx", lang)
    workbook = app.books.open(str(tmp_path / "register.xlsx"))
    workbook.sheets.add(LIST).activate()
    yield workbook
    workbook.close()


def put(workbook: xw.Book, lang: str, rows: list[Truth]) -> None:
    sheet = workbook.sheets[LIST]
    sheet.clear()
    sheet["A1"].value = grid(KINDS[lang][0], rows, KINDS[lang][1])


@pytest.mark.parametrize("lang", in_turn("zh"), indirect=True)
def test_what_comes_in_is_what_the_command_makes_of_the_same_table(
    workbook: xw.Book, lang: str, tmp_path: Path
) -> None:
    """Forty open complaints come in; a month later twenty more do, and those that were resolved since move on."""
    rows = truth()
    begun = [
        dataclasses.replace(one, resolved=None, status="in_progress", satisfaction="") for one in rows[:40]
    ]
    put(workbook, lang, begun)
    told = macros.import_table(workbook, as_of=AS_OF)
    assert ("新增投诉 40 件" if lang == "zh" else "40 complaints and 0 items added") in told
    put(workbook, lang, rows)
    closed = sum(one.status == "closed" for one in rows[:40])
    told = macros.import_table(workbook, as_of=AS_OF)
    assert (
        f"新增投诉 20 件、事项 0 行，更新 {closed} 件"
        if lang == "zh"
        else f"20 complaints and 0 items added, {closed} updated"
    ) in told
    told = macros.import_table(workbook, as_of=AS_OF)
    assert (
        "新增投诉 0 件、事项 0 行，更新 0 件；60 件没有变化" if lang == "zh" else "0 updated; 60 unchanged"
    ) in told

    held = opened(workbook, AS_OF).assessment.register.complaints.data
    assert held["complaint_id"].tolist() == [one.number for one in rows]
    assert held["received_at"].dt.to_pydatetime().tolist() == [one.received for one in rows]
    assert [None if pd.isna(x) else x for x in held["resolved_at"]] == [one.resolved for one in rows]
    assert held["status"].tolist() == [one.status for one in rows]
    workbook.save()
    other = book(tmp_path / "table.xlsx", {LIST: grid(KINDS[lang][0], rows, KINDS[lang][1])})
    assert load([tmp_path / "register.xlsx"], AS_OF)[0].register.complaints.data[
        "customer_name"
    ].tolist() == [one.name for one in rows]
    assert other.exists()


def test_what_is_not_sure_is_asked_and_nothing_is_written(workbook: xw.Book, lang: str) -> None:
    """All days are 12 or less: day first or month first, nobody can tell."""
    heads, words = KINDS["en"]
    few = [
        one for one in truth() if one.received.day <= 12 and (one.resolved is None or one.resolved.day <= 12)
    ]
    workbook.sheets[LIST]["A1"].number_format = "@"
    cells = grid(heads, few, words, lambda t: t.strftime("%d/%m/%Y %H:%M"))
    area = workbook.sheets[LIST].range((1, 1), (len(cells), len(cells[0])))
    area.number_format = "@"
    area.value = cells
    with pytest.raises(MacroError, match=r"Not sure: \d") as caught:
        macros.import_table(workbook, as_of=AS_OF)
    assert "“Received at”" in caught.value.text.en
    assert len(opened(workbook).assessment.register.complaints.data) == 0


def test_own_sheets_and_sheets_without_a_table_are_refused(workbook: xw.Book, lang: str) -> None:
    with pytest.raises(MacroError, match="kesu"):
        macros.import_table(workbook, "投诉登记" if lang == "zh" else "Register")
    with pytest.raises(MacroError, match="No sheet"):
        macros.import_table(workbook, "Elsewhere")
    workbook.sheets[LIST]["A1"].value = [["Name", "Price"], ["Tea", 3], ["Milk", 2]]
    with pytest.raises(MacroError, match=LIST):
        macros.import_table(workbook)


def test_formulas_and_signs_of_customers_stay_text(workbook: xw.Book, lang: str) -> None:
    heads, words = KINDS[lang]
    rows = [dataclasses.replace(one, text="=1+1" if n else "@SUM(A1)") for n, one in enumerate(truth()[:2])]
    cells = grid(heads, rows, words, lambda t: t.strftime("%Y-%m-%d %H:%M"))
    area = workbook.sheets[LIST].range((1, 1), (len(cells), len(cells[0])))
    area.number_format = "@"
    area.value = cells
    macros.import_table(workbook, as_of=dt.datetime(2026, 11, 1))
    assert opened(workbook).assessment.register.complaints.data["verbatim"].tolist() == ["@SUM(A1)", "=1+1"]
