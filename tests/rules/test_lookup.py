"""Which complaints a few words mean, and which are of one customer."""

from __future__ import annotations

import dataclasses
from functools import cache

import pytest

from kesu.register.sheets import Register
from kesu.rules.lookup import lookup, of_customer
from tests.rules.test_kpis import Row, register

ROWS: tuple[Row, ...] = (
    {
        "customer_name": "张三丰", "customer_contact": "138 1234 5678", "customer_account": "AC-203911", "verbatim": "宽带没修好",
        "received_at": "2026-10-05 10:00:00",
    },
    {
        "customer_name": "Ann Bell", "customer_contact": "+86 13812345678", "customer_account": "", "verbatim": "The router is slow; call 13812345678",
        "received_at": "2026-10-07 10:00:00",
    },
    {
        "customer_name": "李四", "customer_contact": "ann@bell.cn", "customer_account": "ac203911", "verbatim": "路由器", "received_at": "",
    },
    {
        "customer_name": "Ann", "customer_contact": "020-87654321", "customer_account": "123", "verbatim": "Slow", "received_at": "2026-10-06 10:00:00",
    },
)  # fmt: skip
ITEMS: tuple[Row, ...] = (
    {"complaint_id": "C2", "item_kind": "诉求", "what": "refund", "owner": "Bo"},
    {"complaint_id": "C4", "item_kind": "诉求", "what": "exchange", "owner": "Bo"},
    {"complaint_id": "C9", "item_kind": "诉求", "what": "refund", "owner": "Bo"},
)


@cache
def held() -> Register:
    return register(*ROWS, items=ITEMS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("宽带", {0: ("verbatim",)}),
        ("C3", {2: ("complaint_id",)}),
        ("c3", {2: ("complaint_id",)}),
        # every word must be there, wherever
        ("ann slow", {1: ("customer_name", "verbatim"), 3: ("customer_name", "verbatim")}),
        ("slow refund", {1: ("verbatim", "items.what")}),
        ("Ann exchange", {3: ("customer_name", "items.what")}),
        ("bo", {1: ("items.owner",), 3: ("items.owner",)}),
        ("bo 宽带", {}),
        ("ann-bell", {1: ("customer_name",)}),  # punctuation does not count
        # blanks in a number are no borders of words, its country code does not count
        ("138 1234 5678", {0: ("customer_contact",), 1: ("customer_contact", "verbatim")}),
        ("+86 138 1234 5678", {0: ("customer_contact",), 1: ("customer_contact",)}),
        ("5678", {0: ("customer_contact",), 1: ("customer_contact", "verbatim")}),
        ("678", {1: ("verbatim",)}),  # three digits are found in everybody's contact
        ("203911", {0: ("customer_account",), 2: ("customer_account",)}),
        ("123", {1: ("verbatim",)}),
        ("", {}),
        ("  ", {}),
        ("nobody", {}),
    ],
)  # fmt: skip
def test_every_word_must_be_in_the_row_or_its_items(text: str, found: dict[int, tuple[str, ...]]) -> None:
    assert {row: tuple(sorted(keys)) for row, keys in lookup(held(), text).items()} == {
        row: tuple(sorted(keys)) for row, keys in found.items()
    }


def test_what_is_withheld_is_not_looked_into() -> None:
    register = held()
    withheld = dataclasses.replace(register.complaints, withheld=frozenset({"customer_name"}))
    assert lookup(dataclasses.replace(register, complaints=withheld), "ann") == {}


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"customer_account": "AC 203911"}, [0, 2]),  # the one without a time comes last
        (
            {"customer_account": "AC 203911", "customer_contact": "02087654321"},
            [0, 2],
        ),  # the account goes first
        ({"customer_account": "nothing", "customer_contact": "02087654321"}, [3]),
        ({"customer_contact": "0086-138-1234-5678"}, [1, 0]),  # the latest first
        ({"customer_account": "123"}, []),  # three characters prove nobody
        ({"customer_account": None, "customer_contact": 5}, []),
        ({}, []),
    ],
)
def test_a_customer_is_known_by_account_or_contact(given: dict[str, object], found: list[int]) -> None:
    assert of_customer(held(), given) == found
