"""One complaint that goes wrong to the end: not reached, not content, decided; played with macros on a workbook in memory."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlwings as xw

from kesu.live import entry, macros
from kesu.live.feedback import MacroError
from kesu.live.frames import opened
from kesu.register.columns import BY_KEY, ITEM_BY_KEY, SHEETS
from kesu.workbook.writing import build_register
from tests.live.addin.memory_book import Book, engine

RECEIVED = dt.datetime(2026, 10, 5, 9)
RESOLVED = dt.datetime(2026, 10, 6, 9)


@pytest.fixture(params=["zh", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def book(lang: str) -> Iterator[xw.Book]:
    made = io.BytesIO()
    case = {
        "complaint_id": "C-1", "kind": "complaint", "received_at": RECEIVED, "first_response_at": RECEIVED, "replied_at": RESOLVED,
        "resolved_at": RESOLVED, "customer_agreed": "yes", "solution": "told", "status": "resolved", "owner": "Ann",
    }  # fmt: skip
    open_ = {"complaint_id": "C-2", "kind": "complaint", "received_at": RECEIVED, "status": "in_progress"}
    build_register(made, lang, complaints=pd.DataFrame([case, open_]), today=dt.date(2026, 10, 31))
    before = xw.engines.active
    xw.engines.add(xw.Engine(impl=engine))
    xw.engines["memory"].activate()
    yield xw.Book(impl=Book(openpyxl.load_workbook(io.BytesIO(made.getvalue()))))
    xw.engines.active = before


def at(day: int, hour: int = 16) -> dt.datetime:
    return dt.datetime(2026, 10, day, hour)


def row(book: xw.Book, number: str = "C-1") -> dict[str, Any]:
    data = opened(book, at(31)).assessment.register.complaints.data
    return dict(data[data["complaint_id"] == number].iloc[0])


def items(book: xw.Book) -> list[tuple[Any, ...]]:
    data = opened(book, at(31)).assessment.register.items.data
    columns = ["item_kind", "for_target", "done_at", "result", "satisfaction", "owner"]
    return [tuple(None if pd.isna(value) else value for value in line) for line in data[columns].to_numpy()]


def refused(book: xw.Book, when: dt.datetime, lang: str) -> str:
    with pytest.raises(MacroError) as caught:
        macros.close_complaint(book, complaint_id="C-1", as_of=when)
    return caught.value.text.of(lang)


def test_a_complaint_that_goes_wrong_is_followed_to_the_end(book: xw.Book, lang: str) -> None:
    said = macros.call_back(book, complaint_id="C-1", as_of=at(7))
    assert {"zh": "记下第 1 次回访，没有联系上；24 小时后再试（共 3 次）", "en": "no. 1 noted, not reached. Try again in 24 hours (3 times in all)"}[lang] in said  # fmt: skip
    assert (row(book)["called_back_at"], row(book)["callback_reached"]) == (at(7), "no")
    assert {"zh": "只试过 1 次（设置为 3 次", "en": "tried 1 of 3 times"}[lang] in refused(book, at(7), lang)
    said = macros.call_back(
        book,
        complaint_id="C-1",
        satisfaction={"zh": "非常不满意", "en": "very dissatisfied"}[lang],
        as_of=at(8),
    )
    assert {"zh": "联系上了客户。\n客户回答“非常不满意”，请重新处理", "en": "the customer was reached.\nThe customer said “Very dissatisfied”"}[lang] in said  # fmt: skip
    assert (row(book)["callback_reached"], row(book)["satisfaction"]) == ("yes", "very_dissatisfied")
    why = refused(book, at(8), lang)
    assert {"zh": "最后的回答却是“非常不满意”", "en": "last answer was “Very dissatisfied”"}[lang] in why
    assert len(why.splitlines()) == 2
    macros.call_back(book, complaint_id="C-1", as_of=at(9))  # once more, not reached: the answer stays known
    assert (row(book)["called_back_at"], row(book)["callback_reached"]) == (at(9), "no")
    assert pd.isna(row(book)["satisfaction"])
    assert {"zh": "非常不满意", "en": "Very dissatisfied"}[lang] in refused(book, at(9), lang)
    assert items(book) == [
        ("contact", "callback", at(7), "failed", None, "Ann"),
        ("contact", "callback", at(8), "done", "very_dissatisfied", "Ann"),
        ("contact", "callback", at(9), "failed", None, "Ann"),
    ]
    register = opened(book, at(10))
    decision = {
        "complaint_id": "C-1",
        "item_kind": "decision",
        "what": "=no more can be done",
        "noted_by": "Chen",
        "noted_at": at(10),
    }
    entry.add_items(register, [decision])
    macros.close_complaint(book, complaint_id="C-1", as_of=at(11))
    assert row(book)["status"] == "closed"


def test_after_the_last_try_it_may_be_closed_as_not_reached(book: xw.Book, lang: str) -> None:
    for day in (7, 8):
        macros.call_back(book, complaint_id="C-1", reached={"zh": "否", "en": "No"}[lang], as_of=at(day))
    said = macros.call_back(book, complaint_id="C-1", as_of=at(9))
    assert {"zh": "可以按“未联系上”结案", "en": "may be closed as not reached"}[lang] in said
    macros.close_complaint(book, complaint_id="C-1", as_of=at(9))
    assert row(book)["status"] == "closed"


def test_the_call_that_stands_in_the_row_is_kept_as_an_item(book: xw.Book) -> None:
    register = opened(book, at(7))
    sheet = register.assessment.register.complaints
    for key, value in (("called_back_at", at(7)), ("callback_reached", "no")):
        cell = register.sheet(sheet).range((6, sheet.columns[key] + 1))
        words = {"zh": "否", "en": "No"}[register.lang] if value == "no" else value
        entry.put(cell, BY_KEY[key], words)
    macros.call_back(book, complaint_id="C-1", reached="yes", as_of=at(8))
    assert items(book) == [
        ("contact", "callback", at(7), "failed", None, None),
        ("contact", "callback", at(8), "done", None, "Ann"),
    ]
    assert row(book)["callback_reached"] == "yes"


def test_what_cannot_be_noted_is_said_and_nothing_is_written(book: xw.Book, lang: str) -> None:
    with pytest.raises(MacroError) as caught:
        macros.call_back(book, complaint_id="C-2", as_of=at(7))
    assert {"zh": "还谈不上回访", "en": "nothing to call back about"}[lang] in caught.value.text.of(lang)
    with pytest.raises(MacroError) as caught:
        macros.call_back(book, complaint_id="C-1", satisfaction="splendid", as_of=at(7))
    assert "splendid" in caught.value.text.of(lang)
    assert items(book) == []
    assert pd.isna(row(book)["called_back_at"])


def test_a_register_whose_items_have_no_place_for_it_keeps_the_last_in_its_columns(
    book: xw.Book, lang: str
) -> None:
    sheet = book.impl.sheets(SHEETS["items"].of(lang))
    for place, words in list(sheet.grid.items()):
        if words == ITEM_BY_KEY["for_target"].label.of(lang):
            sheet.grid[place] = "x"
    said = macros.call_back(book, complaint_id="C-1", as_of=at(7))
    assert "kesu upgrade" in said
    assert row(book)["callback_reached"] == "no"
    assert items(book) == []


def test_reopening_keeps_no_call_that_reached_nobody(book: xw.Book) -> None:
    macros.call_back(book, complaint_id="C-1", as_of=at(7))
    macros.reopen_complaint(book, "C-1", as_of=at(8))
    kept = [line[1] for line in items(book) if line[0] == "cycle"]
    assert kept == ["first_response", "reply", "resolution"]
