"""Where lines break: words stay whole, Chinese breaks anywhere but before its punctuation."""

from __future__ import annotations

import pytest

from kesu.words.typeset import lines, units


@pytest.mark.parametrize(
    ("text", "width", "found"),
    [
        ("", 10, [""]),
        ("settle every demand", 19, ["settle every demand"]),
        ("settle every demand", 18, ["settle every", "demand"]),
        ("settle every demand", 8, ["settle", "every", "demand"]),
        ("a\n\nb c", 10, ["a", "", "b c"]),
        ("unbreakable is long", 5, ["unbreakable", "is", "long"]),
        ("请核对账单", 6, ["请核对", "账单"]),
        ("请核对，账单", 7, ["请核", "对，账", "单"]),  # the comma stays with the character before it
        ("账单 bill 1", 9, ["账单 bill", "1"]),
    ],
)
def test_lines_break_where_a_reader_expects_it(text: str, width: float, found: list[str]) -> None:
    assert lines(text, width) == found


def test_a_chinese_character_is_as_wide_as_two_letters() -> None:
    assert [units(text) for text in ("", "ab1", "账单", "账b，")] == [0, 3, 4, 5]
