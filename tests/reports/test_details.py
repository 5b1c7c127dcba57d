"""Small parts of a report, by hand: changes and their colours, the order of rules, the figures beside a chart."""

from __future__ import annotations

import pandas as pd
import pytest

from kesu.reports.chapters.blocks import Figure, Table
from kesu.reports.chapters.context import Context
from kesu.reports.chapters.document import document
from kesu.reports.formats import svg
from kesu.words.text import Text
from tests.reports.reports_by_hand import COUNT_COLUMNS, make


@pytest.mark.parametrize(
    ("kpi", "now", "before", "unit", "shown"),
    [
        ("repeat_rate", 0.75, 0.25, "share", Figure(50.0, "points", "bad")),
        ("satisfaction", 0.75, 0.25, "share", Figure(50.0, "points", "good")),
        ("repeat_rate", 0.4, 0.4, "share", Figure(0.0, "points", "")),
        ("backlog_open", 8, 4, "count", Figure(1.0, "change", "bad")),  # twice as many
        ("backlog_open", 4, 8, "count", Figure(-0.5, "change", "good")),
        ("repeat_rate", 0.4004, 0.4, "share", Figure(0.04, "points", "")),  # reads ± 0
        ("repeat_rate", 0.4006, 0.4, "share", Figure(0.06, "points", "bad")),  # reads +0.1
        ("backlog_open", 4, 0, "count", Figure(None, "change")),
        ("praise", 4, 2, "count", Figure(1.0, "change", "good")),
    ],
)  # fmt: skip
def test_a_change_is_of_what_it_was_and_has_the_colour_of_its_meaning(
    kpi: str, now: float, before: float, unit: str, shown: Figure
) -> None:
    found = Context(make([])).difference(kpi, now, before, unit)
    assert (round(found.value, 6) if found.value is not None else None, found.unit, found.tone) == (
        shown.value,
        shown.unit,
        shown.tone,
    )


def test_rules_are_listed_by_severity_then_by_how_often() -> None:
    counts = pd.DataFrame(
        [
            (rule, Text(rule, rule), severity, "validity", "north.xlsx", n)
            for rule, severity, n in (("d", "info", 9), ("b", "warning", 2), ("c", "warning", 5), ("a", "error", 1))
        ],
        columns=COUNT_COLUMNS,
    )  # fmt: skip
    chapters = document(make([], finding_counts=counts)).all
    blocks = [block for chapter in chapters for block in chapter.blocks if isinstance(block, Table)]
    [listed] = [block for block in blocks if block.title == "Findings by rule"]
    assert [row[0] for row in listed.rows] == ["a", "c", "b", "d"]


@pytest.mark.parametrize(
    ("highest", "whole", "ticks"),
    [(12.0, True, [0, 5, 10]), (4.0, True, [0, 1, 2, 3, 4]), (1.06, True, [0, 1]), (0.9, False, [0, 0.5])],
)
def test_an_axis_has_round_figures_up_to_the_highest(highest: float, whole: bool, ticks: list[float]) -> None:
    assert svg._ticks(highest, whole=whole) == ticks
