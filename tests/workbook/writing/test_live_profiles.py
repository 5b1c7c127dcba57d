"""Every profile in both languages: what the workbook shows is what ``kesu deadlines`` says, tolerance zero."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from kesu.register.settings import load_profile, profile_names
from kesu.words.text import LANGS
from kesu.workbook.writing import build_register
from tests.depth import turns
from tests.workbook.writing.live_cases import NOW, all_recalculated, compared, random_register
from tests.workbook.writing.stored import differing, second_engine

ROWS = turns(40, 300)
"""In each language, so twice as many a profile."""
INTRICATE_AT_MOST = 0.024
"""Share of the deadlines that the formulas leave to a refresh; it was 0.048 of fewer profiles."""


def made(folder: Path, profile: str, lang: str, rows: int, now: dt.datetime = NOW) -> Path:
    """A register of ``profile`` with random complaints, their holds, agreed times and reopenings."""
    complaints, items = random_register(rows, seed=sum(map(ord, profile + lang)))
    path = folder / f"{profile}_{lang}.xlsx"
    build_register(path, lang, load_profile(profile), complaints=complaints, items=items, as_of=now)
    return path


@pytest.mark.parametrize(("profile", "lang"), [("public_service", "en"), ("us_cfpb", "zh")])
def test_profiles_that_count_days_are_worked_out(tmp_path: Path, profile: str, lang: str) -> None:
    path = made(tmp_path, profile, lang, 80)
    wrong, intricate = compared(path, lang, openpyxl.load_workbook(path, data_only=True), 80)
    assert wrong == []
    assert sum(intricate.values()) <= 0.05 * 80 * 4


@pytest.mark.parametrize(("profile", "lang"), [("telecom", "zh"), ("us_cfpb", "en")])
def test_what_is_later_than_now_has_not_happened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, profile: str, lang: str
) -> None:
    """Half of the random times lie after this instant."""
    early = dt.datetime(2026, 6, 12, 11, 7)
    monkeypatch.setattr("tests.workbook.writing.live_cases.NOW", early)
    path = made(tmp_path, profile, lang, 80, early)
    wrong, _ = compared(path, lang, openpyxl.load_workbook(path, data_only=True), 80)
    assert wrong == []


def by_profile(turn: int) -> list[tuple[str, str]]:
    """Every profile in one of the languages, the other at the next turn: formulas differ in the words they show."""
    return [(name, LANGS[(at + turn) % 2]) for at, name in enumerate(profile_names())]


@pytest.mark.slow
@pytest.mark.parametrize("turn", range(turns(1, 2)))
def test_every_profile_is_that_of_kesu(tmp_path: Path, turn: int) -> None:
    intricate, cells = Counter[str](), 0
    for profile, lang in by_profile(turn):
        path = made(tmp_path, profile, lang, ROWS)
        wrong, left = compared(path, lang, openpyxl.load_workbook(path, data_only=True), ROWS)
        assert wrong == [], profile
        intricate += left
        cells += 4 * ROWS
    assert sum(intricate.values()) <= INTRICATE_AT_MOST * cells, intricate


@pytest.mark.slow
def test_a_second_engine_agrees_on_profiles_that_count_days(tmp_path: Path) -> None:
    for profile, lang in (("public_service", "zh"), ("us_cfpb", "en")):
        path = made(tmp_path, profile, lang, turns(30, 60))
        assert differing(path, second_engine(path, NOW))[1] == [], profile


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_agrees_on_profiles_that_count_days(tmp_path: Path) -> None:
    chosen = {"public_service": "en", "cn_banking_insurance": "zh", "us_cfpb": "zh"}
    paths = [made(tmp_path, profile, lang, ROWS) for profile, lang in chosen.items()]
    for path, lang, book in zip(paths, chosen.values(), all_recalculated(paths, tmp_path), strict=True):
        assert compared(path, lang, book, ROWS)[0] == [], path.name
