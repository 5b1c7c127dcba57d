"""Whose number it is: each line stands at the edge of a rule, beside one on the other side of it."""

from __future__ import annotations

from typing import Final

import pytest

from kesu.reports.masking import mask_contacts, mask_text
from tests.reports.test_masking import masked

SEEN: Final[dict[str, list[tuple[str, str | None]]]] = {
    "seven digits and six": [("拨 2345678", "拨 ****78"), ("拨 234567", None)],
    "digits in circles, apart from others": [("打①③⑧①②③④①②③④5", "打138****12345"), ("①②③④⑤⑥", None)],
    "what stands between groups": [("138      1234      1234", "138****1234"), ("138       1234       1234", None)],
    "groups of a mobile number": [("138 12 34 12 34", "138****1234"), ("86 138 12 34 12 34", "861****1234")],
    "after a date": [("2026-10-08 09:30 64812345", "2026-10-08 09:30 ****45"), ("8765 2026-10-08", None)],
    "identity in groups": [
        ("110101 1990 0307 4512", "110****4512"), ("110101,19900307,4512", "110****4512"),
        ("110101,20010307,451X", "110****451X"), ("110101 2001 0307 451x", "110****451x"), ("110101,20010307,451Y", None),
    ],
    "abroad: 8 to 15 digits": [
        ("+49 1234 56", "****56"), ("+49 123 45", None), ("+49 1234567 123456", "+49 123****3456"),
    ],
    "area codes, whatever stands between": [("010,8765,4321", "010****4321"), ("0108765,43,21", "010****4321")],
    "numbers that begin with 0": [
        ("0212 345678", "****78"), ("02 12345678", "****78"), ("0 212345678", "0 ****78"), ("020 123456", "****56"), ("020 12345", None),
        ("0123 45678901", "012****8901"), ("0123 456789012", "0123 ****12"), ("02,12345678", "02,****78"),
    ],
    "cards": [("6222 0212 3456 7890 123", "622****0123"), ("6222,0212,3456,7890", "622****7890"), ("1222,0212,3456,7890", None)],
    "two groups": [
        ("303 5678", "****78"), ("3034 5678", "****78"), ("3034 567", None), ("3034 56789", None), ("2034 5678", None), ("1934 5678", None),
        ("300 5678", None), ("3034 5600", None), ("3034 5678 元", None), ("¥3034 5678", None), ("订单 3034 5678", None),
    ],
    "three groups": [
        ("12 345 6789", "****89"), ("12 345 678", None), ("1 2345 6789", "1 ****89"), ("123 456 789", None), ("12 34 56 7890", None),
        ("212,555,0199", "****99"), ("212,5550,199", None),
    ],
    "dates, amounts, numbers of orders": [
        ("20261008", None), ("20261308", "****08"), ("¥1234567", None), ("1234567元", None), ("1234567.50", None), ("订单 1234567", None),
        ("订单 6222021234567890", "订单 622****7890"), ("订单 622202123456789", None), ("订单 02087654321", "订单 020****4321"),
        ("订单02087654321", None), ("订单 4001234567", None), ("call 4001234567", "call ****67"),
    ],
    "addresses with blanks": [
        ("anna   @x.com", "a***   @x.com"), ("anna    @x.com", None), ("anna@  x.com", "a***@  x.com"), ("anna@   x.com", None),
        ("anna@home", "a***@home"), ("anna @home", None), ("anna@ home", None), ("12@home", None), ("anna@5home", None), ("@x.com", None),
        ("a@x.com,b@y.com", "a***@x.com,b***@y.com"), ("a@@x.com", None),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), [line for lines in SEEN.values() for line in lines])
def test_each_rule_has_an_edge(text: str, shown: str | None) -> None:
    """None: nobody's number, it stays."""
    assert mask_text(text) == (text if shown is None else shown)


def test_of_very_many_groups_no_digit_is_shown() -> None:
    assert mask_text("12a" * 400) == "12a" * 400
    assert mask_text("12a" * 401) == "*a" * 401


def test_a_country_is_told_apart_where_a_whole_number_follows() -> None:
    assert masked(mask_contacts, "+86 1234567890", "+86 123456789") == ["+86 ****90", "861****6789"]
