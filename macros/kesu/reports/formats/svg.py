"""Where the bars, points and words of a page's charts stand. Drawn by the macro of svg.html; text stays text.

What a mark looks like is a word (``look``, a class of the page's style sheet), so that one drawing serves light, dark
and paper.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from kesu.reports.chapters.blocks import Cell, Figure, Table, Verdict
from kesu.reports.chapters.figures import clipped, show
from kesu.words.palette import BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILION, YELLOW
from kesu.words.typeset import units

GREY: Final = "#9AA5AE"
STACK: Final = {
    "met": GREEN,
    "late": ORANGE,
    "pending": "#D3DAE0",
    "soon": YELLOW,
    "overdue": VERMILION,
    "unproven": PURPLE,
}
"""Look and colour of met, done late, pending, due soon, overdue, not proven; dark words are readable on all of them."""
FILLS: Final = STACK | {"most": BLUE, "bar": SKY, "limit": ORANGE, "unjudged": GREY}
"""Colours that are the same in light and dark, by look."""
WIDE: Final = 880.0
NARROW: Final = 360.0
"""Widths of a drawing in pixels: on a desk and on paper; on a telephone."""
LETTER: Final = 6.3
"""Width of a Latin letter at the charts' type size, in pixels; a Chinese character is twice as wide."""
LINE: Final = 14.0
"""From one line of words to the next, in pixels."""


@dataclass(frozen=True)
class Box:
    """A rectangle with words in it."""

    x: float
    y: float
    width: float
    height: float
    look: str
    words: str = ""


