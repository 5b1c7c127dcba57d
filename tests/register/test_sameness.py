"""One customer is one customer, however it was typed; two stay two."""

from __future__ import annotations

import datetime as dt
import unicodedata

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kesu.jobs.assessment import Assessment
from kesu.register.forms.intake import Intake
from kesu.register.forms.page import Record
from kesu.register.normalise import normalise
from kesu.register.raw import RawSheet
from kesu.register.sameness import case_keys, customer_keys
from kesu.words.text import Text

AS_OF = dt.datetime(2026, 11, 26, 9)


def keys(*cells: str, kind: str = "text") -> list[object]:
    return customer_keys(pd.Series(cells, dtype="str"), kind).tolist()


@pytest.mark.parametrize(
    ("kind", "spellings"),
    [
        ("phone", ("13800138000", "138 0013-8000", "+86 138 0013 8000", "0086-13800138000", "１３８００１３８０００", "138\u200b0013.8000", "86 13800138000")),
        ("phone", ("010-8888 8888", "(010)88888888", "+86 10 8888 8888", "0086 010 88888888")),
        ("phone", ("+44 20 7946 0000", "0044 (20) 7946-0000", "+44 (0)20 7946 0000")),
        ("phone", ("Ann.Example@example.com", " ann.example@EXAMPLE.com", "ＡＮＮ.example@example.com")),
        ("text", ("张 三", "张三", "张\u3000三")),
        ("text", ("ANN Example", "ann  example", "Ann\u00a0Example", "Ａｎｎ Example")),
        ("text", ("U-1001", "u1001", "U 1001", "ｕ＿1001", "U\u20111001")),
        ("text", ("阿凡提·买买提", "阿凡提•买买提", "阿凡提 买买提")),
        ("text", ("O’Brien", "O'Brien", "OBRIEN")),
    ],
)  # fmt: skip
def test_spellings_of_one(kind: str, spellings: tuple[str, ...]) -> None:
    assert len({*keys(*spellings, kind=kind)}) == 1


@pytest.mark.parametrize(
    ("kind", "others"),
    [
        (
            "phone",
            ("13800138000", "13800138001", "+1 13800138000", "1380013800", "010-88888888", "020-88888888"),
        ),
        ("phone", ("ab@example.com", "a.b@example.com", "a-b@example.com")),
        ("text", ("张三", "张四", "張三", "Élodie", "Elodie", "กำ", "กา", "U1001", "U1002", "V1001")),
    ],
)
def test_others_stay_others(kind: str, others: tuple[str, ...]) -> None:
    assert len({*keys(*others, kind=kind)}) == len(others)


@pytest.mark.parametrize("cell", ["1.23456789012346E+15", "1.38E+10", "-", "无", "N/A", "none", "匿名", " "])
def test_what_tells_nobody_apart(cell: str) -> None:
    for kind in ("text", "phone"):
        assert not isinstance(keys(cell, kind=kind)[0], str)


SEPARATORS = st.lists(
    st.sampled_from(["", " ", "-", ".", "\u3000", "\u2013", "－", "\u200b", "/"]), min_size=20, max_size=20
)


def wide(text: str) -> str:
    return "".join(chr(ord(ch) + 0xFEE0) if "!" <= ch <= "~" else ch for ch in text)


@settings(deadline=None, max_examples=50)
@given(st.from_regex("[A-Za-z]{0,3}[0-9]{4,16}", fullmatch=True), SEPARATORS, st.booleans(), st.booleans())
def test_separators_case_and_width_never_count(
    text: str, between: list[str], upper: bool, full: bool
) -> None:
    other = "".join(ch + gap for ch, gap in zip(text, [*between, *[""] * len(text)], strict=False))
    other = (wide(other) if full else other).upper() if upper else wide(other) if full else other
    for kind in ("text", "phone"):
        assert len({*keys(text, other, kind=kind)}) == 1


@settings(deadline=None, max_examples=50)
@given(st.lists(st.from_regex("[0-9]{4,11}", fullmatch=True), min_size=2, max_size=5, unique=True))
def test_other_digits_are_another_customer(numbers: list[str]) -> None:
    assert len({*keys(*numbers)}) == len(numbers)
    abroad = [f"+49 {number}" for number in numbers]
    assert len({*keys(*abroad, kind="phone")}) == len(numbers)


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=8), min_size=1, max_size=5)
)
def test_letters_and_digits_are_kept(names: list[str]) -> None:
    def letters(text: str) -> str:
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
        return "".join(ch for ch in folded if unicodedata.category(ch)[0] in "LNM")

    said = [
        (letters(name), key) for name, key in zip(names, keys(*names), strict=True) if isinstance(key, str)
    ]
    assert all(letters(str(key)) == plain for plain, key in said)


