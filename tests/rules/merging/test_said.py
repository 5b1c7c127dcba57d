"""What is told of cells that differ is told as people write it."""

from __future__ import annotations

import pytest

from kesu.register.codes import CODE_LISTS
from kesu.register.columns import BY_KEY
from kesu.rules.merging.tokens import RAW, said


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
