"""What is told of cells that differ is told as people write it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kesu.register.codes import CODE_LISTS
from kesu.register.columns import BY_KEY
from kesu.rules.merging.tokens import RAW, Side, said, values_of


@pytest.mark.parametrize(
    ("key", "token", "zh", "en"),
    [
        ("received_at", "2026-10-05T10:00:00", "2026-10-05 10:00", "2026-10-05 10:00"),
        ("received_at", "2026-10-05T10:00:07", "2026-10-05 10:00:07", "2026-10-05 10:00:07"),
        ("received_at", f"{RAW}soon", "soon", "soon"),  # what could not be read, as it stands
        ("transfers", "2.0", "2", "2"),
        ("transfers", "2.5", "2.5", "2.5"),
        ("channel", "phone", "电话", "Phone"),
        ("verbatim", "T:00", "T:00", "T:00"),
        ("complaint_id", "KS-1", "KS-1", "KS-1"),
        ("", "own", "own", "own"),
    ],
)
def test_a_cell_is_told_as_people_write_it(key: str, token: str, zh: str, en: str) -> None:
    column = BY_KEY.get(key)
    assert [said(token, column, CODE_LISTS, lang) for lang in ("zh", "en")] == [zh, en]


@pytest.mark.parametrize("token", [None, float("nan")])
def test_a_blank_cell_is_told_in_words(token: object) -> None:
    assert said(token, BY_KEY["status"], CODE_LISTS, "en") == said(token, None, CODE_LISTS, "en") != ""


def cells(*tokens: str | None) -> pd.Series:
    return pd.Series(tokens, dtype="str")


@pytest.mark.parametrize(
    ("key", "tokens", "values"),
    [
        ("received_at", ("2026-10-05T10:00:07", None), [pd.Timestamp(2026, 10, 5, 10, 0, 7), None]),
        ("received_at", ("2026-10-05T10:00:00", f"{RAW}soon", None), [pd.Timestamp(2026, 10, 5, 10), "soon", None]),
        ("transfers", ("2.0", None), [2.0, None]), ("transfers", ("2.5", f"{RAW}three"), [2.5, "three"]),
        ("channel", ("phone", f"{RAW}smoke", None), ["phone", "smoke", None]), ("channel", ("phone", None), ["phone", None]),
        ("escalated_to", (f"{RAW}a|b", "media"), ["a|b", "media"]), ("verbatim", (f"{RAW}x", "y"), [f"{RAW}x", "y"]),
        # a team's own columns: all plain numbers, all moments, or texts
        ("", ("1", "-2.5", None), [1.0, -2.5, None]), ("", ("1", "A"), ["1", "A"]), ("", ("007", "1"), ["007", "1"]),
        ("", ("12345678901", "1"), ["12345678901", "1"]), ("", ("1234567890",), [1234567890.0]),
        ("", ("2026-10-05 10:00:00", None), [pd.Timestamp(2026, 10, 5, 10), None]),
        ("", ("2026-10-05 10:00:00", "2026-99-05 10:00:00"), [pd.Timestamp(2026, 10, 5, 10), None]),
        ("", ("2026-10-05 10:00:00", "soon"), ["2026-10-05 10:00:00", "soon"]), ("", (None,), [None]),
    ],
)  # fmt: skip
def test_tokens_are_written_as_what_they_are(
    key: str, tokens: tuple[str | None, ...], values: list[object]
) -> None:
    found = values_of(cells(*tokens), BY_KEY.get(key))
    assert [None if pd.isna(one) else one for one in found.tolist()] == values
    text = any(isinstance(one, str) for one in values) or values == [None]
    assert pd.api.types.is_numeric_dtype(found.dtype) == (not text and isinstance(values[0], float))


def test_a_place_is_named_as_in_excel() -> None:
    side = Side("north.xlsx", "Register", pd.DataFrame(), np.array([4, 12]), {"owner": "AB"}, {})
    assert side.where(1, "owner") == "north.xlsx ▸ Register!AB12"
    assert side.where(0) == "north.xlsx ▸ Register!4"
