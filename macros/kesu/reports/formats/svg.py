"""Where the bars, points and words of a page's charts stand. Drawn by the macros of svg.html; text stays text."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from kesu.reports.chapters.blocks import Cell, Figure, Table, Verdict
from kesu.reports.chapters.figures import clipped, show
from kesu.words.palette import BLUE, GREEN, ORANGE, PURPLE, VERMILION, YELLOW
from kesu.words.typeset import units

GREY: Final = "#9AA5AE"
STACK: Final = (
    (GREEN, "#fff"),
    (ORANGE, "#111"),
    ("#D3DAE0", "#333"),
    (YELLOW, "#111"),
    (VERMILION, "#fff"),
    (PURPLE, "#111"),
)
"""Fill and text colour of met, done late, pending, due soon, overdue, not proven."""
LETTER: Final = 6.3
"""Width of a Latin letter at the charts' type size, in pixels; a Chinese character is twice as wide."""


@dataclass(frozen=True)
class Box:
    """A rectangle with words in or beside it."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    words: str = ""
    ink: str = "#1d2b36"


@dataclass(frozen=True)
class Words:
    """Text at a point; ``anchor`` start, middle or end."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    ink: str = "#3b4a57"


@dataclass(frozen=True)
class Stroke:
    """A polyline; ``dash`` as SVG writes it."""

    points: str
    ink: str
    width: float = 1.0
    dash: str = ""


@dataclass(frozen=True)
class Picture:
    """Everything to draw, in drawing order: boxes, strokes, dots (as boxes), words."""

    width: float
    height: float
    alt: str
    boxes: tuple[Box, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    dots: tuple[Box, ...] = ()
    words: tuple[Words, ...] = ()


def picture(table: Table, lang: str) -> Picture:
    """The chart of ``table``, which must have one."""
    draw = {"control": _control, "stack": _stack, "target": _target}
    assert table.chart is not None  # noqa: S101
    return draw[table.chart.kind](table, lang)


def _number(cell: Cell) -> float:
    value = cell.value if isinstance(cell, Figure) else None
    return 0.0 if value is None or not math.isfinite(value) else value


def _gutter(labels: list[str]) -> float:
    return min(max((units(label) for label in labels), default=0.0), 26.0) * LETTER + 10


def _control(table: Table, lang: str) -> Picture:
    assert table.chart is not None  # noqa: S101
    counts, mean, upper, lower = ([_number(row[at]) for row in table.rows] for at in table.chart.series)
    width, height, left, right, top, bottom = 880.0, 250.0, 40.0, 118.0, 14.0, 26.0
    highest = max(*counts, upper[0], 1.0) * 1.06
    step = (width - left - right) / max(len(counts) - 1, 1)

    def x(at: int) -> float:
        return left + at * step

    def y(value: float) -> float:
        return top + (height - top - bottom) * (1 - value / highest)

    strokes, words = [], []
    for tick in _ticks(highest):
        strokes.append(Stroke(f"{left},{y(tick):.1f} {width - right},{y(tick):.1f}", "#E6EAED"))
        words.append(Words(left - 6, y(tick) + 4, f"{tick:,.0f}", "end", "#6b7883"))
    names = [column.label for column in table.columns]
    levels = ((mean[0], 2, "#5b6873", ""), (upper[0], 3, ORANGE, "6 4"), (lower[0], 4, ORANGE, "6 4"))
    for value, at, ink, dash in levels:
        strokes.append(Stroke(f"{left},{y(value):.1f} {width - right},{y(value):.1f}", ink, 1.4, dash))
        words.append(Words(width - right + 8, y(value) + 4, f"{names[at]} {show(table.rows[0][at], lang)}"))
    strokes.append(
        Stroke(" ".join(f"{x(at):.1f},{y(count):.1f}" for at, count in enumerate(counts)), BLUE, 2)
    )
    dots = []
    for at, count in enumerate(counts):
        outside = count > upper[0] or count < lower[0]
        size = 9.0 if outside else 5.0
        dots.append(Box(x(at) - size / 2, y(count) - size / 2, size, size, VERMILION if outside else BLUE))
        if outside:
            words.append(Words(x(at), y(count) - 9, f"{count:,.0f}", "middle", VERMILION))
    every = max(1, math.ceil(len(counts) / 11))
    words += [
        Words(x(at), height - 6, show(row[0], lang), "middle")
        for at, row in enumerate(table.rows)
        if at % every == 0
    ]
    return Picture(width, height, table.chart.alt, (), tuple(strokes), tuple(dots), tuple(words))


def _ticks(highest: float) -> list[float]:
    rough = highest / 4
    size = 10 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    step = max(next(size * nice for nice in (1, 2, 5, 10) if size * nice >= rough), 1.0)
    return [step * n for n in range(int(highest / step) + 1)]


def _stack(table: Table, lang: str) -> Picture:
    assert table.chart is not None  # noqa: S101
    labels = [show(row[0], lang) for row in table.rows]
    left, width, top = _gutter(labels), 880.0, 30.0
    room = width - left
    boxes, words, x = [], [], left
    for at, (fill, _) in zip(table.chart.series, STACK, strict=True):
        name = table.columns[at].label
        boxes.append(Box(x, 4, 12, 12, fill))
        words.append(Words(x + 18, 14, name))
        x += 40 + units(name) * LETTER
    for n, row in enumerate(table.rows):
        y, x = top + n * 34, left
        words.append(Words(left - 8, y + 17, labels[n], "end"))
        total = sum(_number(row[at]) for at in table.chart.series)
        for at, (fill, ink) in zip(table.chart.series, STACK, strict=True):
            size = _number(row[at]) / total * room if total else 0.0
            text = show(row[at], lang)
            fits = size > units(text) * LETTER + 8
            boxes.append(Box(x, y, size, 25, fill, text if fits else "", ink))
            x += size
        if not total:
            words.append(Words(left, y + 17, show(None, lang)))
    return Picture(width, top + len(labels) * 34, table.chart.alt, tuple(boxes), words=tuple(words))


def _target(table: Table, lang: str) -> Picture:
    assert table.chart is not None  # noqa: S101
    value_at, target_at = table.chart.series
    labels = [clipped(show(row[0], lang), 40) for row in table.rows]
    left, width = min(max(map(units, labels), default=0.0), 40.0) * LETTER + 10, 880.0
    room = width - left - 210
    boxes, strokes, words = [], [], []
    for n, row in enumerate(table.rows):
        y = n * 30 + 4
        verdict = next((cell for cell in row if isinstance(cell, Verdict)), Verdict(None))
        fill = {True: GREEN, False: VERMILION, None: GREY}[verdict.met]
        goal = left + min(_number(row[target_at]), 1.0) * room
        boxes.append(Box(left, y, room, 18, "#EEF1F3"))
        boxes.append(Box(left, y, min(_number(row[value_at]), 1.0) * room, 18, fill))
        strokes.append(Stroke(f"{goal:.1f},{y - 3} {goal:.1f},{y + 21}", "#111", 2.2))
        beside = f"{show(row[value_at], lang)} {show(verdict, lang)} · ◎ {show(row[target_at], lang)}"
        words += [Words(left - 8, y + 14, labels[n], "end"), Words(left + room + 10, y + 14, beside)]
    return Picture(
        width, len(labels) * 30 + 4, table.chart.alt, tuple(boxes), tuple(strokes), words=tuple(words)
    )
