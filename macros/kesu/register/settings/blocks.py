"""Where the blocks of a Settings sheet stand.

They stand side by side, each headed by a row of labels; the first label of a block is found nowhere else on the sheet,
so blocks are recognised wherever a team moves them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from kesu.register.settings.layout import BLOCKS, Block
from kesu.words.text import LANGS, folded

HEADER_ROWS: Final = 40
ENOUGH_BLOCKS: Final = 3
"""Blocks by which a Settings sheet is known that was renamed."""

_FIRST_LABELS: Final = {folded(word): block.key for block in BLOCKS for word in block.fields[0].label}

CAME_LATER: Final = frozenset({"limits", "playbooks"})
"""Blocks that registers of earlier versions do not have."""

NEEDED: Final = {
    "general": ("value",),
    "rules": ("amount",),
    "kpi_targets": ("target",),
    "hours": ("begin", "end"),
    "customers": ("customers",),
    "codes": ("code", "label"),
    "words": ("word",),
    "limits": ("value",),
    "playbooks": ("line", "text"),
}
"""Columns without which a block says nothing."""


class Found(NamedTuple):
    """A block on a sheet: the row of its headings and, by key, its columns; both count from 0."""

    top: int
    columns: dict[str, int]


def is_settings(rows: Iterable[Sequence[object]]) -> bool:
    """Whether these first rows of a sheet, whatever it is called, hold the headings of several of our blocks."""
    found = {_FIRST_LABELS.get(folded(cell)) for row in rows for cell in row if isinstance(cell, str)}
    return len(found - {None}) >= ENOUGH_BLOCKS


def find(grid: Sequence[Sequence[str | None]], block: Block) -> Found | None:
    """Where ``block`` stands in the cells of a sheet; None where it does not."""
    names = {folded(field.label.of(lang)): field.key for field in block.fields for lang in LANGS}
    for top, row in enumerate(grid[:HEADER_ROWS]):
        for left, text in enumerate(row):
            if not text or _FIRST_LABELS.get(folded(text)) != block.key:
                continue
            columns = {block.fields[0].key: left}
            for at, label in enumerate(row[left + 1 :], start=left + 1):
                word = folded(label or "")
                key = names.get(word)
                if not word or key in columns or word in _FIRST_LABELS:
                    break
                if key is not None:  # a column that the team put between ours is passed over
                    columns[key] = at
            if len(columns) > 1:
                return Found(top, columns)
    return None
