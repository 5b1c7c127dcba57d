"""Tables and long lines as they go to standard output: fitted to a terminal, whole and plain to anything else."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import click
from rich.cells import cell_len

from kesu.cli.telling import ui
from kesu.words.terminal import clean
from kesu.words.text import Text, listed
from kesu.words.typeset import lines

GAP: Final = "  "
NARROWEST: Final = 4
"""Columns of a terminal that any column keeps, however little room there is."""
LEAST: Final = 20
"""Columns of a terminal in which prose is wrapped at least, however narrow it is."""
ENOUGH: Final = 4
"""Characters a column of a line of which no more are looked at: of marks that stand above a letter each takes no room."""
ROOM: Final = Text("窗口太窄：{what}。把窗口放宽，或在命令后加“> 文件”得到全部。",
                   "For want of room {what}. Widen the window, or put “> FILE” behind the command to get everything.")  # fmt: skip
LEFT_OUT: Final = Text("未显示 {n} 列（{names}）", "{n} {n:column is|columns are} not shown ({names})")
CUT: Final = Text("截短 {n} 处文字", "{n} {n:text is|texts are} cut short")


class Screen(NamedTuple):
    """Where a result is shown: ``width`` columns of a terminal, None for a pipe or a file; ``colour``: whether it may be coloured."""

    width: int | None = None
    colour: bool = False

    def tint(self, text: str, colour: str) -> str:
        """``text`` in that colour (``""``: as it is), where there are any."""
        return click.style(text, fg=colour) if self.colour and colour else text


PLAIN: Final = Screen()


def screen(out: Path | None = None) -> Screen:
    """The terminal, unless the result goes into ``out``, a pipe or a file. ``NO_COLOR`` and ``TERM=dumb`` mean no colours."""
    if out is not None or not sys.stdout.isatty():
        return PLAIN
    colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Screen(shutil.get_terminal_size().columns, colour)


class Column(NamedTuple):
    """A heading and how its column gives way where room is short.

    ``rank``: 0 always stays, of the others the highest is left out first. ``least``: the width down to which texts are
    wrapped (0: they are not). ``right``: figures, which stand below each other. ``lines``: how many a wrapped text may
    take; what it has beyond them is cut off with ….
    """

    title: str
    rank: int = 0
    least: int = 0
    right: bool = False
    lines: int = 3


class Tinted(NamedTuple):
    """A cell in a colour, see `Screen.tint`."""

    text: str
    colour: str


def table(
    columns: Sequence[Column], rows: Iterable[Sequence[object] | Tinted], lang: str, to: Screen = PLAIN
) -> str:
    """``rows`` below their headings; what is left out for want of room is said below.

    A `Tinted` among the rows is a line of its own, as wide as there is room.
    """
    heads = [Tinted(clean(column.title), "") for column in columns]
    every = [row if isinstance(row, Tinted) else [_cell(cell) for cell in row] for row in rows]
    cells = [row for row in every if not isinstance(row, Tinted)]
    natural = [max(cell_len(cell.text) for cell in column) for column in zip(heads, *cells, strict=True)]
    widths = _fitted(columns, natural, to.width)
    head, *body = (_broken(row, columns, widths) for row in (heads, *cells))
    shown = [*_drawn(head, columns, widths, PLAIN), GAP.join("─" * width for width in widths.values())]
    drawn = iter(body)
    for row in every:
        if isinstance(row, Tinted):
            shown += [to.tint(line, row.colour) for line in fitted(clean(row.text), to).split("\n")]
        else:
            shown += _drawn(next(drawn), columns, widths, to)
    missing = [column.title for at, column in enumerate(columns) if at not in widths]
    cut = sum(is_cut for row in body for _, is_cut, _ in row)
    return "\n".join([*shown, *_short_of_room(missing, cut, lang, to)])


def _cell(cell: object) -> Tinted:
    text, colour = cell if isinstance(cell, Tinted) else (str(cell), "")
    return Tinted(clean(text), colour)


def _fitted(columns: Sequence[Column], natural: Sequence[int], width: int | None) -> dict[int, int]:
    """Position → width of the columns that are shown in ``width`` columns of a terminal; None: all of them, whole."""
    if width is None:
        return dict(enumerate(natural))
    widths = {at: min(own, width) for at, own in enumerate(natural)}
    least = {at: min(own, columns[at].least or own) for at, own in widths.items()}

    def room() -> int:
        return width - len(GAP) * (len(widths) - 1)

    while sum(least[at] for at in widths) > room():
        last = max(widths, key=lambda at: columns[at].rank)
        if not columns[last].rank:
            break
        del widths[last]
    while sum(widths.values()) > room():
        soft = [at for at in widths if widths[at] > least[at]] or [
            at for at in widths if widths[at] > NARROWEST
        ]
        if not soft:
            break
        widest = max(soft, key=lambda at: widths[at])
        widths[widest] -= 1
    return widths


Broken = tuple[list[str], bool, str]
"""The lines of a cell, whether something of it was cut off, its colour."""


def _broken(row: Sequence[Tinted], columns: Sequence[Column], widths: Mapping[int, int]) -> list[Broken]:
    found = []
    for at, width in widths.items():
        text, colour = row[at]
        if cell_len(text) <= width:
            found.append(([text], False, colour))
            continue
        most = columns[at].lines if columns[at].least else 1
        every = wrapped(text[: ENOUGH * most * width], width)
        cut = len(every) > most or len(text) > ENOUGH * most * width
        if cut:
            every[most - 1 :] = [_cut(every[most - 1] if most > 1 else text, width)]
        found.append((every, cut, colour))
    return found


def _drawn(
    row: Sequence[Broken], columns: Sequence[Column], widths: Mapping[int, int], to: Screen
) -> Iterator[str]:
    """The lines of one row, its cells side by side."""
    for line in range(max(len(texts) for texts, _, _ in row)):
        parts = []
        for (at, width), (texts, _, colour) in zip(widths.items(), row, strict=True):
            text = texts[line] if line < len(texts) else ""
            blank = " " * (width - cell_len(text))
            shown = to.tint(text, colour) if text else ""
            parts.append(blank + shown if columns[at].right else shown + blank)
        yield GAP.join(parts).rstrip()


def wrapped(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` columns of a terminal, broken between words where that can be."""
    return [
        part
        for line in lines(text, width, cell_len)
        for part in (_chopped(line, width) if cell_len(line) > width else [line])
    ]


