"""What a report is made of, whatever the format: chapters of sentences, key figures, tables and charts.

Every format renders these and decides nothing about content; `kesu.reports.chapters.document` decides it once.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import unicodedata
from dataclasses import dataclass
from typing import Any, Literal

Tone = Literal["", "good", "bad"]
ColumnKind = Literal["text", "long", "id", "figure", "time", "verdict"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit; None where there is nothing to count.

    Units: count, share (0-1), hours, per_million, money, number; for differences points (percentage points)
    and change (relative, 0.1 = a tenth more). ``tone`` says whether it is welcome.
    """

    value: float | None
    unit: str = "count"
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a target is met; None where there is no target or nothing to count. ``word`` overrides the words."""

    met: bool | None
    word: str = ""


Cell = str | Figure | Verdict | dt.datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its label and what stands in it (``long`` is text that wraps)."""

    label: str
    kind: ColumnKind = "text"


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of the table it belongs to: column 0 labels the rows, ``series`` are the columns drawn.

    ``bars``: horizontal bars of one series. ``control``: points, mean, upper and lower limit, which may differ from
    row to row; a line stands before the row ``parted``, where something was changed (0: none). ``stack``: parts of
    a whole, one bar a row. ``target``: value and target of shares. ``alt`` says in words what it shows.
    """

    kind: Literal["bars", "control", "stack", "target"]
    series: tuple[int, ...]
    alt: str
    parted: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table, perhaps with a chart of it; ``folded`` where the chart says it all to a reader on screen."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    chart: Chart | None = None
    note: str = ""
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """A paragraph; ``warning`` where the reader must not overlook it."""

    text: str
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A key figure: what it is, its value, how it stands against target and against the period before."""

    label: str
    figure: Figure
    verdict: Verdict | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cards:
    """Key figures side by side."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """Short points, the weightiest first."""

    title: str
    points: tuple[str, ...]


Block = Sentence | Cards | Table | Bullets


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter: ``key`` names it in links and file parts, ``name`` is short enough for a sheet tab."""

    key: str
    name: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report: summary, six chapters, appendix; ``as_of`` is its date in the file's properties."""

    lang: str
    as_of: dt.datetime
    title: str
    subtitle: str
    footer: str
    summary: Chapter
    chapters: tuple[Chapter, ...]
    appendix: Chapter

    @property
    def all(self) -> tuple[Chapter, ...]:
        """Summary, chapters and appendix in reading order."""
        return (self.summary, *self.chapters, self.appendix)


def plain(text: str) -> str:
    """``text`` without what a screen or a printer would act upon: control, direction and surrogate characters."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        " " if ch in "\n\r\t\v\f\u2028\u2029" else ch
        for ch in text
        if ch in "\n\r\t\v\f\u2028\u2029\u200d"
        or unicodedata.category(ch) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )


def inert(node: Any) -> Any:
    """``node`` (a block, chapter or document) with every string in it made `plain`."""
    if isinstance(node, str):
        return plain(node)
    if isinstance(node, tuple):
        return tuple(inert(part) for part in node)
    if dataclasses.is_dataclass(node) and not isinstance(node, type):
        return type(node)(*(inert(getattr(node, field.name)) for field in dataclasses.fields(node)))
    return node
