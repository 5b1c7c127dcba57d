"""The demo, the report macro, refresh and collect: they write by the same rules."""

from __future__ import annotations

import datetime as dt
import shutil
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kesu.jobs.load import load
from kesu.live.feedback import MacroError
from kesu.live.macros import views
from kesu.workbook.seal import is_ours
from tests.workbook.saving.write_values import Run

RESULTS = {"check.json", "deadlines.json", "kpis.json", "followups.json", "report-en.html", "report-en.xlsx"}
AS_OF = dt.datetime(2026, 11, 20, 17)


@pytest.fixture
def demo(
    run: Run, made: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """``kesu demo DIR --lang en`` with a register of one row instead of three large ones."""
    content = made["register"].read_bytes()
    monkeypatch.setattr("kesu.demo.demo_registers", lambda: {"branch.xlsx": content})
    return lambda *more: run("demo", tmp_path / "demo", "--lang", "en", *more)


def test_a_second_demo_makes_the_same_again(demo: Callable[..., Any], tmp_path: Path) -> None:
    for _ in range(2):
        assert demo().exit_code == 0
    assert {path.name for path in (tmp_path / "demo").rglob("*.*")} == RESULTS | {"branch.xlsx"}
    assert all(is_ours(tmp_path / "demo" / "results" / name) for name in RESULTS)


def test_a_second_demo_leaves_registers_alone_in_which_somebody_worked(
    demo: Callable[..., Any], tmp_path: Path, made: dict[str, Path]
) -> None:
    assert demo().exit_code == 0
    branch = tmp_path / "demo" / "registers" / "branch.xlsx"
    shutil.copy(made["other"], branch)
    before = {path: path.read_bytes() for path in (tmp_path / "demo").rglob("*.*")}
    done = demo()
    assert done.exit_code == 2
    assert "branch.xlsx exists" in done.stderr
    assert {path: path.read_bytes() for path in (tmp_path / "demo").rglob("*.*")} == before
    assert demo("--force").exit_code == 0
    [kept] = branch.parent.glob("branch.kesu-kept-*.xlsx")
    assert kept.read_bytes() == made["other"].read_bytes()
    assert branch.read_bytes() == made["register"].read_bytes()


def test_a_demo_whose_list_somebody_changed_writes_nothing(demo: Callable[..., Any], tmp_path: Path) -> None:
    assert demo().exit_code == 0
    (tmp_path / "demo" / "results" / "kpis.json").write_text("[]\n")
    (tmp_path / "demo" / "registers" / "branch.xlsx").unlink()
    assert demo().exit_code == 2
    assert not (tmp_path / "demo" / "registers" / "branch.xlsx").exists()


@pytest.fixture
def book(tmp_path: Path, made: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Any:
    """An open workbook, as far as the report macro asks."""
    path = Path(shutil.copy(made["register"], tmp_path / "register.xlsx"))
    [loaded] = load([path], AS_OF)
    monkeypatch.setattr(
        views, "opened", lambda *_: types.SimpleNamespace(assessment=loaded.assessment, lang="en")
    )
    return types.SimpleNamespace(fullname=str(path), name=path.name, sheets=[], app=types.SimpleNamespace())


def test_the_report_macro_makes_its_own_again_and_nobody_elses(book: Any, tmp_path: Path) -> None:
    for _ in range(2):
        views.report(book, "2026-11")
    page, workbook = tmp_path / "register-2026-11.html", tmp_path / "register-2026-11.xlsx"
    assert is_ours(page)
    assert is_ours(workbook)
    page.write_text("mine")
    with pytest.raises(MacroError) as caught:
        views.report(book, "2026-11")
    assert "register-2026-11.html" in caught.value.text.zh
    assert "--force" not in caught.value.text.en
    assert page.read_text() == "mine"


def test_the_report_macro_never_writes_over_the_register(book: Any, tmp_path: Path) -> None:
    (tmp_path / "register-2026-11.html").symlink_to("register.xlsx")
    before = (tmp_path / "register.xlsx").read_bytes()
    with pytest.raises(MacroError) as caught:
        views.report(book, "2026-11")
    assert "is read in this run" in caught.value.text.en
    assert (tmp_path / "register.xlsx").read_bytes() == before


@pytest.mark.parametrize("command", ["refresh", "collect"])
def test_another_name_of_the_register_is_told_before_it_is_split(
    run: Run, made: dict[str, Path], tmp_path: Path, command: str
) -> None:
    path = Path(shutil.copy(made["register"], tmp_path / "register.xlsx"))
    (tmp_path / "same.xlsx").hardlink_to(path)
    before = path.read_bytes()
    words = [path] if command == "refresh" else [filled_form(tmp_path), "--into", path]
    done = run(command, *words, "--no-backup")
    assert done.exit_code == 0, done.stderr
    assert "1 other name" in done.stderr
    assert (tmp_path / "same.xlsx").read_bytes() == before
    assert path.read_bytes() != before
    assert "other name" not in run(command, *words, "--no-backup").stderr


def filled_form(folder: Path) -> Path:
    from kesu.workbook.writing import build_form

    given = {"customer_name": "Ann", "received_at": dt.datetime(2026, 11, 3, 9), "verbatim": "late again"}
    build_form(folder / "filled.xlsx", "en", complaint=given, today=AS_OF.date())
    return folder / "filled.xlsx"
