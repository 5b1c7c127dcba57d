"""The rows of the KPI sheet: the figure, the period before, the course over six periods."""

from __future__ import annotations

import math

import pytest

from kesu.jobs.tables import trend


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([0.0, 1.0, 2.0, 3.0, 4.0, 7.0], "▁▂▃▄▅█"),
        ([None, math.nan, 5.0, 10.0, 10.0, 5.0], "··▁██▁"),
        ([3.0, 3.0, 3.0, 3.0, 3.0, 3.0], "▄▄▄▄▄▄"),
        ([None, None, None, None, None, 3.0], ""),
        ([None] * 6, ""),
    ],
)
def test_the_course_of_a_figure_is_drawn_between_its_lowest_and_highest(
    values: list[float | None], shown: str
) -> None:
    assert trend(values) == shown