@dataclass(frozen=True)
class Words:
    """Text at a point; ``anchor`` start, middle or end."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    look: str = ""


@dataclass(frozen=True)
class Stroke:
    """A polyline; ``points`` as SVG writes them."""

    points: str
    look: str


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


def picture(table: Table, lang: str, width: float = WIDE) -> Picture:
    """The chart of ``table``, which must have one, ``width`` pixels wide."""
    draw = {"control": _control, "stack": _stack, "target": _target}
    assert table.chart is not None  # noqa: S101
    return draw[table.chart.kind](table, lang, width)


def _number(cell: Cell) -> float:
    value = cell.value if isinstance(cell, Figure) else None
    return 0.0 if value is None or not math.isfinite(value) else value


def _room(labels: list[str], most: float = math.inf) -> float:
    """Pixels that the longest of ``labels`` takes, with a gap beside it."""
    return min(max(map(units, labels), default=0.0), most) * LETTER + 10


def _control(table: Table, lang: str, width: float) -> Picture:
    assert table.chart is not None  # noqa: S101
    counts, mean, upper, lower = ([_number(row[at]) for row in table.rows] for at in table.chart.series)
    first = table.rows[0][table.chart.series[0]]
    unit = first.unit if isinstance(first, Figure) else "count"
    highest = max(*counts, *upper, 0.0 if unit == "share" else 1.0) * 1.06
    ticks = _ticks(highest, whole=unit != "share")
    named_ticks = [f"{tick:.0%}" if unit == "share" else f"{tick:,.0f}" for tick in ticks]
    levels = {
        f"{table.columns[at].label} {show(table.rows[-1][at], lang)}": (values, look)
        for values, at, look in (
            (upper, table.chart.series[2], "limit"),
            (mean, table.chart.series[1], "mean"),
            (lower, table.chart.series[3], "limit"),
        )
    }
    half = units(show(table.rows[0][0], lang)) * LETTER / 2  # the first date stands under the axis
    height, left, right = 250.0, max(_room(named_ticks), half), width - _room(list(levels)) - 8
    top, bottom = 22.0, height - 26.0
    step = (right - left) / max(len(counts) - 1, 1)

    def y(value: float) -> float:
        return bottom - (bottom - top) * value / highest

    strokes = [Stroke(f"{left:.1f},{y(tick):.1f} {right:.1f},{y(tick):.1f}", "grid") for tick in ticks]
    words = [
        Words(left - 6, y(tick) + 4, name, "end", "soft")
        for tick, name in zip(ticks, named_ticks, strict=True)
    ]
    for values, look in levels.values():
        line = [(left + at * step, y(value)) for at, value in enumerate(values)]
        strokes.append(_stroke([line[0], (right, line[-1][1])] if len(set(values)) == 1 else line, look))
    heights = _apart([y(values[-1]) for values, _ in levels.values()], height - 26)
    words += [Words(right + 8, y + 4, text) for y, text in zip(heights, levels, strict=True)]
    points = [(left + at * step, y(count)) for at, count in enumerate(counts)]
    if parted := table.chart.parted:
        x = left + (parted - 0.5) * step
        strokes.append(_stroke([(x, top), (x, bottom)], "goal"))
    strokes.append(_stroke(points, "course"))
    outside = [not low <= count <= high for count, low, high in zip(counts, lower, upper, strict=True)]
    named = [
        (*point, f"{count:.0%}" if unit == "share" else f"{count:,.0f}")
        for point, count, out in zip(points, counts, outside, strict=True)
        if out
    ]
    words += [Words(x, at - 9, text, "middle", "bad") for x, at, text in _clear(named)]
    return Picture(
        width, height, table.chart.alt, (), tuple(strokes), _dots(points, outside),
        (*words, *_dates([show(row[0], lang) for row in table.rows], left, step, height - 6)),
    )  # fmt: skip


def _dots(points: list[tuple[float, float]], outside: list[bool]) -> tuple[Box, ...]:
    sizes = [9.0 if out else 5.0 for out in outside]
    return tuple(
        Box(x - size / 2, at - size / 2, size, size, "outside" if out else "point")
        for (x, at), out, size in zip(points, outside, sizes, strict=True)
    )


def _stroke(points: list[tuple[float, float]], look: str) -> Stroke:
    return Stroke(" ".join(f"{x:.1f},{y:.1f}" for x, y in points), look)


def _apart(heights: list[float], lowest: float) -> list[float]:
    """``heights`` from top to bottom moved up where they stand less than a line apart or below ``lowest``."""
    found: list[float] = []
    for height in reversed(heights):
        found.append(min(height, found[-1] - LINE if found else lowest))
    return found[::-1]


def _clear(named: list[tuple[float, float, str]]) -> list[tuple[float, float, str]]:
    """The words over points that stand clear of the words before them; the point itself is shown anyway."""
    found: list[tuple[float, float, str]] = []
    for x, y, text in named:
        if not found or x - found[-1][0] > _room([text, found[-1][2]]) or abs(y - found[-1][1]) > LINE:
            found.append((x, y, text))
    return found


def _dates(labels: list[str], left: float, step: float, y: float) -> list[Words]:
    """As many of ``labels`` under their points as there is room for."""
    every = max(1, math.ceil((_room(labels) + 10) / step)) if step else 1
    return [Words(left + at * step, y, labels[at], "middle") for at in range(0, len(labels), every)]


def _ticks(highest: float, *, whole: bool = True) -> list[float]:
    rough = highest / 4
    size = 10 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    step = max(next(size * nice for nice in (1, 2, 5, 10) if size * nice >= rough), 1.0 if whole else 0.01)
    return [step * n for n in range(int(highest / step) + 1)]


def _named(labels: list[str], width: float) -> tuple[float, float, list[Words]]:
    """Names beside bars, above them where the drawing is narrow: (where bars begin, how far above, the names)."""
    if width < WIDE:
        return 0.0, 18.0, [Words(0, 12, label) for label in labels]
    left = _room(labels)
    return left, 0.0, [Words(left - 8, 17, label, "end") for label in labels]


def _stack(table: Table, lang: str, width: float) -> Picture:
    assert table.chart is not None  # noqa: S101
    labels = [clipped(show(row[0], lang), 40) for row in table.rows]
    left, above, names = _named(labels, width)
    boxes, words = _legend([table.columns[at].label for at in table.chart.series], left, width)
    top, each = boxes[-1].y + 26, 34 + above
    for n, row in enumerate(table.rows):
        y, x = top + n * each, left
        words.append(Words(names[n].x, y + names[n].y, labels[n], names[n].anchor))
        total = sum(_number(row[at]) for at in table.chart.series)
        for at, look in zip(table.chart.series, STACK, strict=True):
            size = _number(row[at]) / total * (width - left) if total else 0.0
            text = show(row[at], lang)
            fits = size > units(text) * LETTER + 8
            boxes.append(Box(x, y + above, size, 25, look, text if fits else ""))
            x += size
        if not total:
            words.append(Words(left, y + above + 17, show(None, lang)))
    return Picture(width, top + len(labels) * each, table.chart.alt, tuple(boxes), words=tuple(words))


def _legend(names: list[str], left: float, width: float) -> tuple[list[Box], list[Words]]:
    """The looks of a stack with their names, in as many lines as they need."""
    boxes, words, x, y = [], [], left, 4.0
    for look, name in zip(STACK, names, strict=True):
        size = 28 + units(name) * LETTER
        if x > left and x + size > width:
            x, y = left, y + 20
        boxes.append(Box(x, y, 12, 12, look))
        words.append(Words(x + 18, y + 10, name))
        x += size + 12
    return boxes, words


def _target(table: Table, lang: str, width: float) -> Picture:
    assert table.chart is not None  # noqa: S101
    value_at, target_at = table.chart.series
    labels = [clipped(show(row[0], lang), 40) for row in table.rows]
    verdicts = [
        next((cell for cell in row if isinstance(cell, Verdict)), Verdict(None)) for row in table.rows
    ]
    beside = [
        f"{show(row[value_at], lang)} {show(verdict, lang)} · ◎ {show(row[target_at], lang)}"
        for row, verdict in zip(table.rows, verdicts, strict=True)
    ]
    left, above, names = _named(labels, width)
    room, each = width - left - _room(beside) - 14, 30 + above
    boxes, strokes, words = [], [], []
    for n, (row, verdict) in enumerate(zip(table.rows, verdicts, strict=True)):
        y = n * each + above + 4
        look = {True: "met", False: "overdue", None: "unjudged"}[verdict.met]
        goal = left + min(_number(row[target_at]), 1.0) * room
        boxes.append(Box(left, y, room, 18, "track"))
        boxes.append(Box(left, y, min(_number(row[value_at]), 1.0) * room, 18, look))
        strokes.append(Stroke(f"{goal:.1f},{y - 3:.1f} {goal:.1f},{y + 21:.1f}", "goal"))
        words.append(Words(names[n].x, n * each + names[n].y, labels[n], names[n].anchor))
        words.append(Words(left + room + 10, y + 14, beside[n]))
    return Picture(
        width, len(labels) * each + 4, table.chart.alt, tuple(boxes), tuple(strokes), words=tuple(words)
    )
