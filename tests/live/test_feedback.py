"""What the user gets to see, and what the log gets to hold."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from kesu.live import frames, macros
from kesu.live.feedback import macro
from kesu.words.text import Text


class App:
    """Keeps what was set, in order."""

    def __init__(self) -> None:
        self.set: list[tuple[str, object]] = []
        self.told: list[str] = []

    def __setattr__(self, name: str, value: object) -> None:
        if name not in {"set", "told"}:
            self.set.append((name, value))
        object.__setattr__(self, name, value)

    def alert(self, prompt: str, _title: str) -> None:
        self.told.append(prompt)


def book_of(app: object) -> Any:
    return SimpleNamespace(app=app, sheets=[SimpleNamespace(name="Register")])


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    @macro(Text("试", "trying"))
    def broken(_book: object) -> str:
        raise ValueError("could not convert 张三 13800138000")

    monkeypatch.setitem(macros.MACROS, "check", broken)


def test_the_screen_is_put_back_when_a_macro_fails(
    failing: None, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    app = App()
    app.screen_updating, app.calculation = True, "automatic"
    app.set.clear()
    assert not macros.run("check", book_of(app))
    assert app.set == [
        ("status_bar", "Complaints: trying …"),
        ("screen_updating", False),
        ("calculation", "manual"),
        ("screen_updating", True),
        ("calculation", "automatic"),
        ("status_bar", False),
    ]


def test_a_traceback_goes_to_the_log_without_what_stood_in_the_cells(
    failing: None, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_STATE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    app = App()
    macros.run("check", book_of(app))
    assert "Traceback" not in app.told[0]
    assert "ValueError" in app.told[0]
    (log,) = tmp_path.rglob("kesu.log")
    text = log.read_text("utf-8")
    assert "ValueError" in text
    assert "broken" in text
    assert "张三" not in text
    assert "13800138000" not in text + app.told[0]


def test_a_program_without_status_bar_or_calculation_is_no_obstacle() -> None:
    class Bare:
        @property
        def screen_updating(self) -> bool:
            raise NotImplementedError

    @macro(Text("试", "trying"))
    def fine(_book: object) -> str:
        return "done"

    assert fine(book_of(Bare())) == "done"


def test_half_a_character_costs_no_column() -> None:
    column = frames._texts(("a", None, "\ud83d", "\ud83d\ude00", 5.0))
    assert column.tolist()[0] == "a"
    assert column.isna().tolist() == [False, True, False, False, False]
    assert column.tolist()[2:] == ["\ufffd", "\U0001f600", "5"]