def _chopped(text: str, width: int) -> list[str]:
    """A word in pieces of at most ``width`` columns; marks stay with their letters."""
    parts = [""]
    for letter in text:
        if parts[-1] and cell_len(parts[-1] + letter) > width:
            parts.append(letter)
        else:
            parts[-1] += letter
    return parts


def fitted(text: str, to: Screen) -> str:
    """Lines of prose that fit ``to``, each broken one hanging two columns further in than it begins."""
    if to.width is None:
        return text
    found = []
    for line in text.split("\n"):
        words = line.lstrip(" ")
        indent = " " * (len(line) - len(words))
        first, *_ = wrapped(words, max(to.width - len(indent), LEAST))
        more = words[len(first) :].lstrip(" ")
        found.append(indent + first)
        found += [
            f"{indent}  {part}" for part in wrapped(more, max(to.width - len(indent) - 2, LEAST)) if part
        ]
    return "\n".join(found)


def tell(text: str, at: str = "") -> None:
    """One line of a result, of the file ``at``, fitted to the terminal."""
    click.echo(fitted(clean(f"{at}{ui('：', ': ')}{text}" if at else text), screen()))


def hung(before: str, text: str, to: Screen, colour: str = "") -> list[str]:
    """``text`` behind ``before``, its further lines below its beginning; only ``before`` is coloured."""
    before, text = clean(before), clean(text)
    at = cell_len(before)
    first, *more = [text] if to.width is None else wrapped(text, max(to.width - at, LEAST))
    return [to.tint(before, colour) + first, *(" " * at + line for line in more)]


def _cut(text: str, width: int) -> str:
    """As much of ``text`` as there is room for, and … behind it."""
    return (_chopped(text, width - 1)[0] if width > 1 else "") + "…"


def _short_of_room(missing: Sequence[str], cut: int, lang: str, to: Screen) -> list[str]:
    """Which columns are not shown and how many texts are cut, and how to see them; nothing where all is there."""
    said = []
    if missing:
        said.append(LEFT_OUT.fill(n=len(missing), names=listed(missing)))
    if cut:
        said.append(CUT.fill(n=cut))
    if not said or to.width is None:
        return []
    return [
        to.tint(line, "bright_black") for line in wrapped(ROOM.fill(what=listed(said)).of(lang), to.width)
    ]
