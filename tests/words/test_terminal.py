"""Results for scripts."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from kesu.words import terminal


@pytest.mark.parametrize("at_once", [1, 2, 3, 9])
def test_json_in_pieces_is_one_list(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    frame = pd.DataFrame({"a": [1, 2, 3], "b": ["x", "\u202e", None]}, index=[7, 7, 7])
    monkeypatch.setattr(terminal, "AT_ONCE", at_once)
    text = terminal.to_json(frame)
    assert text == '[{"a":1,"b":"x"},\n {"a":2,"b":"\\u202e"},\n {"a":3,"b":null}]'
    assert [one["a"] for one in json.loads(text)] == [1, 2, 3]
    assert terminal.to_json(frame.head(0)) == "[]"