def test_numbers_of_cases_keep_their_separators() -> None:
    cells = [
        "KS2026-1",
        "ks2026-1",
        "ＫＳ2026－1",
        " KS 2026–1",
        "KS20261",
        "KS2026-11",
        "1.23456789012346E+15",
    ]
    found = case_keys(pd.Series(cells, dtype="str")).tolist()
    assert found[:4] == ["ks2026-1"] * 4
    assert found[4:6] == ["ks20261", "ks2026-11"]
    assert not isinstance(found[6], str)


# ---- where customers and cases are compared -------------------------------------------------------------------

HEAD = (
    "Complaint no.",
    "Kind",
    "Customer name",
    "Contact",
    "Account",
    "Received at",
    "Verbatim",
    "Category",
    "Status",
)


def case(*rows: tuple[str | None, ...], items: tuple[tuple[str, ...], ...] = ()) -> Assessment:
    sheets = [RawSheet("Register", pd.DataFrame([HEAD, *rows], dtype="str"))]
    if items:
        head = ("Complaint no.", "Item kind", "What")
        sheets.append(RawSheet("Items", pd.DataFrame([head, *items], dtype="str")))
    return Assessment(normalise("r.xlsx", sheets), AS_OF)


def complaint(
    number: str, name: str, contact: str | None, account: str | None, day: int
) -> tuple[str | None, ...]:
    return (
        number,
        "Complaint",
        name,
        contact,
        account,
        f"2026-10-{day:02} 09:00:00",
        "It broke again",
        "Product quality",
        "New",
    )


def rules(one: Assessment) -> dict[str, list[int]]:
    found = one.findings[
        one.findings["rule"].isin(["duplicate_number", "same_customer_same_words", "item_unknown_complaint"])
    ]
    return {str(rule): part["row"].tolist() for rule, part in found.groupby("rule")}


def repeats(one: Assessment) -> float:
    from kesu.jobs.figures import kpi_table

    table = kpi_table([one], None, AS_OF, ())
    return float(table.loc[table["kpi"].eq("repeat_rate"), "numerator"].iloc[0])


def test_repeats_and_doubles_see_one_customer() -> None:
    told = case(
        complaint("C1", "Ann", "+86 138 0013 8000", None, 1),
        complaint("C2", "ANN", "13800138000", None, 2),
        complaint("C3", "Bob", None, "u-9", 3),
        complaint("C4", "Bob", "13900139000", "Ｕ9", 4),
    )
    assert repeats(told) == 2
    assert rules(told) == {"same_customer_same_words": [3, 5]}


def test_lost_digits_make_no_repeats_and_no_doubles() -> None:
    lost = "1.23456789012346E+15"
    told = case(complaint(lost, "Ann", None, lost, 1), complaint(lost, "Bob", None, lost, 2))
    assert repeats(told) == 0
    assert rules(told) == {}


def test_a_number_in_another_case_is_the_same_number() -> None:
    told = case(
        complaint("KS2026-1", "Ann", "13800138000", None, 1),
        complaint("ks2026-1", "Bob", "13900139000", None, 2),
        items=(("Ks2026-1", "Demand", "A new one"),),
    )
    assert rules(told) == {"duplicate_number": [3]}
    assert told.facts.items["place"].tolist() == [0]


def test_a_form_of_the_same_customer_is_not_logged_twice() -> None:
    register = case(complaint("C1", "张 三", "138 0013 8000", None, 1)).register
    form: Record = {
        "received_at": pd.Timestamp("2026-10-01 09:00"),
        "customer_name": "张三",
        "customer_contact": "+8613800138000",
        "verbatim": "It broke again",
    }
    decided = Intake(register, 2026).decide(form, (), Text("表", "a form"))
    assert (decided.outcome, decided.complaint_id) == ("already", "C1")
    other = Intake(register, 2026).decide({**form, "customer_name": "张四"}, (), Text("表", "a form"))
    assert other.outcome == "added"
