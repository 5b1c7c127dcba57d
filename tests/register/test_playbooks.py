"""Playbooks as shipped and as a team writes them on Settings."""

from __future__ import annotations

import pytest

from kesu.register.settings import Settings, load_profile
from kesu.register.settings.layout import BLOCKS, rows_of
from kesu.register.settings.playbooks import (
    DRAFTS,
    KINDS,
    PLACEHOLDER,
    STEPS,
    VALUES,
    Line,
    placeholder_of,
    shipped,
    situations,
)
from kesu.register.settings.sheet import SettingsReader
from kesu.rules.merging.settings import merge_settings
from kesu.words.text import LANGS, Text

BLOCK = next(block for block in BLOCKS if block.key == "playbooks")
CODES = next(block for block in BLOCKS if block.key == "codes")
CATEGORIES = ("quality", "attitude", "delivery", "price", "process")
SITUATIONS = ("outage", "privacy", "billing", "safety", "discrimination")
SHIPPED_TODAY = 24
"""Lines that kesu shipped before it had playbooks as data."""


def read(
    *rows: tuple[str | None, ...], lang: str = "en", codes: tuple[tuple[str, ...], ...] = ()
) -> Settings:
    """A sheet with the block, its rows from row 2, and the code lists beside it."""
    heads = [field.label.of(lang) for field in (*BLOCK.fields, *CODES.fields)]
    high = max(len(rows), len(codes))
    mine = [*rows, *[(None,) * 3] * (high - len(rows))]
    beside = [*codes, *[(None,) * 4] * (high - len(codes))]
    return SettingsReader([heads, *([*one, *two] for one, two in zip(mine, beside, strict=True))]).read()


def texts(settings: Settings, about: str, kind: str) -> list[str]:
    return [line.text.zh for line in settings.playbooks if (line.about, line.kind) == (about, kind)]


def said(settings: Settings) -> list[tuple[int, int, str]]:
    return [(row, at, text.en) for row, at, text in settings.problems]


# ---- as shipped ---------------------------------------------------------------------------------------------


def test_every_category_and_situation_has_steps_for_every_stage_checks_and_lines() -> None:
    assert tuple(situations()) == SITUATIONS
    for about in CATEGORIES + SITUATIONS:
        count = {kind: sum(line.about == about and line.kind == kind for line in shipped()) for kind in KINDS}
        assert min(count[stage] for stage in STEPS) >= 2, about
        assert min(count["check"], count["say"]) >= 5, about
        assert count["avoid"] >= 4, about
        assert count["value"] == 1, about
        assert count["sign"] == (about in SITUATIONS), about


def test_ten_times_the_lines_of_before() -> None:
    lines = [
        line
        for line in shipped()
        if line.about in CATEGORIES + SITUATIONS and line.kind not in {"value", "sign", *DRAFTS}
    ]
    assert len(lines) >= 10 * SHIPPED_TODAY
    assert len(set(lines)) == len(lines)


def test_six_principles_and_lines_for_each_value() -> None:
    assert sum(line.kind == "principle" for line in shipped()) == 6
    assert {line.about for line in shipped() if line.about in VALUES} == set(VALUES)


def test_every_line_is_said_in_both_languages() -> None:
    for line in shipped():
        bare = PLACEHOLDER.sub("", line.text.zh)
        assert any("一" <= letter <= "鿿" for letter in bare), line
        assert not any("一" <= letter <= "鿿" for letter in line.text.en), line
        assert line.text.en.isascii() or set(line.text.en) <= set(map(chr, range(128))) | set("…“”"), line


def test_drafts_have_only_known_places_the_same_in_both_languages() -> None:
    for line in shipped():
        if line.kind in DRAFTS:
            zh, en = (sorted(PLACEHOLDER.findall(line.text.of(lang))) for lang in LANGS)
            assert zh == en, line
            assert all(placeholder_of(name) for name in zh), line
    assert {line.kind for line in shipped() if line.about == "" and line.kind in DRAFTS} == set(DRAFTS)


# ---- as a team writes them ----------------------------------------------------------------------------------


def test_a_register_without_the_block_has_the_shipped_lines_and_nothing_is_said() -> None:
    settings = SettingsReader([["Weekday", "From", "To"], ["Monday", "09:00", "12:00"]]).read()
    assert settings.playbooks == shipped()
    assert not any("Playbook" in text.en for text in settings.remarks)
    assert settings.problems == ()


def test_what_a_team_says_of_a_category_replaces_what_is_shipped_for_it() -> None:
    settings = read(
        ("Price dispute", "To say", "Let us look at the bill."), ("price", "步骤：首次响应", "先道谢")
    )
    assert texts(settings, "price", "say") == ["Let us look at the bill."]
    assert texts(settings, "price", "first") == ["先道谢"]
    assert texts(settings, "price", "avoid") == []
    assert texts(settings, "price", "value") == ["金钱"]  # said of nothing but lines
    assert len(texts(settings, "quality", "say")) >= 5
    assert settings.problems == ()


def test_a_draft_and_what_a_customer_values_are_replaced_alone() -> None:
    settings = read(
        ("", "Draft: apology", "{称呼}：抱歉。{organisation}"), ("delivery", "Values", "reliability")
    )
    assert texts(settings, "", "apology") == ["{称呼}：抱歉。{organisation}"]
    assert len(texts(settings, "", "principle")) == 6
    assert len(texts(settings, "", "closing")) == 1
    assert texts(settings, "delivery", "value") == ["可靠"]
    assert len(texts(settings, "delivery", "say")) >= 5


def test_own_categories_have_playbooks() -> None:
    own = (("category", "", "宠物", ""), ("category", "price", "价格争议", ""))
    settings = read(("宠物", "要核实", "有没有看病的票据"), lang="zh", codes=own)
    assert settings.problems == ()
    assert texts(settings, "宠物", "check") == ["有没有看病的票据"]


@pytest.mark.parametrize("lang", LANGS)
def test_a_category_taken_off_the_list_leaves_its_playbook_without_a_word(lang: str) -> None:
    rows = [tuple(map(str, row)) for row in rows_of(load_profile(), lang)["playbooks"]]
    own = (("category", "pets", "宠物", ""), ("category", "quality", "质量问题", ""))
    settings = read(*rows[:-1], lang=lang, codes=own)
    assert settings.problems == ()
    assert settings.playbooks[: len(rows) - 1] == shipped()[:-1]


def test_a_shipped_line_stays_in_both_languages() -> None:
    settings = read(("price", "To say", "我把每一笔费用给您列出来，我们一起核对。"))
    [line] = [line for line in settings.playbooks if (line.about, line.kind) == ("price", "say")]
    assert line.text.en == "Let me list every charge, and we check them together."


@pytest.mark.parametrize("lang", LANGS)
def test_a_block_that_was_changed_in_one_cell_reads_back(lang: str) -> None:
    rows = [tuple(map(str, row)) for row in rows_of(load_profile(), lang)["playbooks"]]
    at = next(n for n, line in enumerate(shipped()) if line.kind == "say")
    rows[at] = (*rows[at][:2], "Hello.")
    settings = read(*rows, lang=lang)
    assert settings.problems == ()
    changed = list(shipped())
    changed[at] = Line(changed[at].about, "say", Text("Hello.", "Hello."))
    assert settings.playbooks == tuple(changed)


def test_cells_that_cannot_be_read_are_problems_of_their_cell() -> None:
    settings = read(
        ("Pets", "To say", "a"),
        ("price", "Shout", "b"),
        ("price", "To say", None),
        ("price", None, "c"),
        ("price", "Values", "glory"),
        ("price", "Draft: offer", "Dear {customer}, {amount}"),
        ("price", "To say", "d"),
        ("", "Draft: offer", "{{}}"),
        ("#REF!", "Values", "Money"),
        ("", "Draft: delay", "x" * 2000),
        ("", "Draft: closing", "x" * 2001),
    )
    assert said(settings) == [
        (10, 0, "the cell holds the error #REF! and was read as blank"),
        (2, 0, "cannot read “Pets” under “Playbook for”; this row is not used"),
        (3, 1, "cannot read “Shout” under “Kind of line”; this row is not used"),
        (4, 2, "“Line” is empty; this row is not used"),
        (5, 1, "“Kind of line” is empty; this row is not used"),
        (6, 2, "cannot read “glory” under “Line”; this row is not used"),
        (7, 2, said(settings)[6][2]),
        (9, 2, said(settings)[7][2]),
        (12, 2, "a draft has 2,000 characters at most; this row is not used"),
    ]
    assert said(settings)[6][2].startswith("a draft has no place “amount”; there are: customer, number, ")
    assert said(settings)[7][2].startswith("a draft has no place “”; there are: ")
    assert texts(settings, "price", "say") == ["d"]


def test_a_register_without_the_block_differs_in_nothing_from_a_new_one() -> None:
    rows = [[str(cell) for cell in row] for row in rows_of(load_profile(), "en")["playbooks"]]
    new = SettingsReader([[field.label.en for field in BLOCK.fields], *rows], 1, "Settings").read()
    old = SettingsReader([["Weekday", "From", "To"], ["Monday", "09:00", "12:00"]], 1, "Settings").read()
    _, differences = merge_settings([("new", new), ("old", old)], None)
    assert [one.what.en for one in differences if "laybook" in one.what.en] == []
    own = read(("price", "To say", "Hello."))
    merged, differences = merge_settings([("a", own), ("b", old)], None)
    assert [one.what.en[:9] for one in differences if "laybook" in one.what.en] == ["Playbooks"]
    assert texts(merged, "price", "say") == ["Hello."]
